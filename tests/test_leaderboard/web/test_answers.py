"""Protects the pages' answers: why a caption failed, what the board measures, charts, phones, one's own picture."""

import re

from PIL import Image, ImageDraw


def test_failures_explain_themselves_and_lead_to_the_next(site):
    with site.page("explore?order=failures") as page:
        page.wait_for_selector(".cards article")
        first = page.locator(".cards article").first
        assert first.locator(".sentence").inner_text()
        assert first.locator("figure svg image").count() >= 1
        told = page.get_by_role("heading", name=re.compile("failures")).inner_text()
        page.get_by_role("button", name="Next failure").click()
        page.get_by_text(re.compile(r"^1 of \d+$")).wait_for()
        region = first.locator("a.open").inner_text()
        page.wait_for_selector(f".explorer[data-region='{region}']")
        page.locator(".explorer details.why[open] figure").first.wait_for()  # of the system whose failures are listed
        page.get_by_role("button", name="Next failure").click()
        page.get_by_text(re.compile(r"^2 of \d+$")).wait_for()
        assert page.get_by_role("heading", name=re.compile("failures")).inner_text() == told
        page.locator(".cards article a.open").nth(3).click()
        page.get_by_text(re.compile(r"^4 of \d+$")).wait_for()


def test_a_reason_opens_without_a_mouse_over_it(site):
    with site.page("explore?image=coffee") as page:
        page.wait_for_selector(".explorer details.why")
        why = page.locator(".explorer details.why").first
        why.locator("summary").focus()
        page.keyboard.press("Enter")
        why.locator(".pair figure").first.wait_for()
        room = "list => [parseFloat(getComputedStyle(list).paddingLeft), list.scrollWidth - list.clientWidth]"
        padding, cut = page.locator(".references").first.evaluate(room)
        assert (padding >= 16, cut) == (True, 0)  # the bullets of the list are whole


def test_a_system_says_where_it_fails(site):
    with site.page("system?system=2") as page:
        page.get_by_role("heading", name="Where it fails").wait_for()
        page.wait_for_selector(".cards article")
        page.get_by_text(re.compile("of 399 captions are wrong")).wait_for()
        page.wait_for_selector("[data-testid=stVegaLiteChart]")
        assert page.locator("[data-testid=stVegaLiteChart]").count() == 1


def test_every_view_has_its_chart(site):
    with site.page() as page:
        charts = {
            "Quality and cost": "cost-chart",
            "Over time": "progress-chart",
            "Slices": "slice-map",
            "Pairs": "win-matrix",
        }
        for view, key in charts.items():
            page.get_by_text(view, exact=True).first.click()
            page.locator(f".st-key-{key} [data-testid=stVegaLiteChart]").wait_for()
        page.emulate_media(color_scheme="dark")  # what is drawn in the page's colours is drawn again
        dark = "image => atob(image.src.split(',')[1]).includes('#e3e8ee')"
        page.wait_for_function(f"({dark})(document.querySelector('img[alt^=\"Two cups\"]'))")


def test_the_first_screen_says_what_is_measured_phones_get_cards_and_columns_fit(site):
    with site.page(width=390, height=844) as page:
        page.wait_for_selector(".board a.name")
        page.get_by_text("a caption counts if it holds for that region alone").wait_for()
        assert page.locator("img[alt^='Two cups']").count() == 1
        row = page.locator(".board tbody tr").first
        assert row.evaluate("row => getComputedStyle(row).display") == "grid"
        assert row.bounding_box()["width"] <= 390
        page.set_viewport_size({"width": 1280, "height": 800})
        page.wait_for_function("document.documentElement.clientWidth > 1200")
        assert page.locator(".board .scroll").evaluate("box => box.scrollWidth - box.clientWidth") <= 1


def test_submitting_begins_with_what_to_caption(site):
    with site.page("submit") as page:
        page.get_by_role("heading", name="Caption 399 regions of 8 images").wait_for()
        address = page.get_by_role("link", name="Images and masks").get_attribute("href")
        answer = page.request.get(f"{site.url}/{address}")
        assert answer.headers["content-type"] == "application/zip"
        assert answer.body()[:2] == b"PK"


def test_ones_own_picture_is_pointed_at(site, tmp_path):
    path = tmp_path / "mine.png"
    picture = Image.new("RGB", (300, 200), (20, 30, 20))
    ImageDraw.Draw(picture).ellipse((100, 50, 200, 150), fill=(250, 200, 40))
    picture.save(path)
    with site.page("try-it") as page:
        page.locator(".explorer .facts").wait_for()
        assert page.locator(".references").count() == 0  # they come after the caption
        button = page.get_by_role("button", name="Caption this region").bounding_box()
        assert button["y"] < page.locator(".explorer").bounding_box()["y"]
        page.goto(f"{site.url}/try-it?picture=own")
        page.get_by_text("was trained on rendered scenes").wait_for()
        page.locator("input[type=file]").set_input_files(path)
        box = page.locator(".pointer > svg")
        box.wait_for()
        place = box.bounding_box()
        page.mouse.move(place["x"] + 0.28 * place["width"], place["y"] + 0.15 * place["height"])
        page.mouse.down()
        page.mouse.move(place["x"] + 0.72 * place["width"], place["y"] + 0.85 * place["height"])
        page.mouse.up()
        share = page.get_by_text(re.compile("The region is 1[234]")).inner_text()  # the disc is 13.1% of the picture
        assert "of the picture" in share
        assert page.get_by_role("button", name="Caption this region").is_enabled()
    assert not list(site.folder.rglob("*mine*"))

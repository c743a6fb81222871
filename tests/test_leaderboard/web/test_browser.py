"""Protects the pages as people use them: a real browser against a real server reads, filters, submits, explores."""

import contextlib
import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlparse

import httpx
import pytest
from sqlalchemy import select

from benchmark.judge.agreement import agreement_of_pairs
from leaderboard.admin.moderation import hide
from leaderboard.annotation.answers import verdict_pairs
from leaderboard.annotation.surveys import open_survey
from leaderboard.reading.snapshot import write_snapshot
from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store
from tests.support.api_client import new_token
from tests.support.scoring_here import score_queued

_NASTY = "<b>Bold</b> & co"
_PATIENCE_MS = 30_000
_GO = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
"""Takes the open page to another address, as a link within it does."""


def names(page: Any) -> list[str]:
    page.wait_for_selector(".board a.name")
    return page.locator(".board a.name").all_text_contents()


def wait_for_names(page: Any, expected: list[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_MS / 1000
    while names(page) != expected:
        assert time.monotonic() < deadline, f"expected {expected}, found {names(page)}"
        page.wait_for_timeout(100)


def address(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.fixture
def store(site, filled):
    """The site's leaderboard; what a test submits is off its board when the test has ended."""
    with contextlib.closing(Store(filled.settings.model_copy(update={"data_dir": site.folder}))) as opened:

        def submissions() -> set[str]:
            with opened.reading() as session:
                return set(session.scalars(select(Submission.id)))

        before = submissions()
        yield opened
        for identity in submissions() - before:
            hide(opened, identity, "its test has ended")


def test_the_board_is_read_in_our_colours(site):
    """Protects: ranks, baselines and missing captions are there; the pages' config file counts wherever one starts.

    The address is the one that one would type; "/" is that of most other tests.
    """
    with site.page("board") as page:
        found = names(page)
        assert found[0] == "Reference"
        assert set(found[1:3]) == {"Half", "Other half"}
        assert _NASTY in found  # as text: no element, no dialog
        assert page.locator("td.rank").all_text_contents()[:3] == ["1", "2=", "2="]
        first = page.locator(".board tbody tr").first
        assert "100.00" in first.inner_text()
        heads = page.locator(".board thead th").all_text_contents()
        assert heads[1] == "Rank"
        assert any("Unique and correct" in head for head in heads)
        row = page.locator(".board tbody tr", has=page.locator("a.name", has_text="Constant"))
        assert "baseline" in row.inner_text()
        assert "90.0%" in row.inner_text()
        assert page.locator("[data-testid=stAppDeployButton]").count() == 0  # of Streamlit's cloud
        colour = page.locator("[data-testid=stApp]").evaluate("node => getComputedStyle(node).color")
        assert colour == "rgb(27, 35, 48)"  # not Streamlit's own


def test_a_filtered_board_survives_as_a_link(site):
    with site.page() as page:
        names(page)
        page.get_by_role("textbox", name="Search").fill("half")
        page.get_by_role("textbox", name="Search").press("Enter")
        page.wait_for_function("document.querySelectorAll('[data-testid=stMarkdownContainer]').length > 0")
        page.get_by_text("2 of 5 entries").wait_for()
        page.get_by_role("combobox", name="Rank by").click()
        page.get_by_role("option", name="CIDEr", exact=True).click()
        page.wait_for_url(re.compile("score=cider"))
        page.locator(".board thead button", has_text="System").click()
        page.wait_for_url(re.compile("sort=name"))
        wait_for_names(page, ["Half", "Other half"])
        page.locator(".board thead button", has_text="System").click()
        page.wait_for_url(re.compile("sort=name.up"))
        wait_for_names(page, ["Other half", "Half"])
        assert address(page) == {"q": ["half"], "score": ["cider"], "sort": ["name.up"]}
        shown = page.locator(".board tbody").inner_text()
        page.reload()
        wait_for_names(page, ["Other half", "Half"])
        page.locator(".board tbody tr").first.wait_for()
        assert page.locator(".board tbody").inner_text() == shown
        assert page.locator("th.headline").inner_text().startswith("CIDEr")


def test_what_an_address_says_is_never_code(site):
    nasty = quote("<img src=x onerror=alert(1)>'; drop table system; --")
    with site.page(f"?q={nasty}&score={nasty}&regions={nasty}&columns={nasty}&sort={nasty}") as page:
        page.get_by_text("No entry fits these filters").wait_for()
        page.evaluate(_GO, f"/system?system={nasty}")
        page.get_by_text("No system is chosen").wait_for()
        page.evaluate(_GO, "/system?system=999999")
        page.get_by_text("There is no system with the number 999999").wait_for()
        page.evaluate(_GO, f"/explore?region={nasty}&image={nasty}")
        page.wait_for_selector(".panel .region-id")
    assert len(httpx.get(f"{site.url}/api/v1/boards/photos").json()["submissions"]) >= 5


def test_a_bad_file_is_refused_with_all_its_problems(site, tmp_path):
    before = set((site.folder / "blobs").glob("??/*"))
    path = tmp_path / "<i>bad.json"
    path.write_text('[{"region_id": "astronaut/1", "caption": 3}, {"region_id": "astronaut/999", "caption": "x"}]')
    with site.page("submit") as page:
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_text("cannot be submitted").wait_for()
        told = page.locator("[data-testid=stCode]", has_text="astronaut/999").inner_text()
        assert "expected text, found the number 3" in told
        assert "astronaut/999" in told
        assert "have no caption" in told
        assert page.locator("[data-testid=stForm]").count() == 0
    assert set((site.folder / "blobs").glob("??/*")) == before


def test_a_good_file_becomes_a_ranked_row(site, store, tmp_path, regions):
    path = tmp_path / "mine.jsonl"
    lines = [json.dumps({"region_id": region.region_id, "caption": f"{region.caption}!"}) for region in regions]
    path.write_text("\n".join(lines))
    with site.page("submit") as page:
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_text("Ready to be submitted").wait_for()
        page.get_by_role("textbox", name="System *").fill("Mine & yours")
        page.get_by_role("textbox", name="Paper").fill("https://example.org/paper")
        page.get_by_role("button", name="Submit", exact=True).click()
        page.get_by_text("Your submissions").wait_for()
        score_queued(store)
        page.get_by_role("link", name="Scores").wait_for()
        assert len(address(page)["mine"]) == 1
        assert page.locator("[data-testid=stCode]", has_text="claim_").is_visible()  # until it has been kept
        page.get_by_role("link", name="Board").last.click()
        page.wait_for_selector("a.name:text-is('Mine & yours')")
        row = page.locator(".board tbody tr", has=page.locator("a.name", has_text="Mine & yours"))
        assert row.locator("td.rank").inner_text() in ("1", "1=")
        assert row.get_by_role("link", name="paper").get_attribute("href") == "https://example.org/paper"
        page.locator("a.name", has_text="Mine & yours").click()
        page.get_by_role("heading", name="Mine & yours").wait_for()
        page.get_by_text("Every score, and how it was computed").click()
        page.get_by_text("uniqueness|impl:ureca").first.wait_for()


def test_two_systems_are_compared_from_the_board(site):
    with site.page() as page:
        names(page)
        assert page.locator("button.compare").is_disabled()
        for name in ("Half", "Other half"):
            page.get_by_role("checkbox", name=f"Compare {name}", exact=True).check()
        page.get_by_role("button", name="Compare 2 systems").click()
        page.get_by_role("heading", name="Differences").wait_for()
        table = page.locator("table.plain").first
        table.wait_for()
        rows = [row.inner_text() for row in table.locator("tbody tr").all()]
        row = next(row for row in rows if row.startswith("Unique and correct"))
        assert "Half" in row
        assert "Other half" in row
        assert "a tie" in row
        assert len(address(page)["runs"]) == 2
        page.get_by_role("heading", name="Where they disagree").wait_for()


_CLICK_FAST = """root => {
  const explorer = root.querySelector('.explorer') ?? root.getRootNode().querySelector('.explorer')
  const branches = [...explorer.querySelectorAll('.branch')]
  const targets = new Map([...explorer.querySelectorAll('.target')].map(path => [path.dataset.id, path]))
  const shown = []
  for (let step = 0; step < 60; step++) {
    const branch = branches[(step * 17) % branches.length]
    const element = step % 2 ? branch : targets.get(branch.dataset.id)
    element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    shown.push({
      asked: branch.dataset.id,
      state: explorer.dataset.region,
      heading: explorer.querySelector('.panel .region-id').textContent,
      under: explorer.querySelector('.under').textContent,
      reference: explorer.querySelector('.references li').textContent,
      captions: [...explorer.querySelectorAll('.said .caption')].map(one => one.textContent),
      systems: [...explorer.querySelectorAll('.said')].map(one => one.dataset.system),
      outline: explorer.querySelector('.own').getAttribute('d') === targets.get(branch.dataset.id).getAttribute('d'),
      chosen: explorer.querySelector('.branch[aria-selected=true]').dataset.id,
    })
  }
  return shown
}"""


def test_picture_and_caption_belong_together_however_fast_one_clicks(site, systems, regions):
    references = {region.region_id: region.caption for region in regions}
    with site.page("explore?image=coffee") as page:
        page.wait_for_selector(".explorer .panel .region-id")
        shown = page.locator(".explorer").evaluate(_CLICK_FAST)
        for one in shown:
            own = one["asked"]
            assert own == one["state"] == one["heading"] == one["chosen"]
            assert one["outline"]
            assert one["reference"] == references[own]
            assert one["under"] == f"{own} — {references[own]}"
            known = {name: systems[name].get(own, "") for name in one["systems"] if name in systems}
            assert len(known) >= 5
            said = dict(zip(one["systems"], one["captions"], strict=True))
            assert {name: said[name] for name in known} == {name: text or "no caption" for name, text in known.items()}
        last = shown[-1]["asked"]
        page.wait_for_url(re.compile(f"region={quote(last, safe='')}"))
        page.reload()
        page.wait_for_selector(f".explorer[data-region='{last}']")
        assert page.locator(".panel .region-id").first.inner_text() == last


def test_regions_are_walked_through_by_keyboard_and_by_images(site):
    with site.page("explore?image=coffee") as page:
        page.wait_for_selector(".explorer .branch")
        page.locator(".branch").first.click()
        page.keyboard.press("ArrowDown")
        second = page.locator(".branch").nth(1).get_attribute("data-id")
        page.wait_for_selector(f".explorer[data-region='{second}']")
        page.wait_for_url(re.compile(f"region={quote(second, safe='')}"))
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        page.get_by_role("button", name="Next").click()
        page.wait_for_selector(".explorer:not([data-region^='coffee'])")
        heading = page.locator(".panel .region-id").first.inner_text()
        assert page.locator(".under").inner_text().startswith(heading)
        assert not heading.startswith("coffee")


def test_the_map_shows_collapse_in_words_too(site):
    with site.page("explore?image=coffee") as page:
        page.wait_for_selector("canvas")
        page.get_by_role("combobox", name="Uniqueness map of").click()
        page.get_by_role("option", name="Constant").click()
        page.get_by_text("Uniqueness map of Constant").wait_for()
        legend = page.locator(".legend").inner_text()
        assert "share their words with another region" in legend
        assert "dark" not in legend  # of what is deep on light pages and bright on dark ones


_TOO_WIDE = """Math.max(...[...document.querySelectorAll('[data-testid=stMain], [data-testid=stMainBlockContainer]')]
    .map(element => element.scrollWidth - element.clientWidth))"""


def test_narrow_screens_scroll_tables_and_not_the_page(site):
    pages = {
        "": ".board a.name",
        "about": "table.plain",
        "explore": ".explorer .panel .region-id",
        "compare": "table.plain",
        "submit": "input[type=file]",
        "system?system=1": "[data-testid=stHeading]:has-text('Reference')",
    }
    wide = {}
    with site.page(width=420, height=860) as page:
        for path, content in pages.items():
            page.evaluate(_GO, f"/{path}")
            page.wait_for_selector(content, state="attached")
            page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
            page.wait_for_timeout(100)
            wide[path] = page.evaluate(_TOO_WIDE)
    assert {path: width for path, width in wide.items() if width > 1} == {}


def test_a_static_copy_fits_a_phone(site, filled, tmp_path):
    out = tmp_path / "copy"
    write_snapshot(filled, out, 1)
    page = site.browser.new_page(viewport={"width": 390, "height": 860})
    wide = {}
    for path in sorted(out.rglob("*.html")):
        page.goto(path.as_uri())
        wide[path.name] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert len(wide) >= 5  # board, systems, an image
    assert {name: width for name, width in wide.items() if width > 0} == {}


def test_the_plain_table_is_a_table_and_dark_is_dark(site):
    with site.page("?view=Plain+table", theme="dark") as page:
        colors = page.locator("[data-testid=stApp]").evaluate("e => getComputedStyle(e).backgroundColor")
        assert max(map(int, re.findall(r"\d+", colors)[:3])) < 60
        table = page.locator("table.plain").first
        table.wait_for()
        assert table.locator("caption").inner_text().startswith("Photos, ranked by")
        assert "Reference" in table.inner_text()
        assert _NASTY in table.inner_text()


def begin(page: Any, token: str) -> None:
    page.get_by_label("Your token", exact=True).fill(token)
    page.get_by_role("button", name="Begin").click()


def judge(page: Any, done: int, label: str) -> None:
    """Answer the question on the page, the one after `done` others."""
    page.get_by_text(f"You have judged {done};").wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")  # the former question is gone
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stForm] img')].filter(one => one.naturalWidth > 0).length === 8"
    )
    page.get_by_text(label, exact=True).click()
    page.get_by_role("button", name="Save").click()


def test_two_people_judge_captions_stop_return_and_agree_or_not(site, store):
    open_survey(store, "pilot", "photos", captions=2, systems=["Half"], size=64)
    ana, ben = new_token(store, "Ana"), new_token(store, "Ben")
    with site.page("annotate") as page:
        begin(page, "ureca_1_not-a-token")
        page.get_by_text("not known").wait_for()
        assert page.locator("[data-testid=stForm] img").count() == 0
        begin(page, ana)
        judge(page, 0, "It fits panel 2")
        page.get_by_text("You have judged 1; 1 left").wait_for()
        page.reload()  # nothing of a token stays in the browser
        begin(page, ana)
        page.get_by_text("You have judged 1; 1 left").wait_for()
        judge(page, 1, "It fits none of them")
        page.get_by_text("nothing left").wait_for()
    with site.page("annotate") as page:
        begin(page, ben)
        judge(page, 0, "It fits panel 2")
        judge(page, 1, "It fits panel 1")
        page.get_by_text("nothing left").wait_for()
    pairs = verdict_pairs(store, "pilot")
    assert [(len(first.fits), len(second.fits)) for first, second in pairs] == [(1, 1), (0, 1)]
    assert agreement_of_pairs(pairs).panels.value == 0.5


def test_the_first_answer_holds_all_rows_until_the_page_takes_their_place(site):
    """Protects: the table is there before Streamlit is, is the page's own, and shows names as text."""

    def rows_of(path: str) -> list[str] | None:
        data = re.search(r'id="first-view-data">(.*?)</script>', httpx.get(f"{site.url}/{path}").text)
        return None if data is None else [row["name"] for row in json.loads(data[1])["table"]["rows"]]

    rows = rows_of("")
    assert rows_of("?board=photos") == rows_of("board") == rows
    assert [rows_of(path) for path in ("explore", "?score=cider", "?board=nothing")] == [None] * 3
    with site.page() as page:
        assert names(page) == rows
        assert page.locator("#first-view").count() == 0
        page.goto("about:blank")  # the page that is open may still load a part of itself
        page.route("**/static/js/**", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(site.url)  # here Streamlit never starts
        page.wait_for_selector(f"#first-view[data-rows='{len(rows)}']")

"""Protects the browser's history: one entry a step, Back and Forward show what was there, and no step is undone."""

import re

import pytest

sync_api = pytest.importorskip("playwright.sync_api")


def entries(page):
    return page.evaluate("history.length")


def settle(page):
    """Wait until the page has nothing more to do."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(150)


def back(page, expected):
    page.evaluate("history.back()")
    page.wait_for_url(expected)
    settle(page)


def shown_image(page):
    return page.locator(".panel .region-id").first.inner_text().rpartition("/")[0]


def walk(page, steps):
    """Click Next so often; the images shown, the first included."""
    images = [shown_image(page)]
    for _ in range(steps):
        page.get_by_role("button", name="Next").click()
        page.wait_for_selector(f".explorer:not([data-region^='{images[-1]}/'])")
        images.append(shown_image(page))
    return images


def test_every_next_of_explore_is_one_entry_and_back_undoes_it(site):
    with site.page("explore", new_tab=True) as page:
        page.wait_for_selector(".explorer .panel .region-id")
        settle(page)
        start, url = entries(page), page.url
        assert start == 2  # the empty tab and this page: arriving is no step
        images = walk(page, 2)
        assert len(set(images)) == 3
        settle(page)
        assert entries(page) == start + 2
        page.locator(".branch").nth(3).click()
        page.wait_for_url(re.compile("region="))
        settle(page)
        assert entries(page) == start + 3
        for image in reversed(images):
            page.evaluate("history.back()")
            page.wait_for_selector(f".explorer[data-region^='{image}/']")
            settle(page)
            assert shown_image(page) == image
        assert page.url == url
        page.evaluate("history.forward()")
        page.wait_for_selector(f".explorer[data-region^='{images[1]}/']")


def test_back_on_the_board_undoes_one_choice_after_the_other(site):
    with site.page(new_tab=True) as page:
        page.wait_for_selector(".board a.name")
        settle(page)
        start, urls = entries(page), [page.url]

        def step(act, url):
            act()
            page.wait_for_url(url)
            settle(page)
            urls.append(page.url)

        page.get_by_role("combobox", name="Rank by").click()
        step(page.get_by_role("option", name="CIDEr", exact=True).click, re.compile("score=cider"))
        step(page.locator(".board thead button", has_text="System").click, re.compile("sort=name"))
        step(page.get_by_text("Over time", exact=True).click, re.compile("view=Over"))
        assert entries(page) == start + 3
        for url in reversed(urls[:-1]):
            back(page, url)
        page.wait_for_selector(".board a.name")
        sync_api.expect(page.get_by_role("combobox", name="Rank by")).to_have_value("Unique and correct")
        sync_api.expect(page.locator(".board th[aria-sort]")).to_contain_text("Unique and correct")


def test_links_between_pages_are_one_entry_each(site):
    with site.page(new_tab=True) as page:
        page.wait_for_selector(".board a.name")
        settle(page)
        start, home = entries(page), page.url
        page.locator(".board a.name", has_text="Constant").click()
        page.get_by_role("heading", name="Constant").wait_for()
        settle(page)
        assert entries(page) == start + 1
        there = page.url
        page.get_by_role("link", name="Explore images").click()
        page.wait_for_selector(".explorer .panel .region-id")
        settle(page)
        assert entries(page) == start + 2
        back(page, there)
        page.get_by_role("heading", name="Constant").wait_for()
        back(page, home)
        page.wait_for_selector(".board a.name")
        for number, path in enumerate(("compare", "submit"), start=2):
            page.goto(f"{site.url}/{path}")
            page.wait_for_selector("[data-testid=stHeading]")
            settle(page)
            assert entries(page) == start + number - 1

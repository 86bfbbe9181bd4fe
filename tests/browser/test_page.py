"""The pages as a reader uses them: search, narrow, go back, read, with and without JavaScript."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.web.archive import DOCUMENTS, SCRIPT

pytestmark = [pytest.mark.browser, pytest.mark.search]

BY_ID = {document["document_id"]: document for document in DOCUMENTS}


def count_shown(page: Page) -> int:
    found = re.findall(r"\d+", (page.locator(".count").text_content() or "").replace(",", ""))
    return int(found[-1])


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def search(page: Page, text: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search the news").fill(text)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(lambda url: "q=" in url)


def test_a_search_marks_the_characters_of_the_source(either: Page) -> None:
    search(either, "موسکو مسكو")
    marks = either.locator("mark").all_text_contents()
    assert marks
    titles = either.locator(".result h2").all_text_contents()
    assert "ظریف به مسکو رفت" in titles
    assert {"مسکو"} <= set(marks)
    either.get_by_role("link", name="ظریف به مسکو رفت").click()
    shown = [p.replace("\n", "") for p in either.locator(".text > p").all_text_contents()]
    assert shown == [line for line in BY_ID["visit-fa"]["body"].split("\n") if line]
    assert set(either.locator("article mark").all_text_contents()) == {"مسکو"}


def test_a_facet_narrows_and_its_chip_widens(either: Page) -> None:
    search(either, "ظریف ظريف متن")
    before = count_shown(either)
    either.locator('[data-facet="person"] a', has_text="Zarif").click()
    assert query_of(either)["person"] == ["Mohammad Javad Zarif"]
    assert 0 < count_shown(either) < before
    either.get_by_role("link", name=re.compile("Remove")).click()
    assert count_shown(either) == before


def test_a_bar_sets_the_period(either: Page) -> None:
    search(either, "ایران")
    bar = either.locator(".chart a").first
    label = bar.get_attribute("aria-label") or ""
    expected = int(re.findall(r"(\d+) documents?", label)[-1])
    bar.click(position={"x": 4, "y": 50})
    assert {"from", "to"} <= set(query_of(either))
    assert count_shown(either) == expected


def test_dragging_over_the_bars_sets_a_longer_period(page: Page) -> None:
    search(page, "ایران")
    bars = page.locator(".chart a")
    counts = [int(re.findall(r"(\d+) documents?", bar.get_attribute("aria-label") or "")[-1]) for bar in bars.all()]
    assert len(counts) > 2
    first, last = bars.nth(0).locator(".reach").bounding_box(), bars.nth(1).locator(".reach").bounding_box()
    assert first and last
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + 60)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: "from=" in url)
    assert count_shown(page) == counts[0] + counts[1]


def test_back_brings_the_former_results(either: Page) -> None:
    search(either, "ایران")
    before, address = either.locator(".result h2").all_text_contents(), either.url
    either.locator('[data-facet="language"] a').first.click()
    assert either.url != address
    either.locator(".result h2 a").first.click()
    either.go_back()
    either.go_back()
    assert either.url == address
    assert either.locator(".result h2").all_text_contents() == before
    expect(either.get_by_role("searchbox", name="Search the news")).to_have_value("ایران")


def test_the_period_form_takes_days_of_the_iranian_calendar(either: Page) -> None:
    search(either, "ظریف")
    either.get_by_role("textbox", name="From").fill("1396/08/10")
    either.get_by_role("textbox", name="To").fill("1396/08/10")
    either.get_by_role("button", name="Apply").click()
    assert either.locator(".result h2").all_text_contents() == ["ظریف به مسکو رفت"]
    assert either.get_by_role("textbox", name="From").input_value() == "2017-11-01"


def test_with_the_script_no_empty_parameters(page: Page) -> None:
    search(page, "ظریف")
    assert set(query_of(page)) == {"q"}
    assert urlsplit(page.url).query == f"q={quote('ظریف')}"


def test_a_script_in_a_document_does_not_run(either: Page) -> None:
    ran: list[str] = []
    either.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    search(either, "زهرآگین")
    assert SCRIPT in (either.locator(".result").first.text_content() or "")
    either.locator(".result h2 a").first.click()
    assert SCRIPT in (either.locator("article h1").text_content() or "")
    assert either.locator("article script, article img, article svg").count() == 0
    assert ran == []


@pytest.mark.parametrize(
    ("ui", "direction", "side"), [("fa", "rtl", "right"), ("ar", "rtl", "right"), ("en", "ltr", "left")]
)
def test_direction_of_page_and_text(page: Page, ui: str, direction: str, side: str) -> None:
    page.goto(f"/?ui={ui}&q={quote('ایران')}")
    style = "e => getComputedStyle(e).direction"
    assert page.locator("body").evaluate(style) == direction
    assert page.locator(".result").first.evaluate(style) == "rtl"
    wordmark, aside = page.locator(".wordmark").bounding_box(), page.locator(".narrow").bounding_box()
    assert wordmark and aside
    assert (wordmark["x"] > aside["x"]) == (side == "right")


@pytest.mark.parametrize("ui", ["fa", "ar", "en"])
def test_the_example_days_read_from_left_to_right(page: Page, ui: str) -> None:
    page.goto(f"/?ui={ui}")
    place = """(hint, part) => {
        const text = hint.firstChild, range = document.createRange(), start = text.data.indexOf(part);
        range.setStart(text, start);
        range.setEnd(text, start + part.length);
        return range.getBoundingClientRect().left;
    }"""
    hint = page.locator("#date-hint")
    for parts in (("1396", "-08", "-10"), ("2017", "-11", "-01")):
        places = [hint.evaluate(place, part) for part in parts]
        assert places == sorted(places), parts


def test_colours_follow_the_system_and_the_choice(page: Page) -> None:
    paper = "() => getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(paper)
    assert light != dark
    page.get_by_role("link", name="Light").click()
    assert page.evaluate(paper) == light
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="Dark").click()
    assert page.evaluate(paper) == dark


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", f"/?q={quote('ایران')}&ui=fa", "/documents/hostile", "/explain?text=" + "x" * 300):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path


def test_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("searchbox", name="Search the news").focus()
    page.keyboard.type("ایران")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=" in url)
    bar = page.locator(".chart a").first
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "from=" in url)


def test_the_link_can_be_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    search(page, "ایران")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == f"{address}/?q={quote('ایران')}"

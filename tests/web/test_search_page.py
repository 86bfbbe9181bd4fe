"""The search page over real documents."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from daftar.web.listing import PAGE
from tasks.cluster import Target
from tests.web.archive import new_archive, store
from tests.web.reader import Reader, read_from

pytestmark = pytest.mark.search

MANY = 3 * PAGE + 7


def links(html: str, pattern: str = "") -> list[str]:
    """The addresses of the links whose tag matches a pattern."""
    tags = re.findall(r"<a [^>]*>", html)
    return [unescape(m[1]) for tag in tags if re.search(pattern, tag) and (m := re.search(r'href="([^"]*)"', tag))]


def titles(html: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]+>", "", title)) for title in re.findall(r"<h2><a [^>]*>(.*?)</a>", html)]


def found_ids(html: str) -> list[str]:
    """The documents of a result list, in order."""
    part = html.split('<ol class="results"')[1].split("</ol>")[0] if '<ol class="results"' in html else ""
    return [urlsplit(url).path.removeprefix("/documents/") for url in links(part)]


def count_of(html: str) -> int:
    match = re.search(r'class="count"[^>]*>([^<]*)<', html)
    assert match
    return int(re.findall(r"\d+", match[1].replace(",", ""))[-1])


@pytest.fixture(scope="module")
def crowd(elasticsearch_url: str) -> Iterator[Target]:
    """More documents than two pages hold, some with the same time and the same score."""
    documents = [
        {
            "document_id": f"n{number:03}",
            "language": ("fa", "ar")[number % 2],
            "title": "باران",
            "body": "باران " * (number % 3 + 1),
            "@timestamp": f"20{10 + number % 7}-06-01T00:00:00Z",
        }
        for number in range(MANY)
    ]
    with new_archive(elasticsearch_url) as target:
        store(target, documents)
        yield target


def test_the_front_page_shows_the_newest(reader: Reader) -> None:
    answer = reader.get("/")
    assert answer.status_code == 200
    assert "Latest" in answer.text
    assert len(found_ids(answer.text)) == PAGE


def test_words_are_found_and_marked(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("موسكو")).text
    assert found_ids(html)[0] == "visit-ar"
    assert "ظريف في <mark>موسكو</mark>" in html


def test_a_form_found_by_its_stem_is_marked(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("زمین‌لرزه‌ای title:زمین‌لرزه")).text
    assert re.search(r"<mark>زمین‌لرزه[^<]*</mark>", html)


def test_a_word_at_either_end_is_marked(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("نیلوفر")).text
    assert "<mark>نیلوفر</mark> در باغ <mark>نیلوفر</mark></a>" in html
    assert re.search(r'class="excerpt"><mark>نیلوفر</mark> آبی', html)


def test_a_value_of_a_facet_narrows(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("ظریف ظريف")).text
    chosen = next(url for url in links(html) if "person=Mohammad" in url and url.startswith("/?"))
    narrowed = reader.get(chosen).text
    assert {"visit-ar", "visit-copy", "visit-fa"} <= set(found_ids(narrowed))
    assert "hostile" in found_ids(reader.get("/?q=" + quote("ظریف متن")).text)
    assert "hostile" not in found_ids(reader.get(f"{chosen}&q=" + quote("ظریف متن")).text)
    removed = next(url for url in links(narrowed, "Remove .*Person") if "person" not in url)
    assert count_of(reader.get(removed).text) == count_of(html)


def test_values_of_languages_are_alternatives_and_keep_their_counts(reader: Reader) -> None:
    both = reader.get("/?language=fa&language=ar").text
    persian, arabic = (count_of(reader.get(f"/?language={code}").text) for code in ("fa", "ar"))
    assert persian and arabic
    assert count_of(both) == persian + arabic
    section = reader.get("/?language=fa").text.split('data-facet="language"')[1].split("</section>")[0]
    assert re.findall(r'class="number">(\d+)<', section) == [str(n) for n in sorted((persian, arabic), reverse=True)]


def test_two_persons_must_both_be_there(reader: Reader) -> None:
    html = reader.get("/?person=Mohammad+Javad+Zarif&person=Nobody").text
    assert found_ids(html) == []


def test_days_of_both_calendars_set_the_period(reader: Reader) -> None:
    for query in ("from=2017-11-01&to=2017-11-01", "from=1396-08-10&to=1396-08-10", "from=2017-11-01&to=1396/8/10"):
        assert found_ids(reader.get(f"/?{query}&person=Mohammad+Javad+Zarif").text) == ["visit-fa"]
    turned = reader.get("/?from=2017-11-02&to=2017-11-01&person=Mohammad+Javad+Zarif").text
    assert len(found_ids(turned)) == 3
    assert "exchanged" in turned


def test_bars_add_up_and_their_links_find_what_they_count(crowd: Target) -> None:
    reader = read_from(crowd)
    html = reader.get("/?q=" + quote("باران")).text
    bars = re.findall(r'<a href="([^"]*)" aria-label="[^"]*?(\d+) documents?', html)
    assert len(bars) == 7
    assert sum(int(count) for _, count in bars) == MANY
    for url, count in bars:
        narrowed = reader.get(unescape(url)).text
        assert count_of(narrowed) == int(count)
        assert "from" in parse_qs(urlsplit(unescape(url)).query)


def test_only_first_copies(reader: Reader) -> None:
    all_of_them = found_ids(reader.get("/?story=story-visit").text)
    first = found_ids(reader.get("/?story=story-visit&first=1").text)
    assert sorted(all_of_them) == ["visit-ar", "visit-copy", "visit-fa"]
    assert sorted(first) == ["visit-ar", "visit-fa"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_show_every_document_exactly_once_and_lead_back(crowd: Target, sort: str) -> None:
    reader = read_from(crowd)
    url, seen, pages = f"/?q={quote('باران')}&sort={sort}", [], []
    while url:
        html = reader.get(url).text
        pages.append(found_ids(html))
        assert f'<ol class="results" start="{len(seen) + 1}">' in html
        seen += pages[-1]
        url = next(iter(links(html, 'rel="next"')), "")
        back = next(iter(links(html, 'rel="prev"')), "")
    assert len(seen) == MANY
    assert len(set(seen)) == MANY
    for expected in reversed(pages[:-1]):
        html = reader.get(back).text
        assert found_ids(html) == expected
        assert f'start="{seen.index(expected[0]) + 1}"' in html
        back = next(iter(links(html, 'rel="prev"')), "")
    assert back == ""


def test_orders(reader: Reader) -> None:
    newest, oldest = (found_ids(reader.get(f"/?story=story-visit&sort={s}").text) for s in ("newest", "oldest"))
    assert oldest[0] == newest[-1] == "visit-fa"


def test_another_spelling_is_suggested_when_nothing_is_found(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("کرمانشکاه")).text
    assert count_of(html) == 0
    url = next(url for url in links(html) if quote("کرمانشاه") in url)
    assert count_of(reader.get(url).text) > 0


def test_nothing_found_offers_fewer_filters(reader: Reader) -> None:
    html = reader.get(f"/?q={quote('ظریف')}&place=Nowhere").text
    assert "No document was found" in html
    assert f"/?q={quote('ظریف')}" in links(html)


def test_an_empty_archive_says_so(target: Target) -> None:
    assert "still empty" in read_from(target).get("/").text


def test_a_facet_names_its_values_in_the_language_of_the_page(reader: Reader) -> None:
    html = reader.get("/?ui=fa&story=story-visit").text
    assert "محمدجواد ظریف" in html.split('data-facet="person"')[1].split("</section>")[0]
    assert titles(html)


def test_a_story_is_called_by_the_headline_of_its_original(reader: Reader) -> None:
    for address in ("/", "/?story=story-visit"):
        stories = reader.get(address).text.split('data-facet="story"')[1].split("</section>")[0]
        assert "ظریف به مسکو رفت" in stories
        assert "story-visit"[:12] not in re.sub("<[^>]*>", "", stories)


@pytest.mark.parametrize(("ui", "direction"), [("fa", "rtl"), ("ar", "rtl"), ("en", "ltr")])
def test_the_page_has_its_language_and_direction_and_links_keep_them(reader: Reader, ui: str, direction: str) -> None:
    html = reader.get(f"/?ui={ui}&theme=dark&q={quote('ایران')}").text
    assert f'<html lang="{ui}" dir="{direction}" data-theme="dark">' in html
    kept = [url for url in links(html) if url.startswith(("/?", "/documents/"))]
    assert kept
    assert all("ui=" in url for url in kept)
    assert f'<input type="hidden" name="ui" value="{ui}">' in html


def test_without_a_choice_the_browser_decides(archive: Target) -> None:
    assert '<html lang="ar" dir="rtl">' in read_from(archive, language="ar-EG,ar;q=0.9").get("/").text

"""The pages of one document, of two compared, and of words explained."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from daftar.web.document_page import Bundle, show_document
from daftar.web.interface import Interface
from daftar.web.parameters import Asked
from tests.web.archive import DOCUMENTS, SCRIPT
from tests.web.reader import Reader

pytestmark = pytest.mark.search

BY_ID = {document["document_id"]: document for document in DOCUMENTS}


def article(html: str) -> str:
    return html.split("<article")[1].split("</article>")[0]


def paragraphs(html: str) -> list[str]:
    text = article(html).split('<div class="text">')[1]
    return [unescape(re.sub(r"<[^>]+>", "", p)) for p in re.findall(r"<p>(.*?)</p>", text, re.DOTALL)]


def marked(html: str, tag: str) -> list[str]:
    return [unescape(re.sub("<[^>]+>", "", m)) for m in re.findall(rf"<{tag}[^>]*>(.*?)</{tag.split()[0]}>", html)]


@pytest.mark.parametrize("document_id", ["visit-fa", "visit-ar", "hostile", "edges"])
def test_the_text_without_its_marks_is_the_text(reader: Reader, document_id: str) -> None:
    document = BY_ID[document_id]
    html = reader.get(f"/documents/{document_id}?q=" + quote("مسکو ظریف متن")).text
    assert paragraphs(html) == [line for line in document["body"].split("\n") if line]
    assert marked(article(html), "h1") == [document["title"]]


def test_names_dates_and_search_words_are_marked(reader: Reader) -> None:
    html = article(reader.get("/documents/visit-fa?q=" + quote("مسکو")).text)
    assert '<a class="name place" href="/?place=Moscow" title="Place: ' in html
    assert "<mark>مسکو</mark></a>" in html
    assert marked(html, 'a class="name person"') == ["محمدجواد ظریف"]
    assert marked(html, 'time class="name date"') == ["۱۰ آبان ۱۳۹۶"]
    assert '<time class="name date" datetime="2017-11-01" title="1 November 2017 / 10 Aban 1396">' in html


def test_a_person_known_by_a_title_alone_leads_to_a_search() -> None:
    mention = {"id": "candidate:رضی", "label": "علی رضایی", "kind": "person", "offset": [0, 9]}
    document = {"document_id": "x", "title": "", "body": "علی رضایی گفت", "entity_mentions": [mention]}
    shown = show_document(Bundle(document, None, [document], [], [], []), Asked(), Interface("en"))
    assert f'<a class="name person" href="/?q={quote("علی رضایی", safe="")}"' in shown["paragraphs"][0]


def test_words_at_either_end_are_marked(reader: Reader) -> None:
    html = article(reader.get("/documents/edges?q=" + quote("نیلوفر")).text)
    assert marked(html, "mark") == ["نیلوفر"] * 4


def test_keyphrases_lead_to_the_documents_that_share_them(reader: Reader) -> None:
    html = reader.get("/documents/visit-fa?ui=en").text
    (url,) = re.findall(r'<a href="([^"]+)">سفر ظریف</a>', html)
    assert unescape(url) == f"/?keyphrase={quote('سفر ظریف', safe='')}&ui=en"
    assert "ظریف به مسکو رفت" in reader.get(unescape(url)).text


def test_removed_furniture_is_there_on_demand(reader: Reader) -> None:
    html = reader.get("/documents/visit-fa").text
    assert re.search(r'<details id="removed">.*<li dir="auto">نظر شما</li>', html, re.DOTALL)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("مسکو", "stands in the headline as you wrote it"),
        ("همتای", "stands in the text as you wrote it"),
        ("همتاي", "stands in the text in another spelling"),
        ("Zarif", "is a spelling of a name in this document"),
        ("جواد ضريف", "A name that sounds like “ضريف” is in this document"),
        ("ضريف", "is not in this document"),
        ("قطب‌نما", "is not in this document"),
        ('"به مسکو رفت"', "stands in the headline as you wrote it"),
    ],
)
def test_why_it_was_found(reader: Reader, query: str, reason: str) -> None:
    html = reader.get("/documents/visit-fa?q=" + quote(query)).text
    said = html.split('<section id="why">')[1].split("</section>")[0]
    assert reason in said.replace("\u2068", "").replace("\u2069", "")


def test_a_broken_plural_finds_its_word_and_it_is_marked(reader: Reader) -> None:
    html = reader.get("/documents/gone?q=" + quote("مساجد")).text
    assert "Another form of “\u2068مساجد\u2069” stands in the \u2068text\u2069." in html
    assert marked(article(html), "mark") == ["مسجد"]


def test_copies_and_their_differences(reader: Reader) -> None:
    html = reader.get("/documents/visit-fa").text
    copies = html.split('<section id="copies">')[1].split("</section>")[0]
    assert 'href="/documents/visit-copy"' in copies
    assert 'href="/documents/visit-fa"' in reader.get("/documents/visit-copy").text.split('<section id="copies">')[1]
    compared = reader.get("/documents/visit-fa/compare/visit-copy").text
    assert "<del>سفر کرد </del><ins>رفت</ins>." in compared


def test_versions_lead_to_each_other_and_tell_their_change(reader: Reader) -> None:
    html = reader.get("/documents/draft-2").text
    assert 'href="/documents/draft-1"' in html
    assert 'href="/documents/draft-2/compare/draft-1"' in html
    old = reader.get("/documents/draft-1").text
    assert "out of date" in old
    assert 'href="/documents/draft-2"' in old
    assert 'href="/documents/draft-2/compare/draft-1"' in old
    assert "سد ساخته <del>شد </del><ins>نشد</ins>." in reader.get("/documents/draft-2/compare/draft-1").text


def test_a_removed_document_says_so(reader: Reader) -> None:
    html = reader.get("/documents/gone").text
    assert "no longer in the folder. Removed: \u20681 March 2021\u2069" in html
    assert "Untitled" in html


def test_the_story_of_a_sample_page(reader: Reader) -> None:
    listed = reader.get("/?q=" + quote("کرمانشاه")).text
    url = re.findall(r'<h2><a href="([^"]+)"', listed)[0]
    html = reader.get(unescape(url)).text
    table = html.split("<table>")[1].split("</table>")[0]
    assert [step for step in ("scan", "read", "detect", "normalize", "enrich", "index") if f">{step}<" in table] == [
        *("scan", "read", "detect", "normalize", "enrich", "index")
    ]
    assert "SHA-256" in html


def test_a_script_in_a_document_is_text(reader: Reader) -> None:
    for url in ("/documents/hostile", "/?q=" + quote("زهرآگین"), "/documents/hostile/compare/visit-fa"):
        html = reader.get(url).text
        assert SCRIPT not in html
        assert "<img" not in html
        assert "onload=alert(1)>" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    "mentions",
    [
        None,
        "x",
        [None, 1, "x", {}, []],
        [{"offset": None}, {"offset": [1]}, {"offset": ["1", None]}, {"offset": [True, 2]}, {"offset": [-5, 99]}],
        [{"offset": [0, 2], "kind": "person"}, {"offset": [1, 3], "kind": None, "start": "<b>", "end": 7}],
    ],
)
def test_mentions_that_are_stored_otherwise_change_no_text(mentions: object) -> None:
    document = {
        "document_id": "x",
        "title": "آب",
        "body": "نان",
        "entity_mentions": mentions,
        "date_mentions": mentions,
    }
    shown = show_document(Bundle(document, None, [document], [], [], []), Asked(), Interface("en"))
    assert re.sub("<[^>]+>", "", shown["title"]) == "آب"
    assert [re.sub("<[^>]+>", "", paragraph) for paragraph in shown["paragraphs"]] == ["نان"]


def test_ids_that_are_none(reader: Reader) -> None:
    for document_id in ("nope", "x" * 500, "*", "..%2f..%2fetc", "%00", quote("سند"), "a b", "_search", "%F0%9F%98%80"):
        answer = reader.get(f"/documents/{document_id}")
        assert answer.status_code == 404, document_id
        assert "There is no such page" in answer.text


def test_words_are_explained_in_both_chains(reader: Reader) -> None:
    html = reader.get("/explain?text=" + quote("المدرسة")).text
    chains = html.split('<section class="chain">')[1:]
    assert len(chains) == 2
    for chain in chains:
        exact, precise, stem = re.findall(r"<dd[^>]*>(.*?)</dd>", chain, re.DOTALL)
        assert marked(exact, 'bdi class="token"') == ["المدرسة"]
        assert "المدرسه" in marked(precise, 'bdi class="token"')
        assert marked(stem, 'bdi class="token"')
    assert "Language of the text" in html


def test_the_mark_of_a_whole_word_is_told_and_not_shown_as_a_letter(reader: Reader) -> None:
    html = reader.get("/explain?text=" + quote("بوتين")).text
    assert "\u08a1" not in html
    arabic = html.split('<section class="chain">')[2]
    stem = re.findall(r"<dd[^>]*>(.*?)</dd>", arabic, re.DOTALL)[2]
    assert marked(stem, 'bdi class="token"') == ["بتن"]
    assert stem.count("◦") == 1
    assert "A whole word, of which no ending is cut" in arabic
    assert "A whole word" not in reader.get("/explain?text=" + quote("المدرسة")).text.split('class="chain"')[1]


def test_nothing_to_explain(reader: Reader) -> None:
    assert reader.get("/explain").status_code == 200
    assert "None" in reader.get("/explain?text=%21%21").text


def test_related_coverage_in_another_language_comes_first(reader: Reader) -> None:
    html = reader.get("/?q=" + quote("زلزله كرمانشاه") + "&language=fa").text
    url = re.findall(r'<h2><a href="([^"]+)"', html)[0]
    section = reader.get(unescape(url)).text.split('<section id="related">')[1].split("</section>")[0]
    languages = re.findall(r'<a href="/documents/[^"]+" lang="(\w+)"', section)
    assert "ar" in languages
    assert languages == sorted(languages)


def test_names_and_dates_in_an_explained_text(reader: Reader) -> None:
    html = reader.get("/explain?text=" + quote("پوتین روز ۱۰ آبان ۱۳۹۶ به تهران رفت")).text
    assert "Person: Vladimir Putin" in html
    assert "Place: Tehran" in html
    assert "1 November 2017 / 10 Aban 1396" in html

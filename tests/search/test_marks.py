"""What finds a page is marked in it, as the page spells it: names in both languages, lost half-spaces, small words."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.search.archive import Hit, search
from daftar.search.documents import find_match, read_document
from daftar.search.highlights import choose_mentions, find_restored
from daftar.search.naming import find_meant, list_native
from tasks.cluster import Target
from tests.web.archive import ingest, new_archive

FACTS = tomllib.loads((Path(__file__).parents[1] / "seeds" / "facts.toml").read_text(encoding="utf-8"))

PAGES = {
    "visit-fa.txt": "پوتین در تهران\n\nولادیمیر پوتین رئیسجمهور روسیه روز چهارشنبه برای گفتوگو به تهران آمد.",
    "visit-ar.txt": "بوتين في العاصمة\n\nوصل الرئيس الروسي فلاديمير بوتين إلى طهران يوم الأربعاء لإجراء محادثات.",
    "mixed.txt": "آیین گشایش سد\n\nاین سد روز شنبه با حضور مردم گشوده شد و آب به دشت رسید.\n\n"
    "وقد رحبت بغداد ومسقط في بيان بما جرى عند السد.",
    "club-fa.txt": "صدر جدول\n\nباشگاه استقلال تهران روز جمعه با دو گل برد و بر صدر جدول نشست.",
    "border-fa.txt": "بازدید از مرز\n\nوزیر دفاع، پیتر چکریموف، روز شنبه از پاسگاه مرزی بازدید کرد و چند سخن گفت.",
}


@pytest.fixture(scope="module")
def archive(elasticsearch_url: str, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The pages above and the sample pages, taken through all steps."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with new_archive(elasticsearch_url) as target:
        ingest(target, folder)
        ingest(target, samples)
        yield target


def list_marked(hit: Hit) -> set[str]:
    return {word for piece in (hit.marked_title or "", *hit.highlights) for word in re.findall("<em>(.*?)</em>", piece)}


@pytest.mark.search
@pytest.mark.parametrize(
    ("text", "page", "marked"),
    [
        ("تهران", "visit-fa.txt", {"تهران"}),
        ("تهران", "visit-ar.txt", {"طهران"}),
        ("طهران", "visit-fa.txt", {"تهران"}),
        ("Tehran", "visit-ar.txt", {"طهران"}),
        ("tehran", "visit-fa.txt", {"تهران"}),
        ("پوتین", "visit-ar.txt", {"بوتين", "فلاديمير بوتين"}),
        ("بوتين", "visit-fa.txt", {"پوتین", "ولادیمیر پوتین"}),
        ("putin", "visit-ar.txt", {"بوتين", "فلاديمير بوتين"}),
        ('"ولادیمیر پوتین"', "visit-ar.txt", {"بوتين", "فلاديمير بوتين"}),
        ("+تهران پوتین", "visit-ar.txt", {"بوتين", "فلاديمير بوتين", "طهران"}),
        ("پوتین OR زرافه", "visit-ar.txt", {"بوتين", "فلاديمير بوتين"}),
        ("پوتین تهران", "visit-fa.txt", {"پوتین", "ولادیمیر پوتین", "تهران"}),
        ('"پوتین در تهران"', "visit-fa.txt", {"پوتین در تهران"}),
        ("محادثات تهران", "visit-ar.txt", {"محادثات", "طهران"}),
        ("مسقط", "mixed.txt", {"مسقط"}),
        ("Muscat", "mixed.txt", {"مسقط"}),
        ("بيتر تشكريموف", "border-fa.txt", {"پیتر چکریموف"}),
        ("رئیس", "visit-fa.txt", {"رئیسجمهور"}),
        ("چند", "border-fa.txt", {"چند"}),
    ],
)
def test_the_page_s_own_spelling_is_marked(archive: Target, text: str, page: str, marked: set[str]) -> None:
    (hit,) = (hit for hit in search(archive, text, size=50).hits if hit.path == page)
    assert list_marked(hit) == marked


@pytest.mark.search
@pytest.mark.parametrize("text", ["name:تهران", "person:putin", "place:Tehran", "", "-تهران"])
def test_what_no_word_found_is_found_all_the_same(archive: Target, text: str) -> None:
    assert search(archive, text, size=50).hits


@pytest.mark.search
def test_every_hit_of_every_name_is_marked(archive: Target) -> None:
    """Each name that a careful reader found in the sample pages, under its label and each spelling of any page."""
    spellings: dict[str, set[str]] = {}
    for facts in FACTS.values():
        for label, spelling in facts["spellings"].items():
            spellings.setdefault(label, {label}).add(spelling)
    unmarked = [
        (text, hit.path)
        for texts in spellings.values()
        for text in sorted(texts)
        for hit in search(archive, text, size=50).hits
        if not list_marked(hit)
    ]
    assert len(spellings) > 100
    assert unmarked == []


@pytest.mark.search
@pytest.mark.parametrize(
    ("page", "text", "title", "body"),
    [
        ("visit-ar.txt", "تهران پوتین", ["بوتين"], ["فلاديمير بوتين", "طهران"]),
        ("visit-fa.txt", "رئیس", [], ["رئیسجمهور"]),
        ("mixed.txt", "مسقط", [], ["مسقط"]),
    ],
)
def test_the_whole_text_is_marked_alike(
    archive: Target, page: str, text: str, title: list[str], body: list[str]
) -> None:
    (hit,) = (hit for hit in search(archive, text, size=50).hits if hit.path == page)
    document = read_document(archive, hit.document_id)
    assert document is not None
    match = find_match(archive, document, text, ("[", "]"))
    assert re.findall(r"\[(.*?)\]", match.title) == title
    assert re.findall(r"\[(.*?)\]", match.body) == body
    assert match.body.replace("[", "").replace("]", "") == document["body"]


def test_a_search_text_means_the_names_in_it() -> None:
    assert find_meant("سفر پوتین به تهران") == {"vladimir-putin", "tehran"}
    assert find_meant("VLADIMIR putin") >= {"vladimir-putin"}
    assert find_meant('"سفر پوتین" "ولادیمیر پوتین" «بازار تهران»') == {"vladimir-putin"}
    assert find_meant("زرافه") == find_meant("") == frozenset()


def test_names_in_latin_letters_have_their_spellings_in_both_languages() -> None:
    assert {"تهران", "طهران"} <= {*list_native("tehran سفر")}
    assert "فتح" not in list_native("Fatah")
    assert list_native("تهران") == list_native("giraffe") == list_native("") == []


@given(st.text())
def test_meaning_is_total(text: str) -> None:
    assert isinstance(find_meant(text), frozenset)
    assert isinstance(list_native(text), list)


@pytest.mark.search
def test_a_name_finds_in_every_spelling_what_it_finds_in_any(archive: Target) -> None:
    for spellings in (("Tehran", "tehran", "تهران", "طهران"), ("Putin", "پوتین", "بوتين"), ("Iraq", "العراق", "عراق")):
        found = [{hit.path for hit in search(archive, text, size=50).hits} for text in spellings]
        assert found[0]
        assert all(paths == found[0] for paths in found), spellings


MENTIONS = [
    {"id": "tehran", "text": "طهران"},
    {"id": "vladimir-putin", "text": "بوتين"},
    {"id": "pitr-jkrimuf", "text": "پیتر چکریموف"},
]


@pytest.mark.parametrize(
    ("marked", "texts"),
    [
        ([], []),
        (["\ufdd0تهران\ufdd1"], ["طهران"]),
        (["\ufdd0پیتر\ufdd1 \ufdd0چکریموف\ufdd1"], ["پیتر چکریموف"]),
        (["ولادیمیر \ufdd0پوتین\ufdd1"], ["بوتين"]),
        (["ولادیمیر \ufdd0پوتین\ufdd1", "\ufdd0تهران\ufdd1"], ["طهران"]),
    ],
)
def test_names_found_whole_go_before_those_found_in_part(marked: list[str], texts: list[str]) -> None:
    assert [mention["text"] for mention in choose_mentions(MENTIONS, marked)] == texts


def test_restored_words_are_those_with_a_mark() -> None:
    assert [*find_restored(["\ufdd0رئیس\u200cجمهور\ufdd1 می\u200cکند گفت\u200c\ufdd0وگو\ufdd1"])] == [
        "رئیس\u200cجمهور",
        "گفت\u200cوگو",
    ]

"""From search texts to queries: what each form of the syntax asks, and that nothing can break it."""

import json
import secrets
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.search.query import build_query, build_search, build_suggestion
from daftar.search.question import drop_asking, guess_language
from daftar.search.syntax import MAXIMUM_TERMS, Role, read_search
from mappings import document_template

# fmt: off
SYNTAX = st.sampled_from([
    '"', "«", "»", "+", "-", " OR ", "|", "title:", "place:", "after:2017-11-01", "path:", ":", "*", "?", "\\", "(",
    ")", "~", "^", "[", "]", "{", "}", "/", "&&", "||", "!", " ", "\u200c", "\x00", "\ud800", "ایران", "العراق", "می",
])
# fmt: on
TEXTS = st.lists(SYNTAX | st.text(max_size=6), max_size=30).map("".join)


def test_plain_words_are_liked_and_searched_together() -> None:
    query = build_query("مذاکرات هسته‌ای می شود")
    assert '"query": "مذاکرات هسته‌ای می شود"' in json.dumps(query, ensure_ascii=False)
    assert "must_not" not in query["bool"]


@pytest.mark.parametrize("quotes", ['"بشار اسد"', "«بشار اسد»", "“بشار اسد”"])
def test_a_phrase_in_quotes_must_be_there(quotes: str) -> None:
    (clause,) = build_query(quotes)["bool"]["must"]
    for part in clause["dis_max"]["queries"]:
        assert part["multi_match"]["type"] == "phrase"
        assert part["multi_match"]["query"] == "بشار اسد"


def test_signs_ask_and_forbid() -> None:
    query = build_query("جنگ +تهران -روسیه")["bool"]
    assert [clause["multi_match"]["query"] for clause in query["must"]] == ["تهران"]
    assert [clause["multi_match"]["query"] for clause in query["must_not"]] == ["روسیه"]
    assert len(query["should"]) == 1


def test_words_beside_a_filter_must_be_there() -> None:
    query = build_query("place:وین مذاکرات")["bool"]
    assert (len(query["filter"]), len(query["must"]), "should" in query) == (1, 1, False)


@pytest.mark.search
@pytest.mark.parametrize(
    "text", ["در", "+در", '"ایران در"', "در وین؟", '"در"', "مذاکره", "هسته‌ای", "وین OR پاریس", "path:2017"]
)
def test_every_word_of_the_text_finds_it(asked: Any, text: str) -> None:
    found = asked(text)["hits"]["total"]["value"]
    assert found == (0 if text == "مذاکره" else 1)


@pytest.mark.search
@pytest.mark.parametrize(
    ("phrase", "found"), [("ایران در وین", 1), ("مذاکرات چه ایران", 0), ("چه مذاکرات", 0), ("کدام", 0), ("هسته ای", 1)]
)
def test_a_phrase_needs_all_its_words(asked: Any, phrase: str, found: int) -> None:
    assert asked(f'"{phrase}"')["hits"]["total"]["value"] == found


def test_only_forbidden_words_leave_everything_else() -> None:
    assert set(build_query("-روسیه")["bool"]) == {"must_not"}


def test_one_of_the_alternatives_must_be_there() -> None:
    search = read_search("ایران OR العراق OR سوریه جنگ")
    assert [[term.text for term in group] for group in search.alternatives] == [["ایران", "العراق", "سوریه"]]
    assert [term.text for term in search.terms] == ["جنگ"]


@pytest.mark.parametrize(
    ("text", "field"),
    [("title:پوتین", "title"), ("place:وین", "places"), ("path:2017/a", "file.path"), ("name:putin", "names")],
)
def test_prefixes_limit_to_a_field(text: str, field: str) -> None:
    (term,) = read_search(text).terms
    assert (term.field, term.text) == (field, text.split(":")[1])


@pytest.mark.parametrize("text", ["after:yesterday", "http://example.com", "ساعت 12:30", "unknown:x"])
def test_what_is_no_prefix_is_words(text: str) -> None:
    assert all(not term.field and term.role is Role.LIKED for term in read_search(text).terms)


def test_dates_limit_the_time() -> None:
    query = build_query("after:2017-11-01 before:2017-12-01")
    assert query["bool"]["filter"] == [
        {"range": {"@timestamp": {"gte": "2017-11-01"}}},
        {"range": {"@timestamp": {"lte": "2017-12-01"}}},
    ]


@pytest.mark.parametrize(
    ("text", "kind"), [("", "match_all"), ("  ", "match_all"), ("؟", "match_none"), ('"', "match_none")]
)
def test_nothing_to_search(text: str, kind: str) -> None:
    assert build_query(text) == {kind: {}}


def test_a_language_is_a_filter() -> None:
    assert build_query("ایران", language="ar")["bool"]["filter"] == [{"term": {"language": "ar"}}]


@given(TEXTS)
def test_every_text_becomes_a_query_that_can_be_sent(text: str) -> None:
    for request in (build_search(text, language="fa", sort="date"), build_suggestion(text)):
        json.dumps(request, ensure_ascii=False).encode("utf-8")
    assert len(read_search(text).terms) <= MAXIMUM_TERMS


@pytest.mark.search
@pytest.mark.parametrize("text", ["کلمه " * 5000, "a*" * 900, "path:" + "?*" * 400, '"' + "ب " * 400 + '"', "-" * 900])
def test_long_texts_are_answered(asked: Any, text: str) -> None:
    asked(text)


@pytest.mark.search
def test_no_text_raises_a_server_error(asked: Any) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(TEXTS)
    def check(text: str) -> None:
        asked(text)

    check()


@pytest.mark.search
def test_a_misspelt_word_gets_a_suggestion(asked: Any) -> None:
    answer = asked("مذاکارت", suggestion=True)
    assert [option["text"] for entry in answer["suggest"]["words"] for option in entry["options"]] == ["مذاکرات"]


@pytest.fixture(scope="module")
def asked(elasticsearch_url: str) -> Any:
    """Send a search text to an index with one document; returns the answer, which must be one."""
    index = f"/test-{secrets.token_hex(6)}-documents-fa-1"
    with httpx.Client(base_url=elasticsearch_url, timeout=60) as client:
        template = document_template("p", "fa")["template"]
        assert client.put(index, json=template).is_success
        document = {"title": "مذاکرات هسته‌ای", "body": "مذاکرات ایران در وین", "file": {"path": "2017/a.txt"}}
        assert client.post(f"{index}/_doc?refresh=true", json=document).is_success

        def ask(text: str, *, suggestion: bool = False) -> Any:
            request = build_suggestion(text) if suggestion else build_search(text)
            response = client.post(f"{index}/_search", json=request)
            assert response.status_code == 200, response.text[:500]
            return response.json()

        yield ask
        client.delete(index)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("در کدام شهر برگزار شد؟", "fa"),
        ("چه كسي رييس جمهور شد", "fa"),
        ("في أي مدينة ولد نجيب محفوظ؟", "ar"),
        ("متی تاسست الامم المتحده", "ar"),
        ("پوتین", None),
        ("سوریه عراق لبنان", None),
        ("", None),
    ],
)
def test_only_a_clear_question_has_a_language(text: str, language: str | None) -> None:
    assert guess_language(text) == language


def test_the_other_language_stays_findable() -> None:
    query = build_query("در کدام شهر برگزار شد؟")["boosting"]
    assert query["negative"] == {"term": {"language": "ar"}}
    assert 0 < query["negative_boost"] < 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ماذا تعتبر مدينة دمشق؟", "ar"),
        ("مَتَى وُلِدَ الْكَاتِبُ نَجِيب مَحْفُوظ", "ar"),
        ("مرکز استان اصفهان کجاست؟", "fa"),
        ("من و تو", None),
        ("کیف و کفش", None),
        ("نجیب محفوظ ادیب", None),
    ],
)
def test_a_question_word_makes_a_language_clear(text: str, language: str | None) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ما عدد سكان مصر؟", "سكان مصر؟"),
        ("كم عدد سكان مصر", "كم سكان مصر"),
        ("ما اسم عاصمة العراق؟", "عاصمة العراق؟"),
        ("ما معنى ذلك؟", "ما معنى ذلك؟"),
        ("عدد السكان", "عدد السكان"),
        ("اسم الوردة", "اسم الوردة"),
        ("معنی اسم کوروش چیست و عدد ما کدام است", "معنی اسم کوروش چیست و عدد ما کدام است"),
        ("", ""),
    ],
)
def test_an_arabic_question_is_asked_without_the_kind_of_its_answer(text: str, kept: str) -> None:
    assert drop_asking(text) == kept

"""What panels ask Elasticsearch, and when their answer shows nothing."""

from typing import Any

import pytest

from daftar.services.kibana import build_file
from daftar.services.kibana_requests import (
    CALCULATED,
    COUNTED,
    TIMED,
    Question,
    is_empty,
    list_condition_fields,
    list_questions,
    read_condition,
)
from daftar.services.kibana_structure import read_objects

OBJECTS = read_objects(build_file("daftar", "http://localhost:8000"))
QUESTIONS = {question.place: question for question in list_questions(OBJECTS)}


def ask(place: str) -> Question:
    return QUESTIONS[place]


def test_every_panel_session_and_control_is_asked_for() -> None:
    panels = sum(
        panel["type"] == "lens"
        for saved in OBJECTS
        if saved["type"] == "dashboard"
        for panel in saved["attributes"]["panelsJSON"]
    )
    assert panels == 23
    assert len(QUESTIONS) == panels + 5 + 4


def test_a_ranking() -> None:
    question = ask("dashboard daftar-news, people")
    assert question.view.indices == "daftar-documents"
    assert question.fields == {("people", COUNTED), ("@timestamp", TIMED)}
    assert question.to_body() == {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [{"range": {"@timestamp": {"gte": "1995-01-01T00:00:00.000Z", "lte": "now"}}}]}},
        "aggs": {"inner": {"terms": {"field": "people", "size": 15, "order": {"_count": "desc"}}}},
    }


def test_parts_in_parts_ordered_by_a_number() -> None:
    question = ask("dashboard daftar-news, most_copied")
    assert question.filters == ({"range": {"copies": {"gt": 0}}},)
    outer = question.aggregations["inner"]
    assert outer["terms"] == {"field": "document_id", "size": 15, "order": {"max": "desc"}}
    assert outer["aggs"]["max"] == {"max": {"field": "copies"}}
    assert outer["aggs"]["inner"]["terms"]["field"] == "title.raw"
    assert outer["aggs"]["inner"]["aggs"]["min"] == {"min": {"field": "@timestamp"}}


def test_a_field_that_is_computed_and_a_range_of_its_own() -> None:
    question = ask("dashboard daftar-ingest, lag")
    assert ("lag", CALCULATED) in question.fields
    assert ("attempts", COUNTED) in question.fields
    body = question.to_body()
    assert body["query"]["bool"]["filter"] == [
        {"terms": {"status": ["indexed", "duplicate"]}},
        {"terms": {"attempts": ["1"]}},
        {"range": {"changed": {"gte": "now-7d", "lte": "now"}}},
    ]
    assert body["runtime_mappings"]["lag"]["type"] == "double"
    assert body["aggs"]["inner"]["aggs"]["p95"] == {"percentiles": {"field": "lag", "percents": [95]}}


@pytest.mark.parametrize(
    ("text", "clauses", "fields"),
    [
        ("", [], []),
        ('language: "und"', [{"terms": {"language": ["und"]}}], ["language"]),
        (
            'status: ("a" or "b") and n > 3',
            [{"terms": {"status": ["a", "b"]}}, {"range": {"n": {"gt": 3}}}],
            ["status", "n"],
        ),
        ('@timestamp: "2017"', [{"terms": {"@timestamp": ["2017"]}}], ["@timestamp"]),
    ],
)
def test_conditions_are_read(text: str, clauses: list[Any], fields: list[str]) -> None:
    assert read_condition(text) == clauses
    assert list_condition_fields(text) == fields


@pytest.mark.parametrize("text", ["ایران", "not a", 'a: "b" or c: "d"', "a: b", 'a: ("b")x', "n > x", " ", "and"])
def test_what_cannot_be_tried_is_no_success(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be tried"):
        read_condition(text)


def test_a_new_kind_of_panel_is_no_success() -> None:
    objects = read_objects(build_file("daftar", "http://localhost:8000"))
    objects[-1]["attributes"]["panelsJSON"][0]["type"] = "map"
    with pytest.raises(ValueError, match="unknown type map"):
        list_questions(objects)


def answer(total: int, **aggregations: Any) -> dict[str, Any]:
    return {"hits": {"total": {"value": total}}, "aggregations": aggregations}


@pytest.mark.parametrize(
    ("given", "empty"),
    [
        (answer(0), True),
        (answer(3), False),
        (answer(3, inner={"buckets": []}), True),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3}]}), False),
        (answer(3, inner={"buckets": [{"key": 1, "doc_count": 0}]}), True),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3, "inner": {"buckets": []}}]}), True),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3, "max": {"value": None}}]}), True),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3, "max": {"value": 2.0}}]}), False),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3, "p": {"values": {"95.0": None}}}]}), True),
        (answer(3, inner={"buckets": [{"key": "a", "doc_count": 3, "p": {"values": {"95.0": 0.5}}}]}), False),
        (answer(3, unique_count={"value": 0}), True),
        (answer(3, unique_count={"value": 2}), False),
    ],
)
def test_when_a_panel_shows_nothing(given: dict[str, Any], empty: bool) -> None:
    assert is_empty(given) is empty

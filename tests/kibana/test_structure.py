"""The objects for Kibana as they are built, and what the look at their structure finds when one is broken."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from daftar.search.labels import list_labelled
from daftar.services.kibana import build_file, build_pack
from daftar.services.kibana_structure import find_flaws, read_objects
from mappings import DOCUMENT_FIELDS, LEDGER_FIELDS, describe_fields
from mappings.kibana import build_objects, join_names, to_ndjson
from mappings.kibana.conditions import all_of, equals, exceeds
from mappings.kibana.names import load_help, load_names
from tasks.detect import CODES
from tasks.outcome import Status

Json = dict[str, Any]

PAGE = "http://localhost:8000"
FILE = build_file("daftar", PAGE)
SOURCE = "kibanaSavedObjectMeta.searchSourceJSON"
LAYER = "indexpattern-datasource-layer-layer"


def read() -> list[Json]:
    return read_objects(FILE)


def find(objects: list[Json], kind: str, name: str) -> Json:
    return next(saved for saved in objects if (saved["type"], saved["id"]) == (kind, name))


def find_panel(objects: list[Json], dashboard: str, name: str) -> Json:
    panels = find(objects, "dashboard", dashboard)["attributes"]["panelsJSON"]
    return next(panel for panel in panels if panel["panelIndex"] == name)


def find_layer(panel: Json) -> Json:
    (layer,) = panel["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values()
    return layer


def test_nothing_is_wrong() -> None:
    assert find_flaws(read()) == []


def test_all_that_analysts_and_operators_need_is_there() -> None:
    assert [(saved["type"], saved["id"]) for saved in read()] == [
        ("index-pattern", "daftar-documents"),
        ("index-pattern", "daftar-files"),
        ("search", "daftar-all"),
        ("search", "daftar-persian"),
        ("search", "daftar-arabic"),
        ("search", "daftar-quarantine"),
        ("search", "daftar-changes"),
        ("dashboard", "daftar-news"),
        ("dashboard", "daftar-ingest"),
    ]


def test_each_line_is_one_object_with_its_formats() -> None:
    lines = [json.loads(line) for line in FILE.decode().splitlines()]
    assert {(line["type"], line["typeMigrationVersion"], line["coreMigrationVersion"]) for line in lines} == {
        ("index-pattern", "8.0.0", "8.8.0"),
        ("search", "10.5.0", "8.8.0"),
        ("dashboard", "10.2.0", "8.8.0"),
    }


def test_the_same_is_built_whatever_the_order_of_the_names() -> None:
    labels = {field: f"name of {field}" for field in list_labelled()}
    turned = dict(reversed(labels.items()))
    assert to_ndjson(build_objects("daftar", PAGE, labels)) == to_ndjson(build_objects("daftar", PAGE, turned))
    assert build_file("daftar", PAGE) == FILE


def test_the_prefix_is_everywhere() -> None:
    text = build_file("presse.1", PAGE).decode()
    assert "daftar" not in text
    assert text.count("presse.1-documents") == FILE.decode().count("daftar-documents")
    assert text.count("presse.1-files") == FILE.decode().count("daftar-files")


def test_a_document_is_one_click_away() -> None:
    for view in ("daftar-documents", "daftar-files"):
        formats = find(read_objects(build_file("daftar", f"{PAGE}/")), "index-pattern", view)["attributes"][
            "fieldFormatMap"
        ]
        assert formats["document_id"]["id"] == "url"
        assert formats["document_id"]["params"]["urlTemplate"] == "http://localhost:8000/documents/{{value}}"


def test_fields_have_names_in_three_languages_and_a_meaning() -> None:
    attributes = find(read(), "index-pattern", "daftar-documents")["attributes"]["fieldAttrs"]
    assert attributes["people"]["customLabel"] == "People · اشخاص · الأشخاص"
    assert attributes["title"]["customDescription"] == describe_fields()["title"]
    # Mentions are only stored: Kibana has no field of that name.
    assert {"date_mentions", "entity_mentions"} == DOCUMENT_FIELDS - set(attributes)


def test_the_ledger_has_names_for_all_its_fields() -> None:
    assert set(load_names("ledger")) == LEDGER_FIELDS | {"reason.raw", "lag"}
    attributes = find(read(), "index-pattern", "daftar-files")["attributes"]["fieldAttrs"]
    assert set(attributes) == (LEDGER_FIELDS | {"reason.raw", "lag"}) - {"events"}
    assert all({"customLabel", "customDescription"} == set(entry) for entry in attributes.values())


def test_values_have_names() -> None:
    assert list(load_names("statuses")) == [status.value for status in Status]
    assert set(load_names("languages")) >= {*CODES, "und"}
    assert load_names("languages")["fa"] == "Persian · فارسی · الفارسية"


@pytest.mark.parametrize(
    ("names", "line"),
    [(("متن", "النص", "Text"), "Text · متن · النص"), (("X", "X", "X"), "X"), (("SHA", "بصمة", "SHA"), "SHA · بصمة")],
)
def test_names_are_joined(names: tuple[str, str, str], line: str) -> None:
    assert join_names(*names) == line


def test_dates_and_zones_of_publication() -> None:
    formats = find(read(), "index-pattern", "daftar-documents")["attributes"]["fieldFormatMap"]
    assert formats["published"] == {"id": "date", "params": {"pattern": "YYYY-MM-DD", "timezone": "UTC"}}


def test_dashboards_open_on_years_not_minutes() -> None:
    start = "1995-01-01T00:00:00.000Z"
    for name in ("daftar-news", "daftar-ingest"):
        attributes = find(read(), "dashboard", name)["attributes"]
        assert (attributes["timeRestore"], attributes["timeFrom"], attributes["timeTo"]) == (True, start, "now")


def test_controls_are_for_language_person_and_place() -> None:
    group = find(read(), "dashboard", "daftar-news")["attributes"]["controlGroupInput"]
    fields = [control["explicitInput"]["fieldName"] for control in group["panelsJSON"].values()]
    assert fields == ["language", "people", "places", "published_jalali_month"]


def test_sessions_leave_the_search_bar_free() -> None:
    source = find(read(), "search", "daftar-persian")["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]
    assert source["query"] == {"query": "", "language": "kuery"}
    assert [entry["query"] for entry in source["filter"]] == [{"match_phrase": {"language": "fa"}}]


def test_the_text_comes_last_in_a_session() -> None:
    assert find(read(), "search", "daftar-all")["attributes"]["columns"][-1] == "body"


def test_the_help_speaks_three_languages_and_only_of_fields_there_are() -> None:
    text = load_help()
    assert text.startswith("### جست‌وجو\n")
    assert "\n### البحث\n" in text
    assert "\n### Searching\n" in text
    examples = " ".join(re.findall("`([^`]+)`", text))
    named = set(re.findall(r"([a-z_.]+)(?::| [<>])", examples))
    assert {"title", "body", "names", "language"} < named <= DOCUMENT_FIELDS


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (equals("status", "waiting"), 'status: "waiting"'),
        (equals("status", "indexed", "duplicate"), 'status: ("indexed" or "duplicate")'),
        (exceeds("copies", 0), "copies > 0"),
        (all_of(equals("language", "und"), exceeds("copies", 0)), 'language: "und" and copies > 0'),
    ],
)
def test_conditions(condition: str, text: str) -> None:
    assert condition == text


def test_the_first_line_is_as_it_was_typed() -> None:
    first = build_pack("daftar", PAGE)[0].to_json()
    assert (first["type"], first["id"], first["references"]) == ("index-pattern", "daftar-documents", [])
    assert first["attributes"]["title"] == "daftar-documents"
    assert first["attributes"]["timeFieldName"] == "@timestamp"
    assert first["attributes"]["fields"] == "[]"


def _twice(objects: list[Json]) -> None:
    objects.append(objects[0])


def _newer(objects: list[Json]) -> None:
    objects[0]["typeMigrationVersion"] = "99.0.0"


def _older_core(objects: list[Json]) -> None:
    objects[2]["coreMigrationVersion"] = "7.0.0"


def _foreign(objects: list[Json]) -> None:
    objects[0]["type"] = "canvas"


def _without_view(objects: list[Json]) -> None:
    del objects[1]


def _without_session_reference(objects: list[Json]) -> None:
    find(objects, "search", "daftar-arabic")["references"].pop()


def _same_reference(objects: list[Json]) -> None:
    references = find(objects, "search", "daftar-arabic")["references"]
    references.append(references[0])


def _without_panel_reference(objects: list[Json]) -> None:
    references = find(objects, "dashboard", "daftar-news")["references"]
    references[:] = [entry for entry in references if not entry["name"].startswith("people:")]


def _without_control_view(objects: list[Json]) -> None:
    references = find(objects, "dashboard", "daftar-news")["references"]
    references[:] = [entry for entry in references if not entry["name"].startswith("controlGroup_place:")]


def _too_wide(objects: list[Json]) -> None:
    find_panel(objects, "daftar-news", "organizations")["gridData"]["w"] = 17


def _overlapping(objects: list[Json]) -> None:
    find_panel(objects, "daftar-news", "people")["gridData"]["w"] = 17


def _renamed(objects: list[Json]) -> None:
    find_panel(objects, "daftar-ingest", "lag")["gridData"]["i"] = "delay"


def _same_name(objects: list[Json]) -> None:
    panel = find_panel(objects, "daftar-ingest", "lag")
    panel["panelIndex"] = panel["gridData"]["i"] = "files"


def _without_column(objects: list[Json]) -> None:
    find_layer(find_panel(objects, "daftar-news", "people"))["columnOrder"].pop()


def _numbers_first(objects: list[Json]) -> None:
    find_layer(find_panel(objects, "daftar-news", "people"))["columnOrder"].reverse()


def _ordered_by_nothing(objects: list[Json]) -> None:
    layer = find_layer(find_panel(objects, "daftar-news", "people"))
    layer["columns"]["value"]["params"]["orderBy"]["columnId"] = "weight"


def _counting_a_field(objects: list[Json]) -> None:
    find_layer(find_panel(objects, "daftar-news", "people"))["columns"]["count"]["sourceField"] = "people"


def _showing_nothing(objects: list[Json]) -> None:
    state = find_panel(objects, "daftar-news", "keyphrases")["embeddableConfig"]["attributes"]["state"]
    state["visualization"]["tagAccessor"] = "phrase"


def _without_layer_view(objects: list[Json]) -> None:
    find_panel(objects, "daftar-news", "keyphrases")["embeddableConfig"]["attributes"]["references"].clear()


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_twice, "index-pattern daftar-documents: is there twice"),
        (_newer, "index-pattern daftar-documents: is written in format 99.0.0, not 8.0.0"),
        (_older_core, "search daftar-all: has the core format 7.0.0, not 8.8.0"),
        (_foreign, "canvas daftar-documents: is of a type that is not ours"),
        (_without_view, "search daftar-quarantine: refers to index-pattern daftar-files, which is not in the file"),
        (
            _without_session_reference,
            f"search daftar-arabic: uses the reference {SOURCE}.filter[0].meta.index, which it does not have",
        ),
        (
            _same_reference,
            f"search daftar-arabic: has two references of the name {SOURCE}.index",
        ),
        (
            _without_panel_reference,
            f"dashboard daftar-news, people: uses the reference {LAYER}, which the dashboard does not have",
        ),
        (_without_control_view, "dashboard daftar-news, control place: has no data view"),
        (_too_wide, "dashboard daftar-news, organizations: does not lie on the grid"),
        (_overlapping, "dashboard daftar-news, people: lies over places"),
        (_renamed, "dashboard daftar-ingest, lag: has another name on the grid"),
        (_same_name, "dashboard daftar-ingest, files: is there twice"),
        (_without_column, "dashboard daftar-news, people: does not have the columns that it orders"),
        (_numbers_first, "dashboard daftar-news, people: has a number before a column that divides"),
        (_ordered_by_nothing, "dashboard daftar-news, people: orders value by weight, which is not a column"),
        (_counting_a_field, "dashboard daftar-news, people: counts something else than documents"),
        (_showing_nothing, "dashboard daftar-news, keyphrases: shows phrase, which is not a column"),
        (_showing_nothing, "dashboard daftar-news, keyphrases: does not show its column value"),
        (_without_layer_view, "dashboard daftar-news, keyphrases: has no data view for layer"),
    ],
)
def test_what_is_broken_is_found(spoil: Callable[[list[Json]], None], finding: str) -> None:
    objects = read()
    spoil(objects)
    assert finding in map(str, find_flaws(objects))

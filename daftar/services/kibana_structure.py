"""Whether a file of saved objects is well formed: everything that can be seen without Kibana and Elasticsearch.

Kibana looks at little when it imports; a panel that names what is not there shows an error only when it is
opened. Source of the rules: the exports and fixtures of elastic/kibana at 9.4.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from mappings.kibana.layout import WIDTH
from mappings.kibana.saved_objects import CORE_FORMAT, FORMATS

Json = dict[str, Any]

#: Attributes that hold JSON as text: directly, and inside others.
_TEXTS: Final = (
    "panelsJSON",
    "optionsJSON",
    "fieldAttrs",
    "fieldFormatMap",
    "runtimeFieldMap",
    "sourceFilters",
    "fields",
)
_INNER_TEXTS: Final = {
    "kibanaSavedObjectMeta": ("searchSourceJSON",),
    "controlGroupInput": ("panelsJSON", "ignoreParentSettingsJSON"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: where (`dashboard daftar-news, people`), and what."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def read_objects(content: bytes) -> list[Json]:
    """Read a file of saved objects, with the JSON that some attributes hold as text read as well.

    Raises ValueError when a line or such a text is no JSON.
    """
    return [_unfold(json.loads(line)) for line in content.decode().splitlines() if line.strip()]


def _unfold(saved: Json) -> Json:
    attributes = dict(saved["attributes"])
    for name in _TEXTS:
        if isinstance(attributes.get(name), str):
            attributes[name] = json.loads(attributes[name])
    for outer, names in _INNER_TEXTS.items():
        if outer in attributes:
            inner = attributes[outer]
            attributes[outer] = inner | {name: json.loads(inner[name]) for name in names if name in inner}
    return saved | {"attributes": attributes}


def find_flaws(objects: list[Json]) -> list[Finding]:
    """Return what is wrong with objects as `read_objects` gives them; nothing when all is well."""
    known = {(saved["type"], saved["id"]) for saved in objects}
    counts = Counter((saved["type"], saved["id"]) for saved in objects)
    findings = [Finding(f"{kind} {name}", "is there twice") for (kind, name), times in counts.items() if times > 1]
    for saved in objects:
        place = f"{saved['type']} {saved['id']}"
        findings += [Finding(place, problem) for problem in _check_object(saved, known)]
        if saved["type"] == "dashboard":
            findings += _check_dashboard(saved, place)
    return findings


def _check_object(saved: Json, known: set[tuple[str, str]]) -> Iterator[str]:
    expected = FORMATS.get(saved["type"])
    if expected is None:
        yield "is of a type that is not ours"
    elif saved.get("typeMigrationVersion") != expected:
        yield f"is written in format {saved.get('typeMigrationVersion')}, not {expected}"
    if saved.get("coreMigrationVersion") != CORE_FORMAT:
        yield f"has the core format {saved.get('coreMigrationVersion')}, not {CORE_FORMAT}"
    names = [reference["name"] for reference in saved["references"]]
    for name, times in Counter(names).items():
        if times > 1:
            yield f"has two references of the name {name}"
    for reference in saved["references"]:
        if (reference["type"], reference["id"]) not in known:
            yield f"refers to {reference['type']} {reference['id']}, which is not in the file"
    for wanted in _list_reference_names(saved["attributes"]):
        if wanted not in names:
            yield f"uses the reference {wanted}, which it does not have"


def _list_reference_names(value: Any) -> Iterator[str]:
    """Yield the references that attributes ask for by name; those of panels have a prefix and come elsewhere."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "indexRefName":
                yield inner
            else:
                yield from _list_reference_names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_reference_names(inner)


def _check_dashboard(saved: Json, place: str) -> Iterator[Finding]:
    attributes, names = saved["attributes"], {reference["name"] for reference in saved["references"]}
    panels = attributes["panelsJSON"]
    for name, times in Counter(panel["panelIndex"] for panel in panels).items():
        if times > 1:
            yield Finding(f"{place}, {name}", "is there twice")
    for panel in panels:
        problems = [*_check_grid(panel), *_check_panel_references(panel, names)]
        if panel["type"] == "lens":
            problems += _check_chart(panel["embeddableConfig"]["attributes"])
        yield from (Finding(f"{place}, {panel['panelIndex']}", problem) for problem in problems)
    for one, other in combinations(panels, 2):
        if _overlap(one["gridData"], other["gridData"]):
            yield Finding(f"{place}, {one['panelIndex']}", f"lies over {other['panelIndex']}")
    for name in attributes.get("controlGroupInput", {}).get("panelsJSON", {}):
        if f"controlGroup_{name}:optionsListDataView" not in names:
            yield Finding(f"{place}, control {name}", "has no data view")


def _check_grid(panel: Json) -> Iterator[str]:
    grid = panel["gridData"]
    if grid["i"] != panel["panelIndex"]:
        yield "has another name on the grid"
    if grid["x"] < 0 or grid["y"] < 0 or grid["w"] < 1 or grid["h"] < 1 or grid["x"] + grid["w"] > WIDTH:
        yield "does not lie on the grid"


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def _check_panel_references(panel: Json, names: set[str]) -> Iterator[str]:
    wanted = [panel["panelRefName"]] if "panelRefName" in panel else []
    chart = panel["embeddableConfig"].get("attributes", {})
    wanted += [reference["name"] for reference in chart.get("references", ())]
    for name in wanted:
        if f"{panel['panelIndex']}:{name}" not in names:
            yield f"uses the reference {name}, which the dashboard does not have"


def _check_chart(chart: Json) -> Iterator[str]:
    state = chart["state"]
    layers = state["datasourceStates"]["formBased"]["layers"]
    references = {reference["name"] for reference in chart["references"]}
    for layer_id, layer in layers.items():
        columns, order = layer["columns"], layer["columnOrder"]
        if f"indexpattern-datasource-layer-{layer_id}" not in references:
            yield f"has no data view for {layer_id}"
        if sorted(order) != sorted(columns):
            yield "does not have the columns that it orders"
            continue
        buckets = [columns[name]["isBucketed"] for name in order]
        if buckets != sorted(buckets, reverse=True):
            yield "has a number before a column that divides"
        for name, column in columns.items():
            by = column["params"].get("orderBy", {})
            if by.get("type") == "column" and by["columnId"] not in columns:
                yield f"orders {name} by {by['columnId']}, which is not a column"
            if column["operationType"] == "count" and column["sourceField"] != "___records___":
                yield "counts something else than documents"
    columns = {name for layer in layers.values() for name in layer["columns"]}
    shown = list(_list_accessors(state["visualization"]))
    yield from (f"shows {name}, which is not a column" for name in shown if name not in columns)
    yield from (f"does not show its column {name}" for name in sorted(columns) if name not in shown)


_ACCESSORS: Final = frozenset(
    {"xAccessor", "splitAccessor", "tagAccessor", "valueAccessor", "metricAccessor", "columnId"}
)
_ACCESSOR_LISTS: Final = frozenset({"accessors", "primaryGroups", "metrics"})


def _list_accessors(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _ACCESSORS:
                yield inner
            elif key in _ACCESSOR_LISTS:
                yield from inner
            else:
                yield from _list_accessors(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_accessors(inner)

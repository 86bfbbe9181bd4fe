"""What the panels and sessions of saved objects ask Elasticsearch, so that they can be tried without Kibana."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mappings.kibana.saved_objects import DASHBOARD, DATA_VIEW, SESSION, TimeRange

Json = dict[str, Any]

#: What a panel does with a field, and so what kind of field it needs.
COUNTED: Final = "counted"
TIMED: Final = "timed"
CALCULATED: Final = "calculated"
SHOWN: Final = "shown"

_MARKDOWN_NEEDS_NOTHING: Final[frozenset[str]] = frozenset({"DASHBOARD_MARKDOWN"})
_NESTED: Final = "inner"
_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class View:
    """A data view: the indices it is over, its time field, and the fields computed when asked for."""

    indices: str
    time_field: str
    runtime_fields: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What one panel, session or control asks: of which view, which fields and for what, in which time.

    `filters` are clauses besides the time; without `aggregations` it lists documents.
    """

    place: str
    view: View
    fields: frozenset[tuple[str, str]]
    filters: tuple[Json, ...] = ()
    aggregations: Json = field(default_factory=dict)
    time_range: TimeRange | None = None

    def to_body(self) -> Json:
        """The search that answers it."""
        filters = list(self.filters)
        if self.time_range:
            limits = {"gte": self.time_range.start, "lte": self.time_range.end}
            filters.append({"range": {self.view.time_field: limits}})
        body: Json = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": filters}}}
        if self.aggregations:
            body["aggs"] = self.aggregations
        if self.view.runtime_fields:
            body["runtime_mappings"] = self.view.runtime_fields
        return body


def list_questions(objects: list[Json]) -> list[Question]:
    """Return what objects, as `read_objects` gives them, ask; by-reference panels only once, as their session.

    Raises ValueError for a part of a panel that is not understood: the check must grow with the panels.
    """
    views = {saved["id"]: _read_view(saved["attributes"]) for saved in objects if saved["type"] == DATA_VIEW}
    questions: list[Question] = []
    for saved in objects:
        if saved["type"] == SESSION:
            questions.append(_ask_session(saved, views))
        elif saved["type"] == DASHBOARD:
            questions += _ask_dashboard(saved, views)
    return questions


def _read_view(attributes: Json) -> View:
    return View(attributes["title"], attributes["timeFieldName"], attributes["runtimeFieldMap"])


def _ask_session(saved: Json, views: Mapping[str, View]) -> Question:
    attributes = saved["attributes"]
    source = attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]
    references = {reference["name"]: reference["id"] for reference in saved["references"]}
    view = views[references[source["indexRefName"]]]
    fields = {(column, SHOWN) for column in attributes["columns"]}
    fields |= {(column, COUNTED) for column, _ in attributes["sort"] if column != view.time_field}
    fields |= {(view.time_field, TIMED)} | {(entry["meta"]["key"], COUNTED) for entry in source["filter"]}
    if "breakdownField" in attributes:
        fields.add((attributes["breakdownField"], COUNTED))
    filters = [entry["query"] for entry in source["filter"]] + read_condition(source["query"]["query"])
    return Question(
        f"search {saved['id']}",
        view,
        frozenset(fields),
        tuple(filters),
        time_range=TimeRange(attributes["timeRange"]["from"], attributes["timeRange"]["to"]),
    )


def _ask_dashboard(saved: Json, views: Mapping[str, View]) -> Iterator[Question]:
    attributes = saved["attributes"]
    references = {reference["name"]: reference["id"] for reference in saved["references"]}
    time_range = TimeRange(attributes["timeFrom"], attributes["timeTo"])
    for panel in attributes["panelsJSON"]:
        place = f"dashboard {saved['id']}, {panel['panelIndex']}"
        if panel["type"] == "lens":
            yield _ask_chart(place, panel, references, views, time_range)
        elif panel["type"] != SESSION and panel["type"] not in _MARKDOWN_NEEDS_NOTHING:
            raise ValueError(f"{place} is a panel of the unknown type {panel['type']}")
    for name, control in attributes.get("controlGroupInput", {}).get("panelsJSON", {}).items():
        view = views[references[f"controlGroup_{name}:optionsListDataView"]]
        chosen = control["explicitInput"]["fieldName"]
        yield Question(
            f"dashboard {saved['id']}, control {name}",
            view,
            frozenset({(chosen, COUNTED)}),
            aggregations={_NESTED: {"terms": {"field": chosen, "size": 10}}},
            time_range=time_range,
        )


def _ask_chart(
    place: str, panel: Json, references: Mapping[str, str], views: Mapping[str, View], time_range: TimeRange
) -> Question:
    config = panel["embeddableConfig"]
    state = config["attributes"]["state"]
    ((layer_id, layer),) = state["datasourceStates"]["formBased"]["layers"].items()
    view = views[references[f"{panel['panelIndex']}:indexpattern-datasource-layer-{layer_id}"]]
    own = config.get("timeRange")
    condition = state["query"]["query"]
    fields = {_read_use(column) for column in layer["columns"].values() if column["operationType"] != "count"}
    fields |= {(name, COUNTED) for name in list_condition_fields(condition)}
    return Question(
        place,
        view,
        frozenset(fields | {(view.time_field, TIMED)}),
        tuple(read_condition(condition)),
        _nest(layer),
        TimeRange(own["from"], own["to"]) if own else time_range,
    )


def _read_use(column: Json) -> tuple[str, str]:
    uses = {"terms": COUNTED, "unique_count": COUNTED, "date_histogram": TIMED}
    return column["sourceField"], uses.get(column["operationType"], CALCULATED)


def _nest(layer: Json) -> Json:
    """Put the dividing columns into each other, in their order, and the numbers into the innermost."""
    columns = [(name, layer["columns"][name]) for name in layer["columnOrder"]]
    numbers = {name: number for name, column in columns if (number := _to_number(column))}
    nested: Json = dict(numbers)
    for _, column in reversed([pair for pair in columns if pair[1]["isBucketed"]]):
        # Every level has the numbers, since a level may be ordered by one.
        nested = {_NESTED: {**_to_buckets(column), "aggs": nested}, **numbers}
        if not nested[_NESTED]["aggs"]:
            del nested[_NESTED]["aggs"]
    return nested


def _to_buckets(column: Json) -> Json:
    params = column["params"]
    match column["operationType"]:
        case "date_histogram":
            return {"auto_date_histogram": {"field": column["sourceField"], "buckets": _STEPS}}
        case "terms":
            by = params["orderBy"]
            key = "_key" if by["type"] == "alphabetical" else by["columnId"]
            order = {"_count" if key == "count" else key: params["orderDirection"]}
            return {"terms": {"field": column["sourceField"], "size": params["size"], "order": order}}
        case operation:
            raise ValueError(f"Panels cannot be divided by {operation} yet")


def _to_number(column: Json) -> Json:
    if column["isBucketed"]:
        return {}
    operation, source = column["operationType"], {"field": column["sourceField"]}
    match operation:
        case "count":
            return {}
        case "max" | "min" | "sum":
            return {operation: source}
        case "average":
            return {"avg": source}
        case "unique_count":
            return {"cardinality": source}
        case "median" | "percentile":
            return {"percentiles": source | {"percents": [column["params"].get("percentile", 50)]}}
        case _:
            raise ValueError(f"Panels cannot have the number {operation} yet")


def is_empty(answer: Json) -> bool:
    """Say whether a panel would show nothing: no document, or no value of what it divides or counts by."""
    return not answer["hits"]["total"]["value"] or not _has_values(answer.get("aggregations"))


def _has_values(aggregations: Json | None) -> bool:
    if not aggregations:
        return True
    if _NESTED in aggregations:
        return any(bucket["doc_count"] and _has_values(_inner(bucket)) for bucket in aggregations[_NESTED]["buckets"])
    return any(_is_value(number) for number in aggregations.values())


def _inner(bucket: Json) -> Json:
    return {name: value for name, value in bucket.items() if isinstance(value, dict)}


def _is_value(number: Json) -> bool:
    if "values" in number:
        return any(value is not None for value in number["values"].values())
    return number["value"] is not None and number["value"] != 0


_CLAUSE: Final = re.compile(
    r'(?P<field>[\w@.]+)(?:: (?P<values>"[^"]*"|\("[^"]*"(?: or "[^"]*")*\))| > (?P<number>\d+))'
)


def read_condition(text: str) -> list[Json]:
    """Read the conditions that `mappings.kibana.conditions` writes, as filter clauses.

    `read_condition('copies > 0') == [{"range": {"copies": {"gt": 0}}}]`. Raises ValueError for anything else.
    """
    clauses: list[Json] = []
    for match in _split_condition(text):
        if match["number"]:
            clauses.append({"range": {match["field"]: {"gt": int(match["number"])}}})
        else:
            clauses.append({"terms": {match["field"]: re.findall(r'"([^"]*)"', match["values"])}})
    return clauses


def list_condition_fields(text: str) -> list[str]:
    """Return the fields that conditions name, in order."""
    return [match["field"] for match in _split_condition(text)]


def _split_condition(text: str) -> list[re.Match[str]]:
    found = [_CLAUSE.fullmatch(clause) for clause in text.split(" and ")] if text else []
    matches = [match for match in found if match]
    if len(matches) != len(found):
        raise ValueError(f"The condition cannot be tried: {text}")
    return matches

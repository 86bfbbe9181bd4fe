"""Discover sessions: the archive by language, and the ledger's quarantine and latest changes."""

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.kibana.names import load_names
from mappings.kibana.saved_objects import (
    ARCHIVE,
    DATA_VIEW,
    INDEX_REFERENCE,
    LATELY,
    SEARCH_SOURCE,
    SESSION,
    Json,
    Reference,
    SavedObject,
    TimeRange,
    encode,
)

#: The text last, where it takes the room that is left: a cell has no direction of its own, and short cells to
#: the left of a long right-to-left one are read most easily.
_DOCUMENT_COLUMNS: Final = ("title", "language", "file.directory", "document_id", "body")
_LEDGER_COLUMNS: Final = ("path", "status", "step", "reason", "advice", "attempts", "document_id")
_WIDTHS: Final[Mapping[str, int]] = {
    "title": 360,
    "language": 130,
    "file.directory": 140,
    "document_id": 120,
    "path": 320,
    "status": 180,
    "step": 100,
    "attempts": 90,
}


def build_sessions(prefix: str) -> list[SavedObject]:
    """Build the sessions over the data views `{prefix}-documents` and `{prefix}-files`."""
    documents, ledger = f"{prefix}-documents", f"{prefix}-files"
    newest, latest = ("@timestamp", "desc"), ("changed", "desc")
    return [
        _build(prefix, "all", documents, _DOCUMENT_COLUMNS, newest, ARCHIVE, breakdown="language"),
        _build(prefix, "persian", documents, _DOCUMENT_COLUMNS, newest, ARCHIVE, {"language": "fa"}),
        _build(prefix, "arabic", documents, _DOCUMENT_COLUMNS, newest, ARCHIVE, {"language": "ar"}),
        _build(prefix, "quarantine", ledger, _LEDGER_COLUMNS, latest, ARCHIVE, {"status": "quarantined"}),
        _build(prefix, "changes", ledger, _LEDGER_COLUMNS, latest, LATELY, breakdown="status"),
    ]


def _build(
    prefix: str,
    name: str,
    view: str,
    columns: Sequence[str],
    order: tuple[str, str],
    time_range: TimeRange,
    values: Mapping[str, str] | None = None,
    breakdown: str | None = None,
) -> SavedObject:
    filters = [_to_filter(place, field, value) for place, (field, value) in enumerate((values or {}).items())]
    source = {
        "highlightAll": True,
        "version": True,
        "query": {"query": "", "language": "kuery"},
        "filter": filters,
        "indexRefName": INDEX_REFERENCE,
    }
    attributes: Json = {
        "title": f"{prefix}: {load_names('titles')[name]}",
        "description": "",
        "columns": list(columns),
        "sort": [list(order)],
        "grid": {"columns": {column: {"width": _WIDTHS[column]} for column in columns if column in _WIDTHS}},
        "hideChart": False,
        "isTextBasedQuery": False,
        "rowHeight": 3,
        "viewMode": "documents",
        "timeRestore": True,
        "timeRange": time_range.to_json(),
        SEARCH_SOURCE: {"searchSourceJSON": encode(source)},
    }
    if breakdown:
        attributes["breakdownField"] = breakdown
    names = [INDEX_REFERENCE, *(entry["meta"]["indexRefName"] for entry in filters)]
    references = tuple(Reference(needed, DATA_VIEW, view) for needed in names)
    return SavedObject(SESSION, f"{prefix}-{name}", attributes, references)


def _to_filter(place: int, field: str, value: str) -> Json:
    """Hold a field to a value by a pill beside the search bar, which stays free for words."""
    return {
        "meta": {
            "alias": None,
            "disabled": False,
            "negate": False,
            "type": "phrase",
            "key": field,
            "params": {"query": value},
            "indexRefName": f"{SEARCH_SOURCE}.searchSourceJSON.filter[{place}].meta.index",
        },
        "query": {"match_phrase": {field: value}},
        "$state": {"store": "appState"},
    }

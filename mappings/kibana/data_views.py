"""The data views: what Kibana calls the fields of the documents and of the ledger, and how it shows their values."""

from collections.abc import Mapping, Sequence
from typing import Final

from mappings import describe_fields, ledger_template
from mappings.kibana.names import load_names
from mappings.kibana.saved_objects import DATA_VIEW, Json, SavedObject, encode

#: What a link to a document says.
_OPEN: Final = "باز کردن · افتح · Open"

#: Not worth a look: made for machines, or the same as another field. What is only stored, and not indexed, is no
#: field to Kibana; its parts are.
_HIDDEN_DOCUMENT_FIELDS: Final = ("signature", "sketch", "holders", "date_mentions.*", "entity_mentions.*")
_HIDDEN_LEDGER_FIELDS: Final = ("pending", "events.*")

_LAG_SCRIPT: Final = (
    "if (doc['changed'].size() > 0 && doc['mtime_ns'].size() > 0) {"
    " long written = doc['mtime_ns'].value / 1000000L;"
    " emit(Math.max(0L, doc['changed'].value.toInstant().toEpochMilli() - written) / 1000.0);"
    " }"
)

_LAG_MEANING: Final = "Seconds from the last change of the file to the last change of its entry."

#: Fields of the ledger that are computed when they are asked for.
LEDGER_RUNTIME_FIELDS: Final[Mapping[str, Json]] = {"lag": {"type": "double", "script": {"source": _LAG_SCRIPT}}}


def build_document_view(prefix: str, page_url: str, labels: Mapping[str, str]) -> SavedObject:
    """Build the view of the current documents; ids of documents are links to their page under `page_url`."""
    link, day = _link(page_url), _date("YYYY-MM-DD")
    formats = {
        "document_id": link,
        "previous_id": link,
        "copy_of": link,
        "language": _lookup("languages"),
        "languages": _lookup("languages"),
        "language_confidence": {"id": "percent", "params": {"pattern": "0.[0]%"}},
        "@timestamp": _date("YYYY-MM-DD HH:mm"),
        "published": day,
        "file.size": {"id": "bytes", "params": {"pattern": "0.[0] b"}},
    }
    meanings = describe_fields()
    attributes = _build(f"{prefix}-documents", "@timestamp", labels, meanings, formats, _HIDDEN_DOCUMENT_FIELDS, {})
    return SavedObject(DATA_VIEW, f"{prefix}-documents", attributes)


def build_ledger_view(prefix: str, page_url: str) -> SavedObject:
    """Build the view of the ledger, ordered in time by the last change of an entry."""
    duration = {
        "inputFormat": "seconds",
        "outputFormat": "humanizePrecise",
        "outputPrecision": 1,
        "includeSpaceWithSuffix": True,
        "useShortSuffix": True,
    }
    formats = {
        "document_id": _link(page_url),
        "language": _lookup("languages"),
        "status": _lookup("statuses"),
        "size": {"id": "bytes", "params": {"pattern": "0.[0] b"}},
        "lag": {"id": "duration", "params": duration},
    }
    labels = load_names("ledger")
    meanings = ledger_template(prefix)["template"]["mappings"]["_meta"]["fields"] | {"lag": _LAG_MEANING}
    attributes = _build(
        f"{prefix}-files", "changed", labels, meanings, formats, _HIDDEN_LEDGER_FIELDS, LEDGER_RUNTIME_FIELDS
    )
    return SavedObject(DATA_VIEW, f"{prefix}-files", attributes)


def _build(
    alias: str,
    time_field: str,
    labels: Mapping[str, str],
    meanings: Mapping[str, str],
    formats: Mapping[str, Json],
    hidden: Sequence[str],
    runtime_fields: Mapping[str, Json],
) -> Json:
    shown = {field: {"customLabel": label} for field, label in labels.items()}
    described = {field: {"customDescription": meaning} for field, meaning in meanings.items()}
    stored = {field.removesuffix(".*") for field in hidden if field.endswith(".*")}
    fields = sorted({*shown, *described} - stored)
    attributes = {field: shown.get(field, {}) | described.get(field, {}) for field in fields}
    return {
        "title": alias,
        "name": alias,
        "timeFieldName": time_field,
        "fields": "[]",
        "sourceFilters": encode([{"value": field} for field in hidden]),
        "runtimeFieldMap": encode(runtime_fields),
        "fieldAttrs": encode(attributes),
        "fieldFormatMap": encode(formats),
        "allowNoIndex": True,
        "allowHidden": False,
    }


def _link(page_url: str) -> Json:
    params = {"type": "a", "urlTemplate": f"{page_url}/documents/{{{{value}}}}", "labelTemplate": _OPEN}
    return {"id": "url", "params": params}


def _date(pattern: str) -> Json:
    # A day of publication is kept as midnight UTC; west of it, another zone would show the day before.
    return {"id": "date", "params": {"pattern": pattern, "timezone": "UTC"}}


def _lookup(table: str) -> Json:
    entries = [{"key": key, "value": name} for key, name in load_names(table).items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}

"""The index templates: the fields of documents and of the ledger, and the analysis of each language.

The data lie beside this module: `documents.json`, `files.json`, `analysis/`. Nothing here talks to
Elasticsearch.
"""

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from mappings.chains import LANGUAGES, join_lists, load_analysis

__all__ = [
    "ANALYSIS_VERSION",
    "DOCUMENT_FIELDS",
    "LANGUAGES",
    "LEDGER_FIELDS",
    "REFRESH",
    "describe_fields",
    "document_template",
    "ledger_template",
]

#: Counted up whenever tokens change: documents indexed under another version need a rebuild.
ANALYSIS_VERSION: Final = 3

#: Above what Elasticsearch and its integrations ship (at most 200) and a cluster's catch-all templates.
_PRIORITY: Final = 500

#: How often an index is to show by itself what was written. Rarely, because each time costs a segment of its own, and
#: a run shows what it wrote when it ends.
REFRESH: Final = "30s"

Json = dict[str, Any]


@cache
def _read(name: str) -> Json:
    content: Json = json.loads((files("mappings") / name).read_text(encoding="utf-8"))
    return content


def _list_fields(properties: Json, path: str = "") -> Iterator[str]:
    for name, definition in properties.items():
        if "properties" in definition:
            yield from _list_fields(definition["properties"], f"{path}{name}.")
        else:
            yield f"{path}{name}"


def _fields(name: str) -> frozenset[str]:
    return frozenset(_list_fields(_read(name)["mappings"]["properties"]))


#: The fields a document may be sent with, dotted (`file.path`); sub-fields are not among them.
DOCUMENT_FIELDS: Final = _fields("documents.json")

#: The fields a ledger entry may be sent with.
LEDGER_FIELDS: Final = _fields("files.json")


def describe_fields() -> Mapping[str, str]:
    """Return what each field and sub-field of a document means, by its dotted name, for the docs."""
    return MappingProxyType(_read("documents.json")["mappings"]["_meta"]["fields"])


def document_template(
    prefix: str, language: str, shards: int = 1, replicas: str = "0-1", refresh: str = REFRESH
) -> Json:
    """Return the index template of the documents of a language (`fa`, `ar`, `other`).

    `replicas` is a number or a range (`0-1`: as many as there are nodes for), `refresh` the time after which what
    is written can be found. It fits the indices
    `{prefix}-documents-{language}-*`. Raises ValueError for another language. The caller owns the result.
    """
    template = copy.deepcopy(_read("documents.json"))
    template["settings"]["analysis"] = load_analysis(language)
    template["mappings"]["_meta"]["analysis_version"] = ANALYSIS_VERSION
    return _complete(template, f"{prefix}-documents-{language}-*", shards, replicas, refresh)


def ledger_template(prefix: str, shards: int = 1, replicas: str = "0-1", refresh: str = REFRESH) -> Json:
    """Return the index template of the ledger, for the indices `{prefix}-files-*`; sorted by path."""
    return _complete(copy.deepcopy(_read("files.json")), f"{prefix}-files-*", shards, replicas, refresh)


def _complete(template: Json, pattern: str, shards: int, replicas: str, refresh: str) -> Json:
    template["mappings"]["_meta"]["fingerprint"] = _fingerprint(template)
    if "analysis" in template["settings"]:
        # After the fingerprint: how lists are written changes no index, and asks for no rebuild.
        template["settings"]["analysis"] = join_lists(template["settings"]["analysis"])
    settings = template["settings"]["index"]
    settings["number_of_shards"] = shards
    settings["refresh_interval"] = refresh
    settings["auto_expand_replicas" if "-" in replicas else "number_of_replicas"] = replicas
    return {"index_patterns": [pattern], "priority": _PRIORITY, "template": template}


def _fingerprint(template: Json) -> str:
    """Identify what an index made from a template cannot change any more: all but descriptions and its size."""
    lasting = {**template, "mappings": {**template["mappings"], "_meta": None}}
    text = json.dumps(lasting, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

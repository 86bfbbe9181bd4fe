"""The templates: complete, described, without doubles, and taken by a real Elasticsearch."""

import json
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest

import mappings
from mappings.chains import load_analysis

DATA = Path(mappings.__file__).parent


def list_paths(properties: dict[str, Any], path: str = "") -> set[str]:
    found = set()
    for name, definition in properties.items():
        if "properties" in definition:
            found |= list_paths(definition["properties"], f"{path}{name}.")
        else:
            found.add(path + name)
            found |= {f"{path}{name}.{part}" for part in definition.get("fields", {})}
    return found


def refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.json")), ids=lambda path: path.name)
def test_json_files_have_no_key_twice(path: Path) -> None:
    assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=refuse_doubles)


@pytest.mark.parametrize(
    "template", [mappings.document_template("p", "fa"), mappings.ledger_template("p")], ids=["documents", "files"]
)
def test_every_field_is_described_and_nothing_else(template: dict[str, Any]) -> None:
    described = template["template"]["mappings"]["_meta"]["fields"]
    assert set(described) == list_paths(template["template"]["mappings"]["properties"])
    assert all(text.endswith(".") and len(text) > 15 for text in described.values())


def test_all_languages_have_the_same_fields_and_analyzers() -> None:
    templates = [mappings.document_template("p", language)["template"] for language in mappings.LANGUAGES]
    fields = [template["mappings"]["properties"] for template in templates]
    assert all(properties == fields[0] for properties in fields)
    analyzers = [set(template["settings"]["analysis"]["analyzer"]) for template in templates]
    assert analyzers[0] == analyzers[1] == analyzers[2]


def test_default_fields_exist_and_keep_positions() -> None:
    template = mappings.document_template("p", "ar")["template"]
    names = [entry.split("^")[0] for entry in template["settings"]["index"]["query"]["default_field"]]
    assert {"title", "body", "names"} <= set(names) <= list_paths(template["mappings"]["properties"])
    assert "removed_text" not in names


def test_the_prefix_and_the_numbers_are_put_in() -> None:
    template = mappings.document_template("archive", "ar", shards=3, replicas="0-2")
    assert template["index_patterns"] == ["archive-documents-ar-*"]
    assert template["template"]["settings"]["index"]["number_of_shards"] == 3
    assert template["template"]["settings"]["index"]["auto_expand_replicas"] == "0-2"
    fixed = mappings.ledger_template("archive", replicas="2")
    assert fixed["index_patterns"] == ["archive-files-*"]
    assert fixed["template"]["settings"]["index"]["number_of_replicas"] == "2"


def test_the_caller_owns_the_template() -> None:
    mappings.document_template("p", "fa")["template"]["mappings"].clear()
    assert mappings.document_template("p", "fa")["template"]["mappings"]["dynamic"] == "strict"


def test_the_fields_of_the_design_are_there() -> None:
    assert {"@timestamp", "file.hash.sha256", "event.ingested", "dates", "signature"} <= mappings.DOCUMENT_FIELDS
    assert {"path", "root", "mtime_ns", "events", "language"} <= mappings.LEDGER_FIELDS
    assert mappings.describe_fields()["names"].startswith("Spellings")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        load_analysis("fr")


@pytest.mark.search
def test_elasticsearch_takes_the_templates_and_is_strict(elasticsearch_url: str) -> None:
    prefix = f"test-{secrets.token_hex(6)}"
    with httpx.Client(base_url=elasticsearch_url, timeout=60) as client:
        try:
            for language in mappings.LANGUAGES:
                body = mappings.document_template(prefix, language)
                assert client.put(f"/_index_template/{prefix}-{language}", json=body).is_success
                assert client.put(f"/{prefix}-documents-{language}-1").is_success
                document = {"title": "ایران", "file": {"path": "a.txt"}, "dates": [{"gte": "2017-11-01"}]}
                answer = client.post(f"/{prefix}-documents-{language}-1/_doc", json=document)
                assert answer.status_code == 201, answer.text
                answer = client.post(f"/{prefix}-documents-{language}-1/_doc", json={"titel": "ایران"})
                assert answer.status_code == 400
            body = mappings.ledger_template(prefix)
            assert client.put(f"/_index_template/{prefix}-files", json=body).is_success
            assert client.put(f"/{prefix}-files-1").is_success
            entry = {"path": "a.txt", "status": "indexed", "events": [{"step": "read"}]}
            assert client.post(f"/{prefix}-files-1/_doc", json=entry).status_code == 201
        finally:
            client.delete(f"/{prefix}-*")
            client.delete(f"/_index_template/{prefix}-*")

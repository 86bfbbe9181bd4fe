"""Indices made from the templates of this package, on a real Elasticsearch."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from mappings import LANGUAGES, document_template

Json = dict[str, Any]


class Archive:
    """An index a language, filled and asked over HTTP."""

    def __init__(self, url: str) -> None:
        self.prefix = f"test-{secrets.token_hex(6)}"
        self._client = httpx.Client(base_url=url, timeout=60)
        for language in LANGUAGES:
            self.call("PUT", self.index(language), document_template(self.prefix, language)["template"])

    def index(self, language: str) -> str:
        return f"/{self.prefix}-documents-{language}-1"

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        response = self._client.request(method, path, json=body)
        assert response.is_success, response.text[:1000]
        answer: Json = response.json()
        return answer

    def tokens(self, language: str, analyzer: str, text: str) -> list[Json]:
        answer = self.call("POST", f"{self.index(language)}/_analyze", {"analyzer": analyzer, "text": text})
        tokens: list[Json] = answer["tokens"]
        return tokens

    def fill(self, language: str, texts: list[str]) -> None:
        rows = [part for number, text in enumerate(texts) for part in ({"index": {"_id": number}}, {"body": text})]
        self._send(f"{self.index(language)}/_bulk?refresh=true", rows)

    def ask(self, language: str, requests: list[Json]) -> list[Json]:
        rows = [part for request in requests for part in ({}, request)]
        answers: list[Json] = self._send(f"{self.index(language)}/_msearch", rows)["responses"]
        return answers

    def _send(self, path: str, rows: list[Json]) -> Json:
        content = "".join(json.dumps(row) + "\n" for row in rows)
        headers = {"Content-Type": "application/x-ndjson"}
        response = self._client.post(path, content=content, headers=headers)
        assert response.is_success, response.text[:1000]
        answer: Json = response.json()
        assert not answer.get("errors"), response.text[:1000]
        return answer

    def remove(self) -> None:
        for language in LANGUAGES:
            self.call("DELETE", self.index(language))
        self._client.close()


@pytest.fixture(scope="module")
def archive(elasticsearch_url: str) -> Iterator[Archive]:
    """Three empty indices, one a language."""
    archive = Archive(elasticsearch_url)
    yield archive
    archive.remove()


@pytest.fixture(scope="module")
def analyze(archive: Archive) -> Callable[[str, str, str], list[str]]:
    """The tokens of a text under an analyzer of a language."""
    return lambda language, analyzer, text: [token["token"] for token in archive.tokens(language, analyzer, text)]

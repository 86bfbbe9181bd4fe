"""The documents of one language as stories see them: read, searched and changed in few requests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tasks.bulk import divide, send, update
from tasks.cluster import Target, connect, is_passing, speaking_plainly
from tasks.enrich.copies import Wording, pack_sketch, read_wording
from tasks.errors import Unavailable

Json = dict[str, Any]

#: What `Version` is read from.
FIELDS: Final = ["story_id", "copy_of", "copies", "@timestamp", "word_count"]

#: What `Signed` is read from in a search, where reading whole documents would take ten times as long.
SIGNED: Final[Json] = {
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["document_id", "sketch", "word_count", "story_id"],
    "track_total_hits": False,
}

#: The order of the versions of a story.
EARLIEST: Final = [{"@timestamp": "asc"}, {"word_count": "desc"}, {"document_id": "asc"}]

#: How many documents one search returns at most.
PAGE: Final = 1_000

#: How many documents or questions one request of a story holds.
CHUNK: Final = 100
_GONE: Final = 404


@dataclass(frozen=True, slots=True)
class Version:
    """A document as its story sees it."""

    document_id: str
    story_id: str
    copy_of: str | None
    copies: int
    timestamp: datetime
    word_count: int

    @property
    def place(self) -> tuple[datetime, int, str]:
        """What versions of a story are ordered by: `EARLIEST`."""
        return self.timestamp, -self.word_count, self.document_id

    @property
    def is_alone(self) -> bool:
        """Whether nothing about the document says that there are others."""
        return self.story_id == self.document_id and self.copy_of is None and self.copies == 0


def to_version(doc: Json) -> Version:
    """Read a document of an answer, which holds `FIELDS`."""
    source = doc["_source"]
    moment = datetime.fromisoformat(source["@timestamp"])
    return Version(
        document_id=doc["_id"],
        story_id=source.get("story_id") or doc["_id"],
        copy_of=source.get("copy_of"),
        copies=source.get("copies") or 0,
        timestamp=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        word_count=source.get("word_count", 0),
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """A document as far as it tells, without its text, what it may be a copy of: by its packed sketch."""

    sketch: str
    word_count: int
    story_id: str
    signature: tuple[str, ...] = ()


def to_signed(document_id: str, source: Json) -> Signed:
    """Read a whole document; one of a daftar that had no sketches is given its own."""
    signature = tuple(source.get("signature") or ())
    story_id = source.get("story_id") or document_id
    return Signed(source.get("sketch") or pack_sketch(signature), source.get("word_count") or 0, story_id, signature)


class Shelf:
    """The documents of one language, every version of them."""

    def __init__(self, target: Target, alias: str) -> None:
        self._target = target
        self._alias = alias
        self._client = connect(target)

    def refresh(self) -> None:
        """Make what was written visible to searches."""
        with speaking_plainly(self._target):
            self._client.indices.refresh(index=self._alias)

    def read(self, ids: Iterable[str]) -> list[Version]:
        """Return documents as they are at this moment; those that are not there are left out."""
        return [to_version(doc) for doc in self._get(ids, FIELDS)]

    def find_signed(self, ids: Iterable[str], bands: Iterable[str], size: int) -> dict[str, Signed]:
        """Return the documents, `size` at most, that have one of these bands and are none of `ids`."""
        others = {"filter": {"terms": {"signature": sorted(bands)}}, "must_not": {"terms": {"document_id": list(ids)}}}
        (answer,) = self.search([{"query": {"bool": others}, "size": size} | SIGNED])
        return self.read_signed(answer)

    def read_signed(self, answer: Json) -> dict[str, Signed]:
        """Read the documents of an answer that holds `SIGNED`."""
        found: dict[str, Signed] = {}
        without: list[str] = []
        for fields in (hit["fields"] for hit in answer["hits"]["hits"]):
            (document_id,) = fields["document_id"]
            (sketch,) = fields.get("sketch", [""])
            (words,), (story_id,) = fields.get("word_count", [0]), fields.get("story_id", [document_id])
            found[document_id] = Signed(sketch, words, story_id)
            if not sketch:
                without.append(document_id)
        # They were made by a daftar that had no sketches, and the audit has not made them again yet.
        whole = self._get(without, ["signature", "word_count", "story_id"])
        return found | {doc["_id"]: to_signed(doc["_id"], doc["_source"]) for doc in whole}

    def list_under(self, stories: Iterable[str]) -> list[Version]:
        """Return some of the documents that are in stories of these names."""
        self.refresh()
        request = {"query": {"terms": {"story_id": sorted(stories)}}, "size": PAGE, "_source": FIELDS}
        return [to_version(hit) for answer in self.search([request]) for hit in answer["hits"]["hits"]]

    def read_wordings(self, ids: Iterable[str]) -> dict[str, Wording]:
        """Return the words of documents, by id."""
        docs = self._get(ids, ["title", "body"])
        return {doc["_id"]: read_wording("\n\n".join(filter(None, doc["_source"].values()))) for doc in docs}

    def _get(self, ids: Iterable[str], fields: list[str]) -> Iterator[Json]:
        for chunk in divide(ids, CHUNK):
            with speaking_plainly(self._target):
                answer = self._client.mget(index=self._alias, ids=chunk, source_includes=fields)
            yield from (doc for doc in answer["docs"] if doc.get("found"))

    def search(self, requests: Iterable[Json]) -> Iterator[Json]:
        """Yield the answer to each search, in order."""
        for chunk in divide(requests, CHUNK):
            lines = [line for request in chunk for line in ({"index": self._alias}, request)]
            with speaking_plainly(self._target):
                answers = self._client.msearch(searches=lines)["responses"]
            for answer in answers:
                _check(answer)
                yield answer

    def change(self, changes: dict[str, Json]) -> None:
        """Change fields of documents, given by id. A document that is gone is passed over."""
        operations = (update(self._alias, document_id, {"doc": fields}) for document_id, fields in changes.items())
        for result in send(self._target, operations):
            if result["status"] != _GONE:
                _check(result)


def _check(answer: Json) -> None:
    if "error" not in answer:
        return
    if is_passing(answer.get("status", 0), answer["error"]):
        raise Unavailable("Elasticsearch cannot compare documents now", "The run tries again by itself.")
    raise RuntimeError(f"Elasticsearch refused to look for copies: {answer['error']}")

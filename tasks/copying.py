"""Documents from one version of an index into another, while the first goes on being written to.

Every change of a document gives it the next sequence number of its shard. So a copy is never taken of an index
but of a range of numbers: first of all there are, then of those that came meanwhile, until there are none. A
document keeps its version (`external`), and a copy that is not newer than what is there is refused: doing any of
this twice, or in any order, changes nothing, and goes back the same way.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tasks import bulk
from tasks.cluster import Target, connect, speaking_plainly
from tasks.errors import Misconfigured, Unavailable

Json = dict[str, Any]

#: Documents of one request; fewer when they are too large for the node.
_PAGE: Final = 500
_CONFLICT: Final = 409


@dataclass(slots=True)
class Copier:
    """Copies `source` into `destination`, both names of indices.

    `done` is, by shard, the number up to which all has been copied; what is there at the beginning is taken to
    be copied already. `report` is called with the number of documents that each request has taken up.
    """

    target: Target
    source: str
    destination: str
    done: dict[str, int] = field(default_factory=dict)
    report: Callable[[int], None] = lambda _: None
    written: int = 0
    left_out: tuple[str, ...] | None = None
    _kept: list[str] | None = None

    def catch_up(self) -> int:
        """Copy what has changed since the last call; returns how many documents that were.

        Raises Unavailable, and Misconfigured when the destination does not take a document.
        """
        if self.left_out is None:
            self._compare_fields()
        ends = read_ends(self.target, self.source)
        with speaking_plainly(self.target):
            # Only now: what the numbers count can be found.
            connect(self.target).indices.refresh(index=self.source)
        return sum(self._copy_shard(shard, end) for shard, end in ends.items())

    def count_waiting(self) -> int:
        """Count the changes that the next call would take up, a document changed twice as two."""
        ends = read_ends(self.target, self.source)
        return sum(max(0, end - self.done.get(shard, -1)) for shard, end in ends.items())

    def _copy_shard(self, shard: str, end: int) -> int:
        copied = 0
        for hits in self._read(shard, self.done.get(shard, -1), end):
            self._write(hits)
            self.done[shard] = hits[-1]["_seq_no"]
            copied += len(hits)
            self.report(len(hits))
        self.done[shard] = max(end, self.done.get(shard, -1))
        return copied

    def _read(self, shard: str, after: int, end: int) -> Iterator[list[Json]]:
        """Yield the documents of a shard in the order of their last changes."""
        client = connect(self.target).options(request_timeout=600)
        size = _PAGE
        while after < end:
            try:
                with speaking_plainly(self.target):
                    answer = client.search(
                        index=self.source,
                        preference=f"_shards:{shard}",
                        query={"range": {"_seq_no": {"gt": after, "lte": end}}},
                        sort=[{"_seq_no": "asc"}],
                        size=size,
                        version=True,
                        seq_no_primary_term=True,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                        source_includes=self._kept,
                    )
            except Unavailable:
                # The node has no room for so many at once, or is down: then one is too many as well.
                if size == 1:
                    raise
                size = max(1, size // 8)
                continue
            hits = answer["hits"]["hits"]
            if not hits:
                return
            yield hits
            after = hits[-1]["_seq_no"]

    def _write(self, hits: list[Json]) -> None:
        operations = ((_to_action(self.destination, hit), hit["_source"]) for hit in hits)
        for hit, result in zip(hits, bulk.send(self.target, operations), strict=True):
            if "error" not in result:
                self.written += 1
            elif result["status"] != _CONFLICT:
                raise Misconfigured(
                    f"{self.destination} does not take document {hit['_id']}: {result['error'].get('reason')}",
                    "Nothing has changed for searches and ingests. Report it with the document.",
                )

    def _compare_fields(self) -> None:
        """Find the fields that the destination does not know any more; they are left out."""
        with speaking_plainly(self.target):
            found = connect(self.target).indices.get_mapping(index=[self.source, self.destination])
        old, new = (
            set(_list_fields(found[index]["mappings"].get("properties", {})))
            for index in (self.source, self.destination)
        )
        self.left_out = tuple(sorted(old - new))
        self._kept = sorted(new) if self.left_out else None


def _to_action(index: str, hit: Json) -> Json:
    return {"index": {"_index": index, "_id": hit["_id"], "version": hit["_version"], "version_type": "external"}}


def _list_fields(properties: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, definition in properties.items():
        if "properties" in definition:
            yield from _list_fields(definition["properties"], f"{path}{name}.")
        else:
            yield f"{path}{name}"


def read_ends(target: Target, index: str) -> dict[str, int]:
    """Return, by shard, the number up to which every change has been made on every copy of the shard."""
    return {shard: number["global_checkpoint"] for shard, number in _read_numbers(target, index).items()}


def is_settled(target: Target, index: str) -> bool:
    """Say whether every change that an index has taken has been made on every copy of its shards."""
    numbers = _read_numbers(target, index).values()
    return all(number["global_checkpoint"] == number["max_seq_no"] for number in numbers)


def _read_numbers(target: Target, index: str) -> dict[str, dict[str, int]]:
    with speaking_plainly(target):
        stats = connect(target).indices.stats(index=index, metric="docs", level="shards")
    shards = stats["indices"][index]["shards"]
    numbers = {
        shard: copy["seq_no"] for shard, copies in shards.items() for copy in copies if copy["routing"]["primary"]
    }
    if len(numbers) != len(shards):
        raise Unavailable(f"A shard of {index} has no primary", "See the cluster's health, then try again.")
    return numbers

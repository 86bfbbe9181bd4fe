"""The next version of every index, built beside the one that serves, and the way back.

Searches and ingests go on. Only for the last few changes are the indices closed for writing, for a second or so;
a run that wants to write in that moment waits and tries again. Until the one request that swaps the aliases
nothing can be seen of it, and killed at any moment it leaves nothing that the next one does not clear away.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from mappings import REFRESH
from tasks.cluster import Target, connect, speaking_plainly
from tasks.comparison import Samples, compare_counts, compare_samples
from tasks.copying import Copier, is_settled, read_ends
from tasks.errors import Misconfigured, Unavailable
from tasks.indices import (
    HOLD_LIMIT,
    Version,
    Versions,
    close_for_writing,
    list_versions,
    open_for_writing,
    previous_alias,
    read_metas,
)

#: Changes that may be left for the moment in which nothing can be written, and rounds to come down to them.
_FEW: Final = 500
_ROUNDS: Final = 50

#: In the `_meta` of a version: the numbers, by shard, up to which the version before it has the same documents.
_SHARED: Final = "shared"

#: Seconds after which a hold is given up: well before others take it for abandoned.
_HOLD: Final = HOLD_LIMIT / 2


@dataclass(slots=True)
class Passage:
    """One series on its way from the version that serves to the one that will.

    `refresh` is how often a new version is to refresh by itself; while it is filled it does not.
    """

    source: Version
    destination: Version
    copier: Copier
    refresh: str | None = None


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a rebuild or a rollback did.

    `indices` has for each new index the one it replaced and its documents; `held` is for how many seconds nothing
    could be written; `left_out` names fields that the new indices do not have.
    """

    number: int
    indices: dict[str, tuple[str, int]]
    samples: Samples
    written: int
    held: float
    left_out: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that `daftar rebuild --json` and `daftar rollback --json` print."""
        return {
            "version": self.number,
            "indices": [
                {"index": index, "replaces": former, "documents": documents}
                for index, (former, documents) in self.indices.items()
            ],
            "written": self.written,
            "samples": self.samples.to_json(),
            "fields_left_out": list(self.left_out),
            "held_seconds": round(self.held, 3),
        }


def begin_rebuild(target: Target, shards: int = 1, replicas: str = "0-1", refresh: str = REFRESH) -> list[Passage]:
    """Make the next version of every series from the templates of today, empty and seen by nobody.

    Clears away what a killed rebuild has left. Nobody else may rebuild meanwhile. Raises Misconfigured when there
    is nothing to rebuild.
    """
    client = connect(target)
    found = list_versions(target)
    serving = [_require(versions) for versions in found]
    open_for_writing(target, serving)
    delete(target, (version for versions in found for version in versions.others))
    number = 1 + max(version.number for at in found for version in (at.serving, at.previous) if version)
    passages = []
    for source in serving:
        series = source.series
        destination = Version(series, f"{series.alias}-{number:06}")
        with speaking_plainly(target):
            client.indices.put_index_template(name=series.alias, **series.template(shards, replicas, refresh))
            client.indices.create(index=destination.index, settings={"index.refresh_interval": "-1"})
        passages.append(Passage(source, destination, Copier(target, source.index, destination.index), refresh))
    return passages


def _require(versions: Versions) -> Version:
    if versions.serving is None:
        raise Misconfigured(f"There is no index behind {versions.series.alias}", "Run `daftar ingest` first.")
    return versions.serving


def begin_rollback(target: Target) -> list[Passage]:
    """Make the version before the one that serves ready to take up what has been written since.

    Raises Misconfigured when there is none.
    """
    found = list_versions(target)
    serving = [_require(versions) for versions in found]
    previous = [versions.previous for versions in found if versions.previous]
    if len(previous) < len(found):
        raise Misconfigured(
            "There is no previous version of the indices to go back to", "Only a `daftar rebuild` leaves one."
        )
    open_for_writing(target, [*serving, *previous])
    metas = read_metas(target, serving)
    passages = []
    for source, destination in zip(serving, previous, strict=True):
        both_have = metas[source.index].get(_SHARED, {})
        passages.append(Passage(source, destination, Copier(target, source.index, destination.index, dict(both_have))))
    return passages


def count_documents(target: Target, passages: Iterable[Passage]) -> int:
    """Count about how many documents are to be copied, for a progress bar."""
    with speaking_plainly(target):
        total = sum(int(connect(target).count(index=at.source.index)["count"]) for at in passages if not at.copier.done)
    return total + sum(at.copier.count_waiting() for at in passages if at.copier.done)


def fill(passage: Passage) -> None:
    """Copy until only a few changes are left. Raises Unavailable when they come faster than they are copied."""
    for _ in range(_ROUNDS):
        passage.copier.catch_up()
        if passage.copier.count_waiting() <= _FEW:
            return
    raise Unavailable(
        f"{passage.source.index} changes faster than it can be copied", "Rebuild when less is being ingested."
    )


def compare(target: Target, passages: list[Passage], accept: bool = False) -> Samples:
    """Ask both versions the same questions.

    Raises Misconfigured when the new one misses more than a tenth of the documents that the old one finds by
    their titles, unless that is accepted.
    """
    documents = [at for at in passages if at.source.series.language is not None]
    with speaking_plainly(target):
        connect(target).indices.refresh(index=[at.destination.index for at in documents])
    samples = compare_samples(target, [(at.source.index, at.destination.index) for at in documents])
    if 10 * len(samples.lost) > samples.found_before and not accept:
        raise Misconfigured(
            f"Of {samples.found_before} documents that are found by their titles the new indices miss "
            f"{len(samples.lost)}, such as {samples.lost[0]}; nothing was changed",
            "If that is meant, accept it: `daftar rebuild --accept-losses`.",
        )
    return samples


def swap(target: Target, passages: list[Passage], samples: Samples) -> Swapped:
    """Take up the last changes, compare the counts, and let the new versions serve, all in one request.

    Raises Unavailable when that would keep writers waiting too long, Misconfigured when the counts differ; then
    the old versions go on serving.
    """
    held = 0.0
    if not _is_done(target, passages):
        for passage in passages:
            fill(passage)
        _make_ready(target, passages)
        held = _swap(target, passages)
    for passage in passages:
        # Nothing, unless someone has opened the old indices meanwhile.
        passage.copier.catch_up()
    indices = {}
    for passage in passages:
        with speaking_plainly(target):
            documents = connect(target).count(index=passage.destination.index)["count"]
        indices[passage.destination.index] = (passage.source.index, int(documents))
    return Swapped(
        number=passages[0].destination.number,
        indices=indices,
        samples=samples,
        written=sum(at.copier.written for at in passages),
        held=held,
        left_out=tuple(sorted({name for at in passages for name in at.copier.left_out or ()})),
    )


def _is_done(target: Target, passages: list[Passage]) -> bool:
    """Say whether the new versions serve: the request may have been done although its answer was lost."""
    serving = [versions.serving for versions in list_versions(target)]
    return all(at.destination in serving for at in passages)


def _swap(target: Target, passages: list[Passage]) -> float:
    """Swap while nothing can be written; returns for how many seconds that was."""
    began = time.monotonic()
    sources = [at.source for at in passages]
    try:
        close_for_writing(target, sources)
        for passage in passages:
            _take_last(target, passage, began)
        compare_counts(target, [(at.source.index, at.destination.index) for at in passages])
        if time.monotonic() - began > _HOLD:
            raise _too_slow()
        with speaking_plainly(target):
            connect(target).indices.update_aliases(actions=[action for at in passages for action in _to_actions(at)])
    except BaseException:
        if not _is_done(target, passages):
            open_for_writing(target, sources)
        raise
    return time.monotonic() - began


def _take_last(target: Target, passage: Passage, began: float) -> None:
    while not is_settled(target, passage.source.index):
        if time.monotonic() - began > _HOLD:
            raise _too_slow()
        time.sleep(0.05)
    passage.copier.catch_up()


def _too_slow() -> Unavailable:
    return Unavailable(
        f"The last changes were not taken up within {_HOLD:.0f} seconds, so the old indices go on serving",
        "Rebuild when less is being ingested.",
    )


def _make_ready(target: Target, passages: list[Passage]) -> None:
    """Let each new version refresh by itself, and note up to where it is the same as the old one.

    From there a rollback copies; that a few changes are still to come makes it copy those twice.
    """
    client = connect(target)
    metas = read_metas(target, (at.destination for at in passages))
    for passage in passages:
        index = passage.destination.index
        with speaking_plainly(target):
            client.indices.put_mapping(index=index, meta={**metas[index], _SHARED: read_ends(target, index)})
    for refresh in {passage.refresh for passage in passages if passage.refresh}:
        indices = [passage.destination.index for passage in passages if passage.refresh == refresh]
        with speaking_plainly(target):
            client.indices.put_settings(index=indices, settings={"index.refresh_interval": refresh})


def _to_actions(passage: Passage) -> list[dict[str, Any]]:
    """Hand the aliases of a series from one version to the other, and mark the first as the previous one."""
    series, old, new = passage.source.series, passage.source.index, passage.destination.index
    previous = previous_alias(series)
    return [
        {"remove": {"index": f"{series.alias}-*", "alias": previous, "must_exist": False}},
        *({"remove": {"index": old, "alias": alias}} for alias in series.aliases),
        *({"add": {"index": new, "alias": alias, **options}} for alias, options in series.aliases.items()),
        {"add": {"index": old, "alias": previous}},
    ]


def prune(target: Target) -> list[str]:
    """Delete the versions that neither serve nor can be gone back to; returns their names."""
    return delete(target, (version for versions in list_versions(target) for version in versions.others))


def delete(target: Target, versions: Iterable[Version]) -> list[str]:
    """Delete versions; returns their names."""
    indices = [version.index for version in versions]
    if indices:
        with speaking_plainly(target):
            connect(target).indices.delete(index=indices, ignore_unavailable=True)
    return indices

"""The versions of daftar's indices: which serves, which can be gone back to, and whether they fit this daftar.

Aliases say it all, so that one request can change it all: the version that serves has the aliases of its series,
the one before it has `{alias}-previous`, and a version without either is unfinished or left over.
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from tasks.cluster import Series, Target, connect, list_series, speaking_plainly
from tasks.errors import Misconfigured

#: Seconds for which a rebuild may keep the indices closed for writing. One that keeps them longer was killed.
HOLD_LIMIT: Final = 30.0

_NUMBER: Final = re.compile(r"-(\d{6})\Z")
_WRITE_BLOCK: Final = "index.blocks.write"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a series, by the name of its index."""

    series: Series
    index: str

    @property
    def number(self) -> int:
        """The number in its name: 2 for `daftar-files-000002`."""
        found = _NUMBER.search(self.index)
        return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class Versions:
    """What there is of one series."""

    series: Series
    serving: Version | None
    previous: Version | None
    others: tuple[Version, ...]


def previous_alias(series: Series) -> str:
    """The alias of the version that `daftar rollback` goes back to."""
    return f"{series.alias}-previous"


def list_versions(target: Target) -> list[Versions]:
    """Return what there is of each series. Raises Unavailable."""
    with speaking_plainly(target):
        found = connect(target).indices.get_alias(index=f"{target.prefix}-*").body
    return [_sort_out(series, found) for series in list_series(target)]


def _sort_out(series: Series, found: dict[str, Any]) -> Versions:
    serving = previous = None
    others = []
    for index in sorted(found):
        if _NUMBER.sub("", index) != series.alias:
            continue
        version, aliases = Version(series, index), found[index]["aliases"]
        if series.alias in aliases:
            serving = version
        elif previous_alias(series) in aliases:
            previous = version
        else:
            others.append(version)
    return Versions(series, serving, previous, tuple(others))


def check_templates(target: Target) -> None:
    """Refuse to work with indices that were made from other templates than those of today.

    Raises Misconfigured that names them: what is written to them would be analysed otherwise than this daftar
    expects, or be refused. Indices that are not there yet are no matter.
    """
    serving = [versions.serving for versions in list_versions(target) if versions.serving]
    metas = read_metas(target, serving)
    unfit = [
        version.index
        for version in serving
        if metas[version.index].get("fingerprint") != _todays_fingerprint(version.series)
    ]
    if unfit:
        raise Misconfigured(
            f"{', '.join(unfit)} {'was' if len(unfit) == 1 else 'were'} made with other mappings or chains "
            "than this daftar has",
            "Run `daftar rebuild`, or go back to the daftar that made them.",
        )


def _todays_fingerprint(series: Series) -> str:
    return str(series.template()["template"]["mappings"]["_meta"]["fingerprint"])


def read_metas(target: Target, versions: Iterable[Version]) -> dict[str, dict[str, Any]]:
    """Return the `_meta` of the mappings of some versions, by index."""
    indices = [version.index for version in versions]
    if not indices:
        return {}
    with speaking_plainly(target):
        found = connect(target).indices.get_mapping(index=indices, filter_path="*.mappings._meta")
    return {index: found.get(index, {}).get("mappings", {}).get("_meta", {}) for index in indices}


def close_for_writing(target: Target, versions: Iterable[Version]) -> None:
    """Let no document in any more; what was on its way is in when this returns."""
    with speaking_plainly(target):
        connect(target).indices.add_block(index=[version.index for version in versions], block="write")


def open_for_writing(target: Target, versions: Iterable[Version]) -> None:
    """Let documents in again."""
    indices = [version.index for version in versions]
    if indices:
        with speaking_plainly(target):
            connect(target).indices.put_settings(index=indices, settings={_WRITE_BLOCK: None})


def find_closed(target: Target) -> list[Version]:
    """Return the serving versions that are closed for writing."""
    serving = [versions.serving for versions in list_versions(target) if versions.serving]
    if not serving:
        return []
    with speaking_plainly(target):
        found = connect(target).indices.get_settings(
            index=[version.index for version in serving], name=_WRITE_BLOCK, flat_settings=True
        )
    return [
        version for version in serving if found.get(version.index, {}).get("settings", {}).get(_WRITE_BLOCK) == "true"
    ]


def reopen_abandoned(target: Target, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Wait for a rebuild to let documents in again, and do it in its place when it was killed in that moment.

    Returns the indices that had been left closed.
    """
    waited = 0.0
    while (closed := find_closed(target)) and waited < HOLD_LIMIT:
        sleep(1)
        waited += 1
    open_for_writing(target, closed)
    return [version.index for version in closed]

"""The facts of a file as documents store them; light, because a run that finds nothing imports it too."""

from datetime import UTC, date, datetime
from typing import Any

from tasks.document import File


def to_file_source(file: File, sha256: str, encoding: str) -> dict[str, Any]:
    """The `file` object of a document: where its text was found, and the file's own facts."""
    directory, _, name = file.path.rpartition("/")
    return {
        "path": file.path,
        "name": name,
        "directory": directory,
        "size": file.size,
        "mtime": to_time(file.mtime_ns),
        "hash": {"sha256": sha256},
        "encoding": encoding,
    }


def to_day(nanoseconds: int) -> date:
    """The day of a file's time, in UTC."""
    return date.fromisoformat(to_time(nanoseconds)[:10])


def to_time(nanoseconds: int) -> str:
    """A file's time as ISO 8601 in UTC, milliseconds: what dates in the index are written in."""
    seconds = min(max(nanoseconds // 1_000_000, _EARLIEST), _LATEST) / 1000
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


_EARLIEST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp() * 1000)
_LATEST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp() * 1000)

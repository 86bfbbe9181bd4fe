"""Compare a folder with its ledger: a merge of two streams that are sorted by path.

Memory does not grow with the folder: the listing holds one directory at a time, the ledger one page, and only
what has changed is kept.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tasks.document import File
from tasks.errors import Misconfigured, Unavailable
from tasks.ignore import Rules
from tasks.outcome import Status
from tasks.pairing import pair_sorted
from tasks.paths import decode_path, display_path, encode_path

#: Statuses of a path that stands for no text yet, or no more.
_NOT_A_PAGE: Final = (Status.REMOVED, Status.WAITING, Status.IGNORED)


#: Errors of the machine, not of the directory: the run cannot go on.
_PASSING: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on disk that is not a directory; `ignored` says why it is no page, if it is none.

    A directory that cannot be listed is an entry too, its path ends with `/` and `unreadable` says why. What the
    ledger knows below it is `unseen`: taken to be there as it was.
    """

    file: File
    ignored: str | None = None
    unreadable: str | None = None
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of a path, as far as the comparison needs it.

    `pending` names documents that a run which did not come to its end was about to change for this path.
    """

    path: str
    size: int
    mtime_ns: int
    status: Status
    sha256: str | None = None
    document_id: str | None = None
    language: str | None = None
    pending: tuple[str, ...] = ()
    step: str | None = None
    attempts: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the ledger has closed this path: its file left, and nothing is left to do about it."""
        return self.status is Status.REMOVED and not self.pending


@dataclass(slots=True)
class Comparison:
    """The difference between folder and ledger; `unchanged` counts by the status in the ledger.

    `known` is how many files the ledger held to be on disk; the removal guard measures against it.
    """

    new: list[File] = field(default_factory=list)
    changed: list[File] = field(default_factory=list)
    to_ignore: list[Entry] = field(default_factory=list)
    unreadable: list[Entry] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    unchanged: dict[Status, int] = field(default_factory=dict)
    left: int = 0
    known: int = 0


def list_folder(folder: Path, rules: Rules, exclude: Path | None = None) -> Iterator[Entry]:
    """Yield every entry below `folder` that is not a directory, in the order of its encoded path.

    `exclude` is left out with all below it (daftar's own data, should it lie inside). Links are not followed. A
    directory that cannot be listed is one entry; a file that vanishes meanwhile is none. Raises Misconfigured when
    the folder itself is not there or cannot be listed, Unavailable when the machine lacks something.
    """
    if not folder.is_dir():
        raise Misconfigured(f"The folder {folder} is not there", "Name another one, or mount it and try again.")
    yield from _list_directory(os.fsencode(folder), "", rules, None if exclude is None else os.fsencode(exclude))


def _list_directory(directory: bytes, prefix: str, rules: Rules, exclude: bytes | None) -> Iterator[Entry]:
    try:
        entries = _sort_directory(directory)
    except (FileNotFoundError, NotADirectoryError):
        # Gone since it was listed, or a file by now; `find_changes` sees to it that the folder itself stayed.
        return
    except OSError as error:
        if not prefix and isinstance(error, PermissionError):
            raise Misconfigured(
                f"The folder {os.fsdecode(directory)} cannot be read", "Give daftar's user the right to list it."
            ) from error
        if not prefix or error.errno in _PASSING:
            raise _unreadable(os.fsdecode(directory), error) from error
        ignored = rules.reason(f"{prefix}-", stat.S_IFREG)
        yield Entry(File(prefix, 0, 0), ignored, None if ignored else f"cannot be listed: {error.strerror}")
        return
    for key, entry in entries:
        if entry.path == exclude:
            continue
        if key.endswith("/"):
            yield from _list_directory(entry.path, prefix + key, rules, exclude)
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise _unreadable(os.fsdecode(entry.path), error) from error
        path = prefix + key
        yield Entry(File(path, status.st_size, status.st_mtime_ns), rules.reason(path, status.st_mode))


def _sort_directory(directory: bytes) -> list[tuple[str, os.DirEntry[bytes]]]:
    with os.scandir(directory) as found:
        entries = sorted(((_sort_key(entry), entry) for entry in found), key=lambda pair: pair[0])
    for _, entry in entries[:1]:
        # A directory may be listed without its files being reachable; that shows on any of them.
        with suppress(FileNotFoundError):
            os.lstat(entry.path)
    return entries


def _unreadable(path: str, error: OSError) -> Unavailable:
    return Unavailable(
        f"{display_path(encode_path(path))} cannot be listed: {error.strerror}", "Check the disk or mount."
    )


def _sort_key(entry: os.DirEntry[bytes]) -> str:
    """Sort a directory where its first child would stand, so that the whole listing is in path order."""
    name = encode_path(entry.name)
    return f"{name}/" if entry.is_dir(follow_symlinks=False) else name


def compare(
    listing: Iterable[Entry],
    ledger: Iterable[Known],
    limit: int,
    agrees: Callable[[Entry, Known], bool] | None = None,
) -> Comparison:
    """Merge the two streams, both in path order, and keep what differs; at most `limit` files to read.

    What does not fit is counted in `left` and is found again by the next comparison. A file of unchanged size and
    time is taken for unchanged, unless `agrees` is given and says otherwise.
    """
    result = Comparison()
    for entry, known in merge(listing, ledger):
        result.known += known is not None and not known.is_gone
        if entry is None:
            if known is not None and not known.is_gone:
                result.gone.append(known)
        elif known is not None and (
            entry.unseen or (is_unchanged(entry, known) and (not agrees or agrees(entry, known)))
        ):
            result.unchanged[known.status] = result.unchanged.get(known.status, 0) + 1
        elif entry.unreadable is not None:
            result.unreadable.append(entry)
        elif entry.ignored is not None:
            result.to_ignore.append(entry)
        elif len(result.new) + len(result.changed) >= limit:
            result.left += 1
        elif known is None or (known.status in _NOT_A_PAGE and not known.pending):
            result.new.append(entry.file)
        else:
            result.changed.append(entry.file)
    return result


def merge(listing: Iterable[Entry], ledger: Iterable[Known]) -> Iterator[tuple[Entry | None, Known | None]]:
    """Pair the entries of two streams sorted by path; the side that lacks a path is None.

    What is known below a directory that cannot be listed is paired with an entry that is `unseen`.
    """
    unseen = ""
    for _, entry, known in pair_sorted(listing, ledger, lambda entry: entry.file.path, lambda known: known.path):
        if entry is not None:
            unseen = entry.file.path if entry.unreadable else ""
            yield entry, known
        elif known is not None:
            below = unseen and known.path.startswith(unseen) and known.status is not Status.REMOVED
            yield Entry(File(known.path, known.size, known.mtime_ns), unseen=True) if below else None, known


def is_unchanged(entry: Entry, known: Known | None) -> bool:
    """Say whether the ledger is right about the entry: a settled status, nothing pending, the same size and time."""
    if known is None or known.pending or known.status in (Status.REMOVED, Status.WAITING):
        return False
    if (entry.ignored is not None) != (known.status is Status.IGNORED):
        return False
    return entry.file.size == known.size and entry.file.mtime_ns == known.mtime_ns


def settle(
    folder: Path,
    files: list[File],
    seconds: float,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[list[File], list[File]]:
    """Part the files that stand still from those still being written (second list).

    A file that was changed within the last `seconds`, or in the future, is looked at again after at most that
    long: still the same size and time, it stands still. One wait serves all files.
    """
    moment = now()
    ages = [moment - file.mtime_ns / 1e9 for file in files]
    young = [file for file, age in zip(files, ages, strict=True) if age < seconds]
    if not young:
        return files, []
    sleep(max(min(seconds, seconds - age) for age in ages if age < seconds))
    moving = {file.path for file in young if not _is_still(folder, file)}
    return [file for file in files if file.path not in moving], [file for file in files if file.path in moving]


def _is_still(folder: Path, file: File) -> bool:
    try:
        status = (folder / decode_path(file.path)).stat(follow_symlinks=False)
    except OSError:
        return True
    return (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns)

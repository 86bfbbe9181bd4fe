"""Step 1: the bytes of one file become a page: Unicode text, its identity, and how it was decoded."""

import errno
import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Final

from tasks.document import File, Page
from tasks.errors import DaftarError, Quarantined, Unavailable
from tasks.paths import decode_path, display_path
from tasks.text.composition import compose
from tasks.text.encodings import Undecodable, decode
from tasks.text.repair import repair

STEP: Final = "read"
MEBIBYTE: Final = 1 << 20
DEFAULT_LIMIT: Final = 64 * MEBIBYTE
ID_LENGTH: Final = 32


class Vanished(DaftarError):
    """The file is no longer there; for the ledger it is removed."""


class Unsettled(DaftarError):
    """The file is being written, or became something else; a later run takes it."""


#: First bytes of formats that people leave among pages. Source: the formats' own specifications.
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV, AVI)"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\x1f\x8b\x08", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)

_CONTROLS: Final = "".join(map(chr, (*range(0x09), *range(0x0E, 0x20), 0x7F)))
_CONTROL: Final = re.compile(f"[{_CONTROLS}]")
_CONTROL_SHARE: Final = 0.02
_LETTER_OR_DIGIT: Final = re.compile(r"[^\W_]")
_VISIBLE: Final = re.compile(r"[^\s\x00-\x1f\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

#: Errors that say the machine, not the file: another try may succeed.
_PASSING: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN}
)


def read(folder: Path, file: File, limit: int = DEFAULT_LIMIT) -> Page:
    r"""Read `file`, whose path is a ledger key relative to `folder`; never more than `limit` bytes.

    The text is NFC with `\n` between its lines, so the same page saved by Windows is the same document.
    Raises Quarantined (empty, too large, not permitted, not text, in no encoding that fits), Vanished,
    Unsettled (size or time differ from the listing, or changed meanwhile) and Unavailable.
    """
    data = _read_bytes(folder, file, limit)
    sha256 = hashlib.sha256(data).hexdigest()
    text, encoding = _decode(data)
    mended = repair(text)
    text = compose(mended.text)
    return Page(file, sha256, identify(text), encoding, text, mended.repairs)


def identify(text: str) -> str:
    """Return the document id of a decoded NFC text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:ID_LENGTH]


def _read_bytes(folder: Path, file: File, limit: int) -> bytes:
    name = display_path(file.path)
    try:
        with open(folder / decode_path(file.path), "rb", opener=_open) as stream:
            descriptor = stream.fileno()
            before = os.fstat(descriptor)
            _check(before, file, name, limit)
            data = stream.read(before.st_size + 1)
            after = os.fstat(descriptor)
    except OSError as error:
        raise _explain(error, folder, name) from error
    if len(data) != before.st_size or _stamp(before) != _stamp(after):
        raise Unsettled(f"{name} was written to while it was read", "A later run takes it.")
    return data


def _open(path: str, flags: int) -> int:
    # Not blocking and no link followed: what was listed as a file may be a FIFO or a link by now.
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _check(status: os.stat_result, file: File, name: str, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Unsettled(f"{name} is not a regular file any more", "A later run takes it as what it is now.")
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        raise Unsettled(f"{name} has changed since it was listed", "A later run takes it.")
    if status.st_size > limit:
        raise Quarantined(
            STEP,
            f"larger than the limit: {status.st_size / MEBIBYTE:.1f} of {limit / MEBIBYTE:.1f} MiB",
            "Split the file, or raise the limit in the settings and retry.",
        )
    if status.st_size == 0:
        raise Quarantined(STEP, "empty: the file holds no bytes", "Fetch the page again, or delete the file.")


def _explain(error: OSError, folder: Path, name: str) -> DaftarError:
    """Turn what the operating system says into what it means for the document."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        if not _holds_anything(folder):
            return Unavailable(f"the folder {folder} is gone or empty", "Mount it again, then run again.")
        return Vanished(f"{name} is no longer there")
    if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
        return Unsettled(f"{name} is not a regular file any more", "A later run takes it as what it is now.")
    if error.errno in _PASSING:
        return Unavailable(f"{name} cannot be read now: {error.strerror}", "Look at the machine, then run again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Quarantined(STEP, "not permitted to read the file", "Give daftar's user the right to read it.")
    return Quarantined(STEP, f"cannot be read: {error.strerror}", "Check the disk, then retry.")


def _holds_anything(folder: Path) -> bool:
    """Say whether the folder is there and not empty; a mount point is empty when nothing is mounted."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _decode(data: bytes) -> tuple[str, str]:
    """Decode, or quarantine what is no text, or one with nothing to read."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise _not_text(f"it begins like {kind}")
    try:
        decoded = decode(data)
    except Undecodable as error:
        if error.encoding is None:
            _refuse_controls(data.decode("latin-1"))
        raise Quarantined(
            STEP,
            f"cannot be decoded: {error.reason}; first at byte {error.offset} (0x{data[error.offset]:02x})",
            "Save the file as UTF-8, or fetch the page again.",
        ) from error
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_controls(text)
    if not _LETTER_OR_DIGIT.search(text):
        what = "neither a letter nor a digit in it" if _VISIBLE.search(text) else "nothing but white space"
        raise Quarantined(STEP, f"empty: {what}", "Fetch the page again, or delete the file.")
    return text, decoded.encoding


def _refuse_controls(text: str) -> None:
    if not _CONTROL.search(text):
        return
    controls = sum(map(text.count, _CONTROLS))
    if controls > _CONTROL_SHARE * len(text):
        what = "NUL bytes" if 2 * text.count("\x00") > controls else "control characters"
        raise _not_text(f"{controls / len(text):.0%} of it are {what}")


def _not_text(evidence: str) -> Quarantined:
    return Quarantined(STEP, f"not text: {evidence}", "Convert it to plain text, or move it out of the folder.")

import errno
import hashlib
import os
import pickle
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from hostile import ARABIC, PERSIAN, encode_ibm864
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.document import File
from tasks.errors import Quarantined, Unavailable
from tasks.paths import encode_path
from tasks.read import Unsettled, Vanished, read

SEEDS = Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"
PAGE = "تیتر خبر\n\nمتن خبر با ۱۲ واژه\n"


def write(folder: Path, content: bytes | str, name: str = "page.txt") -> File:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return listed(folder, name)


def listed(folder: Path, name: str) -> File:
    status = (folder / name).lstat()
    return File(encode_path(name), status.st_size, status.st_mtime_ns)


def refuse(folder: Path, content: bytes | str, limit: int = 1 << 20) -> Quarantined:
    with pytest.raises(Quarantined) as caught:
        read(folder, write(folder, content), limit)
    assert caught.value.step == "read"
    assert caught.value.advice
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return caught.value


def change_while_reading(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Run `change` between the look at the open file and the reading of it."""
    look, seen = os.fstat, []

    def look_then_change(descriptor: int) -> os.stat_result:
        status = look(descriptor)
        if stat.S_ISREG(status.st_mode) and not seen:
            seen.append(status)
            change()
        return status

    monkeypatch.setattr("tasks.read.os.fstat", look_then_change)


def test_page(tmp_path: Path) -> None:
    file = write(tmp_path, PAGE)
    page = read(tmp_path, file)
    assert page.file == file
    assert page.text == PAGE
    assert page.encoding == "utf-8"
    assert page.repairs == ()
    assert page.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert page.document_id == page.sha256[:32]


@pytest.mark.parametrize(
    ("raw", "encoding", "repairs"),
    [
        (PAGE.encode("utf-8-sig"), "utf-8-sig", ()),
        (PAGE.encode("utf-16"), "utf-16-le", ()),
        (PAGE.encode("utf-16-be"), "utf-16-be", ()),
        (PAGE.replace("\n", "\r\n").encode(), "utf-8", ()),
        (PAGE.replace("\n", "\r").encode(), "utf-8", ()),
        (unicodedata.normalize("NFD", PAGE).encode(), "utf-8", ()),
    ],
)
def test_same_text_is_the_same_document(tmp_path: Path, raw: bytes, encoding: str, repairs: tuple[str, ...]) -> None:
    page = read(tmp_path, write(tmp_path, raw))
    assert (page.text, page.encoding, page.repairs) == (PAGE, encoding, repairs)
    assert page.sha256 == hashlib.sha256(raw).hexdigest()
    assert page.document_id == hashlib.sha256(PAGE.encode()).hexdigest()[:32]


def test_text_is_composed(tmp_path: Path) -> None:
    assert read(tmp_path, write(tmp_path, "ا\u0653ب")).text == "آب"


def test_legacy_page(tmp_path: Path) -> None:
    text = " ".join(ARABIC)
    page = read(tmp_path, write(tmp_path, text.encode("cp1256")))
    assert (page.text, page.encoding) == (text, "windows-1256")


def test_mojibake_is_repaired_and_flagged(tmp_path: Path) -> None:
    text = "\n".join(PERSIAN)
    page = read(tmp_path, write(tmp_path, text.encode().decode("cp1256")))
    assert (page.text, page.encoding, page.repairs) == (text, "utf-8", ("mojibake:windows-1256",))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty: the file holds no bytes"),
        (" \n\t\u00a0", "empty: nothing but white space"),
        (b"\xef\xbb\xbf", "empty: nothing but white space"),
        ("\u200c\u200b\u202e\u2060", "empty: nothing but white space"),
        ("--- ؟ …", "empty: neither a letter nor a digit in it"),
        (b"\x89PNG\r\n\x1a\n....", "not text: it begins like a PNG image"),
        (b"%PDF-1.4 text", "not text: it begins like a PDF document"),
        (b"\x1f\x8b\x08abc", "not text: it begins like gzip data"),
        (PAGE.encode() + bytes(5000), "not text: 99% of it are NUL bytes"),
        (b"ab\x01\x02", "not text: 50% of it are control characters"),
        (bytes(range(256)), "not text: 11% of it are control characters"),
        (b"\xef\xbb\xbfab\xff", "not valid UTF-8 in spite of its byte order mark; first at byte 5 (0xff)"),
        (PAGE.encode() + b"\xd8", f"first at byte {len(PAGE.encode())} (0xd8)"),
        ("a bridge \u2019".encode("cp1252"), "no other encoding of Persian or Arabic fits; first at byte 9 (0x92)"),
    ],
)
def test_refused(tmp_path: Path, content: bytes | str, reason: str) -> None:
    assert refuse(tmp_path, content).reason.endswith(reason)


@pytest.mark.parametrize("content", ["123", "۱۲", "ث", f"{PAGE * 3}\x00", f"\x1b[1m{PAGE * 3}"])
def test_odd_but_text(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, write(tmp_path, content)).text == content


def test_limit(tmp_path: Path) -> None:
    assert read(tmp_path, write(tmp_path, "a" * 2048), 2048).text == "a" * 2048
    assert refuse(tmp_path, "a" * (3 << 19), 1 << 20).reason == "larger than the limit: 1.5 of 1.0 MiB"


def test_gibibyte_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "big.txt").open("wb") as stream:
        stream.truncate(1 << 30)
    file = listed(tmp_path, "big.txt")
    opened = open

    class Refusing:
        """Stands for the open file, and cannot be read."""

        def __init__(self, path: Path, mode: str, opener: Callable[[str, int], int]) -> None:
            self.stream = opened(path, mode, opener=opener)

        def fileno(self) -> int:
            return self.stream.fileno()

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *exception: object) -> None:
            self.stream.close()

    monkeypatch.setattr("tasks.read.open", Refusing, raising=False)
    with pytest.raises(Quarantined, match=r"1024\.0 of 64\.0 MiB"):
        read(tmp_path, file)


def test_vanished(tmp_path: Path) -> None:
    write(tmp_path, PAGE, "another.txt")
    for path in ("gone.txt", "gone/page.txt", "another.txt/page.txt"):
        with pytest.raises(Vanished, match=path):
            read(tmp_path, File(path, 1, 1))


@pytest.mark.parametrize("there", [True, False])
def test_folder_that_is_gone_or_empty_removes_nothing(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "mounted"
    if there:
        folder.mkdir()
    with pytest.raises(Unavailable, match="gone or empty"):
        read(folder, File("page.txt", 1, 1))


def test_changed_since_it_was_listed(tmp_path: Path) -> None:
    file = write(tmp_path, PAGE)
    for stale in (File(file.path, file.size + 1, file.mtime_ns), File(file.path, file.size, file.mtime_ns - 1)):
        with pytest.raises(Unsettled, match=r"page\.txt has changed since it was listed"):
            read(tmp_path, stale)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text(PAGE * 2, encoding="utf-8"),
        lambda path: path.write_text("", encoding="utf-8"),
        lambda path: os.utime(path, ns=(1, 1)),
        lambda path: path.chmod(0o640),
    ],
    ids=["longer", "emptied", "touched", "mode"],
)
def test_changed_while_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    file = write(tmp_path, PAGE)
    change_while_reading(monkeypatch, lambda: change(tmp_path / "page.txt"))
    with pytest.raises(Unsettled, match=r"page\.txt was written to while it was read"):
        read(tmp_path, file)


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def make_link(path: Path) -> None:
    path.symlink_to("elsewhere.txt")


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [make_fifo, make_socket, make_link, make_loop, Path.mkdir])
def test_what_became_no_regular_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    write(tmp_path, PAGE, "elsewhere.txt")
    make(tmp_path / "page.txt")
    with pytest.raises(Unsettled, match="not a regular file any more"):
        read(tmp_path, listed(tmp_path, "page.txt"))


@pytest.mark.parametrize(
    ("number", "expected", "words"),
    [
        (errno.EACCES, Quarantined, "not permitted to read the file"),
        (errno.EPERM, Quarantined, "not permitted to read the file"),
        (errno.EIO, Quarantined, "cannot be read: Input/output error"),
        (errno.ENAMETOOLONG, Quarantined, "cannot be read: File name too long"),
        (errno.ESTALE, Unavailable, "cannot be read now"),
        (errno.EMFILE, Unavailable, "cannot be read now"),
        (errno.ENOENT, Vanished, "no longer there"),
        (errno.ELOOP, Unsettled, "not a regular file any more"),
    ],
)
def test_what_the_operating_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception], words: str
) -> None:
    file = write(tmp_path, PAGE)

    def fail(*arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tasks.read.os.open", fail)
    with pytest.raises(expected, match=words):
        read(tmp_path, file)


def test_unreadable_to_an_ordinary_user(tmp_path: Path) -> None:
    file = write(tmp_path, PAGE)
    (tmp_path / "page.txt").chmod(0)
    if os.access(tmp_path / "page.txt", os.R_OK):
        assert read(tmp_path, file).text == PAGE
    else:
        with pytest.raises(Quarantined, match="not permitted"):
            read(tmp_path, file)


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    write(tmp_path, PAGE)
    (tmp_path / "directory.txt").mkdir()
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list its open files under /proc")
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        read(tmp_path, listed(tmp_path, "page.txt"))
        with pytest.raises(Unsettled):
            read(tmp_path, listed(tmp_path, "directory.txt"))
    assert len(list(descriptors.iterdir())) == before


def test_exceptions_survive_the_way_back_from_a_process() -> None:
    for kind in (Vanished, Unsettled):
        back = pickle.loads(pickle.dumps(kind("reason", "advice")))
        assert type(back) is kind
        assert (back.reason, back.advice) == ("reason", "advice")


def test_whole_pages_import_no_detector() -> None:
    heavy = {"ftfy", "charset_normalizer", "prefect", "elasticsearch"}
    code = f"import sys, tasks.read; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_total(tmp_path: Path, raw: bytes) -> None:
    try:
        page = read(tmp_path, write(tmp_path, raw))
    except Quarantined as refused:
        assert refused.reason
    else:
        assert unicodedata.is_normalized("NFC", page.text)
        assert "\r" not in page.text
        assert len(page.document_id) == 32


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(" ".join(ARABIC).replace("إ", "ا").split()), min_size=40, max_size=60))
def test_ibm864_comes_back(tmp_path: Path, words: list[str]) -> None:
    page = read(tmp_path, write(tmp_path, encode_ibm864(" ".join(words))))
    assert (page.text, page.encoding) == (" ".join(words), "ibm864")


def test_real_pages() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the real pages are not beside this checkout")
    pages = [read(SEEDS, listed(SEEDS, path.name)) for path in sorted(SEEDS.glob("*.txt"))]
    assert [page.encoding for page in pages] == ["utf-8"] * 5
    assert [page.repairs for page in pages] == [()] * 5
    assert len({page.document_id for page in pages}) == 5

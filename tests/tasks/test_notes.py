"""A directory that cannot be listed stops nothing: it is an entry of its own, and what is known below it stays."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import Archive
from test_scan import entry, known

from tasks.errors import Misconfigured, Unavailable
from tasks.ignore import load_rules
from tasks.outcome import Kind, Status, Sums
from tasks.scan import Entry, list_folder, merge

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."

NOBODY = 65534
PERMISSION, INPUT_OUTPUT, TOO_MANY = 13, 5, 24


class Locks:
    """Makes directories answer with an error, as the system does to a user who may not list them."""

    def __init__(self) -> None:
        self.errors: dict[str, int] = {}
        self._scandir = os.scandir

    def scandir(self, directory: bytes) -> "os._ScandirIterator[bytes]":
        if number := self.errors.get(os.fsdecode(directory)):
            raise OSError(number, os.strerror(number))
        return self._scandir(directory)

    def lock(self, directory: Path, number: int = PERMISSION) -> None:
        self.errors[str(directory)] = number

    def unlock(self, directory: Path) -> None:
        del self.errors[str(directory)]


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Locks:
    locks = Locks()
    monkeypatch.setattr("tasks.scan.os.scandir", locks.scandir)
    return locks


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of a user who is not root, as whom the test goes on; root may list everything."""
    folder = Path(tempfile.mkdtemp())
    user = os.geteuid() or NOBODY
    os.chown(folder, user, -1)
    before = os.geteuid()
    os.seteuid(user)
    try:
        yield folder
    finally:
        os.seteuid(before)
        shutil.rmtree(folder)


@pytest.fixture
def fill(archive: Archive) -> Callable[[], Archive]:
    def fill() -> Archive:
        archive.write("a.txt", ONE)
        archive.write("b/c/inner.txt", TWO)
        archive.write("b/c/.hidden", TWO)
        archive.write("d.txt", THREE)
        return archive

    return fill


def listed(folder: Path) -> list[tuple[str, str | None, str | None]]:
    return [(found.file.path, found.ignored, found.unreadable) for found in list_folder(folder, load_rules(folder))]


class TestListing:
    def test_the_directory_stands_where_its_files_would(self, tmp_path: Path, locks: Locks) -> None:
        for path in ("b-.txt", "b.txt", "b/1.txt", "b0.txt"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text("1")
        locks.lock(tmp_path / "b")
        assert listed(tmp_path) == [
            ("b-.txt", None, None),
            ("b.txt", None, None),
            ("b/", None, "cannot be listed: Permission denied"),
            ("b0.txt", None, None),
        ]

    @pytest.mark.parametrize("name", [".snapshots", "lost+found"])
    def test_one_that_is_ignored_is_ignored(self, tmp_path: Path, locks: Locks, name: str) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / ".daftarignore").write_text("lost+found/\n")
        locks.lock(tmp_path / name)
        found = {path: (ignored is not None, unreadable) for path, ignored, unreadable in listed(tmp_path)}
        assert found[f"{name}/"] == (True, None)

    def test_a_path_longer_than_the_system_takes(self, tmp_path: Path) -> None:
        """What no right mends: the name of the last directory is too long to be opened."""
        name = "x" * 250
        depth = 4096 // 251 + 1
        here = os.open(tmp_path, os.O_RDONLY)
        for _ in range(depth):
            os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(here)
        ((path, _, unreadable),) = listed(tmp_path)
        assert path.startswith(f"{name}/{name}/")
        assert unreadable == "cannot be listed: File name too long"

    def test_the_folder_itself_is_an_error(self, tmp_path: Path, locks: Locks) -> None:
        locks.lock(tmp_path)
        with pytest.raises(Misconfigured, match="cannot be read"):
            listed(tmp_path)

    def test_a_machine_at_its_end_is_an_error(self, tmp_path: Path, locks: Locks) -> None:
        (tmp_path / "b").mkdir()
        locks.lock(tmp_path / "b", TOO_MANY)
        with pytest.raises(Unavailable, match="cannot be listed"):
            listed(tmp_path)

    @pytest.mark.parametrize("mode", [0, 0o400])
    def test_rights_of_an_ordinary_user(self, ordinary: Path, mode: int) -> None:
        (ordinary / "b").mkdir()
        (ordinary / "b" / "1.txt").write_text("1")
        (ordinary / "b").chmod(mode)
        found = listed(ordinary)
        (ordinary / "b").chmod(0o700)
        assert found == [("b/", None, "cannot be listed: Permission denied")]


@pytest.mark.search
class TestArchive:
    @pytest.mark.parametrize("number", [PERMISSION, INPUT_OUTPUT])
    def test_what_is_known_below_it_stays(self, fill: Callable[[], Archive], locks: Locks, number: int) -> None:
        archive = fill()
        archive.run()
        before = archive.current()
        locks.lock(archive.folder / "b" / "c", number)
        archive.write("e.txt", "خبر تازه\nاین خبر در همان اجرا خوانده می‌شود.")
        sums, outcomes = archive.run(confirm=False)
        assert sums == Sums(new=1, quarantined=1, unchanged=3, ignored=1)
        assert [outcome.path for outcome in outcomes if outcome.kind is Kind.QUARANTINED] == ["b/c/"]
        assert archive.current() == before | {"خبر تازه": ["e.txt"]}
        entry = archive.entries()["b/c/"]
        assert (entry["status"], entry["step"]) == (Status.QUARANTINED, "scan")
        assert os.strerror(number) in entry["reason"]
        assert entry["advice"]

    def test_it_is_told_once_and_ends_when_the_directory_opens(self, fill: Callable[[], Archive], locks: Locks) -> None:
        archive = fill()
        archive.run()
        locks.lock(archive.folder / "b" / "c")
        archive.run()
        assert archive.run() == (Sums(quarantined=1, unchanged=3, ignored=1), [])
        locks.unlock(archive.folder / "b" / "c")
        archive.write("b/c/new.txt", "خبر چهارم\nاین پرونده را کسی ندیده بود.")
        sums, _ = archive.run(confirm=False)
        assert sums == Sums(new=1, unchanged=3, ignored=1)
        archive.check()
        assert archive.run()[1] == []

    def test_new_files_below_it_wait(self, archive: Archive, locks: Locks) -> None:
        archive.write("b/1.txt", ONE)
        locks.lock(archive.folder / "b")
        assert archive.run()[0] == Sums(quarantined=1)
        locks.unlock(archive.folder / "b")
        assert archive.run(confirm=False)[0] == Sums(new=1)
        archive.check()

    def test_the_directory_goes_for_good(self, fill: Callable[[], Archive], locks: Locks) -> None:
        archive = fill()
        archive.run()
        locks.lock(archive.folder / "b" / "c")
        archive.run()
        (archive.folder / "b" / "c" / "inner.txt").unlink()
        (archive.folder / "b" / "c" / ".hidden").unlink()
        (archive.folder / "b" / "c").rmdir()
        sums, _ = archive.run()
        assert sums == Sums(removed=2, unchanged=2)
        archive.check()


def test_nothing_is_unseen_but_what_is_known_below() -> None:
    closed = Entry(entry("b/").file, unreadable="cannot be listed: Permission denied")
    ledger = [known("b.txt"), known("b/1.txt"), known("b/2.txt", Status.REMOVED), known("b0.txt")]
    pairs = [
        (found.file.path if found else None, found.unseen if found else None, kept.path if kept else None)
        for found, kept in merge([entry("a.txt"), closed, entry("b0.txt")], ledger)
    ]
    assert pairs == [
        ("a.txt", False, None),
        (None, None, "b.txt"),
        ("b/", False, None),
        ("b/1.txt", True, "b/1.txt"),
        (None, None, "b/2.txt"),
        ("b0.txt", False, "b0.txt"),
    ]

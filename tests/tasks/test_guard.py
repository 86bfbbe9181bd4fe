"""Too many files gone: the folder is taken for unmounted, and nothing is removed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive, count_writes

from tasks.changes import find_changes, is_suspicious
from tasks.document import File
from tasks.errors import Misconfigured, Unavailable
from tasks.outcome import Status, Sums
from tasks.scan import Comparison, Known


def known(path: str, sha256: str | None = None, size: int = 1, status: Status = Status.INDEXED) -> Known:
    return Known(path, size, 1, status, sha256)


class TestGuard:
    @pytest.mark.parametrize(
        ("gone", "known_files", "on_disk", "suspicious"),
        [
            (0, 0, 0, False),
            (0, 100, 100, False),
            (1, 1, 0, True),
            (5, 5, 0, True),
            (10, 20, 10, False),
            (11, 20, 9, True),
            (11, 55, 44, False),
            (11, 54, 43, True),
            (20, 100, 80, False),
            (21, 100, 79, True),
            (1000, 10_000, 9_000, False),
        ],
    )
    def test_share_and_number(self, gone: int, known_files: int, on_disk: int, suspicious: bool) -> None:
        comparison = Comparison(
            gone=[known(str(number)) for number in range(gone)],
            unchanged={Status.INDEXED: on_disk},
            known=known_files,
        )
        assert is_suspicious(comparison, gone) is suspicious

    def test_changed_files_are_known_files(self) -> None:
        """80 of 100 were edited and 15 deleted: not a fifth."""
        changed = [File(str(number), 1, 1) for number in range(80)]
        comparison = Comparison(changed=changed, gone=[known("x")] * 15, unchanged={Status.INDEXED: 5}, known=100)
        assert not is_suspicious(comparison, 15)

    def test_one_new_file_in_an_emptied_folder_is_a_folder_still(self) -> None:
        assert not is_suspicious(Comparison(new=[File("a", 1, 1)], gone=[known("b")], known=1), 1)


@pytest.mark.search
class TestUnmounted:
    @pytest.fixture
    def full(self, archive: Archive) -> Archive:
        for number in range(20):
            archive.write(f"{number:02}.txt", f"خبر {number}\nمتن خبر شماره {number} است.")
        assert archive.run()[0] == Sums(new=20)
        return archive

    def test_never_known_folder_is_misconfigured(self, archive: Archive) -> None:
        shutil.rmtree(archive.folder)
        with pytest.raises(Misconfigured, match="is not there"):
            archive.run()

    @pytest.mark.parametrize(
        "take", [lambda folder: folder.rename(folder.with_name("away")), None], ids=["missing", "empty"]
    )
    def test_missing_or_empty_folder_removes_nothing(
        self, full: Archive, take: Callable[[Path], object] | None
    ) -> None:
        full.folder.rename(full.folder.with_name("away"))
        if take is None:
            full.folder.mkdir()
        changes = find_changes(full.job(), 100, 0)
        assert (changes.guarded, len(changes.gone)) == (True, 20)
        writes = count_writes(full.target)
        assert full.run(confirm=False) == (Sums(), [])
        assert count_writes(full.target) == writes
        if take is None:
            full.folder.rmdir()
        full.folder.with_name("away").rename(full.folder)
        assert full.run() == (Sums(unchanged=20), [])

    def test_removal_is_carried_out_when_confirmed(self, full: Archive) -> None:
        for number in range(11):
            (full.folder / f"{number:02}.txt").unlink()
        assert full.run(confirm=False)[0] == Sums(unchanged=9)
        assert full.run(confirm=True)[0] == Sums(removed=11, unchanged=9)
        full.check()

    def test_renamed_files_are_not_gone(self, full: Archive) -> None:
        (full.folder / "new").mkdir()
        for number in range(20):
            (full.folder / f"{number:02}.txt").rename(full.folder / "new" / f"{number:02}.txt")
        assert full.run(confirm=False)[0] == Sums(renamed=20)
        full.check()

    def test_folder_that_is_exchanged_while_it_is_listed(self, full: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
        """As when it is unmounted: what was not listed yet is not gone."""

        def compare_later(*arguments: object) -> Comparison:
            full.folder.rename(full.folder.with_name("away"))
            full.folder.mkdir()
            (full.folder / "00.txt").write_text("x")
            return Comparison()

        monkeypatch.setattr("tasks.changes.compare", compare_later)
        with pytest.raises(Unavailable, match="went away"):
            full.run()

    def test_left_files_are_taken_by_the_next_runs(self, archive: Archive) -> None:
        for number in range(7):
            archive.write(f"{number}.txt", f"خبر {number}\nمتن خبر شماره {number} است.")
        assert archive.run(limit=3)[0] == Sums(new=3)
        assert archive.run(limit=3)[0] == Sums(new=3, unchanged=3)
        assert archive.run(limit=3)[0] == Sums(new=1, unchanged=6)
        archive.check()

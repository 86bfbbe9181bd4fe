"""The changes of a folder carried out on a real index: what stands where afterwards, document by document."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive, count_writes

from tasks.changes import find_changes, is_suspicious, match_renames
from tasks.document import File
from tasks.errors import Misconfigured, Unavailable
from tasks.outcome import Kind, Status, Sums
from tasks.scan import Comparison, Known

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."


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


class TestRenames:
    @pytest.fixture
    def sha(self, tmp_path: Path) -> str:
        (tmp_path / "new").write_bytes(b"1")
        return "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"

    def test_same_bytes_are_a_rename(self, tmp_path: Path, sha: str) -> None:
        old, new = known("old", sha), File("new", 1, 1)
        assert match_renames(tmp_path, [new], [old]) == [(old, new)]

    @pytest.mark.parametrize(
        "old",
        [
            known("old", "0" * 64),
            known("old", None),
            known("old", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", size=2),
            known("old", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", 1, Status.QUARANTINED),
            known("old", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", 1, Status.REMOVED),
        ],
    )
    def test_anything_else_is_none(self, tmp_path: Path, sha: str, old: Known) -> None:
        assert match_renames(tmp_path, [File("new", 1, 1)], [old]) == []

    def test_each_file_is_paired_once(self, tmp_path: Path, sha: str) -> None:
        (tmp_path / "newer").write_bytes(b"1")
        (tmp_path / "newest").write_bytes(b"1")
        gone = [known("old", sha), known("older", sha)]
        new = [File(name, 1, 1) for name in ("new", "newer", "newest")]
        assert match_renames(tmp_path, new, gone) == [(gone[0], new[0]), (gone[1], new[1])]

    def test_what_vanished_or_became_a_fifo_is_none(self, tmp_path: Path, sha: str) -> None:
        os.mkfifo(tmp_path / "fifo")
        new = [File("vanished", 1, 1), File("fifo", 1, 1)]
        assert match_renames(tmp_path, new, [known("old", sha)]) == []


@pytest.mark.search
class TestStory:
    """One folder, changed between runs."""

    def test_nothing_comes_of_an_empty_folder(self, archive: Archive) -> None:
        assert archive.run() == (Sums(), [])
        archive.check()

    def test_new_files(self, archive: Archive) -> None:
        archive.write("۱.txt", ONE)
        archive.write("قدیم/۲.txt", TWO)
        archive.write("قدیم/۳.txt", THREE)
        assert archive.run()[0] == Sums(new=3)
        archive.check()
        assert archive.current() == {"خبر یکم": ["۱.txt"], "خبر دوم": ["قدیم/۲.txt"], "الخبر الثالث": ["قدیم/۳.txt"]}
        assert {document["index"] for document in archive.documents().values()} == {"fa", "ar"}

    def test_unchanged_folder_is_not_written_about(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", ONE)
        archive.write("c.txt", b"")
        archive.write(".hidden", ONE)
        assert archive.run()[0] == Sums(new=1, duplicate=1, quarantined=1, ignored=1)
        writes = count_writes(archive.target)
        assert archive.run() == (Sums(unchanged=2, quarantined=1, ignored=1), [])
        assert count_writes(archive.target) == writes

    def test_changed_file_is_a_new_version(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        archive.write("a.txt", TWO)
        assert archive.run()[0] == Sums(changed=1)
        archive.check()
        first, second = archive.document(ONE), archive.document(TWO)
        assert (first["current"], first["version"], "removed_at" in first) == (False, 1, False)
        assert (second["current"], second["version"], second["previous_id"]) == (True, 2, first["document_id"])

    def test_back_and_forth(self, archive: Archive) -> None:
        for text in (ONE, TWO, ONE):
            archive.write("a.txt", text)
            archive.run()
            archive.check()
        one, two = archive.document(ONE), archive.document(TWO)
        assert (one["current"], one["version"], one["previous_id"]) == (True, 3, two["document_id"])
        assert (two["current"], two["version"], two["previous_id"]) == (False, 2, one["document_id"])

    def test_touched_file_is_unchanged(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        before = archive.documents()
        os.utime(archive.folder / "a.txt", (1, 1))
        assert archive.run()[0] == Sums(unchanged=1)
        archive.check()
        assert archive.documents() == before

    def test_other_bytes_of_the_same_text(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        archive.write("a.txt", b"\xef\xbb\xbf" + ONE.encode())
        assert archive.run()[0] == Sums(changed=1)
        archive.check()
        document = archive.document(ONE)
        assert (document["version"], "previous_id" in document) == (1, False)

    def test_time_in_past_and_future(self, archive: Archive) -> None:
        """A file moved in with an old date is new all the same, and so is one from a clock that ran ahead."""
        archive.write("a.txt", ONE, age=40 * 365 * 86_400)
        archive.write("b.txt", TWO, age=-10 * 365 * 86_400)
        assert archive.run()[0] == Sums(new=2)
        archive.write("a.txt", TWO, age=50 * 365 * 86_400)
        archive.write("b.txt", ONE, age=-9 * 365 * 86_400)
        archive.run()
        archive.check()
        assert archive.current() == {"خبر یکم": ["b.txt"], "خبر دوم": ["a.txt"]}
        assert archive.run() == (Sums(unchanged=2), [])


@pytest.mark.search
class TestDuplicates:
    def test_in_one_batch(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b/a.txt", ONE)
        sums, outcomes = archive.run()
        assert sums == Sums(new=1, duplicate=1)
        assert outcomes[1].reason == "the same text as a.txt"
        archive.check()
        assert archive.current() == {"خبر یکم": ["a.txt", "b/a.txt"]}

    def test_in_two_batches_and_two_runs(self, archive: Archive) -> None:
        archive.batch = 1
        archive.write("b.txt", ONE)
        archive.write("c.txt", ONE)
        archive.run()
        archive.write("a.txt", ONE)
        assert archive.run()[0] == Sums(duplicate=1, unchanged=2)
        archive.check()
        assert archive.statuses() == {"a.txt": "duplicate", "b.txt": "indexed", "c.txt": "duplicate"}

    def test_in_other_encodings(self, archive: Archive) -> None:
        archive.write("a.txt", THREE)
        archive.write("b.txt", THREE.encode("utf-16"))
        archive.write("c.txt", b"\xef\xbb\xbf" + THREE.replace("\n", "\r\n").encode())
        assert archive.run()[0] == Sums(new=1, duplicate=2)
        archive.check()
        (archive.folder / "a.txt").unlink()
        assert archive.run()[0] == Sums(removed=1, unchanged=2)
        archive.check()

    def test_same_path_in_two_folders(self, archive: Archive, tmp_path: Path) -> None:
        other = Archive(tmp_path / "دیگر", archive.target)
        archive.write("a.txt", ONE)
        other.write("a.txt", ONE)
        assert archive.run()[0] == Sums(new=1)
        assert other.run()[0] == Sums(duplicate=1)
        assert archive.current() == {"خبر یکم": ["a.txt", "a.txt"]}
        (archive.folder / "a.txt").unlink()
        archive.run()
        assert archive.statuses() == {}
        assert other.statuses() == {"a.txt": "indexed"}
        other.check()

    @pytest.mark.parametrize("batch", [1, 1000])
    def test_owner_goes(self, archive: Archive, batch: int) -> None:
        archive.batch = batch
        for name in ("a.txt", "b.txt", "c.txt"):
            archive.write(name, ONE)
        archive.run()
        (archive.folder / "a.txt").unlink()
        assert archive.run()[0] == Sums(removed=1, unchanged=2)
        archive.check()
        assert archive.statuses() == {"b.txt": "indexed", "c.txt": "duplicate"}

    @pytest.mark.parametrize("batch", [1, 1000])
    def test_owner_and_its_heir_go(self, archive: Archive, batch: int) -> None:
        archive.batch = batch
        for name in ("a.txt", "b.txt", "c.txt"):
            archive.write(name, ONE)
        archive.run()
        (archive.folder / "a.txt").unlink()
        archive.write("b.txt", TWO)
        archive.run()
        archive.check()
        assert archive.statuses() == {"b.txt": "indexed", "c.txt": "indexed"}

    @pytest.mark.parametrize("batch", [1, 1000])
    def test_two_files_change_places(self, archive: Archive, batch: int) -> None:
        archive.batch = batch
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        archive.write("a.txt", TWO)
        archive.write("b.txt", ONE)
        archive.run()
        archive.check()
        assert archive.current() == {"خبر یکم": ["b.txt"], "خبر دوم": ["a.txt"]}

    def test_changed_owner_and_a_new_copy_of_what_it_was(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        archive.write("a.txt", TWO)
        archive.write("b.txt", ONE)
        assert archive.run()[0] == Sums(changed=1, new=1)
        archive.check()

    def test_one_file_written_over_another(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        (archive.folder / "a.txt").replace(archive.folder / "b.txt")
        assert archive.run()[0] == Sums(changed=1, removed=1)
        archive.check()

    def test_duplicate_changes_and_goes(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", ONE)
        archive.run()
        archive.write("b.txt", TWO)
        assert archive.run()[0] == Sums(changed=1, unchanged=1)
        archive.check()
        archive.write("b.txt", ONE)
        archive.run()
        (archive.folder / "b.txt").unlink()
        assert archive.run()[0] == Sums(removed=1, unchanged=1)
        archive.check()


@pytest.mark.search
class TestMoving:
    def test_renamed_file(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        before = archive.document(ONE)
        (archive.folder / "ب").mkdir()
        (archive.folder / "a.txt").rename(archive.folder / "ب" / "ج.txt")
        sums, (outcome,) = archive.run()
        assert (sums, outcome.kind, outcome.path) == (Sums(renamed=1), Kind.RENAMED, "ب/ج.txt")
        archive.check()
        after = archive.document(ONE)
        places = {"file", "paths", "holders"}
        assert {name: after[name] for name in after if name not in places} == {
            name: before[name] for name in before if name not in places
        }
        story = [(event["outcome"], event.get("reason")) for event in archive.entries()["ب/ج.txt"]["events"]]
        assert story[-1] == ("renamed", "from a.txt")
        assert ("new", None) in story
        assert archive.entries()["a.txt"]["events"][-1]["reason"] == "to ب/ج.txt"

    def test_moved_folder_with_copies(self, archive: Archive) -> None:
        archive.write("old/a.txt", ONE)
        archive.write("old/b.txt", ONE)
        archive.write("old/c.txt", TWO)
        archive.write("old/empty.txt", b"")
        archive.run()
        (archive.folder / "old").rename(archive.folder / "new")
        assert archive.run()[0] == Sums(renamed=3, removed=1, quarantined=1)
        archive.check()
        assert archive.current() == {"خبر یکم": ["new/a.txt", "new/b.txt"], "خبر دوم": ["new/c.txt"]}

    def test_moved_and_copied(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        (archive.folder / "a.txt").rename(archive.folder / "b.txt")
        shutil.copy2(archive.folder / "b.txt", archive.folder / "c.txt")
        assert archive.run()[0] == Sums(renamed=1, duplicate=1)
        archive.check()

    def test_file_becomes_folder_and_file_again(self, archive: Archive) -> None:
        archive.write("a", ONE)
        archive.run()
        (archive.folder / "a").rename(archive.folder / "b")
        archive.write("a/b", TWO)
        (archive.folder / "b").rename(archive.folder / "a" / "a")
        assert archive.run()[0] == Sums(renamed=1, new=1)
        archive.check()
        shutil.rmtree(archive.folder / "a")
        archive.write("a", TWO)
        archive.write("z", THREE)
        assert archive.run()[0] == Sums(renamed=1, new=1, removed=1)
        archive.check()
        assert archive.current() == {"خبر دوم": ["a"], "الخبر الثالث": ["z"]}

    def test_removed_and_back(self, archive: Archive) -> None:
        file = archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        facts = file.stat()
        file.unlink()
        assert archive.run()[0] == Sums(removed=1, unchanged=1)
        archive.check()
        removed = archive.document(ONE)
        assert (removed["current"], "removed_at" in removed) == (False, True)
        file.write_text(ONE)
        os.utime(file, ns=(facts.st_mtime_ns, facts.st_mtime_ns))
        assert archive.run()[0] == Sums(new=1, unchanged=1)
        archive.check()
        events = [
            event["outcome"] for event in archive.entries()["a.txt"]["events"] if event["step"] in ("scan", "index")
        ]
        assert events == ["new", "indexed", "removed", "new", "indexed"]

    def test_removed_and_back_under_another_name(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        (archive.folder / "a.txt").unlink()
        archive.run()
        archive.write("c/a.txt", ONE)
        assert archive.run()[0] == Sums(new=1, unchanged=1)
        archive.check()
        assert archive.document(ONE)["file"]["directory"] == "c"

    def test_renamed_back_to_a_path_with_a_past(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        for old, new in (("a.txt", "b.txt"), ("b.txt", "a.txt"), ("a.txt", "b.txt")):
            (archive.folder / old).rename(archive.folder / new)
            assert archive.run()[0] == Sums(renamed=1)
            archive.check()


@pytest.mark.search
class TestAside:
    """Files that are not read: ignored, waiting, quarantined."""

    def test_hidden_and_shown(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", ONE)
        archive.run()
        (archive.folder / "a.txt").rename(archive.folder / ".a.txt")
        assert archive.run()[0] == Sums(removed=1, ignored=1, unchanged=1)
        archive.check()
        (archive.folder / ".a.txt").rename(archive.folder / "a.txt")
        assert archive.run()[0] == Sums(duplicate=1, removed=1, unchanged=1)
        archive.check()

    def test_pattern_that_comes_and_goes(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.html", ONE)
        archive.write("c.html", TWO)
        archive.run()
        archive.write(".daftarignore", "*.html\na.txt\n")
        assert archive.run()[0] == Sums(ignored=4)
        archive.check()
        assert archive.current() == {}
        (archive.folder / ".daftarignore").unlink()
        assert archive.run()[0] == Sums(new=2, duplicate=1, removed=1)
        archive.check()

    def test_quarantined_and_mended(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        archive.write("a.txt", b"\x00\x01\x02" * 50)
        sums, (outcome,) = archive.run()
        assert (sums, outcome.step) == (Sums(quarantined=1), "read")
        archive.check()
        assert archive.current() == {}
        entry = archive.entries()["a.txt"]
        assert (entry["step"], entry["attempts"], "document_id" in entry) == ("read", 1, False)
        assert entry["reason"].startswith("not text")
        assert entry["advice"]
        archive.write("a.txt", ONE)
        assert archive.run()[0] == Sums(new=1)
        archive.check()

    def test_waiting_until_it_stands_still(self, archive: Archive) -> None:
        growing = archive.write("a.txt", ONE, age=0)
        held = archive.write("b.txt", TWO)
        archive.run()
        growing.write_text(ONE + "۱")
        job = archive.job()
        changes = find_changes(job, 100, 0)
        changes.waiting, changes.to_read = changes.to_read, []
        archive.carry_out(job, changes)
        assert archive.statuses() == {"a.txt": "indexed", "b.txt": "indexed"}
        held.unlink()
        archive.write("c.txt", THREE)
        changes = find_changes(job, 100, 0)
        changes.waiting, changes.to_read = changes.to_read, []
        outcomes = archive.carry_out(job, changes)
        assert {outcome.path: outcome.kind for outcome in outcomes} == {
            "a.txt": Kind.WAITING, "b.txt": Kind.REMOVED, "c.txt": Kind.WAITING,
        }  # fmt: skip
        assert archive.statuses() == {"a.txt": "indexed", "c.txt": "waiting"}
        assert archive.current() == {"خبر یکم": ["a.txt"]}
        assert archive.run()[0] == Sums(new=1, changed=1)
        archive.check()

    def test_waiting_file_that_goes(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        job = archive.job()
        changes = find_changes(job, 100, 0)
        changes.waiting, changes.to_read = changes.to_read, []
        archive.carry_out(job, changes)
        (archive.folder / "a.txt").unlink()
        assert archive.run()[0] == Sums(new=1, removed=1)
        archive.check()


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

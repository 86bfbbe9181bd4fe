"""Files and folders that move, go and come back: paired by their bytes, the document stays."""

import os
import shutil
from pathlib import Path

import pytest
from archive import ONE, THREE, TWO, Archive

from tasks.changes import match_renames
from tasks.document import File
from tasks.outcome import Kind, Status, Sums
from tasks.scan import Known


def known(path: str, sha256: str | None = None, size: int = 1, status: Status = Status.INDEXED) -> Known:
    return Known(path, size, 1, status, sha256)


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

    def test_a_renamed_duplicate_says_what_it_is_a_copy_of(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", ONE)
        archive.run()
        (archive.folder / "b.txt").rename(archive.folder / "c.txt")
        archive.run()
        entry = archive.entries()["c.txt"]
        assert (entry["status"], entry["reason"]) == ("duplicate", "the same text as a.txt")

    def test_renamed_back_to_a_path_with_a_past(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.run()
        for old, new in (("a.txt", "b.txt"), ("b.txt", "a.txt"), ("a.txt", "b.txt")):
            (archive.folder / old).rename(archive.folder / new)
            assert archive.run()[0] == Sums(renamed=1)
            archive.check()

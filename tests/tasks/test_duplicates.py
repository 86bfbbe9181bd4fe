"""One text in several files: which of them owns the document, and what happens when it goes."""

from pathlib import Path

import pytest
from archive import ONE, THREE, TWO, Archive

from tasks.outcome import Sums


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

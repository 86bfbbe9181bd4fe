"""The changes of a folder carried out on a real index: what stands where afterwards, document by document."""

import os

import pytest
from archive import ONE, THREE, TWO, Archive, count_writes

from tasks.changes import find_changes
from tasks.outcome import Kind, Sums


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

"""The comparison: listing in key order, merge as sets have it, what is unchanged, what still moves."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.document import File
from tasks.errors import Misconfigured
from tasks.ignore import load_rules
from tasks.outcome import Status
from tasks.paths import encode_path
from tasks.scan import Comparison, Entry, Known, compare, is_unchanged, list_folder, merge, settle

#: Names that sort otherwise as bytes, as UTF-16 and with `/` behind them, or that are hard to write.
HOSTILE_NAMES = (
    *(b"a", b"a-b", b"a.txt", b"a b", b"a0", b"a\x01", b"\xff", b"\xfe.txt", b"\\", b"a\\x41", b"new\nline"),
    *(
        name.encode()
        for name in ("خبر", "خبر.txt", "\ue000", "\ufffd", "\U0001f4f0", "\u202etxt.a", "ك", "ک", "é", "e\u0301")
    ),
    b"x" * 255,
)


def entry(path: str, size: int = 1, mtime_ns: int = 1, ignored: str | None = None) -> Entry:
    return Entry(File(path, size, mtime_ns), ignored)


def known(
    path: str, status: Status = Status.INDEXED, size: int = 1, mtime_ns: int = 1, pending: tuple[str, ...] = ()
) -> Known:
    return Known(path, size, mtime_ns, status, pending=pending)


def paths_of(folder: Path) -> list[str]:
    return [found.file.path for found in list_folder(folder, load_rules(folder))]


class TestListing:
    def test_hostile_names_come_in_key_order(self, tmp_path: Path) -> None:
        root = os.fsencode(tmp_path)
        for name in HOSTILE_NAMES:
            (Path(os.fsdecode(root + b"/files-" + name[:200]))).write_bytes(b"1")
            directory = Path(os.fsdecode(root + b"/" + name))
            directory.mkdir()
            for child in HOSTILE_NAMES:
                (directory / os.fsdecode(child)).write_bytes(b"1")
        found = paths_of(tmp_path)
        assert len(found) == len(HOSTILE_NAMES) * (len(HOSTILE_NAMES) + 1)
        assert found == sorted(found)
        assert found == sorted(found, key=lambda path: path.encode())

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sets(st.lists(st.sampled_from(HOSTILE_NAMES[:-1]), min_size=1, max_size=3).map(b"/".join), max_size=12))
    def test_any_tree_comes_in_key_order(self, tmp_path_factory: pytest.TempPathFactory, paths: set[bytes]) -> None:
        folder = tmp_path_factory.mktemp("tree")
        written = set()
        for path in sorted(paths, key=len):
            file = folder / os.fsdecode(path)
            if file.is_dir() or any(parent.is_file() for parent in file.parents):
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"1")
            written.add(encode_path(path))
        assert paths_of(folder) == sorted(written)

    def test_facts_are_the_files(self, tmp_path: Path) -> None:
        file = tmp_path / "خبر.txt"
        file.write_bytes(b"12345")
        os.utime(file, ns=(7, 1_700_000_000_123_456_789))
        assert list(list_folder(tmp_path, load_rules(tmp_path))) == [entry("خبر.txt", 5, 1_700_000_000_123_456_789)]

    def test_what_is_no_page_is_listed_with_its_reason(self, tmp_path: Path) -> None:
        (tmp_path / "خبر.txt").write_text("۱")
        (tmp_path / ".hidden").write_text("۱")
        (tmp_path / "خبر.part").write_text("۱")
        (tmp_path / "link").symlink_to("خبر.txt")
        (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "dangling").symlink_to("nowhere")
        os.mkfifo(tmp_path / "fifo")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "socket"))
            found = {each.file.path: each.ignored for each in list_folder(tmp_path, load_rules(tmp_path))}
        assert found == {
            "خبر.txt": None,
            ".hidden": "hidden",
            "خبر.part": "leftover of an editor or a download",
            "link": "symbolic link",
            "loop": "symbolic link",
            "dangling": "symbolic link",
            "fifo": "not a regular file",
            "socket": "not a regular file",
        }

    def test_excluded_folder_is_left_out(self, tmp_path: Path) -> None:
        (tmp_path / ".daftar" / "deep").mkdir(parents=True)
        (tmp_path / ".daftar" / "deep" / "file").write_text("1")
        (tmp_path / ".daftar2").write_text("1")
        found = list_folder(tmp_path, load_rules(tmp_path), exclude=tmp_path / ".daftar")
        assert [each.file.path for each in found] == [".daftar2"]

    def test_missing_folder_is_misconfigured(self, tmp_path: Path) -> None:
        with pytest.raises(Misconfigured, match="is not there"):
            paths_of(tmp_path / "nowhere")

    def test_what_vanishes_while_listing_is_not_yielded(self, tmp_path: Path) -> None:
        for name in ("a", "b", "c/x", "d/x", "e"):
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_text("1")
        listing = list_folder(tmp_path, load_rules(tmp_path))
        assert next(listing).file.path == "a"
        (tmp_path / "b").unlink()
        (tmp_path / "c" / "x").unlink()
        (tmp_path / "c").rmdir()
        (tmp_path / "d" / "x").unlink()
        (tmp_path / "d").rmdir()
        (tmp_path / "d").write_text("a file by now")
        assert [each.file.path for each in listing] == ["e"]


PATHS = st.sampled_from(["a", "a-", "a/", "a/b", "b", "خبر", "خبر.txt", "ی", "\U0001f4f0", "\ue000"])


class TestMerge:
    @given(st.sets(PATHS), st.sets(PATHS))
    def test_merge_is_what_sets_say(self, disk: set[str], ledger: set[str]) -> None:
        pairs = list(merge((entry(path) for path in sorted(disk)), (known(path) for path in sorted(ledger))))
        either = [
            found.file.path if found else entry_known.path for found, entry_known in pairs if found or entry_known
        ]
        assert either == sorted(disk | ledger)
        assert {found.file.path for found, _ in pairs if found} == disk
        assert {entry_known.path for _, entry_known in pairs if entry_known} == ledger
        both = {found.file.path for found, entry_known in pairs if found and entry_known}
        assert both == disk & ledger
        assert all(found.file.path == entry_known.path for found, entry_known in pairs if found and entry_known)

    def test_streams_are_taken_one_at_a_time(self) -> None:
        taken = 0

        def stream() -> Iterator[Entry]:
            nonlocal taken
            for number in range(1000):
                taken += 1
                yield entry(f"{number:04}")

        merged = merge(stream(), iter(()))
        next(merged)
        assert taken <= 2

    @given(
        st.dictionaries(PATHS, st.tuples(st.booleans(), st.integers(0, 1))),
        st.dictionaries(PATHS, st.tuples(st.sampled_from(Status), st.integers(0, 1), st.booleans())),
        st.integers(0, 4),
    )
    def test_every_path_is_counted_once(
        self, disk: dict[str, tuple[bool, int]], ledger: dict[str, tuple[Status, int, bool]], limit: int
    ) -> None:
        listing = [entry(path, size, 1, "hidden" if hidden else None) for path, (hidden, size) in sorted(disk.items())]
        entries = [
            known(path, status, size, 1, ("fa/1",) if pending else ())
            for path, (status, size, pending) in sorted(ledger.items())
        ]
        result = compare(listing, entries, limit)
        to_read = len(result.new) + len(result.changed)
        assert to_read + len(result.to_ignore) + result.left + sum(result.unchanged.values()) == len(disk)
        assert to_read <= limit
        assert result.left == 0 or to_read == limit
        closed = {path for path, (status, _, pending) in ledger.items() if status is Status.REMOVED and not pending}
        assert {gone.path for gone in result.gone} == set(ledger) - set(disk) - closed
        assert result.known == len(set(ledger) - closed)
        assert Status.REMOVED not in result.unchanged
        assert Status.WAITING not in result.unchanged


class TestCompare:
    @pytest.mark.parametrize(
        ("on_disk", "in_ledger", "field"),
        [
            (entry("a"), None, "new"),
            (entry("a"), known("a", Status.REMOVED), "new"),
            (entry("a"), known("a", Status.WAITING), "new"),
            (entry("a"), known("a", Status.IGNORED), "new"),
            (entry("a", size=2), known("a"), "changed"),
            (entry("a", mtime_ns=2), known("a"), "changed"),
            (entry("a", mtime_ns=0), known("a"), "changed"),
            (entry("a", mtime_ns=2), known("a", Status.DUPLICATE), "changed"),
            (entry("a", mtime_ns=2), known("a", Status.QUARANTINED), "changed"),
            (entry("a"), known("a", pending=("fa/1",)), "changed"),
            (entry("a"), known("a", Status.WAITING, pending=("fa/1",)), "changed"),
            (entry("a"), known("a", Status.REMOVED, pending=("fa/1",)), "changed"),
            (entry("a", ignored="hidden"), None, "to_ignore"),
            (entry("a", ignored="hidden"), known("a"), "to_ignore"),
            (entry("a", ignored="hidden"), known("a", Status.REMOVED), "to_ignore"),
            (entry("a", ignored="hidden", size=2), known("a", Status.IGNORED), "to_ignore"),
            (None, known("a"), "gone"),
            (None, known("a", Status.WAITING), "gone"),
            (None, known("a", Status.IGNORED), "gone"),
            (None, known("a", Status.QUARANTINED), "gone"),
            (None, known("a", Status.REMOVED, pending=("fa/1",)), "gone"),
        ],
    )
    def test_one_path(self, on_disk: Entry | None, in_ledger: Known | None, field: str) -> None:
        result = compare([on_disk] if on_disk else [], [in_ledger] if in_ledger else [], 10)
        found = {name for name in ("new", "changed", "to_ignore", "gone") if getattr(result, name)}
        assert found == {field}
        assert result.unchanged == {}

    @pytest.mark.parametrize("status", [Status.INDEXED, Status.DUPLICATE, Status.QUARANTINED])
    def test_unchanged(self, status: Status) -> None:
        assert compare([entry("a")], [known("a", status)], 10) == Comparison(unchanged={status: 1}, known=1)

    def test_ignored_stays_ignored(self) -> None:
        result = compare([entry("a", ignored="hidden")], [known("a", Status.IGNORED)], 10)
        assert result == Comparison(unchanged={Status.IGNORED: 1}, known=1)

    def test_removed_and_gone_is_nothing(self) -> None:
        assert compare([], [known("a", Status.REMOVED)], 10) == Comparison()

    def test_what_is_over_the_limit_is_left(self) -> None:
        result = compare([entry(path) for path in "abcde"], [known("b", size=2), known("e")], 2)
        assert [file.path for file in result.new] == ["a"]
        assert [file.path for file in result.changed] == ["b"]
        assert (result.left, result.unchanged) == (2, {Status.INDEXED: 1})

    def test_unknown_is_not_unchanged(self) -> None:
        assert not is_unchanged(entry("a"), None)


class TestSettle:
    NOW = 1_700_000_000.0

    def write(self, folder: Path, path: str, age: float) -> File:
        file = folder / path
        file.write_text(path)
        moment = int((self.NOW - age) * 1e9)
        os.utime(file, ns=(moment, moment))
        return File(path, file.stat().st_size, moment)

    def test_old_files_need_no_wait(self, tmp_path: Path) -> None:
        files = [self.write(tmp_path, "a", 2), self.write(tmp_path, "b", 100)]
        assert settle(tmp_path, files, 2, lambda: self.NOW, pytest.fail) == (files, [])

    def test_without_settling_time_nothing_waits(self, tmp_path: Path) -> None:
        files = [self.write(tmp_path, "a", 0)]
        assert settle(tmp_path, files, 0, lambda: self.NOW, pytest.fail) == (files, [])

    def test_one_wait_serves_all_and_is_as_long_as_the_youngest_needs(self, tmp_path: Path) -> None:
        files = [self.write(tmp_path, "a", 1.5), self.write(tmp_path, "b", 0.5), self.write(tmp_path, "c", 9)]
        waited: list[float] = []
        assert settle(tmp_path, files, 2, lambda: self.NOW, waited.append) == (files, [])
        assert waited == [pytest.approx(1.5)]

    def test_times_in_the_future_wait_no_longer(self, tmp_path: Path) -> None:
        files = [self.write(tmp_path, "a", -86_400)]
        waited: list[float] = []
        assert settle(tmp_path, files, 2, lambda: self.NOW, waited.append) == (files, [])
        assert waited == [2]

    def test_what_is_written_to_meanwhile_waits(self, tmp_path: Path) -> None:
        files = [self.write(tmp_path, name, 0) for name in ("grows", "is touched", "stands", "goes")]

        def change(_: float) -> None:
            (tmp_path / "grows").write_text("more than before")
            os.utime(tmp_path / "is touched", ns=(1, 1))
            (tmp_path / "goes").unlink()

        still, moving = settle(tmp_path, files, 2, lambda: self.NOW, change)
        assert [file.path for file in moving] == ["grows", "is touched"]
        assert [file.path for file in still] == ["stands", "goes"]

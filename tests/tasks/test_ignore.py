"""Rules: what is no page, why, and a pattern file that is wrong."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import Misconfigured
from tasks.ignore import load_rules

FILE = stat.S_IFREG | 0o644
LEFTOVER = "leftover of an editor or a download"
PATTERN = "matches a pattern in .daftarignore"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("خبر.txt", None),
        ("اخبار/۱۴۰۲/خبر.txt", None),
        ("خبر", None),
        ("خبر.txt~", LEFTOVER),
        ("خبر.txt.part", LEFTOVER),
        ("اخبار/خبر.tmp", LEFTOVER),
        ("خبر.crdownload", LEFTOVER),
        (".خبر.txt.swp", "hidden"),
        (".git/config", "hidden"),
        ("اخبار/.مخفی/خبر.txt", "hidden"),
        ("part", None),
        ("tmp/خبر.txt", None),
        ("خبر.partial.txt", None),
    ],
)
def test_built_in_rules(tmp_path: Path, path: str, reason: str | None) -> None:
    assert load_rules(tmp_path).reason(path, FILE) == reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFIFO, "not a regular file"),
        (stat.S_IFSOCK, "not a regular file"),
        (stat.S_IFCHR, "not a regular file"),
        (stat.S_IFBLK, "not a regular file"),
    ],
)
def test_what_is_no_file(tmp_path: Path, kind: int, reason: str) -> None:
    assert load_rules(tmp_path).reason("خبر.txt", kind | 0o644) == reason


@pytest.mark.parametrize(
    ("patterns", "path", "reason"),
    [
        ("*.html", "خبر.html", PATTERN),
        ("*.html", "اخبار/خبر.html", PATTERN),
        ("*.html", "خبر.txt", None),
        ("/قديم/", "قديم/خبر.txt", PATTERN),
        ("/قديم/", "اخبار/قديم/خبر.txt", None),
        ("*.txt\n!مهم.txt", "خبر.txt", PATTERN),
        ("*.txt\n!مهم.txt", "مهم.txt", None),
        ("# *.txt\n\n", "خبر.txt", None),
        ("**/پیش‌نویس/**", "الف/پیش‌نویس/ب/خبر.txt", PATTERN),
        ("*.html\r\n*.pdf\r\n", "خبر.html", PATTERN),
        ("\ufeff*.html", "خبر.html", PATTERN),
    ],
)
def test_patterns_of_the_operator(tmp_path: Path, patterns: str, path: str, reason: str | None) -> None:
    (tmp_path / ".daftarignore").write_text(patterns, encoding="utf-8", newline="")
    assert load_rules(tmp_path).reason(path, FILE) == reason


@pytest.mark.parametrize("line", ["!", "a\\", "a[z-b]"])
def test_a_line_that_is_no_pattern_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / ".daftarignore").write_text(f"*.html\n{line}\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"Line 2 of .*\.daftarignore is no pattern"):
        load_rules(tmp_path)


def test_a_folder_in_the_place_of_the_pattern_file_holds_no_patterns(tmp_path: Path) -> None:
    (tmp_path / ".daftarignore").mkdir()
    assert load_rules(tmp_path).reason("خبر.txt", FILE) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_patterns_or_misconfigured(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("folder")
    (folder / ".daftarignore").write_bytes(content)
    try:
        rules = load_rules(folder)
    except Misconfigured:
        return
    assert rules.reason("اخبار/خبر.txt", FILE) in (None, PATTERN)

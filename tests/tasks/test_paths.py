import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.paths import decode_path, display_path, encode_path

NAMES = st.binary(min_size=1, max_size=30).filter(
    lambda raw: b"/" not in raw and b"\x00" not in raw and raw not in (b".", b"..")
)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("اخبار/۱.txt", "اخبار/۱.txt"),
        (b"\xce\xd1.txt", r"\xce\xd1.txt"),
        ("\udcce\udcd1.txt", r"\xce\xd1.txt"),
        ("back\\slash", r"back\\slash"),
        (r"\xff", r"\\xff"),
        (b"\\\xff", r"\\\xff"),
        (b"\xd8", r"\xd8"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),
        ("two\nlines", "two\nlines"),
        ("é/e\u0301", "é/e\u0301"),
        ("", ""),
    ],
)
def test_key_and_back(raw: bytes | str, key: str) -> None:
    assert encode_path(raw) == key
    assert os.fsencode(decode_path(key)) == (raw if isinstance(raw, bytes) else os.fsencode(raw))


@pytest.mark.parametrize("key", ["\\", "a\\b", r"\xf", r"\xFF", r"\xd8\xa7", r"\x41", r"\\\ "])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a ledger key"):
        decode_path(key)


def test_surrogate_that_stands_for_no_byte_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_path("\ud800")


@given(st.binary())
def test_every_path_comes_back(raw: bytes) -> None:
    key = encode_path(raw)
    assert os.fsencode(decode_path(key)) == raw
    assert key.encode("utf-8").decode("utf-8") == key


@given(st.lists(st.binary(), max_size=8))
def test_code_point_order_is_the_byte_order_of_the_index(raws: list[bytes]) -> None:
    keys = [encode_path(raw) for raw in raws]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode("utf-8"))


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_parts_are_written_one_by_one(names: list[bytes]) -> None:
    assert encode_path(b"/".join(names)) == "/".join(map(encode_path, names))


@given(st.sets(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=8))
def test_walk_by_key_is_in_key_order(paths: set[tuple[bytes, ...]]) -> None:
    directories = {path[:depth] for path in paths for depth in range(1, len(path))}
    files = paths - directories

    def walk(above: tuple[bytes, ...]) -> list[str]:
        below = {path[: len(above) + 1] for path in files | directories if path[: len(above)] == above != path}
        ordered = sorted(below, key=lambda path: encode_path(path[-1]) + ("/" if path in directories else ""))
        return [
            key for path in ordered for key in (walk(path) if path in directories else [encode_path(b"/".join(path))])
        ]

    assert walk(()) == sorted(encode_path(b"/".join(path)) for path in files)


def test_names_that_the_file_system_holds(tmp_path: Path) -> None:
    raw = b"\xc7\xe1\\\n.txt"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).write_text("متن", encoding="utf-8")
    [found] = tmp_path.iterdir()
    assert (tmp_path / decode_path(encode_path(found.name))).read_text(encoding="utf-8") == "متن"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("plain/name.txt", "plain/name.txt"),
        ("خبر\n.txt", r"خبر\x0a.txt"),
        ("\x1b[2J.txt", r"\x1b[2J.txt"),
        ("a\tb\x7f", r"a\x09b\x7f"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("\u2066x\u2069\u061c", r"\u2066x\u2069\u061c"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\u0085b", r"a\u0085b"),
        ("a\u2028b", r"a\u2028b"),
        ("\U000e0041", r"\U000e0041"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        (r"\xff\\", r"\xff\\"),
        ("📰 ۱", "📰 ۱"),
    ],
)
def test_shown_safely(key: str, shown: str) -> None:
    assert display_path(key) == shown


@given(st.binary(), st.binary())
def test_shown_names_are_safe_and_stay_different(one: bytes, other: bytes) -> None:
    first, second = display_path(encode_path(one)), display_path(encode_path(other))
    assert (first == second) == (one == other)
    assert all(unicodedata.category(sign) not in ("Cc", "Zl", "Zp") for sign in first)


@given(st.text())
def test_showing_is_total(key: str) -> None:
    assert "\u202e" not in display_path(key)
    assert "\n" not in display_path(key)

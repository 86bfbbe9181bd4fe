"""Two texts compared: the new one is read out of the result as it stands, the old one word by word."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.web.comparison import compare_texts
from tasks.text.folding import fold

texts = st.text(st.sampled_from("آبن <&.\n"), max_size=40)


def drop(paragraphs: list[str], tag: str) -> list[str]:
    """The paragraphs without what is in a tag, and without the other one's tags."""
    without = (re.sub(rf"<{tag}>.*?</{tag}>", "", paragraph, flags=re.DOTALL) for paragraph in paragraphs)
    return [text for p in without if (text := unescape(re.sub(r"</?(?:ins|del)>", "", p))).strip()]


def words(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"\w+", text)]


@pytest.mark.parametrize(
    ("old", "new", "compared"),
    [
        ("سد ساخته شد.", "سد ساخته نشد.", ["سد ساخته <del>شد </del><ins>نشد</ins>."]),
        ("یک دو سه", "یک سه", ["یک<del> دو</del> سه"]),
        ("یک سه", "یک دو سه", ["یک <ins>دو</ins> سه"]),
        ("یک\n\nدو\n\nسه", "یک\n\nسه", ["یک", "<del>دو</del>", "سه"]),
        ("یک دو.\n\nسه", "یک.\n\nسه", ["یک<del> دو</del>.", "سه"]),
        ("یک.\n\n«دو»\n\nسه", "یک.\n\nسه", ["یک.", "<del>دو</del>", "سه"]),
        ("یک\n\nدو", "دو", ["<del>یک</del>", "دو"]),
        ("یک\n\nسه", "یک\n\nدو\n\nسه", ["یک", "<ins>دو</ins>", "سه"]),
        ("یک <b>", "یک <i>", ["یک &lt;<del>b </del><ins>i</ins>&gt;"]),
    ],
)
def test_words_of_one_text_are_marked(old: str, new: str, compared: list[str]) -> None:
    assert compare_texts(old, new).paragraphs == compared
    assert not compare_texts(old, new).same


@pytest.mark.parametrize(
    ("old", "new"),
    [("زمینلرزهای بود", "زمین\u200cلرزه\u200cای بود"), ("علي گفت:", "علی گفت"), ("متن", "متن"), ("", "")],
)
def test_other_spellings_are_no_difference(old: str, new: str) -> None:
    comparison = compare_texts(old, new)
    assert comparison.same
    assert comparison.paragraphs == ([new] if new else [])


@given(texts, texts)
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    paragraphs: list[str] = [*compare_texts(old, new).paragraphs]
    assert [line.strip() for line in drop(paragraphs, "del")] == [
        line.strip() for line in new.split("\n") if line.strip()
    ]
    assert words(" ".join(drop(paragraphs, "ins"))) == words(old)


def test_long_texts_are_compared_coarsely() -> None:
    old, new = " ".join(["الف ب"] * 2000), " ".join(["ب الف"] * 2000)
    assert compare_texts(old, new).paragraphs == [f"<del>{old} </del><ins>{new}</ins>"]

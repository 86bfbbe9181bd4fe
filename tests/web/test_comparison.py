"""Two texts compared: each can be read out of the result."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.web import comparison
from daftar.web.comparison import compare_texts

texts = st.text(st.sampled_from("آبن <&\n"), max_size=40)


def read(paragraphs: list[str], dropped: str) -> list[str]:
    without = (re.sub(rf"<{dropped}>.*?</{dropped}>", "", p, flags=re.DOTALL) for p in paragraphs)
    return [text for p in without if (text := unescape(re.sub(r"</?(?:ins|del)>", "", p))).strip()]


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def test_words() -> None:
    assert compare_texts("سد ساخته شد.", "سد ساخته نشد.") == ["سد ساخته <del>شد.</del><ins>نشد.</ins>"]
    assert compare_texts("یک\n\nدو", "یک") == ["یک", "<del>دو</del>"]
    assert compare_texts("<b>", "<b>") == ["&lt;b&gt;"]


@given(texts, texts)
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    for limit in (comparison.WORDS, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(comparison, "WORDS", limit)
            compared = compare_texts(old, new)
        assert read(compared, "ins") == lines(old)
        assert read(compared, "del") == lines(new)


def test_long_texts_are_compared_coarsely() -> None:
    old, new = " ".join(["الف ب"] * 2000), " ".join(["ب الف"] * 2000)
    assert compare_texts(old, new) == [f"<del>{old}</del><ins>{new}</ins>"]

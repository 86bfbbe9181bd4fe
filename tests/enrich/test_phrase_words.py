"""A text parted at its words: nothing is lost, and what joins letters parts none."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.phrase_words import split_words


def test_half_spaces_marks_and_kashida_join() -> None:
    assert split_words("هسته\u200cای شد") == ["", "هسته\u200cای", " ", "شد", ""]
    assert split_words("«مثلاً» ســلام!") == ["«", "مثلاً", "» ", "ســلام", "!"]
    assert split_words("") == [""]


@given(st.text())
def test_the_pieces_are_the_text(text: str) -> None:
    pieces = split_words(text)
    assert "".join(pieces) == text
    assert len(pieces) % 2 == 1
    assert all(pieces[1::2])

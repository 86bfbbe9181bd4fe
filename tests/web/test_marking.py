"""Marked text: escaped, balanced, and the source when the tags are taken away."""

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from daftar.web.marking import (
    CLOSE,
    OPEN,
    MarkedText,
    Span,
    find_marks,
    join_marks,
    keep_apart,
    locate_marks,
    mark_fragment,
    split_paragraphs,
    strip_marks,
)

TAG = re.compile(r"</?(?:mark|b)>")
fragments = st.text(st.sampled_from(f"{OPEN}{CLOSE}<>&\"' آب\n"), max_size=40)
texts = st.text(st.sampled_from("<>&\"' آبکم\n\u200c"), max_size=60)
offsets = st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=8)


def untag(markup: Markup) -> str:
    return unescape(TAG.sub("", str(markup)))


def is_balanced(markup: Markup) -> bool:
    """Whether tags nest; a `<b>` is never in a `<mark>`, nor either in itself."""
    open_tags: list[str] = []
    for tag in TAG.findall(str(markup)):
        if tag.startswith("</"):
            if not open_tags or open_tags.pop() != tag[2:-1]:
                return False
        elif open_tags in ([], ["b"]) and not (open_tags and tag == "<b>"):
            open_tags.append(tag[1:-1])
        else:
            return False
    return not open_tags


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", ""),
        ("ایران", "ایران"),
        (f"در {OPEN}ایران{CLOSE} بود", "در <mark>ایران</mark> بود"),
        (f"{OPEN}<b>{CLOSE}&", "<mark>&lt;b&gt;</mark>&amp;"),
        (f"{OPEN}باز", "<mark>باز</mark>"),
        (f"بسته{CLOSE}", "بسته"),
        (f"{OPEN}{OPEN}دو{CLOSE}{CLOSE}", "<mark>دو</mark>"),
        (f"{OPEN}{CLOSE}", ""),
        ("<mark>", "&lt;mark&gt;"),
    ],
)
def test_fragments(fragment: str, expected: str) -> None:
    assert mark_fragment(fragment) == expected


@given(fragments)
def test_a_fragment_without_its_tags_is_the_source(fragment: str) -> None:
    marked = mark_fragment(fragment)
    assert untag(marked) == strip_marks(fragment)
    assert is_balanced(marked)
    assert not re.search(r"<(?!/?mark>)", marked)


@given(fragments)
def test_marks_are_offsets_in_the_source(fragment: str) -> None:
    source, marks = strip_marks(fragment), find_marks(fragment)
    pieces = re.findall(r"<mark>(.*?)</mark>", str(mark_fragment(fragment)), re.DOTALL)
    assert [source[start:end] for start, end in marks] == [unescape(piece) for piece in pieces]
    assert all(a[1] < b[0] for a, b in pairwise(marks))


@given(st.text(st.sampled_from("\n آب\u200c"), max_size=20), offsets)
def test_marks_of_a_trimmed_text_are_located_in_its_source(source: str, marks: list[tuple[int, int]]) -> None:
    trimmed = source.strip(" \n")
    lead = len(source) - len(source.lstrip(" \n"))
    wanted = join_marks((a, b) for a, b in marks if 0 <= a < b <= len(trimmed))
    parts, place = [], 0
    for start, end in wanted:
        parts += [trimmed[place:start], OPEN, trimmed[start:end], CLOSE]
        place = end
    marked = "".join([*parts, trimmed[place:]])
    assert locate_marks(marked, source) == [(lead + a, lead + b) for a, b in wanted]
    whole = f"{source[:lead]}{marked}{source[lead + len(trimmed) :]}"
    assert locate_marks(whole, source) == locate_marks(marked, source)
    assert locate_marks(f"{marked}x", source) == []


@given(texts, offsets, offsets)
def test_text_with_spans_and_marks(text: str, spans: list[tuple[int, int]], marks: list[tuple[int, int]]) -> None:
    kept = keep_apart((Span(a, b, Markup("<b>"), Markup("</b>")) for a, b in spans), len(text))
    joined = join_marks((a, b) for a, b in marks if 0 <= a < b <= len(text))
    marked = MarkedText(text, kept, joined)
    whole = marked.render(0, len(text))
    assert untag(whole) == text
    assert is_balanced(whole)
    assert "".join(unescape(m) for m in re.findall(r"<mark>(.*?)</mark>", whole, re.DOTALL)) == "".join(
        text[a:b] for a, b in joined
    )
    assert len(re.findall("<b>", whole)) == len(kept)
    middle = len(text) // 2
    assert untag(marked.render(0, middle)) + untag(marked.render(middle, len(text))) == text


@given(st.text(st.sampled_from("آب \n\t"), max_size=40))
def test_paragraphs_are_the_lines_with_words(text: str) -> None:
    found = [text[start:end] for start, end in split_paragraphs(text)]
    assert found == [line for line in text.split("\n") if line.strip()]


def test_of_overlapping_spans_the_earlier_and_longer_stays() -> None:
    no = Markup()
    spans = [Span(4, 6, no, no), Span(0, 3, no, no), Span(0, 5, no, no), Span(5, 9, no, no), Span(2, 99, no, no)]
    assert [(span.start, span.end) for span in keep_apart(spans, 10)] == [(0, 5), (5, 9)]

"""Marked text as HTML: what Elasticsearch marked, what the pipeline found, and everything else escaped.

Elasticsearch puts noncharacters round what it marks, which no text may hold. Every piece of text goes through
`escape`, the tags are ours alone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from daftar.search.highlights import CLOSE, OPEN

#: What is trimmed (Java's `String.trim`).
_TRIMMED: Final = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text to be marked, from `start` up to `end`, in the tags `before` and `after`."""

    start: int
    end: int
    before: Markup
    after: Markup


def mark_fragment(fragment: str) -> Markup:
    """Return a highlighted fragment as HTML with `<mark>`: total, always balanced, never nested."""
    parts: list[Markup] = []
    marked = False
    for piece, is_marked in _read_pieces(fragment):
        if is_marked != marked:
            parts.append(_MARK if is_marked else _END_MARK)
            marked = is_marked
        parts.append(escape(piece))
    if marked:
        parts.append(_END_MARK)
    return Markup().join(parts)


_MARK: Final = Markup("<mark>")
_END_MARK: Final = Markup("</mark>")


def _read_pieces(fragment: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a fragment, and whether each is marked; empty ones are left out."""
    start, marked = 0, False
    for place, character in enumerate(fragment):
        if character in (OPEN, CLOSE):
            if place > start:
                yield fragment[start:place], marked
            start, marked = place + 1, character == OPEN
    if start < len(fragment):
        yield fragment[start:], marked


def strip_marks(fragment: str) -> str:
    """Return a fragment as the source has it."""
    return fragment.replace(OPEN, "").replace(CLOSE, "")


def find_marks(fragment: str) -> list[tuple[int, int]]:
    """Return what is marked in a fragment as offsets in `strip_marks(fragment)`, in order, none touching."""
    marks: list[tuple[int, int]] = []
    place = 0
    for piece, marked in _read_pieces(fragment):
        if marked and marks and marks[-1][1] == place:
            marks[-1] = (marks[-1][0], place + len(piece))
        elif marked:
            marks.append((place, place + len(piece)))
        place += len(piece)
    return marks


def locate_marks(marked: str, source: str) -> list[tuple[int, int]]:
    """Return the marks of a whole text as offsets in its source; Elasticsearch may have trimmed its ends.

    None when it is not that text.
    """
    text = strip_marks(marked)
    if text.strip(_TRIMMED) != source.strip(_TRIMMED):
        return []
    lead = _count_blanks(source) - _count_blanks(text)
    return [(lead + start, lead + end) for start, end in find_marks(marked)]


def _count_blanks(text: str) -> int:
    return len(text) - len(text.lstrip(_TRIMMED))


def join_marks(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return marks in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def keep_apart(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans that lie in a text of `length`, in order; of two that overlap the earlier, then the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if 0 <= span.start < span.end <= length and (not kept or kept[-1].end <= span.start):
            kept.append(span)
    return kept


class MarkedText:
    """A text with `spans` in their tags and `marks` in `<mark>` inside them; offsets count in the text.

    Spans must be in order and apart (`keep_apart`), and so must marks (`join_marks`). A mark may begin outside a
    span and end in it: it is cut where the span begins or ends.
    """

    def __init__(self, text: str, spans: Sequence[Span], marks: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._spans, self._span_ends = spans, [span.end for span in spans]
        self._marks, self._mark_ends = marks, [end for _, end in marks]

    def render(self, first: int, last: int) -> Markup:
        """Return a piece of the text as HTML; without its tags and escapes it is `text[first:last]`."""
        parts: list[Markup] = []
        place = first
        for index in range(bisect_right(self._span_ends, first), len(self._spans)):
            span = self._spans[index]
            if span.start >= last:
                break
            start, end = max(span.start, first), min(span.end, last)
            parts += (self._mark(place, start), span.before, self._mark(start, end), span.after)
            place = end
        parts.append(self._mark(place, last))
        return Markup().join(parts)

    def _mark(self, first: int, last: int) -> Markup:
        parts: list[Markup] = []
        place = first
        for index in range(bisect_right(self._mark_ends, first), len(self._marks)):
            mark_start, mark_end = self._marks[index]
            if mark_start >= last:
                break
            start, end = max(mark_start, first), min(mark_end, last)
            parts += (escape(self._text[place:start]), _MARK, escape(self._text[start:end]), _END_MARK)
            place = end
        parts.append(escape(self._text[place:last]))
        return Markup().join(parts)


def split_paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs of a text as offsets: its lines that are not blank."""
    paragraphs, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append((start, start + len(line)))
        start += len(line) + 1
    return paragraphs

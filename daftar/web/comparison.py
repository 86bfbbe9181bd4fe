"""Two texts as one: the newer as it stands, with the words that only one of them has marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from tasks.enrich.differences import diff

#: Characters of each text that are compared; more is no reading matter.
CHARACTERS: Final = 1_000_000

_LINE_ENDS: Final = re.compile(r"\s*\n\s*")
#: What may follow the last word of a line.
_REST_OF_LINE: Final = re.compile(r"[^\w\n]*(?=\n|$)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The paragraphs of two texts as HTML, and whether both have the same words."""

    paragraphs: list[Markup]
    same: bool


def compare_texts(old: str, new: str) -> Comparison:
    """Compare word by word; without what is in `<del>` it is the new text, blank lines apart.

    Words that search and index take for the same (another keyboard's letters, a lost half-space) are no difference.
    """
    old, new = old[:CHARACTERS], new[:CHARACTERS]
    paragraphs: list[list[Markup]] = [[]]
    same = True
    for tag, text in _list_pieces(old, new):
        same = same and not tag
        first, *others = text.split("\n")
        paragraphs[-1].append(_wrap(tag, first))
        paragraphs += ([_wrap(tag, line)] for line in others)
    joined = (Markup().join(parts) for parts in paragraphs)
    return Comparison([paragraph for paragraph in joined if paragraph.strip()], same)


def _list_pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of both texts in order, with the tag of those that only one has."""
    place = 0
    for difference in diff(old, new):
        start, end = difference.added_offset
        removed = _LINE_ENDS.sub(" ", difference.removed)
        if removed and start == end and start:
            # Lines that are gone stand on lines of their own, after the punctuation of the one before.
            rest = _REST_OF_LINE.match(new, start) if _starts_line(old, difference.removed_offset[0]) else None
            yield "", new[place : rest.end() if rest else start]
            yield "del", f"\n{difference.removed}" if rest else f" {removed}"
            place = rest.end() if rest else start
            continue
        yield "", new[place:start]
        if removed:
            last = start == end and _REST_OF_LINE.match(old, difference.removed_offset[1])
            yield "del", f"{removed}\n" if last else f"{removed} "
        if difference.added:
            yield "ins", difference.added
        place = end
    yield "", new[place:]


def _starts_line(text: str, place: int) -> bool:
    line = text.rfind("\n", 0, place) + 1
    return line > 0 and not any(map(str.isalnum, text[line:place]))


def _wrap(tag: str, text: str) -> Markup:
    if not tag or not text:
        return escape(text)
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text)  # noqa: S704 (the tag is ours)

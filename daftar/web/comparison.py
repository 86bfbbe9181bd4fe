"""Two texts as one, paragraph by paragraph and word by word: what only one of them has is marked."""

import re
from difflib import SequenceMatcher
from typing import Final

from markupsafe import Markup, escape

#: Comparing takes time with the square of the length: what is longer is compared more coarsely.
CHARACTERS: Final = 1_000_000
PARAGRAPHS: Final = 2_000
WORDS: Final = 1_000
#: Words of all paragraphs together that are compared one by one.
BUDGET: Final = 20_000

_WORD: Final = re.compile(r"\S+\s*|\s+")


def compare_texts(old: str, new: str) -> list[Markup]:
    """Return the paragraphs of both texts in order, with `<del>` and `<ins>` round what only one has.

    Without what is in `<ins>` it is the old text, without what is in `<del>` the new one; blank lines apart.
    """
    before, after = _split(old), _split(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    paragraphs: list[Markup] = []
    left = BUDGET
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            paragraphs += map(escape, before[first:last])
            continue
        both = min(last - first, end - start)
        for number in range(both):
            paragraph, words = _compare_words(before[first + number], after[start + number], min(WORDS, left))
            left -= words
            paragraphs.append(paragraph)
        paragraphs += (_wrap("del", text) for text in before[first + both : last])
        paragraphs += (_wrap("ins", text) for text in after[start + both : end])
    return paragraphs


def _split(text: str) -> list[str]:
    lines = [line for line in text[:CHARACTERS].split("\n") if line.strip()]
    return [*lines[:PARAGRAPHS], "\n".join(lines[PARAGRAPHS:])] if len(lines) > PARAGRAPHS else lines


def _compare_words(old: str, new: str, limit: int) -> tuple[Markup, int]:
    """Return the two paragraphs as one, and how many words were compared; beyond `limit` they are not."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > limit:
        return _wrap("del", old) + _wrap("ins", new), 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    parts = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            parts.append(escape("".join(before[first:last])))
            continue
        parts.append(_wrap("del", "".join(before[first:last])))
        parts.append(_wrap("ins", "".join(after[start:end])))
    return Markup().join(parts), max(len(before), len(after))


def _wrap(tag: str, text: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if text else Markup()  # noqa: S704 (the tag is ours)

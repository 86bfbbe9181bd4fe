"""Which lines of a page are not the article: what surrounds it, by rule, by place and by repetition.

`furniture_rules` speaks about lines, this module about pages: inside the article little is taken, outside it
much, and the last line that could be its headline never.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from tasks.text.folding import fold
from tasks.text.furniture_rules import is_block_label, is_credited_caption, is_publisher, match_rule
from tasks.text.titles import (
    count_words,
    ends_sentence,
    find_doubled,
    find_title,
    is_headline,
    is_paragraph,
    squeeze,
)

_WORD: Final = re.compile(r"\w+")
_TAG_SEPARATOR: Final = re.compile(r"[،,|#/•·-]+")

#: Rules that hold everywhere; the others only at the edges, because inside an article the same words may be
#: its own; `section` and `site` only outside its first and last paragraph.
_EVERYWHERE: Final = frozenset({"advertisement", "caption", "read_more", "related", "tags"})
_OUTSIDE: Final = frozenset({"section", "site"})
#: How many lines below the first paragraph the upper edge reaches: a lead, then buttons, caption, date.
_REACH: Final = 3
#: How many lines above the first paragraph may hold the two sayings of a title.
_TOP: Final = 12
#: More lone dates than this are the article's own: a chronology.
_MOST_DATES: Final = 2
_MOST_TAG_WORDS: Final = 5
#: Rules about what stands beside a related headline: its age, its picture.
_IN_BLOCKS: Final = frozenset({"caption", "date", "record"})
_LONGEST_OF_BLOCK: Final = 120
#: Which part of the article has to stand above the readers' comments, for all that follows to be theirs.
_ABOVE_COMMENTS: Final = 2 / 3
_MOST_SITE_WORDS: Final = 4
_MOST_CAPTION_WORDS: Final = 6
_MOST_MASTHEAD_WORDS: Final = 10
#: The longest line that is looked for on other pages, in characters: what is longer is somebody's sentence.
LONGEST_REPEATED: Final = 120
#: And, so, in, for, like: written as one with the word that follows.
_ARABIC_PREFIXES: Final = frozenset("وفبلک")


def find_furniture(lines: Sequence[str], language: str, repeated: frozenset[str] = frozenset()) -> dict[int, str]:
    """Return which lines of a page are furniture: index and name of the rule.

    `lines` are clean and stripped, blank ones included. `repeated` are the `fold` keys of short lines known
    to stand on several pages. Taking them out may bring others to the edge: repeat until nothing is found.
    An empty answer when nothing would be left.
    `find_furniture(["متن خبر …", "برچسب‌ها", "ایران"], "fa") == {1: "tags", 2: "tags"}`.
    """
    page = _Page(lines, language, repeated)
    page.take_lines()
    page.take_doubled_title()
    page.take_margins()
    page.take_blocks()
    page.take_comments()
    page.take_captions()
    return page.found if page.rest() else {}


class _Page:
    """The lines of a page while it is decided which of them are the article's."""

    def __init__(self, lines: Sequence[str], language: str, repeated: frozenset[str]) -> None:
        self.lines = lines
        self.language = language
        self.repeated = repeated
        self.rules = [match_rule(line, language) for line in lines]
        self.filled = [index for index, line in enumerate(lines) if line]
        paragraphs = [index for index in self.filled if not self.rules[index] and is_paragraph(lines[index])]
        self.first = paragraphs[0] if paragraphs else len(lines)
        self.last = paragraphs[-1] if paragraphs else len(lines)
        below = [index for index in self.filled if index > self.first and not self.rules[index]][:_REACH]
        self.reach = below[-1] if below else self.first
        self.found: dict[int, str] = {}

    def rest(self) -> list[int]:
        """Return the lines that are still the article's."""
        return [index for index in self.filled if index not in self.found]

    def _above(self) -> list[int]:
        return [index for index in self.rest() if index < self.first]

    def take_lines(self) -> None:
        """Take the lines that a rule names and that stand where it holds."""
        dates = self.rules.count("date")
        for index, rule in enumerate(self.rules):
            at_edge = index <= self.reach or index > self.last
            if rule == "date" and dates > _MOST_DATES:
                at_edge = index < self.first
            if rule and rule not in _OUTSIDE and (rule in _EVERYWHERE or at_edge):
                self.found[index] = rule

    def take_doubled_title(self) -> None:
        """Take the title's second saying above the text, and the short lines above it."""
        above = self._above()[:_TOP]
        doubled = find_doubled([self.lines[index] for index in above])
        if doubled is None:
            return
        kept, dropped = (above[position] for position in doubled)
        for index in above[: above.index(max(kept, dropped))]:
            longest = _MOST_SITE_WORDS if index < min(kept, dropped) else _MOST_MASTHEAD_WORDS
            if index not in (kept, dropped) and count_words(self.lines[index]) <= longest:
                self.found[index] = "masthead"
        self.found[dropped] = "title"

    def take_margins(self) -> None:
        """Take names of sites and sections, and lines known from other pages, but never the last headline."""
        above = self._above()
        named = {index: rule for index in above if (rule := self._name_margin(index))}
        if named and not any(index not in named and is_headline(self.lines[index]) for index in above):
            named.pop(max(named))
        above = [index for index in above if index not in named]
        if self._looks_like_site(above):
            named[above[0]] = "site"
        self.found.update(named)
        for index in self.rest():
            if index > self.last and (rule := self._name_margin(index)):
                self.found[index] = rule

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The words that the article says, folded, Arabic ones without a particle too."""
        inside = [self.lines[index] for index in self.rest() if self.first <= index <= self.last]
        words = _WORD.findall(fold("\n".join(inside)))
        return frozenset(words).union([word[1:] for word in words if word[0] in _ARABIC_PREFIXES])

    def _name_margin(self, index: int) -> str:
        line = self.lines[index]
        if self.rules[index] in _OUTSIDE:
            return self.rules[index]
        if len(line) <= LONGEST_REPEATED and fold(line) in self.repeated:
            return "repeated"
        return "site" if is_publisher(line, self.language, self._speaks) else ""

    def _speaks(self, word: str) -> bool:
        return not self.spoken or word in self.spoken

    def _looks_like_site(self, above: Sequence[int]) -> bool:
        """Tell whether the first line is a short name the article never says, with a headline below it."""
        if len(above) < 2 or self.first == len(self.lines):
            return False
        line, following = (self.lines[index] for index in above[:2])
        words = [word for word in _WORD.findall(fold(line)) if len(word) > 2]
        return (
            count_words(line) <= _MOST_SITE_WORDS < count_words(following)
            and is_headline(line)
            and is_headline(following)
            and line[-1] not in ":؟?!"
            and bool(words)
            and self.spoken.union(_WORD.findall(fold(following))).isdisjoint(words)
        )

    def take_blocks(self) -> None:
        """Take the short lines below the label of tags or of related articles, when the title is above it."""
        rest = self.rest()
        title = find_title([self.lines[index] for index in rest])
        start = rest[title] if title is not None else -1
        for index, rule in list(self.found.items()):
            if index > start and rule in ("related", "tags") and is_block_label(self.lines[index], self.language):
                self._take_block(index, rule)

    def _take_block(self, label: int, rule: str) -> None:
        apart = label + 1 < len(self.lines) and not self.lines[label + 1]
        for index in range(label + 1, len(self.lines)):
            line = self.lines[index]
            if not line:
                if label + 1 < index and label < self.last and not apart:
                    return
                continue
            if self.rules[index] in _IN_BLOCKS:
                continue
            if self.rules[index] or index in self.found or is_paragraph(line) or len(line) > _LONGEST_OF_BLOCK:
                return
            if rule == "tags" and not _is_tag(line):
                return
            self.found[index] = rule

    def take_comments(self) -> None:
        """Take everything below the label of the readers' comments, when the article stands above it."""
        size = sum(len(self.lines[index]) for index in self.rest())
        above = 0
        for index in self.filled:
            if self.rules[index] == "comments" and above >= size * _ABOVE_COMMENTS:
                below = [other for other in self.rest() if other >= index]
                self.found.update(dict.fromkeys(below, "comments"))
                return
            if index not in self.found:
                above += len(self.lines[index])

    def take_captions(self) -> None:
        """Take what pictures show: lines with a medium's name above the text, and a short line said twice."""
        rest = self.rest()
        for index in rest[1:]:
            if index < self.first and is_credited_caption(self.lines[index], self.language):
                self.found[index] = "caption"
        keys = {index: squeeze(self.lines[index]) for index in rest[1:] if _is_short(self.lines[index])}
        counts = Counter(keys.values())
        title = squeeze(self.lines[rest[0]]) if rest else ""
        self.found.update({i: "caption" for i, key in keys.items() if counts[key] == 2 and key != title})


def _is_short(line: str) -> bool:
    words = count_words(line)
    return 2 <= words <= _MOST_CAPTION_WORDS and is_headline(line) and line[-1] not in ':؟?!»”"'


def _is_tag(line: str) -> bool:
    parts = _TAG_SEPARATOR.split(line)
    return not ends_sentence(line) and all(count_words(part) <= _MOST_TAG_WORDS for part in parts)

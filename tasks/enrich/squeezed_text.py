"""A text folded and without its spaces, and the way back to what was written.

So محمدجواد and محمد جواد, عشق‌آباد and عشقآباد are one string; whatever else stands between two words stays as a
break that no spelling crosses.
"""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from operator import add, sub
from typing import Final

from tasks.text.characters import HARAKAT, TATWEEL
from tasks.text.folding import Offsets, fold_with_offsets

BREAK: Final = "\n"
#: A plus at its end belongs to a word: أوبك+ is not أوبك.
_WORD: Final = re.compile(r"([^\W_]+(?:\+(?![^\W_]))?)")
#: What may stand between two words of one name.
_GAP: Final = re.compile(r" {1,2}| ?[-_'’‐‑] ?")
#: After an abbreviation a full stop may, too.
_ABBREVIATED: Final = 2
_ABBREVIATION_GAP: Final = re.compile(r"\. ?")
#: What folds to nothing at the end of a word, and is part of it as it is written: صنعاء.
_TRAILING: Final = frozenset(HARAKAT + TATWEEL + "ء")


class SqueezedText:
    """A folded text without spaces; `starts` and `ends` are where its `words` lie in `text`.

    `between[i]` is what the folded text has before word `i`, empty when it is a mere gap. `source` is the text as
    it was; positions are those of `text`, offsets those of `source`. Made by `squeeze`.
    """

    def __init__(
        self, source: str, words: list[str], between: list[str], folded_starts: list[int], offsets: Offsets
    ) -> None:
        self.source = source
        self.words = words
        self.between = between
        lengths = list(map(len, words))
        # A break takes one place before its word.
        self.ends = list(accumulate(map(add, lengths, map(bool, between))))
        self.starts = list(map(sub, self.ends, lengths))
        self.text = "".join([f"{BREAK}{word}" if gap else word for word, gap in zip(words, between, strict=True)])
        self._folded_starts = folded_starts
        self._offsets = offsets

    @cached_property
    def index_by_start(self) -> dict[int, int]:
        """The index of each word by where it begins."""
        return dict(zip(self.starts, range(len(self.starts)), strict=True))

    @cached_property
    def end_set(self) -> frozenset[int]:
        """Where words end."""
        return frozenset(self.ends)

    def word(self, index: int) -> str:
        """Return a word, folded."""
        return self.words[index]

    def word_at(self, position: int) -> int:
        """Return the index of the word that holds a position."""
        return bisect_right(self.starts, position) - 1

    def origin(self, position: int) -> int:
        """Return where the letter at a position lies in the source."""
        word = self.word_at(position)
        place: int = self._folded_starts[word] + position - self.starts[word]
        return self._offsets[place]

    def offset(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece lies in the source, with what is written after its last letter and folds to nothing."""
        first, last = self.origin(start), self.origin(end - 1) + 1
        while last < len(self.source) and self.source[last] in _TRAILING:
            last += 1
        return first, last

    def words_in(self, offset: tuple[int, int]) -> range:
        """Return the indices of the words that a piece of the source touches, as `offset` gave it."""
        first, last = offset
        starts = self._folded_starts
        return range(
            bisect_left(starts, self._offsets.find(first + 1)) - 1, bisect_left(starts, self._offsets.find(last))
        )


def squeeze(text: str) -> SqueezedText:
    """Return `text` folded and without its spaces. Total; `text` is taken to be NFC."""
    folded, offsets = fold_with_offsets(text)
    parts = _WORD.split(folded)
    words = parts[1::2]
    between = ["" if separator == " " else separator for separator in parts[0:-1:2]]
    for index in [index for index, separator in enumerate(between) if separator]:
        if not index or _is_gap(between[index], len(words[index - 1])):
            between[index] = ""
    ends = list(accumulate(map(len, parts)))
    return SqueezedText(text, words, between, ends[0:-1:2], offsets)


def _is_gap(separator: str, letters: int) -> bool:
    if _GAP.fullmatch(separator):
        return True
    return letters <= _ABBREVIATED and _ABBREVIATION_GAP.fullmatch(separator) is not None

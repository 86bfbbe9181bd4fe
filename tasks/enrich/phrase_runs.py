"""The words of a text that phrases are made of, in runs: words with nothing between them that a phrase cannot hold."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final

from tasks.enrich.phrase_words import TOKEN, load_forms, split_words
from tasks.text.folding import fold

#: Where a word begins and ends, how many words of the text stand before it, its folded words without article and
#: plural (of a name several), and whether a phrase may begin with it.
Word = tuple[int, int, int, tuple[str, ...], bool]

_SENTENCE_END: Final = re.compile(r"[.\n!?\u061f\u061b]")


@dataclass(slots=True)
class Runs:
    """All runs of a text: its `words` in order, and in `ends` how many of them there are to the end of each run.

    A name is one word, and the last of its run; `names` are the indices of those.
    """

    words: list[Word] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    names: set[int] = field(default_factory=set)

    @property
    def bounds(self) -> Iterator[tuple[int, int]]:
        """The first word of each run, and the one after its last."""
        return ((start, end) for start, end in pairwise([0, *self.ends, len(self.words)]) if start < end)


def find_runs(
    text: str, language: str, names: Iterable[tuple[int, int]], title_end: int, pieces: list[str] | None = None
) -> Runs:
    """Read a text in `fa` or `ar`, whose headline ends at `title_end`; `names` are the offsets of those in it.

    `pieces` is what `split_words` makes of the text, where that is known.
    `find_runs("وزیر به تهران رفت", "fa", [], 0).bounds` are (0, 1) and (1, 2): به and رفت end a run.
    """
    pieces = pieces or split_words(text)
    edges = list(accumulate(map(len, pieces)))
    forms = map(load_forms(language).__getitem__, pieces[1::2])
    named = {start: end for start, end in names if start < end <= len(text)}
    waiting = sorted(named, reverse=True)
    following = waiting.pop() if waiting else len(text)
    runs = Runs()
    words, ends = runs.words, runs.ends
    resume = -1
    columns = zip(pieces[:-1:2], edges[:-1:2], edges[1::2], forms, strict=True)
    for place, (gap, start, end, (keys, breaks, opens, may_begin, joined)) in enumerate(columns):
        if resume >= 0:
            if start < resume:
                continue
            gap = text[resume:start]  # A name may end inside a word.
            resume = -1
        parted = gap != " " and gap.strip(" ") != ""
        while following < start:
            following = waiting.pop() if waiting else len(text)
        name = _read_name(text, following, named[following], place, language) if following < end else None
        if name is not None:
            if parted or name[0] > start:
                ends.append(len(words))
            runs.names.add(len(words))
            words.append(name)
            ends.append(len(words))
            resume = name[1]
        elif breaks or (opens and start > title_end and (place == 0 or (parted and _SENTENCE_END.search(gap)))):
            ends.append(len(words))
        else:
            if parted or joined:
                ends.append(len(words))
            words.append((start, end, place, keys, may_begin))
    return runs


def _read_name(text: str, start: int, end: int, place: int, language: str) -> Word | None:
    """Return the name that stands in a place, with the marks that belong to its last letter."""
    while end < len(text) and not fold(text[end]):
        end += 1
    forms = load_forms(language)
    keys = tuple(key for word in TOKEN.findall(text[start:end]) for key in forms[word].keys)
    return (start, end, place, keys, True) if keys else None

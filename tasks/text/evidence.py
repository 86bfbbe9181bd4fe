"""What the letters and words of a text say about its language: additive evidence, one pass, no model.

Every language has a folder `tasks/text/<code>` with three tables (`letters.tsv`, `function_words.txt`,
`affixes.tsv`) whose weights are natural logarithms of odds, so evidence of several sightings is a sum and
`posterior` makes it a probability. A language is added by adding its folder and its code to `ARABIC_SCRIPT` in
`tasks/text/weights.py`.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from tasks.text.characters import ZWNJ
from tasks.text.weights import (
    CHARACTERS,
    CODES,
    ENGLISH,
    FOREIGN,
    IGNORED,
    IGNORED_CHARACTERS,
    LETTERS,
    UNKNOWN,
    VOCABULARY,
    Scores,
    unpack,
)

#: Evidence comes from so many characters of a paragraph; the rest only counts towards its length.
SAMPLE: Final = 400
#: Names in Latin letters are common in Persian and Arabic text and the contrary is rare, so a text is in Arabic
#: script while the others have at most so many times its letters.
LATIN_NAMES: Final = 1.5
#: Repetition says little more: a letter or a word counts at most this often in a paragraph.
REPEATS: Final = 3
#: The row of `letters.tsv` for any letter in Arabic script: negative, because each letter that is none of a
#: language's own speaks against it; counted so often at most.
ANY_LETTER: Final = "*"
ANY_LETTERS: Final = 40
#: Odds (as a logarithm) of a language before anything was seen: what a folder of Persian and Arabic news holds.
#: The last two stand for all languages without tables.
PRIOR: Final = (0.5, 0.5, 0.0, 0.0, 0.0, 0.0, -0.7, -0.7, 0.0, 0.5, 0.5)
#: The places in `CODES` that are possible in a script.
PLAUSIBLE: Final = {
    "arabic": (*range(ENGLISH), UNKNOWN),
    "latin": (ENGLISH, FOREIGN),
    "other": (UNKNOWN,),
}

NOTHING: Final[Scores] = (0.0,) * len(CODES)

_DOMAIN = re.compile(r"\.[A-Za-z]{2}")
_WORD = re.compile(r"[^\W\d_]+")
_PRESENTATION_FORMS: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")


class Evidence(NamedTuple):
    """What a paragraph says: its script (`arabic`, `latin`, `other`), its letters, and a score for each of `CODES`."""

    script: str = "other"
    letters: int = 0
    scores: Scores = NOTHING


def _is_address(word: str) -> bool:
    return "@" in word or "://" in word or _DOMAIN.search(word) is not None


def _clean(text: str) -> str:
    """Take out addresses of pages and mail, and write presentation forms as the letters they are."""
    if _is_address(text):
        text = " ".join([word for word in text.split() if not _is_address(word)])
    return unicodedata.normalize("NFKC", text) if _PRESENTATION_FORMS.search(text) else text


def weigh(text: str, words: bool = True) -> Evidence:
    """Return the evidence in a paragraph, from its first `SAMPLE` characters; letters are scaled to its length.

    Without `words`, text in Arabic script is judged by its letters alone, in half the time. Total: text without
    letters gives `Evidence()`. Addresses of pages and mail count for nothing. `weigh("وزیر گفت").letters == 7`.
    """
    sample = _clean(text[:SAMPLE])
    characters = set(sample)
    scripts = [0, 0, 0, 0]
    total = 0
    for character in characters:
        place, weight = CHARACTERS[character]
        count = sample.count(character)
        scripts[place] += count
        if weight:
            total += weight * (count if count < REPEATS else REPEATS)
    _, arabic, latin, other = scripts
    letters = arabic + latin + other
    if not letters:
        return Evidence()
    script = "arabic" if arabic * LATIN_NAMES >= latin + other else "latin" if latin >= other else "other"
    total += LETTERS[ANY_LETTER] * min(arabic, ANY_LETTERS)
    if words or script != "arabic":
        total += _weigh_words(sample, characters)
    return Evidence(script, round(letters * max(1.0, len(text) / SAMPLE)), unpack(total))


def _weigh_words(sample: str, characters: set[str]) -> int:
    sample = sample.replace(ZWNJ, " ")
    if not IGNORED_CHARACTERS.isdisjoint(characters):
        sample = sample.translate(IGNORED)
    words = _WORD.findall(sample)
    total = sum(map(VOCABULARY.__getitem__, words))
    if len(words) - len(set(words)) >= REPEATS:
        for word, count in Counter(words).items():
            if count > REPEATS:
                total -= (count - REPEATS) * VOCABULARY[word]
    return total


def add(scores: Iterable[Scores]) -> Scores:
    """Return the sum of several scores, language by language."""
    return tuple(map(sum, zip(NOTHING, *scores, strict=True)))


def posterior(scores: Scores, script: str) -> tuple[int, float]:
    """Return the place (in `CODES`) of the likeliest language written in a script, and its probability."""
    places = PLAUSIBLE[script]
    odds = [scores[place] + PRIOR[place] for place in places]
    highest = max(odds)
    return places[odds.index(highest)], 1.0 / sum([math.exp(one - highest) for one in odds])

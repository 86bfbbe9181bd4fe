"""What the letters and words of a text say about its language: additive evidence, one pass, no model.

Every language has a folder `tasks/text/<code>` with three tables (`letters.tsv`, `function_words.txt`,
`affixes.tsv`) whose weights are natural logarithms of odds, so evidence of several sightings is a sum and
`posterior` makes it a probability. A language is added by adding its folder and its code to `ARABIC_SCRIPT`.

Source of the letters: the charts of the Unicode blocks Arabic and Arabic Supplement, and the standard alphabets
of the languages. The words, endings and weights are daftar's own.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple

from tasks.text.characters import (
    ARABIC_KAF,
    ARABIC_YEH,
    BIDI_CONTROLS,
    FARSI_YEH,
    HARAKAT,
    KEHEH,
    TATWEEL,
    TEH_MARBUTA,
    ZERO_WIDTH,
    ZWNJ,
)
from tasks.text.tables import load_rows, load_words

#: The languages told apart in Arabic script: Persian, Arabic, Urdu, Pashto, Central Kurdish, Uyghur, South
#: Azerbaijani, Sindhi. What belongs to none of them is `und`.
ARABIC_SCRIPT: Final = ("fa", "ar", "ur", "ps", "ckb", "ug", "azb", "sd")
ENGLISH: Final = len(ARABIC_SCRIPT)
#: The places of the languages without tables: other alphabets in Arabic script, other words in Latin script.
UNKNOWN: Final = ENGLISH + 1
FOREIGN: Final = ENGLISH + 2
CODES: Final = (*ARABIC_SCRIPT, "en", "und", "und")

#: Evidence comes from so many characters of a paragraph; the rest only counts towards its length.
SAMPLE: Final = 400
#: Names in Latin letters are common in Persian and Arabic text and the contrary is rare, so a text is in Arabic
#: script while the others have at most so many times its letters.
LATIN_NAMES: Final = 1.5
#: Repetition says little more: a letter or a word counts at most this often in a paragraph.
REPEATS: Final = 3
#: The languages that are often typed with the yeh and kaf of another keyboard; in the rest these tell words apart.
EITHER_KEYBOARD: Final = frozenset(("fa", "ar", "ur", "ckb", "azb"))
#: What a letter says that no language here has (a third of it in Latin script).
STRANGE_LETTER: Final = 3.0
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

Scores = tuple[float, ...]
NOTHING: Final[Scores] = (0.0,) * len(CODES)

_DOMAIN = re.compile(r"\.[A-Za-z]{2}")
_WORD = re.compile(r"[^\W\d_]+")
_IGNORED: Final = dict.fromkeys(map(ord, HARAKAT + TATWEEL + BIDI_CONTROLS + ZERO_WIDTH))
_IGNORED_CHARACTERS: Final = frozenset(map(chr, _IGNORED))
_KEYBOARDS: Final = str.maketrans({ARABIC_YEH: FARSI_YEH, ARABIC_KAF: KEHEH, FARSI_YEH: ARABIC_YEH, KEHEH: ARABIC_KAF})
_CARELESS: Final = str.maketrans({"أ": "ا", "إ": "ا", TEH_MARBUTA: "ه"})


class Evidence(NamedTuple):
    """What a paragraph says: its script (`arabic`, `latin`, `other`), its letters, and a score for each of `CODES`."""

    script: str = "other"
    letters: int = 0
    scores: Scores = NOTHING


#: The weights of all languages travel in one integer, a field of so many bits each, in thousandths: one addition
#: adds them all, which makes the pass over a text several times faster than a loop over the languages.
_FIELD: Final = 32
_FIELDS: Final = Struct(f"<{len(CODES)}I")
_UNIT: Final = 1000
_MIDDLE: Final = 1 << (_FIELD - 1)
_MIDDLES: Final = sum(_MIDDLE << (_FIELD * place) for place in range(len(CODES)))


def _pack(place: int, weight: float) -> int:
    return round(weight * _UNIT) << (_FIELD * place)


def _unpack(total: int) -> Scores:
    fields = _FIELDS.unpack((total + _MIDDLES).to_bytes(_FIELDS.size, "little"))
    return tuple([(field - _MIDDLE) / _UNIT for field in fields])


def _merge(entries: Iterable[tuple[str, int, float]]) -> dict[str, int]:
    """Add up what each key says, language by language; of two weights for one language the larger counts."""
    merged: dict[tuple[str, int], float] = {}
    for key, place, weight in entries:
        merged[key, place] = max(weight, merged.get((key, place), weight))
    packed: dict[str, int] = {}
    for (key, place), weight in merged.items():
        packed[key] = packed.get(key, 0) + _pack(place, weight)
    return packed


def _character(name: str) -> str:
    return chr(int(name[2:], 16)) if name.startswith("U+") else name


def _letter_entries() -> Iterable[tuple[str, int, float]]:
    for language, code in enumerate(CODES[:UNKNOWN]):
        for characters, weight in load_rows(code, "letters.tsv"):
            for name in characters.split(" "):
                for character in _character(name):
                    yield character, language, float(weight)


def _word_entries() -> Iterable[tuple[str, int, float]]:
    for language, code in enumerate(CODES[:UNKNOWN]):
        for row in load_rows(code, "function_words.txt"):
            word, weight = row[0], float(row[1]) if len(row) > 1 else 2.0
            yield word, language, weight
            if code in EITHER_KEYBOARD:
                yield word.translate(_KEYBOARDS), language, weight
            if code == "ar" and len(word) > 2:
                careless = word.translate(_CARELESS)
                yield careless, language, weight / 2
                yield careless.translate(_KEYBOARDS), language, weight / 2
    for word in load_words("en", "foreign_words.txt"):
        yield word, FOREIGN, 1.5


def _affix_entries(prefixes: bool) -> Iterable[tuple[str, int, float]]:
    for language, code in enumerate(CODES[:UNKNOWN]):
        for affix, weight in load_rows(code, "affixes.tsv"):
            if affix.endswith("-") == prefixes:
                yield affix.strip("-"), language, float(weight)


_LETTERS: Final = _merge(_letter_entries())
_WORDS: Final = _merge(_word_entries())
_PREFIXES: Final = _merge(_affix_entries(prefixes=True))
_SUFFIXES: Final = _merge(_affix_entries(prefixes=False))
#: Letters that every language may use: the Arabic alphabet itself. The rest of the script speaks for somebody.
_COMMON: Final = frozenset(map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x064B))))
_PRESENTATION_FORMS: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")


class _Characters(dict[str, tuple[int, int]]):
    """The script of a character (0 none, 1 Arabic, 2 Latin, 3 other) and what it says, worked out when first met."""

    def __missing__(self, character: str) -> tuple[int, int]:
        found = self[character] = self._weigh(character)
        return found

    def _weigh(self, character: str) -> tuple[int, int]:
        weight = _LETTERS.get(character, 0)
        if not character.isalpha() or character in _IGNORED_CHARACTERS:
            return 0, weight
        name = unicodedata.name(character, "")
        if name.startswith("ARABIC"):
            known = weight or character in _COMMON
            return 1, weight if known else _pack(UNKNOWN, STRANGE_LETTER)
        if name.startswith("LATIN"):
            return 2, weight if character.isascii() else _pack(FOREIGN, STRANGE_LETTER / 3)
        return 3, 0


_CHARACTERS: Final = _Characters()


@lru_cache(maxsize=1 << 16)
def _weigh_word(word: str) -> int:
    """Return what a word says: by itself, or else by how it begins and ends (the longest listed affixes)."""
    word = word.lower()
    known = _WORDS.get(word)
    if known is not None:
        return known
    sizes = [size for size in (4, 3, 2, 1) if size + 1 < len(word)]
    prefix = next((_PREFIXES[word[:size]] for size in sizes if word[:size] in _PREFIXES), 0)
    suffix = next((_SUFFIXES[word[-size:]] for size in sizes if word[-size:] in _SUFFIXES), 0)
    return prefix + suffix


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
    characters = Counter(sample)
    scripts = [0, 0, 0, 0]
    total = 0
    for character, count in characters.items():
        place, weight = _CHARACTERS[character]
        scripts[place] += count
        if weight:
            total += weight * (count if count < REPEATS else REPEATS)
    _, arabic, latin, other = scripts
    letters = arabic + latin + other
    if not letters:
        return Evidence()
    script = "arabic" if arabic * LATIN_NAMES >= latin + other else "latin" if latin >= other else "other"
    total += _LETTERS[ANY_LETTER] * min(arabic, ANY_LETTERS)
    if words or script != "arabic":
        total += _weigh_words(sample, characters)
    return Evidence(script, round(letters * max(1.0, len(text) / SAMPLE)), _unpack(total))


def _weigh_words(sample: str, characters: Counter[str]) -> int:
    sample = sample.replace(ZWNJ, " ")
    if not _IGNORED_CHARACTERS.isdisjoint(characters):
        sample = sample.translate(_IGNORED)
    total = 0
    for word, count in Counter(_WORD.findall(sample)).items():
        weight = _weigh_word(word)
        if weight:
            total += weight * (count if count < REPEATS else REPEATS)
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

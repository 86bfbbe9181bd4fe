"""What every letter and word says of every language: the tables of `tasks/text/<code>`, ready to be added up.

Weights are natural logarithms of odds. All languages' weights travel in one integer.

Source of the letters: the charts of the Unicode blocks Arabic and Arabic Supplement, and the standard alphabets
of the languages. The words, endings and weights are daftar's own.
"""

import unicodedata
from collections.abc import Iterable
from struct import Struct
from typing import Final

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

#: The languages that are often typed with the yeh and kaf of another keyboard; in the rest these tell words apart.
EITHER_KEYBOARD: Final = frozenset(("fa", "ar", "ur", "ckb", "azb"))
#: What a letter says that no language here has (a third of it in Latin script).
STRANGE_LETTER: Final = 3.0

Scores = tuple[float, ...]

#: Characters inside words that are no letters.
IGNORED: Final = dict.fromkeys(map(ord, HARAKAT + TATWEEL + BIDI_CONTROLS + ZERO_WIDTH))
IGNORED_CHARACTERS: Final = frozenset(map(chr, IGNORED))
_KEYBOARDS: Final = str.maketrans({ARABIC_YEH: FARSI_YEH, ARABIC_KAF: KEHEH, FARSI_YEH: ARABIC_YEH, KEHEH: ARABIC_KAF})
_CARELESS: Final = str.maketrans({"أ": "ا", "إ": "ا", TEH_MARBUTA: "ه"})

#: The weights of all languages travel in one integer, a field of so many bits each, in thousandths: one addition
#: adds them all, which makes the pass over a text several times faster than a loop over the languages.
_FIELD: Final = 32
_FIELDS: Final = Struct(f"<{len(CODES)}I")
_UNIT: Final = 1000
_MIDDLE: Final = 1 << (_FIELD - 1)
_MIDDLES: Final = sum(_MIDDLE << (_FIELD * place) for place in range(len(CODES)))


def _pack(place: int, weight: float) -> int:
    return round(weight * _UNIT) << (_FIELD * place)


def unpack(total: int) -> Scores:
    """Return the sum of weights as a score for each of `CODES`, in `math.log` odds."""
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


LETTERS: Final = _merge(_letter_entries())
_WORDS: Final = _merge(_word_entries())
_PREFIXES: Final = _merge(_affix_entries(prefixes=True))
_SUFFIXES: Final = _merge(_affix_entries(prefixes=False))
#: Letters that every language may use: the Arabic alphabet itself. The rest of the script speaks for somebody.
_COMMON: Final = frozenset(map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x064B))))


class _Characters(dict[str, tuple[int, int]]):
    """The script of a character (0 none, 1 Arabic, 2 Latin, 3 other) and what it says, worked out when first met."""

    def __missing__(self, character: str) -> tuple[int, int]:
        found = self[character] = self._weigh(character)
        return found

    def _weigh(self, character: str) -> tuple[int, int]:
        weight = LETTERS.get(character, 0)
        if not character.isalpha() or character in IGNORED_CHARACTERS:
            return 0, weight
        name = unicodedata.name(character, "")
        if name.startswith("ARABIC"):
            known = weight or character in _COMMON
            return 1, weight if known else _pack(UNKNOWN, STRANGE_LETTER)
        if name.startswith("LATIN"):
            return 2, weight if character.isascii() else _pack(FOREIGN, STRANGE_LETTER / 3)
        return 3, 0


CHARACTERS: Final = _Characters()


class _Vocabulary(dict[str, int]):
    """What a word says, worked out when first met: by itself, or else by the longest listed affixes it has."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = self._weigh(word.lower())
        return found

    def _weigh(self, word: str) -> int:
        known = _WORDS.get(word)
        if known is not None:
            return known
        sizes = [size for size in (4, 3, 2, 1) if size + 1 < len(word)]
        prefix = next((_PREFIXES[word[:size]] for size in sizes if word[:size] in _PREFIXES), 0)
        suffix = next((_SUFFIXES[word[-size:]] for size in sizes if word[-size:] in _SUFFIXES), 0)
        return prefix + suffix


#: So many words are remembered at most.
_REMEMBERED: Final = 1 << 14
VOCABULARY: Final = _Vocabulary()

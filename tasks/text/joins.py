"""The ZWNJ that a page has lost, put back: «میکند» is «می‌کند», «هستهای» is «هسته‌ای».

Words and verb stems, with the frequencies that decide between two readings, are those of hazm, read from
its data files: importing hazm would import gensim and scikit-learn. What hazm lacks is in `fa/joins.txt`.
Rules: a listed word first, then a verb, then a stem with an ending. A word that is listed as it stands is left
alone, unless its spelling with a ZWNJ is far more frequent; so is a word with two readings and no clear one.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tasks.text.characters import ALEF_MAKSURA, ARABIC_KAF, ARABIC_YEH, FARSI_YEH, KEHEH, ZWNJ
from tasks.text.folding import fold
from tasks.text.lexicon import Lexicon, load_lexicon

#: A word without a ZWNJ: letters of the block Arabic, no marks, long enough for two parts.
_TOKEN: Final = re.compile(rf"(?<![\w{ZWNJ}])[\u0621-\u063a\u0641-\u064a\u0671-\u06d3]{{4,40}}(?![\w{ZWNJ}])")
#: Letters that do not join the next one: without a ZWNJ the word looks the same, and is written so.
_NOT_JOINING: Final = frozenset("اآأدذرزژوؤ")

_PERSIAN_KEYBOARD: Final = str.maketrans({ARABIC_YEH: FARSI_YEH, ALEF_MAKSURA: FARSI_YEH, ARABIC_KAF: KEHEH})

_VERB: Final = re.compile("((?:بر|باز|در|فرا|فرو|وا)?ن?می)(.{2,})")

_PLURALS: Final = (
    "هایشان", "هایمان", "هایتان", "هایی", "هایش", "هایم", "هایت", "های", "ها",
)  # fmt: skip
#: Endings that follow a silent heh, and some also a yeh, after a ZWNJ.
_AFTER_HEH: Final = ("اند", "ایم", "اید", "ای", "اش", "شان")
_AFTER_YEH: Final = ("اند", "اش")
#: After these a final heh is a consonant (راه, گروه), and an ending follows it without a ZWNJ.
_LONG_VOWELS: Final = frozenset("او")
_COMPARATIVES: Final = ("ترین", "تر")
_SECOND_PARTS: Final = ("کنندگان", "کننده", "شدگان", "شده", "سازی")

#: How many times as frequent a reading has to be: with the ending of a noun in -e over the plural («نسخه‌ای»
#: over «نسخ‌های») and the plural over it. Measured on Persian passages that have their ZWNJs.
_CLEAR_SINGULAR: Final = 2
_CLEAR_PLURAL: Final = 3
#: The least counts in hazm's list of a noun in -e and of a plural noun of two letters: below them it has misspellings.
_LEAST_SINGULAR: Final = 10_000
_LEAST_SHORT_NOUN: Final = 1_000_000


class Join(NamedTuple):
    """A word that has lost its ZWNJ: where it stands, in characters of the text, and how it is spelt with it."""

    start: int
    end: int
    word: str


def find_joins(text: str, names: frozenset[str] = frozenset()) -> Iterator[Join]:
    """Yield the words of a Persian text that have lost their ZWNJs, in order.

    `names` are `fold` keys of single words that stay as they are. Words that have a ZWNJ stay too. Total and
    deterministic; a word differs from its place in the text by ZWNJs alone, and nothing is found in it again.
    `[*find_joins("او میداند")] == [(3, 9, "می\u200cداند")]`.
    """
    for match in _TOKEN.finditer(text):
        restored = _restore(match.group())
        if restored != match.group() and fold(match.group()) not in names:
            yield Join(match.start(), match.end(), restored)


def _restore(word: str) -> str:
    """Return `word` with its ZWNJ, or as it is; its letters may be those of an Arabic keyboard."""
    key = word.translate(_PERSIAN_KEYBOARD)
    restored = _restore_persian(key)
    if restored == key:
        return word
    letters = iter(word)
    return "".join(ZWNJ if letter == ZWNJ else next(letters) for letter in restored)


def _restore_persian(word: str) -> str:
    lexicon = load_lexicon()
    listed = lexicon.joined.get(word)
    if listed:
        return listed
    if lexicon.is_plain(word):
        return word
    return _restore_verb(word, lexicon) or _restore_ending(word, lexicon) or word


def _restore_verb(word: str, lexicon: Lexicon) -> str:
    match = _VERB.fullmatch(word)
    if not match or match[2] not in lexicon.verb_forms:
        return lexicon.perfects.get(word, "")
    if match[2].endswith("ی") and lexicon.lists(word[:-1]):
        return ""  # «میدانی» is «you know», but also «of a field».
    return f"{match[1]}{ZWNJ}{lexicon.perfects.get(match[2], match[2])}"


def _restore_ending(word: str, lexicon: Lexicon) -> str:
    """Cut the ending off that leaves a listed stem; between the two readings of «های» frequency decides."""
    plural = _cut(word, _PLURALS, lexicon)
    if plural and not _may_be_plural(word, plural[0], lexicon):
        return ""
    heh = _cut(word, _AFTER_HEH, lexicon)
    if heh and (len(heh[0]) < 3 or heh[0][-1] != "ه" or heh[0][-2] in _LONG_VOWELS):
        heh = None
    reading = _choose(plural, heh, lexicon)
    if not (plural or heh):
        reading = _cut_otherwise(word, lexicon)
    if reading is None or reading[0][-1] in _NOT_JOINING:
        return ""
    stem, ending = reading
    return f"{lexicon.joined.get(stem, stem)}{ZWNJ}{ending}"


def _cut_otherwise(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    yeh = _cut(word, _AFTER_YEH, lexicon)
    if yeh and len(yeh[0]) > 3 and yeh[0][-1] == "ی":
        return yeh
    if lexicon.lists(word):
        return None
    comparative = _cut(word, _COMPARATIVES, lexicon)
    if comparative and comparative[0] in lexicon.adjectives:
        return comparative
    compound = _cut(word, _SECOND_PARTS, lexicon)
    return compound if compound and len(compound[0]) > 2 else None


def _cut(word: str, endings: tuple[str, ...], lexicon: Lexicon) -> tuple[str, str] | None:
    ending = next((ending for ending in endings if word.endswith(ending)), "")
    stem = word.removesuffix(ending)
    return (stem, ending) if ending and len(stem) > 1 and (lexicon.lists(stem) or stem in lexicon.joined) else None


def _may_be_plural(word: str, stem: str, lexicon: Lexicon) -> bool:
    """Tell whether the stem has a plural, and the word is no word in -ha itself («انتهای»)."""
    if any(word.endswith(ending) and lexicon.is_plain(word.removesuffix(ending)) for ending in ("ی", "یی")):
        return False
    return len(stem) > 2 or (stem in lexicon.nouns and lexicon.frequencies[stem] >= _LEAST_SHORT_NOUN)


def _choose(plural: tuple[str, str] | None, heh: tuple[str, str] | None, lexicon: Lexicon) -> tuple[str, str] | None:
    if plural is None or heh is None:
        return plural or heh
    many, one = (lexicon.frequencies.get(reading[0], 0) for reading in (plural, heh))
    if one < _LEAST_SINGULAR or many >= _CLEAR_PLURAL * one:
        return plural
    return heh if one >= _CLEAR_SINGULAR * many and heh[0] not in lexicon.participles else None

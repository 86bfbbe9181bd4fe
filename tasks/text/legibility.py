"""How much a text reads like Persian or Arabic as people write it: the judge between readings of the same bytes."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tasks.text.characters import ARABIC_KAF, ARABIC_YEH, FARSI_YEH, KEHEH
from tasks.text.tables import load_words


@dataclass(frozen=True, slots=True)
class Legibility:
    """What speaks for a text (`letters`, `words`: shares from 0 to 1) and against it (`stray`: signs a word)."""

    letters: float
    words: float
    stray: float
    word_count: int

    @property
    def score(self) -> float:
        """One number to compare readings of the same bytes by: about 1.5 for a news page, below 1 for chance."""
        return self.letters + 3 * self.words - 2 * self.stray


#: Letters that make up nine tenths of running text in either language, in the shapes of both keyboards.
_COMMON_LETTERS: Final = "اليىینمرتوبهدسعفكکقحجشةأپگخ"

_LETTER: Final = "[\u0621-\u063a\u0641-\u064a\u066e-\u06d3]"
_WORD: Final = re.compile("[\u0621-\u065f\u0670-\u06d3]+")
#: Typographic signs of news pages, beside ASCII and the Arabic block: spaces, quotes, dashes, joiners, marks.
_SIGNS: Final = (
    "\u00a0\u00ab\u00ad\u00b0\u00bb\u00d7\u00f7\u200b-\u200f\u2010-\u2015\u2018-\u201f\u2022\u2026\u2039\u203a\ufeff"
)
#: Accented letters, boxes and C1 controls; vowel marks without a letter; ASCII signs inside a word (what
#: MacArabic reads into letters of other encodings); letters that only end a word, inside one; a word in two scripts.
_STRAY: Final = re.compile(
    f"[^\\x00-\\x7f\u0600-\u06ff{_SIGNS}]"
    "|(?<![\u0610-\u06d3])[\u064b-\u0652]"
    f"|(?<={_LETTER})[\\]!#$%&()*+;<=>?@\\[^_`{{|}}~\\\\\u066a\u00a0](?={_LETTER})"
    f"|[\u0629\u0649](?={_LETTER})|(?<=[A-Za-z])[\u0621-\u06d3\u06f0-\u06f9]|{_LETTER}(?=[A-Za-z])"
)


def weigh(text: str) -> Legibility:
    """Return how legible `text` is as Persian or Arabic. Total; no word of these scripts, no merit.

    `weigh("قال الوزير إن الاتفاق جاهز").score > weigh("ظ‚ط§ظ„ ط§ظ„ظˆط²ظٹط±").score`.
    """
    words = _WORD.findall(text)
    if not words:
        return Legibility(0.0, 0.0, float(len(_STRAY.findall(text))), 0)
    letters = "".join(words)
    function_words = _load_function_words()
    return Legibility(
        letters=sum(map(letters.count, _COMMON_LETTERS)) / len(letters),
        words=sum(word in function_words for word in words) / len(words),
        stray=len(_STRAY.findall(text)) / len(words),
        word_count=len(words),
    )


@cache
def _load_function_words() -> frozenset[str]:
    """Return the short words of both languages, the Persian ones with Arabic yeh and kaf too: old sets lack them."""
    persian = load_words("fa", "function_words.txt")
    to_arabic = str.maketrans({FARSI_YEH: ARABIC_YEH, KEHEH: ARABIC_KAF})
    return frozenset(
        (*load_words("ar", "function_words.txt"), *persian, *(word.translate(to_arabic) for word in persian))
    )

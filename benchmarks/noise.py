"""Ways people and scrapers spoil Persian and Arabic text, as functions from text to text.

Each is deterministic: what is random depends only on the text.
"""

import random
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Final

Noise = Callable[[str], str]

_ZWNJ: Final = "\u200c"
_PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
_LATIN: Final = "0123456789"
_HARAKAT: Final = "\u064e\u064f\u0650\u0651\u0652\u064b"
_TATWEEL: Final = "\u0640"
_SWAPPED_DIGITS: Final = str.maketrans(_PERSIAN + _LATIN, _LATIN + _PERSIAN)
_JOINING: Final = re.compile("(?<=[بتثجحخسشصضطظعغفقكلمنهي])(?=[\u0621-\u064a])")


def drop_half_spaces(text: str) -> str:
    """Write `می‌کند` as `میکند`, as scrapers do that drop invisible characters."""
    return text.replace(_ZWNJ, "")


def space_half_spaces(text: str) -> str:
    """Write `می‌کند` as `می کند`."""
    return text.replace(_ZWNJ, " ")


def type_arabic_letters(text: str) -> str:
    """Write Persian with an Arabic keyboard's ي and ك."""
    return text.translate(str.maketrans("یک", "يك"))


def type_persian_letters(text: str) -> str:
    """Write Arabic with a Persian keyboard's ی and ک."""
    return text.translate(str.maketrans("يىك", "ییک"))


def swap_digits(text: str) -> str:
    """Write Persian digits as Latin ones and the other way round."""
    return text.translate(_SWAPPED_DIGITS)


def add_harakat(text: str) -> str:
    """Put a vowel mark after a third of the letters and a tatweel into a word here and there."""
    dice = random.Random(zlib.crc32(text.encode()))
    marked = "".join(
        character + (dice.choice(_HARAKAT) if "\u0621" <= character <= "\u064a" and dice.random() < 0.33 else "")
        for character in text
    )
    return _JOINING.sub(lambda _: _TATWEEL if dice.random() < 0.05 else "", marked)


def drop_hamza_over_alef(text: str) -> str:
    """Write أ إ آ as ا."""
    return text.translate(str.maketrans("أإآ", "ااا"))


def misspell_hamza(text: str) -> str:
    """Write ؤ ئ ء ى ة in their common wrong forms: و ي, nothing, ي ه."""
    return text.translate(str.maketrans("ؤئىة", "وييه", "ء"))


NOISE: Final[Mapping[str, Mapping[str, Noise]]] = {
    "fa": {
        "half-spaces dropped": drop_half_spaces,
        "half-spaces spaced": space_half_spaces,
        "Arabic keyboard": type_arabic_letters,
        "digits swapped": swap_digits,
    },
    "ar": {
        "harakat and tatweel": add_harakat,
        "bare alef": drop_hamza_over_alef,
        "hamza, yeh and teh misspelt": misspell_hamza,
        "Persian keyboard": type_persian_letters,
    },
}

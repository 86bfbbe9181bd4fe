"""Names for the characters that cannot be seen or told apart on a screen.

Source of every code point and name: the Unicode Character Database, blocks Arabic, Arabic Presentation
Forms A and B, and General Punctuation.
"""

from typing import Final

ZWNJ: Final = "\u200c"
ZWJ: Final = "\u200d"
LRM: Final = "\u200e"
RLM: Final = "\u200f"
ALM: Final = "\u061c"
BOM: Final = "\ufeff"
ZERO_WIDTH_SPACE: Final = "\u200b"
WORD_JOINER: Final = "\u2060"
SOFT_HYPHEN: Final = "\u00ad"
NO_BREAK_SPACE: Final = "\u00a0"
NARROW_NO_BREAK_SPACE: Final = "\u202f"

TATWEEL: Final = "\u0640"
SUPERSCRIPT_ALEF: Final = "\u0670"
HAMZA_ABOVE: Final = "\u0654"

ARABIC_YEH: Final = "\u064a"
FARSI_YEH: Final = "\u06cc"
ALEF_MAKSURA: Final = "\u0649"
ARABIC_KAF: Final = "\u0643"
KEHEH: Final = "\u06a9"
TEH_MARBUTA: Final = "\u0629"
HEH: Final = "\u0647"
HEH_WITH_YEH_ABOVE: Final = "\u06c0"
ARABIC_COMMA: Final = "\u060c"
ARABIC_SEMICOLON: Final = "\u061b"
ARABIC_QUESTION_MARK: Final = "\u061f"

ARABIC_INDIC_DIGITS: Final = "".join(chr(code) for code in range(0x0660, 0x066A))
PERSIAN_DIGITS: Final = "".join(chr(code) for code in range(0x06F0, 0x06FA))
LATIN_DIGITS: Final = "0123456789"

#: Fathatan to sukun, the marks above them, and the Quranic signs: what a reader may leave out.
HARAKAT: Final = "".join(
    chr(code) for code in (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD))
)

#: Bidirectional controls: embeddings, overrides, isolates and marks (Unicode Standard Annex 9, table 4).
BIDI_CONTROLS: Final = "".join((LRM, RLM, ALM, *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))))

#: Characters that take no room and carry no sound in either language; ZWNJ is not among them.
ZERO_WIDTH: Final = "".join((ZERO_WIDTH_SPACE, WORD_JOINER, SOFT_HYPHEN, BOM, ZWJ))

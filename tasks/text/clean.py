"""What a reader cannot see is taken out; what he can see is left as it stands.

The first half of display text: code points and line ends. Which lines stay is decided in `furniture`.
"""

import re
import unicodedata
from typing import Final

from tasks.text.characters import BIDI_CONTROLS, ZERO_WIDTH, ZWJ, ZWNJ

#: Unicode categories nobody reads: controls, lone surrogates, separators of lines (which become line ends).
_LINE_ENDS: Final = "\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cs"})

#: Format characters without a shape beside the bidirectional and zero-width ones: Mongolian vowel separator,
#: invisible operators, deprecated format characters, interlinear annotation. The Arabic signs that span
#: digits (U+0600 and on) are of the same category, but seen, and stay. Source: Unicode Standard, chapter 23.
_UNSEEN_FORMAT: Final = "".join(
    map(chr, (0x180E, *range(0x2061, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)))
)


_UNSEEN: Final = frozenset(BIDI_CONTROLS + ZERO_WIDTH + _UNSEEN_FORMAT) - {ZWJ}


def _replace(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    return "" if category in _UNSEEN_CATEGORIES or character in _UNSEEN else character


#: What becomes of every character that does not stay: no space stands after U+3000, no control after U+009F.
_REPLACEMENTS: Final = {
    character: replacement
    for character in (*map(chr, range(0x3001)), *_UNSEEN)
    if (replacement := _replace(character)) != character
}
_REPLACED: Final = re.compile(f"[{re.escape(''.join(_REPLACEMENTS))}\ud800-\udfff]")

_ZWNJ_RUN: Final = re.compile(f"{ZWNJ}+")
#: A ZWJ holds an emoji sequence together; anywhere else it carries nothing.
_ZWJ_JUNK: Final = re.compile(
    f"(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]){ZWJ}|{ZWJ}(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)


def _is_in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _clean_zwnj(match: re.Match[str]) -> str:
    """Keep one ZWNJ of a run that stands inside a word."""
    text, start, end = match.string, match.start(), match.end()
    inside = start > 0 and end < len(text) and _is_in_word(text[start - 1]) and _is_in_word(text[end])
    return ZWNJ if inside else ""


def clean(text: str) -> str:
    r"""Return `text` in NFC with nothing invisible in it but single ZWNJs inside words and `\n`.

    Every kind of line end becomes `\n`, every kind of space U+0020. Total and idempotent; digits, quotes,
    hamza, tatweel, harakat and the number of spaces stay.
    `clean("\u202bمی\u200c\u200cشود\u200c و\u00a0است") == "می\u200cشود و است"`.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    cleaned = _REPLACED.sub(lambda match: _REPLACEMENTS.get(match.group(), ""), composed)
    if ZWJ in cleaned:
        cleaned = _ZWJ_JUNK.sub("", cleaned)
    if ZWNJ in cleaned:
        cleaned = _ZWNJ_RUN.sub(_clean_zwnj, cleaned)
    # What was taken out may have stood between a letter and its mark.
    return cleaned if cleaned == composed else unicodedata.normalize("NFC", cleaned)

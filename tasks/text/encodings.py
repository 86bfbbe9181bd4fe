"""Bytes to Unicode by evidence, for pages in any encoding that Persian and Arabic were ever saved in.

The order is that of certainty: a byte order mark, strict UTF-8, UTF-16 told by its repeating high bytes, then
the single-byte encodings of these scripts, told by the letters and words they yield. Where nothing fits,
nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.text.legibility import weigh

UTF_8: Final = "utf-8"
MAC_ARABIC: Final = "mac-arabic"
MAC_FARSI: Final = "mac-farsi"
IBM864: Final = "ibm864"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the canonical name of the encoding its bytes were in."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a sample of bytes says in one encoding, and how well it reads."""

    name: str
    codec: str
    text: str
    score: float
    word_count: int


class Undecodable(ValueError):
    """The bytes are in no encoding that fits.

    `offset` is the first byte that does not, `encoding` the one that nearly all of it is in, None if unknown.
    """

    def __init__(self, reason: str, offset: int, encoding: str | None = None) -> None:
        super().__init__(reason, offset, encoding)
        self.reason = reason
        self.offset = offset
        self.encoding = encoding


#: Byte order marks, the codec behind them, the name of both; that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be", "utf-16-be"),
)

#: Canonical name (IANA's, where it has one) and Python's codec; of equal readings the first is taken.
_LEGACY: Final = (
    ("windows-1256", "cp1256"),
    ("iso-8859-6", "iso8859_6"),
    (MAC_ARABIC, "mac_arabic"),
    (IBM864, "cp864"),
)

#: How many bytes of evidence are looked at, from a little before the first byte that is not UTF-8.
_SAMPLE: Final = 1 << 16
_BEFORE: Final = 256

_UTF_16_SIGNS: Final = re.compile("[\\t-\\r\u0020-\u007e\u00a0-\u00bf\u0600-\u06ff\u2000-\u2069\ufb50-\ufeff]")
_FITTING_SHARE: Final = 0.95
_CHARACTERS: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
#: Share of the bytes above ASCII that must form UTF-8 characters for the page to be damaged UTF-8.
_UTF_8_SHARE: Final = 0.8

#: The best reading must hold this many words and this score, and beat every different one by the margin.
_MINIMUM_WORDS: Final = 8
_MINIMUM_SCORE: Final = 1.0
_MARGIN: Final = 0.15
_PERSIAN_LETTERS: Final = "پچژگ"


def decode(data: bytes) -> Decoded:
    """Return `data` as Unicode with the encoding that the evidence names; a byte order mark is taken off.

    Total but for Undecodable, which names the first byte that fits nothing. The text holds no surrogates.
    `decode("خبر".encode("utf-16")).encoding == "utf-16-le"`; `decode("سلام دنیا".encode()).encoding == "utf-8"`.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_decode_strictly(data, codec, len(mark)), name)
    try:
        text = data.decode(UTF_8)
    except UnicodeDecodeError as error:
        return _decode_utf_16(data) or _decode_legacy(data, error)
    # The letters of the Arabic block are ASCII and control characters when UTF-16 is read as UTF-8.
    if "\x00" in text or "\x06" in text:
        return _decode_utf_16(data) or Decoded(text, UTF_8)
    return Decoded(text, UTF_8)


def _decode_strictly(data: bytes, codec: str, start: int) -> str:
    try:
        return data[start:].decode(codec)
    except UnicodeDecodeError as error:
        raise Undecodable(
            f"not valid {codec.upper()} in spite of its byte order mark", start + error.start, codec
        ) from error


def _decode_utf_16(data: bytes) -> Decoded | None:
    """Decode UTF-16 that has no mark: in one byte order, nearly all of the sample must be plausible signs."""
    sample = data[: min(len(data) & ~1, _SAMPLE)]
    for name in ("utf-16-le", "utf-16-be"):
        signs = sample.decode(name, "replace")
        if not signs or len(_UTF_16_SIGNS.findall(signs)) < _FITTING_SHARE * len(signs):
            continue
        try:
            return Decoded(data.decode(name), name)
        except UnicodeDecodeError as error:
            raise Undecodable(f"not valid {name.upper()}, which most of it is in", error.start, name) from error
    return None


def _decode_legacy(data: bytes, error: UnicodeDecodeError) -> Decoded:
    start = max(0, error.start - _BEFORE)
    sample = data[start : start + _SAMPLE]
    if _is_damaged_utf_8(sample):
        raise Undecodable(f"not valid UTF-8, which most of it is in ({error.reason})", error.start, UTF_8)
    readings = sorted(_read_all(sample), key=lambda reading: reading.score, reverse=True)
    best = readings[0]
    rivals = (reading.score for reading in readings if reading.text != best.text)
    if (
        best.word_count >= _MINIMUM_WORDS
        and best.score >= _MINIMUM_SCORE
        and all(best.score - rival >= _MARGIN for rival in rivals)
    ):
        return _finish(data, best)
    raise Undecodable("not valid UTF-8, and no other encoding of Persian or Arabic fits", error.start)


def _is_damaged_utf_8(sample: bytes) -> bool:
    high = sum(map(len, _HIGH.findall(sample)))
    return sum(map(len, _CHARACTERS.findall(sample))) >= _UTF_8_SHARE * high


def _read_all(sample: bytes) -> Iterator[_Reading]:
    """Yield what the sample says in each legacy encoding that has a meaning for all of it."""
    for name, codec in _LEGACY:
        try:
            shaped = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        text = unshape(shaped)
        legibility = weigh(text)
        misshapen = len(_MISSHAPEN.findall(shaped)) if name == IBM864 else 0
        score = legibility.score - misshapen / max(1, legibility.word_count)
        yield _Reading(name, codec, text, score, legibility.word_count)


def _finish(data: bytes, reading: _Reading) -> Decoded:
    name, codec = reading.name, reading.codec
    # The two Macintosh sets differ in their digits only, so the language names the set.
    if name == MAC_ARABIC and any(letter in reading.text for letter in _PERSIAN_LETTERS):
        name, codec = MAC_FARSI, "mac_farsi"
    try:
        return Decoded(unshape(data.decode(codec)), name)
    except UnicodeDecodeError as error:
        raise Undecodable(f"not valid {name}, which most of it is in", error.start, name) from error


#: The shapes of letters, as IBM864 has a byte for each; nothing else is changed by compatibility.
_SHAPES: Final = re.compile("[\ufe70-\ufefc]+")


def unshape(text: str) -> str:
    """Return `text` with letters for their shapes: `unshape("\ufee3\ufee6") == "من"`. Total."""
    return _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _compile_misshapen() -> re.Pattern[str]:
    """Find shapes of IBM864 in the wrong place: open ones (initial, medial) at an end, closed ones before a letter.

    Bytes of ISO 8859-6 are nearly the same letters in IBM864, but every letter in one shape everywhere.
    """
    opened: dict[str, str] = {}
    closed: dict[str, str] = {}
    for byte in range(0x80, 0x100):
        sign = bytes([byte]).decode("cp864", "replace")
        shape, _, base = unicodedata.decomposition(sign).partition(" ")
        if shape in ("<initial>", "<medial>"):
            opened[sign] = base
        elif shape in ("<isolated>", "<final>"):
            closed[sign] = base
    bases = set(opened.values()) & set(closed.values())
    opens = "".join(sign for sign, base in opened.items() if base in bases)
    closes = "".join(sign for sign, base in closed.items() if base in bases)
    return re.compile(f"[{opens}](?![\ufe7d\ufe80-\ufefc\u0640\u0651])|[{closes}](?=[\ufe80-\ufefc])")


_MISSHAPEN: Final = _compile_misshapen()

"""Text that somebody decoded in the wrong encoding and saved again: made whole where that is certain."""

import re
from dataclasses import dataclass
from typing import Final

from tasks.text.legibility import weigh


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after its repair, and the names of what was done, in order; none for a text that was whole."""

    text: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Damage:
    """One wrong decoding: `wrong` was used instead of `right`; `trace` is what that leaves of one letter."""

    name: str
    wrong: str
    right: str
    trace: re.Pattern[str]


_TAILS: Final = bytes(range(0x80, 0xC0))
_C1: Final = "\x80-\x9f"


def _trace(leads: bytes, codec: str, holes: str) -> re.Pattern[str]:
    """Find the two characters that one wrongly decoded letter became: a lead byte's and a following byte's."""
    tails = "".join(bytes([tail]).decode(codec, "ignore") for tail in _TAILS)
    return re.compile(f"[{leads.decode(codec)}][{re.escape(tails)}{holes}]")


#: Lead bytes of the letters of the Arabic block, and (for text decoded wrongly twice) of Latin signs.
_LEADS: Final = b"\xc2\xc3\xd8\xd9\xda\xdb"

#: "sloppy" is ftfy's name for the windows-1252 of browsers, which reads the five holes of the table as C1 controls.
_DAMAGES: Final = (
    _Damage("windows-1252", "sloppy-windows-1252", "utf-8", _trace(_LEADS, "cp1252", _C1)),
    _Damage("iso-8859-1", "iso8859_1", "utf-8", _trace(_LEADS, "iso8859_1", "")),
    _Damage("windows-1256", "cp1256", "utf-8", _trace(_LEADS, "cp1256", "")),
    _Damage("windows-1256-as-windows-1252", "sloppy-windows-1252", "cp1256", re.compile("[\u00c0-\u00ff]{2}")),
)

#: Lets whole pages through at once: an accented letter before anything above ASCII, or an Arabic lead byte's
#: letter before what follows no letter in print.
_SUSPECT: Final = re.compile(
    "[\u00c0-\u00ff\u0637-\u063a](?:(?<=[\u00c0-\u00ff])[\x80-\uffff]|[^\\s\x21-\x7e\u0620-\u0652\u060c"
    "\u061b\u061f\u0670\u067e\u0686\u0698\u06a9\u06af\u06cc\u200c\u00bb\u2019\u201d\u2026])"
)

#: A line is damaged if traces make up this share of its characters above ASCII.
_DAMAGED_SHARE: Final = 0.5
_NOT_ASCII: Final = re.compile("[\x80-\U0010ffff]")
_MINIMUM_TRACES: Final = 4
#: The mended lines must reach this score, and exceed that of the damaged ones by the gain.
_MINIMUM_SCORE: Final = 1.0
_GAIN: Final = 0.5
_SAMPLE: Final = 1 << 16
#: How many wrong decodings on top of each other are taken off.
_DEPTH: Final = 3


def repair(text: str) -> Repaired:
    """Return `text` with mojibake undone, and `mojibake:` with the wrong encoding for each time it was used.

    A repair is taken only if every damaged line goes back to bytes that the right encoding decodes strictly,
    and these lines then read far more like Persian or Arabic. Total and idempotent. Lines such as
    `Ø³Ù„Ø§Ù… Ø¨Ù‡ Ù‡Ù…Ù‡` become `سلام به همه`, with `("mojibake:windows-1252",)`.
    """
    repairs: list[str] = []
    while _SUSPECT.search(text):
        found = _repair_once(text.split("\n"))
        if found is None:
            break
        text, names = found
        repairs.extend(f"mojibake:{name}" for name in names)
    return Repaired(text, tuple(repairs))


def _repair_once(lines: list[str]) -> tuple[str, tuple[str, ...]] | None:
    """Mend the lines with the traces of one damage; None when none is certain."""
    for damage in _DAMAGES:
        places = [place for place, line in enumerate(lines) if _is_damaged(line, damage)]
        damaged = "\n".join(lines[place] for place in places)
        if _count(damage.trace, damaged) < _MINIMUM_TRACES:
            continue
        found = _undo(damaged, damage, weigh(damaged[:_SAMPLE]).score + _GAIN, _DEPTH)
        if found is not None:
            mended, names = found
            for place, line in zip(places, mended.split("\n"), strict=True):
                lines[place] = line
            return "\n".join(lines), names
    return None


def _is_damaged(line: str, damage: _Damage) -> bool:
    traces = _count(damage.trace, line)
    return traces > 0 and 2 * traces >= _DAMAGED_SHARE * _count(_NOT_ASCII, line)


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _undo(damaged: str, damage: _Damage, needed: float, depth: int) -> tuple[str, tuple[str, ...]] | None:
    """Take off one wrong decoding, and those below it, until the text reads well; None if it never does."""
    import ftfy.bad_codecs  # noqa: F401 (registers the codec; whole pages need not pay for the import)

    try:
        mended = damaged.encode(damage.wrong).decode(damage.right)
    except UnicodeError:
        return None
    # A control byte may decode to a line break, which would shift the lines behind it.
    if mended.count("\n") != damaged.count("\n"):
        return None
    if weigh(mended[:_SAMPLE]).score >= max(needed, _MINIMUM_SCORE):
        return mended, (damage.name,)
    if depth == 1 or mended == damaged:
        return None
    for below in _DAMAGES:
        found = _undo(mended, below, needed, depth - 1)
        if found is not None:
            return found[0], (damage.name, *found[1])
    return None

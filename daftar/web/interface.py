"""The interface in one language: its words, numbers and dates, and which language a reader is given.

The words lie in `messages.tsv`. Texts that are put into a sentence are isolated from its direction, so that a
Latin file name does not turn a Persian sentence around.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from babel import Locale

from daftar.search.labels import label_field
from tasks.text.characters import ARABIC_INDIC_DIGITS, LATIN_DIGITS, PERSIAN_DIGITS

#: Languages of the interface, the order of the columns, and how each names itself.
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"fa": "فارسی", "ar": "العربية", "en": "English"})
RIGHT_TO_LEFT: Final = frozenset({"fa", "ar", "ur", "ps", "ckb", "ug", "sd", "azb"})

_ISOLATE: Final = "\u2068"
_END_ISOLATE: Final = "\u2069"

#: Digits, the sign between thousands (Unicode ARABIC THOUSANDS SEPARATOR) and the decimal sign, by language.
_DIGITS: Final = {
    "fa": str.maketrans(LATIN_DIGITS + ",.", PERSIAN_DIGITS + "\u066c\u066b"),
    "ar": str.maketrans(LATIN_DIGITS + ",.", ARABIC_INDIC_DIGITS + "\u066c\u066b"),
    "en": {},
}
_PLAIN_DIGITS: Final = {
    language: {ord(digit): table.get(ord(digit), digit) for digit in LATIN_DIGITS}
    for language, table in _DIGITS.items()
}
_ACCEPTED: Final = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([0-9.]{1,6})\s*)?")


@cache
def _load_messages() -> Mapping[str, tuple[str, ...]]:
    lines = (files("daftar.web") / "messages.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return MappingProxyType({key: tuple(words) for key, *words in rows})


def list_messages() -> Mapping[str, tuple[str, ...]]:
    """Return every message by its key: in Persian, Arabic, English."""
    return _load_messages()


@dataclass(frozen=True, slots=True)
class Interface:
    """One language of the interface: `fa`, `ar` or `en`."""

    language: str

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return direction_of(self.language)

    def say(self, key: str, **values: str | int) -> str:
        """Return a message with its values put in: `Interface("fa").say("search")` is جست‌وجو.

        Numbers are written in the language's digits, texts isolated. Raises KeyError for an unknown key.
        """
        message = _load_messages()[key][tuple(LANGUAGES).index(self.language)]
        shown = {name: self.number(v) if isinstance(v, int) else isolate(v) for name, v in values.items()}
        return message.format(**shown) if shown else message

    def count(self, key: str, number: int) -> str:
        """Return a message in the plural form of a number: `count("documents", 2)` is وثيقتان in Arabic."""
        form = Locale(self.language).plural_form(number)
        message = _load_messages().get(f"{key}.{form}")
        usable = message is not None and message[tuple(LANGUAGES).index(self.language)] != "-"
        return self.say(f"{key}.{form if usable else 'other'}", count=number)

    def knows(self, key: str) -> bool:
        """Say whether there is such a message."""
        return key in _load_messages()

    def number(self, number: float) -> str:
        """Write a number in the language's digits: 1234 is ۱٬۲۳۴ in Persian."""
        written = f"{number:,}" if isinstance(number, int) else f"{number:,.2f}"
        return written.translate(_DIGITS[self.language])

    def percent(self, share: float) -> str:
        """Write a share of one: 0.97 is ۹۷٪."""
        return self.digits(str(round(share * 100))) + ("%" if self.language == "en" else "\u066a")

    def digits(self, text: str) -> str:
        """Write a text's Latin digits in the language's: years and days, which have no sign between thousands."""
        return text.translate(_PLAIN_DIGITS[self.language])

    def bytes(self, size: int) -> str:
        """Write a size in bytes, kB or MB."""
        for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
            if size >= factor:
                return f"{self.number(round(size / factor, 2))} {unit}"
        return f"{self.number(size)} B"

    def label(self, field: str) -> str:
        """Return the name of a field."""
        return label_field(field, self.language)

    def language_name(self, code: str) -> str:
        """Return the name of a language by its code; the code itself where none is known."""
        key = f"language.{code}"
        if self.knows(key):
            return self.say(key)
        return str(Locale(self.language).languages.get(code, code))


def isolate(text: str) -> str:
    """Keep the direction of a text to itself (Unicode's first-strong isolate)."""
    return f"{_ISOLATE}{text}{_END_ISOLATE}"


def direction_of(language: str) -> str:
    """Return `rtl` for languages in Arabic letters, `ltr` for others, `auto` for an unknown one."""
    if language in RIGHT_TO_LEFT:
        return "rtl"
    return "auto" if language in ("", "und") else "ltr"


def choose_language(asked: str, accepted: str) -> str:
    """Return the language of the interface: the one asked for, else the best of an Accept-Language header.

    Persian when neither is of ours: `choose_language("", "de, ar;q=0.8, en;q=0.5") == "ar"`.
    """
    if asked in LANGUAGES:
        return asked
    best, weight = "fa", 0.0
    for part in accepted[:500].split(","):
        match = _ACCEPTED.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            found = _read_weight(match[2])
            if found > weight:
                best, weight = match[1].lower(), found
    return best


def _read_weight(written: str | None) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0

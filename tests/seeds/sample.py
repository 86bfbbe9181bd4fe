"""The sample pages of `seeds/` with what `facts.toml` and `expected/` say of them."""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from tasks.text.characters import NO_BREAK_SPACE, RLM, ZWNJ

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parents[1] / "seeds"
EXPECTED = HERE / "expected"
FACTS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "facts.toml").read_text(encoding="utf-8"))


def read_page(name: str) -> str:
    """The page as its declared codec gives it, with `\n` line ends."""
    return (SEEDS / name).read_bytes().decode(FACTS[name]["encoding"]).replace("\r\n", "\n")


def read_expected(name: str) -> str:
    """The page as a careful editor would cut it: title, blank line, body."""
    return (EXPECTED / name).read_text(encoding="utf-8")


def clean(text: str) -> str:
    """What display text does to characters: NFC, no direction marks, plain spaces, one ZWNJ at a time."""
    text = unicodedata.normalize("NFC", text).replace(RLM, "").replace(NO_BREAK_SPACE, " ")
    return re.sub(f"{ZWNJ}+", ZWNJ, text)


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank, cleaned."""
    return [line.strip() for line in clean(text).splitlines() if line.strip()]

"""How near a phrase found comes to one marked by hand."""

import re

from tasks.text.folding import fold

_WORD = re.compile(r"[^\W_]+")


def read_key(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase."""
    return tuple(_WORD.findall(fold(phrase)))


def is_near(phrase: str, marked: str) -> bool:
    """Say whether two phrases are the same, or one is a word longer or shorter than the other."""
    shorter, longer = sorted((read_key(phrase), read_key(marked)), key=len)
    if not shorter or len(longer) - len(shorter) > 1:
        return False
    return any(longer[start : start + len(shorter)] == shorter for start in range(2))

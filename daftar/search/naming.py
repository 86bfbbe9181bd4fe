"""The names in a search text, looked up in the gazetteer: whom it means, and how pages write them."""

import re
from typing import Final

from daftar.search.question import list_words
from daftar.search.syntax import list_sought
from tasks.enrich.gazetteer import load_gazetteer

#: Words of a search text that are looked up, and of one name.
_WORDS: Final = 32
_RUN: Final = 6

_LATIN: Final = re.compile("[A-Za-z]")


def find_meant(text: str) -> frozenset[str]:
    """Return the ids of the entities a search text names by runs of words or a phrase: of «پوتین در تهران» two."""
    terms = list_sought(text)
    words = [word for term in terms if not term.phrase for word in list_words(term.text)][:_WORDS]
    runs = ["".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, start + 1 + _RUN)]
    runs += ("".join(list_words(term.text)) for term in terms if term.phrase)
    return frozenset[str]().union(*map(load_gazetteer().find, runs))


def list_native(text: str) -> list[str]:
    """Return the Persian and Arabic spellings of the names that a search text has in Latin letters.

    Only those that are no other word. `list_native("Tehran")` has تهران and طهران, `list_native("تهران")` nothing.
    """
    gazetteer = load_gazetteer()
    latin = " ".join(word for word in text.split() if _LATIN.search(word))
    spellings = (
        spelling.text
        for entity_id in sorted(find_meant(latin))
        for language in ("fa", "ar")
        for spelling in gazetteer.entity(entity_id).spellings[language]
        if spelling.sure and spelling.sought
    )
    return list(dict.fromkeys(spellings))

"""The words of a Persian text that have lost their half-spaces, as they are spelt with them: for search only."""

from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import Final

from tasks.detect import detect_paragraphs
from tasks.document import Language
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer
from tasks.enrich.phrase_words import split_words
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold
from tasks.text.joins import find_joins

#: News repeats its words: some 5 MB of them are kept, each with what it has lost, which is nothing of most.
_MOST_KEPT: Final = 1 << 14


def find_restored(text: str, language: Language, pieces: list[str] | None = None) -> tuple[str, ...]:
    r"""Return the words of the Persian paragraphs that lack a ZWNJ, with it, in order; one twice comes twice.

    `pieces` is what `split_words` makes of the text, where that is known. Names stay whole. Total.
    `find_restored("او میداند", Language("fa", 1.0)) == ("می\u200cداند",)`.
    """
    shares = [code for code, _ in language.shares] or [language.code]
    if "fa" not in shares:
        return ()
    if shares != ["fa"]:
        paragraphs = detect_paragraphs(text, language.code)
        text, pieces = "\n".join(text[start:end] for start, end, code in paragraphs if code == "fa"), None
    words = (pieces or split_words(text))[1::2]
    return tuple(chain.from_iterable(map(_load_restorer(load_gazetteer()), words)))


@lru_cache(maxsize=2)
def _load_restorer(gazetteer: Gazetteer) -> Callable[[str], tuple[str, ...]]:
    names = _list_names(gazetteer)

    @lru_cache(maxsize=_MOST_KEPT)
    def restore(word: str) -> tuple[str, ...]:
        return tuple(join.word for join in find_joins(word, names))

    return restore


def _list_names(gazetteer: Gazetteer) -> frozenset[str]:
    spellings = (spelling for entity in gazetteer for spelling in gazetteer.spellings(entity.id))
    return frozenset(fold(spelling) for spelling in spellings if not {" ", ZWNJ}.intersection(spelling))

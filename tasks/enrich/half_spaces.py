"""The words of a Persian text that have lost their half-spaces, as they are spelt with them: for search only."""

from functools import lru_cache

from tasks.detect import detect_paragraphs
from tasks.document import Language
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold
from tasks.text.joins import find_joins


def find_restored(text: str, language: Language) -> tuple[str, ...]:
    r"""Return the words of the Persian paragraphs that lack a ZWNJ, with it, in order; one twice comes twice.

    Names stay whole. Total. `find_restored("او میداند", Language("fa", 1.0)) == ("می\u200cداند",)`.
    """
    shares = [code for code, _ in language.shares] or [language.code]
    if "fa" not in shares:
        return ()
    if shares != ["fa"]:
        paragraphs = detect_paragraphs(text, language.code)
        text = "\n".join(text[start:end] for start, end, code in paragraphs if code == "fa")
    return tuple(join.word for join in find_joins(text, _list_names(load_gazetteer())))


@lru_cache(maxsize=2)
def _list_names(gazetteer: Gazetteer) -> frozenset[str]:
    spellings = (spelling for entity in gazetteer for spelling in gazetteer.spellings(entity.id))
    return frozenset(fold(spelling) for spelling in spellings if not {" ", ZWNJ}.intersection(spelling))

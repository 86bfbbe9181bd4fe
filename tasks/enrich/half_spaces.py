"""The words of a Persian text that have lost their half-spaces, as they are spelt with them: for search only."""

from functools import cache

from tasks.detect import detect_paragraphs
from tasks.document import Language
from tasks.enrich.gazetteer import load_gazetteer
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold
from tasks.text.joins import list_restored


def find_restored(text: str, language: Language) -> tuple[str, ...]:
    r"""Return the words of the Persian paragraphs that lack a ZWNJ, with it, in order; one twice comes twice.

    Names stay whole. Total. `find_restored("او میداند", Language("fa", 1.0)) == ("می\u200cداند",)`.
    """
    shares = [code for code, _ in language.shares] or [language.code]
    if "fa" not in shares:
        return ()
    if shares == ["fa"]:
        return tuple(list_restored(text, _list_names()))
    paragraphs = [text[start:end] for start, end, code in detect_paragraphs(text, language.code) if code == "fa"]
    return tuple(list_restored("\n".join(paragraphs), _list_names()))


@cache
def _list_names() -> frozenset[str]:
    gazetteer = load_gazetteer()
    spellings = (spelling for entity in gazetteer for spelling in gazetteer.spellings(entity.id))
    return frozenset(fold(spelling) for spelling in spellings if not {" ", ZWNJ}.intersection(spelling))

"""What a search text says of itself: its words, the language it is clearly written in, what only asks."""

import re
from functools import cache
from typing import Final

from mappings.chains import load_words
from mappings.letters import ZWNJ, fold

_CLEAR_WORDS: Final = 3
_CLEAR_SIGNS: Final = 2
#: They ask as well, but begin other sentences too: «ما زال», «اذكر».
_OPENINGS: Final = frozenset({"ما", "وما", "اذکر"})
_WORD: Final = re.compile(r"\w+")
_PERSIAN_ONLY: Final = re.compile("[پچژگ\u200c]")
_ARABIC_ONLY: Final = re.compile("[ةأإى]")
_ARTICLE: Final = re.compile(r"[وبفک]?ال\w{2}")
#: Letters of a question word that cannot be mistaken for a word of the other language («من», «کم», «کیف» can).
_LONG: Final = 4


@cache
def _load_lists(name: str, *languages: str) -> frozenset[str]:
    return frozenset(word for language in languages for word in load_words(f"{language}/{name}.txt"))


@cache
def _function_words(language: str) -> frozenset[str]:
    """The words of a language that tell nothing of the subject, in the form tokens have."""
    return _load_lists("stop_words", language) | _load_lists("question_words", language)


def list_words(text: str) -> list[str]:
    """Return the words of a text in the form tokens have: `list_words("كتاب، هسته\u200cای") == ["کتاب", "هستهای"]`."""
    return _WORD.findall(fold(text).replace(ZWNJ, ""))


def has_content(text: str) -> bool:
    """Tell whether a text has a word besides function words: «چند» has none."""
    return not function_words().issuperset(list_words(text))


@cache
def function_words() -> frozenset[str]:
    """Return the words of both languages that tell nothing of the subject, in the form tokens have."""
    return _function_words("fa") | _function_words("ar")


def is_foreign_somewhere(text: str) -> bool:
    """Tell whether an index of the other language leaves out all words of a text that has content («خود»)."""
    known = function_words() | _load_lists("foreign_function_words", "fa", "ar")
    return known.issuperset(list_words(text))


def guess_language(text: str) -> str | None:
    """Return the language (`fa`, `ar`) a search text is clearly written in, or None: a name belongs to both.

    Counts letters and function words that only one of the two has; fewer than three words or two such signs are
    never clear.
    `guess_language("في أي مدينة ولد نجيب محفوظ") == "ar"`.
    """
    words = list_words(text)
    if len(words) < _CLEAR_WORDS:
        return None
    for_persian = _count_signs(words, "fa", "ar") + len(_PERSIAN_ONLY.findall(text))
    for_arabic = _count_signs(words, "ar", "fa") + len(_ARABIC_ONLY.findall(text)) + sum(map(_has_article, words))
    weaker, stronger = sorted((for_persian, for_arabic))
    if stronger < _CLEAR_SIGNS or weaker * 2 > stronger:
        return None
    return "fa" if for_persian > for_arabic else "ar"


def _count_signs(words: list[str], language: str, other: str) -> int:
    """Count the function words of a language that the other has not; a long question word counts twice."""
    own = _function_words(language) | _load_lists("foreign_function_words", other)
    own -= _function_words(other) | _load_lists("foreign_function_words", language)
    asking = _load_lists("question_words", language)
    return sum(1 + (word in asking and len(word) >= _LONG) for word in words if word in own)


def _has_article(word: str) -> bool:
    return _ARTICLE.match(word) is not None


def drop_asking(text: str) -> str:
    """Return an Arabic question without the words that say what kind of answer it wants, other texts as they are.

    `drop_asking("ما عدد سكان مصر؟") == "سكان مصر؟"`; «عدد السكان» stays, and so does a question without other words.
    """
    asked, asking = _load_lists("answer_words", "ar"), _load_lists("question_words", "ar")
    words = list_words(text)
    if not _OPENINGS.union(asking).intersection(words) or guess_language(text) == "fa":
        return text
    kept = " ".join(part for part in text.split() if not asked.intersection(list_words(part)))
    return kept if has_content(kept) else text

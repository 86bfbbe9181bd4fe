"""What a written word is to the phrases of a text: their word, what ends them, the verb that opens a sentence."""

import re
from functools import cache
from typing import Final, NamedTuple

from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ
from tasks.text.folding import fold
from tasks.text.lexicon import read_data
from tasks.text.tables import load_words

TOKEN: Final = re.compile(rf"[\w{ZWNJ}{TATWEEL}{HARAKAT}]+")
_TOKENS: Final = re.compile(f"({TOKEN.pattern})")


#: Some 5 MB of words a language; whatever is met later is looked up each time.
_MOST_KEPT: Final = 1 << 14


def split_words(text: str) -> list[str]:
    r"""Part a text at its words: every second piece is a word, the others are what stands between.

    ZWNJ, marks and kashida join: `split_words("هسته\u200cای شد") == ["", "هسته\u200cای", " ", "شد", ""]`.
    """
    return _TOKENS.split(text)


class Form(NamedTuple):
    """What a written word is to phrases, wherever it stands.

    `breaks`: no phrase holds it; `opens`: it may be the verb that opens a sentence; `joined`: «و» is written to it.
    """

    keys: tuple[str, ...]
    breaks: bool
    opens: bool
    may_begin: bool
    joined: bool


class Forms(dict[str, Form]):
    """The forms of a language's words by how they are written; kept, because news repeats its words."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, written: str) -> Form:
        form = _read_word(written, self._language)
        if len(self) < _MOST_KEPT:
            self[written] = form
        return form


@cache
def load_forms(language: str) -> Forms:
    """Return the forms of `fa` or `ar`: `load_forms("ar")["والوزير"].keys == ("وزیر",)`."""
    return Forms(language)


def _read_word(written: str, language: str) -> Form:
    folded = fold(written)
    arabic = language == "ar"
    return Form(
        keys=(_reduce(folded, language),),
        breaks=_is_break(folded, language),
        opens=_may_be_verb(folded, language),
        may_begin=not arabic or _HANGING.match(folded) is None,
        joined=arabic and folded.startswith("و"),
    )


def _reduce(folded: str, language: str) -> str:
    """Return what counts as the same word: without the Arabic article, without the Persian plural."""
    if language == "ar":
        return _ARTICLE.sub("", folded)
    return _PLURAL.sub("", folded)


#: A phrase does not begin so: والأضرار, بالرئاسة, للانتخابات.
_HANGING: Final = re.compile(r"(?:[وفبک]ال|[وف]?لل)\w{2}")
_ARTICLE: Final = re.compile(r"^(?:[وفبک]?ال|[وف]?لل)(?=\w{2})")
_PLURAL: Final = re.compile(r"(?<=\w{3})(?:های?|هایی)$")


def _is_break(folded: str, language: str) -> bool:
    if len(folded) < 2 or not folded.isalpha() or folded in _load_breaks(language):
        return True
    if language == "fa":
        return folded in _load_verbs() or _PRESENT.match(folded) is not None
    if folded[0] in "وف" and folded[1:] in _load_breaks(language):
        return True
    return _ARABIC_VERB.match(folded) is not None


#: می‌کند, نمی‌شود, می‌آمد, folded; words as میدان end otherwise.
_PRESENT: Final = re.compile(r"ن?می\w{2,}(?:د|ند|یم|ید|اند)$")
#: Third persons without an article: يدخل, وينتظر, أضيئت. بيت and وقت are too short.
_ARABIC_VERB: Final = re.compile(r"[وف]?(?:ی(?!ور|من|هود|افا|ابان|ول|نای|ون)\w{3,}|(?!ال|[وبک]ال|لل)\w{3,}[^ا]ت)$")


def _may_be_verb(folded: str, language: str) -> bool:
    """Arabic sentences begin with their verb; a noun there has the article."""
    return language == "ar" and not _ARTICLE.match(folded)


@cache
def _load_breaks(language: str) -> frozenset[str]:
    return frozenset(map(fold, load_words(language, "phrase_breaks.txt")))


@cache
def _load_verbs() -> frozenset[str]:
    """Return the folded forms that are verbs and hardly anything else, made of the stems that hazm lists."""
    forms = set()
    for (row,) in read_data("verbs.dat"):
        past, _, presents = row.partition("#")
        if len(past) < 2:
            continue
        forms |= {past, f"ن{past}"} if past not in _NOUNS_LIKE_VERBS else set()
        forms |= {past + "ند", past + "یم", f"ن{past}ند", f"{past}ه{ZWNJ}اند", f"{past}ه{ZWNJ}است"}
        for present in presents.split(" یا "):
            if len(present) > 1:
                forms |= {f"ب{present}د", f"ب{present}ند", f"ن{present}د", f"ن{present}ند"}
    return frozenset(map(fold, forms))


#: Past stems of hazm's list that news uses as nouns.
_NOUNS_LIKE_VERBS: Final = frozenset({
    "نشست", "شکست", "پرداخت", "خرید", "ساخت", "برداشت", "بازگشت", "سوخت", "کاشت",
    "شناخت", "برخورد", "درگذشت", "کشت", "نهاد", "درخواست", "دریافت", "بافت", "ریخت", "خواست",
})  # fmt: skip


@cache
def load_common(language: str) -> frozenset[str]:
    """Return the nouns that tell little, as the keys of `Form`."""
    return frozenset(_reduce(fold(word), language) for word in load_words(language, "common_nouns.txt"))

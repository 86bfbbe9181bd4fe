"""The rules about single lines: labels, buttons, notices, captions, addresses, dates.

They are data: `furniture.tsv` of each language, rows of rule, match and text. `is` compares the whole line,
`starts` its beginning, `has` any part of it, all without spaces and under `fold`, so that a ZWNJ, a space and
neither are one; `pattern` is a regular expression for the whole folded line. `media`, `caption_noun`,
`publisher`, `address_mark`, `address_word` and `date_word` are vocabularies that rules of those names use.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from tasks.text.folding import fold
from tasks.text.tables import load_rows
from tasks.text.titles import count_words, ends_sentence, is_paragraph

_CORE: Final = re.compile(r"[^\W\d_](?:.*[^\W\d_])?", re.DOTALL)
_WORD: Final = re.compile(r"\w+")
_LABEL_SEPARATOR: Final = re.compile(r"\s*[|»›•·/:،]\s*")
_PART_SEPARATOR: Final = re.compile(r"\s*(?:[|»›•·/،,]|\s[-–—]\s)\s*")
_VOCABULARIES: Final = ("media", "caption_noun", "publisher", "address_mark", "address_word", "date_word")

#: How long a line may be, in characters, for a rule to speak about it.
_LONGEST: Final = {"caption": 260, "copyright": 300, "notice": 300, "related": 200, "tags": 300, "address": 200}
_LONGEST_OTHERWISE: Final = 120
_LONGEST_OF_ALL: Final = max(_LONGEST.values())
#: Rules whose beginnings an article's own sentence may have too.
_NOT_SENTENCES: Final = frozenset({"address", "byline", "record", "related", "share", "source", "tags"})
#: Rules whose labels stand side by side in one line: a menu, a row of buttons.
_IN_ROWS: Final = frozenset({"navigation", "section", "share", "site"})
_MOST_ROW_WORDS: Final = 20
_MOST_LABEL_WORDS: Final = 4
_MOST_PUBLISHER_WORDS: Final = 8


@dataclass(frozen=True)
class _Rules:
    """The rows of one or more tables, compiled."""

    labels: dict[str, str]
    starts: dict[str, str]
    parts: dict[str, str]
    start: re.Pattern[str]
    part: re.Pattern[str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    vocabularies: dict[str, frozenset[str]]


def _join(folded: str) -> str:
    return "".join(folded.split())


def _label(folded: str) -> str:
    core = _CORE.search(folded)
    return _join(core.group()) if core else ""


def label_key(line: str) -> str:
    """Return the key of a label: folded, without spaces, without digits and punctuation at its ends.

    `label_key("نظرات (۳):") == label_key("نظرات")`.
    """
    return _label(fold(line))


def _alternatives(keys: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(keys, key=len, reverse=True))))


@cache
def _load_rules(language: str) -> _Rules:
    """Compile the rules of `language`; of both languages for a text that is in neither."""
    languages = (language,) if language in ("fa", "ar") else ("fa", "ar")
    rows = [row for code in languages for row in load_rows(code, "furniture.tsv")]
    lines = [row for row in rows if row[0] not in _VOCABULARIES]
    starts = {_join(fold(text)): rule for rule, match, text in lines if match == "starts"}
    parts = {_join(fold(text)): rule for rule, match, text in lines if match == "has"}
    return _Rules(
        labels={label_key(text): rule for rule, match, text in lines if match == "is"},
        starts=starts,
        parts=parts,
        start=_alternatives(starts),
        part=_alternatives(parts),
        patterns=tuple((rule, re.compile(fold(text))) for rule, match, text in lines if match == "pattern"),
        vocabularies={
            name: frozenset(_join(fold(text)) for rule, _, text in rows if rule == name) for name in _VOCABULARIES
        },
    )


@lru_cache(maxsize=1 << 14)
def match_rule(line: str, language: str) -> str:
    """Return the name of the rule that speaks about `line` taken by itself, or an empty string.

    Whether it may be taken out depends on its place too: see `furniture.find_furniture`.
    `match_rule("الوسوم", "ar") == "tags"`, `match_rule("14 ژانویه 2025", "fa") == "date"`.
    """
    if not line or len(line) > _LONGEST_OF_ALL:
        return ""
    rules = _load_rules(language)
    folded = " ".join(fold(line).split())
    rule = _match_text(folded, rules)
    if not rule and len(line) <= _LONGEST["address"]:
        rule = _match_row(folded, rules) or _match_vocabulary(folded, rules)
    if rule in _NOT_SENTENCES and is_paragraph(line):
        return ""
    return rule if len(line) <= _LONGEST.get(rule, _LONGEST_OTHERWISE) else ""


def _match_text(folded: str, rules: _Rules) -> str:
    label = rules.labels.get(_label(folded))
    if label:
        return label
    key = _join(folded)
    start = rules.start.match(key)
    if start:
        return rules.starts[start.group()]
    part = rules.part.search(key)
    if part:
        return rules.parts[part.group()]
    return next((rule for rule, pattern in rules.patterns if pattern.fullmatch(folded)), "")


def _match_row(folded: str, rules: _Rules) -> str:
    """Match a row of labels, «خانه | سیاست | تماس با ما»: at least two, and at least half of its parts."""
    parts = [part for part in _LABEL_SEPARATOR.split(folded) if part]
    if len(parts) == 1:
        parts = _split_labels(parts[0], rules)
    if len(parts) < 2:
        return ""
    named = [rule for part in parts if (rule := rules.labels.get(_label(part), "")) in _IN_ROWS]
    return max(sorted(set(named)), key=named.count) if len(named) >= max(2, len(parts) / 2) else ""


def _split_labels(row: str, rules: _Rules) -> list[str]:
    """Split a row of labels without separators, «فیسبوک توییتر کپی لینک»; empty when other words are in it."""
    words, labels = row.split(" "), []
    if len(words) > _MOST_ROW_WORDS:
        return []
    while words:
        lengths = range(min(len(words), _MOST_LABEL_WORDS), 0, -1)
        length = next((length for length in lengths if _label("".join(words[:length])) in rules.labels), 0)
        if not length:
            return []
        labels.append("".join(words[:length]))
        del words[:length]
    return labels


def _match_vocabulary(folded: str, rules: _Rules) -> str:
    words = _WORD.findall(folded)
    others = [word for word in words if not word.isdigit()]
    numbers = len(words) - len(others)
    if not numbers:
        return ""
    if (others or numbers >= 3) and rules.vocabularies["date_word"].issuperset(others):
        return "date"
    marked = rules.vocabularies["address_mark"].intersection(others)
    placed = rules.vocabularies["address_word"].intersection(others)
    return "address" if marked and placed and not ends_sentence(folded) else ""


def is_block_label(line: str, language: str) -> bool:
    """Tell whether `line` is the label of a list below it, and nothing but the label: «برچسب‌ها»."""
    return _load_rules(language).labels.get(label_key(line)) in ("related", "tags")


def is_credited_caption(line: str, language: str) -> bool:
    """Tell whether `line` is a medium's name, a colon and a noun phrase: what a picture shows, not a claim.

    «رویترز: دیدار رئیس‌جمهور با …» is one; a line that ends a sentence is none. Only for lines above the text.
    """
    vocabularies = _load_rules(language).vocabularies
    medium, _, rest = fold(line).partition(":")
    words = _WORD.findall(rest)
    return (
        bool(words)
        and not is_paragraph(line)
        and not ends_sentence(line)
        and _join(medium) in vocabularies["media"]
        and words[0] in vocabularies["caption_noun"]
    )


def is_publisher(line: str, language: str, speaks: Callable[[str], bool]) -> bool:
    """Tell whether `line` gives a publisher's name that the article never says, as `speaks` knows.

    «روزنامه نمونه شهر» and «بوابة المثال » سياسة» are, «شبکه پولشویی متلاشی شد» in an article about it is not.
    Only for lines above the text.
    """
    if count_words(line) > _MOST_PUBLISHER_WORDS or ends_sentence(line):
        return False
    publishers = _load_rules(language).vocabularies["publisher"]
    for part in _PART_SEPARATOR.split(line):
        words = _WORD.findall(fold(part))
        names = [word for word in words if word not in publishers and not word.isdigit()]
        if names and words[0] in publishers and not speaks(names[0]):
            return True
    return False


def load_sites(language: str) -> frozenset[str]:
    """Return the keys (`label_key`) of the sites known by name."""
    return frozenset(key for key, rule in _load_rules(language).labels.items() if rule == "site")

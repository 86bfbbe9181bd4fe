"""The analysis settings of an index: the JSON files of `analysis/`, with their word lists put in.

An analysis file is what Elasticsearch takes, except that an object with one key that begins with `@` stands
for a value read from elsewhere:

- `{"@words": "fa/stop_words.txt"}`: the words of a list, folded as the tokens are;
- `{"@rules": "fa/spellings.tsv"}`: `from => to` rules of a table, folded;
- `{"@joins": "fa/compounds.txt"}`: a pattern that matches the space or half-space inside these compounds;
- `{"@folding": "marks"}`: the shared folding (`mappings.letters`).

In a `pattern`, `<ar/endings.txt>` stands for a group that matches a token that is a word of that list, or,
where the list writes `+` after the word, begins with it; `<ar/endings.txt+>` for one that matches the word and
leaves what may follow to the rest of the pattern.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mappings.letters import ZWNJ, fold, letter_rules, mark_rules, write_rules

LANGUAGES: Final = ("fa", "ar", "other")

Json = dict[str, Any]


def _read_lines(name: str) -> Iterator[str]:
    text = (files("mappings") / "analysis" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _fold_word(word: str) -> str:
    return fold(word).replace(ZWNJ, "").casefold()


@cache
def load_words(name: str) -> tuple[str, ...]:
    """Return the words of a list under `analysis/` in the form tokens have, sorted, each once."""
    return tuple(sorted({_fold_word(word) for line in _read_lines(name) for word in line.split()}))


@cache
def load_rules(name: str) -> tuple[str, ...]:
    """Return the rows of a table as `from => to`; the last column is the target, rows that fold alike go."""
    rules: dict[str, str] = {}
    for line in _read_lines(name):
        *sources, target = (_fold_word(column.strip()) for column in line.split("\t"))
        rules.update((source, target) for source in sources if source != target)
    return tuple(f"{source} => {target}" for source, target in sorted(rules.items()))


@cache
def load_joins(name: str) -> str:
    """Return a pattern for the first separator inside each compound of a list; what precedes it is group 1.

    A line writes the compound with spaces (`بین الملل`); `+` after it lets suffixes follow. Compounds of three
    parts need the filter twice: `گفت و گو`, `گفتو گو`, `گفتوگو`.
    """
    rests: dict[str, set[str]] = {}
    for line in _read_lines(name):
        words = fold(line.strip().rstrip("+")).split()
        end = "" if line.strip().endswith("+") else r"(?![\p{L}\p{M}])"
        for index in range(1, len(words)):
            rest = f"[ {ZWNJ}]?".join(words[index:]) + end
            rests.setdefault("".join(words[:index]), set()).add(rest)
    ends = {first: f"(?=[ {ZWNJ}]+(?:{'|'.join(sorted(found, reverse=True))}))" for first, found in rests.items()}
    return f"(?<![\\p{{L}}\\p{{N}}])({_write_trie(ends)})[ {ZWNJ}]+"


@cache
def load_alternatives(name: str, end: str = "$") -> str:
    """Return a group that matches the words of a list, each followed by `end`, at the place it stands in.

    After a word that the list writes with `+` anything may follow.
    """
    words = [word for line in _read_lines(name) for word in line.split()]
    ends = {_fold_word(word): end for word in words if not word.endswith("+")}
    ends.update((_fold_word(word.rstrip("+")), "") for word in words if word.endswith("+"))
    return _write_trie(ends)


def _write_trie(ends: Mapping[str, str]) -> str:
    """Return a pattern of words and what must follow each, longest first.

    As a trie: to try a thousand words on a token costs as little as to try their first letters.
    """
    by_letter: dict[str, dict[str, str]] = {}
    for word, end in ends.items():
        if word:
            by_letter.setdefault(word[0], {})[word[1:]] = end
    branches = [re.escape(letter) + _write_trie(rest) for letter, rest in sorted(by_letter.items())]
    if "" in ends:
        branches.append(ends[""])
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


_PLACE: Final = re.compile(r"<((?:fa|ar)/\w+\.txt)(\+?)>")

_DIRECTIVES: Final[dict[str, Callable[[str], Any]]] = {
    "@words": lambda name: list(load_words(name)),
    "@rules": lambda name: list(load_rules(name)),
    "@joins": load_joins,
    "@folding": lambda name: write_rules({"marks": mark_rules, "letters": letter_rules}[name]()),
}


def _fill_in(value: Any) -> Any:
    if isinstance(value, list):
        return [_fill_in(item) for item in value]
    if isinstance(value, str):
        return _PLACE.sub(lambda match: load_alternatives(match[1], "" if match[2] else "$"), value)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, name),) = value.items()
        if key in _DIRECTIVES:
            return _DIRECTIVES[key](name)
    return {key: _fill_in(item) for key, item in value.items()}


def load_analysis(language: str) -> Json:
    """Return the `analysis` settings of the index of a language (`fa`, `ar`, `other`).

    The parts every index shares (`names.json`) come first; the analyzers have the same names in all three.
    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no analysis for {language!r}, only for {', '.join(LANGUAGES)}")
    merged: Json = {}
    for name in ("names.json", f"{language}.json"):
        part = json.loads("\n".join(_read_lines(name)), object_pairs_hook=_refuse_doubles)
        for kind, definitions in part.items():
            merged.setdefault(kind, {}).update(_fill_in(definitions))
    return merged


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> Json:
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key is written twice among {keys}")
    return dict(pairs)

"""The analysis settings of an index: the JSON files of `analysis/`, with their word lists put in.

An analysis file is what Elasticsearch takes, except that an object with one key that begins with `@` stands
for a value read from elsewhere:

- `{"@words": "fa/stop_words.txt"}`: the words of a list, folded as the tokens are;
- `{"@rules": "fa/spellings.tsv"}`: `from => to` rules of a table, folded;
- `{"@shapes": ""}`: the shapes of letters as plain letters (`mappings.letters`);
- `{"@folding": "joined ar/letters.tsv"}`: the folding shared by all chains with half-spaces `kept`,
  `joined` (dropped) or `split` (spaces), and what the tables named after it say of its result;
- `{"@marked": "ar/endings.txt"}`: rules that put `WHOLE` behind the words of lists, so that no ending is cut;
- `{"@table": "marks.tsv"}`: that table alone;
- `{"@pattern": ["...", "..."]}`: a pattern written in parts.

In a pattern, `<ar/endings.txt>` stands for a group that matches a token that is a word of that list, or,
where the list writes `+` after the word, begins with it; `<ar/endings.txt+>` for one that matches the word and
leaves what may follow to the rest of the pattern; `<joins:fa/compounds.txt>` for the space or half-space inside
a compound of that list.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mappings.letters import ZWNJ, fold, folding_rules, read_rules, shape_rules, write_rules

LANGUAGES: Final = ("fa", "ar", "other")

#: Stands behind a stem that is a whole word. A letter of no language here, so no text has it; part of the token.
WHOLE: Final = "\u08a1"

#: The settings of filters that are lists of rows; Elasticsearch takes each as one line with commas, too.
_LISTS: Final = frozenset({"mappings", "rules", "stopwords"})

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
    """Return a pattern for every separator inside the compounds of a list, and for nothing else.

    A line writes the compound with spaces (`بین الملل`); `+` after it lets suffixes follow. What follows the
    separator is looked at first, because that rules out most of them at little cost.
    """
    separator = f"[ {ZWNJ}]"
    rests: dict[str, str] = {}
    firsts: dict[str, set[str]] = {}
    for line in _read_lines(name):
        words = fold(line.strip().rstrip("+")).split()
        end = "" if line.strip().endswith("+") else r"(?![\p{L}\p{M}])"
        for index in range(1, len(words)):
            first, rest = _SEPARATOR.join(words[:index]), _SEPARATOR.join(words[index:])
            rests[rest] = rests.get(rest, end) and end
            firsts.setdefault(first, set()).add(rest.replace(_SEPARATOR, f"{separator}?") + end)
    ends = {
        first: f"(?={separator}{{1,3}}(?:{'|'.join(sorted(found, reverse=True))}))" for first, found in firsts.items()
    }
    after = _write_trie(rests).replace(_SEPARATOR, f"{separator}?")
    before = _write_trie(ends).replace(_SEPARATOR, f"{separator}{{0,2}}")
    return f"{separator}++(?={after})(?<=(?<![\\p{{L}}\\p{{N}}]){before}{separator}{{1,3}})"


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


_PLACE: Final = re.compile(r"<(joins:)?((?:fa|ar)/\w+\.txt)(\+?)>")

#: Stands for a separator inside a compound while its pattern is made.
_SEPARATOR: Final = "\0"


def _load_folding(words: str) -> list[str]:
    half_space, *tables = words.split()
    rules = dict(folding_rules({"kept": ZWNJ, "joined": "", "split": " "}[half_space]))
    for name in tables:
        more = read_rules(name)
        rules = {source: "".join(more.get(letter, letter) for letter in target) for source, target in rules.items()}
        rules |= more
    return write_rules(rules)


def _load_all_words(names: str) -> list[str]:
    return sorted({word for name in names.split() for word in load_words(name)})


_DIRECTIVES: Final[dict[str, Callable[[Any], Any]]] = {
    "@words": lambda name: list(load_words(name)),
    "@rules": lambda name: list(load_rules(name)),
    "@shapes": lambda _: write_rules(shape_rules()),
    "@folding": _load_folding,
    "@marked": lambda names: [f"{word} => {word}{WHOLE}" for word in _load_all_words(names)],
    "@table": lambda name: write_rules(read_rules(name)),
    "@pattern": lambda parts: _fill_in("".join(parts)),
}


def _fill_place(place: re.Match[str]) -> str:
    joins, name, open_end = place.groups()
    return load_joins(name) if joins else load_alternatives(name, "" if open_end else "$")


def _fill_in(value: Any) -> Any:
    if isinstance(value, list):
        return [_fill_in(item) for item in value]
    if isinstance(value, str):
        return _PLACE.sub(_fill_place, value)
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


def join_lists(analysis: Json) -> Json:
    """Return the same settings with every list of words or rules as one line, which Elasticsearch parts at its commas.

    `["به", "از"]` becomes `"به,از"`. Elasticsearch looks up every value of an index's settings once for every setting
    that it reads: a thousand rows of a list cost it seconds for each index, one line next to nothing.
    Raises ValueError for a row that has a comma itself.
    """
    return {
        kind: {
            name: {key: _join_list(key, value) for key, value in parts.items()} for name, parts in definitions.items()
        }
        for kind, definitions in analysis.items()
    }


def _join_list(key: str, value: Any) -> Any:
    if key not in _LISTS:
        return value
    if any("," in row for row in value):
        raise ValueError(f"a row of {key} has a comma, which would part it in two: {value}")
    return ",".join(value)


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> Json:
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key is written twice among {keys}")
    return dict(pairs)

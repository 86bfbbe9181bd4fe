"""hazm's words and verbs, keyed as the restoring of half-spaces asks for them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tasks.text.characters import ZWNJ
from tasks.text.tables import load_words

_PRESENT_ENDINGS: Final = ("م", "ی", "د", "یم", "ید", "ند")
_PAST_ENDINGS: Final = ("", "م", "ی", "یم", "ید", "ند")
_PERFECT_ENDINGS: Final = (
    "ام", "ایم", "اید", "اند", "است", "بود", "بودم", "بودیم", "بودند", "باشد", "باشند",
)  # fmt: skip

#: How many times as frequent a spelling with a ZWNJ has to be as the same word listed without: measured on Persian
#: passages that have their ZWNJs.
_CLEAR_SPELLING: Final = 100


@dataclass(frozen=True)
class Lexicon:
    """The lists, with what of them is asked for."""

    #: The listed words without a ZWNJ that have a count or a part of speech.
    frequencies: dict[str, int]
    #: The hashes of all listed words without a ZWNJ, sorted: six in seven have no count, and as strings they would
    #: take 20 MB.
    listed: "array[int]"
    nouns: frozenset[str]
    adjectives: frozenset[str]
    #: Spellings with a ZWNJ, by the word without it; words to leave alone stand for themselves.
    joined: dict[str, str]
    verb_forms: frozenset[str]
    perfects: dict[str, str]
    participles: frozenset[str]

    def lists(self, word: str) -> bool:
        """Tell whether hazm lists `word`, with or without a count."""
        key = _hash(word)
        place = bisect_left(self.listed, key)
        return place < len(self.listed) and self.listed[place] == key

    def is_plain(self, word: str) -> bool:
        """Tell whether hazm knows `word` as it stands, by a count or a part of speech."""
        return self.frequencies.get(word, 0) > 0


def _hash(word: str) -> int:
    """Return 64 bits: of 180,000 words and any other two share them with a probability of one in 10¹⁴."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def read_data(name: str) -> Iterator[list[str]]:
    """Yield the rows of one of hazm's data files; raises ModuleNotFoundError when hazm is not installed."""
    spec = find_spec("hazm")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("hazm is not installed", name="hazm")
    with (Path(spec.origin).parent / "data" / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


@cache
def load_lexicon() -> Lexicon:
    """Read the lists once a process: about half a second, 25 MB."""
    frequencies: dict[str, int] = {}
    nouns, adjectives = set(), set()
    spelled: dict[str, int] = {}
    for word, frequency, tags in read_data("words.dat"):
        if ZWNJ in word:
            spelled[word] = int(frequency) + (tags != "0")
            continue
        frequencies[word] = int(frequency) or int(tags != "0")
        if "N" in tags.split(",") and "PRO" not in tags.split(","):
            nouns.add(word)
        if "AJ" in tags.split(","):
            adjectives.add(word)
    pasts, presents = _load_stems()
    return Lexicon(
        frequencies={word: frequency for word, frequency in frequencies.items() if frequency},
        listed=array("Q", sorted(map(_hash, frequencies))),
        nouns=frozenset(nouns),
        adjectives=frozenset(adjectives),
        joined=_join_spellings(spelled, frequencies)
        | {word.replace(ZWNJ, ""): word for word in load_words("fa", "joins.txt")},
        verb_forms=frozenset(
            [stem + ending for stem in pasts for ending in _PAST_ENDINGS]
            + [stem + ending for stem in presents for ending in _PRESENT_ENDINGS]
            + [f"{stem}ه{ending}" for stem in pasts for ending in _PERFECT_ENDINGS]
        ),
        perfects={
            f"{negation}{stem}ه{ending}": f"{negation}{stem}ه{ZWNJ}{ending}"
            for stem in pasts
            for ending in _PERFECT_ENDINGS
            for negation in ("", "ن")
        },
        participles=frozenset(f"{stem}ه" for stem in pasts),
    )


def _join_spellings(spelled: dict[str, int], frequencies: dict[str, int]) -> dict[str, str]:
    """Key the spellings with a ZWNJ by the word without it; the most frequent spelling stays."""
    joined: dict[str, str] = {}
    for word, frequency in sorted(spelled.items(), key=lambda item: (item[1], item[0])):
        bare = word.replace(ZWNJ, "")
        parts = word.split(ZWNJ)
        listed = frequencies.get(bare.removesuffix("ین") if parts[-1] == "ترین" else bare)
        if not all(parts) or max(map(len, parts)) < 2:
            continue
        if listed is None or (frequency and frequency >= _CLEAR_SPELLING * listed and parts[-1] != "ترین"):
            joined[bare] = word
    return joined


def _load_stems() -> tuple[list[str], list[str]]:
    pasts, presents = set(), set()
    for row in read_data("verbs.dat"):
        past, _, present = row[0].partition("#")
        pasts.add(past)
        presents.update(present.split(" یا "))
    return sorted(stem for stem in pasts if len(stem) > 1), sorted(stem for stem in presents if stem)

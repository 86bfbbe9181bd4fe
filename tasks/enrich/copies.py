"""Near copies: what two versions of one text share, whatever keyboard, headline, cuts and edits.

A text is folded and seen as shingles, its runs of three words. Their MinHash, cut into bands, is the signature
that the index keeps; texts that share a band are candidates, and `measure_overlap` decides. The figures were
chosen with `benchmarks/enrichment.py` on written articles and encyclopedia passages with known copies: copies
overlap by .5 and more, other texts, those about the same event too, by less than .3.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tasks.text.folding import fold

#: Words of a shingle. With two, unrelated texts share thirty times as many bands; with four, edited copies too few.
SHINGLE_WORDS: Final = 3

#: Bands of a signature and values of a band: texts with a third of their shingles in common share a band with a
#: probability of .999, with a fifth .93, unrelated ones (in 100,000 texts some twelve) of .0001.
BANDS: Final = 64
_ROWS: Final = 2

#: Texts are compared if their signatures let expect that one has this much of the other. Of copies, .4 to .8 in a
#: hundred look less alike, and most of these are joined through a third version; of texts that share a sentence or two
#: six in seven do.
LEAST_EXPECTED: Final = 0.25

#: Texts that overlap at least so far are copies.
COPY_OVERLAP: Final = 0.5

#: A text is no copy of one that is more than so many times as long: a digest is not a version of its items.
MOST_TIMES_AS_LONG: Final = 4

#: Shorter texts share words in the same order by chance, so only their shingles count.
_LEAST_WORDS_IN_ORDER: Final = 30
#: In longer texts comparing word by word would take more than a tenth of a second.
_MOST_WORDS_IN_ORDER: Final = 10_000
#: Texts that share less of their shingles than this are not compared word by word.
_LEAST_SHARED: Final = 0.1

#: Each value of a signature with its two halves laid over one another, which two that differ hardly ever share; one
#: band a row. Neither half would do: short texts that share one last half share them all, and long ones hardly have
#: a first.
Sketch = npt.NDArray[np.uint16]

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """The folded words of a text, in order, and its shingles."""

    words: tuple[str, ...]
    shingles: frozenset[str] = field(repr=False)


def read_wording(text: str) -> Wording:
    """Fold a text into what is compared. Total; spacing, punctuation, marks and kashida do not count."""
    words = _read_words(text)
    size = min(SHINGLE_WORDS, len(words)) or 1
    runs = zip(*(words[start:] for start in range(size)), strict=False)
    return Wording(words, frozenset(map(" ".join, runs)))


def _read_words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def sign(text: str) -> tuple[str, ...]:
    """Return the bands of a text's MinHash as keywords: near copies share at least one. Empty without words.

    The same for every spelling that folds alike: `sign("علي") == sign("علی")`.
    """
    return sign_words(_read_words(text))


def sign_words(words: Sequence[str]) -> tuple[str, ...]:
    """Return what `sign` does, of the folded words of a text."""
    if not words:
        return ()
    bands = np.empty((BANDS, 1 + 4 * _ROWS), dtype=np.uint8)
    bands[:, 0] = range(BANDS)
    bands[:, 1:] = _draw_sketch(_hash_shingles(words)).astype(">u4").view(np.uint8).reshape(BANDS, -1)
    # Nine bytes a band are twelve characters, so that all can be written at once.
    written = b64encode(bands.tobytes()).decode()
    width = len(written) // BANDS
    return tuple(written[start : start + width] for start in range(0, len(written), width))


def read_sketch(signature: Sequence[str]) -> Sketch:
    """Return the sketch of the values that a signature holds."""
    bands = np.frombuffer(b64decode("".join(signature)), dtype=np.uint8).reshape(BANDS, -1)
    halves = np.ascontiguousarray(bands[:, 1:]).view(np.uint16).reshape(BANDS, _ROWS, 2)
    return halves[:, :, 0] ^ halves[:, :, 1]


def pack_sketch(signature: Sequence[str]) -> str:
    """Return the sketch of a signature as one value, of 344 characters, that is quickly read; empty without one."""
    return b64encode(read_sketch(signature).tobytes()).decode() if signature else ""


def unpack_sketches(packed: Sequence[str]) -> npt.NDArray[np.uint16]:
    """Return the sketches that `pack_sketch` made, one after another."""
    values = b"".join(map(b64decode, packed))
    return np.frombuffer(values, dtype=np.uint16).reshape(len(packed), BANDS, _ROWS)


def count_shared(one: Sketch, other: Sketch) -> int:
    """Return how many of the values of two signatures are the same: 128 for one text, a third of them for a third."""
    return int(np.count_nonzero(one == other))


def expect_overlap(shared: int, words: int, other_words: int) -> float:
    """Return what `measure_overlap` may be expected to say of two texts, by their signatures and lengths alone.

    `shared` are the values that the signatures have in common: of all shingles of both texts, so many of 128 are in
    both. `expect_overlap(128, 300, 300) == 1`.
    """
    share = shared / (BANDS * _ROWS)
    return share / (1 + share) * (words + other_words) / max(min(words, other_words), 1)


def find_likely(one: Sketch, words: int, others: npt.NDArray[np.uint16], lengths: Sequence[int]) -> dict[int, float]:
    """Return which of other sketches share a band with one, and are of texts that may be copies of its text.

    Of each, by its index, what overlap `expect_overlap` lets expect: LEAST_EXPECTED or more.
    """
    # The two values of a band are compared as one number.
    near = np.flatnonzero((others.view(np.uint32) == one.view(np.uint32)).any(axis=(1, 2)))
    shared = np.count_nonzero(others[near] == one, axis=(1, 2))
    expected = {
        index: expect_overlap(count, words, lengths[index])
        for index, count in zip(near.tolist(), shared.tolist(), strict=True)
    }
    return {index: share for index, share in expected.items() if share >= LEAST_EXPECTED}


def _hash_shingles(words: Sequence[str]) -> list[int]:
    """Return the CRC-32 of every shingle's UTF-8, of one that comes again too.

    All shingles are slices of the words written once, which takes a third of the time of writing each.
    """
    written = " ".join(words).encode("utf-8", "surrogatepass")
    ends = list(accumulate(len(word) + 1 for word in written.split(b" ")))
    starts = [0, *ends[: -min(SHINGLE_WORDS, len(words))]]
    return [crc32(written[start : end - 1]) for start, end in zip(starts, ends[-len(starts) :], strict=True)]


def _draw_sketch(hashes: Sequence[int]) -> npt.NDArray[np.uint32]:
    """Return the MinHash of hashes: the least value of each permutation.

    A permutation multiplies and adds in 32 bits, after the finalizer of MurmurHash3 (A. Appleby, public domain) has
    spread the hashes: the values of datasketch's scheme `affine32`. Importing datasketch would import scipy and a
    client of Redis, 45 MB and most of a second for every process.
    """
    spread = np.array(hashes, dtype=np.uint32)
    spread ^= spread >> np.uint32(16)
    spread *= np.uint32(0x85EBCA6B)
    spread ^= spread >> np.uint32(13)
    spread *= np.uint32(0xC2B2AE35)
    spread ^= spread >> np.uint32(16)
    factors, terms = _draw_permutations()
    least: npt.NDArray[np.uint32] = (spread[:, None] * factors + terms).min(axis=0)
    return least


@cache
def _draw_permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Odd factors and terms. Seed and order of drawing are part of every signature in the index and never change."""
    draw = np.random.RandomState(1)
    factors = draw.randint(0, 1 << 31, BANDS * _ROWS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, BANDS * _ROWS, dtype=np.uint32)


def are_copies(one: Wording, other: Wording) -> bool:
    """Say whether two texts are versions of one text. Symmetric; depends on nothing but the two."""
    shorter, longer = sorted((len(one.words), len(other.words)))
    return shorter * MOST_TIMES_AS_LONG >= longer and measure_overlap(one, other) >= COPY_OVERLAP


def measure_overlap(one: Wording, other: Wording) -> float:
    """Return how much of the shorter text the longer one has, 0 to 1.

    The greater of two shares: of shingles (paragraphs may have moved) and of words in the same order (single
    words may have changed everywhere). Where shingles already say less than .1 or enough, they alone count.
    """
    least = min(len(one.shingles), len(other.shingles))
    if not least:
        return 0.0
    shared = len(one.shingles & other.shingles) / least
    lengths = sorted((len(one.words), len(other.words)))
    in_order = lengths[0] >= _LEAST_WORDS_IN_ORDER and lengths[1] <= _MOST_WORDS_IN_ORDER
    if shared >= COPY_OVERLAP or shared < _LEAST_SHARED or not in_order:
        return shared
    return max(shared, count_words_in_order(one.words, other.words) / lengths[0])


def count_words_in_order(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return the length of the longest sequence of words that both texts have in the same order.

    The bit-parallel algorithm of H. Hyyrö (Bit-parallel LCS-length computation revisited, 2004): one row of
    the table is one integer. `count_words_in_order(("یک", "دو", "سه"), ("یک", "سه")) == 2`.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    whole = (1 << len(one)) - 1
    row = whole
    for word in other:
        if at := places.get(word):
            matched = row & at
            row = (row + matched | row - matched) & whole
    return len(one) - row.bit_count()

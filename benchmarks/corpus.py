"""Folders of news-sized pages to measure with: real passages where they are, else our own sample pages, mixed."""

import gzip
import json
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]

#: Bytes of an average page of the real documents.
PAGE_BYTES: Final = 4_800

#: Words of a turn that is taken from a sentence.
TURN: Final = range(3, 7)


def read_paragraphs() -> dict[str, list[str]]:
    """Return paragraphs by language: of the retrieval sets beside the checkout, else of the sample pages."""
    sets = {"fa": "fa_pquad_val", "ar": "ar_arcd"}
    corpora = PROJECT.parent / "shared" / "corpora"
    if corpora.is_dir():
        return {language: list(_read_passages(corpora / name)) for language, name in sets.items()}
    pages: dict[str, list[str]] = {"fa": [], "ar": []}
    for file in sorted((PROJECT / "tests" / "seeds" / "expected").rglob("*.txt")):
        pages[file.name[:2]] += [line for line in file.read_text(encoding="utf-8").splitlines() if len(line) > 80]
    return pages


def _read_passages(folder: Path) -> Iterator[str]:
    with gzip.open(folder / "passages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield str(json.loads(line)["text"])


def write_pages(folder: Path, number: int, seed: int = 1) -> int:
    """Write `number` pages of about PAGE_BYTES bytes into `folder`; returns the bytes written.

    Sentences are put together of turns of a few words, so that pages share words and names as news does, but hardly
    ever a sentence: two of 50,000 are no more alike than two pages about different things.
    """
    choose = random.Random(seed)
    sentences = read_sentences()
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for place in range(number):
        language = ("fa", "ar")[place % 2]
        text = mix_sentences(choose, sentences[language])
        data = f"صفحه {place} {text[:60].strip()}\n\n{text}\n".encode()
        (folder / f"{language}-{place:06}.txt").write_bytes(data)
        written += len(data)
    return written


def read_sentences() -> dict[str, list[str]]:
    """Return the sentences of those paragraphs by language."""
    return {language: _split_sentences(paragraphs) for language, paragraphs in read_paragraphs().items()}


def _split_sentences(paragraphs: list[str]) -> list[str]:
    return [sentence.strip() for text in paragraphs for sentence in text.split(". ") if len(sentence) > 20]


def mix_sentences(choose: random.Random, sentences: list[str]) -> str:
    """Put turns of sentences together to paragraphs of five, PAGE_BYTES of them."""
    lengths = list(accumulate(map(len, sentences)))
    parts: list[str] = []
    size = 0
    while size < PAGE_BYTES:
        part = ". ".join(_mix_turns(choose, sentences, lengths) for _ in range(5)) + "."
        parts.append(part)
        size += len(part.encode()) + 1
    return "\n".join(parts)


def _mix_turns(choose: random.Random, sentences: list[str], lengths: list[int]) -> str:
    """Make a sentence of four turns, each so many neighbouring words of another sentence; long ones give more."""
    turns = []
    for sentence in choose.choices(sentences, cum_weights=lengths, k=4):
        words = sentence.split()
        length = choose.choice(TURN)
        start = choose.randrange(max(1, len(words) - length + 1))
        turns.append(" ".join(words[start : start + length]))
    return " ".join(turns)

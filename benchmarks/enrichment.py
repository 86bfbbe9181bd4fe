"""What each step and each enrichment costs a document, and how right copies and keyphrases are.

    python -m benchmarks.enrichment [FOLDER]

Costs are processor time on the sample pages. Copies are measured on written articles, and on the passages of the
retrieval sets in FOLDER (each a folder with `passages.jsonl.gz`, its name beginning with the language) if given.
"""

import argparse
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Final

from benchmarks.copies import Text, copy_articles, read_passages, write_articles
from benchmarks.finishing import finish, list_file
from benchmarks.keyphrases import is_near
from tasks.detect import detect
from tasks.document import File
from tasks.enrich import enrich
from tasks.enrich.copies import (
    LEAST_EXPECTED,
    are_copies,
    count_shared,
    expect_overlap,
    read_sketch,
    read_wording,
    sign,
)
from tasks.enrich.dates import find_dates
from tasks.enrich.differences import diff
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names
from tasks.enrich.published import find_published
from tasks.normalize import normalize
from tasks.read import read
from tasks.source import to_source

TESTS: Final = Path(__file__).resolve().parents[1] / "tests"

#: Every page is enriched so many times before the clock runs (tables are loaded, words remembered) and while it does.
_ROUNDS: Final = 5

#: What is measured: something done with the text of a page in a language.
Work = Callable[[str, str], object]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print three tables; without `arguments` those of the command line count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.enrichment", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args(arguments)
    pages = read_pages()
    print_costs(pages)
    print_keyphrases(pages)
    print_copies(asked.folder)


def read_pages() -> dict[str, str]:
    """The sample pages as a careful editor would cut them, by name."""
    folder = TESTS / "seeds" / "expected"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))
    }


def language_of(name: str) -> str:
    """The language of a sample page, which its name begins with."""
    return name.rpartition("/")[2][:2]


def print_costs(pages: dict[str, str]) -> None:
    """Print the mean and the highest cost of each step and of each enrichment, in milliseconds."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = {text: write_file(folder, f"{number}.txt", text) for number, text in enumerate(pages.values())}
        works = (
            list_steps(folder, files)
            | list_enrichments(pages)
            | {"whole document": lambda text, _: finish(folder, files[text])}
        )
        print(f"{'step':<18} {'ms a page':>10} {'highest':>10}")
        for label, work in works.items():
            costs = [measure(work, text, language_of(name)) for name, text in pages.items()]
            print(f"{label:<18} {sum(costs) / len(costs):>10.2f} {max(costs):>10.2f}")


def write_file(folder: Path, name: str, text: str) -> File:
    """Write a page into a folder; returns its entry of the folder's listing."""
    (folder / name).write_text(text, encoding="utf-8")
    return list_file(folder / name)


def list_steps(folder: Path, files: dict[str, File]) -> dict[str, Work]:
    """The steps of a file but for the index, enrichment as a whole among them."""
    seen = {text: read(folder, file) for text, file in files.items()}
    languages = {text: detect(page.text) for text, page in seen.items()}
    articles = {text: normalize(page.text, languages[text].code) for text, page in seen.items()}
    learnt = {text: enrich(page, languages[text], articles[text]) for text, page in seen.items()}
    return {
        "read": lambda text, _: read(folder, files[text]),
        "detect": lambda text, _: detect(text),
        "normalize": normalize,
        "enrich": lambda text, _: enrich(seen[text], languages[text], articles[text]),
        "document": lambda text, _: to_source(seen[text], languages[text], articles[text], learnt[text], "run", 1),
    }


def list_enrichments(pages: dict[str, str]) -> dict[str, Work]:
    """Each enrichment by itself, and what comparing two versions of a text costs."""
    names = {text: [mention.offset for mention in find_names(text, language_of(name))] for name, text in pages.items()}
    wordings = {text: read_wording(text) for text in pages.values()}
    edited = {text: text.replace(" در ", " به ").replace(" في ", " إلى ") for text in pages.values()}
    day = date(2024, 5, 1)
    return {
        "publication date": lambda text, language: find_published(text, language, day),
        "dates": lambda text, language: find_dates(text, language, day),
        "names": find_names,
        "keyphrases": lambda text, language: find_keyphrases(text, language, names[text]),
        "signature": lambda text, _: sign(text),
        "comparison": lambda text, _: are_copies(wordings[text], read_wording(edited[text])),
        "differences": lambda text, _: diff(text, edited[text]),
    }


def measure(work: Work, text: str, language: str) -> float:
    """Return the processor time of one call in milliseconds."""
    work(text, language)
    start = time.process_time()
    for _ in range(_ROUNDS):
        work(text, language)
    return (time.process_time() - start) / _ROUNDS * 1_000


def print_keyphrases(pages: dict[str, str]) -> None:
    """Print how many of ten phrases are among those marked by hand, with names given and without."""
    marked = tomllib.loads((TESTS / "enrich" / "keyphrases.toml").read_text(encoding="utf-8"))
    print(f"\n{'keyphrases':<18} {'with names':>10} {'without':>10}")
    for language in ("fa", "ar"):
        shares = []
        for with_names in (True, False):
            right = told = 0
            for name, phrases in marked.items():
                if language_of(name) == language:
                    names = [mention.offset for mention in find_names(pages[name], language)] if with_names else []
                    found = find_keyphrases(pages[name], language, names)
                    told += len(found)
                    right += sum(any(is_near(phrase, other) for other in phrases) for phrase in found)
            shares.append(right / told)
        print(f"{language:<18} {shares[0]:>10.2f} {shares[1]:>10.2f}")


def print_copies(folder: Path | None) -> None:
    """Print precision and recall of pairs in one story, and how many others a text is compared with."""
    print(f"\n{'copies':<18} {'texts':>6} {'precision':>10} {'recall':>10} {'compared':>10}")
    sets: dict[str, tuple[str, Sequence[Text]]] = {
        f"written {language}": (language, write_articles(language, 100)) for language in ("fa", "ar")
    }
    for place in sorted(folder.iterdir()) if folder else ():
        if (place / "passages.jsonl.gz").is_file():
            sets[place.name] = (place.name[:2], read_passages(place, 100))
    for label, (language, articles) in sets.items():
        texts = list(copy_articles(articles, language))
        stories, compared = join(texts)
        known = list_pairs([text.story for text in texts])
        told = list_pairs(stories)
        precision, recall = len(known & told) / len(told), len(known & told) / len(known)
        print(f"{label:<18} {len(texts):>6} {precision:>10.3f} {recall:>10.3f} {compared / len(texts):>10.1f}")


def join(texts: Sequence[Text]) -> tuple[list[int], int]:
    """Return the story of each text, as the index would join them, and how many pairs were compared."""
    written = [f"{text.title}\n\n{text.body}" for text in texts]
    signatures, wordings = [sign(text) for text in written], [read_wording(text) for text in written]
    sketches = [read_sketch(signature) for signature in signatures]
    bands: dict[str, list[int]] = defaultdict(list)
    for place, signature in enumerate(signatures):
        for band in signature:
            bands[band].append(place)
    near = {pair for places in bands.values() for pair in combinations(places, 2)}
    lengths = [len(wording.words) for wording in wordings]
    likely = [
        (one, other)
        for one, other in near
        if expect_overlap(count_shared(sketches[one], sketches[other]), lengths[one], lengths[other]) >= LEAST_EXPECTED
    ]
    stories = list(range(len(texts)))
    for one, other in likely:
        if are_copies(wordings[one], wordings[other]):
            first, second = sorted((stories[one], stories[other]))
            stories = [first if story == second else story for story in stories]
    return stories, len(likely)


def list_pairs(stories: Sequence[object]) -> set[tuple[int, int]]:
    """Return the places of the texts that share a story, two by two."""
    groups: dict[object, list[int]] = defaultdict(list)
    for place, story in enumerate(stories):
        groups[story].append(place)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


if __name__ == "__main__":
    main()

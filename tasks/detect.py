"""The language of a document and of its paragraphs: letters and words first, langdetect when they say little.

langdetect knows neither Pashto nor Central Kurdish and calls them Persian with great confidence, so it is asked
only about what letters and words leave open, and only among the languages that are plausible.
"""

import math
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.document import Language
from tasks.text.evidence import Evidence, add, posterior, weigh
from tasks.text.weights import CODES, FOREIGN, UNKNOWN, Scores

if TYPE_CHECKING:
    from langdetect.detector_factory import DetectorFactory

#: A paragraph has a language of its own from this probability on; a document below it is shown to langdetect.
DECIDED: Final = 0.8
#: Words are looked at in paragraphs that begin within so many characters, further on letters decide or nothing.
WORDS: Final = 1000
#: A language is named in `shares` from this share of the letters on.
SHARE: Final = 0.05

#: A line in Latin letters with fewer of them is page furniture (an address, the name of the site) in a document
#: that has lines in Arabic script.
FURNITURE: Final = 40

#: langdetect reads this many characters; foreign Latin text shorter than so many letters is not shown to it.
LANGDETECT_CHARACTERS: Final = 500
LANGDETECT_LETTERS: Final = 60
#: The languages in Arabic script that langdetect has profiles for, and what its answer adds to the score of one.
LANGDETECT_ARABIC: Final = ("fa", "ar", "ur")
LANGDETECT_WEIGHT: Final = 0.5
#: The languages in Latin script that may be named, and from which probability on, when English is ruled out.
LANGDETECT_LATIN: Final = (
    "af", "ca", "cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "nl",
    "no", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tl", "tr", "vi",
)  # fmt: skip
LANGDETECT_SURE: Final = 0.95
#: What such an answer is worth: langdetect is as sure when it is wrong.
LANGDETECT_LATIN_TRUST: Final = 0.9
#: Kurmanji has no profile and looks Turkish to langdetect, but never has these letters.
TURKISH_LETTERS: Final = frozenset("ığ")

_UNDETERMINED: Final = Language("und", 0.0)

_lock = threading.Lock()
_factory: "DetectorFactory | None" = None


def detect(text: str) -> Language:
    """Return the language of a document: the one most of its letters are in, paragraph by paragraph.

    `code` is `fa`, `ar`, `en`, `ur`, `ps`, `ckb`, `ug`, `azb`, `sd`, the code of another language in Latin script
    when langdetect is sure of one, or `und`. `confidence` is a probability, 0 for `und`. `shares` has the languages
    of at least 5 % of the letters with their share (0 to 1), largest first, and is empty for `und`. Total,
    deterministic, safe in any thread. `detect("وزیر خارجه به تهران رفت").code == "fa"`.
    """
    groups = _group(list(_split(text, WORDS)))
    if not groups:
        return _UNDETERMINED
    sizes = {key: sum(paragraph.evidence.letters for paragraph in group) for key, group in groups.items()}
    largest = max(sizes, key=lambda key: sizes[key])
    code, probability = _name(largest[0], groups[largest], text)
    if code == "und":
        return _UNDETERMINED
    total = sum(sizes.values())
    shares = {CODES[place]: size / total for (_, place), size in sizes.items() if CODES[place] != "und"}
    shares = {code: sizes[largest] / total} | {
        other: share
        for other, share in sorted(shares.items(), key=lambda item: -item[1])
        if other not in (code, CODES[largest[1]]) and share >= SHARE
    }
    return Language(
        code,
        round(probability * min(1.0, shares[code] + 0.3), 4),
        tuple((name, round(share, 4)) for name, share in shares.items()),
    )


def detect_paragraphs(text: str, fallback: str) -> tuple[tuple[int, int, str], ...]:
    r"""Return where each paragraph (line with anything but white space) begins and ends, and its language.

    Offsets are characters of `text`, without the white space around the paragraph. A paragraph with too little
    evidence of its own takes `fallback`, the language of the document. langdetect is not asked. Total.
    `detect_paragraphs("بحران\nقال الوزير إن الحرب انتهت", "fa") == ((0, 5, "fa"), (6, 31, "ar"))`.
    """
    return tuple(
        (paragraph.start, paragraph.end, fallback if (place := _decide(paragraph.evidence)) is None else CODES[place])
        for paragraph in _split(text)
    )


class _Paragraph(NamedTuple):
    start: int
    end: int
    evidence: Evidence


def _split(text: str, words: float = math.inf) -> Iterator[_Paragraph]:
    """Weigh the paragraphs of a text, the words only of those that begin in the first `words` characters."""
    offset = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = offset + len(line) - len(line.lstrip())
            yield _Paragraph(start, start + len(stripped), weigh(stripped, words=start < words))
        offset += len(line)


def _decide(evidence: Evidence) -> int | None:
    """Return the place of a paragraph's language in `CODES`, or None when there is too little evidence."""
    if not evidence.letters:
        return None
    place, probability = posterior(evidence.scores, evidence.script)
    return place if probability >= DECIDED or evidence.script == "other" else None


def _group(paragraphs: list[_Paragraph]) -> dict[tuple[str, int], list[_Paragraph]]:
    """Put the paragraphs together by script and language; those that say little go with the rest of their script."""
    groups: dict[tuple[str, int], list[_Paragraph]] = {}
    undecided: dict[str, list[_Paragraph]] = {}
    arabic = any(one.evidence.script == "arabic" for one in paragraphs)
    for paragraph in paragraphs:
        if arabic and paragraph.evidence.script == "latin" and paragraph.evidence.letters < FURNITURE:
            continue
        place = _decide(paragraph.evidence)
        if place is not None:
            groups.setdefault((paragraph.evidence.script, place), []).append(paragraph)
        elif paragraph.evidence.letters:
            undecided.setdefault(paragraph.evidence.script, []).append(paragraph)
    told = bool(groups)
    for script, group in undecided.items():
        known = [key for key in groups if key[0] == script]
        if known:
            largest = max(known, key=lambda key: sum(one.evidence.letters for one in groups[key]))
            groups[largest].extend(group)
        elif not told:
            place, _ = posterior(add(one.evidence.scores for one in group), script)
            groups[script, place] = group
    return groups


def _name(script: str, group: list[_Paragraph], text: str) -> tuple[str, float]:
    """Return the code and the probability of a group's language, after asking langdetect where it can help."""
    scores = add(paragraph.evidence.scores for paragraph in group)
    place, probability = posterior(scores, script)
    if script == "other" or (CODES[place] != "und" and probability >= DECIDED):
        return CODES[place], probability
    excerpt = "\n".join(text[one.start : min(one.end, one.start + LANGDETECT_CHARACTERS)] for one in group)
    excerpt = excerpt[:LANGDETECT_CHARACTERS]
    if script == "latin":
        return _name_latin(place, probability, scores, sum(one.evidence.letters for one in group), excerpt)
    if (place == UNKNOWN and scores[UNKNOWN] > 0.0) or CODES[place] not in (*LANGDETECT_ARABIC, "und"):
        return CODES[place], probability
    answer, sure = _ask_langdetect(excerpt, LANGDETECT_ARABIC)
    weighed = list(scores)
    if answer:
        weighed[CODES.index(answer)] += LANGDETECT_WEIGHT * sure
    place, probability = posterior(tuple(weighed), script)
    return CODES[place], probability


def _name_latin(place: int, probability: float, scores: Scores, letters: int, excerpt: str) -> tuple[str, float]:
    if letters < LANGDETECT_LETTERS:
        return CODES[place], probability
    foreign = scores[FOREIGN] > 0.0
    answer, sure = _ask_langdetect(excerpt, LANGDETECT_LATIN)
    if answer == "tr" and TURKISH_LETTERS.isdisjoint(excerpt):
        return "und", 0.0
    if sure >= LANGDETECT_SURE and (foreign or answer == "en"):
        return answer, LANGDETECT_LATIN_TRUST * sure
    return CODES[place], probability


def _ask_langdetect(text: str, plausible: Collection[str]) -> tuple[str, float]:
    """Return langdetect's likeliest language among the plausible and its probability, or "" and 0."""
    from langdetect.lang_detect_exception import LangDetectException

    detector = _load_langdetect().create()
    detector.set_prior_map(dict.fromkeys(plausible, 1.0))
    detector.append(text)
    try:
        answers = detector.get_probabilities()
    except LangDetectException:
        return "", 0.0  # nothing in the text that any profile knows
    return (str(answers[0].lang), min(1.0, float(answers[0].prob))) if answers else ("", 0.0)


def _load_langdetect() -> "DetectorFactory":
    """Return the loaded factory. langdetect's own `init_factory` has no lock and fails in concurrent threads."""
    global _factory
    if _factory is None:
        with _lock:
            if _factory is None:
                from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

                DetectorFactory.seed = 0
                factory = DetectorFactory()
                # Those that are asked for: all would take 30 MB more.
                profiles = (Path(PROFILES_DIRECTORY, name) for name in (*LANGDETECT_ARABIC, *LANGDETECT_LATIN))
                factory.load_json_profile([profile.read_text(encoding="utf-8") for profile in profiles])
                _factory = factory
    return _factory

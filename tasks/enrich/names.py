"""People, places and organizations in a text, under one id whichever language and spelling.

Listed entities are found by their spellings (`gazetteer.py`, `name_matching.py`), the longest first. An
adjective is not a mention: ایرانی and الروسية are left alone. A spelling that is also a word or another
entity's name counts only with evidence (`name_evidence.py`). People who are not listed are found by their
titles (`candidates.py`). A line in the other language (an Arabic paragraph on a Persian page) is read by that
language's spellings.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from tasks.document import EntityMention
from tasks.enrich.candidates import find_candidates
from tasks.enrich.entities import Spelling
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer
from tasks.enrich.name_evidence import Claim, Evidence
from tasks.enrich.name_matching import Clitics, Match, Matcher
from tasks.enrich.squeezed_text import SqueezedText, squeeze
from tasks.text.folding import fold
from tasks.text.tables import load_words

_OTHER: Final = {"fa": "ar", "ar": "fa"}
_PERSIAN_LETTERS: Final = frozenset("پچژگ")
#: So many more function words of the other language make a line that language's.
_LEAST_SIGNS: Final = 2


def find_names(text: str, language: str, gazetteer: Gazetteer | None = None) -> tuple[EntityMention, ...]:
    """Return the entities named in `text`, in order, none overlapping another; offsets count in `text`.

    `language` is the text's, `fa`, `ar` or another; labels are in it. Without a `gazetteer` the project's own
    is used. Total. `find_names("بوتين يزور طهران", "ar")` gives vladimir-putin and tehran.
    """
    return find_names_in(squeeze(text), language, gazetteer)


def find_names_in(page: SqueezedText, language: str, gazetteer: Gazetteer | None = None) -> tuple[EntityMention, ...]:
    """Return what `find_names` does, of a text that was squeezed before."""
    known = gazetteer or load_gazetteer()
    other_lines = _find_other_lines(page, language)
    matches = _match(known, page, language, other_lines)
    languages = (language, _OTHER[language]) if other_lines else (language,)
    evidence = Evidence(known, page, languages, matches)
    mentions = []
    for match in matches:
        entity_id, confidence = evidence.resolve(match)
        if entity_id:
            entity = known.entity(entity_id)
            start, end = page.offset(match.start, match.end)
            label = entity.label_in(language)
            mentions.append(
                EntityMention(entity_id, label, entity.kind, page.source[start:end], (start, end), confidence)
            )
    mentions += find_candidates(page, languages, known, mentions)
    return tuple(sorted(mentions, key=lambda mention: mention.offset))


def _match(
    gazetteer: Gazetteer, page: SqueezedText, language: str, other_lines: list[tuple[int, int]]
) -> list[Match[Claim]]:
    matches = _matcher(gazetteer, language).find(page)
    if other_lines:
        starts = [start for start, _ in other_lines]

        def lies_in_other(match: Match[Claim]) -> bool:
            line = bisect_left(starts, match.start + 1) - 1
            return line >= 0 and match.start < other_lines[line][1]

        others = _matcher(gazetteer, _OTHER[language]).find(page)
        matches = [match for match in matches if not lies_in_other(match)]
        matches += (match for match in others if lies_in_other(match))
        matches.sort(key=lambda match: match.start)
    return [match for match in matches if _is_written_as_name(match, page)]


@lru_cache(maxsize=16)
def _matcher(gazetteer: Gazetteer, language: str) -> Matcher[Claim]:
    languages = (language,) if language in _OTHER else tuple(_OTHER)
    others = [word for of in languages for word in load_words(of, "not_names.txt")]
    return Matcher(_list_claims(gazetteer, language), Clitics.of(language), others)


def _list_claims(gazetteer: Gazetteer, language: str) -> Iterator[tuple[str, Claim]]:
    """Yield the spellings of the language, the Latin ones, and the other language's for people if plain."""
    for entity in gazetteer:
        for written, spellings in entity.spellings.items():
            own = written in {language, "en"} or language not in _OTHER
            for spelling in spellings:
                if spelling.sought and (own or (entity.kind == "person" and _is_plain_anywhere(spelling))):
                    yield spelling.text, Claim(entity.id, spelling.sure, latin=written == "en")


def _is_plain_anywhere(spelling: Spelling) -> bool:
    """Tell whether a spelling is no word of the other language: a full name, or a letter Arabic lacks."""
    return spelling.sure and (" " in spelling.text or not _PERSIAN_LETTERS.isdisjoint(spelling.text))


def _is_written_as_name(match: Match[Claim], page: SqueezedText) -> bool:
    """Latin letters are a name only with a capital: `US`, not `us`."""
    return not all(claim.latin for claim in match.payloads) or page.source[page.origin(match.start)].isupper()


def _find_other_lines(page: SqueezedText, language: str) -> list[tuple[int, int]]:
    """Return where (in the squeezed text) the lines in the other of the two languages begin and end."""
    if language not in _OTHER:
        return []
    own, other = _function_words(language), _function_words(_OTHER[language])
    words = page.words
    if sum(map(other.__contains__, words)) < _LEAST_SIGNS:
        return []
    edges = [0, *(index for index, between in enumerate(page.between) if "\n" in between), len(words)]
    return [
        (page.starts[first], page.ends[end - 1])
        for first, end in pairwise(edges)
        if sum(map(other.__contains__, line := words[first:end])) - sum(map(own.__contains__, line)) >= _LEAST_SIGNS
    ]


@lru_cache(maxsize=2)
def _function_words(language: str) -> frozenset[str]:
    """Return the short words that only this one of the two languages has."""
    words = {of: {fold(word) for word in load_words(of, "function_words.txt")} for of in _OTHER}
    return frozenset(words[language] - words[_OTHER[language]])

"""What a spelling on a page stands for, when it could be a word or another entity as well.

Looked for in this order: vowel marks that tell two names apart (عُمان, عمّان); the page has the entity by a
sure spelling (حسن روحانی, then روحانی); the spelling is one entity's for sure; a title, or another person and «و»,
stands before a person's name (آقای روحانی, جان کری و ظریف); a place's sign before a place's (در مالی, في
السعودية); of two with one name the one whose country the page names most. Without any of these it is no mention.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from tasks.enrich.candidates import load_ends, load_given_names, load_titles
from tasks.enrich.gazetteer import Gazetteer
from tasks.enrich.name_matching import Clitics, Match, Matcher
from tasks.enrich.squeezed_text import SqueezedText
from tasks.text.characters import HARAKAT
from tasks.text.tables import load_words

#: How sure a mention is by what spoke for it.
BY_NAME: Final = 0.9
BY_SIGN: Final = 0.8
BY_COUNTRY: Final = 0.7

#: How many words may stand between a title and the name it is evidence for: الرئيس الإيراني رئيسي.
_TITLE_REACH: Final = 1

#: A title that is no office: after it a family name stands alone, السيد باول.
_HONORIFIC: Final = "honorific"

#: In and to, written to a name, say that it is a place's; so does لل, to the.
_PLACE_CLITICS: Final = frozenset("بل")
#: A shorter name with a letter before it is too often a word: لتدمر, to destroy.
_LEAST_AFTER_CLITIC: Final = 5
_AND: Final = "و"
_TO_THE: Final = "لل"
_ARTICLE: Final = "ال"
_MARKS: Final = frozenset(HARAKAT)
_INSIDE_SENTENCE: Final = frozenset("،, «»\"'()")


@dataclass(frozen=True, slots=True)
class Claim:
    """A spelling's claim to stand for an entity; `latin` when it is written in Latin letters."""

    entity_id: str
    sure: bool
    latin: bool = False


@lru_cache(maxsize=4)
def _place_signs(language: str) -> Matcher[str]:
    languages = (language,) if language in {"fa", "ar"} else ("fa", "ar")
    words = [word for of in languages for word in load_words(of, "place_signs.txt")]
    return Matcher(((word, word) for word in words), replace(Clitics.of(language), words=frozenset()))


class Evidence:
    """The names, titles and signs of one page, by which its matches are understood."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        page: SqueezedText,
        languages: Iterable[str],
        matches: Sequence[Match[Claim]],
    ) -> None:
        self._gazetteer = gazetteer
        self._page = page
        self._languages = tuple(languages)
        self._named: dict[str, list[int]] = {}
        sure: dict[str, list[Match[Claim]]] = {"person": [], "place": [], "organization": []}
        for match in matches:
            if len(match.payloads) == 1 and match.payloads[0].sure:
                claim = match.payloads[0]
                self._named.setdefault(claim.entity_id, []).append(match.start)
                sure[self._kind(claim)].append(match)
        self._place_ends = self._last_words(sure["place"])
        self._person_ends = self._last_words(sure["person"])
        self._countries = Counter[str]()
        for entity_id, places in self._named.items():
            self._countries[gazetteer.entity(entity_id).country] += len(places)
        del self._countries[""]
        self._title_ends: dict[int, str] | None = None
        self._sign_ends: set[int] | None = None

    def resolve(self, match: Match[Claim]) -> tuple[str, float]:
        """Return the id a match stands for and how sure that is (0 to 1); an empty id when it is no mention."""
        claims = match.payloads
        if len(claims) == 1 and claims[0].sure:
            return claims[0].entity_id, 1.0
        marked = self._find_marked(match)
        if marked:
            return marked, 1.0
        named = [
            claim.entity_id
            for claim in claims
            if claim.entity_id in self._named and (len(claims) > 1 or self._may_be_repeated(claim, match))
        ]
        if named:
            return max(named, key=lambda entity_id: self._nearness(entity_id, match.start)), BY_NAME
        sure = [claim.entity_id for claim in claims if claim.sure]
        if sure:
            return sure[0], 1.0
        people = [claim.entity_id for claim in claims if self._kind(claim) == "person"]
        if len(people) == 1 and self._is_introduced(match):
            return people[0], BY_SIGN
        places = [claim.entity_id for claim in claims if self._kind(claim) == "place"]
        if len(places) == 1 and self._follows_sign(match):
            return places[0], BY_SIGN
        return self._find_compatriot(claims) if len(claims) > 1 else ("", 0.0)

    def _find_marked(self, match: Match[Claim]) -> str:
        """Return the only entity that is spelt with just these vowel marks, if the page has marks: عُمان."""
        start, end = self._page.offset(match.start, match.end)
        written = self._page.source[start:end]
        if _MARKS.isdisjoint(written):
            return ""
        spelt = {c.entity_id for c in match.payloads if written in self._gazetteer.spellings(c.entity_id)}
        return spelt.pop() if len(spelt) == 1 else ""

    def _may_be_repeated(self, claim: Claim, match: Match[Claim]) -> bool:
        """Tell whether a word may stand for what the page named before.

        A place's name that is a word stays one on a page about the place (مالی, financial), and a letter before
        an organization's makes it a word: وفتح, and opened.
        """
        kind = self._kind(claim)
        return kind == "person" or (kind == "organization" and not match.clitic)

    def _kind(self, claim: Claim) -> str:
        return self._gazetteer.entity(claim.entity_id).kind

    def _nearness(self, entity_id: str, position: int) -> tuple[bool, int]:
        """Order by the last sure mention before a position; one that only comes later is worse."""
        places = self._named[entity_id]
        before = bisect_left(places, position)
        return (True, places[before - 1]) if before else (False, -places[0])

    def _find_compatriot(self, claims: Iterable[Claim]) -> tuple[str, float]:
        """Return the one whose country the page names most; people share their names too often for that."""
        named = {c.entity_id: self._countries[self._gazetteer.entity(c.entity_id).country] for c in claims}
        best = max(named, key=lambda entity_id: named[entity_id])
        is_person = self._gazetteer.entity(best).kind == "person"
        return (best, BY_COUNTRY) if named[best] and not is_person else ("", 0.0)

    def _is_introduced(self, match: Match[Claim]) -> bool:
        title = self._find_title(match)
        if title and title != _HONORIFIC and self._begins_name(match):
            return False
        return bool(title) or self._follows_person(match)

    def _begins_name(self, match: Match[Claim]) -> bool:
        """Tell whether a given name stands before another name: وزير الدفاع باول تشكريموف is not Powell."""
        page = self._page
        following = page.word_at(match.end - 1) + 1
        if page.text[match.start : match.end] not in load_given_names(self._gazetteer):
            return False
        if following >= len(page.words) or page.between[following]:
            return False
        word = page.word(following)
        return len(word) > 1 and word.isalpha() and not any(word in load_ends(of) for of in self._languages)

    def _find_title(self, match: Match[Claim]) -> str:
        """Return the role of the title before a name, empty if there is none."""
        if self._title_ends is None:
            titles = [title for of in self._languages for title in load_titles(of).find(self._page)]
            self._title_ends = {self._page.word_at(title.end - 1): title.payloads[0] for title in titles}
        word = self._page.word_at(match.start)
        if match.clitic or self._page.between[word]:
            return ""
        nearest = range(word - 1, word - 2 - _TITLE_REACH, -1)
        return next((self._title_ends[index] for index in nearest if index in self._title_ends), "")

    def _follows_person(self, match: Match[Claim]) -> bool:
        """Tell whether a name is joined by «و», a word or a letter, to a person before it."""
        word = self._page.word_at(match.start)
        if match.clitic == _AND:
            return not self._page.between[word] and word - 1 in self._person_ends
        joined = word > 1 and self._page.word(word - 1) == _AND and not any(self._page.between[word - 1 : word + 1])
        return joined and word - 2 in self._person_ends

    def _follows_sign(self, match: Match[Claim]) -> bool:
        if self._sign_ends is None:
            self._sign_ends = set().union(
                *(self._last_words(_place_signs(of).find(self._page)) for of in self._languages)
            )
        word = self._page.word_at(match.start)
        if self._page.text.startswith(_TO_THE, match.start):
            return True
        if match.clitic in _PLACE_CLITICS:
            return match.end - match.start >= _LEAST_AFTER_CLITIC
        if word == 0 or self._page.between[word]:
            # Nothing before it that an adjective could belong to.
            opens = word == 0 or not _INSIDE_SENTENCE.issuperset(self._page.between[word])
            return opens and not match.clitic and self._page.text.startswith(_ARTICLE, match.start)
        if match.clitic:
            return match.clitic == _AND and word - 1 in self._place_ends
        return word - 1 in self._sign_ends

    def _last_words(self, matches: Iterable[Match[Any]]) -> set[int]:
        return {self._page.word_at(match.end - 1) for match in matches}

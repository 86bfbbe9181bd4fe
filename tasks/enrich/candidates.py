"""People who are not listed, seen by a title and a name that begins with a given name.

«سخنگوی وزارت نیرو، علی رضایی», «وزير الصحة أحمد ناصر», «علی رضایی، سخنگوی وزارت نیرو». Such a person is a
candidate: the id is made of the name's consonants, so that pages in both languages meet under it.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from tasks.document import EntityMention
from tasks.enrich.entities import name_key
from tasks.enrich.gazetteer import Gazetteer
from tasks.enrich.name_matching import Clitics, Matcher
from tasks.enrich.skeleton import skeleton
from tasks.enrich.squeezed_text import SqueezedText
from tasks.text.folding import fold
from tasks.text.tables import load_rows, load_words

PREFIX: Final = "candidate:"
_TITLE_BEFORE: Final = 0.6
_TITLE_AFTER: Final = 0.5

#: Words between a title and the name: ministry, country, adjectives.
_LONGEST_COMPLEMENT: Final = 5
_LONGEST_NAME: Final = 5
_SHORTEST_GIVEN_NAME: Final = 2
_FAMILY_NAME_FIRST: Final = frozenset({"CN", "JP", "KP", "KR", "MM", "TW", "VN"})
_COMMAS: Final = frozenset({",", "،"})
#: Words that make the next one part of the name, and words that end a name of three.
_JOINING: Final = frozenset(
    map(fold, ("عبد", "أبو", "ابن", "بن", "بنت", "آل", "ولد", "أم", "دي", "فان", "فون", "دی", "ون"))
)
_LAST_PARTS: Final = frozenset(
    map(fold, ("زاده", "نژاد", "پور", "فر", "نیا", "خواه", "دوست", "راد", "الدین", "الله", "مقدم", "کیا", "منش"))
)


#: Words that end a given name of two words: صلاح الدين, عبد الله.
_GIVEN_ENDS: Final = frozenset({"الدین", "الله"})
#: A conjunction or preposition before the article: the next name or noun, not this name's end.
_OTHER_STARTS: Final = ("وال", "بال", "فال", "لل")


@lru_cache(maxsize=4)
def load_titles(language: str) -> Matcher[str]:
    """Return the titles of `fa` or `ar` (of both for another language), each with its role."""
    languages = (language,) if language in {"fa", "ar"} else ("fa", "ar")
    rows = [row for of in languages for row in load_rows(of, "titles.tsv")]
    return Matcher(((row[0], row[1]) for row in rows), replace(Clitics.of(language), words=frozenset()))


@lru_cache(maxsize=4)
def load_ends(language: str) -> frozenset[str]:
    """Return the words, folded, that are no part of a name and end one."""
    languages = (language,) if language in {"fa", "ar"} else ("fa", "ar")
    tables = ("name_ends.txt", "function_words.txt")
    words = {fold(word) for of in languages for table in tables for word in load_words(of, table)}
    return frozenset(words - _JOINING)


@lru_cache(maxsize=2)
def load_given_names(gazetteer: Gazetteer) -> frozenset[str]:
    """Return the given names of both tables and of the listed people, folded, without the honorifics."""
    listed = {name_key(name) for language in ("fa", "ar") for name in load_words(language, "given_names.txt")}
    for entity in gazetteer:
        if entity.kind == "person" and entity.country not in _FAMILY_NAME_FIRST:
            full = (text.partition(" ") for text in entity.list_spellings())
            listed.update(name_key(first) for first, space, _ in full if space)
    no_names = {name_key(row[0]) for language in ("fa", "ar") for row in load_rows(language, "titles.tsv")}
    no_names |= {name_key(word) for language in ("fa", "ar") for word in load_words(language, "not_names.txt")}
    return frozenset(name for name in listed - no_names if len(name) >= _SHORTEST_GIVEN_NAME)


def find_candidates(
    page: SqueezedText, languages: Iterable[str], gazetteer: Gazetteer, mentions: Iterable[EntityMention]
) -> list[EntityMention]:
    """Return the people that titles show and `mentions` do not have, in order, none overlapping a mention.

    `languages` are those of the page's lines.
    """
    return _Finder(page, tuple(languages), gazetteer, mentions).find()


class _Finder:
    """The words of one page, and which of them a name may take."""

    def __init__(
        self,
        page: SqueezedText,
        languages: tuple[str, ...],
        gazetteer: Gazetteer,
        mentions: Iterable[EntityMention],
    ) -> None:
        self._page = page
        self._titles = [title for language in languages for title in load_titles(language).find(page)]
        self._ends = frozenset().union(*map(load_ends, languages))
        self._given = load_given_names(gazetteer)
        self._taken: set[int] = set()
        self._people: set[int] = set()
        for mention in mentions:
            words = page.words_in(mention.offset)
            self._taken.update(words)
            if mention.kind == "person":
                self._people.update(words)

    def find(self) -> list[EntityMention]:
        found: list[EntityMention] = []
        for title in self._titles:
            if title.payloads[0] == "context":
                continue
            run = self._find_after(self._page.word_at(title.end - 1) + 1, title.payloads[0])
            confidence = _TITLE_BEFORE
            if run is None and title.payloads[0] == "office":
                run = self._find_before(self._page.word_at(title.start))
                confidence = _TITLE_AFTER
            if run is not None:
                mention = self._make_mention(run, confidence)
                if mention is not None:
                    found.append(mention)
        return sorted(found, key=lambda mention: mention.offset)

    def _find_after(self, word: int, role: str) -> tuple[int, int] | None:
        """Return the words of the name that follows a title, past the complement of an office."""
        page = self._page
        reach = 1 if role == "honorific" else _LONGEST_COMPLEMENT + 1
        for index in range(word, min(word + reach, len(page.starts))):
            separator = page.between[index].strip()
            if index in self._people or (separator and separator not in _COMMAS):
                return None
            run = self._extend(index)
            if run is not None:
                return run
            if page.word(index) in self._ends and index not in self._taken:
                return None
        return None

    def _find_before(self, word: int) -> tuple[int, int] | None:
        """Return the words of the name that ends at the comma before a title."""
        if self._page.between[word].strip() not in _COMMAS:
            return None
        for index in range(max(word - _LONGEST_NAME, 0), word - 1):
            run = self._extend(index)
            if run is not None and run[1] == word:
                return run
        return None

    def _extend(self, first: int) -> tuple[int, int] | None:
        """Return the words of the name that begins at `first` with a given name, if one does."""
        page = self._page
        if first in self._taken or page.word(first) in self._ends:
            return None
        end = first + 1
        if page.word(first) in _JOINING and self._may_take(end):
            end += 1
        if page.text[page.starts[first] : page.ends[end - 1]] not in self._given:
            return None
        if self._may_take(end) and page.word(end) in _GIVEN_ENDS:
            end += 1
        part = self._take_part(end)
        while part is not None and part - first <= _LONGEST_NAME:
            end = part
            goes_on = page.word(end - 1) in self._given or self._starts_part(end)
            part = self._take_part(end) if goes_on else None
        return (first, end) if page.word(end - 1) not in _GIVEN_ENDS and end - first > 1 else None

    def _take_part(self, index: int) -> int | None:
        """Return the end of the part of a name that begins at a word: بن سلمان is one part."""
        while self._may_take(index) and self._page.word(index) in _JOINING:
            index += 1
        return index + 1 if self._may_take(index) else None

    def _starts_part(self, index: int) -> bool:
        return self._may_take(index) and self._page.word(index) in _JOINING | _LAST_PARTS

    def _may_take(self, index: int) -> bool:
        page = self._page
        if index >= len(page.starts) or page.between[index] or index in self._taken:
            return False
        word = page.word(index)
        return len(word) > 1 and word.isalpha() and word not in self._ends and not word.startswith(_OTHER_STARTS)

    def _make_mention(self, run: tuple[int, int], confidence: float) -> EntityMention | None:
        start, end = self._page.offset(self._page.starts[run[0]], self._page.ends[run[1] - 1])
        text = self._page.source[start:end]
        consonants = skeleton(text)
        if not consonants or any(index in self._taken for index in range(*run)):
            return None
        self._taken.update(range(*run))
        self._people.update(range(*run))
        return EntityMention(PREFIX + consonants, text, "person", text, (start, end), confidence, "title")

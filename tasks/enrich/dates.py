"""Dates in Persian and Arabic text, in the Iranian, Gregorian and Hijri calendars.

The text is folded once and cut into tokens; a small grammar (`date_grammar`) reads the date expressions, and
the publication date gives them the years they lack. No library reads these texts, so libraries only convert.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tasks.document import DateMention
from tasks.enrich.date_grammar import Grammar, Phrase
from tasks.enrich.date_pairs import find_double, find_range
from tasks.enrich.date_text import Tokens, tokenize
from tasks.enrich.date_tokens import Moment
from tasks.enrich.date_values import Reading, find_value
from tasks.enrich.date_words import NEWLINE
from tasks.text.characters import HARAKAT, TATWEEL
from tasks.text.folding import Offsets, fold_with_offsets

_LANGUAGES: Final = ("fa", "ar")
#: «ثورة 25 يناير» names an event by a day; the year is not the nearest one.
_EVENT_CONFIDENCE: Final = 0.3

_WORD_ENDS: Final = frozenset("ء" + HARAKAT + TATWEEL)
_STOPS: Final = frozenset(".!?؟؛;" + NEWLINE)
#: As many tokens to each side as are looked at for the tense of a sentence.
_SENTENCE: Final = 30


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression in a text, not yet resolved: offsets in the text, and what is written there.

    `event` says that it names an event («ثورة 25 يناير»), `today` that the word today stands before it;
    `tense` is -1 in a sentence of the past, 1 of the future.
    """

    offset: tuple[int, int]
    spans: tuple[tuple[int, int], ...]
    moments: tuple[Moment, ...]
    relation: str
    event: bool = False
    today: bool = False
    tense: int = 0

    def move(self, by: int) -> "Expression":
        """Return the expression in a text that has so many characters more before it."""
        first, last = self.offset
        spans = tuple((start + by, end + by) for start, end in self.spans)
        return Expression(
            (first + by, last + by), spans, self.moments, self.relation, self.event, self.today, self.tense
        )


#: What was read in lines; those of a page are mostly those of the article cut from it.
Lines = dict[str, Sequence[Expression]]


def find_dates(
    text: str, language: str, published: date | None = None, known: Lines | None = None
) -> tuple[DateMention, ...]:
    """Find the dates a text names, in order, none overlapping; offsets count characters of `text`.

    `language` is `fa` or `ar`; for any other both are tried. A missing year is the one that brings the date
    nearest to `published`; without `published`, dates that need it are left out. `known` is as in
    `find_expressions`.
    `find_dates("دوم آذرماه", "fa", date(2015, 11, 13))[0].start == date(2015, 11, 23)`.
    """
    mentions: list[DateMention] = []
    for expression in find_expressions(text, language, known):
        for offset, reading in resolve(expression, published):
            if mentions and offset[0] < mentions[-1].offset[1]:
                continue
            mentions.append(_mention(text, offset, reading, expression.event))
    return tuple(mentions)


def _mention(text: str, offset: tuple[int, int], reading: Reading, event: bool) -> DateMention:
    return DateMention(
        text=text[offset[0] : offset[1]],
        offset=offset,
        calendar=reading.calendar,
        start=reading.start,
        end=reading.end,
        precision=reading.precision,
        confidence=min(reading.confidence, _EVENT_CONFIDENCE) if event else reading.confidence,
        method=reading.method,
    )


def find_expressions(text: str, language: str, known: Lines | None = None) -> list[Expression]:
    """Read the date expressions of a text, in order, whether or not they can be resolved.

    None goes over the end of a line. `known` are the lines that were read before, in the same language; those of
    this text are added.
    """
    known = {} if known is None else known
    found: list[Expression] = []
    start = 0
    for line in text.split("\n"):
        if line not in known:
            known[line] = _read_line(line, language)
        found += (expression.move(start) for expression in known[line])
        start += len(line) + 1
    return found


def _read_line(text: str, language: str) -> Sequence[Expression]:
    folded, offsets = fold_with_offsets(text)
    if language in _LANGUAGES:
        return list(_scan(text, folded, offsets, language))
    both = [expression for either in _LANGUAGES for expression in _scan(text, folded, offsets, either)]
    both.sort(key=lambda expression: (expression.offset[0], -expression.offset[1]))
    chosen: list[Expression] = []
    for expression in both:
        if not chosen or expression.offset[0] >= chosen[-1].offset[1]:
            chosen.append(expression)
    return chosen


def _scan(text: str, folded: str, offsets: Offsets, language: str) -> Iterator[Expression]:
    tokens = tokenize(folded, language)
    grammar = Grammar(tokens, language)

    def locate(first: int, end: int) -> tuple[int, int]:
        last = tokens[end - 1].end
        return offsets[tokens[first].start], _include_marks(text, offsets[last - 1] + 1, offsets[last])

    end = 0
    for index in tokens.begins:
        phrase = grammar.read_phrase(index) if index >= end else None
        if phrase is None:
            continue
        end = phrase.end
        if _is_name(grammar, index, phrase):
            continue
        moments = phrase.moments
        event = grammar.has(index - 1, "event") and moments[0].year is None
        tense = _find_tense(tokens, index, phrase.end) if moments[0].month else 0
        if tense:
            moments = tuple(replace(moment, leaning=tense) for moment in moments)
        spans = tuple(locate(*span) for span in phrase.spans)
        offset = (spans[0][0], locate(index, phrase.end)[1])
        before = tokens.meanings.get(index - 1)
        today = before is not None and before.relative == ("day", "0")
        yield Expression(offset, spans, moments, phrase.relation, event, today, tense)


def _include_marks(text: str, end: int, limit: int) -> int:
    """Take in the marks and the hamza that folding drops from a word's end, as in «الثلاثاء»."""
    while end < limit and text[end] in _WORD_ENDS:
        end += 1
    return end


def _find_tense(tokens: Tokens, first: int, end: int) -> int:
    """Return -1 when the words of the sentence speak of the past, 1 of the future, 0 when neither or both."""
    past = future = False
    for steps in (range(first - 1, max(first - _SENTENCE, -1), -1), range(end, min(end + _SENTENCE, len(tokens)))):
        for index in steps:
            if tokens.words[index] in _STOPS:
                break
            meaning = tokens.meanings.get(index)
            if meaning is not None:
                past = past or "past" in meaning.roles
                future = future or "future" in meaning.roles
    return future - past


def _is_name(grammar: Grammar, index: int, phrase: Phrase) -> bool:
    """Whether the words around make a name of the date: «میدان هفت تیر», «روسيا اليوم», «هر جمعه»."""
    first = phrase.moments[0]
    before = index - 1 - grammar.has(index - 1, "day")
    if phrase.moments[-1].year is None and (grammar.has(before, "place") or grammar.has(index - 1, "place")):
        return True
    if first.unit == "weekday":
        return grammar.has(before, "every") or grammar.has(index - 1, "every")
    if first.unit == "day" and first.amount is not None:
        following = grammar.at(phrase.end)
        ordinal = (
            following is not None and not following.digits and bool(following.meaning and following.meaning.number)
        )
        return grammar.has(index - 1, "medium") or grammar.has(phrase.end, "ordinal_day") or ordinal
    return False


def resolve(expression: Expression, published: date | None) -> list[tuple[tuple[int, int], Reading]]:
    """Return the readings of an expression with their offsets; none when it names no day."""
    moments, spans = expression.moments, expression.spans
    if expression.relation == "range":
        found = find_range(moments[0], moments[1], published)
        if found:
            return [(expression.offset, found)]
        # A range that cannot be one is two dates.
    elif expression.relation in ("double", "perhaps"):
        found = find_double(moments, published)
        if found and (expression.relation == "double" or not found.method.endswith("conflict")):
            return [(expression.offset, found)]
        if expression.relation == "double":
            return []
    single = len(moments) == 1
    readings = []
    for moment, span in zip(moments, spans, strict=True):
        value = find_value(moment, published)
        if value:
            readings.append((expression.offset if single else span, value))
    return readings

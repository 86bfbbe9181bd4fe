"""How dates stand together: ranges, and one date said twice in two calendars."""

from typing import Final, NamedTuple

from tasks.enrich.date_relative import RelativeReader
from tasks.enrich.date_tokens import COMMAS, DASHES, Moment, Read

_SPANS: Final = frozenset({"day", "month", "year"})


class Phrase(NamedTuple):
    """One date expression: its moments, each with the tokens it covers, and how they belong together.

    `relation` is single, list (several days of one month), range, double (said to be one date) or perhaps
    (one date if the calendars agree, else several).
    """

    moments: tuple[Moment, ...]
    spans: tuple[tuple[int, int], ...]
    end: int
    relation: str


class Grammar(RelativeReader):
    """Reads the date expressions of one text."""

    def read_phrase(self, index: int) -> Phrase | None:
        """Read the longest date expression that begins at a token."""
        first = self.read(index)
        if first is None:
            return None
        if len(first.moments) > 1:
            relation = "range" if first.relation == "range" else "list"
            moments = (first.moments[0], first.moments[-1]) if relation == "range" else first.moments
            spans = (*first.spans[:-1], (first.spans[-1][0], first.end))
            return Phrase(moments, (spans[0], spans[-1]) if relation == "range" else spans, first.end, relation)
        return self._read_double(index, first) or self._read_range(index, first) or (
            Phrase(first.moments, ((index, first.end),), first.end, "single")
        )  # fmt: skip

    def _read_double(self, index: int, first: Read) -> Phrase | None:
        """Read the same day in further calendars: «30 آذر / 20 دسامبر», «12 صفر 1439 الموافق 1 نوفمبر 2017»."""
        if not _is_day(first.moments[0]):
            return None
        moments, spans, end = [first.moments[0]], [(index, first.end)], first.end
        asserted = True
        while True:
            start, sure, opened = self._equal_sign(end, paired=len(moments) > 1)
            found = self.read(start) if start > end else None
            if found is None or len(found.moments) > 1 or not _is_day(found.moments[0]):
                break
            if found.moments[0].calendar in {moment.calendar for moment in moments}:
                break
            asserted = asserted and sure
            end = found.end + (opened and self.word(found.end) == ")")
            moments.append(found.moments[0])
            spans.append((start, found.end))
        if len(moments) == 1:
            return None
        return Phrase(tuple(moments), tuple(spans), end, "double" if asserted else "perhaps")

    def _equal_sign(self, end: int, *, paired: bool) -> tuple[int, bool, bool]:
        """Return where a second calendar may begin, whether the text says it is the same day, and a bracket."""
        start, sure, opened = end, False, False
        if self.word(start) in COMMAS or self.word(start) == "|" or (paired and self.has(start, "and")):
            start += 1
        if self.word(start) == "(":
            start, sure, opened = start + 1, True, True
        if self.word(start) in DASHES or self.word(start) in ("/", "="):
            start, sure = start + 1, True
        if self.has(start, "equals"):
            start, sure = start + 1, True
        if start > end:
            start += self.has(start, "of")
            start += self.has(start, "day")
        return start, sure, opened

    def _read_range(self, index: int, first: Read) -> Phrase | None:
        """Read «از ۲۵ خرداد تا ۳ تیر», «بين 13 مايو و5 يونيو», «مايو - يوليو 2017»."""
        moment, end = first.moments[0], first.end
        if moment.unit not in _SPANS or moment.amount is not None:
            return None
        opener = (
            index - 1 - (self.has(index - 1, "day") or self.has(index - 1, "month") or self.has(index - 1, "months"))
        )
        between = self.has(opener, "between") or self.has(index - 1, "months") or moment.unit == "month"
        dashed = self.word(end) in DASHES
        if not (self.has(end, "to") or dashed or (between and self.has(end, "and"))):
            return None
        start = end + 1
        start += self.has(start, "of")
        start += self.has(start, "day") or self.has(start, "month")
        token = self.at(start)
        found = self.read(start) if token and token.begins else None
        if found is None or len(found.moments) > 1:
            return None
        last = found.moments[0]
        if last.unit not in _SPANS or last.amount is not None or last.calendar != moment.calendar:
            return None
        if (dashed or between) and last.unit != moment.unit:
            return None
        listed = self.has(end, "and") and moment.unit == "month" and not self.has(opener, "between")
        if listed and (last.weak or moment.year is not None or last.month != moment.month + 1):
            return None
        return Phrase((moment, last), ((index, end), (start, found.end)), found.end, "range")


def _is_day(moment: Moment) -> bool:
    return moment.unit == "day" and moment.amount is None

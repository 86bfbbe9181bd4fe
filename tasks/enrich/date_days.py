"""Days, with their month and year, as they are written: «۲۵ و ۲۶ مهر», «13 أكتوبر/ تشرين الأول 2017», 1396/08/10."""

from dataclasses import replace
from itertools import pairwise
from typing import Final, NamedTuple

from tasks.enrich.calendars import JALALI, YEARS
from tasks.enrich.date_numeric import NumericReader
from tasks.enrich.date_tokens import COMMAS, DASHES, Moment, Read
from tasks.enrich.date_words import Month

#: A longer list of numbers before a month is no list of days.
_MOST_DAYS: Final = 7
#: Other words that a month's letters spell, with the word behind them.
_OTHER_WORDS: Final = frozenset(
    {("دی", "وی"), ("تیر", "شلیک"), ("تیر", "خلاص"), ("تیر", "هوایی"), ("تیر", "جنگی"), ("تیر", "مشقی"),
     ("مهر", "تایید"), ("دی", "ان"), ("دی", "ال")}
)  # fmt: skip


class _Day(NamedTuple):
    """A day of a list: its number, how it is written (digits, `ordinal`, `words`), and the tokens it takes."""

    value: int
    kind: str
    weekday: int | None
    span: tuple[int, int]


class YearRead(NamedTuple):
    """A year that was read behind a month, in whatever way it was said."""

    end: int
    year: int | None = None
    short: bool = False
    shift: int | None = None
    direction: int | None = None
    calendar: str = ""


def plausible(calendar: str, year: int) -> bool:
    """Whether a number may be a year of a calendar."""
    low, high = YEARS[calendar]
    return low <= year <= high


class DayReader(NumericReader):
    """Reads days, months and the years behind them."""

    # -- days and months ---------------------------------------------------------------------------

    def read_days(self, index: int) -> Read | None:
        """Read the day or days before a month, and the year after it."""
        before = self.meanings.get(index - 1)
        if before and (before.unit == "week" or "part" in before.roles or "decade" in before.roles):
            return None  # «هفته اول خرداد», «نیمه دوم مهر»
        found = self._day_list(index)
        if found is None:
            return None
        days, ranged, index = found
        sign = self.word(index) if self.word(index) in ("/", *DASHES) else ""
        month = self._month(index + 1 if sign else index + self._skip_of(index))
        if month is None:
            return None
        name, conflict, end = month
        if not self._admits(days, name, index, end):
            return None
        if sign and self.word(end) == sign:
            end += 1
        elif sign:
            return None
        year = self.year(end, name.calendar, day=True)
        moments = tuple(
            Moment("day", year.calendar or name.calendar, year.year, name.number, day.value, day.weekday,
                   short_year=year.short, shift=year.shift, direction=year.direction, conflict=conflict)
            for day in days
        )  # fmt: skip
        opener = days[0].span[0] - 1
        opener -= self.has(opener, "day")
        ranged = ranged or (len(days) == 2 and self.has(opener, "between"))
        relation = "single" if len(days) == 1 else "range" if ranged else "list"
        return Read(moments, year.end, relation, tuple(day.span for day in days))

    def _day_list(self, index: int) -> tuple[list[_Day], bool, int] | None:
        """Read «۲۵», «دوم», «۲۵ و ۲۶», «شنبه ۲۵ تا دوشنبه ۲۷»: the days, whether a range, the index after."""
        days: list[_Day] = []
        ranged, weekday, end = False, None, index
        while len(days) < _MOST_DAYS:
            number = self.number(index)
            if number is None or not 1 <= number[0] <= 31 or number[2].startswith("00"):
                break
            end = number[1] + self.has(number[1], "suffix")
            days.append(_Day(number[0], number[2], weekday, (index, end)))
            connector = self.word(end)
            if self.has(end, "to") or connector in DASHES:
                if len(days) > 1:
                    break
                ranged = True
            elif not (self.has(end, "and") or connector in COMMAS):
                break
            index = end + 1
            if self.has(index, "and"):
                index += 1
            meaning = self.meanings.get(index)
            weekday = meaning.weekday if meaning else None
            index += weekday is not None
        if not days:
            return None
        if len(days) == 1:
            ranged = False
        elif ranged:
            ranged = days[0].value < days[-1].value
        else:
            ranged = all(later.value == day.value + 1 for day, later in pairwise(days))
        return days, ranged, end

    def _skip_of(self, index: int) -> int:
        """Count the words between a day and its month: «الأول من شهر مايو», «دوم ماه مهر»."""
        start = index
        if self.has(index, "of"):
            index += 1
        if self.has(index, "month"):
            index += 1
        return index - start

    def _month(self, index: int) -> tuple[Month, bool, int] | None:
        """Read a month, said twice perhaps («تشرين الأول/أكتوبر»): the month, a conflict, the index after."""
        meaning = self.meanings.get(index)
        name = meaning.month if meaning else None
        if name is None:
            return None
        if index in self.tokens.month_words:
            name = replace(name, evidence="none")
        end = index + 1
        if self.has(end, "month"):
            name, end = replace(name, evidence="none"), end + 1
        beside = self.meanings.get(end)
        second = beside.month if beside else None
        if (
            second
            and second.number == name.number
            and second.family != name.family
            and second.calendar == name.calendar
        ):
            return replace(name, evidence="none"), False, end + 1
        sign = self.word(end)
        other = self.meanings.get(end + 1)
        second = other.month if other else None
        if second is None or sign not in ("/", "(", "-", "–") or second.calendar != name.calendar:
            return name, False, end
        same = second.number == name.number
        if not same and (sign in DASHES or second.family == name.family):
            return name, False, end
        closed = self.word(end + 2) == ")" if sign == "(" else False
        return replace(name, evidence="none"), not same, end + 2 + closed

    def _admits(self, days: list[_Day], name: Month, month: int, end: int) -> bool:
        """Whether day and month are evidence enough: not «سه تیر», «۵ می رود», «۱ دی وی دی»."""
        kinds = {day.kind for day in days}
        if name.evidence == "year":
            year = self.year(end, name.calendar, day=True)
            return year.year is not None and not year.short
        if self.language == "ar" or name.evidence == "none":
            return True
        if "words" in kinds and name.evidence == "day":
            return self.year(end, name.calendar, day=True).year is not None
        return not self._is_other_word(month, end)

    def _is_other_word(self, month: int, end: int) -> bool:
        following = self.word(end)
        if self.words[month] == "می":
            return len(following) > 2 and following[-1] in "دمی" and not self.has(end, "of")
        return (self.words[month], following) in _OTHER_WORDS

    def read_month(self, index: int) -> Read | None:
        """Read a month without a day, or with the day behind it («نوفمبر 13, 2017»)."""
        month = self._month(index)
        if month is None:
            return None
        name, conflict, end = month
        behind = self._day_behind(name, end)
        if behind:
            return behind
        year = self.year(end, name.calendar, day=False)
        evident = (
            name.evidence == "none" or year.year is not None or year.shift is not None
            or year.direction is not None or self.has(index - 1, "month") or self.has(index - 1, "months")
            or self.has(index - 1, "part") or (name.evidence == "in" and self.has(index - 1, "in"))
        )  # fmt: skip
        if name.evidence == "year" and (year.year is None or year.short):
            return None
        moment = Moment("month", year.calendar or name.calendar, year.year, name.number, short_year=year.short,
                        shift=year.shift, direction=year.direction, conflict=conflict, weak=not evident)  # fmt: skip
        return Read((moment,), year.end)

    def _day_behind(self, name: Month, end: int) -> Read | None:
        day = self.number(end)
        if day is None or not day[2].isdigit() or len(day[2]) > 2 or not 1 <= day[0] <= 31:
            return None
        comma = self.word(day[1]) in COMMAS
        if not comma and name.family != "english":
            return None
        year = self.number(day[1] + comma)
        if (
            year is None
            or len(year[2]) != 4
            or not plausible(name.calendar, year[0])
            or self.counts(year[1], long=True)
        ):
            return None
        return Read((Moment("day", name.calendar, year[0], name.number, day[0]),), year[1])

    # -- years -------------------------------------------------------------------------------------

    def year(self, index: int, calendar: str, *, day: bool) -> YearRead:
        """Read the year after a month: a number, or «الماضي», «سال گذشته»; nothing read ends at `index`."""
        start = index
        comma = self.word(index) in COMMAS
        index += comma
        if self.has(index, "of"):
            index += 1
        meaning = self.meanings.get(index)
        if meaning is None and not self.digits(index):
            return YearRead(start)
        if meaning and meaning.relative and meaning.relative[0] == "year":
            return YearRead(index + 1, shift=int(meaning.relative[1]))
        if meaning and meaning.direction is not None and index == start:
            found = self._year_number(index + 1, calendar, worded=False, day=day)
            return found or YearRead(index + 1, direction=meaning.direction)
        worded = self.has(index, "year")
        found = self._year_number(index + worded, calendar, worded=worded, day=day)
        if found is None or (comma and (found.short or not day)):
            return YearRead(start)
        return found

    def _year_number(self, index: int, calendar: str, *, worded: bool, day: bool) -> YearRead | None:
        number = self.number(index)
        if number is None or self.counts(number[1], long=len(number[2]) > 2):
            return None
        value, end, text = number
        following = self.meanings.get(end)
        if following and following.month and not worded:
            return None
        if len(text) == 2 and text.isdigit():
            fits = worded or (calendar == JALALI and (value >= 50 or (text[0] == "0" and day)))
            era, after = self.era(end)
            return YearRead(after, value, short=True, calendar=era) if fits else None
        if text.isdigit() and len(text) != 4:
            return None
        era, after = self.era(end)
        if not plausible(era or calendar, value):
            return None
        return YearRead(after, value, calendar=era)

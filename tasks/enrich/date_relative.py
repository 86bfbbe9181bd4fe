"""Parts of a time and times counted from publication: «اواخر سپتامبر», «أمس الثلاثاء», «دو هفته پیش»."""

from dataclasses import replace
from typing import Final

from tasks.enrich.date_periods import PeriodReader
from tasks.enrich.date_tokens import COMMAS, DASHES, Moment, Read

#: How far back or ahead a counted time may lie: beyond it, «۲۵۰۰ سال پیش» is history, not news.
_MOST: Final = {"day": 366, "week": 60, "month": 60, "year": 100}
#: What ends a Persian phrase of a week, a month or a year gone by, and may carry a number before it.
_AGO: Final = frozenset({"پیش", "قبل"})


class RelativeReader(PeriodReader):
    """Reads any one moment."""

    def read(self, index: int) -> Read | None:
        """Read the moment that begins at a token, with its weekday if it has one."""
        meaning = self.meanings.get(index)
        if self.digits(index) or (meaning and meaning.number):
            return (
                self.read_numeric(index) or self.read_days(index) or self._read_counted(index)
                or self.read_bare_year(index)
            )  # fmt: skip
        if meaning is None:
            return None
        if meaning.weekday is not None:
            return self._read_weekday(index)
        return (
            self.read_month(index) or self.read_season(index) or self.read_years(index)
            or self.read_decade(index) or self._read_part(index) or self._read_relative(index)
            or self._read_ago(index)
        )  # fmt: skip

    def _read_part(self, index: int) -> Read | None:
        """Read «اواخر سپتامبر», «منتصف عام 2015», «اوایل دهه ۷۰»: a third of what follows."""
        token = self.tokens[index]
        part = token.meaning.roles.get("part", "") if token.meaning else ""
        start = index + 1
        if not part or (part == "late" and self.has(index - 1, "before")):
            return None
        if self.has(start, "month") and self.at(start + 1):
            start += 1
        following = self.at(start)
        if following is None or not following.begins or following.digits or following.has("part"):
            return None
        found = self.read(start)
        if (
            found is None
            or len(found.moments) != 1
            or found.moments[0].unit not in ("month", "season", "year", "decade")
        ):
            return None
        return Read((replace(found.moments[0], part=part, weak=False),), found.end)

    def _read_relative(self, index: int) -> Read | None:
        """Read «دیروز», «هفته گذشته», «الشهر الماضي»; with a weekday, «أمس الثلاثاء» is one day."""
        meaning = self.meanings.get(index)
        if meaning is None or meaning.relative is None:
            return None
        unit, amount = meaning.relative[0], int(meaning.relative[1])
        if unit != "day":
            era, end = self.era(index + 1)
            moment = Moment(unit, era or self.default, amount=amount)
            # «دو سال گذشته» is a length of time.
            return None if self.is_number(index - 1) else Read((moment,), end)
        opened = self.word(index + 1) in ("(", *COMMAS)
        token = self.at(index + 1 + opened)
        weekday = token.meaning.weekday if token and token.meaning else None
        if token and token.begins and self._is_full_day(index + 1 + opened):
            return None
        if weekday is None:
            return Read((Moment("day", self.default, amount=amount),), index + 1)
        end = index + 2 + opened
        end += self.word(index + 1) == "(" and self.word(end) == ")"
        return Read((Moment("day", self.default, amount=amount, weekday=weekday),), end)

    def _is_full_day(self, index: int) -> bool:
        """Whether a day of a month follows, which then says more than «اليوم» before it."""
        token = self.tokens[index]
        if not (token.digits or (token.meaning and (token.meaning.number or token.meaning.weekday is not None))):
            return False
        found = self.read(index)
        return found is not None and found.moments[0].unit == "day" and found.moments[0].amount is None

    def _read_counted(self, index: int) -> Read | None:
        """Read «دو هفته پیش», «ده روز دیگر»: a number, a unit, a direction."""
        number = self.number(index)
        if number is None or number[2] == "ordinal" or self.has(index - 1, "and"):
            return None
        value, end, _ = number
        meaning, further = self.meanings.get(end), self.meanings.get(end + 1)
        if meaning is None:
            return None
        if meaning.relative and self.words[end].split()[-1] in _AGO:
            return self._counted(meaning.relative[0], -value, end + 1)
        if meaning.unit and further and further.ago and self.language == "fa":
            return self._counted(meaning.unit, value * further.ago, end + 2)
        return None

    def _read_ago(self, index: int) -> Read | None:
        """Read the Arabic «قبل ثلاثة أيام», «منذ أسبوعين», «قبل شهر»; not «منذ عام 2015»."""
        meaning = self.meanings.get(index)
        if meaning is None or not meaning.ago or self.language != "ar":
            return None
        number = self.number(index + 1)
        end = number[1] if number else index + 1
        token = self.at(end)
        if token is None or token.meaning is None:
            return None
        unit = token.meaning
        if number:
            return self._counted(unit.unit, meaning.ago * number[0], end + 1) if unit.unit else None
        following = self.at(end + 1)
        if unit.dual:
            return self._counted(unit.dual, meaning.ago * 2, end + 1)
        if unit.one and not (following and (following.begins or following.digits)):
            return self._counted(unit.one, meaning.ago, end + 1)
        return None

    def _counted(self, unit: str, amount: int, end: int) -> Read | None:
        if not 0 < abs(amount) <= _MOST[unit]:
            return None
        return Read((Moment(unit, self.default, amount=amount),), end)

    def _read_weekday(self, index: int) -> Read | None:
        """Read a weekday and the date it stands by, or the weekday alone: «الثلاثاء الماضي», «جمعه هفته گذشته»."""
        meaning = self.meanings.get(index)
        if meaning is None or meaning.weekday is None:
            return None
        end, direction = index + 1, None
        following = self.at(end)
        if following and following.meaning and following.meaning.direction is not None:
            direction, end = following.meaning.direction, end + 1
        dated = self._read_weekdays(index, end) or self._dated(end)
        if dated:
            first = replace(dated.moments[0], weekday=meaning.weekday)
            spans = ((index, dated.spans[0][1]), *dated.spans[1:]) if dated.spans else ()
            return Read((first, *dated.moments[1:]), dated.end, dated.relation, spans)
        if meaning.weekday_evidence == "date" or self.has(end, "nickname") or self.has(index - 1, "friday"):
            return None
        moment = Moment("weekday", self.default, weekday=meaning.weekday, direction=direction)
        following = self.at(end)
        if following and following.meaning and following.meaning.relative and following.meaning.relative[0] == "week":
            moment = replace(moment, amount=int(following.meaning.relative[1]))
            end += 1
        named = meaning.weekday_evidence == "none" or direction is not None or moment.amount is not None
        evident = named or self.has(index - 1, "day") or self.has(index - 1, "of")
        return Read((replace(moment, weak=not evident),), end)

    def _read_weekdays(self, index: int, end: int) -> Read | None:
        """Read several weekdays before as many days: «الثلاثاء والأربعاء 7 و8 يناير»."""
        weekdays = [index]
        while len(weekdays) < 7 and (self.has(end, "and") or self.word(end) in COMMAS):
            token = self.at(end + 1)
            if token is None or token.meaning is None or token.meaning.weekday is None:
                break
            weekdays.append(end + 1)
            end += 2
        dated = self._dated(end) if len(weekdays) > 1 else None
        if dated is None or len(dated.moments) != len(weekdays):
            return None
        meanings = [self.tokens[at].meaning for at in weekdays]
        moments = [
            replace(moment, weekday=meaning.weekday)
            for moment, meaning in zip(dated.moments, meanings, strict=True)
            if meaning
        ]
        return dated._replace(moments=tuple(moments))

    def _dated(self, end: int) -> Read | None:
        """Read the date behind a weekday, past a comma, a bracket or «الموافق»."""
        start = end
        opened = self.word(end) == "("
        end += opened or self.word(end) in COMMAS or self.word(end) in DASHES
        for role in ("equals", "of", "day"):
            end += self.has(end, role)
        token = self.at(end)
        if token is None or not (token.digits or (token.meaning and token.meaning.number)):
            return None
        found = self.read_numeric(end) or self.read_days(end)
        if found is None or (end > start and found.relation == "list"):
            return None
        closed = opened and self.word(found.end) == ")"
        return found._replace(end=found.end + closed)

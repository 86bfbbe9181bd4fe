"""Longer times: «سال ۱۳۹۶», «بين عامي 2014 و2018», «تابستان ۱۴۰۳», «دهه ۷۰», «التسعينيات»."""

from dataclasses import replace

from tasks.enrich.calendars import GREGORIAN, HIJRI, JALALI
from tasks.enrich.date_days import DayReader
from tasks.enrich.date_tokens import COMMAS, DASHES, Moment, Read


class PeriodReader(DayReader):
    """Reads years, seasons and decades."""

    def read_years(self, index: int) -> Read | None:
        """Read «سال ۱۳۹۶», «عام 2015», «عامي 2014 و2015», «سال‌های ۲۰۱۰ تا ۲۰۱۵»."""
        if not (self.has(index, "year") or self.has(index, "years")):
            return None
        named, first = self.era(index + 1)
        found = self._year_list(index, first, counted=self.is_number(index - 1))
        if found is None:
            return None
        moments, spans, ranged = found
        if named:
            moments = [replace(moment, calendar=named) for moment in moments]
        between = self.has(index - 1, "between") or self.has(index, "years")
        years = [moment.year or 0 for moment in moments]
        if (between and len(years) == 2) or (len(years) > 2 and years == list(range(years[0], years[-1] + 1))):
            ranged = True
        relation = "single" if len(moments) == 1 else "range" if ranged else "list"
        return Read(tuple(moments), spans[-1][1], relation, tuple(spans))

    def is_number(self, index: int) -> bool:
        """Whether the token at an index is a number or part of one."""
        meaning = self.meanings.get(index)
        return self.digits(index) or (meaning is not None and meaning.number)

    def _year_list(
        self, index: int, first: int, *, counted: bool
    ) -> tuple[list[Moment], list[tuple[int, int]], bool] | None:
        """Read the years from `first` on, all written with as many digits; whether a range joins them."""
        moments: list[Moment] = []
        spans: list[tuple[int, int]] = []
        start, ranged, length, era = first, False, 0, ""
        while (number := self.number(start)) is not None:
            value, after, text = number
            moment = self._year_moment(text, value)
            if moment is None or self.counts(after, long=len(text) > 2) or (counted and len(text) == 2):
                break
            if moments and (len(text) != length or moment.calendar != moments[0].calendar):
                break
            era, end = self.era(after)
            length = len(text)
            spans.append((start if moments else index, end))
            moments.append(moment)
            ranged = ranged or (start > first and (self.has(start - 1, "to") or self.word(start - 1) in DASHES))
            if not (self.has(end, "to") or self.has(end, "and") or self.word(end) in (*DASHES, *COMMAS)):
                break
            start = end + 1
        if era:
            moments = [replace(moment, calendar=era) for moment in moments]
        return (moments, spans, ranged) if moments else None

    def read_bare_year(self, index: int) -> Read | None:
        """Read a year without the word year where nothing else is meant: «منذ 2011.», «۲۰۱۵ میلادی», «2018م»."""
        number = self.number(index)
        if number is None or len(number[2]) != 4 or not number[2].isdigit():
            return None
        value, end, text = number
        moment = self._year_moment(text, value)
        era, after = self.era(end)
        following = self.at(after)
        ended = following is None or not following.word[0].isalnum()
        if moment is None or not ended or self.counts(after) or self.word(after) in (*DASHES, "/"):
            return None
        if era:
            return Read((replace(moment, calendar=era),), after)
        return Read((moment,), after) if self.has(index - 1, "since") and value >= 1300 else None

    def _year_moment(self, text: str, value: int) -> Moment | None:
        """Return the year a number behind the word year means, in the calendar its size tells."""
        if text.isdigit() and len(text) == 2:
            return Moment("year", self.default, value, short_year=True)
        if text.isdigit() and len(text) != 4:
            return None
        if 1800 <= value <= 2150:
            return Moment("year", GREGORIAN, value)
        if self.language == "fa" and 1200 <= value <= 1499:
            return Moment("year", JALALI, value)
        if self.language == "ar" and 1343 <= value <= 1500:
            return Moment("year", HIJRI, value)
        return Moment("year", GREGORIAN, value) if 1000 <= value <= 1799 else None

    def read_season(self, index: int) -> Read | None:
        """Read a season whose year is named: «تابستان ۱۴۰۳», «الصيف الماضي»; «الربيع العربي» is none."""
        meaning = self.meanings.get(index)
        if meaning is None or meaning.season is None:
            return None
        for calendar in dict.fromkeys((self.default, GREGORIAN)):
            year = self.year(index + 1, calendar, day=False)
            if year.year is not None or year.shift is not None or year.direction is not None:
                moment = Moment("season", year.calendar or calendar, year.year, meaning.season,
                                short_year=year.short, shift=year.shift, direction=year.direction)  # fmt: skip
                return Read((moment,), year.end)
        return None

    def read_decade(self, index: int) -> Read | None:
        """Read «دهه ۷۰», «دهه هفتاد میلادی», «تسعينيات القرن الماضي»; not the age of a man in his sixties."""
        token = self.tokens[index]
        roles = token.meaning.roles if token.meaning else {}
        if "decade" in roles and self.has(index + 1, "decade_name"):
            index += 1
            roles = self.tokens[index].meaning.roles  # type: ignore[union-attr]  # has() saw the meaning
        if "decade_name" in roles:
            if self.word(index + 1) == "من" and "عمر" in self.word(index + 2):
                return None
            tens, end = int(roles["decade_name"]), index + 1
            calendar, century = GREGORIAN, 1900
        elif "decade" in roles or "decades" in roles:
            number = self.number(index + 1)
            if number is None or number[2] == "ordinal" or number[0] % 10 or self.counts(number[1]):
                return None
            era, end = self.era(number[1])
            tens, calendar = number[0], era or self.default
            if tens >= 100:
                moment = self._year_moment(number[2], tens)
                return Read((replace(moment, unit="decade"),), end) if moment else None
            if "decades" in roles and (self.has(end, "and") or self.has(end, "to")):
                return self._read_decades(index, end)
            century = 1300 if calendar == JALALI else 1900 if tens >= 30 else 2000
        else:
            return None
        if not 10 <= tens <= 90:
            return None
        if self.has(end, "last_century"):
            century, calendar = int(self.tokens[end].meaning.roles["last_century"]), GREGORIAN  # type: ignore[union-attr]  # has() saw the meaning
            end += 1
        return Read((Moment("decade", calendar, century + tens),), end)

    def _read_decades(self, index: int, end: int) -> Read | None:
        """Read «دهه‌های ۶۰ و ۷۰»: both ends in the calendar named last."""
        first, last = self.number(index + 1), self.number(end + 1)
        if first is None or last is None or last[0] % 10 or not 10 <= first[0] < last[0] <= 90:
            return None
        era, after = self.era(last[1])
        calendar = era or self.default
        century = 1300 if calendar == JALALI else 1900
        moments = tuple(Moment("decade", calendar, century + tens) for tens in (first[0], last[0]))
        return Read(moments, after, "range", ((index, end), (end + 1, after)))

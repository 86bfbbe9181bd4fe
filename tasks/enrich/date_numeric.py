"""Dates in digits alone: 1396/08/10, ۱۰/۸/۹۶, 2017-11-01, 12.02.1439."""

from tasks.enrich.calendars import GREGORIAN, HIJRI, JALALI
from tasks.enrich.date_tokens import Moment, Read, TokenReader


def _order_numbers(texts: list[str], sign: str, language: str) -> tuple[int, int, int, bool] | None:
    """Tell year, month and day of three numbers by their lengths; True when the year has two digits."""
    lengths = tuple(map(len, texts))
    if max(lengths) > 4:
        return None
    first, second, third = map(int, texts)
    if lengths[0] == 4 and max(lengths[1:]) <= 2:
        return first, second, third, False
    if lengths[2] == 4 and max(lengths[:2]) <= 2:
        return (third, first, second, False) if second > 12 else (third, second, first, False)
    if sign != "/" or lengths[0] > 2 or lengths[1] > 2 or lengths[2] > 2:
        return None
    if language == "fa" and lengths[0] == 2 and third <= 31 and (first > 31 or first < 10):
        return first, second, third, True
    if lengths[2] == 2:
        return third, second, first, True
    return None


class NumericReader(TokenReader):
    """Reads dates written in digits; the year's size and length tell the order and the calendar."""

    def read_numeric(self, index: int) -> Read | None:
        """Read 1396/08/10, 1-11-2017, 10.8.1396 and, with slashes only, two-digit years."""
        if not (self.digits(index) and self.digits(index + 2) and self.digits(index + 4)):
            return None
        sign = self.words[index + 1]
        if sign != self.words[index + 3] or sign not in "/-.–" or not self._stands_alone(index, index + 4):
            return None
        texts = self.words[index : index + 5 : 2]
        end = index + 5
        era, after = self.era(end)
        found = _order_numbers(texts, sign, self.language)
        if found is None:
            return None
        year, month, day, short = found
        calendar = era or self._numeric_calendar(year, short)
        if not calendar or not 1 <= month <= 12 or not 1 <= day <= 31:
            return None
        moment = Moment(
            "day", calendar, year, month, day, short_year=short, numeric=not era and not short
        )  # fmt: skip
        return Read((moment,), after)

    def _stands_alone(self, first: int, last: int) -> bool:
        before, after = self.at(first - 1), self.at(last + 1)
        if (
            before
            and before.end == self.tokens[first].start
            and (before.word in "/-.:_=@#" or (before.word.isascii() and before.word.isalnum()))
        ):
            return False
        touching = after is not None and after.start == self.tokens[last].end
        if not touching or after is None:
            return True
        further = self.at(last + 2)
        if after.word in "/-–_:=@" or (after.word == "." and further is not None and further.digits):
            return further is None or further.start != after.end
        return not (after.word.isascii() and after.word.isalnum()) or after.word == "t"

    def _numeric_calendar(self, year: int, short: bool) -> str:
        if short:
            return self.default
        if 1800 <= year <= 2150:
            return GREGORIAN
        if self.language == "fa":
            return JALALI if 1250 <= year <= 1499 else ""
        return HIJRI if 1300 <= year <= 1500 else ""

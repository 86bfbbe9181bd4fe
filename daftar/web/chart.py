"""The histogram over time: where its bars stand, and the words under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from daftar.search.facets import Bar
from daftar.web.dates import write_both, write_short, write_year
from daftar.web.interface import Interface
from daftar.web.parameters import Asked

#: The drawing's own units: a bar's width with its gap, the gap, and the height of all.
STEP: Final = 12
GAP: Final = 2
HEIGHT: Final = 64

#: The largest share of the drawing that one bar fills: a few bars are no wider than those of many.
_WIDEST: Final = 0.04
#: A bar of one document among thousands is still to be seen.
_LOWEST: Final = 2
_YEAR: Final = 366


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: its place and size in the drawing, the words for it, and the address that chooses its days.

    `reach` is where the part of the drawing begins that belongs to it.
    """

    reach: int
    x: float
    y: int
    height: int
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars, and what stands under the axis: pairs of the two calendars, first to last."""

    columns: list[Column]
    bar: float
    width: int
    ticks: list[tuple[str, str]]


def draw_chart(bars: Sequence[Bar], asked: Asked, interface: Interface) -> Chart | None:
    """Draw the bars; None when there is nothing to compare."""
    if not bars or (len(bars) == 1 and bars[0].start == bars[0].end):
        return None
    highest = max(bar.count for bar in bars) or 1
    width = len(bars) * STEP
    thickness = min(float(STEP - GAP), round(width * _WIDEST, 2))
    columns = []
    for place, bar in enumerate(bars):
        height = max(round(bar.count / highest * HEIGHT), _LOWEST) if bar.count else 0
        columns.append(
            Column(
                reach=place * STEP,
                x=round(place * STEP + (STEP - thickness) / 2, 2),
                y=HEIGHT - height,
                height=height,
                label=_describe(bar, interface),
                url=asked.narrow(start=bar.start, end=bar.end).url(),
                count=bar.count,
            )
        )
    return Chart(columns, thickness, width, _mark_axis(bars, interface))


def _describe(bar: Bar, interface: Interface) -> str:
    count = interface.count("documents", bar.count)
    start, end = write_short(bar.start, interface), write_short(bar.end, interface)
    if bar.start == bar.end:
        return interface.say("bar.day", start=start, count=count)
    return interface.say("bar", start=start, end=end, count=count)


def _mark_axis(bars: Sequence[Bar], interface: Interface) -> list[tuple[str, str]]:
    """Return the first, the middle and the last day; only years where years are shown."""
    first, last = bars[0].start, bars[-1].end
    if (last - first).days > 3 * _YEAR:
        days = [first, bars[len(bars) // 2].start, bars[-1].start] if len(bars) > 4 else [first, bars[-1].start]
        return [write_year(day, interface) for day in days]
    return [write_both(day, interface) for day in (first, last)]

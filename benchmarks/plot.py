"""A bar for each number of files and each way, as an SVG: how what a file costs grows with their number."""

from collections.abc import Mapping, Sequence
from typing import Final

_LEFT: Final = 150
_WIDTH: Final = 420
_BAR: Final = 16
_GROUP_GAP: Final = 14
_COLOURS: Final = ("#5b7aa8", "#c2733d")


def draw(groups: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Return the drawing; each group has the same names with their values, all in `unit`."""
    names = list(next(iter(groups.values())))
    most = max(value for group in groups.values() for value in group.values())
    rows: list[str] = []
    y = 24
    for label, group in groups.items():
        middle = y + len(group) * _BAR / 2
        rows.append(_write(_LEFT - 10, middle + 4, label, "end"))
        for colour, value in zip(_COLOURS, group.values(), strict=False):
            width = round(value / most * _WIDTH, 1)
            rows.append(f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_BAR - 2}" fill="{colour}"/>')
            rows.append(_write(_LEFT + width + 6, y + 11, f"{value:.1f}", "start"))
            y += _BAR
        y += _GROUP_GAP
    rows += _draw_legend(names, unit)
    size = f'viewBox="0 0 {_LEFT + _WIDTH + 60} {y}" width="{_LEFT + _WIDTH + 60}" height="{y}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *rows,
        "</svg>\n",
    ])  # fmt: skip


def _draw_legend(names: Sequence[str], unit: str) -> list[str]:
    legend = []
    for place, (name, colour) in enumerate(zip(names, _COLOURS, strict=False)):
        x = _LEFT + place * 200
        legend.append(f'<rect x="{x}" y="6" width="10" height="10" fill="{colour}"/>')
        legend.append(_write(x + 16, 15, f"{name}, {unit}", "start"))
    return legend


def _write(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#222222">{text}</text>'

"""Curves over logarithmic axes as SVG: what grows tenfold is as wide everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 440, 300  # of one panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 62, 88, 44, 46
COLOURS = ("#0072b2", "#c04a00", "#00785a", "#8a4b9e")
INK, PALE = "#222222", "#dddddd"
STEP = 15  # pixels between two names
UNITS = {
    2: "100 s", 1: "10 s", 0: "1 s", -1: "100 ms", -2: "10 ms", -3: "1 ms",
    -4: "100 µs", -5: "10 µs", -6: "1 µs",
}  # fmt: skip

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One picture: seconds over what grows, a curve a model."""

    title: str
    over: str
    curves: dict[str, Points]


def svg(panels: list[Panel], note: str) -> str:
    """Return the panels as the text of an SVG file, two side by side."""
    rows = -(-len(panels) // 2)
    width, height = 2 * WIDTH, rows * HEIGHT + 28
    body = [
        f'<g transform="translate({i % 2 * WIDTH},{i // 2 * HEIGHT})">{_panel(p)}</g>'
        for i, p in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="13">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n'
        + "\n".join(body)
        + f"\n{_words(LEFT, height - 10, note, size=12)}\n</svg>\n"
    )


def _panel(panel: Panel) -> str:
    across = _Axis([x for c in panel.curves.values() for x, _ in c], LEFT,
                   WIDTH - RIGHT)  # fmt: skip
    up = _Axis([y for c in panel.curves.values() for _, y in c], HEIGHT - BOTTOM, TOP)
    parts = [_words(LEFT, TOP - 18, panel.title, weight="bold")]
    powers = [10.0**power for power in across.powers()]
    measured = {x for points in panel.curves.values() for x, _ in points}
    for number in powers if len(powers) > 1 else sorted(measured):
        x = across(number)
        parts.append(_line([(x, TOP), (x, HEIGHT - BOTTOM)], PALE, 1))
        words = f"{number:,.0f}"
        parts.append(_words(x, HEIGHT - BOTTOM + 17, words, anchor="middle"))
    for power in up.powers():
        y = up(10.0**power)
        parts.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], PALE, 1))
        parts.append(_words(LEFT - 7, y + 4, UNITS[power], anchor="end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_words(middle, HEIGHT - BOTTOM + 35, panel.over, anchor="middle"))
    ends = {name: up(points[-1][1]) for name, points in panel.curves.items()}
    places = _apart(ends)
    for (name, points), colour in zip(panel.curves.items(), COLOURS, strict=False):
        parts.append(_line([(across(x), up(y)) for x, y in points], colour, 2))
        x = across(points[-1][0]) + 6
        parts.append(_words(x, places[name] + 4, name, colour))
    return "\n".join(parts)


class _Axis:
    """Pixels of a number, over whole powers of ten or nearly so."""

    def __init__(self, numbers: list[float], start: float, end: float) -> None:
        self._low, self._high = log10(min(numbers)) - 0.05, log10(max(numbers)) + 0.05
        self._start, self._end = start, end

    def __call__(self, number: float) -> float:
        share = (log10(number) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def powers(self) -> range:
        """Return the powers of ten inside."""
        return range(int(-(-self._low // 1)), int(self._high // 1) + 1)


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Return the names' places, moved down where one would cover another."""
    places: dict[str, float] = {}
    for name in sorted(ends, key=ends.__getitem__):
        above = max(places.values(), default=-STEP)
        places[name] = max(ends[name], above + STEP)
    return places


def _line(points: Points, colour: str, width: float) -> str:
    data = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{data}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linejoin="round"/>'
    )


def _words(
    x: float, y: float, text: str, colour: str = INK, *, anchor: str = "start",
    weight: str = "normal", size: int = 13,
) -> str:  # fmt: skip
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}" font-size="{size}">{escape(text)}</text>'
    )

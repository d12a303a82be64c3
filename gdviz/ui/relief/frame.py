"""The box around the surface: floor, two walls, ticks with numbers, names of axes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from gdviz.ui import style as look
from gdviz.ui.relief.camera import TALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.ui.marks.heat import Shades
    from gdviz.ui.relief.camera import Projection
    from gdviz.ui.relief.terrain import Terrain
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

LOSS = "loss"
_FONT = 12  # pixels
_APART, _ABOVE = 44.0, 26.0  # points between two numbers, beside and over each other
_TICK, _GAP, _NAME = 5.0, 8.0, 30.0  # points from an edge: tick, number, name
_CORNER = 13.0  # points from a corner where two edges have their numbers
_LONGEST = 170.0  # points: a longer name is cut
_STEPS = np.array([1.0, 2.0, 2.5, 5.0, 10.0])


@dataclass(frozen=True, eq=False)
class Edge:
    """An edge of the box that bears numbers.

    Attributes
    ----------
    ends : ndarray of shape (2, 3)
        Places of its two ends, the lower values first.
    values : ndarray of shape (k,)
        What stands beside it.
    shares : ndarray of shape (k,)
        Where, from 0 to 1.
    """

    name: str
    ends: Array
    values: Array
    shares: Array

    @property
    def ticks(self) -> Array:
        """Places (k, 3) of its numbers."""
        return self.ends[0] + self.shares[:, None] * (self.ends[1] - self.ends[0])


def edges(
    terrain: Terrain, projection: Projection, labels: tuple[str, str]
) -> list[Edge]:
    """Return the near edge of the floor for each axis, and the leftmost upright one."""
    region, (wide, deep) = terrain.region, terrain.half
    sine, cosine = projection.heading
    front = -deep if cosine >= 0 else deep
    side = -wide if sine >= 0 else wide
    across = np.array([[-wide, front, 0.0], [wide, front, 0.0]])
    up = np.array([[side, -deep, 0.0], [side, deep, 0.0]])
    corners = np.array([(x, y, 0.0) for x in (-wide, wide) for y in (-deep, deep)])
    left = corners[projection.seen(corners)[:, 0].argmin()]
    upright = np.stack([left, left + np.array([0.0, 0.0, TALL])])
    made = [
        _straight(labels[0], across, (region.left, region.right), projection),
        _straight(labels[1], up, (region.bottom, region.top), projection),
    ]
    if _length(upright, projection) > _ABOVE:
        made.append(_upright(terrain, upright, projection))
    return [edge for edge in made if _length(edge.ends, projection) > _APART / 2]


def paint(
    painter: QPainter,
    terrain: Terrain,
    projection: Projection,
    labels: tuple[str, str],
    style: Style,
) -> None:
    """Paint floor and walls, and write at the edges."""
    told = edges(terrain, projection, labels)
    painter.setPen(look.pen(style.edge, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ends = projection.seen(lines(terrain, projection, told))[:, :2].reshape(-1, 4)
    painter.drawLines([QLineF(*line) for line in ends.tolist()])
    write(painter, told, projection, style)


def lines(terrain: Terrain, projection: Projection, told: list[Edge]) -> Array:
    """Return both ends, one after the other, of the lines of floor and walls."""
    return np.concatenate(list(_lines(terrain, projection, told)))


def write(
    painter: QPainter, told: list[Edge], projection: Projection, style: Style
) -> None:
    """Write numbers and names at the edges."""
    painter.setFont(look.font(_FONT))
    middle = projection.seen(np.array([[0.0, 0.0, TALL / 2]]))[0, :2]
    for edge in told:
        _write(painter, edge, projection, middle, style)


def ticks(low: float, high: float, most: int) -> Array:
    """Return round numbers from low to high, at most so many."""
    if not (np.isfinite([low, high]).all() and high > low) or most < 1:
        return np.empty(0)
    least = (high - low) / max(most, 1)
    power = 10.0 ** np.floor(np.log10(least))
    step = float((_STEPS * power)[_STEPS * power >= least * (1 - 1e-9)][0])
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return np.arange(first, last + 1) * step if last - first < 100 else np.empty(0)


def written(values: Array) -> list[str]:
    """Return numbers in as few digits as tell them apart."""
    values = values + 0.0  # no -0
    for digits in range(1, 8):
        texts = [f"{value:.{digits}g}" for value in values]
        close = np.abs(np.array([float(t) for t in texts]) - values)
        if close.max(initial=0.0) <= 1e-9 * np.abs(values).max(initial=0.0):
            break
    return [_plain(text, value) for text, value in zip(texts, values, strict=True)]


def _plain(text: str, value: float) -> str:
    """Return 4e+02 as 400, 1e+06 as 1e6, and a true minus."""
    if "e" in text and 1e-3 <= abs(value) < 1e5:
        text = f"{value:.6g}"
    text = text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−")


def _length(ends: Array, projection: Projection) -> float:
    seen = projection.seen(ends)[:, :2]
    return float(np.hypot(*(seen[1] - seen[0])))


def _straight(
    name: str, ends: Array, span: tuple[float, float], projection: Projection
) -> Edge:
    most = int(_length(ends, projection) / _APART)
    values = ticks(*span, most)
    shares = (values - span[0]) / (span[1] - span[0])
    clear = np.abs(shares - 0.5) < 0.5 - _CORNER / _length(ends, projection)
    return Edge(name, ends, values[clear], shares[clear])


def _upright(terrain: Terrain, ends: Array, projection: Projection) -> Edge:
    """Return the edge of the losses."""
    count = int(_length(ends, projection) / _ABOVE)
    scale = terrain.scale
    values = ticks(scale.low, scale.high, count)
    if scale.power != 1.0:
        values = _spread(scale, count)
    return Edge(LOSS, ends, values, scale.shade(values))


def _spread(scale: Shades, count: int) -> Array:
    """Return round losses at heights far enough from each other to be read."""
    largest = max(abs(scale.low), abs(scale.high))
    powers = 10.0 ** np.arange(-4, 1) * 10.0 ** np.floor(np.log10(largest))
    round_ = np.outer(powers, [1.0, 2.0, 5.0]).ravel()
    every = np.unique(np.concatenate([-round_, [0.0], round_]))
    every = every[(every >= scale.low) & (every <= scale.high)]
    kept, free = list[float](), 0.0
    for value, height in zip(every.tolist(), scale.shade(every).tolist(), strict=True):
        if height >= free:
            kept.append(value)
            free = height + 1 / max(count, 1)
    return np.array(kept)


def _lines(
    terrain: Terrain, projection: Projection, told: list[Edge]
) -> Iterator[Array]:
    """Yield the lines of the floor's rim, and of both far walls with their grid."""
    wide, deep = terrain.half
    sine, cosine = projection.heading
    back, far = (deep if cosine >= 0 else -deep), (wide if sine >= 0 else -wide)
    floor = [(-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep), (-wide, -deep)]
    rims = [0.0]
    if any(edge.name == LOSS for edge in told):
        rims += [float(z) for z in told[-1].ticks[:, 2]] + [TALL]
    for a, b in pairwise(floor):
        behind = a[1] == b[1] == back or a[0] == b[0] == far
        for z in rims if behind else rims[:1]:
            yield np.array([(*a, z), (*b, z)])
    for x, y in ((far, back), (far, -back), (-far, back)):
        yield np.array([(x, y, 0.0), (x, y, TALL)])


def _write(
    painter: QPainter, edge: Edge, projection: Projection, middle: Array, style: Style
) -> None:
    """Write numbers and a name on the side of an edge that faces away."""
    ends = projection.seen(edge.ends)[:, :2]
    away = _away(ends, middle)
    painter.setPen(QColor(style.muted))
    places = projection.seen(edge.ticks)[:, :2]
    for text, at in zip(written(edge.values), places, strict=True):
        painter.drawLine(QPointF(*at), QPointF(*(at + _TICK * away)))
        _text(painter, text, at + _GAP * away, away)
    painter.setPen(QColor(style.text))
    name = QFontMetricsF(painter.font()).elidedText(
        edge.name, Qt.TextElideMode.ElideRight, _LONGEST
    )
    if edge.name == LOSS:
        _text(painter, name, ends[1] + np.array([0.0, -_GAP]), np.array([0.0, -1.0]))
    else:
        _text(painter, name, ends.mean(axis=0) + _NAME * away, away)


def _away(ends: Array, middle: Array) -> Array:
    """Return the direction across an edge that leads away from the middle."""
    along = (ends[1] - ends[0]) / max(float(np.hypot(*(ends[1] - ends[0]))), 1e-9)
    away = np.array([-along[1], along[0]])
    return -away if away @ (ends.mean(axis=0) - middle) < 0 else away


def _text(painter: QPainter, text: str, at: Array, away: Array) -> None:
    """Write a text that begins at a point and lies away from it."""
    metrics = QFontMetricsF(painter.font())
    width, height = metrics.horizontalAdvance(text), metrics.height()
    centre = at + away * [width / 2, height / 2]
    room = QRectF(centre[0] - width / 2, centre[1] - height / 2, width + 1, height)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

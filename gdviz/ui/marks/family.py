"""A family of curves over one parameter: each example's, their mean, that of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt

from gdviz.ui import style as look
from gdviz.ui.marks.curve import Curve
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPen

    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

FEW = 4  # so many curves are told apart by their dashes
WIDE = 8  # so many are drawn wide, each by itself: a wide path of all would be slow
_SPANS = 8  # heights of the plot: what is farther off is cut there
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (1.5, 2.5), (8, 2.5, 1.5, 2.5))


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn of the curves.

    Attributes
    ----------
    grid : ndarray of shape (g,)
    examples : ndarray of shape (s, g)
        NaN for the chosen one.
    dashes : ndarray of shape (s,)
        Which dash each of them has.
    faint : ndarray of shape (m, g)
        Of those examples that are still to come.
    chosen : ndarray of shape (g,) or None
    place : int
        Of the chosen example in the batch; -1 if it is not there.
    dash : int
        Of the chosen example.
    mean, full : ndarrays of shape (g,) or None
    """

    grid: Array
    examples: Array
    dashes: NDArray[np.int64]
    faint: Array
    chosen: Array | None
    place: int
    dash: int
    mean: Array | None
    full: Array | None

    @property
    def count(self) -> int:
        """Number of examples, those still to come included."""
        return len(self.examples) + len(self.faint)


class Family:
    """The curves: one item for many, or one for each of a few."""

    def __init__(self) -> None:
        self.faint, self.lines = _curve(), [_curve() for _ in range(WIDE)]
        self.mean, self.full, self.chosen = _curve(), _curve(), _curve()
        self.items = (self.faint, self.mean, self.full, *self.lines, self.chosen)

    def show(self, shown: Shown, style: Style, chart: Any) -> None:
        """Draw these; what is far below or above the view is cut off."""
        low, high = chart.box.viewRange()[1]
        far, ratio = _SPANS * (high - low), chart.devicePixelRatioF()
        ends, grid = np.array([low - far, high + far]), shown.grid
        for line, curves, pen in (
            (self.faint, shown.faint, faint_pen(style)),
            (self.mean, _one(shown.mean), mean_pen(style)),
            (self.full, _one(shown.full), full_pen(style)),
            (self.chosen, _one(shown.chosen), chosen_pen(style, shown.dash)),
            *self._examples(shown, style),
        ):
            _set(line, grid, curves.clip(*ends), _scaled(pen, ratio))

    def clear(self) -> None:
        """Draw nothing."""
        for item in self.items:
            item.setData([], [])

    def _examples(self, shown: Shown, style: Style) -> list[tuple[Any, Array, QPen]]:
        """Return which curves each item draws, and with which pen."""
        many = shown.count > WIDE
        parts = [shown.examples] if many else list(shown.examples[:, None])
        parts += [np.empty((0, 0))] * (WIDE - len(parts))
        dashes = [*shown.dashes.tolist(), *[0] * WIDE]
        return [
            (line, part, example_pen(style, dash, shown.count))
            for line, part, dash in zip(self.lines, parts, dashes, strict=False)
        ]


def dashes(rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return which dash each of these of `n` examples has.

    Of few examples each keeps its own; of more, the few in a batch are told apart by
    the order of their rows; in a larger batch all are drawn through.
    """
    if len(rows) > FEW:
        return np.zeros(len(rows), dtype=np.int64)
    return rows % FEW if n <= FEW else rows.argsort(kind="stable").argsort()


def example_pen(style: Style, dash: int, count: int) -> QPen:
    """Return the pen of an example's curve, in points: many are thin."""
    return _dashed(_pen(style.example, 2.0 if count <= WIDE else 1.0), dash)


def faint_pen(style: Style) -> QPen:
    """Return the pen of examples still to come."""
    return _pen(look.mixed(style.example, style.plot, 0.72), 1.0)


def chosen_pen(style: Style, dash: int) -> QPen:
    """Return the pen of the selected example's curve."""
    return _dashed(_pen(style.chosen, 3.2), dash)


def mean_pen(style: Style) -> QPen:
    """Return the pen of the batch's mean."""
    return _pen(style.mean, 4.5)


def full_pen(style: Style) -> QPen:
    """Return the pen of the mean over all examples."""
    made = _pen(style.full, 3.0)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setDashPattern([3.0, 1.6])
    return made


def _pen(colour: str | QColor, width: float) -> QPen:
    return look.pen(colour, thickness(width))


def _dashed(pen: QPen, dash: int) -> QPen:
    if _DASHES[dash]:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(_DASHES[dash])
    return pen


def _scaled(pen: QPen, ratio: float) -> QPen:
    pen.setWidthF(pen.widthF() * ratio)
    pen.setCosmetic(True)
    return pen


def _curve() -> Any:
    return Curve(connect="finite", antialias=True)


def _one(curve: Array | None) -> Array:
    return np.empty((0, 0)) if curve is None else curve[None]


def _set(item: Any, grid: Array, curves: Array, pen: QPen) -> None:
    """Show curves (m, g) as one, with gaps between."""
    if curves.size == 0:
        item.setData([], [])
        return
    heights = np.hstack([curves, np.full((len(curves), 1), np.nan)])
    x = np.tile(np.append(grid, grid[-1]), len(curves))
    item.setData(x, heights.ravel(), pen=pen)

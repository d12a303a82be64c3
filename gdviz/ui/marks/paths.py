"""Other paths: thin dashed lines in colours of their own, named where they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.endnames import EndNames
from gdviz.ui.marks.kept import Kept
from gdviz.ui.marks.path import clipped, mapped, thinned
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPen

    from gdviz.session.paths import Path
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

DASHES = ((6, 3), (2, 2.5), (9, 3, 2, 3), (3.5, 6))  # in widths of the line
_WIDTH, _END = 1.6, 3.5  # pixels
_LONGEST = 18  # letters of a name


@dataclass(frozen=True, eq=False)
class Traced:
    """A path as one plot shows it.

    Attributes
    ----------
    points : ndarray of shape (m, 2)
        Its end last.
    look : int
        Its place in the cycle of colours and dashes.
    """

    points: Array
    name: str
    look: int

    @classmethod
    def of(cls, path: Path, points: Array) -> Traced:
        """Return what is seen of a path along these points."""
        finite = points[np.isfinite(points).all(axis=1)]
        name = path.name
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
        return cls(finite, short, path.look)

    def same(self, other: Traced) -> bool:
        """Tell whether another looks the same."""
        alike = (self.name, self.look) == (other.name, other.look)
        return alike and np.array_equal(self.points, other.points)


def colour(place: int, style: Style) -> str:
    """Return the colour of the path at this place in the cycle."""
    return style.paths[place % len(style.paths)]


def dashed(place: int, style: Style, width: float = _WIDTH) -> QPen:
    """Return the pen of the path at this place in the cycle."""
    made = look.pen(colour(place, style), thickness(width), Qt.PenStyle.CustomDashLine)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setDashPattern(list(DASHES[place % len(DASHES)]))
    return made


class PathMarks:
    """Lines and names of other paths in one plot; painted again only if they change.

    Parameters
    ----------
    labels : LabelItems
        In the corners of the plot: the names stand clear of them.

    Attributes
    ----------
    traced : tuple of Traced
        Those that are shown.
    """

    def __init__(self, box: Any, *labels: pg.LabelItem) -> None:
        self._box = box
        self.lines, self.names = PathLines(), EndNames(box, labels)
        self.traced: tuple[Traced, ...] = ()
        self._key: object = None
        self._style: Style | None = None

    def restyle(self, style: Style) -> None:
        """Take on a theme."""
        self._style, self.names.ground = style, style.plot
        self._show()

    def show(
        self, paths: Sequence[Path], trace: Callable[[Path], Array], *key: object
    ) -> None:
        """Show paths along the points that `trace` returns of them.

        It is asked again only if something was learnt of a path, or the key changes.
        """
        each = [(path.number, path.name, path.run.heard) for path in paths]
        known = (key, each)
        if known != self._key:
            self._key = known
            self.set_traced([Traced.of(path, trace(path)) for path in paths])

    def clear(self) -> None:
        """Show none."""
        self._key = None
        self.set_traced(())

    def set_traced(self, traced: Sequence[Traced]) -> None:
        """Show these."""
        drawn = tuple(t for t in traced if len(t.points))
        pairs = zip(drawn, self.traced, strict=False)
        if len(drawn) != len(self.traced) or not all(a.same(b) for a, b in pairs):
            self.traced = drawn
            self._show()

    def _show(self) -> None:
        if self._style is not None:
            self.lines.set_lines(self.traced, self._style)
            ends = [
                (t.points[-1:], t.name, colour(t.look, self._style))
                for t in self.traced
            ]
            self.names.set_ends(ends)


class PathLines(pg.UIGraphicsItem):
    """Dashed lines, kept as a picture: dashes take long to stroke."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(8)
        self._lines: tuple[tuple[Array, QPen], ...] = ()
        self._ground, self._version = "#000000", 0
        self.kept = Kept()

    def set_lines(self, traced: Sequence[Traced], style: Style) -> None:
        """Draw these."""
        self._lines = tuple((t.points, dashed(t.look, style)) for t in traced)
        self._ground, self._version = style.plot, self._version + 1
        self.setVisible(bool(self._lines))
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Show the lines."""
        if self._lines:
            frame = QRectF(self.boundingRect())
            self.kept.show(painter, frame, self._stroke, self._version)

    def _stroke(self, brush: QPainter) -> None:
        way = QTransform(brush.worldTransform())
        brush.save()
        brush.resetTransform()
        brush.setRenderHint(QPainter.RenderHint.Antialiasing)
        for points, pen in self._lines:
            pixels = mapped(way, points)
            brush.setPen(pen)
            brush.setBrush(Qt.BrushStyle.NoBrush)
            for part in clipped(thinned(pixels)):
                polygon = QPolygonF([QPointF(x, y) for x, y in part.tolist()])
                brush.drawPolyline(polygon)
            self._end(brush, pixels[-1], pen.color())
        brush.restore()

    def _end(self, brush: QPainter, at: Array, shade: QColor) -> None:
        if np.abs(at).max() < 1e5:
            brush.setPen(look.pen(self._ground, 1.2))
            brush.setBrush(shade)
            brush.drawRect(QRectF(at[0] - _END, at[1] - _END, 2 * _END, 2 * _END))

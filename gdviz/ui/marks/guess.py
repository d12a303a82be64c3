"""A guess on a plot: an arrow to be dragged, and beside it the truth once revealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from gdviz.session.guess import judge
from gdviz.session.writing import degrees
from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import Thick, paint_thick
from gdviz.ui.marks.writing import Overlay, Word, extent, to_pixels, write
from gdviz.ui.scaling import px, thickness

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.session.guess import Guess
    from gdviz.session.run import Run
    from gdviz.ui.chart import Chart

    Array = NDArray[np.float64]

_LANE = 76  # pixels above the bottom, where there is one parameter
_DOT, _BESIDE = 6.0, 10.0  # pixels: radius at the end of a step, and to its words
_ARC = 0.55  # of the shorter arrow
_SIZE = 15


@dataclass(frozen=True, eq=False)
class Frame:
    """How vectors of a guess lie in a plot.

    Attributes
    ----------
    tail : ndarray of shape (2,)
        In the plot's units.
    factor : float
        Arrow by vector.
    length : float or None
        Of every vector, where only its direction can be drawn.
    flat : bool
        Whether only what is across counts.
    """

    tail: Array
    factor: float
    length: float | None = None
    flat: bool = False

    def tip(self, vector: Array) -> Array:
        """Return where an arrow ends."""
        if self.length is None:
            return self.tail + self.factor * vector
        return self.tail + vector * (self.factor / max(np.hypot(*vector), 1e-300))

    def vector(self, point: Array) -> Array:
        """Return the vector whose arrow ends at a point."""
        away = (point - self.tail) / (self.factor or np.nan)
        if self.length is not None:
            away = away * (self.length / max(np.hypot(*away), 1e-300))
        return away * [1.0, 0.0] if self.flat else away


class GuessMarks(Overlay):
    """The guess of one plot.

    Parameters
    ----------
    chart : Chart
    frame : function of Guess
        Returns a Frame, or None where the plot has no place for such a guess.
    """

    def __init__(self, chart: Chart, frame: Callable[[Guess], Frame | None]) -> None:
        super().__init__(chart.box)
        self.chart, self._frame_of = chart, frame
        self.guess: Guess | None = None

    @property
    def frame(self) -> Frame | None:
        """How the guess lies in the plot; None where there is none."""
        return self._frame_of(self.guess) if self.guess is not None else None

    def show(self, run: Run) -> None:
        """Show the guess of a run."""
        if self.guess is not None or run.guess is not None:
            self.guess = run.guess
            self.refresh()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the arrows, what is between them and their names."""
        guess, frame = self.guess, self.frame
        if guess is None or frame is None:
            return
        self.ground = self.chart.style_.plot
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        mine = self._pixels(frame, guess.vector)
        if not guess.revealed:
            self._paint_arrow(painter, mine, self._mine, guess)
            write(painter, [self._word("your guess", mine)], self.ground)
            return
        true = self._pixels(frame, guess.truth)
        self._paint_arrow(painter, true, self._true(guess), guess)
        words = [self._word(_NAMES[guess.kind.step], true, self._colour(guess))]
        if guess.placed:
            self._paint_arrow(painter, mine, self._mine, guess)
            words.append(_moved_off(self._word("your guess", mine), words[0]))
            words += self._paint_between(painter, mine, true, guess)
        write(painter, words, self.ground)

    @property
    def _mine(self) -> Thick:
        style = self.chart.style_
        width = thickness(3.4)
        return Thick(style.text, style.plot, width, dashed=True, hollow=True)

    def _true(self, guess: Guess) -> Thick:
        mark = legend.UPDATE if guess.kind.step else legend.MEAN
        return legend.thick(mark, self.chart.style_)

    def _colour(self, guess: Guess) -> str:
        return self._true(guess).colour

    def _pixels(self, frame: Frame, vector: Array) -> Array:
        """Return where an arrow begins and ends, of shape (2, 2)."""
        points = to_pixels(self._box, np.stack([frame.tail, frame.tip(vector)]))
        if frame.flat:
            points[:, 1] = self.boundingRect().height() - px(_LANE)
        return points.clip(-1e5, 1e5)

    def _paint_arrow(
        self, painter: QPainter, ends: Array, thick: Thick, guess: Guess
    ) -> None:
        if not np.isfinite(ends).all():
            return
        tail, tip = (QPointF(*end) for end in ends.tolist())
        paint_thick(painter, QLineF(tail, tip), thick)
        if guess.kind.step or np.hypot(*(ends[1] - ends[0])) < _DOT:
            painter.setPen(look.pen(thick.colour, thickness(2.0)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(tip, thickness(_DOT), thickness(_DOT))

    def _paint_between(
        self, painter: QPainter, mine: Array, true: Array, guess: Guess
    ) -> list[Word]:
        """Paint a dashed link, and the angle as an arc; return its words."""
        style, off = self.chart.style_, judge(guess).angle
        painter.setPen(look.pen(style.text, thickness(1.6), Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(*mine[1].tolist()), QPointF(*true[1].tolist()))
        shafts = [mine[1] - mine[0], true[1] - true[0]]
        radius = _ARC * min(float(np.hypot(*shaft)) for shaft in shafts)
        if guess.kind.step or off is None or radius < _DOT:
            return []
        points = _arc(mine[0], shafts, radius)
        painter.setPen(look.pen(style.text, thickness(1.6)))
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in points.tolist()]))
        half = points[len(points) // 2] - mine[0]
        ends = np.stack([mine[0], mine[0] + half])
        room = float(np.hypot(*(points[-1] - points[0]))) / _ARC
        fits = room > extent(degrees(off), _SIZE).width()
        return [self._word(degrees(off), ends)] if fits else []

    def _word(self, text: str, ends: Array, colour: str = "") -> Word:
        """Return words beyond the end of an arrow, inside the plot."""
        size, way = extent(text, _SIZE), ends[1] - ends[0]
        way = way / max(np.hypot(*way), 1e-9)
        room = np.array([size.width(), size.height()])
        left, top = ends[1] + way * (room / 2 + _BESIDE) - room / 2
        frame = self.boundingRect()
        left = min(max(float(left), 2.0), frame.width() - size.width() - 2)
        top = min(max(float(top), 2.0), frame.height() - size.height() - 2)
        place = QRectF(left, top, size.width(), size.height())
        if place.contains(QPointF(*ends[1].tolist())):
            above = float(ends[1][1]) - _BESIDE - size.height()
            place.moveTop(above if above > 0 else float(ends[1][1]) + _BESIDE)
        return Word(text, colour or self.chart.style_.text, place, _SIZE)


_NAMES = {False: "the average", True: "next point"}


def _moved_off(word: Word, other: Word) -> Word:
    """Return a word that does not lie on another one."""
    place, taken = QRectF(word.place), other.place
    if place.intersects(taken):
        higher = place.center().y() <= taken.center().y()
        above = higher and taken.top() > place.height()
        place.moveTop(taken.top() - place.height() if above else taken.bottom())
    return Word(word.text, word.colour, place, word.size)


def _arc(centre: Array, shafts: list[Array], radius: float) -> Array:
    """Return points of an arc from one shaft to the other, the short way round."""
    first, last = (np.arctan2(shaft[1], shaft[0]) for shaft in shafts)
    turn = (last - first + np.pi) % (2 * np.pi) - np.pi
    angles = first + turn * np.linspace(0.0, 1.0, 33)
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.asarray(centre + radius * ways)

"""The marks on the surface, painted: what is behind the surface is dim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from gdviz.ui import style as look
from gdviz.ui.marks import racers
from gdviz.ui.marks.arrows import paint_bent
from gdviz.ui.marks.ghosts import merged
from gdviz.ui.marks.minima import FEW, paint_diamond, words
from gdviz.ui.marks.paths import dashed
from gdviz.ui.relief.sight import Seen, hair
from gdviz.ui.relief.thin import paint_thin

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QPen

    from gdviz.ui.marks.arrows import Thick
    from gdviz.ui.marks.paths import Traced
    from gdviz.ui.relief.marks import Marks
    from gdviz.ui.relief.sight import Sight
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_MOST_DOTS, _MOST_WIDE = 60, 120  # points of a path
_DIM = 0.35  # opacity behind the surface
_RING, _DOT_GAP = 8.0, 5.0  # pixels


def paint(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Paint all marks, the thin ones first."""
    if len(marks.own):
        sight.see(marks.own).stroke(painter, hair(style.chosen, 190), dim=False)
    _paint_minima(painter, marks, sight, style)
    for traced in marks.others:
        _paint_other(painter, traced, sight, style)
    _paint_path(painter, marks, sight, style)
    _paint_stops(painter, marks, sight, style)
    for ghost in marks.ghosts:
        seen = sight.follow(ghost.path)
        _paint_dotted(painter, seen, style, int(ghost.number))
    paint_thin(painter, marks.here, marks.tips, sight, style)
    _paint_front(painter, marks, sight, style)


def paint_over(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Paint the marks but for long lines and thin arrows, which are there already."""
    _paint_minima(painter, marks, sight, style)
    for traced in marks.others:
        _paint_other(painter, traced, sight, style)
    _paint_stops(painter, marks, sight, style)
    for ghost in marks.ghosts:
        seen = sight.follow(ghost.path)
        _paint_dotted(painter, seen, style, int(ghost.number))
    _paint_front(painter, marks, sight, style)


def _paint_front(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Paint what lies over all other marks."""
    for tip, kind in marks.thick:
        _paint_thick(painter, sight.follow(np.stack([marks.here, tip])), kind)
    _paint_ring(painter, sight.see(marks.here[None]), _RING, (style.update, style.plot))
    _write_numbers(painter, marks, sight, style)


def _paint_minima(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Paint a diamond at each minimum, and its name where they are few."""
    painter.setFont(look.font(12))
    for count, (place, minimum) in enumerate(marks.minima):
        seen = sight.see(place[None])
        if not seen.inside.all():
            continue
        painter.setOpacity(1.0 if seen.shown.all() else 2 * _DIM)
        at, full = QPointF(*seen.pixels[0]), minimum.lowest
        paint_diamond(painter, at, style.text, style.plot, full=full)
        if len(marks.minima) <= FEW or count == 0:
            _write(painter, words(minimum), seen.pixels[0] + 10.0, style.text, style)
    painter.setOpacity(1.0)


def _paint_path(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    seen = sight.follow(marks.path)
    if len(marks.path) > _MOST_WIDE:
        seen.stroke(painter, hair(style.path))
    else:
        seen.stroke(painter, look.pen(style.path_edge, 3.8, alpha=150), dim=False)
        seen.stroke(painter, look.pen(style.path, 2.2))


def _paint_stops(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Paint a dot at each step of a short path."""
    if len(marks.path) <= _MOST_DOTS:
        painter.setPen(look.pen(style.path_edge, 1.5))
        dots = sight.see(marks.path[:-1])
        far = apart(dots.pixels, _DOT_GAP)
        _paint_dots(painter, Seen(dots.pixels[far], dots.shown[far]), 3.2, style.path)


def apart(pixels: Array, gap: float) -> list[int]:
    """Return which points to keep, in order, so that neighbours do not overlap."""
    kept = list[int]()
    for place, pixel in enumerate(pixels):
        if not kept or not np.hypot(*(pixel - pixels[kept[-1]])) < gap:
            kept.append(place)
    return kept


def _paint_dots(painter: QPainter, seen: Seen, radius: float, colour: str) -> None:
    painter.setBrush(QColor(colour))
    inside = seen.inside
    places = zip(seen.pixels[inside].tolist(), seen.shown[inside], strict=True)
    for (x, y), shown in places:
        painter.setOpacity(1.0 if shown else _DIM)
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_other(painter: QPainter, traced: Traced, sight: Sight, style: Style) -> None:
    """Paint another path, dashed, with its name where it ends."""
    pen = dashed(traced.look, style)
    sight.follow(traced.points).stroke(painter, pen)
    end = sight.see(traced.points[-1:])
    painter.setPen(look.pen(style.plot, 1.2))
    _paint_dots(painter, end, 3.5, pen.color().name())
    if end.inside.all():
        painter.setFont(look.font(12))
        _write(
            painter,
            traced.name,
            end.pixels[0] + np.array([8, 4]),
            pen.color().name(),
            style,
        )


def _paint_dotted(painter: QPainter, seen: Seen, style: Style, place: int) -> None:
    """Paint the path of a ghost, with a ring at its end."""
    own, gap = racers.colour(place, style), racers.gap(place)
    for colour, width in ((style.plot, 4.5), (own, 3.0)):
        seen.stroke(painter, _dots_of(colour, width, gap))
    end = Seen(seen.pixels[-1:], seen.shown[-1:])
    _paint_ring(painter, end, 6.0, (own, style.plot))


def _dots_of(colour: str, width: float, gap: float) -> QPen:
    pen = look.pen(colour, width, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([0.01, gap / width])
    return pen


def _paint_thick(painter: QPainter, seen: Seen, kind: Thick) -> None:
    """Paint an arrow up to its tip, or to where it leaves the surface."""
    inside = seen.inside
    count = len(inside) if inside.all() else int(inside.argmin())
    if count > 1:
        shown = seen.shown[:count].mean() > 0.5
        painter.setOpacity(1.0 if shown else _DIM)
        paint_bent(painter, seen.pixels[:count], kind, headed=bool(inside.all()))
        painter.setOpacity(1.0)


def _paint_ring(
    painter: QPainter, seen: Seen, radius: float, colours: tuple[str, str]
) -> None:
    """Paint a ring that shows anywhere, even behind the surface."""
    if not seen.inside.all():
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(1.0 if seen.shown.all() else 2 * _DIM)
    for colour, width in ((colours[1], 5.0), (colours[0], 2.5)):
        painter.setPen(look.pen(colour, width))
        painter.drawEllipse(QPointF(*seen.pixels[0]), radius, radius)
    painter.setOpacity(1.0)


def _write_numbers(painter: QPainter, marks: Marks, sight: Sight, style: Style) -> None:
    """Write the number of each ghost where its path ends and at its arrow."""
    words: list[tuple[Array, str]] = []
    for ghost in marks.ghosts:
        ends = [ghost.path[-1]] if ghost.tip is None else [ghost.path[-1], ghost.tip]
        seen = sight.see(np.array(ends))
        words += [(at, ghost.number) for at in seen.pixels[seen.inside]]
    painter.setFont(look.font(13, look.BOLD))
    for at, text in merged(words):
        own = racers.of_words(text, style)
        _write(painter, text, at + np.array([8, -8]), own, style)


def _write(painter: QPainter, text: str, at: Array, colour: str, style: Style) -> None:
    """Write a word with an edge around its letters."""
    place = QPointF(*at)
    painter.setPen(QColor(style.plot))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(place + QPointF(dx, dy), text)
    painter.setPen(QColor(colour))
    painter.drawText(place, text)

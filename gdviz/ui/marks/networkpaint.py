"""How the picture of a network is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gdviz.session.wiring import MEAN, OWN
from gdviz.ui import style as look
from gdviz.ui.marks.network import MUTED, strengths
from gdviz.ui.marks.networkfit import fitted, font

if TYPE_CHECKING:
    from gdviz.session.wiring import Spot
    from gdviz.ui.marks.graph import Graph
    from gdviz.ui.marks.network import Picture
    from gdviz.ui.style import Style

_LEVELS = 6  # of thickness
_THIN, _THICK, _LEAST = 0.8, 5.0, 1.5  # pixels
_FEW = 24  # edges that can all be thick
_DASH = (7.0, 5.0)  # pixels
_ARM = 5.0  # of a bracket, pixels


def paint(
    painter: QPainter, picture: Picture, style: Style, spots: tuple[Spot, ...] = ()
) -> None:
    """Paint a picture with some nodes and edges marked."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(picture.zoom, picture.zoom)
    _paint_edges(painter, picture, style)
    for edge in picture.edges_of(spots):
        for colour, width in ((style.plot, 7.0), (style.text, 2.0)):
            painter.setPen(look.pen(colour, width))
            painter.drawLine(picture.lines[edge])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(style.plot))
    for plate in picture.plates:
        painter.drawRoundedRect(plate, 3, 3)
    _paint_loss(painter, picture.graph, style)
    _paint_nodes(painter, picture, style)
    _paint_words(painter, picture, style)
    _paint_rings(painter, picture, style, spots)


def edge_colours(picture: Picture, style: Style) -> tuple[QColor, QColor]:
    """Return the colours of positive and of negative edges."""
    if picture.quantity == OWN:
        return (QColor(style.chosen if picture.chosen else style.example),) * 2
    if picture.quantity == MEAN:
        return (QColor(style.mean),) * 2
    ends = style.map_high, style.map_low
    high, low = (look.mixed(end, style.text, 0.45) for end in ends)
    return high, low


def _paint_edges(painter: QPainter, picture: Picture, style: Style) -> None:
    """Paint by thickness, the thin ones at the bottom."""
    crowd = min((_FEW / len(picture.values)) ** 0.5, 1.0)
    most, fade = max(_THICK * crowd, _LEAST), 0.8 - 0.35 * crowd
    levels = np.rint(strengths(picture.values) * _LEVELS).astype(int)
    negative = picture.values < 0
    for level in range(_LEVELS + 1):
        for sign, colour in enumerate(edge_colours(picture, style)):
            edges = np.flatnonzero((levels == level) & (negative == bool(sign)))
            if len(edges):
                share = level / _LEVELS
                shade = look.mixed(colour.name(), style.plot, fade * (1 - share))
                pen = look.pen(shade, _THIN + (most - _THIN) * share)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if sign:
                    pen.setDashPattern([length / pen.widthF() for length in _DASH])
                painter.setPen(pen)
                painter.drawLines([picture.lines[edge] for edge in edges.tolist()])


def _paint_loss(painter: QPainter, graph: Graph, style: Style) -> None:
    """Paint a bracket from all outputs to the box of the loss, beside or below."""
    box, x = QRectF(*graph.loss), graph.bracket
    (top, bottom), middle = graph.outputs, box.center().y()
    painter.setPen(look.pen(style.muted, 1.2))
    for y in {top, bottom}:
        painter.drawLine(QPointF(x - _ARM, y), QPointF(x, y))
    below = box.left() < x
    painter.drawLine(QPointF(x, top), QPointF(x, box.top() if below else bottom))
    if not below:
        painter.drawLine(QPointF(x, middle), QPointF(box.left(), middle))
    painter.setBrush(QColor(style.field))
    painter.drawRoundedRect(box, 5, 5)


def _paint_nodes(painter: QPainter, picture: Picture, style: Style) -> None:
    painter.setPen(look.pen(style.muted, 1.2))
    for node, shade in enumerate(picture.shades.tolist()):
        end = style.map_low if shade < 0 else style.map_high
        unit, box = picture.is_unit(node), picture.box(node)
        painter.setBrush(look.mixed(style.field, end, abs(shade)))
        round_ = min(box.width(), box.height()) / 2 if unit else 2.0
        painter.drawRoundedRect(box, round_, round_)


def _paint_rings(
    painter: QPainter, picture: Picture, style: Style, spots: tuple[Spot, ...]
) -> None:
    painter.setPen(look.pen(style.text, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for node in picture.nodes_of(spots):
        box = picture.box(node).adjusted(-2.5, -2.5, 2.5, 2.5)
        round_ = min(box.width(), box.height()) / 2 if picture.is_unit(node) else 5.0
        painter.drawRoundedRect(box, round_, round_)


def _paint_words(painter: QPainter, picture: Picture, style: Style) -> None:
    own = style.chosen if picture.chosen else style.example
    colours = {
        MUTED: QColor(style.muted),
        OWN: look.mixed(own, style.text, 0.3),
        MEAN: look.mixed(style.mean, style.text, 0.3),
    }
    for words, text, size in fitted(picture.words):
        painter.setFont(font(size))
        if words.on_plate:
            room, align = words.box, int(words.align)
            plate = QFontMetricsF(painter.font()).boundingRect(room, align, text)
            painter.fillRect(plate.adjusted(-2, 1, 2, 0), QColor(style.plot))
        painter.setPen(colours.get(words.colour, QColor(style.text)))
        painter.drawText(words.box, words.align, text)

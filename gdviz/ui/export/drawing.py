"""A drawing: shapes, words and patches of pixels.

Everything is in points from the top left, so that it can be drawn at any scale: lines
keep their width in points, and what was clipped on the screen knows its clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF, QRectF, QSize
    from PySide6.QtGui import QBrush, QFont, QImage, QPainterPath, QPen, QTransform

DPI = 96


@dataclass(frozen=True, eq=False)
class Mark:
    """One thing drawn, its clip (None: all is seen) and its opacity."""

    clip: QPainterPath | None
    opacity: float


@dataclass(frozen=True, eq=False)
class Shape(Mark):
    """A path that is filled, stroked or both."""

    path: QPainterPath
    pen: QPen
    brush: QBrush
    smooth: bool


@dataclass(frozen=True, eq=False)
class Words(Mark):
    """A line of text from a point of its base line, turned by a transform."""

    text: str
    font: QFont
    pen: QPen
    transform: QTransform
    start: QPointF
    width: float


@dataclass(frozen=True, eq=False)
class Patch(Mark):
    """A rectangle of pixels."""

    rect: QRectF
    image: QImage


@dataclass(frozen=True, eq=False)
class Drawing:
    """All marks of a picture, the lowest first, and its size in points."""

    size: QSize
    marks: Sequence[Mark]

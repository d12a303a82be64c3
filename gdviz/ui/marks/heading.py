"""Words above a plot, in a row of their own: they hide nothing of it."""

from __future__ import annotations

import re
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.ui.marks.kept import keep

_WHOLE = str.maketrans({" ": "\u00a0", "/": "\u2060/\u2060"})  # lines break there
_NAMES = re.compile(r"(?<=>)[^<]+(?=</span>)")


class Line(pg.LabelItem):
    """Words that ask for no width: a plot is not to grow for them."""

    def updateMin(self) -> None:  # noqa: N802
        """Ask for nothing."""
        hint = Qt.SizeHint
        self._sizeHint = {
            hint.MinimumSize: (0, 0),
            hint.PreferredSize: (0, 0),
            hint.MaximumSize: (-1, -1),
        }
        self.updateGeometry()


class Heading:
    """What the signs of a plot stand for, at the right above it.

    Parameters
    ----------
    plot : PlotItem
        They take the place of its own title, which is not used otherwise.

    Attributes
    ----------
    label : LabelItem
    text : text
    """

    def __init__(self, plot: Any) -> None:
        self._plot, self.label, self.text = plot, Line(justify="right"), ""
        plot.layout.removeItem(plot.titleLabel)
        plot.titleLabel.hide()
        plot.layout.addItem(self.label, 0, 1)
        self._visible, self._fitted = True, (0.0, 0.0)
        keep(self.label.item)
        plot.getViewBox().sigResized.connect(self._fit)

    def setText(self, text: str, **how: Any) -> None:  # noqa: N802
        """Write rich text; without any the plot has that room, too."""
        self.text = text
        self.label.setText(unbroken(text), **how)
        self._fitted = (0.0, 0.0)
        self._fit()
        self._plot.layout.activate()  # a picture may be taken at once

    def setVisible(self, visible: bool) -> None:  # noqa: N802
        """Show or hide it."""
        self._visible, self._fitted = visible, (0.0, 0.0)
        self._fit()

    @property
    def width(self) -> float:
        """How wide the words are, in pixels, in one line."""
        return float(self.label.item.document().idealWidth())

    def _fit(self, *_: object) -> None:
        """Give it the room that it needs, in as many lines as it takes."""
        shown, room = self._visible and bool(self.text), self._plot.getViewBox().width()
        if (room, float(shown)) == self._fitted:
            return
        self._fitted = (room, float(shown))
        self.label.item.setTextWidth(-1)
        if self.width > room > 0:
            self.label.item.setTextWidth(room)
        height = self.label.item.boundingRect().height() if shown else 0.0
        self.label.setVisible(shown)
        self._plot.layout.setRowFixedHeight(0, height)
        self.label.resizeEvent(None)


def unbroken(text: str) -> str:
    """Return rich text whose names, each in a span, stay on one line."""
    return _NAMES.sub(lambda name: name[0].translate(_WHOLE), text)

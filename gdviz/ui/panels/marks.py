"""The legend: every mark drawn as it looks, with a switch to hide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from gdviz.session.remembering import letters
from gdviz.ui import style as look
from gdviz.ui.fields import QuietCombo
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import paint_thick
from gdviz.ui.marks.lengths import SCALES
from gdviz.ui.marks.minima import paint_diamond
from gdviz.ui.marks.paths import dashed

if TYPE_CHECKING:
    from collections.abc import Collection

    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_SIZE = QSize(34, 16)


class MarksPanel(QWidget):
    """Which marks are shown and how long the arrows are."""

    hidden = Signal(object)
    scaled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        title = QLabel("Show: arrows are minus gradients")
        title.setObjectName("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(title)
        self.boxes = {mark: self._box(mark) for mark in legend.MARKS}
        for box in self.boxes.values():
            column.addWidget(box)
        self.scale = QuietCombo()
        self.scale.setAccessibleName("Length of the arrows")
        self.scale.setToolTip("How long the arrows on the surface are drawn.")
        for key, words in SCALES.items():
            self.scale.addItem(words.split(":")[0], key)
            self.scale.setItemData(
                self.scale.count() - 1, words, Qt.ItemDataRole.ToolTipRole
            )
        self.scale.activated.connect(
            lambda _: self.scaled.emit(self.scale.currentData())
        )
        name = QLabel("Length of the arrows")
        name.setObjectName("muted")
        name.setBuddy(self.scale)
        column.addSpacing(4)
        column.addWidget(name)
        column.addWidget(self.scale)

    def show_run(self, run: Run) -> None:
        """Say where the update lies on the mean arrow and is not drawn apart.

        And what the optimizer remembers.
        """
        arrows, rate = run.snapshot.arrows, run.snapshot.record.rate
        words = legend.MARKS[legend.UPDATE][0]
        if legend.same(arrows.mean * rate, arrows.update):
            words = "update: Δθ = −η ĝ here"
        elif legend.same(arrows.mean * arrows.rate, arrows.update):
            words = "update: Δθ along −ĝ here"
        self.boxes[legend.UPDATE].setText(words)
        known = letters(run.snapshot.scene.descent.optimizer)
        self.boxes[legend.MEMORY].setText(known or legend.MARKS[legend.MEMORY][0])

    @property
    def ticked(self) -> frozenset[str]:
        """The marks that are shown."""
        return frozenset(m for m, box in self.boxes.items() if box.isChecked())

    @property
    def unticked(self) -> frozenset[str]:
        """The marks that are hidden."""
        return frozenset(self.boxes) - self.ticked

    def show_only(self, marks: Collection[str]) -> None:
        """Show exactly these marks."""
        for mark, box in self.boxes.items():
            box.setChecked(mark in marks)
        self._tell()

    def set_scale(self, scale: str) -> None:
        """Let the arrows be this long."""
        self.scale.setCurrentIndex(self.scale.findData(scale))
        self.scaled.emit(scale)

    def set_style(self, style: Style) -> None:
        """Draw the marks in a theme."""
        for mark, box in self.boxes.items():
            box.setIcon(_swatch(mark, style, box.devicePixelRatioF()))

    def _box(self, mark: str) -> QCheckBox:
        words, tip = legend.MARKS[mark]
        box = QCheckBox(words)
        box.setIconSize(_SIZE)
        box.setToolTip(tip)
        box.setChecked(mark not in legend.HIDDEN_AT_FIRST)
        box.clicked.connect(self._tell)
        return box

    def _tell(self) -> None:
        self.hidden.emit(self.unticked)


def _swatch(mark: str, style: Style, ratio: float) -> QIcon:
    picture = QPixmap(_SIZE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QLineF(2, 8, 32, 8)
    if mark == legend.EXAMPLE:
        painter.setPen(look.pen(style.example, 1.3))
        painter.drawLines([line, QLineF(32, 8, 25, 5), QLineF(32, 8, 25, 11)])
    elif mark == legend.CHAIN:
        painter.setPen(look.pen(style.example, 1.6))
        points = [QPointF(2, 13), QPointF(11, 4), QPointF(20, 12), QPointF(32, 5)]
        painter.drawPolyline(QPolygonF(points))
    elif mark == legend.SPREAD:
        painter.setPen(look.pen(style.muted, 1.3, Qt.PenStyle.DashLine))
        painter.drawEllipse(3, 2, 28, 12)
    elif mark == legend.LAWS:
        painter.setPen(look.pen(style.full, 1.6))
        painter.drawEllipse(7, 4, 20, 8)
        painter.setPen(look.pen(style.text, 1.3, Qt.PenStyle.DashLine))
        painter.drawEllipse(2, 1, 30, 14)
    elif mark == legend.MINIMA:
        paint_diamond(painter, QPointF(10, 8), style.text, style.plot, full=True)
        paint_diamond(painter, QPointF(24, 8), style.text, style.plot, full=False)
    elif mark == legend.PATHS:
        painter.setPen(dashed(0, style, 2.0))
        painter.drawLine(line)
    else:
        paint_thick(painter, line, legend.thick(mark, style))
    painter.end()
    return QIcon(picture)

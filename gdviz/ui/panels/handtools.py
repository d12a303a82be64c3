"""Beside the title of the data plot: what a hand does there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdviz.core.knobs import knobs
from gdviz.session.byhand import Sampling
from gdviz.ui.centre import Switch
from gdviz.ui.fields import QuietCombo
from gdviz.ui.form import edit, show
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from gdviz.ui.style import Style

DRAW_TIP = (
    "Draw a curve across the plot with the mouse: its points become the examples."
)
_CLASS_TIP = "The class of new points: a number key chooses it, Shift+click the next."
_FIELD = 40  # points
_LETTERS = {"n_examples": "N", "noise": "σ"}  # there is room for no more


class HandTools(QWidget):
    """The switch, and while it is on the class of new points or how a curve is drawn.

    Parameters
    ----------
    switch : QAction
        Turns the editing on and off.

    Attributes
    ----------
    classes : tuple of texts
        Those on offer.
    """

    sampled = Signal()  # a curve is to be taken in other points

    def __init__(self, switch: QAction) -> None:
        super().__init__()
        self.sampling = Sampling()
        self.label = QuietCombo()
        self.label.setToolTip(_CLASS_TIP)
        self.label.setAccessibleName("Class of new points")
        self.draw_action = QAction("Draw", self, checkable=True)
        self.draw_action.setToolTip(DRAW_TIP)
        self.draw_switch, self.switch = Switch(self.draw_action), Switch(switch)
        self.fields = QWidget()
        self._editors = self._fields()
        self.classes: tuple[str, ...] = ()
        self._lay_out()
        self.draw_action.toggled.connect(lambda _: self._suit())
        switch.toggled.connect(lambda _: self._suit())
        self._suit()

    @property
    def drawing(self) -> bool:
        """Whether a press begins a curve."""
        return self.draw_action.isChecked()

    @property
    def chosen(self) -> int:
        """The number of the class of new points."""
        return max(self.label.currentIndex(), 0)

    def choose(self, label: int) -> None:
        """Choose the class of new points, if there is such a one."""
        if label < self.label.count():
            self.label.setCurrentIndex(label)

    def offer(self, classes: tuple[str, ...], style: Style) -> None:
        """Offer these classes, each with its colour; without any a curve."""
        chosen, self.classes = self.chosen, classes
        self.label.clear()
        for place, name in enumerate(classes):
            colour = style.classes[place % len(style.classes)]
            self.label.addItem(_swatch(colour), name)
        self.label.setCurrentIndex(min(chosen, len(classes) - 1))
        if classes:
            self.draw_action.setChecked(False)
        self._suit()

    def _suit(self) -> None:
        """Show what can be used now."""
        on = self.switch.defaultAction().isChecked()
        if not on and self.drawing:
            self.draw_action.setChecked(False)
        self.label.setVisible(on and bool(self.classes))
        self.draw_switch.setVisible(on and not self.classes)
        self.fields.setVisible(on and self.drawing)

    def _sample(self, name: str, value: float) -> None:
        given = {key: getattr(self.sampling, key) for key in knobs(Sampling)}
        self.sampling = Sampling(**given | {name: value})
        self.sampled.emit()

    def _fields(self) -> dict[str, QWidget]:
        return {name: self._field(name) for name in knobs(Sampling)}

    def _field(self, name: str) -> QWidget:
        editor = edit(knobs(Sampling)[name], partial(self._sample, name))
        show(editor, getattr(self.sampling, name))
        editor.setFixedWidth(px(_FIELD))
        return editor

    def _lay_out(self) -> None:
        inner = QHBoxLayout(self.fields)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(3)
        for name, worn in knobs(Sampling).items():
            caption = QLabel(_LETTERS[name])
            caption.setObjectName("muted")
            caption.setBuddy(self._editors[name])
            caption.setToolTip(worn.tip)
            inner.addWidget(caption)
            inner.addWidget(self._editors[name])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.label, self.fields, self.draw_switch, self.switch):
            row.addWidget(part)
        self.label.setMaximumWidth(px(110))
        self.label.setIconSize(QSize(px(10), px(10)))


def _swatch(colour: str) -> QIcon:
    size = 32
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(2, 2, size - 4, size - 4)
    painter.end()
    return QIcon(picture)

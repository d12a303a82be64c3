"""Above the network: which example it shows, and what its edges show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from gdviz.session.wiring import MEAN, OWN, WEIGHTS
from gdviz.ui.fields import QuietCombo
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

_BEFORE = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_AFTER = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_EDGES = {
    WEIGHTS: ("weights w", "Thickness and dashes show each weight."),
    OWN: ("gradient g", "Thickness and dashes show the gradient of this example."),
    MEAN: ("mean ĝ", "Thickness and dashes show the mean gradient of the batch."),
}
_WIDE = 440  # points


class Turn(QToolButton):
    """A small button that leaves all keys but the space bar to the window."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.setText(text)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on the space bar; the arrow keys would move the focus."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()


class Told(QLabel):
    """A text in the longest of several wordings for which there is room."""

    def __init__(self, large: bool = False) -> None:
        super().__init__()
        self.wordings: tuple[str, ...] = ("",)
        self._lines = 1
        if large:
            self.setObjectName("prose")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_lines(1)

    def set_lines(self, lines: int) -> None:
        """Give it room for so many lines."""
        self._lines = lines
        self.setWordWrap(lines > 1)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2)

    def changeEvent(self, event: QEvent) -> None:
        """Have room for lines of another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.set_lines(self._lines)

    def tell(self, wordings: tuple[str, ...]) -> None:
        """Show the first of these that fits, else what fits of the last."""
        self.wordings = wordings
        self.setText(next(filter(self._fits, wordings), self._cut(wordings[-1])))
        self.setToolTip(wordings[0])

    def minimumSizeHint(self) -> QSize:
        """Return hardly a width."""
        return QSize(40, self.height())

    def sizeHint(self) -> QSize:
        """Return the same: a text asks for no room of its own."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the wording for another room."""
        super().resizeEvent(event)
        self.tell(self.wordings)

    def _fits(self, text: str) -> bool:
        room = QRect(0, 0, self.width(), 10_000)
        wrapped = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text)
        return wrapped.height() <= self.height() and wrapped.width() <= self.width()

    def _cut(self, text: str) -> str:
        lines = max(self.height() // self.fontMetrics().lineSpacing(), 1)
        room = lines * self.width() - 40 * (lines - 1)  # words leave gaps at line ends
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)


class NetworkBar(QWidget):
    """Goes through the batch, and chooses what the edges show."""

    turned = Signal(int)
    shown = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.before = Turn(_BEFORE, "Previous example of this batch")
        self.after = Turn(_AFTER, "Next example of this batch")
        self.which, self.caption, self.edges = (
            Told(),
            QLabel("Edges show"),
            QuietCombo(),
        )
        self._fill()
        self._lay_out()
        self.before.clicked.connect(partial(self._turn, -1))
        self.after.clicked.connect(partial(self._turn, 1))
        self.edges.activated.connect(self._choose)

    def set_example(self, wordings: tuple[str, ...], *, alone: bool) -> None:
        """Say which example it is, and whether it is alone in its batch."""
        self.which.tell(wordings)
        self.before.setDisabled(alone)
        self.after.setDisabled(alone)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the caption where room is short."""
        super().resizeEvent(event)
        self.caption.setVisible(self.width() >= px(_WIDE))

    def _turn(self, way: int, _: bool = False) -> None:
        self.turned.emit(way)

    def _choose(self) -> None:
        self.shown.emit(self.edges.currentData())

    def _fill(self) -> None:
        for key, (text, sentence) in _EDGES.items():
            self.edges.addItem(text, key)
            at = self.edges.count() - 1
            self.edges.setItemData(at, sentence, Qt.ItemDataRole.ToolTipRole)
        self.edges.setAccessibleName("Edges show")
        self.edges.setToolTip("What the thickness and the dashes of the edges show.")
        self.edges.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.edges.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def _lay_out(self) -> None:
        self.caption.setObjectName("muted")
        self.caption.setBuddy(self.edges)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.before)
        row.addWidget(self.after)
        row.addWidget(self.which, 1)
        row.addWidget(self.caption)
        row.addWidget(self.edges)

"""A box for a formula: what is wrong with it is said below while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from gdviz.core.formulas.parser import parse
from gdviz.core.formulas.refusal import NotAFormula

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent

_LINES = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FormulaEdit(QWidget):
    """A formula that is typed, taken with Enter or when the box is left.

    What is no formula is never taken: the last good one stays in force, and the
    character at fault is marked.

    Attributes
    ----------
    box : QPlainTextEdit
    said : QLabel
        What is wrong, below the box; hidden while nothing is.
    """

    def __init__(self, label: str, changed: Callable[[Any], None]) -> None:
        super().__init__()
        self._changed, self._value = changed, ""
        name = QLabel(label)
        name.setObjectName("muted")
        self.box, self.said = _Box(self), QLabel()
        name.setBuddy(self.box)
        self.setFocusProxy(self.box)
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setAccessibleName("What is wrong with the formula")
        self.said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part in (name, self.box, self.said):
            column.addWidget(part)
        self.box.textChanged.connect(self._check)

    def setToolTip(self, text: str) -> None:  # noqa: N802
        """Explain the box."""
        super().setToolTip(text)
        self.box.setToolTip(text)

    def setAccessibleName(self, name: str) -> None:  # noqa: N802
        """Name the box."""
        super().setAccessibleName(name)
        self.box.setAccessibleName(name)

    def set_value(self, value: str) -> None:
        """Show a formula, unless another one is being typed."""
        if value != self._value:
            self._value = value
            self.box.setPlainText(value)

    @property
    def text(self) -> str:
        """What is in the box."""
        return " ".join(self.box.toPlainText().split("\n"))

    def take(self) -> None:
        """Take what is in the box, if it is a formula."""
        if self.text != self._value and self.fault() is None:
            self._value = self.text
            self._changed(self.text)

    def give_up(self) -> None:
        """Show the last good formula again."""
        self.box.setPlainText(self._value)

    def fault(self) -> NotAFormula | None:
        """Return what is wrong with what is in the box."""
        try:
            parse(self.text)
        except NotAFormula as refusal:
            return refusal
        return None

    def _check(self) -> None:
        """Say and mark what is wrong, or take both away."""
        fault = self.fault()
        self.said.setText(str(fault or ""))
        self.said.setVisible(fault is not None)
        self.box.setExtraSelections([self._mark(fault.column)] if fault else [])

    def _mark(self, column: int) -> QTextEdit.ExtraSelection:
        mark, cursor = QTextEdit.ExtraSelection(), self.box.textCursor()
        length = len(self.box.toPlainText())
        cursor.setPosition(max(0, min(column, length - 1)))
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
        )
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        look.setUnderlineColor(QColor(_WRONG))
        look.setBackground(QColor(_WRONG))
        look.setForeground(QColor("#ffffff"))
        mark.cursor, mark.format = cursor, look
        return mark


_WRONG = "#C4472B"


class _Box(QPlainTextEdit):
    """The box itself: Enter takes, Escape gives up, Tab goes on."""

    def __init__(self, owner: FormulaEdit) -> None:
        super().__init__()
        self._owner = owner
        self.setTabChangesFocus(True)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        height = self.fontMetrics().lineSpacing() * _LINES + 2 * self.frameWidth()
        self.setFixedHeight(height + 2 * int(self.document().documentMargin()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the formula with Enter, give up with Escape."""
        if event.key() in _ENTER:
            self._owner.take()
        elif event.key() == Qt.Key.Key_Escape:
            self._owner.give_up()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the formula where the box is left."""
        super().focusOutEvent(event)
        self._owner.take()

"""Fields to fill in: a quiet drop-down, a number, a small table of numbers."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QToolTip,
)

from gdviz.core.knobs import Real, Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget


class QuietCombo(QComboBox):
    """A drop-down that does not change when the wheel rolls over it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMinimumContentsLength(5)
        view = self.view()
        assert isinstance(view, QListView)
        view.setUniformItemSizes(True)  # a list may name every parameter

    def setAccessibleName(self, name: str) -> None:  # noqa: N802
        """Name it, and its list; some desktops read what is chosen for the name."""
        super().setAccessibleName(name)
        self.view().setAccessibleName(name)
        if not self.accessibleDescription():
            self.setAccessibleDescription(name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls around it."""
        event.ignore()


class NumberEdit(QLineEdit):
    """A number that is typed; one out of range becomes the nearest bound."""

    chosen = Signal(object)

    def __init__(self, kind: Real | Whole) -> None:
        super().__init__()
        self.kind, self.value = kind, kind.low
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(50)
        self.editingFinished.connect(self._typed)
        self.returnPressed.connect(self.clearFocus)  # the keys act on the run again

    def set_value(self, value: float) -> None:
        """Show a value."""
        self.value = value
        if not self.isModified():
            self.setText(plain(value))

    def set_kind(self, kind: Real | Whole) -> None:
        """Take on other bounds."""
        self.kind = kind

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the up and down keys move the value, and Escape give up."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self._choose(self._moved(steps[Qt.Key(event.key())]))
        elif event.key() == Qt.Key.Key_Escape:
            self._show(self.value)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _moved(self, way: int) -> float:
        if isinstance(self.kind, Whole):
            return self.value + way
        return self.value * 1.1**way if self.kind.log else self.value + 0.1 * way

    def _typed(self) -> None:
        if not self.isModified():
            return
        number = _read(self.text(), isinstance(self.kind, Whole))
        self._choose(self.value if number is None else number)
        if number is None or number != self.value:
            self._explain()

    def _explain(self) -> None:
        low, high = plain(self.kind.low), plain(self.kind.high)
        corner = self.mapToGlobal(self.rect().bottomLeft())
        QToolTip.showText(corner, f"a number from {low} to {high}", self)

    def _choose(self, number: float) -> None:
        inside = min(max(number, self.kind.low), self.kind.high)
        value = round(inside) if isinstance(self.kind, Whole) else inside
        changed = value != self.value
        self._show(value)
        if changed:
            self.chosen.emit(value)

    def _show(self, value: float) -> None:
        self.value = value
        self.setText(plain(value))
        self.setModified(False)


def plain(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _read(text: str, whole: bool) -> float | None:
    """Return the number typed, or None; commas part thousands or mark decimals."""
    text = text.replace("\u2212", "-").replace(" ", "")
    text = text.replace(",", "") if whole else text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def entry(value: float) -> str:
    """Return a number as it is written in a list."""
    return f"{value:.10g}"


def numbers_in(text: str) -> tuple[float, ...] | None:
    """Return the numbers in a line, or None if anything else is in it."""
    found = [_read(word, whole=False) for word in text.replace(", ", " ").split()]
    return None if None in found else tuple(f for f in found if f is not None)


class NumbersEdit(QLineEdit):
    """Numbers in a line; what is not taken gives way to those that are in force."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._value: tuple[float, ...] = ()
        self.editingFinished.connect(self._typed)

    def set_value(self, value: tuple[float, ...]) -> None:
        """Show numbers, unless others are being typed."""
        self._value = value
        if not self.isModified():
            self.setText(", ".join(map(entry, value)))

    def _typed(self) -> None:
        if not self.isModified():
            return
        numbers = numbers_in(self.text().replace(";", " "))
        self.setModified(False)
        self.set_value(self._value)
        if numbers is None:
            corner = self.mapToGlobal(self.rect().bottomLeft())
            QToolTip.showText(corner, "numbers, such as 0.5, -1", self)
        else:
            self.chosen.emit(numbers)


class RowsEdit(QPlainTextEdit):
    """A small table typed by hand: a line for each row; taken when it is left."""

    def __init__(self, changed: Callable[[Any], None]) -> None:
        super().__init__()
        self._changed = changed
        self._value: tuple[tuple[float, ...], ...] = ()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight(84)

    def set_value(self, value: tuple[tuple[float, ...], ...]) -> None:
        """Show rows of numbers."""
        if value != self._value:
            self._value = value
            self.setPlainText("\n".join(map(_line, value)))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed, or say what is wrong and show the old rows again."""
        super().focusOutEvent(event)
        lines = [line for line in self.toPlainText().splitlines() if line.strip()]
        shown = list(map(_line, self._value))
        known = dict(zip(shown, self._value, strict=True))  # in all their digits
        if lines == shown:
            return
        known_here = zip_longest(lines, shown[: len(lines)], self._value[: len(lines)])
        rows = [
            row if line == was else known.get(line) or numbers_in(line)
            for line, was, row in known_here
        ]
        lengths = {len(row) for row in rows if row is not None}
        if None in rows or len(lengths) != 1:
            corner = self.mapToGlobal(self.rect().bottomLeft())
            QToolTip.showText(corner, "rows of numbers, all of one length", self)
            value, self._value = self._value, ()
            self.set_value(value)
        elif tuple(rows) != self._value:
            self._changed(tuple(rows))


def _line(row: tuple[float, ...]) -> str:
    return "  ".join(map(entry, row))


def take_typed(window: QWidget) -> None:
    """Take in what was typed in the field of a window that has the focus."""
    field = QApplication.focusWidget()
    if isinstance(field, QLineEdit):
        typed = field.isModified()
    else:
        typed = isinstance(field, QPlainTextEdit)
    if typed and field is not None and field.window() is window:
        field.clearFocus()

"""Any dataclass with knobs as a form; each kind of knob has one editor."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListView,
    QToolTip,
    QWidget,
)

from gdviz.core.knobs import Choice, Flag, Real, Text, Whole, Widths, knobs
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QWheelEvent

    from gdviz.core.knobs import Knob, Spec


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


class Form(QWidget):
    """The knobs of one spec; a change emits a new spec and shows nothing by itself."""

    changed = Signal(object)

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self._editors: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        for name, worn in knobs(spec).items():
            if not isinstance(worn.kind, Text):
                self._add(grid, name, worn)
        self.show_spec(spec)

    @property
    def empty(self) -> bool:
        """Whether there is no knob to turn."""
        return not self._editors

    def show_spec(self, spec: Spec) -> None:
        """Show the values of a spec of the same kind."""
        self.spec = spec
        for name, editor in self._editors.items():
            show(editor, getattr(spec, name))

    def _add(self, grid: QGridLayout, name: str, worn: Knob) -> None:
        editor = edit(worn, lambda value: self._change(name, value))
        editor.setObjectName(name)
        row = grid.rowCount()
        if isinstance(editor, QCheckBox):
            grid.addWidget(editor, row, 0, 1, 2)
        else:
            label = QLabel(worn.label)
            label.setObjectName("muted")
            label.setBuddy(editor)
            grid.addWidget(label, row, 0)
            grid.addWidget(editor, row, 1)
        grid.setColumnStretch(1, 1)
        self._editors[name] = editor

    def _change(self, name: str, value: object) -> None:
        try:
            spec = replace(self.spec, **{name: value})
        except Refused as refusal:
            editor = self._editors[name]
            editor.setToolTip(str(refusal))
            show(editor, getattr(self.spec, name))
            return
        if spec != self.spec:
            self.changed.emit(spec)


def edit(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    """Return an editor for a knob; it calls `changed` when a person moves it."""
    editor = _EDITORS[type(worn.kind)](worn, changed)
    editor.setToolTip(worn.tip)
    editor.setAccessibleName(worn.label)
    editor.setAccessibleDescription(worn.tip)
    return editor


def show(editor: QWidget, value: Any) -> None:
    """Show a value in an editor made by `edit`."""
    if isinstance(editor, NumberEdit):
        editor.set_value(value)
    elif isinstance(editor, QCheckBox):
        editor.setChecked(value)
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(value))
    elif isinstance(editor, QLineEdit):
        editor.setText(", ".join(map(str, value)))


def _number(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    assert isinstance(worn.kind, Real | Whole)
    editor = NumberEdit(worn.kind)
    editor.chosen.connect(changed)
    return editor


def _flag(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    editor = QCheckBox(worn.label)
    editor.clicked.connect(changed)
    return editor


def _choice(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    assert isinstance(worn.kind, Choice)
    editor = QuietCombo()
    titles = worn.kind.titles or worn.kind.options
    for option, title in zip(worn.kind.options, titles, strict=True):
        editor.addItem(title, option)
    editor.activated.connect(lambda _: changed(editor.currentData()))
    return editor


def _widths(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    editor = QLineEdit()

    def typed() -> None:
        words = editor.text().replace(",", " ").replace("–", " ").split()
        changed(tuple(int(w) if w.isascii() and w.isdigit() else 0 for w in words))

    editor.editingFinished.connect(typed)
    return editor


_EDITORS: dict[type, Callable[[Knob, Callable[[Any], None]], QWidget]] = {
    Real: _number,
    Whole: _number,
    Flag: _flag,
    Choice: _choice,
    Widths: _widths,
}

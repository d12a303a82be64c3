"""Any dataclass with knobs as a form; each kind of knob has one editor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from gdviz.core.formulas.own import FormulaText
from gdviz.core.knobs import (
    Choice,
    Extent,
    Flag,
    Numbers,
    Real,
    Rows,
    Text,
    Whole,
    Widths,
    knobs,
)
from gdviz.core.refused import Refused
from gdviz.ui.fields import NumberEdit, NumbersEdit, QuietCombo, RowsEdit, entry
from gdviz.ui.formulaedit import FormulaEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.knobs import Knob, Spec


class Form(QWidget):
    """The knobs of one spec; a change emits a new spec and shows nothing by itself."""

    changed = Signal(object)

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self._editors: dict[str, QWidget] = {}
        self._labels: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        worn_first = sorted(knobs(spec).items(), key=lambda item: not _typed(item[1]))
        for name, worn in worn_first:
            if type(worn.kind) is not Text:  # those are chosen in dialogs
                self._add(grid, name, worn)
        self.show_spec(spec)

    @property
    def essential(self) -> bool:
        """Whether there is a knob to be seen at once: what is chosen is typed there."""
        return any(isinstance(e, FormulaEdit) for e in self._editors.values())

    @property
    def empty(self) -> bool:
        """Whether there is no knob to turn."""
        return not self._editors

    def show_spec(self, spec: Spec, left_out: frozenset[str] = frozenset()) -> None:
        """Show the values of a spec of the same kind, but for those left out."""
        self.spec = spec
        idle = spec.idle() | left_out
        for name, editor in self._editors.items():
            show(editor, getattr(spec, name))
            for part in (editor, self._labels.get(name)):
                if part is not None:
                    part.setVisible(name not in idle)

    def _add(self, grid: QGridLayout, name: str, worn: Knob) -> None:
        editor = edit(worn, lambda value: self._change(name, value))
        editor.setObjectName(name)
        row = grid.rowCount()
        if isinstance(editor, QCheckBox | FormulaEdit):
            grid.addWidget(editor, row, 0, 1, 2)
        else:
            label = QLabel(worn.label)
            label.setObjectName("muted")
            label.setBuddy(editor)
            self._labels[name] = label
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


def _typed(worn: Knob) -> bool:
    """Tell whether a knob is what its spec is all about: it comes first."""
    return isinstance(worn.kind, FormulaText)


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
    elif isinstance(editor, RowsEdit | FormulaEdit | NumbersEdit):
        editor.set_value(value)
    elif isinstance(editor, QLineEdit) and not editor.isModified():
        editor.setText(", ".join(map(entry, value)))


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
        editor.setModified(False)
        words = editor.text().replace(",", " ").replace("–", " ").split()
        changed(tuple(int(w) if w.isascii() and w.isdigit() else 0 for w in words))

    editor.editingFinished.connect(typed)
    return editor


def _numbers(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    editor = NumbersEdit()
    editor.setPlaceholderText("drawn, or numbers: 0.5, -1")
    editor.chosen.connect(changed)
    return editor


def _extent(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    editor = _numbers(worn, changed)
    assert isinstance(editor, QLineEdit)
    editor.setPlaceholderText("automatic, or -1, 1, -1, 1")
    return editor


def _formula(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    return FormulaEdit(worn.label, changed)


def _rows(worn: Knob, changed: Callable[[Any], None]) -> QWidget:
    return RowsEdit(changed)


_EDITORS: dict[type, Callable[[Knob, Callable[[Any], None]], QWidget]] = {
    Real: _number,
    Whole: _number,
    Flag: _flag,
    Choice: _choice,
    Widths: _widths,
    Numbers: _numbers,
    Extent: _extent,
    Rows: _rows,
    FormulaText: _formula,
}

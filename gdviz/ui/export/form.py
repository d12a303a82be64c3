"""The form of an export: what, how and into which file; only what a kind needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from gdviz.core.knobs import Real, Whole
from gdviz.ui import style as look
from gdviz.ui.export import kinds
from gdviz.ui.export.kinds import KINDS, PICTURE
from gdviz.ui.export.subjects import LABELS
from gdviz.ui.fields import NumberEdit, QuietCombo

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIDE, _STEP, _EVERY, _RATE = (
    Whole(200, 8000), Whole(0, 10**9), Whole(1, 10**9), Real(0.1, 60.0)
)  # fmt: skip
_SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)
_ALWAYS = ("what", "suffix", "file")


class ExportForm(QWidget):
    """Asks what is exported and how; the suffix of the file and the kind agree.

    Attributes
    ----------
    changed : Signal
        Something else is wanted.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.what = _combo({key: kind.label for key, kind in KINDS.items()})
        self.view, self.scale = _combo({}), _combo({s: f"× {s:g}" for s in _SCALES})
        self.width_, self.height_ = _number(_SIDE), _number(_SIDE)
        self.first, self.last = _number(_STEP), _number(_STEP)
        self.every, self.rate = _number(_EVERY), _number(_RATE)
        self.theme = _combo({look.DARK: "Dark", look.LIGHT: "Light"})
        self.suffix, self.file = _combo({}), QLineEdit()
        self.choose = QPushButton("Choose …")
        self.rows, self._places = QFormLayout(self), dict[str, QWidget]()
        self._lay_out()
        self._explain()
        self._connect()
        self.rate.set_value(20.0)
        self._show_kind()

    @property
    def kind(self) -> str:
        """What is exported, one of `KINDS`."""
        return str(self.what.currentData())

    @property
    def path(self) -> Path:
        """The file to be written."""
        return Path(os.path.expanduser(self.file.text().strip()))

    @property
    def pixels(self) -> float:
        """Pixels to the point."""
        return float(self.scale.currentData())

    @property
    def points(self) -> tuple[int, int]:
        """Width and height of a film."""
        return int(self.width_.value), int(self.height_.value)

    @property
    def steps(self) -> tuple[int, int]:
        """The first step and the last one."""
        return int(self.first.value), int(self.last.value)

    def offer(self, views: Iterable[str], chosen: str) -> None:
        """Offer these views, and choose one if the present one is not among them."""
        before = self.view.currentData()
        self.view.clear()
        for view in views:
            self.view.addItem(LABELS[view], view)
        place = self.view.findData(before)
        self.view.setCurrentIndex(
            place if place >= 0 else max(self.view.findData(chosen), 0)
        )

    def set_open(self, on: bool) -> None:
        """Let everything be changed, or nothing."""
        for field in self._places.values():
            field.setEnabled(on)

    def follow_name(self) -> None:
        """Let the kind follow the suffix typed; a name without one gets one."""
        typed = self.path.suffix.lower()
        if not self.file.text().strip() or os.path.isdir(self.path):
            return
        ways = [key for key, kind in KINDS.items() if typed in kind.suffixes]
        if not ways:
            self.file.setText(f"{self.path}{self.suffix.currentData()}")
            return
        if self.kind not in ways:
            self.what.setCurrentIndex(self.what.findData(ways[0]))
        self.suffix.setCurrentIndex(self.suffix.findData(typed))

    def _show_kind(self, *_: object) -> None:
        """Show the options of this kind alone; the suffix follows it."""
        kind, before = KINDS[self.kind], self.suffix.currentData()
        self.suffix.blockSignals(True)
        self.suffix.clear()
        for suffix, name in kind.suffixes.items():
            self.suffix.addItem(f"{name} ({suffix})", suffix)
        self.suffix.setCurrentIndex(max(self.suffix.findData(before), 0))
        self.suffix.blockSignals(False)
        for name, field in self._places.items():
            self.rows.setRowVisible(field, name in _ALWAYS or name in kind.options)
        self._show_suffix()

    def _show_suffix(self, *_: object) -> None:
        """Let the file end in the suffix chosen; only pixels have a scale."""
        suffix = str(self.suffix.currentData())
        if self.path.suffix:
            self.file.setText(str(self.path.with_suffix(suffix)))
        vector = self.kind == PICTURE and suffix != ".png"
        scaled = kinds.SCALE in KINDS[self.kind].options and not vector
        self.rows.setRowVisible(self.scale, scaled)
        self.changed.emit()

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._show_kind)
        self.suffix.currentIndexChanged.connect(self._show_suffix)
        self.file.editingFinished.connect(self.follow_name)
        for combo in (self.view, self.scale, self.theme):
            combo.currentIndexChanged.connect(self.changed)
        for number in (self.width_, self.height_, self.first, self.last, self.every,
                       self.rate):  # fmt: skip
            number.chosen.connect(lambda _: self.changed.emit())

    def _lay_out(self) -> None:
        self.rows.setContentsMargins(0, 0, 0, 0)
        add = self._add
        add("what", "What", self.what)
        add(kinds.VIEW, "View", self.view)
        add(kinds.THEME, "Theme", self.theme)
        add(kinds.SIZE, "Size", beside(self.width_, QLabel("×"), self.height_))
        add(kinds.SCALE, "Scale", self.scale)
        add(kinds.STEPS, "Steps", beside(self.first, QLabel("to"), self.last))
        add(kinds.EVERY, "A frame every", beside(self.every, QLabel("steps")))
        add(kinds.RATE, "Speed", beside(self.rate, QLabel("frames per second")))
        add("suffix", "Kind of file", self.suffix)
        add("file", "File", beside(self.file, self.choose))

    def _add(self, name: str, words: str, field: QWidget) -> None:
        self.rows.addRow(words, field)
        self._places[name] = field

    def _explain(self) -> None:
        """Tell what each control does, to the eye and to a screen reader."""
        tips = {
            self.what: "What is exported.",
            self.view: "The whole window, all plots, or one plot or panel.",
            self.theme: "The colours of the animation.",
            self.width_: "Width in points.",
            self.height_: "Height in points.",
            self.scale: "Pixels to the point: more are sharper.",
            self.first: "The first step.",
            self.last: "The last step; the run is continued if it is later.",
            self.every: "A frame for every so many steps.",
            self.rate: "How many frames are shown in a second.",
            self.suffix: "The kind of file.",
            self.file: "Where to write.",
            self.choose: "Choose a folder and a name.",
        }
        explain(tips)
        for place, kind in enumerate(KINDS.values()):
            self.what.setItemData(place, kind.tip, Qt.ItemDataRole.ToolTipRole)


def explain(tips: dict[QWidget, str]) -> None:
    """Give controls their tool tips, and names for a screen reader."""
    for field, tip in tips.items():
        field.setToolTip(tip)
        field.setAccessibleName(tip.rstrip(".").partition(":")[0])


def beside(*parts: QWidget) -> QWidget:
    """Return widgets in a row; what is typed or watched takes the room."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part, not isinstance(part, QLabel | QPushButton))
    return made


def _combo(items: dict[Any, str]) -> QuietCombo:
    made = QuietCombo()
    for data, words in items.items():
        made.addItem(words, data)
    return made


def _number(kind: Real | Whole) -> NumberEdit:
    made = NumberEdit(kind)
    made.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.set_value(kind.low)
    return made

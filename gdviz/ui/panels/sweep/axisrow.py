"""One axis of a sweep to be chosen: which setting, and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gdviz.session.sweep import Axis, parse_axis, sweepable
from gdviz.session.sweep.places import setting
from gdviz.ui.fields import QuietCombo
from gdviz.ui.panels.sweep.ranges import suggested

if TYPE_CHECKING:
    from gdviz.core.knobs import Knob
    from gdviz.session.scene import Scene

NONE = ""
NAME = 44  # points: of what stands before a row
_RANGES = (
    "Values: log:0.001:1:16 are 16 in equal ratios, lin:0:1:5 are 5 in equal steps, "
    "1,2,8 are these three, and 1,2,4,…,256 goes on as it begins."
)


class AxisRow(QWidget):
    """A setting and a text for its values, suggested until a person types another.

    Parameters
    ----------
    name : text
        Where the axis lies in the map.
    may_lack : bool
        Whether there may be no such axis.
    """

    changed = Signal()

    def __init__(self, name: str, may_lack: bool) -> None:
        super().__init__()
        self.knob, self.values = QuietCombo(), QLineEdit()
        self._may_lack, self._typed = may_lack, False
        self._scene: Scene | None = None
        self._most = 1
        self._name(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        label = QLabel(name)
        label.setObjectName("muted")
        label.setMinimumWidth(NAME)
        self.values.setMinimumWidth(60)
        row.addWidget(label)
        row.addWidget(self.knob, 1)
        row.addWidget(self.values, 1)
        self.knob.activated.connect(self._choose)
        self.values.textEdited.connect(self._type)

    @property
    def place(self) -> str:
        """The dotted place of the setting; empty if there is no such axis."""
        return self.knob.currentData() or NONE

    def offer(self, scene: Scene, n_examples: int, usual: str) -> None:
        """Offer the settings of a scene; the one that is chosen stays if it can."""
        self._scene, self._most = scene, n_examples
        known, before = sweepable(scene), self.place
        if self._places() != list(known):
            self._fill(known, usual)
            if before in known:
                self.knob.setCurrentIndex(self.knob.findData(before))
        if not self._typed or before != self.place:
            self._suggest()

    def axis(self, scene: Scene) -> Axis | None:
        """Return the axis as it is typed, or None if there is none.

        Raises
        ------
        Refused
        """
        if not self.place:
            return None
        return parse_axis(f"{self.place}={self.values.text()}", scene)

    def show_axis(self, axis: Axis | None) -> None:
        """Show an axis whose values are known."""
        self.knob.setCurrentIndex(self.knob.findData(axis.place if axis else NONE))
        self.values.setText(",".join(f"{v:.10g}" for v in axis.values) if axis else "")
        self._typed = True
        self.values.setEnabled(axis is not None)

    def _places(self) -> list[str]:
        items = [self.knob.itemData(i) for i in range(self.knob.count())]
        return [place for place in items if place != NONE]

    def _fill(self, known: dict[str, Knob], usual: str) -> None:
        self.knob.clear()
        if self._may_lack:
            self.knob.addItem("one row only", NONE)
        for place, worn in known.items():
            self.knob.addItem(_label(place, worn), place)
            tip = f"{place}: {worn.tip}"
            self.knob.setItemData(
                self.knob.count() - 1, tip, Qt.ItemDataRole.ToolTipRole
            )
        self.knob.setCurrentIndex(max(self.knob.findData(usual), 0))

    def _choose(self, _: int) -> None:
        self._suggest()
        self.changed.emit()

    def _type(self, _: str) -> None:
        self._typed = True
        self.changed.emit()

    def _suggest(self) -> None:
        """Write a range that suits the scene."""
        self._typed = False
        self.values.setEnabled(bool(self.place))
        if self._scene is None or not self.place:
            self.values.clear()
            return
        worn = sweepable(self._scene)[self.place]
        value = setting(self._scene, self.place)
        text = suggested(worn, value, self._most)
        if text != self.values.text():
            self.values.setText(text)
            self.values.setCursorPosition(0)

    def _name(self, name: str) -> None:
        self.knob.setToolTip(f"Which setting differs from cell to cell ({name}).")
        self.knob.setAccessibleName(f"Setting {name}")
        self.values.setToolTip(_RANGES)
        self.values.setAccessibleName(f"Values {name}")
        self.values.setAccessibleDescription(_RANGES)


def _label(place: str, worn: Knob) -> str:
    """Return what a setting is called, with where it belongs if that is told."""
    above = place.removeprefix("descent.").rpartition(".")[0]
    return f"{worn.label} ({above})" if above else worn.label

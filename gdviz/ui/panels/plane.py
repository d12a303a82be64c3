"""Choose the plane that the loss surface is drawn over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gdviz.core.knobs import knobs
from gdviz.core.planekinds import PLANES, PlaneKind, TwoParameters
from gdviz.session.scene import Scene
from gdviz.ui.fields import QuietCombo
from gdviz.ui.panels.picker import Picker

if TYPE_CHECKING:
    from gdviz.session.run import Run

_OF_MANY = frozenset({"follow", "at"})  # with two parameters there is but one plane
_HOLD = (
    "Choose the plane as it is at the step shown, through its θ, and let it stay there "
    "as the path goes on."
)


class PlanePanel(QWidget):
    """Shows the plane of a run; a change emits the settings of the scene it makes."""

    changed = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self.picker = Picker("Plane of the surface", PLANES)
        self.across, self.up = QuietCombo(), QuietCombo()
        self.hold = QPushButton("Hold as it is here")
        self.hold.setToolTip(_HOLD)
        self.hold.setAccessibleDescription(_HOLD)
        self.axes, self._step = QWidget(), 0
        self._spec: PlaneKind = TwoParameters()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.picker, self._rows(), self.hold):
            column.addWidget(part)
        self.picker.picked.connect(self._pick)
        self.picker.changed.connect(self._turn)
        self.hold.clicked.connect(self._hold)
        for combo in (self.across, self.up):
            combo.activated.connect(self._choose_axes)

    def offer(self, run: Run) -> None:
        """Offer the parameters of a run, and other planes where there are many."""
        many = len(run.facts.parameters) > 2
        self.picker.offer(PLANES if many else [TwoParameters.name])
        self.picker.combo.setEnabled(many)
        for combo in (self.across, self.up):
            combo.clear()
            combo.addItems(run.facts.parameters)
            combo.setEnabled(many)

    def show_run(self, run: Run) -> None:
        """Show the plane in force."""
        self._step = run.step
        scene, labels = run.snapshot.scene, run.snapshot.plane.labels
        self._spec = scene.plane
        many = len(run.facts.parameters) > 2
        self.picker.show_spec(scene.plane, frozenset() if many else _OF_MANY)
        parameters = isinstance(scene.plane, TwoParameters)
        self.axes.setVisible(parameters)
        self.hold.setVisible(many)
        held = not scene.plane.follow and scene.plane.at == run.step
        self.hold.setEnabled(not held)
        if parameters:
            self.across.setCurrentText(labels[0])
            self.up.setCurrentText(labels[1])

    def _rows(self) -> QWidget:
        rows, worn = QGridLayout(self.axes), knobs(Scene)
        rows.setContentsMargins(0, 0, 0, 0)
        pairs = [("plane_x", self.across), ("plane_y", self.up)]
        for row, (name, combo) in enumerate(pairs):
            label = QLabel(worn[name].label)
            label.setObjectName("muted")
            label.setBuddy(combo)
            combo.setToolTip(worn[name].tip)
            combo.setAccessibleName(worn[name].label)
            rows.addWidget(label, row, 0)
            rows.addWidget(combo, row, 1)
        rows.setColumnStretch(1, 1)
        return self.axes

    def _pick(self, name: str) -> None:
        self.changed.emit({"plane": PLANES[name]()})

    def _turn(self, spec: PlaneKind) -> None:
        """Take a knob that was turned; a step that is named is one to stay at."""
        old = self._spec
        if spec.at != old.at:
            spec = replace(spec, follow=False)
        elif old.follow and not spec.follow:
            spec = replace(spec, at=self._step)
        self.changed.emit({"plane": spec})

    def _hold(self) -> None:
        held = replace(self._spec, follow=False, at=self._step)
        self.changed.emit({"plane": held})

    def _choose_axes(self) -> None:
        self.changed.emit(
            {"plane_x": self.across.currentText(), "plane_y": self.up.currentText()}
        )

"""What a sweep goes over and how far: all that is chosen before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdviz.core.knobs import Real, Whole
from gdviz.session.sweep import USUAL_STEPS, Sweep
from gdviz.session.sweep.sweep import DOUBLE, SINGLE
from gdviz.ui.fields import NumberEdit, QuietCombo
from gdviz.ui.panels.sweep.axisrow import NAME, AxisRow
from gdviz.ui.panels.sweep.grid import MEASURES, STEPS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox

    from gdviz.session.scene import Scene

_RATE, _BATCH = "descent.learning_rate", "descent.batch_size"
UPDATES, EXAMPLES = "steps", "examples"
_FAR = {
    UPDATES: ("updates", "Every run makes so many updates."),
    EXAMPLES: ("examples", "Every run sees so many examples: smaller batches, more."),
}
_EXACT = {
    DOUBLE: ("float64", "A cell that is opened is the same run, to rounding."),
    SINGLE: ("float32", "Faster; a cell that is opened may end a little elsewhere."),
}


class SweepForm(QWidget):
    """The two axes, the length of the runs, the colours and the precision.

    Attributes
    ----------
    changed : Signal
        A person chose another sweep.
    coloured : Signal
        A person chose other colours for the same outcomes.
    """

    changed = Signal()
    coloured = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.across, self.up = AxisRow("across", False), AxisRow("up", True)
        self.far, self.unit = NumberEdit(Whole(1, 10**9, log=True)), QuietCombo()
        self.exact, self.measure = QuietCombo(), QuietCombo()
        self.target = NumberEdit(Real(-1e300, 1e300))
        self._fill()
        self._lay_out()
        self._connect()
        self.far.set_value(USUAL_STEPS)

    @property
    def coloured_by(self) -> str:
        """The measure that is chosen."""
        return str(self.measure.currentData())

    def offer(self, scene: Scene, n_examples: int, loss: float) -> None:
        """Offer what suits a scene; what a person typed stays.

        Parameters
        ----------
        scene : Scene
        n_examples : int
        loss : float
            That of the scene now: a target is half of it until a person chooses one.
        """
        self.across.offer(scene, n_examples, _RATE)
        self.up.offer(scene, n_examples, _BATCH)
        if not self._aimed:
            self.target.set_value(float(f"{loss / 2:.2g}"))

    def sweep(self, scene: Scene) -> Sweep:
        """Return the sweep that is chosen.

        Raises
        ------
        Refused
            The sentence names the place.
        """
        axes = (self.across.axis(scene), self.up.axis(scene))
        far = {str(self.unit.currentData()): int(self.far.value)}
        return Sweep(
            scene,
            tuple(axis for axis in axes if axis is not None),
            **far,
            target=float(self.target.value),
            dtype=str(self.exact.currentData()),
        )

    def show_sweep(self, sweep: Sweep) -> None:
        """Show a sweep that came from a file."""
        second = sweep.axes[1] if len(sweep.axes) > 1 else None
        self.across.show_axis(sweep.axes[0])
        self.up.show_axis(second)
        unit = EXAMPLES if sweep.steps is None else UPDATES
        self.unit.setCurrentIndex(self.unit.findData(unit))
        self.far.set_value(getattr(sweep, unit))
        self.exact.setCurrentIndex(self.exact.findData(sweep.dtype))
        if sweep.target is not None:
            self._aimed = True
            self.target.set_value(sweep.target)

    def set_running(self, on: bool) -> None:
        """Keep everything but the colours as it is while a sweep runs."""
        for part in (self.across, self.up, self.far, self.unit, self.exact):
            part.setEnabled(not on)
        self.target.setEnabled(not on)

    def _fill(self) -> None:
        self._aimed = False
        _offer(self.unit, _FAR)
        _offer(self.exact, _EXACT)
        _offer(self.measure, {k: (m.label, m.tip) for k, m in MEASURES.items()})
        for part, name, tip in (
            (self.far, "Length", "How far every run goes."),
            (self.unit, "Unit of the length", "What the length is counted in."),
            (self.exact, "Precision", "How exactly the runs are computed."),
            (self.measure, "Colour", "What the colours of the map show."),
            (self.target, "Target", "The loss to come down to; known after a start."),
        ):
            part.setToolTip(tip)
            part.setAccessibleName(name)
            part.setAccessibleDescription(tip)
        self._show_target()

    def _connect(self) -> None:
        self.measure.activated.connect(self._recolour)
        self.target.chosen.connect(self._aim)
        self.far.chosen.connect(self._lengthen)
        for row in (self.across, self.up):
            row.changed.connect(self.changed)
        for combo in (self.unit, self.exact):
            combo.activated.connect(lambda _: self.changed.emit())

    def _lengthen(self, far: object) -> None:
        assert isinstance(far, int)
        self.far.set_value(far)
        self.changed.emit()

    def _aim(self, loss: object) -> None:
        assert isinstance(loss, int | float)
        self._aimed = True
        self.target.set_value(float(loss))
        self.changed.emit()

    def _recolour(self, _: int) -> None:
        self._show_target()
        self.coloured.emit()

    def _show_target(self) -> None:
        self.target.setVisible(self.coloured_by == STEPS)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.across)
        column.addWidget(self.up)
        column.addLayout(_row("length", self.far, self.unit, self.exact))
        column.addLayout(_row("colour", self.measure, self.target))


def _offer(combo: QComboBox, choices: dict[str, tuple[str, str]]) -> None:
    for key, (words, tip) in choices.items():
        combo.addItem(words, key)
        combo.setItemData(combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)


def _row(name: str, *parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    label = QLabel(name)
    label.setObjectName("muted")
    label.setMinimumWidth(NAME)
    row.addWidget(label)
    for part in parts:
        row.addWidget(part, 1)
    return row

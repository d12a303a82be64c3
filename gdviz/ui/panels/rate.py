"""The learning rate in force at the step shown, where a schedule changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from gdviz.core.schedules import Constant
from gdviz.session.writing import number

if TYPE_CHECKING:
    from gdviz.session.run import Run


class RateNow(QLabel):
    """What the schedule makes of the learning rate; nothing where it stays."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("muted")
        self.setWordWrap(True)
        self.setAccessibleName("Learning rate of the next step")
        self.setToolTip("The learning rate of the next step, by its schedule.")
        self.setVisible(False)

    def show_run(self, run: Run) -> None:
        """Show the learning rate of the update made from the step shown."""
        snapshot = run.snapshot
        descent, rate = snapshot.scene.descent, number(snapshot.record.rate)
        self.setVisible(descent.schedule != Constant())
        factor = number(descent.schedule.factor(snapshot.step))
        base = number(descent.learning_rate)
        self.setText(f"step {snapshot.step:,}: {factor} × {base} = {rate}")

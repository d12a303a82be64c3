"""The field of the loss that a race is run to."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit


class TargetField(QLineEdit):
    """A loss to be reached; empty for the usual one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Target loss")
        self.setToolTip(
            "The loss to be reached: the table tells how soon each racer was there. "
            "Empty: the least loss of the chosen way down."
        )
        self.setMinimumWidth(110)
        self.setObjectName("small")
        self.returnPressed.connect(self.clearFocus)

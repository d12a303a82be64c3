"""Dividing by M, seen: the chain of arrows shrinks onto the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QVariantAnimation, Signal
from PySide6.QtWidgets import QApplication, QStyle

from gdviz.session.beats import DIVIDE, EXAMPLE, READY, SUM
from gdviz.ui import motion

if TYPE_CHECKING:
    from gdviz.session.beats import Beat

_LASTS = 600  # milliseconds
_WHOLE = (READY, EXAMPLE, SUM)


class Dividing(QObject):
    """The factor by which the chain is drawn: 1, then on its way to 1/M.

    With reduced motion it is there at once.
    """

    moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.factor = 1.0
        self._before: tuple[int, str, int] | None = None
        self._moving = QVariantAnimation(self)
        self._moving.valueChanged.connect(self._move)

    def follow(self, step: int, beat: Beat | None, count: int) -> None:
        """Take on the factor of this phase; animate it where a sum is divided."""
        end = 1.0 if beat is not None and beat.phase in _WHOLE else 1.0 / max(count, 1)
        now = (step, beat.phase if beat is not None else "", count)
        if now == self._before:
            return
        divided = now[1] == DIVIDE and self._before == (step, SUM, count)
        self._before = now
        self._moving.stop()
        if divided and not motion.reduced():
            self._moving.setStartValue(1.0)
            self._moving.setEndValue(end)
            self._moving.setDuration(_LASTS)
            self._moving.start()
        else:
            self.factor = end

    def _move(self, value: float) -> None:
        self.factor = float(value)
        self.moved.emit()


def _animated() -> bool:
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) > 0

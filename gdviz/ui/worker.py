"""The worker: owns the desk in its own thread, one answer per question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gdviz.session.desk import Desk
from gdviz.session.questions import Answer

if TYPE_CHECKING:
    from gdviz.session.questions import Question


class Worker(QObject):
    """Passes questions to the desk and its answers back."""

    answered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @Slot(object)
    def answer(self, question: Question) -> None:
        """Answer, whatever happens: an unanswered question would stop the clock."""
        try:
            answer = self.desk.answer(question)
        except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
            sentence = (
                f"gdviz made a mistake ({type(error).__name__}: {error}). "
                "The run shown is untouched; reset it or choose another scene."
            )
            answer = Answer(question.run, refusal=sentence)
        self.answered.emit(answer)

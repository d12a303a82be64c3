"""The worker: has questions answered in its own thread, one answer per question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gdviz.session.reception import Reception

if TYPE_CHECKING:
    from gdviz.session.desk import Desk
    from gdviz.session.questions import Question


class Worker(QObject):
    """Passes questions to the reception and its answers back.

    `said` brings sentences on the way, `housed` where the answers come from when that
    was not chosen.
    """

    answered = Signal(object)
    said = Signal(str)
    housed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.reception = Reception(self.said.emit)

    @property
    def desk(self) -> Desk:
        """The desk in this process."""
        return self.reception.desk

    @Slot(object)
    def answer(self, question: Question) -> None:
        """Answer, whatever happens."""
        before = self.reception.choice
        answer = self.reception.answer(question)
        if self.reception.choice != before:
            self.housed.emit(self.reception.choice)
        self.answered.emit(answer)

    @Slot(str)
    def choose(self, choice: str) -> None:
        """Choose where the answers come from."""
        self.reception.choose(choice)

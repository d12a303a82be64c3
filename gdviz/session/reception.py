"""The reception: takes every question and has it answered here or in the annex.

A run that the one who is to answer does not know yet is made again first, bit for
bit: so runs may move, and outlast a process that ends.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.own import OwnData
from gdviz.session.course import as_begun
from gdviz.session.desk import Desk, reply
from gdviz.session.questions import Answer, Question
from gdviz.session.workers import THREAD, Gone, NotPortable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.annex import Annex
    from gdviz.session.snapshot import Snapshot

_SHORT = 60.0  # seconds: two ends within them are too many
_PATIENCE = 20.0  # seconds for another process to begin
_SLICE = 0.25  # seconds between two words on how far a run is made again


@dataclass
class _Place:
    """Somewhere to be answered, and the runs that are known there."""

    answer: Callable[[Question], Answer]
    runs: frozenset[int] = frozenset()


class Reception:
    """Answers every question, and says what else there is to know.

    Parameters
    ----------
    say : function
        What a sentence is passed to.

    Attributes
    ----------
    desk : Desk
        The one in this process.
    choice : text
        THREAD or PROCESS: where the answers are to come from.
    apart : bool
        Whether the last one came from the process.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.desk, self.choice, self.apart = Desk(), THREAD, False
        self._say = say
        self._here = _Place(lambda question: reply(self.desk, question))
        self._there = _Place(self._pass_on)
        self._annex: Annex | None = None
        self._known: dict[int, Snapshot] = {}  # the newest of each run
        self._staying: set[int] = set()  # runs that cannot be sent or made again
        self._ends: deque[float] = deque(maxlen=2)
        self._closed = False

    @property
    def process(self) -> int | None:
        """The number of the process, if there is one."""
        return self._annex.number if self._annex is not None else None

    def choose(self, choice: str) -> None:
        """Choose where the answers are to come from."""
        self.choice = choice
        self._ends.clear()
        if choice == THREAD:
            self._let_annex_go()
        elif self._known:  # else the first picture comes first
            self._begin_annex()

    def answer(self, question: Question) -> Answer:
        """Answer, whoever ends over it."""
        told: list[str] = []
        for _ in range(2):
            try:
                answer = self._answer(question)
                break
            except Gone:
                told.append(self._replace_annex())
        else:
            answer = Answer(question.run, refusal=_TWICE)
        self._note(question, answer)
        return replace(answer, moved=(*told, *answer.moved)) if told else answer

    def close(self) -> None:
        """End the process; whoever waits for it goes on."""
        self._closed = True
        if self._annex is not None:
            self._annex.kill()

    def finish(self) -> None:
        """Leave nothing of the process, once nobody waits."""
        self._let_annex_go()

    def _answer(self, question: Question) -> Answer:
        place, begun = self._place(question), time.perf_counter()
        try:
            self._make_known(place, question)
            spent = time.perf_counter() - begun
            answer = place.answer(replace(question, until=question.until + spent))
        except NotPortable:
            self._keep_here(question)
            self._let_annex_go()  # the two sides do not know the same any more
            return self._answer(question)
        except _Unlike as fault:
            if place is self._there and self._root(question) in self._here.runs:
                self._keep_here(question)
                return self._answer(question)
            return Answer(question.run, refusal=str(fault))
        if answer.kept >= 0 or not answer.refusal:
            place.runs = (place.runs & question.keep) | {question.run}
        self.apart = place is self._there
        return answer

    def _place(self, question: Question) -> _Place:
        """Return who is to answer a question."""
        if self.choice == THREAD or self._closed:
            return self._here
        if self._annex is None:
            if not self._known:
                return self._here
            self._begin_annex()
        if self._stays(question) or not (self._annex and self._annex.ready):
            return self._here
        return self._there

    def _stays(self, question: Question) -> bool:
        """Tell whether a question can be answered in this process only."""
        root, scene = self._root(question), question.scene
        if root in self._staying or question.run in self._staying:
            return True
        if root is not None:
            scene = self._known[root].scene
        if scene is None or not isinstance(scene.data, OwnData):
            return False
        self._keep_here(question)
        self._say(_OWN)
        return True

    def _keep_here(self, question: Question) -> None:
        """Have a run and those that leave it answered in this process."""
        root = self._root(question)
        self._staying |= {question.run} if root is None else {question.run, root}
        self._there.runs -= self._staying

    def _root(self, question: Question) -> int | None:
        """Return the run that must be known for a question; None: it begins one."""
        return question.run if question.run in self._known else question.branch

    def _make_known(self, place: _Place, question: Question) -> None:
        """Make a run again where it is not known."""
        root = self._root(question)
        if root is None or root in place.runs:
            return
        known = self._known[root]
        course, ended = known.course, known.diverged
        again = Question(root, as_begun(known), steps=int(ended), again=course)
        answer = Answer(root, busy=True)
        while answer.busy and not self._closed:
            until = time.perf_counter() + _SLICE
            answer = place.answer(replace(again, until=until))
            if answer.busy:
                self._say(_AGAIN.format(answer.newest, course.steps))
        _check(answer, known)
        place.runs |= {root}

    def _note(self, question: Question, answer: Answer) -> None:
        """Keep what it takes to make the runs again, and no others."""
        if answer.refusal and answer.kept < 0:
            return
        if answer.snapshot is not None:
            self._known[question.run] = answer.snapshot
        kept = question.keep | {question.run}
        self._known = {run: s for run, s in self._known.items() if run in kept}
        self._staying &= kept
        self._here.runs &= kept - self._there.runs
        self.desk.keep(self._here.runs)

    def _pass_on(self, question: Question) -> Answer:
        if self._annex is None:
            raise Gone
        return self._annex.answer(question)

    def _begin_annex(self) -> None:
        if self._annex is None and not self._closed:
            from gdviz.session.annex import Annex  # noqa: PLC0415  (start is quick)

            self._annex = Annex()

    def _let_annex_go(self) -> None:
        if self._annex is not None:
            self._annex.close()
        self._annex, self._there.runs, self.apart = None, frozenset(), False

    def _replace_annex(self) -> str:
        """Begin another process for one that has ended; return what is to be told."""
        self._let_annex_go()
        now = time.monotonic()
        self._ends.append(now)
        if len(self._ends) == 2 and now - self._ends[0] < _SHORT:
            self.choice = THREAD
            return _TO_THREAD
        self._begin_annex()
        if self._annex is not None:
            self._annex.wait(_PATIENCE)
        return _REPLACED


class _Unlike(Exception):  # noqa: N818
    """A run could not be made again as it was."""


def _check(answer: Answer, known: Snapshot) -> None:
    """Look whether a run made again has come to the very same place."""
    if answer.refusal:
        raise _Unlike(f"This run cannot be made again: {answer.refusal}")
    snapshot = answer.snapshot
    if snapshot is None or not np.array_equal(
        snapshot.record.theta, known.record.theta
    ):
        raise _Unlike(_CHANGED)


_OWN = "An objective of your own is trained in the thread: it cannot leave the program."
_AGAIN = "Making the steps of this run again: {:,} of {:,}."
_REPLACED = "The worker process ended unexpectedly; another one goes on with this run."
_TO_THREAD = "The worker process ended twice; training goes on in a thread."
_TWICE = (
    "The worker process ended twice over this, maybe for want of memory; "
    "choose fewer examples. The run shown is untouched, and goes on in a thread."
)
_CHANGED = "The examples are others than when this run began: reset it."

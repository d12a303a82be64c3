"""Running a sweep on any executor, whatever becomes of its workers."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gdviz.session.sweep.blocks import Block, blocks
from gdviz.session.sweep.crews import Crew
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.sweep import cells
from gdviz.session.sweep.working import Progress, work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator

    from gdviz.session.sweep.sweep import Cell, Sweep

    Answer = Progress | tuple[Outcome, ...]

TRIES = 4  # of one block, whose worker is lost each time
_LOOK = 0.1  # seconds between two looks at whether it is cancelled


def run_sweep(
    sweep: Sweep,
    executor: Executor | Crew,
    cancelled: Callable[[], bool] = lambda: False,
    done: Collection[Cell] = (),
) -> Generator[Outcome, None, None]:
    """Yield the outcome of every cell as it comes in.

    Parameters
    ----------
    sweep : Sweep
    executor : Executor or Crew
        Any executor of `concurrent.futures`, which stays open; or a crew, whose
        executor is made anew when it breaks and is shut down at the end.
    cancelled : function
        Whether to stop. What is under way ends by itself, within about a second.
    done : collection of cells
        Cells that are known already.
    """
    wanted = [cell for cell in cells(sweep) if cell not in set(done)]
    office = _Office(executor)
    try:
        yield from office.outcomes(blocks(sweep, wanted), cancelled)
    finally:
        office.close()


@dataclass(frozen=True)
class _Piece:
    block: Block
    so_far: Progress = field(default_factory=Progress)
    tries: int = 0


class _Office:
    """Hands out pieces of work, takes in what comes back."""

    def __init__(self, executor: Executor | Crew) -> None:
        self._crew = executor if isinstance(executor, Crew) else None
        self._executor = executor.make() if isinstance(executor, Crew) else executor
        self._size = self._crew.size if self._crew else (os.cpu_count() or 1) + 1
        self._waiting: deque[_Piece] = deque()
        self._out: dict[Future[Answer], tuple[_Piece, Executor]] = {}

    def outcomes(
        self, work_left: Iterator[Block | Outcome], cancelled: Callable[[], bool]
    ) -> Iterator[Outcome]:
        """Yield outcomes until there is no work left, or it is cancelled."""
        more = True
        while not cancelled():
            while more and len(self._out) + len(self._waiting) < self._size:
                made = next(work_left, None)
                if made is None:
                    more = False
                elif isinstance(made, Block):
                    self._waiting.append(_Piece(made))
                else:
                    yield made
            self._hand_out()
            if not self._out and not self._waiting:
                return
            yield from self._taken_in()

    def _hand_out(self) -> None:
        """Submit what waits; an executor that takes no work any more has lost it."""
        while self._waiting:
            piece, executor = self._waiting.popleft(), self._executor
            try:
                future = executor.submit(work, piece.block, piece.so_far)
            except RuntimeError as fault:  # broken, or shut down
                future = Future()
                future.set_exception(fault)
            self._out[future] = piece, executor

    def _taken_in(self) -> Iterator[Outcome]:
        """Yield what is done; what is half done or lost waits again."""
        finished = wait(self._out, _LOOK, FIRST_COMPLETED).done
        for future in finished:
            piece, executor = self._out.pop(future)
            fault = _fault(future)
            if fault is not None:
                yield from self._lost(piece, executor, fault)
            elif isinstance(answer := future.result(), Progress):
                self._waiting.appendleft(replace(piece, so_far=answer, tries=0))
            else:
                yield from answer

    def _lost(
        self, piece: _Piece, executor: Executor, fault: BaseException
    ) -> Iterator[Outcome]:
        """Let a piece be tried again, or yield that it is given up."""
        if self._crew and executor is self._executor and _gone(fault):
            executor.shutdown(wait=False)
            self._executor = self._crew.make()
        if piece.tries + 1 < TRIES:
            self._waiting.append(replace(piece, tries=piece.tries + 1))
            return
        why = f"given up after {TRIES} tries: {type(fault).__name__}: {fault}"
        for task in piece.block.tasks:
            yield Outcome(task.cell, task.values, steps=task.steps, fault=why)

    def close(self) -> None:
        """Call back what has not begun."""
        for future in self._out:
            future.cancel()
        if self._crew:
            self._executor.shutdown()


def _fault(future: Future[Answer]) -> BaseException | None:
    """Return why a future has no result, if it has none."""
    return CancelledError() if future.cancelled() else future.exception()


def _gone(fault: BaseException) -> bool:
    return isinstance(fault, BrokenExecutor)

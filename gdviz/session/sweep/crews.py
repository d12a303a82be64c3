"""Who does the work: this thread, a pool of processes, or somebody else's cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Crew:
    """How to get an executor, and another one when it breaks.

    Attributes
    ----------
    make : function
        Returns a new executor; the sweep shuts it down.
    size : int
        How many pieces of work are handed out at once.
    """

    make: Callable[[], Executor]
    size: int


class Here(Executor):
    """Does what is submitted at once, in the thread that submits it."""

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **named: Any
    ) -> Future[Any]:
        """Return a future that is done already."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **named))
        except Exception as fault:  # noqa: BLE001 - an executor keeps what was raised
            future.set_exception(fault)
        return future


class _Processes(ProcessPoolExecutor):
    """Processes that never hear Ctrl+C, not even while they begin."""

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **named: Any
    ) -> Future[Any]:
        """Return a future; a process begun for it has Ctrl+C held back."""
        if sys.platform == "win32":
            return super().submit(fn, *args, **named)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def here() -> Crew:
    """Return a crew of this thread alone."""
    return Crew(Here, 1)


def processes(count: int | None = None) -> Crew:
    """Return a crew of some processes of their own, one a processor by default."""
    count = count or os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")

    def make() -> Executor:
        return _Processes(count, context, initializer=_quiet)

    return Crew(make, count + 1)


def _quiet() -> None:
    """Leave Ctrl+C to the process that asked for the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

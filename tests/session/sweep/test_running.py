from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gdviz.session.sweep import (
    Axis,
    Crew,
    Outcome,
    cells,
    here,
    processes,
    run_sweep,
)
from gdviz.session.sweep.crews import Here
from gdviz.session.sweep.running import TRIES
from tests.session.sweep.sweeps import assert_same, by_cell, moons

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEP = replace(moons(), axes=(moons().axes[0], Axis("seed", (1, 2, 3, 4))))


def test_any_executor_gives_the_same_outcomes() -> None:
    wanted = by_cell(run_sweep(SWEEP, here()))
    assert wanted.keys() == set(cells(SWEEP))
    assert_same(by_cell(run_sweep(SWEEP, Here())), wanted)
    with ThreadPoolExecutor(2) as threads:
        assert_same(by_cell(run_sweep(SWEEP, threads)), wanted)
        assert threads.submit(int, "7").result() == 7  # it stays open


class Breaking:
    """A pool of processes of which some are killed while they are at work."""

    def __init__(self, times: int) -> None:
        self.left, self.made = times, list[ProcessPoolExecutor]()
        self.crew = processes(2)

    def make(self) -> Executor:
        made = self.crew.make()
        assert isinstance(made, ProcessPoolExecutor)
        self.made.append(made)
        if self.left:
            self.left -= 1
            made.submit(os._exit, 7)
        return made


def test_processes_that_die_are_replaced_and_no_cell_is_lost() -> None:
    breaking = Breaking(2)
    found = by_cell(run_sweep(SWEEP, Crew(breaking.make, 3)))
    assert len(breaking.made) == 3
    assert_same(found, by_cell(run_sweep(SWEEP, here())))
    for pool in breaking.made:
        with pytest.raises(RuntimeError):
            pool.submit(int)  # all are shut down


class Losing(Here):
    """An executor whose answers are lost as often as is said."""

    def __init__(self, times: int, how: Callable[[Future[Any]], object]) -> None:
        self.left, self.how, self.submitted = times, how, 0

    def submit(self, fn: Any, /, *args: Any, **named: Any) -> Future[Any]:
        self.submitted += 1
        if not self.left:
            return super().submit(fn, *args, **named)
        self.left -= 1
        future: Future[Any] = Future()
        self.how(future)
        return future


class KilledWorker(Exception):  # noqa: N818 - named as that of Dask
    pass


LOSSES = {
    "cancelled": lambda future: (
        future.cancel(),
        future.set_running_or_notify_cancel(),
    ),
    "killed": lambda future: future.set_exception(KilledWorker("worker-7")),
    "cancelled there": lambda future: future.set_exception(CancelledError("x")),
}


@pytest.mark.parametrize("how", LOSSES)
def test_lost_work_is_handed_out_again(how: str) -> None:
    losing = Losing(TRIES - 1, LOSSES[how])
    found = by_cell(run_sweep(SWEEP, Crew(lambda: losing, 1)))
    assert_same(found, by_cell(run_sweep(SWEEP, here())))
    assert losing.left == 0


def test_work_that_is_lost_again_and_again_is_given_up() -> None:
    losing = Losing(10**9, LOSSES["killed"])
    found = by_cell(run_sweep(SWEEP, Crew(lambda: losing, 1)))
    assert found.keys() == set(cells(SWEEP))
    assert {o.fault for o in found.values()} == {
        f"given up after {TRIES} tries: KilledWorker: worker-7"
    }
    assert losing.submitted == TRIES * 4  # a block for each seed


def test_an_executor_that_is_shut_down_is_told() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    found = list(run_sweep(SWEEP, pool))
    assert len(found) == len(cells(SWEEP))
    assert all("given up" in outcome.fault for outcome in found)


def test_outcomes_come_in_as_they_are_made() -> None:
    outcomes = run_sweep(SWEEP, here())
    first = next(outcomes)
    assert isinstance(first, Outcome)
    outcomes.close()


def test_cancelled_before_it_begins_nothing_is_run() -> None:
    losing = Losing(0, LOSSES["killed"])
    assert list(run_sweep(SWEEP, losing, lambda: True)) == []
    assert losing.submitted == 0


def test_a_long_sweep_is_cancelled_long_before_its_end() -> None:
    sweep = moons(steps=10**9)
    stop = threading.Event()
    pool = ThreadPoolExecutor(1)
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    begun = time.perf_counter()
    assert list(run_sweep(sweep, pool, stop.is_set)) == []
    pool.shutdown()  # waits for the slice under way
    timer.join()
    assert stop.is_set()
    assert time.perf_counter() - begun < 30


def test_no_process_is_left() -> None:
    made: list[Any] = []

    def make() -> Executor:
        made.append(processes(1).make())
        return made[-1]

    outcomes = run_sweep(moons(steps=10**9), Crew(make, 1), _seen_twice())
    assert list(outcomes) == []
    assert multiprocessing.active_children() == []


def _seen_twice() -> Callable[[], bool]:
    seen = iter([False, False])
    return lambda: next(seen, True)

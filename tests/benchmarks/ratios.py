"""Ratios between gdviz and its peers on the same work, in interleaved rounds.

A benchmark asks for the fixture `compare` and registers a row of the table:

    def test_gradients(compare: Compare) -> None:
        torch = pytest.importorskip("torch")
        ...
        compare(
            "G1", "2-8-1, B = 32", ours, Against("torch.func", theirs, 105, stretch=120)
        )

Each function takes no arguments and returns what was computed; before any timing the
values are compared. What is prepared once (plans, compiled functions) is prepared
outside; the time of the first call is told apart.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.testing import assert_allclose

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Run = Callable[[], Any]
ROUNDS, ROUND = 25, 0.002  # how many, and seconds each at least
TABLE: list[Line] = []


@dataclass(frozen=True)
class Against:
    """What gdviz is measured against.

    Attributes
    ----------
    name : text
    run : function
    accept, stretch : float or None
        Of the ratio peer ÷ gdviz, at least; with `at_most`, of the ratio
        gdviz ÷ peer, at most: in gradients, in the time of a physical limit.
    as_ours : function
        Makes of what `run` returns the arrays that gdviz returns.
    rtol : float or None
        How well the values agree; None: there are none to compare.
    """

    name: str
    run: Run
    accept: float | None = None
    stretch: float | None = None
    at_most: bool = False
    as_ours: Callable[[Any], Any] = lambda value: value
    rtol: float | None = 1e-9


@dataclass(frozen=True)
class Line:
    """One measured ratio; times are medians in seconds."""

    row: str
    work: str
    peer: str
    ours: float
    theirs: float
    best: tuple[float, float]  # the shortest of each, where the machine is busy
    first: float  # seconds of the peer's first call
    accept: float | None
    stretch: float | None
    at_most: bool

    @property
    def ratio(self) -> float:
        """Peer ÷ gdviz, or gdviz ÷ peer where that is to be at most so much."""
        return self._of(self.ours, self.theirs)

    @property
    def best_ratio(self) -> float:
        """The same of the shortest times."""
        return self._of(*self.best)

    def _of(self, ours: float, theirs: float) -> float:
        return ours / theirs if self.at_most else theirs / ours

    @property
    def met(self) -> str:
        """Return "stretch", "accept", "no", or nothing without a target."""
        for word, target in (("stretch", self.stretch), ("accept", self.accept)):
            if target is not None and self._reaches(target):
                return word
        return "no" if self.accept is not None else ""

    def _reaches(self, target: float) -> bool:
        return self.ratio <= target if self.at_most else self.ratio >= target


class Compare:
    """Measures functions side by side; see the top of this file.

    Parameters
    ----------
    benchmark : fixture of pytest-benchmark
        It times gdviz, and after each of its rounds the peers have theirs.
    """

    def __init__(self, benchmark: Any) -> None:
        self._benchmark = benchmark

    def __call__(self, row: str, work: str, ours: Run, *others: Against) -> list[Line]:
        """Compare the values, then the times; add a line for each to the table."""
        value = flat(ours())
        firsts = [_first(other, value) for other in others]
        rounds = [Rounds(other.run) for other in others]

        def after_each_round() -> None:
            for peer in rounds:
                peer.measure()

        own = Rounds(ours)
        self._benchmark.group = row
        self._benchmark.extra_info["work"] = work
        gc.collect()
        self._benchmark.pedantic(
            ours, rounds=ROUNDS, iterations=own.calls, teardown=after_each_round
        )
        if self._benchmark.disabled:
            return []
        mine = self._benchmark.stats.stats
        lines = [
            Line(row, work, other.name, mine.median, median(peer.times),
                 (mine.min, min(peer.times)), first,
                 other.accept, other.stretch, other.at_most)
            for other, peer, first in zip(others, rounds, firsts, strict=True)
        ]  # fmt: skip
        TABLE.extend(lines)
        return lines


class Rounds:
    """One function, called often enough for a round to last a few milliseconds."""

    def __init__(self, run: Run) -> None:
        self._run, self.calls, self.times = run, 1, list[float]()
        while (took := self._round()) < ROUND and self.calls < 10**6:
            self.calls = max(2 * self.calls, int(self.calls * ROUND / max(took, 1e-7)))

    def measure(self) -> None:
        """Time one round."""
        self.times.append(self._round() / self.calls)

    def _round(self) -> float:
        run, calls, collecting = self._run, range(self.calls), gc.isenabled()
        gc.disable()
        start = time.perf_counter()
        for _ in calls:
            run()
        took = time.perf_counter() - start
        if collecting:
            gc.enable()
        return took


def _first(other: Against, expected: list[Any]) -> float:
    """Return the seconds of the first call; its values must be the expected ones."""
    start = time.perf_counter()
    value = other.run()
    took = time.perf_counter() - start
    if other.rtol is not None:
        theirs = flat(other.as_ours(value))
        for mine, other_one in zip(expected, theirs, strict=False):
            size = float(np.abs(mine).max(initial=0.0))
            assert_allclose(other_one, mine, rtol=other.rtol, atol=other.rtol * size)
    return took


def flat(value: Any) -> list[Any]:
    """Return arrays as a list, copied: buffers may be used again."""
    if isinstance(value, (tuple, list)):
        return [array for part in value for array in flat(part)]
    return [np.array(np.asarray(value.detach() if hasattr(value, "detach") else value))]


HEAD = ("row", "work", "against", "gdviz", "peer", "ratio", "best", "accept",
        "stretch", "met", "peer's first call")  # fmt: skip


def text(lines: Iterable[Line]) -> str:
    """Return the lines as a table."""
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cells(line: Line) -> tuple[str, ...]:
    sign = "≤ " if line.at_most else "≥ "
    return (
        line.row, line.work, line.peer, seconds(line.ours), seconds(line.theirs),
        f"{line.ratio:.3g}", f"{line.best_ratio:.3g}",
        *(f"{sign}{x:g}" if x is not None else "" for x in (line.accept, line.stretch)),
        line.met, seconds(line.first),
    )  # fmt: skip


def seconds(time: float) -> str:
    """Return a time with its unit: 4.2 µs."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if time >= size:
            return f"{time / size:.3g} {unit}"
    return f"{time / 1e-9:.3g} ns"


def save(lines: Iterable[Line], path: Path) -> None:
    """Write the lines as JSON."""
    path.write_text(json.dumps([asdict(line) for line in lines], indent=1))


def loaded(path: Path) -> list[Line]:
    """Return the lines of a file written by `save`."""
    return [Line(**line) for line in json.loads(path.read_text())]

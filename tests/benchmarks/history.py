"""How much memory a long run's history takes, and how soon any step is shown again.

`python tests/benchmarks/history.py [steps]`, a million if none are named. Memory is
counted from the sizes of all objects the history holds, and seen from outside as the
growth of the most memory the process ever had. Figures depend on the machine.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.datasets import Moons
from gdviz.core.losses import SoftmaxCrossEntropy
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.desk import Desk
from gdviz.session.losscurve import begins
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

_LATER = 0.004  # seconds: how long the player lets an answer take beside its steps
_SEEKS, _BACK, _COMPARED, _COLUMNS = 200, 20, 5, 1000
_MIB = 2**20


def scene(optimizer: str) -> Scene:
    """Return a network with two hidden layers on moons."""
    return Scene(
        data=Moons(),
        model=MLP((16, 16)),
        loss=SoftmaxCrossEntropy(),
        descent=Descent(32, 0.02, optimizer=OPTIMIZERS[optimizer]()),
    )


class Screen:
    """A desk that is asked as the player asks it, and a run that takes it all in."""

    def __init__(self, optimizer: str) -> None:
        self.desk = Desk()
        self.run = Run(self.desk.answer(Question(1, scene(optimizer), until=0.0)))

    def go(self, newest: int, losses: Array) -> None:
        """Make steps up to a newest one, and note their losses."""
        while self.run.newest < newest:
            steps = newest - self.run.newest
            answer = self.desk.answer(
                Question(1, steps=steps, whole=True, until=time.perf_counter() + _LATER)
            )
            assert answer.made is not None
            first = answer.made.first
            losses[first : first + len(answer.made.losses)] = answer.made.losses
            self.run.take_in(answer)

    def seek(self, step: int) -> float:
        """Show a step; return how many milliseconds that took."""
        begun = time.perf_counter()
        question = Question(1, seek=step, whole=True, until=begun + _LATER)
        self.run.take_in(self.desk.answer(question))
        assert self.run.step == step
        return 1e3 * (time.perf_counter() - begun)

    def history(self) -> dict[str, float]:
        """Return how many MiB its parts take, all they hold included."""
        run, trainer = self.run, self.desk._stages[1].trainer
        parts: dict[str, list[object]] = {
            "checkpoints": [trainer._checkpoints, trainer._tape],
            "losses": [run._losses],
            "path": [run._trail],
        }
        return {name: held(roots) / _MIB for name, roots in parts.items()}


def held(roots: list[object]) -> int:
    """Return how many bytes some objects and all that they hold take."""
    found: dict[int, object] = {}
    todo = list(roots)
    while todo:
        one = todo.pop()
        if id(one) not in found and not isinstance(
            one, type | ModuleType | FunctionType
        ):
            found[id(one)] = one
            base = getattr(one, "base", None)
            todo += gc.get_referents(one) + ([] if base is None else [base])
    return sum(sys.getsizeof(one) for one in found.values())


def most_memory() -> float:
    """Return the most memory the process ever had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MIB if sys.platform == "darwin" else 1024)


def arrays(snapshot: Snapshot) -> list[NDArray[Any]]:
    """Return every array of the step that is pending there."""
    record = snapshot.record
    return [
        record.theta,
        record.rows,
        record.losses,
        record.gradients,
        record.gradient,
        record.handed,
        record.update,
        *record.memory.values(),
        record.after.theta,
        *record.after.memory.values(),
        snapshot.full.gradient,
    ]


def same(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether two snapshots hold the same numbers, bit for bit."""
    pairs = zip(arrays(one), arrays(other), strict=True)
    equal = all(a.tobytes() == b.tobytes() for a, b in pairs)
    return equal and one.record.cursor == other.record.cursor


def columns(run: Run, losses: Array, edges: Array) -> int:
    """Return in how many columns the curve has the extremes of all losses."""
    steps, outline = run.batch_losses(_COLUMNS)
    right = 0
    for first, end in pairwise([*edges.astype(int), len(losses)]):
        here = outline[(first <= steps) & (steps < min(end, len(losses)))]
        part = losses[first:end]
        right += here.min() == part.min() and here.max() == part.max()
    return right


def measure(optimizer: str, steps: int) -> list[str]:
    """Return what there is to say of one optimizer, line by line."""
    rng, losses = np.random.default_rng(0), np.ones(steps)
    screen = Screen(optimizer)
    screen.go(min(2000, steps), losses)
    before, begun = most_memory(), time.perf_counter()
    screen.go(steps, losses)
    took, grown = time.perf_counter() - begun, most_memory() - before
    run, parts = screen.run, screen.history()
    told = ", ".join(f"{name} {size:.1f}" for name, size in parts.items())
    exact = np.floor(np.arange(_COLUMNS) * steps / _COLUMNS)
    right, nearly = (columns(run, losses, e) for e in (begins(exact), exact))
    begun = time.perf_counter()
    run.batch_losses(_COLUMNS)
    outlined = 1e3 * (time.perf_counter() - begun)
    seeks = [screen.seek(int(s)) for s in rng.integers(steps + 1, size=_SEEKS)]
    backs = [
        screen.seek(int(start) - i)
        for start in rng.integers(_BACK, steps + 1, size=_SEEKS // _BACK)
        for i in range(_BACK + 1)
        if i or not screen.seek(int(start))
    ]
    return [
        f"{run.facts.architecture}, {optimizer}, {steps:,} steps in {took:.0f} s",
        f"  history {sum(parts.values()):.1f} MiB ({told}); process +{grown:.1f} MiB",
        f"  a random step: {_quantiles(seeks)}; one step back: {_quantiles(backs)}",
        f"  loss curve: {right} of {_COLUMNS} columns of whole buckets have all "
        f"extremes, {nearly} of {_COLUMNS} equal ones; {outlined:.1f} ms",
        f"  equal to a fresh run at {_compared(screen, optimizer, rng)}",
    ]


def _compared(screen: Screen, optimizer: str, rng: np.random.Generator) -> str:
    """Compare some steps with a run that goes straight there."""
    newest, fresh = screen.run.newest, Screen(optimizer)
    told = []
    for step in sorted(map(int, rng.integers(newest + 1, size=_COMPARED))):
        screen.seek(step)
        fresh.go(step, np.zeros(step))
        equal = same(screen.run.snapshot, fresh.run.snapshot)
        told.append(f"{step:,}: {'yes' if equal else 'NO'}")
    return ", ".join(told)


def _quantiles(values: list[float]) -> str:
    median, late = np.percentile(values, [50, 95])
    return f"median {median:.1f} ms, p95 {late:.1f} ms"


def main() -> None:
    """Measure every optimizer in a process of its own."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    context = get_context("spawn")
    for optimizer in OPTIMIZERS:
        with ProcessPoolExecutor(1, mp_context=context) as alone:
            lines = alone.submit(measure, optimizer, steps).result()
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

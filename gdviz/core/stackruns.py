"""Many runs side by side: a value that any process can go on with, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gdviz.core.optimizers import Here, Noise
from gdviz.core.stack import Stack
from gdviz.core.stackrows import rows_ahead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import DTypeLike, NDArray

    from gdviz.core.batches import Draw
    from gdviz.core.objective import Objective
    from gdviz.core.optimizers import Optimizer
    from gdviz.core.schedules import Schedule

    Array = NDArray[Any]  # of float64 or float32

_AHEAD = 2**19  # numbers of the batches that are taken out at once


class Runs(NamedTuple):
    """Where r runs stand.

    Attributes
    ----------
    step : int
    theta : ndarray of shape (r, p)
        A diverged run is put back to its start and stays there.
    behind : ndarray of shape (r, p)
        θ one step before.
    memory : mapping of text to ndarray of shape (r, p) or ()
    last : ndarray of shape (r,)
        The last finite step of a diverged run; −1 of the others.
    kept : ndarray of shape (r, p)
        θ of a diverged run at its last finite step.
    """

    step: int
    theta: Array
    behind: Array
    memory: Mapping[str, Array]
    last: NDArray[np.int64]
    kept: Array


@dataclass(frozen=True, eq=False)
class Way:
    """How stacked runs go down: all but the learning rate and the batch is shared.

    Attributes
    ----------
    optimizer : Optimizer
    schedule : Schedule
    draw : Draw
    sizes : ndarray of shape (g,)
        Batch sizes.
    rates : ndarray of shape (g, r)
        Learning rates, before the schedule.
    """

    optimizer: Optimizer
    schedule: Schedule
    draw: Draw
    sizes: NDArray[np.int64]
    rates: NDArray[np.float64]


class Stepper:
    """Brings stacked runs from step to step.

    Parameters
    ----------
    objective : Objective
    way : Way
    theta : ndarray of shape (p,)
        Where all of them start.
    dtype : float64 or float32
    """

    def __init__(
        self,
        objective: Objective,
        way: Way,
        theta: NDArray[np.float64],
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.way, self.dtype = way, np.dtype(dtype)
        (g, r), b = way.rates.shape, int(way.sizes.max())
        shape = g, r, b
        self._stack = Stack(objective.network, objective.loss_kind, shape, self.dtype)
        columns = np.vstack([objective.inputs, objective.targets])
        self._columns, self._k = columns.astype(self.dtype), len(objective.targets)
        self._base = way.rates.reshape(-1, 1)
        self._known: tuple[NDArray[np.int64], float, Array] | None = None
        self._theta = np.tile(theta.astype(self.dtype), (g * r, 1))
        self._most = max(1, _AHEAD // (g * b * len(columns)))

    def start(self) -> Runs:
        """Return the runs at step 0."""
        none = np.full(len(self._theta), -1)
        memory = self.way.optimizer.init(self._theta)
        return Runs(0, self._theta, self._theta, memory, none, self._theta)

    def advance(self, runs: Runs, steps: int) -> Runs:
        """Return the runs so many steps later."""
        with np.errstate(all="ignore"):
            for done in range(0, steps, self._most):
                runs = self._go(runs, min(self._most, steps - done))
        return runs

    def _go(self, runs: Runs, steps: int) -> Runs:
        """Return the runs some steps later, their batches taken out at once."""
        batches, weights = self._batches(runs.step, steps)
        inputs = batches[:, :, : -self._k]
        targets = batches[:, :, -self._k :].swapaxes(1, 2)[:, :, :, None]
        for x, y, weight in zip(inputs, targets, weights, strict=True):
            runs = self._step(runs, x, y, weight)
        return runs

    def _step(self, runs: Runs, x: Array, y: Array, weights: Array) -> Runs:
        """Return the runs one step later."""
        way, stack, (step, theta, _, memory, last, kept) = self.way, self._stack, runs
        gradient = stack.gradient(theta, x, y, weights)
        rates = self._rates(step, last)
        noise = Noise(way.draw.seed, step)
        here = Here(theta, rates, way.draw.n, noise)  # type: ignore[arg-type]
        update, memory = way.optimizer.update(gradient, memory, here)
        moved = np.add(theta, update, dtype=self.dtype, casting="same_kind")
        after = Runs(step + 1, moved, theta, memory, last, kept)
        fine = isfinite(np.add.reduce(stack.losses, None)) and _finite(moved)
        return after if fine else self._ended(after, runs.behind, weights)

    def _rates(self, step: int, last: NDArray[np.int64]) -> Array:
        """Return the learning rates of a step, of shape (r, 1); 0 after a bad end."""
        factor = self.way.schedule.factor(step)
        if (
            self._known is None
            or self._known[0] is not last
            or self._known[1] != factor
        ):
            rates = np.where(last[:, None] < 0, self._base * factor, 0.0)
            self._known = last, factor, rates.astype(self.dtype)
        return self._known[2]

    def _ended(self, after: Runs, behind: Array, weights: Array) -> Runs:
        """Put an end to the runs whose loss or θ is no longer finite.

        Their last finite step is the one before the step that overflows: there
        `Trainer` stands still, too.
        """
        used = np.where(weights > 0, self._stack.losses, 0.0)
        fine = np.isfinite(used.sum(-1)).reshape(-1)
        fine &= np.isfinite(after.theta).all(-1)
        new = ~fine & (after.last < 0)
        last = np.where(new, max(after.step - 2, 0), after.last)
        kept = np.where(new[:, None], behind, after.kept)
        return self._frozen(after._replace(last=last, kept=kept))

    def _frozen(self, runs: Runs) -> Runs:
        """Put diverged runs back to their start, with the memory of it."""
        start, ended = self.start(), runs.last[:, None] >= 0
        memory = {
            name: np.where(ended, start.memory[name], values) if values.ndim else values
            for name, values in runs.memory.items()
        }
        theta = np.where(ended, start.theta, runs.theta)
        return runs._replace(theta=theta, memory=memory)

    def _batches(self, first: int, count: int) -> tuple[Array, Array]:
        """Return what some steps use.

        Returns
        -------
        batches : ndarray of shape (t, g, m + k, b)
            Inputs and targets.
        weights : ndarray of shape (t, g, 1, b)
            One over the size of each batch, and 0 beyond it.
        """
        b, sizes = self._stack.shape[2], self.way.sizes
        rows = np.empty((count, len(sizes), b), np.int64)
        filled = np.empty((count, len(sizes), 1), np.int64)
        for i, size in enumerate(map(int, sizes)):
            some, filled[:, i, 0] = rows_ahead(self.way.draw, size, first, count)
            rows[:, i, :size] = some
            rows[:, i, size:] = some[:, :1]
        taken = self._columns.take(rows.reshape(-1), 1)
        weights = ((np.arange(b) < filled) / filled).astype(self.dtype)
        batches = taken.reshape(-1, *rows.shape).transpose(1, 2, 0, 3)
        return np.ascontiguousarray(batches), weights[:, :, None]


def _finite(theta: Array) -> bool:
    """Tell whether all entries are; for many runs at once this is enough."""
    flat = theta.reshape(-1)
    return isfinite(flat.dot(flat))

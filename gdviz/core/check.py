"""A live check of the gradient, by a second computation and by losses alone."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import GradientOfMeanLoss
from gdviz.core.examples import REGRESSION

if TYPE_CHECKING:
    from gdviz.core.sums import Array, FiniteSum, Rows

HOLDS, KINK, FAILS, UNKNOWN = "holds", "kink", "fails", "unknown"
MOST_ROWS = 4096  # for differences of losses
_EPS, _TINY = float(np.finfo(float).eps), float(np.finfo(float).tiny)
_STEP, _MOVES = _EPS ** (1 / 3) / 8, np.array([[1.0], [-1.0], [8.0], [-8.0]])
_of_mean_loss = GradientOfMeanLoss().gradient


@dataclass(frozen=True)
class Check:
    """What was found at one θ and one batch.

    `apart`: mean of the gradients against gradient of the mean loss. `slope_error`:
    gradient against central differences, where it is closest to what is allowed.
    `kinks` of the directions were left out; slopes were measured on `rows_used` rows.
    """

    apart: float
    apart_tolerance: float
    slope_error: float
    slope_tolerance: float
    kinks: int
    directions: int
    rows_used: int
    n_rows: int

    @property
    def state(self) -> str:
        """HOLDS, KINK (all holds but for what was left out), FAILS or UNKNOWN."""
        if not np.isfinite(astuple(self)).all():
            return UNKNOWN
        if self.apart > self.apart_tolerance or self.slope_error > self.slope_tolerance:
            return FAILS
        return KINK if self.kinks else HOLDS

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the gradient."""
        return self.state in (HOLDS, KINK)

    def sentence(self) -> str:
        """Return what was found, in words and numbers."""
        if self.state == UNKNOWN:
            return "Not every number is finite here: there is nothing to compare."
        return (
            f"Mean of gradients − gradient of the mean loss: {self.apart:.0e} "
            f"(rounding allows {self.apart_tolerance:.0e}). {self._on_slopes()}"
        ).replace("0e+00", "0")

    def _on_slopes(self) -> str:
        left = f"{self.kinks} of {self.directions} directions meet a kink"
        if self.kinks == self.directions:
            return f"Central differences cannot tell: {left}."
        some = f" over {self.rows_used:,} of {self.n_rows:,} examples"
        verb = "agree to" if self.slope_error <= self.slope_tolerance else "are off by"
        return (
            f"Central differences{some * (self.rows_used < self.n_rows)} {verb} "
            f"{self.slope_error:.0e} (tolerance {self.slope_tolerance:.0e})"
            f"{f'; {left}, left out' * (self.kinks > 0)}."
        )


def check(objective: FiniteSum, theta: Array, rows: Rows, seed: int = 0) -> Check:
    """Check the gradient at θ of shape (p,) over a batch `rows` of shape (b,).

    Slopes are measured on its first `MOST_ROWS`; for large p, `seed` draws where to.
    """
    apart, allowed, size = _gap(objective, theta, rows)
    ruler = _Ruler(objective, theta, rows[:MOST_ROWS], size)
    slopes = _slopes(ruler, np.random.default_rng((seed, 0xC4EC)))
    return Check(apart, allowed, *slopes, len(ruler.rows), len(rows))


def _mean_and_size(objective: FiniteSum, theta: Array, rows: Rows) -> tuple[Array, ...]:
    """Return the means of all gradients gᵢ and of all |gᵢ|, both of shape (p,)."""
    total, size = np.zeros((2, len(theta)))
    step = max(1, 2**18 // len(theta))
    for start in range(0, len(rows), step):
        gradients = objective.gradients(theta, rows[start : start + step])
        total += np.add.reduce(gradients, axis=0)
        size += np.add.reduce(np.abs(gradients), axis=0)
    return total / len(rows), size / len(rows)


def _gap(objective: FiniteSum, theta: Array, rows: Rows) -> tuple[float, float, Array]:
    """Return how far apart the gradients are, and may be, and the mean |gᵢ|, (p,).

    Roundings of b terms, and of m units before each, add up like random steps: to
    √b + √m times eps times the mean size of a term. More where z − y cancels, in
    saturation or on a kink: how much more, roundings of θ show.
    """
    mean, size = _mean_and_size(objective, theta, rows)
    there = _of_mean_loss(objective, theta, rows)[1]
    apart = float(np.abs(mean - there).max())
    steps = 16 + 4 * float(np.sqrt(len(rows)) + np.sqrt(objective.n_hidden))
    allowed = steps * _EPS * float(size.max()) + _TINY
    if apart > allowed:
        move = 16 * _EPS * np.random.default_rng(0).standard_normal((4, len(theta)))
        for near in theta * (1 + np.concatenate([move, -move])):
            moved = _of_mean_loss(objective, near, rows)[1]
            allowed += float(np.abs(moved - there).max())
    return apart, allowed, size


class _Ruler:
    """Measures slopes of the mean loss with losses alone, over ±s and over ±8s.

    Where it is smooth both slopes agree, and both bends (up + down) but for a factor;
    a kink at θ spoils the bends, one beside it the slopes. The doubt is by how much.
    A loss is rounded by eps times its size and, as every θⱼ is, times Σⱼ |θⱼ gⱼ|.
    """

    def __init__(
        self, objective: FiniteSum, theta: Array, rows: Rows, size: Array
    ) -> None:
        self._sum, self._at, self.rows = objective, theta, rows
        self._part, self._sizes = objective.only(rows), np.abs(theta)
        self.gradient = objective.gradient(theta, rows)[1]
        level = float(np.abs(objective.losses(theta, rows)).mean())
        level += objective.examples.task != REGRESSION  # 1 in a logarithm, a margin
        self._blur = _EPS * (level + float((self._sizes + _STEP) @ size))

    def settle(self, directions: Array) -> Array:
        """Measure at ever smaller steps, away from kinks nearby, until all is told."""
        found = self._measure(directions, 1.0)
        for shrink in (1 / 64, 1 / 4096):
            if (left := np.isinf(found[1])).any():
                found[:, left] = self._measure(directions[left], shrink)
        return found

    def confirm(self, directions: Array) -> list[bool]:
        """Tell where errors remain example by example, whose kinks can cancel."""
        one, two = (self._measure(directions, s, each=True) for s in (1, 1 / 16))
        return ((one[0] > one[1]) & (two[0] > two[1])).tolist()

    def _measure(self, directions: Array, shrink: float, each: bool = False) -> Array:
        """Return errors and tolerances, (2, q), infinite where doubt is too large."""
        steps = _STEP * shrink * np.maximum(1.0, np.abs(directions) @ self._sizes)
        slope, doubt, steep = self._differences(directions, steps[:, None], each)
        blur = (self._blur + _EPS * self._sizes.sum() * steep.max()) / steps
        told = doubt <= np.maximum(1e-4 * steep, 256 * blur)
        error = np.abs(directions @ self.gradient - slope)
        return np.stack([error, np.where(told, 8 * (doubt + blur) + _TINY, np.inf)])

    def _differences(self, directions: Array, steps: Array, each: bool) -> Array:
        """Return slopes, their doubt and the steeper one-sided slope, (3, q)."""
        here = self._losses(0.0 * directions[:1], each)
        rises = [self._losses(_MOVES * d, each) - here for d in directions * steps]
        up, down, far_up, far_down = np.stack(rises, axis=1) / steps
        doubt = np.abs((up - down) / 2 - (far_up - far_down) / 16)
        doubt += np.abs((up + down) * 8 - (far_up + far_down) / 8)
        steep = np.maximum(np.abs(up), np.abs(down))
        return np.stack([(up - down) / 2, doubt, steep]).mean(axis=-1)

    def _losses(self, moves: Array, each: bool) -> Array:
        """Return losses of shape (g, b), or mean losses of shape (g, 1)."""
        thetas = self._at + moves
        if each:
            return np.stack([self._sum.losses(at, self.rows) for at in thetas])
        return self._part.loss_at(thetas)[:, None]


def _slopes(ruler: _Ruler, rng: np.random.Generator) -> tuple[float, float, int, int]:
    """Return error and tolerance where they come closest, kinks and directions."""
    directions = _directions(ruler.gradient, rng)
    error, allowed = ruler.settle(directions)
    if (wrong := error > allowed).any():
        # kinks of units can cancel in one direction, but not a little aside of it
        aside = rng.standard_normal(directions[wrong].shape)
        aside = directions[wrong] + aside / (4 * aside.shape[1] ** 0.5)
        allowed[wrong] = np.where(ruler.confirm(aside), allowed[wrong], np.inf)
    left = np.isinf(allowed)
    error[left], allowed[left] = 0.0 * error[left], _TINY
    worst = int((error / allowed).argmax())
    return float(error[worst]), float(allowed[worst]), int(left.sum()), len(left)


def _directions(gradient: Array, rng: np.random.Generator) -> Array:
    """Return every coordinate; for large p the gradient's and seven random ones."""
    if len(gradient) <= 32:
        return np.eye(len(gradient))
    directions = rng.standard_normal((8, len(gradient)))
    if gradient.any():
        directions[0] = gradient / np.abs(gradient).max()  # squares cannot vanish
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)

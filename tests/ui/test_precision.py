"""Surfaces in single precision look as those in double precision do."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core import rounding
from gdviz.core.datasets import Dataset, Digits, Iris, LineWithNoise, Moons
from gdviz.core.landscape import Surface, refine
from gdviz.core.losses import Logistic, Loss, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane, Region
from gdviz.ui.marks.heat import LEVELS, Shades, lines_of

GRID = 33


def trained(
    data: Dataset, model: MLP, loss: Loss, steps: int, rate: float = 0.3
) -> tuple[Objective, Plane]:
    """Return an objective and a skew plane through where gradient descent has led."""
    some = np.arange(100)
    objective = Objective(data.examples(0).take(some), model, loss)
    theta = objective.start(0)
    for _ in range(steps):
        theta = theta - rate * objective.gradient(theta, some)[1]
    rng = np.random.default_rng(2)
    directions = np.linalg.qr(rng.standard_normal((len(theta), 2)))[0].T.copy()
    return objective, Plane(theta, directions, ("u", "v"))


CASES = {
    "moons": trained(Moons(n_examples=300), MLP((16, 16)), SoftmaxCrossEntropy(), 300),
    "kinks": trained(Moons(n_examples=300), MLP((8,), "relu"), Logistic(), 300),
    "iris": trained(Iris(), MLP((5,)), SquaredError(), 50, 0.02),
    "exact fit": trained(
        LineWithNoise(n_examples=100, noise=0.0), MLP((4,)), SquaredError(), 3000
    ),
    "digits": trained(Digits(), MLP((8,)), SoftmaxCrossEntropy(), 20),
}
SPANS = {"near": 1e-2, "usual": 2.0, "far": 100.0, "a point": 1e-6}


def last(objective: Objective, plane: Plane, region: Region) -> Surface:
    return [s for s in refine(objective, plane, region, (GRID,)) if s is not None][-1]


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
@pytest.mark.parametrize("name", CASES)
def test_no_shade_and_no_line_tells_the_precision(
    name: str, span: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective, plane = CASES[name]
    region = Region(-span, 1.1 * span, -0.9 * span, span)
    pictures = []
    for work in (0, 2**60):
        monkeypatch.setattr(rounding, "_DOUBLE_WORK", work)
        pictures.append(last(objective, plane, region))
    rough, exact = pictures
    assert exact.finest
    assert rough.error == exact.error == 0.0
    shades = [Shades.of(s.values).shade(s.values) for s in pictures]
    assert np.abs(shades[0] - shades[1]).max() < 0.5 / 255
    lines = [np.column_stack(lines_of(s, LEVELS)) for s in pictures]
    cell = 2.0 * span / (GRID - 1)
    assert furthest(*lines) < 0.02 * cell
    assert furthest(*lines[::-1]) < 0.02 * cell


def furthest(lines: np.ndarray, others: np.ndarray) -> float:
    """Return how far at most a corner of some lines is from the nearest of others."""
    here, there = (part[np.isfinite(part).all(axis=1)] for part in (lines, others))
    apart = np.abs(here[:, None] - there).max(axis=2)
    return float(apart.min(axis=1).max())


def test_single_precision_is_taken_where_it_will_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objective, plane = CASES["moons"]
    monkeypatch.setattr(rounding, "_DOUBLE_WORK", 0)
    for span, single in ((2.0, True), (1e-6, False)):
        values = rounding.Values(objective, plane, Region(-span, span, -span, span))
        for _ in values.choose_precision(GRID**2):
            pass
        assert values.single == single

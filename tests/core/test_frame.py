"""The part of the plane shown first holds θ and, where it is known, the goal."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.datasets import Dataset, Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.losses import LOSSES, AbsoluteError, Loss, SquaredError
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.planes import frame, parameter_plane

PAIRS = [
    (dataset, loss)
    for dataset in (LineWithNoise(), TwoPoints(), Moons(), Iris())
    for loss in LOSSES.values()
    if dataset.examples(0).task in loss.tasks
]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("slope", "intercept"), [(1.4, 0.4), (-10, 10), (0, 0)])
def test_frame_shows_theta_and_the_least_squares_minimum(
    seed: int, slope: float, intercept: float
) -> None:
    dataset = LineWithNoise(slope=slope, intercept=intercept)
    objective = Objective(dataset.examples(seed), Linear(), SquaredError())
    theta = objective.network.start(seed)
    shown = frame(objective, parameter_plane(theta, (0, 1), ("w", "b")), theta)
    x = np.column_stack([objective.examples.inputs, np.ones(len(objective.examples))])
    minimum = np.array(np.linalg.lstsq(x, objective.examples.targets)[0], np.float64)
    margin = 0.05 * (shown.right - shown.left)
    for w, b in (theta, minimum):
        assert shown.left + margin < w < shown.right - margin
        assert shown.bottom + margin < b < shown.top - margin
    around = frame(objective, parameter_plane(minimum, (0, 1), ("w", "b")), minimum)
    assert around.right - around.left < 10


@pytest.mark.parametrize(("dataset", "loss"), PAIRS)
@pytest.mark.parametrize(
    "model", [Linear(), MLP(activation="relu"), MLP(hidden=(3, 2))]
)
def test_frame_contains_theta(dataset: Dataset, model: Model, loss: type[Loss]) -> None:
    objective = Objective(dataset.examples(0), model, loss())
    start = objective.network.start(0)
    for theta in (start, np.zeros_like(start)):
        plane = parameter_plane(theta, (0, 1), objective.network.names)
        shown = frame(objective, plane, theta)
        u, v = plane.project(theta)
        assert shown.left < u < shown.right
        assert shown.bottom < v < shown.top
        assert shown.right - shown.left == pytest.approx(shown.top - shown.bottom)


def test_frame_survives_a_loss_without_curvature() -> None:
    examples = LineWithNoise().examples(0)
    objective = Objective(examples, Linear(), AbsoluteError())
    theta = np.array([50.0, -20.0])
    shown = frame(objective, parameter_plane(theta, (0, 1), ("w", "b")), theta)
    assert shown.left < 50 < shown.right
    assert np.isfinite([shown.left, shown.right, shown.bottom, shown.top]).all()

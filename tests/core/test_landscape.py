"""Planes and the loss over them: every value lies where the picture says it lies."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.landscape import GRIDS, Surface, refine
from gdviz.core.losses import (
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane, Region, frame, parameter_plane

LOPSIDED = Region(-1.0, 4.0, 0.5, 2.0)  # no symmetry can hide a swap or a shift


def line(model: Model | None = None, n: int = 30) -> Objective:
    examples = LineWithNoise(n_examples=n).examples(0)
    return Objective(examples, model or Linear(), SquaredError())


def skew_plane(objective: Objective, seed: int = 0) -> Plane:
    rng = np.random.default_rng(seed)
    p = objective.n_parameters
    directions = np.linalg.qr(rng.standard_normal((p, 2)))[0].T.copy()
    return Plane(rng.standard_normal(p), directions, ("u", "v"))


def surfaces(
    objective: Objective, plane: Plane, region: Region, grids: tuple[int, ...] = GRIDS
) -> list[Surface]:
    return [s for s in refine(objective, plane, region, grids) if s is not None]


@pytest.mark.parametrize(
    "objective",
    [
        line(),
        line(MLP(hidden=(3,))),
        Objective(Moons(n_examples=20).examples(0), MLP(hidden=(3, 2)), Logistic()),
        Objective(Iris().examples(0), Linear(bias=False), SoftmaxCrossEntropy()),
    ],
    ids=["line", "network", "two hidden layers", "iris"],
)
def test_every_value_is_the_loss_at_its_coordinates(objective: Objective) -> None:
    plane = skew_plane(objective)
    found = surfaces(objective, plane, LOPSIDED, (5, 9, 17))
    assert [s.values.shape for s in found] == [(5, 5), (9, 9), (17, 17)]
    assert [s.finest for s in found] == [False, False, True]
    for surface in found:
        size = len(surface.values)
        expected = [
            [objective.loss(plane.lift(np.array([u, v])))
             for u in np.linspace(-1.0, 4.0, size)]
            for v in np.linspace(0.5, 2.0, size)
        ]  # fmt: skip
        assert surface.region == LOPSIDED
        assert_allclose(surface.values, expected, rtol=1e-11)
        assert np.ptp(surface.values, axis=0).min() > 1e-6
        assert np.ptp(surface.values, axis=1).min() > 1e-6


def test_shipped_grids_are_nested_and_exact() -> None:
    objective = line()
    names = objective.network.names
    plane = parameter_plane(np.zeros(2), (0, 1), names)
    x, y = objective.examples.inputs[:, 0], objective.examples.targets
    for surface in surfaces(objective, plane, LOPSIDED):
        size = len(surface.values)
        w, b = np.meshgrid(np.linspace(-1, 4, size), np.linspace(0.5, 2, size))
        residuals = w[..., None] * x + b[..., None] - y
        assert_allclose(surface.values, (residuals**2).mean(axis=-1), rtol=1e-11)


def test_swapped_parameters_swap_the_axes() -> None:
    objective, theta = line(MLP(hidden=(2,))), np.linspace(-1, 1, 7)
    names = objective.network.names
    square = Region(-1, 2, -1, 2)
    one, other = (
        surfaces(objective, parameter_plane(theta, pair, names), square, (9,))[0]
        for pair in ((4, 1), (1, 4))
    )
    assert_allclose(one.values, other.values.T, rtol=1e-12)
    assert not np.allclose(one.values, one.values.T, rtol=1e-3)


def test_work_is_sliced_and_can_be_dropped_midway() -> None:
    objective = line(n=200_000)
    work = refine(objective, skew_plane(objective), LOPSIDED, (5, 9))
    assert [next(work) for _ in range(3)] == [None, None, None]
    del work
    finished = surfaces(objective, skew_plane(objective), LOPSIDED, (5,))
    assert len(finished) == 1


def test_lift_and_project_are_inverse() -> None:
    plane = skew_plane(line(MLP(hidden=(4,))))
    points = np.random.default_rng(1).standard_normal((5, 4, 2))
    assert plane.lift(points).shape == (5, 4, 13)
    assert_allclose(plane.project(plane.lift(points)), points, rtol=1e-12, atol=1e-14)
    assert_allclose(plane.along(plane.lift(points[1, 1]) - plane.origin), points[1, 1])
    off = plane.lift(points[0, 0]) + 1.0
    nearest = plane.lift(plane.project(off))
    assert_allclose(plane.along(off - nearest), [0, 0], atol=1e-13)


def test_parameter_plane_shows_the_parameters_themselves() -> None:
    theta = np.array([5.0, 6.0, 7.0, 8.0])
    plane = parameter_plane(theta, (2, 0), ("a", "b", "c", "d"))
    assert plane.labels == ("c", "a")
    assert plane.project(theta).tolist() == [7.0, 5.0]
    assert plane.lift(np.array([1.0, 2.0])).tolist() == [2.0, 6.0, 1.0, 8.0]
    assert plane.along(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [3.0, 1.0]
    assert theta.tolist() == [5.0, 6.0, 7.0, 8.0]


def test_one_parameter_makes_a_plane_of_one_direction() -> None:
    objective, theta = line(Linear(bias=False)), np.array([-2.0])
    plane = parameter_plane(theta, (0, 0), objective.network.names)
    assert plane.labels == ("w", "")
    assert plane.project(theta).tolist() == [-2.0, 0.0]
    assert plane.lift(np.array([3.0, 9.0])).tolist() == [3.0]
    (surface,) = surfaces(objective, plane, LOPSIDED, (9,))
    assert_allclose(surface.values, np.tile(surface.values[:1], (9, 1)), rtol=1e-13)
    expected = [objective.loss(np.array([u])) for u in np.linspace(-1, 4, 9)]
    assert_allclose(surface.values[3], expected, rtol=1e-12)
    shown = frame(objective, plane, theta)
    x, y = objective.examples.inputs[:, 0], objective.examples.targets
    best = float(x @ y / (x @ x))
    assert shown.right - shown.left < 2 * abs(best + 2)
    for w in (-2.0, best):
        assert shown.left < w < shown.right

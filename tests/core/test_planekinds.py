"""Kinds of planes: each holds the directions that it is named after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.core.planekinds import (
    PLANES,
    GradientAndSharpest,
    PathComponents,
    RandomDirections,
    StartToNow,
    TwoParameters,
)
from gdviz.core.planes import Plane, Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planekinds import PlaneKind

    Array = NDArray[np.float64]

OBJECTIVE = Objective(Moons(n_examples=40).examples(0), MLP(hidden=(4,)), Logistic())
P = OBJECTIVE.n_parameters
ALL = np.arange(40)
PATH = np.random.default_rng(5).standard_normal((30, P)).cumsum(axis=0) * 0.1
THETA = PATH[-1]
KINDS = [kind() for kind in PLANES.values() if kind is not TwoParameters]


def inside(vector: Array, directions: Array) -> float:
    """Return the share of a vector's length that lies along two directions."""
    return float(np.linalg.norm(directions @ vector) / np.linalg.norm(vector))


def dense_hessian() -> Array:
    step = np.finfo(float).eps ** (1 / 3)
    rows = [
        OBJECTIVE.gradient(THETA + step * e, ALL)[1]
        - OBJECTIVE.gradient(THETA - step * e, ALL)[1]
        for e in np.eye(P)
    ]
    hessian = np.array(rows) / (2 * step)
    return np.array((hessian + hessian.T) / 2)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_directions_are_orthonormal_and_named(kind: PlaneKind) -> None:
    for path in (PATH, PATH[:1], PATH[:2]):
        directions = kind.directions(OBJECTIVE, path[-1], path)
        assert_allclose(directions @ directions.T, np.eye(2), atol=1e-14)
        again = kind.directions(OBJECTIVE, path[-1], path)
        assert np.array_equal(directions, again)
    assert len(set(kind.labels())) == 2


GRADIENT = OBJECTIVE.gradient(THETA, ALL)[1]
SHARPEST = np.linalg.eigh(dense_hessian())[1][:, -1]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (GradientAndSharpest(), -GRADIENT, SHARPEST),
        (StartToNow(), THETA - PATH[0], -GRADIENT),
        (StartToNow(second="sharpest"), THETA - PATH[0], SHARPEST),
        (PathComponents(), np.linalg.svd(PATH - PATH.mean(axis=0))[2][0], None),
    ],
)
def test_what_a_plane_is_named_after_lies_in_it(
    kind: PlaneKind, first: Array, second: Array | None
) -> None:
    directions = kind.directions(OBJECTIVE, THETA, PATH)
    along = float(directions[0] @ first / np.linalg.norm(first))
    assert abs(along) == pytest.approx(1.0, abs=1e-5)
    if not isinstance(kind, PathComponents):
        assert along > 0
    if second is not None:
        assert inside(second, directions) == pytest.approx(1.0, abs=1e-4)


def test_other_draws_are_other_directions() -> None:
    kinds = [
        RandomDirections(),
        RandomDirections(draw=1),
        RandomDirections(filters=False),
        RandomDirections(filters=False, draw=1),
    ]
    found = [kind.directions(OBJECTIVE, THETA, PATH) for kind in kinds]
    for i, one in enumerate(found):
        for other in found[:i]:
            assert not np.allclose(one, other, atol=1e-3)


def some_plane() -> Plane:
    directions = RandomDirections().directions(OBJECTIVE, THETA, PATH)
    return Plane(PATH[0], directions, ("u", "v"))


def test_a_point_is_projected_to_the_nearest_one() -> None:
    plane, rng = some_plane(), np.random.default_rng(0)
    nearest = plane.lift(plane.project(THETA))
    off = plane.off(THETA)
    assert_allclose(nearest + off, THETA, atol=1e-12)
    assert_allclose(plane.along(off), 0.0, atol=1e-12)
    for other in plane.lift(plane.project(THETA) + rng.standard_normal((50, 2))):
        assert np.linalg.norm(THETA - other) > np.linalg.norm(off)


def test_parallel_planes_give_the_same_coordinates() -> None:
    plane = some_plane()
    moved = plane.through(THETA)
    assert moved.key == plane.key == moved.through(PATH[3]).key
    assert np.array_equal(moved.project(PATH), plane.project(PATH))
    assert_allclose(moved.off(THETA), 0.0, atol=1e-12)
    assert_allclose(moved.lift(moved.project(THETA)), THETA, atol=1e-12)
    assert_allclose(plane.project(PATH[0]), 0.0, atol=1e-12)
    turned = replace(plane, directions=plane.directions[::-1])
    assert turned.key != plane.key


@pytest.mark.parametrize(
    "points",
    [[[0.5, 0.5]], [[3.0, 0.0]], [[0.0, -9.0], [np.nan, 3.0]], [[-7.0, 8.0], [2, 2]]],
)
def test_a_region_grows_around_points(points: list[list[float]]) -> None:
    small, at = Region(0.0, 1.0, 0.0, 1.0), np.array(points)
    grown = small.around(at)
    finite = at[np.isfinite(at).all(axis=1)]
    low, high = np.array([grown.left, grown.bottom]), np.array([grown.right, grown.top])
    assert (finite >= low).all()
    assert (finite <= high).all()
    assert (low <= [0, 0]).all()
    assert (high >= [1, 1]).all()
    assert (grown == small) == bool((finite >= 0).all() and (finite <= 1).all())
    assert high[0] - low[0] == pytest.approx(high[1] - low[1])

"""Planes and the loss over them: every value lies where the picture says it lies."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core import pen
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS, FormulaSum
from gdviz.core.landscape import CLOSE, GRIDS, Surface, refine
from gdviz.core.losses import (
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane, Region, frame, parameter_plane

if TYPE_CHECKING:
    from gdviz.core.sums import FiniteSum
    from tests.core.problems import Array

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
    objective: FiniteSum,
    plane: Plane,
    region: Region,
    grids: tuple[int, ...] = GRIDS,
    enough: float = 0.0,
) -> list[Surface]:
    work = refine(objective, plane, region, grids, enough)
    return [s for s in work if s is not None]


def values_at(objective: Objective, plane: Plane, size: int) -> Array:
    u, v = np.linspace(-1.0, 4.0, size), np.linspace(0.5, 2.0, size)
    return np.array(
        [[objective.loss(plane.lift(np.array([a, b]))) for a in u] for b in v]
    )


@pytest.mark.parametrize(
    "objective",
    [
        line(),
        line(MLP(hidden=(3,))),
        line(MLP(hidden=(3,), activation="relu"), 2000),
        Objective(Moons(n_examples=20).examples(0), MLP(hidden=(3, 2)), Logistic()),
        Objective(Iris().examples(0), Linear(bias=False), SoftmaxCrossEntropy()),
        Objective(Moons(n_examples=900).examples(0), MLP((3,), "relu"), Logistic()),
    ],
    ids=["line", "network", "kinks", "two hidden layers", "iris", "many kinks"],
)
def test_every_value_is_the_loss_at_its_coordinates(objective: Objective) -> None:
    plane = skew_plane(objective)
    found = surfaces(objective, plane, LOPSIDED, (5, 9, 17))
    sizes = [s.values.shape for s in found]
    assert sizes == [(5, 5), (9, 9), (17, 17)][-len(sizes) :]
    assert [s.finest for s in found] == [False] * (len(found) - 1) + [True]
    for surface in found:
        expected = values_at(objective, plane, len(surface.values))
        assert surface.region == LOPSIDED
        assert surface.error == 0.0
        assert_allclose(surface.values, expected, rtol=1e-11)
        assert np.ptp(surface.values, axis=0).min() > 1e-6
        assert np.ptp(surface.values, axis=1).min() > 1e-6


def test_finer_grids_keep_what_is_known() -> None:
    objective = line(MLP(hidden=(3,), activation="relu"), 500)
    found = surfaces(objective, skew_plane(objective), LOPSIDED, GRIDS[:3])
    assert [len(s.values) for s in found] == [17, 33, 65]
    for rough, fine in pairwise(found):
        assert fine.values[::2, ::2].tolist() == rough.values.tolist()
        assert not fine.values.flags.writeable


def test_shipped_grids_are_nested_and_exact() -> None:
    objective = line()
    names = objective.network.names
    plane = parameter_plane(np.zeros(2), (0, 1), names)
    x, y = objective.examples.inputs[:, 0], objective.examples.targets
    assert all(fine == 2 * rough - 1 for rough, fine in pairwise(GRIDS))
    (surface,) = surfaces(objective, plane, LOPSIDED)
    size = len(surface.values)
    assert (size, surface.finest, surface.error) == (GRIDS[-1], True, 0.0)
    w, b = np.meshgrid(np.linspace(-1, 4, size), np.linspace(0.5, 2, size))
    residuals = w[..., None] * x + b[..., None] - y
    assert_allclose(surface.values, (residuals**2).mean(axis=-1), rtol=1e-11)


NETS = {
    "2-8-1": Objective(Moons(n_examples=60).examples(0), MLP((8,)), Logistic()),
    "2-16-16-2": Objective(
        Moons(n_examples=100).examples(0), MLP((16, 16)), SoftmaxCrossEntropy()
    ),
    "softplus": Objective(
        Moons(n_examples=60).examples(0), MLP((6,), "softplus"), SquaredError()
    ),
    "iris": Objective(Iris().examples(0), MLP((5,)), SoftmaxCrossEntropy()),
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("span", [0.5, 4.0, 12.0])
def test_an_interpolated_surface_is_as_good_as_it_says(name: str, span: float) -> None:
    objective = NETS[name]
    region = Region(-span, 1.2 * span, -0.8 * span, span)
    plane = skew_plane(objective)
    found = surfaces(objective, plane, region)
    exact = found[-1]
    assert (exact.finest, exact.error, len(exact.values)) == (True, 0.0, GRIDS[-1])
    between = [s for s in found if s.error > 0]
    for surface in between:
        assert surface.values.shape == exact.values.shape
        assert surface.error <= 0.04
        assert not surface.finest
        assert not surface.values.flags.writeable
        off = np.abs(surface.values - exact.values).max() / np.ptp(exact.values)
        assert off <= surface.error
    errors = [s.error for s in between]
    assert errors == sorted(errors, reverse=True)
    assert errors or span > 1
    sizes = [len(s.values) for s in found if s.error == 0]
    if errors and errors[-1] <= CLOSE:
        assert sizes in ([257], [17, 257])
    elif errors:
        assert sizes in ([65, 129, 257], [17, 65, 129, 257])
    else:
        assert sizes == [17, *GRIDS]


def test_an_interpolated_one_may_be_enough() -> None:
    objective = NETS["2-8-1"]
    plane = skew_plane(objective)
    for enough in (1e-3, 1e-5):
        found = surfaces(objective, plane, Region(-4, 4, -4, 4), GRIDS, enough)
        assert [s.finest for s in found] == [False] * (len(found) - 1) + [True]
        assert 0 < found[-1].error <= enough


def test_what_has_kinks_is_never_interpolated() -> None:
    examples = Moons(n_examples=60).examples(0)
    objective = Objective(examples, MLP((8,), "relu"), Logistic())
    found = surfaces(objective, skew_plane(objective), LOPSIDED, GRIDS, 1.0)
    assert [len(s.values) for s in found] == list(GRIDS)
    assert [s.error for s in found] == [0.0] * len(GRIDS)


class Wild(FormulaSum):
    """Claims to be smooth, and is not; what is finite nowhere; a plain."""

    def __init__(self, kind: str) -> None:
        formulas = FUNCTIONS["square-cube"]()
        super().__init__(formulas.examples(0), formulas)
        self.names, self.kind = ("a", "b"), kind

    @property
    def n_hidden(self) -> int:
        return 2**7

    def loss_at(self, thetas: Array) -> Array:
        if self.kind == "steps":
            return np.floor(3 * thetas[:, 0]) + np.floor(5 * thetas[:, 1])
        return np.full(len(thetas), {"plain": 0.25}.get(self.kind, np.inf))


@pytest.mark.parametrize("kind", ["steps", "plain", "nowhere"])
def test_where_interpolation_fails_the_exact_one_comes(kind: str) -> None:
    objective = Wild(kind)
    plane = Plane(np.zeros(2), np.eye(2), ("a", "b"))
    found = surfaces(objective, plane, LOPSIDED, GRIDS[:3])
    sizes = [len(s.values) for s in found]
    assert sizes == sorted(sizes)
    assert sizes[0] == GRIDS[0]  # a coarse one came before the vain attempts ended
    assert (sizes[-1], found[-1].finest) == (GRIDS[2], True)
    assert {s.error for s in found} == {0.0}
    u, v = np.meshgrid(np.linspace(-1, 4, 65), np.linspace(0.5, 2, 65))
    expected = objective.loss_at(np.column_stack([u.ravel(), v.ravel()]))
    assert found[-1].values.ravel().tolist() == expected.tolist()


def test_what_takes_too_long_is_left_interpolated_or_coarse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    region = Region(-3, 3, -3, 3)
    smooth, kinked = NETS["2-8-1"], line(MLP((8,), "relu"), 60)
    work = smooth.sheet(skew_plane(smooth), np.zeros(2)).work
    monkeypatch.setattr(pen, "_MOST_WORK", 65**2 * work)
    for span, low, high in ((5.0, 0.0, 1e-6), (12.0, 1e-6, 1e-4)):
        wide = Region(-span, span, -span, span)
        found = surfaces(smooth, skew_plane(smooth), wide)
        assert [len(s.values) for s in found] == [GRIDS[-1]] * len(found)
        assert [s.finest for s in found] == [False] * (len(found) - 1) + [True]
        assert low < found[-1].error < high
    found = surfaces(kinked, skew_plane(kinked), region)
    assert [len(s.values) for s in found] == [17, 33, 65]
    assert [s.finest for s in found] == [False, False, True]
    monkeypatch.setattr(pen, "_MOST_WORK", 1)
    assert [len(s.values) for s in surfaces(kinked, skew_plane(kinked), region)] == [17]
    (last,) = surfaces(smooth, skew_plane(smooth), region)[-1:]
    assert last.finest


def test_what_takes_seconds_may_end_with_a_close_interpolation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    smooth, kinked = NETS["2-8-1"], line(MLP((8,), "relu"), 60)
    monkeypatch.setattr(pen, "_LONG_WORK", 1)
    region = Region(-5, 5, -5, 5)
    *_, last = surfaces(smooth, skew_plane(smooth), region)
    assert 0 < last.error <= 1e-6
    assert last.finest
    for objective, wide in ((kinked, region), (smooth, Region(-300, 300, -300, 300))):
        *_, last = surfaces(objective, skew_plane(objective), wide, GRIDS[:4])
        assert (last.error, len(last.values), last.finest) == (0, GRIDS[3], True)


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
    objective = line(MLP((4,), "relu"), n=200_000)
    work = refine(objective, skew_plane(objective), LOPSIDED, (5, 9))
    assert [next(work) for _ in range(30)] == [None] * 30
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

"""The loss over a plane, worked out fast, is the loss at each point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core import lanes
from gdviz.core.bowlsheet import BowlSheet
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS, FormulaSum
from gdviz.core.losses import LOSSES, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.networksheet import NetworkSheet
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane
from tests.core.problems import EACH, Array, problem

if TYPE_CHECKING:
    from collections.abc import Generator

    from gdviz.core.losses import Loss
    from gdviz.core.models import Model
    from gdviz.core.sheet import Sheet
    from gdviz.core.sums import FiniteSum

CENTRE = np.array([0.3, -0.7])


def worked_out(work: Generator[None, None, Any]) -> tuple[Any, int]:
    """Return what a generator returns and how often it yielded."""
    count = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, count
        count += 1


def losses(sheet: Sheet, points: Array) -> Array:
    found: Array = worked_out(sheet.losses(points))[0]
    return found


def planes_through(objective: FiniteSum, theta: Array) -> list[Plane]:
    """A skew plane, one along axes of each pair of layers, and one direction alone."""
    p, rng = objective.n_parameters, np.random.default_rng(3)
    skew = np.linalg.qr(rng.standard_normal((p, 2)))[0].T.copy()
    axes = np.eye(p)
    pairs = [(0, 1 % p), (0, p - 1), (p // 2, p - 1), (p - 2, p - 1)]
    flat = [np.stack([axes[a], axes[b] * (a != b)]) for a, b in pairs]
    flat.append(np.stack([axes[p // 2], 0 * axes[0]]))
    return [Plane(theta, directions, ("u", "v")) for directions in (skew, *flat)]


def points(count: int = 37, spread: float = 2.0) -> Array:
    return CENTRE + spread * np.random.default_rng(4).standard_normal((count, 2))


@EACH
def test_every_network_over_every_plane(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    for plane in planes_through(objective, theta):
        expected = objective.loss_at(plane.lift(points()))
        exact = losses(objective.sheet(plane, CENTRE), points())
        assert_allclose(exact, expected, rtol=1e-12, atol=1e-15)
        single = losses(objective.sheet(plane, CENTRE, single=True), points())
        assert_allclose(single, expected, rtol=1e-4, atol=1e-6)
        assert np.ptp(expected) > 1e-6 or not plane.directions[1].any()


@EACH
def test_far_away_it_is_finite_where_the_loss_is(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    plane = planes_through(objective, theta)[0]
    far = points(spread=1e4)
    expected = objective.loss_at(plane.lift(far))
    assert np.isfinite(expected).all()
    for single, rtol in ((False, 1e-10), (True, 1e-3)):
        found = losses(objective.sheet(plane, CENTRE, single), far)
        assert_allclose(found, expected, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("loss", [SoftmaxCrossEntropy(), SquaredError()])
def test_what_overflows_is_not_finite_and_no_warning(loss: Loss) -> None:
    objective, theta = problem("many classes", loss, 2, MLP((3,), "softplus"))
    plane = planes_through(objective, theta)[0]
    for single, size in ((False, 1e300), (True, 1e30)):
        found = losses(objective.sheet(plane, CENTRE, single), points() * size)
        assert not np.isfinite(found).any()


def test_examples_and_points_in_many_parts_are_the_same() -> None:
    objective = Objective(
        Moons(n_examples=5001).examples(0), MLP((7, 5)), SoftmaxCrossEntropy()
    )
    plane = planes_through(objective, objective.start(0))[0]
    sheet = objective.sheet(plane, CENTRE)
    assert isinstance(sheet, NetworkSheet)
    assert len(sheet.parts) > 2
    assert [sheet.parts[0].start, sheet.parts[-1].stop] == [0, 5001]
    found, slices = worked_out(sheet.losses(points(11)))
    assert_allclose(found, objective.loss_at(plane.lift(points(11))), rtol=1e-12)
    assert slices > len(sheet.parts)
    again = losses(sheet, points(200))
    assert_allclose(again[:11], losses(sheet, points(200)[:11]), rtol=1e-13)


@pytest.mark.parametrize("single", [False, True])
def test_one_thread_or_two_make_no_difference_at_all(
    single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective = Objective(
        Moons(n_examples=700).examples(0), MLP((16, 16)), SoftmaxCrossEntropy()
    )
    plane = planes_through(objective, objective.start(0))[0]
    found = []
    for processors in (1, 2, 8):
        lanes._beside.cache_clear()
        monkeypatch.setattr("os.cpu_count", lambda count=processors: count)
        found.append(losses(objective.sheet(plane, CENTRE, single), points(401)))
        assert (lanes._beside() is None) == (processors == 1)
    lanes._beside.cache_clear()
    assert found[0].tobytes() == found[1].tobytes() == found[2].tobytes()


def test_a_fault_in_either_job_is_told() -> None:
    done = list[int]()

    def fail() -> None:
        raise MemoryError

    def work() -> None:
        done.append(1)

    for jobs in ([fail, work], [work, fail], [fail]):
        with pytest.raises(MemoryError):
            lanes.side_by_side(jobs)
    lanes.side_by_side([])
    lanes.side_by_side([work, work])
    assert len(done) >= 3


def test_layers_that_stand_still_are_worked_out_once() -> None:
    objective = Objective(Moons().examples(0), MLP((4, 3)), SoftmaxCrossEntropy())
    p, theta = objective.n_parameters, objective.start(0)
    costs = []
    for entry in (0, 4 * 3, p - 1):
        plane = Plane(theta, np.eye(p)[[entry, (entry + 1) % p - 1]], ("u", "v"))
        costs.append(objective.sheet(plane, CENTRE).work)
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 3


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 40, 100_000])
def test_a_bowl_is_exact_from_three_squares(n: int, half: bool) -> None:
    examples = LineWithNoise(n_examples=n, noise=0.0).examples(0)
    objective = Objective(examples, Linear(), SquaredError(half))
    plane = planes_through(objective, np.array([1.4, 0.4]))[0]
    sheet = objective.sheet(plane, CENTRE)
    assert isinstance(sheet, BowlSheet)
    many = 5000 if n < 100 else 50
    at = np.concatenate([points(many), np.zeros((1, 2)), [[1e-7, 1e-7]]])
    expected = objective.loss_at(plane.lift(at))
    found = losses(sheet, at)
    assert_allclose(found[:-2], expected[:-2], rtol=1e-12, atol=1e-17)
    assert found[-2] < 1e-30  # the perfect fit
    assert_allclose(found[-1], expected[-1], rtol=1e-7)


def test_only_squares_of_linear_outputs_make_a_bowl() -> None:
    objective, theta = problem("regression", SquaredError(), 2, MLP((5,), "relu"))
    p = objective.n_parameters
    for pair, bowl in (((p - 1, p - 2), True), ((0, p - 1), False)):
        plane = Plane(theta, np.eye(p)[list(pair)], ("u", "v"))
        assert isinstance(objective.sheet(plane, CENTRE), BowlSheet) == bowl
    absolute, theta = problem("regression", LOSSES["absolute"](), 2, Linear())
    plane = Plane(theta, np.eye(3)[:2], ("u", "v"))
    assert not isinstance(absolute.sheet(plane, CENTRE), BowlSheet)


@pytest.mark.parametrize(
    ("loss", "activation", "hidden", "smooth"),
    [
        ("softmax", "tanh", True, True),
        ("softmax", "relu", True, False),
        ("softmax", "relu", False, True),  # only what comes after the kinks varies
        ("hinge", "tanh", True, False),
        ("logistic", "softplus", True, True),
    ],
)
def test_kinks_are_known(
    loss: str, activation: str, hidden: bool, smooth: bool
) -> None:
    kind, model = LOSSES[loss](), MLP((3,), activation)
    objective, theta = problem("two classes", kind, 2, model)
    p = objective.n_parameters
    plane = Plane(theta, np.eye(p)[[0 if hidden else p - 2, p - 1]], ("u", "v"))
    assert objective.sheet(plane, CENTRE).smooth == smooth


def test_any_other_sum_is_asked_point_by_point() -> None:
    formulas = FUNCTIONS["square-cube"]()
    objective = FormulaSum(formulas.examples(0), formulas)
    plane = Plane(np.zeros(1), np.array([[1.0], [0.0]]), ("x", ""))
    at = points(100_000)
    found, slices = worked_out(objective.sheet(plane, CENTRE).losses(at))
    assert_allclose(found, (at[:, 0] ** 2 + at[:, 0] ** 3) / 2, rtol=1e-12)
    assert slices > 2

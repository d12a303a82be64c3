from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.activations import ACTIVATIONS
from gdviz.core.batches import (
    DROP,
    FILE_ORDER,
    KEEP,
    REPLACEMENT,
    SHUFFLED,
    Cursor,
    Draw,
)
from gdviz.core.examples import Examples
from gdviz.core.losses import LOSSES, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall, Here, Noise
from gdviz.core.schedules import SCHEDULES, Constant
from gdviz.core.stackrows import cursor_at, rows_ahead, steps_within
from gdviz.core.stackruns import Stepper, Way

if TYPE_CHECKING:
    from gdviz.core.losses import Loss
    from gdviz.core.models import Model
    from gdviz.core.optimizers import Optimizer

N = 23
MODELS: list[Model] = [
    Linear(),
    Linear(bias=False),
    MLP((5,)),
    MLP((5,), bias=False),
    MLP((4, 3, 6)),
    MLP((1, 1)),
]


def examples(loss: Loss) -> Examples:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((N, 3))
    names = ("a", "b", "c")
    task = loss.tasks[-1]
    if task == "regression":
        return Examples(x, rng.standard_normal(N), names)
    k = 4 if "many" in task else 2
    classes = tuple("ABCD"[:k])
    return Examples(x, rng.integers(k, size=N), names, "class", classes)


def objective(loss: Loss, model: Model) -> Objective:
    return Objective(examples(loss), model, loss)


def way(sizes: list[int], rates: list[list[float]], **more: Any) -> Way:
    draw = Draw(N, 7, more.pop("order", SHUFFLED), more.pop("short_last", KEEP))
    kit = {"optimizer": SGD(), "schedule": Constant()} | more
    return Way(draw=draw, sizes=np.array(sizes), rates=np.array(rates), **kit)


def one(of: Objective, how: Way, size: int, rate: float, steps: int) -> Any:
    """Return θ after each step of one run, written out."""
    theta, cursor = of.start(3), Cursor()
    memory, path = how.optimizer.init(theta), [theta]
    for step in range(steps):
        rows, cursor = how.draw.next(size, cursor)
        _, gradient = of.gradient(theta, rows)
        now = rate * how.schedule.factor(step)
        here = Here(theta, now, N, Noise(how.draw.seed, step))
        update, memory = how.optimizer.update(gradient, memory, here)
        theta = theta + update
        path.append(theta)
    return np.array(path)


def check(of: Objective, how: Way, steps: int = 12, rtol: float = 1e-12) -> None:
    stepper = Stepper(of, how, of.start(3))
    runs = stepper.advance(stepper.start(), steps)
    assert runs.step == steps
    assert (runs.last == -1).all()
    thetas = iter(runs.theta)
    for size, rates in zip(how.sizes, how.rates, strict=True):
        for rate in rates:
            alone = one(of, how, int(size), float(rate), steps)
            size_of = np.abs(alone[-1]).max()
            assert_allclose(next(thetas), alone[-1], rtol=rtol, atol=rtol * size_of)
            assert np.abs(alone[-1] - alone[0]).max() > 1e-6


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_every_loss_and_model_goes_as_alone(loss: str, model: Model) -> None:
    of = objective(LOSSES[loss](), model)
    check(of, way([1, 4, 7], [[0.01, 0.1]] * 3))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_goes_as_alone(activation: str) -> None:
    of = objective(SquaredError(), MLP((5, 4), activation))
    check(of, way([2, 3], [[0.01, 0.05]] * 2))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_and_schedule_goes_as_alone(
    optimizer: str, schedule: str
) -> None:
    of = objective(SquaredError(), MLP((4,)))
    kit: dict[str, Any] = {
        "optimizer": OPTIMIZERS[optimizer](),
        "schedule": SCHEDULES[schedule](),
    }
    check(of, way([3, 8], [[0.002, 0.01]] * 2, **kit))


@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT, FILE_ORDER])
@pytest.mark.parametrize("short_last", [KEEP, DROP])
@pytest.mark.parametrize("size", [1, 4, 22, 23])
def test_batches_ahead_are_those_drawn_one_by_one(
    order: str, short_last: str, size: int
) -> None:
    draw, cursor, drawn = Draw(N, 3, order, short_last), Cursor(), []
    for step in range(30):
        at = cursor_at(draw, size, step)
        assert (at.step, at.seen) == (cursor.step, cursor.seen)
        rows, cursor = draw.next(size, cursor)
        drawn.append(rows)
    for first, count in ((0, 30), (7, 1), (11, 12)):
        rows, sizes = rows_ahead(draw, size, first, count)
        for made, number, own in zip(rows, sizes, drawn[first:], strict=False):
            assert_array_equal(made[:number], own)
            assert (made[number:] == own[0]).all()
    for examples_ in (0, 1, 5, 22, 23, 24, 46, 100):
        steps = steps_within(draw, size, examples_)
        assert cursor_at(draw, size, steps).seen <= examples_
        assert cursor_at(draw, size, steps + 1).seen > examples_


@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT, FILE_ORDER])
@pytest.mark.parametrize("short_last", [KEEP, DROP])
def test_every_order_goes_as_alone(order: str, short_last: str) -> None:
    of = objective(SquaredError(), MLP((4,)))
    sizes = [1, 5, 9, 22, 23]
    check(of, way(sizes, [[0.02]] * 5, order=order, short_last=short_last))


def test_in_slices_it_is_the_same_bit_for_bit() -> None:
    of = objective(SquaredError(), MLP((4,)))
    stepper = Stepper(of, way([3, 8], [[0.002, 0.01]] * 2, optimizer=HeavyBall()),
                      of.start(3))  # fmt: skip
    whole = stepper.advance(stepper.start(), 20)
    runs = stepper.start()
    for steps in (1, 0, 7, 12):
        runs = stepper.advance(runs, steps)
    assert_array_equal(runs.theta, whole.theta)
    assert_array_equal(runs.memory["velocity"], whole.memory["velocity"])


def test_rates_of_single_precision_stay_single() -> None:
    of = objective(SquaredError(), MLP((4,)))
    for optimizer in OPTIMIZERS.values():
        how = way([3, 8], [[0.002, 0.01]] * 2, optimizer=optimizer())
        stepper = Stepper(of, how, of.start(3), np.float32)
        runs = stepper.advance(stepper.start(), 12)
        assert runs.theta.dtype == np.float32
        alone = one(of, how, 8, 0.01, 12)[-1]
        assert 0 < np.abs(runs.theta[3] - alone).max() < 2e-4


def first_overflow(of: Objective, how: Way, size: int, rate: float) -> int:
    """Return the first step whose loss or new θ is not finite."""
    with np.errstate(all="ignore"):
        path = one(of, how, size, rate, 400)
        cursor = Cursor()
        for step in range(400):
            rows, cursor = how.draw.next(size, cursor)
            loss, _ = of.gradient(path[step], rows)
            if not (np.isfinite(loss) and np.isfinite(path[step + 1]).all()):
                return step
    raise AssertionError("it does not overflow")


@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall()], ids=repr)
def test_a_run_that_overflows_ends_alone(optimizer: Optimizer) -> None:
    of = objective(SquaredError(), Linear())
    how = way([1, 4], [[0.01, 50.0], [0.02, 1e200]], optimizer=optimizer)
    stepper = Stepper(of, how, of.start(3))
    runs = stepper.advance(stepper.start(), 400)
    slow, fast = (first_overflow(of, how, *pair) for pair in ((1, 50.0), (4, 1e200)))
    assert slow > 20
    assert fast < 5
    assert runs.last.tolist() == [-1, slow - 1, -1, fast - 1]
    for i, size, rate in ((1, 1, 50.0), (3, 4, 1e200)):
        with np.errstate(all="ignore"):
            alone = one(of, how, size, rate, 400)[runs.last[i]]
        assert_allclose(runs.kept[i], alone, rtol=1e-10)
    assert_allclose(runs.theta[0], one(of, how, 1, 0.01, 400)[-1], rtol=1e-10)
    assert_allclose(runs.theta[2], one(of, how, 4, 0.02, 400)[-1], rtol=1e-10)
    assert_array_equal(runs.theta[1], of.start(3))
    assert all(np.isfinite(values).all() for values in runs.memory.values())

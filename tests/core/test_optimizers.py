"""Optimizers: what holds for every one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.core.datasets import Dataset, LineWithNoise, Moons
from gdviz.core.knobs import Choice, Flag, Real, Whole, knobs
from gdviz.core.losses import Logistic, Loss, SquaredError
from gdviz.core.models import Linear
from gdviz.core.objective import Objective
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaDelta,
    Adam,
    Adamax,
    AdamW,
    HeavyBall,
    Here,
    Lion,
    Noise,
    Optimizer,
    RMSProp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ALL = pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
QUIET = pytest.mark.parametrize(
    "kind", [kind for kind in OPTIMIZERS.values() if not kind.noisy]
)


def unlike(kind: type[Optimizer]) -> Optimizer:
    """Return the optimizer with every knob away from its default."""
    settings: dict[str, Any] = {}
    for name, worn in knobs(kind).items():
        match worn.kind:
            case Flag():
                settings[name] = True
            case Real(low, high):
                settings[name] = low + 0.4 * min(high - low, 1.0)
            case Choice() | Whole():
                raise AssertionError(name)
    return kind(**settings)


EACH = pytest.mark.parametrize(
    "optimizer",
    [made for kind in OPTIMIZERS.values() for made in (kind(), unlike(kind))],
    ids=str,
)


@EACH
def test_pure(optimizer: Optimizer) -> None:
    rng = np.random.default_rng(0)
    theta = rng.standard_normal(5)
    theta.setflags(write=False)
    state = optimizer.init(theta)
    for _ in range(3):
        gradient = rng.standard_normal(5)
        for array in (gradient, *state.values()):
            array.setflags(write=False)
        before = {name: array.copy() for name, array in state.items()}
        first, after = optimizer.update(gradient, state, Here(theta, 0.1))
        second, same = optimizer.update(gradient, state, Here(theta, 0.1))
        assert first.tolist() == second.tolist()
        assert first.shape == (5,)
        assert after.keys() == same.keys() == before.keys()
        for name, array in before.items():
            assert state[name].tolist() == array.tolist()
            assert after[name].tolist() == same[name].tolist()
        state = after


@EACH
def test_memory_is_numbers_for_the_parameters_or_one_count(
    optimizer: Optimizer,
) -> None:
    theta = np.ones(4)
    first = optimizer.init(theta)
    _, then = optimizer.update(np.ones(4), first, Here(theta, 0.1))
    for state in (first, then):
        for array in state.values():
            assert isinstance(array, np.ndarray)
            assert array.dtype == np.float64
            assert array.shape in {(4,), ()}


@EACH
def test_many_runs_at_once_are_each_run_bit_for_bit(optimizer: Optimizer) -> None:
    rng = np.random.default_rng(1)
    theta, rates = rng.standard_normal((7, 5)), 10.0 ** rng.uniform(-4, 1, (7, 1))
    together, alone = theta, list(theta)
    state, states = optimizer.init(theta), [optimizer.init(row) for row in theta]
    for step in range(20):
        gradient, noise = rng.standard_normal((7, 5)), Noise(3, step)
        here = Here(together, rates, 9, noise)  # type: ignore[arg-type]
        update, state = optimizer.update(gradient, state, here)
        together = together + update
        for i, row in enumerate(alone):
            here = Here(row, float(rates[i, 0]), 9, noise)
            update, states[i] = optimizer.update(gradient[i], states[i], here)
            alone[i] = row + update
            assert together[i].tolist() == alone[i].tolist()


@EACH
def test_a_parameter_knows_nothing_of_the_others(optimizer: Optimizer) -> None:
    rng = np.random.default_rng(2)
    gradients, theta = rng.standard_normal((6, 4)), rng.standard_normal(4)
    order = [2, 0, 3, 1]
    some = steps(optimizer, gradients, theta)
    turned = steps(optimizer, gradients[:, order], theta[order], order)
    np.testing.assert_array_equal(some[:, order], turned)


def steps(
    optimizer: Optimizer,
    gradients: NDArray[np.float64],
    theta: NDArray[np.float64],
    order: list[int] | None = None,
) -> NDArray[np.float64]:
    """Return the updates that gradients make; noise, if any, goes by the order."""

    class Turned(Noise):
        __slots__ = ()

        def draw(self, p: int) -> NDArray[np.float64]:
            return super().draw(p)[order if order else slice(None)]

    state, made = optimizer.init(theta), []
    for step, gradient in enumerate(gradients):
        here = Here(theta, 0.1, noise=Turned(step=step))
        update, state = optimizer.update(gradient, state, here)
        made.append(update)
    return np.array(made)


@ALL
@pytest.mark.parametrize(
    ("dataset", "loss"), [(LineWithNoise(), SquaredError()), (Moons(), Logistic())]
)
def test_loss_falls_on_a_convex_problem(
    kind: type[Optimizer], dataset: Dataset, loss: Loss
) -> None:
    objective, optimizer = Objective(dataset.examples(0), Linear(), loss), kind()
    theta, rows = objective.network.start(0), np.arange(objective.n_examples)
    losses, state = [objective.loss(theta)], optimizer.init(theta)
    for _ in range(30):
        gradient = objective.gradient(theta, rows)[1]
        here = Here(theta, 0.003, n_examples=10**12)  # next to no noise
        update, state = optimizer.update(gradient, state, here)
        theta = theta + update
        losses.append(objective.loss(theta))
    assert losses[1] < losses[0]
    assert losses[-1] < losses[1]
    assert np.isfinite(losses).all()


@QUIET
def test_a_gradient_of_zero_moves_nothing_at_the_start(kind: type[Optimizer]) -> None:
    optimizer, theta = kind(), np.zeros(3)
    update, _ = optimizer.update(np.zeros(3), optimizer.init(theta), Here(theta, 0.1))
    assert not update.any()


EXTREME = [0.0, -0.0, 1e-300, -1e-300, 1e-160, 1.0, -1e150, 1e155, 1e300, -1e300]


@ALL
@pytest.mark.parametrize("first", EXTREME)
@pytest.mark.parametrize("then", EXTREME)
def test_extreme_gradients_make_no_nan(
    kind: type[Optimizer], first: float, then: float
) -> None:
    optimizer, theta = kind(), np.zeros(1)
    state = optimizer.init(theta)
    for gradient in (first, then, then, 0.0):
        with np.errstate(over="ignore"):
            here = Here(theta, 1e-3)
            update, state = optimizer.update(np.array([gradient]), state, here)
        assert np.isfinite(update).all()


numbers = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@given(numbers)
def test_adam_moves_no_farther_than_its_bound(gradients: list[float]) -> None:
    """Kingma & Ba 2015, section 2.1: at most η (1 − β₁)/√(1 − β₂), and more than η."""
    optimizer, theta = Adam(), np.zeros(1)
    made = np.abs(steps(optimizer, np.array(gradients)[:, None], theta))
    assert made.max() <= 0.1 * 0.1 / np.sqrt(0.001) * (1 + 1e-9)
    assert made[0] <= 0.1 * (1 + 1e-9)


@given(numbers, st.sampled_from(["adagrad", "amsgrad"]))
def test_rates_that_only_fall(gradients: list[float], name: str) -> None:
    optimizer, theta = OPTIMIZERS[name](), np.zeros(1)
    if isinstance(optimizer, Adam):  # but for the bias correction
        optimizer = replace(optimizer, beta2=0.0)
    state, last = optimizer.init(theta), np.inf
    for gradient in gradients:
        before = state
        _, state = optimizer.update(np.array([gradient]), state, Here(theta, 0.1))
        step = optimizer.effective_step(before, state, Here(theta, 0.1))
        assert step is not None
        assert step[0] <= last
        last = float(step[0])


@given(numbers)
def test_lion_moves_by_the_learning_rate_or_not_at_all(gradients: list[float]) -> None:
    made = np.abs(steps(Lion(), np.array(gradients)[:, None], np.zeros(1)))
    assert set(made.ravel().tolist()) <= {0.0, 0.1}


@given(numbers, st.floats(1e-3, 1e3))
def test_rescaled_gradients_make_the_same_steps(
    gradients: list[float], scale: float
) -> None:
    """Of those that divide by the gradients' size, where ε is next to nothing."""
    column = np.array(gradients)[:, None]
    column[np.abs(column) < 1e-3] = 0.0
    for name in ("adam", "amsgrad", "adagrad", "rmsprop", "adamax", "nadam"):
        optimizer = replace(OPTIMIZERS[name](), eps=1e-20)  # type: ignore[call-arg]
        some = steps(optimizer, column, np.zeros(1))
        scaled = steps(optimizer, scale * column, np.zeros(1))
        np.testing.assert_allclose(scaled, some, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "carried"),
    [
        (SGD(), None),
        (HeavyBall(0.5), "velocity"),
        (OPTIMIZERS["adagrad"](), None),
        (RMSProp(0.5, eps=0.1), None),
        (RMSProp(0.5, eps=0.1, centred=True), None),
        (AdaDelta(0.5, eps=0.1), None),
        (Adam(0.5, 0.75, 0.1), "first_moment"),
        (OPTIMIZERS["amsgrad"](), "first_moment"),
        (AdamW(weight_decay=0.0), "first_moment"),
        (Adamax(), "first_moment"),
    ],
    ids=str,
)
def test_effective_step_is_what_multiplies(
    optimizer: Optimizer, carried: str | None
) -> None:
    rng, here = np.random.default_rng(4), Here(np.ones(3), 0.3)
    state = optimizer.init(here.theta)
    for t in range(1, 6):
        before, gradient = state, rng.standard_normal(3)
        update, state = optimizer.update(gradient, before, here)
        step = optimizer.effective_step(before, state, here)
        assert step is not None
        taken = state[carried] if carried else gradient
        if carried == "first_moment":
            taken = taken / (1 - optimizer.beta1**t)  # type: ignore[attr-defined]
        np.testing.assert_allclose(-step * taken, update, rtol=1e-12)


@ALL
def test_effective_step_has_an_entry_for_each_parameter(kind: type[Optimizer]) -> None:
    optimizer, here = kind(), Here(np.ones(3), 0.3)
    before = optimizer.init(here.theta)
    _, after = optimizer.update(np.ones(3), before, here)
    step = optimizer.effective_step(before, after, here)
    assert (step is None) == (kind is Lion)
    assert step is None or (step.shape == (3,) and (step > 0).all())


@pytest.mark.parametrize("first", [RMSProp(), RMSProp(centred=True, momentum=0.5)])
@pytest.mark.parametrize("then", [RMSProp(), RMSProp(centred=True, momentum=0.5)])
def test_knobs_may_be_turned_on_the_way(first: RMSProp, then: RMSProp) -> None:
    here, state = Here(np.ones(3), 0.01), first.init(np.ones(3))
    for optimizer in (first, first, then, then):
        update, state = optimizer.update(np.ones(3), state, here)
        assert np.isfinite(update).all()
    assert state.keys() == then.init(np.ones(3)).keys()


def test_a_root_of_rounding_errors_is_none() -> None:
    """The mean square less the squared mean is 0 here, and may come out below."""
    optimizer, state = (
        RMSProp(0.5, centred=True),
        RMSProp(0.5, centred=True).init(np.zeros(50)),
    )
    gradient = np.random.default_rng(5).standard_normal(50)
    for _ in range(200):
        here = Here(np.zeros(50), 0.01)
        update, state = optimizer.update(gradient, state, here)
        assert np.isfinite(update).all()


@ALL
def test_bound_is_left_open_where_something_pulls_at_zero(
    kind: type[Optimizer],
) -> None:
    pulls = {"weight_decay", "prior_precision"} & knobs(kind).keys()
    for name in pulls:
        assert kind(**{name: 0.5}).bound is None
        settings: Mapping[str, float] = {name: 0.0}
        assert (kind(**settings).bound is None) == (kind().bound is None)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_words_name_the_source(name: str) -> None:
    words = " ".join((OPTIMIZERS[name].__doc__ or "").split())
    assert any(f"{year}" in words for year in range(1951, 2024))
    assert OPTIMIZERS[name].sentence().endswith(".")

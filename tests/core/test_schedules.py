"""Schedules: every one at its edges, by hand, and against PyTorch's."""

from __future__ import annotations

from math import cos, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.core.knobs import knobs
from gdviz.core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InversePower,
    OneCycle,
    Polynomial,
    Schedule,
    StepDecay,
)
from gdviz.session.scene import Descent

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = pytest.mark.parametrize("kind", SCHEDULES.values(), ids=SCHEDULES)
WAVE = Cosine(length=4, restarts=True, growth=2, floor=0.5)
CYCLE = OneCycle(length=11, rise=0.5, start_divisor=4, end_divisor=2)  # peak at 4.5
LINE = OneCycle(
    length=9, rise=5 / 9, curve="linear", start_divisor=5, end_divisor=2
)  # 0.2, then 1 at step 4, then 0.1 at step 8

BY_HAND: list[tuple[Schedule, dict[int, float]]] = [
    (Constant(), {0: 1, 1: 1, 10**9: 1}),
    (StepDecay(every=10, gamma=0.5), {0: 1, 9: 1, 10: 0.5, 20: 0.25, 40: 1 / 16}),
    (StepDecay(every=1, gamma=0.5), {0: 1, 1: 0.5, 2: 0.25}),
    (Exponential(gamma=0.5), {0: 1, 1: 0.5, 2: 0.25, 10: 2**-10, 10**6: 0}),
    (Polynomial(length=4), {0: 1, 1: 0.75, 3: 0.25, 4: 0, 5: 0, 10**9: 0}),
    (Polynomial(length=4, power=2), {0: 1, 1: 9 / 16, 3: 1 / 16, 4: 0}),
    (Polynomial(length=4, power=2, floor=0.5), {0: 1, 2: 0.625, 4: 0.5, 9: 0.5}),
    (Polynomial(length=1), {0: 1, 1: 0, 2: 0}),
    (InversePower(tau=10), {0: 1, 10: 0.5, 90: 0.1}),
    (InversePower(tau=10, kappa=0.5), {0: 1, 30: 0.5, 990: 0.1}),
    (InversePower(kappa=0), {0: 1, 10**9: 1}),
    (Cosine(length=4), {0: 1, 1: 0.5 + sqrt(0.125), 2: 0.5, 4: 0, 5: 0, 10**9: 0}),
    (Cosine(length=4, floor=0.5), {0: 1, 2: 0.75, 4: 0.5, 8: 0.5}),
    (Cosine(length=1), {0: 1, 1: 0, 2: 0}),
    # 4 steps, then 8, then 16
    (WAVE, {0: 1, 2: 0.75, 4: 1, 8: 0.75, 12: 1, 20: 0.75, 28: 1}),
    (Cosine(length=4, restarts=True), {0: 1, 2: 0.5, 4: 1, 6: 0.5, 400_002: 0.5}),
    (CYCLE, {0: 0.25, 10: 0.125, 11: 0.125, 10**9: 0.125}),
    (LINE, {0: 0.2, 1: 0.4, 4: 1, 6: 0.55, 8: 0.1, 9: 0.1}),
    (OneCycle(length=9, rise=0), {9: 4e-6}),
    (OneCycle(length=9, rise=1), {0: 0.04, 8: 1, 9: 4e-6}),
    (OneCycle(length=4, rise=0.25), {0: 1, 3: 4e-6}),  # the peak is the first step
    (OneCycle(length=1), {0: 4e-6, 1: 4e-6}),
    (OneCycle(length=1, rise=1), {0: 4e-6, 1: 4e-6}),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "factors"), BY_HAND)
def test_by_hand(schedule: Schedule, factors: dict[int, float]) -> None:
    found = {step: schedule.factor(step) for step in factors}
    assert found == pytest.approx(factors, rel=1e-14, abs=1e-16)


def test_every_schedule_is_worked_out_by_hand() -> None:
    assert {schedule.name for schedule, _ in BY_HAND} == set(SCHEDULES)


def test_one_cycle_between_its_ends() -> None:
    up = [1 - 0.75 * (1 + cos(pi * t / 4.5)) / 2 for t in range(5)]
    share = [(t - 4.5) / 5.5 for t in range(5, 11)]
    down = [0.125 + 0.875 * (1 + cos(pi * s)) / 2 for s in share]
    found = [CYCLE.factor(t) for t in range(11)]
    assert found == pytest.approx(up + down, rel=1e-14)


@ALL
def test_a_factor_is_a_number_from_0_to_1(kind: type[Schedule]) -> None:
    for warmup in (0, 1, 7):
        schedule = kind(warmup=warmup)
        for step in [*range(40), 999, 1000, 1001, 1006, 1007, 1008, 10**6, 10**9]:
            factor = schedule.factor(step)
            assert type(factor) is float
            assert 0 <= factor <= 1


@ALL
def test_warm_up_rises_in_a_straight_line_to_the_first_value(
    kind: type[Schedule],
) -> None:
    plain, warm = kind(), kind(warmup=5)
    first = plain.factor(0)
    rise = [warm.factor(t) for t in range(5)]
    assert rise == pytest.approx([first * t / 5 for t in range(1, 6)], rel=1e-14)
    assert [warm.factor(t + 5) for t in range(300)] == [
        plain.factor(t) for t in range(300)
    ]


def test_welling_and_teh() -> None:
    """ε = a (b + t)^(−γ), with ε = 2η/N."""
    a, b, gamma, n = 0.3, 25.0, 0.55, 100
    schedule = InversePower(tau=b, kappa=gamma)
    rate = n / 2 * a * b**-gamma
    for t in (0, 1, 10, 1000):
        epsilon = 2 / n * rate * schedule.factor(t)
        assert epsilon == pytest.approx(a * (b + t) ** -gamma, rel=1e-13)


def test_robbins_and_monro() -> None:
    """For 1/2 < κ ≤ 1 rates add up beyond bounds, squares do not."""
    steps = 2.0 ** np.arange(8, 25)

    def parts(kappa: float) -> Any:
        """Return what the rates from t to 2t add up to, about, at each t."""
        factors = [InversePower(kappa=kappa).factor(int(t)) for t in steps]
        return steps * np.array(factors)

    assert np.diff(parts(0.75)).min() > 0
    assert parts(1.0)[-1] > 99
    squares = parts(1.5)  # those of κ = 0.75
    assert squares[-1] < 0.02 * squares[0]
    assert np.diff(parts(1.02)).min() < 0


@given(
    st.integers(1, 200), st.integers(1, 4), st.integers(0, 5000), st.floats(0.0, 1.0)
)
def test_restarts_begin_where_the_last_wave_ends(
    length: int, growth: int, step: int, floor: float
) -> None:
    wave = Cosine(length=length, growth=growth, restarts=True, floor=floor)
    t, long = wave.place(step)
    assert 0 <= t < long
    begin = step - t
    assert wave.factor(begin) == 1.0
    assert wave.place(begin + long) == (0, long * growth)
    assert wave.factor(step) >= floor - 1e-15
    if t:
        assert wave.factor(step) <= wave.factor(step - 1)


def test_growth_is_idle_without_restarts() -> None:
    assert Cosine().idle() == {"growth"}
    assert not Cosine(restarts=True).idle()
    grown = Cosine(growth=3)
    assert [grown.factor(t) for t in (0, 600, 1500)] == [
        Cosine().factor(t) for t in (0, 600, 1500)
    ]


def test_rate_of_a_descent() -> None:
    descent = Descent(learning_rate=0.2, schedule=StepDecay(every=3, gamma=0.5))
    assert [descent.rate(t) for t in (0, 2, 3, 6)] == [0.2, 0.2, 0.1, 0.05]


@ALL
def test_words(kind: type[Schedule]) -> None:
    assert kind.sentence().endswith(".")
    assert "warmup" in knobs(kind)


TORCH: list[tuple[Schedule, str, dict[str, Any], int]] = [
    (StepDecay(every=7, gamma=0.3), "StepLR", {"step_size": 7, "gamma": 0.3}, 100),
    (Exponential(gamma=0.97), "ExponentialLR", {"gamma": 0.97}, 100),
    (Polynomial(length=60), "PolynomialLR", {"total_iters": 60}, 100),
    (
        Polynomial(length=60, power=2.5),
        "PolynomialLR",
        {"total_iters": 60, "power": 2.5},
        100,
    ),
    (
        InversePower(tau=9, kappa=0.7),
        "LambdaLR",
        {"lr_lambda": lambda t: (1 + t / 9) ** -0.7},
        100,
    ),
    (
        Cosine(length=60, floor=0.1),
        "CosineAnnealingLR",
        {"T_max": 60, "eta_min": 0.03},
        61,
    ),
    (
        Cosine(length=11, floor=0.1, restarts=True),
        "CosineAnnealingWarmRestarts",
        {"T_0": 11, "eta_min": 0.03},
        100,
    ),
    (
        Cosine(length=5, restarts=True, growth=3),
        "CosineAnnealingWarmRestarts",
        {"T_0": 5, "T_mult": 3},
        100,
    ),
    (OneCycle(length=100), "OneCycleLR", {"total_steps": 100}, 100),
    (
        OneCycle(
            length=37, rise=0.4, curve="linear", start_divisor=10, end_divisor=100
        ),
        "OneCycleLR",
        {
            "total_steps": 37,
            "pct_start": 0.4,
            "anneal_strategy": "linear",
            "div_factor": 10,
            "final_div_factor": 100,
        },
        37,
    ),
]


def _both() -> Iterator[tuple[Any, ...]]:
    """Yield each schedule plain and warmed up.

    PyTorch's OneCycleLR sets the rate as it is made: none can come before it.
    """
    for row in TORCH:
        yield (*row, 0)
        if row[1] != "OneCycleLR":
            yield (*row, 8)


@pytest.mark.parametrize(("ours", "name", "settings", "steps", "warmup"), list(_both()))
def test_against_pytorch(
    ours: Schedule, name: str, settings: dict[str, Any], steps: int, warmup: int
) -> None:
    torch: Any = pytest.importorskip("torch")
    kinds, rate = torch.optim.lr_scheduler, 0.3
    if name == "OneCycleLR":
        settings = {**settings, "max_lr": rate, "cycle_momentum": False}
    walker = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    theirs = getattr(kinds, name)(walker, **settings)
    if warmup:
        rise = kinds.LinearLR(walker, 1 / warmup, total_iters=warmup - 1)
        theirs = kinds.SequentialLR(walker, [rise, theirs], [warmup])
        ours = type(ours)(**{**vars(ours), "warmup": warmup})
    for step in range(steps):
        there = walker.param_groups[0]["lr"]
        assert rate * ours.factor(step) == pytest.approx(there, rel=1e-10, abs=1e-15)
        walker.step()
        if step < steps - 1:
            theirs.step()

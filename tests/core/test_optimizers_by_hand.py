"""Optimizers: the first steps of each, worked out by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    AdaDelta,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    HeavyBall,
    Here,
    Lion,
    NAdam,
    Nesterov,
    Noise,
    Optimizer,
    RMSProp,
)

SIX = np.full(1, 6.0)
HALF = Here(SIX, 0.5)  # θ and the learning rate
MOMENTS = {"beta1": 0.5, "beta2": 0.5625, "eps": 1.0}  # 1 − β₂ = 0.64 (1 − β₂²)

BY_HAND: list[tuple[Optimizer, list[float], list[float]]] = [
    (SGD(), [1, 0.5, -4], [-0.5, -0.25, 2]),
    (SGD(weight_decay=0.5), [1, -3], [-2, 0]),  # 1 + 3, −3 + 3
    # v: 1, 1, −3.5
    (HeavyBall(0.5), [1, 0.5, -4], [-0.5, -0.5, 1.75]),
    # v: 4, 2
    (HeavyBall(0.5, weight_decay=0.5), [1, -3], [-2, -1]),
    # ĝ + βv: 1.5, 1, −5.75
    (Nesterov(0.5), [1, 0.5, -4], [-0.75, -0.5, 2.875]),
    # v: 4, 2; ĝ + βv: 6, 1
    (Nesterov(0.5, weight_decay=0.5), [1, -3], [-3, -0.5]),
    # s: 9, 25
    (AdaGrad(eps=1), [3, 4], [-3 / 8, -4 / 12]),
    (AdaGrad(eps=1, weight_decay=0.5), [0, 1], [-3 / 8, -4 / 12]),
    # s: 4, 4
    (RMSProp(0.75, eps=1), [4, 2], [-2 / 3, -1 / 3]),
    (RMSProp(0.75, eps=1, weight_decay=0.5), [1, -1], [-2 / 3, -1 / 3]),
    # v: 4/3, 2/3 + 2/3
    (RMSProp(0.75, eps=1, momentum=0.5), [4, 2], [-2 / 3, -2 / 3]),
    # s: 8, 8.5; a: 2, 2.5; roots of 4 and 2.25
    (RMSProp(0.5, eps=1, centred=True), [4, 3], [-2 / 3, -3 / 5]),
    # s + ε: 1.5625, 2.421875; u + ε: 1, 1.36
    (AdaDelta(0.75, eps=1), [1.5, 2], [-0.6, -sqrt(1.36 / 2.421875)]),
    (AdaDelta(0.75, eps=1, weight_decay=0.5), [-1.5], [-0.6]),
    # m̂: 5, 5/3; √v̂: 5, 3
    (Adam(**MOMENTS), [5, 0], [-5 / 12, -5 / 24]),
    (Adam(**MOMENTS, weight_decay=0.5), [2, -3], [-5 / 12, -5 / 24]),
    # m̂: 4, 8; √v̂: 4, 8
    (Adam(0.5, 0.75, 1.0), [4, 10], [-0.4, -4 / 9]),
    # √v̂: 5, 4
    (AMSGrad(**MOMENTS), [5, 0], [-5 / 12, -1 / 6]),
    (AMSGrad(**MOMENTS, weight_decay=0.5), [2, -3], [-5 / 12, -1 / 6]),
    # and 0.5 · 0.25 · 6
    (AdamW(**MOMENTS, weight_decay=0.25), [5, 0], [-0.75 - 5 / 12, -0.75 - 5 / 24]),
    # μ = 1/4: 5 + 4/15 · 2.5, then 16/63 · 1.25
    (NAdam(**MOMENTS, momentum_decay=0), [5, 0], [-17 / 36, -5 / 126]),
    (
        NAdam(**MOMENTS, momentum_decay=0, weight_decay=0.5),
        [2, -3],
        [-17 / 36, -5 / 126],
    ),
    # m̂: 5, 5/3; u: 6, 3
    (Adamax(0.5, 0.5, 1.0), [5, 0], [-5 / 12, -5 / 18]),
    (Adamax(0.5, 0.5, 1.0, weight_decay=0.5), [2, -3], [-5 / 12, -5 / 18]),
    # m before: 0, 1, 0.625; in the sign: 2, 0.25, −0.6875
    (Lion(0.5, 0.75), [4, -0.5, -2], [-0.5, -0.5, 0.5]),
    # in the sign: 2, −0.25; the mean of the sign would be kept for 0.25
    (Lion(0.5, 0.75), [4, -1.5], [-0.5, 0.5]),
    (Lion(0.5, 0.75, weight_decay=0.25), [4, -0.5, -2], [-1.25, -1.25, -0.25]),
]


@pytest.mark.parametrize(("optimizer", "gradients", "updates"), BY_HAND)
def test_first_steps(
    optimizer: Optimizer, gradients: list[float], updates: list[float]
) -> None:
    state = optimizer.init(SIX)
    for gradient, expected in zip(gradients, updates, strict=True):
        update, state = optimizer.update(np.array([gradient]), state, HALF)
        assert update.tolist() == pytest.approx([expected], rel=1e-14)


def test_every_optimizer_is_worked_out_by_hand() -> None:
    assert {o.name for o, _, _ in BY_HAND} | {SGLD.name} == set(OPTIMIZERS)


@pytest.mark.parametrize("tau", [0.0, 3.0])
def test_langevin_is_descent_a_prior_and_noise(tau: float) -> None:
    here = Here(np.array([6.0, -4.0]), 0.5, 4, Noise(8, 9, 1))
    drawn = here.noise.draw(2)
    update, state = SGLD(tau).update(np.array([1.0, 2.0]), {}, here)
    # ε = 2 · 0.5 / 4 = 0.25: the noise has a standard deviation of 0.5
    plain = np.array([-0.5 - 0.125 * tau * 6, -1 + 0.125 * tau * 4])
    np.testing.assert_allclose(update, plain + 0.5 * drawn, rtol=1e-14)
    assert not state


def test_langevin_noise_is_drawn_anew_for_every_step_seed_and_part() -> None:
    places = [Noise(), Noise(1), Noise(step=1), Noise(part=1), Noise(2, 3, 4)]
    drawn = [tuple(place.draw(3)) for place in places]
    assert len(set(drawn)) == len(places)
    assert tuple(Noise(2, 3, 4).draw(3)) == drawn[-1]


def test_langevin_noise_has_the_variance_of_the_step() -> None:
    here, n = Here(np.zeros(20_000), 0.3, 50, Noise(5)), 20_000
    noise, _ = SGLD().update(np.zeros(n), {}, here)
    epsilon = 2 * 0.3 / 50
    assert abs(noise.mean()) < 3 * sqrt(epsilon / n)
    assert abs(noise.var() / epsilon - 1) < 3 * sqrt(2 / n)


def test_learning_rate_multiplies_the_velocity_when_used() -> None:
    optimizer = HeavyBall(beta=0.5)
    far = HALF._replace(learning_rate=100.0)
    _, state = optimizer.update(np.array([1.0]), optimizer.init(np.zeros(1)), far)
    update, _ = optimizer.update(np.array([0.0]), state, HALF)
    assert update.tolist() == [-0.25]


def test_learning_rate_multiplies_what_rmsprop_gathers_when_used() -> None:
    optimizer = RMSProp(0.75, eps=1, momentum=0.5)
    far = HALF._replace(learning_rate=100.0)
    _, state = optimizer.update(np.array([4.0]), optimizer.init(SIX), far)
    update, _ = optimizer.update(np.array([0.0]), state, HALF)
    assert update.tolist() == pytest.approx([-1 / 3])


def test_momentum_of_nadam_rises_to_beta() -> None:
    rising = NAdam(beta1=0.5, momentum_decay=1.0)
    assert rising.momentum(1) == pytest.approx(0.26)  # 0.5 (1 − 0.48)
    assert rising.momentum(2) == pytest.approx(0.2696)  # 0.5 (1 − 0.4608)
    assert NAdam().momentum(10**6) == pytest.approx(0.9)


def test_memory_is_named_in_plain_words() -> None:
    _, state = NAdam(0.5, 0.75, 1.0).update(np.array([4.0]), NAdam().init(SIX), HALF)
    assert state["first_moment"].tolist() == [2.0]
    assert state["second_moment"].tolist() == [4.0]
    assert float(state["updates"]) == 1.0
    mu = 0.5 * (1 - 0.5 * 0.96**0.004)
    assert float(state["momentum_product"]) == pytest.approx(mu, rel=1e-15)

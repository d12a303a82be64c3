"""What the learning rate does along the sharpest direction, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import SumOfGradients
from gdviz.core.batches import FILE_ORDER, REPLACEMENT
from gdviz.core.datasets import LineWithNoise, TwoPoints
from gdviz.core.models import Linear
from gdviz.core.optimizers import SGD, SGLD, Adam, AdamW, HeavyBall, Here, Nesterov
from gdviz.core.schedules import Constant, Cosine, StepDecay
from gdviz.core.stability import mean_square_limit
from gdviz.core.wrongs import MeanError
from gdviz.session.badend import way_out
from gdviz.session.forecast import (
    forecast,
    limits_of,
    no_limit,
    oscillates,
    rate_in_letters,
    rate_limits,
    warning,
)
from gdviz.session.scene import Descent, Scene
from gdviz.session.sharpness import rate_limit
from gdviz.session.trainer import Trainer
from gdviz.session.words import sentence
from tests.session.asking import Screen, of_network

if TYPE_CHECKING:
    from gdviz.session.run import Run

LINE = Scene(data=LineWithNoise(n_examples=20))
OBJECTIVE = of_network(Trainer(LINE).objective)
assert OBJECTIVE.moments is not None
SHARPNESS = float(np.linalg.eigvalsh(OBJECTIVE.moments)[-1])
LIMIT, HEAVY = 2 / SHARPNESS, 3.8 / SHARPNESS
NOISY = mean_square_limit(OBJECTIVE, 4) or 0.0


def run_of(descent: Descent, steps: int = 2) -> Run:
    screen = Screen(replace(LINE, descent=descent), steps)
    screen.rest()
    return screen.run


@pytest.mark.parametrize(
    ("descent", "words"),
    [
        (Descent(20, 0.02 * LIMIT), f"It creeps: η is far below 2/λ = {LIMIT:.3g}."),
        (Descent(20, 0.04 * LIMIT), f"It creeps: η is far below 2/λ = {LIMIT:.3g}."),
        (Descent(20, 0.06 * LIMIT), ""),
        (Descent(20, 0.49 * LIMIT), ""),
        (
            Descent(20, 0.51 * LIMIT),
            f"It oscillates, ever less: η is below 2/λ = {LIMIT:.3g}.",
        ),
        (Descent(4, 0.51 * LIMIT, FILE_ORDER),
         f"Along the full gradient it oscillates, ever less: η is below 2/λ = "
         f"{LIMIT:.3g}."),
        (Descent(20, 0.99 * LIMIT), f"At the edge: η is close to 2/λ = {LIMIT:.3g}."),
        (Descent(20, 1.01 * LIMIT), f"At the edge: η is close to 2/λ = {LIMIT:.3g}."),
        (Descent(20, 0.02 * HEAVY, optimizer=HeavyBall()),
         f"It creeps: η is far below 2(1+β)/λ = {HEAVY:.3g}."),
        (Descent(20, 0.3 * HEAVY, optimizer=HeavyBall()),
         f"It oscillates, ever less: η is below 2(1+β)/λ = {HEAVY:.3g}."),
        (Descent(20, 0.4 * LIMIT, optimizer=HeavyBall(0.0)), ""),
        (Descent(20, 0.01 * LIMIT / 20, recipe=SumOfGradients()),
         f"It creeps: η is far below 2/(Mλ) = {LIMIT / 20:.3g}."),
        (Descent(20, 0.01 * LIMIT, recipe=MeanError()), ""),
    ],
)  # fmt: skip
def test_where_steps_do_not_grow(descent: Descent, words: str) -> None:
    run = run_of(descent)
    said = words.replace("η", f"η = {descent.learning_rate:g}")
    assert forecast(run) == said
    assert warning(run) == ""
    assert said in sentence(run)


@pytest.mark.parametrize(
    ("descent", "words"),
    [
        (Descent(20, 1.5 * LIMIT),
         f"is above 2/λ = {LIMIT:.3g}: along the sharpest direction steps oscillate "
         "and grow."),
        (Descent(20, 1.5 * HEAVY, optimizer=HeavyBall()),
         f"is above 2(1+β)/λ = {HEAVY:.3g}: along the sharpest direction steps "
         "oscillate and grow."),
        (Descent(4, (NOISY + LIMIT) / 2),
         f"is above {NOISY:.3g}, the mean-square limit for batches of four: chance "
         "makes the steps grow."),
    ],
)  # fmt: skip
def test_where_steps_grow(descent: Descent, words: str) -> None:
    run = run_of(descent)
    assert warning(run) == f"η = {descent.learning_rate:g} {words}"
    assert forecast(run) == ""
    assert sentence(run).startswith(warning(run))


def test_only_of_the_theta_it_is_known_of() -> None:
    screen = Screen(replace(LINE, descent=Descent(20, 1.5 * LIMIT)), 2)
    screen.rest()
    assert warning(screen.run)
    screen.ask(steps=1, whole=False)
    assert screen.run.reading is not None
    assert screen.run.reading.step < screen.run.step
    assert warning(screen.run) == forecast(screen.run) == ""
    assert rate_limits(screen.run)  # the tick stays where it was


def test_nothing_is_said_where_nothing_moves() -> None:
    scene = Scene(data=TwoPoints(), model=Linear(False), descent=Descent(2, 0.001))
    for start, words in (
        (3.0, ""),
        (3.5, "It creeps: η = 0.001 is far below 2/λ = 1."),
    ):
        screen = Screen(replace(scene, start=(start,)))
        screen.rest()
        assert forecast(screen.run) == words


def test_of_another_step_the_sentence_of_a_bad_end_names_it() -> None:
    run = run_of(Descent(20, 3 * LIMIT), 10**6)
    assert run.diverged
    assert sentence(run) == (
        f"Diverged at step <b>{run.step}</b>: η = {3 * LIMIT:g} is above "
        f"2/λ = {LIMIT:.3g}, the full-batch limit. {way_out(run)}"
    )


def test_a_bad_end_by_chance() -> None:
    run = run_of(Descent(1, 0.95 * LIMIT), 10**6)
    assert run.diverged
    assert "the mean-square limit for batches of one. <b>η = " in sentence(run)


def test_ticks() -> None:
    full, batches = rate_limits(run_of(Descent(4, 0.02)))
    assert full.rate == pytest.approx(LIMIT)
    assert (full.letters, full.noisy) == ("2/λ", False)
    assert full.tip.startswith(f"2/λ = {LIMIT:.3g}: the full-batch limit")
    assert batches.rate == pytest.approx(NOISY)
    assert (batches.letters, batches.noisy) == ("M = 4", True)
    assert batches.tip.startswith(f"{NOISY:.3g}, the mean-square limit for batches of")
    assert rate_limits(run_of(Descent(4, 0.02, recipe=MeanError()))) == ()


def test_the_limit_follows_the_settings_from_step_to_step() -> None:
    screen = Screen(replace(LINE, descent=Descent(4, 0.1)), 10)
    screen.down(learning_rate=0.05)
    screen.ask(steps=5)
    screen.down(recipe=MeanError())
    steps, limits = limits_of(screen.run)
    assert steps == [0, 10, 15]
    assert limits[:2] == pytest.approx([20.0, 40.0])
    assert np.isnan(limits[2])


NESTEROV = 3.8 / 2.8 / SHARPNESS


def test_nesterov_has_a_limit_of_its_own() -> None:
    def at(share: float) -> Run:
        return run_of(Descent(20, share * NESTEROV, optimizer=Nesterov()))

    letters = f"2(1+β)/((1+2β)λ) = {NESTEROV:.3g}"
    assert warning(at(1.5)).startswith(f"η = {1.5 * NESTEROV:g} is above {letters}: ")
    said = f"It oscillates, ever less: η = {0.5 * NESTEROV:g} is below {letters}."
    assert forecast(at(0.5)) == said
    assert forecast(at(0.01)).startswith("It creeps")
    descent = Descent(20, optimizer=Nesterov(), recipe=SumOfGradients())
    assert rate_in_letters(descent, 20) == "2(1+β)/((1+2β)Mλ)"


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("kind", [HeavyBall, Nesterov])
def test_whether_it_oscillates_is_true_of_a_quadratic(
    kind: type[HeavyBall | Nesterov], beta: float
) -> None:
    optimizer = kind(beta)
    assert optimizer.bound is not None
    for share in np.linspace(0.06, 0.96, 46):
        theta, state = np.ones(1), optimizer.init(np.ones(1))
        signs = set()
        for _ in range(200):
            here = Here(theta, share * optimizer.bound)
            update, state = optimizer.update(theta, state, here)
            theta = theta + update
            signs.add(float(np.sign(theta[0]))) if abs(theta[0]) > 1e-200 else None
        run = run_of(Descent(20, 0.1, optimizer=optimizer))
        rate = rate_limit(run.snapshot.scene.descent, SHARPNESS, 20)
        assert rate is not None
        words = oscillates(Descent(20, 0.1, optimizer=optimizer), float(share))
        if abs(share - edge_of(kind, beta)) > 0.02:
            assert words == (-1.0 in signs)


def edge_of(kind: type[HeavyBall | Nesterov], beta: float) -> float:
    if kind is HeavyBall:
        return float((1 - beta**0.5) ** 2 / (2 * (1 + beta)))
    below = ((1 - beta) / (1 + beta)) ** 2
    return below * (1 + 2 * beta) / (2 * (1 + beta))


@pytest.mark.parametrize(
    ("descent", "words"),
    [
        (Descent(4), ""),
        (Descent(4, optimizer=Nesterov()), ""),
        (Descent(4, optimizer=Adam()), "no limit known for Adam"),
        (Descent(4, optimizer=SGD(0.1)), "no limit known with weight decay"),
        (Descent(4, optimizer=AdamW()), "no limit known for AdamW"),
        (Descent(4, optimizer=SGLD(1.0)), "no limit known for SGLD (Langevin)"),
        (Descent(4, recipe=MeanError()), "no limit known for this recipe"),
    ],
)
def test_no_limit_is_said_plainly(descent: Descent, words: str) -> None:
    assert no_limit(descent, 20) == words
    limits = limits_of(run_of(descent))[1]
    assert bool(words) == np.isnan(limits).all()


def test_the_limit_follows_the_schedule() -> None:
    descent = Descent(4, 0.1, schedule=Cosine(length=30, warmup=10))
    screen = Screen(replace(LINE, descent=descent), 60)
    screen.down(schedule=StepDecay(every=10, gamma=0.5))
    screen.ask(steps=40)
    steps, limits = limits_of(screen.run)
    assert steps == sorted(set(steps))
    assert {0, 60} <= set(steps)
    assert 100 < len(steps) <= 600
    for step, limit in zip(steps, limits, strict=True):
        rate = (descent if step < 60 else screen.scene.descent).rate(step)
        assert np.isnan(limit) if rate == 0 else limit == pytest.approx(2 / rate)
    assert np.isnan(limits[steps.index(55)])


def test_what_is_said_is_of_the_rate_in_force() -> None:
    descent = Descent(20, 1.5 * LIMIT, schedule=StepDecay(every=2, gamma=0.1))
    run = run_of(descent, 1)
    assert warning(run).startswith(f"η = {1.5 * LIMIT:g} is above")
    later = run_of(descent, 2)
    assert warning(later) == ""
    (tick,) = rate_limits(later)
    assert tick.rate == pytest.approx(10 * LIMIT)
    assert tick.tip.endswith("By its schedule η is now 0.1 times what is set here.")
    assert "schedule" not in rate_limits(run_of(Descent(20, 0.1)))[0].tip
    ended = run_of(Descent(20, 0.1, schedule=Cosine(length=2)), 3)
    assert rate_limits(ended) == ()
    assert warning(ended) == ""


def test_the_rate_of_each_step_is_held_against_its_sharpness() -> None:
    descent = Descent(20, 1.5 * LIMIT, schedule=Constant(warmup=4))
    screen = Screen(replace(LINE, descent=descent))
    for _ in range(4):
        screen.rest()
        screen.ask(steps=1)
    crossed = screen.run.crossing()
    assert crossed is not None
    assert crossed[0] == 2  # 3/4 of 1.5 is too much
    assert crossed[1] == pytest.approx(SHARPNESS, rel=1e-3)


def test_a_bad_end_names_the_rate_of_its_step() -> None:
    descent = Descent(20, 8 * LIMIT, schedule=Constant(warmup=4))
    run = run_of(descent, 10**6)
    assert run.diverged
    assert run.rescue is not None
    rate = descent.rate(run.rescue.step)
    assert LIMIT < rate < descent.learning_rate
    assert f"η = {rate:g} is above 2/λ" in sentence(run)
    run.rescue = None
    crossed = run.crossing()
    assert crossed is not None
    assert descent.rate(crossed[0]) > LIMIT
    assert f"η = {descent.rate(crossed[0]):g} is above 2/λ" in sentence(run)


@pytest.mark.parametrize(
    ("descent", "told"),
    [
        (Descent(5, 0.1, optimizer=HeavyBall()), True),
        (Descent(5, 0.1), False),  # there the limit itself is known
        (Descent(5, 0.1, FILE_ORDER, optimizer=HeavyBall()), False),
        (Descent(20, 0.1, optimizer=HeavyBall()), False),
        (Descent(20, 0.1, REPLACEMENT, optimizer=HeavyBall()), True),
    ],
)
def test_of_batches_the_limit_is_an_upper_bound(descent: Descent, told: bool) -> None:
    tip = rate_limits(run_of(descent))[0].tip
    bound = f" For batches of {descent.batch_size} it is at most that."
    assert tip.endswith(bound) == told
    assert ("at most" in tip) == told

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
from gdviz.core.optimizers import HeavyBall
from gdviz.core.stability import mean_square_limit
from gdviz.core.wrongs import MeanError
from gdviz.session.forecast import forecast, limits_of, rate_limits, warning
from gdviz.session.scene import Descent, Scene
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
        (Descent(20, 0.99 * LIMIT), f"At the edge: η ≈ 2/λ = {LIMIT:.3g}."),
        (Descent(20, 1.01 * LIMIT), f"At the edge: η ≈ 2/λ = {LIMIT:.3g}."),
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
    assert forecast(run) == words
    assert warning(run) == ""
    assert sentence(run).endswith(words)


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
    for start, words in ((3.0, ""), (3.5, "It creeps: η is far below 2/λ = 1.")):
        screen = Screen(replace(scene, start=(start,)))
        screen.rest()
        assert forecast(screen.run) == words


def test_of_another_step_the_sentence_of_a_bad_end_names_it() -> None:
    run = run_of(Descent(20, 3 * LIMIT), 10**6)
    assert run.diverged
    assert sentence(run) == (
        f"Diverged at step <b>{run.step}</b>: η = {3 * LIMIT:g} is above "
        f"2/λ = {LIMIT:.3g}, the full-batch limit. Lower it and reset."
    )


def test_a_bad_end_by_chance() -> None:
    run = run_of(Descent(1, 0.95 * LIMIT), 10**6)
    assert run.diverged
    assert "the mean-square limit for batches of one. Lower it" in sentence(run)


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

"""Noise along a run: right at its step, cut with the path, and never in its way."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import GivenGradients
from gdviz.core.models import MLP, Linear
from gdviz.core.resampling import Drawing
from gdviz.core.wrongs import MeanError
from gdviz.session.lessons.measures import value
from gdviz.session.lessons.text import Measure
from gdviz.session.noise import COSINE, SCALE, SQUARED, TRACE, NoiseReading
from gdviz.session.noisewords import (
    FLAT,
    NOTHING,
    angles,
    centred,
    count,
    drawn,
    many,
    pays,
    title,
)
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.core.clouds import Cloud

LINE = Scene(data=LineWithNoise(n_examples=20), descent=Descent(4, 0.02))
SIX = Scene(data=LineWithNoise(n_examples=6), descent=Descent(2, 0.02))
NET = Scene(data=Moons(n_examples=30), model=MLP((5,)), descent=Descent(8, 0.3))


def heard(scene: Scene, steps: int = 0) -> Screen:
    screen = Screen(scene, steps)
    screen.rest(noise=True)
    return screen


def latest(screen: Screen) -> NoiseReading:
    reading = screen.run.noise.latest
    assert reading is not None
    return reading


def cloud_of(screen: Screen) -> Cloud:
    reading = screen.run.noise.clouded
    assert reading is not None
    assert reading.cloud is not None
    return reading.cloud


def truth(scene: Scene, steps: int) -> tuple[float, float, float, float]:
    """Tr Σ, ‖∇L‖², their ratio and the cosine of ĝ and ∇L, from all gradients."""
    trainer = Trainer(scene)
    trainer.advance(steps)
    n, theta = trainer.objective.n_examples, trainer.state.theta
    rows = trainer.objective.gradients(theta, np.arange(n))
    full, source = rows.mean(axis=0), trainer.pending.fresh or trainer.objective
    mean = source.gradients(theta, trainer.pending.rows).mean(axis=0)
    trace, squared = float(((rows - full) ** 2).sum() / n), float(full @ full)
    cosine = float(mean @ full / np.linalg.norm(mean) / np.linalg.norm(full))
    return trace, squared, trace / squared, cosine


@pytest.mark.parametrize(
    "scene",
    [
        LINE,
        NET,
        replace(NET, held_out=0.3),
        LINE.down(order=REPLACEMENT),
        LINE.down(order=FRESH),
        NET.down(recipe=MeanError()),
    ],
)
def test_at_rest_it_is_that_of_the_theta_shown(scene: Scene) -> None:
    screen = heard(scene, 3)
    reading = latest(screen)
    assert reading.step == 3
    assert_allclose(reading.row[2:], truth(scene, 3), rtol=1e-9)
    cloud, plane = cloud_of(screen), screen.now.plane
    assert_allclose(-cloud.centre, screen.now.arrows.full, rtol=1e-9)
    assert cloud.theory.shape == (2, 2)
    spread = screen.now.arrows.spread
    assert spread is not None
    assert_allclose(cloud.theory, spread, rtol=1e-9, atol=1e-12)
    assert plane.directions.shape == (2, len(screen.now.record.theta))
    assert screen.run.noise.measured is not None
    assert screen.run.noise.measured.step == 3
    assert not screen.rest(noise=True)[-1].noise_readings  # once is enough


def test_nothing_is_measured_that_is_not_looked_at() -> None:
    screen = Screen(LINE, 20)
    assert not any(answer.noise_readings for answer in screen.rest())
    assert screen.run.noise.latest is None
    assert len(screen.run.noise.over_steps(10)[0]) == 0
    answers = screen.rest(noise=True)
    assert len([a for a in answers if a.noise_readings]) >= 2  # ever more of it
    assert not any(answer.noise_readings for answer in screen.rest())


def test_measured_again_where_the_batch_or_the_plane_is_another() -> None:
    screen = heard(NET)
    one = cloud_of(screen)
    assert latest(screen).drawing == Drawing(8, replaced=False)
    screen.down(batch_size=3)
    screen.rest(noise=True)
    assert cloud_of(screen).batch_size == 3
    screen.down(order=REPLACEMENT)
    screen.rest(noise=True)
    assert cloud_of(screen).replaced
    screen.ask(scene=replace(screen.scene, plane_x="b1[1]", plane_y="b2[1]"))
    screen.rest(noise=True)
    assert np.abs(cloud_of(screen).centre - one.centre).max() > 1e-6
    assert_allclose(-cloud_of(screen).centre, screen.now.arrows.full, rtol=1e-9)


def test_over_steps_while_they_are_made() -> None:
    screen = Screen(LINE, 0, noise=True)
    screen.ask(steps=400, noise=True)
    assert screen.run.noise.clouded is not None  # a small one, on the way
    assert screen.run.noise.clouded.step == 400
    assert len(cloud_of(screen).points) == 300
    screen.rest(noise=True)
    assert len(cloud_of(screen).points) == 2000
    steps, values = screen.run.noise.over_steps(1000)
    assert len(steps) >= 3
    assert (np.diff(steps) > 0).all()
    assert steps[-1] == 400
    for step, row in zip(steps[:: max(1, len(steps) // 8)], values, strict=False):
        assert np.isfinite(row[[TRACE, SQUARED, SCALE, COSINE]]).all(), step
    for place in (0, len(steps) // 2, -1):
        expected = truth(LINE, int(steps[place]))
        assert_allclose(values[place], expected, rtol=1e-8)


def test_going_back_cuts_it_with_the_path() -> None:
    screen = Screen(LINE, 0, noise=True)
    screen.ask(steps=200, noise=True)
    screen.rest(noise=True)
    screen.ask(seek=50)
    screen.down(learning_rate=0.03)
    log = screen.run.noise
    assert (log.latest, log.clouded, log.measured) == (None, None, None)
    assert log.over_steps(1000)[0].max(initial=0) <= 50
    screen.rest(noise=True)
    assert latest(screen).step == 50
    assert log.over_steps(1000)[0][-1] == 50


def test_a_new_path_shares_it_up_to_where_it_leaves() -> None:
    screen = Screen(LINE, 0, noise=True)
    screen.ask(steps=200, noise=True)
    screen.rest(noise=True)
    asked = Question(2, branch=1, seek=50, keep=frozenset({1, 2}), noise=True)
    other = screen.run.branch(screen.desk.answer(asked))
    assert isinstance(other, Run)
    steps, values = other.noise.over_steps(1000)
    own, known = screen.run.noise.over_steps(1000)
    shared = int((own < 50).sum())
    assert shared > 0
    assert steps[:shared].tolist() == own[:shared].tolist()
    assert values[:shared].tolist() == known[:shared].tolist()
    assert steps.max() <= 50
    assert other.noise.latest is None or other.noise.latest.step == 50


def test_the_path_does_not_know_who_watches() -> None:
    one, other = Screen(NET), Screen(NET)
    one.ask(steps=60, noise=True)
    one.rest(noise=True)
    other.ask(steps=60)
    assert one.now.record.theta.tolist() == other.now.record.theta.tolist()
    assert one.now.record.rows.tolist() == other.now.record.rows.tolist()


def test_it_leaves_most_of_the_time_to_the_steps() -> None:
    """The share is of the time spent, so it holds whatever the machine does."""
    screen = Screen(NET, 0, noise=True)
    screen.ask(steps=2000, noise=True)
    assert len(screen.run.noise.over_steps(5000)[0]) < 1500


def test_the_work_at_rest_is_done_in_parts() -> None:
    screen = Screen(NET)
    answers = screen.rest(noise=True, until=time.perf_counter())
    assert len(answers) > 10


# --- in words


@pytest.mark.parametrize(
    ("exponent", "told"),
    [
        (0.0, "1"),
        (np.log10(1024), "1,024"),
        (5.5, "316,228"),
        (12.3, "10¹²"),
        (310, "10³¹⁰"),
    ],
)
def test_numbers_of_batches(exponent: float, told: str) -> None:
    assert many(exponent) == told


def test_what_the_cloud_is_of() -> None:
    screen = heard(SIX)
    assert count(cloud_of(screen)) == "all 15"
    assert title(screen.run) == "Means of batches of 2: all 15"
    assert centred(cloud_of(screen)) == "their mean: ∇L, to rounding"
    assert drawn(screen.run) == ""
    screen.down(batch_size=6)
    screen.rest(noise=True)
    assert count(cloud_of(screen)) == "the only one"
    many_ = heard(LINE.down(order=FILE_ORDER, batch_size=10))
    assert count(cloud_of(many_)) == "2,000 of 184,756"
    assert "standard errors off" in centred(cloud_of(many_))
    assert "file order" in drawn(many_.run)
    assert "fresh" in drawn(heard(LINE.down(order=FRESH)).run)
    many_.ask(steps=2)
    assert title(many_.run).endswith("· step 0")


def test_the_angles_of_this_batch_and_of_a_larger_one() -> None:
    screen = heard(LINE)
    reading = latest(screen)
    assert reading.angle == pytest.approx(screen.now.angle)
    noise = reading.noise
    four, eight = (
        np.degrees(np.arctan(np.sqrt(noise.trace / m * (20 - m) / 19 / noise.squared)))
        for m in (4, 8)
    )
    assert angles(screen.run, reading) == (
        f"This batch points {reading.angle:.0f}° off ∇L. "
        f"Typical for M = 4: {four:.0f}°, for M = 8: {eight:.0f}°."
    )
    screen.down(batch_size=20)
    screen.rest(noise=True)
    assert angles(screen.run, latest(screen)).endswith("Typical for M = 20: 0°.")
    screen.down(batch_size=15)
    screen.rest(noise=True)
    assert angles(screen.run, latest(screen)).endswith(", for M = 20: 0°.")


def test_one_parameter_has_no_angles() -> None:
    screen = heard(replace(LINE, model=Linear(bias=False)))
    said = angles(screen.run, latest(screen))
    assert "°" not in said
    assert said.endswith("% of ∇L off.")


def test_what_a_batch_pays() -> None:
    reading = latest(heard(LINE))
    for trace, squared, batch, said in (
        (12.0, 2.0, 4, "Noise scale 6: batches far beyond 6 gain little."),
        (12.0, 2.0, 20, "Noise scale 6: a batch of 20 gains little over 6."),
        (12.0, 2.0, 1, "Noise scale 6: batches up to about 6 pay."),
        (0.2, 2.0, 2, "Noise scale 0.1: batches far beyond 1 gain little."),
        (80.0, 2.0, 4, "Noise scale 40: above all 20 examples, so larger batches pay."),
        (80.0, 0.0, 4, FLAT),
        (0.0, 2.0, 4, NOTHING),
    ):
        noise = replace(reading.noise, trace=trace, squared=squared)
        assert pays(replace(reading, noise=noise), batch) == said
    lost = replace(reading.noise, trace=float("nan"))
    assert "too large" in pays(replace(reading, noise=lost), 4)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (((1.0, 2.0),), NOTHING),  # N = 1
        (((1.0, 0.0), (-1.0, 0.0)), FLAT),  # ∇L = 0
        (((0.5, 0.1),) * 3, NOTHING),  # all alike
    ],
)
def test_degenerate_scenes_have_words(
    rows: tuple[tuple[float, ...], ...], said: str
) -> None:
    scene = Scene(data=GivenGradients(rows), descent=Descent(1, 0.1))
    screen = heard(scene, 1)
    reading = latest(screen)
    assert angles(screen.run, reading) == said
    assert pays(reading, 1) == said
    assert cloud_of(screen).finite


@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT, FILE_ORDER, FRESH])
def test_a_run_that_diverges_says_no_nonsense(order: str) -> None:
    screen = heard(LINE.down(learning_rate=3.0, order=order), 5000)
    assert screen.run.diverged
    reading = latest(screen)
    assert "nan" not in angles(screen.run, reading).lower()
    assert "nan" not in pays(reading, 4).lower()
    for row in screen.run.noise.over_steps(100)[1]:
        assert not np.isinf(row).any()


# --- in lessons


def measure(screen: Screen, name: str, argument: str = "") -> float:
    return value(screen.run, Measure(name, argument))


NOISY = (
    "noise trace",
    "noise scale",
    "cloud batches",
    "cloud mean gap",
    "cloud mean errors",
    "standard error",
    "variance measured",
    "variance theory",
    "typical angle",
)


def test_the_measures_of_lessons() -> None:
    screen = heard(SIX)
    trace, squared, scale, _ = truth(SIX, 0)
    four = trace / 4 * 2 / 5
    for name, argument, expected in (
        ("noise trace", "", trace),
        ("noise scale", "", scale),
        ("cloud batches", "", 15),
        ("standard error", "", 0),
        ("variance theory", "4", four),
        ("variance measured", "4", four),
        ("variance theory", "", trace / 2 * 4 / 5),
        ("variance measured", "", trace / 2 * 4 / 5),
        ("typical angle", "4", np.degrees(np.arctan(np.sqrt(four / squared)))),
    ):
        found = measure(screen, name, argument)
        assert found == pytest.approx(expected, rel=1e-9), name
    assert measure(screen, "cloud mean gap") < 1e-12
    for name, argument in (
        ("cloud mean errors", ""),  # none where all batches are there
        ("variance theory", "7"),
        ("variance theory", "0"),
        ("variance measured", "x"),
    ):
        assert np.isnan(measure(screen, name, argument)), name
    screen.ask(steps=1)  # not of the step shown any more
    for name in NOISY:
        assert np.isnan(measure(screen, name)), name


def test_the_measures_of_a_sampled_cloud() -> None:
    screen = heard(LINE)
    cloud = cloud_of(screen)
    assert measure(screen, "cloud batches") == 2000
    assert measure(screen, "standard error") == pytest.approx(np.hypot(*cloud.error))
    assert 0 < measure(screen, "cloud mean errors") < 3
    assert measure(screen, "cloud mean gap") == pytest.approx(
        float(np.hypot(*(cloud.points.mean(axis=0) - cloud.centre)))
    )

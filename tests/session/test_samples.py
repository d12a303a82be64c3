"""A path as samples: which count, what they tell, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.correlation import estimate
from gdviz.core.datasets import LineWithNoise, ScatteredNumbers
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGLD
from gdviz.core.schedules import InversePower
from gdviz.session import samples as sampling
from gdviz.session.lessons.measures import value
from gdviz.session.lessons.text import Measure
from gdviz.session.samples import (
    burn_in,
    density,
    ellipses,
    histogram,
    hovering,
    samples,
)
from gdviz.session.samplewords import with_error, words
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]

HALF = SquaredError(half=True)
LANGEVIN = Descent(2, 0.1, order="replacement", optimizer=SGLD(prior_precision=1.0))
LINE = Scene(data=LineWithNoise(n_examples=20), loss=HALF, descent=LANGEVIN)
NUMBERS = replace(LINE, data=ScatteredNumbers(), model=Linear(bias=False))
STEPS = 3000


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen(LINE, STEPS)


@pytest.fixture
def run(screen: Screen) -> Run:
    return screen.run


@pytest.fixture(scope="module")
def thetas() -> Array:
    """θ before every step of the same path, by the trainer alone."""
    trainer = Trainer(LINE)
    start = trainer.state.theta
    after = [step.after.theta for step in trainer.advance(STEPS)]
    return np.array([start, *after[:-1]])


def test_the_path_but_for_a_fifth(run: Run, thetas: Array) -> None:
    assert burn_in(run) == STEPS // 5
    for index in (0, 1):
        found = samples(run, index)
        assert (found.begin, found.stride) == (STEPS // 5, 1)
        assert_allclose(found.values, thetas[STEPS // 5 :, index], rtol=0)
        assert found.estimate == estimate(thetas[STEPS // 5 :, index])


@pytest.mark.parametrize("begin", [0, 1, 1234, STEPS - 20])
def test_from_a_step_on(run: Run, thetas: Array, begin: int) -> None:
    found = samples(run, 1, begin)
    assert found.begin == begin
    assert found.values.tolist() == thetas[begin:, 1].tolist()


@pytest.mark.parametrize("begin", [STEPS - 19, STEPS, 10 * STEPS])
def test_too_few_to_tell(run: Run, begin: int) -> None:
    found = samples(run, 0, begin)
    assert found.estimate is None
    assert np.isnan(found.steps)
    assert words(run, 0, found) == ["Play on: there are too few samples yet."]
    assert [len(part) for part in histogram(found)] == [0, 0]


def test_what_was_before_a_change_is_left_out() -> None:
    screen = Screen(LINE, 400)
    screen.down(learning_rate=0.05)
    screen.ask(steps=100)
    assert burn_in(screen.run) == 400 + 20
    screen.ask(seek=200)
    assert burn_in(screen.run) == 40


def test_long_paths_are_thinned(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "_MOST", 1000)
    run.worked_out.clear()
    found = samples(run, 0, 0)
    run.worked_out.clear()
    assert found.stride == 3
    assert len(found.values) == 1000
    assert found.estimate is not None
    assert found.steps == found.estimate.time * 3
    assert "one of every 3 steps" in words(run, 0, found)[0]


def test_of_a_long_path_every_few_steps_are_kept(
    thetas: Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gdviz.session.run._MOST_TRAIL", 500)
    run = Screen(LINE, STEPS).run
    assert run.stride == 8
    found = samples(run, 0, 1001)
    assert (found.begin, found.stride) == (1008, 8)
    assert found.values.tolist() == thetas[1008::8, 0].tolist()


def test_worked_out_once_for_an_answer(screen: Screen) -> None:
    first = samples(screen.run, 0)
    assert samples(screen.run, 0) is first
    screen.ask()
    assert samples(screen.run, 0) is not first


def test_the_histogram_has_area_one(run: Run) -> None:
    found = samples(run, 0)
    edges, heights = histogram(found)
    widths = np.diff(edges)
    assert np.sum(heights * widths) == pytest.approx(1)
    assert (widths == widths[0]).all()
    assert np.log2(widths[0]) % 1 == 0
    counts, _ = np.histogram(found.values, edges)
    assert_allclose(heights, counts / (len(found.values) * widths[0]))


def test_densities_have_area_one_and_their_moments(run: Run) -> None:
    law = run.laws.settled
    assert law is not None
    for index in (0, 1):
        x, y = density(law, index)
        assert np.trapezoid(y, x) == pytest.approx(1, abs=1e-4)
        assert np.trapezoid(y * x, x) == pytest.approx(law.mean[index], rel=1e-3)
        variance = np.trapezoid(y * (x - law.mean[index]) ** 2, x)
        assert variance == pytest.approx(law.covariance[index, index], rel=2e-3)


def test_ellipses_lie_one_and_two_deviations_off(run: Run) -> None:
    for law in (run.laws.posterior, run.laws.settled):
        assert law is not None
        points = ellipses(law, run.snapshot.plane)
        (gap,) = np.flatnonzero(np.isnan(points[:, 0]))
        inverse = np.linalg.inv(law.covariance)
        for part, sigma in ((points[:gap], 1), (points[gap + 1 :], 2)):
            away = part - law.mean
            found = np.sqrt(np.sum(away @ inverse * away, axis=1))
            assert_allclose(found, sigma)


def test_nothing_is_drawn_of_what_stands_still() -> None:
    still = Screen(replace(LINE, descent=Descent(20, 0.3)), 2000).run
    law = still.laws.settled
    assert law is not None
    assert [len(part) for part in density(law, 0)] == [0, 0]
    assert len(ellipses(law, still.snapshot.plane)) == 0
    found = samples(still, 0)
    assert [len(part) for part in histogram(found)] == [0, 0]
    assert words(still, 0, found)[1].startswith(f"Mean {law.mean[0]:.4g}; minimum")


def test_sentences_of_a_langevin_chain(run: Run) -> None:
    found, known = samples(run, 0), run.laws
    assert found.estimate is not None
    assert known.posterior is not None
    assert known.settled is not None
    worth, centre, width, matrix = words(run, 0, found)
    assert f"{STEPS - STEPS // 5:,} samples from step {STEPS // 5}" in worth
    assert "every" not in worth
    assert f"posterior: {known.posterior.mean[0]:.4g}" in centre
    ratio = known.settled.covariance[0, 0] / known.posterior.covariance[0, 0]
    assert f"by its own law {ratio:.3g}." in width
    measured = found.estimate.variance / known.posterior.covariance[0, 0]
    assert width.startswith(f"Variance {measured:.2f}")
    assert "of the posterior's" in width
    off = [share(matrix, name) for name in ("the posterior's", "its own law's")]
    laws = known.posterior.covariance, known.settled.covariance
    together = np.cov(run.kept()[0][STEPS // 5 :].T)
    expected = [np.sqrt(((together - c) ** 2).sum() / (c**2).sum()) for c in laws]
    assert_allclose(off, expected, atol=0.005)
    assert off[1] < 0.25 < off[0]


def share(sentence: str, name: str) -> float:
    """The share that a sentence tells before a name."""
    before = sentence.partition(f"% off {name}")[0]
    return float(before.split()[-1]) / 100


def test_sentences_elsewhere() -> None:
    plain = Screen(
        replace(LINE, descent=replace(LANGEVIN, optimizer=Descent().optimizer)), 200
    ).run
    _, centre, width, matrix = words(plain, 0, samples(plain, 0))
    assert matrix.endswith("% off its own law's.")
    assert "posterior" not in matrix
    assert "minimum" in centre
    assert "posterior" not in centre + width
    falling = Screen(
        replace(LINE, descent=replace(LANGEVIN, schedule=InversePower())), 200
    ).run
    assert "learning rate now" in words(falling, 0, samples(falling, 0))[2]
    network = Screen(replace(LINE, model=MLP((2,))), 200).run
    said = words(network, 3, samples(network, 3))
    assert len(said) == 4
    assert said[-1] == network.laws.why
    assert ";" not in said[1] + said[2]


@pytest.mark.parametrize(
    ("number", "error", "written"),
    [
        (1.3141, 0.042, "1.314 ± 0.042"),
        (-0.5, 0.11, "−0.50 ± 0.11"),
        (0.012345, 0.00031, "0.01235 ± 0.00031"),
        (1234.5, 56.0, "1234 ± 56"),
        (1e-9, 2e-10, "1e-9 ± 2e-10"),
        (2.5, 0.0, "2.5"),
        (2.5, np.inf, "2.5"),
        (np.inf, np.nan, "too large"),
    ],
)
def test_numbers_with_their_errors(number: float, error: float, written: str) -> None:
    assert with_error(number, error) == written.replace("e-", "e−")


MEASURED = (
    "scaled sum", "full sum", "sample mean", "sample mean error", "sample variance",
    "sample variance error", "samples", "effective samples", "correlated steps",
    "posterior mean", "posterior variance", "stationary mean", "stationary variance",
    "variance ratio", "variance ratio error", "stationary ratio",
    "posterior distance", "stationary distance", "hovering spread", "hovering error",
    "hovering theory", "hovering distance", "hovering share", "from the minimum",
)  # fmt: skip


def test_measures(run: Run, thetas: Array) -> None:
    def found(name: str, argument: str = "") -> float:
        return value(run, Measure(name, argument))

    told, known = estimate(thetas[STEPS // 5 :, 1]), run.laws
    assert known.posterior is not None
    assert known.settled is not None
    posterior, settled = known.posterior, known.settled
    width = posterior.covariance[1, 1]
    away = thetas[STEPS // 5 :] - settled.mean
    spread = estimate(np.sum(away**2, axis=1))
    assert hovering(run, settled.mean) == spread
    record, trace = run.snapshot.record, np.trace(settled.covariance)
    losses = {"scaled sum": record.loss, "full sum": run.snapshot.full.loss}
    for name, loss in losses.items():
        assert found(name) == pytest.approx(20 * loss)
    truth = {
        "sample mean": told.mean,
        "sample mean error": told.mean_error,
        "sample variance": told.variance,
        "sample variance error": told.variance_error,
        "samples": told.count,
        "effective samples": told.effective,
        "correlated steps": told.time,
        "posterior mean": posterior.mean[1],
        "posterior variance": width,
        "stationary mean": settled.mean[1],
        "stationary variance": settled.covariance[1, 1],
        "variance ratio": told.variance / width,
        "variance ratio error": told.variance_error / width,
        "stationary ratio": settled.covariance[1, 1] / width,
    }
    for law, which in ((posterior, "posterior"), (settled, "stationary")):
        truth[f"{which} distance"] = max(
            abs(told.mean - law.mean[1]) / told.mean_error,
            abs(told.variance - law.covariance[1, 1]) / told.variance_error,
        )
    for name, number in truth.items():
        assert found(name, "b") == pytest.approx(number, rel=1e-12), name
        assert np.isnan(found(name, "nobody"))
    assert found("hovering spread") == spread.mean
    assert found("hovering error") == spread.mean_error
    assert found("hovering theory") == pytest.approx(trace)
    gap = abs(spread.mean - trace) / spread.mean_error
    assert found("hovering distance") == pytest.approx(gap)
    assert found("hovering share") == pytest.approx(trace / (0.1 / 2))
    off = np.linalg.norm(record.theta - settled.mean)
    assert found("from the minimum") == pytest.approx(off)
    assert set(MEASURED) == {
        *truth, *losses, "hovering spread", "hovering error", "hovering theory",
        "hovering distance", "hovering share", "from the minimum",
    }  # fmt: skip


def test_measures_without_laws_are_not_known() -> None:
    network = Screen(replace(LINE, model=MLP((1,))), 100).run
    name = network.facts.parameters[0]
    for measure in MEASURED:
        known = measure.startswith(
            ("sample", "effective", "correlated", "scaled", "full")
        )
        assert np.isnan(value(network, Measure(measure, name))) == (not known), measure


def test_measures_of_too_few_samples_are_not_known() -> None:
    early = Screen(LINE, 10).run
    for measure in ("sample mean", "variance ratio", "hovering spread"):
        assert np.isnan(value(early, Measure(measure, "w")))


def test_a_path_that_runs_away_is_told_in_words() -> None:
    away = Screen(replace(LINE, descent=replace(LANGEVIN, learning_rate=5.0)), 3000).run
    assert away.diverged
    found = samples(away, 0)
    said = words(away, 0, found)
    assert all(np.isfinite(part).all() for part in histogram(found))
    assert hovering(away, np.zeros(2)) is not None
    assert said[2].startswith("Variance ")
    assert "without end" in said[-1]

"""What is known of where a path wanders: by walking it, and where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.averaging import SumOfGradients
from gdviz.core.correlation import estimate
from gdviz.core.datasets import LineWithNoise, ScatteredNumbers, TwoGaussians
from gdviz.core.functions import SquareAndCube
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGD, SGLD, Adam, HeavyBall, Nesterov
from gdviz.core.schedules import Constant, InversePower, Polynomial
from gdviz.session.laws import Lawyer, laws
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.chains import Normal
    from gdviz.core.hovering import Settled

    Array = NDArray[np.float64]

HALF = SquaredError(half=True)
NUMBERS = Scene(data=ScatteredNumbers(), model=Linear(bias=False), loss=HALF, seed=7)
LINE = Scene(data=LineWithNoise(n_examples=30), loss=HALF, seed=7)
OFTEN = "replacement"


def path(scene: Scene, steps: int, begin: int) -> tuple[Trainer, Array]:
    """θ of every step from `begin` on, of shape (steps − begin, p)."""
    trainer = Trainer(scene)
    thetas = [step.after.theta for step in trainer.advance(steps)]
    return trainer, np.array(thetas[begin:])


def off(thetas: Array, law: Normal | Settled) -> list[float]:
    """How far means and all second moments are from a law, in standard errors."""
    away, p = thetas - law.mean, thetas.shape[1]
    found = []
    for i in range(p):
        mean = estimate(away[:, i])
        found.append(abs(mean.mean) / mean.mean_error)
        for j in range(i + 1):
            product = estimate(away[:, i] * away[:, j])
            gap = product.mean - law.covariance[i, j]
            found.append(abs(gap) / product.mean_error)
    return found


@pytest.mark.parametrize(
    ("scene", "b"),
    [(NUMBERS, 1), (NUMBERS, 10), (NUMBERS, 100), (LINE, 1), (LINE, 4)],
    ids=["numbers, 1", "numbers, 10", "numbers, all", "line, 1", "line, 4"],
)
def test_langevin_chains_follow_their_own_law(scene: Scene, b: int) -> None:
    order = "file" if b == 100 else OFTEN
    descent = Descent(b, 0.1, order=order, optimizer=SGLD(prior_precision=1.0))
    trainer, thetas = path(replace(scene, descent=descent), 8000, 500)
    known = laws(trainer.objective, descent)
    assert known.settled is not None
    assert known.posterior is not None
    assert known.steady
    assert known.why == ""
    assert max(off(thetas, known.settled)) < 3
    if b == 1:
        assert max(off(thetas, known.posterior)) > 3
    for i, time in enumerate(known.settled.times):
        measured = estimate(thetas[:, i]).time
        assert measured == pytest.approx(time, rel=3 * np.sqrt(20 * time / 7500))


def test_with_falling_steps_they_approach_the_posterior() -> None:
    descent = Descent(
        10, 0.05, order=OFTEN, optimizer=SGLD(prior_precision=1.0),
        schedule=InversePower(tau=400, kappa=0.55),
    )  # fmt: skip
    scene = replace(NUMBERS, descent=descent)
    trainer, thetas = path(scene, 12_000, 3000)
    known = laws(trainer.objective, descent)
    assert known.posterior is not None
    assert not known.steady
    assert max(off(thetas, known.posterior)) < 3
    widths = []
    for step in (0, 1000, 20_000, 10**6):
        now = laws(trainer.objective, descent, step).settled
        assert now is not None
        widths.append(now.covariance[0, 0] / known.posterior.covariance[0, 0])
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 1.2
    assert widths[-1] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "descent",
    [
        Descent(1, 0.05, order=OFTEN),
        Descent(5, 0.2, order=OFTEN),
        Descent(2, 0.05, order=OFTEN, optimizer=SGD(weight_decay=0.5)),
        Descent(2, 0.02, order=OFTEN, optimizer=HeavyBall(0.7)),
        Descent(2, 0.02, order=OFTEN, optimizer=Nesterov(0.7)),
    ],
    ids=["one", "five", "decay", "heavy ball", "Nesterov"],
)
def test_descent_hovers_by_its_law(descent: Descent) -> None:
    trainer, thetas = path(replace(LINE, descent=descent), 8000, 500)
    known = laws(trainer.objective, descent)
    assert known.settled is not None
    assert known.posterior is None
    assert max(off(thetas, known.settled)) < 3


def test_the_full_batch_stands_still() -> None:
    descent = Descent(30, 0.3)
    trainer, thetas = path(replace(LINE, descent=descent), 500, 499)
    known = laws(trainer.objective, descent)
    assert known.settled is not None
    assert not known.settled.covariance.any()
    assert_allclose(thetas[-1], known.settled.mean, rtol=1e-9)


UNKNOWN: list[tuple[Scene, dict[str, Any], str]] = [
    (LINE, {"optimizer": Adam(), "order": OFTEN}, "with Adam"),
    (LINE, {"recipe": SumOfGradients(), "order": OFTEN}, "Sum of the gradients"),
    (LINE, {}, "Replacement"),
    (LINE, {"order": "file"}, "Replacement"),
    (LINE, {"order": "fresh"}, "every example is new"),
    (LINE, {"order": OFTEN, "learning_rate": 5.0}, "without end"),
    (replace(LINE, model=MLP((2,))), {"order": OFTEN}, "this model and loss"),
    (replace(LINE, loss=None, data=TwoGaussians()), {}, "this model and loss"),
    (Scene(data=SquareAndCube()), {}, "this model and loss"),
]


@pytest.mark.parametrize(
    ("scene", "settings", "why"), UNKNOWN, ids=[why for *_, why in UNKNOWN]
)
def test_says_why_nothing_is_known(
    scene: Scene, settings: dict[str, Any], why: str
) -> None:
    trainer = Trainer(replace(scene, descent=Descent(2, 0.05)))
    known = laws(trainer.objective, Descent(2, **{"learning_rate": 0.05, **settings}))
    assert known.settled is None
    assert why in known.why
    assert known.why.endswith(".")


def test_at_a_rate_of_zero_it_says_that_nothing_moves() -> None:
    descent = Descent(2, 0.05, order=OFTEN, schedule=Polynomial(length=4))
    objective = Trainer(replace(LINE, descent=descent)).objective
    assert laws(objective, descent, 3).settled is not None
    ended = laws(objective, descent, 4)
    assert ended.settled is None
    assert "learning rate is 0 now by its schedule" in ended.why


def test_the_posterior_is_known_even_of_reshuffled_batches() -> None:
    trainer = Trainer(NUMBERS)
    known = laws(trainer.objective, Descent(10, 0.05, optimizer=SGLD()))
    assert known.posterior is not None
    assert known.settled is None
    assert "Replacement" in known.why


@pytest.mark.parametrize(("step", "steady"), [(0, False), (9, False), (10, True)])
def test_after_a_warm_up_the_rate_is_steady(step: int, steady: bool) -> None:
    descent = Descent(4, 0.05, order=OFTEN, schedule=Constant(warmup=10))
    known = laws(Trainer(LINE).objective, descent, step)
    assert known.steady == steady
    assert known.settled is not None


def test_laws_are_worked_out_once_for_a_rate() -> None:
    descent = Descent(4, 0.05, order=OFTEN, schedule=InversePower())
    trainer, lawyer = Trainer(replace(LINE, descent=descent)), Lawyer()
    first = lawyer.laws(trainer)
    assert lawyer.laws(trainer) is first
    trainer.advance(5)
    later = lawyer.laws(trainer)
    assert first.settled is not None
    assert later.settled is not None
    assert np.trace(later.settled.covariance) < np.trace(first.settled.covariance)
    trainer.adopt(replace(trainer.scene, descent=replace(descent, batch_size=1)))
    assert lawyer.laws(trainer) is not later

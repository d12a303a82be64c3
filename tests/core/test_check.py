"""The live self-check: silent for right gradients, loud for wrong ones."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.activations import ACTIVATIONS
from gdviz.core.check import FAILS, HOLDS, KINK, MOST_ROWS, UNKNOWN, check
from gdviz.core.examples import REGRESSION, TASKS, TWO_CLASSES, Examples
from gdviz.core.functions import FUNCTIONS, FormulaSum
from gdviz.core.losses import LOSSES, Loss, losses_for
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.sums import Array, Rows

MODELS = [(2, Linear()), (2, Linear(bias=False))] + [
    (d, MLP(hidden=hidden, activation=activation))
    for d, hidden in ((1, (2,)), (2, (8,)), (2, (16, 16)))
    for activation in ACTIVATIONS
]
KINDS = [(task, loss()) for task in TASKS for loss in losses_for(task)]
SCALES = list(product((1e-3, 1.0, 10.0, 1e3), (1e-3, 1.0, 1e3)))


@pytest.fixture(autouse=True)
def _as_callers_do() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def drawn(task: str, n: int, d: int, scale: float = 1.0, seed: int = 0) -> Examples:
    rng = np.random.default_rng((seed, n, d))
    inputs, names = scale * rng.standard_normal((n, d)), ("u", "v", "w")[:d]
    if task == REGRESSION:
        return Examples(inputs, rng.standard_normal(n), names)
    classes = ("A", "B", "C")[: 2 if task == TWO_CLASSES else 3]
    return Examples(inputs, rng.integers(len(classes), size=n), names, "c", classes)


def regression(n: int, model: Model) -> tuple[Objective, Array]:
    objective = Objective(drawn(REGRESSION, n, 2), model, LOSSES["squared"]())
    return objective, objective.start(0)


@pytest.mark.parametrize(("task", "loss"), KINDS, ids=str)
@pytest.mark.parametrize(("d", "model"), MODELS, ids=str)
def test_right_gradients_hold(d: int, model: Model, task: str, loss: Loss) -> None:
    for i, (of_theta, of_inputs) in enumerate(SCALES):
        n = (1, 4, 64, 1000)[(i + d + len(loss.name) + len(str(model))) % 4]
        objective = Objective(drawn(task, n, d, of_inputs), model, loss)
        p = objective.n_parameters
        theta = of_theta * np.random.default_rng(i).standard_normal(p)
        found = check(objective, theta, np.arange(n))
        assert found.holds, (of_theta, of_inputs, n, found.sentence())
        assert found.kinks < found.directions == (p if p <= 32 else 8)


RELU = MLP(hidden=(2,), activation="relu")
ONE_RELU = MLP(hidden=(1,), activation="relu", bias=False)
KINKS: dict[str, tuple[list[float], list[float], str, Model, list[float], int]] = {
    "relu, all 0": ([1, -2], [1, 0], "squared", RELU, [0] * 7, 0),
    "relu at 0": ([1, -2], [1, 2], "squared", RELU, [0, 0, 0, 0, 1, -2, 3], 4),
    "kinks that cancel": ([1, -1], [1, -1], "squared", ONE_RELU, [0, 1], 1),
    "hinge, margin 1": ([1, 3], [1, 0], "hinge", Linear(), [0, 1], 2),
    "absolute, 0": ([1, 2], [3, 1], "absolute", Linear(), [2, 1], 2),
    "absolute, aside": ([1, 2], [3, 1], "absolute", Linear(), [2, 1 + 1e-7], 0),
    "Huber, 1": ([1, 2], [2, 1], "huber", Linear(), [2, 1], 0),
}


@pytest.mark.parametrize("case", KINKS)
def test_kinks_are_left_out_and_never_fail(case: str) -> None:
    inputs, targets, loss, model, theta, kinks = KINKS[case]
    x, y = np.array([inputs, targets], dtype=np.float64)
    examples = Examples(x[:, None], y, ("x",))
    if loss == "hinge":
        examples = replace(examples, targets=y.astype(np.int64), classes=("A", "B"))
    objective = Objective(examples, model, LOSSES[loss]())
    found = check(objective, np.array(theta, dtype=np.float64), np.arange(2))
    assert (found.state, found.kinks) == (KINK if kinks else HOLDS, kinks)
    assert (f"{kinks} of {len(theta)} directions" in found.sentence()) == (kinks > 0)
    assert ("cannot tell" in found.sentence()) == (kinks == len(theta))


@pytest.mark.parametrize("seed", range(40))
def test_rounding_may_choose_the_side_of_a_kink(seed: int) -> None:
    examples = drawn(TWO_CLASSES, 64, 3, seed=seed)
    objective = Objective(examples, Linear(), LOSSES["hinge"]())
    theta = np.random.default_rng(seed).standard_normal(4)
    theta /= np.abs(objective.predict(theta, examples.inputs)[0, 5])
    assert check(objective, theta, np.arange(64)).holds


@pytest.mark.parametrize("model", [Linear(), MLP(hidden=(8,)), RELU], ids=str)
@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-6])
def test_fitted_data_far_from_zero_hold(model: Model, off: float) -> None:
    objective, theta = regression(32, model)
    examples = replace(objective.examples, inputs=objective.examples.inputs + 2000)
    targets = objective.predict(theta, examples.inputs)[0] * (1 + off)
    objective = objective.on(replace(examples, targets=targets))
    assert check(objective, theta, np.arange(32)).holds


def test_vanishing_gradients_hold() -> None:
    objective = Objective(drawn(TASKS[2], 1, 2), MLP(), LOSSES["softmax"]())
    for scale in np.linspace(1, 200, 100):
        assert check(objective, scale * objective.start(0), np.arange(1)).holds


def wrongly(mistake: str, gradients: Array) -> Array:
    """Return the mean gradient with a mistake."""
    mean = gradients.mean(axis=0)
    if mistake == "sum":
        return mean * len(gradients)
    if mistake == "one missing":
        return mean - gradients[0] / len(gradients)
    mean[np.abs(mean).argmax()] *= {"one sign": -1.0, "one too long": 1.01}[mistake]
    return mean


class Broken(Objective):
    mistake = place = ""

    def gradients(self, theta: Array, rows: Rows) -> Array:
        right = super().gradients(theta, rows)
        error = wrongly(self.mistake, right) - right.mean(axis=0)
        return right + error * (self.place == "gradients")

    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        loss, right = super().gradient(theta, rows)
        wrong = wrongly(self.mistake, super().gradients(theta, rows))
        return loss, wrong if self.place == "gradient" else right


@pytest.mark.parametrize("place", ["gradient", "gradients"])
@pytest.mark.parametrize("mistake", ["sum", "one missing", "one sign", "one too long"])
@pytest.mark.parametrize(("task", "loss"), KINDS, ids=str)
def test_wrong_gradients_fail(task: str, loss: Loss, mistake: str, place: str) -> None:
    rows = np.arange(4)
    for d, model in MODELS:
        broken = Broken(drawn(task, 4, d), model, loss)
        broken.mistake, broken.place = mistake, place
        theta = np.random.default_rng(4).standard_normal(broken.n_parameters)
        right = Objective.gradients(broken, theta, rows)
        if np.abs(wrongly(mistake, right) - right.mean(axis=0)).max() < 1e-5:
            continue  # no mistake to speak of
        found = check(broken, theta, rows)
        assert found.state == FAILS, (model, found.sentence())
        assert (found.apart > found.apart_tolerance) == (place == "gradients")
        assert ("off by" in found.sentence()) == (place == "gradient")


@pytest.mark.parametrize("size", [1e200, np.inf, np.nan])
@pytest.mark.parametrize("model", [Linear(), RELU, MLP(hidden=(16, 16))], ids=str)
def test_overflow_is_unknown(model: Model, size: float) -> None:
    objective, theta = regression(4, model)
    found = check(objective, np.full_like(theta, size), np.arange(4))
    assert (found.state, found.holds) == (UNKNOWN, False)
    assert found.sentence().startswith("Not every number is finite")


def test_slopes_of_large_batches_are_measured_on_their_first_rows() -> None:
    found = check(*regression(9000, MLP()), np.arange(9000)[::-1])
    assert (found.state, found.rows_used, found.n_rows) == (HOLDS, MOST_ROWS, 9000)
    assert "over 4,096 of 9,000 examples" in found.sentence()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_formulas_hold(name: str) -> None:
    formulas = FUNCTIONS[name]()
    objective = FormulaSum(formulas.examples(0), formulas)
    theta, rows = objective.start(0), np.arange(objective.n_examples)
    assert check(objective, theta, rows).state == HOLDS
    for scale in (0.0, 1e-3, 1.1, 1e3):
        assert check(objective, scale * theta, rows).state != FAILS


def test_the_sentence_has_the_numbers() -> None:
    found = check(*regression(40, Linear()), np.array([5, 0, 3, 3, 7]))
    assert re.sub(r"\de-\d\d", "#", found.sentence()) == (
        "Mean of gradients − gradient of the mean loss: # (rounding allows #). "
        "Central differences agree to # (tolerance #)."
    )


def test_the_seed_draws_the_directions() -> None:
    objective, theta = regression(16, MLP(hidden=(16, 16)))
    first, again, other = (check(objective, theta, np.arange(16), s) for s in (3, 3, 4))
    assert first == again != other

"""Losses: values, slopes, and no overflow anywhere."""

from __future__ import annotations

from math import exp, log, log1p

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.examples import MANY_CLASSES, REGRESSION, TASKS, TWO_CLASSES, Examples
from gdviz.core.losses import (
    LOSSES,
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
    losses_for,
)

PAIRS = [(kind, task) for kind in LOSSES.values() for task in kind.tasks]
# kinks lie where z − y is 0 or ±1 or where s z = 1: at least 0.2 away
OUTPUTS = np.array([-2.6, -1.4, -0.6, -0.3, 0.2, 0.7, 1.6, 3.3])


def eight(task: str) -> Examples:
    """Eight examples of which only the targets matter."""
    index = np.array([0, 1, 1, 0, 1, 0, 0, 1])
    targets = {
        REGRESSION: 4.0 * index,
        TWO_CLASSES: index,
        MANY_CLASSES: np.array([0, 1, 2, 2, 1, 0, 0, 2]),
    }[task]
    classes = {REGRESSION: (), TWO_CLASSES: ("A", "B"), MANY_CLASSES: ("A", "B", "C")}
    return Examples(np.zeros((8, 1)), targets, ("x",), "y", classes[task])


@pytest.mark.parametrize(
    ("loss", "z", "y", "value", "slopes"),
    [
        (SquaredError(), [3.0], [2.0], 1.0, [2.0]),
        (SquaredError(half=True), [3.0], [1.0], 2.0, [2.0]),
        (SquaredError(), [1.0, 2.0], [0.0, 5.0], 10.0, [2.0, -6.0]),
        (AbsoluteError(), [3.0], [5.0], 2.0, [-1.0]),
        (AbsoluteError(), [5.0], [5.0], 0.0, [0.0]),
        (Huber(), [2.5], [2.0], 0.125, [0.5]),
        (Huber(), [-1.0], [2.0], 2.5, [-1.0]),
        (Huber(delta=2.0), [6.0], [1.0], 8.0, [2.0]),
        (Logistic(), [0.0], [1.0], log(2), [-0.5]),
        (Logistic(), [0.0], [-1.0], log(2), [0.5]),
        (Logistic(), [log(3)], [1.0], log(4 / 3), [-0.25]),
        (Logistic(), [log(3)], [-1.0], log(4), [0.75]),
        (Logistic(), [40.0], [1.0], log1p(exp(-40)), [-1 / (1 + exp(40))]),
        (Logistic(), [1e4], [-1.0], 1e4, [1.0]),
        (Logistic(), [1e4], [1.0], 0.0, [0.0]),
        (Hinge(), [0.25], [1.0], 0.75, [-1.0]),
        (Hinge(), [0.5], [-1.0], 1.5, [1.0]),
        (Hinge(), [2.0], [1.0], 0.0, [0.0]),
        (Hinge(), [1.0], [1.0], 0.0, [0.0]),
        (
            SoftmaxCrossEntropy(),
            [7.0] * 3,
            [1.0, 0.0, 0.0],
            log(3),
            [-2 / 3, 1 / 3, 1 / 3],
        ),
        (
            SoftmaxCrossEntropy(),
            [0.0, log(2), log(5)],
            [0.0, 1.0, 0.0],
            log(4),
            [1 / 8, -3 / 4, 5 / 8],
        ),
        (SoftmaxCrossEntropy(), [1e4, -1e4], [0.0, 1.0], 2e4, [1.0, -1.0]),
    ],
)
def test_by_hand(
    loss: Loss, z: list[float], y: list[float], value: float, slopes: list[float]
) -> None:
    outputs, targets = np.array(z)[:, None], np.array(y)[:, None]
    assert_allclose(loss.values(outputs, targets), [value], rtol=1e-14, atol=1e-15)
    assert_allclose(loss.slopes(outputs, targets)[:, 0], slopes, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(("kind", "task"), PAIRS)
@pytest.mark.parametrize("large", [1e4, -1e4])
def test_huge_outputs_stay_finite(kind: type[Loss], task: str, large: float) -> None:
    loss = kind()
    y = loss.targets(eight(task))
    for row in range(len(y)):
        z = np.zeros_like(y)
        z[row] = large
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            values, slopes = loss.values(z, y), loss.slopes(z, y)
            readable = loss.readable(z)
        assert (values >= 0).all()
        assert np.isfinite(values).all()
        assert np.isfinite(slopes).all()
        assert np.isfinite(readable).all()
        assert values.max() >= 0.4e4


@pytest.mark.parametrize(("kind", "task"), PAIRS)
def test_slopes_are_the_derivative(kind: type[Loss], task: str) -> None:
    loss, step = kind(), np.finfo(float).eps ** (1 / 3)
    y = loss.targets(eight(task))
    z = np.stack([np.roll(OUTPUTS, 3 * row) for row in range(len(y))])
    slopes = loss.slopes(z, y)
    assert slopes.shape == y.shape
    assert loss.values(z, y).shape == (8,)
    for row, unit in enumerate(np.eye(len(y))[:, :, None]):
        h = step * unit
        measured = (loss.values(z + h, y) - loss.values(z - h, y)) / (2 * step)
        assert_allclose(slopes[row], measured, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("loss", "task", "expected"),
    [
        (SquaredError(), REGRESSION, [[0, 4, 4, 0, 4, 0, 0, 4]]),
        (SquaredError(), TWO_CLASSES, [[0, 1, 1, 0, 1, 0, 0, 1]]),
        (Logistic(), TWO_CLASSES, [[-1, 1, 1, -1, 1, -1, -1, 1]]),
        (Hinge(), TWO_CLASSES, [[-1, 1, 1, -1, 1, -1, -1, 1]]),
        (
            SoftmaxCrossEntropy(),
            TWO_CLASSES,
            [[1, 0, 0, 1, 0, 1, 1, 0], [0, 1, 1, 0, 1, 0, 0, 1]],
        ),
    ],
)
def test_targets(loss: Loss, task: str, expected: list[list[int]]) -> None:
    assert loss.targets(eight(task)).tolist() == expected


@pytest.mark.parametrize(
    "kind", [k for k in LOSSES.values() if MANY_CLASSES in k.tasks]
)
def test_one_row_for_each_of_many_classes(kind: type[Loss]) -> None:
    y = kind().targets(eight(MANY_CLASSES))
    assert y.shape == (3, 8)
    assert y.sum(axis=0).tolist() == [1.0] * 8
    assert y.argmax(axis=0).tolist() == [0, 1, 2, 2, 1, 0, 0, 2]


def test_softmax_of_two_is_logistic_of_the_difference() -> None:
    examples, softmax, logistic = eight(TWO_CLASSES), SoftmaxCrossEntropy(), Logistic()
    z = np.stack([OUTPUTS, np.roll(OUTPUTS, 3)])
    difference = z[1:] - z[:1]
    y, s = softmax.targets(examples), logistic.targets(examples)
    assert_allclose(softmax.values(z, y), logistic.values(difference, s), rtol=1e-13)
    assert_allclose(
        softmax.slopes(z, y)[1:], logistic.slopes(difference, s), rtol=1e-13
    )
    assert_allclose(softmax.readable(z)[1:], logistic.readable(difference), rtol=1e-13)


@pytest.mark.parametrize("delta", [1e-3, 1.0, 2.5, 1e3])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_huber_has_no_step_at_delta(delta: float, side: float) -> None:
    loss, y = Huber(delta=delta), np.zeros((1, 3))
    z = side * delta * np.array([[1 - 1e-9, 1.0, 1 + 1e-9]])
    assert_allclose(loss.values(z, y), [delta**2 / 2] * 3, rtol=1e-8)
    assert_allclose(loss.slopes(z, y), [[side * delta] * 3], rtol=1e-8)


@pytest.mark.parametrize(
    ("loss", "z", "expected"),
    [
        (SquaredError(), [[-2.0, 5.0]], [[-2.0, 5.0]]),
        (Logistic(), [[0.0, log(3), 1e4, -1e4]], [[0.5, 0.75, 1.0, 0.0]]),
        (Hinge(), [[-1.0, 0.0, 1.0]], [[0.0, 0.5, 1.0]]),
        (SoftmaxCrossEntropy(), [[9.0, 1e4], [9.0, -1e4]], [[0.5, 1.0], [0.5, 0.0]]),
    ],
)
def test_readable(
    loss: Loss, z: list[list[float]], expected: list[list[float]]
) -> None:
    assert_allclose(loss.readable(np.array(z)), expected, rtol=1e-15)


@pytest.mark.parametrize("task", TASKS)
def test_losses_for_a_task_begin_with_the_usual_one(task: str) -> None:
    usual = {REGRESSION: "squared", TWO_CLASSES: "logistic", MANY_CLASSES: "softmax"}
    found = losses_for(task)
    assert found[0].name == usual[task]
    assert {k.name for k in found} == {k.name for k, t in PAIRS if t == task}
    assert len(found) == len(set(found))


def test_a_logistic_slope_is_told_however_small_it_is() -> None:
    z, y = np.array([[40.0, 100.0, 700.0]]), np.ones((1, 3))
    assert_allclose(Logistic().slopes(z, y), -np.exp(-z), rtol=1e-12)

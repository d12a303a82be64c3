"""The model seen on its data: the right picture, and everything in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Circles, Dataset, Iris, LineWithNoise, Moons
from gdviz.core.examples import Examples, hold_out
from gdviz.core.functions import (
    FUNCTIONS,
    Formulas,
    FormulaSum,
    GivenGradients,
    SquareAndCube,
)
from gdviz.core.losses import (
    Hinge,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective
from gdviz.core.portrait import (
    BARS,
    COMPONENTS,
    CURVE,
    FIT,
    MAP,
    MOST_POINTS,
    FormulaSitter,
    Portrait,
    Sitter,
    sitter_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ROWS = np.array([7, 2, 11])


def numbers(d: int, n: int = 20) -> Examples:
    rng = np.random.default_rng(d)
    names = tuple(f"x{i}" for i in range(d))
    return Examples(
        rng.standard_normal((n, d)), rng.standard_normal(n), names, "height"
    )


def labelled(d: int, classes: int, n: int = 30) -> Examples:
    inputs, names = numbers(d, n).inputs, numbers(d).input_names
    return Examples(
        inputs, np.arange(n) % classes, names, "kind", tuple("ABC"[:classes])
    )


def sat(examples: Examples, loss: Loss) -> tuple[Objective, Array, Portrait]:
    objective = Objective(examples, MLP(hidden=(4,)), loss)
    theta = objective.network.start(1)
    return objective, theta, Sitter(objective).portrait(theta, examples.take(ROWS))


CASES = [
    (numbers(1), SquaredError(), CURVE, ("x0", "height")),
    (labelled(1, 2), Logistic(), CURVE, ("x0", "A = 0, B = 1")),
    (labelled(1, 3), SoftmaxCrossEntropy(), CURVE, ("x0", "output for each class")),
    (numbers(2), SquaredError(), MAP, ("x0", "x1")),
    (labelled(2, 2), SoftmaxCrossEntropy(), MAP, ("x0", "x1")),
    (labelled(2, 3), SoftmaxCrossEntropy(), MAP, ("x0", "x1")),
    (numbers(3), SquaredError(), FIT, ("height: target", "height: output")),
    (labelled(4, 2), Hinge(), COMPONENTS, ("first component", "second component")),
    (
        labelled(4, 3),
        SquaredError(),
        COMPONENTS,
        ("first component", "second component"),
    ),
]


@pytest.mark.parametrize(("examples", "loss", "kind", "labels"), CASES)
def test_each_has_its_picture(
    examples: Examples, loss: Loss, kind: str, labels: tuple[str, str]
) -> None:
    _, _, seen = sat(examples, loss)
    assert (seen.kind, seen.labels) == (kind, labels)
    assert seen.points.shape == (len(examples), 2)
    assert seen.colours.tolist() == examples.targets.tolist()
    assert_allclose(seen.batch, seen.points[ROWS], rtol=1e-12, atol=1e-14)
    assert seen.predicted.shape == (3, 2)
    shapes = tuple(len(axis) for axis in seen.grid)
    if seen.values is None:
        assert shapes == ()
    else:
        assert seen.values.shape[-1] == shapes[0]
        assert np.isfinite(seen.values).all()


def test_curve_passes_through_the_predictions() -> None:
    objective, theta, seen = sat(numbers(1), SquaredError())
    assert seen.values is not None
    u = seen.grid[0]
    inputs = objective.examples.inputs
    assert u[0] < inputs.min() < inputs.max() < u[-1]
    assert_allclose(seen.values, objective.predict(theta, u[:, None]))
    assert_allclose(seen.batch[:, 0], inputs[ROWS, 0])
    assert_allclose(seen.batch[:, 1], objective.examples.targets[ROWS])
    assert_allclose(seen.predicted[:, 0], inputs[ROWS, 0])
    assert_allclose(seen.predicted[:, 1], objective.predict(theta, inputs[ROWS])[0])
    assert not seen.wrong.any()


@pytest.mark.parametrize("loss", [Logistic(), SoftmaxCrossEntropy(), SquaredError()])
def test_curve_of_two_classes_is_that_of_the_second(loss: Loss) -> None:
    objective, theta, seen = sat(labelled(1, 2), loss)
    assert seen.values is not None
    outputs = loss.readable(objective.predict(theta, seen.grid[0][:, None]))
    assert_allclose(seen.values, outputs[-1:])


@pytest.mark.parametrize(
    ("dataset", "loss", "signed"),
    [
        (Moons(), SquaredError(), lambda z: 2 * z[0] - 1),
        (Moons(), Hinge(), lambda z: z[0]),
        (Circles(), Logistic(), lambda z: np.tanh(z[0] / 2)),
        (Circles(), SoftmaxCrossEntropy(), lambda z: np.tanh((z[1] - z[0]) / 2)),
    ],
)
def test_map_shows_the_score_at_its_coordinates(
    dataset: Dataset, loss: Loss, signed: Callable[[Array], Array]
) -> None:
    objective, theta, seen = sat(dataset.examples(0), loss)
    assert seen.values is not None
    u, v = seen.grid
    for row, column in ((0, 0), (0, 30), (41, 3), (48, 48)):
        place = np.array([[u[column], v[row]]])
        expected = signed(objective.predict(theta, place))[0]
        assert seen.values[row, column] == pytest.approx(expected, rel=1e-9)
    score = signed(objective.predict(theta, objective.examples.inputs))
    assert seen.wrong.tolist() == ((score > 0) != objective.examples.targets).tolist()
    assert 0 < seen.wrong.sum() < len(objective.examples)


def test_map_of_numbers_and_of_many_classes() -> None:
    for examples, loss in (
        (numbers(2), SquaredError()),
        (labelled(2, 3), SquaredError()),
    ):
        objective, theta, seen = sat(examples, loss)
        assert seen.values is not None
        place = np.array([[seen.grid[0][40], seen.grid[1][5]]])
        outputs = objective.predict(theta, place)[:, 0]
        expected = outputs.argmax() if examples.classes else outputs[0]
        assert seen.values[5, 40] == pytest.approx(expected)


def test_fit_puts_the_perfect_output_on_the_diagonal() -> None:
    objective, theta, seen = sat(numbers(3), SquaredError())
    assert_allclose(seen.points[:, 0], objective.examples.targets)
    outputs = objective.predict(theta, objective.examples.inputs)[0]
    assert_allclose(seen.points[:, 1], outputs)
    assert_allclose(seen.predicted, seen.batch[:, [0, 0]])


def test_components_hold_the_largest_variances() -> None:
    examples = Iris().examples(0)
    _, _, seen = sat(examples, SoftmaxCrossEntropy())
    variances = np.linalg.eigvalsh(np.cov(examples.inputs.T, bias=True))[::-1]
    spread = np.cov(seen.points.T, bias=True)
    assert_allclose(spread, np.diag(variances[:2]), atol=1e-12)
    assert_allclose(seen.points.mean(axis=0), [0, 0], atol=1e-12)


@pytest.mark.parametrize(("examples", "loss", "kind", "labels"), CASES)
def test_a_single_example_can_be_drawn(
    examples: Examples, loss: Loss, kind: str, labels: tuple[str, str]
) -> None:
    one = examples.take(np.array([4]))
    objective = Objective(one, Linear(), loss)
    seen = Sitter(objective).portrait(objective.network.start(0), one)
    assert (seen.kind, seen.labels) == (kind, labels)
    assert seen.points.shape == seen.batch.shape == seen.predicted.shape == (1, 2)
    assert np.isfinite(seen.points).all()


def test_at_most_so_many_points_are_drawn() -> None:
    examples = LineWithNoise(n_examples=MOST_POINTS + 501).examples(0)
    objective = Objective(examples, Linear(), SquaredError())
    sitter = Sitter(objective)
    seen = sitter.portrait(np.array([1.0, 0.0]), examples.take(ROWS))
    assert len(seen.points) == len(set(sitter.rows.tolist())) == MOST_POINTS
    assert sitter.rows[[0, -1]].tolist() == [0, MOST_POINTS + 500]
    assert_allclose(seen.points[:, 0], examples.inputs[sitter.rows, 0])


@pytest.mark.parametrize(("examples", "loss", "kind", "labels"), CASES)
def test_the_rows_drawn_are_named(
    examples: Examples, loss: Loss, kind: str, labels: tuple[str, str]
) -> None:
    objective, theta, seen = sat(examples, loss)
    assert isinstance(sitter_for(objective), Sitter)
    assert seen.rows.tolist() == list(range(len(examples)))
    again = sitter_for(objective).portrait(theta, examples.take(ROWS))
    assert again.points.tolist() == seen.points.tolist()


@pytest.mark.parametrize("kind", FUNCTIONS.values(), ids=FUNCTIONS)
def test_formulas_are_bars_of_their_losses(kind: type[Formulas]) -> None:
    formulas = kind()
    objective = FormulaSum(formulas.examples(0), formulas)
    n, theta = objective.n_examples, objective.start(0) + 0.5
    rows = np.array([n - 1, 0, 0])
    seen = sitter_for(objective).portrait(theta, objective.examples.take(rows))
    everyone = objective.losses(theta, np.arange(n))
    assert (seen.kind, seen.labels) == (BARS, ("example", "loss"))
    assert seen.points.tolist() == [[i + 1, loss] for i, loss in enumerate(everyone)]
    assert seen.batch.tolist() == [[row + 1, everyone[row]] for row in rows]
    assert seen.predicted.tolist() == [[row + 1, 0] for row in rows]
    assert seen.rows.tolist() == list(range(n))
    assert len(seen.grid) == 0
    assert seen.values is None
    assert not seen.wrong.any()


@pytest.mark.parametrize("seed", range(6))
def test_bars_of_what_is_not_held_out(seed: int) -> None:
    formulas = GivenGradients(tuple((float(i), -1.0) for i in range(1, 8)))
    split = hold_out(formulas.examples(0), 0.4, seed)
    objective, theta = FormulaSum(split.train, formulas), np.array([2.0, 0.25])
    n = objective.n_examples
    assert n == 4
    rows = np.array([3, 1])
    seen = FormulaSitter(objective).portrait(theta, objective.examples.take(rows))
    slopes = [formulas.rows[int(i)][0] for i in split.train.inputs[:, 0]]
    losses = [2 * slope - 0.25 for slope in slopes]
    assert seen.points.tolist() == [[i + 1, loss] for i, loss in enumerate(losses)]
    assert seen.batch.tolist() == [[4, losses[3]], [2, losses[1]]]


def test_a_single_formula_can_be_drawn() -> None:
    formulas = SquareAndCube()
    cube = FormulaSum(formulas.examples(0), formulas).only(np.array([1]))
    seen = sitter_for(cube).portrait(np.array([2.0]), cube.examples)
    assert (seen.points.tolist(), seen.batch.tolist()) == ([[1, 8]], [[1, 8]])

"""Formulas: slopes against differences and closed forms, claims by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.datasets import DATASETS
from gdviz.core.examples import FORMULAS, hold_out
from gdviz.core.functions import (
    FUNCTIONS,
    LANDSCAPES,
    SOURCES,
    Formulas,
    FormulaSum,
    GivenGradients,
    PlusAndMinus,
    SquareAndCube,
    Term,
)
from gdviz.core.optimizers import SGD, Here
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from tests.core.problems import Array

STEP = np.finfo(float).eps ** (1 / 3)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def given(*rows: tuple[float, ...]) -> GivenGradients:
    return GivenGradients(rows)


def random_rows(b: int, p: int) -> GivenGradients:
    rows = np.random.default_rng((b, p)).standard_normal((b, p))
    return GivenGradients(tuple(map(tuple, rows.tolist())))


ALL: list[Formulas] = [
    *(formulas() for formulas in FUNCTIONS.values()),
    SquareAndCube(x=-5.0),
    PlusAndMinus(x=0.0),
    given((3.0,)),
    given((0.0,), (-2.0,)),
    given((0.0, 0.0)),
    given((1e100, -1e100), (1e-300, 0.0)),
    random_rows(7, 3),
    random_rows(1, 100),
    random_rows(100, 1),
]
EACH = pytest.mark.parametrize("formulas", ALL, ids=lambda f: str(f)[:50])
TERMS = [
    pytest.param(term, len(f.start()), id=f"{f.name}: {term.formula}")
    for f in (SquareAndCube(), PlusAndMinus(), GivenGradients(), random_rows(3, 2))
    for term in f.terms()
]


def summed(formulas: Formulas) -> FormulaSum:
    return formulas.summed(formulas.examples(0))


@pytest.mark.parametrize(("term", "p"), TERMS)
def test_slopes_are_central_differences(term: Term, p: int) -> None:
    for theta in 3.0 * rng().standard_normal((20, p)):
        steps = STEP * np.eye(p)
        differences = (term.value(theta + steps) - term.value(theta - steps)) / 2 / STEP
        assert_allclose(term.slope(theta), differences, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("term", "p"), TERMS)
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3)])
def test_terms_take_theta_of_any_shape(
    term: Term, p: int, shape: tuple[int, ...]
) -> None:
    thetas = rng().standard_normal((*shape, p))
    values, slopes = term.value(thetas), term.slope(thetas)
    assert values.shape == shape
    assert slopes.shape == thetas.shape
    for place in np.ndindex(*shape):
        assert_allclose(values[place], term.value(thetas[place]), rtol=1e-14)
        assert_allclose(slopes[place], term.slope(thetas[place]), rtol=1e-14)


@pytest.mark.parametrize(
    ("formulas", "x", "losses", "slopes"),
    [
        (SquareAndCube(), 1.5, [2.25, 3.375], [3.0, 6.75]),
        (SquareAndCube(), 0.0, [0.0, 0.0], [0.0, 0.0]),
        (SquareAndCube(), -2.0, [4.0, -8.0], [-4.0, 12.0]),
        (SquareAndCube(), -2 / 3, [4 / 9, -8 / 27], [-4 / 3, 4 / 3]),
        (PlusAndMinus(), 1.0, [2.0, -2.0], [2.0, 1.0]),
        (PlusAndMinus(), 0.0, [1.0, -3.0], [0.0, 1.0]),
        (PlusAndMinus(), -0.5, [1.25, -3.5], [-1.0, 1.0]),
        (given((3.0,), (-4.0,)), 2.0, [6.0, -8.0], [3.0, -4.0]),
    ],
)
def test_closed_forms(
    formulas: Formulas, x: float, losses: list[float], slopes: list[float]
) -> None:
    objective, both = summed(formulas), np.arange(2)
    theta = np.array([x])
    assert objective.losses(theta, both).tolist() == pytest.approx(losses)
    assert objective.gradients(theta, both)[:, 0].tolist() == pytest.approx(slopes)
    loss, gradient = objective.gradient(theta, both)
    assert loss == pytest.approx(np.mean(losses), abs=1e-15)
    assert gradient.tolist() == pytest.approx([np.mean(slopes)], abs=1e-15)


def test_five_weights_and_two_examples() -> None:
    objective = summed(GivenGradients())
    theta, both = objective.start(0), np.arange(2)
    assert objective.gradients(theta, both).tolist() == [
        [1.5, -2.0, 1.1, 0.4, -0.9],
        [1.2, 2.3, -1.1, -0.8, -0.7],
    ]
    _, gradient = objective.gradient(theta, both)
    assert_allclose(gradient, [1.35, 0.15, 0, -0.2, -0.8], rtol=1e-15, atol=1e-16)
    assert gradient[2] == 0.0  # exactly: plain SGD leaves this weight where it is
    taken = MeanOfGradients().step(objective, both, SGD(), {}, Here(theta, 0.1))
    assert (theta + taken.update)[2] == theta[2]


def test_losses_that_average_to_zero() -> None:
    objective = summed(PlusAndMinus())
    theta, both = objective.start(0), np.arange(2)
    assert theta.tolist() == [1.0]
    assert objective.losses(theta, both).tolist() == [2.0, -2.0]
    assert objective.gradients(theta, both).tolist() == [[2.0], [1.0]]
    loss, gradient = objective.gradient(theta, both)
    assert (loss, gradient.tolist()) == (0.0, [1.5])


def test_the_slope_of_a_sum_is_the_sum_of_the_slopes() -> None:
    objective = summed(SquareAndCube())
    theta, both = objective.start(0), np.arange(2)
    assert theta.tolist() == [1.5]
    slopes = objective.gradients(theta, both)
    assert (slopes.tolist(), slopes.sum()) == ([[3.0], [6.75]], 9.75)
    assert objective.gradient(theta, both)[1].tolist() == [9.75 / 2]


@EACH
def test_it_is_a_finite_sum(formulas: Formulas) -> None:
    objective = summed(formulas)
    n, p = objective.n_examples, objective.n_parameters
    assert n == len(formulas.terms()) == len(objective.examples)
    assert p == len(formulas.names()) == len(formulas.start()) == objective.n_hidden
    assert objective.start(0).tolist() == objective.start(9).tolist()
    rows = rng().integers(n, size=5)
    for theta in (objective.start(0), rng().standard_normal(p)):
        losses, gradients = (
            objective.losses(theta, rows),
            objective.gradients(theta, rows),
        )
        assert (losses.shape, gradients.shape) == ((5,), (5, p))
        size = np.abs(gradients).max()
        loss, gradient = objective.gradient(theta, rows)
        assert type(loss) is float
        level = np.abs(losses).max()
        assert loss == pytest.approx(losses.mean(), rel=1e-14, abs=1e-15 * level)
        assert_allclose(gradient, gradients.mean(axis=0), atol=1e-15 * size)
        everyone = np.arange(n)
        whole = objective.losses(theta, everyone).mean()
        level = np.abs(objective.losses(theta, everyone)).max()
        assert objective.loss(theta) == pytest.approx(
            whole, rel=1e-13, abs=1e-14 * level
        )


@EACH
def test_losses_at_many_places(formulas: Formulas) -> None:
    objective = summed(formulas)
    thetas = rng().standard_normal((9, objective.n_parameters))
    everyone = np.arange(objective.n_examples)
    each = np.array([objective.losses(theta, everyone) for theta in thetas])
    found = objective.loss_at(thetas)
    assert found.shape == (9,)
    assert_allclose(
        found, each.mean(axis=1), rtol=1e-13, atol=1e-14 * np.abs(each).max()
    )


@EACH
def test_the_survey_is_of_all_examples(formulas: Formulas) -> None:
    objective = summed(formulas)
    p, everyone = objective.n_parameters, np.arange(objective.n_examples)
    for q in (0, 1, 2):
        directions, theta = rng().standard_normal((q, p)), rng().standard_normal(p)
        survey = objective.survey(theta, directions)
        gradients = objective.gradients(theta, everyone)
        size = np.abs(gradients).max() or 1.0
        assert survey.loss == objective.loss(theta)
        assert_allclose(
            survey.gradient / size, gradients.mean(axis=0) / size, atol=1e-14
        )
        off = (gradients - gradients.mean(axis=0)) / size @ directions.T
        covariance = off.T @ off / len(everyone)
        assert survey.covariance.shape == (q, q)
        assert_allclose(survey.covariance / size**2, covariance, atol=1e-13)


@EACH
def test_a_part_is_a_sum_of_its_own(formulas: Formulas) -> None:
    objective = summed(formulas)
    theta = rng().standard_normal(objective.n_parameters)
    n = objective.n_examples
    for rows in (np.array([n - 1]), np.array([0, n - 1, 0])):
        part = objective.only(rows)
        here = np.arange(len(rows))
        assert part.n_examples == len(part.examples.formulas) == len(rows)
        assert_array_equal(part.losses(theta, here), objective.losses(theta, rows))
        assert_array_equal(
            part.gradients(theta, here), objective.gradients(theta, rows)
        )
        assert part.gradient(theta, here)[0] == objective.gradient(theta, rows)[0]
        again = part.only(here[::-1])
        assert again.examples.formulas == part.examples.formulas[::-1]
        assert_array_equal(
            again.losses(theta, here), objective.losses(theta, rows[::-1])
        )


@pytest.mark.parametrize("seed", range(4))
def test_some_formulas_are_held_out(seed: int) -> None:
    formulas = random_rows(6, 2)
    whole = summed(formulas)
    split = hold_out(whole.examples, 0.34, seed)
    assert split.test is not None
    train, test = whole.on(split.train), whole.on(split.test)
    assert (train.n_examples, test.n_examples) == (4, 2)
    theta = np.array([0.3, -1.2])
    assert 4 * train.loss(theta) + 2 * test.loss(theta) == pytest.approx(
        6 * whole.loss(theta)
    )
    both = {*train.examples.formulas, *test.examples.formulas}
    assert both == {f"g{i} · w" for i in range(1, 7)}
    for part in (train, test):
        for i, formula in enumerate(part.examples.formulas):
            row = formulas.rows[int(formula[1]) - 1]
            assert part.gradients(theta, np.array([i])).tolist() == [list(row)]


@EACH
def test_examples_are_the_same_whatever_the_seed(formulas: Formulas) -> None:
    one, other = formulas.examples(0), formulas.examples(77)
    assert one.task == FORMULAS
    assert one.formulas == other.formulas
    assert one.formulas == tuple(term.formula for term in formulas.terms())
    assert one.inputs.tolist() == other.inputs.tolist()
    assert not formulas.standardise


@pytest.mark.parametrize(
    ("formulas", "names", "start", "words"),
    [
        (SquareAndCube(), ("x",), [1.5], "1 parameter"),
        (PlusAndMinus(x=-3), ("x",), [-3.0], "1 parameter"),
        (GivenGradients(), ("w1", "w2", "w3", "w4", "w5"), [0.0] * 5, "5 parameters"),
        (given((1.0, 2.0)), ("w1", "w2"), [0.0, 0.0], "2 parameters"),
    ],
)
def test_names_start_and_words(
    formulas: Formulas, names: tuple[str, ...], start: list[float], words: str
) -> None:
    objective = summed(formulas)
    assert objective.names == names
    assert objective.start(4).tolist() == start
    assert objective.describe() == words


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), "given.rows must be 1 to 100 rows of numbers"),
        (((),), "given.rows must have rows of one length, at least 1 number."),
        (((1,), ()), "given.rows must have rows of one length"),
        (((1, 2), (3,)), "given.rows must have rows of one length"),
        (((1, True),), "given.rows[0][1] must be a number, not True."),
        (((1,), (float("nan"),)), "given.rows[1][0] must lie between"),
        (((2e100,),), "given.rows[0][0] must lie between -1e+100 and 1e+100"),
        (((1,),) * 101, "given.rows must be 1 to 100 rows of numbers"),
        (((1,) * 101,), "given.rows[0] must be a list of at most 100 numbers"),
        ("12", "given.rows must be 1 to 100 rows of numbers"),
        (("12",), "given.rows[0] must be a list of at most 100 numbers"),
        (None, "given.rows must be 1 to 100 rows of numbers"),
        ((3,), "given.rows[0] must be a list of at most 100 numbers"),
    ],
)
def test_rows_that_are_refused(rows: object, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        GivenGradients(rows=rows)  # type: ignore[arg-type]
    assert str(refusal.value).startswith(said)
    assert str(refusal.value).endswith(".")


def test_whole_numbers_become_reals() -> None:
    made = GivenGradients(rows=[[1, 2], [3, 4]])  # type: ignore[arg-type]
    assert made.rows == ((1.0, 2.0), (3.0, 4.0))
    assert {type(v) for row in made.rows for v in row} == {float}
    assert hash(made) == hash(given((1.0, 2.0), (3.0, 4.0)))


def test_every_source_of_examples_is_named_once() -> None:
    assert {**DATASETS, **LANDSCAPES, **FUNCTIONS} == SOURCES
    assert len(SOURCES) == len(DATASETS) + len(LANDSCAPES) + len(FUNCTIONS)
    for name, kind in {**LANDSCAPES, **FUNCTIONS}.items():
        assert (kind.name, kind.title[:1].isupper()) == (name, True)
        assert kind.sentence().endswith(".")


def test_letters_say_what_the_functions_are() -> None:
    said: dict[str, tuple[str, Array]] = {
        term.formula: (term.derivatives[0], term.slope(np.array([3.0])))
        for formulas in (SquareAndCube(), PlusAndMinus())
        for term in formulas.terms()
    }
    assert {k: (d, float(s[0])) for k, (d, s) in said.items()} == {
        "x²": ("2x", 6.0),
        "x³": ("3x²", 27.0),
        "x² + 1": ("2x", 6.0),
        "x − 3": ("1", 1.0),
    }

"""Points put by hand: examples as they stand in the scene, refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.datasets import ByHand, Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.datasets.byhand import MOST_POINTS
from gdviz.core.datasets.numbers import ScatteredNumbers
from gdviz.core.examples import Examples, parted, restored, scaled
from gdviz.core.refused import Refused

POINTS = [LineWithNoise(), ScatteredNumbers(7), TwoPoints(), Moons(30)]


@pytest.mark.parametrize("data", POINTS, ids=lambda data: data.name)
def test_any_points_are_taken_as_they_are(data: LineWithNoise) -> None:
    theirs = data.examples(3)
    ours = ByHand.of(theirs, standardise=False).examples(99)
    assert np.array_equal(ours.inputs, theirs.inputs)
    assert np.array_equal(ours.targets, theirs.targets)
    assert ours.targets.dtype == theirs.targets.dtype
    assert ours.input_names == theirs.input_names
    assert (ours.target_name, ours.classes) == (theirs.target_name, theirs.classes)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"points": ()}, "hand.points must be 1 to 2000 rows"),
        ({"points": ((1.0,),)}, "must have x and y in each row, not 1"),
        ({"points": ((1.0, 2.0, 3.0),)}, "must have x and y in each row, not 3"),
        ({"points": ((1.0, float("nan")),)}, r"hand.points\[0\]\[1\] must lie"),
        ({"points": ((1.0, float("inf")),)}, r"hand.points\[0\]\[1\] must lie"),
        ({"points": ((1.0, 2e100),)}, r"hand.points\[0\]\[1\] must lie"),
        ({"points": ((0.0, 0.0),) * (MOST_POINTS + 1)}, "1 to 2000 rows"),
        ({"points": ((1.0, 2.0),), "classes": "A, B"}, "x₁, x₂ and a class"),
        ({"points": ((1.0, 2.0, 0.0),), "classes": "A"}, "at least two different"),
        ({"points": ((1.0, 2.0, 0.0),), "classes": "A, A"}, "at least two different"),
        ({"points": ((1.0, 2.0, 2.0),), "classes": "A, B"}, "from 0 to 1, not 2"),
        ({"points": ((1.0, 2.0, 0.5),), "classes": "A, B"}, r"points\[0\]: the class"),
    ],
)
def test_what_is_no_point_is_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        ByHand(**settings).examples(0)  # type: ignore[arg-type]


def test_as_many_as_may_be() -> None:
    assert len(ByHand(((0.0, 1.0),) * MOST_POINTS).examples(0)) == MOST_POINTS


def test_whole_numbers_become_numbers() -> None:
    examples = ByHand(((1, 2), (3, 4))).examples(0)
    assert examples.inputs.tolist() == [[1.0], [3.0]]
    assert examples.targets.tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        (Iris().examples(0), "Points can be edited by hand where"),
        (LineWithNoise(MOST_POINTS + 1).examples(0), "2,001 points are too many"),
        (
            Examples(np.zeros((2, 2)), np.zeros(2), ("a", "b")),
            "Points can be edited by hand where",
        ),
        (
            Examples(np.zeros((2, 1)), np.array([0, 1]), ("a",), "c", ("A", "B")),
            "Points can be edited by hand where",
        ),
    ],
    ids=["four inputs", "too many", "numbers over two", "classes over one"],
)
def test_other_examples_are_refused(examples: Examples, words: str) -> None:
    with pytest.raises(Refused, match=words):
        ByHand.of(examples, standardise=False)


def test_commas_in_names_part_no_columns() -> None:
    names = ("width, in cm",)
    made = ByHand.of(Examples(np.ones((2, 1)), np.ones(2), names, "y, z"), False)
    examples = made.examples(0)
    assert examples.input_names == ("width; in cm",)
    assert examples.target_name == "y; z"


@pytest.mark.parametrize("columns", ["a", "a, b, c", "a, a", ""])
def test_names_that_do_not_fit_are_the_usual_ones(columns: str) -> None:
    examples = ByHand(((0.0, 1.0),), columns=columns).examples(0)
    assert (*examples.input_names, examples.target_name) == ("x", "y")


def test_columns_are_restored() -> None:
    rng = np.random.default_rng(4)
    for scale, shift in ((1.0, 0.0), (1e-3, 5.0), (1e6, -1e7)):
        columns = scale * rng.standard_normal((9, 2)) + shift
        places = scaled(columns, columns)
        assert np.allclose(places.mean(axis=0), 0.0, atol=1e-9)
        assert np.allclose(restored(places, columns), columns, rtol=1e-12)


def test_a_constant_column_is_restored() -> None:
    columns = np.array([[3.0, 1.0], [3.0, 2.0]])
    moved = scaled(columns, columns) + np.array([0.5, 0.0])
    assert np.allclose(restored(moved, columns), columns + np.array([0.5, 0.0]))


@pytest.mark.parametrize(("n", "fraction"), [(10, 0.0), (10, 0.3), (7, 0.5)])
def test_every_example_is_on_one_side(n: int, fraction: float) -> None:
    train, test = parted(n, fraction, 5)
    assert len(test) == round(n * fraction)
    assert sorted([*train, *test]) == list(range(n))
    assert list(train) == sorted(train)

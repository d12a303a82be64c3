"""Examples: what is held out, what is rescaled, and that nothing can be written."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.examples import (
    FORMULAS,
    MANY_CLASSES,
    REGRESSION,
    TWO_CLASSES,
    Examples,
    Split,
    hold_out,
    standardised,
)
from gdviz.core.refused import Refused


def numbered(n: int, classes: tuple[str, ...] = ()) -> Examples:
    """Return examples whose first input is their row."""
    rows = np.arange(n)
    inputs = np.column_stack([rows, np.random.default_rng(0).standard_normal(n)])
    if classes:
        return Examples(inputs, rows % len(classes), ("row", "x"), "y", classes)
    return Examples(inputs, (10 * rows + 3).astype(np.float64), ("row", "x"))


def rows_of(examples: Examples | None) -> list[int]:
    assert examples is not None
    return [int(row) for row in examples.inputs[:, 0]]


@pytest.mark.parametrize(
    ("classes", "task"),
    [
        ((), REGRESSION),
        (("A", "B"), TWO_CLASSES),
        (("A", "B", "C"), MANY_CLASSES),
    ],
)
def test_task_is_told_by_the_classes(classes: tuple[str, ...], task: str) -> None:
    assert numbered(6, classes).task == task


def test_take_keeps_the_given_order() -> None:
    taken = numbered(6).take(np.array([4, 0, 4]))
    assert rows_of(taken) == [4, 0, 4]
    assert taken.targets.tolist() == [43, 3, 43]
    assert len(taken) == 3
    assert taken.input_names == ("row", "x")


@pytest.mark.parametrize("part", ["inputs", "targets"])
def test_arrays_are_frozen(part: str) -> None:
    for examples in (numbered(3), numbered(3).take(np.array([0]))):
        with pytest.raises(ValueError, match="read-only"):
            getattr(examples, part)[0] = 0


@pytest.mark.parametrize("seed", [0, 1, 99])
@pytest.mark.parametrize(("n", "fraction", "held"), [(20, 0.25, 5), (7, 0.3, 2)])
def test_hold_out(seed: int, n: int, fraction: float, held: int) -> None:
    split = hold_out(numbered(n), fraction, seed)
    train, test = rows_of(split.train), rows_of(split.test)
    assert len(test) == held
    assert sorted(train + test) == list(range(n))
    assert train == sorted(train)
    again = hold_out(numbered(n), fraction, seed)
    assert rows_of(again.test) == test
    assert split.train.targets.tolist() == [10.0 * row + 3 for row in train]


def test_hold_out_depends_on_the_seed() -> None:
    held = [rows_of(hold_out(numbered(30), 0.5, seed).test) for seed in range(4)]
    assert all(a != b for i, a in enumerate(held) for b in held[:i])


@pytest.mark.parametrize(("n", "fraction"), [(20, 0.0), (3, 0.1)])
def test_nothing_held_out(n: int, fraction: float) -> None:
    split = hold_out(numbered(n), fraction, 0)
    assert split.test is None
    assert rows_of(split.train) == list(range(n))


@pytest.mark.parametrize(("n", "fraction"), [(1, 0.9), (5, 0.95), (4, 1.0)])
def test_something_must_be_left(n: int, fraction: float) -> None:
    with pytest.raises(Refused, match=rf"held_out = {fraction:g} .*\({n} in all\)"):
        hold_out(numbered(n), fraction, 0)


def test_standardised_by_the_training_part_alone() -> None:
    train, test = numbered(5), numbered(9).take(np.array([8, 6]))
    split = standardised(Split(train, test))
    assert split.test is not None
    assert_allclose(split.train.inputs.mean(axis=0), [0, 0], atol=1e-15)
    assert_allclose(split.train.inputs.std(axis=0), [1, 1])
    assert_allclose(
        [split.train.targets.mean(), split.train.targets.std()], [0, 1], atol=1e-15
    )
    # rows 0 to 4: mean 2, deviation √2; targets: mean 23, deviation 10√2
    assert_allclose(split.test.inputs[:, 0], [6 / 2**0.5, 4 / 2**0.5])
    assert_allclose(split.test.targets, [60 / 200**0.5, 40 / 200**0.5])
    for part in (split.train, split.test):
        assert part.notes == (
            "Inputs and target are standardised: mean 0, standard deviation 1.",
        )
        assert not part.inputs.flags.writeable
    assert train.inputs[3, 0] == 3


def test_classes_are_not_standardised() -> None:
    split = standardised(Split(numbered(6, ("A", "B"))))
    assert split.train.targets.tolist() == [0, 1, 0, 1, 0, 1]
    assert split.train.targets.dtype == np.int64
    assert split.train.notes[0].startswith("Inputs are standardised")
    assert split.test is None


@pytest.mark.parametrize("constant", [0.0, 0.1, -3.3e8, 1 / 3])
@pytest.mark.parametrize("n", [1, 3, 7, 10])
def test_constant_column_is_only_shifted(constant: float, n: int) -> None:
    train = Examples(np.full((n, 1), constant), np.full(n, constant), ("x",))
    other = Examples(np.array([[constant + 2]]), np.array([constant + 5]), ("x",))
    split = standardised(Split(train, other))
    assert split.test is not None
    assert_allclose(split.train.inputs, np.zeros((n, 1)), atol=1e-6)
    assert_allclose(split.train.targets, np.zeros(n), atol=1e-6)
    assert_allclose(split.test.inputs, [[2]], rtol=1e-6)
    assert_allclose(split.test.targets, [5], rtol=1e-6)


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e160, 1.5e308])
def test_columns_of_any_size_are_standardised(size: float) -> None:
    inputs = size * np.array([[0.25], [0.5], [1.0]])
    split = Split(Examples(inputs, np.array([1.0, 2.0, 4.0]) * (size / 4), ("x",)))
    made = standardised(split).train
    assert_allclose(made.inputs.mean(), 0, atol=1e-15)
    assert_allclose(made.inputs.std(), 1)
    assert_allclose(made.targets.std(), 1)


def lettered(n: int) -> Examples:
    """Return examples that are formulas, each with a name of its own."""
    return Examples(
        np.arange(n, dtype=float)[:, None],
        np.zeros(n),
        ("term",),
        formulas=tuple(f"f{i}" for i in range(n)),
    )


def test_formulas_are_a_task_of_their_own() -> None:
    assert lettered(3).task == FORMULAS
    assert numbered(3).formulas == ()


@pytest.mark.parametrize("rows", [[4, 0, 4], [1], [5, 4, 3, 2, 1, 0]])
def test_formulas_go_with_their_examples(rows: list[int]) -> None:
    taken = lettered(6).take(np.array(rows))
    assert taken.formulas == tuple(f"f{i}" for i in rows)
    assert rows_of(taken) == rows
    assert taken.take(np.array([0])).formulas == (f"f{rows[0]}",)


@pytest.mark.parametrize("seed", range(5))
def test_formulas_are_held_out_with_their_letters(seed: int) -> None:
    split = hold_out(lettered(7), 0.3, seed)
    assert split.test is not None
    for part in (split.train, split.test):
        assert part.formulas == tuple(f"f{row}" for row in rows_of(part))
        assert part.task == FORMULAS
    assert len({*split.train.formulas, *split.test.formulas}) == 7

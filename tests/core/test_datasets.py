"""Data sets: as many examples as asked for, told by the seed, and true to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import (
    DATASETS,
    Circles,
    Dataset,
    Digits,
    Drawn,
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
    Spirals,
    TwoGaussians,
    TwoPoints,
)
from gdviz.core.knobs import knobs
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.core.examples import Examples

ALL = pytest.mark.parametrize("kind", DATASETS.values(), ids=DATASETS)
DRAWN = {name: kind for name, kind in DATASETS.items() if issubclass(kind, Drawn)}
EACH_DRAWN = pytest.mark.parametrize("kind", DRAWN.values(), ids=DRAWN)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("p,q,y\n1,2,0.5\n3,5,0.25\n4,1,8\n", encoding="utf-8")
    return path


def made(kind: type[Dataset], table: Path) -> Dataset:
    """Return a data set as it comes; one that reads a file is given one."""
    if "path" not in knobs(kind):
        return kind()
    return kind(path=str(table), target="y")  # type: ignore[call-arg]


def same(one: Examples, other: Examples) -> bool:
    return np.array_equal(one.inputs, other.inputs) and np.array_equal(
        one.targets, other.targets
    )


def sound(examples: Examples) -> None:
    n, d = examples.inputs.shape
    assert examples.targets.shape == (n,)
    assert len(examples) == n
    assert len(set(examples.input_names)) == d
    assert examples.inputs.dtype == np.float64
    assert np.isfinite(examples.inputs).all()
    assert np.isfinite(examples.targets).all()
    if examples.classes:
        assert examples.targets.dtype == np.int64
        assert 0 <= examples.targets.min() <= examples.targets.max()
        assert examples.targets.max() < len(examples.classes)
    else:
        assert examples.targets.dtype == np.float64
    assert not examples.inputs.flags.writeable
    assert not examples.targets.flags.writeable


@ALL
def test_sound_and_told_by_the_seed(kind: type[Dataset], table: Path) -> None:
    dataset = made(kind, table)
    sound(dataset.examples(0))
    assert same(dataset.examples(0), dataset.examples(0))
    assert same(dataset.examples(7), dataset.examples(7))
    assert same(dataset.examples(0), dataset.examples(1)) != isinstance(dataset, Drawn)


@ALL
def test_has_a_name_a_title_and_a_sentence(kind: type[Dataset]) -> None:
    assert DATASETS[kind.name] is kind
    assert kind.title
    assert kind.sentence().endswith(".")


@EACH_DRAWN
@pytest.mark.parametrize("n", [1, 2, 17, 1000])
def test_as_many_as_asked_for(kind: type[Drawn], n: int) -> None:
    examples = kind(n_examples=n).examples(0)  # type: ignore[call-arg]
    sound(examples)
    assert len(examples) == n


@EACH_DRAWN
def test_fresh_examples_of_the_same_kind(kind: type[Drawn]) -> None:
    dataset, rng = kind(), np.random.default_rng(0)
    whole = dataset.examples(0)
    first, second = dataset.draw(9, rng), dataset.draw(9, rng)
    assert not same(first, second)
    assert same(first, dataset.draw(9, np.random.default_rng(0)))
    for fresh in (first, second):
        sound(fresh)
        assert len(fresh) == 9
        assert (fresh.task, fresh.classes) == (whole.task, whole.classes)
        assert fresh.input_names == whole.input_names


def test_line_has_its_slope_and_intercept() -> None:
    dataset = LineWithNoise(n_examples=20_000, slope=-2.0, intercept=3.0, noise=0.5)
    examples = dataset.examples(0)
    slope, intercept = np.polyfit(examples.inputs[:, 0], examples.targets, 1)
    assert (slope, intercept) == pytest.approx((-2.0, 3.0), abs=0.03)
    residuals = examples.targets + 2 * examples.inputs[:, 0] - 3
    assert residuals.std() == pytest.approx(0.5, rel=0.03)
    exact = LineWithNoise(noise=0.0, slope=-2.0, intercept=3.0).examples(0)
    assert_allclose(exact.targets, 3 - 2 * exact.inputs[:, 0])


def test_gaussians_are_that_far_apart() -> None:
    examples = TwoGaussians(n_examples=20_000, distance=4.0).examples(0)
    a, b = (examples.inputs[examples.targets == label] for label in (0, 1))
    assert np.hypot(*(b.mean(axis=0) - a.mean(axis=0))) == pytest.approx(4, abs=0.1)
    assert_allclose(a.std(axis=0), [1, 1], rtol=0.05)
    assert len(a) == pytest.approx(10_000, rel=0.05)


def test_circles_have_their_radii() -> None:
    examples = Circles(noise=0.0, ratio=0.3).examples(0)
    radii = np.hypot(*examples.inputs.T)
    assert_allclose(radii, np.where(examples.targets == 1, 0.3, 1.0))


def test_moons_are_half_circles() -> None:
    examples = Moons(noise=0.0).examples(0)
    x, y = examples.inputs.T
    upper = examples.targets == 0
    assert_allclose(np.hypot(x[upper] + 0.5, y[upper] + 0.25), 1)
    assert_allclose(np.hypot(x[~upper] - 0.5, y[~upper] - 0.25), 1)
    assert (y[upper] >= -0.25).all()
    assert (y[~upper] <= 0.25).all()


def test_arms_of_the_spiral_lie_half_a_turn_apart() -> None:
    examples = Spirals(noise=0.0, turns=0.5).examples(0)
    along = np.hypot(*examples.inputs.T)
    angle = np.pi * along + np.pi * examples.targets
    expected = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    assert_allclose(examples.inputs, expected, atol=1e-12)
    assert along.max() <= 1


def test_published_data() -> None:
    points = TwoPoints().examples(3)
    assert (points.inputs.tolist(), points.targets.tolist()) == ([[1], [1]], [2, 4])
    iris = Iris().examples(0)
    assert iris.inputs.shape == (150, 4)
    assert np.bincount(iris.targets.astype(np.int64)).tolist() == [50, 50, 50]
    assert iris.inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    digits = Digits().examples(0)
    assert digits.inputs.shape == (1797, 64)
    assert (digits.inputs.min(), digits.inputs.max()) == (0, 1)
    assert digits.classes == tuple("0123456789")


def test_own_table_in_file_order(table: Path) -> None:
    examples = OwnTable(path=str(table), target="q").examples(0)
    assert examples.targets.tolist() == [2, 5, 1]
    assert examples.inputs.tolist() == [[1, 0.5], [3, 0.25], [4, 8]]
    assert examples.input_names == ("p", "y")


def test_own_table_without_a_file_is_refused() -> None:
    with pytest.raises(Refused, match=r"csv\.path is empty"):
        OwnTable().examples(0)

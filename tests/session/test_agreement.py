"""Signal to noise: the numbers said are those of the recorded gradients."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from statistics import mean, variance

import numpy as np
import pytest

from gdviz.core.datasets import LineWithNoise, TwoPoints
from gdviz.core.models import MLP, Linear
from gdviz.session.agreement import CLEAR, agreement, agreement_words, as_long
from gdviz.session.scene import Descent, Scene
from gdviz.session.words import sentence
from tests.session.asking import Screen

TEN = Scene(data=LineWithNoise(n_examples=10))


def screen(b: int, order: str = "shuffled", steps: int = 3, **others: object) -> Screen:
    scene = replace(TEN, descent=Descent(b, 0.05, order=order), **others)  # type: ignore[arg-type]
    return Screen(scene, steps)


@pytest.mark.parametrize("order", ["shuffled", "file", "replacement", "fresh"])
@pytest.mark.parametrize("b", [2, 3, 5, 9])
@pytest.mark.parametrize("model", [Linear(), MLP((3,))])
def test_the_ratio_is_that_of_the_recorded_arrows(
    order: str, b: int, model: Linear | MLP
) -> None:
    run = screen(b, order, steps=2 if b < 9 else 0, model=model).run
    record = run.snapshot.record
    arrows = [list(map(float, row)) for row in record.gradients]
    many = len(arrows)
    found = agreement(run)
    if many < 2:
        assert found is None
        return
    columns = list(zip(*arrows, strict=True))
    squared = sum(variance(column) for column in columns) / many
    if order in ("shuffled", "file"):
        squared *= 1 - many / 10
    long = math.hypot(*(mean(column) for column in columns))
    assert found is not None
    assert found.batch == many
    assert found.times == pytest.approx(long / math.sqrt(squared), rel=1e-9)


def test_the_error_is_right_on_average_over_all_batches() -> None:
    """Over all batches of four of ten its square is the variance of the mean."""
    run = screen(10, steps=0).run
    gradients = run.snapshot.record.gradients
    full = gradients.mean(axis=0)
    chosen = [gradients[list(rows)] for rows in combinations(range(10), 4)]
    true = np.mean([np.sum((g.mean(axis=0) - full) ** 2) for g in chosen])
    squares = []
    for g in chosen:
        record = replace(
            run.snapshot.record,
            rows=np.arange(4),
            gradients=g,
            gradient=g.mean(axis=0),
        )
        scene = replace(run.snapshot.scene, descent=Descent(4))
        run.snapshot = replace(run.snapshot, record=record, scene=scene)
        found = agreement(run)
        assert found is not None
        squares.append(np.sum(g.mean(axis=0) ** 2) / found.times**2)
    assert np.mean(squares) == pytest.approx(true, rel=1e-9)


@pytest.mark.parametrize("order", ["shuffled", "replacement"])
@pytest.mark.parametrize("b", [2, 3, 5])
@pytest.mark.parametrize("steps", [0, 1, 30, 60])
def test_so_many_examples_are_just_enough(order: str, b: int, steps: int) -> None:
    run = screen(b, order, steps).run
    found = agreement(run)
    if found is None:
        return
    assert found.enough is not None
    left = 0.0 if order == "replacement" else 0.1
    unit = found.times * math.sqrt(1 / found.batch - left)  # of one, no limit

    def times(m: int) -> float:
        share = 1 / m - left
        return math.inf if share <= 0 else unit / math.sqrt(share)

    assert times(found.enough) >= CLEAR * (1 - 1e-9)
    if found.enough > 1:
        assert times(found.enough - 1) < CLEAR
    if order == "shuffled":
        assert found.enough <= 10


def test_the_words_have_these_numbers() -> None:
    said = set[str]()
    for steps in range(40):
        run = screen(4, "replacement", steps).run
        found = agreement(run)
        assert found is not None
        words = agreement_words(run)
        agree = found.times >= CLEAR
        assert words.startswith(
            f"The four arrows of this batch {'agree' if agree else 'disagree'}: "
        )
        told = f"{found.times:.2g} times ".removeprefix("1 times ")
        assert f"mean is {told}as long as its standard" in words
        assert f"{found.enough:,} example" in words
        assert sentence(run).endswith(words)
        assert len(words.split()) <= 25
        said.add(words.split()[6])
    assert said == {"agree:", "disagree:"}


@pytest.mark.parametrize(("b", "order"), [(1, "shuffled"), (10, "shuffled")])
def test_of_one_or_all_nothing_is_said(b: int, order: str) -> None:
    assert agreement_words(screen(b, order).run) == ""


def test_all_examples_drawn_with_replacement_still_have_noise() -> None:
    assert agreement(screen(10, "replacement").run) is not None


def test_arrows_that_are_all_the_same() -> None:
    run = screen(4, "replacement").run
    record = run.snapshot.record
    alike = np.tile(record.gradients[:1], (4, 1))
    run.snapshot = replace(
        run.snapshot, record=replace(record, gradients=alike, gradient=alike[0])
    )
    assert agreement_words(run) == "The four arrows of this batch are all the same."


def test_where_the_mean_is_nothing_no_number_is_enough() -> None:
    scene = Scene(
        data=TwoPoints(),
        model=Linear(False),
        start=(3.0,),
        descent=Descent(2, 0.1, "replacement"),
    )
    for seed in range(20):
        run = Screen(replace(scene, seed=seed)).run
        if not run.snapshot.record.gradient.any():
            break
    found = agreement(run)
    assert found is not None
    assert (found.times, found.enough) == (0.0, None)
    assert agreement_words(run) == ""


@pytest.mark.parametrize("size", [1e155, 1e200, 1e308, np.inf, np.nan])
def test_numbers_that_overflow_say_nothing(size: float) -> None:
    run = screen(4, "replacement").run
    record = run.snapshot.record
    large = np.array([[size, 0.0], [-size, size], [size, size], [0.0, size]])
    with np.errstate(all="ignore"):
        run.snapshot = replace(
            run.snapshot,
            record=replace(record, gradients=large, gradient=large.mean(axis=0)),
        )
        assert agreement(run) is None


LONG = {1.0: "as long", 1.004: "as long", 0.95: "0.95 times as long", 12.3: "12 times"}


@pytest.mark.parametrize(("times", "words"), LONG.items())
def test_once_is_not_told_as_a_number(times: float, words: str) -> None:
    assert as_long(times).startswith(words)
    assert "1 times" not in as_long(times)

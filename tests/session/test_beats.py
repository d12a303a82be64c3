"""Beats: which phases an update has, and how much of its record each one shows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from gdviz.core.averaging import RECIPES, Recipe, recipes_for
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS
from gdviz.core.models import MLP
from gdviz.session import observing
from gdviz.session.beats import (
    DIVIDE,
    EXAMPLE,
    OPTIMISER,
    READY,
    RECIPE,
    SUM,
    Beat,
    beat,
)
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.session.snapshot import Snapshot

AVERAGE = [SUM, DIVIDE, OPTIMISER]
MISTAKE = [SUM, DIVIDE, RECIPE, OPTIMISER]
AFTER = {
    "mean": AVERAGE,
    "mean_loss": AVERAGE,
    "accumulated": AVERAGE,
    "sum": [SUM, OPTIMISER],
    "one_by_one": [SUM, RECIPE, OPTIMISER],
    "mean_error": MISTAKE,
    "mean_error_slope": MISTAKE,
    "last_example": MISTAKE,
    "mean_example": MISTAKE,
    "signed_error": MISTAKE,
    "loss_as_error": MISTAKE,
}
MANY = LineWithNoise(n_examples=2000)


def beats(snapshot: Snapshot) -> list[Beat]:
    return [beat(snapshot, number) for number in range(beat(snapshot, 0).of)]


def seen(recipe: str, size: int) -> Snapshot:
    descent = Descent(size, 1e-3, recipe=RECIPES[recipe]())
    return Screen(Scene(data=MANY, descent=descent), 1).now


def check(found: list[Beat], examples: int, after: list[str]) -> None:
    assert [b.phase for b in found] == [READY] + examples * [EXAMPLE] + after
    assert [b.number for b in found] == list(range(len(found)))
    assert {b.of for b in found} == {len(found)}
    known = [0, *range(1, examples + 1), *(examples for _ in after)]
    assert [b.shown for b in found] == known
    places = [-1, *range(examples), *(-1 for _ in after)]
    assert [b.place for b in found] == places
    mean_known = [b.phase for b in found if b.mean_known]
    assert mean_known == [phase for phase in after if phase != SUM]


def test_every_recipe_has_its_phases() -> None:
    assert AFTER.keys() == RECIPES.keys()


@pytest.mark.parametrize("size", [1, 4, 17])
@pytest.mark.parametrize("recipe", RECIPES)
def test_one_phase_for_every_example(recipe: str, size: int) -> None:
    check(beats(seen(recipe, size)), size, AFTER[recipe])


@pytest.mark.parametrize("recipe", ["mean", "sum", "mean_error"])
def test_of_a_large_batch_those_that_are_shown(recipe: str) -> None:
    assert observing.MOST_SHOWN == 1024
    check(beats(seen(recipe, 2000)), 1024, AFTER[recipe])


@pytest.mark.parametrize("formulas", FUNCTIONS)
@pytest.mark.parametrize("kind", recipes_for(False), ids=lambda kind: kind.name)
@pytest.mark.parametrize("size", [1, 2])
def test_formulas_have_the_same_phases(
    formulas: str, kind: type[Recipe], size: int
) -> None:
    scene = Scene(data=FUNCTIONS[formulas](), descent=Descent(size, recipe=kind()))
    check(beats(Screen(scene).now), size, AFTER[kind.name])


def test_a_short_last_batch_has_fewer() -> None:
    scene = Scene(data=LineWithNoise(n_examples=10), descent=Descent(4))
    sizes = [len(beats(Screen(scene, steps).now)) - 4 for steps in range(4)]
    assert sizes == [4, 4, 2, 4]


@pytest.mark.parametrize(
    ("wanted", "found"), [(-1, 0), (-(10**9), 0), (7, 7), (8, 7), (10**9, 7)]
)
def test_before_the_first_is_the_first_and_after_the_last_the_last(
    wanted: int, found: int
) -> None:
    snapshot = seen("mean", 4)
    assert beat(snapshot, wanted) == beat(snapshot, found)
    assert beat(snapshot, wanted).number == found
    assert beat(snapshot, found).of == 8


def test_nothing_is_unlearnt_on_the_way() -> None:
    snapshot = Screen(Scene(data=Moons(), model=MLP((3,)), descent=Descent(9))).now
    for one, two in pairwise(beats(snapshot)):
        assert one.shown <= two.shown
        assert one.mean_known <= two.mean_known

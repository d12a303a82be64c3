"""The arithmetic of bad numbers, wrong recipes and what has no formula."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, OneByOne
from gdviz.core.datasets import Iris, Moons
from gdviz.core.losses import (
    LOSSES,
    Hinge,
    Loss,
)
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import (
    SGD,
    HeavyBall,
)
from gdviz.session.arithmetic import (
    activationformulas,
    lossformulas,
    memory,
    recipeformulas,
)
from gdviz.session.arithmetic.cells import Cell, Formula, given
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.lines import (
    WRONG,
)
from gdviz.session.arithmetic.operations import times
from gdviz.session.arithmetic.sheets import as_text
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen
from tests.session.sums import FOUR, NET, below, cells_of, check, run_of

if TYPE_CHECKING:
    from gdviz.core.datasets import Dataset
    from gdviz.core.models import Model


@pytest.mark.parametrize("steps", [0, 1, 2000])
@pytest.mark.parametrize("model", [Linear(), MLP((2,)), MLP((8,))])
def test_the_end_of_a_diverged_run_is_readable(model: Model, steps: int) -> None:
    scene = Scene(
        data=FOUR, model=model, descent=Descent(4, 1e6, optimizer=HeavyBall())
    )
    run = run_of(scene, steps, chosen=0)
    for cell in cells_of(run):
        assert str(cell)
        assert all(cell.parts())
        assert cell.formula() is not None


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e308, -1e-320])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_bad_numbers_are_written_and_warn_of_nothing(
    loss: type[Loss], bad: float
) -> None:
    data = Moons(n_examples=9) if "two classes" in loss.tasks else FOUR
    run = run_of(Scene(data=data, model=MLP((2,)), loss=loss(), descent=Descent(3)))
    told, record = run.snapshot.ledger, run.snapshot.record
    assert told is not None
    worse = replace(
        told,
        sums=tuple(bad + 0 * z for z in told.sums),
        activations=tuple(bad + 0 * a for a in told.activations),
        slopes=tuple(bad + 0 * s for s in told.slopes),
        deltas=tuple(bad + 0 * d for d in told.deltas),
        readable=bad + 0 * told.readable,
    )
    vector = np.full_like(record.theta, bad)
    after = record.after._replace(theta=vector)
    step = replace(
        record, gradient=vector, handed=vector, update=vector, theta=vector,
        gradients=bad + 0 * record.gradients, losses=bad + 0 * record.losses,
        loss=bad, after=after,
    )  # fmt: skip
    run.snapshot = replace(run.snapshot, ledger=worse, record=step)
    for cell in cells_of(run):
        assert ("too large" in str(cell)) == (not np.isfinite(cell.value))
        assert all(cell.parts())


def test_zero_is_plainly_zero() -> None:
    assert str(given("g", -0.0, "")) == str(given("g", 0.0, "")) == "0"


def test_another_optimizer_begins_with_an_empty_memory() -> None:
    screen = Screen(replace(NET, descent=Descent(4, 0.02)), 2, until=0.0, whole=True)
    screen.down(optimizer=HeavyBall())
    assert below(screen.run)["velocity v"] == [0.0] * 7
    for cell in cells_of(screen.run):
        check(cell)
    screen.ask(steps=2, until=0.0, whole=True)
    assert any(below(screen.run)["velocity v"])
    screen.down(optimizer=SGD())
    assert "velocity v" not in below(screen.run)
    for cell in cells_of(screen.run):
        check(cell)


def test_several_updates_in_one_are_not_told_as_one() -> None:
    descent = Descent(4, 0.02, recipe=OneByOne(), optimizer=HeavyBall())
    cells = {c.name: c for c in cells_of(run_of(replace(NET, descent=descent), 1))}
    assert len(cells["Δb2[1]"].parts()) == 2
    assert len(cells["new v[b2[1]]"].parts()) == 2
    alone = replace(descent, batch_size=1)
    cells = {c.name: c for c in cells_of(run_of(replace(NET, descent=alone), 1))}
    assert cells["Δb2[1]"].parts()[1] == "−η·new v[b2[1]]"


@pytest.mark.parametrize("model", [Linear(), MLP((2,)), MLP((3, 2), "sigmoid", False)])
@pytest.mark.parametrize("data", [FOUR, Moons(n_examples=9), Iris()])
@pytest.mark.parametrize("name", recipeformulas.WAYS)
def test_wrong_recipes_tell_how_they_go_wrong(
    name: str, data: Dataset, model: Model
) -> None:
    descent = Descent(4, 0.02, recipe=RECIPES[name]())
    run = run_of(Scene(data=data, model=model, descent=descent), 2)
    (line,) = (line for line in Arithmetic.of(run).lines if line.kind == WRONG)
    for j in range(len(run.facts.parameters)):
        cell = line.cell(j)
        assert len(cell.parts()) > 2 or cell.value == 0
        for one in (cell, *cell.how().also):
            expression = one.how().expression
            slack = 1e-12 * max(expression.size(), abs(one.value))
            assert abs(expression.worth() - one.value) <= slack


def test_a_formula_that_is_not_true_is_not_told() -> None:
    wrong = times(Value("a", 2.0), Value("b", 3.0))
    assert Cell("c", 6.0, lambda: Formula(wrong)).parts() == ("c", "a·b", "2·3", "6")
    assert Cell("c", 6.1, lambda: Formula(wrong)).parts() == ("c", "6.1")


def test_what_has_no_formula_here_is_shown_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for table, name in (
        (lossformulas.LOSSES, "hinge"),
        (activationformulas.ACTIVATIONS, "relu"),
        (activationformulas.SLOPES, "relu"),
        (memory.TOLD, "momentum"),
    ):
        monkeypatch.delitem(table, name)
    descent = Descent(3, optimizer=HeavyBall())
    data, model = Moons(n_examples=9), MLP((2,), "relu")
    run = run_of(Scene(data=data, model=model, loss=Hinge(), descent=descent), 1)
    for cell in cells_of(run):
        check(cell)
    cells = {cell.name: cell for cell in cells_of(run)}
    for name in ("ℓ", "ŷ", "a1[1]", "δ2", "Δb2[1]", "new v[b2[1]]"):
        assert len(cells[name].parts()) == 2
        assert cells[name].formula().note


def test_the_table_as_text_holds_the_numbers_in_full() -> None:
    run = run_of(NET, 1)
    whole = Arithmetic.of(run)
    lines = as_text(whole.examples(), whole.below()).split("\n")
    table = [line.split("\t") for line in lines]
    assert len(table) == 1 + 4 + 5
    assert all(len(a) == len(b) == 20 for a, b in pairwise(table))
    assert table[0][1:4] == ["x", "y", "z1[1]"]
    assert table[6][0] == "÷ 4 = mean ĝ"
    assert [float(v) for v in table[6][13:]] == run.snapshot.record.gradient.tolist()
    assert table[6][1] == ""

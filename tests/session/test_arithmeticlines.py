"""What the lines of the arithmetic are, and how they read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import TwoPoints
from gdviz.core.optimizers import (
    HeavyBall,
)
from gdviz.session.arithmetic.column import BACKWARD, ERROR, EXAMPLE, FORWARD, GRADIENT
from gdviz.session.arithmetic.lines import (
    AFTER,
    BEFORE,
    HANDED,
    MEAN,
    NEW,
    SUM,
    THETA,
    UPDATE,
    WRONG,
)
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.beats import OPTIMISER, beat
from gdviz.session.scene import Descent, Scene
from tests.session.sums import ALL, NET, below, cells_of, check, run_of


def test_the_numbers_of_a_small_network_are_those_recorded() -> None:
    run = run_of(NET, 2)
    record, told, whole = run.snapshot.record, run.snapshot.ledger, Arithmetic.of(run)
    assert told is not None
    columns = {
        "x": told.inputs[0], "y": told.targets[0], "z1[1]": told.sums[0][0],
        "z1[2]": told.sums[0][1], "a1[1]": told.activations[0][0],
        "a1[2]": told.activations[0][1], "ŷ": told.readable[0],
        "ŷ − y": told.readable[0] - told.targets[0], "loss ℓ": record.losses,
        "δ2": told.deltas[1][0], "δ1[1]": told.deltas[0][0],
        "δ1[2]": told.deltas[0][1],
        **dict(zip(run.facts.parameters, record.gradients.T, strict=True)),
    }  # fmt: skip
    sheet = whole.examples()
    assert whole.small
    assert [name for _, name, _ in sheet.heads] == list(columns)
    groups = dict.fromkeys(group for group, _, _ in sheet.heads)
    assert list(groups) == [EXAMPLE, FORWARD, ERROR, BACKWARD, GRADIENT]
    for c, values in enumerate(columns.values()):
        cells = [sheet.cell(r, c) for r in range(sheet.count)]
        assert [cell.value for cell in cells if cell] == values.tolist()
    rows = [int(row) for row in record.rows]
    heads = [sheet.head(r) for r in range(4)]
    assert [head.row for head in heads] == rows
    assert heads[1].label == f"example 2 (row {rows[1] + 1})"


def test_the_lines_below_are_those_recorded() -> None:
    descent = Descent(4, 0.02, optimizer=HeavyBall())
    run = run_of(replace(NET, descent=descent), 3)
    record = run.snapshot.record
    lines = {
        "sum of 4": record.gradients.sum(axis=0),
        "÷ 4 = mean ĝ": record.gradient,
        "velocity v": record.memory["velocity"],
        "new velocity v": record.after.memory["velocity"],
        "update Δθ": record.update,
        "θ": record.theta,
        "new θ": record.after.theta,
    }
    assert below(run) == {label: values.tolist() for label, values in lines.items()}
    sheet = Arithmetic.of(run).below()
    loss = [name for _, name, _ in sheet.heads].index("loss ℓ")
    means = [sheet.cell(r, loss) for r in range(2)]
    losses = [float(record.losses.sum()), record.loss]
    assert [cell.value for cell in means if cell] == losses
    assert all(sheet.cell(r, loss) is None for r in range(2, 7))


@pytest.mark.parametrize("name", RECIPES)
def test_what_is_handed_over_is_a_line_unless_it_is_the_mean(name: str) -> None:
    recipe = RECIPES[name]()
    run = run_of(replace(NET, descent=Descent(4, 0.02, recipe=recipe)), 1)
    kinds = [line.kind for line in Arithmetic.of(run).lines]
    wanted = {"mean": [], True: [HANDED], False: [WRONG]}
    middle = wanted["mean" if name == "mean" else recipe.right]
    assert kinds == [SUM, MEAN, *middle, UPDATE, THETA, NEW]
    if middle:
        assert below(run)["handed over: h"] == run.snapshot.record.handed.tolist()


def test_formulas_read_as_they_are_taught() -> None:
    run = run_of(NET)
    cells = {cell.name: cell.parts() for cell in reversed(list(cells_of(run)))}
    letters = {
        "z1[2]": "W1[2,1]·x + b1[2]",
        "a1[2]": "tanh(z1[2])",
        "ŷ": "W2[1,1]·a1[1] + W2[1,2]·a1[2] + b2[1]",
        "ℓ": "(ŷ − y)²",
        "δ2": "2·(ŷ − y)",
        "δ1[2]": "W2[1,2]·δ2·f′(z1[2])",
        "∂ℓ/∂W1[2,1]": "δ1[2]·x",
        "∂ℓ/∂b2[1]": "δ2",
        "Σg[b2[1]]": "g1 + g2 + g3 + g4",
        "ĝ[b2[1]]": "(g1 + g2 + g3 + g4)/4",
        "mean ℓ": "(ℓ1 + ℓ2 + ℓ3 + ℓ4)/4",
        "Δb2[1]": "−η·ĝ[b2[1]]",
        "new b2[1]": "b2[1] + Δb2[1]",
    }
    assert {name: cells[name][1] for name in letters} == letters
    assert all(2 <= len(parts) <= 4 for parts in cells.values())


def test_negative_numbers_stand_in_brackets() -> None:
    scene = replace(NET, start=(0.4, -0.1, 0.5, 0.25, -2.0, 1.0, 0.5))
    scene = replace(scene, data=TwoPoints(), descent=Descent(2, 0.1))
    cells = {cell.name: cell.parts() for cell in cells_of(run_of(scene))}
    assert cells["z1[1]"][2:] == ("0.4·1 + (−0.1)", "0.3")
    assert cells["b1[1]"] == ("b1[1]", "−0.1")
    assert "−0.1·" in cells["ΔW1[1,1]"][2]


def test_long_sums_are_shortened_and_counted() -> None:
    run = run_of(Scene(descent=Descent(40)))
    (mean,) = (cell for cell in cells_of(run) if cell.name == "ĝ[w]")
    _, letters, numbers, _ = mean.parts()
    assert letters == "(g1 + g2 + g3 + … 36 more … + g40)/40"
    assert numbers.count(" + ") == 4
    check(mean)


def test_with_one_example_nothing_is_divided() -> None:
    cells = {c.name: c.parts() for c in cells_of(run_of(Scene(descent=Descent(1))))}
    assert cells["ĝ[w]"][1] == cells["Σg[w]"][1] == "g1"


@pytest.mark.parametrize("recipe", ["mean", "mean_error", "sum", "one_by_one"])
def test_only_what_is_known_is_told(recipe: str) -> None:
    descent = Descent(2, 0.02, recipe=RECIPES[recipe](), optimizer=HeavyBall())
    run = run_of(replace(NET, descent=descent), 1)
    last = beat(run.snapshot, ALL).number
    for number in range(last + 1):
        run.beat = beat(run.snapshot, number)
        whole = Arithmetic.of(run)
        examples, lines = whole.examples(), whole.below()
        for r in range(2):
            known = r < run.beat.shown
            assert examples.head(r).known == known
            for c, (group, _, _) in enumerate(examples.heads):
                there = examples.cell(r, c) is not None
                assert there == (known or group == EXAMPLE)
        done = run.beat.phase == OPTIMISER
        for r, line in enumerate(whole.lines):
            known = lines.cell(r, len(lines.heads) - 1) is not None
            assert lines.head(r).known == known
            assert known or not done
            assert known == done or line.kind not in (AFTER, UPDATE, NEW)
            assert known or line.kind not in (BEFORE, THETA)
            assert known == run.beat.mean_known or line.kind != MEAN
    run.beat = beat(run.snapshot, 1)
    for cell in cells_of(run):
        check(cell)


def test_the_sum_is_known_before_it_is_divided() -> None:
    run = run_of(NET)
    seen = []
    for number in range(beat(run.snapshot, ALL).of):
        run.beat = beat(run.snapshot, number)
        whole = Arithmetic.of(run)
        seen.append([line.kind for line in whole.lines if whole.knows(line)])
    assert seen == [*[[THETA]] * 5, [SUM, THETA], [SUM, MEAN, THETA],
                    [SUM, MEAN, UPDATE, THETA, NEW]]  # fmt: skip

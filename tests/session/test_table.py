"""What is written as CSV and read back are the recorded numbers themselves."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import FRESH
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons
from gdviz.core.functions import GivenGradients
from gdviz.core.losses import Hinge, SquaredError
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.core.portrait import sitter_for
from gdviz.core.refused import Refused
from gdviz.session.course import Course
from gdviz.session.observing import take
from gdviz.session.scene import Descent, Scene
from gdviz.session.table import arithmetic_rows, path_rows
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.snapshot import Snapshot

Row = dict[str, str]


def written(rows: Iterator[list[Any]]) -> list[Row]:
    """Return the rows as a CSV file gives them back, by their headings."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    file.seek(0)
    head, *below = csv.reader(file)
    assert len(set(head)) == len(head)
    assert not any(name.startswith(("=", "+", "-", "@")) for name in head)
    return [dict(zip(head, row, strict=True)) for row in below]


LATER = Descent(9, 0.2, optimizer=HeavyBall(0.5))
RUNS = {
    "a line": (Scene(), None),
    "held out": (Scene(data=Moons(), held_out=0.25, model=MLP((3,))), None),
    "drawn anew": (Scene(descent=Descent(order=FRESH)), None),
    "a wrong recipe": (Scene().down(recipe=RECIPES["mean_error"]()), None),
    "given gradients": (Scene(data=GivenGradients()).down(batch_size=1), None),
    "changed": (Scene(), Course(Descent(7), ((3, LATER), (6, Descent(1))), 12)),
}


@pytest.mark.parametrize(("first", "last"), [(0, 12), (4, 7), (5, 5)])
@pytest.mark.parametrize("name", RUNS)
def test_a_path_is_written_exactly(name: str, first: int, last: int) -> None:
    scene, course = RUNS[name]
    rows = written(path_rows(scene, course, first, last))
    trainer = Trainer(scene, course)
    trainer.advance(last)
    assert [int(row["step"]) for row in rows] == list(range(first, last + 1))
    for row in rows:
        trainer.seek(int(row["step"]))
        check_path_row(row, trainer)


def check_path_row(row: Row, trainer: Trainer) -> None:
    theta, pending = trainer.state.theta, trainer.pending
    seen = trainer.state.cursor.seen
    names = trainer.objective.names
    assert int(row["examples_seen"]) == seen
    assert float(row["epoch"]) == seen / trainer.objective.n_examples
    assert int(row["batch_size"]) == len(pending.rows)
    assert float(row["learning_rate"]) == trainer.scene.descent.learning_rate
    assert float(row["batch_loss"]) == pending.loss
    assert float(row["full_loss"]) == trainer.objective.loss(theta)
    assert float(row["gradient_norm"]) == np.linalg.norm(pending.gradient)
    assert [float(row[name]) for name in names] == theta.tolist()
    assert list(row)[-len(names) :] == list(names)
    assert ("held_out_loss" in row) == (trainer.test is not None)
    if trainer.test is not None:
        assert float(row["held_out_loss"]) == trainer.test.loss(theta)


def test_a_short_last_batch_is_told() -> None:
    scene = Scene(data=LineWithNoise(10)).down(batch_size=4)
    rows = written(path_rows(scene, None, 0, 5))
    assert [int(row["batch_size"]) for row in rows] == [4, 4, 2, 4, 4, 2]
    assert [float(row["epoch"]) for row in rows] == [0, 0.4, 0.8, 1, 1.4, 1.8]


def test_a_path_that_diverges_ends_there() -> None:
    scene = Scene().down(learning_rate=1e5)
    trainer = Trainer(scene)
    trainer.advance(1000)
    rows = written(path_rows(scene, None, 0, 1000))
    assert len(rows) == trainer.step + 1 < 1000
    with pytest.raises(Refused, match=f"ends at step {trainer.step}; choose"):
        path_rows(scene, None, 900, 1000)


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (4, 3)])
def test_steps_that_are_none_are_refused(first: int, last: int) -> None:
    with pytest.raises(Refused, match="There are no steps from"):
        path_rows(Scene(), None, first, last)


def test_rows_are_made_when_asked_for() -> None:
    rows = path_rows(Scene(), None, 0, 10**9)
    assert [next(rows)[0] for _ in range(4)] == ["step", 0, 1, 2]


def snapshot_of(scene: Scene, steps: int) -> Snapshot:
    trainer = Trainer(scene)
    trainer.advance(steps)
    return take(trainer, sitter_for(trainer.objective))


STEPS = {
    "a line": Scene(),
    "momentum": Scene().down(optimizer=HeavyBall()),
    "a network": Scene(model=MLP((3, 2))),
    "two classes": Scene(data=Moons(), model=MLP((3,))),
    "hinge": Scene(data=Moons(), loss=Hinge()),
    "squares of two classes": Scene(data=Moons(), loss=SquaredError()),
    "many classes": Scene(data=Iris(), model=MLP((3,), bias=False)),
    "a wrong recipe": Scene(model=MLP((3,))).down(recipe=RECIPES["mean_error"]()),
    "drawn anew": Scene().down(order=FRESH),
    "a large model": Scene(data=Digits(), model=MLP((64,))).down(batch_size=30),
    "a large batch": Scene(data=LineWithNoise(6000)).down(batch_size=1200),
}


@pytest.mark.parametrize("name", STEPS)
def test_every_number_of_a_step_is_written(name: str) -> None:
    snapshot = snapshot_of(STEPS[name], 3)
    record, told = snapshot.record, snapshot.ledger
    assert told is not None
    rows = written(arithmetic_rows(snapshot))
    names = list(told.network.names)
    examples = [row for row in rows if row["example"]]
    assert len(examples) == len(record.gradients)
    for i, row in enumerate(examples):
        assert row["example"] == str(i + 1)
        fresh = snapshot.scene.descent.order == FRESH
        assert row["row"] == ("" if fresh else str(record.rows[i] + 1))
        assert [float(row[name]) for name in names] == record.gradients[i].tolist()
        assert float(row["loss"]) == record.losses[i]
        inner = [*row.values()][3 : -1 - len(names)]
        if i >= len(told):
            assert set(inner) == {""}
        else:
            check_example(row, snapshot, i)
            assert "" not in inner
    vectors = {row["what"]: row for row in rows if not row["example"]}
    assert len(vectors) == len(rows) - len(examples)
    check_vectors(vectors, snapshot, names)


def numbers(row: Row, mark: str) -> list[float]:
    """Return the numbers whose headings are this letter and its places."""
    places = "0123456789[]"
    found = [name for name in row if name.rstrip(places) == mark]
    return [float(row[name]) for name in found]


def check_example(row: Row, snapshot: Snapshot, i: int) -> None:
    told = snapshot.ledger
    assert told is not None
    columns = {
        "x": [told.inputs],
        "z": told.sums,
        "a": told.activations[:-1],
        "ŷ": [told.readable],
        "δ": told.deltas,
    }
    for mark, arrays in columns.items():
        recorded = [v for array in arrays for v in array[:, i].tolist()]
        assert numbers(row, mark) == recorded
    slopes = [float(row[name]) for name in row if name.startswith("f′")]
    assert slopes == [v for array in told.slopes[:-1] for v in array[:, i].tolist()]
    errors = [float(v) for name, v in row.items() if " − " in name]
    y, out = numbers(row, "y"), numbers(row, "ŷ")
    assert errors == [b - a for a, b in zip(y, out, strict=True)]
    read = told.targets[:, i].tolist()
    if "s" in row:
        assert [float(row["s"])] == read
        assert y == [(read[0] + 1) / 2]
    else:
        assert y == read


def check_vectors(
    vectors: dict[str, Row], snapshot: Snapshot, names: list[str]
) -> None:
    record, recipe = snapshot.record, snapshot.scene.descent.recipe
    whole = len(record.gradients) == len(record.rows)
    summed = record.gradients.sum(axis=0) if whole else record.gradient * 1200
    recorded = {
        "sum of the gradients": summed,
        "mean of the gradients": record.gradient,
        "update": record.update,
        "theta": record.theta,
        "new theta": record.after.theta,
    }
    recorded |= {f"{name} before": v for name, v in record.memory.items()}
    recorded |= {f"{name} after": v for name, v in record.after.memory.items()}
    if not recipe.right:
        recorded["handed over: mean error, mean activations"] = record.handed
    assert vectors.keys() == recorded.keys()
    for what, vector in recorded.items():
        assert [float(vectors[what][name]) for name in names] == vector.tolist()
    assert float(vectors["mean of the gradients"]["loss"]) == record.loss
    total = float(vectors["sum of the gradients"]["loss"])
    assert total == (record.losses.sum() if whole else record.loss * 1200)
    assert vectors["update"]["loss"] == ""


def test_formulas_have_no_activations() -> None:
    snapshot = snapshot_of(Scene(data=GivenGradients()), 2)
    rows = written(arithmetic_rows(snapshot))
    assert list(rows[0]) == [
        "what",
        "example",
        "row",
        "loss",
        *GivenGradients().names(),
    ]
    assert [float(v) for v in list(rows[0].values())[4:]] == (
        snapshot.record.gradients[0].tolist()
    )


def test_a_short_network_in_full() -> None:
    snapshot = snapshot_of(Scene(data=Moons(), model=MLP((2,))), 0)
    head = next(arithmetic_rows(snapshot))
    assert " ".join(head[:-9]) == (
        "what example row x[1] x[2] y s z1[1] z1[2] z2 a1[1] a1[2] "
        "f′(z1[1]) f′(z1[2]) ŷ ŷ − y δ1[1] δ1[2] δ2 loss"
    )

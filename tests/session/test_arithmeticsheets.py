"""The sheets of large models, and the selected example in them."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.datasets import Digits, LineWithNoise
from gdviz.core.functions import GivenGradients
from gdviz.core.models import MLP
from gdviz.session.arithmetic.detail import Detail
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.scene import Descent, Scene
from tests.session.sums import below, cells_in, cells_of, check, run_of


def test_a_large_model_shows_few_columns_and_one_layer() -> None:
    run = run_of(Scene(data=Digits(), model=MLP((32,)), descent=Descent(64)), 1)
    whole = Arithmetic.of(run)
    assert not whole.small
    names = [name for _, name, _ in whole.examples().heads]
    assert names == ["class", "ŷ of it", "ŷ − 1", "loss ℓ", "‖g‖"]
    told, record = run.snapshot.ledger, run.snapshot.record
    assert told is not None
    assert len(told) < 64
    sheet = whole.examples()
    for r in (0, len(told) - 1):
        right = int(told.targets[:, r].argmax())
        name, output, error, loss, length = (sheet.cell(r, c) for c in range(5))
        assert name is not None
        assert str(name) == run.facts.classes[right]
        assert output is not None
        assert output.value == told.readable[right, r]
        assert error is not None
        assert error.value == told.readable[right, r] - 1
        assert loss is not None
        assert loss.value == record.losses[r]
        assert length is not None
        assert length.value == pytest.approx(np.linalg.norm(record.gradients[r]))
    assert [sheet.cell(63, c) is None for c in range(5)] == [True] * 3 + [False] * 2
    assert whole.caption() == (
        f"Listed: every number of the first {len(told)} and the selected one."
    )


def test_the_layers_of_a_large_model() -> None:
    run = run_of(Scene(data=Digits(), model=MLP((32,)), descent=Descent(4, 0.1)))
    detail = Detail(Arithmetic.of(run))
    record, told = run.snapshot.record, run.snapshot.ledger
    assert told is not None
    assert detail.layers == ("Layer 1 (64 → 32)", "Layer 2 (32 → 10)")
    assert detail.units(0)[:2] == ("unit 1", "unit 2")
    assert detail.units(1)[3] == "output 4: 3"
    units, weights = detail.sheet(0), detail.sheet(1, 3)
    columns = (told.sums, told.activations, told.slopes, told.deltas)
    for c, values in enumerate(columns):
        cells = (units.cell(r, c) for r in range(32))
        assert [cell.value for cell in cells if cell] == values[0][:, 0].tolist()
    names = [name for _, name, _ in weights.heads]
    assert names == ["comes in", "g", "Σg", "ĝ", "Δθ", "θ", "new θ"]
    assert [weights.head(r).label for r in (0, 32)] == ["W2[4,1]", "b2[4]"]
    first = run.facts.parameters.index("W2[4,1]")
    entries = slice(first, first + 33)
    for c, vector in (
        (1, record.gradients[0]),
        (3, record.gradient),
        (5, record.theta),
    ):
        cells = (weights.cell(r, c) for r in range(33))
        assert [cell.value for cell in cells if cell] == vector[entries].tolist()
    assert weights.cell(32, 0) is None


def test_many_given_weights_are_one_layer() -> None:
    rows = tuple(tuple(float(i * j) for j in range(40)) for i in (1, 2))
    run = run_of(Scene(data=GivenGradients(rows=rows), descent=Descent(2, 0.1)))
    whole = Arithmetic.of(run)
    detail = Detail(whole)
    assert not whole.small
    assert (detail.layers, detail.units(0)) == (("All parameters",), ())
    assert detail.sheet(0).count == 40
    for cell in cells_of(run):
        assert cell.how().expression.worth() == pytest.approx(cell.value, rel=1e-12)


def test_the_selected_example_is_marked_wherever_it_stands() -> None:
    scene = Scene(descent=Descent(4, order=REPLACEMENT))
    for steps in range(60):
        run = run_of(scene, steps)
        rows = run.snapshot.record.rows.tolist()
        if len(set(rows)) < 4:
            break
    twice = next(row for row in rows if rows.count(row) > 1)
    sheet = Arithmetic.of(run_of(scene, steps, chosen=twice)).examples()
    marks = [sheet.head(r).chosen for r in range(sheet.count)]
    assert marks == [row == twice for row in rows]


def test_a_selected_example_elsewhere_has_a_row_of_its_own() -> None:
    run = run_of(Scene(descent=Descent(4)))
    away = next(row for row in range(40) if row not in run.snapshot.record.rows)
    run = run_of(Scene(descent=Descent(4)), chosen=away)
    whole = Arithmetic.of(run)
    sheet = whole.examples()
    assert sheet.count == 5
    assert sheet.head(4).label == f"row {away + 1}, not in this batch"
    assert (sheet.head(4).row, sheet.head(4).chosen) == (away, True)
    assert whole.subject().row == away
    chosen = run.snapshot.chosen
    assert chosen is not None
    cell = sheet.cell(4, len(sheet.heads) - 1)
    assert cell is not None
    assert cell.value == chosen.gradient[-1]
    for cell in cells_in(sheet):
        check(cell)


def test_of_a_large_batch_the_selected_is_told_in_full() -> None:
    scene = Scene(data=LineWithNoise(n_examples=3000), descent=Descent(2500, 0.01))
    rows = run_of(scene).snapshot.record.rows
    for place, listed in ((1000, 1024), (2000, 1025)):
        run = run_of(scene, chosen=int(rows[place]))
        whole = Arithmetic.of(run)
        sheet = whole.examples()
        at = min(place, 1024)
        assert sheet.count == listed
        assert sheet.head(at).chosen
        assert all(sheet.cell(at, c) is not None for c in range(len(sheet.heads)))
        assert sheet.cell(999, 2) is None  # ŷ of another one is not recorded
    assert sheet.head(1024).label == f"row {rows[2000] + 1:,}, not listed"
    assert "the first 1,024 of 2,500 examples; every number" in whole.caption()
    for cell in cells_in(whole.below()):
        check(cell)
    assert below(run)["sum of 2,500"] == (2500 * run.snapshot.record.gradient).tolist()


def test_fresh_examples_have_no_row() -> None:
    run = run_of(Scene(descent=Descent(3, order=FRESH)), 1, chosen=1)
    sheet = Arithmetic.of(run).examples()
    assert [sheet.head(r).label for r in range(3)] == [
        f"example {i}" for i in (1, 2, 3)
    ]
    assert [sheet.head(r).chosen for r in range(3)] == [False, True, False]

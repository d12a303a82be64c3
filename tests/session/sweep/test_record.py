from __future__ import annotations

import csv
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gdviz.core.datasets import OwnTable
from gdviz.core.refused import Refused
from gdviz.session.scene import Scene
from gdviz.session.sweep import Axis, Outcome, Record, here, read_sweep, run_sweep
from gdviz.session.sweep.sweep import Sweep
from tests.session.sweep.sweeps import assert_same, by_cell, fitted, moons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SWEEP = moons(rates=2, sizes=(1, 4, 500), target=0.6)
OUTCOMES = tuple(run_sweep(SWEEP, here()))


def write(path: Path, outcomes: Iterable[Outcome] = OUTCOMES) -> None:
    with Record.open(path, SWEEP) as record:
        for outcome in outcomes:
            record.add(outcome)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "s.csv")
    sweep, outcomes = read_sweep(tmp_path / "s.csv")
    assert sweep == SWEEP
    assert_same(by_cell(outcomes), by_cell(OUTCOMES))


def test_others_can_read_the_table(tmp_path: Path) -> None:
    write(tmp_path / "s.csv")
    first, *lines = (tmp_path / "s.csv").read_text().splitlines()
    assert first.startswith("# ")
    rows = list(csv.DictReader(lines))
    assert len(rows) == 6
    by_values = {outcome.values: outcome for outcome in OUTCOMES}
    for row in rows:
        values = (float(row["descent.learning_rate"]), int(row["descent.batch_size"]))
        outcome = by_values[values]
        if outcome.fault:
            assert (row["final_loss"], row["fault"]) == ("", outcome.fault)
        else:
            assert float(row["final_loss"]) == outcome.final
            assert float(row["best_loss_per_examples"]) == outcome.best_per_examples
            reached = outcome.steps_to_target
            assert row["steps_to_target"] == ("" if reached is None else str(reached))


def test_a_row_is_in_the_file_as_soon_as_it_is_added(tmp_path: Path) -> None:
    with Record.open(tmp_path / "s.csv", SWEEP) as record:
        record.add(OUTCOMES[0])
        assert len(read_sweep(tmp_path / "s.csv")[1]) == 1


def test_torn_anywhere_it_is_gone_on_with(tmp_path: Path) -> None:
    write(whole := tmp_path / "whole.csv")
    raw = whole.read_bytes()
    fine = [outcome for outcome in OUTCOMES if not outcome.fault]
    lines = raw.index(b"\n", raw.index(b"\n") + 1)
    for cut in [0, 1, 20, lines - 9, lines, lines + 1, lines + 30, *range(
        lines + 40, len(raw), 37
    ), len(raw)]:  # fmt: skip
        path = tmp_path / "torn.csv"
        path.write_bytes(raw[:cut])
        with Record.open(path, SWEEP) as record:
            known = {outcome.cell for outcome in record.outcomes}
            for outcome in OUTCOMES:
                if outcome.cell not in known:
                    record.add(outcome)
        assert known <= {outcome.cell for outcome in fine}
        assert len(known) <= raw[:cut].count(b"\n")
        assert_same(by_cell(read_sweep(path)[1]), by_cell(OUTCOMES))
    assert len(known) == len(fine)


def test_what_could_not_be_made_is_tried_again(tmp_path: Path) -> None:
    broken = replace(OUTCOMES[-1], fault="the worker,\nwas lost")
    write(tmp_path / "s.csv", [*OUTCOMES[:-1], broken])
    read = by_cell(read_sweep(tmp_path / "s.csv")[1])[broken.cell]
    assert read.fault == "the worker,?was lost"
    with Record.open(tmp_path / "s.csv", SWEEP) as record:
        assert broken.cell not in {outcome.cell for outcome in record.outcomes}
        record.add(OUTCOMES[-1])
    assert_same(by_cell(read_sweep(tmp_path / "s.csv")[1]), by_cell(OUTCOMES))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file stays")
def test_a_file_deleted_meanwhile_is_missed(tmp_path: Path) -> None:
    with Record.open(tmp_path / "s.csv", SWEEP) as record:
        record.add(OUTCOMES[0])
        (tmp_path / "s.csv").unlink()
        with pytest.raises(Refused, match=r"^s.csv was deleted while it was written;"):
            record.add(OUTCOMES[1])


def test_what_cannot_be_made_is_told_once(tmp_path: Path) -> None:
    write(tmp_path / "s.csv")
    before = (tmp_path / "s.csv").read_text()
    broken = [outcome for outcome in OUTCOMES if outcome.fault]
    assert broken
    write(tmp_path / "s.csv", broken)
    assert (tmp_path / "s.csv").read_text() == before
    write(tmp_path / "s.csv", [replace(broken[0], fault="another reason")])
    assert (tmp_path / "s.csv").read_text().endswith(",another reason\n")


def test_marks_that_end_lines_elsewhere_may_stand_in_a_path(tmp_path: Path) -> None:
    table = tmp_path / "a\u2028b.csv"
    table.write_text("x,y\n1,2\n2,3\n3,5\n")
    scene = fitted(Scene(data=OwnTable(path=str(table), target="y")))
    sweep = Sweep(scene, (Axis("descent.learning_rate", (0.1,)),), steps=5)
    for _ in range(2):
        with Record.open(tmp_path / "s.csv", sweep) as record:
            pass
    assert record.outcomes == ()
    assert read_sweep(tmp_path / "s.csv") == (sweep, ())


OTHERS = {
    "steps": replace(SWEEP, steps=61),
    "target": replace(SWEEP, target=None),
    "precision": replace(SWEEP, dtype="float32"),
    "seed": replace(SWEEP, scene=replace(SWEEP.scene, seed=4)),
    "axes": replace(SWEEP, axes=SWEEP.axes[::-1]),
    "values": replace(SWEEP, axes=(SWEEP.axes[0], Axis("descent.batch_size", (1, 4)))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_table_of_another_sweep_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path / "s.csv")
    before = (tmp_path / "s.csv").read_bytes()
    with pytest.raises(Refused, match=r"s.csv: this is the table of another sweep; na"):
        Record.open(tmp_path / "s.csv", OTHERS[name])
    assert (tmp_path / "s.csv").read_bytes() == before


HEAD, NAMES = "# gdviz sweep ", "this is no table of a sweep"
WRONG = {
    "x,y\n1,2\n": NAMES,
    "\n": NAMES,
    f"{HEAD}{{}}\nx\n": "line 1 does not name a sweep",
    f"{HEAD}[1, 2]\nx\n": "line 1 does not name a sweep",
    f"{HEAD}{{]\nx\n": "line 1 does not name a sweep",
    f'{HEAD}{{"axes": 3}}\nx\n': "line 1 does not name a sweep",
}


@pytest.mark.parametrize("text", WRONG)
def test_no_table_of_a_sweep_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(Refused) as refusal:
        read_sweep(path)
    assert str(refusal.value).startswith(f"s.csv: {WRONG[text]}")
    with pytest.raises(Refused, match=r"s.csv: this is"):
        Record.open(path, SWEEP)
    assert path.read_text() == text


def test_binary_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(b"# gdviz sweep \xff\xfe\n\n")
    with pytest.raises(Refused, match=r"s.csv: this is not UTF-8 text"):
        read_sweep(tmp_path / "s.csv")
    with pytest.raises(Refused, match=r"t.csv: no such file or directory; check"):
        read_sweep(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("final_loss", "final", "line 2 is not the heading"),
        ("\n0.01,4,", "\n0.01,5,", "line 4 is no cell of this sweep"),
        ("\n0.01,4,", "\n0.01,x,", "line 4 is no cell of this sweep"),
        ("\n0.01,4,", "\n0.01,4,7,", "line 4 is no cell of this sweep"),
        ("\n0.01,4,", "\n\n0.01,4,", "line 4 is no cell of this sweep"),
        ("\n0.01,4,", '\n0.01,"4,', "line 4 is no cell of this sweep"),
        ("\n0.01,4,", f"\n0.01,{'4' * 2**18},", "line 4 is no cell of this sweep"),
    ],
)
def test_a_changed_row_is_refused_by_its_line(
    old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    write(path := tmp_path / "s.csv", sorted(OUTCOMES, key=lambda o: o.cell))
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    for read in (read_sweep, lambda p: Record.open(p, SWEEP)):
        with pytest.raises(Refused, match=f"s.csv: {sentence}"):
            read(path)


def test_a_table_of_the_user_is_named_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,2\n2,3\n3,5\n")
    scene = fitted(Scene(data=OwnTable(path=str(tmp_path / "t.csv"), target="y")))
    sweep = Sweep(scene, (Axis("descent.learning_rate", (0.1, 0.2)),), steps=5)
    with Record.open(tmp_path / "s.csv", sweep) as record:
        for outcome in run_sweep(sweep, here()):
            record.add(outcome)
    assert str(tmp_path) not in (tmp_path / "s.csv").read_text()
    assert read_sweep(tmp_path / "s.csv")[0] == sweep
    (tmp_path / "t.csv").write_text("x,y\n1,2\n2,3\n3,6\n")
    with pytest.raises(Refused, match="another sweep"):
        Record.open(tmp_path / "s.csv", sweep)

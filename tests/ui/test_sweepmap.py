"""The parts of a sweep map: scales, ranges, places, words, and who computes it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gdviz.core.knobs import Knob, Real, Whole, knobs
from gdviz.core.optimizers import HeavyBall
from gdviz.session.scene import Descent, Scene
from gdviz.session.sweep import Axis, Outcome, Sweep, here, parse_axis, run_sweep
from gdviz.ui.marks.heat import Shades
from gdviz.ui.panels.sweep import cells, words, workers
from gdviz.ui.panels.sweep.frame import Frame, named
from gdviz.ui.panels.sweep.grid import FINAL, STEPS, Grid, alike, where
from gdviz.ui.panels.sweep.ranges import suggested
from gdviz.ui.panels.sweep.scales import Decades, scale_of

RATE, BATCH = "descent.learning_rate", "descent.batch_size"
TWO = Sweep(Scene(), (Axis(RATE, (0.01, 0.1, 1.0)), Axis(BATCH, (1, 2))), steps=5)


def outcome(cell: tuple[int, ...], **came: object) -> Outcome:
    return replace(Outcome(cell, TWO.values(cell), steps=5), **came)  # type: ignore[arg-type]


SCALES = (
    ((1.0, 2.0, 3.0), Shades, 1.0, 3.0),
    ((1e-9, 1e-5, 0.1), Decades, 1e-9, 0.1),
    ((0.29, 0.3, 0.31, 4.0, 1e31), Shades, 0.29, 4.0),
    ((0.0, 1e-6, 1.0), Decades, 1e-6, 1.0),
    ((-5.0, -4.0, -3.5, 1e30), Shades, -5.0, -3.5),
    ((7.0, 7.0), Shades, 7.0, 8.0),
    ((np.nan, 2.0, np.inf, 3.0), Shades, 2.0, 3.0),
)


@pytest.mark.parametrize(("values", "kind", "low", "high"), SCALES)
def test_a_scale_suits_its_values(
    values: tuple[float, ...], kind: type, low: float, high: float
) -> None:
    scale = scale_of(np.array(values))
    assert isinstance(scale, kind)
    assert (scale.low, scale.high) == pytest.approx((low, high))
    shades = scale.shade(np.array([low, high, 10 * abs(high) + 1]))
    assert shades == pytest.approx([0.0, 1.0, 1.0])
    middle = np.array([0.25, 0.5, 0.75])
    assert scale.shade(scale.value(middle)) == pytest.approx(middle)


RANGES = (
    (knobs(Descent)["learning_rate"], 0.05, 40, "log:0.001:1:16"),
    (knobs(Descent)["learning_rate"], 1e6, 40, "log:2e+04:1e+06:16"),
    (knobs(Descent)["batch_size"], 4, 40, "1,2,4,…,32"),
    (knobs(Descent)["batch_size"], 4, 5, "1,2,4"),
    (knobs(Descent)["batch_size"], 1, 1, "1"),
    (knobs(Scene)["seed"], 58, 40, "lin:58:73:16"),
    (knobs(Scene)["held_out"], 0.0, 40, "lin:0:0.9:16"),
    (Knob(Real(-10, 10), "", ""), 2.0, 40, "lin:0:4:16"),
    (Knob(Whole(0, 3), "", ""), 1, 40, "lin:1:3:3"),
)


@pytest.mark.parametrize(("worn", "value", "most", "text"), RANGES)
def test_a_range_is_suggested_that_suits_the_setting(
    worn: Knob, value: float, most: int, text: str
) -> None:
    assert suggested(worn, value, most) == text


@pytest.mark.parametrize("place", [RATE, BATCH, "seed", "held_out"])
def test_what_is_suggested_can_be_read(place: str) -> None:
    scene = Scene()
    worn = knobs(Scene) | {f"descent.{k}": v for k, v in knobs(Descent).items()}
    value = getattr(scene.descent if "." in place else scene, place.rpartition(".")[2])
    assert parse_axis(f"{place}={suggested(worn[place], value, 40)}", scene).values


WHERE = (
    (Scene().down(learning_rate=0.1, batch_size=2), (1.0, 1.0)),
    (Scene().down(learning_rate=np.sqrt(0.1), batch_size=1), (1.5, 0.0)),
    (Scene().down(learning_rate=2.0, batch_size=1), None),
    (Scene(seed=3).down(learning_rate=0.1, batch_size=2), None),
    (Scene().down(learning_rate=0.1, batch_size=2, optimizer=HeavyBall()), None),
    (Scene(plane_x="b").down(learning_rate=0.1, batch_size=1), (1.0, 0.0)),
)


@pytest.mark.parametrize(("scene", "place"), WHERE)
def test_a_scene_has_its_place_in_the_map_of_its_own_sweep(
    scene: Scene, place: tuple[float, float] | None
) -> None:
    found = where(TWO, scene)
    assert (found is None) == (place is None)
    if place is not None:
        assert found == pytest.approx(place)


def test_a_sweep_of_a_setting_that_a_scene_lacks_is_another_one() -> None:
    scene = Scene().down(optimizer=HeavyBall())
    beta = Sweep(scene, (Axis("descent.optimizer.beta", (0.5, 0.9)),), steps=5)
    assert alike(beta, scene)
    assert not alike(beta, Scene())
    assert where(beta, scene) == pytest.approx((1.0, 0.0))


def test_the_best_cell_is_no_diverged_one_and_the_first_if_tied() -> None:
    grid = Grid(TWO)
    assert grid.best(FINAL) is None
    grid.take(
        [
            outcome((0, 0), final=2.0, steps_to_target=9),
            outcome((0, 1), final=1.0, steps_to_target=5),
            outcome((1, 0), final=1.0),
            outcome((1, 1), final=0.1, diverged=3, steps_to_target=1),
            outcome((2, 0), final=0.2, fault="It broke."),
        ]
    )
    assert grid.best(FINAL) == (0, 1)
    assert grid.best(STEPS) == (0, 1)
    assert np.isnan(grid.values(FINAL)).sum() == 3
    assert not grid.whole
    kinds = [cells.kind_of(grid.at(*p), float(v)) for p, v in np.ndenumerate(
        grid.values(STEPS))]  # fmt: skip
    assert kinds == [cells.VALUE, cells.VALUE, cells.MISSED, cells.DIVERGED,
                     cells.FAULT, cells.UNKNOWN]  # fmt: skip


def test_a_cell_is_told_in_words() -> None:
    grid = Grid(replace(TWO, target=0.5))
    grid.take(
        [
            outcome((0, 0), final=0.4, best=0.3, best_per_examples=0.35,
                    steps_to_target=1),
            outcome((1, 0), final=0.9, best=0.8, best_per_examples=0.8),
            outcome((2, 0), final=9.0, diverged=3),
            outcome((2, 1), fault="It broke."),
        ]
    )  # fmt: skip
    told = [words.told(grid, place) for place in ((0, 0), (1, 0), (2, 0), (2, 1))]
    assert told == [
        "learning rate 0.01, batch size 1: loss 0.4 at the end, 0.3 at best; "
        "1 step down to 0.5; 0.35 at equal cost",
        "learning rate 0.1, batch size 1: loss 0.9 at the end, 0.8 at best; "
        "not down to 0.5",
        "learning rate 1, batch size 1: diverged after step 3",
        "learning rate 1, batch size 2: It broke",
    ]
    assert words.told(grid, (0, 1)).endswith("not known yet")
    summary = words.summary(grid, FINAL)
    assert summary.startswith("Line with noise · Linear · ")
    assert "5 updates a run, float64" in summary
    assert "★ least final loss: learning rate 0.01, batch size 1" in summary


LEFT = (
    (3.0, 10, 20, 0.5, "10 of 20 cells · about 3 s left"),
    (60.0, 10, 40, 0.25, "10 of 40 cells · about 3 min left"),
    (5.0, 0, 20, 0.0, "0 of 20 cells"),
    (5.0, 20, 20, 1.0, "20 of 20 cells"),
)


@pytest.mark.parametrize(("gone", "done", "total", "share", "text"), LEFT)
def test_the_time_left_is_told(
    gone: float, done: int, total: int, share: float, text: str
) -> None:
    assert words.left(gone, done, total, share) == text


def test_cells_fill_the_frame_and_are_found_again() -> None:
    frame = Frame.within((303, 211), (7, 5), 40.0)
    for column, row in np.ndindex(7, 5):
        rect = frame.rect(column, row)
        assert frame.under(rect.center()) == (column, row)
        assert frame.centre(column, row) == pytest.approx(
            (rect.center().x(), rect.center().y()), abs=1.0
        )
    assert frame.rect(0, 4).topLeft() == frame.area.topLeft()
    assert frame.rect(0, 0).bottomLeft() == frame.area.bottomLeft()
    assert frame.rect(2, 1).right() == frame.rect(3, 1).left()
    assert frame.under(QPointF(39, 50)) is None


def test_as_many_values_are_named_as_there_is_room_for() -> None:
    texts = [str(i) for i in range(16)]
    assert named(texts, 20.0, 18.0) == list(range(16))
    assert named(texts, 20.0, 50.0) == [0, 3, 6, 9, 12, 15]


MAINS: tuple[tuple[dict[str, object], bool], ...] = (
    ({"__file__": "/a/bin/gdviz"}, True),
    ({"__file__": "/home/me/train.py"}, False),
    ({"__file__": "/x/pytest/__main__.py", "__spec__": "a spec"}, True),
    ({}, True),
)


@pytest.mark.parametrize(("facts", "safe"), MAINS)
def test_a_script_without_a_guard_is_not_run_again(
    monkeypatch: pytest.MonkeyPatch, facts: dict[str, object], safe: bool
) -> None:
    main = ModuleType("__main__")
    for name, value in facts.items():
        setattr(main, name, value)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert workers.importable() == safe
    assert (workers.crew().size == 1) == (not safe)


def test_without_processes_the_cells_come_all_the_same() -> None:
    found = {one.cell: one.final for one in run_sweep(TWO, here())}
    assert len(found) == 6
    assert not multiprocessing.active_children()


_HIRE = """\
import time
from gdviz.ui.panels.sweep.workers import crew
if __name__ == "__main__":
    import os
    pool = crew().make()
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_workers_end_with_the_process_that_hired_them() -> None:
    code = [sys.executable, "-c", _HIRE]
    with subprocess.Popen(code, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        program.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _lives(worker)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True

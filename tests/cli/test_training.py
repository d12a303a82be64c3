"""Training without a window: its numbers, its table and its scene file."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.cli import train
from gdviz.core.datasets import Moons
from gdviz.core.losses import (
    Logistic,
)
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import to_json
from tests.cli.asking import SCENES, posix, process, trained

if TYPE_CHECKING:
    from tests.terminal import Terminal


def table(path: str) -> tuple[list[str], np.ndarray[Any, Any]]:
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=float)


def test_a_real_process_trains_and_prints_one_line_of_json() -> None:
    training = process("train", "--steps", "200")
    out, err = training.communicate(timeout=60)
    assert (training.returncode, err) == (0, "")
    report = json.loads(out)
    trainer = trained(Scene(), 200)
    assert report == {
        "steps": 200,
        "epoch": 20.0,
        "loss": trainer.objective.loss(trainer.state.theta),
        "theta": trainer.state.theta.tolist(),
        "parameters": ["w", "b"],
        "diverged": False,
    }


@pytest.mark.parametrize(("words", "scene"), SCENES.values(), ids=SCENES)
def test_training_is_that_of_the_same_scene(
    gdviz: Terminal, words: list[str], scene: Scene
) -> None:
    report = gdviz.train(*words, "--steps", "60")
    trainer = trained(scene, 60)
    assert report["theta"] == trainer.state.theta.tolist()
    assert report["loss"] == trainer.objective.loss(trainer.state.theta)
    assert report["parameters"] == list(trainer.objective.names)
    seen = trainer.state.cursor.seen
    assert report["epoch"] == seen / trainer.objective.n_examples
    assert ("test_loss" in report) == (scene.held_out > 0)
    if trainer.test:
        assert report["test_loss"] == trainer.test.loss(trainer.state.theta)


def test_another_seed_is_another_path(gdviz: Terminal) -> None:
    paths = [gdviz.train("--steps", "9", "--seed", seed)["theta"] for seed in "010"]
    assert paths[0] == paths[2] != paths[1]


def test_no_steps_at_all(gdviz: Terminal) -> None:
    report = gdviz.train("--steps", "0", "-o", "path.csv")
    assert (report["steps"], report["epoch"]) == (0, 0.0)
    assert len(table("path.csv")[1]) == 1


@pytest.mark.parametrize("name", ["seed 0", "moons", "relu", "momentum"])
def test_the_table_has_a_row_for_every_step(gdviz: Terminal, name: str) -> None:
    words, scene = SCENES[name]
    report = gdviz.train(*words, "--steps", "25", "-o", "path.csv")
    header, rows = table("path.csv")
    trainer = trained(scene, 25)
    names = trainer.objective.names
    test = ["held_out_loss"] * (trainer.test is not None)
    assert header[:5] == [
        "step",
        "epoch",
        "examples_seen",
        "batch_size",
        "learning_rate",
    ]
    assert header[5:] == ["batch_loss", "full_loss", *test, "gradient_norm", *names]
    assert rows[:, 0].tolist() == list(range(26))
    first = len(header) - len(names)
    for step, row in enumerate(rows):
        trainer.seek(step)
        theta, pending = trainer.state.theta, trainer.pending
        assert row[1] * trainer.objective.n_examples == pytest.approx(row[2])
        assert row[5] == pending.loss
        assert row[6] == trainer.objective.loss(theta)
        length = pytest.approx(np.linalg.norm(pending.gradient), rel=1e-14)
        assert row[first - 1] == length
        assert row[first:].tolist() == theta.tolist()
    assert rows[-1, first:].tolist() == report["theta"]
    assert rows[-1, 6] == report["loss"]


def test_slices_change_nothing(
    gdviz: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gdviz.train("--steps", "50", "-o", "whole.csv")
    monkeypatch.setattr(train, "_SLICE_NUMBERS", 7 * 6)  # seven steps of a line
    assert gdviz.train("--steps", "50", "-o", "slices.csv") == whole
    assert Path("slices.csv").read_text() == Path("whole.csv").read_text()


def test_a_diverging_path_ends_at_its_last_finite_step(gdviz: Terminal) -> None:
    words = ["--steps", "1000", "--learning-rate", "1e5", "-o", "path.csv"]
    done = gdviz("train", *words)
    report = json.loads(done.out)
    trainer = trained(Scene(descent=Descent(learning_rate=1e5)), 1000)
    assert done.code == 0
    assert report["diverged"] is True
    assert report["steps"] == trainer.step < 1000
    assert report["theta"] == trainer.state.theta.tolist()
    assert f"step {trainer.step} is its last finite one" in done.err
    rows = table("path.csv")[1]
    assert len(rows) == trainer.step + 1
    assert np.isfinite(rows[:, 8:]).all()


def test_a_loss_that_overflows_is_null_not_nan(gdviz: Terminal) -> None:
    words = ["--steps", "10", "--learning-rate", "1e6", "--optimizer", "momentum"]
    for steps in range(1, 30):
        words[1] = str(steps)
        done = gdviz("train", *words, "--batch-size", "1", "--order", "file")
        assert done.code == 0
        assert not {"NaN", "Infinity"} & set(done.out.replace(",", " ").split())


def test_the_scene_file_is_trained_and_options_come_on_top(gdviz: Terminal) -> None:
    scene = Scene(data=Moons(noise=0.3), loss=Logistic(), model=MLP((5,), "relu"))
    Path("own.json").write_text(to_json(scene))
    theta = trained(scene, 20).state.theta.tolist()
    assert gdviz.train("own.json", "--steps", "20")["theta"] == theta
    other = replace(scene, model=MLP((3, 3), "relu"), seed=0)
    theta = trained(other, 20).state.theta.tolist()
    words = ["own.json", "--hidden", "3,3", "--seed", "0", "--steps", "20"]
    assert gdviz.train(*words)["theta"] == theta


def everything(terminal: int) -> bytes:
    shown = b""
    with suppress(OSError), os.fdopen(terminal, "rb", 0) as stream:
        while piece := stream.read(4096):
            shown += piece
    return shown


@posix
def test_a_bar_is_drawn_on_a_terminal_only() -> None:
    import pty  # noqa: PLC0415  (not everywhere)
    import termios  # noqa: PLC0415

    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    training = process("train", "--steps", "300", stderr=slave)
    out, _ = training.communicate(timeout=60)
    os.close(slave)
    assert json.loads(out)["steps"] == 300
    assert b"300/300" in everything(master)


@posix
def test_an_interrupted_training_leaves_nothing(tmp_path: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else a child ignores it
    training = process("train", "--steps", "1000000000", "-o", "p.csv", cwd=tmp_path)
    deadline = time.monotonic() + 30
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    training.send_signal(signal.SIGINT)
    out, err = training.communicate(timeout=30)
    assert (training.returncode, out, err) == (130, "", "")
    assert list(tmp_path.iterdir()) == []

"""What the command line refuses, and what it moves with a note."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gdviz.cli import train
from gdviz.core.datasets import Iris, TwoPoints
from gdviz.core.functions import SOURCES
from gdviz.core.losses import (
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.paths import resource
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import to_json
from tests.cli.asking import TABLE, posix, trained

if TYPE_CHECKING:
    from tests.terminal import Terminal

IRIS = str(resource("data/iris.csv"))
NOT_FIT = {
    "loss": (["--loss", "hinge"], "Hinge does not go with regression: loss cannot be"),
    "batch": (["--batch-size", "41"], "There are 40 examples to learn from: "),
    "order": (
        ["--dataset", "two-points", "--order", "fresh"],
        "that can be drawn anew: descent.order cannot be fresh",
    ),
}
REFUSED = {
    "dataset": (
        ["--dataset", "irsi"],
        f"--dataset must be one of {', '.join(SOURCES)}, not 'irsi'.",
    ),
    "model": (["--model", "cnn"], "--model must be one of linear, mlp, not 'cnn'."),
    "order": (["--order", "random"], "--order must be one of shuffled, replacement"),
    "activation": (["--activation", "x"], "--activation must be one of tanh, sigmoid"),
    "optimizer": (["--optimizer", "adm"], "--optimizer must be one of sgd, momentum"),
    "task": (["--task", "x"], "--task must be one of auto, numbers, classes"),
    "batch 0": (["--batch-size", "0"], "--batch-size must lie between 1 and 1000000"),
    "batch 1.5": (["--batch-size", "1.5"], "--batch-size must be a whole number"),
    "rate": (["--learning-rate", "0"], "--learning-rate must lie between 1e-12 and"),
    "rate nan": (["--learning-rate", "nan"], "--learning-rate must lie between"),
    "rate word": (
        ["--learning-rate", "x"],
        "--learning-rate must be a number, not 'x'",
    ),
    "rate huge": (["--learning-rate", "9" * 400], "between 1e-12 and 1e+06, not inf."),
    "seed huge": (["--seed", "9" * 5000], "--seed must be a whole number, not inf."),
    "held out": (["--held-out", "1"], "--held-out must lie between 0 and 0.9, not 1."),
    "seed": (["--seed", "-1"], "--seed must lie between 0 and 2147483647, not -1."),
    "hidden": (["--hidden", "8,,8"], "--hidden[1] must be a whole number, not ''."),
    "hidden 0": (["--hidden", "0"], "--hidden[0] must lie between 1 and 256, not 0."),
    "hidden linear": (
        ["--model", "linear", "--hidden", "8"],
        "--hidden does not go with linear (its settings: bias).",
    ),
    "target": (["--target", "y"], "--target does not go with line (its settings: n_ex"),
    "scales": (
        ["--dataset", "moons", "--no-standardise"],
        "--no-standardise does not go with moons",
    ),
    "two sources": (
        ["--data", IRIS, "--target", "species", "--dataset", "moons"],
        "--data and --dataset exclude each other",
    ),
    "no target": (
        ["--data", IRIS],
        "no target column is named; choose one of 'sepal length', 'sepal width', "
        "'petal length', 'petal width', 'species'.",
    ),
    "no table": (
        ["--data", "no.csv", "--target", "y"],
        "no.csv: there is no such file",
    ),
    "table as scene": (["t.csv"], "open it with --data t.csv --target COLUMN."),
    "no scene": (["no.json"], "no.json: there is no such file"),
    "no such option": (["--lr", "1"], "unrecognized arguments: --lr;"),
    "no abbreviation": (["--batch", "1"], "unrecognized arguments: --batch;"),
    "no value": (["--seed"], "--seed: expected one argument"),
    **NOT_FIT,
}


@pytest.mark.parametrize("command", ["train", "render", "window"])
@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_scene_that_cannot_be_is_refused_by_every_command(
    gdviz: Terminal,
    screen: list[tuple[Any, ...]],
    command: str,
    words: list[str],
    sentence: str,
) -> None:
    before = {
        "train": ["train", "--steps", "3"],
        "render": ["render", "--steps", "3", "-o", "x.png"],
        "window": [],
    }[command]
    assert sentence in gdviz.refused(*before, *words)
    assert screen == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--steps is missing; say how many"),
        (["--steps", "-1"], "--steps must lie between 0 and 1000000000, not -1."),
        (["--steps", "1e10"], "--steps must lie between 0 and 1000000000"),
        (["--steps", "many"], "--steps must be a whole number, not 'many'."),
        (["--steps", "3", "-o", "no/p.csv"], "there is no folder "),
        (["--steps", "3", "-o", "."], "-o . is a folder or a device"),
        (["--steps", "3", "-o", ""], "is a folder or a device"),
        (
            ["--steps", "3", "-o", "n" * 300],
            ": file name too long; choose another name",
        ),
    ],
)
def test_steps_and_files_that_cannot_be(
    gdviz: Terminal, words: list[str], sentence: str
) -> None:
    assert sentence in gdviz.refused("train", *words)


@posix
def test_a_device_is_no_place_to_write(gdviz: Terminal) -> None:
    assert "a device" in gdviz.refused("train", "--steps", "3", "-o", "/dev/null")


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_folder_that_is_not_ours(gdviz: Terminal, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said = gdviz.refused("train", "--steps", "1000000000", "-o", "p.csv")
    assert f"p.csv cannot be written: the folder {tmp_path} is protected" in said


def test_what_was_read_is_not_overwritten(gdviz: Terminal) -> None:
    Path("own.json").write_text(to_json(Scene()))
    table_words = ["--data", "t.csv", "--target", "height"]
    for words in (["own.json", "-o", "own.json"], [*table_words, "-o", "./t.csv"]):
        said = gdviz.refused("train", "--steps", "3", *words)
        assert "would overwrite what was read" in said
    assert Path("t.csv").read_text() == TABLE


def test_a_failure_leaves_the_old_file_alone(
    gdviz: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("p.csv").write_text("mine\n")

    def full(*_: object) -> list[Any]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(train, "path_row", full)
    said = gdviz.refused("train", "--steps", "3", "-o", "p.csv")
    assert "p.csv cannot be written: the disk is full; make room" in said
    assert {path.name for path in tmp_path.iterdir()} == {"p.csv", "t.csv"}
    assert Path("p.csv").read_text() == "mine\n"


def test_a_wrong_scene_file_is_refused_by_place(gdviz: Terminal) -> None:
    Path("own.json").write_text('{"gdviz": 1, "descent": {"batch_size": 0}}')
    assert gdviz.refused("train", "own.json", "--steps", "1") == (
        "gdviz: own.json: descent.batch_size must lie between 1 and 1000000, not 0.\n"
    )


def test_what_nobody_asked_for_moves_with_a_note(gdviz: Terminal) -> None:
    done = gdviz("train", "--dataset", "two-points", "--steps", "10")
    theta = trained(Scene(data=TwoPoints(), descent=Descent(2)), 10).state.theta
    assert json.loads(done.out)["theta"] == theta.tolist()
    assert done.err.startswith("gdviz: note: There are 2 examples to learn from")


def test_the_usual_loss_is_taken_unless_one_is_named(gdviz: Terminal) -> None:
    for loss in (None, SquaredError()):
        Path("own.json").write_text(to_json(Scene(loss=loss)))
        for words in ([], ["--loss", "squared"]):
            done = gdviz("train", "own.json", "--dataset=iris", "--steps=5", *words)
            used = loss or (SquaredError() if words else SoftmaxCrossEntropy())
            theta = trained(Scene(data=Iris(), loss=used), 5).state.theta
            assert json.loads(done.out)["theta"] == theta.tolist()
            assert done.err == ""


@pytest.mark.parametrize(
    ("settings", "words", "sentence"),
    [
        ({"loss": {"name": "hinge"}}, [], "Hinge does not go with regression: loss"),
        ({"descent": {"batch_size": 50}}, [], "descent.batch_size cannot be 50"),
        (
            {"loss": {"name": "huber"}},
            ["--dataset", "iris"],
            "Huber does not go with many classes: loss cannot be huber",
        ),
    ],
)
def test_what_the_file_says_is_not_moved_either(
    gdviz: Terminal, settings: dict[str, Any], words: list[str], sentence: str
) -> None:
    Path("own.json").write_text(json.dumps({"gdviz": 1, **settings}))
    assert sentence in gdviz.refused("train", "own.json", *words, "--steps", "1")


def test_what_the_file_leaves_open_moves(gdviz: Terminal) -> None:
    own = {"gdviz": 1, "data": {"name": "line", "n_examples": 3}, "descent": {}}
    Path("own.json").write_text(json.dumps(own))
    assert gdviz.train("own.json", "--steps", "3")["epoch"] == 3.0

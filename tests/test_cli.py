from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from gdviz import __version__, cli
from gdviz.cli import lessons, listing, pictures, train
from gdviz.core.activations import ACTIVATIONS
from gdviz.core.batches import ORDERS
from gdviz.core.datasets import Iris, Moons, OwnTable, TwoPoints
from gdviz.core.functions import SOURCES
from gdviz.core.losses import (
    LOSSES,
    Hinge,
    Huber,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, MODELS, Linear
from gdviz.core.optimizers import OPTIMIZERS, HeavyBall
from gdviz.paths import resource
from gdviz.session.fitting import fit
from gdviz.session.lessons import lesson as session_lessons
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import Document, to_json
from gdviz.session.trainer import Trainer
from gdviz.ui import preflight
from tests.terminal import Done, Terminal

IRIS = str(resource("data/iris.csv"))
TABLE = "width,height,count\n" + "".join(
    f"{3 * i % 7},{0.1 * i**2:.1f},{i % 3}\n" for i in range(30)
)
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
ENVIRON.pop("PYTHONUNBUFFERED", "")
posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


@pytest.fixture
def gdviz(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TABLE)
    return Terminal(capsys)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stand in for what opens windows and draws pictures; return what was asked."""
    asked: list[tuple[Any, ...]] = []

    def opened(what: Any, theme: str | None, *_: object) -> int:
        asked.append((what.scene if isinstance(what, Document) else what, theme))
        return 0

    def drawn(*what: Any) -> int:
        asked.append(what[:7])  # not the course
        return int(what[1])

    for name, function in {"open_window": opened, "render": drawn}.items():
        module = "app" if name == "open_window" else name
        stand_in = ModuleType(module)
        setattr(stand_in, name, function)
        monkeypatch.setitem(sys.modules, f"gdviz.ui.{module}", stand_in)
    monkeypatch.setattr(preflight, "missing_libraries", lambda **_: [])
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return asked


def process(*words: str, **more: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gdviz", *words]
    pipe = subprocess.PIPE
    usual: dict[str, Any] = {
        "stdout": pipe,
        "stderr": pipe,
        "text": True,
        "env": ENVIRON,
    }
    return subprocess.Popen(command, **usual | more)


def trained(scene: Scene, steps: int) -> Trainer:
    trainer = Trainer(scene)
    trainer.advance(steps)
    return trainer


def fitted(scene: Scene) -> Scene:
    return fit(scene, load(scene))[0]


def table(path: str) -> tuple[list[str], np.ndarray[Any, Any]]:
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=float)


# --- train


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


SCENES = {
    "seed 0": (["--seed", "0"], Scene(seed=0)),
    "seed 1": (["--seed", "1"], Scene(seed=1)),
    "iris": (["--dataset", "iris"], Scene(data=Iris(), loss=SoftmaxCrossEntropy())),
    "iris squared": (
        ["--dataset", "iris", "--loss", "squared"],
        Scene(data=Iris(), loss=SquaredError()),
    ),
    "moons": (
        ["--dataset", "moons", "--hidden", "8,4", "--held-out", "0.25"],
        Scene(data=Moons(), loss=Logistic(), model=MLP((8, 4)), held_out=0.25),
    ),
    "relu": (
        ["--dataset=moons", "--activation=relu", "--loss=hinge", "--order=fresh"],
        Scene(
            data=Moons(),
            loss=Hinge(),
            model=MLP(activation="relu"),
            descent=Descent(order="fresh"),
        ),
    ),
    "momentum": (
        ["--optimizer", "momentum", "--learning-rate", "1e-3", "--batch-size", "7"],
        Scene(descent=Descent(7, 1e-3, optimizer=HeavyBall())),
    ),
    "own table": (
        ["--data", "t.csv", "--target", "width", "--no-standardise", "--seed=2"],
        Scene(data=OwnTable("t.csv", "width", standardise=False), seed=2),
    ),
    "as classes": (
        ["--data", "t.csv", "--target", "width", "--task", "classes"],
        Scene(data=OwnTable("t.csv", "width", "classes"), loss=SoftmaxCrossEntropy()),
    ),
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


# --- what is refused

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
        (["--steps", "3", "-o", "n" * 300], ": File name too long."),
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


# --- what may be moved


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


# --- window and picture


def test_without_a_word_the_window_shows_its_own_scene(
    gdviz: Terminal, screen: list[tuple[Any, ...]]
) -> None:
    assert gdviz() == Done(0, "", "")
    assert gdviz("--theme", "dark").code == 0
    assert screen == [(None, None), (None, "dark")]


@pytest.mark.parametrize(("words", "scene"), SCENES.values(), ids=SCENES)
def test_the_window_opens_on_the_scene_of_the_options(
    gdviz: Terminal, screen: list[tuple[Any, ...]], words: list[str], scene: Scene
) -> None:
    assert gdviz(*words, "--theme", "light").code == 0
    assert screen == [(fitted(scene), "light")]


def test_the_window_opens_on_a_file(
    gdviz: Terminal, screen: list[tuple[Any, ...]]
) -> None:
    scene = Scene(seed=3, loss=Huber(2.0), model=Linear(bias=False))
    Path("own.json").write_text(to_json(scene))
    assert gdviz("own.json") == Done(0, "", "")
    assert gdviz("own.json", "--seed", "0") == Done(0, "", "")
    assert screen == [(scene, None), (replace(scene, seed=0), None)]


def test_a_wrong_theme_is_refused(gdviz: Terminal, screen: list[Any]) -> None:
    said = gdviz.refused("--theme", "pink")
    assert "--theme must be one of system, light, dark, not 'pink'." in said


def test_missing_libraries_are_told_with_their_remedy(
    gdviz: Terminal, screen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "missing_libraries", lambda **_: ["libEGL.so.1"])
    for words in ([], ["render", "--steps", "1", "-o", "x.png"]):
        said = gdviz.refused(*words)
        assert "Qt needs libEGL.so.1" in said
        assert "apt-get install -y libegl1" in said
    assert screen == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
@pytest.mark.parametrize("display", [None, ":7743"])
def test_without_a_display_a_picture_is_drawn(
    gdviz: Terminal,
    screen: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
    display: str | None,
) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    if display:
        monkeypatch.setenv("DISPLAY", display)
    done = gdviz()
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    assert "gdviz.png" in done.out
    out = Path("gdviz.png")
    assert screen == [(Scene(), 200, out, (1280, 800), 1.0, "dark", "window")]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_picture_of_the_scene_of_the_options(
    gdviz: Terminal, screen: list[tuple[Any, ...]]
) -> None:
    drawing = ["render", "--steps", "5", "-o", "x.png"]
    more = ["--seed", "0", "--size", "640X480", "--scale", "1.5"]
    assert gdviz(*drawing) == Done(0, "", "")
    assert gdviz(*drawing, *more, "--theme", "light", "--view", "loss").code == 0
    assert screen == [
        (fitted(Scene()), 5, Path("x.png"), (1280, 800), 1.0, "dark", "window"),
        (fitted(Scene(seed=0)), 5, Path("x.png"), (640, 480), 1.5, "light", "loss"),
    ]


def test_the_views_are_those_there_are() -> None:
    from gdviz.ui.render import VIEWS  # noqa: PLC0415  (the rest needs no Qt)

    assert pictures.VIEWS == VIEWS


def test_a_picture_of_a_scene_needs_steps(gdviz: Terminal, screen: list[Any]) -> None:
    said = gdviz.refused("render", "-o", "x.png")
    assert "--steps is missing; say how many" in said
    said = gdviz.refused("render", "-o", "x.png", "--steps", "1", "--view", "lesson")
    assert "--view lesson needs --lesson NAME." in said
    assert screen == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "x.jpg"], ".gif, .webp, .mp4, .csv or .py, not 'x.jpg'"),
        (["-o", "png"], "-o must name a file that ends in .png"),
        (["-o", "no/x.png"], "there is no folder"),
        (["-o", "x.png", "--size", "100"], "--size must be like 1280x800, not '100'."),
        (["-o", "x.png", "--size", "199x800"], "--size must lie between 200 and 8000"),
        (["-o", "x.png", "--size", "800x8001"], "--size must lie between 200 and 8000"),
        (["-o", "x.png", "--size", "800x"], "--size must be a whole number, not ''."),
        (
            ["-o", "x.png", "--scale", "0"],
            "--scale must lie between 0.25 and 4, not 0.",
        ),
        (["-o", "x.png", "--size", "8000x8000", "--scale", "4"], "100 million pixels"),
        (["-o", "x.png", "--theme", "system"], "--theme must be one of dark, light"),
        (["-o", "x.png", "--view", "top"], "--view must be one of window, plots"),
        ([], "the following arguments are required: -o"),
    ],
)
def test_pictures_that_cannot_be_drawn(
    gdviz: Terminal, screen: list[Any], words: list[str], sentence: str
) -> None:
    assert sentence in gdviz.refused("render", "--steps", "5", *words)
    assert screen == []


# --- lessons


LESSON = """# Own
order: 1

Summary.

## One
steps: 3
```scene
{"seed": 5}
```
## Two
"""


@pytest.mark.parametrize(
    ("word", "name", "page"),
    [
        ("what-is-averaged", "what-is-averaged", 0),
        ("what-is-averaged:1", "what-is-averaged", 0),
        ("what-is-averaged:3", "what-is-averaged", 2),
        ("own.md", "own", 0),
        ("./own.md:2", "own", 1),
        ("colon:1.md", "colon:1", 0),
        ("colon:1.md:2", "colon:1", 1),
    ],
)
def test_the_window_opens_on_a_page(
    gdviz: Terminal, screen: list[tuple[Any, ...]], word: str, name: str, page: int
) -> None:
    for path in ("own.md", "colon:1.md"):
        Path(path).write_text(LESSON)
    assert gdviz("--lesson", word, "--theme", "light") == Done(0, "", "")
    ((what, theme),) = screen
    assert (what[0].name, what[1], theme) == (name, page, "light")


def test_a_picture_of_a_page_has_the_steps_of_the_page_or_others(
    gdviz: Terminal, screen: list[tuple[Any, ...]]
) -> None:
    Path("own.md").write_text(LESSON)
    drawing = ["render", "--lesson", "own.md", "-o", "x.png"]
    assert gdviz(*drawing) == Done(0, "", "")
    assert gdviz(*drawing, "--steps", "9", "--view", "lesson").code == 0
    leaf = (read_lesson("own.md", MEASURES), 0)
    look = (Path("x.png"), (1280, 800), 1.0, "dark")
    assert screen == [(leaf, 3, *look, "window"), (leaf, 9, *look, "lesson")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
def test_without_a_display_the_page_is_drawn(
    gdviz: Terminal, screen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    Path("own.md").write_text(LESSON)
    assert "at step 3 instead" in gdviz("--lesson", "own.md").out
    assert screen[0][:2] == ((read_lesson("own.md", MEASURES), 0), 3)


NO_LESSON = {
    "unknown": (["what-is-averagd"], "'what-is-averagd'; did you mean what-is-averag"),
    "nothing near": (["xyz"], "there is no lesson 'xyz'; Lessons: what-is-averaged, "),
    "empty": ([""], "there is no lesson ''; Lessons: "),
    "only a page": ([":2"], "there is no lesson ':2'; Lessons: "),
    "no file": (["no.md"], "no.md: there is no such file"),
    "no page 0": (["own.md:0"], "own.md:0: there is no page 0; it has pages 1 to 2."),
    "no page 3": (["own.md:3"], "own.md:3: there is no page 3; it has pages 1 to 2."),
    "broken": (["bad.md"], "bad.md, line 1: a lesson begins with '# ' and its title."),
    "no lesson": (["own.json"], "there is no lesson 'own.json'; "),
    "with options": (
        ["own.md", "--seed", "3", "--dataset=moons"],
        "--lesson brings its own scenes; leave out --dataset, --seed.",
    ),
    "with a scene": (["own.md", "x.json"], "its own scenes; leave out x.json."),
}


@pytest.mark.parametrize("command", ["render", "window"])
@pytest.mark.parametrize(("words", "sentence"), NO_LESSON.values(), ids=NO_LESSON)
def test_a_lesson_that_cannot_be_opened_is_refused(
    gdviz: Terminal, screen: list[Any], command: str, words: list[str], sentence: str
) -> None:
    Path("own.md").write_text(LESSON)
    Path("bad.md").write_text("no title")
    Path("own.json").write_text(to_json(Scene()))
    before = ["render", "-o", "x.png"] if command == "render" else []
    assert sentence in gdviz.refused(*before, "--lesson", *words)
    assert screen == []


def test_a_lesson_is_no_option_of_training(gdviz: Terminal) -> None:
    said = gdviz.refused("train", "--steps", "3", "--lesson", "what-is-averaged")
    assert "unrecognized arguments: --lesson" in said


# --- list, help, version


def test_the_list_names_everything(gdviz: Terminal) -> None:
    done = gdviz("list")
    assert (done.code, done.err) == (0, "")
    for registry in (SOURCES, MODELS, LOSSES, ACTIVATIONS, OPTIMIZERS, ORDERS):
        assert all(f"  {name} " in done.out for name in registry)
    for spec in (*SOURCES.values(), *MODELS.values(), *LOSSES.values()):
        assert f"{spec.title}. " in done.out
        assert spec.sentence().split()[-1] in done.out
    assert "noise      = 0.5  0 to 10" in done.out
    assert max(map(len, done.out.splitlines())) <= 100


@pytest.mark.parametrize("what", listing.LISTED)
def test_one_list(gdviz: Terminal, what: str) -> None:
    done = gdviz("list", what)
    assert done.code == 0
    assert done.out.startswith((f"{what} (--", f"{what} ({{NAME}}"))
    assert "\n\n" not in done.out


def test_lessons_are_listed_with_title_and_summary(gdviz: Terminal) -> None:
    words = " ".join(gdviz("list", "lessons").out.split())
    for name in lesson_files():
        lesson = read_lesson(name, MEASURES)
        assert f" {name} {lesson.title}" in words
        assert lesson.summary in words


def test_measures_are_listed_with_their_arguments(gdviz: Terminal) -> None:
    out = gdviz("list", "measures").out
    assert max(map(len, out.splitlines())) <= 100
    words = " ".join(out.split())
    for name, measure in MEASURES.items():
        assert " ".join(f" {name} {measure.argument} {measure.means}".split()) in words


def test_a_broken_lesson_is_listed_with_what_is_wrong(
    gdviz: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.md").write_text("no title")
    files = {"own": tmp_path / "own.md"}
    for module in (lessons, session_lessons):
        monkeypatch.setattr(module, "lesson_files", lambda: files)
    assert "  own  own.md, line 1: a lesson begins with" in gdviz("list", "lessons").out


def test_an_unknown_list_is_refused(gdviz: Terminal) -> None:
    assert "one of lessons, datasets, models" in gdviz.refused("list", "plots")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--version"], [f"gdviz {__version__}\n"]),
        (["--help"], ["gdviz train ", "gdviz render ", "gdviz list ", "examples:"]),
        (["--help"], ["gdviz --lesson NAME ", "--lesson NAME[:PAGE]"]),
        (["train", "--help"], ["--steps N", "FILE.csv", "--batch-size", "test_loss"]),
        (["render", "-h"], ["--size WxH", "--view", "surface", "examples:"]),
        (["list", "--help"], ["lessons, datasets, models, losses", "measures"]),
    ],
)
def test_help_and_version(
    gdviz: Terminal, words: list[str], expected: list[str]
) -> None:
    done = gdviz(*words)
    assert (done.code, done.err) == (0, "")
    assert all(text in done.out for text in expected)


@posix
@pytest.mark.parametrize("words", [["list"], ["--help"], ["train", "--steps", "1"]])
def test_a_reader_that_leaves_is_no_fault(words: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = process(*words, stdout=write)
    os.close(write)
    assert command.communicate(timeout=60)[1] == ""
    assert command.returncode == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="of Linux")
def test_output_that_cannot_be_written_is_told() -> None:
    with open("/dev/full", "w") as full:
        command = process("list", stdout=full)
        said = command.communicate(timeout=60)[1]
    assert command.returncode == 2
    assert said == "gdviz: output: No space left on device.\n"


def test_a_console_without_greek_still_lists() -> None:
    environ = {**ENVIRON, "PYTHONIOENCODING": "ascii"}
    command = process("list", env=environ)
    out, err = command.communicate(timeout=60)
    assert (command.returncode, err) == (0, "")
    assert "moons" in out


def test_a_refusal_in_a_real_process_has_no_traceback() -> None:
    command = process("train", "--steps", "1", "--dataset", "none")
    out, err = command.communicate(timeout=60)
    assert (command.returncode, out) == (2, "")
    assert err.startswith("gdviz: --dataset must be one of")
    assert err.count("\n") == 1

"""`gdviz render`: every kind of file, what is refused, and Ctrl+C."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from gdviz.cli import main, texts
from gdviz.cli.films import FILMS
from gdviz.cli.pictures import KINDS, STILLS
from gdviz.session.scenefile import read_document
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).parents[1]
ENVIRON = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
_SMALL = ("--size", "420x320", "--view", "data")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    yield
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


def started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gdviz", "render", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRON,
    )


def done(*words: str) -> tuple[int, str]:
    process = started(*words)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


BEGINS = {
    ".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF-", ".gif": b"GIF89a",
    ".webp": b"RIFF", ".mp4": b"\0\0\0", ".csv": b"step,", ".py": b'"""',
}  # fmt: skip


def test_every_kind_is_written(qapp: QApplication) -> None:
    assert tuple(BEGINS) == KINDS
    for suffix, begin in BEGINS.items():
        look = () if suffix in texts.KINDS else _SMALL
        assert main(["render", "--steps", "2", "-o", f"a{suffix}", *look]) == 0
        assert Path(f"a{suffix}").read_bytes().startswith(begin)


def test_a_process_needs_no_display() -> None:
    assert done("--steps", "3", "-o", "a.png", *_SMALL) == (0, "")
    assert Path("a.png").read_bytes().startswith(BEGINS[".png"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
def test_without_a_display_a_file_is_drawn_as_it_says() -> None:
    Path("own.json").write_text(
        '{"gdviz": 2, "course": {"steps": 9, "shown": 5, '
        '"changes": [{"at": 2, "learning_rate": 0.4}]}}'
    )
    screens = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    bare = {name: value for name, value in ENVIRON.items() if name not in screens}
    command = [sys.executable, "-m", "gdviz", "own.json"]
    drawn = subprocess.run(
        command, env=bare, capture_output=True, text=True, check=True
    )
    assert "gdviz.png shows the window at step 5 instead" in drawn.stdout
    assert done("own.json", "-o", "a.png") == (0, "")
    assert Path("gdviz.png").read_bytes() == Path("a.png").read_bytes()


def test_a_film_of_some_steps() -> None:
    words = ["--from", "2", "--to", "10", "--every", "4", "--fps", "10"]
    assert done("-o", "a.gif", *words, "--scale", "2", *_SMALL) == (0, "")
    with Image.open("a.gif") as film:
        assert film.n_frames == 3  # type: ignore[attr-defined]
        assert film.size == (840, 640)
        assert film.info["duration"] == 100


def test_a_path_that_ends_sooner_is_a_note() -> None:
    words = ["--learning-rate", "3", "-o"]
    code, said = done(*words, "a.png", "--steps", "300", *_SMALL)
    assert (code, said) == (
        0, "gdviz: note: the path diverges; a.png shows step 223, its last one.\n"
    )  # fmt: skip
    code, said = done(*words, "a.gif", "--from", "220", "--to", "300", *_SMALL)
    assert (code, said) == (
        0, "gdviz: note: the path diverges; it ends at step 223.\n"
    )  # fmt: skip


COURSE = """{"gdviz": 2, "seed": 3, "descent": {"batch_size": 5}, "course": {
"steps": 9, "shown": 4, "changes": [{"at": 6, "learning_rate": 0.01}]}}"""


def written(name: str, *words: str) -> list[list[str]]:
    """Write a table of the scene with a course and return its rows."""
    Path("own.json").write_text(COURSE)
    assert main(["render", "own.json", "-o", name, *words]) == 0
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def course() -> Trainer:
    """The path that is written."""
    Path("own.json").write_text(COURSE)
    document = read_document("own.json")
    assert document.course is not None
    trainer = Trainer(document.scene, document.course)
    trainer.advance(9)
    return trainer


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ([], range(10)),
        (["--steps", "3"], range(4)),
        (["--from", "5", "--to", "7"], range(5, 8)),
    ],
)
def test_a_path_with_its_course(
    course: Trainer, words: list[str], steps: range
) -> None:
    _, *rows = written("a.csv", *words)
    assert [int(row[0]) for row in rows] == list(steps)
    for row in rows:
        course.seek(int(row[0]))
        assert float(row[4]) == (0.01 if int(row[0]) >= 6 else 0.05)
        assert [float(text) for text in row[-2:]] == course.state.theta.tolist()


@pytest.mark.parametrize(("words", "step"), [([], 4), (["--steps", "8"], 8)])
def test_the_numbers_of_a_step(course: Trainer, words: list[str], step: int) -> None:
    head, *rows = written("a.csv", "--view", "arithmetic", *words)
    course.seek(step)
    examples = [row for row in rows if row[head.index("example")]]
    assert [int(row[2]) - 1 for row in examples] == course.pending.rows.tolist()
    (mean,) = [row for row in rows if row[0].startswith("mean")]
    assert [float(text) for text in mean[-2:]] == course.pending.gradient.tolist()


def test_a_script_of_the_course(course: Trainer) -> None:
    written("a.py")
    own = [sys.executable, "-I", "a.py"]
    said = subprocess.run(own, capture_output=True, text=True, timeout=60, check=True)
    numbers = re.findall(r"step 9, theta = \[(.*)\]", said.stdout)[0].split(",")
    assert np.allclose([float(n) for n in numbers], course.state.theta, 1e-12, 0)


def test_tables_of_pages_and_of_paths_that_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["render", "--lesson", "what-is-averaged:3", "-o", "a.csv"]) == 0
    high = ["render", "--learning-rate", "3", "--steps", "300", "-o"]
    assert main([*high, "a.csv"]) == main([*high, "a.csv", "--view=arithmetic"]) == 0
    assert capsys.readouterr().err == (
        "gdviz: note: the path diverges; it ends at step 223.\n"
        "gdviz: note: the path diverges; a.csv tells of step 223, its last.\n"
    )


def test_ctrl_c_leaves_the_old_film() -> None:
    Path("a.gif").write_text("old")
    process = started("-o", "a.gif", "--to", "9000", *_SMALL)
    until = time.monotonic() + 60
    while not list(Path().glob(".*.part")) and time.monotonic() < until:
        time.sleep(0.05)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert [p.name for p in Path().iterdir()] == ["a.gif"]
    assert Path("a.gif").read_text() == "old"


REFUSED = {
    "no suffix": (["-o", "a"], "ends in .png, .svg, .pdf, .gif, .webp, .mp4, "),
    "unknown": (["-o", "a.bmp"], "ends in .png, .svg, .pdf, .gif, .webp, .mp4, "),
    "no folder": (["-o", "no/a.gif"], "there is no folder"),
    "device": (["-o", "/dev/full.gif"], "cannot be written"),
    "still": (["-o", "a.png", "--fps", "3"], "--fps goes with .gif, .webp or .mp4, "),
    "from": (["-o", "a.svg", "--from", "0"], "--from goes with .gif, "),
    "pixels": (["-o", "a.pdf", "--scale", "2"], "not with .pdf"),
    "table": (["-o", "a.csv", "--size", "300x300"], "not with .csv"),
    "plot": (["-o", "a.csv", "--view", "loss"], "must be arithmetic, or be left out"),
    "span": (
        ["-o", "a.csv", "--view", "arithmetic", "--to", "5"],
        "--to goes with a path; --steps says which step.",
    ),
    "rows": (["-o", "a.csv", "--from", "9"], "no steps from 9 to 5"),
    "script": (["-o", "a.py", "--to", "9"], "not with .py"),
    "backwards": (["-o", "a.gif", "--from", "9"], "must not be before the first"),
    "rate": (["-o", "a.gif", "--fps", "99"], "--fps must lie between 0.1 and 60"),
    "gif": (["-o", "a.gif", "--fps", "55"], "at most 50 frames a second"),
    "every": (["-o", "a.gif", "--every", "0"], "--every must lie between 1 and"),
    "many": (["-o", "a.gif", "--to", "1e6"], "frames are more than 10,000"),
    "large": (["-o", "a.gif", "--size", "8000x8000", "--scale", "4"], "100 million"),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if words[1] == "/dev/full.gif":
        Path("full.gif").symlink_to("/dev/full")
        words, sentence = ["-o", "full.gif"], "is a folder or a device"
    assert main(["render", "--steps", "5", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert {p.name for p in Path().iterdir()} <= {"full.gif"}


def test_a_film_needs_a_last_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "-o", "a.gif"]) == 2
    assert "--steps is missing" in capsys.readouterr().err


def test_the_kinds_are_those_there_are() -> None:
    from gdviz.ui.export import encoders, kinds, stills  # noqa: PLC0415  (needs Qt)

    assert tuple(encoders.FILMS) == FILMS
    assert stills.STILLS == STILLS
    assert {s for kind in kinds.KINDS.values() for s in kind.suffixes} == set(KINDS)

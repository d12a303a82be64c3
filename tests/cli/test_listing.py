"""Lists, help and version, and readers that leave."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gdviz import __version__
from gdviz.cli import lessons, listing
from gdviz.core.activations import ACTIVATIONS
from gdviz.core.batches import ORDERS
from gdviz.core.functions import SOURCES
from gdviz.core.losses import (
    LOSSES,
)
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.lessons import lesson as session_lessons
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES
from tests.cli.asking import ENVIRON, posix, process

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal import Terminal


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
    assert said == "gdviz: the output cannot be written: the disk is full.\n"


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

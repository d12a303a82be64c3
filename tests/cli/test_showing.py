"""Windows and pictures that the command line asks for."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gdviz.cli import pictures
from gdviz.core.losses import (
    Huber,
)
from gdviz.core.models import Linear
from gdviz.session.fitting import fit
from gdviz.session.loading import load
from gdviz.session.scene import Scene
from gdviz.session.scenefile import to_json
from gdviz.ui import preflight
from tests.cli.asking import SCENES
from tests.terminal import Done, Terminal


def fitted(scene: Scene) -> Scene:
    return fit(scene, load(scene))[0]


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


def test_a_wrong_worker_is_refused(gdviz: Terminal, screen: list[Any]) -> None:
    said = gdviz.refused("--worker", "robot")
    assert "--worker must be one of thread, process, not 'robot'." in said
    assert not screen


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

"""Lessons by the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Scene
from gdviz.session.scenefile import to_json
from tests.terminal import Done, Terminal

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

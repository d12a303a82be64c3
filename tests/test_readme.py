"""What the README shows runs as it stands there."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest

from gdviz import cli
from gdviz.core.datasets import OwnTable
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.loading import load
from gdviz.session.scene import Scene
from gdviz.session.scenefile import from_json
from gdviz.session.trainer import Trainer

TREE = Path(__file__).parents[1]
README = TREE.joinpath("README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^gdviz .*$|(?<=`)gdviz [^`]+ [^`]+(?=`)", README, re.MULTILINE)


def block(opening: str, closing: str) -> str:
    found = re.search(f"{opening}\n(.*?)^{closing}$", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_the_lesson_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "example.md"
    file.write_text(block("````markdown", "````"), encoding="utf-8")
    lesson = read_lesson(file, MEASURES)
    assert [len(page.verdicts) for page in lesson.pages] == [2, 1]
    for page in lesson.pages:
        trainer = Trainer(page.scene)
        assert len(trainer.advance(page.steps)) == page.steps


def test_the_scene_runs() -> None:
    scene = from_json(block("```json", "```"))
    assert len(scene.ghosts) == 2
    assert len(Trainer(scene).advance(3)) == 3


def test_the_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "flowers.csv"
    file.write_text(block("```csv", "```"), encoding="utf-8")
    scene = Scene(data=OwnTable(path=str(file), target="species"))
    assert load(scene).train.inputs.shape == (4, 2)


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_are_known(line: str) -> None:
    words = shlex.split(line, comments=True)
    named = words[1] in cli.COMMANDS
    file = cli.COMMANDS[words[1]] if named else "windows"
    parser = import_module(f"gdviz.cli.{file}").parser()
    parser.parse_args(words[1 + named :])


@pytest.mark.parametrize("picture", re.findall(r"!\[[^]]+\]\((\S+)\)", README))
def test_the_pictures_are_there_and_small(picture: str) -> None:
    assert 0 < (TREE / picture).stat().st_size < 2_000_000


@pytest.mark.parametrize("name", re.findall(r"`(gdviz/[\w/]+(?:\.py)?)`", README))
def test_the_places_named_are_there(name: str) -> None:
    assert Path(__file__).parents[1].joinpath(name).exists()

"""What the README shows runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scenefile import from_json
from gdviz.session.trainer import Trainer

README = Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("name", re.findall(r"`(gdviz/[\w/]+(?:\.py)?)`", README))
def test_the_places_named_are_there(name: str) -> None:
    assert Path(__file__).parents[1].joinpath(name).exists()

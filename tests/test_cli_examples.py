"""Shipped scenes on the command line, by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdviz.cli.flags import scene_parser
from gdviz.cli.scenes import document_of, is_example
from gdviz.core.refused import Refused
from gdviz.session.scenefile import example_files, read_document, write_document
from tests.terminal import Terminal

NAME = "edge-of-stability"


@pytest.fixture
def gdviz(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def test_a_name_is_its_scene_with_its_course(gdviz: Terminal) -> None:
    typed = scene_parser("train", "[--steps N]", "", "").parse_args([NAME])
    found, shipped = document_of(typed), read_document(example_files()[NAME])
    assert found.scene == shipped.scene
    assert found.course == shipped.course
    assert (found.title, found.show) == (shipped.title, shipped.show)
    made, said = gdviz.trained(NAME, "--steps", "3")
    assert (made["steps"], said) == (3, "")


def test_a_file_of_that_name_comes_first(gdviz: Terminal) -> None:
    assert is_example(NAME)
    write_document(NAME, read_document(example_files()[NAME]).scene)
    assert not is_example(NAME)


def test_a_name_there_is_not_is_refused_with_those_there_are(gdviz: Terminal) -> None:
    typed = scene_parser("", "", "", "").parse_args(["edge"])
    with pytest.raises(Refused, match=f"no scene 'edge'; .*{NAME}"):
        document_of(typed)


def test_they_are_listed(gdviz: Terminal) -> None:
    told = gdviz("list", "scenes").out
    assert "scenes ({NAME} in place of SCENE.json)" in told
    assert NAME in told
    assert "The edge of stability. Full-batch" in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"title": 3', "title must be a text"),
        (f'"about": "{"x" * 401}"', "about must be a text of at most 400"),
        ('"show": "loss"', "show must be a list of panels"),
        ('"show": ["lost"]', "show must be one of"),
        ('"show": [3]', "show must be one of"),
        ('"titel": "x"', "titel"),
    ],
)
def test_what_a_file_says_of_itself_is_checked(
    gdviz: Terminal, line: str, said: str
) -> None:
    Path("a.json").write_text(f'{{"gdviz": 2, {line}}}')
    with pytest.raises(Refused, match=said):
        read_document("a.json")

"""Pictures without a display: every view, the same twice, whatever the data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage

from gdviz.core.datasets import Iris, OwnTable
from gdviz.core.models import MLP
from gdviz.core.refused import Refused
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.render import VIEWS, render

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


def colours(path: Path) -> int:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), dtype=np.uint32).copy()
    return len(np.unique(raw))


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_in_its_size(
    qapp: QApplication, tmp_path: Path, view: str, theme: str
) -> None:
    out = tmp_path / "picture.png"
    render(Scene(), 3, out, (900, 600), 1.0, theme, view)
    image = QImage(str(out))
    assert (image.width(), image.height()) == (900, 600)
    assert colours(out) > 50


@pytest.mark.parametrize("view", ["window", "gradients", "loss"])
def test_the_same_scene_gives_the_same_picture(
    qapp: QApplication, tmp_path: Path, view: str
) -> None:
    scene = Scene(data=Iris(), model=MLP((5,)), descent=Descent(10, 0.2))
    pictures = []
    for name in ("a.png", "b.png"):
        render(scene, 130, tmp_path / name, (900, 600), view=view)
        pictures.append((tmp_path / name).read_bytes())
    same = pictures[0] == pictures[1]  # of bytes, pytest would look for differences
    assert same


@pytest.mark.parametrize("view", ["lesson", "network", "bars"])
def test_the_same_page_gives_the_same_picture(
    qapp: QApplication, tmp_path: Path, view: str
) -> None:
    lesson = read_lesson("what-is-averaged", MEASURES)
    pictures = []
    for name in ("a.png", "b.png"):
        render((lesson, 3), 3, tmp_path / name, view=view)
        pictures.append((tmp_path / name).read_bytes())
    same = pictures[0] == pictures[1]  # of bytes, pytest would look for differences
    assert same
    render((lesson, 3), 4, tmp_path / "c.png", view=view)
    assert (tmp_path / "c.png").read_bytes() != pictures[0]


@pytest.mark.parametrize("size", [(700, 500), (900, 700), (1024, 640)])
@pytest.mark.parametrize("seed", range(6))
def test_the_surface_settles_at_any_size(
    qapp: QApplication, tmp_path: Path, seed: int, size: tuple[int, int]
) -> None:
    render(Scene(seed=seed), 3, tmp_path / "a.png", size, view="surface")
    assert colours(tmp_path / "a.png") > 50


SIZES = ["5e-324", "1e-300", "1e-150", "1e99", "1e150", "1.7e308"]


@pytest.mark.parametrize("target", ["numbers", "classes"])
@pytest.mark.parametrize("columns", [1, 2, 4])
@pytest.mark.parametrize("size", SIZES)
def test_numbers_at_the_edge_are_drawn_or_refused(
    qapp: QApplication, tmp_path: Path, size: str, columns: int, target: str
) -> None:
    rng = np.random.default_rng(1)
    rows = ["".join(f"x{c}," for c in range(columns)) + "y"]
    for i in range(12):
        signs = rng.choice(["", "-"], size=columns)
        label = "ab"[i % 2] if target == "classes" else f"{i / 10}"
        rows.append("".join(f"{sign}{size}," for sign in signs) + label)
    path = tmp_path / "edge.csv"
    path.write_text("\n".join(rows))
    data = OwnTable(path=str(path), target="y", standardise=False)
    if float(size) > 1e100:
        with pytest.raises(Refused, match=r"line 2, column 'x0'.* is not below 1e100"):
            render(Scene(data=data), 4, tmp_path / "a.png", (900, 700))
    else:
        render(Scene(data=data), 4, tmp_path / "a.png", (900, 700))
        assert colours(tmp_path / "a.png") > 50


def test_a_file_that_cannot_be_written_is_refused(
    qapp: QApplication, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        render(Scene(), 0, tmp_path / "none" / "a.png")


def test_a_page_whose_scene_cannot_run_is_refused(
    qapp: QApplication, tmp_path: Path
) -> None:
    lesson = read_lesson("what-is-averaged", MEASURES)
    data = OwnTable(path=str(tmp_path / "none.csv"), target="y")
    page = replace(lesson.pages[0], scene=Scene(data=data))
    with pytest.raises(Refused, match="no such file"):
        render((replace(lesson, pages=(page,)), 0), 3, tmp_path / "a.png")


def test_a_scene_that_cannot_run_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    data = OwnTable(path=str(tmp_path / "none.csv"), target="y")
    with pytest.raises(Refused, match="no such file"):
        render(Scene(data=data), 0, tmp_path / "a.png")

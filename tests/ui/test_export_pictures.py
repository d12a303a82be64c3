"""Stills: sharp at any scale, aligned in every kind of file, and nothing is touched."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication, QLabel

from gdviz.core.datasets import Digits
from gdviz.core.functions import SquareAndCube
from gdviz.core.refused import Refused
from gdviz.session.files import write_atomically
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look_of
from gdviz.ui.centre import Switch
from gdviz.ui.export.cutting import _inside
from gdviz.ui.export.drawing import Shape, Words
from gdviz.ui.export.replay import pdf, picture
from gdviz.ui.export.sheet import Sheet
from gdviz.ui.export.stills import check_pixels, save
from gdviz.ui.export.subjects import VIEWS, Look, Subject
from gdviz.ui.export.svg import svg
from gdviz.ui.export.views import seen, sheet_of
from gdviz.ui.plots.gradients import GradientChart
from gdviz.ui.render import render
from tests.ui.conftest import rest
from tests.ui.pictures import apart, drawn, like, pixels, read, shift, studio_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window
    from tests.ui.pictures import Pixels

SVG = "{http://www.w3.org/2000/svg}"
YELLOW = (240, 228, 66)  # the path, in the dark theme

SURFACE = Look((600, 480), "surface")


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[Sheet]:
    """The surface after three steps."""
    with studio_at(qtbot, Subject(Scene()), SURFACE, 3) as studio:
        yield studio.sheet()


def dot(found: Pixels, scale: float = 1.0) -> NDArray[np.float64]:
    """Return the middle of the path's first dot: the first thing from the left."""
    near = found[found[:, 0] < found[:, 0].min() + 5 * scale]
    return np.asarray(near.mean(axis=0))


def test_an_svg_is_what_is_on_the_screen(sheet: Sheet) -> None:
    screen = pixels(sheet.image(1.0))
    text = svg(sheet.drawing(), sheet.title)
    back = drawn(text, sheet.size.toTuple())
    assert apart(screen, back).mean() < 3
    assert (apart(screen, back) > 60).mean() < 0.01
    axis, inside = np.s_[40:440, 0:78], np.s_[60:400, 90:480]
    for part in (axis, inside):  # ticks and data, each in its place
        assert shift(screen[part], back[part]) == (0, 0)
    assert dot(like(back, YELLOW)) == pytest.approx(dot(like(screen, YELLOW)), abs=0.7)


def test_text_is_text_and_lines_are_lines(sheet: Sheet) -> None:
    root = ET.fromstring(svg(sheet.drawing(), sheet.title))
    words = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {"w", "b", "loss", "0.5"} <= words
    assert any(word.startswith("Loss surface") for word in words)
    assert len(list(root.iter(f"{SVG}image"))) <= 3  # the map and its colour bar
    curves = [p for p in root.iter(f"{SVG}path") if p.get("fill") == "none"]
    assert any(p.get("stroke") == "#f0e442" for p in curves)  # the path
    assert sum(p.get("d", "").count("L") for p in curves) > 500  # contours


def streams(content: bytes) -> str:
    """Return all that a PDF draws."""
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(part).decode("latin1"))
        except zlib.error:
            continue
    return "\n".join(found)


def test_a_pdf_has_data_and_axes_in_place(sheet: Sheet) -> None:
    content = pdf(sheet.drawing(), sheet.title)
    assert content.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 450" in content  # 600 points of ours
    told = streams(content)
    assert told.count("BT\n") > 10  # text is text
    start_of = told[told.index(" cm\n") - 80 : told.index(" cm\n")]
    first = [float(number) for number in start_of.split()[-6:]]
    assert first == [0.75, 0, 0, -0.75, 0, 360]  # points in three quarters of its own
    screen = pixels(sheet.image(1.0))
    stroke = r"0\.941\d* 0\.894\d* 0\.258\d* SCN\n2 w [^m]*\n([\d.]+) ([\d.]+) m"
    (start,) = np.array(re.findall(stroke, told), dtype=float)  # of the path
    assert start == pytest.approx(dot(like(screen, YELLOW)) + 0.5, abs=0.8)


@pytest.mark.parametrize("scale", [1.5, 3.0, 4.0])
def test_a_large_picture_is_sharp_and_its_pens_are_wide(
    sheet: Sheet, scale: float
) -> None:
    once, large = pixels(sheet.image(1.0)), pixels(sheet.image(scale))
    assert large.shape[:2] == (480 * scale, 600 * scale)
    rows = round(300 * scale), round(330 * scale)
    wide = [m for m in sheet.drawing().marks if isinstance(m, Shape)]
    assert {2.0} == {
        m.pen.widthF() for m in wide
        if m.pen.color().name() == "#f0e442" and m.path.elementCount() > 1
    }  # fmt: skip
    many, few = len(like(large, YELLOW)), len(like(once, YELLOW))
    assert many > 0.9 * scale**2 * few  # no line is thinner than it was
    edges = np.abs(np.diff(large[slice(*rows)].astype(int), axis=1)).max(axis=2)
    assert edges.max() > 150  # from colour to colour within a pixel
    place = dot(like(large, YELLOW), scale) / scale
    assert place == pytest.approx(dot(like(once, YELLOW)), abs=1.0)


def test_a_blurred_copy_would_be_seen(sheet: Sheet) -> None:
    """The path is stroked anew, not a larger copy of a picture of it."""
    marks = [m for m in sheet.drawing().marks if not isinstance(m, Shape | Words)]
    for mark in marks:  # patches of pixels: the map and the colour bar alone
        picture_ = pixels(mark.image)  # type: ignore[attr-defined]
        assert len(like(picture_, YELLOW, 40)) == 0


PAGE = (read_lesson("what-is-averaged", MEASURES), 2)
FORMULA = Scene(data=SquareAndCube(), descent=Descent(2, 0.1))
DIGITS = Scene(data=Digits(), descent=Descent(16, 0.1))
CASES = [
    *((Scene(), view, ("dark", "light")[i % 2]) for i, view in enumerate(VIEWS)),
    (DIGITS, "data", "dark"),
    (FORMULA, "window", "light"),
    (FORMULA, "curves", "dark"),
]


@pytest.mark.parametrize(("scene", "view", "theme"), CASES)
def test_every_view_is_the_same_in_every_kind_of_file(
    qtbot: QtBot, scene: Scene, theme: str, view: str
) -> None:
    with studio_at(qtbot, Subject(scene), Look((700, 520), view, theme), 3) as studio:
        sheet = studio.sheet()
        screen, drawing = pixels(sheet.image(1.0)), sheet.drawing()
        again = pixels(picture(drawing, 1.0))
        back = drawn(svg(drawing, sheet.title), sheet.size.toTuple())
        assert apart(screen, again).mean() < 4
        assert apart(screen, back).mean() < 7
        assert pdf(drawing, sheet.title).startswith(b"%PDF-")


def test_nothing_is_drawn_outside_of_the_plot(qtbot: QtBot) -> None:
    scene = Scene(descent=Descent(4, 3.0))  # leaves the map at once
    with studio_at(qtbot, Subject(scene), SURFACE, 40) as studio:
        chart = studio.window.surface
        room = chart.box.sceneBoundingRect()
        corner = chart.view.mapTo(studio.shown, room.topLeft().toPoint())
        back = drawn(svg(studio.sheet().drawing(), ""), (600, 480))
    found = like(back, YELLOW)
    assert len(found)
    assert found[:, 0].max() <= corner.x() + room.width() + 3
    assert found[:, 1].max() <= corner.y() + room.height() + 3


def test_words_end_where_their_room_does(qtbot: QtBot) -> None:
    label = QLabel("0123456789" * 9)
    qtbot.addWidget(label)
    label.resize(200, 30)
    sheet = Sheet.of(label, "#000000", "")
    (text,) = ET.fromstring(svg(sheet.drawing(), "")).iter(f"{SVG}text")
    width = float(str(text.get("textLength")))
    letter = width / len(str(text.text))
    assert 200 <= width < 200 + 2 * letter  # the last one may be seen in part
    label.setText("  ab ")
    (text,) = ET.fromstring(svg(sheet.drawing(), "")).iter(f"{SVG}text")
    assert text.text == "ab"


def test_everything_has_its_room_before_it_is_drawn(qtbot: QtBot) -> None:
    look = Look((400, 500), "lesson")
    with studio_at(qtbot, Subject(PAGE), look, 3) as studio:
        words = studio.window.lesson.sheet.text
        before = words.height()
        words.write(f"<p>{'many words ' * 40}</p>")
        one = pixels(studio.sheet().image(1.0))
        assert words.height() > before
        QApplication.processEvents()
        assert apart(one, pixels(studio.sheet().image(1.0))).max() == 0


def test_nothing_is_drawn_on_the_way(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    draw = GradientChart.draw

    def drawn(chart: GradientChart, run: Run) -> None:
        steps.append(run.step)
        draw(chart, run)

    monkeypatch.setattr(GradientChart, "draw", drawn)
    with studio_at(qtbot, Subject(Scene()), Look((500, 400), "gradients"), 200):
        assert set(steps) == {200}


LINES = {
    "inside": ([(1, 1), (5, 5)], [[(1, 1), (5, 5)]]),
    "through": ([(-10, 5), (20, 5)], [[(0, 5), (10, 5)]]),
    "outside": ([(-5, -5), (-1, 20)], []),
    "corner": ([(-5, 5), (5, 5), (5, 15)], [[(0, 5), (5, 5), (5, 10)]]),
    "twice": (
        [(5, 5), (15, 5), (15, 6), (5, 6)],
        [[(5, 5), (10, 5)], [(10, 6), (5, 6)]],
    ),
    "upright": ([(3, -4), (3, 4), (3, 40)], [[(3, 0), (3, 4), (3, 10)]]),
}


@pytest.mark.parametrize(("line", "parts"), LINES.values(), ids=LINES)
def test_lines_are_cut_at_the_edge(
    qapp: QApplication,
    line: list[tuple[int, int]],
    parts: list[list[tuple[int, int]]],
) -> None:
    got = _inside(np.array(line, dtype=float), QRectF(0, 0, 10, 10))
    assert [part.tolist() for part in got] == [np.array(p).tolist() for p in parts]


def test_the_window_is_as_it_was(window: Window, tmp_path: Path) -> None:
    before = pixels(window.grab().toImage())
    for view in ("window", "surface"):
        for name in ("a.png", "a.svg", "a.pdf"):
            save(sheet_of(window, view), tmp_path / name, 1.5)
    assert apart(before, pixels(window.grab().toImage())).max() == 0


def test_what_is_on_the_screen_is_written(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.surface.box.setRange(xRange=(0, 1), yRange=(-1, 0), padding=0)
    rest(qtbot, window)
    save(sheet_of(window, "surface"), tmp_path / "a.png")
    cell = window.centre.currentWidget()
    assert cell is not None
    for switch in cell.findChildren(Switch):
        switch.drawn = False  # a button is no part of a picture
    assert apart(read(tmp_path / "a.png"), pixels(cell.grab().toImage())).max() == 0
    save(sheet_of(window, "plots"), tmp_path / "b.png")
    assert read(tmp_path / "b.png").shape[1] > read(tmp_path / "a.png").shape[1]


def test_a_window_offers_what_is_seen(window: Window) -> None:
    assert seen(window) == ["window", "plots", "surface", "gradients", "data", "loss"]
    window.docks["arithmetic"].show()
    window.docks["loss"].hide()
    assert "arithmetic" in seen(window)
    assert "loss" not in seen(window)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_scene_gives_the_same_file(
    qapp: QApplication, tmp_path: Path, kind: str
) -> None:
    files = [tmp_path / f"{name}.{kind}" for name in "ab"]
    for file in files:
        render(Scene(), 5, file, (700, 500), 2.0, view="plots")
    one, other = (file.read_bytes() for file in files)
    if kind == "pdf":  # which bears its date
        assert len(streams(one)) > 10_000
        assert streams(one) == streams(other)
    else:
        assert one == other


def test_too_many_pixels_are_refused(sheet: Sheet, tmp_path: Path) -> None:
    check_pixels((10_000, 10_000), 1.0)
    with pytest.raises(Refused, match="more than 100 million"):
        check_pixels((10_000, 10_000), 1.01)
    with pytest.raises(Refused, match="more than 100 million"):
        save(sheet, tmp_path / "a.png", 50.0)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_one_sentence(
    sheet: Sheet, tmp_path: Path
) -> None:
    for path in (tmp_path / "none" / "a.png", tmp_path):
        with pytest.raises(Refused):
            save(sheet, path.with_suffix(".png") if path != tmp_path else path)
    write_atomically(tmp_path / "a.svg", b"old")
    save(sheet, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


def test_a_theme_of_its_own(
    open_window: Callable[..., Window], qtbot: QtBot, qapp: QApplication
) -> None:
    window = open_window()
    before = pixels(window.grab().toImage())
    own = Look((1280, 800), "window", look_of.LIGHT)
    with studio_at(qtbot, Subject(Scene()), own, 3) as studio:
        light = pixels(studio.sheet().image(1.0))
        assert apart(before, pixels(window.grab().toImage())).max() == 0
    assert light.mean() > 200
    assert len(like(light, (22, 24, 29), 8)) > 300  # words are dark on light

"""What a window finds again at its next start."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from gdviz.core.datasets import Moons, OwnTable
from gdviz.core.losses import SquaredError
from gdviz.session.course import Course
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import read_document, write_document
from gdviz.ui.marks import legend
from gdviz.ui.memory import Memory
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.settings import Settings, from_text, seal, to_text
from gdviz.ui.start import Start
from gdviz.ui.stride import EPOCH
from gdviz.ui.window import Window
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.start import What

LESSON = "what-is-averaged"


class Sitting:
    """A window from its start to its end, as `open_window` opens it."""

    def __init__(self, qtbot: QtBot, memory: Memory, theme: str) -> None:
        self.qtbot, self.memory = qtbot, memory
        self.window = Window(theme or memory.settings.theme, memory)
        self.start, self.left = Start(self.window), False

    def open(self, what: What = None) -> Window:
        self.start.open(what)
        self.window.show()
        rest(self.qtbot, self.window)
        return self.window

    def leave(self) -> None:
        if not self.left:
            self.left = True
            self.window.close()
            self.start.finish()


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Sitting]]:
    """A function that begins a sitting with the memory in one folder."""
    begun: list[Sitting] = []

    def sitting(theme: str = "", folder: Path | None = tmp_path / "kept") -> Sitting:
        begun.append(Sitting(qtbot, Memory(folder), theme))
        return begun[-1]

    yield sitting
    for one in begun:
        one.window.documents.path = None  # nothing to ask
        one.leave()
        one.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


def kept(tmp_path: Path) -> Settings:
    return from_text((tmp_path / "kept/settings.json").read_text())


def test_a_window_alone_remembers_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = Window("dark")
    window.memory.note(window)
    window.memory.write()
    assert window.memory.folder is None
    window.close()


def test_the_next_start_is_as_the_last_one_ended(
    sit: Callable[..., Sitting], qtbot: QtBot, tmp_path: Path
) -> None:
    first = sit("dark")
    window = first.open()
    window.set_theme("light")
    window.docks["bars"].show()
    window.docks["data"].hide()
    window.docks["gradients"].setFloating(True)
    window.panel.marks.show_only({legend.MEAN, legend.CHAIN})
    window.panel.marks.set_scale("normalised")
    window.transport.set_speed(FLAT_OUT)
    window.player.set_unit(EPOCH)
    window.centre.set_solid(True)
    window.panel.choose(seed=5)
    rest(qtbot, window)
    first.leave()
    again = sit().open()
    assert again.theme == "light"
    assert not again.docks["bars"].isHidden()
    assert again.docks["data"].isHidden()
    assert again.docks["gradients"].isFloating()
    assert again.panel.marks.ticked == {legend.MEAN, legend.CHAIN}
    assert again.surface.hidden_marks == set(legend.MARKS) - again.panel.marks.ticked
    assert again.panel.marks.scale.currentData() == "normalised"
    assert again.player.speed == FLAT_OUT
    assert again.transport.speed_text.text() == "flat out"
    assert again.player.stride.unit == again.transport.unit.currentData() == EPOCH
    assert again.centre.chart is again.centre.relief
    assert again.player.scene.seed == 5
    again.default_layout()
    assert not again.docks["data"].isHidden()


def test_steps_settings_and_the_step_shown_come_back(
    sit: Callable[..., Sitting], qtbot: QtBot, tmp_path: Path
) -> None:
    scene = Scene(Moons(), loss=None, descent=Descent(8, 0.1))
    faster = replace(scene.descent, learning_rate=0.3)
    first = sit("dark")
    window = first.open(scene)
    player = window.player
    for _ in range(4):
        player.forward()
        rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.3)
    for _ in range(3):
        player.forward()
        rest(qtbot, window)
    player.seek(2)
    rest(qtbot, window)
    assert player.run is not None
    shown = player.run.snapshot
    first.leave()
    again = sit().open().player.run
    assert again is not None
    assert (again.step, again.newest) == (2, 7)
    assert again.snapshot.course == Course(scene.descent, ((4, faster),), 7, 2)
    assert (again.snapshot.record.theta == shown.record.theta).all()
    assert (again.snapshot.record.rows == shown.record.rows).all()


def test_nothing_is_remembered_without_a_folder(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    first = sit("light", None)
    first.open(Scene(seed=9))
    first.leave()
    assert list(tmp_path.iterdir()) == []
    assert sit("", None).open().player.scene.seed == Scene().seed


def test_a_theme_that_was_asked_for_is_not_remembered(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    first = sit("light")
    first.open()
    first.leave()
    assert kept(tmp_path).theme == "system"
    second = sit("light")
    second.open().set_theme("dark")
    second.leave()
    assert kept(tmp_path).theme == "dark"
    third = sit("light")
    third.open()
    third.leave()
    assert kept(tmp_path).theme == "dark"


def test_what_is_asked_for_wins_over_the_last_scene(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    first = sit("dark")
    first.open(Scene(seed=5))
    first.leave()
    assert sit().open(Scene(seed=6)).player.scene.seed == 6


def test_the_last_scene_knows_its_file(
    sit: Callable[..., Sitting], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=5))
    first = sit("dark")
    first.open().documents.open(str(file))
    rest(qtbot, first.window)
    first.leave()
    second = sit()
    window = second.open()
    assert window.documents.path == file
    assert not window.documents.modified
    assert window.memory.recent == (str(file),)
    window.panel.choose(seed=6)
    rest(qtbot, window)
    window.documents._sure = True  # as after “Discard”
    second.leave()
    third = sit()
    assert third.open().player.scene.seed == 5
    third.leave()
    write_document(file, Scene(seed=7))
    os.utime(file, (2e9, 2e9))
    assert sit().open().player.scene.seed == 7


def test_a_file_belongs_to_the_scene_it_was_written_down_with(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    """After a kill the last scene may be older than the file that is known."""
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=5))
    first = sit("dark")
    first.open(read_document(file))
    first.window.documents.path = file
    first.leave()
    write_document(tmp_path / "kept/last.json", Scene(seed=8))
    os.utime(file, (1, 1))
    window = sit().open()
    assert window.player.scene.seed == 8
    assert window.documents.path is None


def own_table(tmp_path: Path) -> Scene:
    table = tmp_path / "house.csv"
    table.write_text("a,b\n1,2\n2,3\n3,5\n")
    return Scene(
        OwnTable(str(table), "b"), loss=SquaredError(), descent=Descent(2, 0.1)
    )


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


GONE: dict[str, Callable[[Path], object]] = {
    "no table": lambda path: (path / "house.csv").unlink(),
    "another table": lambda path: (path / "house.csv").write_text("c,d\n1,2\n3,4\n"),
    "no scene": lambda path: (path / "kept/last.json").write_text('{"gdviz": 2,'),
    "a folder": lambda path: a_folder(path / "kept/last.json"),
}


@pytest.mark.parametrize("kind", GONE)
def test_a_last_scene_that_is_gone_gives_the_first_one_and_a_sentence(
    sit: Callable[..., Sitting], qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    first = sit("dark")
    first.open(own_table(tmp_path))
    first.leave()
    GONE[kind](tmp_path)
    window = sit().open()
    assert window.player.scene == replace(Scene(), loss=window.player.scene.loss)
    assert window.player.run is not None
    assert window.player.run.step == 3
    qtbot.waitUntil(lambda: window.footer.note.text() != "")
    assert "The last scene cannot be opened" in window.footer.note.text()
    assert os.path.lexists(tmp_path / "kept/last.json.broken")
    assert QApplication.activeModalWidget() is None
    window.player.open(replace(own_table(tmp_path), data=OwnTable("none.csv", "b")))
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    QApplication.activeModalWidget().close()  # type: ignore[union-attr]


def test_a_lesson_comes_back_with_the_layout_from_before(
    sit: Callable[..., Sitting], qtbot: QtBot, tmp_path: Path
) -> None:
    first = sit("dark")
    window = first.open()
    window.docks["data"].hide()
    window.panel.marks.show_only({legend.MEAN})
    window.lectern.open(read_lesson(LESSON, MEASURES), 2)
    rest(qtbot, window)
    first.leave()
    known = kept(tmp_path)
    assert (known.lesson, known.page) == (LESSON, 2)
    assert known.marks == {legend.MEAN}
    again = sit().open()
    assert again.lectern.reading
    assert again.lectern.number == 2
    again.lectern.close()
    assert again.docks["data"].isHidden()
    assert again.panel.marks.ticked == {legend.MEAN}


def test_a_lesson_that_is_gone_is_not_missed(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    Memory(tmp_path / "kept").write(lesson="none", page=3)
    assert sit().open().player.run is not None


def test_panel_sizes_come_back(sit: Callable[..., Sitting], tmp_path: Path) -> None:
    first = sit("dark")
    window = first.open()
    window.resize(900, 640)
    window.resizeDocks([window.docks["scene"]], [330], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    sizes = {name: dock.size() for name, dock in window.docks.items()}
    first.leave()
    again = sit().open()
    assert again.size() == window.size()
    seen = [name for name, dock in again.docks.items() if dock.isVisible()]
    assert {n: again.docks[n].size() for n in seen} == {n: sizes[n] for n in seen}


@pytest.mark.parametrize(
    "place", [QRect(9000, 200, 950, 600), QRect(-3000, -3000, 950, 600)]
)
def test_a_window_comes_back_from_a_screen_that_is_gone(
    sit: Callable[..., Sitting], tmp_path: Path, place: QRect
) -> None:
    first = sit("dark")
    window = first.open()
    window.setGeometry(place)
    first.leave()
    again = sit().open()
    screen = again.screen().availableGeometry()
    seen = again.frameGeometry().intersected(screen)
    assert seen.width() >= 300
    assert seen.height() >= 300
    assert again.frameGeometry().top() >= screen.top()


@pytest.mark.parametrize("layout", [b"", b"\x00" * 40, b"garbage" * 100])
def test_a_layout_that_does_not_suit_is_left_out(
    sit: Callable[..., Sitting], tmp_path: Path, layout: bytes
) -> None:
    panels = frozenset(sit("dark").open().docks)
    Memory(tmp_path / "kept").write(geometry=layout, layout=layout, panels=panels)
    window = sit().open()
    assert not window.arranged
    assert window.docks["data"].isVisible()


def test_a_layout_of_other_panels_is_left_out(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    first = sit("dark")
    first.open().docks["data"].hide()
    first.leave()
    memory = Memory(tmp_path / "kept")
    memory.write(panels=memory.settings.panels | {"of later"})
    assert not sit().open().docks["data"].isHidden()


@given(st.binary(max_size=40), st.binary(max_size=40), st.data())
def test_bytes_that_were_not_written_with_this_seal_are_not_believed(
    geometry: bytes, layout: bytes, data: st.DataObject
) -> None:
    known = Settings(geometry=geometry, layout=layout, seal=seal(geometry, layout))
    assert known.sealed
    assert from_text(to_text(known)).sealed
    place = data.draw(st.integers(0, len(geometry + layout)))
    other = data.draw(st.binary(min_size=1, max_size=3))
    raw = geometry + layout
    moved = raw[:place] + other + raw[place:]
    assert not replace(known, geometry=moved[: len(geometry)], layout=moved).sealed
    assert not replace(known, seal="").sealed


def test_a_damaged_layout_is_left_out(
    sit: Callable[..., Sitting], tmp_path: Path
) -> None:
    first = sit()
    first.open().docks["data"].close()
    first.leave()
    known = Memory(tmp_path / "kept").settings
    assert known.sealed
    layout = bytearray(known.layout)
    layout[len(layout) // 2] ^= 0xFF
    Memory(tmp_path / "kept").write(layout=bytes(layout))
    assert not sit().open().docks["data"].isHidden()

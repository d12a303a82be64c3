"""After a kill: the run is offered again, and comes back bit for bit."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from gdviz.core.datasets import Moons, OwnTable
from gdviz.core.losses import Logistic, SquaredError
from gdviz.core.models import MLP
from gdviz.session.course import Course
from gdviz.session.journal import Journal, lost
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import Document, read_document, write_document
from gdviz.session.trainer import Trainer
from gdviz.ui import aside, recovery
from gdviz.ui.memory import Memory
from gdviz.ui.start import Start
from gdviz.ui.window import Window
from tests.ui.conftest import rest
from tests.ui.killing import kill_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.start import What

SCENE = Scene(Moons(), model=MLP((4,)), loss=Logistic(), descent=Descent(8, 0.1))
COURSE = Course(
    SCENE.descent, ((40, replace(SCENE.descent, learning_rate=0.2)),), 1200, 700
)
TABLE = "a,b\n1,2\n2,3\n3,5\n"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "EVERY", 20)


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Start]]:
    """A function that opens a window with a memory and waits until it is at rest."""
    begun: list[Start] = []

    def beginning(what: What = None, steps: int = 0) -> Start:
        start = Start(Window("dark", Memory(tmp_path)))
        begun.append(start)
        start.open(what)
        if steps:
            start.window.player.open(what, steps)  # type: ignore[arg-type]
        start.window.show()
        rest(qtbot, start.window)
        return start

    yield beginning
    for start in begun:
        end(start)
        start.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


def end(start: Start) -> None:
    """Close a window as its own button does, once."""
    if start.recovery is not None:
        start.window.documents.path = None
        start.window.close()
        start.finish()
        start.recovery = None


def left_behind(folder: Path, document: Document, age: float = 0.0) -> Path:
    """Leave a document as a killed process does."""
    journal = Journal(folder / "runs")
    journal.write(document)
    journal.wait()
    assert not journal.fault()
    assert journal._lock is not None
    journal._lock._file.close()
    os.utime(journal.file, (time.time() - age,) * 2)
    return journal.file


def asked(qtbot: QtBot, start: Start) -> recovery.Strip:
    """Return the question, once it is asked."""
    kept = start.recovery
    assert kept is not None
    qtbot.waitUntil(lambda: kept.strip is not None, timeout=20_000)
    assert kept.strip is not None
    return kept.strip


def press(qtbot: QtBot, strip: recovery.Strip, answer: str) -> None:
    qtbot.mouseClick(strip.buttons[answer], Qt.MouseButton.LeftButton)


def runs(folder: Path) -> set[str]:
    return {file.name for file in (folder / "runs").glob("*.json")}


def test_the_run_is_written_while_it_goes_on_and_removed_at_the_end(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    start = begin(SCENE)
    assert runs(tmp_path) == set()
    player = start.window.player
    player.forward()
    rest(qtbot, start.window)
    assert start.recovery is not None
    file = start.recovery.journal.file

    def written() -> bool:
        course = read_document(file).course if file.exists() else None
        return course is not None and course.steps == 1

    qtbot.waitUntil(written, timeout=20_000)
    assert list(lost(tmp_path / "runs")) == []
    end(start)
    assert list((tmp_path / "runs").iterdir()) == []


def test_what_was_only_opened_is_not_written(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    start = begin(Document(SCENE, replace(COURSE, steps=90, shown=90)))
    assert start.recovery is not None
    qtbot.waitUntil(lambda: not start.recovery._soon.isActive(), timeout=20_000)  # type: ignore[union-attr]
    assert runs(tmp_path) == set()


def test_the_run_comes_back_to_the_same_step_bit_for_bit(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    file = left_behind(tmp_path, Document(SCENE, COURSE), age=200)
    start = begin()
    strip = asked(qtbot, start)
    words = strip.words.text()
    assert "3 minutes ago" in words
    assert "Bring back the run of 1,200 steps on Moons?" in words
    assert QApplication.activeModalWidget() is None
    player = start.window.player
    player.forward()  # the window stays in use
    rest(qtbot, start.window)
    press(qtbot, strip, "bring")
    qtbot.waitUntil(lambda: not player.editing and player.scene == SCENE)
    rest(qtbot, start.window)
    trainer = Trainer(SCENE, COURSE)
    trainer.advance(700)
    run = player.run
    assert run is not None
    assert (run.step, run.newest) == (700, 1200)
    assert (run.snapshot.record.theta == trainer.state.theta).all()
    assert run.snapshot.course == COURSE
    assert start.window.menuWidget() is None
    qtbot.waitUntil(lambda: not file.exists(), timeout=20_000)
    assert len(runs(tmp_path)) == 1  # its own
    end(start)
    assert read_document(tmp_path / "last.json").course == COURSE
    assert runs(tmp_path) == set()


def test_a_run_brought_back_is_kept_if_that_is_cut_short(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    """All of its steps are in the next file from the first picture on."""
    long = replace(COURSE, steps=10**7, shown=10**7)
    file = left_behind(tmp_path, Document(SCENE, long))
    start = begin()
    player = start.window.player
    press(qtbot, asked(qtbot, start), "bring")
    qtbot.waitUntil(lambda: not file.exists(), timeout=20_000)
    assert player.run is not None
    assert player.run.newest < 10**7
    assert start.recovery is not None
    assert read_document(start.recovery.journal.file).course == long
    end(start)
    assert read_document(tmp_path / "last.json").course == long


def test_a_short_run_comes_back_over_a_longer_one(
    begin: Callable[..., Start], qtbot: QtBot
) -> None:
    """An answer about the run before may still be under way."""
    start = begin(SCENE)
    window, player = start.window, start.window.player
    player.speed = float("inf")
    player.play()
    qtbot.waitUntil(lambda: player.run is not None and player.run.step > 5)
    for _ in range(6):  # now or then a question is out
        window.documents.show(Document(SCENE, Course(SCENE.descent, (), 2, 1)))
        rest(qtbot, window)
        assert player.run is not None
        assert (player.run.newest, player.run.step) == (2, 1)
        player.play()
        qtbot.waitUntil(lambda: player.run is not None and player.run.step > 5)


def test_newest_first_and_discarding_goes_on_to_the_next(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    files = {
        steps: left_behind(
            tmp_path, Document(SCENE, Course(SCENE.descent, (), steps)), age
        )
        for steps, age in ((11, 300), (12, 100), (13, 200))
    }
    start = begin()
    strip = asked(qtbot, start)
    assert "12 steps" in strip.words.text()
    press(qtbot, strip, "discard")
    strip = asked(qtbot, start)
    assert "13 steps" in strip.words.text()
    assert runs(tmp_path) == {files[11].name, files[13].name}
    press(qtbot, strip, "later")
    assert start.window.menuWidget() is None
    assert runs(tmp_path) == {files[11].name, files[13].name}
    end(start)
    again = begin()
    assert "13 steps" in asked(qtbot, again).words.text()


def test_two_windows_do_not_offer_the_same_run(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    left_behind(tmp_path, Document(SCENE, COURSE))
    first, second = begin(), begin()
    asked(qtbot, first)
    second.window.player.forward()
    rest(qtbot, second.window)
    assert second.recovery is not None
    assert second.recovery.strip is None
    assert list(lost(tmp_path / "runs")) == []
    end(first)  # without an answer
    (found,) = lost(tmp_path / "runs")
    assert found.read().course == COURSE
    found.release()


def test_a_run_that_cannot_be_read_can_be_discarded(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    file = left_behind(tmp_path, Document(SCENE, COURSE))
    file.write_text("{")
    strip = asked(qtbot, begin())
    assert "ended unexpectedly" in strip.words.text()
    assert set(strip.buttons) == {"discard", "later"}
    press(qtbot, strip, "discard")
    assert runs(tmp_path) == set()


def test_an_own_table_that_changed_is_named(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "house.csv"
    table.write_text(TABLE)
    scene = Scene(OwnTable(str(table), "b"), loss=SquaredError())
    course = Course(scene.descent, (), 1)
    left_behind(tmp_path, Document(scene, course))
    table.write_text(TABLE + "4,7\n")
    words = asked(qtbot, begin()).words.text()
    assert "the run of 1 step on house.csv?" in words
    assert "is not the table" in words


def test_unsaved_changes_are_asked_for_before_a_run_is_brought_back(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    left_behind(tmp_path, Document(SCENE, COURSE))
    start = begin()
    window = start.window
    window.panel.choose(seed=77)
    rest(qtbot, window)
    strip = asked(qtbot, start)
    press(qtbot, strip, "bring")
    box = window.findChild(QMessageBox)
    assert box is not None
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.player.scene.seed == 77
    assert start.recovery is not None
    assert start.recovery.strip is strip
    press(qtbot, strip, "later")
    assert len(list(tmp_path.glob("runs/*.json"))) >= 1


def test_the_question_is_there_for_keyboard_and_reader(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    left_behind(tmp_path, Document(SCENE, COURSE))
    start = begin()
    had = start.window.focusWidget()
    strip = asked(qtbot, start)
    assert start.window.focusWidget() is had
    for button in strip.buttons.values():
        assert button.toolTip()
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_run_that_cannot_be_kept_is_told_once(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "runs").write_text("no folder")
    start = begin(SCENE)
    said: list[str] = []
    say = start.window.footer.say
    start.window.footer.say = lambda note: (said.append(note), say(note))  # type: ignore[method-assign,assignment,func-returns-value]
    for _ in range(4):
        start.window.player.forward()
        rest(qtbot, start.window)
        kept = start.recovery
        assert kept is not None
        qtbot.waitUntil(lambda: not kept._soon.isActive(), timeout=20_000)  # noqa: B023
    assert sum("cannot be kept" in note for note in said) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "just now"),
        (60, "1 minute ago"),
        (7300, "2 hours ago"),
        (9e5, "10 days ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert recovery._ago(seconds) == words


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_window_gives_its_run_back(tmp_path: Path, seed: int) -> None:
    outcome = kill_once(tmp_path, Random(seed))
    assert outcome.steps > 0
    assert outcome.same
    assert outcome.whole
    assert not list(tmp_path.rglob("*.broken*"))


def test_what_was_left_in_front_of_a_class_is_kept_until_it_is_back(
    begin: Callable[..., Start], qtbot: QtBot, tmp_path: Path
) -> None:
    start = begin(SCENE)
    window = start.window
    window.presenter.start()
    for seed in (4, 5):
        file = tmp_path / f"{seed}.json"
        write_document(file, replace(SCENE, seed=seed))
        window.open_scene(str(file))
        rest(qtbot, window)
        window.panel.choose_descent(learning_rate=seed / 100)
        rest(qtbot, window)
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)

    def kept() -> set[tuple[int, float]]:
        found = [(tmp_path / "runs" / name) for name in runs(tmp_path)]
        scenes = [read_document(file).scene for file in found]
        return {(scene.seed, scene.descent.learning_rate) for scene in scenes}

    qtbot.waitUntil(lambda: {(4, 0.04), (5, 0.05)} <= kept(), timeout=20_000)
    window.presenter.end()
    qtbot.waitUntil(lambda: window.documents._box is not None)
    assert window.documents._box is not None
    window.documents._box.button(QMessageBox.StandardButton.Discard).click()
    rest(qtbot, window)
    qtbot.waitUntil(lambda: (5, 0.05) not in kept(), timeout=20_000)
    end(start)
    assert runs(tmp_path) == set()


def test_what_is_aside_is_found_after_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    kept = aside.Aside(folder)
    first, second = Document(SCENE), Document(replace(SCENE, seed=9))
    kept.keep((first, second))
    kept.keep((first,))
    kept.close()
    found = list(lost(folder))
    assert [left.read().scene for left in found] == [SCENE]
    for left in found:
        left.release()

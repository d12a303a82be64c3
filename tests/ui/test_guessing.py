"""Predict, then reveal: with the mouse and with keys, in a real window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gdviz.core.functions import FUNCTIONS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.guess import MEAN, NEXT, Tally
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.ui.marks import legend
from gdviz.ui.marks.lengths import FIT, SCALES
from gdviz.ui.plots.bars import BarsChart
from gdviz.ui.plots.gradients import GradientChart
from tests.ui.charts import spot
from tests.ui.conftest import back, rest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.session.guess import Guess
    from gdviz.ui.guessing import Guessing
    from gdviz.ui.marks.guess import Frame
    from gdviz.ui.plots.curves import CurvesChart
    from gdviz.ui.plots.surface import SurfaceChart
    from gdviz.ui.window import Window

    Array = NDArray[np.float64]

LEFT = Qt.MouseButton.LeftButton
SCENE = Scene(seed=58, descent=Descent(4, 0.05))
LESSON = """# Quiz
order: 1

Guess twice.

## First
predict: mean

```scene
{"seed": 58}
```

The mean is {mean gradient:w}; {points} of {most points}.

## Nothing to guess

Text.

## Second
steps: 2
predict: next point

Text.
"""


@pytest.fixture
def window(shared: Window, qtbot: QtBot) -> Window:
    """A window at step 3, without a guess."""
    back(qtbot, shared, SCENE, 3)
    shared.player.tally = Tally()
    shared.player.set_unit("update")
    shared.player.choose(None)
    shared.surface.set_scale(FIT)
    shared.surface.setFocus()
    rest(qtbot, shared)
    return shared


def opened(window: Window, name: str = MEAN) -> Guessing:
    window.guessing.open(name)
    assert window.guessing.held
    return window.guessing


def the(guess: Guess | None) -> Guess:
    assert guess is not None
    return guess


def gradients(window: Window) -> GradientChart:
    chart = window.charts[GradientChart.name]
    assert isinstance(chart, GradientChart)
    return chart


def drag(
    qtbot: QtBot, chart: GradientChart | SurfaceChart | CurvesChart, vector: Array
) -> None:
    """Press somewhere, move to the tip of a vector in small steps and let go."""
    frame, inside = chart.guess.frame, chart.view.viewport()
    assert frame is not None
    end = spot(chart, *frame.tip(vector).tolist())
    assert inside.rect().contains(end)
    start = inside.rect().center()
    qtbot.mousePress(inside, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(inside, start + (end - start) * share)
    qtbot.mouseRelease(inside, LEFT, pos=end)


def near(chart: GradientChart | SurfaceChart | CurvesChart) -> float:
    """Return how much of a vector a pixel is."""
    frame = chart.guess.frame
    assert frame is not None
    pixel = QPointF(*chart.box.viewPixelSize())
    return 1.5 * max(pixel.x(), pixel.y()) / frame.factor


def test_a_held_step_shows_each_gradient_and_nothing_made_of_them(
    window: Window, qtbot: QtBot
) -> None:
    window.mark(legend.CHAIN)
    before = gradients(window).thick._arrows
    guessing = opened(window)
    for chart in (gradients(window), window.surface):
        hidden = chart.hidden_now
        assert {legend.MEAN, legend.FULL, legend.UPDATE, legend.GHOST} <= hidden
        assert {legend.MEMORY, legend.CHAIN, legend.SPREAD} <= hidden
        assert legend.EXAMPLE not in hidden
        assert chart.examples_shown() == 4
    assert not gradients(window).thick._arrows
    assert not window.surface.step.thick._arrows
    assert not len(gradients(window).chain.tips)
    assert len(gradients(window).thin.tips) == 4
    assert "held" in window.footer.sentence.text()
    assert "‖ĝ‖" not in window.footer.numbers.text()
    guessing.reveal()
    assert len(gradients(window).thick._arrows) == len(before)
    window.mark(legend.CHAIN)


def test_bars_hide_their_means_too(window: Window, qtbot: QtBot) -> None:
    window.docks[BarsChart.name].show()
    bars = window.charts[BarsChart.name]
    assert isinstance(bars, BarsChart)
    rest(qtbot, window)
    assert len(bars.mean.opts["x"])
    guessing = opened(window)
    assert not len(bars.mean.opts["x"])
    assert not bars.words.words
    guessing.leave()
    assert len(bars.mean.opts["x"])


@pytest.mark.parametrize("exact", [True, False])
def test_an_arrow_is_dragged_among_the_gradients(
    window: Window, qtbot: QtBot, exact: bool
) -> None:
    guessing, chart = opened(window), gradients(window)
    assert not guessing.bar.reveal.isEnabled()
    truth = the(guessing.guess).truth
    aim = truth if exact else np.array([truth[0], -truth[1] / 4])
    drag(qtbot, chart, aim)
    guess = the(guessing.guess)
    assert guess.placed
    assert guess.vector == pytest.approx(aim, abs=near(chart))
    assert guessing.bar.reveal.isEnabled()
    qtbot.mouseClick(guessing.bar.reveal, LEFT)
    assert the(guessing.guess).revealed
    points = guessing.tally.total
    assert points >= 9 if exact else points < 6
    assert f"{points} of 10 points" in guessing.bar.words.toolTip()
    assert f"Score {points} of 10" in guessing.bar.score.text()


@pytest.mark.parametrize("scale", SCALES)
def test_an_arrow_is_dragged_on_the_surface(
    window: Window, qtbot: QtBot, scale: str
) -> None:
    window.surface.set_scale(scale)
    guessing = opened(window)
    guess = the(guessing.guess)
    aim = guess.vector @ np.array([[0.6, 0.8], [-0.8, 0.6]])  # no longer: one length
    drag(qtbot, window.surface, aim)
    moved = the(guessing.guess).vector
    assert moved == pytest.approx(aim, abs=near(window.surface))
    assert window.player.run is not None
    assert window.player.run.step == 3


def test_a_click_while_a_step_is_held_selects_nothing(
    window: Window, qtbot: QtBot
) -> None:
    opened(window)
    chart = gradients(window)
    tip = chart.thin.tips[0].tolist()
    at = spot(chart, *tip)
    qtbot.mouseClick(chart.view.viewport(), LEFT, pos=at)
    assert window.player.chosen is None
    assert the(window.guessing.guess).vector == pytest.approx(tip, abs=near(chart))
    window.guessing.leave()
    qtbot.mouseClick(chart.view.viewport(), LEFT, pos=at)
    assert window.player.chosen is not None


def test_other_buttons_move_no_guess(window: Window, qtbot: QtBot) -> None:
    guessing, chart = opened(window), gradients(window)
    before = the(guessing.guess)
    qtbot.mousePress(chart.view.viewport(), Qt.MouseButton.RightButton)
    qtbot.mouseMove(chart.view.viewport(), chart.view.viewport().rect().center())
    qtbot.mouseRelease(chart.view.viewport(), Qt.MouseButton.RightButton)
    assert guessing.guess is before


KEYS = {
    "left": (Qt.Key.Key_Left, False, 5.0, 1.0),
    "right": (Qt.Key.Key_Right, False, -5.0, 1.0),
    "up": (Qt.Key.Key_Up, False, 0.0, 1.1),
    "down": (Qt.Key.Key_Down, False, 0.0, 1 / 1.1),
    "shift left": (Qt.Key.Key_Left, True, 1.0, 1.0),
    "shift up": (Qt.Key.Key_Up, True, 0.0, 1.02),
}


@pytest.mark.parametrize(("key", "fine", "turn", "times"), KEYS.values(), ids=KEYS)
def test_arrow_keys_turn_and_lengthen(
    window: Window, qtbot: QtBot, key: Qt.Key, fine: bool, turn: float, times: float
) -> None:
    guessing = opened(window)
    before = the(guessing.guess).vector
    held = Qt.KeyboardModifier.ShiftModifier if fine else Qt.KeyboardModifier(0)
    qtbot.keyClick(gradients(window), key, held)
    moved = the(guessing.guess).vector
    assert np.hypot(*moved) == pytest.approx(times * np.hypot(*before))
    angle = np.degrees(np.arctan2(moved[1], moved[0]))
    assert angle == pytest.approx(turn, abs=1e-9)
    assert window.player.run is not None
    assert window.player.run.step == 3


def test_arrow_keys_push_a_next_point(window: Window, qtbot: QtBot) -> None:
    guessing = opened(window, NEXT)
    before = the(guessing.guess).vector
    qtbot.keyClick(window.surface, Qt.Key.Key_Up)
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    push = 2 * before[0] * 0.1
    assert the(guessing.guess).vector == pytest.approx(
        before + push * np.array([-1, 1])
    )


def test_y_opens_enter_reveals_and_escape_puts_away(
    window: Window, qtbot: QtBot
) -> None:
    guessing = window.guessing
    window.player.choose(1)
    qtbot.keyClick(window.surface, Qt.Key.Key_Y)
    assert guessing.held
    assert guessing.bar.isVisible()
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    qtbot.keyClick(window.surface, Qt.Key.Key_Return)
    assert the(guessing.guess).revealed
    assert len(guessing.tally.points) == 1
    qtbot.keyClick(window.surface, Qt.Key.Key_Escape)
    assert guessing.guess is None
    assert not guessing.bar.isVisible()
    assert window.player.chosen == 1  # Esc was for the guess
    qtbot.keyClick(window.surface, Qt.Key.Key_Escape)
    assert window.player.chosen is None


def test_keys_move_a_guess_while_presenting(window: Window, qtbot: QtBot) -> None:
    window.presenter.start()
    guessing = window.guessing
    qtbot.keyClick(window.surface, Qt.Key.Key_Y)
    rest(qtbot, window)
    assert guessing.held
    assert guessing.bar.isVisible()
    before = the(guessing.guess).vector
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    assert the(guessing.guess).vector[1] > before[1]
    qtbot.keyClick(window.surface, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.surface, Qt.Key.Key_Return)
    assert the(guessing.guess).revealed
    qtbot.keyClick(window.surface, Qt.Key.Key_Escape)
    assert guessing.guess is None
    assert window.presenter.on
    window.presenter.end()
    rest(qtbot, window)


def test_giving_up_shows_the_truth_and_counts_nothing(
    window: Window, qtbot: QtBot
) -> None:
    guessing = opened(window)
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    assert the(guessing.guess).placed
    qtbot.keyClick(window.surface, Qt.Key.Key_Escape)
    guess = the(guessing.guess)
    assert (guess.revealed, guess.placed) == (True, False)
    assert not guessing.tally.points
    assert "without a guess" in guessing.bar.words.toolTip()
    assert guessing.bar.leave.text() == "Close"
    qtbot.mouseClick(guessing.bar.leave, LEFT)
    assert guessing.guess is None


@pytest.mark.parametrize("way", ["forward", "play"])
@pytest.mark.parametrize("unit", ["update", "example", "epoch"])
def test_no_step_is_made_over_a_guess(
    window: Window, qtbot: QtBot, way: str, unit: str
) -> None:
    window.player.set_unit(unit)
    guessing, player = opened(window), window.player
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    act = player.forward if way == "forward" else player.toggle
    act()
    rest(qtbot, window)
    assert player.run is not None
    assert (player.run.step, player.playing) == (3, False)
    assert the(guessing.guess).revealed
    assert gradients(window).thick._arrows  # nothing is hidden any more
    act()
    qtbot.waitUntil(lambda: player.run is not None and player.run.step > 3)
    player.play(False)
    rest(qtbot, window)
    assert guessing.guess is None
    assert not guessing.bar.isVisible()


def test_the_guess_stays_with_its_step_alone(window: Window, qtbot: QtBot) -> None:
    guessing, player = window.guessing, window.player

    def after(act: object) -> bool:
        back(qtbot, window, SCENE, 3)
        opened(window)
        assert callable(act)
        act()
        rest(qtbot, window)
        return guessing.held

    descent = SCENE.descent
    assert after(lambda: player.choose(2))
    assert after(lambda: window.surface.set_scale("true"))
    assert not after(lambda: player.seek(1))
    assert not after(player.reset)
    assert not after(player.back)
    assert not after(player.new_seed)
    faster = replace(SCENE, descent=replace(descent, learning_rate=0.1))
    assert not after(lambda: player.edit(faster))
    assert not guessing.bar.isVisible()
    assert not gradients(window).hides(legend.MEAN)


def test_undo_knows_nothing_of_guesses(window: Window, qtbot: QtBot) -> None:
    before = window.undo.stack.count()
    guessing = opened(window)
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    guessing.reveal()
    guessing.close()
    rest(qtbot, window)
    assert window.undo.stack.count() == before


def test_points_of_a_step_count_once(window: Window, qtbot: QtBot) -> None:
    guessing = opened(window)
    qtbot.keyClick(window.surface, Qt.Key.Key_Left)
    guessing.reveal()
    first = guessing.tally
    guessing.open()
    guessing.move(the(guessing.guess).moved(the(guessing.guess).truth))
    guessing.reveal()
    assert guessing.tally.points == first.points


def test_a_next_point_is_looked_at_from_near(window: Window, qtbot: QtBot) -> None:
    surface = window.surface
    before = np.array(surface.box.viewRange())
    guessing = opened(window, NEXT)
    rest(qtbot, window)
    assert np.ptp(surface.box.viewRange()[0]) < 0.7 * np.ptp(before[0])
    guess = the(guessing.guess)
    drag(qtbot, surface, guess.truth)
    assert the(guessing.guess).vector == pytest.approx(guess.truth, abs=near(surface))
    frame: Frame | None = surface.guess.frame
    assert frame is not None
    after = guess.snapshot.plane.project(guess.snapshot.record.after.theta)
    assert frame.tip(guess.truth) == pytest.approx(after)
    assert "true step" in surface.lengths.words()
    guessing.reveal()
    guessing.close()
    rest(qtbot, window)
    assert np.array(surface.box.viewRange()) == pytest.approx(before, rel=0.05)
    assert "fit" in surface.lengths.words()


def test_a_next_point_is_not_for_the_plot_of_gradients(window: Window) -> None:
    opened(window, NEXT)
    assert gradients(window).guess.frame is None
    assert window.curves.guess.frame is None
    window.guessing.open(MEAN)
    assert gradients(window).guess.frame is not None


def test_the_choice_in_the_bar_changes_what_is_guessed(
    window: Window, qtbot: QtBot
) -> None:
    guessing = opened(window)
    choice = guessing.bar.kind
    choice.setCurrentIndex(choice.findData(NEXT))
    choice.activated.emit(choice.currentIndex())
    assert the(guessing.guess).name == NEXT
    assert "θ will stand" in guessing.bar.words.toolTip()


def test_one_parameter_is_guessed_along_its_axis(window: Window, qtbot: QtBot) -> None:
    scene = Scene(data=FUNCTIONS["plus-minus"](), descent=Descent(2, 0.1))
    back(qtbot, window, scene, 0)
    guessing = opened(window)
    guess = the(guessing.guess)
    assert guess.name == NEXT
    assert not guessing.bar.kind.isVisible()
    assert window.surface.guess.frame is None
    drag(qtbot, window.curves, guess.truth)
    moved = the(guessing.guess).vector
    assert moved == pytest.approx(guess.truth, abs=near(window.curves))
    assert moved[1] == 0
    qtbot.keyClick(window.curves, Qt.Key.Key_Up)
    assert the(guessing.guess).vector == pytest.approx(moved)
    assert window.curves.hides(legend.MEAN)
    guessing.reveal()
    assert guessing.tally.total >= 8


def test_at_a_bad_end_there_is_nothing_to_guess(window: Window, qtbot: QtBot) -> None:
    back(qtbot, window, Scene(descent=Descent(4, 10.0)), 2000)
    qtbot.waitUntil(
        lambda: window.player.run is not None and window.player.run.snapshot.diverged
    )
    window.guessing.toggle()
    assert window.guessing.guess is None
    assert "ends here" in window.footer.note.text()


def test_layouts_neither_show_nor_hide_the_bar(window: Window, qtbot: QtBot) -> None:
    bar = window.guessing.bar
    shut = window.saveState()
    opened(window)
    held = window.saveState()
    window.restoreState(shut)
    assert bar.isVisible()
    window.guessing.close()
    window.restoreState(held)
    assert not bar.isVisible()


def test_momentum_and_phases_hide_as_well(window: Window, qtbot: QtBot) -> None:
    momentum = OPTIMIZERS["momentum"]()
    back(qtbot, window, Scene(descent=Descent(4, 0.05, optimizer=momentum)), 3)
    window.player.set_unit("example")
    opened(window)
    assert not gradients(window).thick._arrows
    assert gradients(window).examples_shown() == 4
    window.guessing.reveal()
    assert len(gradients(window).thick._arrows) >= 3
    window.player.set_unit("update")


@pytest.fixture
def quiz(window: Window, qtbot: QtBot, tmp_path: Path) -> Window:
    path = tmp_path / "quiz.md"
    path.write_text(LESSON, encoding="utf-8")
    window.lectern.open(read_lesson(path, MEASURES))
    rest(qtbot, window)
    return window


def guess_right(window: Window) -> None:
    guessing = window.guessing
    guessing.move(the(guessing.guess).moved(the(guessing.guess).truth))
    guessing.reveal()


def test_a_page_asks_for_a_guess_and_the_lesson_sums_them_up(
    quiz: Window, qtbot: QtBot
) -> None:
    guessing, lectern = quiz.guessing, quiz.lectern
    assert guessing.held
    assert the(guessing.guess).name == MEAN
    assert "<b>?</b>" in quiz.lesson.sheet.text._html
    guess_right(quiz)
    assert "?" not in quiz.lesson.sheet.text._html
    assert "<b>10</b> of <b>20</b>" in quiz.lesson.sheet.text._html
    assert "Score 10 of 10 (1 of 2 guesses)" in guessing.bar.score.text()
    lectern.turn(1)
    rest(qtbot, quiz)
    assert guessing.guess is None
    opened(quiz)
    guess_right(quiz)  # nobody asked for it
    assert len(guessing.tally.points) == 1
    lectern.turn(1)
    rest(qtbot, quiz)
    guess = the(guessing.guess)
    assert (guess.name, guess.snapshot.step) == (NEXT, 2)
    guessing.leave()
    assert guessing.tally.points == {0: 10, 2: 0}
    assert "Score 10 of 20" in guessing.bar.score.text()
    assert "Fair" in guessing.bar.words.toolTip()


def test_a_page_seen_again_counts_no_second_time(quiz: Window, qtbot: QtBot) -> None:
    guessing, lectern = quiz.guessing, quiz.lectern
    guessing.leave()
    assert guessing.tally.points == {0: 0}
    lectern.turn(1)
    rest(qtbot, quiz)
    lectern.turn(-1)
    rest(qtbot, quiz)
    assert guessing.held
    guess_right(quiz)
    assert guessing.tally.points == {0: 0}


def test_another_lesson_begins_at_0(quiz: Window, qtbot: QtBot, tmp_path: Path) -> None:
    guess_right(quiz)
    quiz.lectern.open(read_lesson(tmp_path / "quiz.md", MEASURES))
    rest(qtbot, quiz)
    assert (quiz.guessing.tally.total, quiz.guessing.tally.of) == (0, 2)
    quiz.lectern.close()
    rest(qtbot, quiz)
    guess_right(quiz)
    quiz.guessing.close()
    opened(quiz)
    assert quiz.guessing.tally.of == 0


def test_a_page_of_the_same_scene_has_a_guess_of_its_own(
    quiz: Window, qtbot: QtBot
) -> None:
    guess_right(quiz)
    quiz.lectern.turn(0)
    rest(qtbot, quiz)
    assert quiz.guessing.held


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", [MEAN, NEXT])
def test_guess_and_truth_are_painted(
    window: Window, qtbot: QtBot, theme: str, name: str
) -> None:
    window.set_theme(theme)
    without = window.surface.grab().toImage()
    guessing = opened(window, name)
    rest(qtbot, window)
    held = window.surface.grab().toImage()
    guessing.move(the(guessing.guess).turned(40.0, 1.3))
    moved = window.surface.grab().toImage()
    guessing.reveal()
    shown = window.surface.grab().toImage()
    pictures = [without, held, moved, shown]
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])
    window.set_theme("dark")

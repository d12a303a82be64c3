"""What if?: one path for one change of mind, each to be returned to, none lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gdviz.core.batches import FRESH
from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.core.refused import Refused
from gdviz.session.run import EPOCHS, SEEN, STEPS
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.ui import style as look
from gdviz.ui.marks.legend import PATHS
from gdviz.ui.marks.paths import dashed
from tests.ui.charts import click
from tests.ui.conftest import back, rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.session.paths import Path
    from gdviz.ui.window import Window


CONES = {  # what is left of red, green, blue (Machado, Oliveira, Fernandes 2009)
    "all": np.eye(3),
    "no red": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.052]]
    ),
    "no green": np.array(
        [[0.3673, 0.8606, -0.228], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]
    ),
    "no blue": np.array(
        [
            [1.2555, -0.0767, -0.1788],
            [-0.0784, 0.9308, 0.1476],
            [0.0047, 0.6914, 0.3039],
        ]
    ),
}


def lab(shade: str, seeing: str) -> NDArray[np.float64]:
    """Return lightness and two hues of a colour as an eye without a cone sees it."""
    code = np.array([int(shade[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    seen = (CONES[seeing] @ linear).clip(0, 1)
    x, y, z = np.cbrt(_XYZ @ seen / [0.9505, 1.0, 1.0888])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


_XYZ = np.array(
    [[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]]
)


@pytest.fixture
def walked(shared: Window, qtbot: QtBot) -> Window:
    """A window on a run of 24 updates, looking at step 10."""
    back(qtbot, shared, Scene(), 24)
    shared.player.seek(10)
    rest(qtbot, shared)
    return shared


def paths(window: Window) -> list[tuple[str, str, int, int]]:
    """Return of each path its name, whom it left, where, and its newest step."""
    known = window.player.paths
    return [
        (p.name, "" if p.left is None else known.name_of(p.left), p.at, p.run.newest)
        for p in known.all
    ]


def number(window: Window, name: str) -> int:
    return next(p.number for p in window.player.paths.all if p.name == name)


def present(window: Window) -> Path:
    return window.player.paths[window.player.paths.present]


def drop_unlisted(qtbot: QtBot, window: Window) -> None:
    """See that the worker keeps exactly the runs that are listed."""
    rest(qtbot, window)
    assert set(window.player.worker.desk._stages) == window.player.paths.numbers


def test_the_button_leaves_the_path_and_says_what_to_do(
    walked: Window, qtbot: QtBot
) -> None:
    qtbot.mouseClick(walked.transport.buttons["what if"], Qt.MouseButton.LeftButton)
    rest(qtbot, walked)
    assert paths(walked) == [("Path 1", "", 0, 24), ("Path 2", "Path 1", 10, 10)]
    said = walked.footer.note.text()
    assert "Path 1 stays" in said
    assert "Change a setting" in said
    assert [p.name for p in walked.surface.paths.traced] == ["Path 1"]
    assert [p.name for p in walked.loss.paths.traced] == ["Path 1"]
    drop_unlisted(qtbot, walked)


def test_asked_many_times_in_a_row_there_is_one_new_path(
    walked: Window, qtbot: QtBot
) -> None:
    for _ in range(5):
        qtbot.keyClick(walked.surface, Qt.Key.Key_W)
    rest(qtbot, walked)
    qtbot.keyClick(walked.surface, Qt.Key.Key_W)
    rest(qtbot, walked)
    assert len(paths(walked)) == 2
    assert "already" in walked.footer.note.text()


def test_one_drag_at_a_past_step_makes_one_path(walked: Window, qtbot: QtBot) -> None:
    for rate in (0.06, 0.07, 0.08, 0.09, 0.1):
        walked.panel.choose_descent(learning_rate=rate)
        qtbot.wait(1)
    rest(qtbot, walked)
    assert paths(walked) == [("Path 1", "", 0, 24), ("Path 2", "Path 1", 10, 10)]
    assert walked.player.scene.descent.learning_rate == 0.1
    assert "Play to see" in walked.footer.note.text()


def test_a_real_drag_of_the_slider_makes_one_path(walked: Window, qtbot: QtBot) -> None:
    inner = walked.panel.learning_rate.slider
    y = inner.height() // 2
    qtbot.mousePress(inner, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    for x in range(60, 140, 10):
        qtbot.mouseMove(inner, QPoint(x, y))
        qtbot.wait(2)
    qtbot.mouseRelease(inner, Qt.MouseButton.LeftButton, pos=QPoint(140, y))
    rest(qtbot, walked)
    assert len(paths(walked)) == 2


def test_typed_numbers_make_one_path_each_time_one_steps_back(
    walked: Window, qtbot: QtBot
) -> None:
    for step, size in ((10, 8), (5, 16), (2, 2)):
        walked.player.seek(step)
        rest(qtbot, walked)
        walked.panel.choose_descent(batch_size=size)
        rest(qtbot, walked)
        walked.player.forward()
        rest(qtbot, walked)
    found = [(left, at, newest) for _, left, at, newest in paths(walked)]
    assert found == [
        ("", 0, 24),
        ("Path 1", 10, 11),
        ("Path 2", 5, 6),
        ("Path 3", 2, 3),
    ]


@pytest.mark.parametrize("step", [0, 24])
def test_an_edit_at_step_0_leaves_and_at_the_newest_does_not(
    walked: Window, qtbot: QtBot, step: int
) -> None:
    walked.player.seek(step)
    rest(qtbot, walked)
    walked.panel.choose_descent(learning_rate=0.2)
    rest(qtbot, walked)
    assert len(paths(walked)) == (2 if step == 0 else 1)
    assert walked.player.run is not None
    assert walked.player.run.step == step


def test_an_edit_while_playing_at_the_newest_step_leaves_no_path(
    window: Window, qtbot: QtBot
) -> None:
    window.player.play()
    qtbot.waitUntil(lambda: bool(window.player.run and window.player.run.step > 5))
    window.panel.choose_descent(learning_rate=0.06)
    qtbot.waitUntil(lambda: window.player.scene.descent.learning_rate == 0.06)
    window.player.play(False)
    rest(qtbot, window)
    assert len(paths(window)) == 1


def test_an_edit_while_the_past_is_played_again_leaves_it(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.play()
    walked.panel.choose_descent(learning_rate=0.06)
    walked.panel.choose_descent(learning_rate=0.07)
    qtbot.waitUntil(lambda: len(paths(walked)) == 2)
    qtbot.waitUntil(lambda: present(walked).run.newest > present(walked).at + 2)
    walked.player.play(False)
    rest(qtbot, walked)
    assert len(paths(walked)) == 2
    assert paths(walked)[0] == ("Path 1", "", 0, 24)


@pytest.mark.parametrize(
    ("order", "left", "step"),
    [
        (("seek", "edit"), 20, 20),  # the edit is of where the seek leads
        (("edit", "seek"), 10, 5),
        (("seek", "edit", "seek back"), 20, 5),
        (("seek", "what if"), 20, 20),
        (("what if", "seek back"), 10, 5),
        (("what if", "edit"), 10, 10),
        (("edit", "what if"), 10, 10),
        (("edit", "forward"), 10, 11),
    ],
)
def test_what_is_asked_in_one_breath_is_done_in_order(
    walked: Window, qtbot: QtBot, order: tuple[str, ...], left: int, step: int
) -> None:
    player = walked.player
    player.look_at(replace(player.run.facts.start_region, left=-9.0))  # type: ignore[union-attr]
    acts = {
        "seek": lambda: player.seek(20 if order[0] == "seek" else 5),
        "seek back": lambda: player.seek(5),
        "edit": lambda: walked.panel.choose_descent(learning_rate=0.3),
        "what if": player.what_if,
        "forward": player.forward,
    }
    for name in order:
        acts[name]()
    rest(qtbot, walked)
    assert (present(walked).at, present(walked).run.step) == (left, step)
    assert len(paths(walked)) == 2


def test_another_path_shows_the_same_steps_as_a_fresh_run_with_its_settings(
    walked: Window, qtbot: QtBot
) -> None:
    walked.panel.choose_descent(learning_rate=0.3)
    rest(qtbot, walked)
    for _ in range(5):
        walked.player.forward()
        rest(qtbot, walked)
    snapshot = present(walked).run.snapshot
    alone = Trainer(snapshot.scene, snapshot.course)
    alone.advance(15)
    assert (alone.state.theta == snapshot.record.theta).all()
    walked.player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    shown = present(walked).run.snapshot
    plain = Trainer(Scene())
    plain.advance(24)
    assert (plain.state.theta == shown.record.theta).all()
    assert shown.step == 24
    assert "Path 1 again" in walked.footer.note.text()
    assert walked.player.scene.descent.learning_rate == 0.05


def test_a_path_returned_to_goes_on_as_if_never_left(
    shared: Window, qtbot: QtBot
) -> None:
    scene = Scene(descent=Descent(6, 0.02, optimizer=HeavyBall()))
    window = shared
    back(qtbot, window, scene, 25)
    window.player.seek(11)  # amid an epoch, with some speed
    rest(qtbot, window)
    window.panel.choose_descent(batch_size=3)
    rest(qtbot, window)
    window.player.go_on(30)
    rest(qtbot, window)
    window.player.return_to(number(window, "Path 1"))
    rest(qtbot, window)
    window.player.go_on(60)
    rest(qtbot, window)
    shown, alone = present(window).run.snapshot, Trainer(scene)
    alone.advance(60)
    assert (shown.record.theta == alone.state.theta).all()
    assert (shown.record.rows == alone.pending.rows).all()
    assert (shown.arrows.update == shown.plane.along(alone.pending.update)).all()
    losses = present(window).run.batch_losses(500)[1]
    fresh = Trainer(scene)
    for loss in losses:
        assert loss == fresh.pending.loss
        fresh.advance(1)
    assert len(losses) == 61


def test_points_and_losses_of_another_path_are_its_own(
    walked: Window, qtbot: QtBot
) -> None:
    walked.panel.choose_descent(learning_rate=0.3)
    rest(qtbot, walked)
    walked.player.go_on(30)
    rest(qtbot, walked)
    plane, alone = present(walked).run.snapshot.plane, Trainer(Scene())
    here, losses = list[object](), list[float]()
    for _ in range(25):
        here.append(plane.project(alone.state.theta).tolist())
        losses.append(alone.objective.loss(alone.state.theta))
        alone.advance(1)
    assert walked.surface.paths.traced[0].points.tolist() == here
    steps, logs = walked.loss.paths.traced[0].points.T
    assert steps[-1] == 24
    assert logs == pytest.approx(np.log10(losses)[steps.astype(int)], rel=1e-12)


def test_a_path_left_behind_is_not_asked_for_its_points_with_every_frame(
    walked: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked.player.what_if()
    walked.docks["compare"].show()
    rest(qtbot, walked)
    first = walked.player.paths.all[0].run
    monkeypatch.setattr(first, "way", None)
    monkeypatch.setattr(first, "seen_losses", None)
    walked.player.forward()
    rest(qtbot, walked)
    assert len(walked.surface.paths.traced) == len(walked.loss.paths.traced) == 1


def test_what_a_path_learnt_while_no_plot_was_seen_is_drawn(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.docks["loss"].hide()
    walked.player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    walked.player.go_on(50)
    rest(qtbot, walked)
    walked.player.return_to(number(walked, "Path 2"))
    rest(qtbot, walked)
    walked.docks["loss"].show()
    qtbot.waitUntil(lambda: walked.loss.paths.traced[0].points[-1, 0] == 50)
    assert len(walked.surface.paths.traced[0].points) == 51


@pytest.mark.parametrize("busy", ["playing", "seeking", "editing", "leaving"])
def test_a_return_is_not_lost_while_something_is_under_way(
    walked: Window, qtbot: QtBot, busy: str
) -> None:
    player = walked.player
    player.what_if()
    rest(qtbot, walked)
    if busy == "playing":
        player.play()
    elif busy == "seeking":
        player.seek(3)
    elif busy == "editing":
        walked.panel.choose_descent(learning_rate=0.3)
    else:
        player.seek(4)
        player.what_if()
    player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    assert present(walked).name == "Path 1"
    assert present(walked).run.step == 24
    assert len(paths(walked)) == (3 if busy == "leaving" else 2)
    assert not player.playing


def test_a_return_to_a_path_deleted_meanwhile_is_none(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.player.seek(2)
    walked.player.return_to(number(walked, "Path 1"))
    walked.player.delete_path(number(walked, "Path 1"))
    rest(qtbot, walked)
    walked.player.return_to(99)
    rest(qtbot, walked)
    assert present(walked).name == "Path 2"
    drop_unlisted(qtbot, walked)


def test_a_path_whose_parent_is_gone_goes_on(walked: Window, qtbot: QtBot) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.player.delete_path(number(walked, "Path 1"))
    drop_unlisted(qtbot, walked)
    walked.player.go_on(30)
    rest(qtbot, walked)
    assert paths(walked) == [("Path 2", "Path 1", 10, 30)]
    assert walked.surface.paths.traced == ()
    walked.player.delete_path(present(walked).number)
    assert len(paths(walked)) == 1


def test_reset_keeps_pinned_paths_and_says_who_was_let_go(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.player.go_on(20)
    rest(qtbot, walked)
    walked.player.say_of(number(walked, "Path 1"), pinned=True)
    walked.player.reset()
    rest(qtbot, walked)
    assert [name for name, *_ in paths(walked)] == ["Path 1", "Path 3"]
    assert "Path 2 was let go" in walked.footer.note.text()
    assert [p.name for p in walked.surface.paths.traced] == ["Path 1"]
    drop_unlisted(qtbot, walked)
    walked.panel.choose(seed=5)  # another start: no path over this surface
    rest(qtbot, walked)
    assert [name for name, *_ in paths(walked)] == ["Path 1", "Path 4"]
    assert walked.surface.paths.traced == ()
    assert [p.name for p in walked.loss.paths.traced] == ["Path 1"]
    walked.player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    assert walked.player.scene.seed == 58


def test_another_scene_begins_with_no_path(walked: Window, qtbot: QtBot) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.player.say_of(number(walked, "Path 1"), pinned=True)
    walked.player.open(Scene(seed=4), 3)
    rest(qtbot, walked)
    assert [name for name, *_ in paths(walked)] == ["Path 1"]
    assert walked.footer.note.text() == ""
    drop_unlisted(qtbot, walked)


def test_a_course_belongs_to_the_run_it_was_opened_with(
    window: Window, qtbot: QtBot
) -> None:
    window.panel.choose_descent(learning_rate=0.2)
    rest(qtbot, window)
    window.player.go_on(9)
    rest(qtbot, window)
    assert window.player.run is not None
    course = window.player.run.snapshot.course
    window.player.open(Scene(), course.steps, course)
    rest(qtbot, window)
    window.panel.choose(seed=7)
    rest(qtbot, window)
    assert window.player.run.snapshot.course.start.learning_rate == 0.2
    assert window.player.run.snapshot.course.changes == ()


def test_a_refused_edit_at_a_past_step_leaves_no_path(
    open_window: Callable[..., Window], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked = open_window(Scene(), 24)

    def refuse(*_: object) -> None:
        raise Refused("Not this one.")

    refusals: list[str] = []
    walked.player.refused.disconnect(walked.refuse)
    walked.player.refused.connect(refusals.append)
    walked.player.seek(20)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "adopt", refuse)
        walked.panel.choose_descent(learning_rate=0.4)
        qtbot.waitUntil(lambda: refusals == ["Not this one."])
    rest(qtbot, walked)
    assert paths(walked) == [("Path 1", "", 0, 24)]
    assert present(walked).run.step == 20
    walked.player.forward()
    rest(qtbot, walked)
    assert present(walked).run.step == 21
    assert walked.player.worker.desk._stages[1].trainer.step == 21
    drop_unlisted(qtbot, walked)


def test_a_diverged_run_can_be_left_before_its_end(
    shared: Window, qtbot: QtBot
) -> None:
    window = shared
    back(qtbot, window, Scene(descent=Descent(4, 1e5)), 500)
    end = present(window).run.newest
    assert present(window).run.snapshot.diverged
    window.player.seek(1)
    rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.01)
    rest(qtbot, window)
    window.player.go_on(20)
    rest(qtbot, window)
    assert [newest for *_, newest in paths(window)] == [end, 20]
    low, high = window.loss.box.viewRange()[1]
    assert high - low < 40  # the path that went off does not flatten this one
    window.grab()


def test_ghosts_in_the_scene_stay_beside_every_path(
    shared: Window, qtbot: QtBot
) -> None:
    ghost = Descent(4, 0.1)
    window = shared
    back(qtbot, window, Scene(ghosts=(ghost,)), 20)
    window.player.seek(8)
    rest(qtbot, window)
    window.panel.choose_descent(batch_size=8)
    rest(qtbot, window)
    (beside,) = present(window).run.snapshot.ghosts
    assert beside.step == 8
    assert beside.descent.learning_rate == 0.1
    window.player.return_to(number(window, "Path 1"))
    rest(qtbot, window)
    assert present(window).run.snapshot.ghosts[0].step == 20


def test_the_view_stays_where_it_is_when_a_path_is_left(
    walked: Window, qtbot: QtBot
) -> None:
    walked.surface.follow = False
    walked.surface.box.setRange(xRange=(-1, 0), yRange=(-1, 0), padding=0)
    rest(qtbot, walked)
    before = walked.surface.box.viewRange()[0]
    walked.player.what_if()
    rest(qtbot, walked)
    assert walked.surface.box.viewRange()[0] == before  # the panel takes some height
    walked.player.reset()
    rest(qtbot, walked)
    assert walked.surface.box.viewRange()[0] != before


def test_the_mark_switches_other_paths_off_everywhere(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    for shown in (False, True):
        walked.panel.marks.boxes[PATHS].click()
        assert bool(walked.surface.paths.traced) == shown
        assert bool(walked.loss.paths.traced) == shown
    walked.player.say_of(number(walked, "Path 1"), hidden=True)
    assert walked.surface.paths.traced == ()


@pytest.mark.parametrize("seeing", CONES)
@pytest.mark.parametrize("theme", look.STYLES)
def test_other_paths_never_look_like_the_one_shown(theme: str, seeing: str) -> None:
    style = look.STYLES[theme]
    own, *others = (lab(shade, seeing) for shade in (style.path, *style.paths))
    ground = lab(style.plot, seeing)
    for place, other in enumerate(others):
        assert np.linalg.norm(other - own) > 15  # 2 is a difference one just sees
        assert np.linalg.norm(other - ground) > 30
        assert all(np.linalg.norm(other - o) > 9 for o in others[:place])


def test_names_stand_clear_of_each_other_and_of_the_corners(window: Window) -> None:
    names = window.surface.paths.names
    (left, right), (bottom, top) = window.surface.box.viewRange()
    for x, y in ((right, bottom), (left, top), (left, bottom), (right, top)):
        at = np.array([[0.9 * x + 0.1 * (left + right - x), 0.9 * y]])
        names.set_ends([(at, f"A path {i}", "#ffffff") for i in range(20)])
        window.grab()
        places = [word.place for word in names.words]
        label = window.surface.scale_text
        corner = label.mapRectToParent(label.itemRect())
        assert len(places) > 2
        assert "A path 19" in [word.text for word in names.words]
        for i, place in enumerate(places):
            assert names.boundingRect().contains(place)
            assert not any(place.intersects(o) for o in [corner, *places[:i]])


@pytest.mark.parametrize("theme", look.STYLES)
def test_a_dozen_paths_have_a_dozen_looks(theme: str) -> None:
    style = look.STYLES[theme]
    pens = [dashed(place, style) for place in range(12)]
    looks = {(pen.color().name(), tuple(pen.dashPattern())) for pen in pens}
    assert len(looks) == 12
    taken = {style.example, style.chosen, style.mean, style.full, style.update}
    assert not taken & set(style.paths)


def test_the_picture_of_the_lines_is_made_anew_only_when_it_must(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.grab()
    lines = walked.surface.paths.lines
    first, names = lines.kept.image.cacheKey(), walked.surface.paths.names._kept
    second = names.image.cacheKey()
    walked.player.forward()
    rest(qtbot, walked)
    walked.grab()
    assert (lines.kept.image.cacheKey(), names.image.cacheKey()) == (first, second)
    walked.player.say_of(number(walked, "Path 1"), name="Another")
    walked.grab()
    assert lines.kept.image.cacheKey() != first
    assert names.image.cacheKey() != second


def test_where_there_is_one_parameter_other_paths_end_on_the_curve(
    shared: Window, qtbot: QtBot
) -> None:
    window = shared
    back(qtbot, window, Scene(model=Linear(bias=False)), 12)
    window.player.seek(3)
    rest(qtbot, window)
    window.player.what_if()
    rest(qtbot, window)
    (traced,) = window.curves.paths.traced
    first = window.player.paths.all[0].run
    plane = first.snapshot.plane
    assert traced.points[0, 0] == first.way(plane)[-1, 0]
    assert traced.name == "Path 1"
    window.grab()
    window.player.say_of(number(window, "Path 1"), hidden=True)
    assert window.curves.paths.traced == ()
    window.player.say_of(number(window, "Path 1"), hidden=False)
    assert len(window.curves.paths.traced) == 1


def test_losses_are_drawn_over_updates_examples_or_epochs(
    shared: Window, qtbot: QtBot
) -> None:
    window, loss = shared, shared.loss
    back(qtbot, window, Scene(descent=Descent(4, 0.02)), 10)
    window.panel.choose_descent(batch_size=20)
    window.player.go_on(16)
    rest(qtbot, window)
    window.player.seek(5)
    rest(qtbot, window)
    window.player.what_if()
    rest(qtbot, window)
    window.player.return_to(number(window, "Path 1"))
    rest(qtbot, window)
    for over, end, fifth, words in (
        (STEPS, 16, 5, "steps"),
        (SEEN, 160, 20, "examples"),
        (EPOCHS, 4.0, 0.5, "epochs"),
    ):
        window.player.seek(16)
        rest(qtbot, window)
        loss.choice.setCurrentIndex(loss.choice.findData(over))
        loss.choice.activated.emit(loss.choice.currentIndex())
        assert loss.now.value() == end
        assert loss.batch.getData()[0][-1] == end
        assert loss.paths.traced[0].points[-1, 0] == fifth
        left, right = loss.box.viewRange()[0]
        assert left < 0 < end < right < 1.5 * end
        assert words in loss.title
        for step in (12, 4):
            x, y = (values[step] for values in loss.batch.getData())
            click(qtbot, loss, x, y)
            rest(qtbot, window)
            assert present(window).run.step == step


def test_fresh_examples_and_networks_are_left_too(shared: Window, qtbot: QtBot) -> None:
    scene = Scene(
        data=Moons(n_examples=50),
        model=MLP((6,)),
        loss=Logistic(),
        descent=Descent(8, 0.1, FRESH),
    )
    window = shared
    back(qtbot, window, scene, 12)
    window.player.seek(6)
    rest(qtbot, window)
    window.player.what_if()
    rest(qtbot, window)
    window.player.go_on(12)
    rest(qtbot, window)
    first, second = (path.run for path in window.player.paths.all)
    same = first.batch_losses(50)[1][:12] == second.batch_losses(50)[1][:12]
    assert same.all()

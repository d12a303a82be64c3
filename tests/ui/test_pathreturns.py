"""Paths returned to, let go and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdviz.core.refused import Refused
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.ui.conftest import back, rest
from tests.ui.ways import drop_unlisted, number, paths, present

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


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

"""How other paths look beside the one shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.batches import FRESH
from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP, Linear
from gdviz.session.losslog import EPOCHS, SEEN, STEPS
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.marks.legend import PATHS
from gdviz.ui.marks.paths import dashed
from tests.ui.charts import click
from tests.ui.conftest import back, rest
from tests.ui.ways import number, present

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

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

"""The memory of an optimizer on screen: arrows, legend, corner and limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.datasets import Moons
from gdviz.core.formulas.bowls import Rosenbrock
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGD, Adam, AdamW, HeavyBall, Nesterov, Optimizer
from gdviz.core.schedules import Cosine
from gdviz.session.beats import beat
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.marks.lengths import NORMALISED, TRUE
from tests.session.asking import Screen
from tests.ui.conftest import back, rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

STYLE = look.STYLES[look.DARK]
HEAVY = Scene(descent=Descent(4, 0.02, optimizer=HeavyBall()))
ADAM = Scene(descent=Descent(4, 0.05, optimizer=Adam()))


def run_of(window: Window) -> Run:
    run = window.player.run
    assert run is not None
    return run


def tips(items: Any) -> dict[str, Any]:
    """Return where arrows end, from where they begin, by their colours."""
    return {
        kind.colour: np.array([tip.x() - tail.x(), tip.y() - tail.y()])
        for tail, tip, kind in items._arrows
    }


def on_surface(window: Window) -> dict[str, Any]:
    return tips(window.surface.step.thick)


def in_gradients(window: Window) -> dict[str, Any]:
    return tips(window.charts["gradients"].thick)  # type: ignore[attr-defined]


def said(window: Window) -> str:
    return str(window.charts["gradients"].words.text)  # type: ignore[attr-defined]


@pytest.mark.parametrize("data", [Scene().data, Rosenbrock()], ids=["line", "function"])
def test_velocity_and_mean_add_up_to_the_step(
    shared: Window, qtbot: QtBot, data: Any
) -> None:
    rate = 0.02 if data == Scene().data else 0.0005
    descent = Descent(4, rate, optimizer=HeavyBall())
    back(qtbot, shared, Scene(data=data, descent=descent), 5)
    factor = shared.surface.lengths.factor
    for drawn, scale in (
        (on_surface(shared), rate * factor),
        (in_gradients(shared), 1),
    ):
        whole = drawn[STYLE.mean] + drawn[STYLE.memory]
        assert drawn[STYLE.update] == pytest.approx(whole, rel=1e-9)
        memory = run_of(shared).snapshot.arrows.memory
        assert memory is not None
        assert drawn[STYLE.memory] == pytest.approx(memory * scale)


def test_the_mark_can_be_hidden_and_is_named(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, HEAVY, 5)
    box = shared.panel.marks.boxes[legend.MEMORY]
    assert box.text() == "momentum: −β v"
    assert box.toolTip()
    assert STYLE.memory in on_surface(shared)
    box.click()
    rest(qtbot, shared)
    assert STYLE.memory not in on_surface(shared) | in_gradients(shared)
    box.click()
    rest(qtbot, shared)
    assert STYLE.memory in in_gradients(shared)
    back(qtbot, shared, ADAM, 5)
    assert box.text() == "first moment: −m′"
    back(qtbot, shared, Scene(), 5)
    assert box.text() == legend.MARKS[legend.MEMORY][0]
    assert STYLE.memory not in on_surface(shared) | in_gradients(shared)


def test_its_look_is_its_own() -> None:
    for style in look.STYLES.values():
        kinds = [
            legend.thick(mark, style)
            for mark in (legend.MEAN, legend.FULL, legend.UPDATE, legend.GHOST,
                         legend.CHOSEN, legend.MEMORY)
        ]  # fmt: skip
        assert len({kind.colour for kind in kinds}) == len(kinds)
        assert [kind.dash_dotted for kind in kinds] == [False] * 5 + [True]


def test_where_each_parameter_has_a_rate_gradients_are_as_long_as_the_step(
    shared: Window, qtbot: QtBot
) -> None:
    back(qtbot, shared, ADAM, 5)
    for drawn in (on_surface(shared), in_gradients(shared)):
        lengths = [float(np.hypot(*drawn[c])) for c in (STYLE.mean, STYLE.update)]
        assert lengths[0] == pytest.approx(lengths[1])
    factor = shared.surface.lengths.factor
    update = run_of(shared).snapshot.arrows.update
    assert on_surface(shared)[STYLE.update] == pytest.approx(update * factor)
    assert shared.surface.lengths.words() == (
        f"arrows: Δθ × {factor:g} (fit), −ĝ drawn as long"
    )
    shared.surface.set_scale(TRUE)
    assert shared.surface.lengths.words() == "arrows: Δθ, true step, −ĝ drawn as long"
    shared.surface.set_scale(NORMALISED)
    assert shared.surface.lengths.words() == "arrows: one length (normalised)"
    shared.surface.set_scale("fit")
    back(qtbot, shared, HEAVY, 5)
    assert shared.surface.lengths.words().startswith("arrows: −η g × ")


def test_by_how_much_the_step_is_turned_is_said(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, ADAM, 5)
    turn = run_of(shared).snapshot.turn
    assert f">Δθ is {turn:.0f}° off −ĝ, drawn as long<" in said(shared)
    back(qtbot, shared, HEAVY, 5)
    turn = run_of(shared).snapshot.turn
    assert f">Δθ is {turn:.0f}° off −ĝ<" in said(shared)
    back(qtbot, shared, Scene(), 5)
    assert said(shared) == ""


def test_step_by_step_the_memory_is_known_with_the_update() -> None:
    now = Screen(HEAVY, 4).now
    last = beat(now, 99).number
    for number in range(last + 1):
        hidden = legend.unknown(beat(now, number))
        assert (legend.MEMORY in hidden) == (number < last)
        assert (legend.UPDATE in hidden) == (number < last)


def test_in_one_direction_the_update_lies_on_the_mean(
    shared: Window, qtbot: QtBot
) -> None:
    line = Scene(model=Linear(bias=False))
    box = shared.panel.marks.boxes[legend.UPDATE]
    for optimizer, words in (
        (SGD(), "update: Δθ = −η ĝ here"),
        (Adam(), "update: Δθ along −ĝ here"),
        (HeavyBall(), legend.MARKS[legend.UPDATE][0]),
    ):
        back(qtbot, shared, line.down(optimizer=optimizer, learning_rate=0.01), 0)
        if not isinstance(optimizer, HeavyBall):  # its first step is plain
            assert box.text() == words
    back(qtbot, shared, HEAVY, 5)
    assert box.text() == legend.MARKS[legend.UPDATE][0]


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (SGD(), "limit 2/η"),
        (HeavyBall(), "limit 2(1+β)/η"),
        (Nesterov(), "limit 2(1+β)/((1+2β)η)"),
        (AdamW(), "no limit known for AdamW"),
    ],
)
def test_the_curvature_names_its_limit(
    shared: Window, qtbot: QtBot, optimizer: Optimizer, words: str
) -> None:
    back(qtbot, shared, Scene(descent=Descent(40, 0.02, optimizer=optimizer)), 5)
    shared.docks["curvature"].show()
    shared.docks["curvature"].raise_()
    shared.resize(1600, 900)
    rest(qtbot, shared)
    chart: Any = shared.charts["curvature"]
    chart.resize(700, 300)
    chart.show_run(run_of(shared))
    assert words in chart.words.text
    assert np.isfinite(chart.limit.yData).any() == ("no limit" not in words)


def test_the_limit_rises_as_the_learning_rate_falls(
    shared: Window, qtbot: QtBot
) -> None:
    descent = Descent(40, 0.1, schedule=Cosine(length=40))
    back(qtbot, shared, Scene(descent=descent), 20)
    shared.docks["curvature"].show()
    shared.docks["curvature"].raise_()
    rest(qtbot, shared)
    chart: Any = shared.charts["curvature"]
    chart.show_run(run_of(shared))
    x, y = chart.limit.xData, chart.limit.yData
    known = np.isfinite(y)
    assert (np.diff(y[known]) >= 0).all()
    assert y[0] == pytest.approx(np.log10(2 / 0.1))
    at = y[np.searchsorted(x, 20.0, "right") - 1]
    assert at == pytest.approx(np.log10(2 / descent.rate(20)))


def test_of_a_network_the_corner_tells_the_share_of_the_memory(
    shared: Window, qtbot: QtBot
) -> None:
    net = Scene(data=Moons(), model=MLP((4,)), descent=HEAVY.descent)
    back(qtbot, shared, net, 5)
    share = run_of(shared).snapshot.arrows.shares["memory"]
    assert f"memory {share:.0%}" in shared.surface.scale_text.text

"""The curves of every example, against formulas and by the hands of a user."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise, TwoPoints
from gdviz.core.functions import PlusAndMinus, SquareAndCube
from gdviz.core.models import Linear
from gdviz.session.beats import DIVIDE, OPTIMISER, beat
from gdviz.session.curves import Curves
from gdviz.session.scene import Descent, Scene
from gdviz.ui import scaling
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.marks.heights import worth_showing
from gdviz.ui.marks.writing import to_pixels
from gdviz.ui.plots.curves import CurvesChart
from tests.ui.charts import Told, run_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.ui.marks.writing import Word

    Array = NDArray[np.float64]

ONE = Linear(bias=False)
TWICE = Descent(2)
PLUS_MINUS = Scene(data=PlusAndMinus(), descent=TWICE)
POINTS = Scene(data=TwoPoints(), model=ONE, start=(3.0,), descent=TWICE)


def line(batch: int, n: int = 40, rate: float = 0.05) -> Scene:
    return Scene(data=LineWithNoise(n), model=ONE, descent=Descent(batch, rate))


def curves(item: Any) -> Array:
    """The curves of an item, one a row."""
    y = np.empty(0) if item.yData is None else item.yData
    return np.array(y).reshape(-1, 258)[:, :-1]


def drawn(chart: CurvesChart) -> Array:
    """Every example's curve that is drawn in full strength, the selected one not."""
    every = np.vstack([curves(item) for item in chart.family.lines])
    return every[np.isfinite(every).any(axis=1)]


def texts(chart: CurvesChart) -> list[str]:
    return sorted(word.text for word in chart.words.words)


# the scene, what is written, and the losses at θ
CLAIMS = {
    "2": (
        PLUS_MINUS,
        {"slope +2", "slope +1", "mean slope +1.5", "x = 1,  Δx = −0.075"},
        [-2.0, 0.0, 2.0],
    ),
    "5": (
        POINTS,
        {"slope +2", "slope −2", "mean slope 0: stays put", "w = 3,  Δw = 0"},
        [1.0, 1.0, 1.0],
    ),
    "14": (
        Scene(data=SquareAndCube(), descent=TWICE),
        {"slope +3", "slope +6.75", "mean slope +4.88", "x = 1.5,  Δx = −0.244"},
        [2.25, 2.8125, 3.375],
    ),
}


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
@pytest.mark.parametrize("claim", CLAIMS)
def test_claims(qapp: QApplication, qtbot: QtBot, claim: str, theme: str) -> None:
    scene, words, losses = CLAIMS[claim]
    chart = shown(qtbot, CurvesChart, run_of(scene), theme=theme)
    assert set(texts(chart)) == words
    assert sorted(p.slope.y for p in chart.slopes.pieces) == pytest.approx(losses)


def test_curves_are_the_formulas_and_their_mean(
    qapp: QApplication, qtbot: QtBot
) -> None:
    chart = shown(qtbot, CurvesChart, run_of(PLUS_MINUS))
    x = chart.family.mean.xData[:-1]
    by_height = sorted(drawn(chart).tolist(), key=np.mean)
    assert by_height[0] == pytest.approx(x - 3)
    assert by_height[1] == pytest.approx(x**2 + 1)
    assert curves(chart.family.mean)[0] == pytest.approx((x**2 + x - 2) / 2)
    assert len(curves(chart.family.full)) == 0  # it is the batch's
    names = [name.text for name in chart.names.names]
    assert names == ["ℓ₁ = x² + 1", "ℓ₂ = x − 3", "mean of the batch = of all"]
    assert chart.title == "Each example's loss over x · 2 curves and their mean"


def test_the_mean_over_all_is_drawn_where_it_is_another(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(line(4), 3)
    chart = shown(qtbot, CurvesChart, run)
    assert run.curves is not None
    assert curves(chart.family.full)[0] == pytest.approx(run.curves.full)
    assert chart.family.full.pen.style() == Qt.PenStyle.CustomDashLine
    assert any(text.startswith("full slope") for text in texts(chart))
    heights = {p.slope.colour: p.slope.y for p in chart.slopes.pieces}
    assert heights[chart.style_.mean] == run.snapshot.record.loss
    assert heights[chart.style_.full] == run.snapshot.full.loss
    assert "mean of all examples" in [name.text for name in chart.names.names]
    shown_again = shown(qtbot, CurvesChart, run_of(line(40)))
    assert len(curves(shown_again.family.full)) == 0


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_marks_have_their_colours(qapp: QApplication, qtbot: QtBot, theme: str) -> None:
    chart = shown(qtbot, CurvesChart, run_of(line(4), 3, 5), theme=theme)
    style, family = look.STYLES[theme], chart.family
    for item, colour in (
        (family.lines[0], style.example),
        (family.mean, style.mean),
        (family.full, style.full),
        (family.chosen, style.chosen),
    ):
        assert item.pen.color() == QColor(colour)
    widths = [item.pen.widthF() for item in (family.mean, family.lines[0])]
    assert widths[0] > 2 * widths[1]
    patterns = {tuple(item.pen.dashPattern()) for item in family.lines[:4]}
    assert len(patterns) == 4


def test_a_formula_keeps_its_dash_when_the_batch_is_shuffled(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(replace(PLUS_MINUS, descent=Descent(1)))
    chart = shown(qtbot, CurvesChart, asked.run)
    met: dict[str, set[tuple[float, ...]]] = {}
    for _ in range(8):
        chart.show_run(asked.ask(steps=1))
        name = chart.names.names[0]
        assert name.line is not None
        met.setdefault(name.text, set()).add(tuple(name.line.dashPattern()))
    assert len(met) == 2
    first, second = met.values()
    assert len(first) == len(second) == 1
    assert first != second
    assert chart.title.endswith("one curve is its own mean")


def test_other_models_get_a_calm_sentence(qapp: QApplication, qtbot: QtBot) -> None:
    chart = shown(qtbot, CurvesChart, run_of(line(4), 2))
    assert not chart.sentence.isVisible()
    qtbot.waitUntil(lambda: not chart.settling)
    chart.show_run(run_of(Scene(), 2))
    assert chart.sentence.isVisible()
    assert "where there is one parameter." in chart.sentence.text
    assert chart.words.words == () == chart.names.names
    assert not np.vstack([curves(item) for item in chart.family.items]).size
    first = shown(qtbot, CurvesChart, run_of(Scene(), 2))
    for other in (chart, first):
        assert other.sentence.isVisible()
        assert not other.item.getAxis("left").style["showValues"]
    chart.box.scaleBy((2.0, 2.0))
    assert not chart.settling
    assert chart.title == chart.label


def test_many_curves_are_one_thin_item(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_of(line(100, 100), 1)
    chart = shown(qtbot, CurvesChart, run)
    first, *others = chart.family.lines
    assert len(curves(first)) == 64
    assert np.isnan(first.yData.reshape(64, 258)[:, -1]).all()  # pens are lifted
    assert not any(len(curves(item)) for item in others)
    assert first.pen.widthF() == pytest.approx(chart.devicePixelRatioF())
    assert 50 < len(chart.slopes.pieces) <= 65  # some dots are far up
    assert [t for t in texts(chart) if "slope" in t] == [
        t for t in texts(chart) if t.startswith("mean slope")
    ]
    assert "64 of 100 curves" in chart.title


SIZES = {
    (640, 560): (1.0, 1.5, 2.0),
    (352, 300): (1.0, 1.25),
    (1400, 900): (1.0, 1.7, 2.0, 3.4),
}
SCALED = [(size, scale) for size, scales in SIZES.items() for scale in scales]


@pytest.mark.parametrize(("size", "scale"), SCALED)
@pytest.mark.parametrize(
    "scene", [PLUS_MINUS, POINTS, *(line(b) for b in (1, 2, 3, 4, 6, 8))]
)
def test_words_keep_apart_and_in_view(
    enlarged: Callable[[float], None],
    qtbot: QtBot,
    scene: Scene,
    size: tuple[int, int],
    scale: float,
) -> None:
    enlarged(scale)
    asked = Told(scene)
    chart = shown(qtbot, CurvesChart, asked.run, size)
    for _ in range(6):
        chart.show_run(asked.ask(steps=1))
        words = [word.place for word in chart.words.words]
        assert len(words) > (scale == 1.0 or size != (352, 300))
        for i, place in enumerate(words):
            assert chart.box.rect().contains(place)
            for other in (*words[:i], chart.names.place):
                assert not place.adjusted(1, 1, -1, -1).intersects(other)
        assert all(belongs(chart, word) for word in chart.slopes.words)


def test_words_stand_in_the_order_of_their_lines(
    enlarged: Callable[[float], None], qtbot: QtBot
) -> None:
    """Left of θ the falling curve is the upper one."""
    enlarged(1.7)
    chart = shown(qtbot, CurvesChart, run_of(POINTS), (1400, 560))
    height = {w.text: w.place.center().y() for w in chart.slopes.words}
    assert height["slope −2"] < height["slope +2"]


def belongs(chart: CurvesChart, word: Word) -> bool:
    """Tell whether words stand beside a dot of their slope, or a line leads to it."""
    for piece in chart.slopes.pieces:
        if word.text in (piece.slope.words, piece.slope.short):
            wanted = [piece.wanted(right) for right in (False, True)]
            off = min(abs(y - word.place.center().y()) for y in wanted)
            if off < scaling.px(30) or any(
                start == piece.at and abs(end.y() - word.place.center().y()) < 1
                for start, end, _ in chart.slopes._leaders
            ):
                return True
    return False


@pytest.mark.parametrize("claim", CLAIMS)
def test_names_hide_hardly_any_curve(
    qapp: QApplication, qtbot: QtBot, claim: str
) -> None:
    chart = shown(qtbot, CurvesChart, run_of(CLAIMS[claim][0]))
    x, place, hidden = chart.family.mean.xData[:-1], chart.names.place, 0
    for curve in (*drawn(chart), curves(chart.family.mean)[0]):
        at = to_pixels(chart.box, np.column_stack([x, curve]))
        hidden += sum(place.contains(*pixel) for pixel in at.tolist())
    assert hidden < 12  # of more than 500


def test_names_do_not_hop_from_batch_to_batch(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(line(3))
    chart = shown(qtbot, CurvesChart, asked.run)
    corners = []
    for _ in range(20):
        chart.show_run(asked.ask(steps=1))
        corners.append(chart.names._corner)
    assert sum(a != b for a, b in pairwise(corners)) <= 1


def test_the_mean_stays_put_only_if_nothing_moves_it(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(POINTS)
    record = replace(run.snapshot.record, update=np.array([0.25]))
    run.snapshot = replace(run.snapshot, record=record)
    chart = shown(qtbot, CurvesChart, run)
    assert "mean slope 0" in texts(chart)
    assert "w = 3,  Δw = 0.25" in texts(chart)


def test_phase_by_phase_no_more_is_shown_than_is_known(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(line(4), 3)
    chart = shown(qtbot, CurvesChart, run)
    phases = [beat(run.snapshot, number) for number in range(20)]
    for now in phases:
        run.beat = now
        chart.show_run(run)
        assert len(drawn(chart)) == now.shown
        assert len(curves(chart.family.faint)) == 4 - now.shown
        assert bool(len(curves(chart.family.mean))) == now.mean_known
        known = any(text.startswith("mean") for text in texts(chart))
        assert known == now.mean_known
        assert any("Δw" in t for t in texts(chart)) == (now.phase == OPTIMISER)
    assert {DIVIDE, OPTIMISER} <= {now.phase for now in phases}


def test_the_selected_example_waits_for_its_turn(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(line(4), 3)
    run = asked.ask(chosen=int(asked.run.snapshot.record.rows[2]))
    chart = shown(qtbot, CurvesChart, run)
    for number in range(5):
        chart.show_run(asked.at_beat(number))
        assert len(curves(chart.family.chosen)) == (number > 2)
        assert len(drawn(chart)) == number - (number > 2)
        assert len(curves(chart.family.faint)) == 4 - number


def test_the_whole_batch_does_not_give_the_mean_away(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = Told(PLUS_MINUS).at_beat(1)
    chart = shown(qtbot, CurvesChart, run)
    assert len(curves(chart.family.full)) == 0
    assert len(chart.slopes.pieces) == 1
    run.beat = None
    chart.set_hidden(frozenset({legend.MEAN}))
    assert len(curves(chart.family.full)) == 1  # the user hid the mean, not the phase


HIDDEN = {
    legend.EXAMPLE: lambda chart: not len(drawn(chart)),
    legend.CHOSEN: lambda chart: not len(curves(chart.family.chosen)),
    legend.MEAN: lambda chart: not len(curves(chart.family.mean)),
    legend.FULL: lambda chart: not len(curves(chart.family.full)),
    legend.UPDATE: lambda chart: not any("Δw" in text for text in texts(chart)),
}


@pytest.mark.parametrize("mark", HIDDEN)
def test_marks_can_be_hidden(qapp: QApplication, qtbot: QtBot, mark: str) -> None:
    chart = shown(qtbot, CurvesChart, run_of(line(4), 3, 26))
    assert not HIDDEN[mark](chart)
    chart.set_hidden(frozenset({mark}))
    assert HIDDEN[mark](chart)
    others = [other for other in HIDDEN if other != mark]
    assert not any(HIDDEN[other](chart) for other in others)


def test_the_selected_example_stands_out(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(line(4), 3)
    assert asked.run.curves is not None
    row = int(asked.run.curves.rows[2])
    run = asked.ask(chosen=row)
    chart = shown(qtbot, CurvesChart, run)
    assert run.curves is not None
    assert curves(chart.family.chosen)[0] == pytest.approx(run.curves.examples[2])
    assert len(drawn(chart)) == 3
    red = look.STYLES[look.DARK].chosen
    assert [word.colour for word in chart.words.words].count(red) == 1
    assert [n.text for n in chart.names.names if n.colour == red] == [f"row {row + 1}"]


def test_an_example_outside_the_batch_has_its_curve_too(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(line(4), 3)
    rows = set(asked.run.snapshot.record.rows.tolist())
    row = next(i for i in range(40) if i not in rows)
    run = asked.ask(chosen=row)
    chart = shown(qtbot, CurvesChart, run)
    curve, x = curves(chart.family.chosen)[0], chart.family.chosen.xData[:-1]
    chosen = run.snapshot.chosen
    assert chosen is not None
    here = np.interp(run.snapshot.record.theta[0], x, curve)
    assert here == pytest.approx(chosen.loss, rel=1e-2)
    assert len(drawn(chart)) == 4


def test_ghosts_stand_on_the_curve(qapp: QApplication, qtbot: QtBot) -> None:
    wrong = replace(TWICE, recipe=RECIPES["loss_as_error"]())
    run = run_of(replace(POINTS, ghosts=(wrong,)), 12)
    chart = shown(qtbot, CurvesChart, run)
    (ghost,) = run.snapshot.ghosts
    assert ghost.here[0] < 2.5  # it walks away from the optimum at 3
    (dotted,) = chart.track.ghosts._ghosts
    assert dotted.path[-1] == pytest.approx([ghost.here[0], ghost.loss])
    x, y = dotted.path.T
    assert y == pytest.approx(((x - 2) ** 2 + (x - 4) ** 2) / 2, abs=1e-3)
    assert wrong.recipe.title in chart.names.names[-1].text
    chart.set_hidden(frozenset({legend.GHOST}))
    assert not chart.track.ghosts._ghosts


def test_the_path_lies_on_the_curve(qapp: QApplication, qtbot: QtBot) -> None:
    chart = shown(qtbot, CurvesChart, run_of(PLUS_MINUS, 5))
    x, y = chart.track.dots.getData()
    assert len(x) == 5
    assert y == pytest.approx((x**2 + x - 2) / 2, abs=1e-3)
    long = shown(qtbot, CurvesChart, run_of(line(4), 5000))
    assert len(long.track.dots.getData()[0]) < 200


def test_far_walls_are_left_out() -> None:
    x = np.linspace(-1.0, 1.0, 257)
    run = run_of(PLUS_MINUS)
    wall = Curves(x, np.stack([x**2, np.exp(40 * x**2)]), x**2, x**2, np.arange(2))
    mild = replace(wall, examples=np.stack([x**2, 2 - x]))
    heights = {k: worth_showing(c, run.snapshot) for k, c in (("w", wall), ("m", mild))}
    assert heights["m"] == pytest.approx((-2.0, 3.0), abs=1e-6)
    assert heights["w"] is not None
    assert 1.0 <= heights["w"][1] < np.exp(40) / 10

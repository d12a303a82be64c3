"""The network panel: it shows the ledger's numbers, and nothing covers anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from gdviz.core.batches import REPLACEMENT
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons, OwnTable
from gdviz.core.functions import SquareAndCube
from gdviz.core.losses import SoftmaxCrossEntropy
from gdviz.core.models import MLP, Linear
from gdviz.session.beats import beat
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.wiring import BIAS, MEAN, OWN, WEIGHTS, Seen, Spot
from gdviz.session.wiringwords import brief, briefer, line, tip
from gdviz.ui import style as look
from gdviz.ui.marks.network import Words, strengths
from gdviz.ui.marks.networkfit import FONT, SMALL, fitted, font
from gdviz.ui.panels.network import walk
from gdviz.ui.panels.network.panel import NetworkPanel
from gdviz.ui.panels.network.view import KEYS_OF_NETWORK, NO_NETWORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent
    from pytestqt.qtbot import QtBot

    from gdviz.ui.marks.network import Picture

SCENES = {
    "linear": Scene(),
    "1-2-1": Scene(model=MLP((2,))),
    "2-8-1": Scene(data=Moons(), model=MLP()),
    "2-16-16-2": Scene(data=Moons(), model=MLP((16, 16)), loss=SoftmaxCrossEntropy()),
    "4-8-3": Scene(data=Iris(), model=MLP((8,))),
    "64-32-10": Scene(data=Digits(), model=MLP((32,))),
    "one weight": Scene(model=Linear(bias=False)),
    "no bias": Scene(data=Moons(), model=MLP((3,), bias=False)),
    "deep": Scene(data=Moons(), model=MLP((9,) * 8, activation="relu")),
}
NAMES = [*SCENES, "2-3"]
LABELLED = ["linear", "1-2-1", "one weight"]
SIZES = [(280, 200), (352, 260), (480, 320), (800, 600), (1000, 210)]


def run_of(scene: Scene, steps: int = 3, chosen: int | None = None) -> Run:
    question = Question(0, scene, steps=steps, until=0.0, whole=True, chosen=chosen)
    answer = Desk().answer(question)
    assert not answer.refusal
    return Run(answer)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """One run of each scene; no test changes them."""
    path = tmp_path_factory.mktemp("table") / "three.csv"
    points = np.random.default_rng(1).normal(size=(30, 2)).round(3).tolist()
    lines = [f"{x},{y},{'abc'[i % 3]}" for i, (x, y) in enumerate(points)]
    path.write_text("x,y,kind\n" + "\n".join(lines))
    three = Scene(data=OwnTable(path=str(path), target="kind"))
    return {name: run_of(scene) for name, scene in {**SCENES, "2-3": three}.items()}


def open_panel(
    qtbot: QtBot, run: Run | None, size: tuple[int, int] = (800, 600)
) -> NetworkPanel:
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(*size)
    panel.show()
    if run is not None:
        panel.show_run(run)
    return panel


def picture_of(panel: NetworkPanel) -> Picture:
    picture = panel.view.picture()
    assert picture is not None
    return picture


def example_of(panel: NetworkPanel) -> Seen:
    assert panel.view.example is not None
    return panel.view.example


def texts(panel: NetworkPanel) -> list[str]:
    return [words.text for words in picture_of(panel).words]


def pixels(panel: NetworkPanel) -> NDArray[np.uint32]:
    image = panel.view.grab().toImage()
    return np.frombuffer(image.constBits(), dtype=np.uint32).copy()


def written(picture: Picture) -> list[tuple[str, QRectF]]:
    """Words and the room their letters take, in the font they are painted in."""
    sizes = [QFontMetricsF(look.font(size)) for size in (12, 10)]
    places = []
    for words in picture.words:
        small = sizes[0].horizontalAdvance(words.text) > words.box.width()
        box = sizes[small].boundingRect(words.box, int(words.align), words.text)
        letters = box.intersected(words.box)
        letters.setHeight(sizes[small].capHeight())
        letters.moveCenter(box.intersected(words.box).center())
        if words.text:
            places.append((words.text, letters))
    return places


@pytest.mark.parametrize("size", [(480, 320), (800, 600)])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "deep"])
def test_where_there_is_room_no_words_are_cut(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    metrics = QFontMetricsF(look.font(10))
    for words in picture_of(open_panel(qtbot, runs[name], size)).words:
        assert metrics.horizontalAdvance(words.text) <= words.box.width(), words.text


@pytest.mark.parametrize("times", [1.0, 1.2, 1.69, 2.0, 3.375])
@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_cut_and_words_of_a_kind_are_alike(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str, times: float,
    enlarged: Callable[[float], None],
) -> None:  # fmt: skip
    enlarged(times)
    for size in SIZES:
        kinds: dict[str, set[tuple[int, bool]]] = {}
        written = fitted(picture_of(open_panel(qtbot, runs[name], size)).words)
        for words, text, points in written:
            room = QFontMetricsF(font(points)).horizontalAdvance(text)
            assert room <= words.box.width() or not words.text, text
            assert text.endswith((words.text, words.shorter or words.text))
            assert "…" not in text or words.name
            short = words.shorter not in ("", words.text) and text == words.shorter
            if words.kind and words.shorter != words.text:
                kinds.setdefault(words.kind, set()).add((points, short))
        assert all(len(looks) == 1 for looks in kinds.values())


def test_what_has_no_room_gives_way_step_by_step(qapp: QApplication) -> None:
    metrics = {size: QFontMetricsF(font(size)) for size in (FONT, SMALL)}
    long, short = "−0.043", "−0.04"
    steps = [
        (metrics[FONT].horizontalAdvance(long), [(long, FONT), ("1", FONT)]),
        (metrics[SMALL].horizontalAdvance(long), [(long, SMALL), ("1", SMALL)]),
        (metrics[SMALL].horizontalAdvance(short), [(short, SMALL), ("1", SMALL)]),
        (metrics[SMALL].horizontalAdvance(short) - 1, []),
    ]
    for width, wanted in steps:
        box = QRectF(0, 0, width, 15)
        words = (
            Words(box, long, shorter=short, kind="unit"),
            Words(box, "1", kind="unit"),
        )
        assert [(text, size) for _, text, size in fitted(words)] == wanted


def test_a_name_is_cut_before_its_number(qapp: QApplication) -> None:
    name = "sepal length (cm)"
    number = QFontMetricsF(font(SMALL)).horizontalAdvance("  5.1")
    for width in (300.0, number + 40, number + 2):
        words = Words(QRectF(0, 0, width, 15), "5.1", name=name)
        ((_, text, _),) = fitted((words,))
        assert text.endswith("5.1")
        assert text.startswith("sep") == (width > number + 2)
        assert (text == f"{name}  5.1") == (width == 300)


def test_all_of_it_grows_as_one(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run],
    enlarged: Callable[[float], None],
) -> None:  # fmt: skip
    panel = open_panel(qtbot, runs["2-8-1"])
    view = panel.view
    view.setFixedSize(600, 300)
    usual = picture_of(panel)
    enlarged(2.0)
    view.setFixedSize(1200, 600)
    large = picture_of(panel)
    assert large.zoom == pytest.approx(2 * usual.zoom)
    assert [w.text for w in large.words] == [w.text for w in usual.words]
    assert [w.box for w in large.words] == [w.box for w in usual.words]
    assert (large.graph.centres == usual.graph.centres).all()
    assert font(FONT).pixelSize() == FONT


def test_for_all_three_numbers_of_an_edge_large_words_give_way(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run],
    enlarged: Callable[[float], None],
) -> None:  # fmt: skip
    enlarged(1.69)
    panel = open_panel(qtbot, runs["1-2-1"])
    view = panel.view
    view.setFixedSize(1400, 330)
    picture = picture_of(panel)
    assert 1.0 <= picture.zoom < 1.69
    assert sum(w.text.startswith("ĝ ") for w in picture.words) == 7
    enlarged(1.1)
    view.setFixedSize(600, 200)
    assert picture_of(panel).zoom >= 1.0


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1.0, "1"), (-2.345, "−2.3"), (9.97, "10"), (0.043, "0.04"), (-0.004, "−4e−3"),
        (123.4, "123"), (np.inf, "huge"), (np.nan, "huge"), (2e-7, "2e−7"), (0.0, "0"),
        (0.0098, "0.01"), (-45.6, "−46"),
    ],
)  # fmt: skip
def test_a_number_with_a_figure_less(value: float, told: str) -> None:
    assert briefer(value) == told
    assert len(told) <= len(brief(value)) + 1


def spot_on_edge(picture: Picture, edge: int) -> QPoint | None:
    """A point on an edge that is clear of nodes and far from all other edges."""
    wiring, centres = picture.wiring, picture.graph.centres
    tails, heads = centres[wiring.tails], centres[wiring.heads]
    others = np.arange(len(tails)) != edge
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        point = tails[edge] + share * (heads[edge] - tails[edge])
        way = heads - tails
        along = ((point - tails) * way).sum(axis=1) / (way * way).sum(axis=1)
        apart = point - tails - along.clip(0, 1)[:, None] * way
        near = np.hypot(*apart.T)[others].min(initial=np.inf)
        boxes = [picture.box(node) for node in range(len(centres) + 1)]
        grown = [box.adjusted(-8, -8, 8, 8) for box in boxes]
        if near > 4 and not any(box.contains(*point) for box in grown):
            return QPoint(*np.rint(point * picture.zoom).astype(int).tolist())
    return None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_painted_in_any_room(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str, theme: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    panel = open_panel(qtbot, runs[name], size)
    panel.set_style(look.STYLES[theme])
    pictures = []
    for quantity in (WEIGHTS, OWN, MEAN):
        panel.view.set_quantity(quantity)
        raw = pixels(panel)
        assert len(np.unique(raw)) > 20
        pictures.append(raw.tobytes())
    assert len(set(pictures)) == 3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_covers_words_and_none_leave_the_picture(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    panel = open_panel(qtbot, runs[name], size)
    picture = picture_of(panel)
    width, height = panel.view.width(), panel.view.height()
    frame = QRectF(0, 0, width / picture.zoom, height / picture.zoom)
    places, nodes = written(picture), range(len(picture.shades) + 1)
    boxes = [*map(picture.box, nodes), *picture.plates]
    assert len(places) > 4
    for at, (text, box) in enumerate(places):
        assert frame.contains(box), text
        touched = [other for other in boxes if other.intersects(box)]
        assert all(other.contains(box) for other in touched), text
        hidden = [other for other, room in places[at + 1 :] if box.intersects(room)]
        assert not hidden, text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_nodes_and_labels_are_apart(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    picture = picture_of(open_panel(qtbot, runs[name], size))
    boxes = [picture.box(node) for node in range(len(picture.shades) + 1)]
    boxes += picture.plates
    for at, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[at + 1 :])


@pytest.mark.parametrize("name", LABELLED)
def test_the_numbers_in_a_small_network_are_the_ledgers(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str
) -> None:
    run = runs[name]
    shown = texts(open_panel(qtbot, run))
    told, record = run.snapshot.ledger, run.snapshot.record
    assert told is not None
    for a in (told.inputs, *told.activations):
        assert {brief(v) for v in a[:, 0]} <= set(shown)
    for deltas in told.deltas:
        assert {f"δ {brief(v)}" for v in deltas[:, 0]} <= set(shown)
    assert f"y {brief(told.targets[0, 0])}" in shown
    assert {brief(told.losses[0]), f"loss {brief(told.losses[0])}"} & set(shown)
    own, mean = record.gradients[0], record.gradients.mean(axis=0)
    for letter, values in {"w": record.theta, "g": own, "ĝ": mean}.items():
        labels = [text for text in shown if text.startswith(f"{letter} ")]
        assert sorted(labels) == sorted(f"{letter} {brief(v)}" for v in values)


def test_short_labels_tell_what_the_edges_show(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    run, record = runs["1-2-1"], runs["1-2-1"].snapshot.record
    panel = open_panel(qtbot, run, (480, 320))
    vectors = {WEIGHTS: record.theta, OWN: record.gradients[0], MEAN: record.gradient}
    for quantity, vector in vectors.items():
        panel.bar.edges.setCurrentIndex(panel.bar.edges.findData(quantity))
        panel.bar.edges.activated.emit(panel.bar.edges.currentIndex())
        labels = [w.text for w in picture_of(panel).words if w.colour == quantity]
        told = [text for text in labels if not text.startswith("δ")]
        assert len(told) > len(vector) / 2
        assert set(told) <= {brief(v) for v in vector}
        assert (picture_of(panel).values == vector).all()


def test_the_edge_under_the_mouse_is_told(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    for name in ("linear", "1-2-1", "2-8-1", "64-32-10"):
        run = runs[name]
        panel = open_panel(qtbot, run)
        picture, hits = picture_of(panel), 0
        for edge, parameter in enumerate(picture.wiring.parameters.tolist()):
            point = spot_on_edge(picture, edge)
            if point is not None:
                qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=point)
                assert panel.view.spot == Spot(parameter=parameter)
                said = panel.line.text().replace("\N{NO-BREAK SPACE}", " ")
                assert said.startswith(f"{run.facts.parameters[parameter]} = ")
                hits += 1
        assert hits >= min(len(picture.values), 20)


def test_every_node_under_the_mouse_is_told(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    run = runs["4-8-3"]
    panel = open_panel(qtbot, run)
    picture, wiring = picture_of(panel), picture_of(panel).wiring
    for node, place in enumerate(zip(wiring.columns, wiring.units, strict=True)):
        point = (picture.box(node).center() * picture.zoom).toPoint()
        qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=point)
        assert panel.view.spot == Spot(*place)
        assert panel.line.text() == line(run, example_of(panel), Spot(*place))[0]
    loss = (picture.box(len(wiring.columns)).center() * picture.zoom).toPoint()
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=loss)
    assert panel.line.text().startswith("this\N{NO-BREAK SPACE}example: loss")
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert panel.view.spot is None


def test_a_tip_tells_how_a_gradient_comes_about(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    run = runs["1-2-1"]
    panel = open_panel(qtbot, run)
    point = spot_on_edge(picture_of(panel), 0)
    assert point is not None
    where = panel.view.mapToGlobal(point)
    event = QHelpEvent(QEvent.Type.ToolTip, point, where)
    QApplication.sendEvent(panel.view, event)
    parameter = int(picture_of(panel).wiring.parameters[0])
    assert QToolTip.text() == tip(run, example_of(panel), Spot(parameter=parameter))
    QToolTip.hideText()


def test_what_is_picked_follows_the_run_and_ends_with_the_network(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    panel = open_panel(qtbot, runs["1-2-1"])
    panel.view.spot = Spot(parameter=3)
    later = run_of(SCENES["1-2-1"], 9)
    panel.show_run(later)
    qtbot.waitUntil(lambda: "b1[2] = " in panel.line.text().replace("\xa0", " "))
    expected = line(later, example_of(panel), Spot(parameter=3))
    qtbot.waitUntil(lambda: panel.line.text() == expected[0])
    panel.show_run(runs["linear"])
    assert panel.view.spot is None


def test_the_buttons_go_through_the_batch_and_round(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(SCENES["1-2-1"])
    panel = open_panel(qtbot, run)
    emitted: list[int] = []

    def choose(row: int) -> None:
        emitted.append(row)
        panel.show_run(run_of(SCENES["1-2-1"], chosen=row))

    panel.example_chosen.connect(choose)
    rows = run.snapshot.record.rows.tolist()
    assert panel.bar.which.text() == f"example 1 of 4 (row {rows[0] + 1})"
    for _ in range(5):
        qtbot.mouseClick(panel.bar.after, Qt.MouseButton.LeftButton)
    for _ in range(3):
        qtbot.mouseClick(panel.bar.before, Qt.MouseButton.LeftButton)
    assert emitted == [rows[i] for i in (1, 2, 3, 0, 1, 0, 3, 2)]
    assert panel.bar.which.text() == f"example 3 of 4 (row {rows[2] + 1})"
    assert example_of(panel).chosen


@pytest.mark.parametrize(("way", "place"), [("after", 0), ("before", 3)])
def test_from_outside_the_batch_the_buttons_enter_it(
    qapp: QApplication, qtbot: QtBot, way: str, place: int
) -> None:
    rows = run_of(SCENES["1-2-1"]).snapshot.record.rows.tolist()
    outside = next(row for row in range(40) if row not in rows)
    panel = open_panel(qtbot, run_of(SCENES["1-2-1"], chosen=outside))
    assert panel.bar.which.text() == f"row {outside + 1}, not in this batch"
    with qtbot.waitSignal(panel.example_chosen) as caught:
        qtbot.mouseClick(getattr(panel.bar, way), Qt.MouseButton.LeftButton)
    assert caught.args == [rows[place]]


def test_the_same_row_twice_in_a_batch_is_two_examples(
    qapp: QApplication, qtbot: QtBot
) -> None:
    scene = Scene(
        data=LineWithNoise(n_examples=3), descent=Descent(3, order=REPLACEMENT)
    )
    rows = run_of(scene).snapshot.record.rows.tolist()
    assert len(set(rows)) < 3
    panel = open_panel(qtbot, run_of(scene, chosen=rows[0]))
    panel.example_chosen.connect(lambda r: panel.show_run(run_of(scene, chosen=r)))
    seen = []
    for _ in range(4):
        seen.append(panel.bar.which.text())
        qtbot.mouseClick(panel.bar.after, Qt.MouseButton.LeftButton)
    places = (0, 1, 2, 0)
    assert seen == [f"example {i + 1} of 3 (row {rows[i] + 1})" for i in places]


def test_an_example_alone_has_no_next(qapp: QApplication, qtbot: QtBot) -> None:
    panel = open_panel(qtbot, run_of(Scene(descent=Descent(1))))
    assert not panel.bar.after.isEnabled()
    assert not panel.bar.before.isEnabled()


def test_the_example_at_work_is_shown_and_the_mean_not_before_it_is_known(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(SCENES["1-2-1"])
    panel = open_panel(qtbot, run)
    panel.view.set_quantity(MEAN)
    run.beat = beat(run.snapshot, 3)
    panel.show_run(run)
    assert panel.bar.which.text().startswith("example 3 of 4")
    assert not picture_of(panel).values.any()
    assert "ĝ not yet" in texts(panel)
    assert "mean gradient ĝ: not yet known" in texts(panel)
    run.beat = beat(run.snapshot, 6)
    panel.show_run(run)
    assert (picture_of(panel).values == run.snapshot.record.gradient).all()
    assert "ĝ not yet" not in texts(panel)


def test_the_colours_are_those_of_the_marks(qapp: QApplication, qtbot: QtBot) -> None:
    style = look.STYLES[look.LIGHT]
    run = run_of(SCENES["linear"])
    rows = run.snapshot.record.rows.tolist()
    chosen = run_of(SCENES["linear"], chosen=rows[0])
    wanted = {OWN: (run, style.example), MEAN: (run, style.mean)}
    for quantity, (one, colour) in {**wanted, "own ": (chosen, style.chosen)}.items():
        panel = open_panel(qtbot, one)
        panel.set_style(style)
        panel.view.set_quantity(quantity.strip())
        edge = int(np.abs(picture_of(panel).values).argmax())
        point = picture_of(panel).lines[edge].pointAt(0.25) * picture_of(panel).zoom
        image = panel.view.grab().toImage()
        assert not panel.line.wordWrap()
        near = {
            image.pixelColor(point.toPoint() + QPoint(dx, dy)).name()
            for dx in range(-14, 15)
            for dy in range(-3, 4)
        }
        assert colour.lower() in near


def test_formulas_get_a_sentence(qapp: QApplication, qtbot: QtBot) -> None:
    panel = open_panel(qtbot, run_of(Scene(data=SquareAndCube())), (352, 260))
    assert panel.view.picture() is None
    assert not panel.bar.isVisible()
    assert panel.view.accessibleDescription() == NO_NETWORK
    assert len(np.unique(pixels(panel))) > 5
    panel.show_run(run_of(SCENES["linear"]))
    assert panel.bar.isVisible()
    assert panel.view.picture() is not None


def test_a_hidden_panel_waits(qapp: QApplication, qtbot: QtBot) -> None:
    panel, run = NetworkPanel(), run_of(SCENES["linear"])
    qtbot.addWidget(panel)
    panel.show_run(run)
    assert panel.view.picture() is None
    panel.show()
    assert panel.view.run is run
    assert "loss" in panel.line.text()


def test_numbers_that_are_not_finite_are_too_large(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(SCENES["1-2-1"])
    snapshot, told = run.snapshot, run.snapshot.ledger
    assert told is not None
    bad = np.array([np.nan, np.inf, -np.inf, 1.0, 0.0, -2.0, np.nan])
    record = replace(snapshot.record, gradient=bad, update=bad)
    worse = replace(
        told,
        deltas=tuple(np.full_like(d, -np.inf) for d in told.deltas),
        activations=tuple(np.full_like(a, np.nan) for a in told.activations),
        losses=np.full_like(told.losses, np.inf),
    )
    run.snapshot = replace(snapshot, record=record, ledger=worse)
    panel = open_panel(qtbot, run)
    for quantity in (WEIGHTS, OWN, MEAN):
        panel.view.set_quantity(quantity)
        panel.view.grab()
        assert {"too large", "δ too large", "ĝ too large"} <= set(texts(panel))
        assert not any("nan" in text or "inf" in text for text in texts(panel))


def test_a_diverged_run_is_painted(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_of(replace(SCENES["1-2-1"], descent=Descent(learning_rate=1e3)), 2000)
    assert run.snapshot.diverged
    for size in SIZES:
        panel = open_panel(qtbot, run, size)
        panel.view.grab()
        assert not any("nan" in text for text in texts(panel))


def test_thickness_is_the_root_of_the_share() -> None:
    assert strengths(np.array([4.0, -1.0, 0.0])).tolist() == [1.0, 0.5, 0.0]
    assert strengths(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    assert strengths(np.array([np.inf, np.nan, 4.0, 1.0])).tolist() == [1, 1, 1, 0.5]


class Keys(QWidget):
    """A window that hears the keys nobody else wants."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.heard.append(event.key())


@pytest.mark.parametrize("part", ["before", "after", "edges", "view"])
def test_the_arrow_keys_are_the_windows(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], part: str
) -> None:
    window, panel = Keys(), NetworkPanel()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(panel)
    window.show()
    panel.show_run(runs["1-2-1"])
    owner = panel if part == "view" else panel.bar
    inside = getattr(owner, part)
    inside.setFocus()
    keys = [Qt.Key.Key_Left, Qt.Key.Key_Right]
    for key in keys:
        qtbot.keyClick(inside, key)
    assert window.heard == keys
    assert window.focusWidget() is inside


def test_the_picture_is_read_out(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    panel = open_panel(qtbot, runs["1-2-1"])
    said = panel.view.accessibleDescription()
    assert panel.view.accessibleName() == "Network"
    for name in runs["1-2-1"].facts.parameters:
        assert f"{name} = " in said


def press(qtbot: QtBot, panel: NetworkPanel, keys: str) -> None:
    """Press arrows, Enter (!), Escape (x) and F2 (2) on the network."""
    key = Qt.Key
    table = {
        "←": key.Key_Left, "→": key.Key_Right, "↑": key.Key_Up, "↓": key.Key_Down,
        "!": key.Key_Return, "x": key.Key_Escape, "2": key.Key_F2,
    }  # fmt: skip
    for letter in keys:
        qtbot.keyClick(panel.view, table[letter])


@pytest.mark.parametrize(
    ("keys", "spot"),
    [
        ("!", Spot(0, 0)),
        ("!↑", Spot(0, 0)),
        ("!↓", Spot(0, BIAS)),
        ("!↓↓", Spot(0, BIAS)),
        ("!→", Spot(1, 0)),
        ("!→↓", Spot(1, 1)),
        ("!→↓↓", Spot(1, BIAS)),
        ("!→→", Spot(2, 0)),
        ("!→→→", Spot(3)),
        ("!→→→→", Spot(3)),
        ("!→→→↓", Spot(3)),
        ("!→←", Spot(0, 0)),
        ("!←", Spot(0, 0)),
        ("!!", Spot(0, 0)),
        ("!→!", Spot(parameter=0)),
        ("!→!!", Spot(parameter=1)),
        ("!→!!!", Spot(1, 0)),
        ("!→!↓", Spot(parameter=1)),
        ("!→!↓↓", Spot(parameter=1)),
        ("!→!↓↑↑", Spot(parameter=0)),
        ("!→!→", Spot(1, 0)),
        ("!→!←", Spot(0, 0)),
        ("!→↓!!", Spot(parameter=3)),
        ("!→→!!!", Spot(parameter=6)),
        ("!→x", None),
        ("→", None),
    ],
)
def test_keys_walk_through_the_network(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], keys: str,
    spot: Spot | None,
) -> None:  # fmt: skip
    panel = open_panel(qtbot, runs["1-2-1"])
    press(qtbot, panel, keys)
    assert panel.view.spot == spot
    assert panel.line.text() == line(runs["1-2-1"], example_of(panel), spot)[0]
    said = panel.view.accessibleDescription()
    assert said.startswith("Picked: ") == (spot is not None)
    assert said.endswith(KEYS_OF_NETWORK)


@pytest.mark.parametrize("name", NAMES)
def test_keys_reach_all_that_the_mouse_reaches(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run], name: str
) -> None:
    picture = picture_of(open_panel(qtbot, runs[name]))
    new = {walk.first(picture)}
    met = set(new)
    while new:
        new = {walk.step(picture, s, Qt.Key(k)) for s in new for k in walk.KEYS} - met
        met |= new
    nodes = {picture.spot_of(node) for node in range(len(picture.shades) + 1)}
    edges = {picture.spot_of_edge(edge) for edge in range(len(picture.values))}
    assert met == nodes | edges


def test_a_walk_takes_its_keys_and_no_others(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    window, panel = Keys(), NetworkPanel()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(panel)
    window.show()
    panel.show_run(runs["1-2-1"])
    wanted: list[int] = []
    panel.weight_wanted.connect(lambda parameter, *_: wanted.append(parameter))
    press(qtbot, panel, "!→!2")
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert wanted == [0]
    assert window.heard == [Qt.Key.Key_Space]
    press(qtbot, panel, "x→x")
    assert window.heard[1:] == [Qt.Key.Key_Right, Qt.Key.Key_Escape]
    middle = (picture_of(panel).box(0).center() * picture_of(panel).zoom).toPoint()
    press(qtbot, panel, "!")
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=middle)
    press(qtbot, panel, "→")
    assert panel.view.spot == Spot(0, 0)
    assert window.heard[3:] == [Qt.Key.Key_Right]


def test_after_a_bad_end_enter_is_the_windows(qapp: QApplication, qtbot: QtBot) -> None:
    window, panel = Keys(), NetworkPanel()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(panel)
    window.show()
    bad = replace(SCENES["1-2-1"], descent=Descent(learning_rate=1e3))
    panel.show_run(run_of(bad, 2000))
    press(qtbot, panel, "!")
    assert window.heard == [Qt.Key.Key_Return]


def test_a_walk_ends_with_the_network(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    panel = open_panel(qtbot, runs["1-2-1"])
    press(qtbot, panel, "!→")
    panel.show_run(runs["linear"])
    press(qtbot, panel, "→")
    assert panel.view.spot is None


def test_where_nothing_is_under_the_mouse_the_keys_are_told(
    qapp: QApplication, qtbot: QtBot, runs: dict[str, Run]
) -> None:
    panel = open_panel(qtbot, runs["1-2-1"])
    corner = QPoint(1, 1)
    where = panel.view.mapToGlobal(corner)
    QApplication.sendEvent(panel.view, QHelpEvent(QEvent.Type.ToolTip, corner, where))
    assert QToolTip.text() == KEYS_OF_NETWORK
    QToolTip.hideText()

"""The arithmetic panel, clicked and typed at as a person would."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import FRESH
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.session.beats import beat
from gdviz.session.scene import Descent, Scene
from gdviz.ui import scaling
from gdviz.ui import style as look
from gdviz.ui.dressing import dress
from gdviz.ui.panels.arithmetic.headings import first_word
from gdviz.ui.panels.arithmetic.panel import ArithmeticPanel
from gdviz.ui.panels.arithmetic.sheet import figures, label
from tests.session.asking import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.ui.panels.arithmetic.numbertable import NumberTable

LEFT = Qt.MouseButton.LeftButton
NET = Scene(data=LineWithNoise(n_examples=8), model=MLP((2,)), descent=Descent(4, 0.02))
LARGE = Scene(data=Digits(), model=MLP((32,)), descent=Descent(16, 0.02))


def screen(scene: Scene, steps: int = 0, chosen: int | None = None) -> Screen:
    return Screen(scene, steps, chosen=chosen, until=0.0, whole=True)


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Callable[..., ArithmeticPanel]:
    """A function that shows a run in a panel of its own."""

    def showing(
        shown: Screen, size: tuple[int, int] = (1000, 320), theme: str = look.DARK
    ) -> ArithmeticPanel:
        dress(qapp, look.STYLES[theme])
        panel = ArithmeticPanel()
        qtbot.addWidget(panel)
        panel.set_style(look.STYLES[theme])
        panel.resize(*size)
        panel.show()
        panel.show_run(shown.run)
        settle(qtbot, panel)
        return panel

    return showing


def settle(qtbot: QtBot, panel: ArithmeticPanel) -> None:
    qtbot.waitUntil(lambda: not panel._late.isActive())


def click(qtbot: QtBot, table: NumberTable, r: int, c: int) -> None:
    place = table.visualRect(table.numbers.index(r, c)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)


def told(panel: ArithmeticPanel) -> str:
    return panel.strip.toPlainText().replace("\xa0", " ")


def texts(table: NumberTable) -> list[list[str]]:
    sheet = table.numbers.sheet
    columns = range(len(sheet.heads))
    return [[table.numbers.text(r, c) for c in columns] for r in range(sheet.count)]


SCENES = {
    "net": NET,
    "momentum": replace(NET, descent=Descent(3, optimizer=HeavyBall())),
    "wrong": replace(NET, descent=Descent(4, recipe=RECIPES["mean_error"]())),
    "linear": Scene(),
    "fresh": Scene(descent=Descent(4, order=FRESH)),
    "two classes": Scene(data=Moons(n_examples=20), model=Linear()),
    "iris": Scene(data=Iris(), model=MLP((4,))),
    "large": LARGE,
    **{
        name: Scene(data=kind(), descent=Descent(2)) for name, kind in FUNCTIONS.items()
    },
}
SIZES = [(500, 250), (640, 260), (1000, 320), (1600, 700), (420, 900)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_cut_off(
    show: Callable[..., ArithmeticPanel], name: str, size: tuple[int, int]
) -> None:
    panel = show(screen(SCENES[name], 1, chosen=1), size)
    assert (panel.width(), panel.height()) == size
    tables = [*panel.pair.tables, panel.layers.table]
    for table in tables if not panel.layers.isHidden() else tables[:2]:
        sheet, metrics = table.numbers.sheet, QFontMetrics(figures(bold=True))
        first = table.rowAt(1)
        last = table.rowAt(table.viewport().height() - 1)
        for r in range(first, last + 1 if last >= 0 else sheet.count):
            wide = [metrics.horizontalAdvance(t) for t in texts(table)[r]]
            rooms = [table.columnWidth(c) for c in range(len(sheet.heads))]
            assert all(w + 6 < room for w, room in zip(wide, rooms, strict=True))
            words = label(sheet.head(r), table.numbers.close)
            front = metrics.horizontalAdvance(words)
            assert front + 8 < table.front.width()
        if last >= 0:
            assert table.visualRect(table.numbers.index(last, 0)).bottom() <= (
                table.viewport().height()
            )
    assert panel.pair.low.geometry().bottom() <= panel.pair.height()


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_painted(
    show: Callable[..., ArithmeticPanel], name: str, theme: str
) -> None:
    panel = show(screen(SCENES[name], 1, chosen=0), theme=theme)
    image = panel.grab().toImage()
    raw = np.frombuffer(image.constBits(), dtype=np.uint8)
    assert len(np.unique(raw.reshape(-1, 4), axis=0)) > 20


def test_a_click_shows_the_formula_and_selects_the_example(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    assert told(panel) == "Click a number to see how it comes about."
    rows = shown.now.record.rows
    chosen: list[int | None] = []
    panel.example_chosen.connect(chosen.append)
    click(qtbot, panel.pair.top, 2, 3)
    formula = "z1[2] = W1[2,1]·x + b1[2]"
    assert told(panel).startswith(f"example 3 (row {rows[2] + 1}):  {formula}")
    assert panel.pair.top.numbers.text(2, 3) in told(panel)
    assert chosen == [rows[2]]
    click(qtbot, panel.pair.top, 2, 3)
    assert chosen == [rows[2], rows[2]]
    click(qtbot, panel.pair.low, 1, 11)
    assert chosen == [rows[2], rows[2]]


def test_a_selected_example_is_marked_and_brought_into_view(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(Scene(descent=Descent(40)))
    panel = show(shown)
    rows = shown.now.record.rows
    shown.ask(chosen=int(rows[30]))
    panel.show_run(shown.run)
    settle(qtbot, panel)
    top = panel.pair.top
    assert label(top.numbers.head(30)) == f"▶ example 31 (row {rows[30] + 1})"
    assert [r for r in range(40) if top.numbers.head(r).chosen] == [30]
    assert top.rowAt(0) <= 30 <= top.rowAt(top.viewport().height() - 1)


def test_one_cell_is_the_current_one(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(LARGE))
    tables = [*panel.pair.tables, panel.layers.table]
    for table in (*tables, *tables[::-1]):
        click(qtbot, table, 0, table.numbers.columnCount() - 2)
        selected = [len(other.selectedIndexes()) for other in tables]
        assert selected == [int(other is table) for other in tables]
        assert not told(panel).startswith("Click a number")


def test_heads_can_be_clicked_and_escape_selects_none(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET, chosen=0)
    panel = show(shown)
    chosen: list[int | None] = []
    panel.example_chosen.connect(chosen.append)
    front = panel.pair.top.front
    place = QPoint(20, front.sectionViewportPosition(1) + 5)
    qtbot.mouseClick(front.viewport(), LEFT, pos=place)
    assert chosen == [shown.now.record.rows[1]]
    click(qtbot, panel.pair.low, 0, 8)
    qtbot.keyClick(panel.pair.low, Qt.Key.Key_Escape)
    assert chosen == [shown.now.record.rows[1], None]


def test_arrows_walk_through_both_tables(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(NET))
    top, low = panel.pair.tables
    click(qtbot, top, 2, 8)
    qtbot.keyClick(top, Qt.Key.Key_Down)
    assert (top.currentIndex().row(), low.currentIndex().isValid()) == (3, False)
    qtbot.keyClick(top, Qt.Key.Key_Down)
    assert panel.focusWidget() is low
    assert (low.currentIndex().row(), low.currentIndex().column()) == (0, 8)
    assert not top.currentIndex().isValid()
    assert told(panel).startswith("Σℓ = ℓ1 + ℓ2 + ℓ3 + ℓ4 = ")
    qtbot.keyClick(low, Qt.Key.Key_Right)
    qtbot.keyClick(low, Qt.Key.Key_Up)
    assert panel.focusWidget() is top
    assert (top.currentIndex().row(), top.currentIndex().column()) == (3, 9)
    assert "δ2 = 2·(ŷ − y) = " in told(panel)


def test_enter_picks_and_other_keys_are_left_to_the_window(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    top = panel.pair.top
    chosen: list[int | None] = []
    panel.example_chosen.connect(chosen.append)
    top.setFocus()
    top.setCurrentIndex(QModelIndex())
    qtbot.keyClick(top, Qt.Key.Key_Return)
    qtbot.keyClick(top, Qt.Key.Key_Down)
    qtbot.keyClick(top, Qt.Key.Key_Down)
    assert chosen == []
    qtbot.keyClick(top, Qt.Key.Key_Return)
    assert chosen == [shown.now.record.rows[top.currentIndex().row()]]
    before = top.currentIndex()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_E, Qt.Key.Key_1):
        qtbot.keyClick(top, key)
    assert top.currentIndex() == before


def test_copy_puts_all_numbers_in_full_on_the_clipboard(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    click(qtbot, panel.pair.low, 1, 12)
    qtbot.keyClick(panel.pair.low, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert len(rows) == 1 + 4 + 5
    mean = [float(text) for text in rows[6][13:]]
    assert mean == shown.now.record.gradient.tolist()


def test_a_step_keeps_the_cell_the_place_and_the_selection(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(
        Scene(data=LineWithNoise(n_examples=900), descent=Descent(300, 0.02))
    )
    panel = show(shown)
    top = panel.pair.top
    resets: list[str] = []
    top.numbers.modelReset.connect(lambda: resets.append("reset"))
    top.verticalScrollBar().setValue(120)
    panel.pair.low.horizontalScrollBar().setValue(40)
    click(qtbot, top, 123, 3)
    before, scroll = told(panel), top.horizontalScrollBar().value()
    for count in (300, 300, 300, 120):
        shown.ask(steps=1, until=0.0, whole=True)
        if count == 120:
            shown.down(batch_size=count)
        panel.show_run(shown.run)
        settle(qtbot, panel)
        assert top.numbers.rowCount() == count
        assert top.horizontalScrollBar().value() == scroll
        if count == 300:
            assert top.verticalScrollBar().value() == 120
            assert (top.currentIndex().row(), top.currentIndex().column()) == (123, 3)
            assert told(panel) != before
            assert top.numbers.text(123, 3) in told(panel)
    assert told(panel).startswith("Click") or "example 120" in told(panel)
    assert resets == []


def test_both_tables_scroll_and_widen_together(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(NET), (520, 260))
    top, low = panel.pair.tables
    bars = [table.horizontalScrollBar() for table in (top, low)]
    qtbot.waitUntil(lambda: bars[0].maximum() == bars[1].maximum() > 0)
    assert panel.pair.jump.text() == "gradient ›"
    qtbot.mouseClick(panel.pair.jump, LEFT)
    assert bars[0].value() == bars[1].value() == bars[0].maximum()
    assert panel.pair.jump.text() == "‹ forward"
    qtbot.mouseClick(panel.pair.jump, LEFT)
    assert bars[0].value() == bars[1].value() == 0
    assert top.front.width() == low.front.width()
    for c in range(19):
        assert top.columnWidth(c) == low.columnWidth(c)
    wide = show(screen(Scene()), (1400, 320))
    assert not wide.pair.jump.isVisible()


def test_columns_grow_and_never_shrink_while_it_plays(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    top, widths = panel.pair.top, []
    for _ in range(12):
        shown.ask(steps=7, until=0.0, whole=True)
        panel.show_run(shown.run)
        settle(qtbot, panel)
        widths.append([top.columnWidth(c) for c in range(19)])
    assert all((np.diff(np.array(widths), axis=0) >= 0).ravel())


def test_at_most_ten_times_a_second_and_exact_at_rest(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    drawn: list[int] = []
    panel.pair.top.numbers.dataChanged.connect(lambda *_: drawn.append(1))
    began = time.perf_counter()
    for _ in range(40):
        shown.ask(steps=1, until=0.0, whole=True)
        panel.show_run(shown.run)
        qtbot.wait(2)
    settle(qtbot, panel)
    assert len(drawn) <= 2 + 10 * (time.perf_counter() - began)
    assert texts(panel.pair.low)[1][12:] == [
        str(panel.pair.low.numbers.sheet.cell(1, c)) for c in range(12, 19)
    ]
    fresh = show(shown)
    assert texts(panel.pair.top) == texts(fresh.pair.top)
    assert texts(panel.pair.low) == texts(fresh.pair.low)


def test_hidden_it_waits_and_then_catches_up(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    before = texts(panel.pair.top)
    panel.hide()
    shown.ask(steps=3, until=0.0, whole=True)
    panel.show_run(shown.run)
    assert texts(panel.pair.top) == before
    panel.show()
    assert texts(panel.pair.top) == texts(show(shown).pair.top) != before


def test_in_the_example_unit_only_what_is_known_is_shown(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(NET)
    panel = show(shown)
    click(qtbot, panel.pair.low, 1, 18)
    assert "ĝ[b2[1]]" in told(panel)
    for number in (2, 5, 6, 7, 1):
        shown.run.beat = beat(shown.now, number)
        panel.show_run(shown.run)
        settle(qtbot, panel)
        known = [any(row[2:]) for row in texts(panel.pair.top)]
        assert known == [r < shown.run.beat.shown for r in range(4)]
        assert all(all(row[:2]) for row in texts(panel.pair.top))
        lines = [any(row) for row in texts(panel.pair.low)]
        assert lines == [number >= 5, number >= 6, number >= 7, True, number >= 7]
    assert told(panel).startswith("Click a number")


def test_a_large_model_shows_a_layer_of_one_example(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(LARGE)
    panel = show(shown)
    layers = panel.layers
    assert layers.isVisible()
    assert [layers.layer.itemText(i) for i in range(layers.layer.count())] == [
        "Layer 1 (64 → 32)",
        "Layer 2 (32 → 10)",
    ]
    assert layers.unit.itemText(0) == "all units"
    layers.layer.setFocus()
    qtbot.keyClick(layers.layer, Qt.Key.Key_Down)
    assert layers.unit.count() == 1 + 10
    layers.unit.setFocus()
    qtbot.keyClick(layers.unit, Qt.Key.Key_Down)
    click(qtbot, layers.table, 2, 1)
    assert told(panel).startswith("∂ℓ/∂W2[1,3] = δ2[1]·a1[3] = ")
    shown.ask(steps=1, until=0.0, whole=True)
    panel.show_run(shown.run)
    settle(qtbot, panel)
    assert layers.unit.currentText() == "output 1: 0"
    assert told(panel).startswith("∂ℓ/∂W2[1,3] = ")
    panel.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 1 + 33
    click(qtbot, panel.pair.top, 0, 3)
    assert not layers.table.currentIndex().isValid()
    assert "ℓ = log(exp(z2[1]) + " in told(panel)
    layers.layer.setCurrentIndex(0)
    layers.layer.activated.emit(0)
    assert layers.unit.currentIndex() == 0


def test_from_a_large_model_to_a_small_one_and_back(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(LARGE))
    panel.activateWindow()  # else it may come later, and gives a table the focus
    qtbot.waitUntil(panel.isActiveWindow)
    click(qtbot, panel.layers.table, 1, 1)
    for scene, small in ((NET, True), (LARGE, False), (Scene(), True)):
        panel.show_run(screen(scene).run)
        settle(qtbot, panel)
        assert panel.layers.isHidden() == small
        assert told(panel).startswith("Click a number")


def test_a_large_batch_is_never_a_wall(
    show: Callable[..., ArithmeticPanel],
    qtbot: QtBot,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scene = Scene(data=Digits(), model=MLP((32,)), descent=Descent(1024, 0.01))
    shown = screen(scene)
    panel = show(shown, (1600, 900))
    seen = 0
    for table in (*panel.pair.tables, panel.layers.table):
        rows = table.viewport().height() // 22 + 1
        columns = sum(
            table.columnViewportPosition(c) < table.viewport().width()
            for c in range(len(table.numbers.sheet.heads))
        )
        seen += rows * columns
    assert seen < 4000
    assert panel.layers.table.viewport().height() <= 12 * 22
    assert "every number of the first 25" in panel.caption.text()
    assert panel.caption.isVisible()
    small = show(shown, (660, 230))
    assert not small.caption.isVisible()
    assert "every number of the first 25" in told(small)
    spent = []
    for _ in range(5):
        shown.ask(steps=1, until=0.0, whole=True)
        began = time.process_time()
        panel.run = shown.run
        panel._show()
        spent.append(time.process_time() - began)
    with capsys.disabled():
        print(f"\n1,024 digits: {1000 * min(spent):.1f} ms a refresh")  # noqa: T201
    assert min(spent) < 0.5


def test_a_diverged_run_is_readable(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    scene = replace(NET, descent=Descent(4, 1e6, optimizer=HeavyBall()))
    shown = screen(scene, 2000)
    assert shown.now.diverged
    panel = show(shown)
    for table in panel.pair.tables:
        for r, row in enumerate(texts(table)):
            for c, text in enumerate(row):
                assert "nan" not in text
                assert "inf" not in text
                table.setCurrentIndex(table.numbers.index(r, c))
                assert ("nan" in told(panel)) is False


def test_everything_has_a_name_for_those_who_listen(
    show: Callable[..., ArithmeticPanel],
) -> None:
    panel = show(screen(LARGE))
    for part in (
        panel, *panel.pair.tables, panel.layers.table, panel.strip, panel.pair.jump,
        panel.layers.layer, panel.layers.unit,
    ):  # fmt: skip
        assert part.accessibleName()
    top = panel.pair.top.numbers
    spoken = top.data(top.index(0, 3), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"{top.head(0).label}, loss ℓ: {top.text(0, 3)}"
    tip = top.data(top.index(0, 3), Qt.ItemDataRole.ToolTipRole)
    assert tip == f"ℓ = {float(panel.run.snapshot.record.losses[0])!r}"  # type: ignore[union-attr]


def test_names_from_a_file_are_no_markup(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    shown = screen(LARGE)
    facts = replace(shown.run.facts, classes=("<b>0</b>",) * 10)
    shown.run.facts = facts
    panel = show(shown)
    click(qtbot, panel.pair.top, 0, 0)
    assert "<b>0</b>" in told(panel)


SIX = Scene(data=LineWithNoise(n_examples=6), descent=Descent(6))


def width_for(panel: ArithmeticPanel) -> int:
    """Return how wide a panel must be for its columns and a scroll bar at the side."""
    return max(table.needed() for table in panel.pair.tables) + 9


def words_of(panel: ArithmeticPanel) -> int:
    sizes = {table.numbers.fonts[False].pixelSize() for table in panel.pair.tables}
    (size,) = sizes
    return size


def test_words_of_the_table_give_way_before_a_scroll_bar_comes(
    show: Callable[..., ArithmeticPanel],
    enlarged: Callable[[float], None],
    qtbot: QtBot,
) -> None:
    usual = width_for(show(screen(SIX), (1600, 300)))
    enlarged(1.7)
    panel = show(screen(SIX), (1900, 400))
    widest = width_for(panel)
    assert words_of(panel) == scaling.px(13)
    seen = set[int]()
    for width in range(widest, usual - 1, -20):
        panel.resize(width, 400)
        seen.add(words_of(panel))
        assert panel.pair.low.bar(panel.pair.width()) == 0
        assert 13 <= words_of(panel) <= scaling.px(13)
        heights = {t.front.defaultSectionSize() for t in panel.pair.tables}
        assert heights == {panel.pair.top.numbers.row_height}
    assert len(seen) > 3
    panel.resize(usual - 200, 400)
    assert words_of(panel) == scaling.px(13)  # it scrolls in any case
    assert panel.pair.low.bar(panel.pair.width()) > 0
    panel.resize(widest, 400)
    assert words_of(panel) == scaling.px(13)
    assert panel.pair.low.bar(panel.pair.width()) == 0


@pytest.mark.parametrize("scale", [1.2, 2.0, 3.4])
def test_words_stay_as_large_as_can_be_read_from_afar(
    show: Callable[..., ArithmeticPanel], enlarged: Callable[[float], None],
    scale: float,
) -> None:  # fmt: skip
    enlarged(scale)
    panel = show(screen(SIX), (round(1200 * scale), 400))
    least = max(13, 0.69 * scaling.px(13))
    seen = set[int]()
    for width in range(panel.width(), 400, -40):
        panel.resize(width, 400)
        seen.add(words_of(panel))
    assert min(seen) >= least
    assert len(seen) > 1


def test_columns_stand_closer_before_a_scroll_bar_comes(
    show: Callable[..., ArithmeticPanel],
) -> None:
    panel = show(screen(SIX), (1600, 300))
    loose = width_for(panel)
    panel.resize(loose - 1, 300)
    assert width_for(panel) < loose - 20
    assert panel.pair.low.bar(panel.pair.width()) == 0
    for table in panel.pair.tables:
        metrics = QFontMetrics(table.numbers.fonts[True])
        for row in texts(table):
            for c, text in enumerate(row):
                assert metrics.horizontalAdvance(text) + 6 < table.columnWidth(c)
    panel.resize(loose, 300)
    assert width_for(panel) == loose


def test_columns_of_a_new_run_are_as_narrow_as_its_numbers(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(NET))
    before = [panel.pair.top.columnWidth(c) for c in range(19)]
    wide = screen(NET)
    wide.run.number = 7
    for table in panel.pair.tables:
        for c in range(19):
            table.setColumnWidth(c, 300)
    panel.show_run(wide.run)
    settle(qtbot, panel)
    assert [panel.pair.top.columnWidth(c) for c in range(19)] == before
    assert [panel.pair.low.columnWidth(c) for c in range(19)] == before


@pytest.mark.parametrize("height", [250, 320, 500])
def test_a_hint_takes_one_line_and_a_formula_as_many_as_it_needs(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot, height: int
) -> None:
    panel = show(screen(SIX), (1000, height))
    line = panel.strip.fontMetrics().lineSpacing()
    assert panel.strip.height() < 2 * line + 6
    room = panel.pair.height()
    click(qtbot, panel.pair.top, 0, 3)
    qtbot.waitUntil(lambda: panel.pair.height() < room)
    assert panel.strip.height() >= 2 * line
    panel.pair.top.setCurrentIndex(QModelIndex())
    panel._tell()
    qtbot.waitUntil(lambda: panel.pair.height() == room)


def test_the_row_in_use_stays_in_view_where_the_formula_takes_room(
    show: Callable[..., ArithmeticPanel], qtbot: QtBot
) -> None:
    panel = show(screen(Scene(descent=Descent(40))), (1000, 500))
    top, room = panel.pair.top, panel.pair.height()
    last = top.rowAt(top.viewport().height() - 2)
    click(qtbot, top, last, 3)
    qtbot.waitUntil(lambda: panel.pair.height() < room)
    seen = top.rowAt(0), top.rowAt(top.viewport().height() - 2)
    assert seen[0] <= last <= seen[1]


def test_names_of_groups_are_whole_or_their_first_word(
    show: Callable[..., ArithmeticPanel], enlarged: Callable[[float], None]
) -> None:
    for times in (1.0, 2.0):
        enlarged(times)
        for width in (400, 600, 800, 1600):
            table = show(screen(SIX), (width, 320)).pair.top
            bold = QFontMetrics(table.numbers.heading(bold=True))
            for name, first, count in table.numbers.groups:
                room = table.groups.span(first, count)[1] - 10
                assert bold.horizontalAdvance(first_word(name)) <= room

"""Every optimizer and schedule in the form, with its knobs, and back by undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from gdviz.core.knobs import Choice, Flag, knobs
from gdviz.core.optimizers import OPTIMIZERS, Adam, AdamW
from gdviz.core.schedules import SCHEDULES, Constant, Cosine, StepDecay
from gdviz.session.scene import Descent, Scene
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.core.knobs import Spec
    from gdviz.ui.panels.picker import Picker
    from gdviz.ui.window import Window


def descent_of(window: Window) -> Descent:
    assert window.player.run is not None
    return window.player.run.snapshot.scene.descent


def choose(qtbot: QtBot, window: Window, picker: Picker, name: str) -> None:
    """Choose an entry as a person does."""
    picker.combo.setCurrentIndex(picker.combo.findData(name))
    picker.combo.activated.emit(picker.combo.currentIndex())
    rest(qtbot, window)


def fits(picker: Picker, spec: Spec) -> None:
    """Check that each knob that does something has its label, value and tip."""
    form = picker.form
    assert form is not None
    labels = {label.text() for label in form.findChildren(QLabel) if label.isVisible()}
    for name, worn in knobs(spec).items():
        editor = form.findChild(QWidget, name)
        assert editor is not None
        assert editor.isVisible() is (name not in spec.idle())
        assert editor.accessibleName() == worn.label
        assert editor.toolTip() == worn.tip
        if editor.isVisible() and not isinstance(worn.kind, Flag):
            assert worn.label in labels
        if not isinstance(worn.kind, Flag | Choice):
            assert isinstance(editor, QLineEdit)
            shown = float(editor.text().replace(",", ""))
            assert shown == pytest.approx(getattr(spec, name), rel=1e-3)


def test_all_of_them_in_one_column(window: Window, qtbot: QtBot) -> None:
    panel = window.panel
    for picker, registry, field in (
        (panel.optimizer, OPTIMIZERS, "optimizer"),
        (panel.schedule, SCHEDULES, "schedule"),
    ):
        picker.fold.setChecked(True)
        for name, kind in reversed(registry.items()):
            choose(qtbot, window, picker, name)
            assert getattr(descent_of(window), field) == kind()
            fits(picker, kind())
            inside = panel.widget()
            assert inside is not None
            assert inside.minimumSizeHint().width() <= panel.viewport().width()


def test_optimizers_are_listed_below_two_headings(window: Window) -> None:
    combo = window.panel.optimizer.combo
    listed = [combo.itemText(i) for i in range(combo.count())]
    heads = ["One rate for all parameters", "A rate for each parameter"]
    assert [text for text in listed if text in heads] == heads
    assert len(listed) == len(OPTIMIZERS) + 2
    titles = {kind.title for kind in OPTIMIZERS.values()}
    assert set(listed) == titles | set(heads)
    assert listed.index("Lion") < listed.index(heads[1]) < listed.index("AdaGrad")


def test_a_knob_is_turned_and_turned_back(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    first = Descent(optimizer=Adam(), schedule=Cosine(warmup=5))
    window = open_window(Scene(descent=first))
    for picker, name, text, wanted in (
        (window.panel.optimizer, "beta2", "0.9", Adam(beta2=0.9)),
        (window.panel.optimizer, "weight_decay", "0.25", Adam(weight_decay=0.25)),
        (window.panel.schedule, "warmup", "7", Cosine(warmup=7)),
        (window.panel.schedule, "length", "40", Cosine(warmup=5, length=40)),
    ):
        picker.fold.setChecked(True)
        assert picker.form is not None
        field = picker.form.findChild(QLineEdit, name)
        assert field is not None
        field.selectAll()
        qtbot.keyClicks(field, text)
        field.editingFinished.emit()
        rest(qtbot, window)
        assert wanted in (descent_of(window).optimizer, descent_of(window).schedule)
        window.undo.undo_action.trigger()
        rest(qtbot, window)
        assert descent_of(window) == first


def test_growth_appears_with_the_restarts(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(descent=Descent(schedule=Cosine())))
    picker = window.panel.schedule
    picker.fold.setChecked(True)
    fits(picker, Cosine())
    window.panel.choose_descent(schedule=Cosine(restarts=True))
    rest(qtbot, window)
    fits(picker, Cosine(restarts=True))


def test_undo_takes_back_another_optimizer_and_schedule(
    window: Window, qtbot: QtBot
) -> None:
    before = descent_of(window)
    choose(qtbot, window, window.panel.optimizer, "adamw")
    choose(qtbot, window, window.panel.schedule, "step")
    assert descent_of(window).optimizer == AdamW()
    assert descent_of(window).schedule == StepDecay()
    assert window.undo.undo_action.text() == "Undo schedule Constant → Steps"
    window.undo.undo_action.trigger()
    rest(qtbot, window)
    assert window.panel.schedule.combo.currentData() == Constant.name
    assert "optimiser SGD → AdamW" in window.undo.undo_action.text()
    window.undo.undo_action.trigger()
    rest(qtbot, window)
    assert descent_of(window) == before


def test_the_rate_of_the_next_step_is_told(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    schedule = StepDecay(every=3, gamma=0.5)
    window = open_window(Scene(descent=Descent(4, 0.05, schedule=schedule)), steps=7)
    label = window.panel.rate_now
    assert label.isVisible()
    assert label.text() == "step 7: 0.25 × 0.05 = 0.0125"
    window.player.seek(2)
    rest(qtbot, window)
    assert label.text() == "step 2: 1 × 0.05 = 0.05"
    choose(qtbot, window, window.panel.schedule, "constant")
    assert not label.isVisible()
    assert isinstance(window.panel.schedule.combo, QComboBox)

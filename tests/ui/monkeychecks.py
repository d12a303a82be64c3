"""What must hold of a window at rest, whatever was done to it before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableWidget,
)

from gdviz.core.own import OwnData
from gdviz.session.changes import document_of, last_settings
from gdviz.session.trainer import Trainer
from gdviz.ui.panels.scene import ScenePanel
from gdviz.ui.undo import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from gdviz.ui.panels.picker import Picker
    from gdviz.ui.window import Window

# what was typed is told in quotes
_NO_NUMBER = re.compile(r"(?<![\w'-])[-−+]?(nan|inf)(?![\w-]|\.[a-z])", re.IGNORECASE)
_MOST_STEPS = 3000  # made again to see that they are the same
_MOST_UNDONE = 12


def faults_at_rest(window: Window) -> list[str]:
    """Return what does not agree in a window that has nothing left to do."""
    found = [_unfinite(window), _elsewhere(window), _form(window), _replay(window)]
    return [fault for fault in found if fault]


def _unfinite(window: Window) -> str:
    """Look for numbers that are none."""
    for where, text in _texts(window):
        if _NO_NUMBER.search(text):
            return f"{where} says {text!r}"
    return ""


def _texts(window: Window) -> Iterator[tuple[str, str]]:
    for label in window.findChildren(QLabel):
        yield "a label", label.text()
        yield "a tool tip", label.toolTip()
    for table in window.findChildren(QTableWidget):
        for row in range(table.rowCount()):
            for column in range(table.columnCount()):
                if (item := table.item(row, column)) is not None:
                    yield "a cell", item.text()
    for chart in window.charts.values():
        yield "a title", chart.title


def _elsewhere(window: Window) -> str:
    """Compare where the run stands with where the bars say it stands."""
    run, timeline = window.player.run, window.footer.timeline
    if run is None:
        return "there is no run"
    shown = timeline.sliderPosition(), timeline.maximum()
    if shown != (run.step, run.newest):
        return f"the timeline says {shown}, the run {(run.step, run.newest)}"
    if run.snapshot.step != run.step or run.number != window.player.paths.present:
        return f"step {run.snapshot.step} of a run at {run.step} is shown"
    if window.transport.seed.value != run.snapshot.scene.seed:
        return "the seed shown is not that of the scene"
    numbers = window.footer.numbers._entries
    if "step" in numbers and numbers["step"].replace(",", "") != str(run.step):
        return f"the numbers say step {numbers['step']}, the run {run.step}"
    return ""


def _form(window: Window) -> str:
    """Compare the form with a new one of the same scene."""
    run = window.player.run
    assert run is not None
    if any(field.isModified() for field in window.panel.findChildren(QLineEdit)):
        return ""  # something is typed and not yet taken
    fresh = ScenePanel(lambda: window.player.scene)
    fresh.own = window.panel.own
    fresh.show_run(run)
    here, there = _state(window.panel), _state(fresh)
    fresh.deleteLater()
    different = [pair for pair in zip(here, there, strict=True) if pair[0] != pair[1]]
    return f"the form shows, and should show: {different}" if different else ""


def _state(panel: ScenePanel) -> list[object]:
    """Return all that a form says of the scene."""
    return [
        *((p, _value(p, panel)) for p in ("data", "model", "loss", "optimizer")),
        *((p, _value(p, panel)) for p in ("schedule", "recipe")),
        ("batch size", panel.batch_size.number.value),
        ("learning rate", panel.learning_rate.number.value),
        ("order", _shown(panel.order)),
        ("short last", _shown(panel.short_last)),
        ("start", _shown(panel.start)),
        ("held out", _shown(panel.held_out)),
    ]


def _value(name: str, panel: ScenePanel) -> list[object]:
    picker: Picker = getattr(panel, name)
    if picker.form is None or picker.isHidden():
        return []
    kinds = QComboBox, QLineEdit, QAbstractButton
    knobs = [w for kind in kinds for w in picker.form.findChildren(kind)]
    told = [(w.objectName(), _shown(w)) for w in knobs if not w.isHidden()]
    return [picker.combo.currentText(), *told]


def _shown(widget: QWidget) -> object:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLineEdit):
        return widget.text()
    assert isinstance(widget, QAbstractButton)
    return widget.isChecked()


def _replay(window: Window) -> str:
    """Make the steps again from scratch and compare θ bit for bit."""
    run = window.player.run
    assert run is not None
    snapshot = run.snapshot
    if snapshot.step > _MOST_STEPS or isinstance(snapshot.scene.data, OwnData):
        return ""
    document = document_of(snapshot)
    trainer = Trainer(document.scene, document.course)
    trainer.advance(snapshot.step)
    if trainer.state.theta.tobytes() != snapshot.record.theta.tobytes():
        return f"θ at step {snapshot.step} is another one when made again"
    return ""


def undone_and_redone(window: Window, rest: Callable[[], bool]) -> str:
    """Take changes back and make them again: the scene must be the same.

    Where another path was returned to since the last change, the changes lead to
    where they led: then it is done twice and the two ends are compared.
    """
    stack, run = window.undo.stack, window.player.run
    last = stack.command(stack.index() - 1) if stack.canUndo() else None
    assert run is not None
    left = isinstance(last, Entry) and last.after.number != run.number
    if left and (fault := _round_trip(window, rest, same=False)):
        return fault
    return _round_trip(window, rest)


def _round_trip(window: Window, rest: Callable[[], bool], same: bool = True) -> str:
    undo, run = window.undo, window.player.run
    assert run is not None
    before = last_settings(run.snapshot)
    count = 0
    while undo.stack.canUndo() and count < _MOST_UNDONE:
        undo.undo()
        count += 1
        if not rest():
            return "an undo does not come to an end"
    for _ in range(count):
        undo.redo()
        if not rest():
            return "a redo does not come to an end"
    assert window.player.run is not None
    after = last_settings(window.player.run.snapshot)
    if same and after != before:
        return f"{count} changes undone and redone give another scene: {after} {before}"
    return ""

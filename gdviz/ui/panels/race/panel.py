"""The panel of a race: its outcome, and who takes part in it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.knobs import knobs
from gdviz.session.race import as_csv, standings, usual_target
from gdviz.session.readymade import READYMADE, chosen_instead, one_more
from gdviz.session.scene import MOST_GHOSTS, PACES, Scene
from gdviz.session.writing import number
from gdviz.ui.fields import QuietCombo, numbers_in
from gdviz.ui.form import edit, show
from gdviz.ui.panels.network.bar import Turn
from gdviz.ui.panels.race.editor import Editor
from gdviz.ui.panels.race.ready import ReadyMenu
from gdviz.ui.panels.race.table import RaceTable
from gdviz.ui.panels.race.target import TargetField
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.run import Run
    from gdviz.session.scene import Descent
    from gdviz.ui.player import Player
    from gdviz.ui.style import Style

_SLOW = 0.25  # seconds: numbers that change faster cannot be read
_BUTTONS = {
    "add": ("Add", "Add a racer like the chosen one at half its learning rate"),
    "edit": ("Edit", "Show every setting of this racer, to be changed (Enter)"),
    "drop": ("Remove", "Take this racer out of the race (Del)"),
    "choose": ("Choose", "Let this racer be the chosen way down, from the start"),
    "copy": ("Copy", "Copy the table as text with commas (CSV)"),
}
_NO_GHOST = "This is the chosen way down: its settings are in the panel Scene"
_FULL = f"There are {MOST_GHOSTS} racers beside the chosen one, as many as there may be"
_ALONE = (
    "No racers yet: choose a race above, or add racers one by one. All begin at the "
    "same start, with the same seed and order of examples."
)
_FAIR = "The same start, seed and order of examples for all."
_DRAWN = (
    "The same start and seed for all; with replacement and with fresh examples each "
    "batch size draws its own."
)
_GAP, _SIDES = 4, 10  # points
_WIDE, _ONE_ROW = 560, 860  # points: room for table and form, and for all controls
_WITH_NOTE = 140  # points: for a note below them


class RacersPanel(QWidget):
    """A table of all racers, and what can be done with them."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.target: float | None = None
        self.setAccessibleName("Racers")
        self.table, self.editor, self.note = RaceTable(), Editor(), QLabel(_ALONE)
        self.ready = ReadyMenu(self.race)
        self.buttons = {key: Turn(*words) for key, words in _BUTTONS.items()}
        for button in self.buttons.values():
            button.setObjectName("small")
        self.buttons["edit"].setCheckable(True)
        worn = knobs(Scene)["pace"]
        self.pace_label = QLabel(worn.label)
        self.pace = edit(worn, lambda pace: self._edit(pace=pace))
        assert isinstance(self.pace, QuietCombo)
        self.pace.setMinimumContentsLength(max(map(len, PACES.values())))
        self.aim = TargetField()
        self._written, self._offered = 0.0, -1
        self._connect()
        self._lay_out()

    def show_run(self, run: Run) -> None:
        """Show the race, but not with every frame while playing."""
        now = time.perf_counter()
        if self.player.playing and now - self._written < _SLOW:
            return
        self._written = now
        if run.number != self._offered:
            self._offered = run.number
            self.editor.offer(run)
        scene = run.snapshot.scene
        show(self.pace, scene.pace)
        lines = standings(run.racers, run.facts.n_examples, self.target)
        self.table.show_lines(lines)
        if run.racers:
            aim = number(usual_target(run.racers))
            self.aim.setPlaceholderText(aim)
        drawn = {d.order for d in (scene.descent, *scene.ghosts)} & {REPLACEMENT, FRESH}
        fair = _DRAWN if drawn else _FAIR
        self.note.setText(fair if scene.ghosts else _ALONE)
        self._show_place()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.table.set_style(style)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the form take the place of the table where there is no room for both."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        edits = self.buttons["edit"].isChecked()
        self.editor.setVisible(edits)
        self.table.setVisible(not edits or self.width() >= px(_WIDE))
        way = QBoxLayout.Direction
        one = self.width() >= px(_ONE_ROW)
        self.bars.setDirection(way.LeftToRight if one else way.TopToBottom)
        self.note.setVisible(self.height() >= px(_WITH_NOTE))

    def _show_place(self) -> None:
        """Show the current racer's settings and offer what can be done with it."""
        ghosts, place = self.player.scene.ghosts, self.table.place or 0
        ghostly = 0 < place <= len(ghosts)
        for key in ("edit", "drop", "choose"):
            self.buttons[key].setEnabled(ghostly)
            self.buttons[key].setToolTip(_BUTTONS[key][1] if ghostly else _NO_GHOST)
        full = len(ghosts) >= MOST_GHOSTS
        self.buttons["add"].setEnabled(not full)
        self.buttons["add"].setToolTip(_FULL if full else _BUTTONS["add"][1])
        self.buttons["copy"].setEnabled(bool(self.table.lines))
        if not ghostly and self.buttons["edit"].isChecked():
            self.buttons["edit"].setChecked(False)
        if ghostly:
            title = f"<b>Racer {place}</b>"
            self.editor.show_descent(title, ghosts[place - 1])

    def _connect(self) -> None:
        acts = {
            "add": self._add,
            "drop": self._drop,
            "choose": self._choose,
            "copy": self.copy,
        }
        for key, act in acts.items():
            self.buttons[key].clicked.connect(lambda _=False, act=act: act())
        self.buttons["edit"].toggled.connect(lambda _: self._share())
        self.editor.changed.connect(self._change)
        self.table.currentCellChanged.connect(lambda *_: self._show_place())
        self.table.dropped.connect(self._drop)
        self.table.opened.connect(self.buttons["edit"].click)
        self.aim.editingFinished.connect(self._aim)

    def _edit(self, **settings: object) -> None:
        """Take on a scene with these settings, as one step to be undone."""
        scene = replace(self.player.scene, **settings)  # type: ignore[arg-type]
        if scene != self.player.scene:
            self.player.edit(scene)

    def race(self, name: str) -> None:
        """Let the racers of a ready-made race run beside the chosen one."""
        run = self.player.run
        if run is not None:
            descent = self.player.scene.descent
            self._edit(ghosts=READYMADE[name].others(descent, run.facts.n_examples))

    def _add(self) -> None:
        scene = self.player.scene
        if len(scene.ghosts) < MOST_GHOSTS:
            more = one_more(scene.descent, scene.ghosts)
            self._edit(ghosts=(*scene.ghosts, more))

    def _drop(self) -> None:
        ghosts, place = self.player.scene.ghosts, self.table.place or 0
        if 0 < place <= len(ghosts):
            self._edit(ghosts=ghosts[: place - 1] + ghosts[place:])

    def _change(self, descent: Descent) -> None:
        """Give the current racer other settings, unless another has them."""
        scene, place = self.player.scene, self.table.place or 0
        ghosts = list(scene.ghosts)
        if not 0 < place <= len(ghosts):
            return
        if descent in (scene.descent, *ghosts):
            self.player.moved.emit("There is such a racer already: nothing is changed.")
            self._show_place()
            return
        ghosts[place - 1] = descent
        self._edit(ghosts=tuple(ghosts))

    def _choose(self) -> None:
        """Let the current racer be the chosen way down, where it stood."""
        run, place = self.player.run, self.table.place or 0
        if run is None or not 0 < place < len(run.racers):
            return
        scene, course = chosen_instead(run.snapshot, place)
        self.player.open(scene, run.racers[place].step, course, keeps=True)

    def copy(self) -> int:
        """Put the table on the clipboard; return how many lines."""
        lines = sorted(self.table.lines, key=lambda line: line.place)
        QGuiApplication.clipboard().setText(as_csv(lines))
        self.player.moved.emit(f"Copied: {len(lines)} racers as text.")
        return len(lines)

    def _aim(self) -> None:
        """Take the loss that was typed; empty for the usual one."""
        found = numbers_in(self.aim.text())
        if found is None or len(found) > 1:
            self.aim.setText("" if self.target is None else number(self.target))
            self.player.moved.emit("The target is one number, such as 0.1, or empty.")
            return
        self.target = found[0] if found else None
        if self.player.run is not None:
            self._written = 0.0
            self.show_run(self.player.run)

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for button in (self.ready, *self.buttons.values()):
            first.addWidget(button)
        first.addStretch(1)
        target = QLabel("Target loss")
        for words, part in ((target, self.aim), (self.pace_label, self.pace)):
            words.setObjectName("muted")
            words.setBuddy(part)
            second.addWidget(words)
            second.addWidget(part)
        self.bars = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for row in (first, second):
            row.setSpacing(6)
            self.bars.addLayout(row)
        middle = QHBoxLayout()
        middle.addWidget(self.table, 3)
        middle.addWidget(self.editor, 2)
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDES, 2, _SIDES, 4)
        column.setSpacing(_GAP)
        column.addLayout(self.bars)
        column.addLayout(middle, 1)
        column.addWidget(self.note)
        self.editor.hide()
        self.setMinimumWidth(240)

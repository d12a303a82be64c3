"""The compare panel: all paths with every setting, and what can be done with them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdviz.session.comparing import Told, compare
from gdviz.session.settingwords import label
from gdviz.ui import style as look
from gdviz.ui.panels.compare.alike import Alike
from gdviz.ui.panels.compare.table import PathTable
from gdviz.ui.panels.network.bar import Turn

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.run import Run
    from gdviz.ui.player import Player
    from gdviz.ui.style import Style

_SLOW = 0.25  # seconds: numbers that change faster cannot be read
_BUTTONS = {
    "return": ("Return", "Show this path again, at its newest step (Enter)"),
    "rename": ("Rename", "Give this path another name (F2)"),
    "pin": ("Pin", "Keep this path when a new run begins"),
    "hide": ("Hide", "Leave this path out of the plots, or draw it again"),
    "delete": ("Delete", "Forget this path (Del)"),
}
_SHOWN = {  # why these are not offered for the path shown
    "return": "This path is the one shown",
    "hide": "The path shown is always drawn",
    "delete": "The path shown stays: return to another one to delete this",
}
_ALONE = (
    "What if? (W) goes on from the step shown as another path; so does a setting "
    "changed at a past step. The path you leave stays here, to be compared and "
    "returned to."
)
_GAP, _SIDES = 3, 10  # points


class ComparePanel(QWidget):
    """A table of all paths, and buttons that act on the one in the current row."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.setAccessibleName("Compare")
        self.table = PathTable(look.STYLES[look.DARK])
        self.alike, self.alone = Alike(), QLabel(_ALONE)
        self.alone.setWordWrap(True)
        self.alone.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = {key: Turn(*words) for key, words in _BUTTONS.items()}
        for key, button in self.buttons.items():
            button.setObjectName("small")
            button.setAccessibleName(f"{_BUTTONS[key][0]} the path")
        self._written, self._late = 0.0, True
        self._known: dict[int, Told] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)  # once it is closed
        self._soon.timeout.connect(self._catch_up)
        self._connect()
        self._lay_out()

    def show_run(self, run: Run) -> None:
        """Show all paths, but not with every frame while playing."""
        now = time.perf_counter()
        due = self._late or not self.player.playing or now - self._written >= _SLOW
        if due and not self.table.editing and run.number in self.player.paths:
            self._written, self._late = now, False
            self._show()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.table.set_style(style)

    def _show(self) -> None:
        comparison = compare(self.player.paths, self._known)
        self.table.show_paths(comparison)
        many = len(comparison.lines) > 1
        same = [f"{label(name)}: {text}" for name, text in comparison.alike.items()]
        same[0] = ("The same for all. " if many else "") + same[0]
        self.alone.setHidden(many)
        self.alike.set_entries(same)
        self._fit()
        self._enable()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave to the settings that all share what the table does not need."""
        width = self.width() - 2 * _SIDES
        taken = self.buttons["pin"].sizeHint().height() + self.table.wanted + 4 * _GAP
        if not self.alone.isHidden():
            taken += self.alone.heightForWidth(width) + _GAP
        self.alike.fit(width, self.height() - taken)

    def _enable(self) -> None:
        """Offer what can be done with the path in the current row."""
        number, paths = self.table.number, self.player.paths
        if number is None or number not in paths:
            return
        path, shown = paths[number], number == paths.present
        for key, button in self.buttons.items():
            bars = shown and key in _SHOWN and not (key == "hide" and path.hidden)
            button.setEnabled(not bars)
            button.setToolTip(f"{_SHOWN[key] if bars else _BUTTONS[key][1]}.")
        self.buttons["pin"].setText("Unpin" if path.pinned else "Pin")
        self.buttons["hide"].setText("Show" if path.hidden else "Hide")

    def _connect(self) -> None:
        player, table, buttons = self.player, self.table, self.buttons
        player.repathed.connect(self._hurry)
        table.named.connect(lambda number, name: player.say_of(number, name=name))
        table.names.closeEditor.connect(lambda *_: self._soon.start())
        table.picked.connect(player.return_to)
        table.dropped.connect(self._drop)
        table.currentCellChanged.connect(lambda *_: self._enable())
        buttons["return"].clicked.connect(self._return)
        buttons["rename"].clicked.connect(table.rename)
        buttons["pin"].clicked.connect(lambda: self._turn("pinned"))
        buttons["hide"].clicked.connect(lambda: self._turn("hidden"))
        buttons["delete"].clicked.connect(lambda: self._drop(table.number))

    def _hurry(self) -> None:
        self._late = True
        self._known.clear()

    def _catch_up(self) -> None:
        """Show what has come while a name was written."""
        if self.player.run is not None:
            self._late = True
            self.show_run(self.player.run)

    def _return(self) -> None:
        if (number := self.table.number) is not None:
            self.player.return_to(number)

    def _drop(self, number: int | None) -> None:
        if number == self.player.paths.present:
            self.player.moved.emit(f"{_SHOWN['delete']}.")
        elif number is not None:
            self.player.delete_path(number)

    def _turn(self, said: str) -> None:
        """Say the opposite of a path: pinned or not, hidden or not."""
        number = self.table.number
        if number is not None and number in self.player.paths:
            path = self.player.paths[number]
            self.player.say_of(number, **{said: not getattr(path, said)})

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDES, 2, _SIDES, 4)
        column.setSpacing(_GAP)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.alone)
        column.addWidget(self.alike)
        self.setMinimumWidth(240)

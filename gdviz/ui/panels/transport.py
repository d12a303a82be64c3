"""The top bar: menus, reset, back, play, forward, speed and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenuBar,
    QSizePolicy,
    QSlider,
    QToolBar,
    QToolButton,
    QWidget,
)

from gdviz.core.knobs import Whole
from gdviz.ui import style as look
from gdviz.ui.form import NumberEdit
from gdviz.ui.player import FLAT_OUT

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_SPEEDS = (1, 2, 3, 5, 8, 12, 20, 30, 60, 120, 250, 500, 1000, 2500, FLAT_OUT)
_BUTTONS = {
    "reset": "Back to the start, the same run again (Home)",
    "back": "One step back (←)",
    "play": "Play or pause (Space)",
    "forward": "One step forward (→)",
}


class Transport(QToolBar):
    """Buttons and sliders that move through the run."""

    speeded = Signal(object)
    seeded = Signal(object)

    def __init__(self, menus: QMenuBar) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.buttons = {name: _button(tip) for name, tip in _BUTTONS.items()}
        self.buttons["play"].setObjectName("play")
        self.buttons["play"].setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(_SPEEDS) - 1)
        self.speed.setFixedWidth(110)
        self.speed.setValue(_SPEEDS.index(12))
        self.speed.setToolTip(
            "Updates per second while playing; the right end is flat out."
        )
        self.speed.setAccessibleName("Speed")
        self.speed_text = QLabel()
        self.speed.valueChanged.connect(self._speeded)
        self.seed = NumberEdit(Whole(0, 2**31 - 1))
        self.seed.setFixedWidth(64)
        self.seed.setToolTip(
            "The seed of data, start and batches; another one is another run."
        )
        self.seed.setAccessibleName("Seed")
        self.seed.chosen.connect(self.seeded)
        self.buttons["seed"] = _button("Next seed (S)")
        self.playing = False
        self._lay_out(menus)
        self._speeded(self.speed.value())

    def show_run(self, run: Run) -> None:
        """Show the seed and what can be done."""
        self.seed.set_value(run.snapshot.scene.seed)
        self.buttons["back"].setEnabled(run.step > 0)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.playing = playing
        play = self.buttons["play"]
        play.setText("Pause" if playing else "Play")
        play.setAccessibleName(play.text())
        play.setIcon(look.icon("pause" if playing else "play", "#14161b"))

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        for name in ("reset", "back", "forward", "seed"):
            self.buttons[name].setIcon(look.icon(name, style.text))
        self.show_playing(self.playing)

    def _speeded(self, place: int) -> None:
        speed = _SPEEDS[place]
        self.speed_text.setText("flat out" if speed == FLAT_OUT else f"{speed:,}/s")
        self.speeded.emit(speed)

    def _lay_out(self, menus: QMenuBar) -> None:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(8, 5, 12, 5)
        row.setSpacing(6)
        row.addWidget(menus)
        row.addStretch(1)
        for name in _BUTTONS:
            row.addWidget(self.buttons[name])
        row.addSpacing(16)
        row.addWidget(_muted("speed"))
        row.addWidget(self.speed)
        row.addWidget(self.speed_text)
        self.speed_text.setFixedWidth(58)
        row.addSpacing(10)
        row.addWidget(_muted("seed"))
        row.addWidget(self.seed)
        row.addWidget(self.buttons["seed"])
        row.addStretch(1)
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(inside)


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip.split(" (", maxsplit=1)[0])
    button.setIconSize(QSize(18, 18))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    return label

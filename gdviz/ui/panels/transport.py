"""The top bar: lessons, menus, reset, back, play, forward, speed and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QSlider,
    QToolBar,
    QToolButton,
    QWidget,
)

from gdviz.core.knobs import Whole
from gdviz.ui import style as look
from gdviz.ui.fields import NumberEdit, QuietCombo
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.ring import Ring
from gdviz.ui.scaling import px
from gdviz.ui.stride import UNITS, UPDATE

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_SPEEDS = (1, 2, 3, 5, 8, 12, 20, 30, 60, 120, 250, 500, 1000, 2500, FLAT_OUT)
_GAP, _LEFT, _RIGHT = 6, 8, 12  # points
_SLIDER, _SHORT, _NARROW = 110, 56, 1100  # points
_PLAY = ("Play", "Pause")
_BUTTONS = {
    "reset": "Back to the start, the same run again (Home)",
    "back": "One step back (←)",
    "play": "Play or pause (Space)",
    "forward": "One step forward (→)",
    "what if": "What if? Go on from here with other settings, as another path (W)",
}


class Transport(QToolBar):
    """Buttons and sliders that move through the run."""

    speeded = Signal(object)
    united = Signal(str)
    seeded = Signal(object)

    def __init__(self, menus: QMenuBar) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.buttons = {
            name: _button(tip, _Play if name == "play" else QToolButton)
            for name, tip in _BUTTONS.items()
        }
        self.buttons["play"].setObjectName("play")
        self.buttons["play"].setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.buttons["what if"].setText("What if?")
        self.unit = _unit_combo()
        self.unit.activated.connect(lambda _: self.united.emit(self.unit.currentData()))
        self.speed = _speed_slider()
        self.speed_text = QLabel()
        self.speed.valueChanged.connect(self._speeded)
        self.seed = _seed_field()
        self.seed.chosen.connect(self.seeded)
        self.buttons["seed"] = _button("Next seed: another run (S)")
        self.lessons = _lessons_button()
        self.words = [_muted(word) for word in ("step", "speed", "seed")]
        self._inside, self._front, self._back = QWidget(), QWidget(), QWidget()
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._inside)
        self._row = QHBoxLayout(self._back)
        self.playing = False
        self.show_unit(UPDATE)
        self._lay_out(menus)
        self._speeded(self.speed.value())

    def show_run(self, run: Run) -> None:
        """Show the seed and what can be done."""
        self.seed.set_value(run.snapshot.scene.seed)
        begun = run.beat is not None and run.beat.number > 0
        self.buttons["back"].setEnabled(run.step > 0 or begun)

    def show_unit(self, unit: str) -> None:
        """Show how far a step goes."""
        self.unit.setCurrentIndex(self.unit.findData(unit))

    def set_speed(self, speed: float) -> None:
        """Choose the speed next to this one."""
        places = range(len(_SPEEDS))
        near = min(places, key=lambda place: abs(1 / _SPEEDS[place] - 1 / speed))
        self.speed.setValue(near)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.playing = playing
        play = self.buttons["play"]
        play.setText(_PLAY[playing])
        play.setAccessibleName(play.text())
        play.setIcon(look.icon("pause" if playing else "play", "#14161b"))

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        for name in ("reset", "back", "forward", "seed"):
            self.buttons[name].setIcon(look.icon(name, style.text))
        self.show_playing(self.playing)
        self.speed_text.setFixedWidth(px(58))
        self.seed.setFixedWidth(px(64))
        for button in self.buttons.values():
            button.setIconSize(QSize(px(18), px(18)))
        self._give_way()

    def _speeded(self, place: int) -> None:
        speed = _SPEEDS[place]
        self.speed_text.setText("flat out" if speed == FLAT_OUT else f"{speed:,}/s")
        self.speed.setAccessibleDescription(self.speed_text.text())
        self.speeded.emit(speed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._give_way()

    def event(self, event: QEvent) -> bool:
        """Share the width anew when a part wants more or less: fonts come late."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._give_way()
        return done

    def _give_way(self) -> None:
        """Shorten the slider, and leave out words, where room is short."""
        wide = self.width() > px(_NARROW)
        least, most = px(_SHORT), px(_SLIDER if wide else _SHORT)
        if self._row.spacing() != (gap := _GAP if wide else _GAP // 3):
            self._row.setSpacing(gap)
        words = sum(word.sizeHint().width() + _GAP for word in self.words)
        front, back = (part.sizeHint().width() for part in (self._front, self._back))
        back -= self.speed.minimumWidth()
        back -= 0 if self.words[0].isHidden() else words
        room = self.width() - _LEFT - _RIGHT - _GAP
        one = front + back + least <= room
        room -= front + back if one else back
        self.speed.setFixedWidth(min(max(room, least), most))
        spare = room - most - words
        for word in self.words:
            word.setVisible(spare >= 0)
        way = QBoxLayout.Direction
        turned = way.LeftToRight if one else way.TopToBottom
        if self._rows.direction() != turned:
            self._rows.setDirection(turned)
        self._row.activate()

    def _lay_out(self, menus: QMenuBar) -> None:
        step, speed, seed = self.words
        row, front = self._row, QHBoxLayout(self._front)
        for layout in (row, front, self._rows):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(_GAP)
        self._rows.setContentsMargins(_LEFT, 5, _RIGHT, 5)
        front.addWidget(self.lessons)
        front.addWidget(menus)
        front.addStretch(1)
        row.addStretch(1)
        for name in _BUTTONS:
            row.addWidget(self.buttons[name])
        row.addSpacing(8)
        row.addWidget(step)
        row.addWidget(self.unit)
        row.addSpacing(8)
        row.addWidget(speed)
        row.addWidget(self.speed)
        row.addWidget(self.speed_text)
        row.addSpacing(10)
        row.addWidget(seed)
        row.addWidget(self.seed)
        row.addWidget(self.buttons["seed"])
        row.addStretch(1)
        self._rows.addWidget(self._front)
        self._rows.addWidget(self._back, 1)
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._inside.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred
        )
        self.addWidget(self._inside)


class _Play(QToolButton):
    """As wide for either word: nothing beside it gives way when it plays."""

    def sizeHint(self) -> QSize:
        """Return the room for the longer word."""
        metrics, flag = self.fontMetrics(), Qt.TextFlag.TextShowMnemonic
        widths = {word: metrics.size(flag, word).width() for word in _PLAY}
        more = max(widths.values()) - widths.get(self.text(), 0)
        return super().sizeHint() + QSize(more, 0)


def _button(tip: str, kind: type[QToolButton] = QToolButton) -> QToolButton:
    button = kind()
    button.setToolTip(tip)
    button.setAccessibleName(tip.split(" (", maxsplit=1)[0])
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _unit_combo() -> QuietCombo:
    combo = QuietCombo()
    combo.setAccessibleName("Step")
    combo.setToolTip(
        "How far one step goes: an example of the batch, an update, an epoch "
        "(keys E, U, P)."
    )
    for unit, words in UNITS.items():
        combo.addItem(words, unit)
    return combo


def _speed_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, len(_SPEEDS) - 1)
    slider.setFixedWidth(_SLIDER)
    slider.setValue(_SPEEDS.index(12))
    slider.setToolTip("Updates per second while playing; the right end is flat out.")
    slider.setAccessibleName("Speed")
    Ring(slider)
    return slider


def _seed_field() -> NumberEdit:
    field = NumberEdit(Whole(0, 2**31 - 1))
    field.setToolTip("The seed of data, start and batches; another one is another run.")
    field.setAccessibleName("Seed")
    return field


def _lessons_button() -> QToolButton:
    button = _button("Lessons: pages of text, each with a picture that moves")
    button.setText("Lessons ▾")
    button.setObjectName("accent")
    button.setAccessibleName("Lessons")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    return label

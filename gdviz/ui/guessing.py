"""Guessing: a step is held until somebody has said what it will make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from gdviz.session.guess import MEAN, NEXT, Tally, begin, judge
from gdviz.ui.closeup import CloseUp
from gdviz.ui.docks import is_seen
from gdviz.ui.panels.guessbar import GuessBar
from gdviz.ui.plots.gradients import GradientChart

if TYPE_CHECKING:
    from gdviz.session.guess import Guess
    from gdviz.session.run import Run
    from gdviz.ui.plots.curves import CurvesChart
    from gdviz.ui.plots.surface import SurfaceChart
    from gdviz.ui.window import Window

    Guessable = GradientChart | SurfaceChart | CurvesChart

_TURN, _TIMES, _PUSH = 5.0, 1.1, 0.1  # degrees, and parts of a length
_FINER = 0.2
_WAYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_ENDED = "This path ends here: no step is left to be guessed."


class Guessing(QObject):
    """Opens a guess, lets mouse and keys move it, reveals it and keeps the score.

    Attributes
    ----------
    bar : GuessBar
    tally : Tally
        Of the lesson that is open, else of all guesses since the last lesson.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.bar = window, GuessBar()
        self._lesson: object = None
        self._key: object = None  # what the points of this guess are noted under
        self._dragged: Guessable | None = None
        self._crossed = False  # whether a plot may show a cross for a cursor
        self._close_up = CloseUp(window.surface)
        window.addToolBarBreak(Qt.ToolBarArea.BottomToolBarArea)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.bar)
        gradients = window.charts[GradientChart.name]
        assert isinstance(gradients, GradientChart)
        self.charts: tuple[Guessable, ...] = (
            gradients, window.surface, window.curves,
        )  # fmt: skip
        player, bar = window.player, self.bar
        player.refreshed.connect(self._show)
        player.held_back.connect(self.reveal)
        window.lectern.turned.connect(self._turned)
        bar.reveal.clicked.connect(self.reveal)
        bar.leave.clicked.connect(self.leave)
        bar.kind.activated.connect(lambda _: self.open(bar.kind.currentData()))
        window.installEventFilter(self)

    @property
    def guess(self) -> Guess | None:
        """The guess of the step shown."""
        run = self.window.player.run
        return self.window.player.stride.guess(run.snapshot) if run else None

    @property
    def held(self) -> bool:
        """Whether a guess waits to be revealed."""
        return self.guess is not None and not self.guess.revealed

    @property
    def tally(self) -> Tally:
        """The points so far."""
        return self.window.player.tally

    def toggle(self) -> None:
        """Open a guess, reveal the open one, or put a revealed one away."""
        if self.guess is None:
            self.open()
        elif self.held:
            self.reveal()
        else:
            self.leave()

    def open(self, name: str = MEAN, key: object = None) -> None:
        """Hold the pending step for a guess.

        Parameters
        ----------
        name : text
            Out of `KINDS`; with a single parameter it is always the next point.
        key : object
            What its points are noted under, instead of the step.
        """
        run = self.window.player.run
        if run is None:
            return
        name = NEXT if len(run.facts.parameters) == 1 else name
        guess = begin(name, run.snapshot)
        if guess is None:
            self.window.footer.say(_ENDED)
            return
        if not self.held:
            self._key = self._noted_under(key, run)
        self.window.centre.set_solid(False)
        self.window.player.hold(guess)
        if guess.kind.step and len(run.facts.parameters) > 1:
            self._close_up.show(guess)
        self._aim()

    def reveal(self) -> None:
        """Show what the step makes; without a guess that is giving up."""
        guess = self.guess
        if guess is None or guess.revealed:
            return
        self._note(guess)
        self.window.player.hold(replace(guess, revealed=True))

    def leave(self) -> None:
        """Give up, or put away what was revealed."""
        guess = self.guess
        if guess is not None and not guess.revealed:
            self.window.player.hold(replace(guess, placed=False))
            self.reveal()
        elif guess is not None:
            self.close()

    def close(self) -> None:
        """Let go of the guess, if there is one."""
        if self.guess is not None:
            self.window.player.hold(None)

    def move(self, guess: Guess) -> None:
        """Show the guess elsewhere; nothing else has changed."""
        player = self.window.player
        player.stride.hold(guess)
        assert player.run is not None
        player.run.guess = guess
        for chart in self.charts:
            chart.guess.show(player.run)
        self.bar.show_guess(guess, self.tally)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take mouse and keys while a guess is open."""
        if isinstance(event, QKeyEvent):
            press = event.type() == QEvent.Type.KeyPress and watched is self.window
            return press and self.take(event)
        if isinstance(event, QMouseEvent) and self.held:
            return self._mouse(watched, event)
        return False

    def take(self, event: QKeyEvent) -> bool:
        """Act on a key, if it is for the guess; Esc also puts a revealed one away."""
        key, held = Qt.Key(event.key()), self.held
        if event.modifiers() & _OTHERS:
            return False
        if key == Qt.Key.Key_Escape and self.guess is not None:
            self.leave()
        elif held and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.reveal()
        elif held and key in _WAYS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(*_WAYS[key], _FINER if fine else 1.0)
        else:
            return False
        return True

    def _nudge(self, across: float, up: float, share: float) -> None:
        """Turn and lengthen an arrow, or push a point, by a little."""
        guess = self.guess
        assert guess is not None
        if not guess.kind.step:
            times = 1.0 + share * (_TIMES - 1.0)
            self.move(guess.turned(-across * share * _TURN, times**up))
        else:
            up = 0.0 if len(guess.snapshot.record.theta) == 1 else up
            self.move(guess.pushed(across * share * _PUSH, up * share * _PUSH))

    def _mouse(self, watched: QObject, event: QMouseEvent) -> bool:
        """Let the arrow end under the mouse while its button is held down."""
        chart = next((c for c in self.charts if c.view.viewport() is watched), None)
        left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if chart is None or chart.guess.frame is None:
            return False
        if event.type() in _PRESSES:
            self._dragged = chart if left else None
        if self._dragged is not chart:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._dragged = None
        elif left:
            self._point(chart, event)
        return True

    def _point(self, chart: Guessable, event: QMouseEvent) -> None:
        guess, frame = self.guess, chart.guess.frame
        assert guess is not None
        assert frame is not None
        scene = chart.view.mapToScene(event.position().toPoint())
        at = chart.box.mapSceneToView(scene)
        with np.errstate(all="ignore"):
            self.move(guess.moved(frame.vector(np.array([at.x(), at.y()]))))

    def _aim(self) -> None:
        """Have the mouse first, and give the keys to a plot with the guess."""
        for chart in self.charts:
            chart.view.viewport().removeEventFilter(self)
            chart.view.viewport().installEventFilter(self)
        seen = [c for c in self.charts if c.guess.frame and is_seen(c)]
        if seen:
            seen[0].setFocus()

    def _noted_under(self, key: object, run: Run) -> object:
        """Return what points are noted under; None: a lesson does not ask for them."""
        if key is not None or (self.tally.of and self.window.lectern.reading):
            return key
        if self.tally.of:
            self._lesson, self.window.player.tally = None, Tally()
        return run.number, run.step

    def _note(self, guess: Guess) -> None:
        """Note the points; those of a lesson that were not guessed are lost."""
        player = self.window.player
        if self._key is not None and (guess.placed or self.tally.of):
            points = judge(guess).points if guess.placed else 0
            player.tally = player.tally.with_points(self._key, points)

    def _show(self, run: Run) -> None:
        self.bar.show_guess(run.guess, run.tally)
        if run.guess is None or not run.guess.kind.step:
            self._close_up.end()
        cross = run.guess is not None and not run.guess.revealed
        if not (cross or self._crossed):
            return
        self._crossed = cross
        for chart in self.charts:
            viewport = chart.view.viewport()
            if cross and chart.guess.frame is not None:
                viewport.setCursor(Qt.CursorShape.CrossCursor)
            else:
                viewport.unsetCursor()

    def _turned(self) -> None:
        """Begin to count anew with another lesson."""
        lesson = self.window.lectern.lesson
        if lesson is None or lesson is self._lesson:
            return
        self._lesson = lesson
        asked = sum(bool(page.predict) for page in lesson.pages)
        self.window.player.tally = Tally(of=asked)

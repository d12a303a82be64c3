"""The sweep panel: what it goes over, the map, and opening one of its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.ui.panels.sweep import files
from gdviz.ui.panels.sweep.bar import OutcomeBar
from gdviz.ui.panels.sweep.controls import Controls
from gdviz.ui.panels.sweep.errand import Errand
from gdviz.ui.panels.sweep.grid import Grid, alike, where
from gdviz.ui.panels.sweep.map import SweepMap
from gdviz.ui.panels.sweep.opening import Opening
from gdviz.ui.panels.sweep.pages import Pages
from gdviz.ui.panels.sweep.words import left, summary, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.session.sweep import Outcome, Sweep
    from gdviz.ui.player import Player
    from gdviz.ui.style import Style

_OWN = (
    "An own objective is code of the program that opened this window: it can make one "
    "run at a time only. Choose other data to sweep."
)


class SweepPanel(QWidget):
    """Many runs of the scene over two settings, as a map that can be gone into.

    Attributes
    ----------
    said : Signal of text
        For the footer.
    grid : Grid or None
        What the map shows.
    """

    said = Signal(str)

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.setAccessibleName("Sweep")
        self.controls, self.map, self.bar = Controls(), SweepMap(), OutcomeBar()
        self.form = self.controls.form
        self.pages = Pages(self.controls, (self.map, self.bar))
        self.opening = Opening(player, self.said.emit)
        self.grid: Grid | None = None
        self.errand: Errand | None = None
        self._scene: Scene | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self._connect()

    @property
    def running(self) -> bool:
        """Whether a sweep is under way."""
        return self.errand is not None

    def show_run(self, run: Run) -> None:
        """Offer what suits the scene, and ring its place in the map."""
        scene = run.snapshot.scene
        if scene is self._scene or scene == self._scene:
            return
        self._scene = scene
        if not self.running:
            if self.grid is None or not alike(self.grid.sweep, scene):
                self.form.offer(scene, run.facts.n_examples, run.snapshot.full.loss)
            self._check()
        self._ring(scene)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.map.set_style(style)
        self.bar.set_style(style)
        self.pages.suit_scale()

    def begin(self) -> None:
        """Start the sweep that is chosen, or say what is wrong with it."""
        sweep = self._check()
        if sweep is None or self.running:
            return
        if self.grid is None or self.grid.whole or not self.grid.is_of(sweep):
            self.grid = Grid(sweep)
        self._show_map()
        self._ring(sweep.scene)
        self.errand = Errand(self.grid.sweep, self.grid.outcomes, self)
        self.errand.arrived.connect(self._take)
        self.errand.ended.connect(self._end)
        self.errand.start()
        self.controls.set_running(True)
        self._show_progress()
        self.pages.turn_to(True)

    def cancel(self) -> None:
        """Stop the sweep that is under way."""
        if self.errand is not None:
            self.errand.cancel()

    def close_down(self) -> None:
        """Stop and wait: the window goes."""
        if self.errand is not None:
            self.errand.close()
            self.errand = None

    def read(self, path: Path) -> None:
        """Show the map in a file."""
        try:
            self.grid = files.read(path)
        except Refused as refusal:
            self.controls.say(str(refusal))
            return
        self.form.show_sweep(self.grid.sweep)
        self._check()
        self._show_map()
        self.pages.turn_to(True)
        if self._scene is not None:
            self._ring(self._scene)

    def write(self, path: Path) -> None:
        """Write the map to a file."""
        assert self.grid is not None
        try:
            files.write(self.grid, path)
        except Refused as refusal:
            self.controls.say(str(refusal))
        else:
            self.said.emit(f"{path.name} is written to {path.absolute().parent}.")

    def _sweep(self) -> Sweep:
        """Return the sweep that is chosen."""
        if self._scene is None:
            raise Refused("There is no run yet: open a scene first.")
        if isinstance(self._scene.data, OwnData):
            raise Refused(_OWN)
        return self.form.sweep(self._scene)

    def _check(self) -> Sweep | None:
        """Return the sweep that is chosen; say what is wrong if there is none."""
        try:
            sweep = self._sweep()
        except Refused as refusal:
            self.controls.blame(str(refusal))
            return None
        self.controls.blame("")
        return sweep

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        assert self.grid is not None
        self.grid.take(outcomes)
        self._show_map()
        self._show_progress()

    def _end(self, fault: str) -> None:
        errand, self.errand = self.errand, None
        assert errand is not None
        errand.close()
        errand.deleteLater()
        self.controls.set_running(False)
        if self.player.run is not None:
            self._scene = None  # what was chosen meanwhile
            self.show_run(self.player.run)
        if fault:
            self.controls.say(fault)
        elif self.grid is not None and not self.isVisible():
            self.said.emit(f"The sweep is done: {summary(self.grid, self._measure)}")

    def _show_progress(self) -> None:
        if self.errand is not None and self.grid is not None:
            done, total = len(self.grid.outcomes), self.grid.total
            new = self.errand.done
            share = new / max(total - done + new, 1)
            words = left(self.errand.gone, done, total, share)
            self.controls.show_progress(done, total, words)

    @property
    def _measure(self) -> str:
        return self.form.coloured_by

    def _show_map(self) -> None:
        self.map.show_grid(self.grid, self._measure)
        self.bar.show_scale(self.map.scale, self._measure, self.map.highest)
        self.controls.save.setEnabled(bool(self.grid and self.grid.outcomes))
        self._tell(self.map.spot)

    def _ring(self, scene: Scene) -> None:
        if self.grid is not None:
            self.map.show_present(where(self.grid.sweep, scene))

    def _tell(self, place: object) -> None:
        """Tell of a cell, or of the whole map."""
        text = ""
        if self.grid is not None and isinstance(place, tuple):
            text = told(self.grid, place)
        elif self.grid is not None:
            text = summary(self.grid, self._measure)
        self.controls.told.setText(text)
        self.pages.brief.tell((text,))

    def _open(self, place: object) -> None:
        assert self.grid is not None
        assert isinstance(place, tuple)
        self.opening.open(self.grid, place)

    def _connect(self) -> None:
        controls = self.controls
        controls.begun.connect(self.begin)
        controls.stopped.connect(self.cancel)
        controls.load.clicked.connect(lambda: files.ask_open(self, self.read))
        controls.save.clicked.connect(lambda: files.ask_save(self, self.write))
        self.form.changed.connect(self._check)
        self.form.coloured.connect(self._show_map)
        self.map.pointed.connect(self._tell)
        self.map.picked.connect(self._open)

"""The main window: plots, panels, menus and keys, and who listens to whom."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QMenuBar,
    QMessageBox,
)

from gdviz.core.faults import mistake
from gdviz.ui import boxes, docks, keys, motion, opening, room, tabbing
from gdviz.ui import style as look
from gdviz.ui.centre import Centre
from gdviz.ui.cues import Cues
from gdviz.ui.documents import Documents
from gdviz.ui.dressed import Dressed
from gdviz.ui.dropping import Dropping
from gdviz.ui.faults import Faults
from gdviz.ui.gallery import Gallery, Parts
from gdviz.ui.gesture import Gesture
from gdviz.ui.guessing import Guessing
from gdviz.ui.lectern import Lectern
from gdviz.ui.memory import Memory
from gdviz.ui.menus import fill
from gdviz.ui.overlay import Overlay
from gdviz.ui.painting import gathered
from gdviz.ui.panels.arithmetic.panel import ArithmeticPanel
from gdviz.ui.panels.compare.panel import ComparePanel
from gdviz.ui.panels.footer import Footer
from gdviz.ui.panels.lesson import LessonPanel
from gdviz.ui.panels.network.panel import NetworkPanel
from gdviz.ui.panels.race.panel import RacersPanel
from gdviz.ui.panels.scene import ScenePanel
from gdviz.ui.panels.sweep.panel import SweepPanel
from gdviz.ui.panels.transport import Transport
from gdviz.ui.panels.welcome import Welcome
from gdviz.ui.pencil import Pencil
from gdviz.ui.player import Player
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.presenting import Presenter
from gdviz.ui.reading import Reading
from gdviz.ui.starter import Starter
from gdviz.ui.tablewatch import TableWatch
from gdviz.ui.turns import Turns
from gdviz.ui.undo import Undo
from gdviz.ui.wiring import connect, connect_docks
from gdviz.ui.yielding import Yielding

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent

    from gdviz.session.run import Run
    from gdviz.ui.docks import Dock, Part, Table
    from gdviz.ui.export.exporter import Exporter

_FRAME = QSize(12, 48)  # what a desktop puts around a window


class Window(Dressed):
    """Everything on screen. It draws what the player says and edits its scene."""

    closed = Signal()
    player: Player
    pencil: Pencil
    lectern: Lectern
    guessing: Guessing
    overlay: Overlay
    cues: Cues
    presenter: Presenter
    gathering = False

    def __init__(self, theme: str = look.SYSTEM, memory: Memory | None = None) -> None:
        super().__init__(theme)
        self.memory = memory or Memory()
        self.arranged = False  # by a layout that is remembered
        self.setMinimumSize(QSize(900, 560))
        self.player = Player(self)
        self._make_parts()
        self.docks: dict[str, Dock] = {}
        self.turns, self.faults = Turns(self.player), Faults(self)
        self._lay_out()
        self._make_helpers()
        fill(self)
        connect(self)
        connect_docks(self)
        self._default = self.saveState()
        self.set_theme(theme)

    def _make_parts(self) -> None:
        """Make what is seen: plots, panels and bars."""
        self.panel = ScenePanel(lambda: self.player.scene)
        self.gesture, self.pencil = Gesture(self), Pencil(self)
        self.charts = Gallery(self)
        self.centre = Centre(self.charts)
        self.surface, self.curves = self.centre.surface, self.centre.curves
        self.tables: dict[str, Table] = {
            "arithmetic": ArithmeticPanel(),
            "network": NetworkPanel(),
        }
        self.lesson, self.sweep = LessonPanel(self.player), SweepPanel(self.player)
        self.racers = RacersPanel(self.player)
        panels: dict[str, Part] = {
            **self.tables,
            docks.COMPARE: ComparePanel(self.player),
            docks.RACERS: self.racers,
            docks.SWEEP: self.sweep,
            docks.SCENE: self.panel,
            docks.LESSON: self.lesson,
        }
        self.parts = Parts(self.charts, panels)
        self.menus = QMenuBar()
        self.transport, self.footer = Transport(self.menus), Footer(self.player)

    def _make_helpers(self) -> None:
        """Make what acts for the window."""
        self.undo, self.documents = Undo(self.player), Documents(self)
        self.lectern = Lectern(self)
        self.guessing = Guessing(self)
        self.overlay, self.cues = Overlay(self), Cues(self)
        self.watchers = Yielding(self), Dropping(self)
        self.table_watch = TableWatch(self.player)
        self.motion_action = motion.action(self)
        self.gesture.listen()
        self.pencil.listen()
        self.starter, self.reading = Starter(self), Reading(self)
        self.presenter = Presenter(self)

    @property
    def loss(self) -> LossChart:
        """The plot of the loss over the steps."""
        chart = self.charts[LossChart.name]
        assert isinstance(chart, LossChart)
        return chart

    def show_run(self, run: Run) -> None:
        """Draw a frame: all there is, or while playing one plot in turn."""
        draw = self.faults.draw
        brisk = self.turns.dense(run)
        for chart in self.charts.values():
            chart.brisk = brisk
        with gathered(self):
            names = (*docks.SIDE, *docks.BELOW)
            parts = [self.parts[name] for name in names if name in self.parts]
            seen = [part for part in parts if docks.is_seen(part)]
            for part in self.turns.due(self.centre, seen, run):
                draw(part, run)
            if docks.is_seen(self.lesson):
                draw(self.lesson, run)
            if self.turns.words_due(run):
                draw(self.panel, run)
            for always in (self.transport, self.footer):
                draw(always, run)

    @property
    def settled(self) -> bool:
        """Whether no plot is about to ask for another part of the surface."""
        return self.lectern.settled and not self.centre.settling

    def mark(self, name: str) -> None:
        """Show a mark in the plots, or hide it."""
        self.panel.marks.boxes[name].click()

    def tell(
        self, sentence: str, icon: QMessageBox.Icon = QMessageBox.Icon.Information
    ) -> None:
        """Show a sentence that should not be missed; below, in front of a class."""
        if self.presenter.on:
            self.footer.say(sentence)
        else:
            boxes.tell(self, sentence, icon)

    def refuse(self, sentence: str) -> None:
        """Show why something could not be done; the run stays as it is."""
        self.tell(sentence, QMessageBox.Icon.Warning)
        if self.player.run is not None:
            self.panel.show_again(self.player.run)

    def open_table(self, path: str = "") -> None:
        """Ask for a CSV file and its target column, and start a run on it."""
        opening.table(self, path)

    def open_scene(self, path: str = "") -> None:
        """Open a scene file; ask for one if it is not named."""
        opening.scene(self, path)

    def open_example(self, name: str) -> None:
        """Open a shipped scene by its name."""
        opening.example(self, name)

    @cached_property
    def exporter(self) -> Exporter:
        """What writes pictures, films, tables and scripts; made at its first use."""
        from gdviz.ui.export.exporter import Exporter  # noqa: PLC0415  (needs windows)

        return Exporter(self)

    @cached_property
    def welcome(self) -> Welcome:
        """The welcome page; made when it is first shown."""
        return Welcome(self)

    @property
    def welcomes(self) -> bool:
        """Whether the welcome page is shown."""
        return "welcome" in vars(self) and not self.welcome.isHidden()

    def export(self) -> None:
        """Show the export dialog."""
        self.exporter.open()

    def copy(self) -> None:
        """Put the plot in use on the clipboard, or the numbers of the arithmetic."""
        from gdviz.ui.export.copying import copy  # noqa: PLC0415  (needs windows)

        copy(self)

    def open_lesson(self, name: str = "", number: int = 0) -> None:
        """Open a lesson by its name or path; ask for a file without either."""
        opening.lesson(self, name, number)

    def share_room(self) -> None:
        """Share the room of the window between its parts."""
        room.share_room(self)

    def default_layout(self) -> None:
        """Bring all plots home."""
        self.lectern.close()
        self.restoreState(self._default)
        self.share_room()

    def event(self, event: QEvent) -> bool:
        """Paint once a frame, not once for every plot that has changed."""
        if self.gathering and event.type() == QEvent.Type.UpdateRequest:
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab go through the panels as they stand."""
        try:
            return tabbing.step(self, forward)
        except Exception as error:  # noqa: BLE001  (in the hands of Qt it ends the program)
            self.faults.tell(f"{mistake(error)}. The focus stays.", "tabbing")
            return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on keys that no focused control wanted for itself."""
        if not keys.act(self, keys.name(event)):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room, now that its size is known."""
        super().showEvent(event)
        if not event.spontaneous() and not self.arranged:
            self.share_room()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about changes that are not saved; stop the worker, then go."""
        if not self.documents.may_close():
            event.ignore()
            return
        if "exporter" in vars(self):
            self.exporter.close()
        self.sweep.close_down()
        self.player.close()
        super().closeEvent(event)
        self.closed.emit()

    def _lay_out(self) -> None:
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.transport)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.footer)
        self.setCentralWidget(self.centre)
        docks.lay_out(self)
        most = self.screen().availableGeometry().size() - _FRAME
        self.resize(QSize(1280, 800).boundedTo(most))
        self.surface.setFocus()

    def warn(self, sentence: str) -> None:
        """Show a sentence that tells of a fault."""
        self.tell(sentence, QMessageBox.Icon.Warning)

    def catch_up(self, name: str, visible: bool) -> None:
        """Draw what was hidden while the run went on."""
        if visible and self.player.run is not None:
            self.faults.draw(self.parts[name], self.player.run)

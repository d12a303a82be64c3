"""The main window: plots, panels, menus and keys, and who listens to whom."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenuBar,
    QMessageBox,
)

from gdviz.session.noise import PANELS_OF_NOISE
from gdviz.ui import boxes, docks, keys, opening, room
from gdviz.ui import style as look
from gdviz.ui.centre import Centre
from gdviz.ui.documents import Documents
from gdviz.ui.dressing import dress
from gdviz.ui.dropping import Dropping
from gdviz.ui.faults import Faults
from gdviz.ui.gallery import Gallery, Parts
from gdviz.ui.lectern import Lectern
from gdviz.ui.memory import Memory
from gdviz.ui.menus import fill
from gdviz.ui.painting import gathered
from gdviz.ui.panels.arithmetic.panel import ArithmeticPanel
from gdviz.ui.panels.compare.offer import Offer
from gdviz.ui.panels.compare.panel import ComparePanel
from gdviz.ui.panels.footer import Footer
from gdviz.ui.panels.lesson import LessonPanel
from gdviz.ui.panels.network.panel import NetworkPanel
from gdviz.ui.panels.race.panel import RacersPanel
from gdviz.ui.panels.scene import ScenePanel
from gdviz.ui.panels.sweep.panel import SweepPanel
from gdviz.ui.panels.transport import Transport
from gdviz.ui.player import Player
from gdviz.ui.plots.curvature import CurvatureChart
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.tablewatch import TableWatch
from gdviz.ui.turns import Turns
from gdviz.ui.undo import Undo
from gdviz.ui.yielding import Yielding

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent

    from gdviz.session.run import Run
    from gdviz.ui.docks import Part, Table
    from gdviz.ui.export.exporter import Exporter

_FRAME = QSize(12, 48)  # what a desktop puts around a window


class Window(QMainWindow):
    """Everything on screen. It draws what the player says and edits its scene."""

    closed = Signal()
    player: Player
    lectern: Lectern
    gathering = False

    def __init__(self, theme: str = look.SYSTEM, memory: Memory | None = None) -> None:
        super().__init__()
        self.memory = memory or Memory()
        self.arranged = False  # by a layout that is remembered
        self.setMinimumSize(QSize(900, 560))
        self.player = Player(self)
        self.theme, self.style_ = theme, look.resolve(theme)
        self.panel = ScenePanel(lambda: self.player.scene)
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
        self.docks: dict[str, QDockWidget] = {}
        self.turns, self.faults = Turns(self.player), Faults(self)
        self._lay_out()
        self.undo, self.documents = Undo(self.player), Documents(self)
        self.lectern = Lectern(self)
        self.watchers = Yielding(self), Dropping(self)
        self.table_watch = TableWatch(self.player)
        fill(self)
        self._connect()
        self._connect_docks()
        self._default = self.saveState()
        self.set_theme(theme)

    @property
    def loss(self) -> LossChart:
        """The plot of the loss over the steps."""
        chart = self.charts[LossChart.name]
        assert isinstance(chart, LossChart)
        return chart

    def show_run(self, run: Run) -> None:
        """Draw a frame: the centre each time, the docks in turn while playing."""
        draw = self.faults.draw
        brisk = self.turns.dense(run)
        for chart in self.charts.values():
            chart.brisk = brisk
        with gathered(self):
            draw(self.centre, run)
            names = (*docks.SIDE, *docks.BELOW)
            in_turn = [self.parts[name] for name in names if name in self.parts]
            for part in self.turns.due([p for p in in_turn if docks.is_seen(p)], run):
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

    def set_theme(self, theme: str) -> None:
        """Choose the theme of the whole application."""
        self.theme, self.style_ = theme, look.resolve(theme)
        self.dress()
        for part in (
            *self.centre.charts,
            *self.parts.values(),
            self.transport,
            self.footer,
        ):
            part.set_style(self.style_)

    def dress(self) -> None:
        """Give the whole application the colours of the theme."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, self.style_)

    def mark(self, name: str) -> None:
        """Show a mark in the plots, or hide it."""
        self.panel.marks.boxes[name].click()

    def tell(
        self, sentence: str, icon: QMessageBox.Icon = QMessageBox.Icon.Information
    ) -> None:
        """Show a sentence that should not be missed."""
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

    def export(self) -> None:
        """Show the export dialog."""
        self.exporter.open()

    def copy(self) -> None:
        """Put the plot in use on the clipboard, or the numbers of the arithmetic."""
        from gdviz.ui.export.copying import copy  # noqa: PLC0415  (needs windows)

        copy(self)

    def open_lesson(self, name: str = "") -> None:
        """Open a lesson by its name or path; ask for a file without either."""
        opening.lesson(self, name)

    def default_layout(self) -> None:
        """Bring all plots home."""
        self.lectern.close()
        self.restoreState(self._default)
        room.share_room(self)

    def event(self, event: QEvent) -> bool:
        """Paint once a frame, not once for every plot that has changed."""
        if self.gathering and event.type() == QEvent.Type.UpdateRequest:
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on keys that no focused control wanted for itself."""
        name = keys.name(event)
        action = keys.ACTIONS.get(name)
        if action is None or (self.player.run is None and name not in keys.PAGES):
            super().keyPressEvent(event)
        else:
            action(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room, now that its size is known."""
        super().showEvent(event)
        if not event.spontaneous() and not self.arranged:
            room.share_room(self)

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

    def _connect(self) -> None:
        player, surface = self.player, self.surface
        player.refreshed.connect(self.show_run)
        player.refused.connect(self.refuse)
        self.faults.told.connect(self._warn)
        player.moved.connect(self.footer.say)
        self.table_watch.told.connect(self.tell)
        player.played.connect(self.transport.show_playing)
        self.panel.changed.connect(player.edit)
        self.panel.refused.connect(self.refuse)
        self.panel.own_data_wanted.connect(self.open_table)
        for drawn in (surface, self.centre.relief):
            self.panel.marks.scaled.connect(drawn.set_scale)
        for seen in (surface, self.centre.relief, self.curves):
            seen.region_wanted.connect(player.look_at)
        self.centre.relief.faltered.connect(self.footer.say)
        self.sweep.said.connect(self.footer.say)
        for table in self.tables.values():
            table.example_chosen.connect(player.choose)
        self.footer.timeline.wanted.connect(player.seek)
        buttons = self.transport.buttons
        for name, act in keys.BUTTONS.items():
            buttons[name].clicked.connect(partial(act, self))
        self.transport.speeded.connect(self._set_speed)
        self.transport.united.connect(player.set_unit)
        player.united.connect(self.transport.show_unit)
        self.transport.seeded.connect(lambda seed: self.panel.choose(seed=seed))
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)

    def _connect_docks(self) -> None:
        for name, dock in self.docks.items():
            dock.visibilityChanged.connect(partial(self._catch_up, name))
            dock.toggleViewAction().triggered.connect(lambda _: room.share_room(self))
        curvature = self.docks[CurvatureChart.name]
        curvature.visibilityChanged.connect(self.player.watch_curvature)
        for name in docks.OF_RACE:
            watch = partial(self.player.watch_race, name)
            self.docks[name].visibilityChanged.connect(watch)
        for name in PANELS_OF_NOISE:
            watch = partial(self.player.watch_noise, name)
            self.docks[name].visibilityChanged.connect(watch)
        compare = self.docks[docks.COMPARE]
        Offer(compare, self.player, partial(room.share_room, self))
        shown = self.docks[docks.LESSON].toggleViewAction()
        shown.triggered.connect(self.lectern.show)

    def _warn(self, sentence: str) -> None:
        self.tell(sentence, QMessageBox.Icon.Warning)

    def _set_speed(self, speed: float) -> None:
        self.player.speed = speed

    def _catch_up(self, name: str, visible: bool) -> None:
        """Draw what was hidden while the run went on."""
        if visible and self.player.run is not None:
            self.faults.draw(self.parts[name], self.player.run)

    def _follow_system(self, *_: object) -> None:
        if self.theme == look.SYSTEM:
            self.set_theme(self.theme)

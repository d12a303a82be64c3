"""The main window: plots, panels, menus and keys, and who listens to whom."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMenuBar,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from gdviz.core.refused import Refused
from gdviz.core.tables import preview
from gdviz.session.scenefile import read_scene
from gdviz.ui import keys
from gdviz.ui import style as look
from gdviz.ui.menus import fill
from gdviz.ui.panels.footer import Footer
from gdviz.ui.panels.scene import ScenePanel
from gdviz.ui.panels.table import TableDialog
from gdviz.ui.panels.transport import Transport
from gdviz.ui.player import Player
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.title import title_of

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from gdviz.session.run import Run


_DENSE = 0.03  # seconds: frames closer than this draw the side plots in turn
_FRAME = QSize(12, 48)  # what a desktop puts around a window


class Window(QMainWindow):
    """Everything on screen. It draws what the player says and edits its scene."""

    def __init__(self, theme: str = look.SYSTEM) -> None:
        super().__init__()
        self.setWindowTitle("gdviz")
        self.setMinimumSize(QSize(900, 560))
        self.player = Player()
        self.theme, self.style_ = theme, look.resolve(theme)
        self.charts = {name: chart(self.style_) for name, chart in PLOTS.items()}
        surface, loss = self.charts[SurfaceChart.name], self.charts[LossChart.name]
        assert isinstance(surface, SurfaceChart)
        assert isinstance(loss, LossChart)
        self.surface, self.loss = surface, loss
        self.panel = ScenePanel(lambda: self.player.scene)
        self.menus = QMenuBar()
        self.transport, self.footer = Transport(self.menus), Footer(self.player)
        self.docks: dict[str, QDockWidget] = {}
        self.side: list[QDockWidget] = []
        self._turn, self._drawn = 0, 0.0
        self._lay_out()
        fill(self)
        self._connect()
        self._default = self.saveState()
        self.set_theme(theme)

    def show_run(self, run: Run) -> None:
        """Draw a frame: the surface each time, the side plots in turn while playing."""
        now = time.perf_counter()
        dense = self.player.playing and now - self._drawn < _DENSE
        self._turn, self._drawn = self._turn + 1, now
        self.surface.show_run(run)
        for place, dock in enumerate(self.side):
            in_turn = self._turn % len(self.side) == place
            if not dock.isHidden() and (in_turn or not dense):
                self.charts[dock.objectName()].show_run(run)
        self.panel.marks.show_run(run)
        self.panel.show_run(run)
        self.transport.show_run(run)
        self.footer.show_run(run)

    @property
    def settled(self) -> bool:
        """Whether no plot is about to ask for another part of the surface."""
        return not self.surface.settling

    def set_theme(self, theme: str) -> None:
        """Choose the theme of the whole application."""
        self.theme, self.style_ = theme, look.resolve(theme)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        look.dress(application, self.style_)
        for chart in self.charts.values():
            chart.set_style(self.style_)
        for part in (self.panel, self.transport, self.footer):
            part.set_style(self.style_)

    def refuse(self, sentence: str) -> None:
        """Show why something could not be done; the run stays as it is."""
        box = QMessageBox(QMessageBox.Icon.Warning, "gdviz", sentence, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        if self.player.run is not None:
            self.panel.show_again(self.player.run)

    def open_table(self, path: str = "") -> None:
        """Ask for a CSV file and its target column, and start a run on it."""
        path = path or self._asked("Open a table", "Tables (*.csv *.tsv *.txt)")
        if not path:
            return
        try:
            dialog = TableDialog(preview(path), self)
        except Refused as refusal:
            self.refuse(str(refusal))
            return
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(
            lambda: self.panel.choose(data=dialog.chosen(), loss=None)
        )
        dialog.open()

    def open_scene(self, path: str = "") -> None:
        """Ask for a scene file and start a run of it."""
        path = path or self._asked("Open a scene", "Scenes (*.json)")
        if not path:
            return
        try:
            self.player.open(read_scene(path))
        except Refused as refusal:
            self.refuse(str(refusal))

    def _asked(self, title: str, kind: str) -> str:
        kinds = f"{kind};;All files (*)"
        return QFileDialog.getOpenFileName(self, title, "", kinds)[0]

    def default_layout(self) -> None:
        """Bring all plots home."""
        self.restoreState(self._default)
        self._share_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on keys that no focused control wanted for itself."""
        action = keys.ACTIONS.get(keys.name(event))
        if action is None or self.player.run is None:
            super().keyPressEvent(event)
        else:
            action(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the worker before the window goes."""
        self.player.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.transport)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.footer)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        surface = self.surface
        middle = QWidget()
        row = QVBoxLayout(middle)
        row.setContentsMargins(6, 4, 4, 4)
        row.setSpacing(0)
        row.addWidget(title_of(surface))
        row.addWidget(surface, 1)
        self.setCentralWidget(middle)
        self._dock("scene", "Scene", self.panel, Qt.DockWidgetArea.LeftDockWidgetArea)
        for name, chart in self.charts.items():
            if chart is not surface:
                area = Qt.DockWidgetArea.RightDockWidgetArea
                self._dock(name, chart.label, chart, area)
                self.docks[name].setTitleBarWidget(title_of(chart))
        self.side = [dock for name, dock in self.docks.items() if name in PLOTS]
        room = self.screen().availableGeometry().size() - _FRAME
        self.resize(QSize(1280, 800).boundedTo(room))
        self._share_room()
        surface.setFocus()

    def _dock(
        self, name: str, label: str, inside: QWidget, area: Qt.DockWidgetArea
    ) -> None:
        dock = QDockWidget(label)
        dock.setObjectName(name)
        dock.setWidget(inside)
        self.addDockWidget(area, dock)
        self.docks[name] = dock
        if name == "scene":
            dock.setTitleBarWidget(QWidget())
            dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)

    def _share_room(self) -> None:
        self.resizeDocks(self.side, [352] * 3, Qt.Orientation.Horizontal)
        self.resizeDocks(self.side, [240, 235, 220], Qt.Orientation.Vertical)

    def _connect(self) -> None:
        player, surface, loss = self.player, self.surface, self.loss
        player.refreshed.connect(self.show_run)
        player.refused.connect(self.refuse)
        player.moved.connect(self.footer.say)
        player.played.connect(self.transport.show_playing)
        self.panel.changed.connect(player.edit)
        self.panel.own_data_wanted.connect(self.open_table)
        self.panel.marks.scaled.connect(surface.set_scale)
        for chart in self.charts.values():
            self.panel.marks.hidden.connect(chart.set_hidden)
        surface.region_wanted.connect(player.look_at)
        loss.step_chosen.connect(player.seek)
        self.footer.timeline.wanted.connect(player.seek)
        for dock in self.docks.values():
            dock.visibilityChanged.connect(self._catch_up)
        buttons = self.transport.buttons
        for name, act in keys.BUTTONS.items():
            buttons[name].clicked.connect(partial(act, self))
        self.transport.speeded.connect(self._set_speed)
        self.transport.seeded.connect(lambda seed: self.panel.choose(seed=seed))
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)

    def _set_speed(self, speed: float) -> None:
        self.player.speed = speed

    def _catch_up(self, visible: bool) -> None:
        """Draw a plot that was hidden while the run went on."""
        if visible and self.player.run is not None and not self.player.playing:
            self.show_run(self.player.run)

    def _follow_system(self, *_: object) -> None:
        if self.theme == look.SYSTEM:
            self.set_theme(self.theme)

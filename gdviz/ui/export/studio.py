"""The studio: a window that is never shown and draws any step of a document."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from gdviz.session.noise import PANELS_OF_NOISE
from gdviz.ui import docks, room
from gdviz.ui.docks import CENTRE, SIDE
from gdviz.ui.dressing import dress
from gdviz.ui.export.backstage import Backstage, colour, hushed
from gdviz.ui.export.sheet import Sheet
from gdviz.ui.export.subjects import ALL_PLOTS, LABELS, WINDOW, Look, Subject
from gdviz.ui.faults import check
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.curvature import CurvatureChart
from gdviz.ui.plots.relief import ReliefChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.stride import UPDATE
from gdviz.ui.title import title_of

_POLL = 3  # milliseconds
_MEASURED = (
    WINDOW, ALL_PLOTS, CurvatureChart.name, *docks.OF_RACE, *PANELS_OF_NOISE, *CENTRE,
)  # fmt: skip
_DEEP = 8  # layouts within each other: each passes on what another lacks


class Studio(QObject):
    """Draws steps one after the other; tells when each is there.

    Attributes
    ----------
    ready : Signal
        The step asked for is drawn, or the last one there is.
    refused : Signal of text
        Why there is nothing to draw.
    """

    ready = Signal()
    refused = Signal(str)

    def __init__(self, subject: Subject, look_: Look) -> None:
        super().__init__()
        self.subject, self.look = subject, look_
        self.window = Backstage(look_.theme)
        player = self.window.player
        player.wish.quick = look_.quick
        player.refused.disconnect(self.window.refuse)
        player.refused.connect(self._refuse)
        self.window.faults.strict = True
        self.shown: QWidget = self.window
        if look_.view != WINDOW:
            self.shown = _sheet(self.window, look_.view)
            self.shown.faults = self.window.faults  # type: ignore[attr-defined]
        self._watch = QTimer(self, interval=_POLL)
        self._watch.timeout.connect(self._look)
        with hushed():
            self._show()

    @property
    def step(self) -> int:
        """The step drawn."""
        run = self.window.player.run
        return run.step if run is not None else 0

    @property
    def diverged(self) -> bool:
        """Whether the step drawn is the last finite one."""
        run = self.window.player.run
        return run is not None and run.snapshot.diverged

    def open(self, steps: int) -> None:
        """Begin the run and go to a step."""
        subject, window = self.subject, self.window
        if isinstance(subject.what, tuple):
            lesson, number = subject.what
            pages = list(lesson.pages)
            pages[number] = replace(pages[number], steps=steps)
            window.lectern.open(replace(lesson, pages=tuple(pages)), number)
        else:
            window.player.open(subject.what, steps, subject.course)
        window.centre.set_solid(self._solid)  # a page shows the map
        self._watch.start()

    def go_on(self, step: int) -> None:
        """Go on to a step."""
        self.window.lectern.go_on(step)
        self._watch.start()

    def hold(self) -> None:
        """Let the axes show all of the path up to here, whatever is drawn next."""
        self.fit()
        for centre in self.window.centre.charts:
            centre.fit_view()
        for chart in self.window.charts.values():
            chart.hold()

    def fit(self) -> None:
        """Choose all scales and ranges anew."""
        check(self.window)
        for chart in self.window.charts.values():
            chart.refit()

    def sheet(self) -> Sheet:
        """Return what is drawn, with everything in its place."""
        for _ in range(_DEEP):
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        title = f"gdviz: {LABELS[self.look.view]}, step {self.step:,}"
        return Sheet.of(self.shown, self.window.style_.ground, title)

    def close(self) -> None:
        """Stop the run and let the window go."""
        self._watch.stop()
        with hushed():
            self.window.close()
            for widget in {self.shown, self.window}:
                widget.hide()
                widget.deleteLater()
        self.deleteLater()

    def _show(self) -> None:
        """Show the window where nobody sees it."""
        for widget in {self.shown, self.window}:
            widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            widget.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.shown.resize(*self.look.size)
        self.shown.show()
        window, wanted = self.window, self.look
        window.centre.set_solid(self._solid)
        window.player.set_unit(UPDATE)
        window.player.choose(wanted.chosen)
        window.panel.marks.set_scale(wanted.arrows)
        if wanted.marks is not None:
            window.panel.marks.show_only(wanted.marks)
        if wanted.open is not None:
            for name, dock in window.docks.items():
                dock.setVisible(name in wanted.open)
        if self.subject.beside is not None:
            window.lesson.show_page(*self.subject.beside)
            room.open_lesson(window, ())
        room.share_room(window)
        if wanted.view in (ALL_PLOTS, CurvatureChart.name):
            window.player.watch_curvature(True)
        if wanted.view in (ALL_PLOTS, *docks.OF_RACE):
            window.player.watch_race(wanted.view, True)
        if wanted.view in (ALL_PLOTS, *PANELS_OF_NOISE):
            window.player.watch_noise(wanted.view, True)

    @property
    def _solid(self) -> bool:
        """Whether the surface is drawn in 3-D."""
        views = {ReliefChart.name: True, SurfaceChart.name: False}
        return views.get(self.look.view, self.look.solid)

    def _look(self) -> None:
        """See whether there is nothing left to compute or to draw."""
        player, lectern = self.window.player, self.window.lectern
        plots = self.look.view in _MEASURED
        whole = plots or lectern.lesson is not None
        idle = player.idle and self.window.settled if whole else player.arrived
        if idle:
            self._watch.stop()
            self._write()
            colour(self.shown)  # what was made on the way
            self.ready.emit()

    def _write(self) -> None:
        """Have the panels write at once what they write seldom."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        tables = self.window.tables.values()
        for timer in chain.from_iterable(
            table.findChildren(QTimer, options=direct) for table in tables
        ):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()

    def _refuse(self, sentence: str) -> None:
        self._watch.stop()
        self.refused.emit(sentence)


def _sheet(window: Backstage, view: str) -> QWidget:
    """Return a sheet with one plot or panel of the window, or all plots."""
    sheet = QWidget()
    sheet.setAutoFillBackground(True)
    grid = QGridLayout(sheet)
    grid.setContentsMargins(10, 8, 10, 8)
    if view == ALL_PLOTS:
        grid.addWidget(window.centre, 0, 0, 2, 1)
        for i, name in enumerate(SIDE):  # two beside the large plot, the rest below
            cell = (i, 1) if i < 2 else (i // 2 + 1, i % 2)
            grid.addWidget(_titled(window, name), *cell)
    else:
        grid.addWidget(_titled(window, view))
    dress(sheet, window.style_)
    colour(sheet)
    return sheet


def _titled(window: Backstage, name: str) -> QWidget:
    """Return a plot below its title; a panel has none."""
    if name not in PLOTS:
        return window.docks[name].widget()
    chart = window.charts[name]
    if name in CENTRE:
        window.apart.append(chart)
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(title_of(chart))
    column.addWidget(chart, 1)
    return cell

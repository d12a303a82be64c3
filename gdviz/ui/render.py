"""The same window and plots drawn to a file, without a display and without a thread."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from gdviz.core.refused import Refused
from gdviz.ui import style as look
from gdviz.ui.app import application
from gdviz.ui.docks import BELOW, CENTRE, LESSON, SIDE
from gdviz.ui.plots import PLOTS
from gdviz.ui.title import title_of
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gdviz.session.scene import Scene
    from gdviz.ui.app import Leaf

_NO_SCREEN = "This plugin does not support propagateSizeHints()"
WINDOW, ALL_PLOTS = "window", "plots"
VIEWS = (WINDOW, ALL_PLOTS, *PLOTS, *BELOW, LESSON)


def render(  # noqa: PLR0913, PLR0917  (one argument for each choice of the command)
    what: Scene | Leaf,
    steps: int,
    out: Path,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    theme: str = look.DARK,
    view: str = WINDOW,
) -> None:
    """Draw a scene, or a page of a lesson, after some steps to a PNG file.

    Parameters
    ----------
    size : pair of ints
        Width and height in points; the picture has `scale` pixels to the point.
    view : text
        One of `VIEWS`: the whole window, all plots, or one plot or panel.

    Raises
    ------
    Refused
        If the scene cannot run or the file cannot be written.
    """
    if QApplication.instance() is None:  # only a new application takes a scale
        os.environ["QT_SCALE_FACTOR"] = f"{scale:g}"
    application()
    window = Window(theme)
    refusals: list[str] = []
    window.player.refused.disconnect(window.refuse)
    window.player.refused.connect(refusals.append)
    shown = window if view == WINDOW else _sheet(window, view)
    with _hushed():
        try:
            shown.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            shown.resize(*size)
            shown.show()
            _open(window, what, steps)
            _wait(window, refusals, view in (WINDOW, ALL_PLOTS, *CENTRE))
            for chart in window.charts.values():
                chart.refit()  # whichever frames were drawn on the way
            picture = _picture(shown, scale)
        finally:
            window.close()
            for widget in {shown, window}:
                widget.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not picture.save(str(out)):
        raise Refused(f"{out} cannot be written; choose a folder that exists.")


@contextmanager
def _hushed() -> Iterator[None]:
    """Drop what Qt says of windows that are never shown; pass on all else."""

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text == _NO_SCREEN:
            return
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _sheet(window: Window, view: str) -> QWidget:
    """Return a sheet with one plot or panel of the window, or all plots."""
    sheet = QWidget()
    sheet.setPalette(window.palette())
    sheet.setAutoFillBackground(True)
    grid = QGridLayout(sheet)
    grid.setContentsMargins(10, 8, 10, 8)
    if view == ALL_PLOTS:
        cells = [window.centre, *(_titled(window, name) for name in SIDE)]
    else:
        cells = [_titled(window, view)]
    for place, cell in enumerate(cells):
        grid.addWidget(cell, place // 2, place % 2)
    return sheet


def _titled(window: Window, name: str) -> QWidget:
    """Return a plot below its title; a panel has none."""
    chart = window.charts.get(name)
    if chart is None:
        return window.docks[name].widget()
    if name in CENTRE:
        window.player.refreshed.connect(chart.show_run)
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(title_of(chart))
    column.addWidget(chart, 1)
    return cell


def _open(window: Window, what: Scene | Leaf, steps: int) -> None:
    if isinstance(what, tuple):
        lesson, number = what
        pages = list(lesson.pages)
        pages[number] = replace(pages[number], steps=steps)
        window.lectern.open(replace(lesson, pages=tuple(pages)), number)
    else:
        window.player.open(what, steps)


def _wait(window: Window, refusals: list[str], surface: bool) -> None:
    """Let the window work until there is nothing left to compute or to draw."""
    player, lectern = window.player, window.lectern
    whole = surface or lectern.lesson is not None
    while not refusals and not (
        ((player.idle and window.settled) if whole else player.arrived)
        and _written(window)
    ):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    if refusals:
        raise Refused(refusals[0])


def _written(window: Window) -> bool:
    """Tell whether no panel waits to write newer numbers: they write them seldom."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    timers = (t.findChildren(QTimer, options=direct) for t in window.tables.values())
    return not any(timer.isActive() for timer in chain.from_iterable(timers))


def _picture(shown: QWidget, scale: float) -> QImage:
    picture = QImage(shown.size() * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    shown.render(picture)
    return picture

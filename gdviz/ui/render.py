"""The same window and plots drawn to a file, without a display and without a thread."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from gdviz.core.refused import Refused
from gdviz.ui import style as look
from gdviz.ui.app import application
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.title import title_of
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.session.scene import Scene

WINDOW, ALL_PLOTS = "window", "plots"
VIEWS = (WINDOW, ALL_PLOTS, *PLOTS)


def render(  # noqa: PLR0913, PLR0917  (one argument for each choice of the command)
    scene: Scene,
    steps: int,
    out: Path,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    theme: str = look.DARK,
    view: str = WINDOW,
) -> None:
    """Draw a scene after some steps to a PNG file.

    Parameters
    ----------
    size : pair of ints
        Width and height in points; the picture has `scale` pixels to the point.
    view : text
        One of `VIEWS`: the whole window, all plots, or one of them.

    Raises
    ------
    Refused
        If the scene cannot run or the file cannot be written.
    """
    if QApplication.instance() is None:  # only a new application takes a scale
        os.environ["QT_SCALE_FACTOR"] = f"{scale:g}"
    application()
    window = Window(theme)
    shown = window if view == WINDOW else _sheet(window, view)
    try:
        shown.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        shown.resize(*size)
        shown.show()
        _wait(window, scene, steps, view in (WINDOW, ALL_PLOTS, SurfaceChart.name))
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


def _sheet(window: Window, view: str) -> QWidget:
    """Return a sheet with one plot of the window, or all of them."""
    sheet = QWidget()
    sheet.setPalette(window.palette())
    sheet.setAutoFillBackground(True)
    names = PLOTS if view == ALL_PLOTS else (view,)
    grid = QGridLayout(sheet)
    grid.setContentsMargins(10, 8, 10, 8)
    for place, name in enumerate(names):
        cell = QVBoxLayout()
        cell.addWidget(title_of(window.charts[name]))
        cell.addWidget(window.charts[name], 1)
        grid.addLayout(cell, place // 2, place % 2)
    return sheet


def _wait(window: Window, scene: Scene, steps: int, surface: bool) -> None:
    """Let the window work until there is nothing left to compute or to draw."""
    refusals: list[str] = []
    player = window.player
    player.refused.disconnect(window.refuse)
    player.refused.connect(refusals.append)
    player.open(scene, steps)
    while not refusals and not (
        (player.idle and window.settled) if surface else player.arrived
    ):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    if refusals:
        raise Refused(refusals[0])


def _picture(shown: QWidget, scale: float) -> QImage:
    picture = QImage(shown.size() * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    shown.render(picture)
    return picture

"""Painting: all that changed in a frame is painted together."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.ui.window import Window


@contextmanager
def gathered(window: Window) -> Iterator[None]:
    """Put off painting until everything has been moved.

    A scene that has changed has its view's whole window painted at once, so that
    four plots would have it painted and sent to the screen four times.
    """
    try:
        yield
        window.gathering = True
        for chart in window.charts.values():
            if chart.isVisible() and (view := getattr(chart, "view", None)) is not None:
                QCoreApplication.sendPostedEvents(view.scene(), QEvent.Type.MetaCall)
    finally:
        window.gathering = False
        QCoreApplication.postEvent(window, QEvent(QEvent.Type.UpdateRequest))

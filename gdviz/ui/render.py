"""The same window and plots drawn to a file, without a display and without a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from gdviz.core.refused import Refused
from gdviz.ui import style as look
from gdviz.ui.app import application
from gdviz.ui.export.backstage import hushed, let_go
from gdviz.ui.export.film import Film
from gdviz.ui.export.stills import save
from gdviz.ui.export.studio import Studio
from gdviz.ui.export.subjects import VIEWS, WINDOW, Look, Subject
from gdviz.ui.faults import watched
from gdviz.ui.tidying import tidied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gdviz.session.course import Course
    from gdviz.session.scene import Scene
    from gdviz.ui.export.cut import Cut
    from gdviz.ui.start import Leaf

__all__ = ["VIEWS", "film", "render"]


def render(  # noqa: PLR0913, PLR0917  (one argument for each choice of the command)
    what: Scene | Leaf,
    steps: int,
    out: Path,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    theme: str = look.DARK,
    view: str = WINDOW,
    course: Course | None = None,
) -> int:
    """Draw a scene, or a page of a lesson, after some steps to a file.

    Parameters
    ----------
    out : path
        The picture: PNG, SVG or PDF by its suffix.
    size : pair of ints
        Width and height in points; a PNG has `scale` pixels to the point.
    view : text
        One of `VIEWS`: the whole window, all plots, or one plot or panel.
    course : Course or None
        Of the scene: the settings from step to step.

    Returns
    -------
    int
        The step drawn: less than asked for where the path diverges.

    Raises
    ------
    Refused
        If the scene cannot run or the file cannot be written.
    """
    application()
    studio = Studio(Subject(what, course), Look(size, view, theme))
    with hushed(), watched(), tidied():
        try:
            studio.open(steps)
            _wait(studio)
            studio.fit()  # whichever frames were drawn on the way
            save(studio.sheet(), out, scale)
            return studio.step
        finally:
            studio.close()
            let_go()


def film(
    subject: Subject,
    look_: Look,
    cut: Cut,
    out: Path,
    tell: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> str | None:
    """Draw a scene, or a page of a lesson, step by step into a film.

    Parameters
    ----------
    subject : Subject
    look_ : Look
    cut : Cut
    out : path
        The film: GIF, WebP or MP4 by its suffix.
    tell : function of two ints
        Is told how many frames are drawn, and how many there will be.
    stopped : function
        Whether to stop; then nothing is left of the file.

    Returns
    -------
    text or None
        What should be known of the film; mostly nothing. None where it was stopped.

    Raises
    ------
    Refused
        If the scene cannot run or the file cannot be written.
    """
    application()
    made, ends = Film(subject, look_, cut, out, share=1.0), list[str]()
    made.progressed.connect(tell)
    made.ended.connect(ends.append)
    with hushed(), watched(), tidied():
        try:
            made.start()
            while not ends:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
                if stopped() and not made.cancelled:
                    made.cancel()
        finally:
            if not ends:
                made.cancel()
            made.wait()
            let_go()
    if ends[0]:
        raise Refused(ends[0])
    return None if made.cancelled else made.note


def _wait(studio: Studio) -> None:
    """Let the studio work until its step is drawn."""
    refusals, done = list[str](), list[bool]()
    studio.refused.connect(refusals.append)
    studio.ready.connect(lambda: done.append(True))
    while not refusals and not done:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    if refusals:
        raise Refused(refusals[0])

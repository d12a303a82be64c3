"""Faults: what goes wrong in a part of the window is told; all else goes on."""

from __future__ import annotations

import re
import sys
import time
import traceback
import weakref
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QGraphicsItem, QMainWindow, QWidget
from shiboken6 import isValid

from gdviz.core.faults import mistake
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from gdviz.session.run import Run

_QUIET = 10.0  # seconds without the same fault, before it is told again
_STAYS = "It stays as it is until the next run; all else goes on."
_GOES_ON = "The run goes on; save what you want to keep."
_WHERE = re.compile(r"Error calling Python override of \S+: ")
_SPARED = "_spared_by"
_watching: list[bool] = []
_present: weakref.WeakSet[Faults] = weakref.WeakSet()


class Faults(QObject):
    """Draws the parts of a window, and switches off those that fail.

    Parameters
    ----------
    window : QWidget
        Its `faults` are to be these.

    Attributes
    ----------
    told : Signal of text
        A sentence that names the part; seldom, however often it fails.
    strict : bool
        Whether a picture without a part that failed is none.
    failed : text
        What was told of such a part.
    """

    told = Signal(str)
    _came = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.window, self.strict, self.failed = window, False, ""
        self._off: list[object] = []  # parts not drawn or painted again in this run
        self._run: int | None = None
        self._last: dict[str, float] = {}  # when it went wrong at a place
        self._came.connect(self.told, Qt.ConnectionType.QueuedConnection)
        _present.add(self)

    def draw(self, part: Any, run: Run) -> None:
        """Have a part show a run; one that failed is tried again with the next run."""
        if run.number != self._run:
            self._run = run.number
            self._off.clear()
        if not self.spares(part):
            try:
                part.show_run(run)
            except Exception as error:
                if not _watching:
                    raise
                self.spare(part, error)  # the other parts go on

    def spares(self, part: object) -> bool:
        """Tell whether a part has failed in this run."""
        return any(part is each for each in self._off)

    def spare(self, part: object, error: BaseException) -> None:
        """Do not draw a part again in this run, and tell why."""
        self._off.append(part)
        self.failed = f"{_name(part)} cannot be drawn: {mistake(error)}."
        self.tell(f"{self.failed} {_STAYS}")

    def tell(self, sentence: str, place: str = "") -> None:
        """Tell a sentence soon, in the thread of the window.

        Parameters
        ----------
        sentence : text
        place : text
            Where it went wrong: what goes wrong there again and again is told once.
        """
        now, before = time.monotonic(), self._last.get(place or sentence)
        self._last[place or sentence] = now
        if before is None or now - before > _QUIET:
            self._came.emit(sentence)


def careful(paint: Callable[..., None]) -> Callable[..., None]:
    """Let no fault in painting reach Qt: in its hands it may end the program.

    What has failed is not painted again in the same run.
    """

    @wraps(paint)
    def painting(self: Any, *given: Any) -> None:
        spared = vars(self).get(_SPARED)
        if spared is not None and spared.spares(self):
            return
        try:
            paint(self, *given)
        except Exception as error:  # noqa: BLE001
            _fail(self, error)

    return painting


def check(part: QWidget) -> None:
    """Refuse a picture that would lack what failed.

    Raises
    ------
    Refused
    """
    faults = _of(part)
    if faults is not None and faults.strict and faults.failed:
        raise Refused(faults.failed)


@contextmanager
def watched() -> Iterator[None]:
    """Tell of what goes wrong on the screen; else it is an error as any other.

    No traceback is printed but under `python -X dev`.
    """
    before = sys.excepthook
    sys.excepthook = _catch
    _watching.append(True)
    try:
        yield
    finally:
        _watching.pop()
        sys.excepthook = before


def _catch(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if sys.flags.dev_mode or not issubclass(kind, Exception):
        sys.__excepthook__(kind, error, trace)
    # a painter in the traceback would outlive what it paints on, and that is a crash
    sys.last_type = sys.last_value = sys.last_traceback = None
    said = _WHERE.sub("", mistake(error))
    if (faults := _seen()) is not None:
        where = str(traceback.extract_tb(trace)[-1:])
        faults.tell(f"{said}. {_GOES_ON}", where)
    elif sys.stderr is not None:
        sys.stderr.write(f"gdviz: {said}.\n")


def _fail(painted: Any, error: Exception) -> None:
    """Paint something no more in this run."""
    faults = _of(painted) or _seen()
    if faults is None or not _watching:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        setattr(painted, _SPARED, faults)
        faults.spare(painted, error)


def _seen() -> Faults | None:
    """Return the faults of a window on the screen."""
    hidden = Qt.WidgetAttribute.WA_DontShowOnScreen
    alive = (each for each in _present if isValid(each))
    shown = (each for each in alive if each.window.isVisible())
    return next((f for f in shown if not f.window.testAttribute(hidden)), None)


def _of(part: object) -> Faults | None:
    """Return the faults of the window that a part is in."""
    for host in _hosts(part):
        if isinstance(found := getattr(host, "faults", None), Faults):
            return found
    return None


def _name(part: object) -> str:
    """Return what a part is called on the screen."""
    for host in _hosts(part):
        docked = host.windowTitle() if isinstance(host, QDockWidget) else ""
        if name := getattr(host, "label", "") or docked or host.accessibleName():
            return str(name)
        above = host.parentWidget()
        if isinstance(above, QMainWindow) and above.centralWidget() is host:
            return "The plot in the centre"
    return "A part of the window"


def _hosts(part: object) -> Iterator[QWidget]:
    """Yield the widgets that a part is in, from the inside out."""
    if isinstance(part, QGraphicsItem):
        views = part.scene().views() if part.scene() is not None else []
        part = views[0] if views else None
    while isinstance(part, QWidget):
        yield part
        part = part.parentWidget()

"""Whether the 3-D view can be drawn by OpenGL here, and if not, why."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

if TYPE_CHECKING:
    from gdviz.ui.relief.canvas import Canvas
    from gdviz.ui.relief.glass import Glass

TIP = "Draw the 3-D view by OpenGL: fast with a graphics card, slow without one."
PACKAGE = "This needs PyOpenGL: pip install 'gdviz[gl]'."
SCREEN = "This kind of screen has no OpenGL."
_WITHOUT = ("offscreen", "minimal", "vnc", "linuxfb")
_LEAST = (2, 1)
_LONGEST = 120  # letters


def missing() -> str:
    """Return what is missing in one sentence, as far as a glance tells; mostly ''."""
    if find_spec("OpenGL") is None:
        return PACKAGE
    return SCREEN if QGuiApplication.platformName() in _WITHOUT else ""


def probed() -> str:
    """Return in one sentence why nothing can be drawn, '' if something can."""
    surface, context = QOffscreenSurface(), QOpenGLContext()
    surface.create()
    if not (context.create() and surface.isValid() and context.makeCurrent(surface)):
        return failure("no context can be made")
    version = context.format().version()
    context.doneCurrent()
    if tuple(version) < _LEAST:
        return failure("it is older than version {}.{}".format(*_LEAST))
    return ""


def failure(why: str | Exception) -> str:
    """Return that OpenGL does not work, and why, in one sentence."""
    text = why if isinstance(why, str) else f"{type(why).__name__} {why}"
    said = "".join(c for c in " ".join(text.split()) if c.isprintable())[:_LONGEST]
    return f"OpenGL does not work here, so the 3-D view is painted: {said.rstrip('.')}."


def made(canvas: Canvas) -> Glass | str:
    """Return what draws over a canvas by OpenGL, or why there is no such thing."""
    why = missing() or probed()
    if why:
        return why
    try:
        from gdviz.ui.relief.glass import Glass  # noqa: PLC0415  (slow, and an extra)

        return Glass(canvas)
    except Exception as fault:  # noqa: BLE001  (what drivers raise is not known)
        return failure(fault)

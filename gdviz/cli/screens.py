"""What windows and pictures share: Qt, where it can be loaded, and the drawing."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gdviz.cli.console import tell
from gdviz.core.refused import Refused
from gdviz.ui import preflight

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gdviz.cli.lessons import Leaf
    from gdviz.session.scene import Scene


def draw(what: Scene | Leaf, steps: int, out: Path, *look: Any) -> int:
    """Draw a picture, and return the step drawn.

    `gdviz.ui.render.render` tells what `look` may be.
    """
    go_offscreen()
    with qt(x11=False):
        from gdviz.ui.render import render  # noqa: PLC0415  (needs Qt)
    end = render(what, steps, out, *look)
    if end < steps:
        tell(f"note: the path diverges; {out.name} shows step {end:,}, its last one.")
    return end


def go_offscreen() -> None:
    """Let Qt draw without a display."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


@contextmanager
def qt(x11: bool) -> Iterator[None]:
    """Import Qt inside, or say what it lacks."""
    if missing := preflight.missing_libraries(x11=x11):
        raise Refused(preflight.remedy(missing))
    try:
        yield
    except ImportError as fault:
        advice = "install gdviz with its dependencies, or use `gdviz train`."
        raise Refused(f"the window cannot be loaded ({fault}); {advice}") from fault

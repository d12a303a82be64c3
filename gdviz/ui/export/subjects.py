"""What a picture is of, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.ui import docks
from gdviz.ui import style as look
from gdviz.ui.docks import BELOW, LESSON
from gdviz.ui.marks.lengths import FIT
from gdviz.ui.plots import PLOTS

if TYPE_CHECKING:
    from gdviz.session.course import Course
    from gdviz.session.scene import Scene
    from gdviz.ui.start import Leaf

WINDOW, ALL_PLOTS = "window", "plots"
_STILL = docks.SWEEP  # it shows no one run: it can be copied from a window only
VIEWS = (WINDOW, ALL_PLOTS, *PLOTS, *(b for b in BELOW if b != _STILL), LESSON)
LABELS = {
    WINDOW: "Whole window",
    ALL_PLOTS: "All plots",
    **{name: chart.label for name, chart in PLOTS.items()},
    **{name: label for name, label in docks.LABELS.items() if name != docks.SCENE},
}


@dataclass(frozen=True)
class Look:
    """How a picture looks, whatever it is of.

    Attributes
    ----------
    size : pair of ints
        Width and height in points.
    view : text
        One of `VIEWS`.
    theme : text
    marks : frozen set of texts or None
        Those that are shown; None: the usual ones.
    arrows : text
        How long they are.
    open : tuple of texts or None
        The docks beside the plot in the centre; None: the usual ones.
    chosen : int or None
        The row of the selected example.
    solid : bool
        Whether the surface is shown in 3-D.
    quick : bool
        Whether a surface that moves with θ may stay coarser.
    """

    size: tuple[int, int] = (1280, 800)
    view: str = WINDOW
    theme: str = look.DARK
    marks: frozenset[str] | None = None
    arrows: str = FIT
    open: tuple[str, ...] | None = None
    chosen: int | None = None
    solid: bool = False
    quick: bool = False


@dataclass(frozen=True)
class Subject:
    """What a picture is of.

    Attributes
    ----------
    what : Scene or (Lesson, int)
        A page of a lesson brings its own scene, beat and selection.
    course : Course or None
        Of the scene.
    beside : (Lesson, int) or None
        A page that is read while the scene runs.
    """

    what: Scene | Leaf
    course: Course | None = None
    beside: Leaf | None = None

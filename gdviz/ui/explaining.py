"""What's this: every control, plot and mark says what it is, in its own tip's words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLabel,
    QTabBar,
    QWhatsThis,
    QWidget,
)

from gdviz.ui.centre import Centre
from gdviz.ui.dockbar import DockBar
from gdviz.ui.marks import legend
from gdviz.ui.panels.network.bar import Told
from gdviz.ui.panels.sentence import Sentences
from gdviz.ui.picture import Picture
from gdviz.ui.title import Title

if TYPE_CHECKING:
    from gdviz.ui.window import Window

_ARROWS = (legend.EXAMPLE, legend.CHOSEN, legend.MEAN, legend.FULL)
_ALL = (*_ARROWS, legend.UPDATE, legend.MEMORY, legend.GHOST)
MARKS_OF = {  # what can be seen in which plot
    "surface": (*_ALL, legend.PATHS, legend.MINIMA, legend.LAWS),
    "relief": (*_ALL, legend.PATHS, legend.MINIMA),
    "gradients": (*_ALL, legend.CHAIN, legend.SPREAD),
    "curves": (*_ARROWS, legend.GHOST, legend.PATHS),
    "data": (legend.CHOSEN,),
    "bars": (legend.EXAMPLE, legend.CHOSEN, legend.MEAN, legend.GHOST),
    "loss": (legend.PATHS,),
    "noise": (legend.MEAN, legend.FULL, legend.SPREAD),
}
_NEXT = "What comes next, in words"
_SPEAK_OF_ELSE = (Title, DockBar, Told)  # what they are a part of says what it is
PARTS = {
    "top": (
        "Top bar",
        "It moves through the run: back to the start, a step back, play, a step on; "
        "beside it how far a step goes, how fast, and the seed.",
    ),
    "bottom": (
        "Bottom bar",
        "Where the run stands: all its steps as a line to drag, what comes next in "
        "words, and its numbers.",
    ),
    "scene": (
        "Scene",
        "What is trained, on which data and how. What you change acts on the next "
        "step; other data, another model or loss begin another run.",
    ),
    "lesson": ("Lesson", "Pages to read; each sets up the picture that it tells of."),
    "arithmetic": (
        "Arithmetic",
        "The numbers of the step that comes next, example by example, from its input "
        "to the new parameters.",
    ),
    "network": (
        "Network",
        "The model as a drawing: its weights, what each unit puts out, and the "
        "gradient on each edge.",
    ),
    "compare": (
        "Compare",
        "All paths gone so far, with what they have in common and where they differ.",
    ),
    "racers": (
        "Racers",
        "Ways down that start at the same place at the same time: what each has come "
        "to, and what makes it different.",
    ),
    "guess": (
        "Predict, then reveal",
        "The step waits until you have guessed where it leads; then you see how far "
        "off you were.",
    ),
    "sweep": (
        "Sweep map",
        "Many runs at once, one for each pair of settings: which lead far down, and "
        "which do not.",
    ),
}


def start(window: Window) -> None:
    """Let the next click explain what is clicked; Escape ends that."""
    fill(window)
    QWhatsThis.enterWhatsThisMode()


def explain_focused(window: Window) -> None:
    """Explain the control in use at once, or else what is clicked next."""
    part = QApplication.focusWidget()
    if part is None or part.window() is not window or isinstance(part, Picture):
        start(window)
        return
    text = explanation(part)
    place = part.mapToGlobal(part.rect().bottomLeft())
    QWhatsThis.showText(place, text, part)


def fill(window: Window) -> None:
    """Give everything in a window its explanation as it is now."""
    for part in window.findChildren(QWidget):
        part.setWhatsThis(of(part))
    for action in window.findChildren(QAction):
        action.setWhatsThis(_of_action(action))


def explanation(part: QWidget) -> str:
    """Return what a widget is, or what it is a part of."""
    now: QWidget | None = part
    while now is not None and not now.isWindow():
        if text := of(now):
            return text
        now = now.parentWidget()
    return ""


def of(part: QWidget) -> str:
    """Return what a widget itself says it is, as HTML; empty: nothing."""
    if part.objectName() in PARTS:
        return _said(*PARTS[part.objectName()])
    about = _in_place_of(part)
    if isinstance(about, Picture):
        return _of_plot(about)
    if isinstance(about, QTabBar):
        return _said("Tabs", "Each tab shows another panel in the same place.")
    if isinstance(about, Sentences):
        return _said(_NEXT, about.toolTip()) if about.toolTip() else ""
    said = "" if isinstance(about, _SPEAK_OF_ELSE) else about.toolTip()
    return _said(_name(about), said) if said else ""


def _in_place_of(part: QWidget) -> QWidget:
    """Return what a widget speaks for: a dock or title for its plot, for example."""
    belongs = None
    if isinstance(part, QDockWidget) and isinstance(part.widget(), Picture):
        belongs = part.widget()
    elif isinstance(part, Title | Centre):
        belongs = part.chart
    elif isinstance(part, QLabel):
        belongs = part.buddy()
    return part if belongs is None else belongs


def _name(part: QWidget) -> str:
    """Return what a control is called."""
    if name := part.accessibleName():
        return name
    words = part.text() if isinstance(part, QAbstractButton) else ""
    return words.partition("\t")[0]


def _of_plot(chart: Picture) -> str:
    """Return what a plot shows, and what each mark in it is that is switched on."""
    marks = MARKS_OF.get(chart.name, ())
    rows = [_said(*legend.MARKS[m]) for m in marks if m not in chart.hidden_marks]
    listed = "".join(f"<li>{row}</li>" for row in rows)
    return _said(chart.label, chart.tip) + (f"<ul>{listed}</ul>" if listed else "")


def _of_action(action: QAction) -> str:
    words, _, key = action.text().replace("&", "").partition("\t")
    key = key or action.shortcut().toString()
    tip = action.toolTip() if action.toolTip() != words else ""
    return _said(f"{words} ({key})" if key else words, tip)


def _said(name: str, tip: str) -> str:
    """Return a name and what is to be said of it as HTML."""
    rich = Qt.mightBeRichText(tip)
    if name and not rich and tip.startswith(name):  # it begins with its own name
        return f"<b>{escape(name)}</b>{escape(tip.removeprefix(name))}"
    words = tip if rich else escape(tip).replace("\n", "<br>")
    return ": ".join(filter(None, (f"<b>{escape(name)}</b>" if name else "", words)))

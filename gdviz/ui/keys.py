"""Keys and buttons: what each does to the window's player, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gdviz.core.knobs import Real, knobs
from gdviz.session.scene import Descent
from gdviz.ui import keysheet, reading
from gdviz.ui.marks.legend import CHAIN, GHOST
from gdviz.ui.stride import EPOCH, EXAMPLE, UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from gdviz.ui.window import Window

    Action = Callable[[Window], object]


def play(window: Window) -> None:
    """Play or pause."""
    window.player.toggle()


def forward(window: Window) -> None:
    """Make one step."""
    window.player.forward()


def back(window: Window) -> None:
    """Go one step back."""
    window.player.back()


def reset(window: Window) -> None:
    """Start the same run again."""
    window.player.reset()


def what_if(window: Window) -> None:
    """Go on from here as another path."""
    window.player.what_if()


def rescue(window: Window) -> None:
    """Go back from a bad end to the last good step, with a rate that holds there."""
    window.player.rescue()


def newest(window: Window) -> None:
    """Go to the newest step."""
    if window.player.run is not None:
        window.player.seek(window.player.run.newest)


def new_seed(window: Window) -> None:
    """Start a run with the next seed."""
    window.player.new_seed()


def fit(window: Window) -> None:
    """Fit the surface, or the curves in its place, to start, goal and path."""
    window.centre.chart.fit_view()


def show_solid(window: Window, on: bool) -> None:
    """Show the surface in 3-D or as a map, or say why that cannot be."""
    centre = window.centre
    action = centre.solid_action if on else centre.flat_action
    if action.isEnabled():
        centre.set_solid(on)
    else:
        window.footer.say(action.toolTip())


def turn(window: Window, turn: float, tilt: float, else_: Action | None = None) -> None:
    """Turn the surface in 3-D by degrees; do something else where there is none."""
    if not window.centre.turn(turn, tilt) and else_ is not None:
        else_(window)


def batch(window: Window, factor: float) -> None:
    """Multiply the batch size, within the data."""
    run, scene = window.player.run, window.player.scene
    if run is not None:
        size = min(
            max(round(scene.descent.batch_size * factor), 1), run.facts.n_examples
        )
        window.panel.choose_descent(batch_size=size)


def rate(window: Window, factor: float) -> None:
    """Multiply the learning rate, within its range."""
    kind = knobs(Descent)["learning_rate"].kind
    assert isinstance(kind, Real)
    value = window.player.scene.descent.learning_rate * factor
    inside = min(max(value, kind.low), kind.high)
    window.panel.choose_descent(learning_rate=float(f"{inside:.3g}"))


def sweep_map(window: Window) -> None:
    """Show the sweep map, or hide it."""
    window.docks["sweep"].toggleViewAction().trigger()


def leave(window: Window) -> None:
    """End presenting; else select no example."""
    if window.presenter.on:
        window.presenter.end()
    else:
        window.player.choose(None)


ENTRIES: dict[str, tuple[str, Action]] = {
    "Space": ("Play or pause", play),
    "→": ("One step forward", forward),
    "←": ("One step back", back),
    "Home": ("Reset: the same run again", reset),
    "End": ("Newest step", newest),
    "W": ("What if? Go on from here as another path", what_if),
    "]": ("Batch size × 2", lambda w: batch(w, 2)),
    "[": ("Batch size ÷ 2", lambda w: batch(w, 0.5)),
    "=": ("Learning rate × 1.25", lambda w: rate(w, 1.25)),
    "-": ("Learning rate ÷ 1.25", lambda w: rate(w, 0.8)),
    "E": ("Step by examples", lambda w: w.player.set_unit(EXAMPLE)),
    "U": ("Step by updates", lambda w: w.player.set_unit(UPDATE)),
    "P": ("Step by epochs (passes)", lambda w: w.player.set_unit(EPOCH)),
    "H": ("Head to tail: the arrows one after the other", lambda w: w.mark(CHAIN)),
    "G": ("Ghosts: other recipes", lambda w: w.mark(GHOST)),
    "Y": ("Predict, then reveal", lambda w: w.guessing.toggle()),
    "M": ("Sweep map: many runs at once", sweep_map),
    "Enter": ("After a bad end: go on with a rate that holds", rescue),
    "Esc": ("No example selected; the end of presenting", leave),
    "S": ("Next seed: another run", new_seed),
    "PgDn": ("Next page of the lesson", lambda w: w.cues.turn(1)),
    "PgUp": ("Previous page of the lesson", lambda w: w.cues.turn(-1)),
}
BLANK = ("B", ".")  # clickers have either
SHOW: dict[str, tuple[str, Action]] = {
    "F5": (
        "Present: the whole screen, large (F11 too)",
        lambda w: w.presenter.toggle(),
    ),
    "B": ("Blank the screen (. too)", lambda w: w.overlay.blank()),
    "L": ("Spotlight at the mouse", lambda w: w.overlay.light()),
    "K": ("Pen: draw over the window", lambda w: w.overlay.ink()),
    "Backspace": ("Take the last stroke away", lambda w: w.overlay.wipe()),
    "N": ("Next cue", lambda w: w.cues.step(1)),
}


def act(window: Window, name: str) -> bool:
    """Do what a key is for; tell whether it is for anything."""
    action = ACTIONS.get(name)
    if action is None or (window.player.run is None and name not in WITHOUT_RUN):
        return False
    action(window)
    return True


def listing() -> dict[str, str]:
    """Return what each key does, in words."""
    return {k: words for k, (words, _) in (ENTRIES | SHOW).items()} | {
        "2": "Surface as a map",
        "3": "Surface in 3-D",
        "Shift+←↑→↓": "Turn the surface in 3-D",
        "F": "Fit the surface",
        "D": "Edit points by hand on the data plot",
        "Enter, ←↑→↓": "On the network: walk through units and edges (Esc ends it)",
        "I": "Describe this picture in words, and copy them",
        "Tab": "Next control (Shift+Tab: the one before)",
        "F6": "Next panel (Shift+F6: the one before)",
        "Alt": "The menus",
        "?": "This list",
        "Shift+F1": "Explain the control in use, or what is clicked next",
        "Ctrl+Z": "Undo a change of the scene",
        "Ctrl+Shift+Z": "Redo it (Ctrl+Y too)",
        "Ctrl+N": "New scene",
        "Ctrl+O": "Open a scene",
        "Ctrl+S": "Save the scene",
        "Ctrl+Shift+S": "Save it as another file",
        "Ctrl+E": "Export a picture, a film, a table or a script",
        "Ctrl+C": "Copy the plot in use, or the numbers of the arithmetic",
        "Ctrl+T": "Open a table (CSV)",
        "Ctrl+L": "Open a lesson",
        "Ctrl++": "Larger words (Ctrl+-: smaller, Ctrl+0: as usual)",
        "Ctrl+Q": "Quit",
    }


def sheet(window: Window) -> None:
    """Show all keys."""
    keysheet.show(window, listing())


_TURN = 6.0  # degrees
ACTIONS: dict[str, Action] = {
    **{key: action for key, (_, action) in (ENTRIES | SHOW).items()},
    "F11": SHOW["F5"][1],
    ".": SHOW["B"][1],
    "2": lambda w: show_solid(w, False),
    "3": lambda w: show_solid(w, True),
    "Shift+→": lambda w: turn(w, _TURN, 0.0, forward),
    "Shift+←": lambda w: turn(w, -_TURN, 0.0, back),
    "Shift+↑": lambda w: turn(w, 0.0, _TURN),
    "Shift+↓": lambda w: turn(w, 0.0, -_TURN),
    "F": fit,
    "D": lambda w: w.pencil.action.toggle(),
    "I": reading.describe,
    "?": sheet,
}
WITHOUT_RUN = ("PgDn", "PgUp", "Esc", "F11", ".", *SHOW)
BUTTONS: dict[str, Action] = {
    "reset": reset,
    "back": back,
    "play": play,
    "forward": forward,
    "what if": what_if,
    "seed": new_seed,
}
_ARROWS = ("→", "←", "↑", "↓")
_REPEATED = (*_ARROWS, "[", "]", "-", "=", "PgDn", "PgUp", "Backspace")  # held down
_NAMES = {
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Right: "→",
    Qt.Key.Key_Left: "←",
    Qt.Key.Key_Up: "↑",
    Qt.Key.Key_Down: "↓",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_Plus: "=",
    Qt.Key.Key_PageUp: "PgUp",
    Qt.Key.Key_PageDown: "PgDn",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_F5: "F5",
    Qt.Key.Key_F11: "F11",
}


def name(event: QKeyEvent) -> str:
    """Return the name of a key as the tables above have it."""
    held = event.modifiers() & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    if held:
        return ""
    key = _NAMES.get(Qt.Key(event.key()), event.text().upper())
    if event.isAutoRepeat() and key not in _REPEATED:
        return ""  # whoever holds F5 a little long wants one change
    shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return f"Shift+{key}" if shifted and key in _ARROWS else key

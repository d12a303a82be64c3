"""A user's own objective in the window: what `gdviz.show` does."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from gdviz.session.scene import Scene
    from gdviz.ui.start import Start
    from gdviz.ui.window import Window

_OF_MODULE = ("inputs", "targets", "loss")
_open: dict[int, Start] = {}  # whose windows nobody waits for


def show(
    objective: Any,
    *of_module: Any,
    check: bool = True,
    block: bool | None = None,
    theme: str | None = None,
    fresh: bool = False,
    **settings: Any,
) -> Window | None:
    """Open the window on an objective of your own.

    Parameters
    ----------
    objective : OwnObjective or torch.nn.Module
        Any object with `names`, `n_examples`, `start`, `losses` and `gradients`: see
        `gdviz.core.calls.OwnObjective`.
    *of_module
        Of a module its inputs, targets and loss: see `gdviz.torch.objective`.
    check : bool
        Whether to look first if the gradients are those of the losses.
    block : bool or None
        Whether to return only when the window is closed; None: unless an event loop
        runs already, as in a Qt program, or in IPython after ``%gui qt``.
    theme : text or None
        system, light or dark; None: the one that is remembered.
    fresh : bool
        Whether to start without any memory, and leave it as it is.
    **settings
        What the window begins with, such as ``batch_size=16``, ``learning_rate=0.1``,
        ``optimizer="momentum"``, ``seed=7``, ``held_out=0.25``: as in a scene file.

    Returns
    -------
    Window or None
        The window if it is still open.

    Raises
    ------
    Refused
        The sentence says what is wrong with the objective or a setting.
    """
    named = {key: settings.pop(key) for key in _OF_MODULE if key in settings}
    if of_module or named:
        objective = _adapted(objective, *of_module, **named)
    from gdviz.session.ownscene import own_scene  # noqa: PLC0415  (needs NumPy)

    scene = own_scene(objective, check, settings)
    _check_screen()
    return _opened(scene, block, theme, fresh)


def _adapted(module: Any, *of_module: Any, **named: Any) -> Any:
    try:
        from gdviz.torch import objective  # noqa: PLC0415  (an extra)
    except ImportError as fault:
        raise Refused(f"{fault}.") from fault
    try:
        return objective(module, *of_module, **named)
    except TypeError as fault:
        needs = "inputs, targets and loss"
        raise Refused(f"A PyTorch module comes with {needs}: {fault}.") from fault


def _check_screen() -> None:
    from gdviz.ui import preflight  # noqa: PLC0415  (loads no Qt)

    if threading.current_thread() is not threading.main_thread():
        raise Refused("A window can only be opened by the main thread.")
    if not preflight.has_display(os.environ):
        raise Refused("There is no display to open a window on.")
    if missing := preflight.missing_libraries(x11=preflight.wants_x(os.environ)):
        raise Refused(preflight.remedy(missing))


def _opened(
    scene: Scene, block: bool | None, theme: str | None, fresh: bool
) -> Window | None:
    from gdviz.ui.shell import Shell, loop_runs  # noqa: PLC0415  (Qt)

    shown = nullcontext() if loop_runs() else Shell("your objective", theme, fresh)
    with shown as shell:
        from gdviz.ui.app import opened, until_closed  # noqa: PLC0415  (pyqtgraph)

        start = opened(scene, theme, fresh, shell=shell)
    if not start.window.isVisible():
        return None
    start.window.player.opened.connect(partial(_tell, start.window))
    if start.window.player.run is not None:
        _tell(start.window, scene)
    if block or (block is None and not (loop_runs() or _in_notebook())):
        until_closed(start)
        return None
    number = id(start)
    _open[number] = start
    start.window.closed.connect(partial(_finish, number))
    return start.window


def _tell(window: Window, scene: Scene) -> None:
    """Tell what an objective says of itself."""
    if notes := " ".join(getattr(getattr(scene.data, "calls", None), "notes", ())):
        window.footer.say(notes)


def _in_notebook() -> bool:
    """Tell whether IPython runs an event loop of Qt between what is typed."""
    known = sys.modules.get("IPython")
    shell = known.get_ipython() if known is not None else None
    return str(getattr(shell, "active_eventloop", "")).startswith("qt")


def _finish(number: int) -> None:
    _open.pop(number).finish()


@atexit.register
def _close_all() -> None:
    """Close what is still open: a thread that runs on would end in a crash."""
    for start in list(_open.values()):
        start.window.close()

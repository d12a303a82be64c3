"""The process of a film: reads from its input what to film, tells how far it is.

It tells lines of JSON. The end of its input means that the film is not wanted.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

LENGTH = 8  # bytes that say how long the order is
_NICE = 5  # the screen comes first


def main() -> None:
    """Make the film and leave at once, though a thread still waits for the input."""
    try:
        _make()
    finally:
        os._exit(0)


def _make() -> None:
    out = _own_output()

    def tell(**words: object) -> None:
        out.write(f"{json.dumps(words)}\n")
        out.flush()

    length = int.from_bytes(sys.stdin.buffer.read(LENGTH), "little")
    order = sys.stdin.buffer.read(length)
    if len(order) < length or not length:  # nobody wants it any more
        return
    stopped = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    fault, note = "", None
    try:
        note = _film(order, tell, stopped)
    except Refused as refusal:
        fault = str(refusal)
    tell(fault=fault, note=note or "", stopped=note is None and not fault)


def _film(
    order: bytes, tell: Callable[..., None], stopped: threading.Event
) -> str | None:
    from gdviz.ui.render import film  # noqa: PLC0415  (takes a while to load)
    from gdviz.ui.scaling import enlarge  # noqa: PLC0415
    from gdviz.ui.shell import application  # noqa: PLC0415

    subject, look, cut, path, (text, marks, families) = pickle.loads(order)
    enlarge(text, marks)
    font = application().font()  # the desktop may have another one than no screen has
    font.setFamilies(families)
    application().setFont(font)
    tell(begun=True)  # from now on there may be something to take away
    drawn = partial(_drawn, tell)
    return film(subject, look, cut, path, drawn, stopped.is_set)


def _drawn(tell: Callable[..., None], done: int, total: int) -> None:
    tell(done=done, total=total)


def _wait_for_end(stopped: threading.Event) -> None:
    sys.stdin.buffer.read()
    stopped.set()


def _own_output() -> IO[str]:
    """Return the output for these lines alone: what is printed would spoil them."""
    ours = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(ours, "w", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Garbage is collected, and by the thread of the screen alone."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

from gdviz.ui.tidying import tidied

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Ring:
    """Something that only the garbage collector can free."""

    def __init__(self) -> None:
        self.me = self


def many() -> weakref.ref[Ring]:
    gone = weakref.ref(Ring())
    for _ in range(2 * gc.get_threshold()[0]):
        Ring()
    return gone


def test_nothing_is_collected_beside_the_screen(qtbot: QtBot) -> None:
    where: list[str] = []

    def collecting(*_: object) -> None:
        where.append(threading.current_thread().name)

    gc.enable()
    gc.callbacks.append(collecting)
    try:
        with tidied():
            beside = threading.Thread(target=many)
            beside.start()
            beside.join()
            gone = many()
            qtbot.waitUntil(lambda: gone() is None, timeout=5000)
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()
        gc.callbacks.remove(collecting)
    assert set(where) == {"MainThread"}


def test_who_collects_for_himself_goes_on_so(qtbot: QtBot) -> None:
    with tidied():
        pass
    assert not gc.isenabled()

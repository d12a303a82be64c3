"""Garbage is collected by the thread of the screen alone.

Python collects in whichever thread happens to ask for memory. Where that is the
worker's, or in the middle of a call into Qt, what belongs to Qt may be destroyed there:
the program ends, or waits for itself for ever.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def tidied() -> Iterator[None]:
    """Collect from time to time between two events, and at no other time."""
    # not at the top: this part of pyqtgraph is to be loaded after `lean`
    from pyqtgraph.util.garbage_collector import GarbageCollector  # noqa: PLC0415

    usual = gc.isenabled()
    collector = GarbageCollector()
    try:
        yield
    finally:
        collector.timer.stop()
        if usual:
            gc.enable()

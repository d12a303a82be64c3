"""The processes that compute the cells of a sweep; they end with this one."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.session.sweep import Crew, here

if TYPE_CHECKING:
    from concurrent.futures import Executor

_OURS = "gdviz"


def crew() -> Crew:
    """Return who computes: processes where they can be begun, else this one."""
    if not importable():
        return here()
    count = max(1, (os.cpu_count() or 1) - 1)
    return Crew(lambda: _pool(count), count + 1)


def importable() -> bool:
    """Tell whether a new process may import the program that runs.

    It would run a script of a user again, from the top, where that has no guard.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is not None or getattr(main, "__file__", None) is None:
        return True
    return Path(str(main.__file__)).stem.startswith(_OURS)


def _pool(count: int) -> Executor:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (start is quick)

    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, context, initializer=_follow)


def _follow() -> None:
    """End with the process that hired this one, however that ends."""
    threading.Thread(target=_end_with_parent, name="following", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)

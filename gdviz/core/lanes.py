"""Two jobs side by side: NumPy and BLAS let another thread run while they work."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Job = TypeVar("_Job")
LANES = 2  # jobs worked on at once, whatever the number of processors


def side_by_side(jobs: Sequence[Callable[[], None]]) -> None:
    """Do a job, and a second one at the same time where there is a processor for it."""
    beside = _beside()
    if len(jobs) < 2 or beside is None:
        for job in jobs:
            job()
        return
    first, second = jobs
    done = beside.submit(second)
    try:
        first()
    finally:
        done.result()


def in_lanes(jobs: Sequence[_Job]) -> Iterator[Sequence[_Job]]:
    """Yield as many jobs at a time as are done side by side."""
    for start in range(0, len(jobs), LANES):
        yield jobs[start : start + LANES]


@lru_cache(maxsize=1)
def _beside() -> ThreadPoolExecutor | None:
    """Return the second thread, which ends with the program."""
    if (os.cpu_count() or 1) < 2:
        return None
    return ThreadPoolExecutor(1, thread_name_prefix="surface")


if hasattr(os, "register_at_fork"):  # a thread does not live on in a child
    os.register_at_fork(after_in_child=_beside.cache_clear)

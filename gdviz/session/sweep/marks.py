"""At which steps of a run the full loss is worked out: a few, however long it is."""

from __future__ import annotations

from functools import lru_cache

MOST_MARKS = 32


@lru_cache(maxsize=256)
def marks(steps: int, within: int) -> tuple[int, ...]:
    """Return the steps whose full loss is known: 0, then in about equal ratios.

    Parameters
    ----------
    steps : int
        The last one.
    within : int
        One more that must be there.
    """
    last = max(1, steps)
    ratios = (last ** (i / (MOST_MARKS - 1)) for i in range(MOST_MARKS))
    return tuple(sorted({0, within, steps, *(min(round(r), steps) for r in ratios)}))

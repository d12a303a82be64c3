"""Chance that can be repeated: random numbers as a function of whole numbers."""

from __future__ import annotations

import numpy as np

_WORD = 2**32


def chance(*numbers: int) -> np.random.Generator:
    """Return what draws random numbers, the same ones for the same whole numbers.

    They are those of NumPy's `default_rng(numbers)`, ready in a third of the time: an
    epoch, and with replacement every batch, begins with them.

    Parameters
    ----------
    *numbers : ints
        None below 0.
    """
    if max(numbers) >= _WORD:
        return np.random.default_rng(numbers)
    return np.random.Generator(np.random.PCG64(np.array(numbers, np.uint32)))

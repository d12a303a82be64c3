"""Correlation along a chain: how many independent samples its samples are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_WINDOW = 5  # autocorrelation times that are added up
_ROUNDING = 1e-14  # of a number's size: less is no spread


@dataclass(frozen=True)
class Estimate:
    """What n samples of a chain tell of one number.

    Attributes
    ----------
    count : int
    mean, mean_error : floats
        With its standard error.
    variance, variance_error : floats
        With divisor n − 1; the same.
    time : float
        Integrated autocorrelation time, in samples.
    """

    count: int
    mean: float
    mean_error: float
    variance: float
    variance_error: float
    time: float

    @property
    def effective(self) -> float:
        """The effective sample size: so many independent samples tell as much."""
        return self.count / self.time


def integrated_time(values: Array) -> float:
    """Return the integrated autocorrelation time 1 + 2 Σ ρₖ, in samples.

    Far off, autocorrelations are noise: they are added up to the first lag that is at
    least five times the sum so far, and five at least (Sokal 1997, "Monte Carlo
    Methods in Statistical Mechanics", section 3). The last one counts half, so that
    nothing hangs on the lag where chains swing to and fro.

    Parameters
    ----------
    values : ndarray of shape (n,), n at least 2

    Returns
    -------
    float
        1 where all values are the same.
    """
    n = len(values)
    centred = values - values.mean()
    peak = float(np.abs(centred).max())
    if not peak > _ROUNDING * float(np.abs(values).max()):
        return 1.0
    centred /= peak
    room = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, room)) ** 2
    correlations = np.fft.irfft(power, room)[:n]
    shares = correlations / correlations[0]
    times = 2 * np.cumsum(shares) - 1 - shares
    times[0] = 1.0
    wide = np.arange(n) >= _WINDOW * np.maximum(times, 1.0)
    found = float(times[np.argmax(wide)] if wide.any() else times[-1])
    return max(found, 1 / n)


@np.errstate(over="ignore", invalid="ignore")
def estimate(values: Array) -> Estimate:
    """Return mean and variance of a chain's samples with their standard errors.

    Both errors count the samples as n over their autocorrelation time: that of the
    values for the mean, that of the squared distances for the variance. What
    overflows is infinite.

    Parameters
    ----------
    values : ndarray of shape (n,), n at least 2
    """
    n, mean = len(values), float(values.mean())
    squares = (values - mean) ** 2
    variance = float(squares.sum() / (n - 1))
    time = integrated_time(values)
    of_squares = float(squares.var()) * integrated_time(squares) / n
    return Estimate(
        n, mean, float(np.sqrt(variance * time / n)),
        variance, float(np.sqrt(of_squares)), time,
    )  # fmt: skip

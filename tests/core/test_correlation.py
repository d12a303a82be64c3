"""Autocorrelation times and standard errors, against processes known by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.correlation import estimate, integrated_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def autoregressive(phi: float, n: int, chains: int) -> Array:
    """Chains x ← φ x + noise of variance 1 in equilibrium, of shape (chains, n)."""
    rng = np.random.default_rng(round(100 * phi) + 1000)
    made = np.empty((n, chains))
    x = rng.standard_normal(chains)
    for t in range(n):
        made[t] = x
        x = phi * x + np.sqrt(1 - phi**2) * rng.standard_normal(chains)
    return made.T.copy()


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9, 0.98])
def test_time_of_an_autoregressive_process(phi: float) -> None:
    found = [integrated_time(x) for x in autoregressive(phi, 60_000, 8)]
    truth = (1 + phi) / (1 - phi)
    its_error = np.sqrt(20 * truth / (8 * 60_000))  # Sokal's, relative
    assert np.mean(found) == pytest.approx(truth, rel=3 * its_error)


def test_time_of_one_that_swings_to_and_fro() -> None:
    found = [integrated_time(x) for x in autoregressive(-0.5, 20_000, 8)]
    assert np.mean(found) == pytest.approx(1 / 3, rel=0.1)


@pytest.mark.parametrize("phi", [0.0, 0.7, 0.95])
def test_errors_are_as_large_as_they_say(phi: float) -> None:
    """Over many chains the estimates scatter by their own standard errors."""
    told = [estimate(x) for x in autoregressive(phi, 8000, 300)]
    for value, error, truth in (
        ([e.mean for e in told], [e.mean_error for e in told], 0.0),
        ([e.variance for e in told], [e.variance_error for e in told], 1.0),
    ):
        off = (np.array(value) - truth) / np.array(error)
        assert np.sqrt(np.mean(off**2)) == pytest.approx(1, abs=0.15)


def test_effective_samples() -> None:
    (x,) = autoregressive(0.9, 50_000, 1)
    told = estimate(x)
    assert told.count == 50_000
    assert told.effective == pytest.approx(50_000 / 19, rel=0.1)
    assert told.mean == x.mean()
    assert told.variance == pytest.approx(x.var(ddof=1))
    assert told.mean_error == pytest.approx(np.sqrt(told.variance / told.effective))


@pytest.mark.parametrize("value", [0.0, 3.7, -1e100])
def test_what_stands_still(value: float) -> None:
    told = estimate(np.full(100, value))
    assert told.time == 1
    assert told.mean == pytest.approx(value)
    assert np.sqrt(told.variance) <= 1e-15 * abs(value)
    assert np.sqrt(told.variance_error) <= 1e-15 * abs(value)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_any_scale(scale: float) -> None:
    (x,) = autoregressive(0.5, 500, 1)
    assert integrated_time(scale * x) == pytest.approx(integrated_time(x))


@pytest.mark.parametrize("scale", [1e100, 1e160])
def test_what_overflows_is_infinite(scale: float) -> None:
    (x,) = autoregressive(0.5, 500, 1)
    one, told = estimate(x), estimate(scale * x)
    assert told.time == pytest.approx(one.time)
    known = one.variance * scale * scale if scale < 1e150 else np.inf
    assert told.variance == pytest.approx(known)
    assert not np.isfinite(told.variance_error)

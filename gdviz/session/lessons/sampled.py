"""Measures of a path read as samples, and of the laws known for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.samples import hovering, samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.chains import Normal
    from gdviz.core.correlation import Estimate
    from gdviz.core.hovering import Settled
    from gdviz.session.run import Run

    Find = Callable[[Run, str], float]
    Law = Callable[[Run], Normal | Settled]


def of_posterior(run: Run) -> Normal:
    """Return the posterior, or raise LookupError."""
    if run.laws.posterior is None:
        raise LookupError("posterior")
    return run.laws.posterior


def of_settled(run: Run) -> Settled:
    """Return the chain's stationary law, or raise LookupError."""
    if run.laws.settled is None:
        raise LookupError(run.laws.why)
    return run.laws.settled


def estimated(pick: Callable[[Estimate], float]) -> Find:
    """Return a measure of what the samples of one parameter tell."""
    return lambda run, name: pick(_estimate(run, _index(run, name)))


def correlated(run: Run, name: str) -> float:
    """Return the integrated autocorrelation time of one parameter, in steps."""
    return samples(run, _index(run, name)).steps


def variance(law: Law) -> Find:
    """Return a measure of a law's variance of one parameter."""

    def find(run: Run, name: str) -> float:
        index = _index(run, name)
        return float(law(run).covariance[index, index])

    return find


def mean(law: Law) -> Find:
    """Return a measure of a law's mean of one parameter."""
    return lambda run, name: float(law(run).mean[_index(run, name)])


def ratio(run: Run, name: str) -> float:
    """Return the samples' variance in units of the posterior's."""
    return estimated(lambda e: e.variance)(run, name) / variance(of_posterior)(
        run, name
    )


def ratio_error(run: Run, name: str) -> float:
    """Return the standard error of `ratio`."""
    error = estimated(lambda e: e.variance_error)(run, name)
    return error / variance(of_posterior)(run, name)


def law_ratio(run: Run, name: str) -> float:
    """Return the stationary variance in units of the posterior's."""
    return variance(of_settled)(run, name) / variance(of_posterior)(run, name)


def distance(law: Law) -> Find:
    """Return a measure of how far the samples are from a law, in standard errors.

    It is the larger of the distances of mean and variance.
    """

    def find(run: Run, name: str) -> float:
        told = _estimate(run, _index(run, name))
        by_mean = abs(told.mean - mean(law)(run, name)) / told.mean_error
        by_variance = abs(told.variance - variance(law)(run, name))
        return max(by_mean, by_variance / told.variance_error)

    return find


def spread(run: Run, _: str) -> float:
    """Return the mean squared distance of the path from the minimum."""
    return _hovering(run).mean


def spread_error(run: Run, _: str) -> float:
    """Return the standard error of `spread`."""
    return _hovering(run).mean_error


def spread_by_law(run: Run, _: str) -> float:
    """Return the same by the stationary law: the trace of its covariance."""
    return float(np.trace(of_settled(run).covariance))


def spread_off(run: Run, _: str) -> float:
    """Return how far the two are apart, in standard errors."""
    return abs(spread(run, "") - spread_by_law(run, "")) / spread_error(run, "")


def spread_share(run: Run, _: str) -> float:
    """Return the spread by the law, in units of η/M."""
    record = run.snapshot.record
    return spread_by_law(run, "") / (record.rate / len(record.rows))


def from_minimum(run: Run, _: str) -> float:
    """Return how far θ is from the minimum."""
    away = run.snapshot.record.theta - of_settled(run).mean
    return float(np.linalg.norm(away))


def _index(run: Run, name: str) -> int:
    return run.facts.parameters.index(name.strip())


def _estimate(run: Run, index: int) -> Estimate:
    told = samples(run, index).estimate
    if told is None:
        raise LookupError("too few samples")
    return told


def _hovering(run: Run) -> Estimate:
    told = hovering(run, of_settled(run).mean)
    if told is None:
        raise LookupError("too few samples")
    return told

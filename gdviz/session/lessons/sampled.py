"""Measures of a path read as samples, and of the laws known for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.lessons.entry import PARAMETER, Entry, index_of
from gdviz.session.samples import samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.chains import Normal
    from gdviz.core.correlation import Estimate
    from gdviz.core.hovering import Settled
    from gdviz.session.lessons.entry import Find
    from gdviz.session.run import Run

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
    return lambda run, name: pick(_estimate(run, index_of(run, name)))


def correlated(run: Run, name: str) -> float:
    """Return the integrated autocorrelation time of one parameter, in steps."""
    return samples(run, index_of(run, name)).steps


def variance(law: Law) -> Find:
    """Return a measure of a law's variance of one parameter."""

    def find(run: Run, name: str) -> float:
        index = index_of(run, name)
        return float(law(run).covariance[index, index])

    return find


def mean(law: Law) -> Find:
    """Return a measure of a law's mean of one parameter."""
    return lambda run, name: float(law(run).mean[index_of(run, name)])


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
        told = _estimate(run, index_of(run, name))
        by_mean = abs(told.mean - mean(law)(run, name)) / told.mean_error
        by_variance = abs(told.variance - variance(law)(run, name))
        return max(by_mean, by_variance / told.variance_error)

    return find


def _estimate(run: Run, index: int) -> Estimate:
    told = samples(run, index).estimate
    if told is None:
        raise LookupError("too few samples")
    return told


SAMPLED: dict[str, Entry] = {
    "scaled sum": Entry(
        lambda r, _: r.facts.n_examples * r.snapshot.record.loss,
        "",
        "N/M times the sum of the batch's losses",
    ),
    "full sum": Entry(
        lambda r, _: r.facts.n_examples * r.snapshot.full.loss,
        "",
        "the sum of all losses",
    ),
    "sample mean": Entry(
        estimated(lambda e: e.mean),
        PARAMETER,
        "mean over the path, but for its first fifth",
    ),
    "sample mean error": Entry(
        estimated(lambda e: e.mean_error), PARAMETER, "its standard error"
    ),
    "sample variance": Entry(
        estimated(lambda e: e.variance), PARAMETER, "the same path's variance"
    ),
    "sample variance error": Entry(
        estimated(lambda e: e.variance_error), PARAMETER, "its standard error"
    ),
    "samples": Entry(estimated(lambda e: e.count), PARAMETER, "how many were counted"),
    "effective samples": Entry(
        estimated(lambda e: e.effective),
        PARAMETER,
        "how many independent samples tell as much",
    ),
    "correlated steps": Entry(
        correlated, PARAMETER, "integrated autocorrelation time, in steps"
    ),
    "posterior mean": Entry(mean(of_posterior), PARAMETER, "in closed form"),
    "posterior variance": Entry(variance(of_posterior), PARAMETER, "in closed form"),
    "stationary mean": Entry(mean(of_settled), PARAMETER, "of the chain's own law"),
    "stationary variance": Entry(
        variance(of_settled), PARAMETER, "of the chain's own law"
    ),
    "variance ratio": Entry(ratio, PARAMETER, "sample variance by the posterior's"),
    "variance ratio error": Entry(ratio_error, PARAMETER, "its standard error"),
    "stationary ratio": Entry(
        law_ratio, PARAMETER, "stationary variance by the posterior's"
    ),
    "posterior distance": Entry(
        distance(of_posterior),
        PARAMETER,
        "of the samples' mean and variance from the posterior's, the larger one, in "
        "standard errors",
    ),
    "stationary distance": Entry(
        distance(of_settled),
        PARAMETER,
        "the same from the chain's own law",
    ),
}

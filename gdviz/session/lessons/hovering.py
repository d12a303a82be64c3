"""Measures of how far a path wanders around the minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.lessons.entry import Entry
from gdviz.session.lessons.sampled import of_settled
from gdviz.session.samples import hovering

if TYPE_CHECKING:
    from gdviz.core.correlation import Estimate
    from gdviz.session.run import Run


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


def _hovering(run: Run) -> Estimate:
    told = hovering(run, of_settled(run).mean)
    if told is None:
        raise LookupError("too few samples")
    return told


HOVERING: dict[str, Entry] = {
    "hovering spread": Entry(
        spread, "", "mean squared distance from the minimum, over the path"
    ),
    "hovering error": Entry(spread_error, "", "its standard error"),
    "hovering theory": Entry(
        spread_by_law, "", "the same spread by the chain's own law"
    ),
    "hovering distance": Entry(spread_off, "", "between the two, in standard errors"),
    "hovering share": Entry(spread_share, "", "the spread by the law, divided by η/M"),
    "from the minimum": Entry(from_minimum, "", "distance of θ from it"),
}

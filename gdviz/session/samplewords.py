"""What the samples of a path say, beside what the laws say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.samples import apart, covariance
from gdviz.session.writing import number, rounded

if TYPE_CHECKING:
    from gdviz.core.correlation import Estimate
    from gdviz.session.laws import Laws
    from gdviz.session.run import Run
    from gdviz.session.samples import Samples


def words(run: Run, index: int, found: Samples) -> list[str]:
    """Return what the samples say, beside what the laws say, a sentence each."""
    told, why = found.estimate, [run.laws.why] if run.laws.why else []
    if told is None:
        return ["Play on: there are too few samples yet.", *why]
    return [
        _worth(run, index, found, told),
        _centre(run.laws, index, told),
        _width(run.laws, index, told),
        *_matrix(run, found),
        *why,
    ]


def _worth(run: Run, index: int, found: Samples, told: Estimate) -> str:
    law = run.laws.settled
    thinned = f", one of every {found.stride} steps" if found.stride > 1 else ""
    own = ""
    if law is not None and np.isfinite(law.times[index]):
        own = f", by the chain's law {rounded(law.times[index], 3)}"
    return (
        f"{told.count:,} samples from step {found.begin:,}{thinned}, worth "
        f"{rounded(told.effective, 2)} independent ones (correlated over "
        f"{rounded(found.steps, 2)} steps{own})."
    )


def _centre(known: Laws, index: int, told: Estimate) -> str:
    law = known.posterior or known.settled
    which = "posterior" if known.posterior else "minimum"
    there = "" if law is None else f"; {which}: {number(float(law.mean[index]))}"
    return f"Mean {with_error(told.mean, told.mean_error)}{there}."


def _width(known: Laws, index: int, told: Estimate) -> str:
    """Return the sentence on the variance: in the posterior's if there is one."""
    unit, of_it = 1.0, ""
    if known.posterior is not None:
        unit = float(known.posterior.covariance[index, index])
        of_it = " of the posterior's"
    own = ""
    if known.settled is not None:
        which = "its own law" if known.steady else "the law of the learning rate now"
        share = float(known.settled.covariance[index, index]) / unit
        own = f"; by {which} {rounded(share, 3)}"
    measured = with_error(told.variance / unit, told.variance_error / unit)
    return f"Variance {measured}{of_it}{own}."


def _matrix(run: Run, found: Samples) -> list[str]:
    """Return how far the covariance of all parameters is off those of the laws."""
    laws = {"the posterior's": run.laws.posterior, "its own law's": run.laws.settled}
    known = {name: law for name, law in laws.items() if law and law.covariance.any()}
    together = covariance(run, found.begin) if known else None
    if together is None or not np.isfinite(together).all():
        return []
    said = (f"{apart(together, law):.0%} off {name}" for name, law in known.items())
    return [f"Covariance matrix: {', '.join(said)}."]


def with_error(value: float, error: float) -> str:
    """Return a number and its standard error, in as many digits as that allows."""
    if not (error > 0 and np.isfinite(error) and np.isfinite(value)):
        return number(value)
    digits = 1 - int(np.floor(np.log10(error)))
    if not 0 <= digits <= 6:
        return f"{number(value)} ± {rounded(error, 2)}"
    return f"{value:.{digits}f} ± {error:.{digits}f}".replace("-", "−")

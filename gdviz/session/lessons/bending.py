"""Measures of the curvature at the step shown, and of the limits it sets.

They are known once the path has come to rest there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.optimizers import SGD
from gdviz.session.lessons.entry import Entry
from gdviz.session.sharpness import rate_limit, sharpness_limit

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.sharpness import Reading


def eigenvalue(run: Run, place: str) -> float:
    """Return an eigenvalue of the Hessian, counted from the largest one."""
    if not (place.strip().isdecimal() and int(place) > 0):
        raise LookupError(place)
    return _here(run).top[int(place) - 1]


def highest_rate(run: Run, _: str) -> float:
    """Return above which learning rate steps of the full batch grow here."""
    descent, n = run.snapshot.scene.descent, run.facts.n_examples
    return _known(rate_limit(descent, _here(run).sharpness, n))


def highest_sharpness(run: Run, _: str) -> float:
    """Return above which sharpness steps of the full batch grow at this rate."""
    descent, n = run.snapshot.scene.descent, run.facts.n_examples
    return _known(sharpness_limit(descent, n, run.snapshot.record.rate))


def share(run: Run, _: str) -> float:
    """Return the learning rate in units of the highest one here."""
    return run.snapshot.record.rate / highest_rate(run, "")


def kept(run: Run, place: str) -> float:
    """Return 1 − ηλ: by what a plain step multiplies the distance along a direction."""
    descent, n = run.snapshot.scene.descent, run.facts.n_examples
    times = descent.recipe.times(min(descent.batch_size, n))
    if descent.optimizer != SGD():
        raise LookupError(descent.optimizer.name)
    return 1.0 - _known(times) * run.snapshot.record.rate * eigenvalue(run, place)


def _here(run: Run) -> Reading:
    if run.reading is None or run.reading.step != run.step:
        raise LookupError("not measured at this step")
    return run.reading


def _known(value: float | None) -> float:
    if value is None:
        raise LookupError("there is none")
    return value


BENDING: dict[str, Entry] = {
    "sharpness": Entry(
        lambda r, _: _here(r).sharpness, "", "λ, largest eigenvalue of the Hessian of L"
    ),
    "eigenvalue": Entry(
        eigenvalue, "place", "of that Hessian, counted from the largest; three of them"
    ),
    "rate limit": Entry(
        highest_rate, "", "learning rate above which full-batch steps grow, such as 2/λ"
    ),
    "sharpness limit": Entry(
        highest_sharpness, "", "λ above which full-batch steps grow, such as 2/η"
    ),
    "limit share": Entry(
        share, "", "the learning rate in units of that limit: above 1 steps grow"
    ),
    "noisy limit": Entry(
        lambda r, _: _known(r.noisy_limit),
        "",
        "learning rate above which mini-batches do not come to rest, where known",
    ),
    "kept": Entry(
        kept,
        "place",
        "1 − ηλ: what a step of plain descent leaves of the distance along that "
        "eigenvector",
    ),
}

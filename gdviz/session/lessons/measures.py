"""Measures: the live numbers that a lesson's text can hold, by name.

To add one: a function of the run and its argument, and one line in `MEASURES`. An
argument names an example of the batch (counted from 1), a parameter, a ghost (its
recipe or its number), or two of them with a comma between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.lessons import noisy, sampled
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.costs import Cost
    from gdviz.core.ledger import Ledger
    from gdviz.session.ghosts import Ghost
    from gdviz.session.lessons.text import Measure
    from gdviz.session.run import Run

    Array = NDArray[np.float64]
    Find = Callable[[Run, str], float]


@dataclass(frozen=True)
class Entry:
    """One measure.

    Attributes
    ----------
    find : function of (run, argument)
        Raises LookupError or ValueError where there is no such number.
    argument : text
        What the argument names; empty if there is none.
    means : text
        What the number is, for those who write lessons.
    """

    find: Find
    argument: str
    means: str


def value(run: Run, measure: Measure) -> float:
    """Return the number now; NaN where there is none."""
    try:
        with np.errstate(all="ignore"):
            return float(MEASURES[measure.name].find(run, measure.argument))
    except (LookupError, ValueError):
        return float("nan")


def written(run: Run, measure: Measure) -> str:
    """Return the number now as it is written; a dash where there is none."""
    found = value(run, measure)
    if np.isnan(found):
        return "–"
    entry = MEASURES[measure.name]
    if entry.means.endswith("degrees"):
        return f"{found:.0f}°" if found >= 1 or found == 0 else f"{found:.2g}°"
    return number(round(found, 12) + 0.0 if abs(found) >= 1e-9 else found)


def _place(run: Run, argument: str) -> int:
    """Return the place in the batch that an argument counts from 1."""
    place = int(argument) - 1
    if not 0 <= place < len(run.snapshot.record.losses):
        raise LookupError(argument)
    return place


def _index(run: Run, name: str) -> int:
    return run.facts.parameters.index(name.strip())


def _entry(vector: Callable[[Run], Array]) -> Find:
    """Return a measure of one entry of a vector of shape (p,)."""
    return lambda run, name: float(vector(run)[_index(run, name)])


def _loss_of(run: Run, argument: str) -> float:
    return float(run.snapshot.record.losses[_place(run, argument)])


def _gradient_of(run: Run, argument: str) -> float:
    place, _, name = argument.partition(",")
    row = run.snapshot.record.gradients[_place(run, place)]
    return float(row[_index(run, name)])


def _length_of(run: Run, argument: str) -> float:
    return _length(run.snapshot.record.gradients[_place(run, argument)])


def _of_ledger(pick: Callable[[Ledger, int, int], float]) -> Find:
    """Return a measure of one example's passes: an example, or example,output."""

    def find(run: Run, argument: str) -> float:
        place, _, text = argument.partition(",")
        told, unit = run.snapshot.ledger, int(text or 1) - 1
        if told is None or unit < 0 or _place(run, place) >= len(told):
            raise LookupError(argument)
        return float(pick(told, _place(run, place), unit))

    return find


def _layered(pick: Callable[[Ledger], tuple[Array, ...]]) -> Find:
    """Return a measure of one unit of one layer: example,layer,unit."""

    def find(run: Run, argument: str) -> float:
        place, layer, unit = (int(part) - 1 for part in argument.split(","))
        told = run.snapshot.ledger
        if told is None or min(layer, unit) < 0:
            raise LookupError(argument)
        return float(pick(told)[layer][unit, _place(run, str(place + 1))])

    return find


def _gap(run: Run) -> Array:
    if run.snapshot.gap is None:
        raise LookupError("a hidden layer has no such gap")
    return run.snapshot.gap


def _ghost(run: Run, argument: str) -> Ghost:
    ghosts = run.snapshot.ghosts
    if argument.strip().isdigit() and int(argument) > 0:
        return ghosts[int(argument) - 1]
    by_name = {g.descent.recipe.name: g for g in reversed(ghosts)}
    return by_name[argument.strip()]


def _ghostly(pick: Callable[[Ghost], float | None]) -> Find:
    def find(run: Run, argument: str) -> float:
        found = pick(_ghost(run, argument))
        if found is None:
            raise LookupError(argument)
        return found

    return find


def _ghost_entry(pick: Callable[[Ghost], Array]) -> Find:
    def find(run: Run, argument: str) -> float:
        which, _, name = argument.partition(",")
        return float(pick(_ghost(run, which))[_index(run, name)])

    return find


def _ghost_apart(run: Run, argument: str) -> float:
    """Return the largest difference in an entry between two ghosts' θ, or to ours."""
    first, _, second = argument.partition(",")
    other = _ghost(run, second).theta if second else run.snapshot.record.theta
    return float(np.abs(_ghost(run, first).theta - other).max())


def _ghost_vector_apart(run: Run, argument: str) -> float:
    vector = _ghost(run, argument).vector
    return float(np.abs(vector - run.snapshot.record.gradient).max())


def _checked(name: str) -> Find:
    def find(run: Run, _: str) -> float:
        if run.check is None:
            raise LookupError("not checked yet")
        return float(getattr(run.check, name))

    return find


def _costs(pick: Callable[[Cost], float]) -> Find:
    return lambda run, recipe: pick(run.costs[recipe.strip()])


def _length(vector: Array) -> float:
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(vector))


def _angle(run: Run, _: str) -> float:
    if run.snapshot.angle is None:
        raise LookupError("no angle")
    return run.snapshot.angle


_EXAMPLE, _PARAMETER, _GHOST = "example", "parameter", "ghost"

MEASURES: dict[str, Entry] = {
    "step": Entry(lambda r, _: r.step, "", "updates made so far"),
    "examples": Entry(lambda r, _: r.facts.n_examples, "", "examples to learn from"),
    "examples seen": Entry(
        lambda r, _: r.snapshot.record.cursor.seen, "", "examples used so far"
    ),
    "batch size": Entry(
        lambda r, _: len(r.snapshot.record.rows), "", "examples in this batch"
    ),
    "learning rate": Entry(lambda r, _: r.snapshot.record.rate, "", "η"),
    "loss": Entry(lambda r, _: r.snapshot.full.loss, "", "mean loss of all examples"),
    "batch loss": Entry(
        lambda r, _: r.snapshot.record.loss, "", "mean loss of the batch"
    ),
    "loss of": Entry(_loss_of, _EXAMPLE, "loss of one example"),
    "input of": Entry(
        _of_ledger(lambda t, i, j: t.inputs[j, i]), "example[,input]", "what goes in"
    ),
    "output of": Entry(
        _of_ledger(lambda t, i, j: t.readable[j, i]),
        "example[,output]",
        "output of the model, a probability for classes",
    ),
    "target of": Entry(
        _of_ledger(lambda t, i, j: t.targets[j, i]),
        "example[,output]",
        "target as the loss reads it",
    ),
    "sum of": Entry(
        _layered(lambda t: t.sums), "example,layer,unit", "z before the activation"
    ),
    "activation of": Entry(
        _layered(lambda t: t.activations), "example,layer,unit", "a = f(z)"
    ),
    "slope of": Entry(_layered(lambda t: t.slopes), "example,layer,unit", "f′(z)"),
    "delta of": Entry(_layered(lambda t: t.deltas), "example,layer,unit", "δ"),
    "gradient of": Entry(
        _gradient_of, "example,parameter", "entry of one example's gradient"
    ),
    "gradient length of": Entry(_length_of, _EXAMPLE, "length of its gradient"),
    "mean gradient": Entry(
        _entry(lambda r: r.snapshot.record.gradient), _PARAMETER, "entry of ĝ"
    ),
    "sum gradient": Entry(
        _entry(lambda r: r.snapshot.record.gradient * len(r.snapshot.record.rows)),
        _PARAMETER,
        "entry of the sum of the batch's gradients",
    ),
    "mean gradient length": Entry(
        lambda r, _: _length(r.snapshot.record.gradient), "", "length of ĝ"
    ),
    "full gradient": Entry(
        _entry(lambda r: r.snapshot.full.gradient), _PARAMETER, "entry of ∇L"
    ),
    "angle": Entry(_angle, "", "between ĝ and ∇L, in degrees"),
    "update": Entry(_entry(lambda r: r.snapshot.record.update), _PARAMETER, "of Δθ"),
    "update length": Entry(
        lambda r, _: _length(r.snapshot.record.update), "", "length of Δθ"
    ),
    "theta": Entry(_entry(lambda r: r.snapshot.record.theta), _PARAMETER, "of θ now"),
    "next theta": Entry(
        _entry(lambda r: r.snapshot.record.after.theta), _PARAMETER, "of θ after it"
    ),
    "gap": Entry(
        _entry(_gap),
        _PARAMETER,
        "covariance of error and input in the batch, without hidden layers",
    ),
    "ghost angle": Entry(
        _ghostly(lambda g: g.angle),
        _GHOST,
        "of its arrow to the mean's, in degrees",
    ),
    "ghost ratio": Entry(
        _ghostly(lambda g: g.ratio), _GHOST, "its length by the mean's length"
    ),
    "ghost gradient": Entry(
        _ghost_entry(lambda g: g.vector),
        "ghost,parameter",
        "what it makes of the batch at θ, in the place of ĝ",
    ),
    "ghost difference": Entry(
        _ghost_vector_apart, _GHOST, "largest difference in an entry to ĝ"
    ),
    "ghost loss": Entry(
        _ghostly(lambda g: g.loss), _GHOST, "mean loss where its own path stands"
    ),
    "ghost theta": Entry(
        _ghost_entry(lambda g: g.theta), "ghost,parameter", "where its own path stands"
    ),
    "ghost distance": Entry(
        _ghostly(lambda g: g.distance), _GHOST, "from its own path's θ to θ here"
    ),
    "ghost apart": Entry(
        _ghost_apart,
        "ghost[,ghost]",
        "largest difference in an entry between the θ of two paths, or to θ here",
    ),
    "difference": Entry(
        _checked("apart"), "", "largest |mean of gradients − gradient of the mean loss|"
    ),
    "tolerance": Entry(
        _checked("apart_tolerance"), "", "how much of it rounding explains"
    ),
    "slope error": Entry(
        _checked("slope_error"), "", "gradient against central differences"
    ),
    "slope tolerance": Entry(_checked("slope_tolerance"), "", "what they allow"),
    "noise trace": Entry(
        noisy.of_noise(lambda n: n.trace), "", "tr Σ, where the noise is looked at"
    ),
    "noise scale": Entry(noisy.of_noise(lambda n: n.scale), "", "tr Σ / ‖∇L‖²"),
    "cloud batches": Entry(
        noisy.of_cloud(lambda c: len(c.points)), "", "random batches in the cloud"
    ),
    "cloud mean gap": Entry(
        noisy.of_cloud(noisy.gap), "", "from the cloud's mean to ∇L, in the plane"
    ),
    "cloud mean errors": Entry(
        noisy.of_cloud(noisy.gap_in_errors), "", "the same in standard errors"
    ),
    "standard error": Entry(
        noisy.of_cloud(lambda c: float(np.hypot(*c.error))),
        "",
        "of the cloud's mean, in the plane; 0 where all batches are there",
    ),
    "variance measured": Entry(
        noisy.measured, "[size]", "E‖ĝ − ∇L‖² over batches of that size"
    ),
    "variance theory": Entry(
        noisy.by_theory, "[size]", "the same as the law of averages has it"
    ),
    "typical angle": Entry(
        noisy.typical_angle,
        "[size]",
        "between a typical batch's mean gradient and ∇L, in degrees",
    ),
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
        sampled.estimated(lambda e: e.mean),
        _PARAMETER,
        "mean over the path, but for its first fifth",
    ),
    "sample mean error": Entry(
        sampled.estimated(lambda e: e.mean_error), _PARAMETER, "its standard error"
    ),
    "sample variance": Entry(
        sampled.estimated(lambda e: e.variance), _PARAMETER, "the same path's variance"
    ),
    "sample variance error": Entry(
        sampled.estimated(lambda e: e.variance_error), _PARAMETER, "its standard error"
    ),
    "samples": Entry(
        sampled.estimated(lambda e: e.count), _PARAMETER, "how many were counted"
    ),
    "effective samples": Entry(
        sampled.estimated(lambda e: e.effective),
        _PARAMETER,
        "how many independent samples tell as much",
    ),
    "correlated steps": Entry(
        sampled.correlated, _PARAMETER, "integrated autocorrelation time, in steps"
    ),
    "posterior mean": Entry(
        sampled.mean(sampled.of_posterior), _PARAMETER, "in closed form"
    ),
    "posterior variance": Entry(
        sampled.variance(sampled.of_posterior), _PARAMETER, "in closed form"
    ),
    "stationary mean": Entry(
        sampled.mean(sampled.of_settled), _PARAMETER, "of the chain's own law"
    ),
    "stationary variance": Entry(
        sampled.variance(sampled.of_settled), _PARAMETER, "of the chain's own law"
    ),
    "variance ratio": Entry(
        sampled.ratio, _PARAMETER, "sample variance by the posterior's"
    ),
    "variance ratio error": Entry(
        sampled.ratio_error, _PARAMETER, "its standard error"
    ),
    "stationary ratio": Entry(
        sampled.law_ratio, _PARAMETER, "stationary variance by the posterior's"
    ),
    "posterior distance": Entry(
        sampled.distance(sampled.of_posterior),
        _PARAMETER,
        "of the samples' mean and variance from the posterior's, the larger one, in "
        "standard errors",
    ),
    "stationary distance": Entry(
        sampled.distance(sampled.of_settled),
        _PARAMETER,
        "the same from the chain's own law",
    ),
    "hovering spread": Entry(
        sampled.spread, "", "mean squared distance from the minimum, over the path"
    ),
    "hovering error": Entry(sampled.spread_error, "", "its standard error"),
    "hovering theory": Entry(
        sampled.spread_by_law, "", "the same spread by the chain's own law"
    ),
    "hovering distance": Entry(
        sampled.spread_off, "", "between the two, in standard errors"
    ),
    "hovering share": Entry(
        sampled.spread_share, "", "the spread by the law, divided by η/M"
    ),
    "from the minimum": Entry(sampled.from_minimum, "", "distance of θ from it"),
    "milliseconds": Entry(
        _costs(lambda c: 1000 * c.seconds), "recipe", "time of one batch, measured"
    ),
    "kilobytes": Entry(
        _costs(lambda c: c.peak / 1024), "recipe", "peak memory of one batch, measured"
    ),
    "cost difference": Entry(
        _costs(lambda c: c.difference), "recipe", "to ĝ, at the θ that was measured"
    ),
}
COSTLY = ("milliseconds", "kilobytes", "cost difference")

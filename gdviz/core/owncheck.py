"""Checking a user's own objective before it is shown: it must say what is true.

Losses must depend on θ and on their own example alone, and gradients must be theirs:
central differences of the losses tell, where the descent begins and a little aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.check import FAILS, check
from gdviz.core.own import OwnData, OwnSum
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.calls import Calls

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_BATCH, _ALONE = 64, 5  # examples that are looked at, together and one by one
_ROUNDING = 1e-6  # of the largest number: what another order of adding up may change
_ROUGH = 1e-3  # of the largest number: what differences of gradients may be off
_ASIDE = 0.03
_COORDINATES = 4096  # are looked at to name the worst
_STEP = float(np.finfo(float).eps) ** (1 / 3)
_REMEDY = "Correct it, or go on with check=False."


def check_start(calls: Calls) -> None:
    """Check that every loss is a finite number where the descent begins.

    Raises
    ------
    Refused
    """
    rows = np.arange(calls.n_examples)
    losses = calls.ask("losses", rows.shape, calls.start, rows)
    if not np.isfinite(losses).all():
        row = int(np.flatnonzero(~np.isfinite(losses))[0])
        raise Refused(
            f"losses() gives {losses[row]} for row {row} at the start; begin where "
            "every loss is a finite number."
        )


def check_gradients(calls: Calls) -> None:
    """Check that the methods agree, at θ₀ and beside it.

    Raises
    ------
    Refused
        The sentence names the method, the example or the parameter, and the amount.
    """
    whole, start = OwnSum(OwnData(calls).examples(0), calls), calls.start
    last, count = calls.n_examples - 1, min(calls.n_examples, _BATCH)
    rows = np.linspace(0, last, count).astype(np.int64)
    _check_each(calls, rows)
    _check_means(calls, rows)
    move = np.random.default_rng(0).standard_normal(len(start))
    aside = start + _ASIDE * (1 + np.abs(start)) * move
    singles = rows[:: -(-len(rows) // _ALONE), None]
    with np.errstate(all="ignore"):
        for theta in (start, aside):
            for some in (*singles, rows):
                _check_slopes(whole, theta, some)
        if calls.has("slopes"):
            _check_directions(calls, rows)
        if calls.has("hessian_product"):
            _check_hessian(whole.on(whole.examples.take(rows)), start)
    whole.fault()  # aside of the start it may fail


def _check_each(calls: Calls, rows: Rows) -> None:
    """Check that no number of an example depends on other examples, or on chance."""
    theta, p = calls.start, len(calls.start)
    for method, shape in (("losses", ()), ("gradients", (p,))):
        asked = calls.ask(method, (len(rows), *shape), theta, rows)
        again = calls.ask(method, (len(rows), *shape), theta, rows[::-1])[::-1]
        for place in range(0, len(rows), -(-len(rows) // _ALONE)):
            one = rows[place : place + 1]
            again[place] = calls.ask(method, (1, *shape), theta, one)[0]
        apart = np.abs(again - asked).reshape(len(rows), -1).max(axis=1)
        worst = int(apart.argmax())
        if not apart[worst] <= _ROUNDING * np.abs(asked).max():
            raise Refused(
                f"{method}() gives other numbers for row {rows[worst]} when it is "
                "asked again, alone or in another order. They must depend on theta and "
                f"on that row alone, and on no chance. {_REMEDY}"
            )
    if calls.coarse:
        raise Refused(
            f"{calls.coarse} numbers are too coarse to check gradients with. Compute "
            "in float64, or go on with check=False."
        )


def _check_means(calls: Calls, rows: Rows) -> None:
    """Check the means of losses, where there are methods for them."""
    theta = calls.start
    losses = calls.ask("losses", rows.shape, theta, rows)
    told: dict[str, float] = {}
    if calls.has("gradient"):
        told["gradient"] = calls.ask_both(theta, rows)[0]
    if calls.has("loss_at"):
        both = calls.ask("loss_at", (2,), np.stack([theta, theta]), rows)
        told["loss_at"] = float(both[1])
    mean, allowed = float(losses.mean()), _ROUNDING * float(np.abs(losses).max())
    for method, said in told.items():
        if not abs(said - mean) <= allowed:
            raise Refused(
                f"{method}() says that the mean loss at the start is {said:.6g}, but "
                f"the mean of losses() is {mean:.6g}. {_REMEDY}"
            )


def _check_slopes(whole: OwnSum, theta: Array, rows: Rows) -> None:
    """Check the gradients over some examples, and name the parameter that is worst."""
    found = check(whole, theta, rows)
    if found.state != FAILS:
        return
    if found.apart > found.apart_tolerance:
        said, true = whole.gradient(theta, rows)[1], _mean(whole, theta, rows)
        method, by = "gradient", "the mean of gradients() is"
    else:
        said, true = _mean(whole, theta, rows), _differences(whole, theta, rows)
        method, by = "gradients", "central differences of losses() give"
    apart = np.nan_to_num(np.abs(said[: len(true)] - true))
    worst = int(apart.argmax())
    each = f"for row {rows[0]}" if len(rows) == 1 else f"over {len(rows)} rows"
    if apart[worst] < max(found.slope_error, found.apart) / len(theta):
        raise Refused(
            f"{method}() is off by {found.slope_error:.3g} {each} along a direction "
            f"drawn at random: central differences of losses() tell. {_REMEDY}"
        )
    raise Refused(
        f"{method}() says {said[worst]:.6g} for {whole.names[worst]!r} {each}, but "
        f"{by} {true[worst]:.6g}. {_REMEDY}"
    )


def _check_directions(calls: Calls, rows: Rows) -> None:
    """Check the slopes along directions against the gradients."""
    theta, p = calls.start, len(calls.start)
    directions = np.random.default_rng(2).standard_normal((2, p))
    gradients = calls.ask("gradients", (len(rows), p), theta, rows)
    said = calls.ask("slopes", (len(rows), 2), theta, rows, directions)
    apart = np.abs(said - gradients @ directions.T).max(axis=1)
    worst, allowed = int(apart.argmax()), _ROUNDING * p * np.abs(gradients).max()
    if not apart[worst] <= allowed:
        raise Refused(
            f"slopes() is off by {apart[worst]:.3g} for row {rows[worst]}: gradients() "
            f"times a direction tell. {_REMEDY}"
        )


def _mean(whole: OwnSum, theta: Array, rows: Rows) -> Array:
    mean: Array = whole.gradients(theta, rows).mean(axis=0)
    return mean


def _differences(whole: OwnSum, theta: Array, rows: Rows) -> Array:
    """Return slopes of the mean loss, entry by entry, of the first parameters."""
    slopes = []
    for j in range(min(len(theta), _COORDINATES)):
        step = np.zeros(len(theta))
        step[j] = _STEP * max(1.0, abs(theta[j]))
        ahead, behind = (whole.losses(theta + s, rows).mean() for s in (step, -step))
        slopes.append((ahead - behind) / (2 * step[j]))
    return np.array(slopes)


def _check_hessian(some: OwnSum, theta: Array) -> None:
    """Check one product, unless a kink keeps differences of gradients from telling."""
    vector = np.random.default_rng(1).standard_normal(len(theta))
    said = some.hessian(theta)(vector)
    if fault := some.fault():
        raise Refused(fault)
    one, two = (_turned(some, theta, vector, _STEP / part) for part in (1, 8))
    size = float(np.abs(two).max())
    sure = np.abs(one - two).max() <= _ROUGH * size
    apart = np.abs(said - two)
    worst = int(apart.argmax())
    if sure and not apart[worst] <= 4 * _ROUGH * size:
        raise Refused(
            f"hessian_product() says {said[worst]:.6g} for {some.names[worst]!r} along "
            f"a vector, but differences of the gradient give {two[worst]:.6g}. "
            f"{_REMEDY}"
        )


def _turned(some: OwnSum, theta: Array, vector: Array, part: float) -> Array:
    """Return the Hessian times a vector by central differences of the gradient."""
    length = float(np.linalg.norm(vector))
    step = vector * (part * max(1.0, float(np.abs(theta).max())) / length)
    rows = np.arange(some.n_examples)
    ahead, behind = (some.gradient(theta + s, rows)[1] for s in (step, -step))
    return (ahead - behind) * (length / (2 * float(np.linalg.norm(step))))

"""Samples: one parameter along a path, read as samples of a law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.correlation import Estimate, estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.chains import Normal
    from gdviz.core.hovering import Settled
    from gdviz.core.planes import Plane
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

_MOST = 2**14  # samples that are counted: more would take longer than a frame
_FEWEST = 20  # from fewer nothing can be told
_BURN_IN = 5  # one of so many parts of the path is left out, by itself
_BARS, _MOST_BARS = 4, 160  # to a standard deviation, and in all
_REACH, _POINTS = 4.0, 241  # standard deviations of a density that are drawn
_TURN = np.linspace(0.0, 2 * np.pi, 97)
_CIRCLE = np.column_stack([np.cos(_TURN), np.sin(_TURN)])


@dataclass(frozen=True, eq=False)
class Samples:
    """One parameter along a path, from a step on.

    Attributes
    ----------
    values : ndarray of shape (m,)
        In the order of the steps.
    begin : int
        The step of the first one.
    stride : int
        Every so many steps there is one.
    estimate : Estimate or None
        None where there are too few.
    """

    values: Array
    begin: int
    stride: int
    estimate: Estimate | None

    @property
    def steps(self) -> float:
        """The integrated autocorrelation time in steps; NaN where it is not known."""
        return np.nan if self.estimate is None else self.estimate.time * self.stride


def burn_in(run: Run) -> int:
    """Return from which step on a path counts, if nobody says.

    A fifth is left out of what was made since the settings were last changed.
    """
    changes = [step for step, _ in run.snapshot.course.changes if step <= run.step]
    last = max(changes, default=0)
    return last + (run.step - last) // _BURN_IN


def samples(run: Run, index: int, begin: int | None = None) -> Samples:
    """Return the samples of one parameter up to the step shown.

    Parameters
    ----------
    run : Run
    index : int
        Which parameter.
    begin : int or None
        The first step that counts; None: see `burn_in`.
    """
    key, known = ("samples", index, begin), run.worked_out
    if key not in known:
        rows, first, stride = _kept(run, begin)
        values = np.ascontiguousarray(rows[:, index])
        known[key] = Samples(values, first, stride, _told(values))
    found = known[key]
    assert isinstance(found, Samples)
    return found


def covariance(run: Run, begin: int | None = None) -> Array | None:
    """Return the covariance of all parameters along the path, (p, p).

    None where there are too few samples, or a single parameter.
    """
    key, known = ("covariance", begin), run.worked_out
    if key not in known:
        rows = _kept(run, begin)[0]
        with np.errstate(over="ignore", invalid="ignore"):
            few = len(rows) < _FEWEST or rows.shape[1] < 2
            known[key] = None if few else np.cov(rows.T)
    found = known[key]
    assert found is None or isinstance(found, np.ndarray)
    return found


def apart(found: Array, law: Normal | Settled) -> float:
    """Return by which share of a law's covariance matrix another one is off it.

    In the Frobenius norm: the root of the sum of all squared entries.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        off = np.linalg.norm(found - law.covariance)
        return float(off / np.linalg.norm(law.covariance))


def hovering(run: Run, minimum: Array) -> Estimate | None:
    """Return what the path tells of the squared distance from a minimum.

    Parameters
    ----------
    run : Run
    minimum : ndarray of shape (p,)
    """
    key, known = ("hovering", minimum.tobytes()), run.worked_out
    if key not in known:
        away = _kept(run, None)[0] - minimum
        with np.errstate(over="ignore"):  # then it is infinite
            known[key] = _told(np.add.reduce(away * away, axis=1))
    found = known[key]
    assert found is None or isinstance(found, Estimate)
    return found


def _kept(run: Run, begin: int | None) -> tuple[Array, int, int]:
    """Return θ of the steps that count (m, p), the first of them, and their stride."""
    begin = burn_in(run) if begin is None else begin
    rows, stride = run.kept()
    first = -(-begin // stride)
    wider = max(1, -(-(len(rows) - first) // _MOST))
    return rows[first::wider], first * stride, stride * wider


def _told(values: Array) -> Estimate | None:
    return estimate(values) if len(values) >= _FEWEST else None


def histogram(found: Samples) -> tuple[Array, Array]:
    """Return the edges (m + 1,) and heights (m,) of a histogram of area 1.

    Bars have a width of a power of two and stand on its multiples, so that they stay
    where they are as samples are added. Both are empty where nothing moves.
    """
    told = found.estimate
    if told is None or not told.variance > 0 or not np.isfinite(told.variance):
        return np.zeros(0), np.zeros(0)
    low, high = float(found.values.min()), float(found.values.max())
    wanted = max(np.sqrt(told.variance) / _BARS, (high - low) / _MOST_BARS)
    width = 2.0 ** np.ceil(np.log2(wanted))
    first, last = int(np.floor(low / width)), int(np.floor(high / width)) + 1
    edges = np.arange(first, last + 1) * width
    places = np.floor(found.values / width).astype(np.int64) - first
    counts = np.bincount(places, minlength=last - first)
    return edges, counts / (len(found.values) * width)


def density(law: Normal | Settled | None, index: int) -> tuple[Array, Array]:
    """Return points of one parameter's normal density; none where it stands still."""
    if law is None or not law.covariance[index, index] > 0:
        return np.zeros(0), np.zeros(0)
    spread = float(np.sqrt(law.covariance[index, index]))
    z = np.linspace(-_REACH, _REACH, _POINTS)
    heights = np.exp(-(z**2) / 2) / (spread * np.sqrt(2 * np.pi))
    return law.mean[index] + spread * z, heights


def ellipses(law: Normal | Settled | None, plane: Plane) -> Array:
    """Return the 1σ and 2σ ellipses of a law in a plane as one broken curve, (m, 2).

    They are those of its shadow on the plane; there are none where it stands still.
    """
    if law is None or not law.covariance.any():
        return np.zeros((0, 2))
    shadow = plane.along(plane.along(law.covariance).T)
    variances, axes = np.linalg.eigh(shadow)
    one = _CIRCLE * np.sqrt(np.maximum(variances, 0.0)) @ axes.T
    centre, gap = plane.project(law.mean), np.full((1, 2), np.nan)
    return np.concatenate([centre + one, gap, centre + 2 * one])

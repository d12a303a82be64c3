"""Which plane through parameter space is looked at.

To add one: a frozen `PlaneKind` with `candidates` and one line in `PLANES`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.curvature import spectrum
from gdviz.core.directions import components, orthonormal, random_pair, signed
from gdviz.core.knobs import Choice, Extent, Flag, Spec, Whole, knob

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

AUTOMATIC = "auto"
_GRIDS = ("33", "65", "129", "257")


@dataclass(frozen=True)
class PlaneKind(Spec):
    """How a plane through θ is chosen.

    Attributes
    ----------
    short : text
        What its directions are, in a few words.
    """

    short: ClassVar[str] = ""
    follow: bool = knob(
        True,
        Flag(),
        "Follow the path",
        "The plane goes through θ of the step shown, and is chosen anew as the path "
        "goes on. Without, it stays as it is at the step named.",
    )
    at: int = knob(
        0,
        Whole(0, 10**9),
        "As at step",
        "The step whose θ the plane goes through, where it does not follow the path.",
    )
    extent: tuple[float, ...] = knob(
        (),
        Extent(),
        "Extent",
        "Left, right, bottom and top of what is shown; empty: chosen by itself.",
    )
    grid: str = knob(
        AUTOMATIC,
        Choice((AUTOMATIC, *_GRIDS), ("automatic", *(f"{g} × {g}" for g in _GRIDS))),
        "Finest grid",
        "How many points of the surface are worked out; automatic: as many as can be "
        "had in good time.",
    )

    @cached_property
    def bare(self) -> PlaneKind:
        """The same plane, whatever part of it is shown and how finely."""
        return replace(self, extent=(), grid=AUTOMATIC)

    def candidates(
        self, objective: FiniteSum, theta: Array, path: Array
    ) -> list[Array]:
        """Return directions in order of preference, each of shape (p,).

        Parameters
        ----------
        objective : FiniteSum
        theta : ndarray of shape (p,)
            Where the plane is chosen.
        path : ndarray of shape (m, p)
            From the start to θ, both included, maybe not every step.
        """
        raise NotImplementedError

    def directions(self, objective: FiniteSum, theta: Array, path: Array) -> Array:
        """Return two orthonormal directions of shape (2, p)."""
        found = self.candidates(objective, theta, path)
        downhill = -_gradient(objective, theta)
        return orthonormal([*found, downhill], objective.n_parameters)

    def labels(self) -> tuple[str, str]:
        """Return what the two axes are called."""
        return (f"{self.short} 1", f"{self.short} 2")


@dataclass(frozen=True)
class TwoParameters(PlaneKind):
    """Two parameters vary, the others stay as they are at θ."""

    name: ClassVar[str] = "parameters"
    title: ClassVar[str] = "Two parameters"
    short: ClassVar[str] = "parameter"


@dataclass(frozen=True)
class PathComponents(PlaneKind):
    """The first two principal components of the path: where most of it lies."""

    name: ClassVar[str] = "path"
    title: ClassVar[str] = "Components of the path"
    short: ClassVar[str] = "component"

    def candidates(
        self, objective: FiniteSum, theta: Array, path: Array
    ) -> list[Array]:
        """Return the components, as far as the path has any."""
        return components(path)


@dataclass(frozen=True)
class RandomDirections(PlaneKind):
    """Two random directions, drawn with a seed of their own."""

    name: ClassVar[str] = "random"
    title: ClassVar[str] = "Random directions"
    short: ClassVar[str] = "random"
    filters: bool = knob(
        True,
        Flag(),
        "Filter-normalised",
        "Every unit's row of weights is made as long as the same row of θ (Li et al. "
        "2018); without, all parameters count alike.",
    )
    draw: int = knob(
        0, Whole(0, 2**31 - 1), "Draw", "Another number gives other directions."
    )

    def candidates(
        self, objective: FiniteSum, theta: Array, path: Array
    ) -> list[Array]:
        """Return the two that are drawn."""
        rng = np.random.default_rng((self.draw, 0x9A2D))
        return random_pair(objective, theta, rng, self.filters)


@dataclass(frozen=True)
class GradientAndSharpest(PlaneKind):
    """Down the full gradient, and the direction of the largest curvature."""

    name: ClassVar[str] = "sharpest"
    title: ClassVar[str] = "Gradient and sharpest direction"

    def candidates(
        self, objective: FiniteSum, theta: Array, path: Array
    ) -> list[Array]:
        """Return minus the gradient and the Hessian's first eigenvector."""
        return [-_gradient(objective, theta), _sharpest(objective, theta)]

    def labels(self) -> tuple[str, str]:
        """Return what the two axes are called."""
        return ("downhill", "sharpest")


_SECOND = {
    "gradient": "down the gradient",
    "sharpest": "sharpest direction",
    "random": "random direction",
}


_LABELS = {"gradient": "downhill", "sharpest": "sharpest", "random": "random"}


@dataclass(frozen=True)
class StartToNow(PlaneKind):
    """The line from the start to θ, and one more direction."""

    name: ClassVar[str] = "line"
    title: ClassVar[str] = "From the start to now"
    second: str = knob(
        "gradient",
        Choice(tuple(_SECOND), tuple(_SECOND.values())),
        "And",
        "The other direction; of it, what is perpendicular to the line.",
    )

    def candidates(
        self, objective: FiniteSum, theta: Array, path: Array
    ) -> list[Array]:
        """Return the way from the start, and the other direction."""
        if self.second == "sharpest":
            other = _sharpest(objective, theta)
        elif self.second == "random":
            other = np.random.default_rng(0x9A2D).standard_normal(len(theta))
        else:
            other = -_gradient(objective, theta)
        return [theta - path[0], other]

    def labels(self) -> tuple[str, str]:
        """Return what the two axes are called."""
        return ("start → now", _LABELS[self.second])


PLANES: dict[str, type[PlaneKind]] = {
    kind.name: kind
    for kind in (
        TwoParameters,
        PathComponents,
        RandomDirections,
        GradientAndSharpest,
        StartToNow,
    )
}


def _gradient(objective: FiniteSum, theta: Array) -> Array:
    return objective.survey(theta, np.zeros((0, len(theta)))).gradient


def _sharpest(objective: FiniteSum, theta: Array) -> Array:
    found = spectrum(objective.hessian(theta), len(theta), tolerance=1e-4)
    return np.zeros_like(theta) if found is None else signed(found.vectors[0])

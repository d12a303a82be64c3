"""Planes through parameter space and what part of it to show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane θ = origin + u·directions[0] + v·directions[1].

    Attributes
    ----------
    origin : ndarray of shape (p,)
        The point of the plane whose coordinates are 0.
    directions : ndarray of shape (2, p)
        Orthonormal, so that lengths and angles in the plane are those in parameter
        space; the second is 0 where there is but one parameter.
    labels : pair of texts
    zero : ndarray of shape (2,) or None
        What the directions say of the origin; None: work it out. Planes that move
        along with θ share it, so that coordinates stay comparable bit for bit.
    """

    origin: Array
    directions: Array
    labels: tuple[str, str]
    zero: Array | None = None

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What tells whether two planes give a point the same coordinates."""
        return (self.labels, *self._zero.tolist(), _digest(self.directions))

    def project(self, theta: Array) -> Array:
        """Return the plane coordinates (..., 2) of parameter vectors (..., p).

        Of a point off the plane they are those of the nearest point in it.
        """
        return theta @ self.directions.T - self._zero

    def along(self, vectors: Array) -> Array:
        """Return the components (..., 2) of vectors (..., p) along the plane."""
        return vectors @ self.directions.T

    def lift(self, points: Array) -> Array:
        """Return the parameter vectors (..., p) of plane points (..., 2)."""
        return self.origin + points @ self.directions

    def through(self, theta: Array) -> Plane:
        """Return the parallel plane through θ, with the same coordinates."""
        origin = theta - self.project(theta) @ self.directions
        return replace(self, origin=origin, zero=self._zero)

    def off(self, theta: Array) -> Array:
        """Return the part (..., p) of θ that lies off the plane: the way to it."""
        away = theta - self.origin
        return away - self.along(away) @ self.directions

    @cached_property
    def _zero(self) -> Array:
        return self.along(self.origin) if self.zero is None else self.zero


@dataclass(frozen=True)
class Region:
    """A rectangle of the plane."""

    left: float
    right: float
    bottom: float
    top: float

    def around(self, points: Array, margin: float = 0.0) -> Region:
        """Return the region, made larger where it must be to show these points (m, 2).

        It grows to a square: points that are not finite do not count.

        Parameters
        ----------
        points : ndarray of shape (m, 2)
        margin : float
            Room to leave around the points, as a share of the region.
        """
        points = points[np.isfinite(points).all(axis=1)]
        low, high = np.array([self.left, self.bottom]), np.array([self.right, self.top])
        room = margin * (high - low)
        if (points >= low + room).all() and (points <= high - room).all():
            return self
        low = np.minimum(low, points.min(axis=0))
        high = np.maximum(high, points.max(axis=0))
        centre, half = (low + high) / 2, (0.5 + margin) * float((high - low).max())
        return Region(
            float(centre[0] - half),
            float(centre[0] + half),
            float(centre[1] - half),
            float(centre[1] + half),
        )


def parameter_plane(
    theta: Array, pair: tuple[int, int], names: tuple[str, ...]
) -> Plane:
    """Return the plane of two parameters through `theta`.

    Its coordinates are the two parameters themselves; the others stay as in θ. With
    but one parameter the second direction is 0.
    """
    first, second = pair
    origin = theta.copy()
    origin[list(pair)] = 0.0
    label = names[second] if second != first else ""
    return Plane(origin, _axes(len(theta), first, second), (names[first], label))


@lru_cache(maxsize=8)
def _axes(p: int, first: int, second: int) -> Array:
    directions = np.zeros((2, p))
    directions[0, first] = 1.0
    if second != first:
        directions[1, second] = 1.0
    directions.setflags(write=False)
    return directions


def telling_pair(gradients: Array) -> tuple[int, int]:
    """Return the two parameters along which these gradients differ most.

    The first has the largest mean square; the second the largest one left when what
    the first already tells is taken away, so that the two are not mirror images.

    Parameters
    ----------
    gradients : ndarray of shape (b, p)
    """
    squares = np.einsum("bp,bp->p", gradients, gradients)
    first = int(squares.argmax())
    along = gradients.T @ gradients[:, first]
    told = np.divide(along**2, squares[first]) if squares[first] > 0 else 0.0
    left = np.array(squares - told)
    left[first] = -1.0
    second = int(left.argmax()) if len(left) > 1 else first
    return min(first, second), max(first, second)


def frame(objective: FiniteSum, plane: Plane, theta: Array) -> Region:
    """Return a square region that shows `theta` and, where it can be told, its goal.

    The goal is the minimum of the quadratic model in the plane: one Newton step from
    θ with the 2×2 Hessian by central differences of the full gradient.
    """
    here = plane.project(theta)
    goal = here + _newton_step(objective, plane, theta)
    distance = float(np.hypot(*(goal - here)))
    least = max(1.0, 1e-3 * float(np.abs(here).max()))  # far out 1 is no distance
    if not np.isfinite(distance):
        goal, distance = here, least
    elif distance < 1e-9 * least:
        distance = least
    centre, half = goal + 0.3 * (here - goal), 0.95 * distance
    return Region(
        float(centre[0] - half),
        float(centre[0] + half),
        float(centre[1] - half),
        float(centre[1] + half),
    )


def _newton_step(objective: FiniteSum, plane: Plane, theta: Array) -> Array:
    def slope(at: Array) -> Array:
        return plane.along(objective.survey(at, plane.directions[:0]).gradient)

    step = np.finfo(float).eps ** (1 / 3) * max(1.0, float(np.abs(theta).max()))
    hessian = np.array(
        [(slope(theta + step * d) - slope(theta - step * d)) / (2 * step)
         for d in plane.directions]
    )  # fmt: skip
    if not plane.directions[1].any():
        hessian[1, 1] = 1.0
    eigenvalues, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    longest = 1.5 * max(1.0, float(np.abs(plane.project(theta)).max()))
    if not eigenvalues[0] > 0:
        return -longest * _unit(slope(theta))
    here = slope(theta)
    newton = -(vectors / eigenvalues) @ vectors.T @ here
    there = slope(theta + newton @ plane.directions)  # 0 if the loss is quadratic
    sure = np.hypot(*newton) < 3 * longest or np.hypot(*there) < 1e-6 * np.hypot(*here)
    return newton if sure else longest * _unit(newton)


def _unit(vector: Array) -> Array:
    length = float(np.hypot(*vector))
    return vector / length if length > 0 else vector


def _digest(numbers: Array) -> bytes:
    """Return what tells arrays apart, in whichever process they were made."""
    return hashlib.blake2b(numbers.tobytes(), digest_size=8).digest()

"""The mean loss of a network over a plane, many points at once, buffers kept.

Layers below the first one that varies in the plane are worked out once. That one is
linear in the coordinates: its values are Z₀ + u·Z₁ + v·Z₂, one product with three
columns, or on a grid a sum of two sides. The rest is one stacked product a layer.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.heads import head_for
from gdviz.core.lanes import LANES, in_lanes, side_by_side
from gdviz.core.separable import fermi, in_fermi, sides
from gdviz.core.sheet import Sheet, product

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.objective import Objective
    from gdviz.core.planes import Plane
    from gdviz.core.separable import Sides
    from gdviz.core.sheet import Work

    Array = NDArray[np.float64]
    Numbers = NDArray[Any]
    First = Callable[[Array, Numbers], None]

_CHUNK = {4: 2**19, 8: 2**17}  # numbers of a chunk, by their bytes: a millisecond
_PRODUCTS = 64  # products that take as long as one activation
_PREPARED = 2**23  # products in working out what a part of the examples begins with
_BESIDE = 2**13  # numbers of a side at one place: those of all places fit in a cache


class NetworkSheet(Sheet):
    """The mean loss of a network over a plane.

    Parameters
    ----------
    objective : Objective
    plane : Plane
    centre : ndarray of shape (2,)
        A point amid those asked for: coordinates are counted from it.
    single : bool
        Whether to compute in single precision.
    """

    def __init__(
        self, objective: Objective, plane: Plane, centre: Array, single: bool = False
    ) -> None:
        self.objective, self.centre = objective, centre
        self._type = np.dtype(np.float32 if single else np.float64)
        self.head = head_for(objective.loss_kind, objective.network.widths[-1])
        vectors = np.stack([plane.lift(centre), *plane.directions])
        layers: list[Numbers] = objective.network.layers(vectors)
        layers[-1] = self.head.fold(layers[-1])
        varies = [bool(layer[1:].any()) for layer in layers]
        first = varies.index(True) if any(varies) else len(layers) - 1
        self._still = [layer[0] for layer in layers[:first]]
        self._units = [layer.shape[1] for layer in layers[first:]]
        activation = objective.network.activation
        self._fermi = activation.fermi is not None and len(self._units) > 1
        if self._fermi:
            layers[first:] = in_fermi(layers[first:], activation)
        self._first, self._later = layers[first], layers[first + 1 :]
        self._set_sizes()
        self._rows, self._targets = slice(0, 0), np.empty((0, 0))
        bent = not (self.linear or activation.smooth)
        self.smooth = objective.loss_kind.smooth and not bent

    @property
    def linear(self) -> bool:
        """Whether the outputs are linear in the coordinates."""
        return not self._later

    def _set_sizes(self) -> None:
        """Divide the examples into parts and the points into chunks, by their work."""
        n, chunk = self.objective.n_examples, _CHUNK[self._type.itemsize]
        chunk //= 4 if self.linear else 1  # what the head makes stays in the cache
        prepared = sum(layer.size for layer in [*self._still, self._first])
        weights = sum(layer[0].size for layer in self._later)
        numbers = self.head.work + sum(self._units) + weights / _PRODUCTS
        self.work = int(n * numbers) + weights
        beside = _BESIDE * (2 if self.linear else 1)
        most = min(_PREPARED // prepared, beside // self._units[0])
        parts = -(-n // max(64, most))
        bounds = np.linspace(0, n, parts + 1).astype(int).tolist()
        self.parts = [slice(*ends) for ends in pairwise(bounds)]
        self._many = max(1, int(chunk / (-(-n // parts) * numbers + weights)))

    def losses(self, points: Array) -> Work:
        """Work out the mean loss at each point, yielding after each slice of work.

        Chunks depend on the points and the network alone, so that the losses do not
        depend on the number of processors.
        """
        total = np.zeros(len(points))
        for rows in self.parts:
            self._prepare(rows)
            yield
            for chunk in in_lanes(_chunks(len(points), self._many)):
                self._add_all(
                    [(total[some], points[some], self._straight) for some in chunk]
                )
                yield
        return total / self.objective.n_examples

    def grid(self, across: Array, up: Array) -> Work:
        """Work out the mean loss over a grid, of shape (rows, columns)."""
        if self.linear:  # nearly all of the work is in the head
            return (yield from super().grid(across, up))
        total = np.zeros((len(up), len(across)))
        u, v = across - self.centre[0], up - self.centre[1]
        wide = min(self._many, len(u))
        high = max(1, self._many // wide)
        blocks = [(r, c) for r in _chunks(len(v), high) for c in _chunks(len(u), wide)]
        for rows in self.parts:
            self._prepare(rows)
            yield
            both = yield from sides(self._begin, u, v, self._type, self._fermi)
            for some in in_lanes(blocks):
                self._add_all(
                    [
                        (
                            total[r, c],
                            product(across[c], up[r]),
                            partial(self._meet, both, r, c),
                        )
                        for r, c in some
                    ]
                )
                yield
        return total / self.objective.n_examples

    def _prepare(self, rows: slice) -> None:
        """Take up these examples: what they begin with, and their targets."""
        if rows != self._rows:
            self._begin = self.begin(rows)
            self._flat = self._begin.reshape(3, -1).astype(self._type)
            self._targets = self.targets(rows).astype(self._type)
            count = rows.stop - rows.start
            self._lanes = [self._buffers(count) for _ in range(LANES)]
            self._rows = rows

    def begin(self, rows: slice) -> Array:
        """Return Z₀, Z₁ and Z₂ of these examples, of shape (3, units, b)."""
        network, a = self.objective.network, self.objective.inputs[:, rows]
        for layer in self._still:
            above = np.ones((len(layer) + network.bias, a.shape[1]))
            units = above[: len(layer)]
            np.matmul(layer, a, units)
            network.activation.f(units, units)
            a = above
        return self._first @ a

    def targets(self, rows: slice) -> Array:
        """Return the targets of these examples as the head wants them."""
        return self.head.targets(self.objective.targets[:, rows])

    def _buffers(self, b: int) -> list[Numbers]:
        """Return room for each layer that varies, with a row of ones for the biases."""
        bias = self._fermi or self.objective.network.bias
        ones = [bias] * len(self._later) + [False]
        return [
            np.ones((self._many, units + one, b), self._type)
            for units, one in zip(self._units, ones, strict=True)
        ]

    def _add_all(self, jobs: list[tuple[Array, Array, First]]) -> None:
        """Do jobs of `_add`, a thread and room for each of them."""
        work = zip(jobs, self._lanes, strict=False)
        side_by_side([partial(self._add, *job, room) for job, room in work])

    def _add(
        self, total: Array, points: Array, first: First, room: list[Numbers]
    ) -> None:
        """Add the sum of the examples' losses at each of g points."""
        at = np.ones((len(points), 3))
        at[:, 1:] = points - self.centre
        with np.errstate(all="ignore"):  # what overflows is shown
            a = room[0][: len(at)]
            first(at, a)
            sums = self.head.sums(self._outputs(at, a, room), self._targets)
        total += sums.reshape(total.shape)

    def _straight(self, at: Array, a: Numbers) -> None:
        """Write the units of the first layer that varies into `a`, point by point."""
        z = a.reshape(len(a), -1)[:, : self._flat.shape[1]]
        np.matmul(at.astype(self._type), self._flat, z)
        self._bend(a[:, : self._units[0]])

    def _meet(
        self, both: Sides, rows: slice, columns: slice, at: Array, a: Numbers
    ) -> None:
        """Write the units of the first layer that varies into `a`, from two sides."""
        units = a[:, : self._units[0]]
        both.meet(rows, columns, units)
        if not both.exponential:
            self._bend(units)

    def _bend(self, z: Numbers) -> None:
        """Put what the next layer wants in the place of z."""
        if self._fermi:
            fermi(z)
        elif self._later:
            self.objective.network.activation.f(z, z)

    def _outputs(self, at: Array, a: Numbers, room: list[Numbers]) -> Numbers:
        """Return the outputs (g, k, b) at g points, from the first units that vary."""
        for i, (layer, units) in enumerate(
            zip(self._later, self._units[1:], strict=True), 1
        ):
            above = room[i][: len(at)]
            np.matmul(self._weights(layer, at), a, above[:, :units])
            if i < len(self._later):
                self._bend(above[:, :units])
            a = above
        return a

    def _weights(self, layer: Array, at: Array) -> Numbers:
        """Return a layer's matrix at g points."""
        weights = at[:, 1, None, None] * layer[1]
        weights += at[:, 2, None, None] * layer[2]
        weights += layer[0]
        return weights.astype(self._type, copy=False)


def _chunks(length: int, size: int) -> list[slice]:
    return [slice(i, min(i + size, length)) for i in range(0, length, size)]

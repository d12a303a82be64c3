"""The mean loss of a network over a plane, many points at once, buffers kept.

Layers below the first one that varies in the plane are worked out once. That one is
linear in the coordinates: its values are Z₀ + u·Z₁ + v·Z₂, one product with three
columns. The rest is one stacked product a layer.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.heads import head_for
from gdviz.core.lanes import LANES, side_by_side
from gdviz.core.sheet import Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.objective import Objective
    from gdviz.core.planes import Plane
    from gdviz.core.sheet import Work

    Array = NDArray[np.float64]
    Numbers = NDArray[Any]

_CHUNK = {4: 2**18, 8: 2**15}  # numbers of a chunk, by their bytes: a millisecond
_PRODUCTS = 64  # products that take as long as one activation
_PREPARED = 2**23  # products in working out what a part of the examples begins with


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
        self._first, self._later = layers[first], layers[first + 1 :]
        self._set_sizes()
        self._rows, self._targets = slice(0, 0), np.empty((0, 0))
        bent = not (self.linear or objective.network.activation.smooth)
        self.smooth = objective.loss_kind.smooth and not bent

    @property
    def linear(self) -> bool:
        """Whether the outputs are linear in the coordinates."""
        return not self._later

    def _set_sizes(self) -> None:
        """Divide the examples into parts and the points into chunks, by their work."""
        n, chunk = self.objective.n_examples, _CHUNK[self._type.itemsize]
        prepared = sum(layer.size for layer in [*self._still, self._first])
        weights = sum(layer[0].size for layer in self._later)
        self._units = [layer.shape[1] for layer in [self._first, *self._later]]
        numbers = self.head.work + sum(self._units) + weights / _PRODUCTS
        self.work = int(n * numbers) + weights
        most = max(64, min(_PREPARED // prepared, int(chunk / numbers)))
        parts = -(-n // most)
        bounds = np.linspace(0, n, parts + 1).astype(int).tolist()
        self.parts = [slice(*ends) for ends in pairwise(bounds)]
        self._many = max(1, int(chunk / (-(-n // parts) * numbers + weights)))

    def losses(self, points: Array) -> Work:
        """Work out the mean loss at each point, yielding after each slice of work.

        Chunks depend on the points and the network alone, so that the losses do not
        depend on the number of processors.
        """
        coordinates = np.ones((len(points), 3), self._type)
        coordinates[:, 1:] = points - self.centre
        total = np.zeros(len(points))
        for rows in self.parts:
            self._prepare(rows)
            yield
            for start in range(0, len(points), LANES * self._many):
                self._add_from(start, coordinates, total)
                yield
        return total / self.objective.n_examples

    def _prepare(self, rows: slice) -> None:
        """Take up these examples: what they begin with, and their targets."""
        if rows != self._rows:
            self._begin = self.begin(rows).reshape(3, -1).astype(self._type)
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
        ones = [self.objective.network.bias] * len(self._later) + [False]
        return [
            np.ones((self._many, units + one, b), self._type)
            for units, one in zip(self._units, ones, strict=True)
        ]

    def _add_from(self, start: int, coordinates: Numbers, total: Array) -> None:
        """Add to the next chunks from a point on, a thread for each of them."""
        starts = range(start, len(total), self._many)[:LANES]
        chunks = [slice(at, at + self._many) for at in starts]
        jobs = zip(chunks, self._lanes, strict=False)
        side_by_side([partial(self._add, coordinates, total, *job) for job in jobs])

    def _add(
        self, coordinates: Numbers, total: Array, chunk: slice, room: list[Numbers]
    ) -> None:
        """Add the sum of the examples' losses at each point of a chunk."""
        with np.errstate(all="ignore"):  # what overflows is shown
            z = self._outputs(coordinates[chunk], room)
            total[chunk] += self.head.sums(z, self._targets)

    def _outputs(self, at: Numbers, room: list[Numbers]) -> Numbers:
        """Return the outputs (g, k, b) at g points."""
        f, g = self.objective.network.activation.f, len(at)
        a = room[0][:g]
        np.matmul(at, self._begin, a.reshape(g, -1)[:, : self._begin.shape[1]])
        for layer, below, space in zip(
            self._later, self._units, room[1:], strict=False
        ):
            f(a[:, :below], a[:, :below])
            above = space[:g]
            np.matmul(self._weights(layer, at), a, above[:, : layer.shape[1]])
            a = above
        return a

    def _weights(self, layer: Numbers, at: Numbers) -> Numbers:
        """Return a layer's matrix at g points."""
        flat = at.astype(np.float64) @ layer.reshape(3, -1)
        return flat.astype(self._type).reshape(len(at), *layer.shape[1:])

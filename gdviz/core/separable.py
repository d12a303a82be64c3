"""Grids over a plane: what is linear in the coordinates is a sum a(u) + b(v).

So is the first layer that varies. With the Fermi function 1 / (1 + eˣ) the exponential
of the sum is a product: a column's e⁻ᵃ and a row's eᵇ are worked out once each, and
1 / (1 + eᵃ⁺ᵇ) = e⁻ᵃ / (e⁻ᵃ + eᵇ) takes a sum and a quotient at each point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from gdviz.core.activations import Activation

    Array = NDArray[np.float64]
    Numbers = NDArray[Any]

_LARGE = {4: 80.0, 8: 700.0}  # exp of ± so much is a normal number, by its bytes
_PLACES = 8  # whose exponentials take a millisecond


def in_fermi(layers: Sequence[Array], activation: Activation) -> list[Array]:
    """Return layers that do with 1 / (1 + eˣ) what they did with the activation.

    Parameters
    ----------
    layers : sequence of ndarray of shape (3, units, inputs)
        The inputs of all but the first are units; then comes a bias if there is one.
    activation : Activation
        With `fermi` numbers (c, s, r).

    Returns
    -------
    list of ndarray of shape (3, units, inputs)
        All but the first have a bias.
    """
    assert activation.fermi is not None
    base, height, rate = activation.fermi
    found = [layers[0]]
    for below, layer in pairwise(layers):
        units, bias = np.split(layer, [below.shape[1]], axis=2)
        shift = base * np.add.reduce(units, axis=2, keepdims=True)
        shift += np.add.reduce(bias, axis=2, keepdims=True)
        found.append(np.concatenate([height * units, shift], axis=2))
    return [rate * layer for layer in found[:-1]] + found[-1:]


def fermi(x: Numbers) -> None:
    """Put 1 / (1 + eˣ) in the place of x."""
    np.exp(x, x)
    np.add(x, 1.0, x)
    np.divide(1.0, x, x)


@dataclass(frozen=True)
class Sides:
    """What columns and rows bring to each point.

    Attributes
    ----------
    across : ndarray of shape (columns, units, b)
    up : ndarray of shape (rows, units, b)
    exponential : bool
        Whether they are e⁻ᵃ and eᵇ, else a and b.
    """

    across: Numbers
    up: Numbers
    exponential: bool

    def meet(self, rows: slice, columns: slice, out: Numbers) -> None:
        """Write a + b, or 1 / (1 + eᵃ⁺ᵇ), into `out` (g, units, b), row by row."""
        across, up = self.across[columns], self.up[rows, None]
        at = out.reshape(len(up), len(across), *out.shape[1:])
        np.add(across, up, at)
        if self.exponential:
            np.divide(across, at, at)


def sides(
    begin: Array, across: Array, up: Array, kind: np.dtype[Any], exponential: bool
) -> Generator[None, None, Sides]:
    """Work out the sides of a grid, yielding after each slice of work.

    Parameters
    ----------
    begin : ndarray of shape (3, units, b)
        What is the same everywhere, and what belongs to each coordinate.
    across, up : ndarray of shape (columns,) and (rows,)
        Coordinates.
    kind : dtype
        Of the sides; exponents are in double precision.
    exponential : bool
        Whether exponentials are wanted; where they overflow, they are not had.
    """
    half = begin[0] / 2
    ends = [half + u * begin[1] for u in _ends(across)]
    ends += [half + v * begin[2] for v in _ends(up)]
    fits = all(np.abs(end).max() <= _LARGE[kind.itemsize] for end in ends)
    exponential = exponential and fits
    signs = (-1.0, 1.0) if exponential else (1.0, 1.0)
    found = []
    for sign, places, change in zip(signs, (across, up), begin[1:], strict=True):
        side = np.empty((len(places), *half.shape), kind)
        for start in range(0, len(places), _PLACES):
            some = slice(start, start + _PLACES)
            exponents = half + places[some, None, None] * change
            exponents *= sign
            side[some] = np.exp(exponents, exponents) if exponential else exponents
            yield
        found.append(side)
    return Sides(found[0], found[1], exponential)


def _ends(places: Array) -> tuple[float, float]:
    return float(places.min()), float(places.max())

"""A finite sum: what every loss here is, L(θ) = (1/n) Σ ℓᵢ(θ), one term an example.

Plural means per example (`losses`, `gradients`), singular means the mean
(`loss`, `gradient`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.examples import Examples
    from gdviz.core.formulas.minima import Minimum
    from gdviz.core.planes import Plane, Region

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Survey:
    """What all n examples say at one θ.

    Attributes
    ----------
    loss : float
        Mean loss.
    gradient : ndarray of shape (p,)
        The full gradient ∇L(θ).
    covariance : ndarray of shape (q, q)
        Covariance (divisor n) of the examples' gradients along q directions.
    """

    loss: float
    gradient: Array
    covariance: Array


class FiniteSum:
    """The mean of the examples' losses as a function of θ, with its gradients.

    Attributes
    ----------
    examples : Examples
    names : tuple of p texts
        The name of every entry of θ.
    """

    examples: Examples
    names: tuple[str, ...]

    @property
    def n_examples(self) -> int:
        """Number n of examples in the sum."""
        return len(self.examples)

    @property
    def n_parameters(self) -> int:
        """Length p of the parameter vector."""
        return len(self.names)

    @property
    def n_hidden(self) -> int:
        """Numbers computed per example for one loss."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what is summed, in a few words."""
        raise NotImplementedError

    def start(self, seed: int) -> Array:
        """Return the usual starting parameters of shape (p,)."""
        raise NotImplementedError

    def fault(self) -> str:
        """Return why it could not be worked out since this was asked last, if so."""
        return ""

    def on(self, examples: Examples) -> FiniteSum:
        """Return the same sum over other examples."""
        raise NotImplementedError

    def only(self, rows: Rows) -> FiniteSum:
        """Return the same sum over these examples alone."""
        return self.on(self.examples.take(rows))

    def losses(self, theta: Array, rows: Rows) -> Array:
        """Return the loss of each of these examples, of shape (b,)."""
        raise NotImplementedError

    def gradients(self, theta: Array, rows: Rows) -> Array:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        raise NotImplementedError

    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient over these examples.

        Parameters
        ----------
        theta : ndarray of shape (p,)
        rows : ndarray of shape (b,)
            Indices of the examples, in any order.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (p,)
            ĝ = (1/b) Σ gᵢ.
        """
        raise NotImplementedError

    def loss_at(self, thetas: Array) -> Array:
        """Return the mean loss over all examples at each of g parameter vectors.

        Parameters
        ----------
        thetas : ndarray of shape (g, p)

        Returns
        -------
        ndarray of shape (g,)
        """
        raise NotImplementedError

    def sheet(self, plane: Plane, centre: Array, single: bool = False) -> Sheet:
        """Return the mean loss as a function of a plane's coordinates.

        Parameters
        ----------
        plane : Plane
        centre : ndarray of shape (2,)
            A point amid those that will be asked for.
        single : bool
            Whether single precision is good enough.
        """
        return Sheet(self, plane)

    def survey(self, theta: Array, directions: Array) -> Survey:
        """Return the mean loss, the full gradient and a covariance.

        Parameters
        ----------
        theta : ndarray of shape (p,)
        directions : ndarray of shape (q, p)
            The covariance of the gradients is taken along these.
        """
        raise NotImplementedError

    def loss(self, theta: Array) -> float:
        """Return the mean loss over all examples."""
        return float(self.loss_at(theta[None, :])[0])

    @property
    def window(self) -> Region | None:
        """What part of the parameters' own plane shows it best, if that is known."""
        return None

    def minima(self, region: Region) -> tuple[Minimum, ...]:
        """Return the minima of the mean loss that are known, or found in a region."""
        del region
        return ()

    def filters(self, theta: Array) -> list[Array]:
        """Return θ as matrices, views into it, whose rows belong together.

        Of a network a row is what one unit weighs its inputs with; otherwise there is
        but one row.
        """
        return [theta[None, :]]

    def hessian(self, theta: Array) -> Callable[[Array], Array]:
        """Return what multiplies the Hessian of the mean loss with a vector.

        By itself central differences of the full gradient, with step eps^(1/3);
        exact wherever a sum knows better.

        Parameters
        ----------
        theta : ndarray of shape (p,)

        Returns
        -------
        function
            From a vector of shape (p,) to ∇²L(θ)·vector of shape (p,).
        """
        none = np.zeros((0, len(theta)))
        size = np.finfo(float).eps ** (1 / 3) * max(1.0, float(np.abs(theta).max()))

        def times(vector: Array) -> Array:
            length = float(np.linalg.norm(vector))
            if not length > 0:
                return np.zeros_like(vector)
            step = vector * (size / length)
            ahead = self.survey(theta + step, none).gradient
            behind = self.survey(theta - step, none).gradient
            return (ahead - behind) * (length / (2 * size))

        return times

"""What a data set is: where the examples come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Spec, Whole

if TYPE_CHECKING:
    from numpy.random import Generator

    from gdviz.core.examples import Examples

COUNT = Whole(1, 1_000_000, log=True)
COUNT_TIP = "How many examples are drawn."
NOISE_TIP = "Standard deviation of the noise."


class Dataset(Spec):
    """Where the examples come from.

    Attributes
    ----------
    group : text
        The heading it is listed under.
    rate : float or None
        A learning rate to begin with, where the usual one does not suit.
    """

    group: ClassVar[str] = "Data"
    rate: ClassVar[float | None] = None
    standardise: bool = False

    def examples(self, seed: int) -> Examples:
        """Return all examples; the same seed gives the same ones."""
        raise NotImplementedError

    def kept(self) -> Dataset:
        """Return the same data, no file needed any more.

        Raises
        ------
        Refused
            There is a file, and it cannot be read.
        """
        return self

    def alike(self, other: Dataset) -> bool:
        """Tell whether others are the same data, as far as is known."""
        return self == other

    def stamp(self) -> object:
        """Return what tells that the examples may have changed; None if they cannot."""
        return None


class Drawn(Dataset):
    """Data drawn from a distribution, so that fresh examples can always be had."""

    n_examples: int

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return `n` independent examples of the distribution."""
        raise NotImplementedError

    def examples(self, seed: int) -> Examples:
        """Return `n_examples` examples drawn with this seed."""
        return self.draw(self.n_examples, np.random.default_rng((seed, 0xDA7A)))

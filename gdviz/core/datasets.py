"""Data sets: generators, shipped files and the user's own table, one registry.

To add one: a frozen `Spec` with `examples(seed)` and one line in `DATASETS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import Examples
from gdviz.core.knobs import Choice, Flag, Knob, Real, Spec, Text, Whole, knob
from gdviz.core.refused import Refused
from gdviz.core.tables import MOST_EMBEDDED, read_table, read_text
from gdviz.paths import resource

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

_COUNT = Whole(1, 1_000_000, log=True)
_COUNT_TIP = "How many examples are drawn."
_NOISE_TIP = "Standard deviation of the noise."
_TEXT_TIP = "The table itself, where the scene holds it: then there is no file."


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


@dataclass(frozen=True)
class LineWithNoise(Drawn):
    """A straight line with noise: y = slope · x + intercept + noise."""

    name: ClassVar[str] = "line"
    title: ClassVar[str] = "Line with noise"
    n_examples: int = knob(40, _COUNT, "Examples", _COUNT_TIP)
    noise: float = knob(0.5, Real(0.0, 10.0), "Noise", _NOISE_TIP)
    slope: float = knob(1.4, Real(-10, 10), "Slope", "Slope of the true line.")
    intercept: float = knob(
        0.4, Real(-10, 10), "Intercept", "Height of the true line at x = 0."
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return inputs from N(0, 1.2²) with their noisy heights."""
        x = 1.2 * rng.standard_normal(n)
        y = self.slope * x + self.intercept + self.noise * rng.standard_normal(n)
        return Examples(x[:, None], y, ("x",))


@dataclass(frozen=True)
class ScatteredNumbers(Drawn):
    """Numbers scattered around a mean: a weight alone is to find it, its input is 1."""

    name: ClassVar[str] = "numbers"
    title: ClassVar[str] = "Numbers around a mean"
    n_examples: int = knob(100, _COUNT, "Examples", _COUNT_TIP)
    mean: float = knob(
        0.5, Real(-10, 10), "Mean", "Mean of the distribution they are drawn from."
    )
    noise: float = knob(1.0, Real(0.0, 10.0), "Noise", _NOISE_TIP)

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return numbers from N(mean, noise²), each with the input 1."""
        y = self.mean + self.noise * rng.standard_normal(n)
        return Examples(np.ones((n, 1)), y, ("x",))


def _two_classes(points: NDArray[np.float64], labels: NDArray[np.int64]) -> Examples:
    return Examples(points, labels, ("x₁", "x₂"), "class", ("A", "B"))


@dataclass(frozen=True)
class TwoGaussians(Drawn):
    """Two round clouds of points, one for each class."""

    name: ClassVar[str] = "gaussians"
    title: ClassVar[str] = "Two Gaussians"
    n_examples: int = knob(200, _COUNT, "Examples", _COUNT_TIP)
    distance: float = knob(
        3.0, Real(0, 20), "Distance", "Between the centres, in deviations."
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points around ∓distance/2 along the diagonal."""
        labels = rng.integers(2, size=n)
        shift = (labels - 0.5) * self.distance / np.sqrt(2)
        return _two_classes(rng.standard_normal((n, 2)) + shift[:, None], labels)


@dataclass(frozen=True)
class Moons(Drawn):
    """Two half circles that reach into one another."""

    name: ClassVar[str] = "moons"
    title: ClassVar[str] = "Moons"
    n_examples: int = knob(200, _COUNT, "Examples", _COUNT_TIP)
    noise: float = knob(0.15, Real(0, 2), "Noise", _NOISE_TIP)

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of the upper moon (A) and of the lower one (B)."""
        labels, angle = rng.integers(2, size=n), np.pi * rng.random(n)
        side = 1 - 2 * labels
        x = side * np.cos(angle) + labels - 0.5
        y = side * np.sin(angle) + 0.5 * labels - 0.25
        points = np.column_stack([x, y])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)


@dataclass(frozen=True)
class Circles(Drawn):
    """A ring around a smaller ring."""

    name: ClassVar[str] = "circles"
    title: ClassVar[str] = "Circles"
    n_examples: int = knob(200, _COUNT, "Examples", _COUNT_TIP)
    noise: float = knob(0.1, Real(0, 2), "Noise", _NOISE_TIP)
    ratio: float = knob(
        0.5,
        Real(0.05, 0.95),
        "Inner radius",
        "Radius of the inner ring; the outer has 1.",
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of the outer ring (A) and of the inner one (B)."""
        labels, angle = rng.integers(2, size=n), 2 * np.pi * rng.random(n)
        radius = np.where(labels == 1, self.ratio, 1.0)[:, None]
        points = radius * np.column_stack([np.cos(angle), np.sin(angle)])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)


@dataclass(frozen=True)
class Spirals(Drawn):
    """Two arms wound around each other: hard for a small network."""

    name: ClassVar[str] = "spirals"
    title: ClassVar[str] = "Spirals"
    n_examples: int = knob(200, _COUNT, "Examples", _COUNT_TIP)
    noise: float = knob(0.05, Real(0, 2), "Noise", _NOISE_TIP)
    turns: float = knob(1.25, Real(0.25, 4), "Turns", "Turns of each arm.")

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of one arm (A) and of the other, half a turn on (B)."""
        labels, along = rng.integers(2, size=n), np.sqrt(rng.random(n))
        angle = 2 * np.pi * self.turns * along + np.pi * labels
        points = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)


@dataclass(frozen=True)
class TwoPoints(Dataset):
    """The smallest puzzle: x = 1 twice, with targets 2 and 4."""

    name: ClassVar[str] = "two-points"
    title: ClassVar[str] = "Two points"

    def examples(self, seed: int) -> Examples:
        """Return the two points, whatever the seed."""
        return Examples(np.array([[1.0], [1.0]]), np.array([2.0, 4.0]), ("x",))


@dataclass(frozen=True)
class Iris(Dataset):
    """Fisher's irises: four lengths of 150 flowers of three species (1936)."""

    name: ClassVar[str] = "iris"
    title: ClassVar[str] = "Iris"
    standardise: bool = knob(
        True, Flag(), "Standardise", "Mean 0 and deviation 1 for every input column."
    )

    def examples(self, seed: int) -> Examples:
        """Return the 150 flowers, sorted by species as published."""
        return read_table(str(resource("data/iris.csv")), "species")


@dataclass(frozen=True)
class Digits(Dataset):
    """Handwritten digits as 8×8 pictures: 1,797 of them (UCI, 1998)."""

    name: ClassVar[str] = "digits"
    title: ClassVar[str] = "Digits, 8×8"

    def examples(self, seed: int) -> Examples:
        """Return the pictures with pixels in [0, 1] and their digits."""
        table = read_table(str(resource("data/digits.csv")), "digit", "classes")
        return Examples(
            table.inputs / 16, table.targets, table.input_names, "digit", table.classes
        )


@dataclass(frozen=True)
class OwnTable(Dataset):
    """Your own CSV file: a header, numbers, and one target column.

    With a text it needs no file: the text is the whole table.
    """

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "Own data (CSV)"
    path: str = knob("", Text(), "File", "The CSV file, with a header line.")
    target: str = knob("", Text(), "Target", "The column to predict.")
    task: str = knob(
        "auto",
        Choice(("auto", "numbers", "classes"), ("Automatic", "Numbers", "Classes")),
        "Predict",
        "Numbers (regression) or classes; automatic looks at the column.",
    )
    standardise: bool = knob(
        True, Flag(), "Standardise", "Mean 0 and deviation 1 for every number column."
    )

    text: str = field(
        default="",
        repr=False,
        metadata={"knob": Knob(Text(MOST_EMBEDDED), "Table", _TEXT_TIP)},
    )

    def examples(self, seed: int) -> Examples:
        """Return the rows of the table, in its order."""
        if self.text:
            return read_text(self.text, self.path, self.target, self.task)
        if not self.path:
            raise Refused("csv.path is empty; name the CSV file to read.")
        return read_table(self.path, self.target, self.task)

    def stamp(self) -> object:
        """Return when the file was last written and how long it is."""
        if self.text:
            return None
        try:
            status = Path(self.path).stat()
        except (OSError, ValueError):
            return None  # reading it will say what is wrong
        return status.st_mtime_ns, status.st_size


DATASETS: dict[str, type[Dataset]] = {
    dataset.name: dataset
    for dataset in (
        LineWithNoise,
        ScatteredNumbers,
        TwoGaussians,
        Moons,
        Circles,
        Spirals,
        TwoPoints,
        Iris,
        Digits,
        OwnTable,
    )
}

"""Data sets: generators, shipped files and the user's own table, one registry.

To add one: a frozen `Spec` with `examples(seed)` and one line in `DATASETS`.
"""

from __future__ import annotations

from gdviz.core.datasets.base import Dataset, Drawn
from gdviz.core.datasets.byhand import ByHand
from gdviz.core.datasets.files import Digits, Iris, OwnTable
from gdviz.core.datasets.numbers import LineWithNoise, ScatteredNumbers, TwoPoints
from gdviz.core.datasets.shapes import Circles, Moons, Spirals, TwoGaussians

__all__ = [
    "DATASETS", "ByHand", "Circles", "Dataset", "Digits", "Drawn", "Iris",
    "LineWithNoise", "Moons", "OwnTable", "ScatteredNumbers", "Spirals",
    "TwoGaussians", "TwoPoints",
]  # fmt: skip

DATASETS: dict[str, type[Dataset]] = {
    dataset.name: dataset
    for dataset in (
        LineWithNoise, ScatteredNumbers,
        TwoGaussians, Moons, Circles, Spirals,
        TwoPoints, Iris, Digits, ByHand, OwnTable,
    )
}  # fmt: skip

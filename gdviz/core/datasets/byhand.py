"""Points put by hand: they lie in the scene itself, no file and no generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gdviz.core.datasets.base import Dataset
from gdviz.core.examples import Examples
from gdviz.core.knobs import Flag, Rows, Text, knob
from gdviz.core.refused import Refused

MOST_POINTS = 2_000
_FIRST = (
    (-2.0, -1.5), (-1.2, -0.4), (-0.5, -0.6), (0.4, 0.9), (1.1, 0.7), (1.9, 2.1),
)  # fmt: skip


@dataclass(frozen=True)
class ByHand(Dataset):
    """Points put by hand: numbers over one input, or classes over two."""

    name: ClassVar[str] = "hand"
    title: ClassVar[str] = "Points by hand"
    points: tuple[tuple[float, ...], ...] = knob(
        _FIRST,
        Rows(MOST_POINTS, 3),
        "Points",
        "One line for each point: x and y; with classes x₁, x₂ and the number of the "
        "class, counted from 0.",
    )
    classes: str = knob(
        "",
        Text(4096),
        "Classes",
        "The names of the classes with commas between them; empty: numbers.",
    )
    columns: str = knob(
        "", Text(4096), "Columns", "The names of the columns with commas between them."
    )
    standardise: bool = knob(
        False, Flag(), "Standardise", "Mean 0 and deviation 1 for every number column."
    )

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes; none for numbers."""
        return _listed(self.classes)

    def examples(self, seed: int) -> Examples:
        """Return the points in their order, whatever the seed."""
        self._check()
        table, names = np.array(self.points), self.class_names
        usual = ("x₁", "x₂", "class") if names else ("x", "y")
        named = _listed(self.columns)
        named = named if len(set(named)) == len(usual) == len(named) else usual
        targets = table[:, -1].astype(np.int64) if names else table[:, -1].copy()
        inputs = np.ascontiguousarray(table[:, :-1])
        return Examples(inputs, targets, named[:-1], named[-1], names)

    def _check(self) -> None:
        """Refuse rows that are no points of their kind."""
        names, wide = self.class_names, 3 if self.class_names else 2
        if len(self.points[0]) != wide:
            kind = "x₁, x₂ and a class" if names else "x and y"
            found = len(self.points[0])
            raise Refused(f"hand.points must have {kind} in each row, not {found}.")
        if names and (len(names) < 2 or len(set(names)) < len(names)):
            raise Refused("hand.classes must be at least two different names.")
        labels = {float(label) for label in range(len(names))}
        for place, row in enumerate(self.points if names else ()):
            if row[2] not in labels:
                raise Refused(
                    f"hand.points[{place}]: the class must be a whole number from 0 "
                    f"to {len(names) - 1}, not {row[2]:g}."
                )

    @classmethod
    def of(cls, examples: Examples, standardise: bool) -> ByHand:
        """Return the same examples as points, in the same order and to the last bit.

        Raises
        ------
        Refused
            There are too many of them, or they are no points of a plane.
        """
        wide = 2 if examples.classes else 1
        if examples.formulas or examples.inputs.shape[1] != wide:
            raise Refused(NO_POINTS)
        if len(examples) > MOST_POINTS:
            raise Refused(
                f"{len(examples):,} points are too many to be edited by hand; choose "
                f"at most {MOST_POINTS:,} examples."
            )
        rows = np.column_stack([examples.inputs, examples.targets]).tolist()
        columns = (*examples.input_names, examples.target_name)
        return cls(
            tuple(map(tuple, rows)),
            _joined(examples.classes),
            _joined(columns),
            standardise,
        )


NO_POINTS = (
    "Points can be edited by hand where there is one input and a number to predict, "
    "or two inputs and a class; choose such data."
)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _joined(names: tuple[str, ...]) -> str:
    """Return names with commas between them, which none of them holds."""
    return ", ".join(name.replace(",", ";").strip() or "?" for name in names)

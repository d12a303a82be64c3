"""The model seen on its data: a curve, a map, a fit, or the first two components.

Which picture fits follows from the number of inputs and the task.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.examples import REGRESSION
from gdviz.core.functions import FormulaSum
from gdviz.core.objective import Objective
from gdviz.core.own import OwnSum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.examples import Examples
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

CURVE, MAP, FIT, COMPONENTS, BARS = "curve", "map", "fit", "components", "bars"
MOST_POINTS = 2000
_CURVE_POINTS, _MAP_POINTS = 129, 49


@dataclass(frozen=True, eq=False)
class Portrait:
    """What the data plot draws at one θ.

    Attributes
    ----------
    kind : text
        CURVE: outputs over the one input. MAP: outputs over the two inputs. FIT:
        output against target. COMPONENTS: the inputs' first two principal
        components, wrongly classified points told apart. BARS: the loss of each
        formula over its number.
    points : ndarray of shape (m, 2)
        Where the drawn examples lie; at most `MOST_POINTS` of all n.
    colours : ndarray of shape (m,)
        Class index or target of each drawn example.
    wrong : ndarray of shape (m,), bool
        Whether the model takes a drawn example for another class.
    batch : ndarray of shape (b, 2)
        Where the examples of the batch lie.
    predicted : ndarray of shape (b, 2)
        Where they would lie if the target were the model's output; the batch itself
        where that has no place in the picture.
    grid : tuple of ndarrays
        The u (and v) coordinates of `values`.
    values : ndarray
        CURVE: shape (k, g), the outputs. MAP: shape (rows, columns): the output, the
        signed score of two classes, or the index of the likeliest of many.
    rows : ndarray of shape (m,)
        Which examples the drawn ones are.
    """

    kind: str
    labels: tuple[str, str]
    points: Array
    colours: Array
    wrong: NDArray[np.bool_]
    batch: Array
    predicted: Array
    grid: tuple[Array, ...] = ()
    values: Array | None = None
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


class Sitter:
    """Prepares what does not change with θ, then gives portraits."""

    def __init__(self, objective: Objective) -> None:
        self.objective, self.examples = objective, objective.examples
        n, d = self.examples.inputs.shape
        self.regression = self.examples.task == REGRESSION
        pictures = {1: CURVE, 2: MAP}
        self.kind = pictures.get(d, FIT if self.regression else COMPONENTS)
        self.rows = np.linspace(0, n - 1, min(n, MOST_POINTS)).astype(np.int64)
        self.drawn = self.examples.take(self.rows)
        if self.kind == COMPONENTS:
            self._centre = self.examples.inputs.mean(axis=0)
            self._components = _components(self.drawn.inputs)
        self.grid = self._grid()

    def portrait(self, theta: Array, batch: Examples) -> Portrait:
        """Return the picture at θ with the examples of this batch."""
        outputs = self._outputs(theta, self.drawn.inputs)
        batch_outputs = self._outputs(theta, batch.inputs)
        batch_points = self._places(batch, batch_outputs)
        return Portrait(
            self.kind,
            self._labels(),
            self._places(self.drawn, outputs),
            self.drawn.targets.astype(np.float64),
            self._wrong(outputs),
            batch_points,
            self._predicted(batch_points, batch_outputs),
            self.grid,
            self._values(theta),
            self.rows,
        )

    def _places(self, examples: Examples, outputs: Array) -> Array:
        if self.kind == CURVE:
            many = len(examples.classes) > 2
            heights = np.full(len(examples), -0.1) if many else examples.targets
            return np.column_stack([examples.inputs[:, 0], heights])
        if self.kind == MAP:
            return examples.inputs
        if self.kind == FIT:
            return np.column_stack([examples.targets, outputs[0]])
        return (examples.inputs - self._centre) @ self._components.T

    def _predicted(self, points: Array, outputs: Array) -> Array:
        if self.kind == CURVE and len(self.examples.classes) <= 2:
            return np.column_stack([points[:, 0], outputs[-1]])
        if self.kind == FIT:
            return np.column_stack([points[:, 0], points[:, 0]])
        return points

    def _labels(self) -> tuple[str, str]:
        names, target = self.examples.input_names, self.examples.target_name
        return {
            CURVE: (names[0], self._height_label()),
            MAP: (names[0], names[-1]),
            FIT: (f"{target}: target", f"{target}: output"),
            COMPONENTS: ("first component", "second component"),
        }[self.kind]

    def _height_label(self) -> str:
        classes = self.examples.classes
        if len(classes) == 2:
            return f"{classes[0]} = 0, {classes[1]} = 1"
        return "output for each class" if classes else self.examples.target_name

    def _wrong(self, outputs: Array) -> NDArray[np.bool_]:
        if self.regression:
            return np.zeros(outputs.shape[1], dtype=bool)
        return self._chosen(outputs) != self.drawn.targets

    def _chosen(self, outputs: Array) -> NDArray[np.int64]:
        if len(outputs) > 2:
            return outputs.argmax(axis=0)
        return (self._score(outputs) > 0).astype(np.int64)

    def _score(self, outputs: Array) -> Array:
        """Return a score above 0 where the second of two classes is taken."""
        if len(outputs) == 2:
            return outputs[1] - outputs[0]
        return 2 * outputs[0] - 1

    def _outputs(self, theta: Array, inputs: Array) -> Array:
        objective = self.objective
        return objective.loss_kind.readable(objective.predict(theta, inputs))

    def _grid(self) -> tuple[Array, ...]:
        if self.kind not in (CURVE, MAP):
            return ()
        count = _CURVE_POINTS if self.kind == CURVE else _MAP_POINTS
        low, high = self.drawn.inputs.min(axis=0), self.drawn.inputs.max(axis=0)
        margin = np.where(high > low, 0.08 * (high / 2 - low / 2), 0.5) * 2
        return tuple(
            np.linspace(a, b, count)
            for a, b in zip(low - margin, high + margin, strict=True)
        )

    def _values(self, theta: Array) -> Array | None:
        if self.kind == CURVE:
            outputs = self._outputs(theta, self.grid[0][:, None])
            return outputs if len(self.examples.classes) > 2 else outputs[-1:]
        if self.kind != MAP:
            return None
        outputs = self._outputs(theta, self._places_of_grid)
        many = len(self.examples.classes) > 2
        if self.regression:
            values: Array | NDArray[np.int64] = outputs[0]
        else:
            values = self._chosen(outputs) if many else self._score(outputs)
        return values.astype(np.float64).reshape(_MAP_POINTS, _MAP_POINTS)

    @cached_property
    def _places_of_grid(self) -> Array:
        """Inputs at the places of the map, row by row."""
        u, v = np.meshgrid(*self.grid)
        return np.column_stack([u.ravel(), v.ravel()])


class FormulaSitter:
    """Gives portraits of formulas: a bar for each one's loss."""

    def __init__(self, objective: FormulaSum | OwnSum) -> None:
        self.objective = objective
        self.rows = np.arange(min(objective.n_examples, MOST_POINTS))

    def portrait(self, theta: Array, batch: Examples) -> Portrait:
        """Return the losses at θ, those of this batch apart."""
        numbers = self.rows.astype(np.float64) + 1.0
        losses = self.objective.losses(theta, self.rows)
        # the inputs say which formula it is: some of them may be held out
        terms = self.objective.examples.inputs[:, 0]
        here = np.searchsorted(terms, batch.inputs[:, 0])
        of_batch = np.column_stack([here + 1.0, self.objective.losses(theta, here)])
        feet: Array = of_batch * np.array([1.0, 0.0])
        return Portrait(
            BARS,
            ("example", "loss"),
            np.column_stack([numbers, losses]),
            numbers,
            np.zeros(len(numbers), dtype=bool),
            of_batch,
            feet,
            rows=self.rows,
        )


def sitter_for(objective: FiniteSum) -> Sitter | FormulaSitter:
    """Return what gives portraits of an objective."""
    if isinstance(objective, FormulaSum | OwnSum):
        return FormulaSitter(objective)
    assert isinstance(objective, Objective)
    return Sitter(objective)


def _components(inputs: Array) -> Array:
    """Return the first two principal directions of the inputs, of shape (2, d)."""
    peak = np.abs(inputs).max()  # in units of it no square overflows
    centred = inputs / peak if peak > 0 else inputs
    centred = centred - centred.mean(axis=0)
    found = np.linalg.svd(centred, full_matrices=False)[2][:2]
    directions = np.zeros((2, inputs.shape[1]))
    directions[: len(found)] = found  # a single example has but one
    return directions

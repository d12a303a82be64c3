"""Examples: the inputs and targets behind every sum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Columns = Array | NDArray[np.int64]

REGRESSION, TWO_CLASSES, MANY_CLASSES = "regression", "two classes", "many classes"
TASKS = (REGRESSION, TWO_CLASSES, MANY_CLASSES)
FORMULAS = "formulas"  # no data to fit: each example's loss is itself a formula
OWN = "an own objective"  # the same, but its formulas are not known


@dataclass(frozen=True, eq=False)
class Examples:
    """n examples: what goes in and what should come out.

    Attributes
    ----------
    inputs : ndarray of shape (n, d), float64
    targets : ndarray of shape (n,)
        float64 numbers for regression, int64 class indices for classification.
    input_names : tuple of d texts
    target_name : text
    classes : tuple of texts
        The name of each class; empty for regression.
    notes : tuple of texts
        Sentences for the user, such as which columns were standardised.
    formulas : tuple of n texts
        The loss of each example in letters, where that is all there is.
    """

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64] | NDArray[np.int64]
    input_names: tuple[str, ...]
    target_name: str = "y"
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the arrays: they cross threads."""
        for array in (self.inputs, self.targets):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def task(self) -> str:
        """One of `TASKS`, told by the number of classes; without a network another."""
        if self.formulas:
            return FORMULAS
        if not self.classes:
            return REGRESSION
        return TWO_CLASSES if len(self.classes) == 2 else MANY_CLASSES

    def take(self, rows: NDArray[np.int64]) -> Examples:
        """Return the examples of these rows, in this order."""
        return replace(
            self,
            inputs=self.inputs[rows],
            targets=self.targets[rows],
            formulas=tuple(self.formulas[i] for i in rows) if self.formulas else (),
        )


@dataclass(frozen=True, eq=False)
class Split:
    """The examples to learn from and the held-out ones (or None)."""

    train: Examples
    test: Examples | None = None


def hold_out(examples: Examples, fraction: float, seed: int) -> Split:
    """Set a random fraction of the examples aside for the test loss.

    The training examples keep their order, so that *in file order* still is.
    """
    if round(len(examples) * fraction) == 0:
        return Split(examples)
    train, test = parted(len(examples), fraction, seed)
    return Split(examples.take(train), examples.take(test))


def parted(
    n: int, fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of n examples are learnt from, and which are held out, in order.

    Raises
    ------
    Refused
        None would be left to learn from.
    """
    held = round(n * fraction)
    if held and n - held < 1:
        raise Refused(
            f"held_out = {fraction:g} leaves no example to learn from "
            f"({n} in all); choose a smaller fraction."
        )
    order = np.random.default_rng((seed, 0x5917)).permutation(n)
    return np.sort(order[held:]), np.sort(order[:held])


def standardised(split: Split) -> Split:
    """Shift and scale every column to mean 0 and standard deviation 1.

    Mean and deviation are those of the training examples alone; a constant
    column is only shifted. A regression target is standardised too.
    """
    inputs = _scaling(split.train.inputs)
    regression = split.train.task == REGRESSION
    target = _scaling(split.train.targets) if regression else None
    what = "Inputs and target" if regression else "Inputs"
    note = f"{what} are standardised: mean 0, standard deviation 1."

    def rescale(examples: Examples) -> Examples:
        return replace(
            examples,
            inputs=_scaled(examples.inputs, *inputs),
            input_names=tuple(f"{name}, standardised" for name in examples.input_names),
            target_name=f"{examples.target_name}, standardised"
            if regression
            else examples.target_name,
            targets=_scaled(examples.targets, *target) if target else examples.targets,
            notes=(*examples.notes, note),
        )

    return Split(rescale(split.train), rescale(split.test) if split.test else None)


def scaled(columns: Columns, like: Columns) -> Array:
    """Return columns in the units in which those of `like` are standardised."""
    return _scaled(columns, *_scaling(like))


def restored(columns: Array, like: Columns) -> Array:
    """Return columns as they were before `scaled`, to rounding."""
    peak, shift, scale = _scaling(like)
    return (columns * scale + shift) * peak


def _scaling(columns: Columns) -> tuple[Array, Array, Array]:
    """Return the largest size, and mean and deviation in units of it, per column.

    In these units neither very large nor very small columns lose their squares.
    """
    peak = np.abs(columns).max(axis=0)
    peak = np.where(peak > 0, peak, 1.0)
    shares = columns / peak
    varied = np.ptp(shares, axis=0) > 0
    return peak, shares.mean(axis=0), np.where(varied, shares.std(axis=0), 1.0 / peak)


def _scaled(columns: Columns, peak: Array, shift: Array, scale: Array) -> Array:
    return (columns / peak - shift) / scale

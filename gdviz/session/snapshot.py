"""All there is to see at one step, frozen: the record that feeds every view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdviz.core.batches import Cursor
    from gdviz.core.ledger import Ledger
    from gdviz.core.planes import Plane, Region
    from gdviz.core.portrait import Portrait
    from gdviz.core.sums import Survey
    from gdviz.session.course import Course
    from gdviz.session.ghosts import Ghost
    from gdviz.session.history import State
    from gdviz.session.scene import Scene

    Array = NDArray[np.float64]


_TURNED = 0.5  # degrees


@dataclass(frozen=True, eq=False)
class Record:
    """The step that comes next, whole: what training will do and from what.

    Attributes
    ----------
    cursor : Cursor
        Examples used and updates made before it.
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)
        The batch.
    losses : ndarray of shape (s,)
        Of the first s examples of the batch: see `shown`.
    gradients : ndarray of shape (s, p)
        Of the same examples.
    loss : float
        Mean over the whole batch.
    gradient : ndarray of shape (p,)
        ĝ, mean over the whole batch.
    handed : ndarray of shape (p,)
        What the recipe hands to the optimizer: ĝ if the recipe is right.
    update : ndarray of shape (p,)
        Δθ.
    memory : mapping of text to ndarray of shape (p,)
        The optimizer's memory before the step.
    after : State
        θ and the optimizer's memory after the step.
    rate : float
        The learning rate of this step, by its schedule.
    """

    cursor: Cursor
    theta: Array
    rows: NDArray[np.int64]
    losses: Array
    gradients: Array
    loss: float
    gradient: Array
    handed: Array
    update: Array
    memory: Mapping[str, Array]
    after: State
    rate: float


@dataclass(frozen=True, eq=False)
class Arrows:
    """The record's vectors along the plane shown: all are *minus* gradients.

    Attributes
    ----------
    here : ndarray of shape (2,)
        θ in plane coordinates.
    examples : ndarray of shape (s, 2)
    mean, full, update, handed : ndarrays of shape (2,)
        −ĝ, −∇L, Δθ and minus what the recipe hands to the optimizer.
    spread : ndarray of shape (2, 2) or None
        Covariance of the batch mean around the full gradient by theory, Σ/b, times
        (n − b)/(n − 1) without replacement; None in file order, where no chance is.
    shares : dict
        Part of the length of mean, full, update, handed and memory that lies in the
        plane, 0 to 1.
    example_shares : ndarray of shape (s,)
        The same of each example's arrow.
    rate : float
        What a gradient is multiplied by to be drawn beside the update: η, or for an
        optimizer with rates of its own what makes −ĝ as long as the update.
    memory : ndarray of shape (2,) or None
        Minus what the optimizer remembers of earlier gradients, where it does.
    """

    here: Array
    examples: Array
    mean: Array
    full: Array
    update: Array
    handed: Array
    spread: Array | None
    shares: dict[str, float]
    example_shares: Array
    rate: float
    memory: Array | None


@dataclass(frozen=True, eq=False)
class Projection:
    """What the plane shown keeps of θ and of the path, and what it hides.

    Attributes
    ----------
    distance : float
        Of θ from the plane.
    loss : float
        Mean loss where the plane is nearest to θ: what the surface says there.
    explained : float or None
        Share of the path's variance that lies in the plane; None where it has none.
    home : Region
        What part of the plane to show at first.
    """

    distance: float
    loss: float
    explained: float | None
    home: Region


@dataclass(frozen=True, eq=False)
class Chosen:
    """The selected example, in the batch or not.

    Attributes
    ----------
    row : int
        Its row in the data; with fresh examples its place in the batch.
    place : int
        Its place among the examples shown of the batch; -1 if it is not there.
    loss : float
    gradient : ndarray of shape (p,)
    arrow : ndarray of shape (2,)
        Minus its gradient along the plane.
    share : float
        Part of that gradient's length that lies in the plane, 0 to 1.
    ledger : Ledger or None
        Of it alone; None for formulas.
    point, predicted : ndarrays of shape (2,)
        Where it lies in the portrait, and where it would with the model's output.
    """

    row: int
    place: int
    loss: float
    gradient: Array
    arrow: Array
    share: float
    ledger: Ledger | None
    point: Array
    predicted: Array


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All there is to see at one step.

    Attributes
    ----------
    scene : Scene
        With the settings in force at this step.
    record : Record
        The pending one.
    full : Survey
        Loss and gradient over all examples at this θ.
    test_loss : float or None
    angle : float or None
        Between ĝ and ∇L, in degrees; None where one of them is 0.
    step_angle : float or None
        Between the update and −∇L, in degrees.
    turn : float or None
        Between the update and minus what the optimizer is handed, in degrees.
    diverged : bool
        Whether the path was found to end here: this step or the next overflows.
    ledger : Ledger or None
        Of the first examples of the batch; None for formulas.
    chosen : Chosen or None
        The selected example.
    ghosts : tuple of Ghost
    course : Course
        What was in force from step to step, up to the newest.
    gap : ndarray of shape (p,) or None
        Where there is no hidden layer: by how much averaging the error fails, the
        covariance of error and input in the batch.
    projection : Projection
    fault : text
        Why the path ends here, where an own objective failed.
    """

    scene: Scene
    record: Record
    full: Survey
    test_loss: float | None
    angle: float | None
    step_angle: float | None
    turn: float | None
    plane: Plane
    arrows: Arrows
    portrait: Portrait
    diverged: bool
    ledger: Ledger | None
    chosen: Chosen | None
    ghosts: tuple[Ghost, ...]
    course: Course
    gap: Array | None
    projection: Projection
    fault: str = ""

    @cached_property
    def right(self) -> bool:
        """Whether the recipe hands over the mean of the gradients, but for rounding."""
        handed, mean = self.record.handed, self.record.gradient
        return handed is mean or bool(np.allclose(handed, mean, 1e-9, 0.0))

    @property
    def turned(self) -> bool:
        """Whether the optimizer turns the update away from what it is handed."""
        return (self.turn or 0.0) > _TURNED

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self.record.cursor.step

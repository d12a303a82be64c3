"""Questions and answers: all that passes between the screen and a run.

Both are frozen, so they may cross a thread or a process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdviz.core.check import Check
    from gdviz.core.costs import Cost
    from gdviz.core.formulas.minima import Minimum
    from gdviz.core.landscape import Surface
    from gdviz.core.planes import Region
    from gdviz.session.course import Course
    from gdviz.session.curves import Curves
    from gdviz.session.laws import Laws
    from gdviz.session.noise import NoiseReading
    from gdviz.session.racing import Racer
    from gdviz.session.rescue import Rescue
    from gdviz.session.scene import Scene
    from gdviz.session.sharpness import Reading
    from gdviz.session.snapshot import Snapshot


@dataclass(frozen=True)
class Question:
    """What the screen wants to see next.

    Attributes
    ----------
    run : int
        A number other than the last one's starts a new run of `scene`.
    scene : Scene or None
        Settings to adopt; None leaves them as they are.
    seek : int or None
        A step to go to.
    steps : int
        How many updates to make, at most.
    until : float
        When to answer, on the clock of `time.perf_counter`, in seconds.
    region : Region or None
        Where the surface is wanted; None for the start region.
    whole : bool
        Whether all the steps are to be made, however long they take.
    chosen : int or None
        The row of the selected example; with fresh examples its place in the batch.
    costs : tuple of texts
        Recipes whose costs are to be measured, by name.
    course : Course or None
        Of a new run: the settings from step to step.
    branch : int or None
        Of a new run: the run it shares the steps with, up to the step to go to there.
    keep : frozen set of ints
        Other runs that will be asked for again; all else is let go.
    quick : bool
        Whether a surface that moves with θ may stay coarser.
    curvature : bool
        Whether the curvature over steps is looked at.
    noise : bool
        Whether the noise of the gradients is looked at.
    race : bool
        Whether the losses of all racers are looked at.
    again : Course or None
        Of a run that the screen knows and the desk does not: make its steps again,
        with this course, and answer only how far that is.
    """

    run: int
    scene: Scene | None = None
    seek: int | None = None
    steps: int = 0
    until: float = np.inf
    region: Region | None = None
    whole: bool = False
    chosen: int | None = None
    costs: tuple[str, ...] = ()
    course: Course | None = None
    branch: int | None = None
    keep: frozenset[int] = frozenset()
    quick: bool = False
    curvature: bool = False
    race: bool = False
    noise: bool = False
    again: Course | None = None


@dataclass(frozen=True, eq=False)
class Facts:
    """What stays the same through a run.

    Attributes
    ----------
    n_examples, n_held_out : ints
        To learn from, and kept aside.
    task : text
        One of `core.examples.TASKS`.
    classes, parameters : tuples of texts
        Their names.
    architecture : text
        Widths and number of parameters, in a few words.
    notes : tuple of texts
        Sentences on the data.
    start_region : Region
        What the surface shows at first.
    formulas : tuple of texts
        The examples' losses in letters, where they are given so.
    minima : tuple of Minimum
        Of the mean loss, as far as they are known or found.
    """

    n_examples: int
    n_held_out: int
    task: str
    classes: tuple[str, ...]
    parameters: tuple[str, ...]
    architecture: str
    notes: tuple[str, ...]
    start_region: Region
    formulas: tuple[str, ...] = ()
    minima: tuple[Minimum, ...] = ()


@dataclass(frozen=True, eq=False)
class Made:
    """Updates made since the last answer.

    Attributes
    ----------
    first : int
        The step number of the first one.
    losses : ndarray of shape (m,)
        Batch losses.
    thetas : ndarray of shape (m, p)
        θ before each update.
    seen : ndarray of shape (m,), int64
        Examples used before each update.
    """

    first: int
    losses: NDArray[np.float64]
    thetas: NDArray[np.float64]
    seen: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answer:
    """What there is to see.

    Attributes
    ----------
    run : int
    facts : Facts or None
        With the first answer of a run.
    made : Made or None
    kept : int
        The last step of the path that was known before and still holds; -1 if
        nothing was done, so that there is nothing to take in.
    newest : int
        The last step known.
    snapshot : Snapshot or None
        None if nothing has changed since the last answer.
    surface : Surface or None
        A new one, if there is one, and the step whose θ it goes through.
    busy : bool
        Whether there is more to come: a finer surface, a ghost, a check.
    region : Region or None
        The region asked for.
    chosen : int or None
        The example asked for.
    curves : Curves or None
        Every example's loss over the only parameter, where there is but one.
    own_surface : Surface or None
        The loss of the selected example alone, as far as it is drawn.
    check : Check or None
        A self-check of the pending step, if one was made.
    costs : mapping of text to Cost
        Of the recipes asked for.
    readings : tuple of Reading
        The curvature at some of the steps, measured since the last answer.
    noise_readings : tuple of NoiseReading
        The noise of the gradients likewise.
    noisy_limit : float or None
        Below which learning rate these mini-batches come to rest, where it is known.
    laws : Laws or None
        What is known in closed form of where the path wanders.
    racers : tuple of Racer or None
        The chosen way down first; None if nothing has changed or it is not looked at.
    moved : tuple of texts
        What had to be moved to fit the data.
    rescue : Rescue or None
        Where the path ends badly: a step and a rate from which it does not, once found.
    refusal : text
        Why the question could not be answered; the present run is untouched.
    """

    run: int
    facts: Facts | None = None
    made: Made | None = None
    kept: int = -1
    newest: int = 0
    snapshot: Snapshot | None = None
    surface: Surface | None = None
    surface_step: int = 0
    busy: bool = False
    region: Region | None = None
    chosen: int | None = None
    curves: Curves | None = None
    own_surface: Surface | None = None
    check: Check | None = None
    costs: Mapping[str, Cost] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    noise_readings: tuple[NoiseReading, ...] = ()
    noisy_limit: float | None = None
    laws: Laws | None = None
    racers: tuple[Racer, ...] | None = None
    moved: tuple[str, ...] = ()
    rescue: Rescue | None = None
    refusal: str = ""

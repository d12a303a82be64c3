"""Guesses: where the average will point or θ will go, and how good a guess was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.geometry import angle, length, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdviz.session.snapshot import Record, Snapshot

    Array = NDArray[np.float64]

MEAN, NEXT = "mean", "next point"
MOST = 10  # points of one guess
_DEGREES, _LENGTH, _DISTANCE = 9.0, 0.2, 0.1  # what costs a point
_NONE = 0.02  # of a typical arrow: what is shorter has no direction to see
_ROUND = 1e-9


@dataclass(frozen=True)
class Kind:
    """One thing to be guessed; vectors are along the plane shown.

    Attributes
    ----------
    title : text
        For a choice.
    thing : text
        What is looked for, in a sentence.
    rule : text
        How points are lost.
    truth : function of Arrows
        The vector to be guessed, of shape (2,).
    share : text
        Which of `Arrows.shares` tells how much of it lies in the plane.
    step : bool
        Whether it is a step, and not an arrow of gradients.
    """

    title: str
    thing: str
    rule: str
    truth: Callable[[Snapshot], Array]
    share: str
    step: bool


KINDS = {
    MEAN: Kind(
        "The average",
        "the average",
        f"It earns {MOST} points, less 1 for each {_DEGREES:.0f}° off and 1 for each "
        f"{_LENGTH:.0%} of its length",
        lambda snapshot: snapshot.arrows.mean,
        "mean",
        step=False,
    ),
    NEXT: Kind(
        "The next point",
        "the step",
        f"It earns {MOST} points, less 1 for each {_DISTANCE:.0%} of the step between",
        lambda snapshot: snapshot.arrows.update,
        "update",
        step=True,
    ),
}


@dataclass(frozen=True, eq=False)
class Guess:
    """A guess of what the pending step makes.

    Attributes
    ----------
    name : text
        Out of `KINDS`.
    snapshot : Snapshot
        Of the step that is held for it.
    vector : ndarray of shape (2,)
        What was guessed so far, along the plane.
    placed : bool
        Whether anybody has moved it yet.
    revealed : bool
    """

    name: str
    snapshot: Snapshot
    vector: Array
    placed: bool = False
    revealed: bool = False

    @property
    def kind(self) -> Kind:
        """What is guessed."""
        return KINDS[self.name]

    @property
    def truth(self) -> Array:
        """What the step makes, of shape (2,)."""
        return self.kind.truth(self.snapshot)

    def of(self, snapshot: Snapshot) -> bool:
        """Tell whether this is still the pending step of a snapshot."""
        mine = self.snapshot
        if mine is snapshot:
            return True
        same = mine.plane.key == snapshot.plane.key
        pairs = zip(_told(mine.record), _told(snapshot.record), strict=True)
        return same and all(np.array_equal(a, b) for a, b in pairs)

    def moved(self, vector: Array) -> Guess:
        """Return the guess with another vector; one too large to draw is not taken."""
        fine = np.isfinite(vector).all() and np.abs(vector).max() < 1e100
        return replace(self, vector=vector, placed=True) if fine else self

    def turned(self, degrees: float, times: float) -> Guess:
        """Return the guess turned to the left by degrees, and so many times as long."""
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        return self.moved(times * np.array([[c, -s], [s, c]]) @ self.vector)

    def pushed(self, across: float, up: float) -> Guess:
        """Return the guess moved by so many typical arrows."""
        away = np.array([across, up]) * reach(self.name, self.snapshot)
        return self.moved(self.vector + away)


def _told(record: Record) -> tuple[NDArray[np.generic], ...]:
    return record.theta, record.rows, record.gradient, record.update


def begin(name: str, snapshot: Snapshot) -> Guess | None:
    """Return a guess to begin with, that gives nothing away; None if there is none.

    It points to the right and is half as long as a typical example's arrow.
    """
    start = np.array([reach(name, snapshot) / 2, 0.0])
    guess = Guess(name, snapshot, start)
    fine = np.isfinite(guess.truth).all() and np.isfinite(start).all()
    return guess if fine and not snapshot.diverged else None


def reach(name: str, snapshot: Snapshot) -> float:
    """Return how long an example's arrow typically is along the plane."""
    arrows = snapshot.arrows
    lengths = [length(arrow) for arrow in arrows.examples]
    some = [one for one in lengths if 0 < one < np.inf]
    middle = float(np.median(some)) if some else 1.0
    return middle * (arrows.rate or 1.0) if KINDS[name].step else middle


@dataclass(frozen=True)
class Outcome:
    """How far a guess was off.

    Attributes
    ----------
    points : int
    angle : float or None
        In degrees; None where the guess or what it is of has no direction.
    ratio : float or None
        Its length by the true one; None where that is 0.
    gap : float
        From the guessed tip to the true one, in lengths of the truth; where the truth
        is all but 0 (`nothing`) in typical arrows of examples.
    nothing : bool
    """

    points: int
    angle: float | None
    ratio: float | None
    gap: float
    nothing: bool


def judge(guess: Guess) -> Outcome:
    """Return how far a guess is off, and its points."""
    truth, typical = guess.truth, reach(guess.name, guess.snapshot)
    whole = length(truth)
    nothing = whole < _NONE * typical
    gap = length(guess.vector - truth) / (typical if nothing else whole)
    off, times = angle(guess.vector, truth), ratio(guess.vector, truth)
    if nothing or guess.kind.step:
        lost = _full(gap / _DISTANCE)
    elif off is None or times is None:
        lost = MOST
    else:
        lost = _full(off / _DEGREES) + _full(abs(times - 1) / _LENGTH)
    return Outcome(max(MOST - lost, 0), off, times, gap, nothing)


def _full(times: float) -> int:
    """Return how many whole ones there are; what is lost is lost."""
    return int(min(times + _ROUND, MOST))


@dataclass(frozen=True)
class Tally:
    """The points so far, of a lesson's pages or of guesses in between.

    Attributes
    ----------
    points : mapping of object to int
        By page or step: each counts once.
    of : int
        How many guesses there will be; 0: as many as come.
    """

    points: Mapping[object, int] = field(default_factory=dict)
    of: int = 0

    def with_points(self, key: object, points: int) -> Tally:
        """Return the tally with the points of a guess, unless it is known already."""
        return replace(self, points={key: points, **self.points})

    @property
    def total(self) -> int:
        """The sum."""
        return sum(self.points.values())

    @property
    def most(self) -> int:
        """How many points there can be."""
        return MOST * (self.of or len(self.points))

    @property
    def complete(self) -> bool:
        """Whether every guess of a lesson was made."""
        return 0 < self.of <= len(self.points)

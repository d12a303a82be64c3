"""Ready-made races: what others there are beside the chosen way down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gdviz.core.averaging import RECIPES
from gdviz.core.knobs import Real, knobs
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.course import Course
from gdviz.session.loading import differences
from gdviz.session.scene import MOST_GHOSTS, Descent, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gdviz.session.snapshot import Snapshot

_SIZES = (1, 4, 16, 64)
_TIMES = (0.1, 1 / 3, 3.0, 10.0)
_DIGITS = 3  # of a learning rate


@dataclass(frozen=True)
class Readymade:
    """A race that is offered.

    Attributes
    ----------
    title, tip : text
    others : function of (Descent, int)
        Returns the racers beside a descent on so many examples.
    """

    title: str
    tip: str
    others: Callable[[Descent, int], tuple[Descent, ...]]


def one_more(descent: Descent, ghosts: tuple[Descent, ...]) -> Descent:
    """Return a racer like the chosen way down at half its rate, or half that again."""
    made = descent
    while made == descent or made in ghosts:
        made = replace(made, learning_rate=_rate(made.learning_rate / 2))
        if made.learning_rate == _bounds().low:
            break
    return made


def chosen_instead(snapshot: Snapshot, place: int) -> tuple[Scene, Course]:
    """Return the scene and course where a racer is the chosen way down, from the start.

    The chosen one of before takes its place among the others.

    Parameters
    ----------
    snapshot : Snapshot
    place : int
        Of the racer, counted from 1.
    """
    now, course = snapshot.scene, snapshot.course
    racer = now.ghosts[place - 1]
    own = differences(racer, now.descent)
    start = replace(course.start, **own)
    changes = tuple((step, replace(one, **own)) for step, one in course.changes)
    ghosts = list(now.ghosts)
    ghosts[place - 1] = now.descent
    others = tuple(replace(start, **differences(g, racer)) for g in ghosts)
    step = snapshot.ghosts[place - 1].step
    made = Course(start, tuple(c for c in changes if c[0] <= step), step, step)
    return replace(now, descent=start, ghosts=others), made


def _optimizers(descent: Descent, n: int) -> tuple[Descent, ...]:
    del n
    others = [
        kind for kind in OPTIMIZERS.values() if kind.name != descent.optimizer.name
    ]
    return _most(
        replace(descent, optimizer=kind(), learning_rate=kind.usual_rate)
        for kind in others
    )


def _batches(descent: Descent, n: int) -> tuple[Descent, ...]:
    sizes = sorted({*(size for size in _SIZES if size < n), n} - {descent.batch_size})
    return _most(replace(descent, batch_size=size) for size in sizes)


def _rates(descent: Descent, n: int) -> tuple[Descent, ...]:
    del n
    rates = [_rate(descent.learning_rate * times) for times in _TIMES]
    made = (replace(descent, learning_rate=rate) for rate in rates)
    return _most(one for one in made if one != descent)


def _recipes(descent: Descent, n: int) -> tuple[Descent, ...]:
    del n
    right = [kind for kind in RECIPES.values() if kind.right]
    others = [kind for kind in right if kind.name != descent.recipe.name]
    return _most(replace(descent, recipe=kind()) for kind in others)


def _most(others: Iterable[Descent]) -> tuple[Descent, ...]:
    return tuple(dict.fromkeys(others))[:MOST_GHOSTS]


def _bounds() -> Real:
    kind = knobs(Descent)["learning_rate"].kind
    assert isinstance(kind, Real)
    return kind


def _rate(value: float) -> float:
    bounds = _bounds()
    return float(f"{min(max(value, bounds.low), bounds.high):.{_DIGITS}g}")


READYMADE: dict[str, Readymade] = {
    "optimizers": Readymade(
        "All optimisers at their usual rates",
        "Every other optimiser at the learning rate that libraries begin with.",
        _optimizers,
    ),
    "batches": Readymade(
        "Batch sizes 1, 4, 16, 64 and all",
        "The same permutations for every size: only the averaging differs.",
        _batches,
    ),
    "rates": Readymade(
        "Learning rates × 1/10, 1/3, 3 and 10",
        "The same descent at smaller and larger learning rates.",
        _rates,
    ),
    "recipes": Readymade(
        "All right recipes",
        "The mean of the gradients worked out in other ways, their sum, and an update "
        "after each example.",
        _recipes,
    ),
}

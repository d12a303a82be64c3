"""Paths: a run and those it left behind, each to be returned to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gdviz.session.run import Run

MOST_PATHS = 8  # not pinned ones; the oldest go first


@dataclass(frozen=True, eq=False)
class Path:
    """One path and what a person says of it.

    Attributes
    ----------
    run : Run
    name : text
    left : int or None
        The number of the path it left, if it is a branch.
    at : int
        The step where it left that one.
    pinned : bool
        Whether it outlasts a new run.
    hidden : bool
        Whether it is drawn only when it is the present one.
    """

    run: Run
    name: str
    left: int | None = None
    at: int = 0
    pinned: bool = False
    hidden: bool = False

    @property
    def number(self) -> int:
        """The number of its run."""
        return self.run.number


class Paths:
    """All paths in the order they were begun, one of them the present one."""

    def __init__(self) -> None:
        self.all: tuple[Path, ...] = ()
        self.present = -1
        self._begun = 0

    def __contains__(self, number: int) -> bool:
        return any(path.number == number for path in self.all)

    def __getitem__(self, number: int) -> Path:
        """Return the path of this number."""
        return next(path for path in self.all if path.number == number)

    @property
    def numbers(self) -> frozenset[int]:
        """Of all paths."""
        return frozenset(path.number for path in self.all)

    @property
    def pinned(self) -> frozenset[int]:
        """The numbers of those that outlast a new run."""
        return frozenset(path.number for path in self.all if path.pinned)

    def others(self) -> tuple[Path, ...]:
        """Return those to be drawn beside the present one."""
        return tuple(
            path for path in self.all if path.number != self.present and not path.hidden
        )

    def begin(self, run: Run, kept: frozenset[int] = frozenset()) -> None:
        """Begin with a new run; of the others only `kept` stay."""
        self.all = tuple(path for path in self.all if path.number in kept)
        if not self.all:
            self._begun = 0
        self._add(run, None)

    def branch(self, run: Run) -> tuple[Path, ...]:
        """Go on with a run that left the present one; return those let go for it."""
        self._add(run, self.present)
        loose = [p for p in self.all if not p.pinned and p.number != run.number]
        gone = tuple(loose[: max(0, len(loose) + 1 - MOST_PATHS)])
        for path in gone:
            self.delete(path.number)
        return gone

    def say(self, number: int, **said: Any) -> None:
        """Let a person say something else of a path: its name, pinned, hidden."""
        self.all = tuple(
            replace(path, **said) if path.number == number else path
            for path in self.all
        )

    def delete(self, number: int) -> None:
        """Forget a path, but never the present one."""
        self.all = tuple(
            path for path in self.all if path.number != number or number == self.present
        )

    def _add(self, run: Run, left: int | None) -> None:
        self._begun += 1
        path = Path(run, f"Path {self._begun}", left, 0 if left is None else run.step)
        self.all, self.present = (*self.all, path), run.number

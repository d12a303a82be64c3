"""Paths: a run and those it left behind, each to be returned to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.scene import Descent

MOST_PATHS = 8  # not pinned ones; the oldest go first


@dataclass(frozen=True, eq=False)
class Path:
    """One path and what a person says of it.

    Attributes
    ----------
    run : Run
    name : text
    begun : Descent
        The settings it began with.
    look : int
        Its place in the cycle of colours; no two paths have the same.
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
    begun: Descent
    look: int = 0
    left: int | None = None
    at: int = 0
    pinned: bool = False
    hidden: bool = False

    @property
    def number(self) -> int:
        """The number of its run."""
        return self.run.number

    @property
    def fresh(self) -> bool:
        """Whether it left another path and nothing was done since."""
        unmoved = self.run.snapshot.scene.descent == self.begun
        return self.left is not None and self.run.newest == self.at and unmoved


class Paths:
    """All paths in the order they were begun, one of them the present one."""

    def __init__(self) -> None:
        self.all: tuple[Path, ...] = ()
        self.present = -1
        self._begun = 0
        self._gone: dict[int, str] = {}

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

    def others(self, all_of_them: bool = False) -> tuple[Path, ...]:
        """Return those to be drawn beside the present one, or the hidden ones too."""
        return tuple(
            path
            for path in self.all
            if path.number != self.present and (all_of_them or not path.hidden)
        )

    def name_of(self, number: int) -> str:
        """Return the name of a path, or the one it had before it was deleted."""
        return self[number].name if number in self else self._gone.get(number, "")

    def begin(self, run: Run, kept: frozenset[int] = frozenset()) -> tuple[Path, ...]:
        """Begin with a new run; return the others but `kept`: they are let go."""
        gone = [path for path in self.all if path.number not in kept]
        self._let_go(gone)
        if not self.all:
            self._begun = 0
        self._add(run, None)
        return tuple(gone)

    def branch(self, run: Run) -> tuple[Path, ...]:
        """Go on with a run that left the present one; return those let go for it."""
        near = (self.present, run.number)
        self._add(run, self.present)
        loose = [p for p in self.all if not p.pinned]
        old = [path for path in loose if path.number not in near]
        gone = tuple(old[: max(0, len(loose) - MOST_PATHS)])
        self._let_go(gone)
        return gone

    def say(self, number: int, **said: Any) -> None:
        """Let a person say something else of a path: its name, pinned, hidden."""
        self.all = tuple(
            replace(path, **said) if path.number == number else path
            for path in self.all
        )

    def delete(self, number: int) -> None:
        """Forget a path, but never the present one."""
        if number in self and number != self.present:
            self._let_go([self[number]])

    def _let_go(self, gone: list[Path] | tuple[Path, ...]) -> None:
        self._gone |= {path.number: path.name for path in gone}
        self.all = tuple(path for path in self.all if path not in gone)

    def _add(self, run: Run, left: int | None) -> None:
        self._begun += 1
        taken = {path.look for path in self.all}
        path = Path(
            run,
            f"Path {self._begun}",
            run.snapshot.scene.descent,
            next(look for look in count() if look not in taken),
            left,
            0 if left is None else run.step,
        )
        self.all, self.present = (*self.all, path), run.number

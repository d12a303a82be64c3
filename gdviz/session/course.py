"""The course of a run: how far it went, and with which settings from which step on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gdviz.session.loading import differences

if TYPE_CHECKING:
    from gdviz.session.scene import Descent, Scene
    from gdviz.session.snapshot import Snapshot


@dataclass(frozen=True)
class Course:
    """With the scene it was run on: all it takes to make the very same steps again.

    Attributes
    ----------
    start : Descent
        The settings at step 0.
    changes : tuple of (int, Descent)
        From which step on others held, rising; none before step 1.
    steps : int
        The newest step made.
    shown : int
        The step that was looked at.
    """

    start: Descent
    changes: tuple[tuple[int, Descent], ...] = ()
    steps: int = 0
    shown: int = 0


def as_begun(snapshot: Snapshot) -> Scene:
    """Return the scene as it was at step 0: ghosts differ from its descent as now."""
    now, start = snapshot.scene, snapshot.course.start
    ghosts = tuple(
        replace(start, **differences(ghost, now.descent)) for ghost in now.ghosts
    )
    return replace(now, descent=start, ghosts=ghosts)

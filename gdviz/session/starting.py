"""Another start put by hand: θ elsewhere on the plane, or one weight typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gdviz.core.knobs import Numbers, knobs
from gdviz.core.refused import Refused
from gdviz.session.scene import Scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]


def at_place(scene: Scene, snapshot: Snapshot, place: Array) -> Scene:
    """Return the scene with a run that starts where a place of the plane is.

    What of θ lies off the plane stays as it is in the snapshot.

    Parameters
    ----------
    scene : Scene
    snapshot : Snapshot
    place : ndarray of shape (2,)
        In the coordinates of the snapshot's plane.

    Raises
    ------
    Refused
        There are more parameters than a scene can name.
    """
    plane, theta = snapshot.plane, snapshot.record.theta
    return _from(scene, theta + (place - plane.project(theta)) @ plane.directions)


def with_weight(scene: Scene, theta: Array, parameter: int, value: float) -> Scene:
    """Return the scene with a run that starts at θ, one of its numbers another one.

    Raises
    ------
    Refused
        There are more parameters than a scene can name, or the value is too large.
    """
    start = theta.copy()
    start[parameter] = value
    return _from(scene, start)


def _from(scene: Scene, start: Array) -> Scene:
    kind = knobs(Scene)["start"].kind
    assert isinstance(kind, Numbers)
    if len(start) > kind.most:
        raise Refused(
            f"θ has {len(start):,} parameters here; at most {kind.most:,} can be put "
            "by hand: choose a smaller model."
        )
    return replace(scene, start=tuple(start.tolist()))

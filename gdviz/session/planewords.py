"""The plane in words: what it is, and what the picture of it hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.planekinds import TwoParameters
from gdviz.session.writing import number

if TYPE_CHECKING:
    from gdviz.core.landscape import Surface
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot

_ALIKE = 0.005  # shares that differ by less are told as one


def title(run: Run) -> str:
    """Return what the surface shows, for its title."""
    across, up = run.snapshot.plane.labels
    count, kind = len(run.facts.parameters), run.snapshot.scene.plane
    if count == 1:
        return f"Loss over {across}, the only parameter: every row is the same"
    if isinstance(kind, TwoParameters):
        named = f"Loss surface · plane ({across}, {up})"
        if count == 2:
            return f"{named}: all of parameter space"
        named += f", 2 of {count:,} parameters"
    else:
        named = f"Loss surface · {kind.title.lower()}"
    return f"{named}, through {_where(run)}"


def _where(run: Run) -> str:
    """Return which θ the plane goes through."""
    step = run.surface_step
    return "θ now" if step == run.step else f"θ of step {step:,}"


def slope_labels(snapshot: Snapshot) -> tuple[str, str]:
    """Return what the axes of minus the gradients are called."""
    across, up = snapshot.plane.labels
    if isinstance(snapshot.scene.plane, TwoParameters):
        return (f"−∂/∂{across}", f"−∂/∂{up}" if up else "")
    return (f"−g · {across}", f"−g · {up}")


def precision(surface: Surface | None) -> list[str]:
    """Return how exact a surface is, where it is not worked out at every point."""
    if surface is None or not surface.error:
        return []
    return [f"surface interpolated, error ≤ {surface.error:.1g} of its range"]


def hidden(snapshot: Snapshot) -> list[str]:
    """Return what a picture of the plane hides, a line for each thing."""
    return [*_arrows(snapshot), *_path(snapshot), *_point(snapshot)]


def _arrows(snapshot: Snapshot) -> list[str]:
    """Return how much of each arrow lies in the plane."""
    shares, examples = snapshot.arrows.shares, snapshot.arrows.example_shares
    thick = [f"mean {shares['mean']:.0%}", f"full {shares['full']:.0%}"]
    rest = []
    if abs(shares["update"] - shares["mean"]) > _ALIKE:
        rest.append(f"update {shares['update']:.0%}")
    if snapshot.arrows.memory is not None:
        rest.append(f"memory {shares['memory']:.0%}")
    if len(examples) > 1:
        rest.append(f"examples {_range(examples.tolist())}")
    others = []
    if snapshot.chosen is not None:
        others.append(f"selected {snapshot.chosen.share:.0%}")
    if snapshot.ghosts:
        others.append(f"ghosts {_range([ghost.share for ghost in snapshot.ghosts])}")
    lines = [", ".join(line) for line in (thick, rest, others) if line]
    return [f"in this plane: {lines[0]}", *lines[1:]]


def _range(shares: list[float]) -> str:
    """Return the least and the most of some shares, or the one there is."""
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def _path(snapshot: Snapshot) -> list[str]:
    explained = snapshot.projection.explained
    if explained is None:
        return []
    return [f"{explained:.1%} of the path's variance"]


def _point(snapshot: Snapshot) -> list[str]:
    """Return how far θ is off the plane, and what that does to its loss."""
    projection = snapshot.projection
    if not projection.distance:
        return []
    true, here = number(snapshot.full.loss), number(projection.loss)
    away = number(projection.distance)
    return [f"θ is {away} off the plane:", f"true loss {true}, surface here {here}"]

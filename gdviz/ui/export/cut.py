"""Which steps a film shows, and what no film can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused
from gdviz.ui.export.encoders import MOST_RATE, NO_VIDEO, has_video
from gdviz.ui.export.stills import check_pixels

if TYPE_CHECKING:
    from pathlib import Path

MOST_FRAMES = 10_000


@dataclass(frozen=True)
class Cut:
    """Which steps are filmed, and how fast they are shown.

    Attributes
    ----------
    first, last, every : ints
        From which step to which, and every how many steps there is a frame.
    rate : float
        Frames a second.
    scale : float
        Pixels to the point.
    """

    first: int
    last: int
    every: int = 1
    rate: float = 20.0
    scale: float = 1.0

    def steps(self, end: int | None = None) -> list[int]:
        """Return the steps; the last one is there even if it is no multiple."""
        last = self.last if end is None else min(self.last, end)
        steps = list(range(self.first, last + 1, self.every))
        return steps if steps[-1:] == [last] or self.first > last else [*steps, last]


def check(cut: Cut, size: tuple[int, int], path: Path) -> None:
    """Refuse a film that cannot be made, in one sentence."""
    suffix = path.suffix.lower()
    if cut.last < cut.first:
        raise Refused(
            f"a film goes on from step {cut.first:,}: its last step, {cut.last:,}, "
            "must not be before the first."
        )
    frames = 1 + -(-(cut.last - cut.first) // cut.every)
    if frames > MOST_FRAMES:
        raise Refused(
            f"{frames:,} frames are more than {MOST_FRAMES:,}; take one for every "
            f"{-(-frames * cut.every // MOST_FRAMES):,} steps."
        )
    if cut.rate > MOST_RATE[suffix]:
        raise Refused(
            f"{suffix} shows at most {MOST_RATE[suffix]:g} frames a second, "
            f"not {cut.rate:g}."
        )
    if suffix == ".mp4" and not has_video():
        raise Refused(NO_VIDEO)
    check_pixels(size, cut.scale)

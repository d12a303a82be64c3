"""From where the surface is seen, and where its points fall on the screen.

All rays are parallel: parallel lines stay parallel, and upright lines upright.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TALL = 1.0  # the highest loss, where the longer side of the ground is 2
FLATTEST, STEEPEST = 5.0, 90.0  # degrees
FARTHEST, NEAREST = 0.4, 12.0
_FAR_OFF = 1.5  # widths of the picture
_ROOM = (48.0, 44.0)  # points for names and numbers, beside and below


@dataclass(frozen=True)
class Camera:
    """A view of the surface.

    Attributes
    ----------
    turn : float
        In degrees around the upright axis; at 0 the first axis points right.
    tilt : float
        In degrees from the ground up: 90 looks straight down, as a map does.
    zoom : float
    shift : pair of floats
        Of the picture, right and down, in points at zoom 1.
    """

    turn: float = -32.0
    tilt: float = 38.0
    zoom: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    def turned(self, turn: float, tilt: float) -> Camera:
        """Return the view turned by so many degrees; it stays above the ground."""
        around = (self.turn + turn + 180.0) % 360.0 - 180.0
        above = min(max(self.tilt + tilt, FLATTEST), STEEPEST)
        return replace(self, turn=around, tilt=above)

    def zoomed(self, factor: float, at: tuple[float, float] = (0.0, 0.0)) -> Camera:
        """Return the view nearer by a factor; the point `at` from the middle stays."""
        zoom = min(max(self.zoom * factor, FARTHEST), NEAREST)
        ahead = [place / zoom - place / self.zoom for place in at]
        x, y = (side + way for side, way in zip(self.shift, ahead, strict=True))
        return replace(self, zoom=zoom, shift=(x, y))

    def moved(self, right: float, down: float, size: tuple[float, float]) -> Camera:
        """Return the picture moved by points; it never leaves the screen for good."""
        wanted = (self.shift[0] + right / self.zoom, self.shift[1] + down / self.zoom)
        far = [_FAR_OFF * side for side in size]
        x, y = (min(max(w, -f), f) for w, f in zip(wanted, far, strict=True))
        return replace(self, shift=(x, y))


@dataclass(frozen=True)
class Projection:
    """A camera before a picture of some size and a ground of some shape.

    Attributes
    ----------
    camera : Camera
    size : pair of floats
        Width and height of the picture in points.
    half : pair of floats
        Half of the ground's width and depth; the larger is 1.
    """

    camera: Camera
    size: tuple[float, float]
    half: tuple[float, float]

    @property
    def scale(self) -> float:
        """Points to the unit: the surface fits however it is turned."""
        reach, (sine, cosine) = float(np.hypot(*self.half)), self.slant
        needs = 2 * reach, 2 * reach * sine + TALL * cosine
        room = (
            max(side - 2 * edge, 40.0)
            for side, edge in zip(self.size, _ROOM, strict=True)
        )
        return self.camera.zoom * min(r / n for r, n in zip(room, needs, strict=True))

    @property
    def centre(self) -> tuple[float, float]:
        """Where the middle of the ground, half way up, is on the screen."""
        (wide, high), (right, down) = self.size, self.camera.shift
        zoom = self.camera.zoom
        return wide / 2 + zoom * right, high / 2 + zoom * down

    @property
    def slant(self) -> tuple[float, float]:
        """Sine and cosine of the tilt."""
        tilt = np.radians(self.camera.tilt)
        return float(np.sin(tilt)), float(np.cos(tilt))

    @property
    def heading(self) -> tuple[float, float]:
        """Sine and cosine of the turn."""
        turn = np.radians(self.camera.turn)
        return float(np.sin(turn)), float(np.cos(turn))

    def seen(self, points: Array) -> Array:
        """Return points (m, 3) as x, y on the screen and the distance, (m, 3)."""
        (sine, cosine), (up, along) = self.heading, self.slant
        across = cosine * points[:, 0] - sine * points[:, 1]
        away = sine * points[:, 0] + cosine * points[:, 1]
        height = (points[:, 2] - TALL / 2) * along + away * up
        (x, y), scale = self.centre, self.scale
        return np.column_stack([x + scale * across, y - scale * height, away])

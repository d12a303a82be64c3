"""How long arrows are drawn on the surface: always said, never changed in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.writing import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIT, TRUE, NORMALISED = "fit", "true", "normalised"
SCALES = {
    FIT: "Fit: true steps times a round number",
    TRUE: "True step: −η g, the mean ends on the next point",
    NORMALISED: "Normalised: all of one length",
}
_ENDS = (1e-300, 1e300)  # a larger factor has no number
_NICE = np.array([1.0, 2.0, 5.0])


class Lengths:
    """From steps −η g to arrows.

    Attributes
    ----------
    factor : float
        Arrow by step; for NORMALISED the length of every arrow.
    own_rates : bool
        Whether gradients are drawn as long as the update, not times η.
    true : bool
        Whether steps are drawn as they are, whatever was chosen.
    """

    def __init__(self) -> None:
        self._scale, self.factor = FIT, 0.0
        self.own_rates, self.true = False, False

    @property
    def scale(self) -> str:
        """One of `SCALES`: how long arrows are drawn now."""
        return TRUE if self.true else self._scale

    @scale.setter
    def scale(self, scale: str) -> None:
        self._scale = scale

    def suit(self, steps: list[Array], room: float) -> None:
        """Choose the factor so that the longest step takes about `room`.

        It is 1, 2 or 5 times a power of ten, and kept while it does well enough.
        """
        longest = max(float(np.hypot(*step)) for step in steps)
        if self.scale == TRUE:
            self.factor = 1.0
        elif self.scale == NORMALISED:
            self.factor = room / 1.5
        elif 0 < longest < np.inf and not 0.4 <= longest * self.factor / room <= 1.6:
            self.factor = _round_down(float(np.clip(room / longest, *_ENDS)))

    def scaled(self, steps: Array) -> Array:
        """Return arrows (..., 2) for steps (..., 2)."""
        if self.scale != NORMALISED:
            return steps * self.factor
        length = np.hypot(steps[..., 0], steps[..., 1])[..., None]
        return steps / np.maximum(length, 1e-300) * self.factor

    def words(self) -> str:
        """Return what the picture says of its arrows."""
        if self.scale == NORMALISED:
            return "arrows: one length (normalised)"
        times = (
            ", true step" if self.scale == TRUE else f" × {number(self.factor)} (fit)"
        )
        if self.own_rates:
            return f"arrows: Δθ{times}, −ĝ drawn as long"
        return f"arrows: −η g{times}"


def _round_down(value: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above `value`."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(_NICE[_NICE * power <= value * (1 + 1e-12)].max() * power)

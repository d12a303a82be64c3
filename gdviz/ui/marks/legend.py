"""The marks: one meaning, one look, one line in the legend each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.ui.marks.arrows import Thick

if TYPE_CHECKING:
    from gdviz.ui.style import Style

EXAMPLE, MEAN, FULL, UPDATE, SPREAD = "example", "mean", "full", "update", "spread"
MARKS = {
    EXAMPLE: ("each example: −g", "Minus the gradient of each example of this batch."),
    MEAN: ("mean of this batch: −ĝ", "Minus the mean of those gradients."),
    FULL: ("full gradient: −∇L", "Minus the mean over all examples."),
    UPDATE: ("update: Δθ", "What the optimiser will add to the parameters."),
    SPREAD: (
        "where such means fall",
        "1σ and 2σ of the mean of a random batch of this size around the full "
        "gradient; it shrinks as the batch grows.",
    ),
}


def thick(mark: str, style: Style) -> Thick:
    """Return the look of a thick arrow's mark."""
    looks = {
        MEAN: Thick(style.mean, style.plot, 4.5),
        FULL: Thick(style.full, style.plot, 3.5, dashed=True),
        UPDATE: Thick(style.update, style.plot, 2.5, double=True),
    }
    return looks[mark]

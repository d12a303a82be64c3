"""The marks: one meaning, one look, one line in the legend each."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.beats import OPTIMISER
from gdviz.ui.marks.arrows import Thick
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.beats import Beat
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

EXAMPLE, CHOSEN, MEAN, FULL = "example", "chosen", "mean", "full"
UPDATE, GHOST, CHAIN, SPREAD = "update", "ghost", "chain", "spread"
PATHS, MINIMA, LAWS = "paths", "minima", "laws"
MEMORY = "memory"
MARKS = {
    EXAMPLE: ("each example: −g", "Minus the gradient of each example of this batch."),
    CHOSEN: (
        "selected example",
        "Click a data point, an arrow or a row to select an example everywhere; on the "
        "surface its own loss is drawn in the same colour.",
    ),
    MEAN: ("mean of this batch: −ĝ", "Minus the mean of those gradients."),
    FULL: ("full gradient: −∇L", "Minus the mean over all examples."),
    UPDATE: ("update: Δθ", "What the optimiser will add to the parameters."),
    MEMORY: (
        "memory of the optimiser",
        "What the optimiser remembers of earlier gradients, as minus a gradient: what "
        "is kept of the velocity, or the first moment without the bias of the first "
        "steps. Plain descent remembers nothing.",
    ),
    GHOST: (
        "other recipes (ghosts)",
        "What another recipe makes of the same batch at the same θ, and the path it "
        "would have gone from the same start (G).",
    ),
    CHAIN: (
        "head to tail, ÷ M",
        "The batch's arrows one after the other, each divided by their number M: they "
        "end at the mean (H).",
    ),
    SPREAD: (
        "where such means fall",
        "1σ and 2σ of the mean of a random batch of this size around the full "
        "gradient; it shrinks as the batch grows.",
    ),
    PATHS: (
        "other paths",
        "Paths that were left to ask What if? (W), thin and dashed, with their names "
        "where they end; the panel Compare lists them.",
    ),
    MINIMA: (
        "minima",
        "Where the loss is lowest all around: a full diamond is as low as any other, a "
        "hollow one is not. Known of test functions, worked out for other formulas.",
    ),
    LAWS: (
        "where θ wanders",
        "1σ and 2σ of the law that the path settles on (dashed), and of the posterior "
        "under Langevin dynamics (solid), where they are known in closed form: linear "
        "regression with squared error.",
    ),
}


HIDDEN_AT_FIRST = frozenset({CHAIN})
_GUESSED = frozenset({MEAN, FULL, UPDATE, MEMORY, GHOST, CHAIN, SPREAD})


def unknown(beat: Beat | None) -> frozenset[str]:
    """Return the marks that are not known yet in this phase of an update."""
    if beat is None:
        return frozenset()
    if beat.held:
        return _GUESSED
    early = frozenset() if beat.mean_known else frozenset({MEAN, GHOST})
    return early if beat.phase == OPTIMISER else early | {UPDATE, MEMORY}


def arrows(
    tail: Array, tips: dict[str, Array], hidden: frozenset[str], style: Style
) -> list[tuple[Array, Array, Thick]]:
    """Return the thick arrows that are shown, the widest at the bottom.

    An update along the mean is left out where the mean is shown: the legend says so.
    """
    shown = {mark: tip for mark, tip in tips.items() if mark not in hidden}
    if MEAN in shown and UPDATE in shown and same(shown[MEAN], shown[UPDATE]):
        del shown[UPDATE]
    return [(tail, tip, thick(mark, style)) for mark, tip in shown.items()]


def same(a: Array, b: Array) -> bool:
    """Tell whether two vectors are the same but for rounding."""
    return bool((np.abs(a - b) <= 1e-9 * np.abs(b)).all() or np.array_equal(a, b))


def thick(mark: str, style: Style) -> Thick:
    """Return the look of a thick arrow's mark."""
    return _thick(mark, style, thickness(1.0))


@lru_cache(64)
def _thick(mark: str, style: Style, times: float) -> Thick:
    looks = {
        MEAN: Thick(style.mean, style.plot, 4.5),
        FULL: Thick(style.full, style.plot, 3.2, dashed=True),
        UPDATE: Thick(style.update, style.plot, 2.2, double=True),
        MEMORY: Thick(style.memory, style.plot, 3.0, dash_dotted=True),
        GHOST: Thick(style.ghost, style.plot, 2.6, dotted=True, hollow=True),
        CHOSEN: Thick(style.chosen, style.plot, 2.4),
    }
    usual = looks[mark]
    return replace(usual, width=usual.width * times)

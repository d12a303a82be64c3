"""Measures of the self-check, and of what recipes cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.lessons.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.costs import Cost
    from gdviz.session.lessons.entry import Find
    from gdviz.session.run import Run


def _checked(name: str) -> Find:
    def find(run: Run, _: str) -> float:
        if run.check is None:
            raise LookupError("not checked yet")
        return float(getattr(run.check, name))

    return find


def _costs(pick: Callable[[Cost], float]) -> Find:
    return lambda run, recipe: pick(run.costs[recipe.strip()])


CHECKED: dict[str, Entry] = {
    "difference": Entry(
        _checked("apart"), "", "largest |mean of gradients − gradient of the mean loss|"
    ),
    "tolerance": Entry(
        _checked("apart_tolerance"), "", "how much of it rounding explains"
    ),
    "slope error": Entry(
        _checked("slope_error"), "", "gradient against central differences"
    ),
    "slope tolerance": Entry(_checked("slope_tolerance"), "", "what they allow"),
}

COSTS: dict[str, Entry] = {
    "milliseconds": Entry(
        _costs(lambda c: 1000 * c.seconds), "recipe", "time of one batch, measured"
    ),
    "kilobytes": Entry(
        _costs(lambda c: c.peak / 1024), "recipe", "peak memory of one batch, measured"
    ),
    "cost difference": Entry(
        _costs(lambda c: c.difference), "recipe", "to ĝ, at the θ that was measured"
    ),
}

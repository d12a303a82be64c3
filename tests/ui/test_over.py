"""A view of losses changes only where it no longer shows them well."""

from __future__ import annotations

import pytest

from gdviz.ui.marks.over import View, fits

VIEW = (-1.0, 1.0, 30.0)
CASES: dict[str, tuple[View | None, float, float, float, bool]] = {
    "none yet": (None, -0.8, 0.8, 20.0, False),
    "well inside": (VIEW, -0.8, 0.8, 20.0, True),
    "just inside": (VIEW, -1.0, 1.0, 29.4, True),
    "at the edge within rounding": ((-1.0, 1.0, 1.02 * 30.0), -1.0, 1.0, 30.0, True),
    "at the edge, where a ring would be cut": (VIEW, -1.0, 1.0, 30.0, False),
    "below": (VIEW, -1.1, 0.8, 20.0, False),
    "above": (VIEW, -0.8, 1.1, 20.0, False),
    "beyond": (VIEW, -0.8, 0.8, 31.0, False),
    "too short": (VIEW, -0.8, 0.8, 10.0, False),
    "too flat": (VIEW, -0.1, 0.1, 20.0, False),
    "flat enough to stay": (VIEW, -0.2, 0.2, 20.0, True),
}


@pytest.mark.parametrize(
    ("view", "low", "high", "last", "stays"), CASES.values(), ids=CASES
)
def test_a_view_stays_while_it_shows_all_well(
    view: View | None, low: float, high: float, last: float, stays: bool
) -> None:
    assert fits(view, low, high, last, 0.1) is stays

"""What losses are drawn over: the choice beside the title, the axis and the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdviz.ui.fields import QuietCombo
from gdviz.ui.marks.axes import StepAxis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

View = tuple[float, float, float]  # low, high, right

_FEW = 20  # steps: with so few the view grows by hardly more than the last one


class OverChoice(QuietCombo):
    """A drop-down of what losses may be drawn over.

    Parameters
    ----------
    name, tip : text
    ways : mapping of text to (text, text)
        What each is called here, and on the axis.
    choose : function of text
        Told of the one that a person chose.
    """

    def __init__(
        self,
        name: str,
        tip: str,
        ways: Mapping[str, tuple[str, str]],
        choose: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
        self.setObjectName("small")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        for over, (words, _) in ways.items():
            self.addItem(words, over)
        self.activated.connect(lambda _: choose(self.currentData()))

    def turn_to(self, over: str, axis: Any, whole: bool) -> None:
        """Show what is chosen, and count in whole numbers on its axis or not."""
        self.setCurrentIndex(self.findData(over))
        assert isinstance(axis, StepAxis)
        axis.whole, axis.picture = whole, None


def grown(last: float, least: float = 1.02) -> float:
    """Return how far a view reaches so that it seldom changes: beyond the last place.

    Parameters
    ----------
    last : float
    least : float
        Of the last place: how far at least, so that what marks it is whole.
    """
    return last * (1.25 if last > _FEW else least)


def fits(
    view: View | None, low: float, high: float, last: float, pad: float,
    least: float = 1.02,
) -> bool:  # fmt: skip
    """Tell whether a view still shows a span of heights up to the last place well."""
    if view is None:
        return False
    reaches = view[2] >= last * least * (1 - 1e-9)  # but for rounding
    inside = view[0] <= low and high <= view[1] and reaches and last > view[2] / 3
    return inside and view[1] - view[0] < 3.6 * (high - low + 2 * pad)


def show_view(box: Any, view: View) -> None:
    """Show a view in a box, with a little room around it."""
    right = view[2]
    box.setRange(xRange=(-0.01 * right, right), yRange=view[:2], padding=0.01)

"""The self-check light: green only while the gradient on screen proves right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from gdviz.core.check import FAILS, HOLDS, KINK
from gdviz.session.writing import number
from gdviz.ui import style as look

if TYPE_CHECKING:
    from gdviz.core.check import Check
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_ABOUT = (
    "The self-check: the mean of the gradients against the gradient of the mean loss, "
    "by another path through the code, and against central differences of the loss."
)


_WIDE = 1400  # points of the window: room for both comparisons


class Light(QLabel):
    """A mark and two differences; the tool tip has their tolerances."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Self-check")
        self._style = look.STYLES[look.DARK]
        self._check: Check | None = None
        self.set_check(None)

    def show_run(self, run: Run) -> None:
        """Show the last check of a run."""
        if run.check is not self._check:
            self.set_check(run.check)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self._style = style
        self.set_check(self._check)

    def set_check(self, check: Check | None) -> None:
        """Show a check."""
        self._check = check
        sentence = check.sentence() if check is not None else "Not checked yet."
        self.setText(_words(check, self._style, self.window().width() >= _WIDE))
        self.setToolTip(f"{_ABOUT}\n\n{sentence}")
        self.setAccessibleDescription(sentence)


def _words(check: Check | None, style: Style, wide: bool) -> str:
    if check is None:
        return f'<span style="color:{style.muted}">○ checking …</span>'
    colours = {HOLDS: style.full, KINK: style.mean, FAILS: style.chosen}
    marks = {HOLDS: "● ✓", KINK: "◐ kink", FAILS: "■ ✗"}
    colour = look.legible(colours.get(check.state, style.muted), style.panel)
    mark = marks.get(check.state, "○")
    if check.state not in marks:
        said = "too large to check"
    else:
        apart = _within(check.apart, check.apart_tolerance)
        said = f"mean of gradients − gradient of mean {apart}"
        if wide and check.kinks < check.directions:
            slopes = _within(check.slope_error, check.slope_tolerance)
            said += f" · differences {slopes}"
    said = said.replace("<", "&lt;")
    return (
        f'<span style="color:{style.muted}">{said}</span> '
        f'<b style="color:{colour}">{mark}</b>'
    )


def _within(size: float, tolerance: float) -> str:
    """Return a difference and what it may be at most, in one digit each."""
    low, high = (number(float(f"{value:.0e}")) for value in (size, tolerance))
    return f"{low} {'<' if size <= tolerance else '>'} {high}"

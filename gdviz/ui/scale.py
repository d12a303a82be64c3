"""The two large sliders: a name, a number that can be typed, a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdviz.core.knobs import Knob, Real, Whole
from gdviz.ui.fields import NumberEdit
from gdviz.ui.logslider import LogSlider
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from gdviz.session.forecast import RateLimit
    from gdviz.ui.style import Style

_NICE = (1.0, 2.0, 5.0)


class BigSlider(QWidget):
    """A name, a number that can be typed, and a logarithmic slider."""

    chosen = Signal(object)

    def __init__(self, worn: Knob) -> None:
        super().__init__()
        kind = worn.kind
        assert isinstance(kind, Real | Whole)
        ends = (
            kind.slider
            if isinstance(kind, Real) and kind.slider
            else (kind.low, kind.high)
        )
        self.name, self._tip = QLabel(worn.label), worn.tip
        self.name.setObjectName("big")
        self.number = NumberEdit(kind)
        self.number.setObjectName("number")
        self.slider = LogSlider(*ends, whole=isinstance(kind, Whole))
        for part in (self.number, self.slider):
            part.setToolTip(worn.tip)
            part.setAccessibleName(worn.label)
            part.setAccessibleDescription(worn.tip)
        row = QHBoxLayout()
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.number)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 2)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.slider)
        self.slider.slid.connect(self.chosen)
        self.number.chosen.connect(self.chosen)
        self._mark()

    def set_value(self, value: float) -> None:
        """Show a value."""
        self.number.set_value(value)
        self.slider.set_number(value)

    def set_limits(self, limits: tuple[RateLimit, ...], settled: bool = False) -> None:
        """Show ticks at limits, and say what they are."""
        self.slider.set_limits(limits, settled)
        tip = "\n".join([self._tip, *(limit.tip for limit in limits)])
        if tip != self.slider.toolTip():
            self.slider.setToolTip(tip)
            self.slider.setAccessibleDescription(tip)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.number.setFixedWidth(px(110))
        self.slider.set_style(style)

    def set_most(self, most: int) -> None:
        """Let the slider end at `most`, the number of all examples."""
        if most != self.slider.high or most != self.number.kind.high:
            self.slider.set_ends(self.slider.low, most)
            self.number.set_kind(Whole(1, most, log=True))
            self._mark()

    def _mark(self) -> None:
        low, high = self.slider.low, self.slider.high
        decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        steps = _NICE if self.slider.whole and high <= 200 else (1.0,)
        values = [s * 10.0**d for d in decades for s in steps]
        self.slider.marks = {
            v: f"{v:,.7g}" for v in values if low <= v <= high * 1.0001
        }
        if self.slider.whole:
            self.slider.marks[high] = f"{high:,.0f} = all"
        self.slider.update()

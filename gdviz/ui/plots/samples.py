"""The path as samples: how often each value was met, and the laws known for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdviz.core.knobs import Whole
from gdviz.session.samples import burn_in, density, histogram, samples
from gdviz.session.samplewords import words
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.fields import NumberEdit, QuietCombo
from gdviz.ui.marks.curve import Curve
from gdviz.ui.marks.heading import unbroken
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.laws import Laws
    from gdviz.session.run import Run
    from gdviz.session.samples import Samples
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_MOST_STEPS, _MOST_NAMES = 10**9, 512
_NARROW = 380  # points: room for short names only
_LINE, _MOST_ROOM = 17, 0.62  # points of a line of words; their share of the height


class BurnIn(NumberEdit):
    """From which step on the path counts; nothing typed leaves it to the program."""

    def __init__(self) -> None:
        super().__init__(Whole(0, _MOST_STEPS))
        self.setObjectName("small")
        self.setAccessibleName("Samples from step")
        self.setToolTip(
            "The first step whose θ counts as a sample: what was before is on the way "
            "to where the path wanders. Empty: a fifth of the path is left out."
        )

    def _typed(self) -> None:
        if self.isModified() and not self.text().strip():
            self.setModified(False)
            self.chosen.emit(None)
            return
        super()._typed()


class SamplesChart(Chart):
    """A histogram of one parameter, and the densities it is to be compared with."""

    name: ClassVar[str] = "samples"
    label: ClassVar[str] = "Samples"
    tip: ClassVar[str] = (
        "How often the path met each value of a parameter, as a histogram. Where they "
        "are known: the posterior (solid) and the law this very chain settles on "
        "(dashed, drawn as a normal density of its exact mean and variance)."
    )

    def build(self) -> None:
        """Make the histogram, the two densities and the words."""
        self.bars = Curve(steps=True)
        self.posterior = Curve(antialias=True)
        self.settled = Curve(antialias=True)
        for item in (self.bars, self.posterior, self.settled):
            self.item.addItem(item, ignoreBounds=True)
        self.words = pg.LabelItem(justify="left")
        self.words.setParentItem(self.box)
        self.words.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(6, 2))
        self.box.setMouseEnabled(x=False, y=False)
        self.corner = self._corner()
        self.begin: int | None = None
        self._number, self._text = -1, ""
        self._view: tuple[float, float, float] | None = None  # left, right, top
        self.box.sigResized.connect(lambda *_: self.refit())

    def restyle(self, style: Style) -> None:
        """Colour the histogram and the densities."""
        fill = QColor(style.path)
        fill.setAlpha(90)
        self.bars.setBrush(fill)
        self.bars.setPen(self.curve_pen(style.path, 1.0))
        self.posterior.setPen(self.curve_pen(style.full, 2.5))
        self.settled.setPen(self.curve_pen(style.text, 2.0, Qt.PenStyle.DashLine))
        self.choice.setMaximumWidth(px(104))
        self.burn_in.setFixedWidth(px(66))
        self._text = ""

    def draw(self, run: Run) -> None:
        """Draw the samples known so far and the laws."""
        if run.number != self._number:
            self._number, self._view, self.begin = run.number, None, None
        index = self._offer(run)
        found = samples(run, index, self.begin)
        self.burn_in.set_value(burn_in(run) if self.begin is None else self.begin)
        edges, heights = histogram(found)
        shown = (edges, heights) if len(edges) else (np.zeros(2), np.zeros(1))
        self.bars.setData(*shown)
        curves = [density(law, index) for law in (run.laws.posterior, run.laws.settled)]
        for item, (x, y) in zip((self.posterior, self.settled), curves, strict=True):
            item.setData(x, y)
        self.set_labels(run.facts.parameters[index], "density")
        lines = self._write(run, index, found)
        self._keep_in_view([(edges, heights), *curves], lines)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def count_from(self, begin: int | None) -> None:
        """Let the samples begin at a step; None leaves it to the program."""
        self.begin, self._view = begin, None
        if self.run is not None:
            self.show_run(self.run)

    def show_parameter(self, name: str) -> None:
        """Show the samples of one parameter."""
        self.choice.setCurrentIndex(self.choice.findText(name))
        self.refit()

    def _corner(self) -> QWidget:
        """Return which parameter, and from which step on."""
        self.choice, self.burn_in = QuietCombo(), BurnIn()
        self.choice.setObjectName("small")
        self.choice.setAccessibleName("Samples of")
        self.choice.setToolTip("The parameter whose values are counted.")
        self.choice.activated.connect(lambda _: self.refit())
        self.burn_in.chosen.connect(self.count_from)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        label = QLabel("from")
        label.setObjectName("muted")
        for part in (self.choice, label, self.burn_in):
            row.addWidget(part)
        return both

    def _offer(self, run: Run) -> int:
        """Offer the parameters of a run, and return the index of the one chosen."""
        names = run.facts.parameters[:_MOST_NAMES]
        if [self.choice.itemText(i) for i in range(self.choice.count())] != [*names]:
            self.choice.clear()
            self.choice.addItems(names)
            self._view = None
        self.choice.setVisible(len(names) > 1)
        return max(self.choice.currentIndex(), 0)

    def _write(self, run: Run, index: int, found: Samples) -> int:
        """Write the legend and the sentences; return how many lines they take."""
        short = self.view.width() < _NARROW
        legend = _legend(run.laws, self.style_, short)
        text = "<br>".join([legend, *words(run, index, found)])
        label, width = self.words.item, max(self.box.width() - 16, 100)
        if text != self._text or label.textWidth() != width:
            self._text = text
            self.words.setText(text, size=look.pixels(12), color=self.style_.text)
            label.setTextWidth(width)
        return round(label.boundingRect().height() / px(_LINE))

    def _keep_in_view(self, curves: list[tuple[Array, Array]], lines: int) -> None:
        """Show all curves below the words; change the view in jumps."""
        shown = [(x, y) for x, y in curves if len(x) > 1]
        if self.held or not shown:
            return
        left = min(float(x[0]) for x, _ in shown)
        right = max(float(x[-1]) for x, _ in shown)
        high = max(float(y.max()) for _, y in shown)
        share = min((lines + 0.5) * px(_LINE) / max(self.box.height(), 1.0), _MOST_ROOM)
        top, view = high / (0.97 - share), self._view
        if view is None or not (
            view[0] <= left and right <= view[1] and view[2] >= top > view[2] / 1.3
            and view[1] - view[0] < 2.5 * (right - left)
        ):  # fmt: skip
            pad = 0.08 * (right - left)
            self._view = (left - pad, right + pad, 1.1 * top)
            low, top = np.array([left - pad, 0.0]), np.array([right + pad, 1.1 * top])
            self.show_range(low, top)


def _legend(laws: Laws, style: Style, short: bool) -> str:
    names = [(style.path, "▮ samples")]
    if laws.posterior is not None:
        names.append((style.full, "━ posterior"))
    if laws.settled is not None:
        which = "this chain's own law" if laws.steady else "law at this learning rate"
        names.append((style.text, f"╌ {'law' if short else which}"))
    shades = [(look.legible(c, style.plot), n) for c, n in names]
    marks = [f'<span style="color:{c}">{n}</span>' for c, n in shades]
    return unbroken(" &nbsp; ".join(marks))

"""The data and the model on them, with the batch that comes next ringed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor

from gdviz.core.batches import FRESH
from gdviz.core.portrait import BARS, COMPONENTS, CURVE, FIT, MAP
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.framing import bounds, reframed, span
from gdviz.ui.marks.heading import Heading
from gdviz.ui.marks.heat import Heat, contours
from gdviz.ui.marks.kept import keep
from gdviz.ui.marks.shapes import shapes, sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.portrait import Portrait
    from gdviz.session.questions import Facts
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]


_FEW_FORMULAS, _MOST_LETTERS = 6, 42  # are named, in one line
_REACH = 12.0  # pixels
_UPRIGHT = (CURVE, FIT, BARS)  # an error is an upright line there
_CURVES = 100  # as many as there may be classes
_FEW_SHAPES = 200  # points: room to tell shapes apart
_FEW = 128  # rings; more of them are drawn small and without their errors


class DataChart(Chart):
    """Examples, this batch ringed, and what the model makes of them."""

    name: ClassVar[str] = "data"
    label: ClassVar[str] = "Data and model"
    tip: ClassVar[str] = (
        "The examples and the model's output; the examples of the batch that comes "
        "next are ringed. With more than two inputs: output against target, or the "
        "first two principal components, the wrongly classified hollow."
    )

    def build(self) -> None:
        """Make the map, the points, the curves and the rings."""
        self.heat = Heat()
        self.border = Curve(connect="finite", antialias=True)
        self.points = Dots(size=6, pen=None, antialias=True)
        self.holes = Dots(size=3, pen=None, antialias=True)
        self.fresh = Dots(size=6, pen=None, antialias=True)
        self.rings = Dots(size=12, brush=None, antialias=True)
        self.chosen = Dots(size=17, brush=None, antialias=True)
        self.errors = Curve(connect="pairs", antialias=True)
        self.own_error = Curve(connect="pairs", antialias=True)
        self.curves = [Curve(connect="finite", antialias=True) for _ in range(_CURVES)]
        self.names = Heading(self.item)
        for item in (
            self.heat,
            self.border,
            self.points,
            self.holes,
            self.fresh,
            self.errors,
            *self.curves,
            self.rings,
            self.own_error,
            self.chosen,
        ):
            self.item.addItem(item, ignoreBounds=True)
        keep(self.points)
        self.box.setMouseEnabled(x=False, y=False)
        self.view.scene().sigMouseClicked.connect(self._clicked)
        self.hint = ""  # in the place of the title, while points are edited
        self._number, self._framed = -1, False
        self._drawn = 0  # so many of the curves are seen

    def restyle(self, style: Style) -> None:
        """Colour the items."""
        self.border.setPen(self.curve_pen(style.path, 2.0))
        self.errors.setPen(self.curve_pen(style.example, 1.2, Qt.PenStyle.DotLine))
        self.chosen.setPen(self.curve_pen(style.chosen, 3.0))
        self.own_error.setPen(self.curve_pen(style.chosen, 2.2))
        self.holes.setBrush(style.plot)
        self.fresh.setBrush(style.muted)
        self._shades = [QBrush(QColor(colour)) for colour in style.classes]
        self._plain, self._outline = (
            QBrush(QColor(style.muted)),
            self.curve_pen(style.plot, 0.8),
        )
        self._number = -1

    def draw(self, run: Run) -> None:
        """Draw the portrait of the step shown."""
        portrait = run.snapshot.portrait
        self.set_title(self.hint or _words(run))
        self.set_labels(*portrait.labels)
        if run.number != self._number:
            self._number = run.number
            self._draw_points(run)
            self._name_classes(run.facts)
        elif portrait.kind in (FIT, BARS):
            self._move_points(portrait)
        self._draw_model(run)
        rings = _drawable(portrait.batch)  # others would kill the painter
        few = len(rings) <= _FEW
        self.rings.setData(
            rings[:, 0],
            rings[:, 1],
            size=12 if few else 6,
            pen=self.curve_pen(self.style_.example, 2.0 if few else 1.0),
        )
        fresh = run.snapshot.scene.descent.order == FRESH
        self.fresh.setData(*(rings.T if fresh else rings[:0].T))
        pairs = np.stack([portrait.batch, portrait.predicted], axis=1).reshape(-1, 2)
        self.errors.setData(pairs[:, 0], pairs[:, 1])
        self.errors.setVisible(few and portrait.kind in _UPRIGHT)
        self._draw_chosen(run)

    def _draw_chosen(self, run: Run) -> None:
        """Ring the selected example, with its error."""
        chosen = None if self.hides(legend.CHOSEN) else run.snapshot.chosen
        upright = run.snapshot.portrait.kind in _UPRIGHT
        places = np.empty((0, 2))
        if chosen is not None:
            places = np.stack([chosen.point, chosen.predicted])
        self.chosen.setData(*_drawable(places[:1]).T)
        self.own_error.setData(places[:, 0], places[:, 1])
        self.own_error.setVisible(upright)

    def _clicked(self, event: Any) -> None:
        """Select the example under the mouse, or none."""
        if self.run is None or event.button() != Qt.MouseButton.LeftButton:
            return
        portrait, record = self.run.snapshot.portrait, self.run.snapshot.record
        fresh = self.run.snapshot.scene.descent.order == FRESH
        points = portrait.batch if fresh else portrait.points
        rows = record.rows if fresh else portrait.rows
        at = self.box.mapSceneToView(event.scenePos())
        with np.errstate(all="ignore"):  # in a plot without room no pixel has a size
            away = (points - (at.x(), at.y())) / self.box.viewPixelSize()
            distance = np.nan_to_num(np.hypot(*away.T), nan=np.inf)
        best = int(distance.argmin())
        self.example_chosen.emit(int(rows[best]) if distance[best] < _REACH else None)

    def _draw_points(self, run: Run) -> None:
        portrait = run.snapshot.portrait
        classes, many = run.facts.classes, len(portrait.points)
        size = 4 if many > 500 else 8 if classes and many <= _FEW_SHAPES else 6
        self.points.setSize(size)
        self.holes.setSize(size / 2)
        self.points.setData(
            portrait.points[:, 0],
            portrait.points[:, 1],
            brush=self._brushes(portrait, classes),
            symbol=shapes(portrait.colours) if classes else "o",
            pen=self._outline,
        )
        if not (self.held and self._framed):
            self._frame(portrait)

    def _frame(self, portrait: Portrait) -> None:
        low, high = bounds(portrait)
        self._framed = True
        self.show_range(low - 0.02 * (high - low), high + 0.02 * (high - low))

    def frame(self) -> None:
        """Show all points, unless they are in view and fill it well."""
        if self.run is None:
            return
        portrait = self.run.snapshot.portrait
        low, high = np.array(self.box.viewRange()).T
        if reframed(*bounds(portrait), (low, high)) is not None:
            self._frame(portrait)

    def _move_points(self, portrait: Portrait) -> None:
        if portrait.kind == BARS:
            self._keep_bars_in_view(portrait)
        good = portrait.points[np.isfinite(portrait.points).all(axis=1)]
        self.points.setData(good[:, 0], good[:, 1], brush=self.style_.muted)

    def _keep_bars_in_view(self, portrait: Portrait) -> None:
        low, high = bounds(portrait)
        bottom, top = self.box.viewRange()[1]
        if low[1] < bottom or high[1] > top or high[1] - low[1] < 0.3 * (top - bottom):
            self.show_range(low, high)

    def _brushes(self, portrait: Portrait, classes: tuple[str, ...]) -> object:
        if classes:
            shades = self._shades  # the same ones: each is drawn into an atlas once
            return [shades[int(c) % len(shades)] for c in portrait.colours]
        if portrait.kind != MAP:
            return self._plain
        low, high = portrait.colours.min(), portrait.colours.max()
        share = (portrait.colours - low) / (high - low if high > low else 1.0)
        colours = look.ramp(_map_colours(self.style_))[(255 * share).astype(int)]
        return [QColor(int(c)).lighter(160) for c in colours]

    def _draw_model(self, run: Run) -> None:
        portrait, values = run.snapshot.portrait, run.snapshot.portrait.values
        self.heat.setVisible(portrait.kind == MAP)
        self.border.setVisible(portrait.kind == MAP)
        for curve in self.curves[: self._drawn]:
            curve.setVisible(False)
        self._drawn = 0
        shown = portrait.wrong & (portrait.kind == COMPONENTS)
        self.holes.setData(
            *portrait.points[shown].T, symbol=shapes(portrait.colours[shown])
        )
        if portrait.kind == CURVE and values is not None:
            self._draw_curves(portrait.grid[0], values)
        elif portrait.kind == FIT:
            ends = np.array([portrait.colours.min(), portrait.colours.max()])
            pen = self.curve_pen(self.style_.muted, 1.5, Qt.PenStyle.DashLine)
            self.curves[0].setData(ends, ends, pen=pen)
            self._drawn = 1
        elif portrait.kind == MAP and values is not None:
            self._draw_map(portrait, values, run.facts.classes)

    def _draw_curves(self, x: Array, values: Array) -> None:
        """Draw the output, or that of each class in the colour of the class."""
        colours = self.style_.classes if len(values) > 1 else (self.style_.path,)
        for curve, row, place in zip(self.curves, values, range(_CURVES), strict=False):
            pen = self.curve_pen(colours[place % len(colours)], 2.5)
            curve.setData(x, np.where(np.isfinite(row), row, np.nan), pen=pen)
        self._drawn = min(len(values), _CURVES)

    def _name_classes(self, facts: Facts) -> None:
        """Name the classes in their colours, or the formulas by their numbers."""
        colours = self.style_.classes
        names = [
            self.named(colours[at % len(colours)], f"{sign(at)}&nbsp;{escape(name)}")
            for at, name in enumerate(facts.classes[: len(colours)])
        ]
        colour, formulas = self.style_.text, facts.formulas[:_FEW_FORMULAS]
        if sum(map(len, formulas)) <= _MOST_LETTERS:
            names += [
                f'<span style="color:{colour}">{n}: {escape(formula)}&nbsp;</span>'
                for n, formula in enumerate(formulas, 1)
            ]
        self.names.setText(" ".join(names), size=look.pixels(12))

    def _draw_map(
        self, portrait: Portrait, values: Array, classes: tuple[str, ...]
    ) -> None:
        u, v = portrait.grid
        rect = QRectF(u[0], v[0], u[-1] - u[0], v[-1] - v[0])
        finite = np.nan_to_num(values, posinf=1e6, neginf=-1e6)
        if len(classes) > 2:
            colours = tuple(self.style_.classes[: len(classes)])
            shades, levels = finite / (len(classes) - 1), np.arange(1.0, len(classes))
            self.heat.setOpacity(0.35)
            self.heat.set_picture(shades, colours, rect)
            self.border.setData(*contours(u, v, finite, levels - 0.5))
            return
        low, high = (-1.0, 1.0) if classes else span(portrait.colours)
        shades = np.clip((finite - low) / (high - low), 0.0, 1.0)
        self.heat.setOpacity(1.0)
        self.heat.set_picture(shades, _map_colours(self.style_), rect)
        steps = np.array([0.0]) if classes else np.linspace(low, high, 9)
        self.border.setData(*contours(u, v, finite, steps))


def _drawable(points: Array) -> Array:
    return points[np.isfinite(points).all(axis=1)]


def _map_colours(style: Style) -> tuple[str, ...]:
    return (style.map_low, style.map_middle, style.map_high)


def _words(run: Run) -> str:
    drawn, n = len(run.snapshot.portrait.points), run.facts.n_examples
    some = f" · {drawn:,} of {n:,} drawn" if drawn < n else ""
    kind = run.snapshot.portrait.kind
    if kind == BARS:
        each = "formula" if run.facts.formulas else "example"
        return f"The loss of each {each} · batch ringed{some}"
    what = {COMPONENTS: " · wrong ones hollow", FIT: " · output against target"}
    return f"Data{what.get(kind, ' and model')} · batch ringed{some}"

"""From a run to the picture of its network: every word and where it stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from gdviz.session.arithmetic.one import input_name
from gdviz.session.wiring import BIAS, MEAN, OWN, WEIGHTS, edge_values, wire
from gdviz.session.wiringwords import brief, briefer, mean_known, target
from gdviz.ui.marks.graph import LINE, graph
from gdviz.ui.marks.network import CENTRE, LEFT, MUTED, RIGHT, TEXT, Picture, Words
from gdviz.ui.panels.network.labels import best_zoom, labels, placed
from gdviz.ui.scaling import times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.wiring import Seen

    Array = NDArray[np.float64]

_TITLES = {
    WEIGHTS: "weights w",
    OWN: "gradient g of this example",
    MEAN: "mean gradient ĝ",
}
_LOW, _LOWEST = 220, 150  # points, for one line less below the columns
_COLUMN, _HIGH = 110, 110  # points: of a column, and of all, that large words need


def picture(run: Run, example: Seen, quantity: str, size: tuple[int, int]) -> Picture:
    """Return what to paint for an example in a picture of this size, in pixels.

    All of it is as large as words are: it is laid out as usual and then enlarged.
    """
    scale = scale_for(len(example.ledger.network.widths), size)
    room = int(size[0] / scale), int(size[1] / scale)
    return _Drawing(run, example, quantity, room, scale).picture()


def scale_for(columns: int, size: tuple[int, int]) -> float:
    """Return how large all is drawn: as words are, or usual where room is short."""
    fits = min(size[0] / (_COLUMN * columns), size[1] / _HIGH)
    return max(min(times(), fits), 1.0)


class _Drawing:
    """What is known while a picture is made."""

    def __init__(
        self, run: Run, example: Seen, quantity: str, size: tuple[int, int],
        scale: float,
    ) -> None:  # fmt: skip
        self.run, self.example, self.quantity = run, example, quantity
        self.scale = scale
        self.wiring, self.network = wire(example), example.ledger.network
        self.counts = tuple(len(units) for units in self.wiring.drawn)
        part = self.counts != self.network.widths and size[1] >= _HIGH
        self.rows = 2 if size[1] >= _LOW or part else 1
        self.legend = size[1] >= _LOWEST
        foot, bias = LINE * (self.rows + self.legend) + 6, self.network.bias
        self.zoom = best_zoom(self.counts, bias, size, foot, 1 / scale)
        self.size = int(size[0] / self.zoom), int(size[1] / self.zoom)
        self.graph = graph(self.counts, bias, self.size, foot)
        self.values = edge_values(run, example, quantity, self.wiring.parameters)

    def picture(self) -> Picture:
        """Return the picture."""
        where = placed(self.graph, self.counts, self.network.bias)
        at_edges = labels(self.run, self.example, self.wiring, self.quantity, where)
        nodes = [w for node in range(len(self.shades)) for w in self._node(node)]
        return Picture(
            self.graph,
            self.wiring,
            self.quantity,
            self.values,
            self.shades,
            self.example.chosen,
            tuple(where[1].values()),
            (*at_edges, *nodes, *self._loss(), *self._foot()),
            self.zoom * self.scale,
        )

    @cached_property
    def shades(self) -> Array:
        """The colour of each node: none for the bias."""
        return np.tanh(np.nan_to_num([self._a(node) for node in range(self._count)]))

    @property
    def _count(self) -> int:
        return len(self.wiring.columns)

    def _a(self, node: int) -> float:
        column, unit = self._place(node)
        return 0.0 if unit == BIAS else float(self.example.activations(column)[unit])

    def _place(self, node: int) -> tuple[int, int]:
        return int(self.wiring.columns[node]), int(self.wiring.units[node])

    def _node(self, node: int) -> list[Words]:
        """Return all that is written in a node, below it and beside it."""
        column, unit = self._place(node)
        (x, y), (w, h) = self.graph.centres[node], self.graph.halves[node]
        inside = QRectF(x - w + 2, y - h, 2 * w - 4, 2 * h)
        if unit == BIAS:
            return [Words(inside, "1", MUTED)]
        a = brief(self._a(node)), briefer(self._a(node))
        words = []
        if self.graph.told:
            words.append(Words(inside, a[0], shorter=a[1], kind="unit"))
        if self.graph.deltas:
            words.append(self._below(node))
        if column == 0 and self.graph.before:
            box = QRectF(x - w - self.graph.before, y - LINE / 2, 0, LINE)
            box.setWidth(self.graph.before - 5)
            name = input_name(self.network, unit)
            words.append(Words(box, a[0], TEXT, RIGHT, shorter=a[1], name=name))
        if column == len(self.counts) - 1 and self.graph.lines:
            words += self._behind(unit, x + w + 6, y)
        return words

    def _below(self, node: int) -> Words:
        """Return δ, or the name of an input."""
        column, unit = self._place(node)
        (x, y), (w, h) = self.graph.centres[node], self.graph.halves[node]
        more = 4 if column == len(self.counts) - 1 else 12  # words stand behind outputs
        box = QRectF(x - w - more, y + h, 2 * (w + more), LINE)
        if column == 0:
            name = input_name(self.network, unit)
            return Words(box, "", MUTED, on_plate=True, name=name)
        delta = float(self.example.deltas(column)[unit])
        text, shorter = f"δ {brief(delta)}", f"δ {briefer(delta)}"
        return Words(box, text, OWN, CENTRE, True, shorter, "delta")

    def _behind(self, unit: int, x: float, y: float) -> list[Words]:
        """Return the name of a class, its probability and the target, as far as fits.

        The classes that are not the target stand back.
        """
        told, places = self.example.ledger, self.graph
        texts = target(self.run, self.example, unit)
        if places.lines == 1:
            texts = ("  ".join(texts),) if places.behind > 70 else texts[:1]
        named = places.lines == 3 and len(self.run.facts.classes) == len(told.targets)
        names = (
            [self.run.facts.classes[unit]] if named and len(told.targets) > 1 else []
        )
        away = len(told.targets) > 1 and told.targets[unit, self.example.at] == 0
        colour, lines = MUTED if away else TEXT, len(texts) + len(names)
        box = QRectF(x, y - LINE * lines / 2, places.behind - 14, LINE)
        words = [Words(box, "", colour, LEFT, name=name) for name in names]
        for row, text in enumerate(texts):
            below = box.translated(0, LINE * (row + len(names)))
            words.append(Words(below, text, colour, LEFT, kind=f"behind {row}"))
        return words

    def _loss(self) -> list[Words]:
        box = QRectF(*self.graph.loss)
        loss = brief(float(self.example.ledger.losses[self.example.at]))
        if box.width() > 2 * box.height():
            return [Words(box, f"loss {loss}")]
        top = QRectF(box.left() + 2, box.top() + 1, box.width() - 4, box.height() / 2)
        low = top.translated(0, top.height() - 2)
        return [Words(top, "loss", MUTED), Words(low, loss)]

    def _foot(self) -> list[Words]:
        """Return the captions of the columns and what the edges show."""
        columns, words = self.graph.columns, []
        gap = float(columns[1] - columns[0])
        for column, x in enumerate(columns.tolist()):
            left = max(x - gap / 2 + 2, 2.0)
            box = QRectF(left, self.graph.bottom + 2, 2 * (x - left), LINE)
            for row, text in enumerate(self._caption(column)[: self.rows]):
                below = box.translated(0, LINE * row)
                words.append(Words(below, text, MUTED, kind=f"caption {row}"))
        if self.legend:
            box = QRectF(8, self.size[1] - LINE - 3, self.size[0] - 16, LINE)
            whole = self._scale()
            short = whole.partition(": ")[2] or whole
            words.append(Words(box, whole, MUTED, shorter=short))
        return words

    def _caption(self, column: int) -> tuple[str, str]:
        network, drawn = self.network, self.counts[column]
        width, last = network.widths[column], len(network.widths) - 1
        part = f"{drawn} of {width:,}" if drawn < width else ""
        if 0 < column < last:
            return f"layer {column}", part or network.activation.title
        return f"{'input' if column == 0 else 'output'}{'s' * (width > 1)}", part

    def _scale(self) -> str:
        title = _TITLES[self.quantity]
        if self.quantity == MEAN and not mean_known(self.run):
            return f"{title}: not yet known"
        most = brief(float(np.abs(self.values).max()))
        return f"{title}: thickest {most}, dashed below 0"

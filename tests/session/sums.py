"""The cells of the arithmetic of a run, and a check of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.datasets import LineWithNoise
from gdviz.core.models import MLP
from gdviz.session.arithmetic.detail import Detail
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen
from tests.session.calculator import calculated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.arithmetic.cells import Cell
    from gdviz.session.arithmetic.expressions import Value
    from gdviz.session.arithmetic.sheets import Sheet
    from gdviz.session.run import Run

ALL = 10**9  # terms: none are left out
FOUR = LineWithNoise(n_examples=4)
NET = Scene(data=FOUR, model=MLP((2,)), descent=Descent(4))  # 1-2-1


def run_of(scene: Scene, steps: int = 0, chosen: int | None = None) -> Run:
    return Screen(scene, steps, chosen=chosen, until=0.0, whole=True).run


def sheets_of(run: Run) -> list[Sheet]:
    """The tables of a run, and those of every layer and some units if it is large."""
    whole = Arithmetic.of(run)
    sheets = [whole.examples(), whole.below()]
    if whole.small:
        return sheets
    detail = Detail(whole)
    for layer in range(len(detail.layers)):
        units = range(-1, min(len(detail.units(layer)), 2))
        sheets += [detail.sheet(layer, unit) for unit in units]
    return sheets


def cells_in(sheet: Sheet) -> Iterator[Cell]:
    for r in range(sheet.count):
        for c in range(len(sheet.heads)):
            cell = sheet.cell(r, c)
            if cell is not None:
                yield cell


def cells_of(run: Run) -> Iterator[Cell]:
    for sheet in sheets_of(run):
        yield from cells_in(sheet)


def exact(value: Value) -> str:
    return value.name if value.constant else repr(value.value).replace("-", "−")


def check(cell: Cell) -> None:
    """What is printed, term by term and in full, comes to the recorded number."""
    for one in (cell, *cell.how().also):
        expression, value = one.how().expression, float(one.value)
        slack = 1e-12 * max(expression.size(), abs(value))
        assert abs(expression.worth() - value) <= slack, one.parts()
        assert one.formula().expression.write(exact) == expression.write(exact)
        printed = calculated(expression.write(exact, ALL))
        assert abs(printed - value) <= 1e3 * slack + 1e-15, one.parts()


def below(run: Run) -> dict[str, list[float]]:
    """The entries of every line by its label."""
    whole = Arithmetic.of(run)
    entries = range(len(run.facts.parameters))
    return {line.label: [line.cell(j).value for j in entries] for line in whole.lines}

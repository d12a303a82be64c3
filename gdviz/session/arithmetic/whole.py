"""The arithmetic of a step as tables: its examples, and the lines below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.batches import FRESH
from gdviz.session.arithmetic.column import EXAMPLE
from gdviz.session.arithmetic.columns import columns_of
from gdviz.session.arithmetic.lines import (
    AFTER,
    HANDED,
    MADE,
    MEAN,
    NEW,
    SUM,
    THETA,
    UPDATE,
    WRONG,
)
from gdviz.session.arithmetic.one import One
from gdviz.session.arithmetic.sheets import Head, Sheet
from gdviz.session.arithmetic.stepformulas import lines
from gdviz.session.beats import DIVIDE, GUESS, READY, RECIPE
from gdviz.session.beats import EXAMPLE as AT_WORK
from gdviz.session.beats import SUM as ADDED
from gdviz.session.writing import row_name

if TYPE_CHECKING:
    from gdviz.session.arithmetic.cells import Cell
    from gdviz.session.arithmetic.column import Column
    from gdviz.session.arithmetic.lines import Line
    from gdviz.session.beats import Beat
    from gdviz.session.questions import Facts
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Chosen, Snapshot


_NOT_YET = {
    SUM: (READY, AT_WORK, GUESS),
    **dict.fromkeys((HANDED, WRONG), (READY, AT_WORK, GUESS, ADDED, DIVIDE)),
    **dict.fromkeys(
        (AFTER, MADE, UPDATE, NEW), (READY, AT_WORK, GUESS, ADDED, DIVIDE, RECIPE)
    ),
}


class Arithmetic:
    """A step in numbers.

    Parameters
    ----------
    snapshot : Snapshot
    facts : Facts
    beat : Beat or None
        In its example phases only what is known by then is told.

    Attributes
    ----------
    lines : tuple of Line
        Sum, mean and so on.
    small : bool
        Whether the columns tell everything.
    """

    def __init__(self, snapshot: Snapshot, facts: Facts, beat: Beat | None) -> None:
        self.snapshot, self.facts, self.beat = snapshot, facts, beat
        self.columns, self.small = columns_of(snapshot, facts)
        self.lines = lines(snapshot, facts)
        self.listed = len(snapshot.record.gradients)
        chosen = snapshot.chosen
        self.beside = chosen is not None and chosen.place < 0

    @classmethod
    def of(cls, run: Run) -> Arithmetic:
        """Return the arithmetic of what a run shows."""
        return cls(run.snapshot, run.facts, run.beat)

    def examples(self) -> Sheet:
        """Return a row for each example, and one for a selected one elsewhere."""
        count = self.listed + self.beside

        def cell(r: int, c: int) -> Cell | None:
            return self._example(self.columns[c], r)

        return Sheet(_heads(self.columns), count, self.head, cell)

    def below(self) -> Sheet:
        """Return a row for each line."""

        def cell(r: int, c: int) -> Cell | None:
            line = self.lines[r]
            return self.columns[c].line(line) if self.knows(line) else None

        return Sheet(_heads(self.columns), len(self.lines), self._line_head, cell)

    def parameter_at(self, row: int, column: int) -> int | None:
        """Return which parameter a cell below shows; None: another number."""
        line = self.lines[row]
        cell = self.columns[column].line(line) if line.kind == THETA else None
        names = self.facts.parameters
        return names.index(cell.name) if cell and cell.name in names else None

    def one(self, place: int) -> One:
        """Return an example by its place; the one after the last is the selected."""
        record, chosen = self.snapshot.record, self.snapshot.chosen
        told = self.snapshot.ledger
        if chosen is not None and place == self.listed:
            return self._selected(chosen)
        row, at = int(record.rows[place]), place
        if told is None or place >= len(told):
            own = chosen is not None and chosen.row == row
            told, at = chosen.ledger if chosen is not None and own else None, 0
        loss, gradient = float(record.losses[place]), record.gradients[place]
        return One(self.snapshot, self.facts, place, row, loss, gradient, told, at)

    def subject(self) -> One:
        """Return the example to look at: selected, at work, or the first."""
        chosen, beat = self.snapshot.chosen, self.beat
        if chosen is not None:
            return self.one(self.place(chosen))
        at_work = max(beat.place, 0) if beat is not None else 0
        told = self.snapshot.ledger
        return self.one(at_work if told is None or at_work < len(told) else 0)

    def place(self, chosen: Chosen) -> int:
        """Return the row of the selected example: the last one if it is elsewhere."""
        return chosen.place if chosen.place >= 0 else self.listed

    def knows(self, line: Line) -> bool:
        """Tell whether a line is known in this phase."""
        beat = self.beat
        if beat is None:
            return True
        if line.kind == MEAN:
            return beat.mean_known
        return beat.phase not in _NOT_YET.get(line.kind, ())

    def knows_example(self, one: One) -> bool:
        """Tell whether the passes of an example are known in this phase."""
        return self.beat is None or one.place < self.beat.shown

    def caption(self) -> str:
        """Return what is left out, if anything is."""
        batch, told = len(self.snapshot.record.rows), self.snapshot.ledger
        listed = self.listed < batch
        said = [f"the first {self.listed:,} of {batch:,} examples"] if listed else []
        if told is not None and len(told) < self.listed:
            said.append(f"every number of the first {len(told):,} and the selected one")
        return f"Listed: {'; '.join(said)}." if said else ""

    def head(self, place: int) -> Head:
        """Return what stands in front of an example."""
        one, chosen = self.one(place), self.snapshot.chosen
        return Head(
            self.name_of(one),
            "Click to select this example everywhere.",
            row=one.row,
            chosen=chosen is not None and chosen.row == one.row,
            known=self.knows_example(one),
        )

    def name_of(self, one: One) -> str:
        """Return which example it is, in few words where there is little room."""
        fresh = self.snapshot.scene.descent.order == FRESH
        if one.place < 0:
            away = one.row not in self.snapshot.record.rows
            return (
                f"{row_name(one.row)}, {'not in this batch' if away else 'not listed'}"
            )
        row = "" if fresh else f" ({row_name(one.row)})"
        return f"{'example ' * self.small}{one.place + 1:,}{row}"

    def _selected(self, chosen: Chosen) -> One:
        row, loss, gradient = chosen.row, chosen.loss, chosen.gradient
        told = chosen.ledger
        return One(self.snapshot, self.facts, -1, row, loss, gradient, told, 0)

    def _example(self, column: Column, place: int) -> Cell | None:
        one = self.one(place)
        known = column.group == EXAMPLE or self.knows_example(one)
        return column.example(one) if known else None

    def _line_head(self, r: int) -> Head:
        line = self.lines[r]
        return Head(line.label, line.tip, line.kind, known=self.knows(line))


def _heads(columns: tuple[Column, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((column.group, column.name, column.tip) for column in columns)

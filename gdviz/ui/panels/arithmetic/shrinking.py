"""Words of a table that give way to its columns, as far as they can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.ui.panels.arithmetic.headings import BAR
from gdviz.ui.scaling import times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gdviz.ui.panels.arithmetic.numbertable import NumberTable

_STEP = 0.06  # of the size of words
_LEAST = 0.7  # of the size of words: who sits far away is to read them


class Shrinking:
    """Makes words of tables that share columns smaller until all columns fit.

    At last columns stand closer. Where they do not fit even so, words stay large: then
    there is a scroll bar in any case.

    Parameters
    ----------
    tables : sequence of NumberTable
    aligned : function
        Called when columns have other widths.

    Attributes
    ----------
    busy : bool
        Whether it tries sizes now: then tables are not to follow each other.
    """

    def __init__(
        self, tables: Sequence[NumberTable], aligned: Callable[[], None]
    ) -> None:
        self._tables, self._aligned = tables, aligned
        self.busy = self._given_up = False
        self._width = self._least = 0  # points: there are, and all columns need

    def begin_again(self, width: int) -> None:
        """Let columns and words be what suits this width, and what is shown now."""
        if self.busy:
            return
        self.busy, self._given_up, self._width = True, False, width
        *shares, least = _shares()
        if self._fits(least, True, width):
            ways = ((share, False) for share in (*shares, least))
            if not any(self._fits(*way, width) for way in ways):
                self._fits(least, True, width)
        else:
            self._given_up, self._least = True, self._needed()
            self._fits(1.0, False, width)
        self.busy = False

    def resized(self, width: int) -> None:
        """Do the same where there is another width, unless nothing can come of it."""
        hopeless = self._given_up and width - BAR < self._least
        numbers = self._tables[0].numbers
        largest = numbers.share == 1 and not numbers.close and self._inside(width)
        if width != self._width and not (hopeless or largest):
            self.begin_again(width)

    def grown(self, width: int) -> None:
        """Make words smaller where columns have grown beyond this width."""
        if not self._given_up and not self._inside(width):
            self.begin_again(width)

    def _fits(self, share: float, close: bool, width: int) -> bool:
        for table in self._tables:
            table.set_share(share, close)
        self._aligned()
        return self._inside(width)

    def _inside(self, width: int) -> bool:
        return self._needed() <= width - BAR

    def _needed(self) -> int:
        return max(table.needed() for table in self._tables)


def _shares() -> Iterator[float]:
    """Yield the whole size and shares of it, not below the usual size of words."""
    least = max(1 / times(), _LEAST)
    steps = round((1 - least) / _STEP)
    yield 1.0
    for step in range(1, steps + 1):
        yield 1 - step * (1 - least) / steps

"""The strip below the table: how a number comes about, in letters and in numbers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QTextBrowser

from gdviz.ui import style as look
from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from gdviz.session.arithmetic.cells import Cell
    from gdviz.session.arithmetic.sheets import Head
    from gdviz.ui.style import Style

_HINT = "Click a number to see how it comes about."


class FormulaStrip(QTextBrowser):
    """The formula of one cell."""

    def __init__(self) -> None:
        super().__init__()
        self.style_ = look.STYLES[look.DARK]
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Formula")
        self.setAccessibleDescription("How the number chosen in a table came about.")
        self.ring = Ring(self)
        self.document().setDocumentMargin(6)
        self._shown, self._lines, self._hint, self._formula = "", 2, "", False
        self.tell(None, None)

    def set_lines(self, lines: int) -> None:
        """Take room for so many lines, and for one more where that is needed.

        Where there is no formula one line is enough.
        """
        self._lines = lines
        self._fit()

    def set_hint(self, words: str) -> None:
        """Say something more where there is no formula."""
        self._hint = words

    def _fit(self) -> None:
        line, margins = self.fontMetrics().lineSpacing(), 14
        needed = round(self.document().size().height())
        usual = self._lines if self._formula else 1
        least, most = (n * line + margins for n in (usual, self._lines + 1))
        self.setFixedHeight(min(max(needed, least), most))

    def tell(self, head: Head | None, cell: Cell | None) -> None:
        """Show the formula of a cell in the row of this head; None: a hint."""
        if head is None or cell is None:
            page = self._muted(f"{_HINT} {self._hint}".strip())
        else:
            page = self._page(head, cell)
        if page != self._shown:
            self._shown, self._formula = page, cell is not None
            self.setHtml(page)
            self._fit()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.setFont(look.font(15))
        self._fit()

    def _page(self, head: Head, cell: Cell) -> str:
        formula, example = cell.formula(), head.row is not None
        which = f"{self._muted(head.label)}: &nbsp;" if example else ""
        equations = [_equation(cell), *map(_equation, formula.also)]
        note = formula.note or ("" if example else head.tip)
        said = f" &nbsp; {self._muted(note)}" if note else ""
        return f"{which}{'<br>'.join(equations)}{said}"

    def _muted(self, text: str) -> str:
        return f'<span style="color:{self.style_.muted}">{escape(text)}</span>'


def _equation(cell: Cell) -> str:
    *rest, last = (escape(part) for part in cell.parts())
    return " = ".join([*rest, f"<b>{last}</b>"])

"""Two tables of the same columns: the examples, and the lines that stay below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from gdviz.session.arithmetic.sheets import as_text
from gdviz.ui.panels.arithmetic.headings import BAR
from gdviz.ui.panels.arithmetic.numbertable import NumberTable
from gdviz.ui.panels.arithmetic.shrinking import Shrinking

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.arithmetic.sheets import Sheet
    from gdviz.ui.style import Style

_OTHER_ONLY = ((False, True), (True, False))  # only the other table scrolls


class Pair(QWidget):
    """Scrolls the examples; sum, mean, update and the rest stay in view.

    Attributes
    ----------
    pointed : Signal of NumberTable
        Another cell is the current one.
    """

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.top = NumberTable("Numbers of each example")
        self.low = NumberTable("Sum, mean, update and parameters")
        self.tables = (self.top, self.low)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.low.groups.hide()
        self.low.setObjectName("below")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.top.setHorizontalScrollBarPolicy(never)
        for table, other in (self.tables, self.tables[::-1]):
            table.setParent(self)
            self._join(table, other)
        self._make_jump()
        self.shrinking = Shrinking(self.tables, self._align)

    def sizeHint(self) -> QSize:
        """Return room for a few rows."""
        return QSize(520, 180)

    def minimumSizeHint(self) -> QSize:
        """Return room for hardly anything."""
        return QSize(160, 90)

    def show_sheets(self, examples: Sheet, lines: Sheet, anew: bool = False) -> None:
        """Show what the tables hold now; in a new run columns may be narrower."""
        anew |= examples.heads != self.top.numbers.sheet.heads
        self.top.show_sheet(examples)
        self.low.show_sheet(lines)
        self._suit(anew)

    def bring(self, row: int) -> None:
        """Bring an example into view; the columns in view stay."""
        self.top.bring(row)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        for table in self.tables:
            table.set_style(style)
        self._suit(anew=True)

    def text(self) -> str:
        """Return the selected rows as text, or both tables if none are."""
        chosen = [sheet for table in self.tables if (sheet := table.chosen())]
        return as_text(*(chosen or (table.numbers.sheet for table in self.tables)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew; what is in use stays in view."""
        super().resizeEvent(event)
        self.shrinking.resized(self.width())
        self._suit(anew=False)
        for table in self.tables:
            if (row := table.currentIndex().row()) >= 0:
                table.bring(row)

    def _suit(self, anew: bool) -> None:
        """Give columns and words the sizes that suit the room."""
        if anew:
            self.shrinking.begin_again(self.width())
        elif not self.shrinking.busy:
            self._align()
            self.shrinking.grown(self.width())

    def _make_jump(self) -> None:
        self.jump = QToolButton(self)
        self.jump.setObjectName("quiet")
        self.jump.setToolTip("To the other end of the table")
        self.jump.setAccessibleName("To the other end of the table")
        self.jump.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.jump.clicked.connect(self._jump)
        bar = self.low.horizontalScrollBar()
        bar.valueChanged.connect(self._place_jump)
        bar.rangeChanged.connect(self._place_jump)

    def _join(self, table: NumberTable, other: NumberTable) -> None:
        scroll, follow = table.horizontalScrollBar(), other.horizontalScrollBar()
        scroll.valueChanged.connect(follow.setValue)
        table.widened.connect(lambda: self._suit(anew=False))
        table.pointed.connect(lambda: self._point(table, other))
        table.left.connect(lambda way: self._cross(table, other, way))

    def _point(self, table: NumberTable, other: NumberTable) -> None:
        """Keep one current cell in both tables."""
        if table.currentIndex().isValid():
            other.setCurrentIndex(QModelIndex())
            self.pointed.emit(table)

    def _cross(self, table: NumberTable, other: NumberTable, way: int) -> None:
        """Go on in the other table where this one ends."""
        down = way > 0
        if down != (table is self.top) or not other.numbers.sheet.count:
            return
        row = 0 if down else other.numbers.sheet.count - 1
        other.setFocus()
        other.setCurrentIndex(other.numbers.index(row, table.currentIndex().column()))

    def _align(self) -> None:
        """Give both the same widths."""
        for column in range(len(self.top.numbers.sheet.heads)):
            width = max(table.columnWidth(column) for table in self.tables)
            for table in self.tables:
                if table.columnWidth(column) != width:
                    table.setColumnWidth(column, width)
        front = max(table.front.minimumWidth() for table in self.tables)
        for table in self.tables:
            table.set_front(front)
        self._share()

    def _share(self) -> None:
        """Let the lines follow the examples, and both scroll where room is short."""
        row = self.top.numbers.row_height
        counts = [table.numbers.sheet.count for table in self.tables]
        head, bar = self.top.groups.sizeHint().height(), self.low.bar(self.width())
        fit = max((self.height() - head - bar) // row, 2)
        above, below = counts
        if above + below > fit:
            below = min(below, max(fit - above, fit // 2))
            above = fit - below
        top = head + above * row
        narrow = self.width() - BAR  # where the other table has a bar at its side
        scrolls = (above < counts[0], below < counts[1])
        widths = [narrow if scrolls == one else self.width() for one in _OTHER_ONLY]
        self.top.setGeometry(0, 0, widths[0], top)
        self.low.setGeometry(0, top, widths[1], below * row + bar + 1)
        self.low.updateGeometries()
        self._place_jump()

    def _place_jump(self) -> None:
        """Offer to jump to the other end where not all columns have room."""
        bar = self.low.horizontalScrollBar()
        self.jump.setVisible(bar.maximum() > 0)
        self.jump.setText("gradient ›" if self._near else "‹ forward")
        height = self.top.groups.height()
        self.jump.setGeometry(0, 0, self.top.front.minimumWidth(), height)

    @property
    def _near(self) -> bool:
        """Whether the beginning of the columns is in view rather than their end."""
        bar = self.low.horizontalScrollBar()
        return 2 * bar.value() < bar.maximum()

    def _jump(self) -> None:
        bar = self.low.horizontalScrollBar()
        bar.setValue(bar.maximum() if self._near else 0)

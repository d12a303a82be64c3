"""One example of a large model: a layer at a time, and the weights of one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gdviz.session.arithmetic.detail import ALL
from gdviz.session.arithmetic.sheets import as_text
from gdviz.ui.fields import QuietCombo
from gdviz.ui.panels.arithmetic.headings import BAR
from gdviz.ui.panels.arithmetic.numbertable import NumberTable
from gdviz.ui.panels.arithmetic.shrinking import Shrinking
from gdviz.ui.title import Title

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.arithmetic.detail import Detail
    from gdviz.ui.style import Style

_MOST = 12  # rows at once


class LayersView(QWidget):
    """Drop-downs for layer and unit above a table.

    Attributes
    ----------
    pointed : Signal of NumberTable
        Another cell is the current one.
    """

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.detail: Detail | None = None
        self.title, self.layer, self.unit = Title(""), QuietCombo(), QuietCombo()
        self.bar, self.table = QWidget(), NumberTable("Numbers of one layer")
        self._lay_out()
        self.layer.activated.connect(lambda _: self._turn())
        self.unit.activated.connect(lambda _: self._show())
        self.table.pointed.connect(self._point)
        self.shrinking = Shrinking((self.table,), self._fit)
        self.table.widened.connect(self._widen)

    def show_detail(self, detail: Detail, anew: bool = False) -> None:
        """Show an example; layer and unit stay where there are such."""
        self.detail = detail
        self.title.setText(detail.title)
        _offer(self.layer, detail.layers)
        self._offer_units()
        self._show(anew)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.table.set_style(style)
        self.shrinking.begin_again(self.width())

    def text(self) -> str:
        """Return the selected rows as text, or the table if none are."""
        return as_text(self.table.chosen() or self.table.numbers.sheet)

    def minimumSizeHint(self) -> QSize:
        """Return room for the drop-downs and hardly a table."""
        return QSize(self.bar.minimumSizeHint().width(), 90)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.shrinking.resized(self.width())
        self._fit()

    def _widen(self) -> None:
        """Have room for columns that have grown."""
        self._fit()
        self.shrinking.grown(self.width())

    def _fit(self) -> None:
        """Show whole rows only, twelve at most."""
        width, top = self.width(), self.bar.sizeHint().height()
        self.bar.setGeometry(0, 0, width, top)
        rows = _MOST * self.table.numbers.row_height
        most = self.table.groups.sizeHint().height() + BAR + rows
        height = self.table.whole(min(self.height() - top, most), width)
        self.table.setGeometry(0, top, width, height)

    def _turn(self) -> None:
        """Go to another layer, all units of it."""
        self.unit.setCurrentIndex(0)
        self._offer_units()
        self._show()

    def _offer_units(self) -> None:
        assert self.detail is not None
        units = self.detail.units(self.layer.currentIndex())
        _offer(self.unit, ("all units", *units) if units else ())
        self.unit.setVisible(bool(units))

    def _show(self, anew: bool = False) -> None:
        assert self.detail is not None
        before = self.table.numbers.sheet.heads
        unit = self.unit.currentIndex() - 1 if self.unit.count() else ALL
        self.table.show_sheet(self.detail.sheet(self.layer.currentIndex(), unit))
        if anew or self.table.numbers.sheet.heads != before:
            self.shrinking.begin_again(self.width())
        self._fit()

    def _point(self) -> None:
        if self.table.currentIndex().isValid():
            self.pointed.emit(self.table)

    def _lay_out(self) -> None:
        self.title.setObjectName("muted")
        self.title.setContentsMargins(8, 0, 4, 0)
        for combo, name, letters in (
            (self.layer, "Layer", 13),
            (self.unit, "Unit", 6),
        ):
            combo.setAccessibleName(name)
            combo.setMinimumContentsLength(letters)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer.setToolTip("Which layer of the network is shown.")
        self.unit.setToolTip("All units of the layer, or the weights of one.")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 2, 4, 2)
        for part, stretch in ((self.title, 1), (self.layer, 0), (self.unit, 0)):
            row.addWidget(part, stretch)
        for child in (self.bar, self.table):
            child.setParent(self)


def _offer(combo: QuietCombo, texts: tuple[str, ...]) -> None:
    """Offer these, if they are not there already; the place chosen stays."""
    if list(texts) != [combo.itemText(i) for i in range(combo.count())]:
        place = combo.currentIndex()
        combo.clear()
        combo.addItems(texts)
        combo.setCurrentIndex(place if 0 <= place < len(texts) else 0)

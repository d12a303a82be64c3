"""The dialog that opens a table: a preview, the target column, and how to read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from gdviz.core.datasets import OwnTable
from gdviz.core.knobs import knobs
from gdviz.ui.fields import QuietCombo
from gdviz.ui.form import edit, show
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gdviz.core.tables import Preview

_PREDICT = "Automatic: classes for text or a few repeated whole numbers, else numbers."
_STANDARDISE = "Number columns get mean 0 and deviation 1: one learning rate suits all."


class TableDialog(QDialog):
    """Asks which column of a previewed table is to be predicted, and how."""

    def __init__(self, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open a table")
        self.preview = preview
        self.spec = OwnTable(path=preview.path, target=preview.header[-1])
        self.target = QuietCombo()
        self.target.addItems(preview.header)
        self.target.setCurrentIndex(len(preview.header) - 1)
        self.target.setAccessibleName("Target column")
        worn = knobs(OwnTable)
        self.task = edit(worn["task"], lambda value: None)
        self.standardise = edit(worn["standardise"], lambda value: None)
        show(self.task, self.spec.task)
        show(self.standardise, self.spec.standardise)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open
            | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        room = self.screen().availableGeometry().size()
        self.resize(QSize(px(720), px(460)).boundedTo(room * 0.9))

    def chosen(self) -> OwnTable:
        """Return the data set as chosen."""
        return OwnTable(
            path=self.preview.path,
            target=self.target.currentText(),
            task=self.task.currentData(),  # type: ignore[attr-defined]
            standardise=self.standardise.isChecked(),  # type: ignore[attr-defined]
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(QLabel(f"The first rows of {Path(self.preview.path).name}:"))
        column.addWidget(self._table(), 1)
        rows = QFormLayout()
        rows.addRow("Target column", self.target)
        predict = QLabel("Predict")
        predict.setBuddy(self.task)
        rows.addRow(predict, _above(self.task, _PREDICT))
        rows.addRow("", _above(self.standardise, _STANDARDISE))
        column.addLayout(rows)
        column.addWidget(self.buttons)

    def _table(self) -> QTableWidget:
        header, rows = self.preview.header, self.preview.rows
        table = QTableWidget(len(rows), len(header))
        table.setTabKeyNavigation(False)
        table.setHorizontalHeaderLabels(list(header))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row[: len(header)]):
                item = QTableWidgetItem(cell)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                table.setItem(r, c, item)
        table.horizontalHeader().setSectionResizeMode(
            QHeaderView.ResizeMode.ResizeToContents
        )
        table.setAccessibleName("Preview of the table")
        table.setAccessibleDescription("The first rows as they were read.")
        return table


def _above(control: QWidget, words: str) -> QVBoxLayout:
    """Return a control with what it does below it."""
    column, note = QVBoxLayout(), QLabel(words)
    column.setSpacing(2)
    note.setObjectName("muted")
    note.setWordWrap(True)
    column.addWidget(control)
    column.addWidget(note)
    return column

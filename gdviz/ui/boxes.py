"""Boxes: sentences not to be missed, in one box however many, and a question."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_MOST = 4  # sentences in a box: the newest


class Box(QMessageBox):
    """A box of sentences that nobody waits for."""

    def __init__(self, icon: QMessageBox.Icon, parent: QWidget) -> None:
        super().__init__(icon, "gdviz", "", parent=parent)
        self.sentences: list[str] = []
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(self, sentence: str) -> None:
        """Show one more sentence, unless it stands there."""
        others = [known for known in self.sentences if known != sentence]
        self.sentences = [*others, sentence][-_MOST:]
        self.setText("\n\n".join(self.sentences))


def tell(window: QWidget, sentence: str, icon: QMessageBox.Icon) -> None:
    """Show a sentence over a window, in the box that is open there if one is."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    there = window.findChildren(Box, options=direct)
    same = (box for box in there if box.isVisible() and box.icon() == icon)
    box = next(same, None) or Box(icon, window)
    box.add(sentence)
    box.open()


def save_box(window: QWidget, name: str) -> QMessageBox:
    """Return the question whether the changes to a file are to be saved first."""
    button = QMessageBox.StandardButton
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "gdviz",
        f"Save the changes to {name} first?",
        button.Save | button.Discard | button.Cancel,
        window,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("What is not saved is lost.")
    box.setDefaultButton(button.Save)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box

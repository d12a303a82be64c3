"""What each key does, and what this program is, each in a box."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QVBoxLayout,
)

from gdviz import __version__

if TYPE_CHECKING:
    from gdviz.ui.window import Window


def show(window: Window, keys: dict[str, str]) -> None:
    """Show what each key does."""
    cells = [
        f"<td align='right'><b>{key}</b>&nbsp;&nbsp;</td><td>{words}&nbsp;&nbsp;</td>"
        for key, words in keys.items()
    ]
    half = (len(cells) + 1) // 2  # beside each other: a small screen has room for them
    pairs = zip_longest(cells[:half], cells[half:], fillvalue="")
    rows = "".join(f"<tr>{left}{right}</tr>" for left, right in pairs)
    _spread(
        window,
        "Keys",
        f"<table cellpadding='3'>{rows}</table><p>A focused slider or field keeps "
        "its own keys; click a plot to get these back.</p>",
    )


def about(window: Window) -> None:
    """Say what this is."""
    _show(
        window,
        "About gdviz",
        f"<b>gdviz {__version__}</b><p>Shows what gradient descent really does: the "
        "gradients of a mini-batch, their average, and where it leads.</p>",
    )


def _spread(window: Window, title: str, text: str) -> None:
    """Show a text as wide as it is: a message box would break its lines."""
    dialog = QDialog(window)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(QLabel(text))
    column.addWidget(buttons)
    dialog.open()


def _show(window: Window, title: str, text: str) -> None:
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()

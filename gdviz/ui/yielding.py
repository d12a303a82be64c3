"""Yielding: text fields leave the keys of undo to the window while they need none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

UNDO, REDO = ("Ctrl+Z",), ("Ctrl+Shift+Z", "Ctrl+Y")


class Yielding(QObject):
    """Leaves the keys of undo to the window where a field has nothing to undo."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)

    def eventFilter(self, field: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let a key pass that the field would take for nothing."""
        if event.type() != QEvent.Type.ShortcutOverride:
            return False
        assert isinstance(event, QKeyEvent)
        pressed = QKeySequence(event.keyCombination())
        for keys, can in ((UNDO, _can_undo), (REDO, _can_redo)):
            if any(pressed == QKeySequence(key) for key in keys) and not can(field):
                event.ignore()
                return True
        return False

    def _watch(self, _: QWidget | None, field: QWidget | None) -> None:
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.installEventFilter(self)


def _can_undo(field: QObject) -> bool:
    if isinstance(field, QPlainTextEdit):
        return field.document().isUndoAvailable()
    return isinstance(field, QLineEdit) and field.isUndoAvailable()


def _can_redo(field: QObject) -> bool:
    if isinstance(field, QPlainTextEdit):
        return field.document().isRedoAvailable()
    return isinstance(field, QLineEdit) and field.isRedoAvailable()

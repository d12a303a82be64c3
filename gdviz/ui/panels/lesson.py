"""The lesson panel: contents, one page at a time, and the way to the next one."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.session.lessons.pages import Page
from gdviz.session.lessons.text import Text
from gdviz.ui import shelf
from gdviz.ui.panels.page import PageSheet
from gdviz.ui.scaling import wide

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gdviz.session.lessons.lesson import Lesson
    from gdviz.session.run import Run
    from gdviz.ui.player import Player
    from gdviz.ui.style import Style

_SLOW = 0.25  # seconds: numbers that change faster cannot be read
_NOTHING = Page(
    "No lesson is open",
    text=(Text(("Press **Contents ▾** above and choose one.",)),),
)


class LessonPanel(QWidget):
    """Shows a page and tells where its reader wants to go."""

    turned = Signal(int)
    page_chosen = Signal(int)
    lesson_chosen = Signal(str)
    closed = Signal()

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.lesson: Lesson | None = None
        self.number = 0
        self._written, self._old = 0.0, player.run
        self.contents = _button("Contents ▾", "All lessons, and the pages of this one.")
        self.contents.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.contents)
        self.menu.aboutToShow.connect(self._fill)
        self.contents.setMenu(self.menu)
        self.reset = _button("Reset page", "Open this page anew, as it was at first.")
        self.shut = _button("✕", "Close the lesson; the other panels come back.")
        self.shut.setAccessibleName("Close the lesson")
        self.name, self.title = _wrapped("muted"), _wrapped("page")
        self.sheet, self.place = PageSheet(), QLabel()
        self.back = _button("‹ Back", "The page before this one (PgUp).")
        self.next = _button("Next ›", "The next page (PgDn).")
        self.next.setObjectName("accent")
        self.back.clicked.connect(partial(self.turned.emit, -1))
        self.next.clicked.connect(partial(self.turned.emit, 1))
        self.reset.clicked.connect(partial(self.turned.emit, 0))
        self.shut.clicked.connect(self.closed)
        self._lay_out()
        self._say(_NOTHING)

    def show_page(self, lesson: Lesson, number: int) -> None:
        """Show a page; its numbers come with its own run."""
        self.lesson, self.number = lesson, number
        self._old, self._written = self.player.run, time.perf_counter()
        self._say(lesson.pages[number])

    def show_run(self, run: Run) -> None:
        """Write the live numbers, unless they were written just now."""
        now = time.perf_counter()
        at_rest = self.player.arrived and not self.player.playing
        if at_rest or now - self._written >= _SLOW:
            self._written = now
            self.sheet.show_run(None if run is self._old else run)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.setMinimumSize(wide(260), 200)
        self.sheet.set_style(style)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys back to the plots with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            if (focused := self.focusWidget()) is not None:
                focused.clearFocus()
        else:
            super().keyPressEvent(event)

    def _say(self, page: Page) -> None:
        lesson = self.lesson
        self.name.setText(shelf.numbered(lesson.name, lesson.title) if lesson else "")
        self.name.setVisible(lesson is not None)
        self.title.setText(page.title)
        self.sheet.show_page(page)
        for button in (self.back, self.next, self.reset, self.place):
            button.setVisible(lesson is not None)
        if lesson is not None:
            self._show_place(lesson)

    def _show_place(self, lesson: Lesson) -> None:
        pages = len(lesson.pages)
        last = self.number == pages - 1
        self.place.setText(f"page {self.number + 1} of {pages}")
        self.back.setEnabled(self.number > 0 or bool(shelf.neighbour(lesson.name, -1)))
        more = not last or bool(shelf.neighbour(lesson.name, 1))
        words = "Next lesson" if last else "Next"
        self.next.setText(f"{words} ›" if more else "The end")
        self.next.setAccessibleName(words if more else "The end")
        self.next.setEnabled(more)

    def _fill(self) -> None:
        """Fill the menu of contents: this lesson's pages, then all lessons."""
        self.menu.clear()
        for folded in self.menu.findChildren(QMenu):
            folded.deleteLater()
        if self.lesson is not None:
            for number, page in enumerate(self.lesson.pages):
                choose = partial(self.page_chosen.emit, number)
                entry = shelf.entry(self.menu, f"{number + 1}  {page.title}", choose)
                entry.setCheckable(True)
                entry.setChecked(number == self.number)
            self.menu.addSeparator()
        now = self.lesson.name if self.lesson is not None else ""
        shelf.offer(self.menu, self.lesson_chosen.emit, now, folded=True)

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.contents)
        top.addStretch(1)
        top.addWidget(self.reset)
        top.addWidget(self.shut)
        bottom.addWidget(self.back)
        bottom.addStretch(1)
        bottom.addWidget(self.place)
        bottom.addStretch(1)
        bottom.addWidget(self.next)
        self.place.setObjectName("muted")
        self.setObjectName("lesson")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        for row in (top, bottom):
            row.setContentsMargins(12, 0, 12, 0)
        column.addLayout(top)
        column.addWidget(self.name)
        column.addWidget(self.title)
        column.addWidget(self.sheet, 1)
        column.addLayout(bottom)


def _button(words: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setAccessibleName(words.strip("‹ ›▾"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _wrapped(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(16, 0, 12, 0)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label

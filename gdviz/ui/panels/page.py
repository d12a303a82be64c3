"""One page of a lesson: its text with live numbers, its verdicts, its question."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gdviz.session.lessons.measures import too_few, value, written
from gdviz.session.lessons.text import Measure, Text, html
from gdviz.ui import style as look
from gdviz.ui.ring import Ring
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gdviz.session.lessons.pages import Page
    from gdviz.session.lessons.text import Verdict
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_CSS = """<style>p, li { line-height: 129%; }
p { margin: 0 0 9px 0; } ul { margin: 0 0 9px 0; -qt-list-indent: 1; }</style>"""
_TIGHT = _CSS.replace("9px", "0")
_UNKNOWN, _UNTOLD = "…", "?"
_MOST_OF_IT = 0.9  # of what is seen: a line or two stays, to read on from
_MARGIN, _EDGE = 12, 10  # points below all, and within the frame of a question
_SAYS = {
    "✓": "This holds now.",
    "✗": "This does not hold now.",
    "•": "",
    _UNTOLD: "This cannot be told yet.",
}


class Prose(QLabel):
    """Sentences to read and to copy; what is written again stays selected."""

    def __init__(self, css: str = _CSS) -> None:
        super().__init__()
        self._css, self._html = css, ""
        self.setObjectName("prose")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def write(self, text: str) -> None:
        """Show HTML, if it is not there already."""
        if text != self._html:
            self._html = text
            start, length = self.selectionStart(), len(self.selectedText())
            self.setText(self._css + text)
            if start >= 0:
                self.setSelection(start, length)


class Row(QWidget):
    """A verdict, and a mark that tells whether it holds."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict, self.mark, self.words = verdict, QLabel(), Prose(_TIGHT)
        self.mark.setObjectName("prose")
        self.mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.mark)
        row.addWidget(self.words, 1)

    def show_run(self, run: Run | None, style: Style) -> None:
        """Write the sentence and whether it holds."""
        self.mark.setFixedWidth(px(20))
        self.words.write(_filled(self.verdict.text, run))
        mark = _mark(self.verdict, run)
        colours = {"✓": style.full, "✗": style.chosen}
        colour = look.legible(colours.get(mark, style.muted), style.panel)
        words = f'<b style="color:{colour}">{mark}</b>'
        if words != self.mark.text():
            self.mark.setText(words)
            self.mark.setToolTip(_SAYS[mark])
            self.mark.setAccessibleName(_SAYS[mark])


class Asked(QFrame):
    """A question, whose answer is shown when it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("asked")
        self.question, self.answer = Prose(_TIGHT), Prose(_TIGHT)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setCheckable(True)
        self.button.setToolTip("Think first, then compare.")
        self.button.toggled.connect(self._reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, _EDGE, 12, _EDGE)
        column.setSpacing(8)
        column.addWidget(self.question)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.answer)

    def ask(self, question: str, answer: str) -> None:
        """Ask another question, or none."""
        self.question.write(html(Text((question,)), str))
        self.answer.write(html(Text((answer,)), str))
        self.button.setChecked(False)
        self._reveal(False)
        self.setVisible(bool(question))

    def _reveal(self, shown: bool) -> None:
        self.answer.setVisible(shown)
        self.button.setText("Hide the answer" if shown else "Show the answer")


class PageSheet(QScrollArea):
    """What a page says; it scrolls where room is short."""

    def __init__(self) -> None:
        super().__init__()
        self.style_ = look.STYLES[look.DARK]
        self.text, self.asked = Prose(), Asked()
        self.rows: list[Row] = []
        self._run: Run | None = None
        self._said: tuple[Text, ...] = ()
        self._verdicts = QVBoxLayout()
        self._verdicts.setSpacing(8)
        self.asked.button.toggled.connect(self._show_answer)
        inside = QWidget()
        inside.setObjectName("lesson")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 2, 12, _MARGIN)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addLayout(self._verdicts)
        column.addWidget(self.asked)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Page of the lesson")
        self.setAccessibleDescription("The arrows up and down scroll it.")
        self.ring = Ring(self)

    def show_page(self, page: Page) -> None:
        """Show another page, of which no number is known yet."""
        for row in self.rows:
            self._verdicts.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [Row(verdict) for verdict in page.verdicts]
        for row in self.rows:
            self._verdicts.addWidget(row)
        self._said = page.text
        self.asked.ask(page.question, page.answer)
        self.verticalScrollBar().setValue(0)
        self.show_run(None)

    def show_run(self, run: Run | None) -> None:
        """Write the numbers of a run, where they changed."""
        self._run = run
        self.text.write("".join(_filled(text, run) for text in self._said))
        self.text.setVisible(bool(self._said))
        for row in self.rows:
            row.show_run(run, self.style_)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.show_run(self._run)

    def go_on(self) -> bool:
        """Show the rest of the page, then the answer; tell whether there was any."""
        bar, asked = self.verticalScrollBar(), self.asked
        kept = not asked.isHidden() and not asked.button.isChecked()
        empty = _MARGIN if asked.isHidden() else _MARGIN + _EDGE  # nothing to read
        if bar.value() + empty < bar.maximum():
            bar.setValue(bar.value() + max(round(_MOST_OF_IT * bar.pageStep()), 1))
        elif kept:
            asked.button.setChecked(True)
        else:
            return False
        return True

    def go_back(self) -> bool:
        """Show the beginning of the page; tell whether it was out of sight."""
        bar = self.verticalScrollBar()
        hidden = bar.value() > 0
        bar.setValue(0)
        return hidden

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll up and down; the other keys turn pages and move the run."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _show_answer(self, shown: bool) -> None:
        if shown:  # once there is room for it
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.asked))


def _filled(text: Text, run: Run | None) -> str:
    if run is None:
        return html(text, lambda _: _UNKNOWN)
    if few := too_few(run, text):
        return html(Text((few,)), str)
    return html(text, lambda measure: written(run, measure))


def _mark(verdict: Verdict, run: Run | None) -> str:
    """Return the mark of a verdict: it holds, it does not, or nobody knows."""
    condition = verdict.condition
    if condition is None:
        return "•"
    sides = [s for s in (condition.left, condition.right) if isinstance(s, Measure)]
    if run is None or too_few(run, verdict.text):
        return _UNTOLD
    if any(math.isnan(value(run, side)) for side in sides):
        return _UNTOLD
    return "✓" if condition.holds(lambda side: value(run, side)) else "✗"

"""The bar of a guess: what to do, what became of it, and the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from gdviz.session import guesswords
from gdviz.session.guess import KINDS, judge
from gdviz.ui.fields import QuietCombo
from gdviz.ui.panels.sentence import Sentences

if TYPE_CHECKING:
    from gdviz.session.guess import Guess, Tally

_KEYS = (
    "Drag the arrow with the mouse, or turn and lengthen it with the arrow keys (finer "
    "with Shift); a next point moves with them. Enter reveals, Esc gives up."
)


class GuessBar(QToolBar):
    """Shown while a guess is open, and for as long as its outcome is seen."""

    def __init__(self) -> None:
        super().__init__("Predict, then reveal")
        self.setObjectName("guess")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolTip(_KEYS)
        self.setAccessibleName(self.windowTitle())
        self.setAccessibleDescription(_KEYS)
        self.wanted = False
        self.words, self.score = Sentences(), QLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.score.setToolTip("What the guesses so far have earned.")
        self.kind = _choice()
        self.reveal = _button("Reveal", "Show what the step makes (Enter).")
        self.reveal.setObjectName("accent")
        self.leave = _button("Give up", "Show it without a guess (Esc).")
        self._lay_out()
        self.hide()

    def setVisible(self, _: bool) -> None:  # noqa: N802
        """Show it where there is a guess, whatever a layout remembers."""
        super().setVisible(self.wanted)

    def show_guess(self, guess: Guess | None, tally: Tally) -> None:
        """Show what is to be said of a guess; nothing where there is none."""
        self.wanted = guess is not None
        if guess is not None:
            self._say(guess, guesswords.verdict(tally))
        score = guesswords.score(tally)
        self.score.setText(f"<b>{score}</b>")
        self.score.setVisible(bool(score))
        if self.isHidden() == self.wanted:
            self.setVisible(self.wanted)

    def _say(self, guess: Guess, verdict: str) -> None:
        open_ = not guess.revealed
        self.reveal.setVisible(open_)
        self.reveal.setEnabled(guess.placed)
        self.kind.setVisible(open_ and len(guess.snapshot.record.theta) > 1)
        self.kind.setCurrentIndex(self.kind.findData(guess.name))
        self.leave.setText("Give up" if open_ else "Close")
        self.leave.setAccessibleName(self.leave.text())
        tip = "Show it without a guess (Esc)." if open_ else "Put the guess away (Esc)."
        self.leave.setToolTip(tip)
        end = f" {verdict}" if guess.revealed and verdict else ""
        self.words.show_words(_words(guess) + end)

    def _lay_out(self) -> None:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(14, 5, 14, 5)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        for part in (self.kind, self.reveal, self.leave, self.score):
            row.addWidget(part)
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(inside)


def _words(guess: Guess) -> str:
    if not guess.revealed:
        return f"<b>{guesswords.task(guess)}</b>"
    if not guess.placed:
        return guesswords.given_up(guess)
    return f"<b>{guesswords.result(guess, judge(guess))}</b>"


def _button(words: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setAccessibleName(words)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _choice() -> QuietCombo:
    combo = QuietCombo()
    combo.setAccessibleName("What is to be guessed")
    combo.setToolTip("Guess the arrow of the average, or where θ will stand next.")
    for name, kind in KINDS.items():
        combo.addItem(kind.title, name)
    combo.setMinimumContentsLength(max(len(kind.title) for kind in KINDS.values()))
    return combo

"""A picture: what every plot has, whatever draws it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdviz.session.spoken.picture import picture
from gdviz.ui.marks import legend
from gdviz.ui.marks.corner import READABLE
from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.ui.style import Style


class Picture(QWidget):
    """Base of every plot, whatever draws it.

    A subclass sets `name`, `label` and `tip`, builds its parts in `build`, colours
    them in `restyle` and moves them in `draw`. It reads the run and never writes it.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    tip: ClassVar[str]
    titled = Signal(str)
    example_chosen = Signal(object)
    brisk = False  # while more is played than can be read

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style_, self.title, self._titled = style, self.label, 0.0
        self.run: Run | None = None
        self.hidden_marks, self.held = legend.HIDDEN_AT_FIRST, False
        self.corner: QWidget | None = None  # a choice beside the title
        self.setToolTip(self.tip)
        self.setAccessibleName(self.label)
        self.setAccessibleDescription(self.tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(4, 0, 10, 4)
        self.row.setSpacing(0)
        self._prepare()
        self.build()
        self.ring = Ring(self)
        self.set_style(style)

    def _prepare(self) -> None:
        """Make what is there before anything is built."""

    def build(self) -> None:
        """Make the parts."""
        raise NotImplementedError

    def restyle(self, style: Style) -> None:
        """Colour the parts."""
        raise NotImplementedError

    def draw(self, run: Run) -> None:
        """Move the parts to what the run says now."""
        raise NotImplementedError

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.restyle(style)
        if self.run is not None:
            self._draw(self.run)

    def show_run(self, run: Run) -> None:
        """Show what the run says now."""
        self.run = run
        self._draw(run)

    def spoken(self) -> str:
        """Return what it shows now, in plain sentences."""
        return picture(self.run, self.name, self.hidden_now) if self.run else ""

    def refit(self) -> None:
        """Choose scales and ranges anew, as if this were the first picture."""
        if self.run is not None:
            self._draw(self.run)

    def hold(self) -> None:
        """Let the axes stay as they are, or change seldom, whatever is shown."""
        self.held = True

    def hides(self, mark: str) -> bool:
        """Tell whether a mark is switched off."""
        return mark in self.hidden_now

    @property
    def hidden_now(self) -> frozenset[str]:
        """The marks switched off and those not known in this phase of an update."""
        beat = self.run.beat if self.run is not None else None
        return self.hidden_marks | legend.unknown(beat)

    def examples_shown(self) -> int | None:
        """Return how many of the batch's arrows are shown; None for all."""
        if self.hides(legend.EXAMPLE):
            return 0
        beat = self.run.beat if self.run is not None else None
        return beat.shown if beat is not None else None

    def set_hidden(self, marks: frozenset[str]) -> None:
        """Hide these marks and show the others."""
        self.hidden_marks = marks
        if self.run is not None:
            self._draw(self.run)

    def set_title(self, title: str) -> None:
        """Change the title, if it is another one and the last one could be read."""
        now = time.perf_counter()
        if title == self.title or (self.brisk and now - self._titled < READABLE):
            return
        self.title, self._titled = title, now
        self.titled.emit(title)

    def _draw(self, run: Run) -> None:
        with np.errstate(all="ignore"):  # what is not finite is not drawn
            self.draw(run)

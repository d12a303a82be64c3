"""The lectern: holds the lesson that is read and brings each page to the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gdviz.core.averaging import recipes_for
from gdviz.core.examples import TASKS
from gdviz.session.lessons.measures import COSTLY
from gdviz.session.lessons.text import Measure
from gdviz.ui import room
from gdviz.ui.marks import legend
from gdviz.ui.shelf import neighbour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QByteArray

    from gdviz.session.lessons.lesson import Lesson, Page
    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.ui.window import Window


class Lectern(QObject):
    """Opens pages: their scene, steps, plots and marks, then beat and selection.

    Attributes
    ----------
    lesson : Lesson or None
    number : int
        Of the page, counted from 0.
    """

    turned = Signal()
    closed = Signal(object)  # the layout before it, if there was a lesson

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.lesson: Lesson | None = None
        self.number = 0
        self._due: Page | None = None  # beat and selection wait for its steps
        self._before: tuple[QByteArray, frozenset[str]] | None = None  # docks, marks
        window.player.refreshed.connect(self._arrive)
        window.player.refused.connect(self._give_up)
        window.player.played.connect(self._let_go)
        window.player.opened.connect(self._make_way)
        panel = window.lesson
        panel.turned.connect(self.turn)
        panel.page_chosen.connect(self.go)
        panel.lesson_chosen.connect(window.open_lesson)
        panel.closed.connect(self.close)

    @property
    def usual(self) -> tuple[QByteArray, frozenset[str]] | None:
        """Docks and marks as they were before the lesson that is open."""
        return self._before

    @property
    def settled(self) -> bool:
        """Whether the page is on the screen as it wants to be."""
        return self._due is None

    @property
    def reading(self) -> bool:
        """Whether a lesson is open and shown."""
        return self.lesson is not None and not self.window.docks["lesson"].isHidden()

    def open(self, lesson: Lesson, number: int = 0) -> None:
        """Open a page, or the one that is open anew; ask before a file is left.

        Pages are counted from 0, from the last one backwards if below it.
        """
        turned = partial(self._turn_to, lesson, number)
        self.window.documents.leave(turned, files_only=True)

    def title_of(self, scene: Scene) -> str:
        """Return the title of the lesson, if the scene is that of the open page."""
        lesson = self.lesson
        here = lesson is not None and lesson.pages[self.number].scene is scene
        return lesson.title if lesson is not None and here else ""

    def _turn_to(self, lesson: Lesson, number: int) -> None:
        self.lesson = lesson
        pages = len(lesson.pages)
        self.number = min(max(number + pages * (number < 0), 0), pages - 1)
        page = lesson.pages[self.number]
        if self._before is None:
            ticked = self.window.panel.marks.ticked
            self._before = (self._layout(), ticked)
        self.window.lesson.show_page(lesson, self.number)
        room.open_lesson(self.window, page.show)
        self._set_up(page)
        if self.window.transport.lessons.hasFocus():  # Space is to play, not to choose
            self.window.centre.chart.setFocus()
        self.turned.emit()

    def go(self, number: int) -> None:
        """Go to a page of this lesson; before and after it come its neighbours."""
        if self.lesson is None or not self.reading:
            return
        if 0 <= number < len(self.lesson.pages):
            self.open(self.lesson, number)
        elif name := neighbour(self.lesson.name, 1 if number > 0 else -1):
            self.window.open_lesson(name, 0 if number > 0 else -1)

    def go_on(self, step: int) -> None:
        """Go on to a step, and show beat and selection of an open page there."""
        if self.lesson is not None:
            self._due = self.lesson.pages[self.number]
        self.window.player.go_on(step)

    def turn(self, by: int) -> None:
        """Go on or back by some pages; by none the page is opened anew."""
        self.go(self.number + by)

    def show(self, on: bool = True) -> None:
        """Show the panel with the page as it is, or put it away."""
        if on:
            room.open_lesson(self.window, ())
        else:
            self.close()

    def close(self) -> None:
        """Put the lesson away and bring back docks and marks as they were before it."""
        self._due = None
        state = None
        if self._before is not None:
            state, ticked = self._before
            self._before = None
            self.window.restoreState(state)
            self.window.panel.marks.show_only(ticked)
        room.close_lesson(self.window)
        self.closed.emit(state)

    def _layout(self) -> QByteArray:
        """Return where bars and docks are, or were before the class."""
        usual = self.window.presenter.usual
        return self.window.saveState() if usual is None else usual.layout

    def _set_up(self, page: Page) -> None:
        player = self.window.player
        player.play(False)
        self.window.guessing.close()
        self.window.pencil.action.setChecked(False)
        player.set_unit(page.unit)
        self.window.centre.set_solid(False)
        usual = (mark for mark in legend.MARKS if mark not in legend.HIDDEN_AT_FIRST)
        marks = usual if page.marks is None else page.marks
        self.window.panel.marks.show_only((*marks, legend.CHOSEN, legend.PATHS))
        player.choose(None)
        player.open(page.scene, page.steps)
        self._due = page

    def _arrive(self, run: Run) -> None:
        """Show the beat and select, once the page's steps are made."""
        page, player = self._due, self.window.player
        if page is None or not player.arrived:
            return
        self._due = None
        recipes = {recipe.name for recipe in recipes_for(run.facts.task in TASKS)}
        if costly := [name for name in _to_measure(page) if name in recipes]:
            player.measure(tuple(dict.fromkeys(costly)))
        if page.beat:
            player.set_beat(page.beat)
        if page.predict:
            self.window.guessing.open(page.predict, self.number)
        rows = run.snapshot.record.rows
        if page.select is not None and page.select < len(rows):
            player.choose(int(rows[page.select]))

    def _give_up(self, _: str) -> None:
        """Wait no longer for a scene that was refused."""
        if self._due is not None and self.window.player.scene != self._due.scene:
            self._due = None

    def _make_way(self, scene: Scene) -> None:
        """Wait no longer for a page's steps where another scene was opened."""
        other = self._due is not None and self._due.scene is not scene
        if other and not self.window.player.editing:
            self._due = None

    def _let_go(self, playing: bool) -> None:
        if playing:
            self._due = None


def _to_measure(page: Page) -> Iterator[str]:
    """Yield the recipes whose costs a page tells."""
    told = [part for text in page.text for part in text.parts]
    for verdict in page.verdicts:
        told += verdict.text.parts
        if verdict.condition is not None:
            sides = verdict.condition.left, verdict.condition.right
            told += [side for side in sides if isinstance(side, Measure)]
    for part in told:
        if isinstance(part, Measure) and part.name in COSTLY:
            yield part.argument.strip()

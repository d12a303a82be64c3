"""Undo and redo of everything a person changes in the scene."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack

from gdviz.session.changes import Stand, changes, name_of
from gdviz.session.scene import needs_restart
from gdviz.ui.yielding import REDO, UNDO

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.scene import Scene
    from gdviz.ui.player import Player

PAUSE = 1.0  # seconds: moves of one slider further apart are two entries
MOST_ENTRIES = 200
MOST_STEPS = 20_000  # made again to bring a run back
_NEW_PATH = "a new path"


class Entry(QUndoCommand):
    """One change of the scene, with where the run stood before and after it."""

    def __init__(
        self,
        undo: Undo,
        before: Stand,
        after: Stand,
        wanted: Scene,
        joins: bool,
        gesture: object = None,
    ) -> None:
        super().__init__(name_of(before.scene, after.scene, wanted))
        self.before, self.after, self.wanted = before, after, wanted
        found = changes(before.scene, wanted)
        self.places = {change.place for change in found}
        self.joins = joins and all(change.slides for change in found)
        self.gesture = gesture
        self._undo = undo

    @property
    def moved(self) -> bool:
        """Whether it led to another run or path."""
        return self.before.number != self.after.number

    @property
    def begins(self) -> bool:
        """Whether it led to a run with other settings from its first step on."""
        return self.moved and self.before.begun != self.after.begun

    def id(self) -> int:
        """Return the same for all entries: `mergeWith` decides."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        """Take in another move of the same slider, or of the same gesture."""
        assert isinstance(other, Entry)
        slid = other.joins and other.places == self.places
        if not (slid if other.gesture is None else other.gesture is self.gesture):
            return False
        self.after, self.wanted = other.after, other.wanted
        name = name_of(self.before.scene, self.after.scene, self.wanted)
        self.setText(name or _NEW_PATH)
        self.setObsolete(not name and not self.moved)
        return True

    def undo(self) -> None:
        """Bring back the scene before."""
        self._undo.bring_back(self, "before", "after")

    def redo(self) -> None:
        """Bring back the scene after."""
        self._undo.bring_back(self, "after", "before")


class Undo(QObject):
    """The changes made since a scene was opened, to be taken back one by one.

    What acts at the next step is taken on where the run stands. A change that began
    another run brings the run before back, with its steps.

    Attributes
    ----------
    undo_action, redo_action : QAction
        For a menu: they name what they would do.
    """

    def __init__(self, player: Player) -> None:
        super().__init__(player)
        self.player, self.stack = player, QUndoStack(self)
        self.stack.setUndoLimit(MOST_ENTRIES)
        self.undo_action = QAction("Undo", self, enabled=False)
        self.redo_action = QAction("Redo", self, enabled=False)
        self.clock = time.monotonic
        self._last = -inf  # when a setting was moved
        self._joined: list[tuple[Scene, object]] = []  # scenes asked for by gestures
        self._due: deque[bool] = deque()  # True: undo
        self._silent = False
        self._under_way: tuple[Entry, str] | None = None
        self._unmade = 0  # steps that are not made again
        self._connect()

    def undo(self) -> None:
        """Take back the last change, once what is asked for is done."""
        self._due.append(True)
        self._go_on()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._due.append(False)
        self._go_on()

    def seal(self) -> None:
        """Let the next move be an entry of its own."""
        self._last = -inf

    def join(self, scene: Scene, gesture: object) -> None:
        """Let a scene that is asked for now be one entry with others of a gesture."""
        out = self.player.wish.out.scene
        under_way = [pair for pair in self._joined if pair[0] is out]
        self._joined = [*under_way, (scene, gesture)]

    def bring_back(self, entry: Entry, wanted: str, left: str) -> None:
        """Go where the run stood before an entry, or after it."""
        run = self.player.run
        if self._silent or run is None:
            return
        self.seal()
        here, stand, leaving = (
            Stand.of(run),
            getattr(entry, wanted),
            getattr(entry, left),
        )
        moved, begins = entry.moved, entry.begins
        if here.number == leaving.number or here.scene == leaving.scene:
            leaving = replace(here, scene=leaving.scene)  # maybe on a newer path
            setattr(entry, left, leaving)
        if moved and stand.number in self.player.paths:
            self._return(stand, leaving.number)
            return
        self._under_way = entry, wanted
        if begins or needs_restart(here.scene, stand.scene):
            self._make_again(stand)
        else:
            self._adopt(stand.scene)

    def _return(self, stand: Stand, left: int) -> None:
        """Show a path that is still there; the one left goes if nothing was done."""
        player, paths = self.player, self.player.paths
        if paths.present != stand.number:
            player.return_to(stand.number)
            player.seek(stand.course.shown)
            name = paths[stand.number].name
            player.moved.emit(f"{name} again, at step {stand.course.shown:,}.")
        if left in paths and left != paths.present:
            path = paths[left]
            if path.run.newest <= path.at and not path.pinned:
                player.delete_path(left)

    def _make_again(self, stand: Stand) -> None:
        """Start the run again that was there, and make its steps again."""
        course = stand.course
        self._unmade = course.steps if course.steps > MOST_STEPS else 0
        if self._unmade:
            course = replace(course, steps=0, shown=0)
        self.player.play(False)
        self.player.open(stand.begun, course.steps, course, keeps=True)

    def _adopt(self, scene: Scene) -> None:
        """Take on settings from the step shown on, whatever was made later."""
        run = self.player.run
        assert run is not None
        snapshot = run.snapshot
        later = any(at > run.step for at, _ in snapshot.course.changes)
        if later and snapshot.scene.descent == scene.descent:
            self.player.what_if()
        self.player.edit(scene)

    def _go_on(self) -> None:
        """Do what is due as soon as the player is free for it."""
        while self._due and self._under_way is None and self.player.free:
            (self.stack.undo if self._due.popleft() else self.stack.redo)()

    def _edited(self, before: Stand, after: Stand, wanted: Scene) -> None:
        """Note a change, or where the run stands after one was taken back."""
        if self._under_way is not None:
            self._arrived(after)
        elif changes(before.scene, after.scene):
            now = self.clock()
            joins, self._last = now - self._last < PAUSE, now
            gesture = next((g for s, g in self._joined if s is wanted), None)
            entry = Entry(self, before, after, wanted, joins, gesture)
            self._silently(lambda: self.stack.push(entry))

    def _arrived(self, stand: Stand) -> None:
        """Note where the run stands now that an entry was brought back."""
        assert self._under_way is not None
        entry, wanted = self._under_way
        self._under_way = None
        setattr(entry, wanted, replace(getattr(entry, wanted), number=stand.number))
        if self._unmade:
            self.player.moved.emit(
                f"This run had {self._unmade:,} steps and is back at its start: "
                "play to make them again."
            )
            self._unmade = 0

    def _forget(self) -> None:
        """Begin anew with another scene."""
        self._under_way = None
        self._due.clear()
        self.stack.clear()
        self.seal()

    def _give_up(self, _: str) -> None:
        """Keep the entry that could not be taken back."""
        if self._under_way is None or self.player.editing:
            return
        back = self._under_way[1] == "before"
        self._under_way = None
        self._due.clear()
        self._silently(self.stack.redo if back else self.stack.undo)

    def _silently(self, act: Callable[[], None]) -> None:
        """Move in the stack, but not in the run."""
        self._silent = True
        act()
        self._silent = False

    def _connect(self) -> None:
        player, stack = self.player, self.stack
        player.edited.connect(self._edited)
        player.opened.connect(self._forget)
        player.refused.connect(self._give_up)
        player.refreshed.connect(lambda _: self._go_on())
        self.undo_action.triggered.connect(self.undo)
        self.redo_action.triggered.connect(self.redo)
        stack.canUndoChanged.connect(self.undo_action.setEnabled)
        stack.canRedoChanged.connect(self.redo_action.setEnabled)
        stack.undoTextChanged.connect(partial(_name, self.undo_action, "Undo"))
        stack.redoTextChanged.connect(partial(_name, self.redo_action, "Redo"))
        for action, keys in ((self.undo_action, UNDO), (self.redo_action, REDO)):
            action.setShortcuts([QKeySequence(key) for key in keys])


def _name(action: QAction, word: str, what: str) -> None:
    action.setText(f"{word} {what}".strip().replace("&", "&&"))

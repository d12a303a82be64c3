"""A monkey at the window: seeded actions over every control, key and drag.

Each action draws from numbers of its own, named by the seed and its place, so that
what one action does leaves the next ones as they are. Calm, it waits until the window
is at rest after each; wild, it does not.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.ui.monkeyacts import ACTS, IN_DIALOGS, IN_POPUPS
from tests.ui.monkeychecks import faults_at_rest, undone_and_redone
from tests.ui.monkeywatch import MISTAKE, Beats, Guard, Queue, let_run, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.ui.window import Window
    from tests.ui.monkeyacts import Act

_LAST, _SOME = 30, 200


@dataclass
class Monkey:
    """Acts on a window and blames it for what it should not do.

    Attributes
    ----------
    window : Window
    seed : int
    folder : Path
        Of files to open, and to write to.
    calm : bool
    every : int
        After so many actions the window is brought to rest and looked at.
    faults : list of texts
    """

    window: Window
    seed: int
    folder: Path
    calm: bool = False
    every: int = _SOME
    faults: list[str] = field(default_factory=list)
    count: int = 0
    told: int = 0

    def __post_init__(self) -> None:
        self.last: deque[str] = deque(maxlen=_LAST)
        self.beats, self.guard = Beats(), Guard()
        self.costs: list[tuple[float, str]] = []
        self.queue = Queue(self.window.player, self.blame)
        self.window.player.refused.connect(self._refused)

    def blame(self, fault: str) -> None:
        """Note a fault, with how to come to it again."""
        where = f"seed {self.seed}, action {self.count}, {'calm' * self.calm}"
        self.faults.append(f"{where}\n{fault}\nafter:\n  " + "\n  ".join(self.last))

    def act(self, many: int) -> None:
        """Do so many actions; look at the window now and then, and at the end."""
        self.beats.start()
        for _ in range(many):
            self.once()
            if self.count % self.every == 0:
                self.look()
        if self.count % self.every:
            self.look()
        self.beats.stop()

    def once(self) -> None:
        """Do one action."""
        self.count += 1
        rng = Random(f"{self.seed}:{self.count}")
        acts = self._offered()
        name = rng.choices(list(acts), [weight for weight, _ in acts.values()])[0]
        self.beats.doing = name
        begun = time.perf_counter()
        self.last.append(f"{self.count} {name} …")
        self.guard.acting = Random(f"{self.seed}:{self.count}:guard")
        told = acts[name][1](self, rng)
        self.guard.acting = None
        self.last[-1] = f"{self.count} {name} {told}"
        self.beats.doing = f"{name} {told}"
        self.costs.append((1e3 * (time.perf_counter() - begun), self.beats.doing))
        if self.calm:
            self.window.player.play(False)
            self.rest()
        else:
            let_run(rng.choice((0, 0, 0, 2, 5, 20)))

    def look(self) -> None:
        """Bring the window to rest and see whether all that it shows agrees."""
        self.last.append(f"{self.count} a look")
        self.clear_away()
        self.beats.stop()
        if not self.rest():
            self.blame(f"the window does not come to rest: {self._state()}")
        else:
            for fault in faults_at_rest(self.window):
                self.blame(fault)
            if fault := undone_and_redone(self.window, self.rest):
                self.blame(fault)
        self.beats.start()

    def clear_away(self) -> None:
        """Close what is open over the window, stop what is under way, and pause."""
        window = self.window
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        while (dialog := QApplication.activeModalWidget()) is not None:
            assert isinstance(dialog, QDialog)
            dialog.done(_CANCEL)
            let_run(0)
        window.sweep.cancel()
        if "exporter" in vars(window):
            window.exporter.stop()
            window.exporter.dialog.close()
        window.showNormal()
        window.activateWindow()
        wait_until(window.isActiveWindow)
        window.surface.setFocus()  # what was typed is taken
        window.player.play(False)

    def rest(self) -> bool:
        """Wait until nothing is left to compute or to draw."""
        window = self.window
        return wait_until(
            lambda: (
                window.player.idle
                and window.settled
                and not window.sweep.running
                and ("exporter" not in vars(window) or window.exporter.job is None)
            )
        )

    def roots(self) -> list[QWidget]:
        """Return the widgets that take mouse and keys now."""
        if (popup := QApplication.activePopupWidget()) is not None:
            return [popup]
        if (modal := QApplication.activeModalWidget()) is not None:
            return [modal]
        beside = [
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, QDialog) and widget.isVisible()
        ]
        return [self.window, *sorted(beside, key=lambda w: w.windowTitle())]

    def targets(
        self, kind: type | tuple[type, ...], hidden: bool = False
    ) -> list[QWidget]:
        """Return the widgets of a kind that can be used, always in the same order."""
        kinds: tuple[type[QWidget], ...]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        found: list[QWidget] = [
            widget
            for root in self.roots()
            for one in kinds
            for widget in root.findChildren(one)
            if widget.isEnabled()
            and (
                hidden or (widget.isVisible() and not widget.visibleRegion().isEmpty())
            )
        ]
        return sorted(dict.fromkeys(found), key=name_of)

    def _offered(self) -> dict[str, tuple[int, Act]]:
        if QApplication.activePopupWidget() is not None:
            return IN_POPUPS
        if QApplication.activeModalWidget() is not None:
            return IN_DIALOGS
        return ACTS

    def _refused(self, sentence: str) -> None:
        if MISTAKE in sentence:
            self.blame(sentence)

    def _state(self) -> str:
        player = self.window.player
        return (
            f"waiting {player._waiting}, fresh {player._fresh}, playing "
            f"{player.playing}, goal {player.wish.goal}, seek {player.wish.seek}, "
            f"editing {player.editing}, settled {self.window.settled}, sweep "
            f"{self.window.sweep.running}, step {player.run and player.run.step}"
        )


_CANCEL = 0x00400000  # what a message box and every dialog takes for no


def name_of(widget: QWidget) -> tuple[str, ...]:
    """Return by what a widget is told from others, whenever it was made."""
    place = widget.mapTo(widget.window(), widget.rect().topLeft())
    return (
        type(widget).__name__,
        widget.objectName(),
        widget.accessibleName(),
        f"{place.y():05} {place.x():05}",
    )

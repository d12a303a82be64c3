"""The memory: what is the same at the next start, in one small file."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray

from gdviz.core.refused import Refused
from gdviz.session.files import write_atomically
from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.strictly import printable
from gdviz.ui import motion
from gdviz.ui.folder import LARGEST, SETTINGS
from gdviz.ui.settings import FLAT_OUT, Settings, from_text, seal, to_text, with_recent

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from gdviz.ui.window import Window

_LONGEST = 160  # letters
_GRIP = 80  # points of a window that must be on the screen


class Memory:
    """Settings from start to start.

    Parameters
    ----------
    folder : Path or None
        Where the file is; None: nothing outlasts the process.

    Attributes
    ----------
    folder : Path or None
        None also where it turned out that nothing can be written.
    first : bool
        Whether nothing was ever written in the folder.
    settings : Settings
    complaints : list of texts
        Sentences still to be shown.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.complaints = folder, list[str]()
        self.first = folder is not None and not os.path.lexists(folder / SETTINGS)
        self.settings = self._written = self._read() or Settings()
        self._theme = self.settings.theme  # that the window was opened with
        self._worker = self.settings.worker

    @property
    def recent(self) -> tuple[str, ...]:
        """Paths of the files opened or saved last, newest first."""
        return self.settings.recent

    def keep(self) -> None:
        """Write these settings down now: the next start is not the first one."""
        self.first = False
        self._keep()

    def add_recent(self, path: str | PathLike[str]) -> None:
        """Put a file first among the recent ones, and write that down."""
        self._share()
        newest = with_recent(os.path.abspath(path), self.recent)
        if newest != self.recent:
            self._keep(recent=newest)

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._keep(recent=())

    def dress(self, window: Window, worker: str | None = None) -> None:
        """Give a window that is not shown yet all that is remembered.

        Parameters
        ----------
        window : Window
        worker : text or None
            Where steps are made this time; None: as it is remembered.
        """
        known, self._theme = self.settings, window.theme
        window.panel.marks.show_only(known.marks)
        window.panel.marks.set_scale(known.arrows)
        speed = known.speed
        window.transport.set_speed(speed if isinstance(speed, float) else math.inf)
        window.player.set_unit(known.unit)
        window.centre.set_solid(known.solid)
        window.centre.set_by_card(known.by_card)
        motion.prefer(known.motion, window.motion_action)
        self._worker = worker or known.worker
        window.player.work_in(self._worker)
        window.cues.set_entries(known.cues)
        window.set_size(known.words)
        arrange(window, known)

    def note(self, window: Window) -> None:
        """Take in what a window is like now; a lesson's own ways are not remembered."""
        known, usual, player = self.settings, window.lectern.usual, window.player
        layout, marks = usual or (window.saveState(), window.panel.marks.ticked)
        shown = window.presenter.usual
        geometry = shown.geometry if shown else window.saveGeometry()
        layout = shown.layout if shown and usual is None else layout
        places = bytes(geometry.data()), bytes(layout.data())
        lesson = window.lectern.lesson if usual else None
        card = window.centre.card_action
        self.settings = replace(
            known,
            words=window.text_size,
            cues=window.cues.entries,
            theme=known.theme if window.theme == self._theme else window.theme,
            geometry=places[0],
            layout=places[1],
            seal=seal(*places),
            panels=frozenset(window.docks),
            marks=marks,
            arrows=window.panel.marks.scale.currentData(),
            speed=player.speed if math.isfinite(player.speed) else FLAT_OUT,
            unit=known.unit if usual else player.stride.unit,
            solid=known.solid if usual else window.centre.solid,
            worker=known.worker if player.works_in == self._worker else player.works_in,
            motion=motion.wish(),
            by_card=card.isChecked() if card.isEnabled() else known.by_card,
            lesson=lesson.name if lesson and lesson.name in lesson_files() else "",
            page=window.lectern.number if lesson else 0,
        )

    def write(self, **changed: Any) -> None:
        """Write what has changed, and these settings."""
        self.settings = replace(self.settings, **changed)
        if self.settings != self._written:
            self._share()
            self._keep()

    def complain(self) -> str:
        """Return what is to be said, once."""
        said = " ".join(self.complaints)
        self.complaints.clear()
        return said

    def set_aside(self, file: Path, why: str) -> None:
        """Rename a file that cannot be read; it is never written over."""
        aside = _free(file.with_name(file.name + ".broken"))
        try:
            file.rename(aside)
        except OSError:
            self.folder = None
            self.complaints.append(f"{why} It stays; nothing is remembered this time.")
        else:
            self.complaints.append(f"{why} It lies aside as {aside.name}.")

    def _keep(self, **changed: Any) -> None:
        self.settings = replace(self.settings, **changed)
        if self.folder is None:
            return
        self._written = self.settings
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / SETTINGS, to_text(self.settings).encode())
        except (OSError, Refused) as fault:
            self.folder = None
            self.complaints.append(f"gdviz cannot remember anything: {_said(fault)}")

    def _share(self) -> None:
        """Take over the recent files that another window has written down."""
        if (other := self._read()) is not None:
            self.settings = replace(self.settings, recent=other.recent)

    def _read(self) -> Settings | None:
        if self.folder is None or not os.path.lexists(self.folder / SETTINGS):
            return None
        file = self.folder / SETTINGS
        try:
            return from_text(_text(file))
        except (OSError, Refused) as fault:
            why = f"{SETTINGS} cannot be read: {_said(fault)} These are the defaults."
            self.set_aside(file, why)
            return None


def arrange(window: Window, known: Settings) -> None:
    """Place a window and its docks as they were; what does not suit is left out."""
    if not known.sealed:
        return
    if known.geometry and window.restoreGeometry(QByteArray(known.geometry)):
        _bring_home(window)
    if known.panels == frozenset(window.docks):
        window.arranged = window.restoreState(QByteArray(known.layout))


def _bring_home(window: Window) -> None:
    """Have the window on a screen that there is, and no larger than that."""
    screen = window.screen()
    seen = window.frameGeometry().intersected(screen.availableGeometry())
    if seen.width() < _GRIP or seen.height() < _GRIP:
        window.move(screen.availableGeometry().topLeft())


def _text(file: Path) -> str:
    if not file.is_file():  # a pipe would keep us waiting
        raise Refused("this is no file.")
    with file.open("rb") as opened:
        raw = opened.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Refused("it is too large.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused("it is not UTF-8 text.") from fault


def _said(fault: Exception) -> str:
    why = f"{fault.strerror}." if isinstance(fault, OSError) else str(fault)
    return printable(why if len(why) <= _LONGEST else why[:_LONGEST] + "…")


def _free(file: Path) -> Path:
    """Return this path, with a number if it is taken."""
    for number in count(2):
        if not os.path.lexists(file):
            return file
        file = file.with_name(f"{file.name.partition('.broken')[0]}.broken-{number}")
    raise AssertionError

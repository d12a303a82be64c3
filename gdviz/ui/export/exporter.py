"""The exporter: keeps the dialog of a window and what it has under way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gdviz.core.faults import mistake
from gdviz.core.refused import Refused
from gdviz.session.changes import document_of
from gdviz.session.script.whole import script
from gdviz.session.table import arithmetic_rows, path_rows
from gdviz.ui.docks import LESSON
from gdviz.ui.export import stills
from gdviz.ui.export.cut import Cut, check
from gdviz.ui.export.dialog import ExportDialog
from gdviz.ui.export.filmapart import filmed
from gdviz.ui.export.kinds import FILM, KINDS, NUMBERS, PATH, PICTURE, SCRIPT
from gdviz.ui.export.subjects import VIEWS, WINDOW
from gdviz.ui.export.texts import Writing, as_lines
from gdviz.ui.export.views import focused, look_of, seen, sheet_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gdviz.ui.export.film import Film
    from gdviz.ui.export.filmapart import FilmApart
    from gdviz.ui.window import Window

    Job = Film | FilmApart | Writing

_NOTHING = "There is no run yet: open a scene first."
_FIRST_NAME = "gdviz"


class Exporter(QObject):
    """Writes what the dialog asks for, one file at a time.

    Attributes
    ----------
    dialog : ExportDialog
    job : Film, FilmApart, Writing or None
        What is under way.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.dialog = window, ExportDialog(window)
        self.job: Job | None = None
        self._began, self._first = 0.0, 0
        self._fresh = True
        dialog = self.dialog
        dialog.wanted.connect(self.export)
        dialog.stopped.connect(self.stop)
        dialog.form.changed.connect(self._count)
        dialog.form.what.currentIndexChanged.connect(self._offer)

    def open(self) -> None:
        """Show the dialog, for the run as it is now."""
        if self.window.player.run is None:
            self.window.refuse(_NOTHING)
            return
        if self.job is None:
            self._offer()
            self._set_up()
            self.dialog.say("")
            self._count()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def export(self) -> None:
        """Write the file; what cannot be done is told in the dialog."""
        dialog, form, path = self.dialog, self.dialog.form, self.dialog.form.path
        if path.suffix.lower() not in KINDS[form.kind].suffixes:
            names = " or ".join(KINDS[form.kind].suffixes)
            dialog.say(f"{path.name} must end in {names}.")
            return
        try:
            if form.kind == PICTURE:
                sheet = sheet_of(self.window, form.view.currentData())
                stills.save(sheet, path, form.pixels)
                self._done(path, "")
            else:
                self._begin(self._job(path))
        except Refused as refusal:
            dialog.say(_sentence(str(refusal), path))
        except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
            dialog.say(f"{path.name} is not written: {mistake(error)}.")

    def stop(self) -> None:
        """Stop what is under way."""
        if self.job is not None:
            self.job.cancel()

    def close(self) -> None:
        """Stop and wait: the window goes."""
        if self.job is not None:
            self.job.cancel()
            self.job.wait()
            self.job = None
        self.dialog.close()

    def _job(self, path: Path) -> Job:
        """Return the job that the dialog asks for."""
        form, window = self.dialog.form, self.window
        subject, run = subject_of(window), window.player.run
        if subject is None or run is None:
            raise Refused(_NOTHING)
        if form.kind == FILM:
            theme = str(form.theme.currentData())
            look = look_of(window, str(form.view.currentData()), form.points, theme)
            return filmed(subject, look, self._cut(), path)
        document, snapshot = document_of(run.snapshot), run.snapshot
        scene, course, newest = document.scene, document.course, run.newest
        first, last = form.steps
        make: dict[str, tuple[Callable[[], Iterable[str]], int]] = {
            PATH: (
                lambda: as_lines(path_rows(scene, course, first, last)),
                self._rows(),
            ),
            NUMBERS: (lambda: as_lines(arithmetic_rows(snapshot)), 0),
            SCRIPT: (lambda: (script(scene, course, newest),), 0),
        }
        return Writing(*make[form.kind], path)

    def _begin(self, job: Job) -> None:
        self.job, self._began = job, time.perf_counter()
        job.progressed.connect(self._progress)
        job.ended.connect(self._end)
        self.dialog.say("")
        self.dialog.show_progress(0, 0, "")
        self.dialog.set_running(True)
        job.start()

    def _progress(self, done: int, total: int) -> None:
        """Show how far it is, in the dialog or else in the footer."""
        gone = time.perf_counter() - self._began
        left = gone / done * (total - done) if done else 0.0
        words = f"{done:,} of {total:,}"
        words += f" · about {_duration(left)} left" if 0 < done < total else ""
        self.dialog.show_progress(done, total, words)
        if not self.dialog.isVisible() and self.job is not None:
            self.window.footer.say(f"Export of {self.job.path.name}: {words}")

    def _end(self, fault: str) -> None:
        job, self.job = self.job, None
        self.dialog.set_running(False)
        if job is None:
            return
        job.wait()
        job.deleteLater()
        if fault:
            self._tell(_sentence(fault, job.path))
        elif job.cancelled:
            self._tell("Stopped; no file was written.")
        else:
            self._done(job.path, job.note)

    def _done(self, path: Path, note: str) -> None:
        self._fresh = False
        self._tell(
            f"{path.name} is written to {path.absolute().parent}. {note}".strip()
        )

    def _tell(self, sentence: str) -> None:
        self.dialog.say(sentence)
        if not self.dialog.isVisible():
            self.window.footer.say(sentence)

    def _offer(self, *_: object) -> None:
        """Offer the views that this kind can show."""
        here = seen(self.window)
        if self.dialog.form.kind == FILM:
            reading = self.window.lectern.reading
            run = self.window.player.run
            one = run is not None and len(run.facts.parameters) == 1
            hidden = {"surface", "relief"} if one else {"curves"}
            hidden |= set() if reading else {LESSON}
            here = [view for view in VIEWS if view not in hidden]
        self.dialog.form.offer(here, focused(self.window) if self._fresh else WINDOW)

    def _set_up(self) -> None:
        """Suggest what suits the run; what was chosen before stays."""
        form, run = self.dialog.form, self.window.player.run
        assert run is not None
        if not form.file.text():
            form.file.setText(str(Path.home() / f"{_FIRST_NAME}.png"))
            form.width_.set_value(self.window.width())
            form.height_.set_value(self.window.height())
            place = form.theme.findData(self.window.style_.name)
            form.theme.setCurrentIndex(place)
            form.scale.setCurrentIndex(form.scale.findData(2.0))
        if form.last.value in (0, self._first):
            form.last.set_value(run.newest)
        self._first = run.newest

    def _rows(self) -> int:
        first, last = self.dialog.form.steps
        return max(last - first + 2, 0)

    def _cut(self) -> Cut:
        form = self.dialog.form
        every, rate = int(form.every.value), float(form.rate.value)
        return Cut(*form.steps, every, rate, form.pixels)

    def _count(self) -> None:
        """Say how large the file will be."""
        self.dialog.show_count(self._size())

    def _size(self) -> str:
        form = self.dialog.form
        if form.kind == PATH:
            return f"{max(self._rows() - 1, 0):,} steps"
        if form.kind == PICTURE:
            size = sheet_of(self.window, form.view.currentData() or WINDOW).size
            if form.suffix.currentData() != ".png":
                return f"{size.width():,} × {size.height():,} points, sharp at any size"
            return _pixels(size.width(), size.height(), form.pixels)
        return self._length() if form.kind == FILM else ""

    def _length(self) -> str:
        """Say how large a film will be, or what is wrong with it."""
        form, cut = self.dialog.form, self._cut()
        path = Path(f"film{form.suffix.currentData()}")
        try:
            check(cut, form.points, path)
        except Refused as refusal:
            return _sentence(str(refusal), path)
        frames = len(cut.steps())
        shown = _duration(frames / cut.rate)
        pixels = _pixels(*form.points, form.pixels)
        return f"{pixels} · {frames:,} frame{'s' * (frames > 1)}, {shown}"


def _pixels(width: int, height: int, scale: float) -> str:
    return f"{round(width * scale):,} × {round(height * scale):,} pixels"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def _sentence(text: str, path: Path) -> str:
    """Return a sentence with a capital, unless it begins with the name of a file."""
    named = text.startswith(path.name)
    return text if named else text[:1].upper() + text[1:]

"""A cycle of everything a window is used for, and what is counted after it."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from collections import Counter
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scene import Scene
from gdviz.session.scenefile import example_files
from gdviz.ui import docks
from gdviz.ui.player import FLAT_OUT
from tests.ui.monkeywatch import let_run, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.ui.window import Window

_MIB, _PATIENCE = 2**20, 300.0  # bytes, seconds


@dataclass(frozen=True)
class Count:
    """What there is in this process.

    Attributes
    ----------
    rss, own : floats
        MiB, all that is in memory, and what this process has written itself: whatever
        else runs, its libraries are not among that.
    none, true : ints
        References to these two.
    threads, files, widgets, objects, blocks : ints
        Objects are those that Python watches, blocks all that it has taken.
    """

    rss: float
    own: float
    none: int
    true: int
    threads: int
    files: int
    widgets: int
    objects: int
    blocks: int


def count() -> Count:
    """Count, once all that may go is gone.

    Children of the window are not asked for: that alone makes objects of what is
    inside Qt, and they stay.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in range(3):
        gc.collect()
    _trim()
    rss, own = _memory()
    return Count(
        rss,
        own,
        sys.getrefcount(None),
        sys.getrefcount(True),
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
        len(QApplication.allWidgets()),
        len(gc.get_objects()),
        sys.getallocatedblocks(),
    )


def kinds() -> Counter[str]:
    """Count the objects that Python watches by type: too much to be kept each time."""
    gc.collect()
    return Counter(
        f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects()
    )


def _trim() -> None:
    """Give back what the allocator keeps, where it is that of glibc."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def _memory() -> tuple[float, float]:
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0, 0.0
    told = dict(line.split(":") for line in lines.splitlines()[1:])
    bytes_ = {name: 1024 * int(size.split()[0]) for name, size in told.items()}
    return bytes_["Rss"] / _MIB, bytes_["Private_Dirty"] / _MIB


class Soak:
    """Uses a window in the same way again and again.

    Parameters
    ----------
    window : Window
    folder : Path
        Of the exports.
    pause : int
        Milliseconds between two actions: the run goes on meanwhile.
    long : bool
        Whether every cycle opens another scene and another lesson.
    """

    def __init__(
        self, window: Window, folder: Path, pause: int = 40, long: bool = True
    ) -> None:
        self.window, self.folder, self.pause = window, folder, pause
        lessons = sorted(lesson_files())
        self._scenes = sorted(example_files()) if long else ["hovering"]
        self._lessons = lessons if long else lessons[:1]
        self.scenes, self.lessons = cycle(self._scenes), cycle(self._lessons)
        self.cycles = 0

    @property
    def round(self) -> int:
        """After how many cycles the same lesson comes again."""
        return len(self._lessons)

    def warm_up(self) -> None:
        """Open every scene and lesson once, and do everything else."""
        for name in self._scenes:
            self.window.open_example(name)
            self.rest()
        for _ in self._lessons:
            for _ in self._lesson():
                let_run(self.pause)
            self.home()
        self.turn()
        self.lessons, self.cycles = cycle(self._lessons), 0

    def turn(self) -> None:
        """Do everything once, and bring the window home."""
        for _ in self._acts():
            let_run(self.pause)
        self.home()
        self.cycles += 1

    def home(self) -> None:
        """Bring the window to how it was at first."""
        window = self.window
        window.player.play(False)
        window.lectern.close()
        window.lectern.lesson = None
        window.centre.set_solid(False)
        window.default_layout()
        window.set_theme("dark")
        window.showNormal()
        window.resize(1280, 800)
        window.player.choose(None)
        window.player.open(Scene(), 3)
        self.rest()
        window.footer.forget()

    def rest(self) -> None:
        """Wait until nothing is left to compute or to draw."""
        window = self.window
        assert wait_until(lambda: window.player.idle and window.settled, _PATIENCE)

    def _acts(self) -> Iterator[None]:
        window = self.window
        window.open_example(next(self.scenes))
        yield
        self.rest()
        yield from self._play()
        yield from self._panels()
        yield from self._sizes()
        yield from self._edits()
        yield from self._export()
        yield from self._lesson()

    def _play(self) -> Iterator[None]:
        """Flat out, with both sliders moving."""
        player = self.window.player
        player.speed = FLAT_OUT
        player.play()
        for i in range(10):
            rate = player.scene.descent.learning_rate * (0.9 if i % 2 else 1 / 0.9)
            self.window.panel.choose_descent(learning_rate=rate)
            yield
            size = max(1, player.scene.descent.batch_size + (1 if i % 2 else -1))
            self.window.panel.choose_descent(batch_size=size)
            yield
        player.play(False)
        self.rest()
        assert player.run is not None
        player.seek(player.run.newest // 2)
        yield

    def _panels(self) -> Iterator[None]:
        window = self.window
        window.player.play()
        for name in (*docks.SIDE, *docks.BELOW):
            window.docks[name].toggleViewAction().trigger()
            yield
            window.docks[name].toggleViewAction().trigger()
        one = window.docks[docks.SIDE[0]]
        one.show()
        one.setFloating(True)
        yield
        one.setFloating(False)
        window.centre.set_solid(True)
        yield
        window.centre.set_solid(False)

    def _sizes(self) -> Iterator[None]:
        for wide, high in ((1024, 640), (1400, 900), (1280, 800)):
            self.window.resize(wide, high)
            yield
        for theme in ("light", "dark"):
            self.window.set_theme(theme)
            yield
        self.window.player.play(False)

    def _edits(self) -> Iterator[None]:
        """A new seed, another path, and both taken back."""
        window = self.window
        window.player.new_seed()
        yield
        window.player.go_on(20)
        self.rest()
        window.player.what_if()
        yield
        for act in (window.undo.undo, window.undo.redo):
            act()
            yield
        down = replace(window.player.scene.descent, order="replacement")
        window.player.edit(replace(window.player.scene, descent=down))
        yield

    def _export(self) -> Iterator[None]:
        window = self.window
        self.rest()
        window.export()
        dialog, form = window.exporter.dialog, window.exporter.dialog.form
        for suffix in (".png", ".svg", ".csv", ".py", ".gif"):
            file = self.folder / f"soak{suffix}"
            file.unlink(missing_ok=True)
            form.width_.set_value(320)
            form.height_.set_value(240)
            form.first.set_value(0)
            form.last.set_value(2)
            form.scale.setCurrentIndex(0)
            form.file.setText(str(file))
            form.follow_name()
            dialog.accept()
            assert wait_until(lambda: window.exporter.job is None, _PATIENCE)
            yield
            assert file.exists(), dialog.told.text()
        dialog.close()

    def _lesson(self) -> Iterator[None]:
        window = self.window
        window.open_lesson(next(self.lessons))
        yield
        for _ in range(3):
            window.lectern.turn(1)
            yield
        self.rest()

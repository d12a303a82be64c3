"""From launch to a painted window, beside a bare window of Qt of the same run.

Run it on a display (Xvfb will do) or with QT_QPA_PLATFORM=offscreen:
`python tests/benchmarks/launch.py [rounds] [words of the command line]`. The clock
starts before the interpreter; each start is a process of its own and finds its
bytecode, as an installed program does. Figures depend on the machine: compare the
rows of one run with each other. Seconds: the median and the least on the clock, and the
median of the CPU time up to then, which others on the machine disturb less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from statistics import median

_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, told)

def told():
    print("painted", time.time() - float(sys.argv[1]), time.process_time())
    application.quit()

application = QApplication([])
bare = Bare()
bare.show()
application.exec()
"""

_GDVIZ = """
import sys, time
import gdviz.cli
from gdviz.ui import shell
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint:
            widget.removeEventFilter(self)
            if type(widget).__name__ == "Shell":
                tell("first shell")
            else:
                assert widget.player.run is not None
                tell("window with content painted")
                widget.player.refreshed.connect(lambda run: surface(widget, run))
                surface(widget, widget.player.run)
        return False

def surface(widget, run):
    if run.surface is not None:
        tell("with its surface")
        QTimer.singleShot(0, widget.close)

def tell(moment):  # when what is being painted is on its way to the screen
    if moment not in said:
        said.add(moment)
        QTimer.singleShot(0, lambda: print(moment, *now()))

def now():
    return time.time() - float(sys.argv[1]), time.process_time()

def entered(self):
    self.installEventFilter(watch)
    return enter(self)

def is_wanted(self):  # asked before the window is shown, and once it is there
    for widget in QApplication.topLevelWidgets():
        if type(widget).__name__ == "Window":
            widget.installEventFilter(watch)
    return wanted(self)

said, watch = set(), Watch()
enter, wanted = shell.Shell.__enter__, shell.Shell.wanted
shell.Shell.__enter__, shell.Shell.wanted = entered, is_wanted
sys.exit(gdviz.cli.main(["--fresh", *sys.argv[2:]]))
"""

_IMPORT = """
import sys, time
import {}
print("loaded", time.time() - float(sys.argv[1]), time.process_time())
"""
_LIGHT = """
import sys, time
import gdviz.cli
gdviz.cli.main(["{}"])
print("\\ntold", time.time() - float(sys.argv[1]), time.process_time())
"""
PROGRAMS = {
    "bare window of Qt": _BARE,
    "import numpy": _IMPORT.format("numpy"),
    "import pyqtgraph": _IMPORT.format("pyqtgraph"),
    "import gdviz": _IMPORT.format("gdviz"),
    "gdviz --version": _LIGHT.format("--version"),
    "gdviz --help": _LIGHT.format("--help"),
    "gdviz": _GDVIZ,
}
_MOMENTS = ("painted", "loaded", "told", "first shell", "window", "with its")


Moments = dict[str, tuple[float, float]]


def start(program: str, words: list[str], environ: dict[str, str]) -> Moments:
    """Run a program and return when each of its moments was, and its CPU time then."""
    command = [sys.executable, "-c", program, str(time.time()), *words]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environ, timeout=120, check=True
    )
    said = [line for line in done.stdout.splitlines() if line.startswith(_MOMENTS)]
    parts = (line.rsplit(" ", 2) for line in said)
    return {moment: (float(at), float(cpu)) for moment, at, cpu in parts}


def main(rounds: int, words: list[str]) -> None:
    """Print the medians of some rounds, each of all programs in turn."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as cache:
        environ = os.environ | {"PYTHONPYCACHEPREFIX": cache}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(rounds + 1):
            for name, program in PROGRAMS.items():
                times = start(program, words if name == "gdviz" else [], environ)
                for moment, pair in times.items() if turn else ():  # first: warm-up
                    found.setdefault((name, moment), []).append(pair)
    say(f"{'':46}{'median':>8}{'least':>8}{'CPU':>8}{'÷ bare':>8}")
    bare = _cpu(found["bare window of Qt", "painted"])
    for (name, moment), pairs in found.items():
        wall, cpu = [at for at, _ in pairs], _cpu(pairs)
        figures = (median(wall), min(wall), cpu)
        row = "".join(f"{figure:8.3f}" for figure in figures)
        say(f"{name:19}{moment:27}{row}{cpu / bare:8.1f}")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def _cpu(pairs: list[tuple[float, float]]) -> float:
    return median(cpu for _, cpu in pairs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 7, sys.argv[2:])

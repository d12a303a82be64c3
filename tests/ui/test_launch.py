"""The start: what is loaded when, what is on the screen, and how it ends early."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6 import QtWidgets
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

import gdviz
from gdviz.cli.flags import PLACES
from gdviz.cli.options import OPTIONS
from gdviz.ui import docks, shell
from gdviz.ui import style as look
from gdviz.ui.folder import LARGEST, SETTINGS, remembered_theme
from gdviz.ui.plots import PLOTS
from gdviz.ui.shell import Shell
from tests.ui.conftest import rest
from tests.ui.pictures import pixels

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

ROOT = str(Path(gdviz.__file__).parents[1])
LOADED = "print(*sorted(m for m in sys.modules if m.partition('.')[0] in {}))"
HEAVY = "('numpy', 'PySide6', 'pyqtgraph', 'dask', 'contourpy')"
DRIVER = """
import json, sys
import gdviz.cli
from gdviz.ui import shell
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, widget, event):
        kind = type(widget).__name__
        if event.type() == QEvent.Type.Paint and kind == "Window":
            application.removeEventFilter(self)
            tell("window", widget.player.run is not None)
            QTimer.singleShot(0, lambda: at_window(widget))
        return False

def at_window(window):
    {at_window}

def tell(moment, picture=False):
    heavy = [m for m in HEAVY if m in sys.modules]
    shown = [type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
    print(json.dumps([moment, heavy, sorted(shown), picture]), flush=True)

def entering(self):
    global application
    application = QApplication.instance()
    application.installEventFilter(watch)
    enter(self)
    tell("shell")
    {at_shell}
    return self

from PySide6.QtCore import QTimer
HEAVY = ("numpy", "pyqtgraph", "gdviz.session.scene")
watch, enter = Watch(), shell.Shell.__enter__
shell.Shell.__enter__ = entering
{before}
sys.exit(gdviz.cli.main(sys.argv[1:]))
"""


def started(
    program: str, *words: str, home: Path | None = None
) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": ROOT, "QT_QPA_PLATFORM": "offscreen"}
    if home is not None:
        environ |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command, pipe = [sys.executable, "-c", program, *words], subprocess.PIPE
    return subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True)


def python(
    program: str, *words: str, home: Path | None = None
) -> tuple[int, list[str], str]:
    """Run a program; return its exit code, the lines that it printed, its faults."""
    with started(program, *words, home=home) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out.splitlines(), err


def driver(
    at_shell: str = "pass", at_window: str = "window.close()", before: str = ""
) -> str:
    """Return the program, with what is done at some of its moments."""
    done = {"at_shell": at_shell, "at_window": at_window, "before": before}
    made = DRIVER
    for moment, what in done.items():
        made = made.replace(f"{{{moment}}}", what)
    return made


def launched(*words: str, home: Path, **done: str) -> tuple[int, list[Any], str]:
    """Start the program, close its window once painted; return what was on screen."""
    code, lines, said = python(driver(**done), *words, home=home)
    return code, [json.loads(line) for line in lines], said


@pytest.mark.parametrize("words", [[], ["--version"]])
def test_little_is_loaded_for_little(words: list[str]) -> None:
    run = f"import gdviz.cli; gdviz.cli.main({words})" if words else "import gdviz"
    code, lines, said = python(f"import sys; {run}; {LOADED.format(HEAVY)}")
    assert (code, lines[-1], said) == (0, "", "")


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["list", "losses"]])
def test_a_text_needs_no_screen(words: list[str]) -> None:
    screen = "('PySide6', 'pyqtgraph', 'dask', 'contourpy')"
    run = f"import gdviz.cli; gdviz.cli.main({words})"
    code, lines, said = python(f"import sys; {run}; {LOADED.format(screen)}")
    assert (code, lines[-1], said) == (0, "", "")


def test_one_thread_is_asked_for_before_numpy_is_loaded() -> None:
    program = """
import os, sys
os.environ.pop("OPENBLAS_NUM_THREADS", None)
class Watch:
    def find_spec(self, name, *_):
        if name == "numpy":
            print(os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Watch())
import gdviz.session.scene
"""
    assert python(program)[1] == ["1"]


def test_the_shell_is_there_before_what_takes_long(tmp_path: Path) -> None:
    code, (first, last), said = launched("--seed", "3", home=tmp_path)
    assert (code, said) == (0, "")
    assert first == ["shell", [], ["Shell"], False]
    loaded = ["numpy", "pyqtgraph", "gdviz.session.scene"]
    assert last == ["window", loaded, ["Shell", "Window"], True]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonesuch"], "there is no scene 'nonesuch'"),
        (["nonesuch.json"], "nonesuch.json"),
        (["--lesson", "nonesuch"], "there is no lesson 'nonesuch'"),
        (["--seed", "x"], "--seed must be a whole number, not 'x'."),
    ],
)
def test_what_is_refused_leaves_no_shell(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    code, told, said = launched(*words, home=tmp_path)
    assert (code, [moment for moment, *_ in told]) == (2, ["shell"])
    assert sentence in said
    assert said.count("\n") == 1


def test_a_shell_that_is_closed_ends_the_program(tmp_path: Path) -> None:
    code, told, said = launched("--seed", "3", home=tmp_path, at_shell="self.close()")
    assert (code, said) == (0, "")
    assert told == [["shell", [], ["Shell"], False]]
    assert not list(tmp_path.rglob("*.json"))


def test_a_shell_may_be_closed_until_there_is_a_picture(tmp_path: Path) -> None:
    before = """
import gdviz.ui.app
waiting = gdviz.ui.app._await_picture
def closing(window, shell):
    shell.close()
    waiting(window, shell)
gdviz.ui.app._await_picture = closing
"""
    code, told, said = launched(home=tmp_path, before=before)
    assert (code, said, len(told)) == (0, "", 1)
    assert not list(tmp_path.rglob("last.json"))


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
@pytest.mark.parametrize(
    "module",
    ["gdviz.cli", "gdviz.cli.flags", "PySide6.QtWidgets", "numpy", "gdviz.core.losses",
     "pyqtgraph", "gdviz.ui.window"],
)  # fmt: skip
def test_ctrl_c_while_it_loads_is_quiet(module: str, tmp_path: Path) -> None:
    program = f"""
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Press:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
from gdviz.__main__ import main
main()
"""
    assert python(program, "--fresh", home=tmp_path) == (-signal.SIGINT, [], "")


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_told_to(number: int, tmp_path: Path) -> None:
    with started(driver(at_window="pass"), "--seed", "0", home=tmp_path) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "window" in line:
                break
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")


def test_the_flags_are_those_of_the_options() -> None:
    known = {flag: place for flag, (place, _) in PLACES.items()}
    assert known == {option.flag: option.place for option in OPTIONS}


def test_pyqtgraph_asks_for_few_classes_of_qt_and_finds_all() -> None:
    program = """
import gdviz.ui.app, pyqtgraph, PySide6.QtWidgets
mirror = pyqtgraph.Qt.QtWidgets
print("QCalendarWidget" in vars(mirror))
print(mirror.QCalendarWidget is PySide6.QtWidgets.QCalendarWidget)
print("QCalendarWidget" in vars(mirror), "QWizard" in dir(PySide6.QtWidgets))
print(hasattr(mirror, "QNonesuch"))
"""
    expected = ["False", "True", "True True", "False"]
    assert python(program) == (0, expected, "")


def test_pyqtgraph_may_be_loaded_already() -> None:
    code, lines, said = python("import pyqtgraph, gdviz.ui.app; print(1)")
    assert (code, lines, said) == (0, ["1"], "")
    assert hasattr(pg.Qt.QtWidgets, "QCalendarWidget")
    assert pg.Qt.QtWidgets.QCalendarWidget is QtWidgets.QCalendarWidget


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ('{"theme": "light"}', "light"),
        ('{"theme": "dark"}', "dark"),
        ('{"theme": "pink"}', "system"),
        ('{"theme": ["dark"]}', "system"),
        ("{}", "system"),
        ("[1]", "system"),
        ("{", "system"),
        ("[" * 100_000, "system"),
        (f'{{"theme": "dark"}}{" " * LARGEST}', "system"),
    ],
    ids=range(9),
)
def test_the_shell_has_the_remembered_theme(
    text: str, theme: str, tmp_path: Path
) -> None:
    assert remembered_theme(tmp_path) == "system"
    (tmp_path / SETTINGS).write_text(text)
    assert remembered_theme(tmp_path) == theme


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_shell_says_what_is_opened(qtbot: QtBot, theme: str) -> None:
    made = Shell("moons.json", theme, fresh=True)
    qtbot.addWidget(made)
    with made:
        words = [label.text() for label in made.findChildren(QLabel)]
        assert words[1] == "gdviz"
        assert words[-1] == "Opening moons.json …"
        corner = made.grab().toImage().pixelColor(3, 3).name()
        assert corner == look.STYLES[theme].ground
        for label in made.findChildren(QLabel)[1:]:  # the first one is the icon
            there = made.grab().toImage().copy(label.geometry())
            seen = pixels(there).reshape(-1, 3)
            shades = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(seen, axis=0)}
            assert max(look.contrast(s, corner) for s in shades) > look.READABLE
    assert made.isHidden()
    assert not made.closed


def test_a_long_name_is_cut_in_the_shell(qtbot: QtBot) -> None:
    made = Shell("x" * 300, "dark", fresh=True)
    qtbot.addWidget(made)
    for label in made.findChildren(QLabel):
        assert label.sizeHint().width() <= made.width()


def test_escape_closes_the_shell(qtbot: QtBot) -> None:
    made = Shell("", "dark", fresh=True)
    qtbot.addWidget(made)
    with made:
        qtbot.keyClick(made, Qt.Key.Key_A)
        assert made.wanted()
        qtbot.keyClick(made, Qt.Key.Key_Escape)
        assert not made.wanted()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_the_shell_refuses_until_it_is_read(qtbot: QtBot, key: Qt.Key) -> None:
    made, said = Shell("<b>.json", "dark", fresh=True), []
    qtbot.addWidget(made)

    def read() -> None:
        for box in made.findChildren(QtWidgets.QMessageBox):
            said.append((box.text(), box.isVisible(), box.textFormat()))
            qtbot.keyClick(box, key)

    with made:
        QTimer.singleShot(0, made, read)
        made.refuse("no <b>.json here.")
    assert said == [("no <b>.json here.", True, Qt.TextFormat.PlainText)]
    assert made.isHidden()


def test_the_shell_goes_when_the_window_is_painted(qtbot: QtBot) -> None:
    made, other = Shell("", "dark", fresh=True), QtWidgets.QWidget()
    for widget in (made, other):
        qtbot.addWidget(widget)
    with made:
        made.make_way(other)
        assert made.isVisible()
        other.show()
        qtbot.waitUntil(lambda: not made.isVisible())


def test_a_plot_is_made_when_its_dock_is_first_shown(
    window: Window, qtbot: QtBot
) -> None:
    hidden = set(PLOTS) & set(docks.AT_CALL)
    assert not hidden & window.charts.keys()
    assert all(window.docks[name].widget() is None for name in hidden)
    window.set_theme("light")
    window.mark("mean")
    window.docks["bars"].show()
    rest(qtbot, window)
    chart = window.charts["bars"]
    assert window.docks["bars"].widget() is chart is window.parts["bars"]
    assert chart.style_ is look.STYLES["light"]
    assert "mean" in chart.hidden_marks
    assert chart.run is window.player.run
    window.mark("mean")
    assert "mean" not in chart.hidden_marks
    chart.example_chosen.emit(2)
    assert window.player.chosen == 2
    assert window.charts.keys() & hidden == {"bars"}


def test_a_remembered_layout_has_its_plots(window: Window, qtbot: QtBot) -> None:
    window.docks["samples"].show()
    rest(qtbot, window)
    layout = window.saveState()
    other = type(window)("dark")
    qtbot.addWidget(other, before_close_func=lambda _: other.hide())
    assert "samples" not in other.charts
    assert other.restoreState(layout)
    assert other.docks["samples"].widget() is other.charts["samples"]
    other.player.open(window.player.scene, 3)
    other.show()
    rest(qtbot, other)
    assert other.charts["samples"].run is other.player.run
    assert docks.is_seen(other.parts["samples"])
    other.close()


def test_a_plot_asked_for_is_in_its_dock(window: Window) -> None:
    chart = window.charts["race"]
    assert window.docks["race"].widget() is chart
    assert not window.docks["race"].isVisible()
    with pytest.raises(KeyError):
        window.charts["nonesuch"]


def test_the_application_is_one() -> None:
    assert shell.application() is shell.application()

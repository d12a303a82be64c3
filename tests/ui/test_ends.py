"""The system ends the program: nobody is asked, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VICTIM = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdviz.session.scene import Scene
from gdviz.session.scenefile import read_document, write_document
from gdviz.ui import app
from gdviz.ui.start import Start
from gdviz.ui.window import Window

file, how = Path(sys.argv[1]), sys.argv[2]
app.application()
write_document(file, Scene())
done = []

def window():
    made = QApplication.topLevelWidgets()
    return next((w for w in made if isinstance(w, Window) and w.isVisible()), None)

def look():
    here = window()
    if here is None or not here.player.idle or done:
        return
    scene = here.player.scene
    if scene.descent.learning_rate != 0.033:
        down = replace(scene.descent, learning_rate=0.033)
        here.player.edit(replace(scene, descent=down))
    elif here.player.run.step == 0:
        here.player.forward()
    elif here.documents.modified:
        done.append(print("modified", flush=True))
        os.kill(os.getpid(), getattr(signal, how))

clock = QTimer(interval=30)
clock.timeout.connect(look)
clock.start()
app.open_window(read_document(file), file=file)
print("closed")
"""


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP"])
def test_changes_are_offered_at_the_next_start(tmp_path: Path, how: str) -> None:
    if not hasattr(signal, how):
        pytest.skip(f"no {how} here")
    file = tmp_path / "own.json"
    own = {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(file), how],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert done.stdout == "modified\nclosed\n"
    assert "Traceback" not in done.stderr
    (left,) = (tmp_path / "gdviz" / "runs").glob("*.json")
    assert "0.033" in left.read_text()
    assert "0.033" not in file.read_text()  # nobody asked for that
    assert not list(left.parent.glob("*.lock"))


FORGOTTEN = """
import sys
from gdviz.session.scene import Scene
from gdviz.ui import app
from gdviz.ui.window import Window
from tests.ui.monkeywatch import let_run, wait_until

app.application()
window = Window("dark")
window.player.open(Scene(), 3)
window.player.play()
window.show()
assert wait_until(lambda: window.player.run is not None)
if sys.argv[1] == "deleted":
    window.deleteLater()
    del window
    let_run(20)
elif sys.argv[1] == "a fault":
    raise ValueError("on the way out")
elif sys.argv[1] == "closed twice":
    window.close()
    window.close()
print("out", flush=True)
"""


@pytest.mark.parametrize("how", ["deleted", "a fault", "left open", "closed twice"])
def test_a_run_under_way_does_not_keep_the_program_from_its_end(
    tmp_path: Path, how: str
) -> None:
    own = {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", FORGOTTEN, how],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    fault = how == "a fault"
    assert (done.returncode, done.stdout) == (int(fault), "" if fault else "out\n")
    assert "QThread" not in done.stderr

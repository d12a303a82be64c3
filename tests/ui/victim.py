"""A real window to be killed: it trains flat out, or comes back and tells.

`python -m tests.ui.victim train FOLDER` writes step and θ to a log in FOLDER at every
picture and saves its scene there again and again; `... again` brings back what is
offered and prints it as JSON; `... close` just closes. What is remembered lies below
XDG_CONFIG_HOME, as always.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.ui import recovery
from gdviz.ui.app import application
from gdviz.ui.folder import usual_folder
from gdviz.ui.memory import Memory
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.start import Start
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from gdviz.session.run import Run

SCENE = Scene(Moons(), model=MLP((8,)), loss=Logistic(), descent=Descent(16, 0.05))


class Victim(QObject):
    """Plays with changing rates and keeps a log of where it was."""

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self.window, self.saved = window, folder / "saved.json"
        self.log = (folder / "log").open("a", encoding="utf-8")
        window.player.refreshed.connect(self._write)
        window.player.speed = FLAT_OUT
        self.turns = QTimer(self, interval=170)
        self.turns.timeout.connect(self._turn)
        self.turns.start()
        self.rate = 0.05

    def _write(self, run: Run) -> None:
        self.log.write(f"{run.step} {run.snapshot.record.theta.tobytes().hex()}\n")
        self.log.flush()

    def _turn(self) -> None:
        """Save, then move a slider, or play on."""
        player = self.window.player
        if not player.playing:
            player.play()
            return
        self.window.documents.path = self.saved
        self.window.documents.save()
        self.window.transport.set_speed(FLAT_OUT if self.rate < 0.04 else 2500.0)
        self.rate = 0.07 - self.rate
        down = replace(player.scene.descent, learning_rate=self.rate)
        player.edit(replace(player.scene, descent=down))


class Witness(QObject):
    """Answers the question, waits for the replay and prints what came back."""

    def __init__(self, start: Start) -> None:
        super().__init__(start.window)
        self.start, self.asked, self.said = start, False, "nothing is offered"
        self.looks = QTimer(self, interval=30)
        self.looks.timeout.connect(self._look)
        self.looks.start()

    def _look(self) -> None:
        kept, player = self.start.recovery, self.start.window.player
        assert kept is not None
        if not self.asked and kept.strip is not None:
            self.asked, self.said = True, kept.strip.words.text()
            kept.strip.buttons["bring"].click()
        elif self.asked and player.resumed is None and player.idle:
            self._tell()

    def _tell(self) -> None:
        self.looks.stop()
        run = self.start.window.player.run
        assert run is not None
        theta = run.snapshot.record.theta.tobytes().hex()
        told = {"said": self.said, "step": run.step, "steps": run.newest}
        sys.stdout.write(json.dumps(told | {"theta": theta}) + "\n")
        sys.stdout.flush()
        self.start.window.close()


def main() -> None:
    """Open the window as `gdviz` does, with writing that is hardly ever at rest."""
    application()
    sys.setswitchinterval(0.001)
    recovery.EVERY = 60
    window = Window("dark", Memory(usual_folder()))
    start = Start(window)
    start.open(SCENE if sys.argv[1] == "train" else None)
    window.show()
    acts = {
        "train": lambda: Victim(window, Path(sys.argv[2])),
        "again": lambda: Witness(start),
        "close": lambda: QTimer.singleShot(600, window.close),
    }
    kept = acts[sys.argv[1]]()
    application().exec()
    start.finish()
    del kept


if __name__ == "__main__":
    main()

"""Kill a window while it trains and saves, start again, and see what came back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused
from gdviz.session.scenefile import read_document
from gdviz.session.trainer import Trainer
from gdviz.ui.settings import from_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_ROOT = Path(__file__).parents[2]
_PATIENCE = 120.0  # seconds


@dataclass(frozen=True)
class Outcome:
    """What was there when the process was killed, and what came back.

    Attributes
    ----------
    reached : int
        The last step that was on the screen.
    steps : int
        Those that were offered and made again.
    same : bool
        Whether θ is the same bit for bit at the last step and at all those shown.
    whole : bool
        Whether every file there was could be read.
    """

    reached: int
    steps: int
    same: bool
    whole: bool


def run(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start a victim whose memory lies in a folder."""
    own = {"XDG_CONFIG_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ui.victim", *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env=os.environ | own,
    )


def kill_once(folder: Path, rng: Random) -> Outcome:
    """Kill a window at some moment, start another and bring the run back."""
    log, memory = folder / "log", folder / "gdviz"
    log.unlink(missing_ok=True)
    victim = run(folder, "train", str(folder))
    _wait(lambda: any((memory / "runs").glob("*.json")))
    time.sleep(rng.uniform(0.0, 1.0))
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    (left,) = (memory / "runs").glob("*.json")
    whole = _are_whole(memory / "settings.json", folder / "saved.json", left)
    shown, path = _log(log), _path(left)
    same = all(path[step] == theta for step, theta in shown.items() if step < len(path))
    told = json.loads(run(folder, "again").communicate(timeout=_PATIENCE)[0])
    assert told["step"] == told["steps"] == len(path) - 1, told
    assert not left.exists()
    same = same and told["theta"] == path[-1]
    return Outcome(max(shown), told["steps"], same, whole)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


def _log(file: Path) -> dict[int, str]:
    """Return θ by step as the pictures showed them; the last line may be half."""
    lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    return {int(step): theta for step, theta in (line.split() for line in lines)}


def _path(file: Path) -> list[str]:
    """Return θ at every step of a document."""
    document = read_document(file)
    assert document.course is not None
    trainer = Trainer(document.scene, document.course)
    thetas = [trainer.state.theta]
    thetas += [s.after.theta for s in trainer.advance(document.course.steps)]
    return [theta.tobytes().hex() for theta in thetas]


def _are_whole(settings: Path, *scenes: Path) -> bool:
    """Tell whether files can be read, those that are there already."""
    try:
        if settings.exists():
            from_text(settings.read_text(encoding="utf-8"))
        for scene in filter(Path.exists, scenes):
            read_document(scene)
    except Refused:
        return False
    return True

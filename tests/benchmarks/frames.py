"""Frames, steps and the answer to a slider while training flat out.

Run it on a display (Xvfb will do) or with QT_QPA_PLATFORM=offscreen:
`python tests/benchmarks/frames.py [seconds]`. Figures depend on the machine:
compare the rows of one run with each other.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from gdviz.core.datasets import Digits, LineWithNoise, Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.ui.app import application
from gdviz.ui.player import FLAT_OUT, Player
from gdviz.ui.window import Window

SCENES = {
    "line, 4 arrows": Scene(descent=Descent(learning_rate=0.01)),
    "line, 256 arrows": Scene(
        data=LineWithNoise(n_examples=1000), descent=Descent(256, 0.01)
    ),
    "line, 1,024 arrows": Scene(
        data=LineWithNoise(n_examples=4000), descent=Descent(1024, 0.01)
    ),
    "moons, 2-16-1, 32 arrows": Scene(
        data=Moons(), model=MLP((16,)), loss=Logistic(), descent=Descent(32, 0.05)
    ),
    "digits, 64-32-10, 32 arrows": Scene(
        data=Digits(), model=MLP((32,)), descent=Descent(32, 0.05)
    ),
}


def let_run(seconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def watch(player: Player) -> list[tuple[float, float]]:
    """Return a list that fills with when each frame began and how long it took."""
    frames: list[tuple[float, float]] = []
    refresh = player._refresh

    def timed() -> None:
        begun = time.perf_counter()
        refresh()
        frames.append((begun, time.perf_counter() - begun))

    player._refresh = timed  # type: ignore[method-assign]
    return frames


def answers(window: Window, seconds: float) -> list[float]:
    """Return how long the picture took to follow each of many moves of a slider."""
    player, waits = window.player, list[float]()
    moved = [0.0]

    def drawn(_: object) -> None:
        rate = player.run.snapshot.scene.descent.learning_rate if player.run else 0
        if moved[0] and rate == wanted[0]:
            waits.append(time.perf_counter() - moved[0])
            moved[0] = 0.0

    wanted = [0.0]
    player.refreshed.connect(drawn)
    rng = np.random.default_rng(0)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        let_run(0.05 + 0.02 * rng.random())
        wanted[0], moved[0] = float(rng.uniform(0.001, 0.01)), time.perf_counter()
        window.panel.choose_descent(learning_rate=wanted[0])
    return waits


def measure(name: str, scene: Scene, seconds: float) -> None:
    """Print one row of the table."""
    window = Window("dark")
    window.player.open(scene)
    window.show()
    let_run(1.5)
    player = window.player
    frames = watch(player)
    player.speed = FLAT_OUT
    player.play()
    let_run(0.5)
    frames.clear()
    assert player.run is not None
    begun, first = time.perf_counter(), player.run.step
    let_run(seconds)
    gone, steps = time.perf_counter() - begun, player.run.step - first
    begins, work = 1e3 * np.array(frames).T
    rate = len(frames) / gone
    waits = 1e3 * np.array(answers(window, seconds))
    columns = [
        f"{rate:5.1f}",
        _quantiles(np.diff(begins), (50, 95, 99)),
        _quantiles(work, (50, 99)),
        _quantiles(waits, (50, 95)),
        f"{steps / gone:9,.0f}",
    ]
    sys.stdout.write(f"| {name:28} | " + " | ".join(columns) + " |\n")
    sys.stdout.flush()
    window.close()
    window.deleteLater()
    let_run(0.1)


def _quantiles(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], at: tuple[int, ...]
) -> str:
    return " / ".join(f"{np.percentile(values, q):5.1f}" for q in at)


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    sys.setswitchinterval(0.001)
    application()
    sys.stdout.write(
        "| scene | frames/s | between p50 / p95 / p99 ms | work p50 / p99 ms "
        "| slider to picture p50 / p95 ms | steps/s |\n|---|---|---|---|---|---|\n"
    )
    for name, scene in SCENES.items():
        measure(name, replace(scene, seed=0), seconds)


if __name__ == "__main__":
    main()

"""Frames, steps and the answer to a slider while training flat out.

Run it on a display (Xvfb will do) or with QT_QPA_PLATFORM=offscreen:
`python tests/benchmarks/frames.py [seconds]`. Figures depend on the
machine: compare the rows of one run with each other, and with the frame of the same
window while nobody trains.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer

sys.path.insert(0, str(Path(__file__).parents[2]))

from gdviz.core.datasets import Digits, LineWithNoise, Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.core.planekinds import RandomDirections
from gdviz.session.scene import Descent, Scene
from gdviz.ui.app import _spare_what_stays, application
from gdviz.ui.player import FLAT_OUT, Player
from gdviz.ui.tidying import tidied
from gdviz.ui.window import Window
from tests.benchmarks import pace

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.ui.centre import Centre

MANY = Scene(  # a plane that moves with θ: its surface is alive
    data=Moons(n_examples=2048), model=MLP((16,)), loss=Logistic(),
    descent=Descent(32, 0.05), plane=RandomDirections(),
)  # fmt: skip
LONG = 100_000  # points of the path
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
    "all: 1,024 arrows, 100,000 points, live surface": MANY,
}


def let_run(seconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(round(1000 * seconds))
    loop.exec()


def watch(player: Player) -> list[tuple[float, float, float]]:
    """Return a list that fills with when a frame began, how long it took, and CPU."""
    frames: list[tuple[float, float, float]] = []
    refresh = player._refresh

    def timed() -> None:
        begun, worked = time.perf_counter(), time.thread_time()
        refresh()
        frames.append((begun, time.perf_counter() - begun, time.thread_time() - worked))

    player._refresh = timed  # type: ignore[method-assign]
    return frames


def counted(centre: Centre) -> list[None]:
    """Return a list that grows by one whenever the plot in the middle is drawn."""
    drawings: list[None] = []
    show = centre.show_run

    def counting(run: Run) -> None:
        drawings.append(None)
        show(run)

    centre.show_run = counting  # type: ignore[method-assign]
    return drawings


class Painted(QObject):
    """Notes when a widget was painted first after it was asked to."""

    def __init__(self, widget: Any) -> None:
        super().__init__(widget)
        self.at = 1.0
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note the moment of the first painting."""
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = time.perf_counter()
        return False


def moves(window: Window, seconds: float) -> tuple[list[float], list[float]]:
    """Move the slider at random moments; return how long handle and picture took.

    Both are counted from the moment at which the hand moves, whatever the window is
    at just then.
    """
    player, slider = window.player, window.panel.learning_rate.slider
    painted, handles, pictures = Painted(slider), list[float](), list[float]()
    due, wanted = [0.0], [0.0]

    def drawn(_: object) -> None:
        rate = player.run.snapshot.scene.descent.learning_rate if player.run else 0
        if due[0] and rate == wanted[0]:
            pictures.append(time.perf_counter() - due[0])
            due[0] = 0.0

    player.refreshed.connect(drawn)
    rng, end = np.random.default_rng(0), time.perf_counter() + seconds
    while time.perf_counter() < end:
        wait = 0.06 + 0.03 * rng.random()
        begun = time.perf_counter() + wait
        let_run(wait)
        wanted[0], due[0] = float(f"{rng.uniform(0.001, 0.01):.3g}"), begun
        painted.at = 0.0
        slider._slide(wanted[0])
        let_run(0.05)
        if painted.at:
            handles.append(painted.at - begun)
    player.refreshed.disconnect(drawn)
    return handles, pictures


def at_rest(player: Player, seconds: float) -> Any:
    """Return how long each frame takes while nobody trains."""
    frames = watch(player)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        player.playing = True  # paint at once, one plot of the docks a frame
        player._refresh()
        player.playing = False
        let_run(0.016)
    del player._refresh
    return 1e3 * np.array([took for _, took, _ in frames])


def ready(scene: Scene) -> Window:
    """Return a window that trains a scene flat out, the long path already made."""
    window = Window("dark")
    player = window.player
    player.open(scene, LONG if scene is MANY else 0)
    window.show()
    let_run(1.5)
    while not player.arrived:
        let_run(0.1)
    if scene is MANY:
        window.panel.choose_descent(batch_size=1024)
    player.speed = FLAT_OUT
    _spare_what_stays()
    return window


def measure(name: str, scene: Scene, seconds: float) -> None:
    """Print one row of the table."""
    window = ready(scene)
    player = window.player
    idle = at_rest(player, min(seconds, 2.0))
    frames, drawings = watch(player), counted(window.centre)
    player.play()
    let_run(0.7)
    frames.clear()
    maps = len(drawings)
    assert player.run is not None
    begun, first = time.perf_counter(), player.run.step
    let_run(seconds)
    gone, steps = time.perf_counter() - begun, player.run.step - first
    drawn, maps = len(frames), len(drawings) - maps
    begins, work, cpu = 1e3 * np.array(frames).T
    handles, pictures = moves(window, seconds)
    columns = [
        f"{drawn / gone:5.1f}",
        f"{maps / gone:5.1f}",
        _quantiles(np.diff(begins), (50, 95, 99)),
        _quantiles(work, (50, 99)),
        _quantiles(cpu, (50,)),
        _quantiles(idle, (50, 99)),
        _quantiles(1e3 * np.array(handles), (50, 95)),
        _quantiles(1e3 * np.array(pictures), (50, 95)),
        f"{steps / gone:7,.0f}",
    ]
    sys.stdout.write(f"| {name} | " + " | ".join(columns) + " |\n")
    sys.stdout.flush()
    window.close()
    window.deleteLater()
    let_run(0.1)


def _quantiles(values: Any, at: tuple[int, ...]) -> str:
    if len(values) == 0:
        return "–"
    return " / ".join(f"{np.percentile(values, q):.1f}" for q in at)


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    sys.setswitchinterval(0.001)
    application()
    sys.stdout.write(f"{pace.text()}\n")
    sys.stdout.write(
        "| scene | frames/s | of them of the surface | between p50 / p95 / p99 ms "
        "| work p50 / p99 ms | of it CPU p50 | work at rest p50 / p99 ms "
        "| slider to its paint p50 / p95 ms | to the picture p50 / p95 ms | steps/s |\n"
        + "|---" * 10
        + "|\n"
    )
    with tidied():  # as in the program itself
        for name, scene in SCENES.items():
            measure(name, scene, seconds)


if __name__ == "__main__":
    main()

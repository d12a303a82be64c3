"""Thread against process: steps, frames and the answer to a slider, flat out.

Run it on a display (Xvfb will do) or with QT_QPA_PLATFORM=offscreen:
`python tests/benchmarks/workers.py [seconds [rounds]]`. Both are measured in turn in
the same window and medians are printed; compare the rows of one run with each other.
A busy machine has no core to spare: the last columns tell what share of a core the
window and the process have had.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from PySide6.QtCore import QEventLoop

sys.path.insert(0, str(Path(__file__).parents[2]))

from gdviz.core.datasets import Digits, LineWithNoise, Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.session.workers import PROCESS, THREAD
from gdviz.ui.app import _spare_what_stays, application
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.tidying import tidied
from gdviz.ui.window import Window
from tests.benchmarks import pace
from tests.benchmarks.frames import let_run

SCENES = {
    "moons, 2-16-1, 32 arrows": Scene(
        Moons(), model=MLP((16,)), loss=Logistic(), descent=Descent(32, 0.05)
    ),
    "line, 1,024 arrows": Scene(
        LineWithNoise(n_examples=4000), descent=Descent(1024, 0.01)
    ),
    "digits, 64-32-10, 32 arrows": Scene(
        Digits(), model=MLP((32,)), descent=Descent(32, 0.05)
    ),
}
_TICKS = 100  # of the system's clock, in a second


def cpu(process: int | None) -> float:
    """Return the seconds that a process has computed; 0 where that is not told."""
    stat = Path(f"/proc/{process}/stat")
    if process is None or not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def move(window: Window, worker: str) -> None:
    """Begin a new run that is trained where it is said to be."""
    player, reception = window.player, window.player.worker.reception
    player.work_in(worker)
    player.reset()
    end = time.perf_counter() + 30
    while player.apart != (worker == PROCESS):
        assert time.perf_counter() < end
        let_run(0.1)
        player.forward()
    assert (reception.process is not None) == (worker == PROCESS)


def measure(window: Window, worker: str, seconds: float) -> list[float]:
    """Return steps/s, frames/s, drawing, slider to picture and shares of a core."""
    player = window.player
    move(window, worker)
    player.play()
    let_run(0.5)
    drawn, work = [0], list[float]()

    def count(_: object) -> None:
        drawn[0] += 1
        work.append(player._drawing)

    player.refreshed.connect(count)
    child = player.worker.reception.process
    assert player.run is not None
    first, begun = player.run.newest, time.perf_counter()
    here, there = time.process_time(), cpu(child)
    let_run(seconds)
    gone = time.perf_counter() - begun
    shares = (time.process_time() - here) / gone, (cpu(child) - there) / gone
    steps, frames = player.run.newest - first, drawn[0]
    player.refreshed.disconnect(count)
    waits = answers(window, seconds / 2)
    player.play(False)
    times = 1e3 * median(work), 1e3 * median(waits)
    return [steps / gone, frames / gone, *times, *shares]


def answers(window: Window, seconds: float) -> list[float]:
    """Return how long the picture took to follow each of many moves of a slider."""
    player, waits = window.player, list[float]()
    rng, end = np.random.default_rng(0), time.perf_counter() + seconds
    while time.perf_counter() < end or not waits:
        let_run(0.05 + 0.02 * rng.random())
        rate, loop = float(rng.uniform(0.001, 0.01)), QEventLoop()

        def drawn(_: object, rate: float = rate, loop: QEventLoop = loop) -> None:
            run = player.run
            if run is not None and run.snapshot.scene.descent.learning_rate == rate:
                loop.quit()

        player.refreshed.connect(drawn)
        begun = time.perf_counter()
        window.panel.choose_descent(learning_rate=rate)
        loop.exec()
        waits.append(time.perf_counter() - begun)
        player.refreshed.disconnect(drawn)
    return waits


def compare(name: str, scene: Scene, seconds: float, rounds: int) -> None:
    """Print the rows of a scene."""
    window = Window("dark")
    window.player.speed = FLAT_OUT
    window.player.open(replace(scene, seed=0))
    window.show()
    while not window.player.idle:
        let_run(0.1)
    _spare_what_stays()
    found = defaultdict[str, list[list[float]]](list)
    for _ in range(rounds):
        for worker in (THREAD, PROCESS):
            found[worker].append(measure(window, worker, seconds))
    for worker, rows in found.items():
        m = [median(column) for column in zip(*rows, strict=True)]
        pairs = zip(found[THREAD], rows, strict=True)
        ratio = median(row[0] / thread[0] for thread, row in pairs)
        sys.stdout.write(
            f"| {name:28} | {worker:7} | {m[0]:9,.0f} | {ratio:5.2f} | {m[1]:5.1f} "
            f"| {m[2]:5.1f} | {m[3]:5.1f} | {m[4]:5.2f} | {m[5]:5.2f} |\n"
        )
        sys.stdout.flush()
    window.close()
    window.deleteLater()
    let_run(0.1)


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    sys.setswitchinterval(0.001)
    application()
    sys.stdout.write(f"{pace.text()}\n")
    sys.stdout.write(
        "| scene | worker | steps/s | × thread | frames/s | drawing ms "
        "| slider to picture ms | core, window | core, process |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    with tidied():  # as in the program itself
        for name, scene in SCENES.items():
            compare(name, scene, seconds, rounds)


if __name__ == "__main__":
    main()

"""A fine surface in the window: when it comes, and what it costs in frames.

Run it on a display (Xvfb will do) or with QT_QPA_PLATFORM=offscreen:
`python tests/benchmarks/surfaceframes.py [seconds]`. The view is moved; then the table
tells when the first picture of the new region was drawn, when one of 257 × 257 points
with an error of at most 1e-3 of its range and when the exact one, and how far apart
the beats of a timer of 16 ms were until then:
more than one and a half of them is late.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np
from PySide6.QtCore import Qt, QTimer

sys.path.insert(0, str(Path(__file__).parents[2]))

from gdviz.core.datasets import Digits, Moons
from gdviz.core.landscape import CLOSE, GRIDS
from gdviz.core.losses import SoftmaxCrossEntropy
from gdviz.core.models import MLP
from gdviz.core.planes import Region
from gdviz.session.scene import Scene
from gdviz.ui.app import application
from gdviz.ui.window import Window
from tests.benchmarks.frames import let_run

MOONS = Moons(n_examples=2048)
SCENES = {
    "2-16-16-2, N = 2,048": (MOONS, MLP((16, 16)), ("W1[1,1]", "W1[2,1]")),
    "the same with ReLU": (MOONS, MLP((16, 16), "relu"), ("W1[1,1]", "W1[2,1]")),
    "64-32-10, N = 1,797": (Digits(), MLP((32,)), ("W1[1,21]", "W1[2,30]")),
}
FRAME, REGION = 16, Region(-2.5, 3.0, -2.0, 3.5)  # ms


def measure(name: str, scene: Scene, seconds: float) -> None:
    """Print one row of the table."""
    window = Window("dark")
    window.player.open(scene)
    window.show()
    while window.player.run is None or window.player.run.surface is None:
        let_run(0.1)
    let_run(1.0)
    seen, between = watched(window, seconds)
    whole = [(t, s) for t, s in seen if len(s.values) == GRIDS[-1]]
    columns = [
        _first(seen),
        _first([(t, s) for t, s in whole if s.error <= CLOSE]),
        _first([(t, s) for t, s in whole if s.error == 0]),
        " / ".join(f"{np.percentile(between, q):.1f}" for q in (50, 95, 99, 100)),
        f"{int((between > 1.5 * FRAME).sum())} of {len(between)}",
    ]
    sys.stdout.write(f"| {name:22} | " + " | ".join(columns) + " |\n")
    sys.stdout.flush()
    window.close()
    window.deleteLater()
    let_run(0.1)


def watched(window: Window, seconds: float) -> tuple[list[Any], Any]:
    """Move the view; return when which surface was drawn, and the beats between."""
    player, seen, beats = window.player, list[Any](), list[float]()
    heart = QTimer(window)
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))

    def look(_: object) -> None:
        surface = player.run.surface if player.run else None
        last = seen[-1][1] if seen else None
        if surface is not None and surface is not last and surface.region == REGION:
            seen.append((time.perf_counter() - begun, surface))

    player.refreshed.connect(look)
    begun = time.perf_counter()
    heart.start(FRAME)
    player.look_at(REGION)
    while time.perf_counter() < begun + seconds and not (seen and seen[-1][1].finest):
        let_run(0.05)
    heart.stop()
    return seen, 1e3 * np.diff(beats)


def _first(found: list[Any]) -> str:
    if not found:
        return "not yet"
    at, surface = found[0]
    off = f", error {surface.error:.0e}" if surface.error else ""
    return f"{1e3 * at:,.0f} ms ({len(surface.values)}²{off})"


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    sys.setswitchinterval(0.001)
    application()
    sys.stdout.write(
        "| scene | first picture | 257 × 257 | exact | between frames p50 / p95 / p99 "
        "/ longest ms | late |\n|---|---|---|---|---|---|\n"
    )
    for name, (data, model, (across, up)) in SCENES.items():
        scene = Scene(data=data, model=model, loss=SoftmaxCrossEntropy())
        measure(name, replace(scene, plane_x=across, plane_y=up), seconds)


if __name__ == "__main__":
    main()

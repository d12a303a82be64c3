"""A window used for a long time: is anything lost or kept that should not be?

`python tests/benchmarks/soak.py MINUTES`, on a display or with
QT_QPA_PLATFORM=offscreen. Each row is counted with the window as it was at first.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gdviz.session.scene import Scene  # noqa: E402
from gdviz.ui.app import application  # noqa: E402
from gdviz.ui.tidying import tidied  # noqa: E402
from gdviz.ui.window import Window  # noqa: E402
from tests.ui.monkeyfiles import at_home  # noqa: E402
from tests.ui.monkeywatch import watched  # noqa: E402
from tests.ui.soaking import Count, Soak, count  # noqa: E402

_HEAD = (
    "| minutes | cycles | RSS MiB | own MiB | None | True | threads | files | widgets "
    "| objects |\n|" + "---|" * 10 + "\n"
)
_WARM, _GROWTH = 0.2, 5.0  # share of the time, MiB


def row(minutes: float, cycles: int, now: Count) -> str:
    """Return a row of the table."""
    cells = [f"{minutes:.1f}", f"{cycles}", f"{now.rss:.1f}", f"{now.own:.1f}"]
    rest = (now.none, now.true, now.threads, now.files, now.widgets)
    cells += [f"{value:,}" for value in (*rest, now.kinds.total())]
    return "| " + " | ".join(cells) + " |\n"


def slope(times: list[float], values: list[float]) -> float:
    """Return how fast something grows, by minute."""
    return float(np.polyfit(times, values, 1)[0]) if len(times) > 2 else 0.0


def verdict(rows: list[tuple[float, Count]], minutes: float) -> str:
    """Say what has grown since it was warm."""
    warm = [(at, one) for at, one in rows if at >= _WARM * minutes] or rows
    times = [at for at, _ in warm]
    (_, first), (_, last) = warm[0], warm[-1]
    told = [f"\nFrom {times[0]:.1f} to {times[-1]:.1f} minutes:\n"]
    for name in ("rss", "own", "none", "true", "threads", "files", "widgets"):
        values = [float(getattr(one, name)) for _, one in warm]
        told.append(f"  {name:8} {values[-1] - values[0]:+10.2f}  "
                    f"{slope(times, values):+8.3f} a minute\n")  # fmt: skip
    grown = (last.kinds - first.kinds).most_common(15)
    told += [f"  {n:+7} {kind}\n" for kind, n in grown]
    flat = last.own - first.own < _GROWTH
    return "".join(told) + f"Memory is {'flat' if flat else 'NOT flat'}.\n"


def main(minutes: float) -> int:
    """Use a window for so many minutes and print a row for each."""
    sys.setswitchinterval(0.001)
    application()
    faults: list[str] = []
    rows: list[tuple[float, Count]] = []
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as place, at_home(Path(place)) as folder:
        window = Window("dark")
        window.player.refused.connect(faults.append)
        with watched(faults.append), tidied():  # as in the program itself
            window.player.open(Scene(), 3)
            window.show()
            soak, begun, due = Soak(window, folder / "out"), time.perf_counter(), 0.0
            say(_HEAD)
            while (gone := (time.perf_counter() - begun) / 60) < minutes:
                soak.turn()
                if gone >= due:
                    due = gone + min(1.0, minutes / 10)
                    rows.append((gone, count()))
                    say(row(gone, soak.cycles, rows[-1][1]))
                    sys.stdout.flush()
            rows.append((minutes, count()))
            say(row(minutes, soak.cycles, rows[-1][1]) + verdict(rows, minutes))
            window.close()
    say(f"{len(faults)} faults, warnings or refusals\n" + "\n".join(faults[:10]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    code = main(float(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)

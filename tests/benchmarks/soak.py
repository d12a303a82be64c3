"""A window used for a long time: is anything lost or kept that should not be?

`python tests/benchmarks/soak.py MINUTES`, on a display or with
QT_QPA_PLATFORM=offscreen. Every scene and lesson is opened once before; then each row
is counted with the window as it was at first.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gdviz.session.scene import Scene  # noqa: E402
from gdviz.ui.app import application  # noqa: E402
from gdviz.ui.tidying import tidied  # noqa: E402
from gdviz.ui.window import Window  # noqa: E402
from tests.ui.monkeyfiles import at_home  # noqa: E402
from tests.ui.monkeywatch import watched  # noqa: E402
from tests.ui.soaking import Count, Soak, count, kinds  # noqa: E402

if TYPE_CHECKING:
    from collections import Counter

_HEAD = (
    "| minutes | cycles | RSS MiB | own MiB | None | True | threads | files | widgets "
    "| objects | blocks |\n|" + "---|" * 11 + "\n"
)
_GROWTH = 5.0  # MiB
_FIGURES = (
    "rss", "own", "none", "true", "threads", "files", "widgets", "objects", "blocks",
)  # fmt: skip


def row(minutes: float, cycles: int, now: Count) -> str:
    """Return a row of the table."""
    cells = [f"{minutes:.1f}", f"{cycles}", f"{now.rss:.1f}", f"{now.own:.1f}"]
    rest = (now.none, now.true, now.threads, now.files, now.widgets)
    cells += [f"{value:,}" for value in (*rest, now.objects, now.blocks)]
    return "| " + " | ".join(cells) + " |\n"


def growth(values: list[float], lap: int) -> float:
    """Return how much there is more at the end, as the same lessons tell it.

    Parameters
    ----------
    values : list of floats
        After each cycle.
    lap : int
        After how many cycles the same lesson comes again: some keep more than others.
    """
    if len(values) <= lap:
        return values[-1] - values[0]
    return float(np.median(np.subtract(values[lap:], values[:-lap]))) * (
        (len(values) - 1) / lap
    )


def verdict(rows: list[tuple[float, Count]], lap: int, grown: Counter[str]) -> str:
    """Say what has grown, and which objects."""
    last_at = rows[-1][0]
    told = [f"\nIn {last_at:.1f} minutes, {len(rows)} cycles, lessons again after "
            f"{lap}; first, last, least, most, growth by like lessons:\n"]  # fmt: skip
    for name in _FIGURES:
        values = [float(getattr(one, name)) for _, one in rows]
        ends = values[0], values[-1], min(values), max(values)
        told.append(f"  {name:8}" + "".join(f"{value:11,.1f}" for value in ends)
                    + f"{growth(values, lap):+9.2f}\n")  # fmt: skip
    told += [f"  {n:+7} {kind}\n" for kind, n in grown.most_common(15)]
    flat = growth([one.own for _, one in rows], lap) < _GROWTH
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
            soak = Soak(window, folder / "out")
            soak.warm_up()
            begun, gone, known = time.perf_counter(), 0.0, kinds()
            say(_HEAD)
            while gone < minutes:
                soak.turn()
                gone = (time.perf_counter() - begun) / 60
                rows.append((gone, count()))
                say(row(gone, soak.cycles, rows[-1][1]))
                sys.stdout.flush()
            say(verdict(rows, soak.round, kinds() - known))
            window.close()
    say(f"{len(faults)} faults, warnings or refusals\n" + "\n".join(faults[:10]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    code = main(float(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)

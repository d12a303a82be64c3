"""A monkey at the window for a long time: faults, and how long it was deaf.

`python tests/benchmarks/monkey.py ACTIONS SEED [calm]`, on a display or with
QT_QPA_PLATFORM=offscreen. The same seed does the same again.
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
from tests.ui.monkey import Monkey  # noqa: E402
from tests.ui.monkeyfiles import at_home, fill  # noqa: E402
from tests.ui.monkeywatch import Beats, let_run, watched  # noqa: E402

_LONG = 100.0  # milliseconds


def quantiles(gaps: list[float]) -> str:
    """Return how long it was from beat to beat."""
    at = np.percentile(gaps, (50, 95, 99, 100)) if gaps else np.zeros(4)
    return " / ".join(f"{value:6.1f}" for value in at)


def idle() -> list[float]:
    """Return the beats of a machine where no window is open."""
    beats = Beats()
    beats.start()
    let_run(3000)
    beats.stop()
    return [gap for gap, _ in beats.gaps]


def report(monkey: Monkey, quiet: list[float]) -> None:
    """Print how long the window was deaf, and what it did before."""
    say = sys.stdout.write
    gaps = [gap for gap, _ in monkey.beats.gaps]
    say(f"\nquestions {monkey.queue.asked:,}, at most {monkey.queue.most} out\n")
    say("| beats of 8 ms | p50 / p95 / p99 / longest ms |\n|---|---|\n")
    say(
        f"| no window | {quantiles(quiet)} |\n| with the monkey | {quantiles(gaps)} |\n"
    )
    late = sorted((g for g in monkey.beats.gaps if g[0] > _LONG), reverse=True)
    say(f"{len(late)} of {len(gaps):,} over {_LONG:.0f} ms\n")
    for gap, doing in late[:60]:
        say(f"  {gap:7.0f} ms  {doing}\n")
    say("acts that took longest:\n")
    for cost, doing in sorted(monkey.costs, reverse=True)[:25]:
        say(f"  {cost:7.0f} ms  {doing}\n")


def main(actions: int, seed: int, calm: bool) -> int:
    """Let a monkey act and print what it found."""
    sys.setswitchinterval(0.001)
    application()
    quiet = idle()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as place, at_home(Path(place)) as folder:
        fill(folder)
        window = Window("dark")
        monkey = Monkey(window, seed, folder, calm)
        begun = time.perf_counter()
        with watched(monkey.blame), tidied():  # as in the program itself
            window.player.open(Scene(), 3)
            window.show()
            monkey.rest()
            while monkey.count < actions:
                monkey.act(min(200, actions - monkey.count))
                say(f"{monkey.count:,} actions, {len(monkey.faults)} faults, "
                    f"{time.perf_counter() - begun:,.0f} s\n")  # fmt: skip
                for fault in monkey.faults:
                    say(f"\nFAULT {fault}\n")
                monkey.told += len(monkey.faults)
                monkey.faults.clear()
                sys.stdout.flush()
            monkey.clear_away()
            monkey.rest()
            window.documents.close()
            window.deleteLater()
            let_run(200)
    report(monkey, quiet)
    return int(monkey.told > 0)


if __name__ == "__main__":
    words = sys.argv[1:]
    code = main(int(words[0]), int(words[1]), "calm" in words[2:])
    sys.stdout.flush()
    os._exit(code)

"""Kill a training window with SIGKILL again and again, and bring its run back.

`python tests/benchmarks/kills.py [times]`. The window trains flat out, moves a slider,
saves its scene and writes its journal all the time, so that many kills fall in the
middle of a save.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.ui.killing import kill_once


def main() -> None:
    """Print a line for each kill, and the sums."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    rng, outcomes = Random(0), []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, times + 1):
            one = kill_once(Path(folder), rng)
            outcomes.append(one)
            sys.stdout.write(
                f"{number}: killed at step {one.reached:,}, {one.steps:,} steps back, "
                f"{'the same' if one.same else 'NOT the same'} θ, files "
                f"{'whole' if one.whole else 'BROKEN'}\n"
            )
            sys.stdout.flush()
        torn = list(Path(folder).rglob("*.broken*"))
    same, whole = sum(o.same for o in outcomes), sum(o.whole for o in outcomes)
    sys.stdout.write(
        f"{same} of {times} runs came back bit for bit; {whole} of {times} times all "
        f"saved scenes and settings were whole; {len(torn)} files were set aside.\n"
    )


if __name__ == "__main__":
    main()

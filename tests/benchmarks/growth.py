"""How the cost grows with examples, batch, parameters and resolution, as a picture.

`OPENBLAS_NUM_THREADS=1 python tests/benchmarks/growth.py [file.svg]`. Each figure is
the shortest of some rounds on this machine; the picture in the README is made by this.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from gdviz.core.landscape import refine  # noqa: E402
from gdviz.core.planes import Plane, Region  # noqa: E402
from tests.benchmarks import loglog, setting  # noqa: E402
from tests.benchmarks.bench_steps import ours  # noqa: E402
from tests.benchmarks.cases import Case, case, sized  # noqa: E402
from tests.benchmarks.loglog import Panel, Points  # noqa: E402
from tests.benchmarks.ratios import Rounds, Run  # noqa: E402

ROUNDS, MOST = 40, 1.5  # seconds
MODELS = ("2-8-1", "2-16-16-2", "64-32-10")
BATCHES = [4**i for i in range(7)]
EXAMPLES = [4**i for i in range(3, 8)]
HIDDEN = [4**i for i in range(5)]
GRIDS = (16, 32, 64, 128)
REGION = Region(-2.0, 2.0, -2.0, 2.0)


def seconds(run: Run) -> float:
    """Return the shortest time of a call: what else the machine does leaves it."""
    rounds, until = Rounds(run), time.perf_counter() + MOST
    for _ in range(ROUNDS):
        rounds.measure()
        if time.perf_counter() > until:
            break
    return min(rounds.times)


def full_gradient(some: Case) -> Run:
    """The gradient over all examples."""
    return partial(some.objective.survey, some.theta, np.zeros((0, len(some.theta))))


def surface(some: Case, size: int) -> Run:
    """The exact surface over so many points in each direction."""
    directions = np.random.default_rng(0).standard_normal((2, len(some.theta)))
    directions = np.linalg.qr(directions.T)[0].T.copy()
    plane = Plane(some.theta, directions, ("u", "v"))
    return lambda: [*refine(some.objective, plane, REGION, (size,))]


def panels() -> list[Panel]:
    """Measure everything."""
    steps = {m: [(b, seconds(ours(case(m, b, max(BATCHES))))) for b in BATCHES]
             for m in MODELS}  # fmt: skip
    full = {m: [(n, seconds(full_gradient(case(m, 1, n)))) for n in EXAMPLES]
            for m in MODELS}  # fmt: skip
    widths = {f"{b:,} example{'s' * (b > 1)}": _by_width(b) for b in (1, 32, 1024)}
    surfaces: dict[str, Points] = {
        m: [(size, seconds(surface(case(m, 1, 256), size))) for size in GRIDS]
        for m in (*MODELS, "linear")
    }
    return [
        Panel("One training step", "examples in the batch", steps),
        Panel("Gradient over all examples", "examples", full),
        Panel("One training step, 2-w-w-1", "parameters", widths),
        Panel("Surface, 256 examples", "points in each direction", surfaces),
    ]


def _by_width(b: int) -> Points:
    some = [sized((2, w, w, 1), b, 1024) for w in HIDDEN]
    return [(len(one.theta), seconds(ours(one))) for one in some]


def main(path: Path) -> None:
    """Write the picture."""
    numpy = f"NumPy {setting.installed('numpy')}, float64, one BLAS thread"
    note = f"The shortest of many rounds. {numpy}."
    path.write_text(loglog.svg(panels(), note), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "resources" / "speed.svg")

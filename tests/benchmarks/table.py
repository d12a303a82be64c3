"""The table of ratios, the median of three runs.

`python tests/benchmarks/table.py [files or -k words of pytest]`, in an environment with
the peers: `pip install -e '.[bench]'`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.benchmarks.ratios import Line, loaded, text  # noqa: E402
from tests.benchmarks.setting import text as setting  # noqa: E402

RUNS = 3


def main(words: list[str]) -> None:
    """Measure three times and print the run whose ratio lies in the middle."""
    with tempfile.TemporaryDirectory() as folder:
        tables = [measured(Path(folder) / f"{run}.json", words) for run in range(RUNS)]
    print(f"{setting()}\nRatios: medians of {RUNS} runs")  # noqa: T201
    print(text(middle(tables)))  # noqa: T201


def measured(path: Path, words: list[str]) -> list[Line]:
    """Return the lines of one run, in a process of its own."""
    where = [] if any(Path(word).exists() for word in words) else [str(HERE)]
    command = [sys.executable, "-m", "pytest", "-q", f"--ratios={path}", *where, *words]
    subprocess.run(command, check=False, stdout=sys.stderr)
    return loaded(path)


def middle(tables: list[list[Line]]) -> list[Line]:
    """Return each line with the median of its times, ratio by ratio."""
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in (line for table in tables for line in table):
        found.setdefault((line.row, line.work, line.peer), []).append(line)
    return [_middle(lines) for lines in found.values()]


def _middle(lines: list[Line]) -> Line:
    """Return the line with the middle ratio, and the best times of all."""
    of_ratio = median([line.ratio for line in lines])
    nearest = min(lines, key=lambda line: abs(line.ratio - of_ratio))
    ours, theirs = zip(*(line.best for line in lines), strict=True)
    return replace(nearest, best=(min(ours), min(theirs)))


if __name__ == "__main__":
    main(sys.argv[1:])

"""One thread for everybody, before NumPy is loaded; the table of ratios at the end."""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import pytest  # noqa: E402

from tests.benchmarks import ratios, setting  # noqa: E402

if TYPE_CHECKING:
    from tests.benchmarks.ratios import Compare


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where to write the ratios."""
    parser.addoption("--ratios", help="write the table of ratios to this JSON file")


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Compare:
    """Measure gdviz and its peers side by side; see `ratios`."""
    pytest.importorskip("pytest_benchmark")
    return ratios.Compare(request.getfixturevalue("benchmark"))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table, below what it was measured on."""
    if not ratios.TABLE:
        return
    terminalreporter.section("ratios")
    terminalreporter.write_line(setting.text())
    terminalreporter.write_line(ratios.text(ratios.TABLE))
    if path := config.getoption("--ratios"):
        ratios.save(ratios.TABLE, Path(path))

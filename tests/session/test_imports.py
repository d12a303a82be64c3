from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gdviz

ENVIRON = {**os.environ, "PYTHONPATH": str(Path(gdviz.__file__).parents[1])}

BARE = """
import importlib, pkgutil, sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled())
"""
EVERY_MODULE = """
import gdviz.core, gdviz.session
for room in (gdviz.core, gdviz.session):
    for module in pkgutil.iter_modules(room.__path__):
        importlib.import_module(f"{room.__name__}.{module.name}")
import gdviz.cli, gdviz.ui.preflight
print("all there")
"""
COMMAND = """
from gdviz import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def without_qt(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE + code, *words],
        capture_output=True,
        text=True,
        env=ENVIRON,
        timeout=60,
        check=False,
    )


def test_core_session_and_command_line_import_without_qt() -> None:
    done = without_qt(EVERY_MODULE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "all there\n", "")


def test_training_needs_no_qt() -> None:
    done = without_qt(COMMAND, "train", "--steps", "5")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["steps"] == 5


def test_the_list_needs_no_qt() -> None:
    done = without_qt(COMMAND, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "moons" in done.stdout


def test_a_picture_without_qt_is_refused_in_a_sentence() -> None:
    done = without_qt(COMMAND, "render", "--steps", "5", "-o", "never.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert "PySide6" in done.stderr or "Qt needs" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["train", "--steps", "2"], ["list"]], ids=" ".join)
def test_nothing_of_qt_is_loaded_on_the_way(words: list[str]) -> None:
    code = (
        "import sys\nfrom gdviz import cli\ncli.main(sys.argv[1:])\n"
        "print([name for name in sys.modules if name[:7] in ('PySide6', 'pyqtgra')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env=ENVIRON,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"

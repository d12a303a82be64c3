"""The wheel holds the program and its resources, and works away from the tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

TREE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run([sys.executable, *words], cwd=TREE, check=True, capture_output=True)
    return next(folder.glob("gdviz-*.whl"))


def files(folder: str) -> set[str]:
    paths = [path for path in TREE.joinpath(folder).rglob("*") if path.is_file()]
    names = {path.relative_to(TREE).as_posix() for path in paths}
    return {name for name in names if "__pycache__" not in name}


def test_it_holds_all_there_is_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == files("gdviz") | {f"gdviz/{name}" for name in files("resources")}


def test_it_works_away_from_the_tree(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    words = ["-P", "-m", "gdviz", "train", "--dataset", "iris", "--steps", "2"]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=environ,
                          check=True, capture_output=True, text=True)  # fmt: skip
    assert '"steps": 2' in done.stdout
    where = "import gdviz.paths; print(gdviz.paths.resource('lessons'))"
    words = ["-P", "-c", where]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=environ,
                          check=True, capture_output=True, text=True)  # fmt: skip
    assert Path(done.stdout.strip()) == tmp_path / "site" / "gdviz/resources/lessons"

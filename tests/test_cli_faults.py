"""Disks, pipes and folders that fail under the command line: a sentence and a code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs a shell and /dev/full"
)
FULL = "the disk is full"
OVER = "--over learning_rate=lin:0.01:0.5:200 --steps 5"


def shell(folder: Path, words: str) -> tuple[int, str]:
    """Run a line of a shell, in which `gdviz` is this one; return code and errors."""
    line = words.replace("gdviz", f"{sys.executable} -m gdviz")
    own = {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("gdviz train --steps 5 >/dev/full", 2, FULL),
        (f"gdviz sweep {OVER} >/dev/full", 2, FULL),
        ("gdviz train --steps 5 2>/dev/full", 0, ""),
        ("gdviz train --wrong 2>/dev/full", 2, ""),
        ("gdviz train --wrong 2>&-", 2, ""),
        ("gdviz train --steps 5 -o a.csv <&- >&- 2>&-", 0, ""),
        ("gdviz train --steps 5 -o /dev/full", 2, "is a folder or a device"),
        ("ulimit -f 20; gdviz train --steps 20000 -o a.csv", 2, FULL),
        ("ulimit -f 1; gdviz render --steps 90 -o a.csv", 2, FULL),
        ("ulimit -f 1; gdviz render --steps 9 -o a.py", 2, FULL),
    ],
)
def test_one_sentence_and_a_code(
    tmp_path: Path, words: str, code: int, said: str
) -> None:
    found, told = shell(tmp_path, words)
    assert found == code, told
    assert said in told
    assert len(told.splitlines()) == bool(said)
    if said:
        assert list(tmp_path.iterdir()) == []  # neither a file nor a half one


def test_a_closed_stream_gives_its_number_to_no_file(tmp_path: Path) -> None:
    shell(tmp_path, "gdviz train --steps 5 -o a.csv <&- >&- 2>&-")
    text = (tmp_path / "a.csv").read_text()
    assert len(text.splitlines()) == 7
    assert text.startswith("step,epoch")


def test_runs_of_a_sweep_that_were_written_stay(tmp_path: Path) -> None:
    code, told = shell(tmp_path, f"ulimit -f 8; gdviz sweep {OVER} -o a.csv")
    assert code == 2
    assert told == (
        f"gdviz: a.csv cannot be written: {FULL}; the runs written already stay.\n"
    )
    text = (tmp_path / "a.csv").read_text()
    written = text.count("\n") - 2
    assert written > 10
    code, told = shell(tmp_path, f"gdviz sweep {OVER} -o a.csv")
    assert code == 0
    assert f"a.csv has {written} runs already" in told
    assert (tmp_path / "a.csv").read_text().count("\n") == 202


@pytest.mark.parametrize("command", ["train", "render", f"sweep {OVER}"])
def test_a_folder_that_is_gone(tmp_path: Path, command: str) -> None:
    steps = "" if "sweep" in command else "--steps 3"
    words = f"mkdir f; cd f; rmdir ../f; gdviz {command} {steps} -o a.csv"
    assert shell(tmp_path, words) == (
        2,
        "gdviz: the folder that you are in is gone; go to another one first.\n",
    )


def test_a_film_on_a_full_disk(tmp_path: Path) -> None:
    """Every kind, also that of a library that does not tell why it failed."""
    for name in ("a.mp4", "a.gif"):
        (tmp_path / name).write_bytes(b"old")
        words = f"ulimit -f 1; gdviz render --to 3 --size 300x200 -o {name}"
        code, told = shell(tmp_path, words)
        assert (code, told.count("\n")) == (2, 1)
        assert f"{name} cannot be written: {FULL}" in told
        assert (tmp_path / name).read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2

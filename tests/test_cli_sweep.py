from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import gdviz as package
from gdviz.session.sweep import read_sweep
from tests.terminal import Terminal

MOONS = ("sweep", "--dataset", "moons", "--hidden", "3", "--workers", "1")
OVER = ("--over", "learning_rate=0.01,0.1", "--over", "batch_size=1,2,4,…,8")
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}


@pytest.fixture
def gdviz(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def test_a_table_on_the_terminal(gdviz: Terminal) -> None:
    done = gdviz(*MOONS, *OVER, "--steps", "40", "--reach", "0.6")
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert " ".join(head.split()) == (
        "learning_rate batch_size steps final loss best loss best per examples "
        "steps to 0.6"
    )
    assert [row.split()[:3] for row in rows] == [
        [rate, size, "40"] for rate in ("0.01", "0.1") for size in "1248"
    ]
    assert rows[0].split()[-1] == "–"
    assert float(rows[4].split()[3]) < float(rows[0].split()[3])


def test_a_cell_that_diverges_or_cannot_be_is_told(gdviz: Terminal) -> None:
    words = ("sweep", "--workers", "1", "--steps", "500")
    done = gdviz(*words, "--over", "learning_rate=0.01,90", "--over", "batch_size=4,41")
    fine, large, wild, _ = done.out.splitlines()[1:]
    assert done.code == 0
    assert len(fine.split()) == 6
    assert "There are 40 examples" in large
    assert "descent.batch_size cannot be 41." in large
    assert "diverges after step " in wild


def test_a_file_is_written_and_gone_on_with(gdviz: Terminal, tmp_path: Path) -> None:
    words = (*MOONS, *OVER, "--steps", "30", "-o", "s.csv")
    done = gdviz(*words)
    assert (done.code, done.out) == (0, "")
    whole = (tmp_path / "s.csv").read_text()
    assert whole.count("\n") == 2 + 8
    torn = whole[: whole.index("\n0.01,4,") + 9]  # four rows, and part of the fifth
    (tmp_path / "s.csv").write_text(torn)
    done = gdviz(*words)
    assert done.code == 0
    assert "gdviz: note: s.csv has 4 runs already; going on with it.\n" in done.err
    again = (tmp_path / "s.csv").read_text()
    assert finals(again) == pytest.approx(finals(whole), rel=1e-12)
    assert gdviz(*words).code == 0
    assert (tmp_path / "s.csv").read_text() == again


def finals(text: str) -> dict[str, float]:
    rows = csv.DictReader(text.splitlines()[1:])
    return {
        f"{row['descent.learning_rate']} {row['descent.batch_size']}": float(
            row["final_loss"]
        )
        for row in rows
    }


def test_other_settings_make_another_sweep(gdviz: Terminal) -> None:
    assert gdviz(*MOONS, *OVER, "--steps", "3", "-o", "s.csv").code == 0
    sentence = gdviz.refused(*MOONS, *OVER, "--steps", "4", "-o", "s.csv")
    assert "s.csv: this is the table of another sweep; name another file." in sentence
    sentence = gdviz.refused(*MOONS, *OVER, "--steps", "3", "--float32", "-o", "s.csv")
    assert "another sweep" in sentence


def test_it_goes_on_in_single_precision(gdviz: Terminal, tmp_path: Path) -> None:
    assert (
        gdviz(*MOONS, *OVER, "--examples", "64", "--float32", "-o", "s.csv").code == 0
    )
    sweep, outcomes = read_sweep(tmp_path / "s.csv")
    assert (sweep.dtype, sweep.examples, sweep.steps) == ("float32", 64, None)
    assert sorted({outcome.steps for outcome in outcomes}) == [8, 16, 32, 64]


def test_processes_give_the_same_file(gdviz: Terminal, tmp_path: Path) -> None:
    seeds = ("--over", "seed=1,2,…,4", "--steps", "20")
    assert gdviz(*MOONS, *seeds, "-o", "one.csv").code == 0
    assert gdviz(*MOONS[:-1], "2", *seeds, "-o", "two.csv").code == 0
    rows = [
        sorted(
            (*row[:7], *row[8:])  # but for the seconds
            for row in csv.reader((tmp_path / name).read_text().splitlines()[2:])
        )
        for name in ("one.csv", "two.csv")
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3


def test_how_far_runs_go_if_nobody_says(gdviz: Terminal, tmp_path: Path) -> None:
    done = gdviz(*MOONS, *OVER)
    assert "each run makes 200 updates; --steps or --examples" in done.err
    assert {row.split()[2] for row in done.out.splitlines()[1:]} == {"200"}
    course = {"steps": 30, "shown": 3, "changes": [{"at": 5, "batch_size": 2}]}
    scene = {"gdviz": 2, "data": {"name": "line"}, "course": course}
    (tmp_path / "own.json").write_text(json.dumps(scene))
    done = gdviz("sweep", "own.json", "--workers", "1", "--over", "learning_rate=0.1")
    assert "keeps the settings of step 0" in done.err
    assert "each run makes 30 updates" in done.err
    assert done.out.splitlines()[1].split()[1] == "30"
    done = gdviz(*MOONS, *OVER, "--examples", "40")
    assert "each run makes" not in done.err


REFUSED = {
    ("--steps", "5"): "--over is missing; say a knob and its values, such as --over",
    ("--over", "learning_rate", "--steps", "5"): "is no axis; write KNOB=VALUES",
    ("--over", "speed=1", "--steps", "5"): "there is no knob 'speed' to sweep over",
    (*OVER, "--steps", "0"): "--steps must lie between 1 and",
    (*OVER, "--examples", "many"): "--examples must be a whole number, not 'many'",
    (*OVER, "--steps", "5", "--reach", "low"): "--reach must be a number, not 'low'",
    (*OVER, "--steps", "5", "--dask", "tcp://x:1"): "--workers and --dask exclude",
    (*OVER, "--steps", "5", "-o", "no/s.csv"): "there is no folder",
    (*OVER, *OVER, "--steps", "5"): "descent.learning_rate comes twice",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_swept_is_refused(
    words: tuple[str, ...], gdviz: Terminal
) -> None:
    assert REFUSED[words] in gdviz.refused(*MOONS, *words)


@pytest.mark.parametrize("count", ["0", "257", "two", "1.5"])
def test_a_wrong_number_of_workers_is_refused(count: str, gdviz: Terminal) -> None:
    words = ("sweep", *OVER, "--steps", "5", "--workers", count)
    assert "--workers must " in gdviz.refused(*words)


def test_without_dask_it_says_what_to_install(
    gdviz: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ("sweep", *OVER, "--steps", "5", "--dask", "tcp://127.0.0.1:1")
    assert "pip install 'gdviz[dask]'" in gdviz.refused(*words)


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
@pytest.mark.parametrize("presses", [1, 4])
@pytest.mark.parametrize("lines", [2, 5])  # while processes begin, and at work
def test_ctrl_c_leaves_a_file_to_go_on_with(
    tmp_path: Path, presses: int, lines: int
) -> None:
    out = tmp_path / "s.csv"
    words = [
        "sweep", "--over", "seed=lin:1:1000:1000", "--steps", "1000",
        "--workers", "2", "-o", str(out),
    ]  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "gdviz", *words],
        stderr=subprocess.PIPE, env=ENVIRON, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not (out.exists() and out.read_text().count("\n") >= lines):
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(0.5)
        for _ in range(presses):
            with suppress(ProcessLookupError):  # it is gone already
                os.killpg(running.pid, signal.SIGINT)  # as a terminal does
            time.sleep(0.05)
        _, err = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    said = [line for line in err.splitlines() if line.startswith("gdviz")]
    assert said == [f"gdviz: stopped; the same command goes on with {out}."]
    assert "Traceback" not in err
    _, outcomes = read_sweep(out)
    assert lines - 3 < len(outcomes) < 1000

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gdviz
from gdviz.core.refused import Refused
from gdviz.session.sweep import Axis, Outcome, here, run_sweep
from gdviz.session.sweep import cluster as cluster_module
from gdviz.session.sweep.cluster import dask
from tests.session.sweep.sweeps import assert_same, by_cell, moons

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("distributed")
PATIENCE = 60.0
QUICK = {
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": str(Path(gdviz.__file__).parents[1]),
}


class Cluster:
    """A real scheduler and real workers on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(port))

    def worker(self) -> subprocess.Popen[bytes]:
        where = ("--local-directory", str(self.folder), "--nthreads", "1")
        return self._start("worker", self.address, "--no-nanny", *where)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        with log:
            started = subprocess.Popen(
                command, cwd=self.folder, env=os.environ | QUICK,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.processes.append(started)
        return started

    def logs(self) -> str:
        return "\n".join(p.read_text() for p in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait(PATIENCE)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.close()


def busy_worker(client: Any, pids: dict[str, int]) -> int:
    """Return the process id of a worker that is at work now."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for address, keys in client.processing().items():
            if keys:
                return pids[address]
    raise AssertionError("no worker is at work")


def test_a_dask_cluster_loses_a_worker_and_no_cell(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", PATIENCE)
    sweep = moons(rates=3, steps=400)
    seeds = Axis("seed", tuple(range(1, 9)))
    sweep = replace(sweep, axes=(sweep.axes[0], seeds))
    workers = {process.pid: process for process in (cluster.worker(), cluster.worker())}
    with dask(cluster.address) as crew:
        client = crew.make.__self__  # type: ignore[attr-defined]
        client.wait_for_workers(2, timeout=PATIENCE)
        pids = client.run(os.getpid)
        found = list[Outcome]()
        for outcome in run_sweep(sweep, crew):
            if not found:
                lost = workers[busy_worker(client, pids)]
                os.kill(lost.pid, signal.SIGKILL)
                assert lost.wait(PATIENCE) == -signal.SIGKILL
            found.append(outcome)
        assert len(client.ncores()) == 1
    assert len(found) == 24
    assert_same(by_cell(found), by_cell(run_sweep(sweep, here())))


def test_where_no_scheduler_answers_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", 0.5)
    with socket.socket() as free:  # bound, but nobody listens
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Refused, match=f"no Dask scheduler answers at {address}"):
            dask(address).__enter__()


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "nonsense://x", "tcp://", "127.0.0.1:notaport", "tls://x:1"],
)
def test_an_address_that_is_none_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", 0.5)
    with pytest.raises(Refused, match="no Dask scheduler answers at"):
        dask(address).__enter__()


def test_a_wrong_address_leaves_nothing_behind() -> None:
    words = ["sweep", "--over", "seed=1,2", "--steps", "1", "--dask", "nonsense"]
    command = [sys.executable, "-m", "gdviz", *words]
    done = subprocess.run(
        command, env=os.environ | QUICK, capture_output=True, text=True, check=False
    )
    sentence = "no Dask scheduler answers at nonsense; start one with: dask scheduler."
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gdviz: {sentence}\n"

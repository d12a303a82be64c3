"""What a table was measured on: processor, kernels, versions; peers at their best."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PEERS = (
    "numpy", "torch", "jax", "backpack-for-pytorch", "opacus", "loss-landscapes",
)  # fmt: skip


def torch() -> Any:
    """Return PyTorch with one thread, or skip the test."""
    found = pytest.importorskip("torch")
    found.set_num_threads(1)
    return found


def jax() -> Any:
    """Return JAX with 64 bits and without asynchronous calls, or skip the test."""
    found = pytest.importorskip("jax")
    found.config.update("jax_enable_x64", True)
    found.config.update("jax_cpu_enable_async_dispatch", False)
    return found


def text() -> str:
    """Return processor, BLAS kernel and versions, in two lines."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    found = (f"{name} {installed(name)}" for name in PEERS)
    return (
        f"{processor()}, {cores} CPUs; OpenBLAS for {blas_core()}, one thread\n"
        f"Python {platform.python_version()}, {', '.join(found)}"
    )


def installed(name: str) -> str:
    """Return the version of a package, or that it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return next(names, platform.machine())


def blas_core() -> str:
    """Return which processor's kernels the OpenBLAS of NumPy has picked."""
    folder = Path(np.__file__).parents[1] / "numpy.libs"
    for path in folder.glob("*openblas*"):
        library = ctypes.CDLL(str(path))
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename"):
            if hasattr(library, name):
                ask = getattr(library, name)
                ask.restype = ctypes.c_char_p
                return str(ask().decode())
    return os.environ.get("OPENBLAS_CORETYPE", "an unknown core")

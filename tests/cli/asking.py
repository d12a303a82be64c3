"""Processes, tables and scenes that the command line is compared with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import pytest

from gdviz import cli
from gdviz.core.datasets import Iris, Moons, OwnTable
from gdviz.core.losses import (
    Hinge,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer

TABLE = "width,height,count\n" + "".join(
    f"{3 * i % 7},{0.1 * i**2:.1f},{i % 3}\n" for i in range(30)
)
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
ENVIRON.pop("PYTHONUNBUFFERED", "")
posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


class NoShell:
    """Stands in for what is on the screen before the window."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wanted(self) -> bool:
        return True


def process(*words: str, **more: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gdviz", *words]
    pipe = subprocess.PIPE
    usual: dict[str, Any] = {
        "stdout": pipe,
        "stderr": pipe,
        "text": True,
        "env": ENVIRON,
    }
    return subprocess.Popen(command, **usual | more)


def trained(scene: Scene, steps: int) -> Trainer:
    trainer = Trainer(scene)
    trainer.advance(steps)
    return trainer


SCENES = {
    "seed 0": (["--seed", "0"], Scene(seed=0)),
    "seed 1": (["--seed", "1"], Scene(seed=1)),
    "iris": (["--dataset", "iris"], Scene(data=Iris(), loss=SoftmaxCrossEntropy())),
    "iris squared": (
        ["--dataset", "iris", "--loss", "squared"],
        Scene(data=Iris(), loss=SquaredError()),
    ),
    "moons": (
        ["--dataset", "moons", "--hidden", "8,4", "--held-out", "0.25"],
        Scene(data=Moons(), loss=Logistic(), model=MLP((8, 4)), held_out=0.25),
    ),
    "relu": (
        ["--dataset=moons", "--activation=relu", "--loss=hinge", "--order=fresh"],
        Scene(
            data=Moons(),
            loss=Hinge(),
            model=MLP(activation="relu"),
            descent=Descent(order="fresh"),
        ),
    ),
    "momentum": (
        ["--optimizer", "momentum", "--learning-rate", "1e-3", "--batch-size", "7"],
        Scene(descent=Descent(7, 1e-3, optimizer=HeavyBall())),
    ),
    "own table": (
        ["--data", "t.csv", "--target", "width", "--no-standardise", "--seed=2"],
        Scene(data=OwnTable("t.csv", "width", standardise=False), seed=2),
    ),
    "as classes": (
        ["--data", "t.csv", "--target", "width", "--task", "classes"],
        Scene(data=OwnTable("t.csv", "width", "classes"), loss=SoftmaxCrossEntropy()),
    ),
}

"""Scripts run where there is no gdviz."""

from __future__ import annotations

import runpy
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.activations import ACTIVATIONS
from gdviz.core.averaging import RECIPES, Accumulated, recipes_for
from gdviz.core.batches import DROP, FRESH, KEEP, ORDERS
from gdviz.core.datasets import (
    DATASETS,
    Circles,
    Digits,
    Drawn,
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
    Spirals,
    TwoGaussians,
    TwoPoints,
)
from gdviz.core.functions import FUNCTIONS, GivenGradients, SquareAndCube
from gdviz.core.losses import (
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import (
    OPTIMIZERS,
    HeavyBall,
)
from gdviz.session.scene import Descent, Scene
from gdviz.session.script import (
    script,
)
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gdviz.session.course import Course

    Array = NDArray[np.float64]

TOLERANCE = 1e-12


def ran(text: str, folder: Path) -> dict[str, Any]:
    """Return the names of a script, run where there is no gdviz."""
    file = folder / "descent.py"
    file.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gdviz", None)
        return runpy.run_path(str(file))


def path_of(text: str, folder: Path) -> list[Array]:
    with np.errstate():
        steps = list(ran(text, folder)["path"]())
    assert [t for t, _ in steps] == list(range(len(steps)))
    return [theta for _, theta in steps]


def difference(scene: Scene, folder: Path, course: Course | None = None) -> float:
    """Return the largest difference of any step, relative to 1 or to θ."""
    text = script(scene, course, 30)
    compile(text, "script", "exec")
    long = [line for line in text.splitlines() if len(line) > 88]
    assert not long or all(set(line) <= set("[] -+.e,0123456789") for line in long)
    trainer = Trainer(scene, course)
    start = trainer.state.theta
    expected = [start, *(step.after.theta for step in trainer.advance(30))]
    found = path_of(text, folder)
    if trainer.diverged:
        assert len(expected) <= len(found) <= len(expected) + 2
    else:
        assert len(found) == len(expected) == 31
    with np.errstate(over="ignore"):
        return max(
            float((np.abs(a - b) / np.maximum(1, np.abs(a))).max())
            for a, b in zip(expected, found, strict=False)
        )


def scene(loss: Any = None, data: Any = None, **settings: Any) -> Scene:
    inner = {f.name for f in fields(Descent)} & settings.keys()
    descent = Descent(**{name: settings.pop(name) for name in inner})
    return Scene(data=data or LineWithNoise(), loss=loss, descent=descent, **settings)


BENT = MLP((4, 3))
SCENES = {
    "the first scene": Scene(),
    **{f"{a} units": scene(model=MLP((4, 3), a)) for a in ACTIVATIONS},
    **{f"{r} linear": scene(recipe=RECIPES[r](), batch_size=7) for r in RECIPES},
    **{
        f"{r} network": scene(recipe=RECIPES[r](), model=BENT, batch_size=7)
        for r in RECIPES
    },
    **{
        f"{r} network of many classes": scene(
            data=Iris(), recipe=RECIPES[r](), model=MLP((4,), bias=False), batch_size=9
        )
        for r in RECIPES
    },
    **{
        f"{r.name} of {f}": scene(data=FUNCTIONS[f](), recipe=r(), batch_size=2)
        for f in FUNCTIONS
        for r in recipes_for(False)
    },
    **{f"{o} optimizer": scene(optimizer=OPTIMIZERS[o]()) for o in OPTIMIZERS},
    **{
        f"{order}, short last {short}": scene(
            order=order, short_last=short, batch_size=7, model=BENT
        )
        for order in ORDERS
        for short in (KEEP, DROP)
    },
    **{
        f"fresh {name}": scene(data=data(), order=FRESH, model=BENT)
        for name, data in DATASETS.items()
        if issubclass(data, Drawn)
    },
    **{
        f"{name} data": scene(data=data(), model=BENT)
        for name, data in DATASETS.items()
        if data is not OwnTable
    },
    "fresh points of another line": scene(
        data=LineWithNoise(30, 0.1, -2.0, 3.0), order=FRESH
    ),
    "fresh rings": scene(data=Circles(30, 0.3, 0.7), order=FRESH),
    "fresh clouds": scene(data=TwoGaussians(30, 1.5), order=FRESH),
    "fresh moons with noise": scene(data=Moons(30, 0.4), order=FRESH),
    "fresh arms": scene(data=Spirals(30, 0.2, 0.5), order=FRESH),
    "whole batches only": scene(batch_size=10, short_last=DROP),
    "on the hinge": scene(Hinge(), Moons(), start=(0.0, 0.0, 1.0)),
    "all digits": scene(data=Digits(), batch_size=1797, model=MLP((16,), "relu")),
    "held out": scene(data=Moons(), held_out=0.3),
    "held-out irises": scene(data=Iris(), held_out=0.3),
    "irises as they are": scene(data=Iris(standardise=False), held_out=0.3),
    "a formula held out": scene(data=SquareAndCube(), held_out=0.5, batch_size=1),
    "another formula held out": scene(data=SquareAndCube(), held_out=0.5, seed=1),
    "the other formula held out": scene(data=SquareAndCube(), held_out=0.5, seed=4),
    "a given row held out": scene(
        data=GivenGradients(((1.0, -2.5), (0.1, 1e-9), (-3.0, 0.0))), held_out=0.3
    ),
    "half": scene(SquaredError(half=True), Moons()),
    "absolute": scene(AbsoluteError(), model=BENT),
    "absolute where it is met": scene(AbsoluteError(), TwoPoints(), start=(1.0, 1.0)),
    "Huber": scene(Huber(0.3), model=BENT),
    "logistic": scene(Logistic(), Moons()),
    "hinge": scene(Hinge(), Moons()),
    "softmax of two": scene(SoftmaxCrossEntropy(), Moons()),
    "squares of classes": scene(SquaredError(), Iris()),
    "mean example of two classes": scene(
        Logistic(), Moons(), recipe=RECIPES["mean_example"](), model=BENT
    ),
    "micro-batches": scene(recipe=Accumulated(3), batch_size=8, model=BENT),
    "momentum, one by one": scene(
        recipe=RECIPES["one_by_one"](), optimizer=HeavyBall(0.5), learning_rate=0.01
    ),
    "no bias": scene(model=Linear(bias=False)),
    "a given start": scene(start=(0.1, -2.5)),
    "a wide network": scene(model=MLP((40, 40)), seed=0),
    "it diverges": scene(learning_rate=1e5),
    "a network diverges": scene(learning_rate=1e5, model=MLP((5,), "relu")),
}
START, FASTER = Descent(), Descent(learning_rate=0.3)

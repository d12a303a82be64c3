"""Scenes at the edge of what numbers can hold, for the tests of every room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT
from gdviz.core.datasets import (
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
    ScatteredNumbers,
    TwoGaussians,
    TwoPoints,
)
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import FUNCTIONS, LANDSCAPES, GivenGradients
from gdviz.core.losses import LOSSES, Huber, Logistic, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.planekinds import PLANES
from gdviz.core.schedules import SCHEDULES
from gdviz.session.scene import Descent, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HUGE, TINY = 1e100, 1e-300  # the largest number that can be typed, and a small one
FAST, SLOW = 1e6, 1e-12  # the ends of the learning rate


def table(*rows: Iterable[object], standardise: bool = False) -> OwnTable:
    """Return a table typed by hand: the last column is the target."""
    names = [f"x{i + 1}" for i in range(len(tuple(rows[0])) - 1)] + ["y"]
    lines = [",".join(map(str, row)) for row in (names, *rows)]
    return OwnTable(
        target="y", text="\n".join(lines), standardise=standardise, path="typed.csv"
    )


ALIKE = table(*[(1.5, 2.0)] * 6)
CONSTANT = table(*[(3.0, i, 2.0 * i) for i in range(6)], standardise=True)
TINY_NUMBERS = table(*[(i * 1e-300, i * 2e-300) for i in range(1, 7)])
DENORMAL = table(*[(i * 5e-324, i * 5e-324) for i in range(1, 7)])
HUGE_NUMBERS = table(*[(i * 1e98, i * 2e98) for i in range(1, 7)])
HUGE_SCALED = replace(HUGE_NUMBERS, standardise=True)
TINY_SCALED = replace(TINY_NUMBERS, standardise=True)
ONE_HUGE = table(*[(i, i) for i in range(1, 6)], (1e100, 1.0))
HUGE_TARGETS = table(*[(i, i * 1e99) for i in range(1, 7)])
TINY_TARGETS = table(*[(i, i * 1e-300) for i in range(1, 7)])
ZEROS = table(*[(0, 0)] * 5)
MINUS_ZEROS = table(*[("-0.0", "-0.0")] * 5)
PARTED = table(
    *[(side * (2 + i), "ab"[side > 0]) for i in range(5) for side in (-1, 1)]
)
HUGE_CLASSES = table(
    *[(s * i * 1e99, "ab"[s > 0]) for i in range(1, 6) for s in (-1, 1)]
)
SMALL_MOONS = Moons(n_examples=12)
ONE = LineWithNoise(n_examples=1)

DATA: dict[str, Scene] = {
    "identical examples": Scene(data=ALIKE),
    "identical, network": Scene(data=ALIKE, model=MLP((3,))),
    "a constant feature": Scene(data=CONSTANT),
    "a constant feature, network": Scene(data=CONSTANT, model=MLP((2,))),
    "tiny numbers": Scene(data=TINY_NUMBERS),
    "tiny numbers, standardised": Scene(data=TINY_SCALED),
    "denormal numbers": Scene(data=DENORMAL),
    "denormal, standardised": Scene(data=replace(DENORMAL, standardise=True)),
    "huge numbers": Scene(data=HUGE_NUMBERS),
    "huge numbers, network": Scene(data=HUGE_NUMBERS, model=MLP((3,))),
    "huge numbers, standardised": Scene(data=HUGE_SCALED),
    "one huge example": Scene(data=ONE_HUGE, descent=Descent(1, 1e-3)),
    "one huge example of all": Scene(data=ONE_HUGE, descent=Descent(6, 1e-3)),
    "huge targets": Scene(data=HUGE_TARGETS),
    "tiny targets": Scene(data=TINY_TARGETS, start=(0.0, 0.0)),
    "all zero": Scene(data=ZEROS, start=(0.0, 0.0)),
    "minus zero": Scene(data=MINUS_ZEROS, start=(-0.0, -0.0)),
    "parted classes": Scene(data=PARTED, descent=Descent(4, FAST)),
    "parted, softmax": Scene(
        data=PARTED, loss=SoftmaxCrossEntropy(), descent=Descent(4, FAST)
    ),
    "parted far": Scene(data=TwoGaussians(20, 20.0), descent=Descent(4, 10.0)),
    "huge classes": Scene(data=HUGE_CLASSES),
    "huge classes, softmax": Scene(
        data=HUGE_CLASSES, loss=SoftmaxCrossEntropy(), start=(1e100,) * 4
    ),
    "one example": Scene(data=ONE, descent=Descent(1, 0.1)),
    "one example, network": Scene(data=ONE, model=MLP((2,))),
    "one example, fresh": Scene(data=ONE, descent=Descent(8, 0.1, order=FRESH)),
    "one example, replaced": Scene(data=ONE, descent=Descent(1, 0.1, REPLACEMENT)),
    "two points at the optimum": Scene(
        data=TwoPoints(), model=Linear(bias=False), start=(3.0,)
    ),
    "numbers without noise": Scene(data=ScatteredNumbers(5, 0.5, 0.0)),
    "one held out": Scene(data=LineWithNoise(n_examples=2), held_out=0.4),
    "nothing held out": Scene(data=LineWithNoise(n_examples=2), held_out=0.01),
    "batch beyond all": Scene(
        data=LineWithNoise(n_examples=3), descent=Descent(500, 0.1, FILE_ORDER)
    ),
    "iris, fast": Scene(data=Iris(), model=MLP((4,)), descent=Descent(150, FAST)),
}
PLACES: dict[str, Scene] = {
    f"{name}, start {start:g}": replace(scene, start=(start,) * count)
    for name, scene, count in (
        ("line", Scene(), 2),
        ("moons", Scene(data=SMALL_MOONS), 3),
        ("tanh", Scene(data=SMALL_MOONS, model=MLP((2,))), 9),
        ("relu", Scene(data=SMALL_MOONS, model=MLP((2,), "relu")), 9),
        ("softmax", Scene(data=SMALL_MOONS, loss=SoftmaxCrossEntropy()), 6),
        ("huber", Scene(loss=Huber()), 2),
    )
    for start in (HUGE, -HUGE, TINY, -0.0, 5e-324)
}
RATES: dict[str, Scene] = {
    f"{optimizer} at {rate:g}": Scene(
        data=SMALL_MOONS,
        model=MLP((2,), "relu"),
        loss=SquaredError(),
        descent=Descent(4, rate, optimizer=kind()),
    )
    for optimizer, kind in OPTIMIZERS.items()
    for rate in (SLOW, FAST)
}
LOSS_RATES: dict[str, Scene] = {
    f"{loss} at {rate:g}": Scene(
        data=LineWithNoise(n_examples=9) if "regression" in kind.tasks else SMALL_MOONS,
        loss=kind(),
        descent=Descent(4, rate),
    )
    for loss, kind in LOSSES.items()
    for rate in (SLOW, FAST)
}
RECIPE_RATES: dict[str, Scene] = {
    f"{recipe} at {rate:g}": Scene(
        data=SMALL_MOONS,
        model=MLP((2,)),
        descent=Descent(4, rate, recipe=kind()),
    )
    for recipe, kind in RECIPES.items()
    for rate in (SLOW, FAST)
}
FORMULAS: dict[str, Scene] = {
    f"{name} at {rate:g}": Scene(data=kind(), descent=Descent(1, rate))
    for name, kind in (LANDSCAPES | FUNCTIONS).items()
    for rate in (SLOW, FAST)
}
OWN_FORMULAS: dict[str, Scene] = {
    formula: Scene(data=OwnFormula(formula=formula), start=start)
    for formula, start in (
        ("exp(x)", (700.0,)),
        ("exp(x) + y**2", (700.0, 1.0)),
        ("1/x", (1e-150,)),
        ("x**9 * y**9", (1e16, 1e16)),
        ("log(x)", (1e-300,)),
        ("x**2 + y**2", (1e100, -1e100)),
        ("x**2 + 1e-12*y**2", (1e-300, 1e-300)),
        ("0*x + 0*y", (1.0, 1.0)),
        ("1e100*x + 1e-100*y", (0.0, 0.0)),
        ("abs(x)", (0.0,)),
    )
}
SEVERAL: dict[str, Scene] = {
    f"plane {plane} {what}": replace(scene, plane=kind())
    for plane, kind in PLANES.items()
    for what, scene in (
        ("far out", PLACES["tanh, start 1e+100"]),
        ("at nothing", PLACES["relu, start -0"]),
        ("of one number", Scene(data=TwoPoints(), model=Linear(bias=False))),
        ("of a wild run", RATES["sgd at 1e+06"]),
    )
}
SCHEDULED: dict[str, Scene] = {
    f"schedule {name} at {rate:g}": Scene(
        data=LineWithNoise(n_examples=4), descent=Descent(4, rate, schedule=kind())
    )
    for name, kind in SCHEDULES.items()
    for rate in (SLOW, FAST)
}
RACES: dict[str, Scene] = {
    "a race of wild ones": Scene(
        data=SMALL_MOONS,
        model=MLP((2,), "relu"),
        loss=SquaredError(),
        ghosts=tuple(Descent(m, rate) for m in (1, 12) for rate in (SLOW, FAST)),
    ),
    "a race to nowhere": replace(
        PLACES["line, start 1e+100"], ghosts=(Descent(1, FAST), Descent(40, SLOW))
    ),
    "a race by examples": Scene(data=ONE, ghosts=(Descent(1, FAST),), pace="examples"),
    "given gradients, huge": Scene(
        data=GivenGradients(((1e100, -1e100), (1e100, 1e100))),
        descent=Descent(2, FAST),
    ),
    "given gradients, tiny": Scene(
        data=GivenGradients(((1e-300, -1e-300), (1e-300, 0.0))),
        descent=Descent(2, SLOW),
    ),
    "given gradients, opposite": Scene(
        data=GivenGradients(((1.0, -1.0), (-1.0, 1.0))), descent=Descent(2, 1.0)
    ),
    "logistic, weights of 1e100": Scene(
        data=PARTED, loss=Logistic(), start=(-1e100, 0.0)
    ),
}
EXTREMES: dict[str, Scene] = {
    **DATA,
    **PLACES,
    **RATES,
    **LOSS_RATES,
    **RECIPE_RATES,
    **FORMULAS,
    **OWN_FORMULAS,
    **SEVERAL,
    **SCHEDULED,
    **RACES,
}
REFUSED: dict[str, Callable[[], Scene]] = {
    "one overflows": lambda: Scene(data=ONE_HUGE, start=(1e80, 1.0)),
    "beyond what is typed": lambda: Scene(start=(1e300, 1.0)),
    "NaN": lambda: Scene(start=(float("nan"), 1.0)),
    "a number beyond": lambda: Scene(data=table((1e300, 1.0), (1.0, 2.0))),
    "rate 0": lambda: Scene(descent=Descent(1, 0.0)),
    **{
        f"{formula} at {start[0]:g}": lambda f=formula, s=start: Scene(  # type: ignore[misc]
            data=OwnFormula(formula=f), start=s
        )
        for formula, start in (
            ("exp(x)", (800.0,)),
            ("1/x", (0.0,)),
            ("1/x", (1e-300,)),
            ("log(x) + sqrt(y)", (-1.0, 0.0)),
            ("x**9 * y**9", (1e40, 1e40)),
        )
    },
}

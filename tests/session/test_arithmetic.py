"""Every formula comes to the number that was recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.datasets import Digits, Iris, Moons
from gdviz.core.functions import FUNCTIONS
from gdviz.core.knobs import knobs
from gdviz.core.losses import (
    LOSSES,
    Huber,
    Logistic,
    SquaredError,
    losses_for,
)
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    AdaDelta,
    Adam,
    Adamax,
    AMSGrad,
    HeavyBall,
    Lion,
    NAdam,
    RMSProp,
)
from gdviz.core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InversePower,
    OneCycle,
    Polynomial,
    Schedule,
    StepDecay,
)
from gdviz.session.arithmetic.column import GRADIENT
from gdviz.session.arithmetic.detail import Detail
from gdviz.session.arithmetic.lines import (
    BEFORE,
    RATE,
    THETA,
)
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen
from tests.session.sums import FOUR, NET, cells_of, check, run_of

if TYPE_CHECKING:
    from gdviz.core.models import Model
    from gdviz.core.optimizers import Optimizer
    from gdviz.core.recipe import Recipe

MODELS: dict[str, Model] = {
    "linear": Linear(),
    "without bias": Linear(bias=False),
    "one unit": MLP((1,), "identity"),
    "tanh": MLP((2,)),
    "relu": MLP((2,), "relu"),
    "sigmoid": MLP((3, 2), "sigmoid"),
    "softplus": MLP((2, 1), "softplus", bias=False),
    "large": MLP((8,)),
}
DATA = {"line": FOUR, "moons": Moons(n_examples=9), "iris": Iris()}
CASES = [
    pytest.param(Scene(data=data, model=model, loss=loss()), id=f"{d} {m} {loss.name}")
    for d, data in DATA.items()
    for m, model in MODELS.items()
    for loss in losses_for(data.examples(0).task)
]


@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall()])
@pytest.mark.parametrize("scene", CASES)
def test_every_formula_is_true(scene: Scene, optimizer: Optimizer) -> None:
    descent = Descent(3, 0.02, optimizer=optimizer)
    run = run_of(replace(scene, descent=descent), 2, chosen=1)
    cells = list(cells_of(run))
    assert len(cells) > 20
    for cell in cells:
        check(cell)


OTHERS = [
    *(kind() for kind in OPTIMIZERS.values()),
    *(replace(kind(), weight_decay=0.3) for kind in OPTIMIZERS.values()  # type: ignore[call-arg]
      if "weight_decay" in knobs(kind)),
    RMSProp(centred=True), RMSProp(momentum=0.5), RMSProp(0.5, 0.01, True, 0.9, 0.1),
    SGLD(5.0), Lion(0.5, 0.25), NAdam(0.5, 0.25, 0.1, 0.0, 0.3), Adamax(0.5, 0.25, 0.1),
    AMSGrad(0.5, 0.25, 0.1), AdaDelta(0.5, 0.1),
]  # fmt: skip


@pytest.mark.parametrize("recipe", [RECIPES["mean"](), RECIPES["sum"]()])
@pytest.mark.parametrize("steps", [0, 1, 12])
@pytest.mark.parametrize("optimizer", OTHERS, ids=str)
def test_formulas_of_optimizers(
    optimizer: Optimizer, steps: int, recipe: Recipe
) -> None:
    descent = Descent(3, 0.02, optimizer=optimizer, recipe=recipe)
    run = run_of(replace(NET, descent=descent), steps)
    lines = Arithmetic.of(run).lines
    for line in lines:
        for j in range(len(run.facts.parameters)):
            cell = line.cell(j)
            check(cell)
            bare = line.kind in (BEFORE, THETA) or line.label == "noise ξ"
            assert bare or len(cell.parts()) > 2 or cell.value == 0, cell.parts()


SCHEDULED = [
    *(kind(warmup=w) for kind in SCHEDULES.values() for w in (0, 1, 6)),
    StepDecay(every=3), Exponential(gamma=0.5), Polynomial(length=5, power=2.0),
    Polynomial(3, 20, 0.5, 0.25), InversePower(tau=2.0, kappa=0.7),
    Cosine(length=5), Cosine(4, 12, 0.5), Cosine(0, 3, 0.1, True),
    Cosine(2, 3, 0.0, True, 2), OneCycle(length=10), OneCycle(3, 10, 0.5, "linear"),
    OneCycle(length=2), OneCycle(length=10, rise=0.05),
]  # fmt: skip


@pytest.mark.parametrize("schedule", SCHEDULED, ids=str)
def test_formulas_of_schedules(schedule: Schedule) -> None:
    screen = Screen(replace(NET, descent=Descent(4, 0.03, schedule=schedule)))
    for step in range(14):
        rates = [li for li in Arithmetic.of(screen.run).lines if li.kind == RATE]
        assert len(rates) == (schedule != Constant())
        for line in rates:
            cell = line.cell(0)
            check(cell)
            assert cell.value == screen.now.record.rate
            assert cell.value == 0.03 * schedule.factor(step)
            assert len(cell.parts()) > 2
        for line in Arithmetic.of(screen.run).lines:
            check(line.cell(1))
        screen.ask(steps=1)


def test_of_a_schedule_what_is_taught() -> None:
    def parts(schedule: Schedule, steps: int) -> tuple[str, ...]:
        run = run_of(replace(NET, descent=Descent(4, 0.5, schedule=schedule)), steps)
        return (
            next(line for line in Arithmetic.of(run).lines if line.kind == RATE)
            .cell(0)
            .parts()
        )

    half = parts(Cosine(length=8), 4)
    assert half[1:3] == ("η₀·½·(1 + cos(π·s/T))", "0.5·½·(1 + cos(π·4/8))")
    rising = parts(Cosine(warmup=4, length=8), 1)
    assert rising == ("η", "η₀·(s + 1)/W", "0.5·(1 + 1)/4", "0.25")
    assert parts(StepDecay(every=2, gamma=0.5), 5)[1] == "η₀·γ^⌊s/k⌋"


def test_one_number_for_all_stands_under_the_first_parameter_alone() -> None:
    run = run_of(replace(NET, descent=Descent(4, 0.02, optimizer=NAdam())), 3)
    sheet = Arithmetic.of(run).below()
    first = [group for group, _, _ in sheet.heads].index(GRADIENT)
    heads = [sheet.head(r).label for r in range(sheet.count)]
    wanted = {
        "updates before k": 3.0, "updates t": 4.0, "momentum product Πμ": None,
        "new momentum product Πμ": None, "momentum μ": None, "next momentum μ′": None,
    }  # fmt: skip
    for label, value in wanted.items():
        cells = [sheet.cell(heads.index(label), c) for c in range(len(sheet.heads))]
        assert [c for c, cell in enumerate(cells) if cell] == [first]
        cell = cells[first]
        assert cell is not None
        assert value in (None, cell.value)
    large = run_of(Scene(data=Digits(), descent=Descent(4, 0.02, optimizer=NAdam())), 3)
    below = Arithmetic.of(large).below()
    row = [below.head(r).label for r in range(below.count)].index("updates t")
    last = below.cell(row, len(below.heads) - 1)
    assert last is not None
    assert (last.name, last.value) == ("t", 4.0)
    names = [name for _, name, _ in Detail(Arithmetic.of(large)).sheet(0, 0).heads]
    assert "new m" in names
    assert "t" not in names


def test_adam_reads_as_it_is_taught() -> None:
    run = run_of(replace(NET, descent=Descent(4, 0.02, optimizer=Adam())), 3)
    kinds = [line.label for line in Arithmetic.of(run).lines]
    assert kinds[2:] == [
        "first moment m", "second moment v", "updates before k", "new first moment m",
        "new second moment v", "updates t", "unbiased m′", "unbiased v′",
        "effective step e", "update Δθ", "θ", "new θ",
    ]  # fmt: skip
    lines = {line.label: line.cell(6).parts() for line in Arithmetic.of(run).lines}
    b = "b2[1]"
    assert lines["new first moment m"][1] == f"β₁·m[{b}] + (1 − β₁)·ĝ[{b}]"
    assert lines["new second moment v"][1] == f"β₂·v[{b}] + (1 − β₂)·ĝ[{b}]²"
    assert lines["unbiased m′"][1] == f"new m[{b}]/(1 − β₁^t)"
    assert lines["unbiased m′"][2].endswith("/(1 − 0.9^4)")
    assert lines["effective step e"][1] == f"η/(√(v′[{b}]) + ε)"
    assert lines["update Δθ"][1] == f"−e[{b}]·m′[{b}]"


@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall(beta=0.5)])
@pytest.mark.parametrize("model", [Linear(), MLP((2,)), MLP((8,))])
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_of_every_recipe_too(recipe: type, model: Model, optimizer: Optimizer) -> None:
    descent = Descent(4, 0.02, recipe=recipe(), optimizer=optimizer)
    run = run_of(Scene(data=FOUR, model=model, descent=descent), 2)
    for cell in cells_of(run):
        check(cell)


@pytest.mark.parametrize("recipe", recipes_for(False), ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("formulas", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize("size", [1, 2])
def test_and_of_formulas(formulas: type, recipe: type, size: int) -> None:
    descent = Descent(size, 0.1, recipe=recipe(), optimizer=HeavyBall())
    run = run_of(Scene(data=formulas(), descent=descent), 1, chosen=0)
    for cell in cells_of(run):
        formula = cell.how()
        assert formula.expression.worth() == pytest.approx(cell.value, rel=1e-12)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("loss", [SquaredError(), Huber(delta=0.1), Huber(delta=50)])
def test_losses_with_knobs(loss: SquaredError | Huber, half: bool) -> None:
    told = replace(loss, half=half) if isinstance(loss, SquaredError) else loss
    for cell in cells_of(run_of(replace(NET, loss=told), 1)):
        check(cell)


def test_a_sure_logistic_unit_loses_nothing_in_rounding() -> None:
    scene = Scene(data=Moons(n_examples=9), loss=Logistic(), start=(30.0, -40.0, 25.0))
    run = run_of(replace(scene, descent=Descent(9)))
    deltas = [c for c in cells_of(run) if c.name == "δ"]
    assert min(abs(cell.value) for cell in deltas) < 1e-12
    for cell in deltas:
        assert cell.how().expression.worth() == pytest.approx(cell.value, rel=1e-6)
        assert cell.formula().note != "Recorded as it was."


@pytest.mark.parametrize("scale", [0.0, 500.0])
@pytest.mark.parametrize("name", LOSSES)
def test_very_large_outputs_overflow_nothing(name: str, scale: float) -> None:
    loss = LOSSES[name]()
    data = Moons(n_examples=9) if "two classes" in loss.tasks else FOUR
    inputs = 2 if isinstance(data, Moons) else 1
    outputs = 2 if name == "softmax" else 1
    start = tuple(scale * (-1) ** i * (i + 1.0) for i in range(outputs * (inputs + 1)))
    scene = Scene(data=data, loss=loss, start=start, descent=Descent(4, 1e-6))
    for cell in cells_of(run_of(scene)):
        expression = cell.how().expression
        slack = 1e-9 * max(expression.size(), abs(cell.value))
        assert abs(expression.worth() - cell.value) <= slack, cell.parts()

"""The arithmetic panel's tables: every number recorded, every formula true."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, OneByOne, recipes_for
from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.functions import FUNCTIONS, GivenGradients
from gdviz.core.knobs import knobs
from gdviz.core.losses import (
    LOSSES,
    Hinge,
    Huber,
    Logistic,
    Loss,
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
from gdviz.session.arithmetic import (
    activationformulas,
    lossformulas,
    memory,
    recipeformulas,
)
from gdviz.session.arithmetic.cells import Cell, Formula, given
from gdviz.session.arithmetic.column import BACKWARD, ERROR, EXAMPLE, FORWARD, GRADIENT
from gdviz.session.arithmetic.detail import Detail
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.lines import (
    AFTER,
    BEFORE,
    HANDED,
    MEAN,
    NEW,
    RATE,
    SUM,
    THETA,
    UPDATE,
    WRONG,
)
from gdviz.session.arithmetic.operations import times
from gdviz.session.arithmetic.sheets import Sheet, as_text
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.beats import OPTIMISER, beat
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen
from tests.session.calculator import calculated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.datasets import Dataset
    from gdviz.core.models import Model
    from gdviz.core.optimizers import Optimizer
    from gdviz.core.recipe import Recipe
    from gdviz.session.run import Run

ALL = 10**9  # terms: none are left out
FOUR = LineWithNoise(n_examples=4)
NET = Scene(data=FOUR, model=MLP((2,)), descent=Descent(4))  # 1-2-1
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


def run_of(scene: Scene, steps: int = 0, chosen: int | None = None) -> Run:
    return Screen(scene, steps, chosen=chosen, until=0.0, whole=True).run


def sheets_of(run: Run) -> list[Sheet]:
    """The tables of a run, and those of every layer and some units if it is large."""
    whole = Arithmetic.of(run)
    sheets = [whole.examples(), whole.below()]
    if whole.small:
        return sheets
    detail = Detail(whole)
    for layer in range(len(detail.layers)):
        units = range(-1, min(len(detail.units(layer)), 2))
        sheets += [detail.sheet(layer, unit) for unit in units]
    return sheets


def cells_in(sheet: Sheet) -> Iterator[Cell]:
    for r in range(sheet.count):
        for c in range(len(sheet.heads)):
            cell = sheet.cell(r, c)
            if cell is not None:
                yield cell


def cells_of(run: Run) -> Iterator[Cell]:
    for sheet in sheets_of(run):
        yield from cells_in(sheet)


def exact(value: Value) -> str:
    return value.name if value.constant else repr(value.value).replace("-", "−")


def check(cell: Cell) -> None:
    """What is printed, term by term and in full, comes to the recorded number."""
    for one in (cell, *cell.how().also):
        expression, value = one.how().expression, float(one.value)
        slack = 1e-12 * max(expression.size(), abs(value))
        assert abs(expression.worth() - value) <= slack, one.parts()
        assert one.formula().expression.write(exact) == expression.write(exact)
        printed = calculated(expression.write(exact, ALL))
        assert abs(printed - value) <= 1e3 * slack + 1e-15, one.parts()


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


def test_the_numbers_of_a_small_network_are_those_recorded() -> None:
    run = run_of(NET, 2)
    record, told, whole = run.snapshot.record, run.snapshot.ledger, Arithmetic.of(run)
    assert told is not None
    columns = {
        "x": told.inputs[0], "y": told.targets[0], "z1[1]": told.sums[0][0],
        "z1[2]": told.sums[0][1], "a1[1]": told.activations[0][0],
        "a1[2]": told.activations[0][1], "ŷ": told.readable[0],
        "ŷ − y": told.readable[0] - told.targets[0], "loss ℓ": record.losses,
        "δ2": told.deltas[1][0], "δ1[1]": told.deltas[0][0],
        "δ1[2]": told.deltas[0][1],
        **dict(zip(run.facts.parameters, record.gradients.T, strict=True)),
    }  # fmt: skip
    sheet = whole.examples()
    assert whole.small
    assert [name for _, name, _ in sheet.heads] == list(columns)
    groups = dict.fromkeys(group for group, _, _ in sheet.heads)
    assert list(groups) == [EXAMPLE, FORWARD, ERROR, BACKWARD, GRADIENT]
    for c, values in enumerate(columns.values()):
        cells = [sheet.cell(r, c) for r in range(sheet.count)]
        assert [cell.value for cell in cells if cell] == values.tolist()
    rows = [int(row) for row in record.rows]
    heads = [sheet.head(r) for r in range(4)]
    assert [head.row for head in heads] == rows
    assert heads[1].label == f"example 2 (row {rows[1] + 1})"


def below(run: Run) -> dict[str, list[float]]:
    """The entries of every line by its label."""
    whole = Arithmetic.of(run)
    entries = range(len(run.facts.parameters))
    return {line.label: [line.cell(j).value for j in entries] for line in whole.lines}


def test_the_lines_below_are_those_recorded() -> None:
    descent = Descent(4, 0.02, optimizer=HeavyBall())
    run = run_of(replace(NET, descent=descent), 3)
    record = run.snapshot.record
    lines = {
        "sum of 4": record.gradients.sum(axis=0),
        "÷ 4 = mean ĝ": record.gradient,
        "velocity v": record.memory["velocity"],
        "new velocity v": record.after.memory["velocity"],
        "update Δθ": record.update,
        "θ": record.theta,
        "new θ": record.after.theta,
    }
    assert below(run) == {label: values.tolist() for label, values in lines.items()}
    sheet = Arithmetic.of(run).below()
    loss = [name for _, name, _ in sheet.heads].index("loss ℓ")
    means = [sheet.cell(r, loss) for r in range(2)]
    losses = [float(record.losses.sum()), record.loss]
    assert [cell.value for cell in means if cell] == losses
    assert all(sheet.cell(r, loss) is None for r in range(2, 7))


@pytest.mark.parametrize("name", RECIPES)
def test_what_is_handed_over_is_a_line_unless_it_is_the_mean(name: str) -> None:
    recipe = RECIPES[name]()
    run = run_of(replace(NET, descent=Descent(4, 0.02, recipe=recipe)), 1)
    kinds = [line.kind for line in Arithmetic.of(run).lines]
    wanted = {"mean": [], True: [HANDED], False: [WRONG]}
    middle = wanted["mean" if name == "mean" else recipe.right]
    assert kinds == [SUM, MEAN, *middle, UPDATE, THETA, NEW]
    if middle:
        assert below(run)["handed over: h"] == run.snapshot.record.handed.tolist()


def test_formulas_read_as_they_are_taught() -> None:
    run = run_of(NET)
    cells = {cell.name: cell.parts() for cell in reversed(list(cells_of(run)))}
    letters = {
        "z1[2]": "W1[2,1]·x + b1[2]",
        "a1[2]": "tanh(z1[2])",
        "ŷ": "W2[1,1]·a1[1] + W2[1,2]·a1[2] + b2[1]",
        "ℓ": "(ŷ − y)²",
        "δ2": "2·(ŷ − y)",
        "δ1[2]": "W2[1,2]·δ2·f′(z1[2])",
        "∂ℓ/∂W1[2,1]": "δ1[2]·x",
        "∂ℓ/∂b2[1]": "δ2",
        "Σg[b2[1]]": "g1 + g2 + g3 + g4",
        "ĝ[b2[1]]": "(g1 + g2 + g3 + g4)/4",
        "mean ℓ": "(ℓ1 + ℓ2 + ℓ3 + ℓ4)/4",
        "Δb2[1]": "−η·ĝ[b2[1]]",
        "new b2[1]": "b2[1] + Δb2[1]",
    }
    assert {name: cells[name][1] for name in letters} == letters
    assert all(2 <= len(parts) <= 4 for parts in cells.values())


def test_negative_numbers_stand_in_brackets() -> None:
    scene = replace(NET, start=(0.4, -0.1, 0.5, 0.25, -2.0, 1.0, 0.5))
    scene = replace(scene, data=TwoPoints(), descent=Descent(2, 0.1))
    cells = {cell.name: cell.parts() for cell in cells_of(run_of(scene))}
    assert cells["z1[1]"][2:] == ("0.4·1 + (−0.1)", "0.3")
    assert cells["b1[1]"] == ("b1[1]", "−0.1")
    assert "−0.1·" in cells["ΔW1[1,1]"][2]


def test_long_sums_are_shortened_and_counted() -> None:
    run = run_of(Scene(descent=Descent(40)))
    (mean,) = (cell for cell in cells_of(run) if cell.name == "ĝ[w]")
    _, letters, numbers, _ = mean.parts()
    assert letters == "(g1 + g2 + g3 + … 36 more … + g40)/40"
    assert numbers.count(" + ") == 4
    check(mean)


def test_with_one_example_nothing_is_divided() -> None:
    cells = {c.name: c.parts() for c in cells_of(run_of(Scene(descent=Descent(1))))}
    assert cells["ĝ[w]"][1] == cells["Σg[w]"][1] == "g1"


@pytest.mark.parametrize("recipe", ["mean", "mean_error", "sum", "one_by_one"])
def test_only_what_is_known_is_told(recipe: str) -> None:
    descent = Descent(2, 0.02, recipe=RECIPES[recipe](), optimizer=HeavyBall())
    run = run_of(replace(NET, descent=descent), 1)
    last = beat(run.snapshot, ALL).number
    for number in range(last + 1):
        run.beat = beat(run.snapshot, number)
        whole = Arithmetic.of(run)
        examples, lines = whole.examples(), whole.below()
        for r in range(2):
            known = r < run.beat.shown
            assert examples.head(r).known == known
            for c, (group, _, _) in enumerate(examples.heads):
                there = examples.cell(r, c) is not None
                assert there == (known or group == EXAMPLE)
        done = run.beat.phase == OPTIMISER
        for r, line in enumerate(whole.lines):
            known = lines.cell(r, len(lines.heads) - 1) is not None
            assert lines.head(r).known == known
            assert known or not done
            assert known == done or line.kind not in (AFTER, UPDATE, NEW)
            assert known or line.kind not in (BEFORE, THETA)
            assert known == run.beat.mean_known or line.kind != MEAN
    run.beat = beat(run.snapshot, 1)
    for cell in cells_of(run):
        check(cell)


def test_the_sum_is_known_before_it_is_divided() -> None:
    run = run_of(NET)
    seen = []
    for number in range(beat(run.snapshot, ALL).of):
        run.beat = beat(run.snapshot, number)
        whole = Arithmetic.of(run)
        seen.append([line.kind for line in whole.lines if whole.knows(line)])
    assert seen == [*[[THETA]] * 5, [SUM, THETA], [SUM, MEAN, THETA],
                    [SUM, MEAN, UPDATE, THETA, NEW]]  # fmt: skip


def test_a_large_model_shows_few_columns_and_one_layer() -> None:
    run = run_of(Scene(data=Digits(), model=MLP((32,)), descent=Descent(64)), 1)
    whole = Arithmetic.of(run)
    assert not whole.small
    names = [name for _, name, _ in whole.examples().heads]
    assert names == ["class", "ŷ of it", "ŷ − 1", "loss ℓ", "‖g‖"]
    told, record = run.snapshot.ledger, run.snapshot.record
    assert told is not None
    assert len(told) < 64
    sheet = whole.examples()
    for r in (0, len(told) - 1):
        right = int(told.targets[:, r].argmax())
        name, output, error, loss, length = (sheet.cell(r, c) for c in range(5))
        assert name is not None
        assert str(name) == run.facts.classes[right]
        assert output is not None
        assert output.value == told.readable[right, r]
        assert error is not None
        assert error.value == told.readable[right, r] - 1
        assert loss is not None
        assert loss.value == record.losses[r]
        assert length is not None
        assert length.value == pytest.approx(np.linalg.norm(record.gradients[r]))
    assert [sheet.cell(63, c) is None for c in range(5)] == [True] * 3 + [False] * 2
    assert whole.caption() == (
        f"Listed: every number of the first {len(told)} and the selected one."
    )


def test_the_layers_of_a_large_model() -> None:
    run = run_of(Scene(data=Digits(), model=MLP((32,)), descent=Descent(4, 0.1)))
    detail = Detail(Arithmetic.of(run))
    record, told = run.snapshot.record, run.snapshot.ledger
    assert told is not None
    assert detail.layers == ("Layer 1 (64 → 32)", "Layer 2 (32 → 10)")
    assert detail.units(0)[:2] == ("unit 1", "unit 2")
    assert detail.units(1)[3] == "output 4: 3"
    units, weights = detail.sheet(0), detail.sheet(1, 3)
    columns = (told.sums, told.activations, told.slopes, told.deltas)
    for c, values in enumerate(columns):
        cells = (units.cell(r, c) for r in range(32))
        assert [cell.value for cell in cells if cell] == values[0][:, 0].tolist()
    names = [name for _, name, _ in weights.heads]
    assert names == ["comes in", "g", "Σg", "ĝ", "Δθ", "θ", "new θ"]
    assert [weights.head(r).label for r in (0, 32)] == ["W2[4,1]", "b2[4]"]
    first = run.facts.parameters.index("W2[4,1]")
    entries = slice(first, first + 33)
    for c, vector in (
        (1, record.gradients[0]),
        (3, record.gradient),
        (5, record.theta),
    ):
        cells = (weights.cell(r, c) for r in range(33))
        assert [cell.value for cell in cells if cell] == vector[entries].tolist()
    assert weights.cell(32, 0) is None


def test_many_given_weights_are_one_layer() -> None:
    rows = tuple(tuple(float(i * j) for j in range(40)) for i in (1, 2))
    run = run_of(Scene(data=GivenGradients(rows=rows), descent=Descent(2, 0.1)))
    whole = Arithmetic.of(run)
    detail = Detail(whole)
    assert not whole.small
    assert (detail.layers, detail.units(0)) == (("All parameters",), ())
    assert detail.sheet(0).count == 40
    for cell in cells_of(run):
        assert cell.how().expression.worth() == pytest.approx(cell.value, rel=1e-12)


def test_the_selected_example_is_marked_wherever_it_stands() -> None:
    scene = Scene(descent=Descent(4, order=REPLACEMENT))
    for steps in range(60):
        run = run_of(scene, steps)
        rows = run.snapshot.record.rows.tolist()
        if len(set(rows)) < 4:
            break
    twice = next(row for row in rows if rows.count(row) > 1)
    sheet = Arithmetic.of(run_of(scene, steps, chosen=twice)).examples()
    marks = [sheet.head(r).chosen for r in range(sheet.count)]
    assert marks == [row == twice for row in rows]


def test_a_selected_example_elsewhere_has_a_row_of_its_own() -> None:
    run = run_of(Scene(descent=Descent(4)))
    away = next(row for row in range(40) if row not in run.snapshot.record.rows)
    run = run_of(Scene(descent=Descent(4)), chosen=away)
    whole = Arithmetic.of(run)
    sheet = whole.examples()
    assert sheet.count == 5
    assert sheet.head(4).label == f"row {away + 1}, not in this batch"
    assert (sheet.head(4).row, sheet.head(4).chosen) == (away, True)
    assert whole.subject().row == away
    chosen = run.snapshot.chosen
    assert chosen is not None
    cell = sheet.cell(4, len(sheet.heads) - 1)
    assert cell is not None
    assert cell.value == chosen.gradient[-1]
    for cell in cells_in(sheet):
        check(cell)


def test_of_a_large_batch_the_selected_is_told_in_full() -> None:
    scene = Scene(data=LineWithNoise(n_examples=3000), descent=Descent(2500, 0.01))
    rows = run_of(scene).snapshot.record.rows
    for place, listed in ((1000, 1024), (2000, 1025)):
        run = run_of(scene, chosen=int(rows[place]))
        whole = Arithmetic.of(run)
        sheet = whole.examples()
        at = min(place, 1024)
        assert sheet.count == listed
        assert sheet.head(at).chosen
        assert all(sheet.cell(at, c) is not None for c in range(len(sheet.heads)))
        assert sheet.cell(999, 2) is None  # ŷ of another one is not recorded
    assert sheet.head(1024).label == f"row {rows[2000] + 1:,}, not listed"
    assert "the first 1,024 of 2,500 examples; every number" in whole.caption()
    for cell in cells_in(whole.below()):
        check(cell)
    assert below(run)["sum of 2,500"] == (2500 * run.snapshot.record.gradient).tolist()


def test_fresh_examples_have_no_row() -> None:
    run = run_of(Scene(descent=Descent(3, order=FRESH)), 1, chosen=1)
    sheet = Arithmetic.of(run).examples()
    assert [sheet.head(r).label for r in range(3)] == [
        f"example {i}" for i in (1, 2, 3)
    ]
    assert [sheet.head(r).chosen for r in range(3)] == [False, True, False]


@pytest.mark.parametrize("steps", [0, 1, 2000])
@pytest.mark.parametrize("model", [Linear(), MLP((2,)), MLP((8,))])
def test_the_end_of_a_diverged_run_is_readable(model: Model, steps: int) -> None:
    scene = Scene(
        data=FOUR, model=model, descent=Descent(4, 1e6, optimizer=HeavyBall())
    )
    run = run_of(scene, steps, chosen=0)
    for cell in cells_of(run):
        assert str(cell)
        assert all(cell.parts())
        assert cell.formula() is not None


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e308, -1e-320])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_bad_numbers_are_written_and_warn_of_nothing(
    loss: type[Loss], bad: float
) -> None:
    data = Moons(n_examples=9) if "two classes" in loss.tasks else FOUR
    run = run_of(Scene(data=data, model=MLP((2,)), loss=loss(), descent=Descent(3)))
    told, record = run.snapshot.ledger, run.snapshot.record
    assert told is not None
    worse = replace(
        told,
        sums=tuple(bad + 0 * z for z in told.sums),
        activations=tuple(bad + 0 * a for a in told.activations),
        slopes=tuple(bad + 0 * s for s in told.slopes),
        deltas=tuple(bad + 0 * d for d in told.deltas),
        readable=bad + 0 * told.readable,
    )
    vector = np.full_like(record.theta, bad)
    after = replace(record.after, theta=vector)
    step = replace(
        record, gradient=vector, handed=vector, update=vector, theta=vector,
        gradients=bad + 0 * record.gradients, losses=bad + 0 * record.losses,
        loss=bad, after=after,
    )  # fmt: skip
    run.snapshot = replace(run.snapshot, ledger=worse, record=step)
    for cell in cells_of(run):
        assert ("too large" in str(cell)) == (not np.isfinite(cell.value))
        assert all(cell.parts())


def test_zero_is_plainly_zero() -> None:
    assert str(given("g", -0.0, "")) == str(given("g", 0.0, "")) == "0"


def test_another_optimizer_begins_with_an_empty_memory() -> None:
    screen = Screen(replace(NET, descent=Descent(4, 0.02)), 2, until=0.0, whole=True)
    screen.down(optimizer=HeavyBall())
    assert below(screen.run)["velocity v"] == [0.0] * 7
    for cell in cells_of(screen.run):
        check(cell)
    screen.ask(steps=2, until=0.0, whole=True)
    assert any(below(screen.run)["velocity v"])
    screen.down(optimizer=SGD())
    assert "velocity v" not in below(screen.run)
    for cell in cells_of(screen.run):
        check(cell)


def test_several_updates_in_one_are_not_told_as_one() -> None:
    descent = Descent(4, 0.02, recipe=OneByOne(), optimizer=HeavyBall())
    cells = {c.name: c for c in cells_of(run_of(replace(NET, descent=descent), 1))}
    assert len(cells["Δb2[1]"].parts()) == 2
    assert len(cells["new v[b2[1]]"].parts()) == 2
    alone = replace(descent, batch_size=1)
    cells = {c.name: c for c in cells_of(run_of(replace(NET, descent=alone), 1))}
    assert cells["Δb2[1]"].parts()[1] == "−η·new v[b2[1]]"


@pytest.mark.parametrize("model", [Linear(), MLP((2,)), MLP((3, 2), "sigmoid", False)])
@pytest.mark.parametrize("data", [FOUR, Moons(n_examples=9), Iris()])
@pytest.mark.parametrize("name", recipeformulas.WAYS)
def test_wrong_recipes_tell_how_they_go_wrong(
    name: str, data: Dataset, model: Model
) -> None:
    descent = Descent(4, 0.02, recipe=RECIPES[name]())
    run = run_of(Scene(data=data, model=model, descent=descent), 2)
    (line,) = (line for line in Arithmetic.of(run).lines if line.kind == WRONG)
    for j in range(len(run.facts.parameters)):
        cell = line.cell(j)
        assert len(cell.parts()) > 2 or cell.value == 0
        for one in (cell, *cell.how().also):
            expression = one.how().expression
            slack = 1e-12 * max(expression.size(), abs(one.value))
            assert abs(expression.worth() - one.value) <= slack


def test_a_formula_that_is_not_true_is_not_told() -> None:
    wrong = times(Value("a", 2.0), Value("b", 3.0))
    assert Cell("c", 6.0, lambda: Formula(wrong)).parts() == ("c", "a·b", "2·3", "6")
    assert Cell("c", 6.1, lambda: Formula(wrong)).parts() == ("c", "6.1")


def test_what_has_no_formula_here_is_shown_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for table, name in (
        (lossformulas.LOSSES, "hinge"),
        (activationformulas.ACTIVATIONS, "relu"),
        (activationformulas.SLOPES, "relu"),
        (memory.TOLD, "momentum"),
    ):
        monkeypatch.delitem(table, name)
    descent = Descent(3, optimizer=HeavyBall())
    data, model = Moons(n_examples=9), MLP((2,), "relu")
    run = run_of(Scene(data=data, model=model, loss=Hinge(), descent=descent), 1)
    for cell in cells_of(run):
        check(cell)
    cells = {cell.name: cell for cell in cells_of(run)}
    for name in ("ℓ", "ŷ", "a1[1]", "δ2", "Δb2[1]", "new v[b2[1]]"):
        assert len(cells[name].parts()) == 2
        assert cells[name].formula().note


def test_the_table_as_text_holds_the_numbers_in_full() -> None:
    run = run_of(NET, 1)
    whole = Arithmetic.of(run)
    lines = as_text(whole.examples(), whole.below()).split("\n")
    table = [line.split("\t") for line in lines]
    assert len(table) == 1 + 4 + 5
    assert all(len(a) == len(b) == 20 for a, b in pairwise(table))
    assert table[0][1:4] == ["x", "y", "z1[1]"]
    assert table[6][0] == "÷ 4 = mean ĝ"
    assert [float(v) for v in table[6][13:]] == run.snapshot.record.gradient.tolist()
    assert table[6][1] == ""

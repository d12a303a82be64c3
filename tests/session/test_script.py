"""A script makes the very same steps as the run, with NumPy alone."""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gdviz.core.activations import ACTIVATIONS
from gdviz.core.averaging import RECIPES, Accumulated, recipes_for
from gdviz.core.batches import DROP, FILE_ORDER, FRESH, KEEP, ORDERS, REPLACEMENT
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
from gdviz.core.functions import FUNCTIONS, GivenGradients, SquareAndCube, Term
from gdviz.core.knobs import Real, knob, knobs
from gdviz.core.losses import (
    LOSSES,
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, MODELS, Linear
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    Adam,
    AdamW,
    HeavyBall,
    Lion,
    NAdam,
    Nesterov,
    RMSProp,
)
from gdviz.core.refused import Refused
from gdviz.core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InversePower,
    OneCycle,
    Polynomial,
    StepDecay,
)
from gdviz.session.course import Course
from gdviz.session.remembering import own_rates
from gdviz.session.scene import Descent, Scene
from gdviz.session.script import (
    activations,
    batches,
    draws,
    facts,
    gradients,
    linear,
    literals,
    losses,
    network,
    optimizers,
    recipes,
    schedules,
    script,
)
from gdviz.session.trainer import Trainer
from tests.session.strategies import small, specs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gdviz.session.script.pieces import Piece

    Array = NDArray[np.float64]

TOLERANCE = 1e-12
TABLE = "x,'y\"\n" + "\n".join(f"{i * 0.37 - 2},{(i * 7 % 5) * 0.3}" for i in range(23))


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


@pytest.fixture
def own(tmp_path: Path) -> OwnTable:
    (tmp_path / "own.csv").write_text(TABLE)
    return OwnTable(str(tmp_path / "own.csv"), "'y\"", "numbers")


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


OTHERS = {
    **{name: kind() for name, kind in OPTIMIZERS.items()},
    **{
        f"{name} with decay": replace(kind(), weight_decay=0.1)  # type: ignore[call-arg]
        for name, kind in OPTIMIZERS.items()
        if "weight_decay" in knobs(kind)
    },
    "rmsprop, all of it": RMSProp(0.9, 1e-6, True, 0.5, 0.01),
    "nadam, other knobs": NAdam(0.8, 0.9, 1e-4, 0.01, 0.1),
    "sgld with a prior": SGLD(7.0),
}


@pytest.mark.parametrize("recipe", ["mean", "one_by_one", "accumulated"])
@pytest.mark.parametrize("name", OTHERS)
def test_every_optimizer_bit_for_bit(name: str, recipe: str, tmp_path: Path) -> None:
    given = scene(optimizer=OTHERS[name], recipe=RECIPES[recipe](), learning_rate=0.02)
    assert difference(given, tmp_path) == 0
    assert ("*draw" in script(given)) == OTHERS[name].noisy


SCHEDULED = {
    **{
        f"{name}, warm-up {warmup}": kind(warmup=warmup)
        for name, kind in SCHEDULES.items()
        for warmup in (0, 1, 7)
    },
    "steps": StepDecay(every=7, gamma=0.3),
    "fast": Exponential(gamma=0.9),
    "a power": Polynomial(3, 20, 2.0, 0.1),
    "Robbins and Monro": InversePower(0, 5.0, 0.7),
    "half a cosine": Cosine(length=20),
    "cosine to a floor": Cosine(5, 15, 0.2),
    "restarts": Cosine(0, 4, 0.1, True),
    "longer restarts": Cosine(2, 3, 0.0, True, 2),
    "one cycle": OneCycle(length=25),
    "one cycle, straight": OneCycle(3, 20, 0.5, "linear", 5.0, 10.0),
    "one cycle, no rise": OneCycle(length=10, rise=0.05),
}


@pytest.mark.parametrize("name", SCHEDULED)
def test_every_schedule_bit_for_bit(name: str, tmp_path: Path) -> None:
    given = scene(schedule=SCHEDULED[name], learning_rate=0.1)
    assert difference(given, tmp_path) == 0
    text = script(given)
    assert (" eta = " in text) == (SCHEDULED[name] != Constant())
    assert ("WARMUP" in text) == (SCHEDULED[name].warmup > 0)
    assert "Schedule" in text or SCHEDULED[name] == Constant()


def test_noise_needs_its_seed_and_the_number_of_examples(tmp_path: Path) -> None:
    for order in (FILE_ORDER, FRESH):
        given = scene(order=order, optimizer=SGLD())
        assert difference(given, tmp_path) <= TOLERANCE
        assert "SEED = 58" in script(given)
        assert "N = 40 " in script(given)


@pytest.mark.parametrize("name", SCENES)
def test_a_script_makes_the_steps_of_the_run(name: str, tmp_path: Path) -> None:
    assert difference(SCENES[name], tmp_path) <= TOLERANCE


def test_own_data(own: OwnTable, tmp_path: Path) -> None:
    for held_out in (0.0, 0.4):
        assert difference(scene(data=own, held_out=held_out), tmp_path) <= TOLERANCE


START, FASTER = Descent(), Descent(learning_rate=0.3)
COURSES = {
    "the learning rate": [FASTER],
    "the batch size": [Descent(batch_size=b) for b in (7, 1, 40, 3)],
    "the last batch": [Descent(batch_size=7, short_last=s) for s in (KEEP, DROP)],
    "the order": [
        Descent(order=order, batch_size=7, short_last=short)
        for order in (REPLACEMENT, FRESH, FILE_ORDER, "shuffled", FRESH)
        for short in (DROP, KEEP)
    ],
    "the optimizer": [
        Descent(optimizer=o)
        for o in (HeavyBall(0.5), HeavyBall(0.7), SGD(), HeavyBall(0.7), HeavyBall(0.9))
    ],
    "the recipe": [
        *(Descent(recipe=recipe()) for recipe in RECIPES.values()),
        Descent(recipe=Accumulated(3)),
        Descent(recipe=RECIPES["one_by_one"](), learning_rate=0.01),
        Descent(),
    ],
    "optimizers with memories": [
        Descent(optimizer=o, learning_rate=0.02)
        for o in (
            Adam(),
            Adam(0.5),
            AdamW(),
            SGLD(),
            Lion(),
            HeavyBall(weight_decay=1),
            Adam(weight_decay=0.5),
            RMSProp(),
            RMSProp(centred=True, momentum=0.5),
        )
    ],
    "the schedule": [
        Descent(schedule=s)
        for s in (Cosine(length=9), Cosine(4, 9), Constant(), StepDecay(9, 2, 0.5))
    ],
    "everything": [
        Descent(2, 0.1, schedule=OneCycle(4, 20), optimizer=NAdam()),
        Descent(1, 0.2, FRESH, DROP, HeavyBall(0.123456789), Accumulated(1)),
        Descent(9, 0.1, FILE_ORDER, DROP, SGD(), RECIPES["one_by_one"]()),
        Descent(40, 0.1, REPLACEMENT, KEEP, HeavyBall(), RECIPES["mean_example"]()),
    ],
}


@pytest.mark.parametrize("model", [Linear(), BENT])
@pytest.mark.parametrize("name", COURSES)
def test_settings_changed_on_the_way(
    name: str, model: Linear | MLP, tmp_path: Path
) -> None:
    changes = tuple((2 * i + 1, d) for i, d in enumerate(COURSES[name]))
    course = Course(START, changes, 30)
    assert difference(Scene(model=model), tmp_path, course) <= TOLERANCE


def test_another_optimizer_begins_anew(tmp_path: Path) -> None:
    """Momentum's velocity is gone once another optimizer came between."""
    ways = [HeavyBall(), SGD(), HeavyBall()]
    changes = tuple((5 * i + 5, Descent(optimizer=o)) for i, o in enumerate(ways))
    text = script(Scene(), Course(START, changes, 30))
    assert "    5, 10, 15,\n}" in text
    assert difference(Scene(), tmp_path, Course(START, changes, 30)) <= TOLERANCE


def test_a_change_moved_to_fit_the_data(tmp_path: Path) -> None:
    course = Course(START, ((3, Descent(batch_size=1000, order=FRESH)),), 30)
    assert difference(scene(data=TwoPoints()), tmp_path, course) <= TOLERANCE


@pytest.mark.parametrize("model", [Linear(), BENT])
def test_a_large_batch_goes_in_parts(
    model: Linear | MLP, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gdviz.core.objective._ELEMENTS", 99)
    whole = scene(data=Moons(), batch_size=60, model=model, learning_rate=0.7)
    assert difference(whole, tmp_path) == 0
    assert "def weighted_sum" in script(whole)
    assert "def weighted_sum" not in script(whole.down(batch_size=2))


MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def calm(descent: Descent) -> Descent:
    """Another optimizer for one that makes a whole step of a gradient's rounding."""
    wild = own_rates(descent.optimizer)
    return replace(descent, optimizer=Nesterov()) if wild else descent


@MANY
@given(
    specs(Scene, small), st.lists(st.tuples(st.integers(1, 4), specs(Descent, small)))
)
def test_any_scene(
    tmp_path: Path, scene: Scene, changes: list[tuple[int, Descent]]
) -> None:
    steps = np.cumsum([step for step, _ in changes]).tolist()
    later = tuple(zip(steps, (calm(d) for _, d in changes), strict=True))
    scene = replace(scene, descent=calm(scene.descent))
    try:
        Trainer(scene)
    except Refused:
        assume(False)
    assert difference(scene, tmp_path, Course(scene.descent, later, 30)) <= TOLERANCE


def test_every_registry_is_told() -> None:
    """A new entry, or a new knob of an old one, needs a piece of text."""
    drawn = {name: d for name, d in DATASETS.items() if issubclass(d, Drawn)}
    assert drawn.keys() == draws.DRAWS.keys()
    assert set(ACTIVATIONS) == set(activations.ACTIVATIONS)
    assert set(ORDERS) == set(batches.ORDERS)
    assert set(LOSSES) == set(losses.ENCODED)
    at_mean = {n for n, k in LOSSES.items() if "slopes_at_mean" in vars(k)}
    assert at_mean == set(losses.AT_MEAN)
    told = [
        (LOSSES, losses.LOSSES),
        (OPTIMIZERS, optimizers.OPTIMIZERS),
        (SCHEDULES, schedules.SCHEDULES),
        (MODELS, gradients.MODELS),
        (RECIPES, linear.RECIPES),
        (RECIPES, network.RECIPES),
        ({r.name: r for r in recipes_for(False)}, recipes.OF_FORMULAS),
        (drawn, draws.DRAWS),
    ]
    for registry, pieces in told:
        check_pieces(registry, pieces)


def check_pieces(registry: Any, pieces: dict[str, Piece]) -> None:
    assert registry.keys() == pieces.keys()
    for name, entry in registry.items():
        assert set(pieces[name].knobs) == set(knobs(entry)), name


def test_every_setting_is_told() -> None:
    assert {f.name for f in fields(Descent)} == facts.DESCENT
    assert {f.name for f in fields(Scene)} == facts.SCENE | facts.UNSEEN


def refusal(*asked: Any) -> str:
    with pytest.raises(Refused) as caught:
        script(*asked)
    return str(caught.value)


def strange(kind: Any, name: str, **more: Any) -> Any:
    """Return a spec like another one, with another name or one more knob."""
    names: dict[str, Any] = {"name": name, "title": "Strange"}
    names["__annotations__"] = dict.fromkeys(more, float)
    for key, value in more.items():
        names[key] = knob(value, Real(0, 1), "More", "One more.")
    made: Any = dataclass(frozen=True)(type("Strange", (kind,), names))
    return made()


class Untold(SquareAndCube):
    def terms(self) -> tuple[Term, ...]:
        return tuple(replace(term, text="") for term in super().terms())


STRANGE = {
    "optimizer": Scene().down(optimizer=strange(SGD, "sad")),
    "schedule": Scene().down(schedule=strange(Constant, "falls")),
    "knob": Scene().down(optimizer=strange(SGD, "sgd", decay=0.5)),
    "recipe": Scene().down(recipe=strange(RECIPES["mean"], "median")),
    "loss": scene(strange(SquaredError, "cubed")),
    "loss's knob": scene(strange(AbsoluteError, "absolute", width=0.5)),
    "model": scene(model=strange(Linear, "quadratic")),
    "data": scene(data=strange(LineWithNoise, "rings"), order=FRESH),
    "formula": scene(data=strange(Untold, "untold"), batch_size=1),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_no_script_can_tell_is_refused(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gdviz.session.fitting._fit_loss", lambda loss, *_: loss)
    given = STRANGE[what]
    loss = given.loss or (None if "formula" in what else SquaredError())
    said = refusal(replace(given, loss=loss))
    assert said.startswith("A script cannot tell “Strange” yet; ")
    assert said.endswith(".")


def test_a_setting_no_script_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "DESCENT", facts.DESCENT - {"order"})
    assert "“order”" in refusal(Scene())


def test_data_without_a_generator_need_none(tmp_path: Path) -> None:
    """Examples are written as numbers, so that new data sets go without a piece."""
    assert difference(scene(data=strange(LineWithNoise, "rings")), tmp_path) == 0


def test_too_many_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(literals, "MOST", 39)
    assert "at most 39 numbers, and here are 40" in refusal(Scene())
    assert "draw(" in script(scene(order=FRESH))


HOSTILE = ['"""', "'''", "\\", "\\n", "'); import os  #", "{0}", "$seed", "\u2028", "#"]
HOSTILE += ["zlib.partial("]


def tree(text: str) -> str:
    return ast.dump(ast.parse(text))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_users_text_never_becomes_code(name: str, tmp_path: Path) -> None:
    def written(*names: str) -> str:
        cells = ['"' + n.replace('"', '""') + '"' for n in names]
        rows = [f"{i},{cells[1 + i % 2]}" for i in range(9)]
        file = tmp_path / "own.csv"
        file.write_text("\n".join([f"{cells[0]},y", *rows]), encoding="utf-8")
        return script(scene(data=OwnTable(str(file), "y")))

    tame = written("x", "A", "B")
    hostile = written(f"x{name}x", f"A{name}A", f"B{name}B")
    assert tree(tame) == tree(hostile)
    assert tame != hostile


KINDS = [
    (SquaredError, LineWithNoise()),
    (AbsoluteError, LineWithNoise()),
    (Logistic, Moons()),
    (Hinge, Moons()),
    (SoftmaxCrossEntropy, Iris()),
]


def test_losses_are_those_of_the_run(tmp_path: Path) -> None:
    """No step depends on most losses, so that θ alone would not tell."""
    given = [scene(kind(), data) for kind, data in KINDS]
    given += [scene(SquaredError(half=True)), scene(Huber(0.3))]
    given += [scene(data=data()) for data in FUNCTIONS.values()]
    given += [scene(recipe=Accumulated(3), batch_size=8)]
    for each in given:
        trainer = Trainer(each)
        names = ran(script(each), tmp_path)
        theta, pending = trainer.state.theta, trainer.pending
        assert names["loss"](theta) == pytest.approx(trainer.objective.loss(theta))
        chosen = names["reshuffled"](0, (0, 0), each.descent.batch_size)
        recipe = names[linear.RECIPES[each.descent.recipe.name].function]
        assert recipe(theta, *chosen[:-1])[0] == pytest.approx(pending.loss)


def test_names_stand_in_comments_as_python_writes_them() -> None:
    assert "# Inputs: 'x₁', 'x₂'; target: 'class'; classes: 'A', 'B'.\n" in script(
        scene(data=Moons(20))
    )


def test_only_what_the_scene_needs() -> None:
    text = script(Scene())
    for word in ("softmax", "velocity", "slope", "base64", "partial", "SETTINGS"):
        assert word not in text
    assert "velocity" in script(Scene().down(optimizer=HeavyBall()))
    assert "TARGETS" not in script(scene(order=FRESH))
    assert "N = " not in script(scene(order=FRESH))
    assert "SEED" not in script(scene(order=FILE_ORDER))
    wrong = script(Scene().down(recipe=RECIPES["mean_error"]()))
    assert "WRONG" in wrong
    assert "mean_of_gradients" not in wrong


def test_the_averaging_can_be_seen() -> None:
    line = "    gradient = gradients.mean(axis=0)"
    assert line in script(Scene())
    assert line in script(scene(model=BENT))
    assert line in script(scene(data=GivenGradients()))


def test_many_numbers_stand_at_the_end() -> None:
    text = script(scene(data=Digits()))
    assert text.index("def path") < text.index("INPUTS = unpacked(")
    assert text.index("INPUTS = unpacked(") < text.index("if __name__")
    text = script(Scene())
    assert text.index("INPUTS = ") < text.index("def path")


def test_how_many_steps() -> None:
    course = Course(START, ((7, FASTER),), 20)
    assert "STEPS = 100\n" in script(Scene())
    assert "STEPS = 20\n" in script(Scene(), course)
    assert "SETTINGS" in script(Scene(), course)
    text = script(Scene(), course, 7)
    assert "STEPS = 7\n" in text
    assert "SETTINGS" not in text
    assert "STEPS = 0\n" in script(Scene(), None, 0)


def alone(file: Path, *words: str) -> str:
    """Run a script in a Python of its own, where NumPy is all there is."""
    numpy = str(np.__path__[0]).removesuffix("numpy")
    code = (
        "import runpy, sys; sys.modules['gdviz'] = None; "
        f"sys.path.append({numpy!r}); sys.argv = sys.argv[1:]; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code, str(file), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_alone_with_numpy(tmp_path: Path) -> None:
    file = tmp_path / "descent.py"
    given = scene(data=Moons(), model=MLP((8,)), learning_rate=0.5)
    file.write_text(script(given, None, 50), encoding="utf-8")
    trainer = Trainer(given)
    start = trainer.state.theta
    thetas = np.array([start, *(s.after.theta for s in trainer.advance(50))])
    said = alone(file).splitlines()
    assert said[0].startswith("step 0: loss = ")
    last = said[-2].removeprefix("last: step 50, theta = ")
    assert np.abs(np.array([*map(float, last[1:-1].split(","))]) - thetas[-1]).max() < (
        TOLERANCE
    )
    assert float(said[-1].rpartition(" ")[2]) < 1e-15
    for name in ("path.csv", "path.npy"):
        assert alone(file, str(tmp_path / name)) == ""
    made = np.load(tmp_path / "path.npy")
    np.testing.assert_allclose(made, thetas, TOLERANCE, TOLERANCE)
    table = np.loadtxt(tmp_path / "path.csv", delimiter=",", skiprows=1)
    assert table[:, 0].tolist() == list(range(51))
    assert (table[:, 1:] == made).all()


@pytest.mark.parametrize("name", ["fresh moons", "mean of given", "sum linear"])
def test_a_script_shows_its_path(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "descent.py"
    file.write_text(script(SCENES[name], None, 3), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, np.errstate():
        patch.setattr(sys, "argv", [str(file)])
        runpy.run_path(str(file), run_name="__main__")
    said = capsys.readouterr().out
    assert [f"step {t}:" in said for t in range(5)] == [True] * 4 + [False]
    assert "last: step 3, theta = [" in said
    assert ("loss = " in said) == (name != "fresh moons")

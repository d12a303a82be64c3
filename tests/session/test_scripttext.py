"""What a script says, what it refuses, and that text never becomes code."""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.activations import ACTIVATIONS
from gdviz.core.averaging import RECIPES, Accumulated, recipes_for
from gdviz.core.batches import FILE_ORDER, FRESH, ORDERS
from gdviz.core.datasets import (
    DATASETS,
    Digits,
    Drawn,
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
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
    HeavyBall,
)
from gdviz.core.refused import Refused
from gdviz.core.schedules import (
    SCHEDULES,
    Constant,
)
from gdviz.session.course import Course
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
from tests.session.scripted import (
    BENT,
    FASTER,
    SCENES,
    START,
    TOLERANCE,
    difference,
    ran,
    scene,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gdviz.session.script.pieces import Piece

    Array = NDArray[np.float64]


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

"""Scripts, the command line and scene files of functions with noisy copies."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.averaging import recipes_for
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import LANDSCAPES
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.script import script
from gdviz.session.trainer import Trainer
from tests.session.sums import cells_of, run_of

if TYPE_CHECKING:
    from pathlib import Path

STEPS = 40
OWN = {
    "one letter": {"formula": "x**4 - x", "x": 0.4},
    "y alone": {"formula": "exp(-y) + y", "y": 0.4},
    "kinks": {"formula": "max(abs(x - 1), hypot(x, y), 0.1)*min(x, y, w1)"},
    "five letters": {"formula": "(x*w1 - w2)**2 + sin(y*w3)/(1 + x**2)"},
    "long": {"formula": "+".join(f"sin({j}*x)*cos(y/{j})**{j}" for j in range(1, 20))},
    "powers": {"formula": "(x**2 + 1)**0.5 + (2 + y**2)**-1.5 + 2**x"},
}


def path_of(scene: Scene, folder: Path) -> np.ndarray[Any, Any]:
    text = script(scene, steps=STEPS)
    long = [line for line in text.splitlines() if len(line) > 88]
    assert all(set(line) <= set("[] -e.,0123456789") for line in long)
    file = folder / "descent.py"
    file.write_text(text, encoding="utf-8")
    return np.array([theta for _, theta in runpy.run_path(str(file))["path"]()])


def steps_of(scene: Scene) -> np.ndarray[Any, Any]:
    trainer = Trainer(scene)
    start = trainer.state.theta
    return np.array([start, *(s.after.theta for s in trainer.advance(STEPS))])


@pytest.mark.parametrize("kind", ["tilted", "shifted"])
@pytest.mark.parametrize("copies", [1, 7])
@pytest.mark.parametrize("name", [n for n in LANDSCAPES if n != "formula"])
def test_a_script_makes_the_same_path(
    name: str, copies: int, kind: str, tmp_path: Path
) -> None:
    data = LANDSCAPES[name](copies=copies, kind=kind, noise=0.2)  # type: ignore[call-arg]
    scene = Scene(data=data, descent=Descent(min(3, copies), 0.001))
    expected = steps_of(scene)
    assert len(expected) == STEPS + 1
    np.testing.assert_allclose(
        path_of(scene, tmp_path), expected, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("what", OWN)
@pytest.mark.parametrize("kind", ["tilted", "shifted"])
def test_and_of_an_own_formula(what: str, kind: str, tmp_path: Path) -> None:
    data = OwnFormula(**OWN[what], copies=5, noise=0.1, kind=kind)  # type: ignore[arg-type]
    scene = Scene(data=data, held_out=0.2, descent=Descent(2, 0.01))
    np.testing.assert_allclose(
        path_of(scene, tmp_path), steps_of(scene), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("recipe", [r.name for r in recipes_for(False)])
@pytest.mark.parametrize("kind", ["tilted", "shifted"])
def test_with_every_recipe(recipe: str, kind: str, tmp_path: Path) -> None:
    kinds = {r.name: r for r in recipes_for(False)}
    data = OwnFormula(copies=300, noise=0.3, kind=kind)  # so many are packed
    scene = Scene(data=data, descent=Descent(20, 1e-5, recipe=kinds[recipe]()))
    np.testing.assert_allclose(
        path_of(scene, tmp_path), steps_of(scene), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("name", LANDSCAPES)
def test_scene_files_hold_them(name: str) -> None:
    scene = Scene(data=LANDSCAPES[name](copies=9, kind="shifted"))  # type: ignore[call-arg]
    assert from_json(to_json(scene)) == scene


@pytest.mark.parametrize("kind", ["tilted", "shifted"])
@pytest.mark.parametrize("copies", [1, 6])
def test_the_arithmetic_is_true(copies: int, kind: str) -> None:
    data = OwnFormula(formula="x**2*y + w1", copies=copies, kind=kind)
    scene = Scene(data=data, held_out=0.2, descent=Descent(2, 0.01))
    run = run_of(scene, 3, chosen=0)
    cells = list(cells_of(run))
    assert len(cells) > 8
    for cell in cells:
        worth = cell.how().expression.worth()
        assert worth == pytest.approx(cell.value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("seed", [0, 5])
def test_the_seed_draws_the_copies(seed: int) -> None:
    scene = Scene(data=OwnFormula(copies=4), seed=seed)
    trainer = Trainer(scene)
    drawn = trainer.objective.examples.inputs
    np.testing.assert_array_equal(drawn, OwnFormula(copies=4).examples(seed).inputs)
    assert not np.array_equal(drawn, OwnFormula(copies=4).examples(seed + 1).inputs)


@pytest.mark.parametrize("kind", ["tilted", "shifted"])
@pytest.mark.parametrize("copies", [1, 7])
def test_a_script_has_the_losses_of_the_run(
    copies: int, kind: str, tmp_path: Path
) -> None:
    """No step depends on most losses, so that the path alone would not tell."""
    scene = Scene(data=OwnFormula(copies=copies, kind=kind), descent=Descent(1))
    (tmp_path / "descent.py").write_text(script(scene), encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "descent.py"))
    objective, theta = Trainer(scene).objective, np.array([0.3, -0.8])
    rows = np.arange(copies)[::-1]
    expected = objective.losses(theta, rows)
    np.testing.assert_allclose(names["losses"](theta, rows), expected, rtol=1e-13)

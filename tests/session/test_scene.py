from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, Accumulated, MeanOfGradients, OneByOne
from gdviz.core.batches import FRESH
from gdviz.core.datasets import Dataset, Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.functions import (
    FUNCTIONS,
    LANDSCAPES,
    SOURCES,
    Formulas,
    GivenGradients,
    SquareAndCube,
)
from gdviz.core.losses import Hinge, Loss, SoftmaxCrossEntropy, losses_for
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.core.refused import Refused
from gdviz.session.fitting import MOST_ROUNDS, fit
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene, needs_restart
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen, network

if TYPE_CHECKING:
    from typing import Any

    from gdviz.core.averaging import Recipe


@pytest.mark.parametrize("data", [LineWithNoise(), Moons(), Iris()])
def test_no_loss_is_the_usual_one_for_the_data(data: Dataset) -> None:
    scene = Scene(data=data)
    split = load(scene)
    fitted, moved = fit(scene, split)
    assert moved == {}
    assert fitted == replace(scene, loss=losses_for(split.train.task)[0]())
    assert fit(fitted, split) == (fitted, {})


@pytest.mark.parametrize("loss", [None, SoftmaxCrossEntropy()])
def test_a_trainer_knows_its_loss(loss: Loss | None) -> None:
    trainer = Trainer(Scene(data=Iris(), loss=loss))
    assert trainer.scene.loss == network(trainer).loss_kind == SoftmaxCrossEntropy()
    trainer.adopt(replace(trainer.scene, descent=Descent(2)))
    assert trainer.scene.loss == SoftmaxCrossEntropy()
    assert trainer.moved == {}


def test_what_does_not_go_with_the_data_is_moved_by_its_place() -> None:
    scene = Scene(data=TwoPoints(), loss=Hinge(), descent=Descent(order="fresh"))
    fitted, moved = fit(scene, load(scene))
    assert moved.keys() == {"loss", "descent.batch_size", "descent.order"}
    assert moved["loss"].endswith("the loss is now squared error.")
    assert fitted.descent == Descent(2)


def test_a_loss_left_open_again_is_another_run() -> None:
    scene = Trainer(Scene()).scene
    assert needs_restart(scene, replace(scene, loss=None))
    assert needs_restart(scene, replace(scene, data=Iris(), loss=None))
    assert not needs_restart(scene, replace(scene, descent=Descent(1), plane_x="b"))


def fitted(scene: Scene) -> tuple[Scene, dict[str, str]]:
    made, moved = fit(scene, load(scene))
    assert fit(made, load(made)) == (made, {})  # once is enough
    return made, moved


@pytest.mark.parametrize("size", [1, 2, 4, 500])
@pytest.mark.parametrize("data", [kind() for kind in FUNCTIONS.values()])
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_formulas_have_no_activations_to_be_mistaken_about(
    data: Formulas, recipe: type[Recipe], size: int
) -> None:
    scene, moved = fitted(Scene(data=data, descent=Descent(size, recipe=recipe())))
    if recipe.networks_only:
        assert scene.descent.recipe == MeanOfGradients()
        assert moved["descent.recipe"] == (
            f"“{recipe.title}” needs a model with activations: "
            "the recipe is now the mean of the gradients."
        )
    else:
        assert scene.descent.recipe == recipe()
    assert ("descent.recipe" in moved) == recipe.networks_only
    assert ("descent.batch_size" in moved) == (size > 2)
    assert (scene.loss, scene.descent.batch_size) == (None, min(size, 2))


@pytest.mark.parametrize(
    ("scene", "start", "said"),
    [
        (Scene(start=(1.0,)), (), "names 1 number for 2 parameters: it is now drawn."),
        (Scene(start=(1.0, 2.0)), (1.0, 2.0), ""),
        (Scene(start=(0.5,), model=Linear(False)), (0.5,), ""),
        (Scene(start=(0.0,) * 4096), (), "names 4,096 numbers for 2 parameters"),
        (
            Scene(data=SquareAndCube(), start=(1.0, 2.0)),
            (),
            "names 2 numbers for 1 parameter: it is now the usual one.",
        ),
        (Scene(data=GivenGradients(), start=(1.0,) * 5), (1.0,) * 5, ""),
        (Scene(data=Iris(), start=(0.1,) * 15), (0.1,) * 15, ""),
        (
            Scene(data=Moons(), model=MLP((3,)), start=(0.1,) * 12),
            (),
            "names 12 numbers for 13 parameters",
        ),
    ],
)
def test_a_start_of_another_length_is_moved_and_said(
    scene: Scene, start: tuple[float, ...], said: str
) -> None:
    made, moved = fitted(scene)
    assert made.start == start
    assert said in moved.get("start", "")
    assert moved.keys() == ({"start"} if said else set()) | (
        moved.keys() & {"descent.batch_size"}
    )
    if said:
        assert Trainer(scene).state.theta.tolist() == (
            Trainer(replace(scene, start=())).state.theta.tolist()
        )


@pytest.mark.parametrize(
    "scene",
    [
        Scene(start=(0.1 + 0.2, -1e-300)),
        Scene(data=Moons(), start=(1.0, 2.0, 3.0), seed=9),
        Scene(data=SquareAndCube(), start=(-1 / 3,)),
        Scene(data=GivenGradients(), start=(1e100, -1e100, 0.0, -0.0, 1e-300)),
        Scene(
            data=Moons(), model=MLP((2,)), start=tuple(np.linspace(-1, 1, 9).tolist())
        ),
    ],
)
def test_a_start_is_used_exactly(scene: Scene) -> None:
    slow = replace(scene.descent, learning_rate=1e-9)
    for seed in (0, 5):
        screen = Screen(replace(scene, seed=seed, ghosts=(slow,)))
        assert tuple(screen.now.record.theta.tolist()) == scene.start
        assert tuple(screen.now.ghosts[0].theta.tolist()) == scene.start
        screen.ask(steps=3)
        screen.ask(seek=0)
        assert tuple(screen.now.record.theta.tolist()) == scene.start
    assert needs_restart(scene, replace(scene, start=()))


def test_ghosts_are_fitted_like_the_descent() -> None:
    first = Descent(4, 0.1)
    large, fresh = Descent(500, 0.2), Descent(3, 0.2, order=FRESH)
    scene = Scene(data=LineWithNoise(n_examples=10), ghosts=(large, fresh))
    made, moved = fitted(replace(scene, descent=first))
    assert made.ghosts == (Descent(10, 0.2), fresh)
    assert moved == {}
    made, moved = fitted(replace(scene, data=TwoPoints(), descent=first))
    assert made.ghosts == (Descent(2, 0.2),)  # now both are the same
    assert moved.keys() == {"descent.batch_size"}
    every = tuple(Descent(2, 0.3, recipe=kind()) for kind in RECIPES.values())
    made, moved = fitted(Scene(data=SquareAndCube(), descent=Descent(2), ghosts=every))
    assert [g.recipe.name for g in made.ghosts] == [
        "mean", "mean_loss", "sum", "accumulated", "one_by_one",
    ]  # fmt: skip
    assert moved == {}


@pytest.mark.parametrize("recipe", [OneByOne(), Accumulated(1), Accumulated(3)])
def test_no_step_takes_too_many_rounds(recipe: Recipe) -> None:
    data, size = LineWithNoise(n_examples=70_000), 70_000
    scene = Scene(data=data, descent=Descent(size, recipe=recipe))
    made, moved = fitted(scene)
    assert recipe.rounds(made.descent.batch_size) == MOST_ROUNDS
    assert moved.keys() == {"descent.batch_size"}
    assert f"would take {recipe.rounds(size):,} rounds" in moved["descent.batch_size"]
    ghosts = (Descent(size, recipe=recipe), Descent(9, recipe=recipe))
    made, moved = fitted(Scene(data=data, ghosts=ghosts))
    assert made.ghosts == ghosts[1:]
    assert moved.keys() == {"ghosts"}


def test_no_example_is_left_of_two_formulas() -> None:
    assert Trainer(Scene(data=SquareAndCube(), held_out=0.5)).objective.n_examples == 1
    with pytest.raises(Refused, match="leaves no example to learn from"):
        Trainer(Scene(data=SquareAndCube(), held_out=0.9))


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 7},
        {"learning_rate": 0.5},
        {"order": "file", "short_last": "drop"},
        {"optimizer": HeavyBall()},
    ],
)
def test_ghosts_follow_what_they_have_in_common(settings: dict[str, Any]) -> None:
    old = Descent(4, 0.1)
    like = replace(old, recipe=Accumulated(3))
    unlike = Descent(5, 0.2, "replacement", "keep", HeavyBall(0.5), Accumulated(4))
    scene = Scene(descent=old, ghosts=(like, unlike)).down(**settings)
    assert scene.descent == replace(old, **settings)
    assert scene.ghosts[0] == replace(like, **settings)
    kept = {k: v for k, v in settings.items() if k == "short_last"}
    assert scene.ghosts[1] == replace(unlike, **kept)


def test_another_recipe_is_not_followed() -> None:
    twin = Descent(4, 0.2)
    scene = Scene(descent=Descent(4, 0.1), ghosts=(twin,)).down(recipe=OneByOne())
    assert scene.descent.recipe == OneByOne()
    assert scene.ghosts == (twin,)
    assert not needs_restart(Scene(), scene)


@pytest.mark.parametrize(
    ("old", "new", "rate"),
    [
        (LineWithNoise(), Moons(), 0.7),
        (LineWithNoise(), SOURCES["rosenbrock"](), 0.001),
        (SOURCES["rosenbrock"](), SOURCES["matyas"](), 0.1),
        (SOURCES["rosenbrock"](), Moons(), 0.05),
    ],
)
def test_other_data_begin_with_a_rate_that_suits_them(
    old: Dataset, new: Dataset, rate: float
) -> None:
    scene = Scene(data=old).down(learning_rate=0.7).on(new)
    assert scene.descent.learning_rate == rate
    assert (scene.data, scene.loss) == (new, None)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_first_rate_of_a_function_does_not_diverge_at_once(name: str) -> None:
    data = SOURCES[name]()
    trainer = Trainer(Scene().on(data))
    trainer.advance(60)
    assert not trainer.diverged
    assert data.rate == trainer.scene.descent.learning_rate

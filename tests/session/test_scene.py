from __future__ import annotations

from dataclasses import replace

import pytest

from gdviz.core.datasets import Dataset, Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.losses import Hinge, Loss, SoftmaxCrossEntropy, losses_for
from gdviz.session.scene import Descent, Scene, fit, needs_restart
from gdviz.session.trainer import Trainer, load


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
    assert trainer.scene.loss == trainer.objective.loss_kind == SoftmaxCrossEntropy()
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

"""The shipped scene shows what it says: Cohen et al. 2021, figure 1."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.curvature import spectrum
from gdviz.session import PANELS
from gdviz.session.scenefile import Document, example_files, read_document
from gdviz.session.trainer import Trainer

EVERY = 50


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(example_files()["edge-of-stability"])


def test_sharpness_rises_to_the_limit_and_stays(document: Document) -> None:
    scene, course = document.scene, document.course
    assert course is not None
    trainer, sharpness, losses = Trainer(scene, course), [], []
    objective = trainer.objective
    assert objective.n_parameters < 500
    known = None
    for _ in range(0, course.steps + 1, EVERY):
        theta = trainer.state.theta
        known = spectrum(
            objective.hessian(theta), len(theta), 1, 1e-4,
            start=None if known is None else known.vectors,
        )  # fmt: skip
        assert known is not None
        sharpness.append(known.top[0])
        losses.append(objective.loss(theta))
        trainer.advance(EVERY)
    of_limit = np.array(sharpness) * scene.descent.learning_rate / 2
    assert of_limit[0] < 0.5
    reached = int(np.flatnonzero(of_limit > 0.95)[0]) * EVERY
    assert reached < course.steps / 4
    late = of_limit[-(course.steps // 2) // EVERY :]
    assert np.abs(late - 1).max() < 0.15
    assert len(late) * EVERY >= 2000
    assert losses[-1] < 0.1 * losses[0]
    assert losses[-1] < 0.5 * losses[len(losses) // 2]  # it falls there, too


def test_it_is_full_batch_gradient_descent(document: Document) -> None:
    trainer = Trainer(document.scene)
    assert len(trainer.pending.rows) == trainer.objective.n_examples
    assert document.scene.descent.optimizer.bound == 2


@pytest.mark.parametrize("name", example_files())
def test_every_example_says_what_is_to_be_seen(name: str) -> None:
    shipped = read_document(example_files()[name])
    assert shipped.title
    assert shipped.about.endswith(".")
    assert set(shipped.show) <= set(PANELS)
    assert shipped.course is not None
    assert Trainer(shipped.scene, shipped.course).moved == {}

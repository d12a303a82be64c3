"""The shipped scenes of hovering and sampling show what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.correlation import estimate
from gdviz.session.laws import laws
from gdviz.session.scenefile import example_files, read_document
from gdviz.session.trainer import Trainer

WANDERING = (
    "sgld-gaussian-mean", "sgld-linear-regression", "sgld-decreasing", "hovering",
)  # fmt: skip


def trained(
    name: str,
) -> tuple[Trainer, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """The trainer of a scene at the end of its course, and its path."""
    document = read_document(example_files()[name])
    assert document.course is not None
    trainer = Trainer(document.scene, document.course)
    made = trainer.advance(document.course.steps)
    return trainer, np.array([step.after.theta for step in made])


@pytest.mark.parametrize("name", WANDERING)
def test_wanders_by_its_law(name: str) -> None:
    trainer, thetas = trained(name)
    known = laws(trainer.objective, trainer.scene.descent, trainer.step)
    assert known.settled is not None
    assert (known.posterior is not None) == name.startswith("sgld")
    law = known.settled if known.steady else known.posterior
    assert law is not None
    kept = thetas[len(thetas) // 5 :]
    for i, values in enumerate(kept.T):
        told = estimate(values)
        assert abs(told.mean - law.mean[i]) < 3 * told.mean_error
        gap = abs(told.variance - law.covariance[i, i])
        assert gap < 3 * told.variance_error


def test_the_difference_to_the_posterior_can_be_seen() -> None:
    for name, least in (("sgld-gaussian-mean", 1.2), ("sgld-linear-regression", 1.3)):
        trainer = Trainer(read_document(example_files()[name]).scene)
        known = laws(trainer.objective, trainer.scene.descent)
        assert known.settled is not None
        assert known.posterior is not None
        ratio = known.settled.covariance[0, 0] / known.posterior.covariance[0, 0]
        assert ratio > least


def test_falling_steps_come_to_rest() -> None:
    trainer, thetas = trained("robbins-monro")
    (ghost,) = trainer.scene.ghosts
    beside = trainer.beside(ghost)
    hovering = np.array([s.after.theta for s in beside.advance(len(thetas))])
    known = laws(trainer.objective, ghost)
    assert known.settled is not None
    away = np.linalg.norm(thetas - known.settled.mean, axis=1)
    beside_it = np.linalg.norm(hovering - known.settled.mean, axis=1)
    spread = np.sqrt(np.trace(known.settled.covariance))
    assert away[-1000:].max() < 0.3 * spread
    assert beside_it[-1000:].max() > spread


def test_sorted_classes_go_round_in_circles() -> None:
    trainer, thetas = trained("sorted-classes")
    epoch = trainer.objective.n_examples // trainer.scene.descent.batch_size
    last, before = thetas[-epoch:], thetas[-2 * epoch : -epoch]
    round_ = np.linalg.norm(last - last.mean(axis=0), axis=1).mean()
    assert np.linalg.norm(last - before, axis=1).max() < 0.2 * round_
    names = trainer.objective.names
    pair = [names.index(trainer.scene.plane_x), names.index(trainer.scene.plane_y)]
    x, y = last[:, pair].T
    area = np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2
    assert abs(area) > 0.3 * np.ptp(x) * np.ptp(y)  # a loop, not to and fro
    shuffled = trainer.beside(replace(trainer.scene.descent, order="shuffled"))
    shuffled.advance(len(thetas))
    loss = trainer.objective.loss
    mixed = [loss(s.after.theta) for s in shuffled.advance(epoch)]
    assert np.mean([loss(theta) for theta in last]) > 1.5 * np.mean(mixed)

"""The ledger: the numbers of the passes, against networks on plain lists."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.datasets import Iris, Moons
from gdviz.core.ledger import Ledger, ledger
from gdviz.core.losses import Logistic, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective
from tests.core.lists import Plain
from tests.core.problems import EACH, ROWS, batch_of, problem

if TYPE_CHECKING:
    from gdviz.core.losses import Loss
    from gdviz.core.models import Model
    from tests.core.problems import Array


def arrays(told: Ledger) -> dict[str, list[Array]]:
    """Return every array by the name of its field."""
    found = {f.name: getattr(told, f.name) for f in fields(told)}
    del found["network"]
    return {k: list(v) if isinstance(v, tuple) else [v] for k, v in found.items()}


def backwards(net: Plain, delta: list[float], sums: list[list[float]]) -> list[Array]:
    """Return δ of every layer by δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ∘ f′(zˡ), from the output back."""
    deltas = [np.array(delta)]
    for layer, z in zip(net.layers[:0:-1], sums[-2::-1], strict=True):
        below = [
            net.slope(here)
            * sum(d * unit[j] for d, unit in zip(delta, layer, strict=True))
            for j, here in enumerate(z)
        ]
        delta, deltas = below, [np.array(below), *deltas]
    return deltas


@EACH
def test_every_number_is_that_of_plain_lists(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    told, net = ledger(objective, theta, ROWS), Plain(objective, theta.tolist())
    assert len(told) == len(ROWS)
    for weights, plain in zip(told.layers, net.layers, strict=True):
        assert weights.tolist() == plain
    for i, (x, y) in enumerate(batch_of(objective, ROWS)):
        sums, inputs = net.forward(x)
        assert told.inputs[:, i].tolist() == x
        assert told.targets[:, i].tolist() == y
        assert told.losses[i] == pytest.approx(net.loss(x, y), rel=1e-12)
        delta = net.delta(sums[-1], y)
        deltas = backwards(net, delta, sums)
        layers = zip(told.sums, told.activations, told.slopes, told.deltas, strict=True)
        for k, (z, a, slope, back) in enumerate(layers):
            last = k == len(sums) - 1
            assert_allclose(z[:, i], sums[k], rtol=1e-12, atol=1e-14)
            expected = sums[k] if last else inputs[k + 1]
            assert_allclose(a[:, i], expected, rtol=1e-12, atol=1e-14)
            steep = [1.0 if last else net.slope(v) for v in sums[k]]
            assert_allclose(slope[:, i], steep, rtol=1e-12, atol=1e-14)
            assert_allclose(back[:, i], deltas[k], rtol=1e-10, atol=1e-13)
        gradient = net.back(delta, inputs, net.slopes(sums))
        assert_allclose(told.gradients[i], gradient, rtol=1e-10, atol=1e-13)


@EACH
def test_it_is_the_passes_of_training(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    told = ledger(objective, theta, ROWS)
    assert_array_equal(told.losses, objective.losses(theta, ROWS))
    assert_array_equal(told.gradients, objective.gradients(theta, ROWS))
    mean = objective.gradient(theta, ROWS)[1]
    assert_allclose(told.gradients.mean(axis=0), mean, rtol=1e-12, atol=1e-14)
    outputs = objective.predict(theta, objective.examples.inputs[ROWS])
    assert_allclose(told.readable, loss.readable(outputs), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("loss", [Logistic(), SoftmaxCrossEntropy()])
def test_outputs_are_read_as_probabilities(loss: Loss) -> None:
    objective = Objective(Moons().examples(0), MLP((3,)), loss)
    told = ledger(objective, objective.start(0), np.arange(20))
    assert ((told.readable >= 0) & (told.readable <= 1)).all()
    if len(told.readable) == 2:
        assert_allclose(told.readable.sum(axis=0), np.ones(20))


@pytest.mark.parametrize("model", [Linear(), Linear(False), MLP((2, 3))])
def test_nothing_in_it_changes_later(model: Model) -> None:
    objective = Objective(Iris().examples(0), model, SquaredError())
    theta = objective.start(0)
    told = ledger(objective, theta, np.arange(6))
    before = {name: [a.copy() for a in some] for name, some in arrays(told).items()}
    theta += 5.0
    objective.gradient(theta, np.arange(10, 16))  # the same buffers again
    for name, some in arrays(told).items():
        for now, then in zip(some, before[name], strict=True):
            assert_array_equal(now, then)
            assert not now.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                now[...] = 0.0


def test_shapes_are_by_columns() -> None:
    objective = Objective(Iris().examples(0), MLP((5, 2)), SoftmaxCrossEntropy())
    told = ledger(objective, objective.start(0), np.array([3, 90, 3, 149]))
    assert {k: [a.shape for a in v] for k, v in arrays(told).items()} == {
        "layers": [(5, 5), (2, 6), (3, 3)],
        "inputs": [(4, 4)],
        "sums": [(5, 4), (2, 4), (3, 4)],
        "activations": [(5, 4), (2, 4), (3, 4)],
        "readable": [(3, 4)],
        "targets": [(3, 4)],
        "losses": [(4,)],
        "slopes": [(5, 4), (2, 4), (3, 4)],
        "deltas": [(5, 4), (2, 4), (3, 4)],
        "gradients": [(4, 46)],
    }
    assert told.targets.argmax(axis=0).tolist() == [0, 1, 0, 2]
    assert told.losses[0] == told.losses[2]

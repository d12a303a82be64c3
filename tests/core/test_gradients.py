"""Every gradient of every model and loss, against two independent truths."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.examples import MANY_CLASSES, REGRESSION, TASKS, Examples
from gdviz.core.knobs import Choice, Flag, Kind, Spec, Widths, knobs
from gdviz.core.losses import LOSSES, Loss
from gdviz.core.models import MODELS, Model
from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

S = TypeVar("S", bound=Spec)
STEP = np.finfo(float).eps ** (1 / 3)
MARGIN = 1e-3  # how far every kink stays away: more than 100 steps


def settings(kind: Kind) -> Sequence[object]:
    """All settings of a knob with few of them; none for a number."""
    if isinstance(kind, Choice):
        return kind.options
    if isinstance(kind, Widths):
        return ((4,), (4, 3))
    return (False, True) if isinstance(kind, Flag) else ()


def variants(spec: type[S]) -> list[S]:
    choices = {key: settings(worn.kind) for key, worn in knobs(spec).items()}
    choices = {key: values for key, values in choices.items() if values}
    return [
        spec(**dict(zip(choices, values, strict=True)))
        for values in product(*choices.values())
    ]


CASES = [
    pytest.param(task, loss, model, id=f"{task}, {loss}, {model}")
    for task in TASKS
    for kind in LOSSES.values()
    if task in kind.tasks
    for loss in variants(kind)
    for model_kind in MODELS.values()
    for model in variants(model_kind)
]


class ByHand:
    """Forward and backward with plain loops, one example and one unit at a time."""

    def __init__(self, objective: Objective, theta: Array) -> None:
        network = objective.network
        self.objective, self.bias, self.f = objective, network.bias, network.activation
        numbers = iter(theta.tolist())
        self.layers = [
            [[next(numbers) for _ in range(m + self.bias)] for _ in range(units)]
            for m, units in zip(network.widths, network.widths[1:], strict=False)
        ]

    def forward(self, i: int) -> tuple[list[list[float]], list[list[float]]]:
        """Weighted sums of every layer, and what goes into every layer."""
        sums, inputs = [], [self.objective.examples.inputs[i].tolist()]
        for layer in self.layers:
            ones = [1.0] if self.bias else []
            a = inputs[-1] + ones
            sums.append(
                [sum(w * x for w, x in zip(row, a, strict=True)) for row in layer]
            )
            inputs.append([self._scalar(self.f.f, z) for z in sums[-1]])
        return sums, inputs[:-1]

    def example(self, i: int) -> tuple[float, list[float]]:
        """Loss and gradient of example i."""
        sums, inputs = self.forward(i)
        kind = self.objective.loss_kind
        z = np.array(sums[-1])[:, None]
        y = kind.targets(self.objective.examples)[:, i : i + 1]
        delta = kind.slopes(z, y)[:, 0].tolist()
        gradient: list[float] = []
        for layer, a in zip(self.layers[::-1], inputs[::-1], strict=True):
            ones = [1.0] if self.bias else []
            gradient = [d * x for d in delta for x in a + ones] + gradient
            delta = [
                sum(layer[u][j] * delta[u] for u in range(len(layer)))
                * self._scalar(self.f.slope, a[j])
                for j in range(len(a))
            ]
        return float(kind.values(z, y)[0]), gradient

    def smooth(self, i: int) -> bool:
        """Tell whether no slope has a jump or a corner within the margin."""
        sums, _ = self.forward(i)
        hidden = [z for layer in sums[:-1] for z in layer]
        kind, z = self.objective.loss_kind, np.array(sums[-1])[:, None]
        y = kind.targets(self.objective.examples)[:, i : i + 1]
        bends = [
            kind.slopes(z + m, y) - 2 * kind.slopes(z, y) + kind.slopes(z - m, y)
            for m in MARGIN * np.eye(len(z))[:, :, None]
        ]
        units = [self._slope(v + MARGIN) - 2 * self._slope(v) + self._slope(v - MARGIN)
                 for v in hidden]  # fmt: skip
        return max(np.abs(np.ravel(bends)).max(), *np.abs([0.0, *units])) < 1e-4

    def _slope(self, z: float) -> float:
        return self._scalar(self.f.slope, self._scalar(self.f.f, z))

    @staticmethod
    def _scalar(function: Callable[[Array, Array], object], value: float) -> float:
        out = np.empty(1)
        function(np.array([value]), out)
        return float(out[0])


def problem(task: str, loss: Loss, model: Model) -> tuple[Objective, Array]:
    """Eight examples away from all kinks, and a θ."""
    rng = np.random.default_rng((TASKS.index(task), 7))
    inputs = rng.standard_normal((16, 3))
    names, classes = (
        ("p", "q", "r"),
        ("A", "B", "C")[: 3 if task == MANY_CLASSES else 2],
    )
    pool = (
        Examples(inputs, 2.0 * rng.standard_normal(16), names)
        if task == REGRESSION
        else Examples(inputs, rng.integers(len(classes), size=16), names, "c", classes)
    )
    whole = Objective(pool, model, loss)
    theta = np.random.default_rng(3).standard_normal(whole.n_parameters)
    smooth = [i for i in range(16) if ByHand(whole, theta).smooth(i)][:8]
    assert len(smooth) == 8
    return whole.on(pool.take(np.array(smooth))), theta


@pytest.mark.parametrize(("task", "loss", "model"), CASES)
def test_gradients_are_slopes_of_the_losses(
    task: str, loss: Loss, model: Model
) -> None:
    objective, theta = problem(task, loss, model)
    rows = np.arange(8)
    measured = np.stack(
        [
            objective.losses(theta + d, rows) - objective.losses(theta - d, rows)
            for d in STEP * np.eye(len(theta))
        ],
        axis=1,
    ) / (2 * STEP)
    gradients = objective.gradients(theta, rows)
    assert_allclose(gradients, measured, rtol=1e-7, atol=1e-8)
    loss_here, gradient = objective.gradient(theta, rows)
    assert_allclose(gradient, measured.mean(axis=0), rtol=1e-7, atol=1e-8)
    assert loss_here == pytest.approx(objective.losses(theta, rows).mean(), rel=1e-14)


@pytest.mark.parametrize(("task", "loss", "model"), CASES)
def test_mean_of_gradients_is_gradient_of_the_mean(
    task: str, loss: Loss, model: Model
) -> None:
    objective, theta = problem(task, loss, model)
    rows = np.array([5, 0, 3, 3, 7])  # any order, and an example may come twice
    by_hand = [ByHand(objective, theta).example(i) for i in rows]
    losses, gradients = (np.array(part) for part in zip(*by_hand, strict=True))
    assert_allclose(objective.losses(theta, rows), losses, rtol=1e-12, atol=1e-13)
    assert_allclose(objective.gradients(theta, rows), gradients, rtol=1e-12, atol=1e-13)
    _, gradient = objective.gradient(theta, rows)
    assert_allclose(gradient, gradients.mean(axis=0), rtol=1e-12, atol=1e-13)

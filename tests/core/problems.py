"""Models × losses × tasks with a few examples each, and a θ."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gdviz.core.examples import MANY_CLASSES, REGRESSION, TASKS, Examples
from gdviz.core.losses import LOSSES, Loss
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
ROWS = np.array([5, 0, 3, 3, 7])  # any order, and an example may come twice
MODELS: dict[str, tuple[int, Model]] = {  # with the number of inputs
    "linear": (2, Linear()),
    "linear without bias": (2, Linear(bias=False)),
    "1-2 tanh": (1, MLP(hidden=(2,), activation="tanh")),
    "2-5 relu": (2, MLP(hidden=(5,), activation="relu")),
    "2-5 softplus": (2, MLP(hidden=(5,), activation="softplus")),
    "2-5 sigmoid": (2, MLP(hidden=(5,), activation="sigmoid")),
    "2-3-2 tanh without bias": (2, MLP(hidden=(3, 2), bias=False)),
}
CASES = [
    pytest.param(task, loss(), *model, id=f"{task}, {loss.name}, {name}")
    for task in TASKS
    for loss in LOSSES.values()
    if task in loss.tasks
    for name, model in MODELS.items()
]
EACH = pytest.mark.parametrize(("task", "loss", "d", "model"), CASES)


def examples_of(task: str, inputs: Array) -> Examples:
    """Targets of a task for these inputs."""
    rng, n = np.random.default_rng(8), len(inputs)
    names = tuple(f"x{j}" for j in range(inputs.shape[1]))
    if task == REGRESSION:
        return Examples(inputs, 2.0 * rng.standard_normal(n), names)
    classes = ("A", "B", "C")[: 3 if task == MANY_CLASSES else 2]
    return Examples(inputs, rng.integers(len(classes), size=n), names, "c", classes)


def problem(task: str, loss: Loss, d: int, model: Model) -> tuple[Objective, Array]:
    """Eight examples and a θ."""
    rng = np.random.default_rng((d, 5))
    inputs = 0.5 + rng.standard_normal((8, d))
    objective = Objective(examples_of(task, inputs), model, loss)
    return objective, rng.standard_normal(objective.n_parameters)


def batch_of(objective: Objective, rows: Rows) -> list[tuple[list[float], list[float]]]:
    """Inputs and encoded targets as plain lists."""
    inputs, targets = objective.examples.inputs, objective.targets
    return [(inputs[i].tolist(), targets[:, i].tolist()) for i in rows]

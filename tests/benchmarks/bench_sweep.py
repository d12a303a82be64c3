"""A sweep: row W1. 256 runs of 200 steps, 16 learning rates on 16 batch sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.batches import Draw
from gdviz.core.datasets import TwoGaussians
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.core.stackrows import rows_ahead
from gdviz.session.fitting import fit
from gdviz.session.loading import load, objective_of
from gdviz.session.scene import Scene
from gdviz.session.sweep import Axis, Sweep, cell_scene, cells, here, run_sweep
from gdviz.session.trainer import Trainer
from tests.benchmarks import ratios, setting
from tests.benchmarks.ratios import Against, Compare

if TYPE_CHECKING:
    from tests.benchmarks.ratios import Run

STEPS, N = 200, 256
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
RATES = tuple(np.geomspace(1e-4, 0.1, 16).tolist())


def sweep(dtype: str = "float64") -> Sweep:
    """Return the sweep: 2-8-1 with squared error, on two clouds of points."""
    scene = Scene(data=TwoGaussians(N), model=MLP((8,)), loss=SquaredError())
    scene, _ = fit(scene, load(scene))
    axes = (
        Axis("descent.learning_rate", RATES),
        Axis("descent.batch_size", SIZES),
    )
    return Sweep(scene, axes, steps=STEPS, dtype=dtype)


def ours(some: Sweep) -> Run:
    """Return what makes the sweep in this thread, and gives the final losses."""

    def run() -> object:
        found = {o.cell: o.final for o in run_sweep(some, here())}
        return np.array([found[cell] for cell in cells(some)])

    return run


def alone(some: Sweep) -> Run:
    """Return what makes every run by a trainer of its own."""

    def run() -> object:
        finals = []
        for cell in cells(some):
            trainer = Trainer(cell_scene(some, cell))
            for _ in trainer.walk(STEPS):
                pass
            finals.append(trainer.objective.loss(trainer.state.theta))
        return np.array(finals)

    return run


def in_torch(some: Sweep) -> Run:
    """Return the usual loop: a module, its mean loss and SGD for every run."""
    torch = setting.torch()
    objective, draw, theta = _parts(some)
    x = torch.tensor(objective.inputs[:2].T.copy())
    y = torch.tensor(objective.targets.T.copy())
    loss = torch.nn.MSELoss()

    def module() -> Any:
        made = torch.nn.Sequential(
            torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
        ).double()
        for layer, matrix in zip(
            made[::2], objective.network.layers(theta), strict=True
        ):
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(matrix[:, :-1].copy()))
                layer.bias.copy_(torch.tensor(matrix[:, -1].copy()))
        return made

    def one(rate: float, rows: Any) -> float:
        made = module()
        sgd = torch.optim.SGD(made.parameters(), lr=rate)
        for some_rows in rows:
            sgd.zero_grad()
            loss(made(x[some_rows]), y[some_rows]).backward()
            sgd.step()
        with torch.no_grad():
            return float(loss(made(x), y))

    batches = {
        size: [torch.tensor(r[:n]) for r, n in zip(*rows_ahead(draw, size, 0, STEPS),
                                                   strict=True)]
        for size in SIZES
    }  # fmt: skip
    return lambda: np.array(
        [one(rate, batches[size]) for rate in RATES for size in SIZES]
    )


def in_jax(some: Sweep) -> Run:
    """Return all rates of a batch size at once, compiled, its steps in one loop."""
    jax = setting.jax()
    jnp = jax.numpy
    objective, draw, theta = _parts(some)
    x, y = jnp.array(objective.inputs.T), jnp.array(objective.targets[0])
    rates = jnp.array(RATES)

    def losses(theta: Any, x: Any, y: Any) -> Any:
        hidden = jnp.tanh(x @ theta[:24].reshape(8, 3).T)
        return (hidden @ theta[24:32] + theta[32] - y) ** 2

    def mean(theta: Any, x: Any, y: Any, weight: Any) -> Any:
        return jnp.sum(weight * losses(theta, x, y))

    slope = jax.vmap(jax.grad(mean), (0, None, None, None))

    def go(thetas: Any, rows: Any, weights: Any) -> Any:
        def step(thetas: Any, batch: Any) -> Any:
            rows, weight = batch
            update = slope(thetas, x[rows], y[rows], weight)
            return thetas - rates[:, None] * update, None

        thetas, _ = jax.lax.scan(step, thetas, (rows, weights))
        return jax.vmap(lambda t: losses(t, x, y).mean())(thetas)

    quick = jax.jit(go)
    start = jnp.tile(jnp.array(theta), (len(RATES), 1))
    batches = []
    for size in SIZES:
        rows, counts = rows_ahead(draw, size, 0, STEPS)
        weights = (np.arange(size) < counts[:, None]) / counts[:, None]
        batches.append((jnp.array(rows), jnp.array(weights)))

    def run() -> object:
        finals = [np.asarray(quick(start, *batch)) for batch in batches]
        return np.array(finals).T.ravel()

    return run


def _parts(some: Sweep) -> tuple[Objective, Draw, Any]:
    objective = objective_of(some.scene, load(some.scene).train)
    assert isinstance(objective, Objective)
    seed = some.scene.seed
    return objective, Draw(N, seed), objective.start(seed)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sweep(compare: Compare, monkeypatch: pytest.MonkeyPatch, dtype: str) -> None:
    monkeypatch.setattr(ratios, "ROUNDS", 3)
    some, rtol = sweep(dtype), 1e-10 if dtype == "float64" else 1e-3
    others = [
        Against("one at a time", alone(some), 6, 12, rtol=rtol),
        Against("JAX", in_jax(some), 0.87, 1.7, rtol=rtol),
    ]
    if dtype == "float64":  # it takes minutes
        others.append(Against("PyTorch loop", in_torch(some), 165, 330, rtol=rtol))
    compare("W1", f"256 runs x 200 steps, 2-8-1, {dtype}", ours(some), *others)

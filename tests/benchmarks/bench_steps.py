"""One training step: rows S1 to S3."""

from __future__ import annotations

import pytest

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.datasets import Digits, LineWithNoise, Moons
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS, SGD, Here
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.benchmarks import setting
from tests.benchmarks.cases import WIDTHS, Case, InTorch, case, in_jax, joined
from tests.benchmarks.ratios import Against, Compare, Run

RATE = 0.01


def ours(some: Case) -> Run:
    """One step with its record: loss, gradient, update and memory."""
    mean, optimizer = MeanOfGradients(), SGD()

    def step() -> object:
        taken = mean.step(
            some.objective, some.rows, optimizer, {}, Here(some.theta, RATE)
        )
        return taken.loss, taken.gradient, some.theta + taken.update

    return step


@pytest.mark.parametrize("b", [1, 8, 32])
def test_step_against_torch(compare: Compare, b: int) -> None:
    some = case("2-8-1", b)
    there = InTorch(some)
    sgd = there.torch.optim.SGD(there.module.parameters(), lr=RATE)

    def theirs() -> object:
        sgd.zero_grad()
        loss = there.loss(there.module(there.x), there.y)
        loss.backward()
        sgd.step()
        return (loss,)

    compare("S1", f"step, 2-8-1, B = {b}", ours(some),
            Against("PyTorch", theirs, 30, 35, as_ours=list))  # fmt: skip


@pytest.mark.parametrize("b", [1, 8, 32, 256, 1024])
@pytest.mark.parametrize("name", WIDTHS)
def test_step_against_jax(compare: Compare, name: str, b: int) -> None:
    some, jax = case(name, b), setting.jax()
    loss, parameters, x, y = in_jax(some)

    def mean(parameters: object, x: object, y: object) -> object:
        return jax.vmap(loss, in_axes=(None, 0, 0))(parameters, x, y).mean()

    def made(parameters: object, x: object, y: object) -> object:
        value, slope = jax.value_and_grad(mean)(parameters, x, y)
        after = jax.tree.map(lambda p, g: p - RATE * g, parameters, slope)
        return value, slope, after

    step = jax.jit(made)
    compare(
        "S2",
        f"step, {name}, B = {b}",
        ours(some),
        Against("JAX", lambda: jax.block_until_ready(step(parameters, x, y)), 1.1, 1.3,
                as_ours=lambda v: [v[0], joined(v[1]), joined(v[2])]),
    )  # fmt: skip


SCENES = {
    "line, B = 4": Scene(data=LineWithNoise(), model=Linear()),
    "moons, 2-16-1, B = 32": Scene(
        data=Moons(), model=MLP((16,)), descent=Descent(batch_size=32)
    ),
    "digits, 64-32-10, B = 32": Scene(
        data=Digits(), model=MLP((32,)), descent=Descent(batch_size=32)
    ),
}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("name", SCENES)
def test_step_of_a_run_in_gradients(
    compare: Compare, name: str, optimizer: str
) -> None:
    """Batch, update, record and checkpoints too, against the bare gradient."""
    trainer = Trainer(SCENES[name].down(optimizer=OPTIMIZERS[optimizer]()))
    theta, rows = trainer.state.theta, trainer.pending.rows
    accept = 4.0 if isinstance(trainer.scene.model, Linear) else 2.5
    steps = trainer.walk(10**9)
    compare("S3", f"step of a run, {name}, {optimizer}", lambda: (next(steps).loss,),
            Against("its gradient", lambda: trainer.objective.gradient(theta, rows),
                    accept, accept / 2, at_most=True, rtol=None))  # fmt: skip

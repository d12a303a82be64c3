"""Per-example gradients and second moments: rows G1 to G5."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from gdviz.core.moments import moments
from tests.benchmarks import setting
from tests.benchmarks.cases import Case, InTorch, case, in_jax, joined
from tests.benchmarks.ratios import Against, Compare, Run

NAMES = ("linear", "2-8-1", "2-16-16-2", "64-32-10")
GOALS = {"linear": (105, 120), "2-8-1": (105, 120), "2-16-16-2": (43, 50),
         "64-32-10": (8, 12)}  # fmt: skip
EACH = pytest.mark.parametrize("name", NAMES)
OF = pytest.mark.parametrize("b", [1, 8, 32, 256])


def ours(some: Case) -> Run:
    """All gradients of the batch, (b, p)."""
    return lambda: some.objective.gradients(some.theta, some.rows)


@EACH
@OF
def test_gradients_against_vmap(compare: Compare, name: str, b: int) -> None:
    some = case(name, b)
    theirs = InTorch(some).vmapped()
    named = b <= 32 or name in ("2-16-16-2", "64-32-10")  # in the table of targets
    accept, stretch = GOALS[name] if named else (None, None)
    compare("G1", f"gradients, {name}, B = {b}", ours(some),
            Against("torch.func", theirs, accept, stretch, as_ours=joined))  # fmt: skip


@EACH
@OF
def test_gradients_against_backpack_and_opacus(
    compare: Compare, name: str, b: int
) -> None:
    some = case(name, b)
    compare("G2", f"gradients, {name}, B = {b}", ours(some),
            Against("BackPACK", _backpack(some), 6, 8, as_ours=joined),
            Against("Opacus", _opacus(some), 6, 8, as_ours=joined))  # fmt: skip


@EACH
@OF
def test_gradients_against_jax(compare: Compare, name: str, b: int) -> None:
    some, jax = case(name, b), setting.jax()
    loss, *rest = in_jax(some)
    every = jax.jit(jax.vmap(jax.grad(loss), in_axes=(None, 0, 0)))
    compare("G3", f"gradients, {name}, B = {b}", ours(some),
            Against("JAX", lambda: jax.block_until_ready(every(*rest)), 0.9, 1.0,
                    as_ours=joined))  # fmt: skip


@EACH
@pytest.mark.parametrize("b", [256, 1024])
def test_gradients_against_physics(compare: Compare, name: str, b: int) -> None:
    some = case(name, b)
    numbers = np.empty((b, len(some.theta)))

    def least() -> None:
        some.objective.gradient(some.theta, some.rows)
        numbers.fill(1.0)

    compare("G4", f"gradients, {name}, B = {b}", ours(some),
            Against("mean + writing B·P", least, 1.4, 1.2, at_most=True,
                    rtol=None))  # fmt: skip


@EACH
@OF
def test_moments_against_mean(compare: Compare, name: str, b: int) -> None:
    some = case(name, b)
    compare("G5", f"moments, {name}, B = {b}", _moments(some),
            Against("mean gradient", lambda: some.objective.gradient(
                some.theta, some.rows), 1.7, 1.5, at_most=True, rtol=None))  # fmt: skip


@EACH
@OF
def test_moments_against_backpack_and_jax(compare: Compare, name: str, b: int) -> None:
    some, jax = case(name, b), setting.jax()
    loss, *rest = in_jax(some)

    def means(*arguments: Any) -> Any:
        every = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(*arguments)
        squares = jax.tree.map(jax.numpy.square, every)
        mean = functools.partial(jax.numpy.mean, axis=0)
        return [jax.tree.map(mean, every), jax.tree.map(mean, squares)]

    both = jax.jit(means)
    compare("G5", f"moments, {name}, B = {b}", _moments(some),
            Against("BackPACK", _backpack_moments(some), 10, 12,
                    as_ours=lambda v: [joined(part) for part in v]),
            Against("JAX", lambda: jax.block_until_ready(both(*rest)), 2, 4,
                    as_ours=lambda v: [joined(part) for part in v]))  # fmt: skip


def _moments(some: Case) -> Run:
    def run() -> object:
        found = moments(some.objective, some.theta, some.rows)
        return found.mean, found.second

    return run


def _backpack(some: Case) -> Run:
    extensions = pytest.importorskip("backpack.extensions")
    module, step = _extended(some)

    def run() -> object:
        step(extensions.BatchGrad(), "sum")
        return [p.grad_batch for p in module.parameters()]

    return run


def _backpack_moments(some: Case) -> Run:
    extensions = pytest.importorskip("backpack.extensions")
    module, step = _extended(some)
    b = len(some.rows)

    def run() -> object:
        step(extensions.SumGradSquared(), "mean")
        of = list(module.parameters())  # the mean's gradients were squared: gᵢ/b
        return [p.grad for p in of], [p.sum_grad_squared * b for p in of]

    return run


def _extended(some: Case) -> tuple[Any, Any]:
    """Return a module and a function that goes back once with an extension."""
    there, backpack = InTorch(some), pytest.importorskip("backpack")
    module = backpack.extend(there.module)
    losses = {how: backpack.extend(type(there.loss)(reduction=how))
              for how in ("sum", "mean")}  # fmt: skip

    def step(extension: Any, how: str) -> None:
        module.zero_grad()
        with backpack.backpack(extension):
            losses[how](module(there.x), there.y).backward()

    return module, step


def _opacus(some: Case) -> Run:
    opacus = pytest.importorskip("opacus")
    there = InTorch(some)
    module = opacus.GradSampleModule(there.module, loss_reduction="sum")
    loss = type(there.loss)(reduction="sum")

    def run() -> object:
        module.zero_grad()
        loss(module(there.x), there.y).backward()
        return [p.grad_sample for p in module.parameters()]

    return run

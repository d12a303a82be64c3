"""Hessian–vector products, the sharpness at every step, full Hessians: H1, H3, H4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.curvature import spectrum
from gdviz.core.rpass import NetworkHessian
from tests.benchmarks import setting
from tests.benchmarks.cases import InTorch, case, in_jax, joined
from tests.benchmarks.ratios import Against, Compare, Run

if TYPE_CHECKING:
    from gdviz.core.curvature import Spectrum
    from gdviz.core.objective import Objective
    from tests.benchmarks.cases import Array, Case

STEPS, RATE, WIDE = 25, 0.05, 2.05
NETWORKS = {"2-8-1": 1.8, "2-16-16-2": 1.8, "64-32-10": 1.3}  # the stretch of H1


def whole(name: str, n: int) -> Case:
    """A model whose examples are all in its batch."""
    some = case(name, n)
    return type(some)(some.objective.only(some.rows), some.theta, np.arange(n))  # type: ignore[arg-type]


def along(some: Case) -> Array:
    """A vector of parameter space."""
    return np.random.default_rng(9).standard_normal(len(some.theta))


def jax_product(some: Case) -> tuple[Any, Any]:
    """The mean loss in JAX, flat, and its Hessian's product with a vector, compiled."""
    jax = setting.jax()
    loss, parameters, x, y = in_jax(some)
    jnp, shapes = jax.numpy, [(w.shape, b.shape) for w, b in parameters]

    def mean(theta: Any) -> Any:
        layers, at = [], 0
        for (units, m), _ in shapes:
            block = theta[at : at + units * (m + 1)].reshape(units, m + 1)
            layers.append((block[:, :-1], block[:, -1]))
            at += units * (m + 1)
        return jax.vmap(loss, in_axes=(None, 0, 0))(layers, x, y).mean()

    theta = jnp.array(some.theta)

    def product(vector: Any) -> Any:
        return jax.jvp(jax.grad(mean), (theta,), (vector,))[1]

    return mean, jax.jit(product)


@pytest.mark.parametrize("n", [256, 2048])
@pytest.mark.parametrize("name", NETWORKS)
def test_product(compare: Compare, name: str, n: int) -> None:
    some = whole(name, n)
    hessian, vector = some.objective.hessian(some.theta), along(some)
    compare(
        "H1",
        f"Hessian · vector, {name}, N = {n}",
        lambda: hessian(vector),
        Against(
            "gradients",
            lambda: some.objective.gradient(some.theta, some.rows),
            WIDE, NETWORKS[name], at_most=True, rtol=None,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_product_against_jax(compare: Compare, name: str) -> None:
    some, jax = whole(name, 256), setting.jax()
    hessian, vector = some.objective.hessian(some.theta), along(some)
    _, product = jax_product(some)
    there = jax.numpy.array(vector)
    compare(
        "H1",
        f"Hessian · vector, {name}, N = 256",
        lambda: hessian(vector),
        Against("JAX", lambda: jax.block_until_ready(product(there))),
    )


def path(some: Case) -> list[Array]:
    """Some steps of full-batch gradient descent."""
    theta, thetas = some.theta, []
    for _ in range(STEPS):
        thetas.append(theta)
        theta = theta - RATE * some.objective.gradient(theta, some.rows)[1]
    return thetas


def followed(objective: Objective, thetas: list[Array]) -> Run:
    """The sharpness at each of these, to 1e-3, each started from the last."""
    first = spectrum(objective.hessian(thetas[0]), len(thetas[0]))

    def run() -> list[float]:
        known: Spectrum | None = first
        found = []
        for theta in thetas:
            start = None if known is None else known.vectors
            hessian = objective.hessian(theta)
            known = spectrum(hessian, len(theta), 1, 1e-3, start=start)
            assert known is not None
            found.append(float(known.top[0]))
        return found

    return run


@pytest.mark.parametrize("n", [256, 2048])
@pytest.mark.parametrize("name", NETWORKS)
def test_sharpness_of_every_step(compare: Compare, name: str, n: int) -> None:
    some = whole(name, n)
    thetas = path(some)

    def gradients() -> object:
        return [some.objective.gradient(theta, some.rows) for theta in thetas]

    compare(
        "H3",
        f"top eigenvalue of {STEPS} steps, {name}, N = {n}",
        followed(some.objective, thetas),
        Against("gradients", gradients, 6.2, 4.0, at_most=True, rtol=None),
    )


def test_full_hessian_against_jax(compare: Compare) -> None:
    some, jax = whole("2-16-16-2", 256), setting.jax()
    mean, _ = jax_product(some)
    full, theta = jax.jit(jax.hessian(mean)), jax.numpy.array(some.theta)
    compare(
        "H4",
        "full Hessian, P = 354, N = 256",
        lambda: NetworkHessian(some.objective, some.theta).dense(),
        Against("JAX", lambda: jax.block_until_ready(full(theta)), 3.8, 10),
    )


def test_full_hessian_against_torch(compare: Compare) -> None:
    some = whole("2-16-16-2", 256)
    there = InTorch(some)
    from torch.func import functional_call, hessian  # noqa: PLC0415

    parameters = {k: v.detach() for k, v in there.module.named_parameters()}

    def mean(parameters: Any) -> Any:
        return there.loss(
            functional_call(there.module, parameters, (there.x,)), there.y
        )

    def rows(blocks: Any) -> Array:
        """Join the blocks of two parameters each, in the order of θ."""
        sizes = {name: value.numel() for name, value in parameters.items()}
        columns = [
            joined(
                [
                    np.asarray(blocks[a][b]).reshape(sizes[a], *parameters[b].shape)
                    for b in parameters
                ]
            )
            for a in parameters
        ]
        turned = [
            block.T.reshape(-1, *parameters[a].shape)
            for a, block in zip(parameters, columns, strict=True)
        ]
        return joined(turned).T

    full = hessian(mean)
    compare(
        "H4",
        "full Hessian, P = 354, N = 256",
        lambda: NetworkHessian(some.objective, some.theta).dense(),
        Against("torch.func", lambda: full(parameters), 4, 10, as_ours=rows),
    )

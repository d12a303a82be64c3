"""The loss over a plane: rows L1 to L4."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.examples import Examples
from gdviz.core.landscape import refine
from gdviz.core.lanes import LANES, side_by_side
from gdviz.core.losses import Logistic, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import Linear
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane, Region
from tests.benchmarks import setting
from tests.benchmarks.cases import InTorch, case, in_jax
from tests.benchmarks.ratios import Against, Compare, Run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

NAME, N, SIZE = "2-16-16-2", 256, 128
HALF = 4.0
REGION = Region(-HALF, HALF, -HALF, HALF)


def plane_of(objective: FiniteSum, theta: Array) -> Plane:
    """Return a plane of two random directions through θ."""
    rng = np.random.default_rng(5)
    directions = np.linalg.qr(rng.standard_normal((len(theta), 2)))[0].T.copy()
    return Plane(theta, directions, ("u", "v"))


def ours(objective: FiniteSum, plane: Plane, size: int, enough: float = 0.0) -> Run:
    """Return the last surface over so many points."""

    def run() -> Array:
        *_, last = refine(objective, plane, REGION, (size,), enough)
        assert last is not None
        assert last.error <= enough
        return last.values

    return run


def network() -> tuple[Any, Objective, Plane]:
    """Return the network of the table on its 256 examples, and a plane."""
    some = case(NAME, N)
    objective = some.objective.only(some.rows)
    assert isinstance(objective, Objective)
    return some, objective, plane_of(objective, some.theta)


def thetas(plane: Plane, size: int) -> Array:
    """Return every parameter vector of a grid, (size², p)."""
    at = np.linspace(-HALF, HALF, size)
    v, u = (part.ravel() for part in np.meshgrid(at, at, indexing="ij"))
    return plane.lift(np.column_stack([u, v]))


def in_torch_func(size: int) -> Run:
    """Return the surface by torch.func, many parameter vectors at once."""
    some, objective, plane = network()
    torch, its = setting.torch(), InTorch(some)
    from torch.func import functional_call, vmap  # noqa: PLC0415

    module, x = its.module.float(), its.x.float()
    grid: Any = thetas(plane, size).astype(np.float32)
    parameters = {}
    names = [name for name, _ in module.named_parameters()]
    for i, layer in enumerate(objective.network.layers(grid)):
        parameters[names[2 * i]] = torch.tensor(layer[..., :-1].copy())
        parameters[names[2 * i + 1]] = torch.tensor(layer[..., -1].copy())

    def loss(given: Any) -> Any:
        return its.loss(functional_call(module, given, (x,)), its.y)

    every = vmap(loss, chunk_size=256)

    def run() -> Any:
        with torch.no_grad():
            return every(parameters)

    return run


def in_jax_jit(size: int) -> Run:
    """Return the surface by JAX, compiled, in single precision."""
    some, objective, plane = network()
    jax = setting.jax()
    jnp = jax.numpy
    loss, _, x, y = in_jax(some)
    single = [
        jnp.asarray(np.asarray(a), jnp.float32)
        for a in (plane.origin, *plane.directions)
    ]
    x = jnp.asarray(np.asarray(x), jnp.float32)
    at = jnp.linspace(-HALF, HALF, size, dtype=jnp.float32)

    def mean(uv: Any) -> Any:
        theta = single[0] + uv[0] * single[1] + uv[1] * single[2]
        layers = [(m[:, :-1], m[:, -1]) for m in objective.network.layers(theta)]
        return jnp.mean(jax.vmap(loss, in_axes=(None, 0, 0))(layers, x, y))

    def surface(at: Any) -> Any:
        v, u = jnp.meshgrid(at, at, indexing="ij")
        points = jnp.stack([u.ravel(), v.ravel()], axis=1)
        return jax.lax.map(mean, points, batch_size=64)

    compiled = jax.jit(surface)
    return lambda: jax.block_until_ready(compiled(at))


def in_loss_landscapes(size: int) -> Run:
    """Return the surface by the package loss-landscapes, from corner to corner."""
    landscapes = pytest.importorskip("loss_landscapes")
    metrics = pytest.importorskip("loss_landscapes.metrics")
    some, objective, plane = network()
    torch, corners = setting.torch(), []
    step = 2 * HALF / (size - 1)
    for u, v in (
        (-HALF, -HALF),
        (-HALF + size * step, -HALF),
        (-HALF, -HALF + size * step),
    ):
        module = InTorch(some).module.float()
        theta = plane.lift(np.array([u, v]))
        for layer, its in zip(
            objective.network.layers(theta), module[::2], strict=True
        ):
            with torch.no_grad():
                its.weight.copy_(torch.tensor(layer[:, :-1].copy()))
                its.bias.copy_(torch.tensor(layer[:, -1].copy()))
        corners.append(module)
    its = InTorch(some)
    metric = metrics.Loss(its.loss, its.x.float(), its.y)

    def run() -> Any:
        with torch.no_grad():
            return landscapes.planar_interpolation(*corners, metric, size)

    return run


def check_their_rows(mine: Array, theirs: Array) -> None:
    """Compare the rows of loss-landscapes; every other one is a point further on."""
    across = theirs.T  # [v, u]
    assert_allclose(across[:-1, ::2], mine[1:, ::2], rtol=1e-3)
    assert_allclose(across[:, 1::2], mine[:, 1::2], rtol=1e-3)


def test_exact_against_peers(compare: Compare) -> None:
    _, objective, plane = network()
    mine, package = ours(objective, plane, SIZE), in_loss_landscapes(SIZE)
    check_their_rows(mine(), package())
    compare("L1", f"{SIZE} × {SIZE} exact, {NAME}, N = {N}", mine,
            Against("loss-landscapes", package, 15, 25, rtol=None),
            Against("torch.func", in_torch_func(SIZE), 10, 20, rtol=1e-4,
                    as_ours=lambda a: np.asarray(a).reshape(SIZE, SIZE)),
            Against("JAX", in_jax_jit(SIZE), 2.3, 4, rtol=1e-4,
                    as_ours=lambda a: np.asarray(a).reshape(SIZE, SIZE)))  # fmt: skip


def test_exact_against_physics(compare: Compare) -> None:
    """Every tanh, and every product as in one large matrix, on two cores.

    Less is possible: the first layer takes no tanh at each point.
    """
    _, objective, plane = network()
    widths = objective.network.widths
    points, side, block = SIZE**2 * N, 512, 2**16
    products = points * sum(a * b for a, b in pairwise(widths[1:]))

    def half() -> None:
        x = np.linspace(-2, 2, block, dtype=np.float32)
        out, a = np.empty_like(x), np.ones((side, side), np.float32)
        for _ in range(points * sum(widths[1:-1]) // block // LANES):
            np.tanh(x, out)
        for _ in range(products // side**3 // LANES):
            a.dot(a)

    mine, work = ours(objective, plane, SIZE), f"{SIZE} × {SIZE} exact, {NAME}, N = {N}"
    compare("L2", work, mine,
            Against("products + tanh", lambda: side_by_side([half, half]),
                    1 / 0.62, 1 / 0.75, at_most=True, rtol=None))  # fmt: skip


def test_interpolated_against_peers(compare: Compare) -> None:
    _, objective, plane = network()
    size, package = 2 * SIZE, in_loss_landscapes(2 * SIZE)
    mine = ours(objective, plane, size, 1e-3)
    compare("L3", f"{size} × {size} to 1e-3, {NAME}, N = {N}", mine,
            Against("loss-landscapes", package, 430, 1000, rtol=None),
            Against("JAX", in_jax_jit(size), 60, 150, rtol=1e-3,
                    as_ours=lambda a: np.asarray(a).reshape(size, size)))  # fmt: skip


REGRESSIONS = {
    "linear": (SquaredError(), (), 0.0),
    "logistic": (Logistic(), ("a", "b"), 1e-6),
    "softmax": (SoftmaxCrossEntropy(), ("a", "b", "c"), 1e-6),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regressions_against_the_plain_loss(compare: Compare, name: str) -> None:
    """Against the mean of the examples' losses at every point, in NumPy."""
    loss, classes, enough = REGRESSIONS[name]
    rng, size = np.random.default_rng(1), 2 * SIZE
    y = rng.integers(len(classes), size=N) if classes else rng.standard_normal(N)
    examples = Examples(rng.standard_normal((N, 2)), y, ("x1", "x2"), "y", classes)
    objective = Objective(examples, Linear(), loss)
    plane = plane_of(objective, objective.start(0))
    grid = thetas(plane, size)
    good = f"to {enough}" if enough else "exact"
    compare("L4", f"{size} × {size} {good}, {name} regression, N = {N}",
            ours(objective, plane, size, enough),
            Against("every point", lambda: objective.loss_at(grid).reshape(size, size),
                    rtol=enough or 1e-9))  # fmt: skip

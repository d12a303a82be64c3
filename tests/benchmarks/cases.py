"""The models of the benchmarks: as a sum here, in PyTorch and in JAX, at one θ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.examples import Examples
from gdviz.core.losses import SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective
from tests.benchmarks import setting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

N = 2048
WIDTHS: dict[str, tuple[int, ...]] = {
    "linear": (2, 1),
    "2-8-1": (2, 8, 1),
    "2-16-16-2": (2, 16, 16, 2),
    "64-32-10": (64, 32, 10),
}


@dataclass(frozen=True, eq=False)
class Case:
    """A network with examples, and some of them as a batch."""

    objective: Objective
    theta: Array
    rows: Rows

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return self.objective.network.widths

    @property
    def inputs(self) -> Array:
        """The batch, of shape (b, d)."""
        return self.objective.examples.inputs[self.rows]

    @property
    def targets(self) -> Any:
        """Numbers (b, 1), or classes (b,)."""
        targets = self.objective.examples.targets[self.rows]
        return targets[:, None] if self.widths[-1] == 1 else targets


def case(name: str, b: int, n: int = N) -> Case:
    """Return a model by its name, on examples drawn from a seed."""
    return sized(WIDTHS[name], b, n)


def sized(widths: tuple[int, ...], b: int, n: int = N) -> Case:
    """Return a model by its widths."""
    objective = _objective(widths, n)
    rows = np.random.default_rng(b).permutation(n)[:b]
    return Case(objective, objective.start(3), rows)


@cache
def _objective(widths: tuple[int, ...], n: int) -> Objective:
    rng = np.random.default_rng(widths)
    d, *hidden, k = widths
    x, names = rng.standard_normal((n, d)), tuple(f"x{j}" for j in range(d))
    model = MLP(hidden=tuple(hidden)) if hidden else Linear()
    if k == 1:
        return Objective(
            Examples(x, rng.standard_normal(n), names), model, SquaredError()
        )
    classes = tuple(f"c{j}" for j in range(k))
    examples = Examples(x, rng.integers(k, size=n), names, "c", classes)
    return Objective(examples, model, SoftmaxCrossEntropy())


class InTorch:
    """The same network and batch as a PyTorch module with its mean loss."""

    def __init__(self, case: Case) -> None:
        self.torch = torch = setting.torch()
        layers: list[Any] = []
        for units, matrix in zip(
            case.widths[1:], case.objective.network.layers(case.theta), strict=True
        ):
            layer = torch.nn.Linear(matrix.shape[1] - 1, units, dtype=torch.float64)
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(matrix[:, :-1].copy()))
                layer.bias.copy_(torch.tensor(matrix[:, -1].copy()))
            layers += [layer, torch.nn.Tanh()]
        self.module = torch.nn.Sequential(*layers[:-1])
        self.x, self.y = torch.tensor(case.inputs), torch.tensor(case.targets)
        one = case.widths[-1] == 1
        self.loss = torch.nn.MSELoss() if one else torch.nn.CrossEntropyLoss()

    def vmapped(self) -> Any:
        """Return the function of vmap(grad): all gradients, a tensor a parameter."""
        from torch.func import functional_call, grad, vmap  # noqa: PLC0415

        def loss_of(parameters: Any, x: Any, y: Any) -> Any:
            out = functional_call(self.module, parameters, (x[None],))
            return self.loss(out, y[None])

        parameters = {k: v.detach() for k, v in self.module.named_parameters()}
        every = vmap(grad(loss_of), in_dims=(None, 0, 0))
        return lambda: list(every(parameters, self.x, self.y).values())


def in_jax(case: Case) -> tuple[Any, Any, Any, Any]:
    """Return the loss of one example in JAX, with parameters, inputs and targets."""
    jax = setting.jax()
    jnp = jax.numpy

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        *hidden, (w, bias) = parameters
        for weights, biases in hidden:
            x = jnp.tanh(weights @ x + biases)
        z = w @ x + bias
        if case.widths[-1] == 1:
            return jnp.sum((z - y) ** 2)
        return jax.nn.logsumexp(z) - z[y]

    layers = case.objective.network.layers(case.theta)
    parameters = [(jnp.array(m[:, :-1]), jnp.array(m[:, -1])) for m in layers]
    return loss, parameters, jnp.array(case.inputs), jnp.array(case.targets)


def joined(blocks: Any) -> Array:
    """Return W and b of each layer, with any leading axes, in the order of θ."""
    flat = [np.asarray(block) for pair in _pairs(blocks) for block in pair]
    layers = [
        np.concatenate([w, b[..., None]], axis=-1)
        for w, b in zip(flat[::2], flat[1::2], strict=True)
    ]
    leading = layers[0].shape[:-2]
    return np.concatenate([m.reshape(*leading, -1) for m in layers], axis=-1)


def _pairs(blocks: Any) -> Any:
    """Return pairs of W and b, also where they come one after the other."""
    if isinstance(blocks[0], tuple):
        return blocks
    return zip(blocks[::2], blocks[1::2], strict=True)

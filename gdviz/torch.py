"""PyTorch modules as objectives: each example's own gradient, by `torch.func`.

The module is copied, and worked with in float64 on the CPU and in evaluation mode: a
loss must depend on its own example alone.
"""

from __future__ import annotations

from copy import deepcopy
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from gdviz.core.refused import Refused

try:
    import torch
    from torch.func import functional_call, grad, grad_and_value, vjp, vmap
except ImportError as fault:
    raise ImportError(
        "gdviz.torch needs PyTorch; install it with: pip install 'gdviz[torch]'"
    ) from fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

P = ParamSpec("P")
R = TypeVar("R")
_NUMBERS = 2**21  # that go through the module at once, for a surface
_MOVED = (
    "{} is in evaluation mode here: each example's loss depends on that example alone."
)


def _alone(method: Callable[P, R]) -> Callable[P, R]:
    """Have a method run in one thread.

    Two of them on tiny products stall for many milliseconds, and one thread keeps the
    order of summation fixed.
    """

    @wraps(method)
    def calling(*given: P.args, **named: P.kwargs) -> R:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return method(*given, **named)
        finally:
            torch.set_num_threads(threads)

    return calling


def objective(module: Any, inputs: Any, targets: Any, loss: Any) -> TorchObjective:
    """Return an objective for `gdviz.show`: a module's mean loss on examples.

    Parameters
    ----------
    module : torch.nn.Module
        It is copied and stays as it is.
    inputs : tensor or array of shape (n, ...)
        What the module takes, an example a row.
    targets : tensor or array of shape (n, ...)
        What the loss takes beside the outputs: whole numbers stay such.
    loss : torch.nn loss or function of (outputs, targets)
        The loss of an example is the mean of what it returns for that one alone.

    Raises
    ------
    Refused
        If there is nothing to learn, or batches would be looked at as a whole.
    """
    return TorchObjective(module, inputs, targets, loss)


class TorchObjective:
    """A module, examples and a loss, in the terms of `gdviz.core.calls.OwnObjective`.

    Attributes
    ----------
    names : tuple of p texts
        As in `named_parameters`, with indices from 0: ``0.weight[1,2]``. Those that
        need no gradient are left out and stay as they are.
    n_examples : int
    start : ndarray of shape (p,)
        The module's parameters as they are.
    title : text
    notes : tuple of texts
    """

    def __init__(self, module: Any, inputs: Any, targets: Any, loss: Any) -> None:
        self.title = type(module).__name__
        self.notes = tuple(_MOVED.format(kind) for kind in _moody(module))
        self._module = deepcopy(module).to("cpu", torch.float64).eval()
        learnt = {
            name: each.detach().clone()
            for name, each in self._module.named_parameters()
            if each.requires_grad
        }
        if not learnt:
            raise Refused("The module has no parameter that needs a gradient.")
        self._module.requires_grad_(False)
        self._shapes = {name: each.shape for name, each in learnt.items()}
        self._sizes = [each.numel() for each in learnt.values()]
        self.start = torch.cat([each.ravel() for each in learnt.values()]).numpy()
        self.names = tuple(_names(self._shapes))
        self._inputs, self._targets = _tensor(inputs), _tensor(targets)
        self.n_examples = len(self._inputs)
        if len(self._targets) != self.n_examples:
            counts = f"{self.n_examples} inputs and {len(self._targets)} targets"
            raise Refused(f"There are {counts}; give one target for each input.")
        self._loss = _each(loss)
        known = getattr(self._loss, "reduction", "") == "none"
        self._each = self._all if known else vmap(self._one, (None, 0, 0))

    @_alone
    def losses(self, theta: Array, rows: Rows) -> Array:
        """Return the loss of each of these examples, of shape (b,)."""
        with torch.no_grad():
            found: Array = self._each(torch.tensor(theta), *self._some(rows)).numpy()
        return found

    @_alone
    def gradients(self, theta: Array, rows: Rows) -> Array:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        of_each = vmap(grad(self._one), (None, 0, 0))
        found: Array = of_each(torch.tensor(theta), *self._some(rows)).numpy()
        return found

    @_alone
    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient over these examples."""
        both = grad_and_value(self._mean)(torch.tensor(theta), *self._some(rows))
        return float(both[1]), both[0].numpy()

    @_alone
    def loss_at(self, thetas: Array, rows: Rows) -> Array:
        """Return the mean loss over these examples at each of g parameter vectors."""
        some, means = self._some(rows), vmap(self._mean, (0, None, None))
        wide = max(shape[0] if shape else 1 for shape in self._shapes.values())
        step = max(1, _NUMBERS // (wide * len(rows)))
        with torch.no_grad():
            parts = [means(part, *some) for part in torch.tensor(thetas).split(step)]
            found: Array = torch.cat(parts).numpy()
        return found

    @_alone
    def slopes(self, theta: Array, rows: Rows, directions: Array) -> Array:
        """Return how each of these losses rises along q directions, of shape (b, q).

        Without the gradients themselves: u·J d is linear in u, and its slope is J d.
        """
        some, ones = self._some(rows), torch.ones(len(rows), dtype=torch.float64)
        back = vjp(lambda at: self._each(at, *some), torch.tensor(theta))[1]
        along = vmap(grad(lambda u, d: back(u)[0] @ d), (None, 0))
        found: Array = along(ones, torch.tensor(directions)).detach().numpy().T
        return found

    @_alone
    def hessian_product(self, theta: Array, rows: Rows, vector: Array) -> Array:
        """Return the Hessian of the mean loss over these examples times a vector."""
        some = self._some(rows)
        # twice backwards: not every layer of PyTorch goes forwards with its slope
        turn = vjp(lambda at: grad(self._mean)(at, *some), torch.tensor(theta))[1]
        found: Array = turn(torch.tensor(vector))[0].detach().numpy()
        return found

    def _some(self, rows: Rows) -> tuple[Any, Any]:
        places = torch.from_numpy(rows)
        return self._inputs[places], self._targets[places]

    def _mean(self, theta: Any, inputs: Any, targets: Any) -> Any:
        return self._each(theta, inputs, targets).mean()

    def _one(self, theta: Any, x: Any, y: Any) -> Any:
        """Return the loss of one example at θ."""
        return self._lost(theta, x[None], y[None]).mean()

    def _all(self, theta: Any, inputs: Any, targets: Any) -> Any:
        """Return the loss of each example, where it is known to tell them apart."""
        return self._lost(theta, inputs, targets).reshape(len(inputs), -1).mean(dim=1)

    def _lost(self, theta: Any, inputs: Any, targets: Any) -> Any:
        parts = zip(self._shapes.items(), theta.split(self._sizes), strict=True)
        named = {name: part.view(shape) for (name, shape), part in parts}
        return self._loss(functional_call(self._module, named, (inputs,)), targets)


def _moody(module: Any) -> Iterator[str]:
    """Yield the kinds of layers that act otherwise while training.

    Raises
    ------
    Refused
        If there is one that needs the whole batch at any time.
    """
    kinds = torch.nn.modules
    batch, dropout = kinds.batchnorm._BatchNorm, kinds.dropout._DropoutNd
    found = [each for each in module.modules() if isinstance(each, batch | dropout)]
    for each in found:
        if isinstance(each, batch) and each.running_mean is None:
            raise Refused(
                f"{type(each).__name__} without running statistics makes each loss "
                "depend on the whole batch; use GroupNorm or LayerNorm in its place."
            )
    yield from dict.fromkeys(type(each).__name__ for each in found)


def _names(shapes: dict[str, Any]) -> Iterator[str]:
    for name, shape in shapes.items():
        for place in np.ndindex(*shape):
            yield f"{name}[{','.join(map(str, place))}]" if place else name


def _tensor(given: Any) -> Any:
    """Return a copy on the CPU; numbers with a point are float64."""
    whole = given if torch.is_tensor(given) else torch.tensor(np.array(given))
    made = whole.detach().to("cpu", copy=True)
    return made.double() if made.is_floating_point() else made


def _each(loss: Any) -> Callable[[Any, Any], Any]:
    """Return a loss that leaves the mean over examples to us, weights and all."""
    if isinstance(loss, torch.nn.Module):
        loss = deepcopy(loss).to("cpu", torch.float64)
        if getattr(loss, "reduction", "") == "mean":
            loss.reduction = "none"
    given: Callable[[Any, Any], Any] = loss
    return given

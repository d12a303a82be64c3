"""Networks and mistakes on plain lists of floats, one number at a time: no NumPy."""

from __future__ import annotations

from math import exp, log, log1p, tanh
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.objective import Objective

    Vector = list[float]
    Batch = list[tuple[Vector, Vector]]  # inputs and encoded targets


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def sign(r: float) -> float:
    return float((r > 0) - (r < 0))


def probabilities(z: Vector) -> Vector:
    return [exp(v) / sum(map(exp, z)) for v in z]


ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "identity": (lambda z: z, lambda z: 1.0),
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "softplus": (lambda z: log1p(exp(z)), sigmoid),
}
VALUES: dict[str, Callable[[Vector, Vector], float]] = {
    "squared": lambda z, y: sum((v - t) ** 2 for v, t in zip(z, y, strict=True)),
    "absolute": lambda z, y: abs(z[0] - y[0]),
    "huber": lambda z, y: (
        min(abs(z[0] - y[0]), 1) * (abs(z[0] - y[0]) - min(abs(z[0] - y[0]), 1) / 2)
    ),
    "logistic": lambda z, y: log1p(exp(-y[0] * z[0])),
    "softmax": lambda z, y: (
        -sum(t * log(p) for p, t in zip(probabilities(z), y, strict=True))
    ),
    "hinge": lambda z, y: max(0.0, 1 - y[0] * z[0]),
}
# also at a mean target, where the classes are 0 and 1 (or one-hot)
SLOPES: dict[str, Callable[[Vector, Vector], Vector]] = {
    "squared": lambda z, y: [2 * (v - t) for v, t in zip(z, y, strict=True)],
    "absolute": lambda z, y: [sign(z[0] - y[0])],
    "huber": lambda z, y: [max(-1.0, min(1.0, z[0] - y[0]))],
    "logistic": lambda z, y: [sigmoid(z[0]) - (1 + y[0]) / 2],
    "softmax": lambda z, y: [p - t for p, t in zip(probabilities(z), y, strict=True)],
    "hinge": lambda z, y: [-y[0] if y[0] * z[0] < 1 else 0.0],
}


def mean(numbers: Vector) -> float:
    return sum(numbers) / len(numbers)


def mean_of(vectors: list[Vector]) -> Vector:
    return [mean(list(column)) for column in zip(*vectors, strict=True)]


class Plain:
    """A network at one θ."""

    def __init__(self, objective: Objective, theta: Vector) -> None:
        network, numbers = objective.network, iter(theta)
        self.f, self.slope = ACTIVATIONS[network.activation.name]
        self.value = VALUES[objective.loss_kind.name]
        self.delta = SLOPES[objective.loss_kind.name]
        self.bias, self.layers = network.bias, []
        for m, units in zip(network.widths, network.widths[1:], strict=False):
            layer = [
                [next(numbers) for _ in range(m + self.bias)] for _ in range(units)
            ]
            self.layers.append(layer)

    def forward(self, x: Vector) -> tuple[list[Vector], list[Vector]]:
        """Weighted sums of every layer, and what goes into every layer."""
        sums: list[Vector] = []
        inputs = [x]
        for layer in self.layers:
            a = inputs[-1] + [1.0] * self.bias
            sums.append([sum(w * v for w, v in zip(u, a, strict=True)) for u in layer])
            inputs.append([self.f(z) for z in sums[-1]])
        return sums, inputs[:-1]

    def back(self, delta: Vector, inputs: list[Vector], slopes: list[Vector]) -> Vector:
        """The flat gradient for an error signal, inputs and slopes of every layer."""
        gradient: Vector = []
        for i in reversed(range(len(self.layers))):
            a = inputs[i] + [1.0] * self.bias
            gradient = [d * v for d in delta for v in a] + gradient
            delta = (
                [
                    slopes[i - 1][j]
                    * sum(
                        layer[j] * d
                        for layer, d in zip(self.layers[i], delta, strict=True)
                    )
                    for j in range(len(inputs[i]))
                ]
                if i
                else []
            )
        return gradient

    def loss(self, x: Vector, y: Vector) -> float:
        return self.value(self.forward(x)[0][-1], y)

    def mean_loss(self, batch: Batch) -> float:
        return mean([self.loss(x, y) for x, y in batch])

    def slopes(self, sums: list[Vector]) -> list[Vector]:
        return [[self.slope(z) for z in layer] for layer in sums[:-1]]

    def mean_delta(self, batch: Batch) -> Vector:
        return mean_of([self.delta(self.forward(x)[0][-1], y) for x, y in batch])

    def mean_layers(self, batch: Batch) -> tuple[list[Vector], list[Vector]]:
        """Mean weighted sums and mean inputs of every layer."""
        runs = [self.forward(x) for x, _ in batch]
        sums, inputs = (
            [list(layer) for layer in zip(*part, strict=True)]
            for part in zip(*runs, strict=True)
        )
        return [mean_of(layer) for layer in sums], [mean_of(layer) for layer in inputs]


def mean_error(net: Plain, batch: Batch) -> Vector:
    slopes = [net.slopes(net.forward(x)[0]) for x, _ in batch]
    mean_slopes = [mean_of(list(layer)) for layer in zip(*slopes, strict=True)]
    return net.back(net.mean_delta(batch), net.mean_layers(batch)[1], mean_slopes)


def mean_error_slope(net: Plain, batch: Batch) -> Vector:
    sums, inputs = net.mean_layers(batch)
    return net.back(net.mean_delta(batch), inputs, net.slopes(sums))


def last_example(net: Plain, batch: Batch) -> Vector:
    sums, inputs = net.forward(batch[-1][0])
    return net.back(net.mean_delta(batch), inputs, net.slopes(sums))


def mean_example(net: Plain, batch: Batch) -> Vector:
    x, y = mean_of([x for x, _ in batch]), mean_of([y for _, y in batch])
    sums, inputs = net.forward(x)
    return net.back(net.delta(sums[-1], y), inputs, net.slopes(sums))


def with_delta(net: Plain, batch: Batch, delta: float) -> Vector:
    gradients = []
    for x, y in batch:
        sums, inputs = net.forward(x)
        gradients.append(net.back([delta] * len(y), inputs, net.slopes(sums)))
    return mean_of(gradients)


def signed_error(net: Plain, batch: Batch) -> Vector:
    return with_delta(net, batch, 1.0)


def loss_as_error(net: Plain, batch: Batch) -> Vector:
    return with_delta(net, batch, net.mean_loss(batch))


MISTAKES = {
    mistake.__name__: mistake
    for mistake in (
        mean_error,
        mean_error_slope,
        last_example,
        mean_example,
        signed_error,
        loss_as_error,
    )
}

"""Models: the layout of θ, its names and its start."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.models import MLP, MODELS, Linear, Model, Network

NETWORKS = [
    kind(bias=bias).network(inputs, outputs)  # type: ignore[call-arg]
    for kind in MODELS.values()
    for bias in (False, True)
    for inputs, outputs in ((1, 1), (3, 1), (2, 4))
] + [MLP(hidden=(5, 3)).network(2, 4), MLP(hidden=(5, 3), bias=False).network(2, 1)]


def network_id(network: Network) -> str:
    return f"{network.widths}, bias {network.bias}"


ALL = pytest.mark.parametrize("network", NETWORKS, ids=network_id)


@pytest.mark.parametrize(
    ("model", "widths", "shapes", "count"),
    [
        (Linear(), (3, 2), ((2, 4),), 8),
        (Linear(bias=False), (3, 2), ((2, 3),), 6),
        (MLP(hidden=(5, 4)), (3, 5, 4, 2), ((5, 4), (4, 6), (2, 5)), 54),
        (MLP(hidden=(5,), bias=False), (3, 5, 2), ((5, 3), (2, 5)), 25),
    ],
)
def test_layout(
    model: Model,
    widths: tuple[int, ...],
    shapes: tuple[tuple[int, int], ...],
    count: int,
) -> None:
    network = model.network(3, 2)
    assert network.widths == widths
    assert network.shapes == shapes
    assert network.n_parameters == count
    assert network.describe() == f"{' → '.join(map(str, widths))}, {count} parameters"


@pytest.mark.parametrize(
    ("model", "inputs", "outputs", "names"),
    [
        (Linear(), 1, 1, ("w", "b")),
        (Linear(), 2, 1, ("w[1]", "w[2]", "b")),
        (Linear(bias=False), 1, 2, ("w[1]", "w[2]")),
        (Linear(), 2, 2, ("w[1,1]", "w[1,2]", "b[1]", "w[2,1]", "w[2,2]", "b[2]")),
        (
            MLP(hidden=(2,)),
            1,
            1,
            ("W1[1,1]", "b1[1]", "W1[2,1]", "b1[2]", "W2[1,1]", "W2[1,2]", "b2[1]"),
        ),
    ],
)
def test_names(model: Model, inputs: int, outputs: int, names: tuple[str, ...]) -> None:
    assert model.network(inputs, outputs).names == names


@ALL
def test_every_parameter_has_its_own_name(network: Network) -> None:
    assert len(network.names) == len(set(network.names)) == network.n_parameters


@ALL
def test_layers_are_views_that_cover_theta_once(network: Network) -> None:
    theta = np.zeros(network.n_parameters)
    for layer, shape in zip(network.layers(theta), network.shapes, strict=True):
        assert layer.shape == shape
        np.add(layer, 1.0, layer)
    assert theta.tolist() == [1.0] * network.n_parameters


@ALL
def test_many_parameter_vectors_go_at_once(network: Network) -> None:
    thetas = np.random.default_rng(0).standard_normal((2, 3, network.n_parameters))
    for i, many in enumerate(network.layers(thetas)):
        assert many[1, 2].tolist() == network.layers(thetas[1, 2])[i].tolist()


@ALL
def test_start_is_told_by_the_seed(network: Network) -> None:
    assert network.start(0).shape == (network.n_parameters,)
    assert network.start(0).tolist() == network.start(0).tolist()
    assert not np.isclose(network.start(0), network.start(1)).any()


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_start_has_the_promised_spread(activation: Activation) -> None:
    network = Network((100, 200, 50), activation)
    layers = network.layers(network.start(0))
    for layer, fan_in in zip(layers, (100, 200), strict=True):
        assert_allclose(np.std(layer), activation.gain / fan_in**0.5, rtol=0.03)
        assert abs(layer.mean()) < 5 * layer.std() / layer.size**0.5

"""Interpolation in Chebyshev points: exact where it must be, geometric where smooth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.chebyshev import grid_weights, nodes, weights

EVEN = np.linspace(-1.0, 1.0, 301)


@pytest.mark.parametrize("n", [1, 2, 5, 16])
def test_polynomials_up_to_the_order_are_exact(n: int) -> None:
    for degree in range(n + 1):
        found = weights(n, EVEN) @ nodes(n) ** degree
        assert_allclose(found, EVEN**degree, rtol=1e-12, atol=1e-13)
    beyond = weights(n, EVEN) @ nodes(n) ** (n + 1)
    assert np.abs(beyond - EVEN ** (n + 1)).max() > 2.0 ** (-n - 2)


def test_the_nodes_are_those_of_the_cosine_and_nested() -> None:
    assert_allclose(nodes(8), -np.cos(np.pi * np.arange(9) / 8), atol=1e-15)
    assert nodes(16)[::2].tolist() == nodes(8).tolist()
    assert nodes(8)[[0, 4, 8]].tolist() == [-1.0, 0.0, 1.0]


def test_at_a_node_it_is_the_value_there() -> None:
    assert weights(8, nodes(8)).tolist() == np.eye(9).tolist()


def test_the_error_of_runges_function_falls_as_theory_has_it() -> None:
    """The pole at ±i/5 makes it fall by (1 + √26)/5 a node: Trefethen, chapter 8."""
    runge = 1.0 / (1.0 + 25.0 * EVEN**2)
    errors = []
    for n in (40, 80):
        values = 1.0 / (1.0 + 25.0 * nodes(n) ** 2)
        errors.append(np.abs(weights(n, EVEN) @ values - runge).max())
    fall = (errors[0] / errors[1]) ** (1 / 40)
    assert fall == pytest.approx((1 + np.sqrt(26)) / 5, rel=0.01)


def test_the_weights_of_an_even_grid_are_kept_and_safe() -> None:
    kept = grid_weights(16, 33)
    assert kept is grid_weights(16, 33)
    assert_allclose(kept, weights(16, np.linspace(-1, 1, 33)))
    assert not kept.flags.writeable

"""Data sets that can be drawn anew, written out: one function `draw` for each.

To add one: a `Piece` by its name that makes the same calls of `rng`.
"""

from __future__ import annotations

from gdviz.session.script.pieces import Piece

_LINE = '''
def draw(n, rng):
    """Return n points of a straight line with noise: inputs and targets."""
    x = 1.2 * rng.standard_normal(n)
    y = $slope * x + $intercept
    return x[:, None], y + $noise * rng.standard_normal(n)
'''
_NUMBERS = '''
def draw(n, rng):
    """Return n numbers around a mean, and for each the input 1."""
    y = $mean + $noise * rng.standard_normal(n)
    return np.ones((n, 1)), y
'''
_GAUSSIANS = '''
def draw(n, rng):
    """Return n points of two round clouds, and which cloud each is of."""
    labels = rng.integers(2, size=n)
    shift = (labels - 0.5) * $distance / np.sqrt(2)
    return rng.standard_normal((n, 2)) + shift[:, None], labels
'''
_MOONS = '''
def draw(n, rng):
    """Return n points of two half circles, and which half circle each is of."""
    labels, angle = rng.integers(2, size=n), np.pi * rng.random(n)
    side = 1 - 2 * labels
    x = side * np.cos(angle) + labels - 0.5
    y = side * np.sin(angle) + 0.5 * labels - 0.25
    points = np.column_stack([x, y])
    return points + $noise * rng.standard_normal((n, 2)), labels
'''
_CIRCLES = '''
def draw(n, rng):
    """Return n points of a ring around a ring, and which ring each is of."""
    labels, angle = rng.integers(2, size=n), 2 * np.pi * rng.random(n)
    radius = np.where(labels == 1, $ratio, 1.0)[:, None]
    points = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + $noise * rng.standard_normal((n, 2)), labels
'''
_SPIRALS = '''
def draw(n, rng):
    """Return n points of two arms wound around each other, and which arm each is of."""
    labels, along = rng.integers(2, size=n), np.sqrt(rng.random(n))
    angle = 2 * np.pi * $turns * along + np.pi * labels
    points = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + $noise * rng.standard_normal((n, 2)), labels
'''
DRAWS = {
    "line": Piece(_LINE, ("n_examples", "noise", "slope", "intercept")),
    "numbers": Piece(_NUMBERS, ("n_examples", "mean", "noise")),
    "gaussians": Piece(_GAUSSIANS, ("n_examples", "distance")),
    "moons": Piece(_MOONS, ("n_examples", "noise")),
    "circles": Piece(_CIRCLES, ("n_examples", "noise", "ratio")),
    "spirals": Piece(_SPIRALS, ("n_examples", "noise", "turns")),
}

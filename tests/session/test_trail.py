"""The trail: every so many θ, flat in any plane, as if projected from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.planes import Plane, parameter_plane
from gdviz.session import MOST_NUMBERS
from gdviz.session.trail import Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NAMES = ("a", "b", "c")
PATH = np.random.default_rng(0).standard_normal((5000, 3)).cumsum(axis=0)
PLANES = [
    parameter_plane(PATH[0], (0, 1), NAMES),
    parameter_plane(PATH[7], (0, 1), NAMES),  # another origin out of the plane only
    parameter_plane(PATH[0], (1, 2), NAMES),
    Plane(
        np.array([1.0, 2.0, 3.0]),
        np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]),
        ("slanted", "c"),
    ),
    Plane(
        np.array([-1.0, 5.0, 3.0]),
        np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]),
        ("slanted", "c"),
    ),
]


def filled(most: int, *ends: int) -> Trail:
    """Return a trail of the path, appended in parts that end there."""
    trail, start = Trail(3, most), 0
    for end in ends:
        trail.append(start, PATH[start:end])
        start = end
    return trail


def check(trail: Trail, path: Array, steps: tuple[int, ...]) -> None:
    """Compare with every plane and every step, in any order."""
    for step in (*steps, *steps[::-1]):
        for plane in PLANES:
            expected = plane.project(path[: min(step, len(path)) : trail.stride])
            assert_allclose(trail.flat(plane, step), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("most", "ends", "stride"),
    [
        (10**6, (5000,), 1),
        (64, (64,), 1),
        (64, (65,), 2),
        (64, (128,), 2),
        (64, (129,), 4),
        (100, (1, 2, 3, 50, 51, 199, 200, 201, 640), 8),
        (100, tuple(range(1, 641)), 8),
        (64, (5000,), 128),
        (0, (63, 64, 65), 2),  # 64 are kept at least
    ],
)
def test_thinned_evenly(most: int, ends: tuple[int, ...], stride: int) -> None:
    trail = filled(most, *ends)
    assert trail.stride == stride
    assert trail.version == np.log2(stride)
    last = ends[-1]
    kept = trail.flat(PLANES[0], last)
    assert len(kept) == -(-last // stride) <= max(64, most)
    check(trail, PATH[:last], (last, last - 1, last // 2, 1, 0))


@pytest.mark.parametrize("cut", [0, 1, 40, 63, 64, 65, 100, 299, 300, 1000])
@pytest.mark.parametrize("most", [64, 10**6])
def test_cut_and_gone_on_with_another_path(most: int, cut: int) -> None:
    trail = filled(most, 150, 300)
    other = np.concatenate([PATH[: min(cut, 300)], PATH[1000:2000]])
    before = trail.version
    trail.flat(PLANES[0], 300)
    trail.cut(cut)
    assert trail.version == before + 1
    check(trail, other[: min(cut, 300)], (cut, cut // 2, 0))
    for start, end in ((cut, cut + 1), (cut + 1, cut + 90), (cut + 90, cut + 400)):
        if cut <= 300:
            trail.append(start, other[start:end])
            check(trail, other[:end], (end, cut, 0))


@pytest.mark.parametrize("seed", range(6))
def test_any_mix_is_as_if_projected_now(seed: int) -> None:
    rng, trail = np.random.default_rng(seed), Trail(3, 64)
    path = np.empty((0, 3))
    for _ in range(60):
        if rng.random() < 0.25:
            at = int(rng.integers(len(path) + 1))
            trail.cut(at)
            path = path[:at]
        else:
            more = rng.standard_normal((int(rng.integers(1, 60)), 3))
            trail.append(len(path), more)
            path = np.concatenate([path, more])
        check(trail, path, (len(path), int(rng.integers(len(path) + 1))))


def test_large_models_keep_fewer_points() -> None:
    p = MOST_NUMBERS // 2 // 100
    trail = Trail(p, 100_000)
    for step in range(130):
        trail.append(step, np.full((1, p), float(step)))
    assert trail.stride == 2
    one = Plane(np.zeros(p), np.eye(2, p), ("first", "second"))
    assert trail.flat(one, 130)[:, 0].tolist() == list(range(0, 130, 2))


def test_a_step_that_is_not_there_yet() -> None:
    trail = filled(1000, 10)
    assert len(trail.flat(PLANES[0], 50)) == 10
    trail.append(10, PATH[10:30])
    assert len(trail.flat(PLANES[0], 50)) == 30

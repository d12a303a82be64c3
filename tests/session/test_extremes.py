"""Scenes at the edge of numbers: right or named, the same again, and never NaN."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.datasets import LineWithNoise
from gdviz.core.directions import explained
from gdviz.core.functions import GivenGradients
from gdviz.core.noise import noise
from gdviz.core.planes import frame, parameter_plane
from gdviz.core.refused import Refused
from gdviz.session.geometry import angle, length, ratio, share
from gdviz.session.noisewords import NOTHING, TOO_LARGE, TOO_SMALL, pays
from gdviz.session.scene import Scene
from gdviz.session.trainer import Trainer
from gdviz.session.words import numbers, sentence
from gdviz.session.writing import number
from tests.session.asking import Screen
from tests.session.extremes import ALIKE, EXTREMES, REFUSED, TINY_NUMBERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

WATCHED: dict[str, Any] = {
    "curvature": True,
    "noise": True,
    "race": True,
    "chosen": 0,
    "costs": ("mean", "sum"),
}
SICK = re.compile(r"(?<![a-z])(nan|inf)(?![a-z])", re.IGNORECASE)


def check(screen: Screen) -> None:
    """What is told of where a run stands is finite, or it is said to be a bad end."""
    now, record = screen.now, screen.now.record
    told = [sentence(screen.run), *numbers(screen.run).values()]
    assert [text for text in told if SICK.search(text)] == []
    assert np.isfinite(record.theta).all()
    shares = [*now.arrows.shares.values(), *now.arrows.example_shares]
    assert np.isfinite(shares).all()
    if not now.diverged:
        assert np.isfinite([record.loss, now.full.loss]).all()
        assert np.isfinite([*record.update, *record.after.theta]).all()
    for off in (now.angle, now.step_angle, now.turn):
        assert off is None or 0.0 <= off <= 180.0


@pytest.mark.parametrize("name", EXTREMES)
def test_the_whole_chain_is_right_or_named(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        screen = Screen(EXTREMES[name], **WATCHED)
        check(screen)
        for steps in (1, 3, 4):
            screen.ask(steps=steps, **WATCHED)
            check(screen)
        newest, seen = screen.run.newest, list[bytes]()
        for step in (newest, newest // 2, 0, newest // 2, newest):
            screen.ask(seek=step, **WATCHED)
            check(screen)
            record = screen.now.record
            seen.append(record.theta.tobytes() + record.gradient.tobytes())
    assert seen == seen[::-1]  # bit for bit
    assert newest == 8 or screen.now.diverged


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_number_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises((Refused, AssertionError), match=r"[.]$"):
        Screen(REFUSED[name]())


def exact(vector: NDArray[np.float64]) -> Fraction:
    return sum((Fraction(v) ** 2 for v in vector.tolist()), Fraction())


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-200, 1.0, 1e160, 1e200, 1e307])
def test_lengths_and_angles_hold_at_any_size(size: float) -> None:
    a, b = np.array([3.0, 4.0, 0.0]) * size, np.array([4.0, -3.0, 0.0]) * size
    squared = Fraction(length(a)) ** 2
    assert abs(squared / exact(a) - 1) < 1e-14
    assert angle(a, b) == pytest.approx(90.0)
    assert angle(a, a * 0.5 if size > 1e-300 else a) == 0.0
    assert ratio(a, b) == pytest.approx(1.0)
    assert ratio(a, np.array([1.0])) == pytest.approx(length(a))
    assert share(a[:1], a) == pytest.approx(0.6)


def test_lengths_beyond_all_numbers_are_named() -> None:
    huge = np.full(3, 1.7e308)
    assert number(length(huge)) == number(length(huge * np.nan)) == "too large"
    assert share(np.array([np.inf, 0.0]), np.array([1e308, 1e308])) == 1.0
    assert length(np.zeros(3)) == length(np.empty(0)) == 0.0


def test_nearly_parallel_is_told_from_parallel() -> None:
    a, b = np.array([1.0, 0.0]), np.array([1.0, 1e-12])
    assert angle(a, b) == pytest.approx(np.degrees(1e-12), rel=1e-9)
    assert angle(a, a * 1e300) == 0.0
    assert angle(a, -b) == pytest.approx(180.0)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1.0, 1e200, 1e300])
def test_the_share_of_a_paths_variance_holds_at_any_size(size: float) -> None:
    path = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0], [2.0, 2.0]])
    flat = path * [1.0, 0.0]
    expected = explained(path, flat)
    assert expected == pytest.approx(np.var(path[:, 0]) / np.var(path, axis=0).sum())
    assert explained(path * size, flat * size) == pytest.approx(expected)
    assert explained(np.full((5, 2), size), np.full((5, 2), size)) is None


def told_of(scene: Scene) -> str:
    screen = Screen(scene, **WATCHED)
    screen.rest(**WATCHED)
    reading = screen.run.noise.clouded
    assert reading is not None
    return pays(reading, 2)


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (Scene(data=ALIKE), NOTHING),
        (Scene(data=LineWithNoise(n_examples=1)), NOTHING),
        (Scene(data=GivenGradients(((0.1, 0.3),) * 7)), NOTHING),
        (Scene(data=GivenGradients(((0.0, 0.0),) * 3)), NOTHING),
        (Scene(data=TINY_NUMBERS, start=(0.0, 0.0)), TOO_SMALL),
        (Scene(data=GivenGradients(((1e-170, 0.0), (0.0, 1e-170)))), TOO_SMALL),
        (Scene(data=GivenGradients(((5e-324, 0.0), (-5e-324, 0.0)))), NOTHING),
    ],
)
def test_no_noise_is_told_from_noise_too_small_to_measure(
    scene: Scene, said: str
) -> None:
    assert told_of(scene) == said


def test_alike_gradients_have_no_variance_at_all() -> None:
    for scene in (Scene(data=ALIKE), Scene(data=GivenGradients(((0.1, 0.3),) * 7))):
        trainer = Trainer(scene)
        found = noise(trainer.objective, trainer.state.theta)
        assert found.trace == 0.0
        assert found.scale == 0.0
    nothing = Trainer(Scene(data=GivenGradients(((0.0, 0.0),) * 3)))
    assert noise(nothing.objective, nothing.state.theta).scale is None


def test_gradients_too_large_for_their_squares_are_named() -> None:
    scene = EXTREMES["huge targets"]
    trainer = Trainer(scene)
    with np.errstate(all="ignore"):
        far = noise(trainer.objective, np.full(2, 1e200))
    assert np.isnan(far.trace)
    assert far.scale is None
    told = Screen(Scene(data=scene.data, start=(1e100, 1e100)), **WATCHED)
    assert TOO_LARGE != TOO_SMALL
    assert told.now.full.gradient.any()


@pytest.mark.parametrize("place", [0.0, 1e-300, 5.0, 1e20, 1e100])
def test_a_plane_far_out_has_room(place: float) -> None:
    trainer = Trainer(Scene(data=GivenGradients(((0.0, 0.0),))))
    theta = np.full(2, place)
    plane = parameter_plane(theta, (0, 1), ("x", "y"))
    region = frame(trainer.objective, plane, theta)
    assert region.left < place < region.right
    assert region.bottom < place < region.top

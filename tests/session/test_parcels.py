"""Parcels: what goes in comes out, and what lasts is one and the same value."""

from __future__ import annotations

import pickle
from collections import deque
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session import parcels
from gdviz.session.parcels import Receiver, Sender
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen

if TYPE_CHECKING:
    from collections.abc import Callable


class Pipe(BytesIO):
    """What is written at the end and read from the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = deque[int]()

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.bytes.extend(bytes(line))

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        return bytes(self.bytes.popleft() for _ in range(min(size, len(self.bytes))))


@pytest.fixture
def passed() -> Callable[[object], Any]:
    """A function that sends a value and returns what is received."""
    pipe = Pipe()
    sender, receiver = Sender(pipe), Receiver(pipe)

    def passing(value: object) -> Any:
        sender.send(value)
        received = receiver.receive()
        assert not pipe.bytes
        assert sender._known.values.keys() == receiver._known.values.keys()
        return received

    return passing


def test_what_lasts_is_sent_once_and_stays_the_same(
    passed: Callable[[object], Any],
) -> None:
    scene = Scene(data=Moons(n_examples=30))
    first, (second, data) = passed((1, scene)), passed([scene, scene.data])
    assert first == (1, scene)
    assert second is first[1]
    assert data is second.data
    other = replace(scene, descent=Descent(7))
    again = passed({"scene": other})["scene"]
    assert again == other
    assert again.data is data
    assert again.descent is not second.descent


def test_an_answer_comes_through_as_it_is(passed: Callable[[object], Any]) -> None:
    scene = Scene(Moons(), model=MLP((6,)), loss=Logistic(), descent=Descent(8, 0.1))
    answer = Screen(scene, 20, curvature=True, noise=True, race=True).last
    received = passed(answer)
    assert answer.made is not None
    assert received.made.thetas.tobytes() == answer.made.thetas.tobytes()
    here, there = answer.snapshot, received.snapshot
    assert here is not None
    assert there.record.gradients.tobytes() == here.record.gradients.tobytes()
    assert there.plane.key == here.plane.key
    assert (there.scene, there.course) == (here.scene, here.course)
    assert passed(answer).snapshot.plane is there.plane


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("size", [3, 300])
def test_arrays_keep_numbers_and_order(
    passed: Callable[[object], Any], size: int, order: Any
) -> None:
    array = np.arange(size * size, dtype=np.float64).reshape(size, size, order=order)
    received, same = passed((array, array[::2]))
    assert received.tobytes() == array.tobytes()
    assert received.strides == array.strides
    assert (same == array[::2]).all()


def test_large_arrays_are_not_copied_into_the_body(
    passed: Callable[[object], Any],
) -> None:
    large = passed(np.zeros(parcels._ASIDE))
    assert not large.flags.writeable


def test_what_is_used_no_more_is_forgotten_on_both_sides(
    passed: Callable[[object], Any],
) -> None:
    kept = Scene()
    here = passed((kept,))[0]
    for seed in range(5 * parcels._STAY):
        assert passed((Scene(seed=seed), kept))[1] is here
    pipe = Pipe()
    sender = Sender(pipe)
    for seed in range(5 * parcels._STAY):
        sender.send((Scene(seed=seed),))
    assert len(sender._known.values) < 10 * parcels._STAY
    assert len(sender._numbers) == len(sender._known.values)


def test_what_cannot_be_sent_is_refused_before_anything_is(
    passed: Callable[[object], Any],
) -> None:
    with pytest.raises((pickle.PickleError, AttributeError, TypeError)):
        passed((1, lambda: None))
    assert passed(3) == 3


@pytest.mark.parametrize("kept", [0, 5, 12, -1])
def test_a_pipe_that_ends_says_so(kept: int) -> None:
    pipe = Pipe()
    Sender(pipe).send([1, "two"])
    pipe.bytes = deque(list(pipe.bytes)[:kept])
    with pytest.raises(EOFError):
        Receiver(pipe).receive()

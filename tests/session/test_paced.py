"""Pace: what may be a little old while training flat out, and never at rest."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.desk import Desk
from gdviz.session.paced import Paced
from gdviz.session.questions import Answer, Question
from gdviz.session.scene import Scene
from gdviz.session.stage import Stage

MOONS = Scene(data=Moons(), model=MLP((8,)), loss=Logistic())


@pytest.mark.parametrize(
    ("live", "of", "seconds", "made"),
    [
        (True, "θ", 60.0, 1),
        (True, "another", 60.0, 2),
        (True, "θ", 0.0, 2),
        (False, "θ", 60.0, 2),
    ],
    ids=["kept", "of another", "too old", "at rest"],
)
def test_it_is_made_anew_unless_it_may_be_kept(
    live: bool, of: str, seconds: float, made: int
) -> None:
    paced, calls = Paced(), list[int]()

    def make() -> int:
        calls.append(1)
        return len(calls)

    paced.begin(live)
    assert paced.get("it", seconds, "θ", make) == 1
    assert not paced.stale
    assert paced.get("it", seconds, of, make) == made
    assert paced.stale == (made == 1)


def playing(desk: Desk, steps: int = 3) -> Answer:
    until = time.perf_counter() + 0.5
    return desk.answer(Question(1, steps=steps, until=until, quick=True))


def test_at_rest_all_is_of_the_step_shown() -> None:
    desk = Desk()
    desk.answer(Question(1, scene=MOONS))
    for _ in range(8):
        answer = playing(desk)
    assert answer.busy
    snapshot = None
    for _ in range(200):
        rest = desk.answer(Question(1, until=time.perf_counter() + 0.05))
        snapshot = rest.snapshot or snapshot
        if not rest.busy:
            break
    assert not rest.busy
    stage = Stage(MOONS)
    stage.train(24, np.inf)
    fresh = stage.look()
    shown = snapshot or answer.snapshot
    assert fresh is not None
    assert shown is not None
    assert np.array_equal(shown.portrait.batch, fresh.portrait.batch)
    assert shown.portrait.values is not None
    assert fresh.portrait.values is not None
    assert np.array_equal(shown.portrait.values, fresh.portrait.values)
    assert shown.projection.explained == fresh.projection.explained


def test_a_picture_of_every_step_where_all_steps_are_asked_for() -> None:
    desk = Desk()
    desk.answer(Question(1, scene=MOONS))
    seen = [desk.answer(Question(1, steps=1, whole=True)).snapshot for _ in range(3)]
    batches = [s.portrait.batch.tobytes() for s in seen if s is not None]
    assert len(set(batches)) == 3

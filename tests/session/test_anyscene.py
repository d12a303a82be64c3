"""Any scene at all runs, or is refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gdviz.core.refused import Refused
from gdviz.session.beats import beat
from gdviz.session.desk import Desk
from gdviz.session.fitting import fit
from gdviz.session.lessons.measures import MEASURES, written
from gdviz.session.lessons.text import Measure
from gdviz.session.loading import load
from gdviz.session.phases import beside, phase
from gdviz.session.questions import Answer, Question
from gdviz.session.run import Run
from gdviz.session.scene import UPDATES, Descent, Scene
from gdviz.session.words import numbers, sentence
from tests.session.strategies import small, specs

SCENES = specs(Scene, small)
SETTINGS = settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck)
)


def ask(desk: Desk, **asked: Any) -> Answer:
    return desk.answer(Question(1, until=0.0, whole=True, **asked))


def is_a_refusal(answer: Answer) -> bool:
    if not answer.refusal:
        return False
    assert answer.refusal.endswith((".", "?"))
    assert (answer.snapshot, answer.facts) == (None, None)
    return True


def read(run: Run) -> None:
    """Read all that can be said of a run."""
    texts = [sentence(run), *numbers(run).values(), *map(beside, run.snapshot.ghosts)]
    many = beat(run.snapshot, 0).of
    texts += [phase(run.snapshot, beat(run.snapshot, i)) for i in range(many)]
    w = run.facts.parameters[0]
    for name in MEASURES:
        texts += [written(run, Measure(name, said)) for said in ("", "1", w, f"1,{w}")]
    assert all(texts)
    run.trail()
    run.batch_losses(10)
    run.seen_losses(10)
    run.epoch_ends()


def check(run: Run, steps: int) -> None:
    assert run.snapshot.diverged or run.step == steps
    assert np.isfinite(run.snapshot.record.theta).all()
    for ghost in run.snapshot.ghosts:
        assert np.isfinite(ghost.theta).all()
        if run.snapshot.scene.pace == UPDATES:
            assert ghost.step <= run.step


@SETTINGS
@given(SCENES, st.integers(0, 50), st.data())
def test_any_scene_runs_or_is_refused(
    scene: Scene, row: int, data: st.DataObject
) -> None:
    desk = Desk()
    first = ask(desk, scene=scene, chosen=row, costs=("mean", "sum"))
    if is_a_refusal(first):
        return
    run = Run(first)
    read(run)
    run.take_in(ask(desk, steps=3, chosen=row))
    run.take_in(ask(desk, chosen=row))
    check(run, 3)
    read(run)
    descents = specs(Descent, small)
    ghosts = tuple(data.draw(st.lists(descents, max_size=3)))
    other = replace(run.snapshot.scene, descent=data.draw(descents), ghosts=ghosts)
    step = run.step
    run.take_in(ask(desk, scene=other))
    run.take_in(ask(desk, steps=2))
    check(run, step + 2)
    read(run)
    run.take_in(ask(desk, seek=1, chosen=row))
    assert run.step == min(1, run.newest)
    read(run)


@SETTINGS
@given(SCENES, st.data())
def test_any_start_runs_or_is_refused(scene: Scene, data: st.DataObject) -> None:
    try:
        fitted, _ = fit(scene, load(scene))
    except Refused:
        assume(False)
    first = ask(Desk(), scene=replace(fitted, start=()))
    assume(first.facts is not None)
    assert first.facts is not None
    p = len(first.facts.parameters)
    assume(p <= 40)
    start = data.draw(st.lists(st.floats(-1e100, 1e100), min_size=p, max_size=p))
    desk = Desk()
    answer = ask(desk, scene=replace(fitted, start=tuple(start)))
    if is_a_refusal(answer):
        return
    run = Run(answer)
    assert run.snapshot.record.theta.tolist() == start
    read(run)
    run.take_in(ask(desk, steps=3, chosen=0))
    check(run, 3)
    read(run)

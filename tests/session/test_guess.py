"""Guesses: what they earn, what is said of them, and what is not told before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.functions import FUNCTIONS, GivenGradients
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session import guesswords
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.beats import held
from gdviz.session.guess import KINDS, MEAN, MOST, NEXT, Guess, Tally, begin, judge
from gdviz.session.lessons.ghostly import GHOSTLY
from gdviz.session.lessons.gradients import GRADIENTS
from gdviz.session.lessons.measures import value, written
from gdviz.session.lessons.remembered import REMEMBERED
from gdviz.session.lessons.text import Measure
from gdviz.session.scene import Descent, Scene
from gdviz.session.wiring import MEAN as MEANS
from gdviz.session.wiring import edge_values, seen
from gdviz.session.words import numbers, sentence
from tests.session.asking import Screen

SCENE = Scene(seed=58, descent=Descent(4, 0.05))
UP_AND_DOWN = GivenGradients(rows=((0.0, -2.0), (0.0, 2.0)))


def guess(name: str = MEAN, scene: Scene = SCENE, steps: int = 3) -> Guess:
    made = begin(name, Screen(scene, steps).now)
    assert made is not None
    return made


def as_true(made: Guess, turn: float = 0.0, times: float = 1.0) -> Guess:
    """Return the guess of the truth, turned to the left and stretched."""
    return replace(made, vector=made.truth).turned(turn, times)


TURNED = {
    "right": (0.0, 1.0, 10),
    "8.9 degrees": (8.9, 1.0, 10),
    "9 degrees": (9.0, 1.0, 9),
    "to the right": (-9.0, 1.0, 9),
    "26 degrees": (26.0, 1.0, 8),
    "opposite": (180.0, 1.0, 0),
    "19 % long": (0.0, 1.19, 10),
    "20 % long": (0.0, 1.2, 9),
    "half": (0.0, 0.5, 8),
    "twice": (0.0, 2.0, 5),
    "the sum of four": (0.0, 4.0, 0),
    "both": (30.0, 0.75, 6),
    "huge": (0.0, 1e90, 0),
}


@pytest.mark.parametrize(("turn", "times", "points"), TURNED.values(), ids=TURNED)
def test_an_arrow_loses_points_by_angle_and_length(
    turn: float, times: float, points: int
) -> None:
    outcome = judge(as_true(guess(), turn, times))
    assert outcome.points == points
    assert outcome.angle == pytest.approx(abs(turn), abs=1e-6)
    assert outcome.ratio == pytest.approx(times)


@pytest.mark.parametrize(("times", "points"), [(1, 10), (1.09, 10), (1.1, 9), (3, 0)])
def test_a_next_point_loses_points_by_distance(times: float, points: int) -> None:
    outcome = judge(as_true(guess(NEXT), 0.0, times))
    assert outcome.points == points
    assert outcome.gap == pytest.approx(times - 1)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("off", "points"), [(0.0, 10), (0.35, 7), (2.0, 0)])
def test_where_the_truth_is_0_typical_arrows_measure_it(
    name: str, off: float, points: int
) -> None:
    scene = Scene(data=UP_AND_DOWN, descent=Descent(2, 0.1, order="file"))
    made = guess(name, scene, 0)
    typical = 0.2 if KINDS[name].step else 2.0
    outcome = judge(replace(made, vector=np.array([off * typical, 0.0])))
    assert outcome.nothing
    assert outcome.points == points
    assert outcome.gap == pytest.approx(off)
    assert "is 0 here" in guesswords.result(made, outcome)


def test_an_arrow_of_length_0_earns_nothing() -> None:
    made = replace(guess(), vector=np.zeros(2))
    outcome = judge(made)
    assert (outcome.points, outcome.angle) == (0, None)
    assert "points nowhere" in guesswords.result(made, outcome)


def test_a_guess_begins_neutral_and_with_some_length() -> None:
    for name in KINDS:
        made = guess(name)
        assert not made.placed
        assert made.vector[0] > 0 == made.vector[1]


def test_a_guess_takes_no_vector_that_cannot_be_drawn() -> None:
    made = guess()
    for wrong in (np.nan, np.inf, 1e200):
        assert made.moved(np.array([wrong, 0.0])) is made
    moved = made.moved(np.array([1.0, 2.0]))
    assert moved.placed
    assert moved.vector.tolist() == [1.0, 2.0]


def test_pushes_are_parts_of_a_typical_arrow() -> None:
    made = guess(NEXT)
    typical = 2 * made.vector[0]
    moved = made.pushed(-0.5, 0.25).vector - made.vector
    assert moved == pytest.approx([-0.5 * typical, 0.25 * typical])


def test_a_guess_is_of_one_pending_step() -> None:
    screen = Screen(SCENE, 3)
    made = begin(MEAN, screen.now)
    assert made is not None
    screen.ask(chosen=2)
    assert screen.now is not made.snapshot
    assert made.of(screen.now)
    for change in ({"learning_rate": 0.1}, {"batch_size": 5}):
        other = Screen(SCENE, 3)
        other.down(**change)
        assert not made.of(other.now)
    screen.ask(steps=1)
    assert not made.of(screen.now)


def test_there_is_nothing_to_guess_after_the_end() -> None:
    scene = Scene(descent=Descent(4, 10.0))
    screen = Screen(scene, 5000)
    assert screen.now.diverged
    assert begin(MEAN, screen.now) is None


def test_what_is_off_is_told_in_words() -> None:
    made = guess()

    def said(turn: float, times: float) -> str:
        moved = as_true(made, turn, times)
        return guesswords.result(moved, judge(moved))

    assert said(0, 1) == "Right direction, right length: 10 of 10 points."
    assert said(23, 1.12) == "23° off, 12% too long: 8 of 10 points."
    assert said(-23, 0.5) == "23° off, 50% too short: 6 of 10 points."
    assert said(0, 4) == "Right direction, 4 times as long: 0 of 10 points."
    near = as_true(guess(NEXT), 0, 1.14)
    assert guesswords.result(near, judge(near)) == (
        "14% of the step from the next point: 9 of 10 points."
    )
    far = as_true(near, 0, 4.5)
    assert "3.5 steps from the next point: 0" in guesswords.result(far, judge(far))


def test_of_a_network_the_error_is_that_in_the_plane() -> None:
    made = guess(MEAN, Scene(model=MLP((4,)), seed=3, descent=Descent(6, 0.1)), 4)
    moved = as_true(made)
    share = made.snapshot.arrows.shares["mean"]
    assert share < 0.99
    said = guesswords.result(moved, judge(moved))
    assert said.endswith(
        f"In the plane shown only: {share:.0%} of the average lies in it."
    )
    assert "without a guess" in guesswords.given_up(made)


def test_points_count_once_and_the_last_guess_of_a_lesson_brings_a_verdict() -> None:
    tally = Tally(of=2)
    assert (guesswords.score(tally), guesswords.verdict(tally)) == ("", "")
    tally = tally.with_points(0, 7).with_points(0, 10)
    assert (tally.total, tally.most, tally.complete) == (7, 2 * MOST, False)
    assert guesswords.score(tally) == "Score 7 of 10 (1 of 2 guesses)"
    assert guesswords.verdict(tally) == ""
    tally = tally.with_points(1, 10)
    assert guesswords.score(tally) == "Score 17 of 20"
    assert tally.complete
    assert guesswords.verdict(tally).startswith("Excellent")


@pytest.mark.parametrize(
    ("points", "word"), [(9, "Excellent"), (6, "Good"), (4, "Fair"), (0, "Averages")]
)
def test_a_verdict_goes_by_the_share(points: int, word: str) -> None:
    assert guesswords.verdict(Tally({0: points}, 1)).startswith(word)


def test_guesses_outside_a_lesson_are_as_many_as_come() -> None:
    tally = Tally().with_points((1, 3), 4).with_points((1, 4), 9)
    assert guesswords.score(tally) == "Score 13 of 20"
    assert guesswords.verdict(tally) == ""


@pytest.fixture
def waiting() -> Screen:
    """A momentum step of a network that is held for a guess."""
    momentum = OPTIMIZERS["momentum"]()
    descent = Descent(4, 0.05, optimizer=momentum)
    ghosts = (replace(descent, batch_size=8),)
    screen = Screen(Scene(model=MLP((3,)), descent=descent, ghosts=ghosts), 3)
    screen.gather()
    screen.run.guess, screen.run.beat = begin(MEAN, screen.now), held(screen.now)
    return screen


def test_while_a_step_is_held_no_number_gives_it_away(waiting: Screen) -> None:
    run = waiting.run
    for name in GRADIENTS.keys() | GHOSTLY.keys() | REMEMBERED.keys():
        if name in ("gradient of", "gradient length of", "theta"):
            continue
        assert np.isnan(value(run, Measure(name, "1"))), name
        assert written(run, Measure(name, "1")) == "?", name
    assert np.isfinite(value(run, Measure("gradient length of", "1")))
    assert written(run, Measure("loss")) != "?"
    assert not {"‖ĝ‖", "angle to ∇L", "example"} & numbers(run).keys()
    run.beat = None
    assert np.isfinite(value(run, Measure("mean gradient length")))
    assert {"‖ĝ‖", "angle to ∇L"} <= numbers(run).keys()


def test_while_a_step_is_held_the_arithmetic_stops_at_the_examples(
    waiting: Screen,
) -> None:
    told = Arithmetic.of(waiting.run)
    known = {line.kind for line in told.lines if told.knows(line)}
    assert known <= {"before", "theta", "rate"}  # of the step before
    assert {"sum", "mean", "update", "new"} <= {line.kind for line in told.lines}
    assert all(told.knows_example(told.one(place)) for place in range(told.listed))


def test_while_a_step_is_held_a_network_shows_no_mean(waiting: Screen) -> None:
    run, example = waiting.run, seen(waiting.run)
    assert example is not None
    every = np.arange(len(run.facts.parameters))
    assert not edge_values(run, example, MEANS, every).any()
    assert example.place == 0


@pytest.mark.parametrize("name", KINDS)
def test_the_sentence_says_the_rule(waiting: Screen, name: str) -> None:
    run = waiting.run
    run.guess = begin(name, run.snapshot)
    assert "held</b> for your guess. It earns 10 points, less 1" in sentence(run)
    assert ("9°" in sentence(run)) == (name == MEAN)
    run.beat = None
    assert "It earns" not in sentence(run)


def test_one_parameter_has_a_next_point_too() -> None:
    made = guess(
        NEXT, Scene(data=FUNCTIONS["plus-minus"](), descent=Descent(2, 0.1)), 0
    )
    assert as_true(made).vector == pytest.approx([-0.15, 0.0])
    assert judge(made).points == 0


def test_points_are_measures_of_a_lesson(waiting: Screen) -> None:
    run = waiting.run
    names = ("points", "most points", "guesses")
    assert [value(run, Measure(name)) for name in names] == [0, 0, 0]
    run.tally = Tally({0: 7, 1: 9}, of=3)
    assert [value(run, Measure(name)) for name in names] == [16, 30, 2]

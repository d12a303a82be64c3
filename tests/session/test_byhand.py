"""Points in the hand: the same path until one is changed, every place and back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.datasets import (
    ByHand,
    Digits,
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
    TwoPoints,
)
from gdviz.core.datasets.byhand import MOST_POINTS
from gdviz.core.functions import SOURCES
from gdviz.core.models import MLP
from gdviz.core.refused import Refused
from gdviz.session.byhand import Hand, Sampling, editable, heights_of, taking_over
from gdviz.session.changes import name_of
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.starting import at_place, with_weight
from gdviz.session.trainer import Trainer
from tests.session.scripted import difference

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SCENES = {
    "line": Scene(),
    "two points": Scene(data=TwoPoints(), descent=Descent(1)),
    "moons, network, held out": Scene(
        data=Moons(40, 0.2), model=MLP((5,)), held_out=0.3
    ),
    "momentum": Scene(seed=4, ghosts=(Descent(2, 0.01),)),
}
EACH = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def theta(scene: Scene, steps: int = 30) -> Array:
    trainer = Trainer(scene)
    trainer.advance(steps)
    return trainer.state.theta


def run_of(scene: Scene) -> Run:
    return Run(Desk().answer(Question(1, scene)))


@EACH
def test_the_path_stays_the_same_bit_for_bit(scene: Scene) -> None:
    taken = Hand(scene).scene
    assert isinstance(taken.data, ByHand)
    assert np.array_equal(theta(taken), theta(scene))
    assert replace(taken, data=scene.data) == scene


@EACH
def test_places_are_those_of_the_picture(scene: Scene) -> None:
    for standardise in (False, True):
        taken = Hand(scene).scene
        data = replace(taken.data, standardise=standardise)  # type: ignore[call-arg]
        hand = Hand(replace(taken, data=data))
        drawn = run_of(hand.scene).snapshot.portrait.points
        assert np.allclose(hand.places, drawn, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("standardise", [False, True])
@EACH
def test_one_point_is_moved_and_no_other(scene: Scene, standardise: bool) -> None:
    taken = Hand(scene).scene
    data = replace(taken.data, standardise=standardise)  # type: ignore[call-arg]
    hand = Hand(replace(taken, data=data))
    before, row = np.array(data.points), len(hand.places) - 1  # type: ignore[attr-defined]
    same = hand.moved(row, hand.places[row]).data.points  # type: ignore[attr-defined]
    assert np.allclose(same, before, rtol=1e-12, atol=1e-12)
    away = hand.moved(row, hand.places[row] + [0.25, -0.5])
    after = np.array(away.data.points)  # type: ignore[attr-defined]
    changed = np.flatnonzero((after != before).any(axis=1))
    assert len(changed) == 1
    assert after[changed[0], 2:].tolist() == before[changed[0], 2:].tolist()


def test_a_point_goes_where_it_is_put() -> None:
    hand = Hand(Scene())
    moved = Hand(hand.moved(3, np.array([0.5, -1.5])))
    assert moved.places[3].tolist() == [0.5, -1.5]
    others = np.arange(40) != 3
    assert np.array_equal(moved.places[others], hand.places[others])


def test_held_out_points_are_not_moved() -> None:
    scene = Scene(data=Moons(20), held_out=0.5)
    hand = Hand(scene)
    assert len(hand.places) == 10
    moved = hand.moved(4, np.array([9.0, 9.0]))
    assert Trainer(moved).split.train.inputs[4].tolist() == [9.0, 9.0]


def test_one_point_more() -> None:
    hand = Hand(Scene(data=Moons(10)))
    more = hand.added(np.array([0.5, 0.25]), 1)
    assert isinstance(more.data, ByHand)
    assert more.data.points[-1] == (0.5, 0.25, 1.0)
    assert more.data.points[:-1] == hand.scene.data.points  # type: ignore[attr-defined]
    assert hand.next_row == 10
    line = Hand(Scene()).added(np.array([0.5, 0.25]), 1)
    assert line.data.points[-1] == (0.5, 0.25)  # type: ignore[attr-defined]


def test_a_point_that_will_be_held_out_is_known() -> None:
    for seed in range(20):
        hand = Hand(Scene(data=LineWithNoise(9), held_out=0.5, seed=seed))
        train = Trainer(hand.added(np.array([77.0, 0.0]))).split.train
        here = np.flatnonzero(train.inputs[:, 0] == 77.0)
        assert hand.next_row == (here[0] if len(here) else None)


def test_one_point_less() -> None:
    hand = Hand(Scene(data=Moons(10), held_out=0.2))
    kept = [tuple(p) for p in hand.places.tolist()]
    gone = {point[:2] for point in hand.without(2).data.points}  # type: ignore[attr-defined]
    assert kept[2] not in gone
    assert len(gone) == 9


def test_limits_are_named() -> None:
    full = Hand(Scene(data=LineWithNoise(MOST_POINTS)))
    with pytest.raises(Refused, match="2,000 points, the most there may be"):
        full.added(np.zeros(2))
    lonely = Hand(Scene(data=ByHand(((0.0, 1.0),)), descent=Descent(1)))
    with pytest.raises(Refused, match="only point to learn from"):
        lonely.without(0)
    with pytest.raises(Refused, match="must lie between"):
        full.moved(0, np.array([np.inf, 0.0]))


def test_the_nearest_within_reach() -> None:
    hand = Hand(Scene(data=ByHand(((0.0, 0.0), (1.0, 1.0))), descent=Descent(1)))
    pixel = np.array([0.01, 0.1])
    assert hand.nearest(np.array([0.05, 0.1]), pixel, 12) == 0
    assert hand.nearest(np.array([0.95, 1.3]), pixel, 12) == 1
    assert hand.nearest(np.array([0.5, 0.5]), pixel, 12) is None
    assert hand.nearest(np.array([0.0, 1.1]), pixel, 12) == 0  # tall pixels


@pytest.mark.parametrize("name", ["iris", "digits", "himmelblau", "square-cube"])
def test_what_has_no_points_says_so(name: str) -> None:
    scene = Scene(data=SOURCES[name]())
    with pytest.raises(Refused, match="Points can be edited by hand where"):
        Hand(scene)
    with pytest.raises(Refused, match="choose such data"):
        taking_over(scene)


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (Scene(), True),
        (Scene(data=Moons(), model=MLP((3,))), True),
        (Scene(data=Iris()), False),
        (Scene(data=Digits()), False),
        (Scene(data=SOURCES["booth"]()), False),
        (Scene(data=LineWithNoise(MOST_POINTS + 1)), False),
    ],
)
def test_whether_a_run_can_be_edited(scene: Scene, expected: bool) -> None:
    assert editable(run_of(scene)) is expected


def test_what_is_taken_over_is_told() -> None:
    assert taking_over(Scene()) == (
        "The same path as with “Line with noise”, until you change a point."
    )
    assert "40 points by hand" in taking_over(Hand(Scene()).scene)


def test_a_table_is_taken_in_its_own_units(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{100 + 7 * i},{3 - 0.001 * i * i}" for i in range(12)]
    path.write_text("a,b\n" + "\n".join(rows) + "\n", encoding="utf-8")
    scene = Scene(data=OwnTable(str(path), "b", "numbers"))
    hand = Hand(scene)
    assert np.array_equal(theta(hand.scene), theta(scene))
    data = hand.scene.data
    assert isinstance(data, ByHand)
    assert data.points[2] == (114.0, 2.996)
    path.unlink()
    assert len(theta(hand.moved(0, hand.places[0] + 0.1))) == 2


def test_it_is_saved_and_replayed_without_a_file() -> None:
    scene = Hand(Scene(data=Moons(30, 0.3))).moved(4, np.array([0.1, 1 / 3]))
    again = from_json(to_json(scene))
    assert again == scene
    assert np.array_equal(theta(again), theta(scene))


@pytest.mark.parametrize("data", [LineWithNoise(12), Moons(12)], ids=["line", "moons"])
def test_a_script_makes_the_same_path(data: LineWithNoise, tmp_path: Path) -> None:
    moved = Hand(Scene(data=data)).moved(1, np.array([0.3, 0.4]))
    assert difference(moved, tmp_path) == 0.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda h: h.moved(4, np.array([0.5, 0.5])), "point 5"),
        (lambda h: h.added(np.array([0.5, 0.5])), "point 41 added"),
        (lambda h: h.without(0), "point 1 removed"),
        (lambda h: h.without(39), "point 40 removed"),
        (lambda h: h.without(7), "point 8 removed"),
        (lambda h: h.drawn(np.array([[0.0, 0.0], [1.0, 1.0]]), Sampling()), "points"),
    ],
)
def test_changes_have_names(change: object, words: str) -> None:
    hand = Hand(Hand(Scene()).scene)
    assert callable(change)
    assert name_of(hand.scene, change(hand)) == words


def test_a_curve_is_taken_evenly() -> None:
    x = np.array([2.0, -1.0, 0.0, 1.0])  # there and back: what is drawn last counts
    stroke = np.column_stack([x, [9.0, 9.0, 0.0, 2.0]])
    points = heights_of(stroke, 7)
    assert np.allclose(points[:, 0], np.linspace(-1.0, 2.0, 7))
    assert np.allclose(points[2:5, 1], [0.0, 1.0, 2.0], atol=0.02)
    assert np.allclose(points[5:, 1], 9.0)


@pytest.mark.parametrize(
    "stroke", [np.zeros((0, 2)), np.zeros((1, 2)), np.array([[1.0, 0.0], [1.0, 3.0]])]
)
def test_a_stroke_without_width_is_refused(stroke: Array) -> None:
    with pytest.raises(Refused, match="Draw across the plot"):
        heights_of(stroke, 5)


def test_a_drawn_curve_and_its_noise() -> None:
    hand, stroke = Hand(Scene(seed=3)), np.array([[-1.0, 0.0], [1.0, 4.0]])
    plain = Hand(hand.drawn(stroke, Sampling(11))).places
    assert np.allclose(plain[:, 1], 2 + 2 * plain[:, 0], atol=1e-9)
    noisy = Hand(hand.drawn(stroke, Sampling(1000, 0.5))).places
    noise = noisy[:, 1] - 2 - 2 * noisy[:, 0]
    assert 0.45 < noise.std() < 0.55
    assert hand.drawn(stroke, Sampling(50, 0.5)) == hand.drawn(
        stroke, Sampling(50, 0.5)
    )
    other = Hand(Scene(seed=4)).drawn(stroke, Sampling(50, 0.5))
    assert other.data != hand.drawn(stroke, Sampling(50, 0.5)).data


def test_no_curve_where_there_are_classes() -> None:
    with pytest.raises(Refused, match="where a number is to be predicted"):
        Hand(Scene(data=Moons(10))).drawn(np.array([[0.0, 0.0], [1, 1]]), Sampling())


@pytest.mark.parametrize("model", [None, MLP((4,))], ids=["linear", "network"])
def test_a_run_starts_where_theta_is_put(model: MLP | None) -> None:
    scene = Scene() if model is None else Scene(model=model)
    snapshot = run_of(scene).snapshot
    place = snapshot.arrows.here + np.array([0.7, -0.3])
    moved = run_of(at_place(scene, snapshot, place)).snapshot
    assert np.allclose(moved.arrows.here, place)
    off = snapshot.plane.off(moved.record.theta)
    assert np.abs(off).max(initial=0.0) < 1e-12
    assert moved.step == 0


def test_a_formula_starts_where_theta_is_put() -> None:
    scene = Scene(data=SOURCES["booth"](), descent=Descent(1))
    snapshot = run_of(scene).snapshot
    moved = run_of(at_place(scene, snapshot, np.array([0.25, 0.5]))).snapshot
    assert moved.record.theta.tolist() == [0.25, 0.5]


def test_one_weight_is_another() -> None:
    scene = Scene(model=MLP((3,)))
    start = Trainer(scene).state.theta
    other = Trainer(with_weight(scene, start, 4, -2.5)).state.theta
    assert other[4] == -2.5
    assert np.array_equal(np.delete(other, 4), np.delete(start, 4))
    assert not np.array_equal(start, other)


def test_too_many_parameters_for_a_hand() -> None:
    with pytest.raises(Refused, match="5,000 parameters here; at most 4,096"):
        with_weight(Scene(), np.zeros(5000), 0, 1.0)


def test_the_curve_leaves_no_gap() -> None:
    stroke = np.column_stack([np.linspace(-2, 2, 9), np.arange(9.0)])
    points = heights_of(stroke, 400)
    assert np.isfinite(points).all()
    assert all(a[1] <= b[1] + 1e-9 for a, b in pairwise(points))

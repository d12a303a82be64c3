"""Viewing: the plane moves, stays or is chosen anew as the scene says, and is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Moons
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.core.planekinds import PLANES, PathComponents, StartToNow, TwoParameters
from gdviz.core.planes import Region
from gdviz.core.wrongs import LastExample, MeanError
from gdviz.session.planewords import hidden, precision
from gdviz.session.scene import Scene, needs_restart
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.stage import Stage
from gdviz.session.viewing import milestone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planekinds import PlaneKind
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

SCENE = Scene(data=Moons(n_examples=60), model=MLP(hidden=(4, 3)), seed=3)
SCENE = SCENE.down(batch_size=8, learning_rate=0.3)
KINDS = list(PLANES)


def staged(kind: PlaneKind, steps: int = 40) -> Stage:
    stage = Stage(replace(SCENE, plane=kind))
    while stage.trainer.step < steps:
        stage.train(steps - stage.trainer.step, np.inf)
    return stage


def look(stage: Stage) -> Snapshot:
    stage._seen = ()
    snapshot = stage.look()
    assert snapshot is not None
    return snapshot


def path(stage: Stage, steps: int) -> Array:
    return np.array([stage.trainer.theta_at(t) for t in range(steps + 1)])


@pytest.mark.parametrize(
    ("step", "last"),
    [(0, 0), (1, 1), (31, 31), (32, 32), (33, 32), (34, 34), (63, 62), (64, 64),
     (67, 64), (1000, 992), (10**6, 983_040)],
)  # fmt: skip
def test_a_plane_that_follows_is_chosen_anew_now_and_then(step: int, last: int) -> None:
    assert milestone(step) == last
    assert milestone(last) == last


@pytest.mark.parametrize("name", KINDS)
def test_a_plane_that_follows_goes_through_theta(name: str) -> None:
    stage = staged(PLANES[name]())
    for step in (40, 0, 1, 17, 40):
        stage.trainer.seek(step)
        snapshot = look(stage)
        plane, theta = snapshot.plane, snapshot.record.theta
        assert_allclose(plane.lift(plane.project(theta)), theta, atol=1e-12)
        assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-14)
        assert snapshot.projection.distance == 0.0
        assert snapshot.projection.loss == snapshot.full.loss
        assert_allclose(snapshot.arrows.here, plane.project(theta))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("at", [0, 7, 40])
def test_a_held_plane_is_that_of_its_step(name: str, at: int) -> None:
    following = staged(PLANES[name]())
    following.trainer.seek(at)
    then = look(following).plane
    stage = staged(PLANES[name](follow=False, at=at))
    for step in (40, at, 3):
        stage.trainer.seek(step)
        snapshot = look(stage)
        assert snapshot.plane.key == then.key
        assert_allclose(snapshot.plane.origin, then.origin, atol=1e-12)
        off = then.off(snapshot.record.theta)
        away = np.linalg.norm(off)
        assert snapshot.projection.distance == pytest.approx(away, abs=1e-12)
        nearest = stage.trainer.objective.loss(snapshot.record.theta - off)
        assert snapshot.projection.loss == pytest.approx(nearest, rel=1e-12)
        assert (snapshot.projection.distance == 0.0) == (step == at)


def test_a_step_that_is_not_made_yet_is_the_newest() -> None:
    stage = staged(PathComponents(follow=False, at=10**6), 20)
    plane = look(stage).plane
    assert plane.off(stage.trainer.state.theta) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", [n for n in KINDS if n != TwoParameters.name])
def test_the_start_has_the_coordinates_zero(name: str) -> None:
    stage = staged(PLANES[name]())
    for step in (40, 9):
        stage.trainer.seek(step)
        plane = look(stage).plane
        assert_allclose(plane.project(stage.trainer.theta_at(0)), 0.0, atol=1e-12)


def test_components_hold_more_of_the_path_than_any_other_plane() -> None:
    stage, told = staged(PathComponents()), {}
    for name in KINDS:
        stage.turn(replace(stage.trainer.scene, plane=PLANES[name]()), None)
        snapshot = look(stage)
        whole = path(stage, 40)
        flat = snapshot.plane.project(whole)
        expected = flat.var(axis=0).sum() / whole.var(axis=0).sum()
        assert snapshot.projection.explained == pytest.approx(expected, rel=1e-9)
        told[name] = expected
    assert max(told, key=lambda name: told[name]) == PathComponents.name
    assert told[PathComponents.name] > 0.9


def test_steps_gone_over_again_count_once() -> None:
    stage = staged(PathComponents())
    before = look(stage)
    stage.trainer.seek(10)
    stage.train(7, np.inf)
    stage.train(30, np.inf)
    stage.trainer.seek(40)
    after = look(stage)
    assert after.plane.key == before.plane.key
    assert after.projection.explained == before.projection.explained


def test_at_the_start_there_is_no_path_to_explain() -> None:
    stage = Stage(replace(SCENE, plane=PathComponents()))
    assert look(stage).projection.explained is None


def test_shares_of_arrows() -> None:
    snapshot = look(staged(StartToNow()))
    plane, record = snapshot.plane, snapshot.record
    vectors = {
        "mean": record.gradient,
        "full": snapshot.full.gradient,
        "update": record.update,
    }
    for name, vector in vectors.items():
        inside = np.linalg.norm(plane.along(vector)) / np.linalg.norm(vector)
        assert snapshot.arrows.shares[name] == pytest.approx(inside)
    inside = np.linalg.norm(plane.along(record.gradients), axis=1)
    expected = inside / np.linalg.norm(record.gradients, axis=1)
    assert_allclose(snapshot.arrows.example_shares, expected, rtol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_shown_at_first_holds_the_path(name: str) -> None:
    stage = staged(PLANES[name]())
    snapshot = look(stage)
    home, here = snapshot.projection.home, snapshot.arrows.here
    if name != TwoParameters.name:
        flat = np.concatenate([snapshot.plane.project(path(stage, 40)), here[None]])
        room = 0.05 * np.array([home.right - home.left, home.top - home.bottom])
        assert (flat >= np.array([home.left, home.bottom]) + room).all()
        assert (flat <= np.array([home.right, home.top]) - room).all()
    stage.train(20, np.inf)
    assert look(stage).projection.home == home
    extent = (-1.0, 2.0, -3.0, 4.0)
    by_hand = PLANES[name](extent=extent)
    stage.turn(replace(stage.trainer.scene, plane=by_hand), None)
    assert look(stage).projection.home == Region(*extent)


@pytest.mark.parametrize(("grid", "size"), [("33", 33), ("65", 65)])
def test_a_grid_as_fine_as_wanted(grid: str, size: int) -> None:
    stage = staged(PathComponents(grid=grid), 5)
    home = look(stage).projection.home
    surface = stage.draw(home, np.inf)
    while stage.canvas.busy:
        surface = stage.draw(home, np.inf) or surface
    assert surface is not None
    assert surface.values.shape == (size, size)
    plane = look(stage).plane
    corner = plane.lift(np.array([home.left, home.top]))
    assert surface.values[-1, 0] == pytest.approx(stage.trainer.objective.loss(corner))


@pytest.mark.parametrize("name", KINDS)
def test_another_way_from_a_step_forgets_what_came_after(name: str) -> None:
    stage = staged(PLANES[name]())
    look(stage)
    slower = stage.trainer.scene.down(learning_rate=0.01)
    stage.turn(slower, 20)
    stage.train(20, np.inf)
    branched = staged(PLANES[name](), 20).branch()
    branched.turn(branched.trainer.scene.down(learning_rate=0.01), None)
    branched.train(20, np.inf)
    one, other = look(stage), look(branched)
    assert one.step == other.step == 40
    assert one.plane.key == other.plane.key
    assert one.projection.explained == other.projection.explained


def test_a_branch_leaves_the_path_of_its_parent_alone() -> None:
    stage = staged(PathComponents())
    before = look(stage)
    branch = stage.branch()
    branch.turn(branch.trainer.scene.down(learning_rate=3.0), 10)
    branch.train(30, np.inf)
    look(branch)
    after = look(stage)
    assert after.projection.explained == before.projection.explained
    assert after.plane.key == before.plane.key


@pytest.mark.parametrize("name", KINDS)
def test_planes_are_part_of_the_scene_but_not_of_the_run(name: str) -> None:
    scene = replace(SCENE, plane=PLANES[name](follow=False, at=12, grid="65"))
    assert from_json(to_json(scene)) == scene
    assert not needs_restart(SCENE, scene)


def test_two_parameters_have_but_one_plane() -> None:
    stage = Stage(Scene(plane=PathComponents()))
    assert isinstance(stage.trainer.scene.plane, TwoParameters)
    assert stage.trainer.moved["plane"] == (
        "“Components of the path” needs more than two parameters: the plane is now "
        "that of the parameters there are."
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_run_that_overflows_has_a_plane(name: str) -> None:
    wild = replace(SCENE, plane=PLANES[name]()).down(learning_rate=1e6)
    stage = Stage(wild)
    stage.train(200, np.inf)
    snapshot = look(stage)
    assert np.isfinite(snapshot.plane.directions).all()
    home = snapshot.projection.home
    assert np.isfinite([home.left, home.right, home.bottom, home.top]).all()
    assert stage.draw(home, 0.0) is not None or stage.busy


def test_an_interpolated_surface_says_how_exact_it_is() -> None:
    stage = staged(PathComponents(), 3)
    home = look(stage).projection.home
    surface = stage.draw(home, np.inf)
    while stage.canvas.busy:
        surface = stage.draw(home, np.inf) or surface
    assert surface is not None
    assert precision(surface) == precision(None) == []
    rough = replace(surface, error=0.0031)
    assert precision(rough) == ["surface interpolated, error ≤ 0.003 of its range"]


def test_the_words_tell_of_every_arrow() -> None:
    ghosts = (
        replace(SCENE.descent, recipe=MeanError()),
        replace(SCENE.descent, recipe=LastExample()),
    )
    heavy = replace(SCENE.descent, optimizer=HeavyBall(0.9))
    scene = replace(SCENE, plane=StartToNow(), descent=heavy, ghosts=ghosts)
    stage = Stage(scene)
    stage.train(30, np.inf)
    stage.follow(np.inf, live=False)
    snapshot = stage.look(int(stage.trainer.pending.rows[2]))
    assert snapshot is not None
    plane, record, chosen = snapshot.plane, snapshot.record, snapshot.chosen
    assert chosen is not None

    def part(vector: Array) -> str:
        inside = np.linalg.norm(plane.along(vector)) / np.linalg.norm(vector)
        return f"{inside:.0%}"

    mean, full, update = map(
        part, (record.gradient, snapshot.full.gradient, record.update)
    )
    ghostly = sorted(
        map(part, (g.vector for g in snapshot.ghosts)), key=lambda s: float(s[:-1])
    )
    examples = snapshot.arrows.example_shares
    assert hidden(snapshot)[:3] == [
        f"in this plane: mean {mean}, full {full}",
        f"update {update}, memory {part(record.memory['velocity'])}, "
        f"examples {examples.min():.0%} to {examples.max():.0%}",
        f"selected {part(chosen.gradient)}, ghosts {ghostly[0]} to {ghostly[1]}",
    ]

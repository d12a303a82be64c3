"""The record that feeds every view, against slow references."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.batches import FILE_ORDER, FRESH, ORDERS, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.core.portrait import sitter_for
from gdviz.session.geometry import angle
from gdviz.session.observing import MOST_SHOWN, take
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.viewing import Viewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

SIX = LineWithNoise(n_examples=6)
NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))


def taken(scene: Scene, steps: int = 0) -> tuple[Trainer, Snapshot]:
    trainer = Trainer(scene)
    trainer.advance(steps)
    return trainer, take(trainer, sitter_for(trainer.objective))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 30])
@pytest.mark.parametrize("steps", [0, 5])
def test_the_record_is_the_step_that_comes(order: str, size: int, steps: int) -> None:
    scene = replace(NET, descent=Descent(size, order=order, optimizer=HeavyBall()))
    trainer, snapshot = taken(scene, steps)
    record = snapshot.record
    assert (snapshot.step, snapshot.scene) == (steps, trainer.scene)
    assert record.losses.shape == (len(record.rows),)
    assert record.gradients.shape == (len(record.rows), len(record.theta))
    assert_allclose(record.gradients.mean(axis=0), record.gradient, atol=1e-14)
    assert_allclose(record.losses.mean(), record.loss, rtol=1e-13)
    before = record.theta.copy()
    made = trainer.advance(1)[0]
    assert made.rows.tolist() == record.rows.tolist()
    assert made.gradient.tolist() == record.gradient.tolist()
    assert trainer.state is record.after
    assert trainer.state.theta.tolist() == (before + record.update).tolist()


def test_gradients_are_slopes_of_the_losses() -> None:
    trainer, snapshot = taken(NET, 3)
    record, step = snapshot.record, np.finfo(float).eps ** (1 / 3)
    for i in range(len(record.theta)):
        way = step * np.eye(len(record.theta))[i]
        up = trainer.objective.losses(record.theta + way, record.rows)
        down = trainer.objective.losses(record.theta - way, record.rows)
        slope = (up - down) / (2 * step)
        assert_allclose(record.gradients[:, i], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT, FRESH])
def test_of_a_large_batch_the_first_are_shown(order: str) -> None:
    data = LineWithNoise(n_examples=3000)
    trainer, snapshot = taken(Scene(data=data, descent=Descent(2500, order=order)), 1)
    record = snapshot.record
    count = 500 if order == SHUFFLED else 2500
    assert len(record.rows) == count
    shown = min(count, MOST_SHOWN)
    assert MOST_SHOWN == 1024
    assert len(record.losses) == len(record.gradients) == shown
    assert len(snapshot.arrows.examples) == len(snapshot.portrait.batch) == shown
    source = trainer.pending.fresh or trainer.objective
    everyone = source.gradients(record.theta, record.rows)
    assert_allclose(everyone[:shown], record.gradients, rtol=1e-12)
    assert_allclose(everyone.mean(axis=0), record.gradient, rtol=1e-10)
    inputs = source.examples.inputs[record.rows[:shown], 0]
    assert snapshot.portrait.batch[:, 0].tolist() == inputs.tolist()


def test_arrows_are_minus_gradients_along_the_plane() -> None:
    scene = replace(NET, plane_x="W1[2,1]", plane_y="b2[1]")
    trainer, snapshot = taken(scene, 4)
    record, arrows = snapshot.record, snapshot.arrows
    names = trainer.objective.names
    pair = [names.index("W1[2,1]"), names.index("b2[1]")]
    full = trainer.objective.gradients(record.theta, np.arange(30)).mean(axis=0)
    assert arrows.here.tolist() == record.theta[pair].tolist()
    assert arrows.examples.tolist() == (-record.gradients[:, pair]).tolist()
    assert arrows.mean.tolist() == (-record.gradient[pair]).tolist()
    assert arrows.update.tolist() == record.update[pair].tolist()
    assert_allclose(arrows.full, -full[pair], atol=1e-15)
    assert_allclose(snapshot.full.gradient, full, atol=1e-15)
    assert_allclose(
        snapshot.full.loss,
        trainer.objective.losses(record.theta, np.arange(30)).mean(),
        rtol=1e-13,
    )


def every_batch(n: int, b: int, order: str) -> Array:
    """Return the rows of each batch that may come, all as likely."""
    if order == REPLACEMENT:
        return np.array(list(product(range(n), repeat=b)))
    return np.array(list(combinations(range(n), b)))


@pytest.mark.parametrize("model", [Linear(), Linear(False), MLP((2,))])
@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT])
@pytest.mark.parametrize("size", range(1, 7))
def test_the_spread_is_that_of_all_batches(
    size: int, order: str, model: Linear | MLP
) -> None:
    scene = Scene(data=SIX, model=model, descent=Descent(size, order=order))
    for steps in range(3):
        trainer, snapshot = taken(scene, steps)
        record, spread = snapshot.record, snapshot.arrows.spread
        assert spread is not None
        gradients = trainer.objective.gradients(record.theta, np.arange(6))
        flat = -gradients @ snapshot.plane.directions.T
        means = flat[every_batch(6, len(record.rows), order)].mean(axis=1)
        off = means - snapshot.arrows.full
        assert_allclose(off.mean(axis=0), [0, 0], atol=1e-12)
        scale = np.abs(flat).max() ** 2
        assert_allclose(spread, off.T @ off / len(off), atol=1e-12 * scale)


def test_a_short_last_batch_spreads_wider() -> None:
    scene = Scene(data=SIX, descent=Descent(4, 1e-12))
    sizes, spreads = [], []
    for steps in (0, 1):
        _, snapshot = taken(scene, steps)
        assert snapshot.arrows.spread is not None
        sizes.append(len(snapshot.record.rows))
        spreads.append(np.trace(snapshot.arrows.spread))
    assert sizes == [4, 2]
    assert spreads[1] == pytest.approx(4 * spreads[0])


@pytest.mark.parametrize("size", [1, 3, 6])
def test_in_file_order_there_is_no_chance(size: int) -> None:
    scene = Scene(data=SIX, descent=Descent(size, order=FILE_ORDER))
    assert taken(scene, 2)[1].arrows.spread is None


def test_fresh_batches_spread_like_the_examples() -> None:
    trainer, snapshot = taken(Scene(data=SIX, descent=Descent(3, order=FRESH)))
    gradients = trainer.objective.gradients(snapshot.record.theta, np.arange(6))
    covariance = np.cov(gradients.T, bias=True)
    assert snapshot.arrows.spread is not None
    assert_allclose(snapshot.arrows.spread, covariance / 3, rtol=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [
        ([1, 0], [5, 0], 0.0),
        ([1, 0], [0, 2], 90.0),
        ([1, 0], [-3, 0], 180.0),
        ([1, 1, 0], [1, 0, 0], 45.0),
        ([0, 0], [1, 0], None),
        ([1, 0], [0, 0], None),
        ([np.nan, 0], [1, 0], None),
        ([np.inf, 0], [1, 0], None),
        ([1e200, 0], [1e200, 1e200], 45.0),
        ([1e-200, 0], [1e-200, -1e-200], 45.0),
        ([1e300, 1e300], [1e-300, 0], 45.0),
    ],
)
def test_angle(a: list[float], b: list[float], degrees: float | None) -> None:
    with np.errstate(all="ignore"):
        found = angle(np.array(a, dtype=float), np.array(b, dtype=float))
    assert found == (None if degrees is None else pytest.approx(degrees))


def test_the_angle_is_between_mean_and_full_gradient() -> None:
    _, snapshot = taken(NET, 4)
    mean, full = snapshot.record.gradient, snapshot.full.gradient
    cosine = mean @ full / np.sqrt((mean @ mean) * (full @ full))
    assert snapshot.angle == pytest.approx(np.degrees(np.arccos(cosine)))
    whole = replace(NET, descent=Descent(30))
    assert taken(whole)[1].angle == pytest.approx(0.0, abs=1e-5)


SHARES = ("mean", "full", "update", "handed")


def test_shares_say_how_much_lies_in_the_plane() -> None:
    _, snapshot = taken(NET, 4)
    full = np.linalg.norm(snapshot.arrows.full) / np.linalg.norm(snapshot.full.gradient)
    assert snapshot.arrows.shares["full"] == pytest.approx(full)
    assert all(0 < share < 1 for share in snapshot.arrows.shares.values())
    _, flat = taken(Scene(data=SIX), 2)
    assert flat.arrows.shares == pytest.approx(dict.fromkeys(SHARES, 1.0))


NAMES = ("W1[1,1]", "W1[1,2]", "b1[1]", "W2[1,1]", "b2[1]")


@pytest.mark.parametrize(
    ("across", "up", "labels"),
    [
        ("b2[1]", "W2[1,1]", ("b2[1]", "W2[1,1]")),
        ("W2[1,1]", "b2[1]", ("W2[1,1]", "b2[1]")),
        ("", "", ("telling 0", "telling 1")),
        ("no such", "w", ("telling 0", "telling 1")),
        ("b2[1]", "", ("b2[1]", "telling 1")),
        ("", "b2[1]", ("telling 0", "b2[1]")),
        ("b2[1]", "b2[1]", ("b2[1]", "telling 0")),
        ("telling 0", "telling 0", ("telling 0", "telling 1")),
        ("telling 1", "", ("telling 1", "telling 0")),
        ("", "telling 0", ("telling 1", "telling 0")),
    ],
)
def test_the_plane_of_two_parameters(
    across: str, up: str, labels: tuple[str, str]
) -> None:
    scene = replace(NET, model=MLP((1,)))
    trainer = Trainer(scene)
    names = trainer.objective.names
    assert names == NAMES
    told = {f"telling {i}": names[k] for i, k in enumerate(trainer.telling)}
    assert "b2[1]" not in told.values()
    chosen = [told.get(name, name) for name in (across, up)]
    trainer.adopt(replace(trainer.scene, plane_x=chosen[0], plane_y=chosen[1]))
    plane = Viewer(trainer).plane(trainer)
    assert plane.labels == tuple(told.get(name, name) for name in labels)
    pair = [names.index(name) for name in plane.labels]
    assert plane.directions.tolist() == np.eye(5)[pair].tolist()
    assert plane.project(trainer.state.theta).tolist() == [
        trainer.state.theta[i] for i in pair
    ]
    assert_allclose(plane.lift(plane.project(trainer.state.theta)), trainer.state.theta)


@pytest.mark.parametrize("across", ["", "w", "b"])
def test_the_plane_of_a_single_parameter(across: str) -> None:
    scene = Scene(data=SIX, model=Linear(False), plane_x=across)
    _, snapshot = taken(scene, 3)
    assert snapshot.plane.labels == ("w", "")
    assert snapshot.plane.directions.tolist() == [[1.0], [0.0]]
    assert snapshot.arrows.mean[1] == 0.0
    assert snapshot.arrows.spread is not None
    assert not snapshot.arrows.spread[1].any()


def test_the_test_loss_is_over_the_held_out() -> None:
    trainer, snapshot = taken(replace(NET, held_out=0.4), 5)
    assert trainer.test is not None
    losses = trainer.test.losses(snapshot.record.theta, np.arange(12))
    assert snapshot.test_loss == pytest.approx(losses.mean(), rel=1e-13)
    assert snapshot.test_loss != snapshot.full.loss
    assert taken(NET)[1].test_loss is None


@pytest.mark.parametrize("scene", [NET, Scene(data=Iris()), Scene(data=TwoPoints())])
def test_what_is_shown_cannot_be_written(scene: Scene) -> None:
    _, snapshot = taken(scene, 2)
    record = snapshot.record
    for array in (record.theta, record.losses, record.gradients, record.gradient):
        assert not array.flags.writeable
    assert not record.update.flags.writeable


def test_a_bad_end_is_marked() -> None:
    trainer, snapshot = taken(Scene(data=SIX, descent=Descent(4, 3.0)), 10**6)
    assert snapshot.diverged
    assert snapshot.step == trainer.newest
    assert np.isfinite(snapshot.record.theta).all()
    assert np.isfinite(snapshot.arrows.here).all()

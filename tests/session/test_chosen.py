"""The selected example: its numbers, its arrow and its own surface, and no other's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.batches import FRESH
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.functions import GivenGradients, PlusAndMinus, SquareAndCube
from gdviz.core.landscape import GRIDS
from gdviz.core.ledger import ledger
from gdviz.core.models import MLP, Linear
from gdviz.core.planes import Region
from gdviz.core.portrait import sitter_for
from gdviz.session.canvas import OwnCanvas
from gdviz.session.observing import MOST_SHOWN
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.viewing import Viewer
from tests.session.asking import Screen, of_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.landscape import Surface
    from gdviz.core.sums import FiniteSum
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

REGION = Region(-2.0, 1.0, -1.0, 3.0)
NETS = {
    "line": Scene(data=LineWithNoise(n_examples=10)),
    "moons": Scene(data=Moons(n_examples=30), model=MLP((3,)), held_out=0.2),
    "iris": Scene(data=Iris(), model=MLP((2,)), descent=Descent(7)),
    "one weight": Scene(data=LineWithNoise(n_examples=10), model=Linear(False)),
}
FORMULAS = {
    "cube": Scene(data=SquareAndCube(), descent=Descent(1)),
    "plus": Scene(data=PlusAndMinus(), descent=Descent(1)),
    "given": Scene(data=GivenGradients(), descent=Descent(1)),
}
ALL = {**NETS, **FORMULAS}


def there(scene: Scene, steps: int) -> tuple[FiniteSum, Trainer]:
    """Return what the pending batch is taken from, and a trainer that got there."""
    trainer = Trainer(scene)
    trainer.advance(steps)
    return trainer.pending.fresh or trainer.objective, trainer


def check(now: Snapshot, row: int, source: FiniteSum, trainer: Trainer) -> None:
    chosen, theta, one = now.chosen, trainer.state.theta, np.array([row])
    assert chosen is not None
    assert chosen.row == row
    places = np.flatnonzero(trainer.pending.rows == row)
    assert chosen.place == (places[0] if len(places) else -1)
    assert chosen.loss == source.losses(theta, one)[0]
    assert_array_equal(chosen.gradient, source.gradients(theta, one)[0])
    assert_array_equal(chosen.arrow, -now.plane.directions @ chosen.gradient)
    if chosen.place >= 0:
        beside = now.record.gradients[chosen.place]
        assert_allclose(chosen.gradient, beside, rtol=1e-12, atol=1e-14)
    seen = sitter_for(trainer.objective).portrait(theta, source.examples.take(one))
    assert chosen.point.tolist() == seen.batch[0].tolist()
    assert chosen.predicted.tolist() == seen.predicted[0].tolist()
    assert not chosen.gradient.flags.writeable


@pytest.mark.parametrize("scene", ALL.values(), ids=ALL)
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_every_example_can_be_selected(scene: Scene, steps: int) -> None:
    screen, (source, trainer) = Screen(scene, steps), there(scene, steps)
    inside = set[bool]()
    for row in range(source.n_examples):
        screen.ask(chosen=row)
        assert (screen.run.chosen, screen.run.asked) == (row, row)
        check(screen.now, row, source, trainer)
        inside.add(row in trainer.pending.rows)
    assert inside == {True, False}


@pytest.mark.parametrize("scene", [NETS["line"], NETS["moons"]])
@pytest.mark.parametrize("steps", [0, 4])
def test_of_fresh_examples_by_their_place(scene: Scene, steps: int) -> None:
    scene = replace(scene, descent=Descent(6, order=FRESH))
    screen, (source, trainer) = Screen(scene, steps), there(scene, steps)
    for place in range(6):
        screen.ask(chosen=place)
        check(screen.now, place, source, trainer)
    screen.ask(chosen=6)
    assert screen.now.chosen is None


@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
def test_its_ledger_is_that_of_its_passes(scene: Scene) -> None:
    screen, (source, trainer) = Screen(scene, 5), there(scene, 5)
    for row in (0, 7, 3):
        screen.ask(chosen=row)
        assert screen.now.chosen is not None
        told = screen.now.chosen.ledger
        own = ledger(of_network(source), trainer.state.theta, np.array([row]))
        assert told is not None
        for name in ("layers", "sums", "activations", "slopes", "deltas"):
            for mine, expected in zip(
                getattr(told, name), getattr(own, name), strict=True
            ):
                assert_array_equal(mine, expected)
        for name in ("inputs", "readable", "targets", "losses", "gradients"):
            assert_array_equal(getattr(told, name), getattr(own, name))


@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
def test_the_ledger_of_the_batch_is_in_its_order(scene: Scene) -> None:
    now, (source, trainer) = Screen(scene, 2).now, there(scene, 2)
    assert now.ledger is not None
    own = ledger(of_network(source), trainer.state.theta, trainer.pending.rows)
    assert_array_equal(now.ledger.losses, own.losses)
    assert_array_equal(now.ledger.deltas[-1], own.deltas[-1])
    assert_array_equal(now.ledger.losses, now.record.losses)


@pytest.mark.parametrize("scene", FORMULAS.values(), ids=FORMULAS)
def test_formulas_have_no_ledger(scene: Scene) -> None:
    screen = Screen(scene)
    screen.ask(chosen=1)
    assert screen.now.chosen is not None
    assert screen.now.chosen.ledger is screen.now.ledger is None
    assert screen.now.gap is None


def test_of_a_large_batch_the_first_are_told() -> None:
    scene = Scene(data=LineWithNoise(n_examples=3000), descent=Descent(2000, 0.01))
    screen, (_, trainer) = Screen(scene), there(scene, 0)
    assert screen.now.ledger is not None
    assert len(screen.now.ledger) == 256
    rows = trainer.pending.rows
    for place, told in ((0, 0), (1023, 1023), (1024, -1), (1999, -1)):
        screen.ask(chosen=int(rows[place]))
        assert screen.now.chosen is not None
        assert screen.now.chosen.place == told
    assert MOST_SHOWN == 1024


@pytest.mark.parametrize("row", [-1, 10, 10**9])
def test_there_is_no_such_example(row: int) -> None:
    screen = Screen(NETS["line"])
    screen.ask(chosen=3)
    screen.ask(chosen=row)
    assert screen.now.chosen is None
    assert screen.run.chosen is None
    assert screen.last.own_surface is None
    assert screen.run.asked == row


def test_none_is_selected_again() -> None:
    screen, chosen = Screen(NETS["moons"]), list[int | None]()
    for row in (None, 3, 3, None):
        screen.ask(chosen=row)
        chosen.append(screen.run.chosen)
        assert (screen.last.snapshot is None) == (chosen[-2:] in ([None], [3, 3]))
    assert chosen == [None, 3, 3, None]
    assert screen.run.own_surface is None


def truth(source: FiniteSum, trainer: Trainer, row: int, surface: Surface) -> Array:
    """Return the loss of one example at each point of the grid, one by one."""
    region, size = surface.region, len(surface.values)
    u = np.linspace(region.left, region.right, size)
    v = np.linspace(region.bottom, region.top, size)
    plane, one = Viewer(trainer).plane(trainer), np.array([row])
    places = [[plane.lift(np.array([a, b])) for a in u] for b in v]
    return np.array([[source.losses(at, one)[0] for at in line] for line in places])


def rough(surface: Surface) -> Surface:
    """Return every so many points, so that each can be checked."""
    stride = (len(surface.values) - 1) // 8
    return replace(surface, values=surface.values[::stride, ::stride])


@pytest.mark.parametrize("scene", ALL.values(), ids=ALL)
@pytest.mark.parametrize("steps", [0, 3])
def test_its_surface_is_its_loss_alone(scene: Scene, steps: int) -> None:
    screen, (source, trainer) = Screen(scene, steps), there(scene, steps)
    shown = []
    for row in (0, 1):
        answers = screen.rest(chosen=row, region=REGION)
        sizes = [len(a.own_surface.values) for a in answers if a.own_surface]
        assert sizes == sorted(sizes)
        assert sizes[-1] == GRIDS[2]
        surface = screen.run.own_surface
        assert surface is not None
        assert (surface.finest, surface.region) == (True, REGION)
        few = rough(surface)
        expected = truth(source, trainer, row, few)
        size = np.abs(expected).max()
        assert_allclose(few.values, expected, rtol=1e-11, atol=1e-13 * size)
        shown.append(few.values)
    assert np.abs(shown[0] - shown[1]).max() > 1e-3


@pytest.mark.parametrize("order", ["shuffled", FRESH])
def test_no_other_example_is_taken_for_it(order: str) -> None:
    scene, seen = replace(NETS["moons"], descent=Descent(4, 0.05, order)), 0
    screen = Screen(scene)
    for step in range(12):
        source, trainer = there(scene, step)
        for row in (0, 2, 0, 1):
            for _ in range(3):
                surface = screen.ask(chosen=row, region=REGION).own_surface
                if surface is not None:
                    few = rough(surface)
                    expected = truth(source, trainer, row, few)
                    assert_allclose(few.values, expected, rtol=1e-10)
                    seen += 1
        screen.ask(steps=1, chosen=1, region=REGION)
    assert seen >= 48


def test_another_selection_shows_nothing_before_it_is_drawn() -> None:
    screen = Screen(NETS["moons"])
    screen.rest(chosen=0, region=REGION)
    first = screen.run.own_surface
    assert first is not None
    screen.ask(chosen=1, region=REGION)
    assert screen.run.own_surface is not first
    screen.rest(chosen=1, region=REGION)
    assert screen.run.own_surface is not None
    assert screen.run.own_surface is not first


def test_while_theta_moves_the_last_one_stays() -> None:
    scene = replace(NETS["moons"], model=MLP((16, 16)), plane_x="W1[1,1]")
    trainer, canvas = Trainer(scene), OwnCanvas()
    viewer = Viewer(trainer)
    last = canvas.draw(trainer, viewer.plane(trainer), 2, REGION, np.inf)
    assert last is not None
    assert last.finest
    trainer.advance(1)
    told = [
        (
            canvas.draw(trainer, viewer.plane(trainer), 2, REGION, 0.0) is last,
            canvas.busy,
        )
    ]
    told += [
        (
            canvas.draw(trainer, viewer.plane(trainer), None, REGION, 0.0) is None,
            canvas.busy,
        )
    ]
    told += [
        (
            canvas.draw(trainer, viewer.plane(trainer), 2, REGION, 0.0) is last,
            canvas.busy,
        )
    ]
    assert told == [(True, True), (True, False), (False, True)]

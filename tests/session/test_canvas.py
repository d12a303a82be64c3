"""The surface in the making: the right values, in the end through θ now."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.landscape import GRIDS, Surface
from gdviz.core.models import MLP
from gdviz.core.planes import Region
from gdviz.session.canvas import Canvas
from gdviz.session.observing import plane_of
from gdviz.session.scene import Scene
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE, THERE = Region(-1.0, 2.0, -3.0, 1.0), Region(0.0, 0.5, -1.0, 1.0)
NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))
LINE = Scene(data=LineWithNoise(n_examples=12))


def truth(trainer: Trainer, surface: Surface) -> NDArray[np.float64]:
    """Return the loss at every point of the grid, one by one."""
    region, size = surface.region, len(surface.values)
    u = np.linspace(region.left, region.right, size)
    v = np.linspace(region.bottom, region.top, size)
    plane, everyone = plane_of(trainer), np.arange(trainer.objective.n_examples)
    places = [[plane.lift(np.array([across, up])) for across in u] for up in v]
    losses = [[trainer.objective.losses(at, everyone) for at in row] for row in places]
    return np.mean(losses, axis=2)


def finish(canvas: Canvas, trainer: Trainer, region: Region) -> Surface:
    """Ask on until nothing is under way; return the last surface."""
    last, end = None, time.perf_counter() + 10
    while canvas.busy:
        assert time.perf_counter() < end
        canvas.want(trainer, region)
        last = canvas.draw(0.0) or last
    assert last is not None
    return last


@pytest.mark.parametrize(("scene", "size"), [(LINE, GRIDS[-1]), (NET, GRIDS[-2])])
def test_in_a_hurry_what_moves_is_coarser(scene: Scene, size: int) -> None:
    trainer, canvas = Trainer(scene), Canvas()
    canvas.want(trainer, HERE, quick=True)
    surface = None
    while canvas.busy:
        surface = canvas.draw(np.inf) or surface
    assert surface is not None
    assert surface.values.shape == (size, size)
    assert_allclose(surface.values, truth(trainer, surface), rtol=1e-12)


@pytest.mark.parametrize("scene", [LINE, NET])
def test_it_gets_finer_until_it_is_finest(scene: Scene) -> None:
    trainer, canvas = Trainer(scene), Canvas()
    trainer.advance(3)
    seen = list[Surface]()
    canvas.want(trainer, HERE)
    while canvas.busy:
        surface = canvas.draw(0.0)
        seen += [surface] if surface else []
    assert [surface.values.shape for surface in seen] == [(n, n) for n in GRIDS]
    assert [surface.finest for surface in seen] == [False, False, False, True]
    assert canvas.step == 3
    for surface in seen[:2]:
        assert surface.region == HERE
        assert_allclose(surface.values, truth(trainer, surface), rtol=1e-12)
    for rough, fine in pairwise(seen):
        assert fine.values[::2, ::2].tolist() == rough.values.tolist()
    finest = seen[-1]
    points = np.random.default_rng(0).integers(GRIDS[-1], size=(50, 2))
    u, v = np.linspace(-1, 2, GRIDS[-1]), np.linspace(-3, 1, GRIDS[-1])
    places = plane_of(trainer).lift(np.column_stack([u[points[:, 1]], v[points[:, 0]]]))
    losses = trainer.objective.loss_at(places)
    assert_allclose(finest.values[points[:, 0], points[:, 1]], losses, rtol=1e-12)


def test_nothing_wanted_is_no_work() -> None:
    canvas = Canvas()
    assert not canvas.busy
    assert canvas.draw(np.inf) is None


def test_the_same_again_is_no_work() -> None:
    trainer, canvas = Trainer(LINE), Canvas()
    canvas.want(trainer, HERE)
    assert canvas.draw(np.inf) is not None
    canvas.want(trainer, HERE)
    assert not canvas.busy
    assert canvas.draw(np.inf) is None


def test_another_region_is_begun_at_once() -> None:
    trainer, canvas = Trainer(NET), Canvas()
    for region in (HERE, THERE, HERE):
        canvas.want(trainer, region)
        assert canvas.busy
        surface = canvas.draw(0.0)
        while surface is None:
            surface = canvas.draw(0.0)
        assert surface.region == region
        assert surface.values.shape == (GRIDS[0], GRIDS[0])


def test_two_parameters_need_no_new_surface_as_they_move() -> None:
    trainer, canvas = Trainer(LINE), Canvas()
    canvas.want(trainer, HERE)
    canvas.draw(np.inf)
    trainer.advance(5)
    canvas.want(trainer, HERE)
    assert not canvas.busy


def test_it_comes_to_rest_through_theta_now() -> None:
    trainer, canvas = Trainer(NET), Canvas()
    steps = set[int]()
    for _ in range(400):
        trainer.advance(1)
        canvas.want(trainer, HERE)
        surface = canvas.draw(0.0)
        if surface is not None:
            steps.add(canvas.step)
    assert steps  # something was shown on the way
    assert max(steps) < trainer.step
    assert canvas.busy
    last = finish(canvas, trainer, HERE)
    assert last.finest
    assert canvas.step == trainer.step == 400
    assert_allclose(last.values[::32, ::32], coarse(trainer), rtol=1e-12)


def coarse(trainer: Trainer) -> NDArray[np.float64]:
    return truth(trainer, Surface(HERE, np.empty((5, 5)), False))

"""The surface in the making: the right values, in the end through θ now."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.landscape import GRIDS, Surface
from gdviz.core.models import MLP
from gdviz.core.planes import Region
from gdviz.session import canvas as canvas_module
from gdviz.session.canvas import Canvas
from gdviz.session.scene import Scene
from gdviz.session.trainer import Trainer
from gdviz.session.viewing import Viewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE, THERE = Region(-1.0, 2.0, -3.0, 1.0), Region(0.0, 0.5, -1.0, 1.0)
NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))
KINKED = Scene(
    data=Moons(n_examples=30),
    model=MLP((3,), "relu"),
    plane_x="W1[1,1]",
    plane_y="W2[1,1]",
)
LINE = Scene(data=LineWithNoise(n_examples=12))


def truth(trainer: Trainer, surface: Surface) -> NDArray[np.float64]:
    """Return the loss at every point of the grid, one by one."""
    region, size = surface.region, len(surface.values)
    u = np.linspace(region.left, region.right, size)
    v = np.linspace(region.bottom, region.top, size)
    plane, everyone = (
        Viewer(trainer).plane(trainer),
        np.arange(trainer.objective.n_examples),
    )
    places = [[plane.lift(np.array([across, up])) for across in u] for up in v]
    losses = [[trainer.objective.losses(at, everyone) for at in row] for row in places]
    return np.mean(losses, axis=2)


def finish(canvas: Canvas, trainer: Trainer, region: Region) -> Surface:
    """Ask on until nothing is under way; return the last surface."""
    last, end = None, time.perf_counter() + 10
    while canvas.busy:
        assert time.perf_counter() < end
        canvas.want(trainer, Viewer(trainer).plane(trainer), region)
        last = canvas.draw(0.0) or last
    assert last is not None
    return last


@pytest.mark.parametrize(("scene", "size"), [(LINE, GRIDS[-1]), (NET, GRIDS[2])])
def test_in_a_hurry_what_moves_is_coarser(scene: Scene, size: int) -> None:
    trainer, canvas = Trainer(scene), Canvas()
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE, quick=True)
    surface = None
    while canvas.busy:
        surface = canvas.draw(np.inf) or surface
    assert surface is not None
    assert surface.values.shape == (size, size)
    assert_allclose(surface.values, truth(trainer, surface), rtol=1e-12)


@pytest.mark.parametrize(
    ("scene", "sizes"),
    [(LINE, [GRIDS[-1]]), (NET, [GRIDS[-1], GRIDS[-1]]), (KINKED, list(GRIDS))],
)
def test_it_gets_better_until_it_is_finest(scene: Scene, sizes: list[int]) -> None:
    trainer, canvas = Trainer(scene), Canvas()
    trainer.advance(3)
    seen = list[Surface]()
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
    while canvas.busy:
        surface = canvas.draw(0.0)
        seen += [surface] if surface else []
    assert [len(surface.values) for surface in seen] == sizes
    assert [surface.finest for surface in seen] == [False] * (len(seen) - 1) + [True]
    assert [s.error > 0 for s in seen] == [scene is NET and s is seen[0] for s in seen]
    assert canvas.step == 3
    for surface in seen:
        assert surface.region == HERE
        step = (len(surface.values) - 1) // 16
        found = replace(surface, values=surface.values[::step, ::step])
        within = surface.error * np.ptp(found.values)
        assert_allclose(found.values, truth(trainer, found), rtol=1e-12, atol=within)
    for rough, fine in pairwise(seen if scene is KINKED else []):
        assert fine.values[::2, ::2].tolist() == rough.values.tolist()


def test_nothing_wanted_is_no_work() -> None:
    canvas = Canvas()
    assert not canvas.busy
    assert canvas.draw(np.inf) is None


def test_the_same_again_is_no_work() -> None:
    trainer, canvas = Trainer(LINE), Canvas()
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
    assert canvas.draw(np.inf) is not None
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
    assert not canvas.busy
    assert canvas.draw(np.inf) is None


def test_another_region_is_begun_at_once() -> None:
    trainer, canvas = Trainer(NET), Canvas()
    for region in (HERE, THERE, HERE):
        canvas.want(trainer, Viewer(trainer).plane(trainer), region)
        assert canvas.busy
        surface = canvas.draw(0.0)
        while surface is None:
            surface = canvas.draw(0.0)
        assert surface.region == region
        assert not surface.finest


def test_two_parameters_need_no_new_surface_as_they_move() -> None:
    trainer, canvas = Trainer(LINE), Canvas()
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
    canvas.draw(np.inf)
    trainer.advance(5)
    canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
    assert not canvas.busy


def test_it_comes_to_rest_through_theta_now() -> None:
    trainer, canvas = Trainer(NET), Canvas()
    steps = set[int]()
    for _ in range(400):
        trainer.advance(1)
        canvas.want(trainer, Viewer(trainer).plane(trainer), HERE)
        surface = canvas.draw(0.0)
        if surface is not None:
            steps.add(canvas.step)
    assert steps  # something was shown on the way
    assert max(steps) < trainer.step
    assert canvas.busy
    last = finish(canvas, trainer, HERE)
    assert last.finest
    assert canvas.step == trainer.step == 400
    step = (len(last.values) - 1) // 4
    assert_allclose(last.values[::step, ::step], coarse(trainer), rtol=1e-12)


@pytest.mark.parametrize("patience", [0.0, np.inf])
def test_what_follows_theta_is_as_fine_as_what_it_replaces(
    monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    """Unless that takes too long: then coarser ones are better than none."""
    monkeypatch.setattr(canvas_module, "_LIVE", 0.0)
    monkeypatch.setattr(canvas_module, "_PATIENCE", patience)
    trainer, canvas, sizes = Trainer(KINKED), Canvas(), list[int]()
    for _ in range(80):
        trainer.advance(1)
        canvas.want(trainer, Viewer(trainer).plane(trainer), HERE, quick=True)
        surface = canvas.draw(0.0)
        sizes += [len(surface.values)] if surface else []
    assert len(sizes) > 2
    assert sizes[0] == GRIDS[0]
    assert min(sizes[1:]) == GRIDS[1 if patience else 0]


def coarse(trainer: Trainer) -> NDArray[np.float64]:
    return truth(trainer, Surface(HERE, np.empty((5, 5)), False))

"""The surface in 3-D: where points fall, what hides what, and every mark on it."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gdviz.core.landscape import Surface
from gdviz.core.planes import Region
from gdviz.ui import style as look
from gdviz.ui.relief import frame
from gdviz.ui.relief.body import TEXTURE, painted, skin
from gdviz.ui.relief.camera import FLATTEST, NEAREST, STEEPEST, TALL, Camera, Projection
from gdviz.ui.relief.horizon import Horizon
from gdviz.ui.relief.marks import MOST_POINTS, thinned
from gdviz.ui.relief.painting import apart
from gdviz.ui.relief.sight import Sight, bent
from gdviz.ui.relief.terrain import Terrain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SQUARE = Region(-1.0, 1.0, -1.0, 1.0)
SIZE = (400.0, 360.0)
CAMERAS = [
    Camera(), Camera(0.0, 90.0), Camera(90.0, 20.0), Camera(-150.0, 45.0, 2.0),
    Camera(180.0, 60.0, 0.7, (30.0, -20.0)), Camera(37.0, FLATTEST),
]  # fmt: skip


def terrain_of(values: Array, region: Region = SQUARE) -> Terrain:
    return Terrain.of(Surface(region, values, finest=True))


def grid(n: int = 65) -> tuple[Array, Array]:
    u = np.linspace(-1.0, 1.0, n)
    x, y = np.meshgrid(u, u)
    return x, y


def hills(seed: int = 0) -> Array:
    x, y = grid()
    a, b, c = np.random.default_rng(seed).uniform(3.0, 6.0, 3)
    made: Array = np.sin(a * x + 1) * np.cos(b * y) + 0.3 * np.sin(c * (x + y))
    return made


def plain(camera: Camera, point: Array, half: tuple[float, float]) -> list[float]:
    """Turn a point step by step, as on paper."""
    a, e = radians(camera.turn), radians(camera.tilt)
    x = cos(a) * point[0] - sin(a) * point[1]
    y = sin(a) * point[0] + cos(a) * point[1]
    up = cos(e) * (point[2] - TALL / 2) + sin(e) * y
    scale = Projection(camera, SIZE, half).scale
    return [
        SIZE[0] / 2 + camera.zoom * camera.shift[0] + scale * x,
        SIZE[1] / 2 + camera.zoom * camera.shift[1] - scale * up,
        y,
    ]


@pytest.mark.parametrize("camera", CAMERAS)
def test_points_fall_where_turns_on_paper_put_them(camera: Camera) -> None:
    points = np.random.default_rng(1).uniform(-1.0, 1.0, (50, 3))
    seen = Projection(camera, SIZE, (1.0, 0.6)).seen(points)
    wanted = [plain(camera, point, (1.0, 0.6)) for point in points]
    assert seen == pytest.approx(np.array(wanted))


@pytest.mark.parametrize("tilt", [FLATTEST, 38.0, STEEPEST])
@pytest.mark.parametrize("size", [(400.0, 360.0), (900.0, 250.0), (200.0, 700.0)])
def test_the_whole_box_is_in_the_picture_however_it_is_turned(
    size: tuple[float, float], tilt: float
) -> None:
    sides = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, TALL)]
    for turn in range(0, 360, 15):
        seen = Projection(Camera(turn, tilt), size, (1.0, 1.0)).seen(np.array(sides))
        assert (seen[:, :2] > 0).all()
        assert (seen[:, :2] < size).all()


def test_the_camera_keeps_its_limits() -> None:
    camera = Camera()
    assert camera.turned(0.0, 500.0).tilt == STEEPEST
    assert camera.turned(0.0, -500.0).tilt == FLATTEST
    assert camera.turned(360.0, 0.0).turn == pytest.approx(camera.turn)
    assert camera.turned(200.0, 0.0).turn == pytest.approx(168.0)
    assert camera.zoomed(1e9).zoom == NEAREST
    assert 0 < camera.zoomed(1e-9).zoom < 1
    far = camera.moved(1e9, -1e9, SIZE).shift
    assert np.isfinite(far).all()
    assert np.abs(far).max() <= 2 * max(SIZE)


@pytest.mark.parametrize("factor", [1.7, 0.6])
def test_what_is_under_the_mouse_stays_there(factor: float) -> None:
    camera = Camera(20.0, 50.0, 1.5, (12.0, -7.0))
    point = np.array([[0.3, -0.4, 0.2]])
    before = Projection(camera, SIZE, (1.0, 1.0)).seen(point)[0, :2]
    at = before - np.array(SIZE) / 2
    nearer = camera.zoomed(factor, (float(at[0]), float(at[1])))
    after = Projection(nearer, SIZE, (1.0, 1.0)).seen(point)[0, :2]
    assert after == pytest.approx(before)


def test_a_move_is_as_long_as_that_of_the_mouse() -> None:
    camera, point = Camera(zoom=3.0), np.zeros((1, 3))
    moved = camera.moved(20.0, -10.0, SIZE)
    ends = [Projection(c, SIZE, (1.0, 1.0)).seen(point)[0, :2] for c in (camera, moved)]
    assert ends[1] - ends[0] == pytest.approx([20.0, -10.0])


def test_heights_are_the_losses_where_no_wall_flattens_them() -> None:
    x, y = grid()
    terrain = terrain_of(3.0 + 5 * (x**2 + y**2))
    assert terrain.scale.power == 1.0
    assert terrain.words() == "height: loss"
    points = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [-0.5, 0.0]])
    assert terrain.at(points) == pytest.approx([0.0, 1.0, 0.5, 0.125])
    assert terrain.raised(points)[1] == pytest.approx([1.0, 1.0, TALL])


def test_a_far_wall_lets_the_rest_stand_up_and_it_is_said() -> None:
    x, _ = grid()
    terrain = terrain_of(np.exp(12 * x))
    assert terrain.scale.power < 0.5
    assert terrain.words() == f"height: (loss − lowest)^{terrain.scale.power:g}"
    low, high = terrain.scale.low, terrain.scale.high
    share = (np.exp(6.0) - low) / (high - low)
    assert terrain.at(np.array([[0.5, 0.0]])) == pytest.approx(
        [share**terrain.scale.power]
    )
    assert np.median(terrain.heights) > 0.05


def test_between_points_of_the_grid_heights_are_bilinear() -> None:
    terrain = terrain_of(np.array([[0.0, 1.0], [2.0, 4.0]]))
    middle = terrain.at(np.array([[0.0, 0.0], [-1.0, 0.5]]))
    assert middle == pytest.approx(np.array([7 / 4, 1.5]) / 4)


def test_there_is_nothing_beyond_the_edge() -> None:
    terrain = terrain_of(hills())
    points = np.array([[1.01, 0.0], [0.0, -5.0], [np.nan, 0.0], [np.inf, 0.0]])
    assert np.isnan(terrain.at(points)).all()
    sight = Sight.of(terrain, Camera(), SIZE, 1.0)
    assert not sight.see(points).inside.any()
    assert not sight.follow(np.array([[2.0, 2.0], [3.0, 3.0]])).inside.any()


BROKEN = {
    "wall": lambda x, y: np.where(x > 0.5, np.inf, x**2 + y**2),
    "hole": lambda x, y: np.where(np.hypot(x, y) < 0.3, np.nan, x),
    "nothing": lambda x, _: np.full_like(x, np.nan),
    "flat": lambda x, _: np.zeros_like(x),
    "huge": lambda x, y: 8e307 * (x + y),
    "tiny": lambda x, _: 1e-320 * x,
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("camera", [Camera(), Camera(10.0, 90.0)])
def test_what_is_not_finite_is_cut_at_the_top(kind: str, camera: Camera) -> None:
    values = BROKEN[kind](*grid())
    terrain = terrain_of(values)
    assert ((terrain.heights >= 0) & (terrain.heights <= 1)).all()
    assert (terrain.heights[~np.isfinite(values)] == 1).all()
    assert terrain.cut == (not np.isfinite(values).all())
    assert ("cut" in terrain.words()) == terrain.cut
    horizon = Horizon.of(terrain, Projection(camera, SIZE, terrain.half), 1.0)
    assert np.isfinite(horizon.y).all()
    colours, _ = painted(horizon, skin(terrain, STYLE), "#ff0000", SIZE[1])
    assert (colours >> 24 == 255).mean() > 0.2


STYLE = look.STYLES[look.DARK]


def hidden_by_marching(terrain: Terrain, camera: Camera, points: Array) -> Array:
    """Return how far each ray to the eye dives under (> 0) or clears the surface.

    The ray from a point of the surface to the eye rises by tan(tilt) as it goes; the
    surface hides the point only if the ray is on both of its sides on the way.
    """
    ground = terrain.on_ground(points)
    heights = TALL * terrain.at(points)
    turn = radians(camera.turn)
    way = -np.array([sin(turn), cos(turn)])
    found = []
    for place, start in zip(ground, heights, strict=True):
        steps = np.arange(0.01, 3.0, 0.003)
        ray = start + steps * np.tan(radians(camera.tilt))
        over = ray - TALL * terrain.at(place + steps[:, None] * way)
        over = over[np.isfinite(over)]
        found.append(min(over.max(initial=0.0), -over.min(initial=0.0)))
    return np.array(found)


@pytest.mark.parametrize("camera", [Camera(), Camera(100.0, 25.0), Camera(-170, 12.0)])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_hidden_is_what_a_ray_to_the_eye_meets(
    camera: Camera, seed: int
) -> None:
    terrain = terrain_of(hills(seed))
    points = np.random.default_rng(seed).uniform(-0.95, 0.95, (300, 2))
    sight = Sight.of(terrain, camera, (800.0, 700.0), 1.0)
    shown = sight.see(points).shown
    under = hidden_by_marching(terrain, camera, points)
    assert not shown[under > 0.03].any()
    assert shown[under == 0].mean() > 0.97
    assert np.sum(under > 0.03) > 5


def rows_of(projection: Projection, *places: tuple[float, float, float]) -> Array:
    return projection.seen(np.array(places))[:, 1]


def test_a_near_wall_hides_what_is_behind_it() -> None:
    """From the bottom up: the wall from below, its top, then the ground far behind."""
    x, y = grid(201)
    terrain = terrain_of(np.where(y < -0.8, 1.0, 0.0) + 0 * x)
    projection = Projection(Camera(0.0, 45.0), SIZE, terrain.half)
    horizon = Horizon.of(terrain, projection, 1.0)
    red, green, blue = (QColor(c).rgb() for c in ("#ff0000", "#00ff00", "#0000ff"))
    coloured = np.full((TEXTURE, TEXTURE), green, dtype=np.uint32)
    coloured[: round(0.1 * TEXTURE)] = red
    colours, first = painted(horizon, coloured, "#0000ff", SIZE[1])
    column = colours[:, colours.shape[1] // 2]
    end, seen_from, crest, front, foot = rows_of(
        projection, (0, 1, 0), (0, 0.2, 0), (0, -0.8, 1), (0, -1, 1), (0, -0.8, 0)
    )
    assert seen_from == pytest.approx(crest)  # the crest hides the ground up to here
    for colour, high, low in (
        (green, end, crest),
        (red, crest, front),
        (blue, front, foot),
    ):
        place = np.flatnonzero(column == colour) + first + 0.5
        assert place.min() == pytest.approx(high, abs=4)
        assert place.max() == pytest.approx(low, abs=4)


def test_from_straight_above_it_is_the_map() -> None:
    terrain = terrain_of(hills())
    projection = Projection(Camera(0.0, 90.0), SIZE, terrain.half)
    horizon = Horizon.of(terrain, projection, 1.0)
    coloured = np.arange(TEXTURE**2, dtype=np.uint32).reshape(TEXTURE, TEXTURE) + 1
    colours, first = painted(horizon, coloured, "#000000", SIZE[1])
    for u, v in ((0.0, 0.0), (-0.7, 0.3), (0.9, -0.9)):
        x, y = projection.seen(np.array([[u, v, 0.0]]))[0, :2]
        found = int(colours[int(y) - first, int(x) - horizon.left]) - 1
        row, place = divmod(found, TEXTURE)
        assert 2 * row / (TEXTURE - 1) - 1 == pytest.approx(v, abs=0.02)
        assert 2 * place / (TEXTURE - 1) - 1 == pytest.approx(u, abs=0.02)


def test_the_ground_keeps_the_shape_of_the_region() -> None:
    terrain = terrain_of(hills(), Region(0.0, 4.0, 1.0, 3.0))
    assert terrain.half == (1.0, 0.5)
    assert terrain.on_ground(np.array([[0.0, 1.0], [3.0, 3.0]])).tolist() == [
        [-1.0, -0.5], [0.5, 0.5],
    ]  # fmt: skip
    assert terrain_of(hills(), Region(0.0, 100.0, 0.0, 1.0)).half[1] >= 0.1


TICKS = {
    (0.0, 1.0, 5): [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
    (-3.0, 7.0, 4): [-2.5, 0.0, 2.5, 5.0],
    (0.001, 0.0019, 3): [0.001, 0.0015],
    (5.0, 5.0, 3): [],
    (0.0, np.inf, 3): [],
    (0.0, 1.0, 0): [],
}


@pytest.mark.parametrize(("asked", "wanted"), TICKS.items())
def test_ticks_are_round(asked: tuple[float, float, int], wanted: list[float]) -> None:
    assert frame.ticks(*asked) == pytest.approx(wanted)


WRITTEN = {
    (0.0, 0.5, 1.0): ["0", "0.5", "1"],
    (-400.0, 0.0, 400.0): ["−400", "0", "400"],
    (1e6, 2e6): ["1e6", "2e6"],
    (0.00025, 0.0005): ["0.00025", "0.0005"],
    (2e-7, 4e-7): ["2e−7", "4e−7"],
    (): [],
}


@pytest.mark.parametrize(("values", "texts"), WRITTEN.items())
def test_numbers_are_short_and_apart(
    values: tuple[float, ...], texts: list[str]
) -> None:
    assert frame.written(np.array(values)) == texts


@pytest.mark.parametrize("camera", CAMERAS)
def test_losses_stand_at_their_heights(camera: Camera) -> None:
    x, _ = grid()
    for values in (np.exp(9 * x), x, -np.exp(9 * x)):
        terrain = terrain_of(values)
        projection = Projection(camera, SIZE, terrain.half)
        told = frame.edges(terrain, projection, ("w", "b"))
        if camera.tilt == STEEPEST:
            assert [edge.name for edge in told] == ["w", "b"]
            continue
        losses = [edge for edge in told if edge.name == frame.LOSS]
        for edge in losses:
            heights = edge.ticks[:, 2] / TALL
            assert heights == pytest.approx(terrain.scale.shade(edge.values))
            rows = projection.seen(edge.ticks)[:, 1]
            assert (np.abs(np.diff(rows)) > 12).all()


def test_short_pieces_go_from_point_to_point() -> None:
    terrain = terrain_of(hills())
    points = np.array([[-1.0, -1.0], [1.0, 1.0], [1.0, 0.9]])
    made = bent(points, terrain)
    assert made[[0, -1]].tolist() == points[[0, -1]].tolist()
    assert any((made == points[1]).all(axis=1))
    assert len(made) > 30
    assert max(np.abs(b - a).max() for a, b in pairwise(made)) < 0.06
    assert bent(points[:1], terrain).tolist() == points[:1].tolist()


def test_dots_that_would_overlap_are_left_out() -> None:
    pixels = np.array([[0.0, 0.0], [3.0, 0.0], [6.0, 0.0], [8.0, 0.0], [8.0, 7.0]])
    assert apart(pixels, 5.0) == [0, 2, 4]
    assert apart(pixels[:0], 5.0) == []


def test_a_long_path_is_drawn_by_every_so_manieth_point() -> None:
    trail, here = np.arange(20_000.0).reshape(-1, 2), np.array([-1.0, -1.0])
    points, every = thinned(trail, here)
    assert every == 8
    assert len(points) <= MOST_POINTS + 1
    assert points[-1].tolist() == here.tolist()
    assert points[:-1].tolist() == trail[::8].tolist()
    points, every = thinned(trail[:5], here)
    assert (len(points), every) == (6, 1)
    assert len(thinned(trail[:5], np.array([np.nan, 0.0]))[0]) == 5

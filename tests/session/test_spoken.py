"""The picture in words: true to the run, and silent on what is hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import DATASETS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.beats import beat
from gdviz.session.geometry import length
from gdviz.session.scene import Descent, Scene
from gdviz.session.spoken import ways
from gdviz.session.spoken.picture import WORDS, picture, plain_sentence
from gdviz.session.writing import count, number
from tests.session.asking import Screen

LABELS = ("w", "b")


@pytest.fixture(scope="module")
def screen() -> Screen:
    """A run of 12 updates, at rest."""
    return Screen(Scene(), 12)


@pytest.mark.parametrize(
    ("arrow", "said"),
    [
        ((1.0, 0.0), "to larger w"),
        ((-2.0, 0.1), "to smaller w"),
        ((0.0, -1e-9), "to smaller b"),
        ((3.0, -2.0), "to larger w and smaller b"),
        ((-1.0, 0.5), "to smaller w and larger b"),
        ((1.0, 0.4), "to larger w"),
        ((1.0, 0.42), "to larger w and larger b"),
        ((0.0, 0.0), "nowhere"),
        ((np.inf, 0.0), "beyond all numbers"),
    ],
)
def test_a_direction_is_named_by_its_axes(
    arrow: tuple[float, float], said: str
) -> None:
    assert ways.direction(np.array(arrow), LABELS) == said


def test_an_axis_without_a_name_is_left_out() -> None:
    assert ways.place(np.array([1.5, 0.0]), ("w", "")) == "w = 1.5"
    assert ways.direction(np.array([-1.0, 0.0]), ("w", "")) == "to smaller w"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, -2.0, np.nan], "from −2 to 1"),
        ([3.0, 3.0], "3"),
        ([np.inf, np.nan], "too large for numbers"),
        ([], "too large for numbers"),
    ],
)
def test_a_range_is_of_finite_values(values: list[float], said: str) -> None:
    assert ways.spread(np.array(values)) == said


def test_long_lists_are_cut() -> None:
    assert ways.listed(["a", "b"], 2) == "a, b"
    assert ways.listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def test_what_is_left_of_rounding_is_no_angle() -> None:
    assert ways.turned(3e-14) == "0°"
    assert ways.turned(0.5) == "0.5°"


def test_the_surface_is_told_with_the_numbers_of_the_run(screen: Screen) -> None:
    run = screen.run
    snapshot, said = run.snapshot, picture(run, "surface")
    record = snapshot.record
    assert f"Theta after 12 updates is at w = {number(record.theta[0])}" in said
    assert f"loss {number(snapshot.full.loss)}." in said
    assert f"The mean of 4 gradients is {number(length(record.gradient))} long" in said
    assert f"full gradient is {number(length(snapshot.full.gradient))} long" in said
    assert f"{snapshot.angle:.0f}° lie between them" in said
    assert f"The next update is {number(length(record.update))} long" in said


def test_the_arrows_point_downhill(screen: Screen) -> None:
    mean = screen.run.snapshot.record.gradient
    sides = ["smaller" if part > 0 else "larger" for part in mean]
    said = picture(screen.run, "surface")
    assert f"points to {sides[0]} w and {sides[1]} b" in said


def test_the_path_is_measured_along_its_points(screen: Screen) -> None:
    run = screen.run
    points = np.vstack([run.trail(), run.snapshot.arrows.here])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    said = picture(run, "surface")
    assert f"is {number(float(steps.sum()))} long;" in said
    end = float(np.linalg.norm(points[-1] - points[0]))
    assert f"straight from there it is {number(end)}." in said


def test_the_lowest_place_of_the_surface_is_found() -> None:
    screen = Screen(Scene(), 1)
    for _ in range(50):
        if screen.run.surface is not None and not screen.run.busy:
            break
        screen.ask()
    surface = screen.run.surface
    assert surface is not None
    said = picture(screen.run, "surface")
    low, high = number(float(surface.values.min())), number(float(surface.values.max()))
    assert f"Loss in the part shown: from {low} to {high}" in said
    near = said.split("lowest near w = ")[1].split(". Theta")[0]
    w, b = (float(p.replace("−", "-")) for p in near.split(", b = "))
    cell = (surface.region.right - surface.region.left) / (len(surface.values[0]) - 1)
    row, column = np.unravel_index(surface.values.argmin(), surface.values.shape)
    assert abs(w - (surface.region.left + column * cell)) < 1e-3
    tall = (surface.region.top - surface.region.bottom) / (len(surface.values) - 1)
    assert abs(b - (surface.region.bottom + row * tall)) < 1e-3


def test_the_gradients_are_counted_and_named(screen: Screen) -> None:
    record, said = screen.run.snapshot.record, picture(screen.run, "gradients")
    lengths = np.linalg.norm(record.gradients, axis=1)
    assert f"4 arrows from one point, lengths {ways.spread(lengths)}" in said
    assert f"longest row {record.rows[lengths.argmax()] + 1}" in said
    assert f"shortest row {record.rows[lengths.argmin()] + 1}" in said
    against = int((record.gradients @ record.gradient < 0).sum())
    words = {0: "None of them turns", 1: "One of them turns", 2: "Two of them turn"}
    assert words[against] in said


@pytest.mark.parametrize("batch_size", [3, 5, 7, 9, 40])
def test_those_that_turn_away_are_counted(batch_size: int) -> None:
    run = Screen(Scene(descent=Descent(batch_size=batch_size)), 12).run
    record = run.snapshot.record
    against = int((record.gradients @ record.gradient < 0).sum())
    many = count(against).capitalize() if against else "None"
    assert f"{many} of them turn" in picture(run, "gradients")


def test_the_data_are_told_with_the_batch(screen: Screen) -> None:
    said = picture(screen.run, "data")
    assert said.startswith("40 examples as points")
    rows = ", ".join(f"{row + 1}" for row in screen.run.snapshot.record.rows)
    assert f"The next batch: rows {rows}." in said


def test_classes_are_counted_and_those_told_right() -> None:
    screen = Screen(Scene(data=DATASETS["iris"]()), 3)
    said = picture(screen.run, "data")
    assert "setosa: 50, versicolor: 50, virginica: 50" in said
    wrong = screen.run.snapshot.portrait.wrong
    assert f"right about {int((~wrong).sum())} of {len(wrong)}" in said


def test_the_loss_is_told_from_its_start() -> None:
    screen = Screen(Scene())
    first = screen.run.snapshot.full.loss
    assert "At step" not in picture(screen.run, "loss")
    screen.ask(steps=12)
    said = picture(screen.run, "loss")
    assert f"now, at step 12: {number(screen.run.snapshot.full.loss)}." in said
    assert f"At step 0 it was {number(first)}; lowest, at step 12," in said


def test_a_step_back_tells_nothing_of_later_steps() -> None:
    screen = Screen(Scene())
    screen.ask(steps=12)
    screen.ask(seek=2)
    said = picture(screen.run, "loss")
    assert "lowest, at step 2" in said
    assert "The path is known up to step 12." in said
    assert "Theta after 2 updates" in picture(screen.run, "surface")


@pytest.mark.parametrize("name", WORDS)
def test_hidden_marks_are_not_told(name: str, screen: Screen) -> None:
    hidden = frozenset({ways.MEAN, ways.FULL, ways.UPDATE, ways.EXAMPLE, ways.SPREAD})
    said = picture(screen.run, name, hidden)
    if name in ("surface", "relief", "gradients", "bars"):
        for words in ("mean of", "full gradient is", "next update", "arrows", "lie"):
            assert words not in said.replace("arrow is", "")


def test_the_mean_is_not_told_before_the_sum_is_divided() -> None:
    run = Screen(Scene(), 3).run
    run.beat = beat(run.snapshot, 2)
    hidden = frozenset({ways.MEAN, ways.UPDATE})
    said = picture(run, "gradients", hidden)
    assert "2 of 4 examples of the batch are at hand." in said
    assert "2 arrows from one point" in said
    assert "their mean" not in said


def test_ghosts_are_told_by_what_sets_them_apart() -> None:
    ghosts = (Descent(recipe=RECIPES["sum"]()), Descent(learning_rate=0.5))
    run = Screen(Scene(ghosts=ghosts), 3).run
    said = picture(run, "surface")
    assert said.count("Ghost, ") == 2
    assert "0.5" in said
    assert picture(run, "gradients").count("Ghost, ") == 2
    assert "Ghost" not in picture(run, "surface", frozenset({ways.GHOST}))


def test_a_selected_example_is_told() -> None:
    run = Screen(Scene(), 3, chosen=7).run
    for name in ("surface", "gradients", "data"):
        assert "Selected: row 8" in picture(run, name)
        hidden = frozenset({ways.CHOSEN})
        assert "Selected" not in picture(run, name, hidden)


def test_a_run_that_diverged_is_told_as_such() -> None:
    screen = Screen(Scene(descent=Descent(learning_rate=9.0)), 2000)
    assert screen.run.snapshot.diverged
    said = picture(screen.run, "surface")
    assert "overflow" in said
    assert "next update" not in said
    for name in WORDS:
        assert "nan" not in picture(screen.run, name).lower().split()


@pytest.mark.parametrize("data", sorted(set(DATASETS) - {"csv"}))
def test_every_plot_of_every_data_set_has_words(data: str) -> None:
    kind = DATASETS[data]
    run = Screen(Scene(data=kind()), 2).run
    for name in WORDS:
        said = picture(run, name)
        assert said.endswith(".")
        assert "<" not in said
        assert "nan" not in said


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_an_update_in_words(name: str) -> None:
    descent = replace(Descent(), optimizer=OPTIMIZERS[name]())
    run = Screen(Scene(descent=descent), 2).run
    assert "The next update is" in picture(run, "surface")


def test_a_plot_that_is_not_known_says_nothing(screen: Screen) -> None:
    assert picture(screen.run, "nothing") == ""


def test_the_sentence_comes_without_its_stress(screen: Screen) -> None:
    said = plain_sentence(screen.run)
    assert "<b>" not in said
    assert "°" in said

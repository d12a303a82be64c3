"""The outcome of a race, against one trainer at a time and plain losses."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import fields, replace

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, Accumulated
from gdviz.core.datasets import LineWithNoise
from gdviz.core.functions import SOURCES
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall
from gdviz.session import logbook, race
from gdviz.session.racenames import names, racer_name
from gdviz.session.racing import EVALUATIONS, LOSS, SEEN, STEP, Racer
from gdviz.session.readymade import READYMADE, chosen_instead, one_more
from gdviz.session.scene import EXAMPLES, MOST_GHOSTS, UPDATES, Descent, Scene
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.settingwords import label
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

TEN = Scene(data=LineWithNoise(n_examples=10), model=MLP((2,)))
FIRST = Descent(4, 0.02)
OTHERS = (
    replace(FIRST, batch_size=1),
    replace(FIRST, optimizer=HeavyBall(0.5)),
    replace(FIRST, recipe=RECIPES["mean_example"]()),
    replace(FIRST, batch_size=10, learning_rate=0.1),
)


def raced(*ghosts: Descent, pace: str = UPDATES, scene: Scene = TEN) -> Scene:
    return replace(scene, descent=FIRST, ghosts=ghosts, pace=pace)


def run(screen: Screen) -> tuple[Racer, ...]:
    """Ask until every racer is where it should be and all losses are known."""
    end = time.perf_counter() + 30
    while screen.ask(race=True).busy or any(r.late for r in screen.run.racers):
        assert time.perf_counter() < end
    return screen.run.racers


def slowly(scene: Scene, descent: Descent, steps: int) -> list[list[float]]:
    """Return step, examples, gradients and loss of every step of a run alone."""
    trainer = Trainer(replace(scene, descent=descent, ghosts=()))
    rows, gone = [], 0
    for step in range(steps + 1):
        cursor = trainer.state.cursor
        loss = trainer.objective.loss(trainer.state.theta)
        rows.append([step, cursor.seen, gone, loss])
        gone += 1 if descent.recipe.once else len(trainer.pending.rows)
        trainer.advance(1)
    return rows


@pytest.mark.parametrize("pace", [UPDATES, EXAMPLES])
def test_curves_are_those_of_each_alone(pace: str) -> None:
    screen = Screen(raced(*OTHERS, pace=pace), 40, race=True)
    racers = run(screen)
    assert len(racers) == 1 + len(OTHERS)
    for racer, descent in zip(racers, (FIRST, *OTHERS), strict=True):
        rows = slowly(TEN, descent, racer.step)
        np.testing.assert_array_equal(racer.curve, rows)
        assert racer.descent == descent
        here = [racer.step, racer.seen, racer.evaluations, racer.loss]
        assert here == rows[-1]
        assert not racer.curve.flags.writeable


def test_the_table_tells_what_a_slow_reference_tells() -> None:
    screen = Screen(raced(*OTHERS), 40, race=True)
    target = 1.0
    lines = race.standings(run(screen), 10, target)
    for line, descent in zip(lines, (FIRST, *OTHERS), strict=True):
        rows = np.array(slowly(TEN, descent, 40))
        figures = {head: figure.value for head, figure in line.figures.items()}
        low = rows[:, LOSS] <= target
        first = rows[low.argmax()] if low.any() else np.full(4, np.inf)
        assert figures == {
            "Loss now": rows[-1, LOSS],
            "Best loss": rows[:, LOSS].min(),
            "Updates": 40,
            "Examples": rows[-1, SEEN],
            "Epochs": rows[-1, SEEN] / 10,
            "Gradients": rows[-1, EVALUATIONS],
            "Updates to target": first[STEP],
            "Examples to target": first[SEEN],
        }
        assert set(figures) == set(race.FIGURES)
        assert list(line.settings) == [label(f.name) for f in fields(Descent)]
        assert line.settings["Batch size"] == str(descent.batch_size)
    assert any(np.isinf(line.figures["Updates to target"].value) for line in lines)
    assert any(np.isfinite(line.figures["Updates to target"].value) for line in lines)
    assert [line.place for line in lines] == [0, 1, 2, 3, 4]


def test_without_a_target_it_is_the_best_of_the_chosen_one() -> None:
    racers = run(Screen(raced(*OTHERS), 40, race=True))
    usual = race.standings(racers, 10)
    assert usual == race.standings(racers, 10, race.usual_target(racers))
    at, least = race.best(racers[0])
    assert usual[0].figures["Updates to target"].value == at
    assert least == racers[0].curve[:, LOSS].min()
    assert race.standings((), 10) == []


def test_going_back_keeps_the_curves() -> None:
    screen = Screen(raced(*OTHERS), 40, race=True)
    before = run(screen)
    screen.ask(seek=11, race=True)
    for racer, then in zip(run(screen), before, strict=True):
        assert racer.step == 11
        np.testing.assert_array_equal(racer.curve, then.curve)
        assert racer.loss == then.curve[11, LOSS]


def test_another_way_from_the_past_forgets_what_came_then() -> None:
    screen = Screen(raced(*OTHERS), 40, race=True)
    run(screen)
    screen.ask(seek=11, race=True)
    screen.ask(scene=screen.scene.down(learning_rate=0.01), race=True)
    assert {racer.curve[-1, STEP] for racer in run(screen)} == {11}
    screen.ask(steps=4, race=True)
    assert {len(racer.curve) for racer in run(screen)} == {16}


def test_few_losses_of_a_long_race_and_the_ends_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logbook, "MOST_LOSSES", 8)
    monkeypatch.setattr(logbook, "MOST_POINTS", 16)
    screen = Screen(raced(*OTHERS), 1, race=True)
    run(screen)
    for many in (30, 69, 201):
        screen.ask(steps=many, race=True)
    for racer, descent in zip(run(screen), (FIRST, *OTHERS), strict=True):
        rows = np.array(slowly(TEN, descent, 301))
        kept = [*range(0, 301, racer.stride), 301]
        np.testing.assert_array_equal(racer.curve, rows[kept])
        assert 301 / 64 <= racer.stride <= 64
    text = race.standings(screen.run.racers, 10)[1].figures["Updates to target"].text
    assert text == "–" or text.startswith("≤ ")


def test_gradients_are_counted_by_recipe_as_it_changes() -> None:
    screen = Screen(raced(OTHERS[2]), 6, race=True)
    run(screen)
    chosen, other = run(screen)
    assert (chosen.evaluations, other.evaluations) == (chosen.seen, 6)
    ghost = replace(screen.scene.ghosts[0], recipe=Accumulated(2))
    screen.ask(scene=replace(screen.scene, ghosts=(ghost,)), race=True)
    screen.ask(scene=screen.scene.down(recipe=RECIPES["mean_error"]()), race=True)
    began = screen.run.racers[0].seen
    screen.ask(steps=5, race=True)
    chosen, _ = run(screen)
    assert chosen.evaluations == began + 5


def test_where_rows_lie_on_the_axes() -> None:
    racers = run(Screen(raced(OTHERS[2]), 6, race=True))
    for racer in racers:
        for over, column in zip(
            race.OVER, (STEP, SEEN, SEEN, EVALUATIONS), strict=True
        ):
            divided = 10 if over == race.EPOCHS else 1
            at = race.along(racer, over, 10)
            np.testing.assert_array_equal(at, racer.curve[:, column] / divided)
            assert race.place_of(racer, over, 10) == at[-1]


def test_one_that_diverges_is_told_so_and_stops_no_other() -> None:
    wild = replace(FIRST, learning_rate=1e6)
    scene = raced(wild, *OTHERS[:2], scene=replace(TEN, model=Linear()))
    racers = run(Screen(scene, 40, race=True))
    assert [racer.diverged for racer in racers] == [False, True, False, False]
    line = race.standings(racers, 10)[1].figures["Loss now"]
    assert line.text == f"diverged at {racers[1].step}"
    assert np.isinf(line.value)
    assert {racer.step for racer in racers if not racer.diverged} == {40}


def test_the_table_as_text() -> None:
    racers = run(Screen(raced(*OTHERS), 5, race=True))
    rows = list(csv.DictReader(io.StringIO(race.as_csv(race.standings(racers, 10)))))
    assert [row["Racer"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["Batch size"] for row in rows] == ["4", "1", "4", "4", "10"]
    assert race.as_csv([]) == ""


@pytest.mark.parametrize("kind", READYMADE)
def test_ready_made_races(kind: str) -> None:
    for descent in (FIRST, replace(FIRST, batch_size=10, optimizer=HeavyBall())):
        others = READYMADE[kind].others(descent, 10)
        assert 1 <= len(others) <= MOST_GHOSTS
        assert descent not in others
        assert len({descent, *others}) == 1 + len(others)
        told = names((descent, *others))
        assert len(set(told)) == len(told)
        scene = replace(TEN, descent=descent, ghosts=others)
        assert len(Trainer(scene).scene.ghosts) == len(others)  # all go with the data
        assert from_json(to_json(scene)) == scene


def test_all_optimizers_race_at_their_usual_rates() -> None:
    others = READYMADE["optimizers"].others(FIRST, 10)
    kinds = [kind for kind in OPTIMIZERS.values() if kind is not SGD][:MOST_GHOSTS]
    assert [type(one.optimizer) for one in others] == kinds
    assert [one.learning_rate for one in others] == [k.usual_rate for k in kinds]


def test_twelve_racers_in_a_file_make_the_same_race() -> None:
    others = READYMADE["optimizers"].others(FIRST, 10)
    scene = raced(*others, pace=EXAMPLES)
    again = from_json(to_json(scene))
    assert again == scene
    both = [run(Screen(one, 12, race=True)) for one in (scene, again)]
    for one, other in zip(*both, strict=True):
        np.testing.assert_array_equal(one.curve, other.curve)


NAMES = [
    ((FIRST, replace(FIRST, batch_size=1)), ["M 4", "M 1"]),
    ((FIRST, replace(FIRST, learning_rate=0.5)), ["η 0.02", "η 0.5"]),
    ((FIRST, replace(FIRST, short_last="drop")), ["Keep", "Drop"]),
    (
        (FIRST, replace(FIRST, optimizer=HeavyBall(), learning_rate=0.01)),
        ["SGD, η 0.02", "Heavy-ball momentum, η 0.01"],
    ),
    (
        tuple(replace(FIRST, optimizer=HeavyBall(b)) for b in (0.5, 0.9)),
        [f"Heavy-ball momentum (momentum β {b})" for b in (0.5, 0.9)],
    ),
    ((FIRST,), ["SGD"]),
]


@pytest.mark.parametrize(("descents", "told"), NAMES)
def test_names_tell_what_is_not_the_same(
    descents: tuple[Descent, ...], told: list[str]
) -> None:
    assert names(descents) == told


def test_the_name_of_a_ghost_begins_with_its_recipe_if_that_is_its_own() -> None:
    one = replace(FIRST, recipe=RECIPES["sum"](), batch_size=2)
    assert racer_name(one, FIRST) == "Sum of the gradients · M 2"
    assert racer_name(replace(FIRST, batch_size=2), FIRST) == "M 2"


def test_one_more_is_always_another() -> None:
    ghosts: tuple[Descent, ...] = ()
    for _ in range(MOST_GHOSTS):
        ghosts = (*ghosts, one_more(FIRST, ghosts))
    assert len({FIRST, *ghosts}) == 1 + MOST_GHOSTS
    assert ghosts[0] == replace(FIRST, learning_rate=0.01)


@pytest.mark.parametrize("place", [1, 2])
def test_a_racer_chosen_instead_makes_the_same_path(place: int) -> None:
    screen = Screen(raced(*OTHERS[:2]), 7)
    screen.ask(scene=screen.scene.down(learning_rate=0.01))
    screen.ask(steps=8)
    ghost = screen.gather()[place - 1]
    scene, course = chosen_instead(screen.now, place)
    again = Screen(scene, 15, course=course)
    again.gather()
    assert again.now.record.theta.tobytes() == ghost.theta.tobytes()
    theirs = again.now.ghosts[place - 1].theta
    assert theirs.tobytes() == screen.now.record.theta.tobytes()
    rest = 2 - place
    same = again.now.ghosts[rest].theta.tobytes()
    assert same == screen.now.ghosts[rest].theta.tobytes()


def test_another_race_begins_at_the_start() -> None:
    screen = Screen(raced(*READYMADE["rates"].others(FIRST, 10)), 9)
    screen.gather()
    others = READYMADE["batches"].others(FIRST, 10)
    screen.ask(scene=replace(screen.scene, ghosts=others))
    for ghost, descent in zip(screen.gather(), others, strict=True):
        alone = Trainer(replace(TEN, descent=descent))
        alone.advance(9)
        assert ghost.theta.tobytes() == alone.state.theta.tobytes()


@pytest.mark.parametrize("data", ["rosenbrock", "moons", "plus-minus"])
def test_a_race_on_any_data(data: str) -> None:
    scene = Scene().on(SOURCES[data]())
    n = Trainer(scene).objective.n_examples
    others = READYMADE["optimizers"].others(scene.descent, n)
    racers = run(Screen(replace(scene, ghosts=others), 5, race=True))
    assert len(race.standings(racers, n)) == 1 + len(others)

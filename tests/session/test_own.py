"""Runs of a user's own objective, end to end: what works, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.calls import Calls
from gdviz.core.optimizers import HeavyBall
from gdviz.core.own import OwnData
from gdviz.core.portrait import BARS
from gdviz.core.refused import Refused
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.session.badend import SEARCHING
from gdviz.session.changes import document_of
from gdviz.session.loading import load, objective_of
from gdviz.session.ownscene import own_scene
from gdviz.session.questions import Question
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import from_json, to_json, write_document
from gdviz.session.scenetree import REGISTRIES
from gdviz.session.script.whole import script
from gdviz.session.table import arithmetic_rows, path_rows
from gdviz.session.trainer import Trainer
from gdviz.session.words import sentence
from tests.owns import Fast, Poisson, Root
from tests.session.asking import Screen, network

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gdviz.core.knobs import Spec
    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


class Copied:
    """A network of gdviz as an objective from outside."""

    def __init__(self, objective: Objective, start: Array) -> None:
        self.objective, self.start = objective, start
        self.names, self.n_examples = objective.names, objective.n_examples

    def losses(self, theta: Array, rows: Rows) -> Array:
        return self.objective.losses(theta, rows)

    def gradients(self, theta: Array, rows: Rows) -> Array:
        return self.objective.gradients(theta, rows)


class CopiedFast(Copied):
    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        return self.objective.gradient(theta, rows)


def ending(**settings: Any) -> Screen:
    """Return a run that leaves for where its code raises."""
    return Screen(own_scene(Root(), True, {"learning_rate": 1.0, **settings}))


@pytest.mark.parametrize(("kind", "apart"), [(Copied, 1e-12), (CopiedFast, 0.0)])
def test_the_path_is_that_of_the_same_network(kind: type[Copied], apart: float) -> None:
    descent = Descent(8, 0.2, optimizer=HeavyBall(0.5))
    inside = Trainer(Scene(descent=descent))
    settings = {"batch_size": 8, "learning_rate": 0.2, "optimizer": HeavyBall(0.5)}
    mine = kind(network(inside), inside.state.theta)
    outside = Trainer(own_scene(mine, True, settings))
    assert outside.scene.descent == inside.scene.descent
    for ours, theirs in zip(inside.advance(300), outside.advance(300), strict=True):
        assert ours.rows.tolist() == theirs.rows.tolist()
        assert theirs.loss == pytest.approx(ours.loss, rel=apart, abs=apart)
    there = outside.state.theta
    assert there == pytest.approx(inside.state.theta, rel=apart, abs=apart)


@pytest.mark.parametrize("kind", [Poisson, Fast])
def test_all_there_is_to_see(kind: type[Poisson]) -> None:
    ghosts = [{"recipe": "sum", "learning_rate": 0.01}, {"batch_size": 50}]
    scene = own_scene(kind(), True, {"batch_size": 5, "ghosts": ghosts})
    screen = Screen(scene, 30)
    if kind is Fast:  # one by one, the losses of a whole surface take seconds
        screen.rest(chosen=7, until=np.inf)
    else:
        screen.ask(chosen=7)
    run, now = screen.run, screen.now
    assert run.facts.task == "an own objective"
    assert run.facts.parameters == ("bias", "a", "b")
    assert (run.facts.formulas, run.facts.classes) == ((), ())
    assert run.facts.notes == getattr(kind, "notes", ())
    assert now.portrait.kind == BARS
    losses = kind().losses(now.record.theta, np.arange(50))
    assert now.portrait.points[:, 1] == pytest.approx(losses, rel=1e-12)
    assert (now.ledger, now.gap, now.test_loss) == (None, None, None)
    assert now.chosen is not None
    assert now.chosen.loss == pytest.approx(losses[7], rel=1e-12)
    assert now.full.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert [ghost.step for ghost in screen.gather()] == [30, 30]
    assert run.check is not None
    assert run.check.holds
    for surface in (run.surface, run.own_surface) if kind is Fast else ():
        assert surface is not None
        assert surface.finest
        assert np.isfinite(surface.values).all()
    assert sentence(run).startswith("Next: ")
    before = now.record.theta.tobytes()
    screen.ask(seek=3)
    screen.ask(seek=30)
    assert screen.now.record.theta.tobytes() == before


def test_only_recipes_of_any_sum_go_with_it() -> None:
    scene = own_scene(Poisson(), True, {"recipe": "mean_error"})
    assert Trainer(scene).scene.descent.recipe.name == "mean"
    assert "activations" in Trainer(scene).moved["descent.recipe"]


def test_examples_cannot_be_drawn_anew() -> None:
    trainer = Trainer(own_scene(Poisson(), True, {"order": "fresh"}))
    assert trainer.scene.descent.order == "shuffled"
    assert "drawn anew" in trainer.moved["descent.order"]


def test_some_may_be_held_out() -> None:
    screen = Screen(own_scene(Poisson(), True, {"held_out": 0.2}), 4)
    theta, mine = screen.now.record.theta, Poisson()
    split = load(screen.scene)
    assert split.test is not None
    rows, held = (e.inputs[:, 0].astype(int) for e in (split.train, split.test))
    assert (len(rows), len(held)) == (40, 10)
    wanted = mine.losses(theta, held).mean()
    assert screen.now.test_loss == pytest.approx(wanted, rel=1e-12)
    assert screen.now.full.loss == pytest.approx(mine.losses(theta, rows).mean())
    some = objective_of(screen.scene, split.train).losses(theta, np.array([39, 0]))
    assert some.tolist() == mine.losses(theta, rows[[39, 0]]).tolist()


@pytest.mark.parametrize(
    ("settings", "place", "value"),
    [
        ({"batch_size": np.int64(7)}, "batch_size", 7),
        ({"learning_rate": np.float64(0.5)}, "learning_rate", 0.5),
        ({"optimizer": "momentum"}, "optimizer", HeavyBall()),
        ({"optimizer": {"name": "momentum", "beta": 0.5}}, "optimizer", HeavyBall(0.5)),
        ({"optimizer": HeavyBall(0.3)}, "optimizer", HeavyBall(0.3)),
    ],
)
def test_settings(settings: dict[str, Any], place: str, value: object) -> None:
    scene = own_scene(Poisson(), True, settings)
    assert getattr(scene.descent, place) == value
    assert replace(scene.descent, **{place: getattr(Descent(), place)}) == Descent()


def test_other_settings() -> None:
    settings = {"seed": 3, "start": np.array([1.0, 2.0, 3.0]), "held_out": 0.5}
    scene = own_scene(Poisson(), True, settings)
    assert (scene.seed, scene.start, scene.held_out) == (3, (1.0, 2.0, 3.0), 0.5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batchsize": 4}, "no setting 'batchsize'; did you mean batch_size?"),
        ({"model": "mlp"}, "there is no setting 'model'"),
        ({"batch_size": 0}, "descent.batch_size must lie between 1 and"),
        ({"optimizer": "sdg"}, "descent.optimizer.name must be one of sgd"),
        ({"ghosts": 3}, "ghosts must be a list"),
        ({"ghosts": [3]}, "ghosts[0] must be an object"),
    ],
)
def test_settings_that_there_are_not(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refusal:
        own_scene(Poisson(), True, settings)
    assert words in str(refusal.value)


def test_the_check_can_be_left_out() -> None:
    class Wrong(Poisson):
        def gradients(self, theta: Array, rows: Rows) -> Array:
            return 2 * Poisson.gradients(self, theta, rows)

    with pytest.raises(Refused, match="check=False"):
        own_scene(Wrong(), True, {})
    screen = Screen(own_scene(Wrong(), False, {}), 3)
    assert screen.run.check is not None
    assert not screen.run.check.holds


def test_a_fault_ends_the_path_and_nothing_is_lost() -> None:
    screen = ending(batch_size=3)
    screen.ask(steps=1000)
    last, now = screen.run.step, screen.now
    assert 0 < last == screen.run.newest < 40
    assert now.diverged
    theta = now.record.theta[0]
    assert theta >= 2.0 > now.record.after.theta[0]
    raised = f"losses() raised ArithmeticError: {now.record.after.theta[0]:.1f} is too"
    assert now.fault.startswith(raised)
    told = sentence(screen.run)
    assert told.startswith(f"Step <b>{last}</b> is the last: {raised} small. ")
    assert told.endswith(SEARCHING)
    assert len(screen.run.batch_losses(10**6)[0]) == last + 1
    screen.ask(seek=0)
    assert (screen.now.diverged, screen.now.fault) == (False, "")
    assert screen.run.newest == last
    screen.down(learning_rate=0.01)
    screen.ask(steps=50)
    assert (screen.run.step, screen.now.diverged) == (50, False)


def test_a_reason_is_no_html() -> None:
    class Odd(Root):
        def losses(self, theta: Array, rows: Rows) -> Array:
            if theta[0] < 2.5:
                raise ValueError("<b>&")
            return Root.losses(self, theta, rows)

    screen = Screen(own_scene(Odd(), False, {"learning_rate": 1.0}), 100)
    assert "&lt;b&gt;&amp;" in sentence(screen.run)


def test_a_fault_is_told_once_and_the_curves_have_gaps() -> None:
    screen = ending(batch_size=3)
    told = list(screen.last.moved)
    for _ in range(3):
        told += screen.ask(steps=1).moved
    assert len(told) == 1
    assert told[0].startswith("losses() raised ArithmeticError: ")
    assert told[0].endswith(
        "is too small. Such points are left out or drawn beyond the scale."
    )
    assert screen.run.curves is not None
    full = screen.run.curves.full
    assert np.isnan(full).any()
    assert np.isfinite(full[screen.run.curves.grid > 2.1]).all()


def test_a_start_where_it_raises_is_refused_and_the_run_stays() -> None:
    screen = ending()
    elsewhere = replace(screen.scene, start=(1.0,))
    answer = screen.desk.answer(Question(2, elsewhere, keep=frozenset({1})))
    assert answer.refusal == "losses() raised ArithmeticError: 1.0 is too small."
    screen.ask(steps=1)
    assert screen.run.step == 1


def test_no_file_and_no_script_holds_it(tmp_path: Path) -> None:
    screen = Screen(own_scene(Poisson(), True, {}), 2)
    document = document_of(screen.now)
    with pytest.raises(Refused, match="goes into no scene file; export"):
        to_json(document.scene, document.course)
    file = tmp_path / "mine.json"
    with pytest.raises(Refused, match=r"^mine\.json: an own objective is code"):
        write_document(file, document.scene, document.course)
    assert not list(tmp_path.iterdir())
    with pytest.raises(Refused, match="no script can hold it; export the path"):
        script(document.scene, document.course, 2)


def test_the_path_and_its_numbers_can_be_exported() -> None:
    screen = Screen(own_scene(Poisson(), True, {}), 3)
    document = document_of(screen.now)
    rows = list(path_rows(document.scene, document.course, 0, 3))
    assert len(rows) == 5
    assert rows[-1][-3:] == screen.now.record.theta.tolist()
    table = list(arithmetic_rows(screen.now))
    assert table[0] == ["what", "example", "row", "loss", "bias", "a", "b"]
    assert table[1][3:] == [
        screen.now.record.losses[0],
        *screen.now.record.gradients[0].tolist(),
    ]


def test_the_arithmetic_says_where_numbers_come_from() -> None:
    screen = Screen(own_scene(Poisson(), True, {}), 1)
    whole = Arithmetic(screen.now, screen.run.facts, None)
    assert [column.name for column in whole.columns] == ["loss ℓ", "bias", "a", "b"]
    one = whole.subject()
    for column in whole.columns:
        cell = column.example(one)
        assert cell is not None
        assert cell.formula().note == "The objective's own code gave it."


def test_a_scene_of_it_equals_itself_alone() -> None:
    first, second = (own_scene(Poisson(), True, {}) for _ in range(2))
    assert first == replace(first, seed=first.seed)
    assert first != second


def test_no_registry_offers_it() -> None:
    kinds: set[type[Spec]] = {k for r in REGISTRIES.values() for k in r.values()}
    assert OwnData not in kinds
    with pytest.raises(Refused, match=r"data\.name must be one of"):
        from_json(json.dumps({"gdviz": 2, "data": {"name": "own"}}))
    assert OwnData(Calls(Poisson())).name == "own"

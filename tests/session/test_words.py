"""The run in words: each situation has its sentence, and each sentence is true."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.batches import FRESH, ORDERS, REPLACEMENT
from gdviz.core.datasets import Iris, LineWithNoise, Moons, OwnTable, TwoPoints
from gdviz.core.losses import Hinge, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.core.optimizers.langevin import SGLD
from gdviz.session.badend import way_out
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.words import numbers, sentence
from gdviz.session.writing import count, number

if TYPE_CHECKING:
    from pathlib import Path

TEN = Scene(data=LineWithNoise(n_examples=10))
AMISS = re.compile(r"\b(nan|inf)\b|infinit", re.IGNORECASE)


def run_of(scene: Scene, steps: int = 0) -> Run:
    return Run(Desk().answer(Question(1, scene, steps=steps, until=np.inf)))


def descent(scene: Scene, *args: object, **others: object) -> Scene:
    return replace(scene, descent=Descent(*args, **others))  # type: ignore[arg-type]


def plain(text: str) -> float:
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("scene", "steps", "said"),
    [
        (descent(TEN, 1), 2, "the gradient of a single example, taken for the whole."),
        (descent(TEN, 4), 0, "the average of these four gradients."),
        (descent(TEN, 4), 2, "the average of the last two gradients of this epoch"),
        (descent(TEN, 9), 1, "the average of the last gradient of this epoch"),
        (descent(TEN, 10), 3, "the average of all ten gradients. That <b>is</b>"),
        (descent(TEN, 10, order="file"), 3, "the average of all ten gradients. That"),
        (descent(TEN, 10, order=FRESH), 3, "the average of these ten gradients. It"),
        (
            descent(Scene(), 35, order=REPLACEMENT),
            1,
            "the average of these 35 gradients. It points <b>",
        ),
        (descent(TEN, 4, short_last="drop"), 2, "the average of these four gradients."),
    ],
)
def test_the_sentence_says_what_is_averaged(
    scene: Scene, steps: int, said: str
) -> None:
    assert sentence(run_of(scene, steps)).startswith(f"Next: {said}")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 3, 10])
@pytest.mark.parametrize("model", [Linear(), Linear(False), MLP((2,))])
@pytest.mark.parametrize("steps", [0, 1, 30])
def test_the_angle_said_is_the_angle(
    order: str, size: int, model: Linear | MLP, steps: int
) -> None:
    scene = replace(descent(TEN, size, 0.02, order=order), model=model)
    run = run_of(scene, steps)
    record, full = run.snapshot.record, run.snapshot.full.gradient
    lengths = np.linalg.norm(record.gradient) * np.linalg.norm(full)
    cosine = float(np.clip(record.gradient @ full / lengths, -1, 1))
    degrees = np.degrees(np.arccos(cosine))
    said = sentence(run)
    whole = len(record.rows) == 10 and order in ("shuffled", "file")
    assert ("nothing is left to chance" in said) == whole
    if not whole:
        assert f"It points <b>{degrees:.0f}°</b> off the full gradient" in said
    assert ("uphill" in said) == (degrees > 90)
    assert numbers(run)["angle to ∇L"] == f"{degrees:.0f}°"


def test_all_is_all_at_the_minimum_too() -> None:
    for steps in range(400, 1200, 100):
        run = run_of(descent(TEN, 10, 0.1), steps)
        said = sentence(run)
        assert "nothing is left to chance" in said or "It is <b>0</b>" in said


def test_some_batches_point_uphill() -> None:
    said = set[bool]()
    desk = Desk()
    run = Run(desk.answer(Question(1, descent(TEN, 1, 0.05))))
    for _ in range(60):
        run.take_in(desk.answer(Question(1, steps=1)))
        assert run.snapshot.angle is not None
        uphill = run.snapshot.record.gradient @ run.snapshot.full.gradient < 0
        assert ("uphill for the whole" in sentence(run)) == uphill
        said.add(bool(uphill))
    assert said == {True, False}


def table(tmp_path: Path, rows: str) -> OwnTable:
    path = tmp_path / "table.csv"
    path.write_text("x,y\n" + rows, encoding="utf-8")
    return OwnTable(path=str(path), target="y", standardise=False)


def test_a_gradient_of_zero_stays_where_it_is(tmp_path: Path) -> None:
    data = table(tmp_path, "0,0\n0,0\n1,5\n")
    scene = Scene(data=data, model=Linear(False), descent=Descent(2, order="file"))
    run = run_of(scene)
    assert sentence(run) == (
        "Next: the average of these two gradients. "
        "It is <b>0</b>: plain descent stays where it is."
    )
    assert numbers(run)["‖ĝ‖"] == "0"
    assert "angle to ∇L" not in numbers(run)


def test_a_flat_place_of_the_whole() -> None:
    scene = Scene(
        data=TwoPoints(),
        model=Linear(False),
        loss=SquaredError(half=True),
        descent=Descent(2, 0.5, "file"),
    )
    desk = Desk()
    run = Run(desk.answer(Question(1, scene, steps=80)))
    assert run.snapshot.record.theta.tolist() == [3.0]
    assert "It is <b>0</b>" in sentence(run)
    one = replace(run.snapshot.scene, descent=Descent(1, 0.5, "file"))
    run.take_in(desk.answer(Question(1, one)))
    assert sentence(run) == (
        "Next: the gradient of a single example, taken for the whole. "
        "The full gradient is <b>0</b>: this is a flat place of the loss."
    )


def test_a_bad_end_names_the_rate() -> None:
    run = run_of(descent(TEN, 4, 3.0), 10**6)
    assert run.reading is not None
    limit = 2 / run.reading.sharpness
    assert sentence(run) == (
        f"Diverged at step <b>{run.step}</b>: η = 3 is above 2/λ = {limit:.3g}, "
        f"the full-batch limit. {way_out(run)}"
    )


@pytest.mark.parametrize("model", [Linear(), MLP((3,), "relu")])
@pytest.mark.parametrize("size", [1, 4, 10])
def test_no_step_to_a_bad_end_is_called_flat(model: Linear | MLP, size: int) -> None:
    desk = Desk()
    scene = replace(descent(TEN, size, 20.0), model=model, held_out=0.3)
    run = Run(desk.answer(Question(1, scene, until=0.0)))
    for _ in range(10_000):
        said = sentence(run)
        for text in (said, *numbers(run).values()):
            assert not AMISS.search(text)
        if run.snapshot.diverged:
            break
        if run.snapshot.full.gradient.any():
            assert "The full gradient is <b>0</b>" not in said
        run.take_in(desk.answer(Question(1, steps=1, until=0.0)))
    assert run.snapshot.diverged


@pytest.mark.parametrize(
    "scene",
    [
        descent(Scene(), 4),
        descent(Scene(data=Moons(), held_out=0.2, loss=Hinge()), 16),
        Scene(data=Iris(), model=MLP((4,))),
        Scene(data=TwoPoints()),
    ],
)
def test_the_numbers_are_those_of_the_snapshot(scene: Scene) -> None:
    run = run_of(scene, 1234)
    snapshot, shown = run.snapshot, numbers(run)
    record, n = snapshot.record, run.facts.n_examples
    assert shown["step"] == "1,234"
    assert shown["examples seen"] == f"{record.cursor.seen:,}"
    epoch = record.cursor.seen / n
    assert float(shown["epoch"].replace(",", "")) == pytest.approx(epoch, rel=1e-3)
    assert "e" not in shown["epoch"]
    assert plain(shown["loss"]) == pytest.approx(snapshot.full.loss, rel=1e-3)
    assert plain(shown["batch loss"]) == pytest.approx(record.loss, rel=1e-3)
    assert plain(shown["‖ĝ‖"]) == pytest.approx(
        np.sqrt(record.gradient @ record.gradient), rel=1e-3
    )
    assert ("held-out loss" in shown) == (snapshot.test_loss is not None)
    assert [*shown][:4] == ["step", "epoch", "examples seen", "loss"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-0.123456, "−0.1235"),
        (1234.56, "1235"),
        (1.5e-7, "1.5e−7"),
        (1e-12, "1e−12"),
        (1e300, "1e300"),
        (float("nan"), "too large"),
        (float("inf"), "too large"),
        (-float("inf"), "too large"),
    ],
)
def test_a_number_in_four_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("n", "text"), [(0, "no"), (1, "one"), (12, "twelve"), (13, "13"), (5000, "5,000")]
)
def test_counts(n: int, text: str) -> None:
    assert count(n) == text


def test_a_memory_that_turns_the_step_is_said() -> None:
    scene = descent(Scene(), 4, 0.05, optimizer=HeavyBall())
    assert "turns" not in sentence(run_of(scene))
    run = run_of(scene, 5)
    update, full = run.snapshot.record.update, run.snapshot.full.gradient
    cosine = -update @ full / (np.linalg.norm(update) * np.linalg.norm(full))
    degrees = np.degrees(np.arccos(cosine))
    turn = between(update, -run.snapshot.record.gradient)
    said = f"Heavy-ball momentum turns it by <b>{turn:.0f}°</b>, to <b>{degrees:.0f}°"
    assert f"{said}</b>." in sentence(run)
    run.snapshot = replace(run.snapshot, step_angle=None)
    assert "turns" not in sentence(run)


def test_what_turns_a_step_of_langevin_dynamics_is_its_noise() -> None:
    run = run_of(descent(Scene(), 4, 0.05, optimizer=SGLD()))
    assert f"The noise of {SGLD.title} turns it by <b>" in sentence(run)


def between(a: np.ndarray, b: np.ndarray) -> float:
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(cosine)))

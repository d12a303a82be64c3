"""Phases in words: each says something, with the numbers of the record."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, Recipe, recipes_for
from gdviz.core.batches import ORDERS
from gdviz.core.datasets import Iris, LineWithNoise, Moons, OwnTable, TwoPoints
from gdviz.core.functions import FUNCTIONS, GivenGradients, SquareAndCube
from gdviz.core.losses import AbsoluteError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS, Adam, HeavyBall
from gdviz.session.beats import beat
from gdviz.session.memorywords import WORDS, memory_words
from gdviz.session.phases import apartness, beside, phase, recipe
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.words import numbers, sentence
from gdviz.session.writing import count
from tests.session.asking import Screen, network

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.session.snapshot import Snapshot

AMISS = re.compile(r"\b(nan|inf|None)\b|infinit", re.IGNORECASE)
NUMBER = r"−?\d+(?:\.\d+)?(?:e−?\d+)?"
TEN = Scene(data=LineWithNoise(n_examples=10))
NETS = {
    "line": TEN,
    "moons": Scene(data=Moons(n_examples=30), model=MLP((3,))),
    "iris": Scene(data=Iris(), model=MLP((4,))),
    "two points": Scene(data=TwoPoints(), model=Linear(False)),
}


def said(snapshot: Snapshot) -> list[str]:
    return [phase(snapshot, beat(snapshot, i)) for i in range(beat(snapshot, 0).of)]


def told(text: str) -> list[float]:
    """Return the numbers in a text as they were written."""
    return [float(found.replace("−", "-")) for found in re.findall(NUMBER, text)]


def close(written: float, true: float) -> bool:
    return written == pytest.approx(true, rel=6e-4, abs=1e-300)


def shown(scene: Scene, name: str, size: int, **others: Any) -> Snapshot:
    descent = Descent(size, 0.02, recipe=RECIPES[name](), **others)
    return Screen(replace(scene, descent=descent), 3).now


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
def test_every_phase_is_said_with_its_numbers(
    scene: Scene, name: str, size: int
) -> None:
    scene = replace(scene, descent=Descent(size, 0.02, recipe=RECIPES[name]()))
    snapshot, trainer = Screen(scene, 3).now, Trainer(scene)
    record = snapshot.record
    b, texts = len(record.rows), said(snapshot)
    examples = [text for text in texts if text.startswith("Example")]
    assert len(examples) == b
    assert texts[0].startswith("Step 3: ")
    assert (f"{count(b)} examples wait" if b > 1 else "its example waits") in texts[0]
    outputs = network(trainer).predict(
        record.theta, network(trainer).examples.inputs[record.rows]
    )
    outputs = network(trainer).loss_kind.readable(outputs)
    for i, text in enumerate(examples):
        found = re.fullmatch(
            rf"Example {i + 1} of {b}\. <b>Forward</b>: output ([^:]*)\. "
            rf"<b>Loss</b> ({NUMBER})\. <b>Backward</b>: its gradient, at its own "
            rf"activations, {'starts' if i == 0 else 'joins'} the chain\.",
            text,
        )
        assert found is not None, text
        assert len(told(found[1])) == len(outputs)
        for written, true in zip(told(found[1]), outputs[:, i], strict=True):
            assert close(written, true) or abs(true) < 1e-15
        assert close(told(found[2])[0], record.losses[i])
    assert f"the {count(b)} gradients" in texts[b + 1] or b == 1
    length = told(texts[-1].split("length")[1])[0]
    assert close(length, float(np.sqrt(record.update @ record.update)))
    assert texts[-1].startswith("<b>Optimiser</b> (SGD): at η = 0.02")
    for text in texts:
        assert not AMISS.search(text)
        assert text.endswith(".")


@pytest.mark.parametrize("formulas", FUNCTIONS)
@pytest.mark.parametrize("kind", recipes_for(False), ids=lambda kind: kind.name)
def test_formulas_are_said_too(formulas: str, kind: type[Recipe]) -> None:
    snapshot = Screen(
        Scene(data=FUNCTIONS[formulas](), descent=Descent(2, recipe=kind()))
    ).now
    texts = said(snapshot)
    for i in (0, 1):
        assert texts[1 + i].startswith(f"Example {i + 1} of 2. <b>Forward</b>. <b>Loss")
        loss = told(texts[1 + i].split("</b>")[2])[0]
        assert loss == pytest.approx(snapshot.record.losses[i], rel=6e-4)
    assert not any(AMISS.search(text) for text in texts)


def test_what_is_not_drawn_is_said() -> None:
    scene = Scene(data=LineWithNoise(n_examples=2000), descent=Descent(2000, 0.01))
    snapshot = Screen(scene).now
    texts = said(snapshot)
    assert len(texts) == 1024 + 4
    assert "the 2,000 gradients head to tail (those of 976 examples" in texts[1025]
    assert texts[1026].startswith("<b>Divide</b> by 2,000: the sum shrinks")
    assert texts[256].startswith("Example 256 of 2,000. <b>Forward</b>: output")
    assert texts[257].startswith("Example 257 of 2,000. <b>Forward</b>. <b>Loss</b>")
    assert texts[1024].startswith("Example 1,024 of 2,000.")


def test_dividing_by_one_shrinks_nothing() -> None:
    one, four = said(shown(TEN, "mean", 1)), said(shown(TEN, "mean", 4))
    assert one[-2].startswith("<b>Divide</b> by 1: of a single one it is the mean.")
    assert four[-2].startswith("<b>Divide</b> by 4: the sum shrinks onto the mean.")
    assert one[2] == (
        "<b>Sum</b>: the gradient head to tail, from 0 to the end of the chain."
    )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["mean_error", "mean_error_slope"])
def test_the_gap_said_is_the_covariance(name: str, order: str) -> None:
    screen = Screen(
        replace(TEN, descent=Descent(5, 0.02, order, recipe=RECIPES[name]())), 3
    )
    snapshot, record = screen.now, screen.now.record
    assert snapshot.ledger is not None
    error, x = snapshot.ledger.deltas[0][0], snapshot.ledger.inputs[0]
    covariance = np.mean(error * x) - np.mean(error) * np.mean(x)
    text = recipe(snapshot)
    w, b = told(text.split("input: ")[1])
    assert close(w, covariance)
    assert abs(b) < 1e-12
    off = record.gradient - record.handed
    assert off == pytest.approx([covariance, 0.0], abs=1e-12)


@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
@pytest.mark.parametrize("name", [n for n in RECIPES if n != "mean"])
def test_angle_and_length_are_those_of_the_vectors(scene: Scene, name: str) -> None:
    snapshot = shown(scene, name, 4)
    record, text = snapshot.record, recipe(snapshot)
    assert text.startswith(f"“{RECIPES[name].title}” instead of the mean")
    lengths = np.linalg.norm(record.handed), np.linalg.norm(record.gradient)
    cosine = record.handed @ record.gradient / np.prod(lengths)
    off = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    times = lengths[0] / lengths[1]
    about = text.split(": ", 1)[1]
    if "the same here" in about:
        assert record.handed == pytest.approx(record.gradient, rel=1e-6, abs=1e-9)
        return
    found = re.match(rf"(?:({NUMBER})° off|same direction), ({NUMBER}) × as", about)
    assert found is not None, about
    assert told(found[2])[0] == pytest.approx(times, rel=6e-3)
    if found[1] is None:
        assert off < 1e-4
    else:
        assert told(found[1])[0] == pytest.approx(off, rel=0.06, abs=0.51)


@pytest.mark.parametrize("name", RECIPES)
def test_a_mistake_is_called_one_and_a_right_recipe_is_not(name: str) -> None:
    snapshot = shown(NETS["moons"], name, 4)
    kind, text = RECIPES[name], recipe(snapshot)
    assert text.endswith(kind.why or ("here." if snapshot.right else "long."))
    assert snapshot.right == (name in ("mean", "mean_loss", "accumulated"))


def test_a_right_recipe_is_said_to_be_the_same() -> None:
    for name in ("mean_loss", "accumulated"):
        run = Screen(replace(TEN, descent=Descent(4, recipe=RECIPES[name]())), 2).run
        assert sentence(run).endswith(
            "instead of the mean of the gradients: the same here."
        )


@pytest.mark.parametrize(
    ("vector", "off", "times", "text"),
    [
        ([1.0, 0.0], 0.0, 1.0, "the same here"),
        ([1.0, 0.0], 1e-6, 1 + 1e-12, "the same here"),
        ([1.0, 0.0], 0.0, 4.0, "same direction, 4 × as long"),
        ([1.0, 0.0], 12.4, 0.5, "12° off, 0.5 × as long"),
        ([1.0, 0.0], 0.123, 1.0, "0.12° off, 1 × as long"),
        ([1.0, 0.0], 180.0, 1e12, "180° off, 1e12 × as long"),
        ([0.0, 0.0], None, 0.0, "0, unlike the mean"),
        ([0.0, 0.0], None, None, "0, as the mean is"),
        ([0.0, 2.0], None, None, "not 0, as the mean is"),
        ([np.inf, 2.0], 3.0, None, "too large for numbers"),
        ([np.nan, 2.0], None, None, "too large for numbers"),
        ([1e300, 2.0], 3.0, np.inf, "too large for numbers"),
    ],
)
def test_apartness(
    vector: list[float], off: float | None, times: float | None, text: str
) -> None:
    assert apartness(np.array(vector), off, times) == text


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_an_optimizer_does_with_its_memory_is_said(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    snapshot = shown(NETS["moons"], "mean", 4, optimizer=optimizer)
    text, memory = said(snapshot)[-1], memory_words(snapshot)
    assert text.startswith(f"<b>Optimiser</b> ({optimizer.title}): {memory}")
    assert bool(memory) == (name != "sgd") == (name in WORDS) == snapshot.turned
    assert not AMISS.search(text)


def test_bias_corrections_are_said_in_numbers() -> None:
    snapshot = shown(NETS["line"], "mean", 4, optimizer=Adam())  # the fourth update
    first, second = told(memory_words(snapshot))
    assert close(first, 1 - 0.9**4)
    assert close(second, 1 - 0.999**4)
    heavy = shown(NETS["line"], "mean", 4, optimizer=HeavyBall(0.75))
    assert told(memory_words(heavy)) == [0.75]


def test_sentences_of_a_screen_at_a_beat() -> None:
    screen = Screen(replace(TEN, descent=Descent(4)), 2)
    for number in range(beat(screen.now, 0).of):
        screen.run.beat = beat(screen.now, number)
        assert sentence(screen.run) == said(screen.now)[number]
        known = screen.run.beat.shown
        assert (
            numbers(screen.run)["example"]
            == f"{known} of {len(screen.now.record.rows)}"
        )
    screen.run.beat = None
    assert sentence(screen.run).startswith("Next: ")
    assert "example" not in numbers(screen.run)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("scene", [TEN, NETS["moons"]])
def test_no_step_to_a_bad_end_is_without_words(scene: Scene, name: str) -> None:
    others = ("sum", "one_by_one", "last_example")
    ghosts = tuple(Descent(3, 50.0, recipe=RECIPES[other]()) for other in others)
    descent = Descent(3, 30.0, recipe=RECIPES[name]())
    screen = Screen(replace(scene, descent=descent, ghosts=ghosts))
    for _ in range(40):
        texts = [*said(screen.now), *map(beside, screen.now.ghosts)]
        texts += [sentence(screen.run), *numbers(screen.run).values()]
        assert all(text and not AMISS.search(text) for text in texts)
        if screen.now.diverged:
            break
        screen.ask(steps=1)


@pytest.mark.parametrize("name", ["mean", "sum", "one_by_one", "last_example"])
def test_the_largest_steps_have_a_length(name: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("x,y\n1e60,0.5\n2e60,2.5\n", encoding="utf-8")
    scene = Scene(
        data=OwnTable(path=str(path), target="y", standardise=False),
        model=MLP((1,), "relu"),
        loss=AbsoluteError(),
        descent=Descent(2, 1.0, recipe=RECIPES[name]()),
        start=(1e100, 0.0, 1.0, 0.0),
    )
    screen = Screen(scene)  # the losses are finite, the squares of the slopes are not
    texts = said(screen.now)
    assert np.abs(screen.now.record.update).max() > 1e159
    assert not any(AMISS.search(text) for text in texts)


@pytest.mark.parametrize(
    "scene",
    [
        Scene(data=SquareAndCube(x=-5.0), descent=Descent(2, 0.3)),
        Scene(data=GivenGradients(rows=((1e100,), (1e99,))), descent=Descent(1, 1e6)),
    ],
)
def test_formulas_that_fall_for_ever_are_told_all_the_way(scene: Scene) -> None:
    ghosts = tuple(replace(scene.descent, recipe=k()) for k in recipes_for(False))
    screen = Screen(replace(scene, ghosts=ghosts))
    for _ in range(60):
        texts = [*said(screen.now), *map(beside, screen.now.ghosts)]
        texts += [sentence(screen.run), *numbers(screen.run).values()]
        assert all(text and not AMISS.search(text) for text in texts)
        screen.ask(steps=1)

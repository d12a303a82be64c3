"""A script makes the steps of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gdviz.core.averaging import RECIPES, Accumulated
from gdviz.core.batches import DROP, FILE_ORDER, FRESH, KEEP, REPLACEMENT
from gdviz.core.datasets import (
    Moons,
    OwnTable,
    TwoPoints,
)
from gdviz.core.knobs import knobs
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    Adam,
    AdamW,
    HeavyBall,
    Lion,
    NAdam,
    Nesterov,
    RMSProp,
)
from gdviz.core.refused import Refused
from gdviz.core.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InversePower,
    OneCycle,
    Polynomial,
    StepDecay,
)
from gdviz.session.course import Course
from gdviz.session.remembering import own_rates
from gdviz.session.scene import Descent, Scene
from gdviz.session.script import (
    script,
)
from gdviz.session.trainer import Trainer
from tests.session.scripted import (
    BENT,
    FASTER,
    SCENES,
    START,
    TOLERANCE,
    difference,
    scene,
)
from tests.session.strategies import small, specs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TABLE = "x,'y\"\n" + "\n".join(f"{i * 0.37 - 2},{(i * 7 % 5) * 0.3}" for i in range(23))


@pytest.fixture
def own(tmp_path: Path) -> OwnTable:
    (tmp_path / "own.csv").write_text(TABLE)
    return OwnTable(str(tmp_path / "own.csv"), "'y\"", "numbers")


OTHERS = {
    **{name: kind() for name, kind in OPTIMIZERS.items()},
    **{
        f"{name} with decay": replace(kind(), weight_decay=0.1)  # type: ignore[call-arg]
        for name, kind in OPTIMIZERS.items()
        if "weight_decay" in knobs(kind)
    },
    "rmsprop, all of it": RMSProp(0.9, 1e-6, True, 0.5, 0.01),
    "nadam, other knobs": NAdam(0.8, 0.9, 1e-4, 0.01, 0.1),
    "sgld with a prior": SGLD(7.0),
}


@pytest.mark.parametrize("recipe", ["mean", "one_by_one", "accumulated"])
@pytest.mark.parametrize("name", OTHERS)
def test_every_optimizer_bit_for_bit(name: str, recipe: str, tmp_path: Path) -> None:
    given = scene(optimizer=OTHERS[name], recipe=RECIPES[recipe](), learning_rate=0.02)
    assert difference(given, tmp_path) == 0
    assert ("*draw" in script(given)) == OTHERS[name].noisy


SCHEDULED = {
    **{
        f"{name}, warm-up {warmup}": kind(warmup=warmup)
        for name, kind in SCHEDULES.items()
        for warmup in (0, 1, 7)
    },
    "steps": StepDecay(every=7, gamma=0.3),
    "fast": Exponential(gamma=0.9),
    "a power": Polynomial(3, 20, 2.0, 0.1),
    "Robbins and Monro": InversePower(0, 5.0, 0.7),
    "half a cosine": Cosine(length=20),
    "cosine to a floor": Cosine(5, 15, 0.2),
    "restarts": Cosine(0, 4, 0.1, True),
    "longer restarts": Cosine(2, 3, 0.0, True, 2),
    "one cycle": OneCycle(length=25),
    "one cycle, straight": OneCycle(3, 20, 0.5, "linear", 5.0, 10.0),
    "one cycle, no rise": OneCycle(length=10, rise=0.05),
}


@pytest.mark.parametrize("name", SCHEDULED)
def test_every_schedule_bit_for_bit(name: str, tmp_path: Path) -> None:
    given = scene(schedule=SCHEDULED[name], learning_rate=0.1)
    assert difference(given, tmp_path) == 0
    text = script(given)
    assert (" eta = " in text) == (SCHEDULED[name] != Constant())
    assert ("WARMUP" in text) == (SCHEDULED[name].warmup > 0)
    assert "Schedule" in text or SCHEDULED[name] == Constant()


def test_noise_needs_its_seed_and_the_number_of_examples(tmp_path: Path) -> None:
    for order in (FILE_ORDER, FRESH):
        given = scene(order=order, optimizer=SGLD())
        assert difference(given, tmp_path) <= TOLERANCE
        assert "SEED = 58" in script(given)
        assert "N = 40 " in script(given)


@pytest.mark.parametrize("name", SCENES)
def test_a_script_makes_the_steps_of_the_run(name: str, tmp_path: Path) -> None:
    assert difference(SCENES[name], tmp_path) <= TOLERANCE


def test_own_data(own: OwnTable, tmp_path: Path) -> None:
    for held_out in (0.0, 0.4):
        assert difference(scene(data=own, held_out=held_out), tmp_path) <= TOLERANCE


COURSES = {
    "the learning rate": [FASTER],
    "the batch size": [Descent(batch_size=b) for b in (7, 1, 40, 3)],
    "the last batch": [Descent(batch_size=7, short_last=s) for s in (KEEP, DROP)],
    "the order": [
        Descent(order=order, batch_size=7, short_last=short)
        for order in (REPLACEMENT, FRESH, FILE_ORDER, "shuffled", FRESH)
        for short in (DROP, KEEP)
    ],
    "the optimizer": [
        Descent(optimizer=o)
        for o in (HeavyBall(0.5), HeavyBall(0.7), SGD(), HeavyBall(0.7), HeavyBall(0.9))
    ],
    "the recipe": [
        *(Descent(recipe=recipe()) for recipe in RECIPES.values()),
        Descent(recipe=Accumulated(3)),
        Descent(recipe=RECIPES["one_by_one"](), learning_rate=0.01),
        Descent(),
    ],
    "optimizers with memories": [
        Descent(optimizer=o, learning_rate=0.02)
        for o in (
            Adam(),
            Adam(0.5),
            AdamW(),
            SGLD(),
            Lion(),
            HeavyBall(weight_decay=1),
            Adam(weight_decay=0.5),
            RMSProp(),
            RMSProp(centred=True, momentum=0.5),
        )
    ],
    "the schedule": [
        Descent(schedule=s)
        for s in (Cosine(length=9), Cosine(4, 9), Constant(), StepDecay(9, 2, 0.5))
    ],
    "everything": [
        Descent(2, 0.1, schedule=OneCycle(4, 20), optimizer=NAdam()),
        Descent(1, 0.2, FRESH, DROP, HeavyBall(0.123456789), Accumulated(1)),
        Descent(9, 0.1, FILE_ORDER, DROP, SGD(), RECIPES["one_by_one"]()),
        Descent(40, 0.1, REPLACEMENT, KEEP, HeavyBall(), RECIPES["mean_example"]()),
    ],
}


@pytest.mark.parametrize("model", [Linear(), BENT])
@pytest.mark.parametrize("name", COURSES)
def test_settings_changed_on_the_way(
    name: str, model: Linear | MLP, tmp_path: Path
) -> None:
    changes = tuple((2 * i + 1, d) for i, d in enumerate(COURSES[name]))
    course = Course(START, changes, 30)
    assert difference(Scene(model=model), tmp_path, course) <= TOLERANCE


def test_another_optimizer_begins_anew(tmp_path: Path) -> None:
    """Momentum's velocity is gone once another optimizer came between."""
    ways = [HeavyBall(), SGD(), HeavyBall()]
    changes = tuple((5 * i + 5, Descent(optimizer=o)) for i, o in enumerate(ways))
    text = script(Scene(), Course(START, changes, 30))
    assert "    5, 10, 15,\n}" in text
    assert difference(Scene(), tmp_path, Course(START, changes, 30)) <= TOLERANCE


def test_a_change_moved_to_fit_the_data(tmp_path: Path) -> None:
    course = Course(START, ((3, Descent(batch_size=1000, order=FRESH)),), 30)
    assert difference(scene(data=TwoPoints()), tmp_path, course) <= TOLERANCE


@pytest.mark.parametrize("model", [Linear(), BENT])
def test_a_large_batch_goes_in_parts(
    model: Linear | MLP, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gdviz.core.objective._ELEMENTS", 99)
    whole = scene(data=Moons(), batch_size=60, model=model, learning_rate=0.7)
    assert difference(whole, tmp_path) == 0
    assert "def weighted_sum" in script(whole)
    assert "def weighted_sum" not in script(whole.down(batch_size=2))


MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def calm(descent: Descent) -> Descent:
    """Another optimizer for one that makes a whole step of a gradient's rounding."""
    wild = own_rates(descent.optimizer)
    return replace(descent, optimizer=Nesterov()) if wild else descent


@MANY
@given(
    specs(Scene, small), st.lists(st.tuples(st.integers(1, 4), specs(Descent, small)))
)
def test_any_scene(
    tmp_path: Path, scene: Scene, changes: list[tuple[int, Descent]]
) -> None:
    steps = np.cumsum([step for step, _ in changes]).tolist()
    later = tuple(zip(steps, (calm(d) for _, d in changes), strict=True))
    scene = replace(scene, descent=calm(scene.descent))
    try:
        Trainer(scene)
    except Refused:
        assume(False)
    assert difference(scene, tmp_path, Course(scene.descent, later, 30)) <= TOLERANCE

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.datasets import Moons
from gdviz.core.knobs import Real, Whole
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.core.refused import Refused
from gdviz.session.scene import Descent, Scene
from gdviz.session.sweep import Axis, parse_axis, sweepable
from gdviz.session.sweep.places import setting, with_setting
from tests.session.sweep.sweeps import fitted

SCENE = fitted(
    Scene(
        data=Moons(n_examples=100),
        model=MLP((3,)),
        descent=Descent(optimizer=HeavyBall()),
        ghosts=(Descent(batch_size=1, optimizer=HeavyBall()),),
    )
)
RATE, SIZE = "descent.learning_rate", "descent.batch_size"
VALUES = {
    "learning_rate=0.1": (RATE, (0.1,)),
    "learning_rate = 0.1 , 0.2": (RATE, (0.1, 0.2)),
    "descent.learning_rate=1e-3": (RATE, (1e-3,)),
    "learning_rate=log:1e-3:1:4": (RATE, (1e-3, 0.01, 0.1, 1.0)),
    "learning_rate=log:1:1e-2:3": (RATE, (1.0, 0.1, 0.01)),
    "learning_rate=log:0.5:2:1": (RATE, (0.5,)),
    "learning_rate=lin:0.1:0.3:3": (RATE, (0.1, 0.2, 0.3)),
    "learning_rate=0.1,0.1,0.1": (RATE, (0.1,)),
    "batch_size=1,2,4,…,64": (SIZE, (1, 2, 4, 8, 16, 32, 64)),
    "batch_size=1,2,4,...,64": (SIZE, (1, 2, 4, 8, 16, 32, 64)),
    "batch_size=1,2,…,8": (SIZE, (1, 2, 4, 8)),
    "batch_size=64,32,…,4": (SIZE, (64, 32, 16, 8, 4)),
    "batch_size=10,15,…,30": (SIZE, (10, 15, 20, 25, 30)),
    "batch_size=1,2,3,…,6": (SIZE, (1, 2, 3, 4, 5, 6)),
    "batch_size=log:1:10:10": (SIZE, (1, 2, 3, 4, 5, 6, 8, 10)),
    "batch_size=lin:1:2:9": (SIZE, (1, 2)),
    "beta=0,0.5,0.9": ("descent.optimizer.beta", (0.0, 0.5, 0.9)),
    "optimizer.beta=0.5": ("descent.optimizer.beta", (0.5,)),
    "seed=1,2,…,4": ("seed", (1, 2, 4)),
    "data.noise=0,0.1,…,0.4": ("data.noise", (0.0, 0.1, 0.2, 0.3, 0.4)),
}
REFUSED = {
    "": "is no axis; write KNOB=VALUES",
    "learning_rate": "'learning_rate' is no axis; write KNOB=VALUES",
    "learning_rate=": "is no axis; write KNOB=VALUES",
    "=1,2": "is no axis; write KNOB=VALUES",
    "learning_rat=1": "no knob 'learning_rat' to sweep over; did you mean "
    "descent.learning_rate?",
    "quark=1": "no knob 'quark' to sweep over; known: descent.batch_size",
    "order=1": "no knob 'order'",
    "learning_rate=fast": "descent.learning_rate: 'fast' is not a number; write "
    "values as log:1e-3:1:16",
    "learning_rate=0.1,,0.2": "descent.learning_rate: '' is not a number",
    "learning_rate=-1": "descent.learning_rate must lie between 1e-12 and",
    "learning_rate=nan": "'nan' is not a number",
    "learning_rate=lin:0.1:inf:3": "'inf' is not a number",
    "learning_rate=lin:-1e308:1e308:3": "descent.learning_rate must lie between",
    "batch_size=1.5": "descent.batch_size must be a whole number, not 1.5",
    "batch_size=0,1": "descent.batch_size must lie between 1 and",
    "batch_size=lin:1:1e300:3": "descent.batch_size must lie between",
    "learning_rate=log:0:1:4": "log needs two numbers above 0; use lin",
    "learning_rate=log:1:2": "'log:1:2' is not known; write values as log:",
    "learning_rate=exp:1:2:3": "'exp:1:2:3' is not known; write values as log:",
    "learning_rate=log:1:2:x": "'x' is not a number",
    "learning_rate=log:1:2:0": "count must lie between 1 and 1024, not 0",
    "learning_rate=log:1:2:2000": "count must lie between 1 and 1024",
    "learning_rate=log:1:2:2.5": "count must be a whole number",
    "batch_size=1,…,8": "'…' must stand once, after at least two numbers",
    "batch_size=1,2,…": "'…' must stand once, after at least two numbers",
    "batch_size=1,2,…,4,…,8": "'…' must stand once",
    "batch_size=1,2,…,4,8": "'…' must stand once",
    "batch_size=1,2,5,…,9": "1, 2, 5, … does not come to 9 by one ratio or one step",
    "batch_size=1,2,4,…,100": "1, 2, 4, … does not come to 100",
    "batch_size=1,1,…,8": "does not come to 8",
    "batch_size=4,2,…,8": "does not come to 8",
    "batch_size=1,2,3,…,9999": "at most 1,024 values",
    "learning_rate=1,2,3,…,1e300": "at most 1,024 values",
    "learning_rate=1e-300,1e-299,…,1e300": "does not come to 1e+300",
    "learning_rate=0,1e-308,…,1e308": "does not come to 1e+308",
}


@pytest.mark.parametrize("text", VALUES)
def test_an_axis_is_read(text: str) -> None:
    place, values = VALUES[text]
    axis = parse_axis(text, SCENE)
    assert axis.place == place
    np.testing.assert_allclose(axis.values, values, rtol=1e-12)
    kind = type(values[-1])
    assert all(isinstance(value, kind) for value in axis.values)
    sweepable(SCENE)[place].kind.check(axis.values[0], place)


def test_first_and_last_value_are_those_typed() -> None:
    axis = parse_axis("learning_rate=log:1e-3:0.7:9", SCENE)
    assert (axis.values[0], axis.values[-1]) == (1e-3, 0.7)
    assert parse_axis("data.noise=0,0.1,…,0.3", SCENE).values[-1] == 0.3


@pytest.mark.parametrize("text", REFUSED)
def test_a_wrong_axis_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_axis(text, SCENE)
    assert REFUSED[text] in str(refusal.value)
    assert str(refusal.value).endswith((".", "?"))


def test_an_ambiguous_name_is_refused_with_the_candidates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = sweepable(SCENE) | {"model.beta": sweepable(SCENE)["seed"]}
    monkeypatch.setattr("gdviz.session.sweep.places.sweepable", lambda _: known)
    with pytest.raises(Refused) as refusal:
        parse_axis("beta=0.5", SCENE)
    assert str(refusal.value) == (
        "'beta' may be descent.optimizer.beta or model.beta; write one of them."
    )


def test_every_numeric_knob_can_be_swept_and_set() -> None:
    known = sweepable(SCENE)
    assert list(known)[:2] == [SIZE, RATE]
    assert {"data.n_examples", "data.noise", "held_out", "seed"} <= known.keys()
    assert not any(place.startswith(("plane", "ghosts", "start")) for place in known)
    for place, knob in known.items():
        assert isinstance(knob.kind, Real | Whole)
        assert knob.label
        value = knob.kind.check(
            min(knob.kind.high, max(knob.kind.low, 2 * setting(SCENE, place) + 1)), ""
        )
        changed = with_setting(SCENE, place, value)
        assert setting(changed, place) == value
        assert changed != SCENE


def test_ghosts_follow_what_they_share() -> None:
    made = with_setting(SCENE, RATE, 0.7)
    assert made.ghosts[0].learning_rate == 0.7
    assert with_setting(SCENE, SIZE, 9).ghosts[0].batch_size == 1


def test_the_name_of_an_axis() -> None:
    assert Axis("descent.optimizer.beta", (0.5,)).name == "beta"
    assert Axis("seed", (1,)).name == "seed"

"""Measures: each name is the number it names, and a wrong argument is a dash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.check import check
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.functions import GivenGradients, PlusAndMinus, SquareAndCube
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.lessons.measures import COSTLY, MEASURES, value, written
from gdviz.session.lessons.text import Measure
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.core.lists import Plain
from tests.session.asking import Screen, network
from tests.session.test_dynamics_measures import TOLD as OF_DYNAMICS
from tests.session.test_noise import NOISY
from tests.session.test_samples import MEASURED

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.run import Run

STEPS = 7
NET = Scene(
    data=Moons(n_examples=30),
    model=MLP((2,)),
    descent=Descent(4, 0.1, optimizer=HeavyBall(0.5)),
)
LINE = Scene(data=LineWithNoise(n_examples=12), descent=Descent(5, 0.04))
CUBE = Scene(data=SquareAndCube(), descent=Descent(2, 0.01))


def haunted(scene: Scene, *names: str) -> Scene:
    ghosts = tuple(replace(scene.descent, recipe=RECIPES[n]()) for n in names)
    return replace(scene, ghosts=ghosts)


def at(scene: Scene, steps: int = STEPS, *costs: str) -> Run:
    screen = Screen(scene, steps)
    screen.gather()
    screen.rest()
    screen.ask(costs=costs)
    return screen.run


def found(run: Run, name: str, argument: str = "") -> float:
    return value(run, Measure(name, argument))


@dataclass
class Truth:
    """The step of a scene worked out without a desk, for one example of its batch."""

    scene: Scene
    place: int = 2

    def __post_init__(self) -> None:
        self.trainer = Trainer(self.scene)
        self.trainer.advance(STEPS)
        self.objective = network(self.trainer)
        self.theta, self.step = self.trainer.state.theta, self.trainer.pending
        self.gradients = self.objective.gradients(self.theta, self.step.rows)
        row = self.step.rows[self.place]
        self.x = self.objective.examples.inputs[row].tolist()
        self.y = self.objective.targets[:, row].tolist()
        self.net = Plain(self.objective, self.theta.tolist())
        self.sums, self.inputs = self.net.forward(self.x)
        self.delta = self.net.delta(self.sums[-1], self.y)

    def index(self, name: str) -> int:
        return self.objective.names.index(name)

    def full(self) -> float:
        everyone = np.arange(self.objective.n_examples)
        return float(self.objective.losses(self.theta, everyone).mean())

    def full_gradient(self) -> list[float]:
        everyone = np.arange(self.objective.n_examples)
        gradients = self.objective.gradients(self.theta, everyone)
        return [float(entry) for entry in gradients.mean(axis=0)]

    def angle(self) -> float:
        mean, full = self.gradients.mean(axis=0), np.array(self.full_gradient())
        lengths = np.linalg.norm(mean) * np.linalg.norm(full)
        return float(np.degrees(np.arccos(mean @ full / lengths)))


W = "W1[2,1]"
OF_THE_STEP: dict[tuple[str, str], Callable[[Truth], float]] = {
    ("step", ""): lambda t: STEPS,
    ("examples", ""): lambda t: 30,
    ("examples seen", ""): lambda t: 4 * STEPS,
    ("batch size", ""): lambda t: 2,  # 30 = 7 · 4 + 2: a short one
    ("learning rate", ""): lambda t: 0.1,
    ("loss", ""): lambda t: t.full(),
    ("batch loss", ""): lambda t: t.net.mean_loss(
        [
            (
                t.objective.examples.inputs[i].tolist(),
                t.objective.targets[:, i].tolist(),
            )
            for i in t.step.rows
        ]
    ),
    ("loss of", "2"): lambda t: t.net.loss(t.x, t.y),
    ("input of", "2"): lambda t: t.x[0],
    ("input of", "2,2"): lambda t: t.x[1],
    ("output of", "2"): lambda t: 1 / (1 + np.exp(-t.sums[-1][0])),
    ("output of", "2,1"): lambda t: 1 / (1 + np.exp(-t.sums[-1][0])),
    ("target of", "2"): lambda t: t.y[0],
    ("sum of", "2,1,2"): lambda t: t.sums[0][1],
    ("sum of", "2,2,1"): lambda t: t.sums[1][0],
    ("activation of", "2,1,1"): lambda t: np.tanh(t.sums[0][0]),
    ("activation of", "2,2,1"): lambda t: t.sums[1][0],
    ("slope of", "2,1,2"): lambda t: 1 - np.tanh(t.sums[0][1]) ** 2,
    ("slope of", "2,2,1"): lambda t: 1.0,
    ("delta of", "2,2,1"): lambda t: t.delta[0],
    ("delta of", "2,1,2"): lambda t: (
        t.net.layers[1][0][1] * t.delta[0] * t.net.slope(t.sums[0][1])
    ),
    ("gradient of", f"2,{W}"): lambda t: t.gradients[1][t.index(W)],
    ("gradient of", f" 1 , {W} "): lambda t: t.gradients[0][t.index(W)],
    ("gradient length of", "2"): lambda t: np.sqrt((t.gradients[1] ** 2).sum()),
    ("mean gradient", W): lambda t: t.gradients.mean(axis=0)[t.index(W)],
    ("mean gradient", "b2[1]"): lambda t: t.gradients.mean(axis=0)[-1],
    ("sum gradient", W): lambda t: t.gradients.sum(axis=0)[t.index(W)],
    ("mean gradient length", ""): lambda t: np.sqrt(
        (t.gradients.mean(axis=0) ** 2).sum()
    ),
    ("full gradient", W): lambda t: t.full_gradient()[t.index(W)],
    ("angle", ""): lambda t: t.angle(),
    ("update", W): lambda t: t.step.update[t.index(W)],
    ("update length", ""): lambda t: np.sqrt((t.step.update**2).sum()),
    ("theta", W): lambda t: t.theta[t.index(W)],
    ("next theta", W): lambda t: (t.theta + t.step.update)[t.index(W)],
}


@pytest.fixture(scope="module")
def net() -> Run:
    return at(NET)


@pytest.mark.parametrize(("name", "argument"), OF_THE_STEP)
def test_numbers_of_the_step(name: str, argument: str, net: Run) -> None:
    truth = OF_THE_STEP[name, argument](Truth(NET, 1))
    assert found(net, name, argument) == pytest.approx(truth, rel=1e-10, abs=1e-14)


def test_the_update_is_the_optimizers() -> None:
    truth = Truth(NET, 1)
    velocity = truth.trainer.state.memory["velocity"]
    expected = -0.1 * (0.5 * velocity + truth.gradients.mean(axis=0))
    assert truth.step.update == pytest.approx(expected)


def test_the_gap_is_the_covariance() -> None:
    run, truth = at(LINE), Truth(LINE, 0)
    rows, x = truth.step.rows, truth.objective.examples.inputs[:, 0]
    error = 2 * (truth.objective.predict(truth.theta, x[rows, None])[0])
    error -= 2 * truth.objective.targets[0, rows]
    covariance = np.mean(error * x[rows]) - error.mean() * x[rows].mean()
    assert found(run, "gap", "w") == pytest.approx(covariance)
    assert found(run, "gap", "b") == pytest.approx(0.0, abs=1e-13)


GHOSTS = ("sum", "mean_error", "mean_loss")
GHOSTLY: dict[str, Callable[[Run, int], float]] = {
    "ghost angle": lambda r, i: r.snapshot.ghosts[i].angle or 0.0,
    "ghost ratio": lambda r, i: r.snapshot.ghosts[i].ratio or 0.0,
    "ghost loss": lambda r, i: r.snapshot.ghosts[i].loss,
    "ghost distance": lambda r, i: r.snapshot.ghosts[i].distance,
    "ghost difference": lambda r, i: np.abs(
        r.snapshot.ghosts[i].vector - r.snapshot.record.gradient
    ).max(),
    "ghost apart": lambda r, i: np.abs(
        r.snapshot.ghosts[i].theta - r.snapshot.record.theta
    ).max(),
}


@pytest.mark.parametrize("scene", [NET, LINE, CUBE], ids=["net", "line", "cube"])
def test_numbers_of_ghosts_by_name_or_number(scene: Scene) -> None:
    names = [n for n in GHOSTS if scene is not CUBE or n != "mean_error"]
    run = at(haunted(scene, *names))
    w, entry = run.facts.parameters[0], 0
    for i, name in enumerate(names):
        for measure, truth in GHOSTLY.items():
            expected = pytest.approx(truth(run, i), abs=1e-300)
            assert found(run, measure, name) == expected
            assert found(run, measure, f" {i + 1} ") == expected
        ghost = run.snapshot.ghosts[i]
        assert ghost.step == STEPS
        assert found(run, "ghost gradient", f"{name},{w}") == ghost.vector[entry]
        assert found(run, "ghost theta", f"{i + 1}, {w}") == ghost.theta[entry]
    apart = run.snapshot.ghosts[0].theta - run.snapshot.ghosts[-1].theta
    for pair in ("sum,mean_loss", f"1,{len(names)}", "mean_loss, sum"):
        assert found(run, "ghost apart", pair) == np.abs(apart).max()


def test_of_two_ghosts_with_one_recipe_the_name_is_the_firsts() -> None:
    slow = replace(LINE.descent, recipe=RECIPES["sum"](), learning_rate=1e-3)
    slower = replace(slow, learning_rate=1e-4)
    run = at(replace(LINE, ghosts=(slow, slower)))
    first, second = run.snapshot.ghosts
    assert found(run, "ghost distance", "sum") == first.distance
    assert found(run, "ghost distance", "2") == second.distance != first.distance


@pytest.mark.parametrize("scene", [NET, LINE, CUBE], ids=["net", "line", "cube"])
def test_numbers_of_the_check(scene: Scene) -> None:
    run, trainer = at(scene), Trainer(scene)
    trainer.advance(STEPS)
    made = check(trainer.objective, trainer.state.theta, trainer.pending.rows)
    assert found(run, "difference") == made.apart
    assert found(run, "tolerance") == made.apart_tolerance
    assert found(run, "slope error") == made.slope_error
    assert found(run, "slope tolerance") == made.slope_tolerance
    assert found(run, "difference") <= found(run, "tolerance")
    run.check = None
    assert np.isnan(found(run, "difference"))


def test_numbers_of_costs() -> None:
    run = at(LINE, STEPS, "mean", "sum", "accumulated")
    for name in ("mean", "sum", "accumulated"):
        assert found(run, "milliseconds", name) == 1000 * run.costs[name].seconds > 0
        assert found(run, "kilobytes", f" {name} ") == run.costs[name].peak / 1024 > 0
        assert found(run, "cost difference", name) == run.costs[name].difference
    assert found(run, "cost difference", "mean") == 0.0
    assert found(run, "cost difference", "sum") > 0.0
    for name in COSTLY:
        assert np.isnan(found(run, name, "mean_loss"))  # not asked for
        assert np.isnan(found(run, name))


@pytest.mark.parametrize(
    ("scene", "numbers"),
    [
        (
            Scene(data=GivenGradients(), descent=Descent(2)),
            {
                **{
                    ("mean gradient", f"w{j}"): mean
                    for j, mean in enumerate((1.35, 0.15, 0.0, -0.2, -0.8), 1)
                },
                ("batch loss", ""): 0.0,
            },
        ),
        (
            Scene(data=PlusAndMinus(), descent=Descent(2)),
            {
                ("batch loss", ""): 0.0,
                ("mean gradient", "x"): 1.5,
                ("sum gradient", "x"): 3.0,
            },
        ),
        (
            Scene(data=SquareAndCube(), descent=Descent(2)),
            {("sum gradient", "x"): 9.75, ("mean gradient", "x"): 4.875},
        ),
    ],
)
def test_numbers_of_the_claims(
    scene: Scene, numbers: dict[tuple[str, str], float]
) -> None:
    run = at(scene, 0)
    for (name, argument), number in numbers.items():
        assert found(run, name, argument) == pytest.approx(number, abs=1e-15)
    if isinstance(scene.data, GivenGradients):
        assert [found(run, "gradient of", f"{i},w3") for i in (1, 2)] in (
            [1.1, -1.1],
            [-1.1, 1.1],
        )


def test_every_measure_is_held_to_a_number() -> None:
    told = {name for name, _ in OF_THE_STEP} | GHOSTLY.keys() | set(COSTLY)
    told |= {"gap", "ghost gradient", "ghost theta"}
    told |= {"difference", "tolerance", "slope error", "slope tolerance"}
    told |= set(MEASURED) | OF_DYNAMICS  # in files of their own
    told |= set(NOISY)
    told |= {"points", "most points", "guesses"}  # of guesses: in test_guess
    assert told == MEASURES.keys()


HUGE, LONG = "9" * 30, "9" * 5000
WRONG = {
    "example": ["", "0", "-1", "3", "1.5", "x", "1,1", "1e0", HUGE, LONG, "²", "None"],
    "example[,input]": [
        "",
        "0",
        "3",
        "1,0",
        "1,-1",
        "1,3",
        "1,x",
        "1,1,1",
        "1," + HUGE,
    ],
    "example[,output]": ["", "0", "3", "1,0", "1,-1", "1,2", "1,x", HUGE, "1," + HUGE],
    "example,layer,unit": [
        *("", "1", "1,1", "1,1,1,1", "0,1,1", "3,1,1", "1,0,1", "1,3,1", "1,1,0"),
        *("1,1,3", "1,-1,1", "1,1,-1", "1,2,2", "x,1,1", "1,,1"),
        *(f"{HUGE},1,1", f"1,{HUGE},1", f"1,1,{HUGE}"),
    ],
    "example,parameter": ["", "1", W, f"0,{W}", f"3,{W}", "1,", "1,1", "1,w", f"{W},1"],
    "parameter": ["", "1", "0", "w", "W1", "W9[1,1]", f"1,{W}", "NaN"],
    "ghost": ["", "0", "-1", "4", "mean", "nobody", "1,2", "1.0", HUGE, "²", "Sum"],
    "ghost,parameter": ["", "1", "sum", f"0,{W}", f"4,{W}", "1,", "1,1", f"nobody,{W}"],
    "ghost[,ghost]": ["", "0", "4", "1,0", "1,4", "1,nobody", "nobody,1", "1,1,1"],
    "[size]": ["0", "-1", "31", "1.5", "x", "1,1", HUGE, LONG, "²"],
    "place": ["", "0", "-1", "4", "1.5", "x", "1,1", HUGE, "²"],
    "recipe": ["", "1", "nobody", "mean_loss", "mean,sum"],
}


@pytest.fixture(scope="module")
def rich() -> Run:
    """A run of which all can be told."""
    return at(haunted(NET, *GHOSTS), STEPS, "mean", "sum")


@pytest.mark.parametrize("name", [n for n in MEASURES if MEASURES[n].argument])
def test_a_wrong_argument_is_a_dash(name: str, rich: Run) -> None:
    for argument in WRONG[MEASURES[name].argument]:
        assert np.isnan(found(rich, name, argument)), argument
        assert written(rich, Measure(name, argument)) == "–"


def test_every_kind_of_argument_can_be_wrong() -> None:
    kinds = {entry.argument for entry in MEASURES.values()}
    assert kinds == {"", *WRONG}


@pytest.mark.parametrize("name", ["", "no such", "Loss", "loss  of"])
def test_a_wrong_name_is_a_dash(name: str, net: Run) -> None:
    assert np.isnan(found(net, name))
    assert written(net, Measure(name)) == "–"


@pytest.mark.parametrize(
    "name", ["input of", "output of", "target of", "sum of", "delta of", "gap"]
)
def test_formulas_have_no_passes(name: str) -> None:
    run = at(CUBE)
    for argument in ("1", "1,1", "1,1,1", "x"):
        assert np.isnan(found(run, name, argument))


def test_many_classes_have_an_output_each() -> None:
    run = at(Scene(data=Iris(), model=MLP((3,)), descent=Descent(6)), 2)
    shares = [found(run, "output of", f"4,{k}") for k in (1, 2, 3)]
    targets = [found(run, "target of", f"4,{k}") for k in (1, 2, 3)]
    assert sum(shares) == pytest.approx(1.0)
    assert sorted(targets) == [0.0, 0.0, 1.0]
    loss = -np.log(shares[targets.index(1.0)])
    assert found(run, "loss of", "4") == pytest.approx(loss)
    assert np.isnan(found(run, "output of", "4,4"))
    assert np.isnan(found(run, "output of", "4,0"))


@pytest.mark.parametrize(
    ("number", "name", "text"),
    [
        (0.0, "loss", "0"),
        (-0.0, "loss", "0"),
        (1 / 3, "loss", "0.3333"),
        (-1234.5678, "loss", "−1235"),
        (1e-17, "loss", "1e−17"),
        (2.0000000000000004, "loss", "2"),
        (float("inf"), "loss", "too large"),
        (float("nan"), "loss", "–"),
        (41.7, "angle", "42°"),
        (0.0, "angle", "0°"),
        (0.123, "angle", "0.12°"),
        (180.0, "angle", "180°"),
    ],
)
def test_how_a_number_is_written(number: float, name: str, text: str) -> None:
    run = at(LINE, 0)
    full = replace(run.snapshot.full, loss=number)
    run.snapshot = replace(run.snapshot, full=full, angle=number)
    assert written(run, Measure(name)) == text


def test_what_is_written_to_lesson_writers() -> None:
    for entry in MEASURES.values():
        assert entry.means
        assert set(entry.argument) <= set("abcdefghijklmnopqrstuvwxyz,[]")

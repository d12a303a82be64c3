"""One example's network in nodes, edges and words, against the ledger's numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons
from gdviz.core.functions import SquareAndCube
from gdviz.core.losses import SoftmaxCrossEntropy
from gdviz.core.models import MLP, Linear
from gdviz.session.beats import beat
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.wiring import BIAS, Seen, Spot, Wiring, ends, seen, wire
from gdviz.session.wiringwords import brief, description, line, target, tip, which
from gdviz.session.writing import number

SCENES = {
    "linear": Scene(),
    "1-2-1": Scene(model=MLP((2,))),
    "2-16-16-2": Scene(data=Moons(), model=MLP((16, 16)), loss=SoftmaxCrossEntropy()),
    "4-3": Scene(data=Iris(), model=Linear()),
    "64-32-10": Scene(data=Digits(), model=MLP((32,))),
    "no bias": Scene(data=Moons(), model=MLP((3,), bias=False)),
    "deep": Scene(data=Moons(), model=MLP((9,) * 8, activation="relu")),
}
NAMES = {
    "linear": {"w", "b"},
    "1-2-1": {"W1[1,1]", "b1[1]", "W1[2,1]", "b1[2]", "W2[1,1]", "W2[1,2]", "b2[1]"},
    "4-3": {f"w[{k},{d}]" for k in (1, 2, 3) for d in (1, 2, 3, 4)}
    | {f"b[{k}]" for k in (1, 2, 3)},
}


def run_of(scene: Scene, steps: int = 3, chosen: int | None = None) -> Run:
    question = Question(0, scene, steps=steps, until=0.0, whole=True, chosen=chosen)
    answer = Desk().answer(question)
    assert not answer.refusal
    return Run(answer)


def example_of(run: Run, hint: int = -1) -> Seen:
    example = seen(run, hint)
    assert example is not None
    return example


def said_of(run: Run, spot: Spot | None) -> tuple[str, ...]:
    """The line of a spot, its words apart as a person reads them."""
    lines = line(run, example_of(run), spot)
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in lines)


def edges_of(wiring: Wiring) -> list[tuple[tuple[int, int], tuple[int, int], int]]:
    """Column and unit of both ends of each edge, and its entry of θ."""
    nodes = list(zip(wiring.columns.tolist(), wiring.units.tolist(), strict=True))
    joined = zip(wiring.tails, wiring.heads, wiring.parameters.tolist(), strict=True)
    return [(nodes[tail], nodes[head], parameter) for tail, head, parameter in joined]


@pytest.mark.parametrize("name", SCENES)
def test_an_edge_is_the_entry_of_theta_between_its_nodes(name: str) -> None:
    run = run_of(SCENES[name])
    example = example_of(run)
    told, theta = example.ledger, run.snapshot.record.theta
    for (below, source), (above, unit), parameter in edges_of(wire(example)):
        assert above == below + 1
        assert ends(told.network, parameter) == (above, unit, source)
        place = told.network.widths[below] if source == BIAS else source
        assert theta[parameter] == told.layers[above - 1][unit, place]
        a = (told.inputs, *told.activations)[below]
        low = 1.0 if source == BIAS else a[source, 0]
        gradient = told.deltas[above - 1][unit, 0] * low
        assert example.gradient[parameter] == pytest.approx(gradient, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_small_network_has_its_edge(name: str) -> None:
    run = run_of(SCENES[name])
    parameters = wire(example_of(run)).parameters.tolist()
    assert len(parameters) == len(set(parameters))
    assert {run.facts.parameters[p] for p in parameters} == NAMES[name]


def test_of_wide_layers_the_most_active_units_are_drawn() -> None:
    example = example_of(run_of(SCENES["64-32-10"]))
    wiring = wire(example)
    assert [len(units) for units in wiring.drawn] == [12, 12, 10]
    for column in (0, 1):
        a, drawn = np.abs(example.activations(column)), wiring.drawn[column]
        assert a[drawn].min() >= np.delete(a, drawn).max()
        assert (np.diff(drawn) > 0).all()
    assert len(wiring.parameters) == 13 * 12 + 13 * 10


@pytest.mark.parametrize("name", SCENES)
def test_there_are_never_more_edges_than_can_be_painted(name: str) -> None:
    wiring = wire(example_of(run_of(SCENES[name])))
    assert 0 < len(wiring.parameters) <= 400
    assert max(len(units) for units in wiring.drawn) <= 12


def test_without_a_choice_it_is_the_first_or_the_one_at_work() -> None:
    run = run_of(SCENES["1-2-1"])
    rows = run.snapshot.record.rows
    assert (example_of(run).row, example_of(run).place) == (rows[0], 0)
    for number_, place in ((0, 0), (1, 0), (3, 2), (5, 0)):
        run.beat = beat(run.snapshot, number_)
        example = example_of(run)
        assert (example.row, example.place, example.chosen) == (
            rows[place],
            place,
            False,
        )
        assert (example.gradient == run.snapshot.record.gradients[place]).all()


@pytest.mark.parametrize("row", range(0, 40, 7))
def test_the_selected_example_comes_first(row: int) -> None:
    run = run_of(SCENES["1-2-1"], chosen=row)
    run.beat = beat(run.snapshot, 2)
    example, rows = example_of(run), run.snapshot.record.rows.tolist()
    assert (example.row, example.chosen) == (row, True)
    assert example.place == (rows.index(row) if row in rows else -1)
    assert run.snapshot.chosen is not None
    assert (example.gradient == run.snapshot.chosen.gradient).all()
    assert ("not in this batch" in which(run, example)[0]) == (row not in rows)


def test_an_example_twice_in_the_batch_is_told_apart_by_its_place() -> None:
    descent = Descent(8, order=REPLACEMENT)
    scene = Scene(data=LineWithNoise(n_examples=3), descent=descent)
    rows = run_of(scene).snapshot.record.rows.tolist()
    row = next(r for r in rows if rows.count(r) > 1)
    first = rows.index(row)
    second = rows.index(row, first + 1)
    run = run_of(scene, chosen=row)
    assert example_of(run).place == first
    assert example_of(run, second).place == second
    run.beat = beat(run.snapshot, second + 1)
    assert example_of(run).place == second


def test_fresh_examples_have_no_row_to_name() -> None:
    run = run_of(Scene(descent=Descent(order=FRESH)), chosen=2)
    example = example_of(run)
    assert (example.place, which(run, example)[0]) == (2, "example 3 of 4")


def test_formulas_have_no_network() -> None:
    assert seen(run_of(Scene(data=SquareAndCube()))) is None
    assert seen(run_of(Scene(data=SquareAndCube()), chosen=1)) is None


def test_the_line_of_an_edge_tells_weight_gradient_mean_and_update() -> None:
    run = run_of(SCENES["1-2-1"])
    record = run.snapshot.record
    for p, name in enumerate(run.facts.parameters):
        long, short, own, least = said_of(run, Spot(parameter=p))
        w, g = number(record.theta[p]), number(record.gradients[0, p])
        mean = number(record.gradients[:, p].mean())
        step = number(record.update[p])
        step = step if step.startswith("−") else f"+{step}"
        assert long == (
            f"{name} = {w} · this example's gradient {g} · mean over 4: {mean} · "
            f"update {step}"
        )
        assert short == f"{name} = {w} · g {g} · ĝ {mean} · Δθ {step}"
        assert (own, least) == (f"{name} = {w} · g {g}", f"{name} = {w}")


def test_the_line_of_a_unit_tells_its_passes() -> None:
    run = run_of(SCENES["1-2-1"])
    told = run.snapshot.ledger
    assert told is not None
    (z, a, delta) = (v[0][1, 0] for v in (told.sums, told.activations, told.deltas))
    assert a == pytest.approx(np.tanh(z))
    passes = f"z = {number(z)}, a = tanh z = {number(a)}, δ = {number(delta)}"
    assert said_of(run, Spot(1, 1)) == (f"unit 2 of layer 1: {passes}", passes)
    assert said_of(run, Spot(0, 0))[0] == f"input: x = {number(told.inputs[0, 0])}"
    assert "always 1" in said_of(run, Spot(0, BIAS))[0]
    assert f"target {number(told.targets[0, 0])}" in said_of(run, Spot(2, 0))[0]
    loss = f"loss {number(told.losses[0])}"
    assert said_of(run, Spot(3))[0].endswith(loss)
    assert said_of(run, None)[0].endswith(loss)


def test_the_tip_of_an_edge_multiplies_delta_and_activation() -> None:
    run = run_of(SCENES["1-2-1"])
    example, told = example_of(run), run.snapshot.ledger
    assert told is not None
    p = run.facts.parameters.index("W2[1,2]")
    product = f"{number(told.deltas[1][0, 0])} · {number(told.activations[0][1, 0])}"
    said = tip(run, example, Spot(parameter=p)).split("\n")
    assert said[1] == "unit 2 of layer 1 → output"
    assert f"{product} = {number(example.gradient[p])}" in said[2]


def test_classes_are_named_with_their_probabilities() -> None:
    run = run_of(SCENES["4-3"])
    example, told = example_of(run), run.snapshot.ledger
    assert told is not None
    said = said_of(run, Spot(1, 2))[0]
    assert said.startswith("output 3 (virginica): ")
    assert f"probability {number(told.readable[2, 0])}, target" in said
    share = brief(told.readable[2, 0])
    assert target(run, example, 2) == (f"p {share}", f"y {told.targets[2, 0]:.0f}")
    moons = run_of(SCENES["no bias"])
    assert "probability of B " in said_of(moons, Spot(2, 0))[0]


def test_what_is_not_known_yet_is_not_told() -> None:
    run = run_of(SCENES["1-2-1"])
    said = {}
    for phase in range(9):
        run.beat = beat(run.snapshot, phase)
        said[run.beat.phase] = said_of(run, Spot(parameter=0))[0]
    assert said["example"].count("yet") == said["sum"].count("yet") == 2
    assert said["divide"].count("yet") == 1
    assert "yet" not in said["optimiser"]


def test_the_description_reads_out_the_picture() -> None:
    run = run_of(SCENES["1-2-1"])
    example = example_of(run)
    said = description(run, example, wire(example))
    assert said.startswith("1 → 2 → 1, 7 parameters. example 1 of 4 (row ")
    for text in (*run.facts.parameters, "unit 2 of layer 1: z = ", "target ", "loss "):
        assert text in said
    large = run_of(SCENES["64-32-10"])
    assert len(description(large, example_of(large), wire(example_of(large)))) < 4000


def test_numbers_that_are_not_finite_are_too_large() -> None:
    run = run_of(SCENES["1-2-1"])
    snapshot, told = run.snapshot, run.snapshot.ledger
    assert told is not None
    bad = np.full(7, np.nan)
    record = replace(snapshot.record, gradient=bad, update=bad)
    deltas = tuple(np.full_like(d, np.inf) for d in told.deltas)
    worse = replace(told, deltas=deltas, gradients=np.full_like(told.gradients, np.nan))
    run.snapshot = replace(snapshot, record=record, ledger=worse)
    example = example_of(run)
    spots = [Spot(parameter=p) for p in range(7)] + [Spot(1, 0), Spot(2, 0)]
    said = [text for spot in spots for text in said_of(run, spot)[:2]]
    said += [tip(run, example, spot) for spot in spots]
    said.append(description(run, example, wire(example)))
    assert all("too large" in text for text in said)
    assert not any(bad_ in text for text in said for bad_ in ("nan", "inf"))


BRIEF = {
    0.0: "0", 1.0: "1", -1.0: "−1", 0.4216: "0.42", -0.4216: "−0.42", 2.0e-4: "0.0002",
    0.04216: "0.042", -3.14e-7: "−3e−7", 12.345: "12.3", 123.45: "123", 9.999: "10.0",
    45678.0: "5e4", 4000.0: "4000", -1e300: "−1e300", np.inf: "too large",
    np.nan: "too large", 0.0999: "0.10", 99.96: "100",
}  # fmt: skip


@pytest.mark.parametrize(("value", "text"), BRIEF.items(), ids=map(str, BRIEF))
def test_numbers_are_short_enough_for_a_node(value: float, text: str) -> None:
    assert brief(value) == text

"""Test functions: their minima, their noisy copies, and what is found of both."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.datasets import DATASETS
from gdviz.core.examples import FORMULAS, hold_out
from gdviz.core.formulas import copysum
from gdviz.core.formulas.copies import Copies, offsets
from gdviz.core.formulas.copysum import SHIFTED, CopySum
from gdviz.core.formulas.formula import formula
from gdviz.core.formulas.function import Function
from gdviz.core.formulas.minima import found, newton, told
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import FUNCTIONS, LANDSCAPES
from gdviz.core.planes import Region, parameter_plane
from gdviz.core.refused import Refused

STEP = np.finfo(float).eps ** (1 / 3)
KINDS: list[type[Function]] = [
    kind for kind in LANDSCAPES.values() if issubclass(kind, Function)
]
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
WHOLE: list[Copies] = [
    *(kind(copies=5, noise=0.3) for kind in KINDS),
    *(kind(copies=5, noise=0.3, kind=SHIFTED) for kind in KINDS),
    OwnFormula(copies=1),
    OwnFormula(formula="y**2", copies=3),
    OwnFormula(formula="x*w1 + abs(w7 - 3)**3", copies=4, kind=SHIFTED),
]
SUMS = pytest.mark.parametrize(
    "data", WHOLE, ids=lambda d: f"{d.name} {d.kind} {d.copies} {len(d.names())}"
)


def summed(data: Copies, seed: int = 0) -> CopySum:
    return data.summed(data.examples(seed))


def inside(kind: type[Function], count: int, seed: int) -> np.ndarray:
    left, right, bottom, top = kind.square
    rng = np.random.default_rng(seed)
    return rng.uniform((left, bottom), (right, top), (count, 2))


@EACH
def test_slopes_are_central_differences(kind: type[Function]) -> None:
    f = kind().function
    points = inside(kind, 200, 1)
    steps = (
        STEP * np.maximum(1.0, np.abs(points).max(axis=1))[:, None, None] * np.eye(2)
    )
    ahead, behind = points[:, None] + steps, points[:, None] - steps
    width = 2 * steps[:, 0, 0]
    slopes = (f.value(ahead) - f.value(behind)) / width[:, None]
    bends = (f.gradient(ahead) - f.gradient(behind)) / width[:, None, None]
    for exact, told_so in ((f.gradient(points), slopes), (f.hessian(points), bends)):
        size = 1 + np.abs(exact).max()
        assert_allclose(exact / size, told_so / size, atol=2e-8)


VALUES = {  # as published, of the lowest
    "himmelblau": 0.0,
    "three-hump": 0.0,
    "six-hump": -1.031628453489877,
    "styblinski": -78.33233140754282,
    "ackley": 0.0,
    "rastrigin": 0.0,
    "griewank": 0.0,
}
COUNTS = {
    "himmelblau": 4, "three-hump": 3, "six-hump": 6, "styblinski": 4,
    "ackley": 121, "rastrigin": 121, "griewank": 17, "saddle": 0, "monkey": 0,
}  # fmt: skip


@EACH
def test_known_minima_are_minima(kind: type[Function]) -> None:
    data = kind()
    points = np.array(data.known()).reshape(-1, 2)
    assert len(points) == COUNTS.get(kind.name, 1)
    assert len({tuple(p) for p in points.round(6).tolist()}) == len(points)
    left, right, bottom, top = kind.square
    assert ((points >= (left, bottom)) & (points <= (right, top))).all()
    f = data.function
    bends = f.hessian(points)
    size = np.abs(bends).max(axis=(1, 2))
    assert (np.linalg.norm(f.gradient(points), axis=1) <= 1e-13 * (1 + 50 * size)).all()
    assert (np.linalg.eigvalsh(bends)[:, 0] > 1e-3 * size.min(initial=1.0)).all()


@EACH
def test_nothing_is_lower(kind: type[Function]) -> None:
    data = kind()
    if not data.known():
        return
    f, points = data.function, np.array(data.known())
    lowest = f.value(points).min()
    assert lowest == pytest.approx(VALUES.get(kind.name, 0.0), abs=1e-13)
    level = 1e-13 * (1 + abs(lowest))
    assert (f.value(inside(kind, 100_000, 2)) >= lowest - level).all()
    for point, value in zip(points, f.value(points), strict=True):
        near = point + 0.02 * np.random.default_rng(3).standard_normal((500, 2))
        assert (f.value(near) >= value - 1e-12).all()


@EACH
def test_the_search_finds_the_very_minima_that_are_known(kind: type[Function]) -> None:
    data = kind(copies=1)
    objective, known = summed(data), data.known()
    found_ones = found(objective, data.window(), objective)
    assert len(found_ones) == len(known)
    places = np.array([m.theta for m in found_ones]).reshape(-1, 2)
    for point in np.array(known).reshape(-1, 2):
        assert np.abs(places - point).max(axis=1).min() < 1e-9


@EACH
def test_start_and_window(kind: type[Function]) -> None:
    data = kind()
    window = data.window()
    x, y = data.start()
    assert data.names() == ("x", "y")
    assert window.left < x < window.right
    assert window.bottom < y < window.top
    slope = data.function.gradient(np.array([x, y]))
    assert np.linalg.norm(slope) > 1e-3
    lines = (kind.__doc__ or "").splitlines()
    assert len(lines) > 2
    assert any(str(year) in (kind.__doc__ or "") for year in range(1800, 2020)) or (
        "Made for this program" in (kind.__doc__ or "")
    )


@pytest.mark.parametrize("angle", [-180.0, -37.5, 0.0, 30.0, 90.0])
@pytest.mark.parametrize("condition", [1.0, 7.0, 1e6])
def test_the_bowl_has_the_eigenvalues_it_says(angle: float, condition: float) -> None:
    data = LANDSCAPES["bowl"](angle=angle, condition=condition)  # type: ignore[call-arg]
    assert isinstance(data, Copies)
    hessian = data.function.hessian(np.array([0.3, -0.2]))
    values, vectors = np.linalg.eigh(hessian)
    assert_allclose(values, [1.0, condition], rtol=1e-9)
    if condition > 1:
        flat = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        assert abs(vectors[:, 0] @ flat) == pytest.approx(1.0, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 3000),
    st.integers(1, 4),
    st.floats(1e-3, 1e6) | st.sampled_from([0.1, 1.0]),
    st.integers(0, 2**31 - 1),
)
def test_tilts_sum_to_exactly_nothing_in_any_order(
    n: int, p: int, noise: float, seed: int
) -> None:
    c = offsets((n, p), noise, seed)
    assert_array_equal(c, offsets((n, p), noise, seed))
    rng = np.random.default_rng(seed)
    for order in (np.arange(n), np.arange(n)[::-1], rng.permutation(n)):
        total = np.zeros(p)
        for row in c[order]:
            total += row
        assert (total == 0).all()
        assert (c[order].mean(axis=0) == 0).all()


def test_tilts_have_the_deviation_that_was_asked_for() -> None:
    c = offsets((100_000, 2), 3.0, 5)
    assert_allclose(c.std(axis=0), 3.0, rtol=0.01)
    assert (c.sum(axis=0) == 0).all()
    assert not np.array_equal(c, offsets((100_000, 2), 3.0, 6))
    assert not offsets((1, 2), 3.0, 5).any()
    assert not offsets((9, 2), 0.0, 5).any()
    assert not offsets((9, 2), 5e-324, 5).any()


@EACH
def test_tilted_copies_leave_the_function_as_it_is(kind: type[Function]) -> None:
    data = kind(copies=1000, noise=2.0)
    objective, points = summed(data, 3), inside(kind, 50, 4)
    assert_array_equal(objective.loss_at(points), data.function.value(points))
    for point in points[:5]:
        none = np.zeros((0, 2))
        survey = objective.survey(point, none)
        assert_array_equal(survey.gradient, data.function.gradient(point))
        product = objective.hessian(point)(np.array([1.0, 0.0]))
        assert_array_equal(product, data.function.hessian(point)[:, 0])
    assert [m.theta for m in objective.minima(data.window())] == [
        m.theta for m in told(objective, np.array(data.known()).reshape(-1, 2))
    ]


@SUMS
def test_it_is_a_finite_sum(data: Copies) -> None:
    objective = summed(data, 7)
    n, p = objective.n_examples, objective.n_parameters
    assert (n, p) == (data.copies, len(data.names()))
    assert objective.start(0).tolist() == list(data.start())
    rng = np.random.default_rng(8)
    everyone, thetas = np.arange(n), 0.7 + 0.4 * rng.standard_normal((6, p))
    c = data.examples(7).inputs[:, 1:]
    f = data.function
    for theta, mean in zip(thetas, objective.loss_at(thetas), strict=True):
        shifted = data.kind == SHIFTED
        by_hand = [
            f.value(theta - s) if shifted else f.value(theta) + s @ theta for s in c
        ]
        losses = objective.losses(theta, everyone)
        assert_allclose(losses, by_hand, rtol=1e-13, atol=1e-13)
        assert mean == pytest.approx(np.mean(by_hand), rel=1e-12, abs=1e-12)
        assert objective.loss(theta) == pytest.approx(mean, rel=1e-14)
        rows = rng.integers(n, size=4)
        gradients = objective.gradients(theta, rows)
        loss, gradient = objective.gradient(theta, rows)
        assert_allclose(gradient, gradients.mean(axis=0), rtol=1e-14, atol=1e-300)
        assert loss == pytest.approx(losses[rows].mean(), rel=1e-13)
        directions = rng.standard_normal((2, p))
        survey = objective.survey(theta, directions)
        all_of_them = objective.gradients(theta, everyone)
        size = 1 + np.abs(all_of_them).max()
        assert_allclose(
            survey.gradient / size, all_of_them.mean(axis=0) / size, atol=1e-14
        )
        off = (all_of_them - all_of_them.mean(axis=0)) / size @ directions.T
        assert_allclose(survey.covariance / size**2, off.T @ off / n, atol=1e-12)


@SUMS
def test_its_hessian_is_exact(data: Copies) -> None:
    objective = summed(data, 7)
    p = objective.n_parameters
    for theta in 0.7 + 0.4 * np.random.default_rng(9).standard_normal((6, p)):
        steps = STEP * np.eye(p)
        ahead, behind = (
            objective.gradient_at(theta + steps),
            objective.gradient_at(theta - steps),
        )
        times = objective.hessian(theta)
        bends = (ahead - behind) / (2 * STEP)
        exact = np.array([times(e) for e in np.eye(p)])
        level = 1 + np.abs(exact).max()
        assert_allclose(exact / level, bends / level, atol=1e-7)


@SUMS
def test_each_copy_is_a_term_of_its_own(data: Copies) -> None:
    objective, theta = summed(data, 2), np.array(data.start()) * 0.5 + 0.2
    formulas = objective.examples.formulas
    assert len(formulas) == data.copies
    assert objective.examples.task == FORMULAS
    for i, row in enumerate(objective.examples.inputs):
        term, one = data.term(row), np.array([i])
        assert term.formula == formulas[i]
        assert len(term.derivatives) == len(theta)
        assert term.value(theta) == pytest.approx(
            objective.losses(theta, one)[0], rel=1e-13
        )
        slope = objective.gradients(theta, one)[0]
        assert_allclose(term.slope(theta), slope, rtol=1e-13)
        assert term.bend(theta).shape == (len(theta), len(theta))


@SUMS
def test_a_part_is_a_sum_of_its_own(data: Copies) -> None:
    objective, theta = summed(data, 4), np.array(data.start())
    n = objective.n_examples
    rows = np.array([n - 1, 0])
    part = objective.only(rows)
    assert isinstance(part, CopySum)
    assert_array_equal(part.losses(theta, np.arange(2)), objective.losses(theta, rows))
    assert part.loss(theta) == pytest.approx(
        objective.losses(theta, rows).mean(), rel=1e-13
    )
    mean = objective.gradients(theta, rows).mean(axis=0)
    survey = part.survey(theta, np.zeros((0, len(theta))))
    assert_allclose(survey.gradient, mean, rtol=1e-13, atol=1e-13)
    if n > 2:
        split = hold_out(objective.examples, 0.4, 1)
        assert split.test is not None
        parts = [objective.on(split.train), objective.on(split.test)]
        whole = sum(s.loss(theta) * s.n_examples for s in parts) / n
        assert whole == pytest.approx(objective.loss(theta), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("copies", [2, 16, 300])
def test_minima_of_shifted_copies_are_real(kind: type[Function], copies: int) -> None:
    data = kind(copies=copies, noise=0.2, kind=SHIFTED)
    objective, window = summed(data, 5), data.window()
    minima = objective.minima(window)
    if data.known() and kind.name != "ackley":  # whose lowest may be a tip of a copy
        assert minima
    values = [m.value for m in minima]
    assert values == sorted(values)
    for minimum in minima[:5]:
        point = np.array(minimum.theta)
        assert minimum.value == pytest.approx(objective.loss(point), rel=1e-12)
        bends = objective.bend(point)
        slope = objective.gradient_at(point[None])[0]
        assert np.linalg.norm(slope) < 1e-9 * max(1.0, np.abs(bends).max())
        assert np.linalg.eigvalsh(bends)[0] > 0
        near = point + 1e-3 * np.random.default_rng(6).standard_normal((200, 2))
        assert (objective.loss_at(near) >= minimum.value - 1e-9).all()
    if minima and kind.name != "ackley":
        lowest = minimum_of(objective, window)
        assert lowest >= minima[0].value - 1e-9 * (1 + abs(minima[0].value))


def minimum_of(objective: CopySum, window: Region) -> float:
    rng = np.random.default_rng(9)
    low, high = (window.left, window.bottom), (window.right, window.top)
    return float(objective.loss_at(rng.uniform(low, high, (5000, 2))).min())


def test_minima_move_where_copies_are_shifted() -> None:
    data = LANDSCAPES["rosenbrock"](copies=50, noise=0.3, kind=SHIFTED)  # type: ignore[call-arg]
    assert isinstance(data, Copies)
    (minimum,) = summed(data).minima(Region(0, 1, 0, 1))
    assert np.abs(np.array(minimum.theta) - 1).max() > 0.1
    assert minimum.lowest


def test_too_many_shifted_copies_are_not_searched() -> None:
    most = copysum.MOST_SEARCHED
    data = LANDSCAPES["booth"](copies=most + 1, kind=SHIFTED)  # type: ignore[call-arg]
    assert isinstance(data, Copies)
    assert summed(data).minima(Region(0, 1, 0, 1)) == ()
    assert "not looked for" in data.examples(0).notes[-1]
    assert summed(replace(data, kind="tilted")).minima(Region(0, 1, 0, 1))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("(x - 1)**2*(x + 1.5)**2", [(1.0,), (-1.5,)]),
        ("x**2 + 3*y**2 + x*y", [(0.0, 0.0)]),
        ("x**2 + y**2 + w1**2", []),
        ("x + y", []),
        ("cos(x)*cos(y)", [(0.0, np.pi), (0.0, -np.pi), (np.pi, 0.0), (-np.pi, 0.0)]),
    ],
)
def test_minima_of_an_own_formula(text: str, places: list[tuple[float, ...]]) -> None:
    data = OwnFormula(formula=text, x=2.6, y=1.0, copies=4)
    minima = summed(data).minima(Region(-9, 9, -9, 9))
    assert len(minima) == len(places)
    for place in places:
        apart = [np.abs(np.subtract(m.theta, place)).max() for m in minima]
        assert min(apart) < 1e-9
    assert all(pickle.loads(pickle.dumps(m)) == m for m in minima)


def test_only_the_lowest_are_called_lowest() -> None:
    data = LANDSCAPES["six-hump"]()
    assert isinstance(data, Copies)
    minima = summed(data).minima(Region(0, 1, 0, 1))
    assert [m.lowest for m in minima] == [True, True, False, False, False, False]


def test_the_words_of_copies() -> None:
    data = OwnFormula(formula="x**2 + w1", copies=2, noise=1.0)
    first, second = data.examples(1).formulas
    assert first.startswith("f(x, w1) ")
    assert first != second
    assert first.endswith("·w1")
    assert data.examples(1).notes[0] == "f(x, w1) = x² + w1."
    shifted = replace(data, kind=SHIFTED).examples(1).formulas[0]
    assert shifted.startswith("f(x ")
    plain = replace(data, copies=1).examples(1)
    assert plain.formulas == ("x² + w1",)
    assert len(plain.notes) == 1
    assert "f = x² + w1" in summed(data).describe()
    many = replace(data, copies=10_001).examples(1).formulas
    assert (len(many), set(many)) == (10_001, {"f(x, w1), tilted"})


def test_knobs_that_change_nothing_are_named() -> None:
    assert OwnFormula().idle() == frozenset()
    assert OwnFormula(formula="x**2").idle() == {"y"}
    assert OwnFormula(formula="w1**2", copies=1).idle() == {"x", "y", "noise", "kind"}


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("log(x)", -1.0, "no finite value at the start, x = -1; choose another start."),
        ("1/x", 0.0, "no finite value at the start, x = 0"),
        ("sqrt(x)", 0.0, "no finite slope at the start, x = 0"),
        ("x**300 + y", 1e6, "no finite value at the start, x = 1e+06, y = 1"),
    ],
)
def test_a_bad_start_is_refused(text: str, x: float, said: str) -> None:
    objective = summed(OwnFormula(formula=text, x=x, copies=3, noise=0.0))
    with np.errstate(all="ignore"), pytest.raises(Refused) as refusal:
        objective.check_start(objective.start(0))
    assert said in str(refusal.value)
    summed(OwnFormula()).check_start(np.ones(2))


def test_tilted_copies_cost_no_more_however_many_there_are() -> None:
    data = LANDSCAPES["ackley"](copies=100_000)  # type: ignore[call-arg]
    assert isinstance(data, Copies)
    objective = summed(data)
    plane = parameter_plane(np.ones(2), (0, 1), ("x", "y"))
    assert objective.sheet(plane, np.zeros(2)).work < 100
    shifted = summed(replace(data, copies=500, kind=SHIFTED))
    assert shifted.sheet(plane, np.zeros(2)).work >= 500


def test_groups_stand_together() -> None:
    every = [*DATASETS.values(), *LANDSCAPES.values(), *FUNCTIONS.values()]
    groups = [kind.group for kind in every]
    assert list(dict.fromkeys(groups)) == ["Data", "Functions of x and y", "Formulas"]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


@pytest.mark.parametrize("text", ["x**2 - y**2", "-x**2 - y**2", "x**2 + 0*y"])
def test_a_saddle_a_top_and_a_trough_are_no_minima(text: str) -> None:
    f = formula(text)
    assert len(newton(f.gradient, f.hessian, np.zeros((1, 2)), 0.1)) == 0

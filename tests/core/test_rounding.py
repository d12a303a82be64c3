"""Single precision where it will do, mended where it would be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core import rounding
from gdviz.core.datasets import Moons
from gdviz.core.losses import SoftmaxCrossEntropy
from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.core.planes import Plane, Region
from gdviz.core.rounding import Values
from tests.core.test_sheets import worked_out

if TYPE_CHECKING:
    from tests.core.problems import Array

SIZE = 33


@pytest.fixture(autouse=True)
def _whatever_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounding, "_DOUBLE_WORK", 0)


def over(span: float, scale: float = 1.0) -> Values:
    """Return the loss of a small network over a square around its start."""
    objective = Objective(
        Moons(n_examples=300).examples(0), MLP((8,)), SoftmaxCrossEntropy()
    )
    rng, p = np.random.default_rng(2), objective.n_parameters
    directions = np.linalg.qr(rng.standard_normal((p, 2)))[0].T.copy()
    plane = Plane(scale * objective.start(0), directions, ("u", "v"))
    return Values(objective, plane, Region(-span, span, -span, span))


def chosen(values: Values) -> Values:
    worked_out(values.choose_precision(SIZE**2))
    return values


def even() -> Array:
    at = np.linspace(-1.0, 1.0, SIZE)
    v, u = np.meshgrid(at, at, indexing="ij")
    return np.column_stack([u.ravel(), v.ravel()])


@pytest.mark.parametrize(("span", "single"), [(10.0, True), (0.1, True), (1e-5, False)])
def test_it_is_taken_where_the_heights_are_large_enough(
    span: float, single: bool
) -> None:
    assert chosen(over(span)).single == single


def test_little_work_is_done_in_double_precision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding, "_DOUBLE_WORK", 10**12)
    values = chosen(over(1.0))
    assert not values.single
    flat = np.arange(SIZE**2, dtype=float).reshape(SIZE, SIZE)
    assert worked_out(values.mend(flat))[1] == 0


@pytest.mark.parametrize("span", [3e-3, 0.1, 10.0])
def test_heights_above_the_lowest_point_are_true(span: float) -> None:
    values = chosen(over(span))
    assert values.single
    rough = worked_out(values.at(even()))[0].reshape(SIZE, SIZE)
    exact = worked_out(values.exact(even()))[0].reshape(SIZE, SIZE)
    mended = rough.copy()
    worked_out(values.mend(mended))
    heights = exact - exact.min()
    assert (np.abs(mended - exact) <= 1e-3 * heights + 1e-14 * exact).all()
    worse = np.abs(rough - exact) > 1e-3 * heights
    assert worse.sum() > (4 if span < 1e-2 else 0)
    assert (mended == rough).any()


def test_what_overflowed_is_worked_out_again() -> None:
    values = chosen(over(2.0))
    exact = worked_out(values.exact(even()))[0].reshape(SIZE, SIZE)
    spoilt = exact.copy()
    spoilt[3, 4], spoilt[5, 6] = np.inf, np.nan
    worked_out(values.mend(spoilt))
    assert_allclose(spoilt, exact, rtol=1e-12)

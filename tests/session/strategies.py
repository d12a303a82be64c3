"""Any spec and any scene, for tests that hold for all of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from gdviz.core.formulas.own import FormulaText
from gdviz.core.knobs import (
    ASIDE,
    Choice,
    Extent,
    Flag,
    Kind,
    Numbers,
    Real,
    Rows,
    Spec,
    Text,
    Whole,
    Widths,
    knobs,
)
from gdviz.session.scene import Descent
from gdviz.session.scenetree import GHOSTS, REGISTRIES

if TYPE_CHECKING:
    from collections.abc import Callable


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Return values that a knob takes."""
    return _STRATEGIES[type(kind)](kind)


def small(kind: Kind) -> st.SearchStrategy[Any]:
    """Return values that a knob takes, so small that a step takes no time."""
    if isinstance(kind, Whole) and kind.log:
        return st.integers(kind.low, 40)
    if isinstance(kind, Widths):
        return st.lists(st.integers(1, 5), min_size=1, max_size=3)
    return values(kind)


def specs(
    kind: type[Spec], of: Callable[[Kind], st.SearchStrategy[Any]] = values
) -> st.SearchStrategy[Any]:
    """Return specs of a kind with any values that their knobs take."""
    inner = {key: of(worn.kind) for key, worn in knobs(kind).items()}
    for f in fields(kind):
        if f.name in REGISTRIES:
            every = [specs(named, of) for named in REGISTRIES[f.name].values()]
            inner[f.name] = st.one_of(every)
            if f.default is None:
                inner[f.name] |= st.none()
        elif f.name == GHOSTS:
            inner[f.name] = st.lists(specs(Descent, of), max_size=3).map(tuple)
        elif f.name not in inner and ASIDE not in f.metadata:
            inner[f.name] = specs(Descent, of)
    return st.builds(kind, **inner)


def _rows(kind: Rows) -> st.SearchStrategy[Any]:
    def table(n: int) -> st.SearchStrategy[Any]:
        row = st.lists(_entries(Numbers()), min_size=n, max_size=n)
        return st.lists(row, min_size=1, max_size=4)

    return st.integers(1, min(4, kind.longest)).flatmap(table)


def _extents(kind: Extent) -> st.SearchStrategy[Any]:
    side = st.floats(-kind.limit, kind.limit)
    pair = st.tuples(side, side).filter(lambda ends: ends[0] < ends[1])
    return st.just(()) | st.tuples(pair, pair).map(lambda pairs: (*pairs[0], *pairs[1]))


def _entries(kind: Numbers) -> st.SearchStrategy[float]:
    return st.floats(-kind.limit, kind.limit)


FORMULAS = (
    "x**2",
    "(1 - x)**2 + 100*(y - x**2)**2",
    "abs(x)/(1 + abs(w3)) + max(y, 2*x, -1)",
    "tanh(y) + sin(pi*w9) + sqrt(y**2 + 1)",
)
_STRATEGIES: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    Real: lambda kind: st.floats(kind.low, kind.high),
    Whole: lambda kind: st.integers(kind.low, kind.high),
    Choice: lambda kind: st.sampled_from(kind.options),
    Flag: lambda _: st.booleans(),
    Text: lambda kind: st.text(st.characters(), max_size=min(kind.longest, 40)),
    FormulaText: lambda _: st.sampled_from(FORMULAS),
    Widths: lambda kind: st.lists(
        st.integers(1, kind.high), min_size=1, max_size=kind.most
    ),
    Numbers: lambda kind: st.lists(_entries(kind), max_size=4),
    Rows: _rows,
    Extent: _extents,
}

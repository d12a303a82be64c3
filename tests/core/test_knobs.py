"""Knobs: whatever does not fit is refused by a sentence that names its place."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.formulas.own import FormulaText
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import (
    Choice,
    Extent,
    Flag,
    Kind,
    Knob,
    Numbers,
    Real,
    Rows,
    Spec,
    Text,
    Whole,
    Widths,
    default,
    knob,
    knobs,
    settings,
)
from gdviz.core.losses import LOSSES
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.refused import Refused
from gdviz.core.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAN, INF = float("nan"), float("inf")
REGISTRIES: tuple[Mapping[str, type[Spec]], ...] = (
    SOURCES,
    MODELS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    RECIPES,
)


@dataclass(frozen=True)
class Several(Spec):
    """A list of numbers, which no registry holds."""

    name: ClassVar[str] = "several"
    title: ClassVar[str] = "Several numbers"
    start: tuple[float, ...] = knob((), Numbers(), "Start", "Where to begin.")


SPECS: list[type[Spec]] = [
    *(spec for registry in REGISTRIES for spec in registry.values()),
    Several,
]
WORN = [(spec, name, worn) for spec in SPECS for name, worn in knobs(spec).items()]


def far_reals(kind: Real) -> list[object]:
    above, below = kind.high + abs(kind.high) + 1, kind.low - abs(kind.low) - 1
    return [above, below, NAN, INF, -INF, 10**400, True, "1", None, [1.0]]


def far_wholes(kind: Whole) -> list[object]:
    near = [kind.low - 1, kind.high + 1, 10**400]
    return [*near, kind.low + 0.5, NAN, INF, True, "3", None]


def far_widths(kind: Widths) -> list[object]:
    many = (2,) * (kind.most + 1)
    return [(), many, (0,), (2, kind.high + 1), (1.5,), (True,), (NAN,), "8", 8, None]


def far_numbers(kind: Numbers) -> list[object]:
    many, far = (2.0,) * (kind.most + 1), 2 * kind.limit
    return [many, (far,), (1, -far), (NAN,), (1, INF), (True,), ("1",), "12", 3, None]


def far_rows(kind: Rows) -> list[object]:
    many, wide = ((2.0,),) * (kind.most + 1), ((2.0,) * (kind.longest + 1),)
    ragged = [((),), ((1,), (1, 2)), ((1,), ()), ((1,), (2,), (3, 4))]
    return [(), many, wide, *ragged, ((NAN,),), ((1,), ("2",)), (1, 2), "12", None]


def far_extents(kind: Extent) -> list[object]:
    back, flat = (1, 0, 0, 1), (0, 1, 2, 2)
    return [(1, 2), (0, 1, 0, 1, 2), back, flat, (0, 2 * kind.limit, 0, 1), "12", None]


Values = dict[type, "Callable[[Any], list[object]]"]
WRONG: Values = {
    Real: far_reals,
    Whole: far_wholes,
    Choice: lambda kind: ["no such option", "", 0, None, True, [kind.options[0]]],
    Flag: lambda _: [0, 1, "true", None, NAN],
    Text: lambda kind: ["x" * (kind.longest + 1), 3, None, b"path", True],
    FormulaText: lambda kind: ["", "x^2", "x + " * kind.longest, 3, None, b"x"],
    Widths: far_widths,
    Numbers: far_numbers,
    Rows: far_rows,
    Extent: far_extents,
}
RIGHT: Values = {
    Real: lambda kind: [kind.low, kind.high],
    Whole: lambda kind: [kind.low, kind.high],
    Choice: lambda kind: list(kind.options),
    Flag: lambda _: [False, True],
    Text: lambda kind: ["", "x" * kind.longest],
    FormulaText: lambda kind: ["x", "x" + " " * (kind.longest - 1)],
    Widths: lambda kind: [(1,), (kind.high,) * kind.most],
    Numbers: lambda kind: [(), (-kind.limit, 0.0, kind.limit), (0.5,) * kind.most],
    Extent: lambda kind: [(), (-kind.limit, kind.limit, -1.0, -0.5)],
    Rows: lambda kind: [((1.0,),), ((0.5,) * kind.longest,) * kind.most],
}


def wrong(kind: Kind) -> list[object]:
    """Return values that this knob must refuse."""
    return WRONG[type(kind)](kind)


def right(kind: Kind) -> list[object]:
    """Return values at the ends of what this knob takes."""
    return RIGHT[type(kind)](kind)


def cases(values: Callable[[Kind], list[object]]) -> list[object]:
    return [
        pytest.param(spec, name, value, id=f"{spec.name}.{name}-{repr(value)[:20]}")
        for spec, name, worn in WORN
        for value in values(worn.kind)
    ]


@pytest.mark.parametrize(("spec", "name", "value"), cases(wrong))
def test_refused_by_name(spec: type[Spec], name: str, value: object) -> None:
    with pytest.raises(Refused) as refusal:
        spec(**{name: value})
    sentence = str(refusal.value)
    assert re.match(rf"{re.escape(spec.name)}\.{name}(\[\d+\])* must ", sentence)
    assert sentence.endswith(".")


@pytest.mark.parametrize(("spec", "name", "value"), cases(right))
def test_both_ends_are_taken(spec: type[Spec], name: str, value: object) -> None:
    made = spec(**{name: value})
    assert getattr(made, name) == value
    assert type(getattr(made, name)) is type(default(spec, name))


@pytest.mark.parametrize("spec", SPECS)
def test_every_field_wears_a_knob_that_takes_its_default(spec: type[Spec]) -> None:
    made = spec()
    assert set(knobs(spec)) == {f.name for f in settings(spec)}
    assert spec(**{f: default(spec, f) for f in knobs(spec)}) == made
    assert hash(made) == hash(spec())
    assert spec.name
    assert spec.title
    assert spec.sentence()
    for worn in knobs(made).values():
        assert worn.label
        assert worn.tip.endswith(".")


@pytest.mark.parametrize(("spec", "name", "worn"), WORN)
def test_kind_is_well_made(spec: type[Spec], name: str, worn: Knob) -> None:
    kind = worn.kind
    assert default(spec, name) is not None
    if isinstance(kind, Real | Whole):
        assert kind.low < kind.high
        assert not kind.log or kind.low > 0
    if isinstance(kind, Real) and kind.slider:
        assert kind.low <= kind.slider[0] < kind.slider[1] <= kind.high
    if isinstance(kind, Choice):
        assert len(kind.titles) in (0, len(kind.options))
        assert len(set(kind.options)) == len(kind.options)


def test_frozen() -> None:
    made = LOSSES["huber"]()
    with pytest.raises(FrozenInstanceError):
        made.delta = 2.0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Real(0, 5), 3, 3.0),
        (Whole(0, 5), 3.0, 3),
        (Widths(), [4, 3.0], (4, 3)),
        (Numbers(), [4, -3.5], (4.0, -3.5)),
        (Numbers(), [], ()),
        (Rows(), [[1, 2], (3.5, 4)], ((1.0, 2.0), (3.5, 4.0))),
    ],
)
def test_equal_values_become_the_right_type(
    kind: Kind, value: object, expected: object
) -> None:
    checked = kind.check(value, "here")
    assert checked == expected
    assert type(checked) is type(expected)


def test_sentences() -> None:
    for kind, value, sentence in (
        (Real(0, 2), 3, "a.b must lie between 0 and 2, not 3."),
        (Real(0, 2), NAN, "a.b must lie between 0 and 2, not nan."),
        (Real(0, 2), True, "a.b must be a number, not True."),
        (Whole(1, 9), 2.5, "a.b must be a whole number, not 2.5."),
        (Choice(("p", "q")), "r", "a.b must be one of p, q, not 'r'."),
        (Flag(), 1, "a.b must be true or false, not 1."),
        (
            Numbers(2),
            [1, 2, 3],
            "a.b must be a list of at most 2 numbers, such as [0.5, -1]; "
            "not [1, 2, 3].",
        ),
        (Numbers(), [1, "x"], "a.b[1] must be a number, not 'x'."),
        (Numbers(limit=5), [6], "a.b[0] must lie between -5 and 5, not 6."),
        (
            Rows(),
            [],
            "a.b must be 1 to 100 rows of numbers, such as [[1, 2], [3, 4]]; not [].",
        ),
        (
            Rows(),
            [[1, 2], [3]],
            "a.b must have rows of one length, at least 1 number.",
        ),
        (Rows(), [[1], [None]], "a.b[1][0] must be a number, not None."),
    ):
        with pytest.raises(Refused) as refusal:
            kind.check(value, "a.b")
        assert str(refusal.value) == sentence


def test_a_spec_without_a_name_is_told_by_the_field() -> None:
    @dataclass(frozen=True)
    class Plain(Spec):
        """No name."""

        title: ClassVar[str] = "Plain"
        speed: float = knob(1.0, Real(0, 2), "Speed", "How fast.")

    with pytest.raises(Refused, match=r"^speed must lie"):
        Plain(speed=5)
    assert Plain.sentence() == "No name."


@pytest.mark.parametrize("spec", SPECS)
def test_knobs_that_do_nothing_are_not_told(spec: type[Spec]) -> None:
    made = spec()
    for name, worn in knobs(spec).items():
        silent = name in made.idle() or (
            worn.off is not None and getattr(made, name) == worn.off
        )
        assert (name in made.told()) is not silent


def test_a_knob_is_told_once_it_does_something() -> None:
    adam, wave = OPTIMIZERS["adam"], SCHEDULES["cosine"]
    assert list(adam().told()) == ["beta1", "beta2", "eps"]
    assert "weight_decay" in adam(weight_decay=0.1).told()  # type: ignore[call-arg]
    assert list(wave().told()) == ["length"]
    more = {"floor": 0.1, "restarts": True}
    assert list(wave(3, **more).told()) == ["warmup", "length", *more, "growth"]

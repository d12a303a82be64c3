"""Formulas as text: values, exact slopes, sentences that point, hostile input."""

from __future__ import annotations

import math
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.formulas import refusal
from gdviz.core.formulas.formula import Formula, formula
from gdviz.core.formulas.operations import CALLS, LETTERS, SAME
from gdviz.core.formulas.own import FormulaText, OwnFormula
from gdviz.core.formulas.parser import LONGEST, parse
from gdviz.core.formulas.refusal import EXAMPLE, NotAFormula
from gdviz.core.refused import Refused

STEP = np.finfo(float).eps ** (1 / 3)


@pytest.mark.parametrize(
    ("text", "x", "y", "value"),
    [
        ("x + 2*y", 1.0, 3.0, 7.0),
        ("x - y - 1", 1.0, 3.0, -3.0),
        ("x - (y - 1)", 1.0, 3.0, -1.0),
        ("x/y/2", 12.0, 3.0, 2.0),
        ("-x**2 + 0*y", 3.0, 1.0, -9.0),
        ("(-x)**2 + 0*y", 3.0, 1.0, 9.0),
        ("2**x**y", 3.0, 2.0, 512.0),
        ("x**-y", 2.0, 2.0, 0.25),
        ("+x - -y", 2.0, 5.0, 7.0),
        ("2e-1*x + .5*y + 1.", 10.0, 4.0, 5.0),
        ("pi*x + e*y", 1.0, 1.0, math.pi + math.e),
        ("min(x, y, 0, 2) + max(x, y, 5, 2)", 1.0, 3.0, 5.0),
        ("hypot(x, y)", 3.0, 4.0, 5.0),
        ("abs(x)*sign(y)", -3.0, -4.0, -3.0),
        ("log10(x) + log(y)", 100.0, math.e, 3.0),
        (" \n x\t* y \n", 2.0, 3.0, 6.0),
        (EXAMPLE, -1.2, 1.0, 24.2),
    ],
)
def test_values(text: str, x: float, y: float, value: float) -> None:
    assert formula(text).value(np.array([x, y])) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("name", [*CALLS, *SAME])
def test_functions_are_those_of_numpy(name: str) -> None:
    work = CALLS[SAME.get(name, name)]
    two = name in ("min", "max", "hypot", "minimum", "maximum")
    at = np.array([0.3, 0.7])
    text = f"{name}(x, y)" if two else f"{name}(x)"
    value = work(*at) if two else work(at[0])
    assert formula(text).value(at[: 1 + two]) == value


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("y + x", ("x", "y")),
        ("y**2", ("y",)),
        ("x", ("x",)),
        ("w9*w1 + y - x + 0*w2", ("x", "y", "w1", "w2", "w9")),
        ("+".join(reversed(LETTERS)), LETTERS),
    ],
)
def test_letters_are_the_parameters_in_their_order(
    text: str, names: tuple[str, ...]
) -> None:
    made = Formula(text)
    assert made.names == names
    assert made.gradient(np.ones(len(names))).shape == (len(names),)


SMOOTH = [
    EXAMPLE,
    "x",
    "3*x - 2*y + 1",
    "x*y*w1/(1 + w2**2)",
    "x/y",
    "x**3*y**-2 - x**0.5",
    "x**y + y**x",
    "2**x + x**1.5",
    "(x + y)**1",
    "(x*y)**0",
    "sin(x)*cos(y)*tan(x*y/5)",
    "asin(x/4) + acos(y/5) + atan(x*y)",
    "sinh(x) + cosh(y)*tanh(x - y)",
    "exp(-x**2)*log(y)/log10(x + 2)",
    "sqrt(x**2 + y**2)",
    "hypot(x, 2*y)",
    "hypot(x*y, 3)**3",
    "abs(x - 5)*y + sign(y)*x",
    "max(x, y*y, 0.1) + min(x*x, 9*y)",
    "max(min(sin(x), cos(y)), 0)*x*y",
    "20 + x**2 + y**2 - 10*(cos(2*pi*x) + cos(2*pi*y))",
    "-(-(-x)) - (-y)*(-x)*-2",
    "1/(1 + exp(-(2*x - y)))",
    "x - y/(x + 3*y)/2",
]


@pytest.mark.parametrize("text", SMOOTH)
def test_slopes_are_central_differences(text: str) -> None:
    made = Formula(text)
    p = len(made.names)
    for theta in np.random.default_rng(1).uniform(0.5, 2.5, (12, p)):
        steps = STEP * np.eye(p)
        ahead, behind = theta + steps, theta - steps
        slopes = (made.value(ahead) - made.value(behind)) / (2 * STEP)
        bends = (made.gradient(ahead) - made.gradient(behind)) / (2 * STEP)
        gradient, hessian = made.gradient(theta), made.hessian(theta)
        size = 1 + np.abs(gradient).max()
        assert_allclose(gradient / size, slopes / size, atol=3e-8)
        size = 1 + np.abs(hessian).max()
        assert_allclose(hessian / size, bends / size, atol=3e-8)
        assert_array_equal(hessian, hessian.T)


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3)])
def test_points_may_come_in_any_shape(text: str, shape: tuple[int, ...]) -> None:
    made = Formula(text)
    p = len(made.names)
    thetas = np.random.default_rng(2).uniform(0.5, 2.5, (*shape, p))
    found = (made.value(thetas), made.gradient(thetas), made.hessian(thetas))
    assert [f.shape for f in found] == [shape, (*shape, p), (*shape, p, p)]
    for place in np.ndindex(*shape):
        alone = (made.value, made.gradient, made.hessian)
        for many, one in zip(found, alone, strict=True):
            assert_allclose(many[place], one(thetas[place]), rtol=1e-12, atol=1e-12)


def test_many_points_are_worked_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    made, thetas = Formula(EXAMPLE), np.random.default_rng(3).normal(size=(70, 2))
    whole = made.value(thetas), made.gradient(thetas), made.hessian(thetas)
    monkeypatch.setattr("gdviz.core.formulas.formula._AT_ONCE", 16)
    parts = made.value(thetas), made.gradient(thetas), made.hessian(thetas)
    for one, other in zip(whole, parts, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("text", "at", "slope", "bend"),
    [
        ("abs(x)", [0.0], [0.0], [[0.0]]),
        ("sign(x)*x", [0.0], [0.0], [[0.0]]),
        ("max(x, y)", [1.0, 1.0], [0.5, 0.5], [[0.0, 0.0], [0.0, 0.0]]),
        ("min(x, 3*x)", [0.0], [2.0], [[0.0]]),
        ("hypot(x, y)", [0.0, 0.0], [0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]]),
        ("max(x**2, 0)", [0.0], [0.0], [[1.0]]),
        ("max(log(x), -5)", [0.0], [0.0], [[0.0]]),  # the slope of log there is ∞
        ("x**2", [0.0], [0.0], [[2.0]]),
        ("x**1 + x**0", [0.0], [1.0], [[0.0]]),
    ],
)
def test_kinks_have_the_slope_that_is_agreed_on(
    text: str, at: list[float], slope: list[float], bend: list[list[float]]
) -> None:
    made, theta = Formula(text), np.array(at)
    with np.errstate(all="ignore"):
        assert made.gradient(theta).tolist() == slope
        assert made.hessian(theta).tolist() == bend


@pytest.mark.parametrize(
    ("text", "letters", "derivatives"),
    [
        ("x**2", "x²", ("2x",)),
        ("x**3", "x³", ("3x²",)),
        ("x**2 + 1", "x² + 1", ("2x",)),
        ("x - 3", "x − 3", ("1",)),
        (EXAMPLE, "(1 − x)² + 100(y − x²)²",
         ("−2(1 − x) − 400(y − x²)·x", "200(y − x²)")),
        ("x - (y - 1)", "x − (y − 1)", ("1", "−1")),
        ("x - -y", "x − (−y)", ("1", "1")),
        ("x/(y*2)", "x/(y·2)", ("1/(y·2)", "−2x/(y·2)/(y·2)")),
        ("sqrt(2)*sin(2*pi*x)", "√2·sin(2π·x)", ("8.88577·cos(2π·x)",)),
        ("abs(x)**y", "|x|^y", ("y·|x|^(y − 1)·sign(x)", "|x|^y·log(|x|)")),
        ("w1*w2", "w1·w2", ("w2", "w1")),
        ("-x**2", "−x²", ("−2x",)),
        ("(-x)**2", "(−x)²", ("2x",)),
        ("x**-1", "x⁻¹", ("−x⁻²",)),
    ],
)  # fmt: skip
def test_letters(text: str, letters: str, derivatives: tuple[str, ...]) -> None:
    made = Formula(text)
    assert (made.letters, made.derivatives) == (letters, derivatives)


@pytest.mark.parametrize("text", [*SMOOTH, "max(log(x), -5)", "hypot(x, y)*abs(y)"])
def test_code_is_the_same_bit_for_bit(text: str) -> None:
    made = Formula(text)
    thetas = np.random.default_rng(5).uniform(0.5, 2.5, (50, len(made.names)))
    given = dict(zip(made.names, thetas.T, strict=True)) | {"np": np}
    found = []
    for code in made.code:
        assert max(map(len, code.lines + code.outputs)) <= 84
        inner = [*code.lines, f"found = [{', '.join(code.outputs)}]"]
        names: dict[str, Any] = {}
        exec("\n".join(inner), given, names)  # text made here, of a formula above
        found.append(names["found"])
    assert_array_equal(found[0][0], made.value(thetas))
    assert_array_equal(np.stack(found[1], axis=-1), made.gradient(thetas))


REFUSED = {
    "": (1, "it is empty"),
    "  \n ": (1, "it is empty"),
    "5": (1, "there is no parameter in it; use x, y or w1 to w9."),
    "x^2": (2, "a power is written **"),
    "x²": (2, "a power is written **"),
    "x − 1": (3, "a minus is written -"),
    "2×x": (2, "a product is written *"),
    "π*x": (1, "write pi"),
    "x = 3": (3, "without ="),
    "[x]": (1, "brackets are round"),
    "2x": (2, "a * is missing here"),
    "1 + 2.5e3 y": (11, "a * is missing here"),
    "x y": (3, "a * is missing here"),
    "(x)(y)": (4, "a * is missing here"),
    "exp(x)2": (7, "a * is missing here"),
    "pi x": (4, "a * is missing here"),
    "x(1 + y)": (2, "a * is missing here"),
    "0x10 + x": (2, "a * is missing here"),
    "x + 3j": (6, "a * is missing here"),
    "yx": (1, "this name is not known"),
    "x + alpha": (5, "this name is not known"),
    " \n x + alpha": (8, "this name is not known"),
    "  (x": (3, "this bracket is never closed"),
    "w10": (1, "this name is not known"),
    "True*x": (1, "only numbers"),
    "sin": (1, "a function has brackets: sin(x)."),
    "y + foo(x)": (5, "there is no such function; known: sin, cos"),
    "max(x)": (1, "max takes 2 to 20 in its brackets."),
    "sin(x, y)": (1, "sin takes 1 in its brackets."),
    "hypot(x, y, 1)": (1, "hypot takes 2 in its brackets."),
    "np.sin(x)": (1, "a function is called by its name"),
    "x + y.real": (5, "a dot belongs in numbers only"),
    "x, y": (2, "there is one formula only"),
    "x//2": (2, "a quotient is written with one /."),
    "(1 + x": (1, "this bracket is never closed"),
    "max(x, y": (4, "this bracket is never closed"),
    "1 + x)": (6, "no bracket is open here"),
    "x +": (4, "it cannot be read on from here"),
    "sin x": (5, "it cannot be read on from here"),
    "1.5.2*x": (4, "it cannot be read on from here"),
    "not x": (1, "only + - * / ** and functions are known"),
    "1e999*x": (1, "this number is too large or not defined."),
    "x - (1/0)": (6, "this number is too large or not defined."),
    "x + log(-1)": (5, "this number is too large or not defined."),
    "x**9**9**9": (4, "this number is too large or not defined."),
}
HOSTILE = {
    "import": "__import__('os').system('true')",
    "attribute": "().__class__.__bases__",
    "attribute of x": "x.__class__",
    "lambda": "(lambda: x)()",
    "keyword": "max(x, key=y)",
    "star": "max(*x)",
    "string": "'x'*1000000000",
    "bytes": "b'x'",
    "f-string": "f'{x}'",
    "list": "[x]*10**9",
    "comprehension": "max(x for x in y)",
    "walrus": "(x := 3)",
    "condition": "x if y else 1",
    "and": "x and y",
    "compare": "x < y",
    "subscript": "x[0]",
    "await": "await x",
    "power": "9**9**9**9",
    "power of x": "x*9**9**9**9**9",
    "number": "9" * 900 + "*x",
    "hexadecimal": "0x" + "f" * 900 + "*x",
    "brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "few brackets": "(" * 400 + "x" + ")" * 400,
    "calls": "sin(" * 240 + "x" + ")" * 240,
    "100 kB": "x + " * 25_000 + "x",
    "1 MB of blanks": " " * 1_000_000 + "x",
    "null": "x\0y",
    "look-alike": "\uff58**2",
    "another": "\u0445**2",
    "joined": "x\u200d",
    "escape": "x\x1b[31m",
    "surrogate": "x\ud800",
    "next line": "x\u2028y",
    "semicolon": "x; y",
    "comment": "x # y",
    "backslash": "x \\\n y",
    "dunder": "__debug__",
    "ellipsis": "...",
    "none": "None",
    "matrix": "x @ y",
    "bits": "x | y & ~x",
    "percent": "x % 2",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_sentence_points_at_the_character(text: str) -> None:
    column, said = REFUSED[text]
    with pytest.raises(NotAFormula) as refusal:
        parse(text)
    assert refusal.value.column == column - 1
    assert refusal.value.why.startswith(said) or said in refusal.value.why
    sentence = str(refusal.value)
    assert sentence.startswith(f"At character {column} (")
    assert sentence.endswith(refusal.value.why)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250


def test_the_place_is_shown() -> None:
    with pytest.raises(NotAFormula, match=r"\(\.\.\.|…"):
        parse("1 + 2 + 3 + 4 + 5 + 6^x + 7 + 8 + 9")
    said = refusal.where("1 + 2 + 3 + 4 + 5 + 6^x + 7 + 8 + 9", 21)
    assert said == "At character 22 (… + 4 + 5 + 6▸^x + 7 + 8 +…)"


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_is_refused_at_once(what: str) -> None:
    """Typical times are below 20 ms; the bound leaves room for a busy machine."""
    text = HOSTILE[what]
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(NotAFormula) as refusal:
        Formula(text)
    took = time.perf_counter() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 1.0
    assert peak < 4e6 + 4 * len(text)
    assert len(str(refusal.value)) < 300
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "-" * (LONGEST - 1) + "x",
        "x" + "+x" * (LONGEST // 2 - 1),
        "sin(" * 150 + "x" + ")" * 150,
        "x**" * 300 + "x",
        "x*y+" * 249 + "x",
        "max(" + "x," * 19 + "y)",
        "x*" + "*".join(["9**99"] * 40),
    ],
)
def test_long_ones_are_worked_out(text: str) -> None:
    made = Formula(text)
    theta = np.full(len(made.names), 0.5)
    with np.errstate(all="ignore"):
        assert made.value(theta).shape == ()
        assert made.gradient(theta).shape == (len(made.names),)
    assert len(made.letters) <= 4 * LONGEST
    assert all(len(text) <= 5000 for text in made.derivatives)


def _sums(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner)
    return (
        pairs.map(lambda p: f"({p[0]}) {p[1]} {p[2]}")
        | inner.map(lambda a: f"-{a}")
        | st.tuples(st.sampled_from(["sin", "exp", "abs", "sqrt"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        )
    )


LEAVES = st.sampled_from(["x", "y", "w1", "2", "0.5", "pi", "0", "1e3"])


@settings(deadline=None, max_examples=150)
@given(st.recursive(LEAVES, _sums, max_leaves=12))
def test_any_formula_has_a_result_or_a_refusal(text: str) -> None:
    try:
        made = Formula(text)
    except NotAFormula:
        return
    theta = np.full((3, len(made.names)), 0.7)
    with np.errstate(all="ignore"):
        assert made.value(theta).shape == (3,)
        assert made.hessian(theta).shape == (3, *(2 * [len(made.names)]))
    assert made.letters
    assert len(made.derivatives) == len(made.names)


ALPHABET = "xyw1290.+-*/()eE, ^=#'[]sincolgmaxp_\n\t\0²−"


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text(st.sampled_from(ALPHABET), max_size=30))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        fault, names = None, Formula(text).names
    except NotAFormula as refusal:
        fault, names = refusal, ()
    assert bool(names) != bool(fault)
    if fault is not None:
        assert 0 <= fault.column <= len(text)
        assert str(fault).endswith(".")


@pytest.mark.parametrize("value", [3, None, b"x", ["x"], True])
def test_only_text_can_be_a_formula(value: object) -> None:
    with pytest.raises(Refused, match=r"^a\.b must be a formula such as \(1 - x\)"):
        FormulaText().check(value, "a.b")


def test_the_knob_says_where_it_is_wrong() -> None:
    said = r"^formula\.formula must be a formula\. At character 2 \(x▸\^2\): a power"
    with pytest.raises(Refused, match=said):
        OwnFormula(formula="x^2")

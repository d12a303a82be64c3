"""A calculator for printed formulas: it knows nothing of how they were written."""

from __future__ import annotations

import re
from math import copysign, cos, exp, floor, log, pi, prod, sqrt, tanh

TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e−?\d+)?|[a-zσ]+|[^\s\d]")
CONSTANTS = {"½": 0.5, "π": pi}


def sigma(z: float) -> float:
    return 1 / (1 + exp(-z))


def sign(z: float) -> float:
    return copysign(1.0, z) if z else 0.0


FUNCTIONS = {
    "tanh": tanh, "σ": sigma, "log": log, "exp": exp, "max": max, "sign": sign,
    "√": sqrt, "cos": cos,
}  # fmt: skip


class Calculator:
    """Works out one text."""

    def __init__(self, text: str) -> None:
        self.tokens = [*TOKEN.findall(text), ""]

    def result(self) -> float:
        value = self.sum()
        assert self.tokens == [""], self.tokens
        return value

    def sum(self) -> float:
        terms = [-self.product() if self.took("−") else self.product()]
        while self.tokens[0] in ("+", "−"):
            terms.append(self.product() if self.took("+") else -self.after("−"))
        return sum(terms)

    def after(self, token: str) -> float:
        assert self.took(token)
        return self.product()

    def product(self) -> float:
        factors = [self.power()]
        while self.tokens[0] in ("·", "/"):
            factors.append(self.power() if self.took("·") else 1 / self.divisor())
        return prod(factors)

    def divisor(self) -> float:
        assert self.took("/")
        return self.power()

    def power(self) -> float:
        value = self.atom()
        if self.took("²"):
            return value**2
        return float(value ** self.atom()) if self.took("^") else value

    def atom(self) -> float:
        token = self.tokens.pop(0)
        if token == "(":
            return self.closed(")")
        if token == "|":
            return abs(self.closed("|"))
        if token == "⌊":
            return floor(self.closed("⌋"))
        if token in FUNCTIONS:
            return self.called(FUNCTIONS[token])
        if token in CONSTANTS:
            return CONSTANTS[token]
        return float(token.replace(",", "").replace("−", "-"))

    def closed(self, end: str) -> float:
        value = self.sum()
        assert self.took(end)
        return value

    def called(self, f) -> float:  # type: ignore[no-untyped-def]
        assert self.took("(")
        given = [self.sum()]
        while self.took(","):
            given.append(self.sum())
        assert self.took(")")
        return float(f(*given))

    def took(self, token: str) -> bool:
        if self.tokens[0] != token:
            return False
        self.tokens.pop(0)
        return True


def calculated(text: str) -> float:
    """Return what a printed formula comes to."""
    return Calculator(text).result()

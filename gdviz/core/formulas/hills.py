"""Functions with several minima or very many."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

from gdviz.core.formulas.copies import start
from gdviz.core.formulas.function import Function, Points, settled


@dataclass(frozen=True)
class Himmelblau(Function):
    """Himmelblau's function: four minima, all at 0.

    Himmelblau, Applied nonlinear programming (1972).
    """

    name: ClassVar[str] = "himmelblau"
    title: ClassVar[str] = "Himmelblau"
    rate: ClassVar[float | None] = 0.01
    formula: ClassVar = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
    square: ClassVar = (-5.0, 5.0, -5.0, 5.0)
    minima: ClassVar = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    )
    x: float = start(0.0)
    y: float = start(-0.6, "y")


@dataclass(frozen=True)
class ThreeHumpCamel(Function):
    """The three-hump camel: one lowest minimum between two others.

    Function 145 in Jamil and Yang, A literature survey of benchmark functions
    (2013). Lowest: 0 at (0, 0); the others, at ±(1.75, −0.87), are at 0.299.
    """

    name: ClassVar[str] = "three-hump"
    title: ClassVar[str] = "Three-hump camel"
    rate: ClassVar[float | None] = 0.05
    formula: ClassVar = "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2"
    square: ClassVar = (-2.4, 2.4, -2.4, 2.4)
    minima: ClassVar = (
        (0.0, 0.0),
        (1.7475523458302888, -0.8737761729151444),
        (-1.7475523458302888, 0.8737761729151444),
    )
    x: float = start(-2.0)
    y: float = start(-1.6, "y")


@dataclass(frozen=True)
class SixHumpCamel(Function):
    """The six-hump camel: six minima in three pairs, the lowest at −1.0316.

    Dixon and Szegö, The global optimization problem (1978).
    """

    name: ClassVar[str] = "six-hump"
    title: ClassVar[str] = "Six-hump camel"
    rate: ClassVar[float | None] = 0.02
    formula: ClassVar = "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2"
    square: ClassVar = (-2.0, 2.0, -2.0, 2.0)
    minima: ClassVar = (
        (0.08984201310031806, -0.7126564030207396),
        (-0.08984201310031806, 0.7126564030207396),
        (1.703606714969981, -0.7960835686726251),
        (-1.703606714969981, 0.7960835686726251),
        (1.6071047529201972, 0.5686514548841314),
        (-1.6071047529201972, -0.5686514548841314),
    )
    x: float = start(-1.2)
    y: float = start(-1.0, "y")


@dataclass(frozen=True)
class Ackley(Function):
    """Ackley's function: small dents all over a funnel.

    Ackley, A connectionist machine for genetic hillclimbing (1987). Lowest: 0 at
    (0, 0), the sharp tip of the funnel; the slope there is taken to be 0.
    """

    name: ClassVar[str] = "ackley"
    title: ClassVar[str] = "Ackley"
    rate: ClassVar[float | None] = 0.05
    formula: ClassVar = (
        "20*(1 - exp(-0.2*hypot(x, y)/sqrt(2))) + e"
        " - exp((cos(2*pi*x) + cos(2*pi*y))/2)"
    )
    square: ClassVar = (-5.0, 5.0, -5.0, 5.0)
    x: float = start(3.4)
    y: float = start(-2.3, "y")

    def known(self) -> Points:
        """Return the lowest minimum and the one in every dent."""
        around = range(-5, 6)
        near = [(0.97 * i, 0.97 * j) for i in around for j in around if i or j]
        dents = settled(self.formula, tuple(near))
        left, right, bottom, top = self.square
        shown = (d for d in dents if left <= d[0] <= right and bottom <= d[1] <= top)
        return ((0.0, 0.0), *dict.fromkeys(shown))


@dataclass(frozen=True)
class Rastrigin(Function):
    """Rastrigin's function: a bowl full of hollows, one near every whole number.

    Rastrigin, Systems of extremal control (1974). Lowest: 0 at (0, 0).
    """

    name: ClassVar[str] = "rastrigin"
    title: ClassVar[str] = "Rastrigin"
    rate: ClassVar[float | None] = 0.005
    formula: ClassVar = "20 + x**2 + y**2 - 10*(cos(2*pi*x) + cos(2*pi*y))"
    square: ClassVar = (-5.12, 5.12, -5.12, 5.12)
    x: float = start(-2.7)
    y: float = start(3.6, "y")

    def known(self) -> Points:
        """Return the minimum of every hollow."""
        around = [0.995 * i for i in range(-5, 6)]
        return settled(self.formula, tuple((a, b) for a in around for b in around))


@dataclass(frozen=True)
class Griewank(Function):
    """Griewank's function: waves on a very wide bowl.

    Griewank, Generalized descent for global optimization (1981). Lowest: 0 at (0, 0).
    """

    name: ClassVar[str] = "griewank"
    title: ClassVar[str] = "Griewank"
    rate: ClassVar[float | None] = 0.2
    formula: ClassVar = "1 + (x**2 + y**2)/4000 - cos(x)*cos(y/sqrt(2))"
    square: ClassVar = (-10.0, 10.0, -10.0, 10.0)
    x: float = start(-7.5)
    y: float = start(6.0, "y")

    def known(self) -> Points:
        """Return the minima of all waves in the window."""
        near = [(pi * i, pi * sqrt(2) * j) for i in range(-3, 4) for j in range(-2, 3)
                if (i + j) % 2 == 0]  # fmt: skip
        return settled(self.formula, tuple(near))


@dataclass(frozen=True)
class StyblinskiTang(Function):
    """The function of Styblinski and Tang: four hollows of three depths.

    Styblinski and Tang, Experiments in nonconvex optimization (1990). Lowest:
    −78.332 at (−2.9035, −2.9035).
    """

    name: ClassVar[str] = "styblinski"
    title: ClassVar[str] = "Styblinski–Tang"
    rate: ClassVar[float | None] = 0.01
    formula: ClassVar = "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2"
    square: ClassVar = (-5.0, 5.0, -5.0, 5.0)
    minima: ClassVar = (
        (-2.903534027771177, -2.903534027771177),
        (-2.903534027771177, 2.746802770990837),
        (2.746802770990837, -2.903534027771177),
        (2.746802770990837, 2.746802770990837),
    )
    x: float = start(0.6)
    y: float = start(0.3, "y")

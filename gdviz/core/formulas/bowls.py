"""Functions with one minimum or none: bowls, valleys, saddles and a plateau."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import ClassVar

from gdviz.core.formulas.copies import start
from gdviz.core.formulas.function import Function
from gdviz.core.knobs import Real, Whole, knob


@dataclass(frozen=True)
class Bowl(Function):
    """A quadratic bowl of any condition number, turned by any angle.

    Its Hessian has the eigenvalues 1 and κ: gradient descent needs a learning rate
    below 2/κ. Cauchy (1847) took the first steepest descents; the bound on how
    slow they get as κ grows is Kantorovich's (1948). Minimum: 0 at (0, 0).
    """

    name: ClassVar[str] = "bowl"
    title: ClassVar[str] = "Quadratic bowl"
    rate: ClassVar[float | None] = 0.05
    square: ClassVar = (-3.0, 3.0, -3.0, 3.0)
    minima: ClassVar = ((0.0, 0.0),)
    x: float = start(-2.2)
    y: float = start(1.2, "y")
    condition: float = knob(
        10.0,
        Real(1.0, 1e6, log=True),
        "Condition",
        "How many times steeper the steepest direction bends than the flattest.",
    )
    angle: float = knob(
        30.0,
        Real(-180.0, 180.0),
        "Angle",
        "Of the flattest direction to the horizontal axis, in degrees.",
    )

    def text(self) -> str:
        """Return the bowl with these knobs."""
        c, s, k = cos(radians(self.angle)), sin(radians(self.angle)), self.condition
        across, up = (c * c + k * s * s) / 2, (s * s + k * c * c) / 2
        return f"{across!r}*x**2 + {up!r}*y**2 + {(1 - k) * s * c!r}*x*y"


@dataclass(frozen=True)
class Rosenbrock(Function):
    """Rosenbrock's banana: a curved valley, easy to find and hard to follow.

    Rosenbrock, An automatic method for finding the greatest or least value of a
    function (1960). Minimum: 0 at (1, 1).
    """

    name: ClassVar[str] = "rosenbrock"
    title: ClassVar[str] = "Rosenbrock"
    rate: ClassVar[float | None] = 0.001
    formula: ClassVar = "(1 - x)**2 + 100*(y - x**2)**2"
    square: ClassVar = (-2.0, 2.0, -1.0, 3.0)
    minima: ClassVar = ((1.0, 1.0),)
    x: float = start(-1.2)
    y: float = start(1.0, "y")


@dataclass(frozen=True)
class Beale(Function):
    """Beale's function: flat inside, with very steep corners.

    Beale, On an iterative method for finding a local minimum of a function of more
    than one variable (1958). Minimum: 0 at (3, 1/2).
    """

    name: ClassVar[str] = "beale"
    title: ClassVar[str] = "Beale"
    rate: ClassVar[float | None] = 0.01
    formula: ClassVar = (
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2"
    )
    square: ClassVar = (-4.5, 4.5, -4.5, 4.5)
    minima: ClassVar = ((3.0, 0.5),)
    x: float = start(1.0)
    y: float = start(1.2, "y")


@dataclass(frozen=True)
class Booth(Function):
    """Booth's function: a quadratic bowl, nine times longer than wide in slope.

    Function 17 in Jamil and Yang, A literature survey of benchmark functions (2013).
    The eigenvalues of its Hessian are 2 and 18. Minimum: 0 at (1, 3).
    """

    name: ClassVar[str] = "booth"
    title: ClassVar[str] = "Booth"
    rate: ClassVar[float | None] = 0.02
    formula: ClassVar = "(x + 2*y - 7)**2 + (2*x + y - 5)**2"
    square: ClassVar = (-10.0, 10.0, -10.0, 10.0)
    minima: ClassVar = ((1.0, 3.0),)
    x: float = start(-7.0)
    y: float = start(-4.0, "y")


@dataclass(frozen=True)
class Matyas(Function):
    """Matyas' function: a long flat bowl along the diagonal.

    Matyas, Random optimization (1965). The eigenvalues of its Hessian are 0.04 and
    1. Minimum: 0 at (0, 0).
    """

    name: ClassVar[str] = "matyas"
    title: ClassVar[str] = "Matyas"
    rate: ClassVar[float | None] = 0.1
    formula: ClassVar = "0.26*(x**2 + y**2) - 0.48*x*y"
    square: ClassVar = (-10.0, 10.0, -10.0, 10.0)
    minima: ClassVar = ((0.0, 0.0),)
    x: float = start(8.0)
    y: float = start(-3.0, "y")


@dataclass(frozen=True)
class Saddle(Function):
    """A saddle: a minimum along x, a maximum along y.

    The simplest point where the gradient is 0 and nothing is won; see Dauphin et
    al., Identifying and attacking the saddle point problem (2014). No minimum.
    """

    name: ClassVar[str] = "saddle"
    title: ClassVar[str] = "Saddle"
    rate: ClassVar[float | None] = 0.01
    formula: ClassVar = "x**2 - y**2"
    square: ClassVar = (-2.0, 2.0, -2.0, 2.0)
    x: float = start(-1.6)
    y: float = start(0.001, "y")
    noise: float = knob(
        0.1,
        Real(0.0, 1e6),
        "Noise",
        "How far the copies differ: standard deviation of their tilts or shifts.",
    )


@dataclass(frozen=True)
class MonkeySaddle(Function):
    """A saddle for a monkey: three ways down, one of them for the tail.

    Named so by Hilbert and Cohn-Vossen, Anschauliche Geometrie (1932). At (0, 0) the
    Hessian is 0 too. No minimum.
    """

    name: ClassVar[str] = "monkey"
    title: ClassVar[str] = "Monkey saddle"
    rate: ClassVar[float | None] = 0.01
    formula: ClassVar = "x**3 - 3*x*y**2"
    square: ClassVar = (-2.0, 2.0, -2.0, 2.0)
    x: float = start(1.2)
    y: float = start(0.05, "y")
    noise: float = knob(
        0.1,
        Real(0.0, 1e6),
        "Noise",
        "How far the copies differ: standard deviation of their tilts or shifts.",
    )


@dataclass(frozen=True)
class Plateau(Function):
    """A plateau with a hole: far from it there is next to no slope.

    One minus the bell curve of Gauss (1809). Minimum: 0 at (0, 0).
    """

    name: ClassVar[str] = "plateau"
    title: ClassVar[str] = "Plateau"
    rate: ClassVar[float | None] = 0.05
    formula: ClassVar = "1 - exp(-(x**2 + y**2)/2)"
    square: ClassVar = (-4.0, 4.0, -4.0, 4.0)
    minima: ClassVar = ((0.0, 0.0),)
    x: float = start(2.2)
    y: float = start(1.5, "y")
    noise: float = knob(
        0.1,
        Real(0.0, 1e6),
        "Noise",
        "How far the copies differ: standard deviation of their tilts or shifts.",
    )


@dataclass(frozen=True)
class NoisyValley(Function):
    """A winding valley and many noisy copies: where averaging pays.

    Made for this program: steep across the sine, all but flat along it. Minimum: 0
    at (0, 0).
    """

    name: ClassVar[str] = "valley"
    title: ClassVar[str] = "Valley with noise"
    rate: ClassVar[float | None] = 0.02
    formula: ClassVar = "0.02*x**2 + 2*(y - sin(x))**2"
    square: ClassVar = (-6.0, 6.0, -6.0, 6.0)
    minima: ClassVar = ((0.0, 0.0),)
    x: float = start(-5.0)
    y: float = start(2.5, "y")
    copies: int = knob(
        200,
        Whole(1, 100_000, log=True),
        "Copies",
        "How many noisy copies of the function are averaged; 1 is the plain function.",
    )
    noise: float = knob(
        4.0,
        Real(0.0, 1e6),
        "Noise",
        "How far the copies differ: standard deviation of their tilts or shifts.",
    )

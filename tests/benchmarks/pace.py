"""How fast this machine is just now: what to divide by before machines are compared."""

from __future__ import annotations

import sys
import timeit
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer

_ROUNDS = 9


def text() -> str:
    """Return how long small work takes here, at its best, in one line."""
    rng = np.random.default_rng(0)
    a, b, product = rng.random((8, 3)), rng.random((3, 32)), np.empty((8, 32))
    many = rng.standard_normal(100_000)
    made = np.empty_like(many)
    trainer = Trainer(
        Scene(Moons(), model=MLP((16,)), loss=Logistic(), descent=Descent(32, 0.05))
    )
    dot = best("a.dot(b, product)", 20_000, a=a, b=b, product=product)
    tanh = best("tanh(many, made)", 20, tanh=np.tanh, many=many, made=made) / len(many)
    step = best("advance(500)", 1, advance=trainer.advance) / 500
    return (
        f"This machine, at its best just now: a product of 8×3 and 3×32 {1e6 * dot:.2f}"
        f" µs, tanh of a float64 {1e9 * tanh:.2f} ns, a step of 2-16-1 alone "
        f"{1e6 * step:.0f} µs ({1 / step:,.0f} a second)"
    )


def best(statement: str, times: int, **names: object) -> float:
    """Return the seconds that a statement takes, the least of some rounds."""
    rounds = timeit.repeat(statement, number=times, repeat=_ROUNDS, globals=names)
    return min(rounds) / times


if __name__ == "__main__":
    sys.stdout.write(f"{text()}\n")

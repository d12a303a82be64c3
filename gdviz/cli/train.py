"""`gdviz train`: a run without a window, its end as JSON, its steps as a table."""

from __future__ import annotations

import csv
import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from gdviz.cli.console import check_out, replaced, say, tell
from gdviz.cli.options import STEPS, checked
from gdviz.cli.scenes import scene_of, scene_parser
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from gdviz.session.trainer import Step

    Array = NDArray[np.float64]

_SLICE_NUMBERS, _SLICE_SECONDS = 2**20, 0.1

_ABOUT = """\
Train without a window and print one line of JSON: steps made, epoch, loss, test_loss
(with --held-out), theta, parameters, diverged. If the path diverges, all this is of
its last finite step.
"""
_EXAMPLES = """\
examples:
  gdviz train --dataset moons --hidden 8,8 --learning-rate 0.3 --steps 2000
  gdviz train scene.json --batch-size 1 --steps 500 -o path.csv

The CSV file has a row for every step t = 0 ... N: the loss of the batch drawn at that
step, the loss over all training examples, the length of the batch's mean gradient and
every parameter, all before the update.
"""


def parser() -> ArgumentParser:
    """Return the parser of `gdviz train`."""
    made = scene_parser("train", "--steps N", _ABOUT, _EXAMPLES)
    made.add_argument("-o", dest="out", metavar="FILE.csv", help="Write every step.")
    return made


@np.errstate(all="ignore")
def run(arguments: Namespace) -> int:
    """Train, write the table and print the end."""
    count, scene = checked(STEPS, arguments.steps, "--steps"), scene_of(arguments)
    trainer = Trainer(scene)
    steps = _steps(trainer, count)
    if arguments.out is None:
        for _ in steps:
            pass
    else:
        with replaced(check_out(arguments.out, scene, arguments.scene)) as file:
            csv.writer(file, lineterminator="\n").writerows(_rows(trainer, steps))
    if trainer.diverged:
        tell(f"note: the path diverges; step {trainer.step} is its last finite one.")
    say(json.dumps(_report(trainer), allow_nan=False))
    return 0


def _steps(trainer: Trainer, steps: int) -> Iterator[Step]:
    """Make the steps, in slices small enough for the memory and the bar."""
    numbers = trainer.objective.n_parameters + trainer.scene.descent.batch_size
    most = max(1, _SLICE_NUMBERS // numbers)
    with tqdm(total=steps, unit=" steps", disable=None) as bar:
        while trainer.step < steps:
            until = time.perf_counter() + _SLICE_SECONDS
            made = trainer.advance(min(most, steps - trainer.step), until)
            if not made:
                return
            yield from made
            bar.update(len(made))


def _rows(trainer: Trainer, steps: Iterable[Step]) -> Iterator[list[Any]]:
    """Yield the header and a row for every step: what was pending at its θ."""
    names = trainer.objective.names
    yield ["step", "batch_loss", "full_loss", "gradient_norm", *names]
    number, theta = 0, trainer.state.theta
    for number, step in enumerate(steps, 1):
        yield _row(trainer, number - 1, theta, step)
        theta = step.after.theta
    yield _row(trainer, number, theta, trainer.pending)


def _row(trainer: Trainer, number: int, theta: Array, step: Step) -> list[Any]:
    full, norm = trainer.objective.loss(theta), np.linalg.norm(step.gradient)
    return [number, step.loss, full, float(norm), *theta.tolist()]


def _report(trainer: Trainer) -> dict[str, object]:
    theta, objective = trainer.state.theta, trainer.objective
    losses = {"loss": _finite(objective.loss(theta))}
    if trainer.test:
        losses["test_loss"] = _finite(trainer.test.loss(theta))
    return {
        "steps": trainer.step,
        "epoch": trainer.state.cursor.seen / objective.n_examples,
        **losses,
        "theta": theta.tolist(),
        "parameters": objective.names,
        "diverged": trainer.diverged,
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None

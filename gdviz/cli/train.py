"""`gdviz train`: a run without a window, its end as JSON, its steps as a table."""

from __future__ import annotations

import csv
import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from gdviz.cli.console import check_out, say, tell
from gdviz.cli.flags import scene_parser
from gdviz.cli.scenes import document_of, steps_of
from gdviz.session.files import replacing
from gdviz.session.table import path_head, path_row
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from gdviz.session.stepping import Step

_SLICE_NUMBERS, _SLICE_SECONDS = 2**20, 0.1

_ABOUT = """\
Train without a window and print one line of JSON: steps made, epoch, loss, test_loss
(with --held-out), theta, parameters, diverged. If the path diverges, all this is of
its last finite step. A scene file with a course is run again as it was, with every
change of its settings on the way; beyond its steps the last settings hold.
"""
_EXAMPLES = """\
examples:
  gdviz train --dataset moons --hidden 8,8 --learning-rate 0.3 --steps 2000
  gdviz train scene.json --batch-size 1 --steps 500 -o path.csv
  gdviz train saved.json -o path.csv

The CSV file has a row for every step t = 0 ... N: the epoch (examples seen so far over
all of them), examples_seen, batch_size, learning_rate, the loss of the batch drawn at
that step, the loss over all training examples (with --held-out also held_out_loss),
the length of what the optimizer gets, which is the batch's mean gradient unless the
recipe is another, and every parameter, all before the update.
"""


def parser() -> ArgumentParser:
    """Return the parser of `gdviz train`."""
    made = scene_parser("train", "[--steps N]", _ABOUT, _EXAMPLES)
    made.add_argument("-o", dest="out", metavar="FILE.csv", help="Write every step.")
    return made


@np.errstate(all="ignore")
def run(arguments: Namespace) -> int:
    """Train, write the table and print the end."""
    document = document_of(arguments)
    count, scene = steps_of(arguments, document), document.scene
    trainer = Trainer(scene, document.course)
    steps = _steps(trainer, count)
    if arguments.out is None:
        for _ in steps:
            pass
    else:
        out = check_out(arguments.out, scene, arguments.scene)
        with replacing(out, "utf-8") as file:
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
    """Yield the heading and a row for every step: what was pending at its θ."""
    yield path_head(trainer)
    theta = trainer.state.theta
    for step in steps:
        yield path_row(trainer, theta, step)
        theta = step.after.theta
    yield path_row(trainer, theta, trainer.pending)


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

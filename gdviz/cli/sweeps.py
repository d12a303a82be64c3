"""`gdviz sweep`: one scene over a grid of knobs, without a window."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from gdviz.cli.console import check_out, interrupted, say, tell
from gdviz.cli.flags import scene_parser
from gdviz.cli.options import checked
from gdviz.cli.scenes import document_of
from gdviz.core.knobs import Real, Whole
from gdviz.core.refused import Refused
from gdviz.session.sweep import (
    USUAL_STEPS,
    Record,
    Sweep,
    cells,
    here,
    parse_axis,
    processes,
    run_sweep,
)
from gdviz.session.sweep.cluster import dask
from gdviz.session.sweep.listing import table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from gdviz.session.scenefile import Document
    from gdviz.session.sweep import Crew, Outcome

_ABOUT = """\
Run a scene again for every value of a knob, or for every pair of values of two knobs,
and tell what came of each run: the final loss over all training examples, the lowest
one, the step that reached a loss, and whether the run diverged. Without -o the outcome
is a table on the screen. A file given with -o grows as runs finish, and the same
command goes on with it where it was stopped.
"""
_EXAMPLES = """\
examples:
  gdviz sweep --dataset moons --over learning_rate=log:1e-3:1:16 --steps 500
  gdviz sweep scene.json --over learning_rate=log:1e-3:1:16 \\
      --over batch_size=1,2,4,…,256 --examples 20000 -o sweep.csv
  gdviz sweep scene.json --over seed=lin:1:20:20 --steps 200 --reach 0.1

values: log:FIRST:LAST:COUNT in equal ratios, lin:FIRST:LAST:COUNT in equal steps,
numbers between commas, or a progression such as 1,2,4,…,256 (or 1,2,4,...,256).
Knobs are named as in a scene file: descent.optimizer.beta, or its end: beta.

Without --steps and --examples each run is as long as the course of the scene file, or
200 updates. The losses over all examples are known at 34 steps at most, from 0 to the
last in about equal ratios: best_loss and steps_to_target are told by these.
best_loss_per_examples is the lowest within --examples; with --steps alone, within as
many examples as the smallest batch size sees.
"""
_MOST_WORKERS = 256


def parser() -> ArgumentParser:
    """Return the parser of `gdviz sweep`."""
    made = scene_parser("sweep", "--over KNOB=VALUES", _ABOUT, _EXAMPLES)
    add = made.add_argument_group("the sweep").add_argument
    add("--over", metavar="KNOB=VALUES", action="append", default=[],
        help="A knob and its values; give it again for more knobs.")  # fmt: skip
    add("--steps", metavar="N", help="How many updates each run makes at most.")
    add("--examples", metavar="N", help="How many examples each run sees at most.")
    add("--reach", metavar="LOSS", help="Tell the step that reached this loss.")
    add(
        "--workers", metavar="N", help="Processes to work with (as many as processors)."
    )
    add("--dask", metavar="ADDRESS",
        help="A Dask scheduler to work with, such as tcp://host:8786.")  # fmt: skip
    add("--float32", action="store_true", help="Half the precision, and faster.")
    add("-o", dest="out", metavar="FILE.csv", help="Write every run; go on with it.")
    return made


def run(arguments: Namespace) -> int:
    """Run the sweep; write or print what comes of it."""
    sweep = _sweep(arguments)
    if arguments.out is None:
        outcomes = list(_outcomes(arguments, sweep, ()))
        say(table(sweep, outcomes))
        return 0
    out = check_out(arguments.out, sweep.scene, arguments.scene)
    with Record.open(out, sweep) as record:
        known = record.outcomes
        if known:
            tell(f"note: {out.name} has {_runs(len(known))} already; going on with it.")
        broken = 0
        try:
            for outcome in _outcomes(arguments, sweep, known):
                record.add(outcome)
                broken += bool(outcome.fault)
        except KeyboardInterrupt:
            tell(f"stopped; the same command goes on with {arguments.out}.")
            raise
    if broken:
        tell(f"note: {_runs(broken)} could not be made; the table says why.")
    return 0


def _sweep(arguments: Namespace) -> Sweep:
    """Return the sweep that was typed."""
    if not arguments.over:
        raise Refused("--over is missing; say a knob and its values, such as "
                      "--over learning_rate=log:1e-3:1:16.")  # fmt: skip
    document = document_of(arguments)
    if document.course is not None and document.course.changes:
        tell("note: every run keeps the settings of step 0, without later changes.")
    scene = replace(document.scene, ghosts=())
    axes = tuple(parse_axis(text, scene) for text in arguments.over)
    return Sweep(
        scene,
        axes,
        _steps(arguments, document),
        _given(arguments, "examples", Whole(1, 10**9)),
        _given(arguments, "reach", Real(-1e300, 1e300)),
        "float32" if arguments.float32 else "float64",
    )


def _steps(arguments: Namespace, document: Document) -> int | None:
    """Return how many updates each run makes: as the file does if nobody says."""
    given: int | None = _given(arguments, "steps", Whole(1, 10**9))
    if given is not None or arguments.examples is not None:
        return given
    course = document.course
    found = course.steps if course is not None and course.steps else USUAL_STEPS
    tell(f"note: each run makes {found:,} updates; --steps or --examples says others.")
    return found


def _given(arguments: Namespace, name: str, kind: Real | Whole) -> Any:
    text = getattr(arguments, name)
    return None if text is None else checked(kind, text, f"--{name}")


def _outcomes(
    arguments: Namespace, sweep: Sweep, known: Iterable[Outcome]
) -> Iterator[Outcome]:
    """Yield the outcomes that are not known yet, with a bar of how many there are."""
    done = {outcome.cell for outcome in known}
    total = len(cells(sweep))
    with (
        _crew(arguments) as crew,
        tqdm(total=total, initial=len(done), unit=" runs", disable=None) as bar,
        interrupted() as presses,
    ):
        for outcome in run_sweep(sweep, crew, lambda: bool(presses), done):
            yield outcome
            bar.update()
    if presses:
        raise KeyboardInterrupt


def _crew(arguments: Namespace) -> AbstractContextManager[Crew]:
    """Return who does the work."""
    if arguments.dask is not None:
        if arguments.workers is not None:
            raise Refused("--workers and --dask exclude each other; give one of them.")
        return dask(arguments.dask)
    most = Whole(1, _MOST_WORKERS)
    count = _given(arguments, "workers", most) or os.cpu_count() or 1
    return nullcontext(here() if count == 1 else processes(count))


def _runs(count: int) -> str:
    return f"{count:,} run{'s' * (count != 1)}"

"""Sweeps: one scene run again for every cell of a grid of knobs."""

from gdviz.session.sweep.axis import Axis, parse_axis
from gdviz.session.sweep.crews import Crew, here, processes
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.places import sweepable
from gdviz.session.sweep.record import Record, read_sweep
from gdviz.session.sweep.running import run_sweep
from gdviz.session.sweep.sweep import (
    USUAL_STEPS,
    Cell,
    Sweep,
    cell_scene,
    cells,
    steps_of,
)

__all__ = [
    "USUAL_STEPS",
    "Axis",
    "Cell",
    "Crew",
    "Outcome",
    "Record",
    "Sweep",
    "cell_scene",
    "cells",
    "here",
    "parse_axis",
    "processes",
    "read_sweep",
    "run_sweep",
    "steps_of",
    "sweepable",
]

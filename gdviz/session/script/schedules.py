"""Schedules of the learning rate: one function for each.

To add one: a `Piece` by its name, of a function of the step t. The warm-up that comes
before any is a function by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.script.pieces import (
    Piece,
    defined,
    filled,
    piece_for,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.core.knobs import Spec

WARMUP = "warmup"
_CONSTANT = '''
$head
    """Return what multiplies the learning rate in step t: it stays as it is."""
    return 1.0
'''
_STEP = '''
$head
    """Return what multiplies the learning rate in step t: γ^⌊t/every⌋."""
    return gamma ** (t // every)
'''
_EXPONENTIAL = '''
$head
    """Return what multiplies the learning rate in step t: γ^t."""
    return gamma**t
'''
_POLYNOMIAL = '''
$head
    """Return what multiplies the learning rate in step t: a power of the way left."""
    left = 1.0 - min(t, length) / length
    return floor + (1.0 - floor) * left**power
'''
_INVERSE = '''
$head
    """Return what multiplies the learning rate in step t: (1 + t/τ)^−κ."""
    return (1.0 + t / tau) ** -kappa
'''
_COSINE = '''
$head
    """Return what multiplies the learning rate in step t: half a cosine."""
    if restarts and growth == 1:
        t = t % length
    while restarts and t >= length:  # it begins anew
        t, length = t - length, length * growth
    if t >= length:
        return floor
    return floor + (1.0 - floor) * (1.0 + math.cos(math.pi * t / length)) / 2.0
'''
_ONE_CYCLE = '''
$head
    """Return what multiplies the learning rate in step t: up to 1 and down again."""
    peak, last = rise * length - 1.0, length - 1.0
    start = 1.0 / start_divisor
    end = start / end_divisor
    if t >= last and not (t <= peak and peak > 0):
        return end
    if t <= peak and peak > 0:
        first, then, share = start, 1.0, t / peak
    else:
        first, then, share = 1.0, end, (t - peak) / (last - peak)
    if curve == "linear":
        return first + (then - first) * share
    return then + (first - then) * (1.0 + math.cos(math.pi * share)) / 2.0
'''
_WARMED_UP = '''
def warmed_up(schedule, t, warmup):
    """Return the schedule's factor; it begins after a rise by 1/warmup a step."""
    if t < warmup:
        return (t + 1) / warmup * schedule(0)
    return schedule(t - warmup)
'''
SCHEDULES = {
    "constant": Piece(_CONSTANT, (WARMUP,), "constant"),
    "step": Piece(_STEP, (WARMUP, "every", "gamma"), "stepwise"),
    "exponential": Piece(_EXPONENTIAL, (WARMUP, "gamma"), "exponential"),
    "polynomial": Piece(
        _POLYNOMIAL, (WARMUP, "length", "power", "floor"), "polynomial"
    ),
    "inverse": Piece(_INVERSE, (WARMUP, "tau", "kappa"), "inverse_power"),
    "cosine": Piece(
        _COSINE, (WARMUP, "length", "floor", "restarts", "growth"), "half_cosine"
    ),
    "one_cycle": Piece(
        _ONE_CYCLE,
        (WARMUP, "length", "rise", "curve", "start_divisor", "end_divisor"),
        "one_cycle",
    ),
}


def schedule_texts(specs: Sequence[Spec]) -> list[str]:
    """Return the functions of the schedules in use; none where η stays as it is."""
    if not scheduled(specs):
        return []
    texts = [_text(spec) for spec in {s.name: s for s in reversed(specs)}.values()]
    rises = any(getattr(spec, WARMUP) for spec in specs)
    return [*texts, filled(_WARMED_UP)] if rises else texts


def scheduled(specs: Sequence[Spec]) -> bool:
    """Tell whether the learning rate ever changes by itself."""
    return any(spec.name != "constant" or getattr(spec, WARMUP) for spec in specs)


def _text(spec: Spec) -> str:
    settings = settings_of(spec)
    del settings[WARMUP]
    piece = piece_for(SCHEDULES, spec)
    return filled(piece.text, head=defined(piece.function, "t", settings))

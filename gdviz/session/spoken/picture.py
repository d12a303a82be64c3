"""The whole picture in words. To add a plot: a function of the run, and a line here."""

from __future__ import annotations

from html import unescape
from re import sub
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.spoken import measures, model, step, surface
from gdviz.session.words import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.run import Run

WORDS: dict[str, Callable[[Run, frozenset[str]], str]] = {
    "surface": surface.surface,
    "relief": surface.surface,
    "curves": surface.curves,
    "gradients": step.gradients,
    "bars": step.bars,
    "data": model.data,
    "loss": model.loss,
    "curvature": measures.curvature,
    "race": measures.race,
    "noise": measures.noise,
    "variance": measures.variance,
    "noise_scale": measures.noise_scale,
    "samples": measures.samples,
}


def picture(run: Run, name: str, hidden: frozenset[str] = frozenset()) -> str:
    """Return what a plot shows now, in plain sentences.

    Parameters
    ----------
    run : Run
    name : text
        Of the plot; one without words of its own says nothing.
    hidden : frozen set of texts
        Marks that the plot does not show: nothing is said of them either.
    """
    words = WORDS.get(name)
    if words is None:
        return ""
    with np.errstate(all="ignore"):
        return words(run, hidden)


def plain_sentence(run: Run) -> str:
    """Return the sentence below the plots without its stress."""
    return unescape(sub(r"<[^>]+>", "", sentence(run)))

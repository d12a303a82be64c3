"""The first lines of a script: what it is, and what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.functions import Formulas
from gdviz.session.script import literals
from gdviz.session.script.columns import specs
from gdviz.session.script.pieces import filled
from gdviz.session.script.schedules import scheduled

if TYPE_CHECKING:
    from gdviz.session.script.facts import Facts

_HEAD = '''
"""Gradient descent in plain NumPy, as gdviz made it.

$about

    python THIS_FILE             prints some steps of the path and the last θ
    python THIS_FILE path.csv    writes θ of every step, exactly
    python THIS_FILE path.npy    the same as an array, a row a step
"""
'''
_STANDARD = ("base64", "csv", "math", "sys", "zlib")


def head_text(facts: Facts) -> str:
    """Return what the script is."""
    scene, network = facts.scene, facts.objective.describe()
    says = [f"Data: {scene.data.title}."]
    if not isinstance(scene.data, Formulas) and scene.loss is not None:
        says.append(f"Model: {scene.model.title.lower()}, {network}.")
        says.append(f"Loss: {scene.loss.title.lower()}.")
    recipes = " / ".join(spec.title for spec in specs(facts, "recipe"))
    optimizers = " / ".join(spec.title for spec in specs(facts, "optimizer"))
    says.append(f"What is made of a batch: {recipes.lower()}.")
    says.append(f"Optimizer: {optimizers}.")
    if scheduled([descent.schedule for descent in facts.descents]):
        schedules = " / ".join(spec.title for spec in specs(facts, "schedule"))
        says.append(f"Schedule of the learning rate: {schedules.lower()}.")
    return filled(_HEAD, about=literals.wrapped("\n".join(says), 0))


def imports_text(body: str) -> str:
    """Return the imports that a script needs."""
    code = "\n".join(line for line in body.split("\n") if not line.startswith("#"))
    lines = [f"import {name}" for name in _STANDARD if f"{name}." in code]
    tools = [name for name in ("lru_cache", "partial") if f"{name}(" in code]
    if tools:
        lines.append(f"from functools import {', '.join(tools)}")
    return "\n".join([*lines, "", "import numpy as np"])

"""Every setting of one racer as a form."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from gdviz.core.averaging import recipes_for
from gdviz.core.examples import TASKS
from gdviz.core.knobs import Spec, knobs
from gdviz.session.scene import Descent
from gdviz.session.scenetree import REGISTRIES
from gdviz.session.settingwords import label
from gdviz.ui.form import Form
from gdviz.ui.panels.picker import Picker

if TYPE_CHECKING:
    from gdviz.session.run import Run


class Editor(QScrollArea):
    """Emits the racer with another setting, and shows what it is shown."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.descent = Descent()
        self.title, self.form = QLabel(), Form(self.descent)
        worn = knobs(Descent)
        chosen = [f.name for f in fields(Descent) if f.name not in worn]
        self.pickers = {n: Picker(label(n), REGISTRIES[n]) for n in chosen}
        self.form.changed.connect(self.changed)
        for name, picker in self.pickers.items():
            picker.picked.connect(partial(self._pick, name))
            picker.changed.connect(partial(self._choose, name))
        self._lay_out()

    def offer(self, run: Run) -> None:
        """Offer the recipes that go with the data."""
        recipes = recipes_for(run.facts.task in TASKS)
        self.pickers["recipe"].offer(recipe.name for recipe in recipes)

    def show_descent(self, title: str, descent: Descent) -> None:
        """Show the settings of a racer."""
        self.title.setText(title)
        self.descent = descent
        self.form.show_spec(descent)
        for name, picker in self.pickers.items():
            picker.show_spec(getattr(descent, name))

    def _pick(self, name: str, entry: str) -> None:
        self._choose(name, REGISTRIES[name][entry]())

    def _choose(self, name: str, spec: Spec) -> None:
        other: dict[str, Any] = {name: spec}
        self.changed.emit(replace(self.descent, **other))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("scene")
        column = QVBoxLayout(inside)
        column.setContentsMargins(10, 4, 10, 8)
        column.setSpacing(5)
        self.title.setWordWrap(True)
        for part in (self.title, self.form, *self.pickers.values()):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Settings of the racer")
        self.setToolTip("They hold from the step shown on; at step 0, from the start.")
        self.setMinimumWidth(220)

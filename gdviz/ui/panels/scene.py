"""The scene at the left: what is learnt from what, and how."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.batches import FILE_ORDER, FRESH, SHUFFLED
from gdviz.core.datasets import Drawn, OwnTable
from gdviz.core.examples import TASKS
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import knobs
from gdviz.core.losses import LOSSES, losses_for
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.core.schedules import SCHEDULES
from gdviz.session.forecast import rate_limits
from gdviz.session.scene import Descent, Scene
from gdviz.ui.fields import QuietCombo
from gdviz.ui.form import edit, show
from gdviz.ui.panels.ghosts import GhostsPanel
from gdviz.ui.panels.marks import MarksPanel
from gdviz.ui.panels.picker import Picker
from gdviz.ui.panels.plane import PlanePanel
from gdviz.ui.panels.rate import RateNow
from gdviz.ui.scale import BigSlider
from gdviz.ui.scaling import px, wide

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.averaging import Recipe
    from gdviz.session.run import Run
    from gdviz.ui.style import Style


class ScenePanel(QScrollArea):
    """Emits a new scene when a person changes something, and shows what it is shown.

    Parameters
    ----------
    latest : function without arguments
        Returns the scene as last edited, which the next change starts from.
    """

    changed = Signal(object)
    refused = Signal(str)  # what was typed, with the reason
    own_data_wanted = Signal()

    def __init__(self, latest: Callable[[], Scene]) -> None:
        super().__init__()
        self.latest = latest
        self.scene: Scene | None = None
        self.own: OwnData | None = None  # to come back to
        self._shown: Run | None = None
        self.data, self.model = Picker("Data", SOURCES), Picker("Model", MODELS)
        self.loss = Picker("Loss", LOSSES)
        self.optimizer = Picker("Optimiser", OPTIMIZERS)
        self.schedule, self.rate_now = Picker("Schedule", SCHEDULES), RateNow()
        self.recipe, self.ghosts = Picker("Recipe", RECIPES), GhostsPanel()
        of_descent, of_scene = knobs(Descent), knobs(Scene)
        self.batch_size = BigSlider(of_descent["batch_size"])
        self.learning_rate = BigSlider(of_descent["learning_rate"])
        self.order = edit(of_descent["order"], lambda v: self.choose_descent(order=v))
        self.short_last = edit(
            of_descent["short_last"], lambda v: self.choose_descent(short_last=v)
        )
        self.start = edit(of_scene["start"], lambda v: self.choose(start=v))
        self.held_out = edit(of_scene["held_out"], lambda v: self.choose(held_out=v))
        self.plane = PlanePanel()
        self.facts = QLabel()
        self.marks = MarksPanel()
        self._connect()
        self._lay_out()

    def show_run(self, run: Run) -> None:
        """Show the scene in force, and what its marks and ghosts say at this step."""
        if run.snapshot.scene is not self.scene or run is not self._shown:
            self._show_scene(run)
        self.marks.show_run(run)
        self.ghosts.show_run(run)
        self.learning_rate.set_limits(rate_limits(run), settled=not run.busy)
        self.plane.show_run(run)
        self.rate_now.show_run(run)

    def _show_scene(self, run: Run) -> None:
        """Show the settings and offer what goes with the data."""
        scene = run.snapshot.scene
        if run is not self._shown:
            self._shown = run
            self._offer(run)
        self.scene = scene
        for picker, spec in (
            (self.data, scene.data),
            (self.model, scene.model),
            (self.loss, scene.loss),
            (self.schedule, scene.descent.schedule),
            (self.optimizer, scene.descent.optimizer),
            (self.recipe, scene.descent.recipe),
        ):
            if spec is not None:
                picker.show_spec(spec)
        self.ghosts.show_scene(scene)
        show(self.start, scene.start)
        self._show_descent(scene.descent)
        show(self.held_out, scene.held_out)

    def show_again(self, run: Run) -> None:
        """Show the scene in force where a person chose another that was refused."""
        self._shown = None
        self.show_run(run)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.setMinimumWidth(wide(268))
        self.setMaximumWidth(px(420))
        for slider in (self.batch_size, self.learning_rate):
            slider.set_style(style)
        self.marks.set_style(style)
        self.ghosts.set_style(style)

    def _show_descent(self, descent: Descent) -> None:
        self.batch_size.set_value(descent.batch_size)
        self.learning_rate.set_value(descent.learning_rate)
        show(self.order, descent.order)
        show(self.short_last, descent.short_last)
        whole_epochs = descent.order in (SHUFFLED, FILE_ORDER)
        self.short_last.setEnabled(whole_epochs)

    def _offer(self, run: Run) -> None:
        facts = run.facts
        self.loss.offer(loss.name for loss in losses_for(facts.task))
        network = facts.task in TASKS
        self.model.setVisible(network)
        self.loss.setVisible(network)
        recipes = recipes_for(network)
        self.recipe.offer(recipe.name for recipe in recipes)
        self.ghosts.offer(recipes)
        self.batch_size.set_most(facts.n_examples)
        held = f" + {facts.n_held_out:,} held out" if facts.n_held_out else ""
        data = run.snapshot.scene.data
        source = ""
        if isinstance(data, OwnTable):
            source = f"{Path(data.path).name} → {data.target}\n"
        if isinstance(data, OwnData):
            self.own, source = data, f"{data.calls.title}\n"
        self.facts.setText(
            f"{source}{facts.n_examples:,} examples{held} · {facts.architecture}"
        )
        self.facts.setToolTip("\n".join(facts.notes))
        self.plane.offer(run)
        assert isinstance(self.order, QuietCombo)
        fresh = isinstance(run.snapshot.scene.data, Drawn)
        item = self.order.model().item(self.order.findData(FRESH))  # type: ignore[attr-defined]
        item.setEnabled(fresh)

    def _connect(self) -> None:
        self.data.picked.connect(self._pick_data)
        self.model.picked.connect(lambda name: self.choose(model=MODELS[name]()))
        self.loss.picked.connect(lambda name: self.choose(loss=LOSSES[name]()))
        self.optimizer.picked.connect(
            lambda name: self.choose_descent(optimizer=OPTIMIZERS[name]())
        )
        self.schedule.picked.connect(
            lambda name: self.choose_descent(schedule=SCHEDULES[name]())
        )
        self.schedule.changed.connect(lambda spec: self.choose_descent(schedule=spec))
        self.recipe.picked.connect(
            lambda name: self.choose_descent(recipe=RECIPES[name]())
        )
        self.recipe.changed.connect(lambda spec: self.choose_descent(recipe=spec))
        self.ghosts.added.connect(self._add_ghost)
        self.ghosts.dropped.connect(self._drop_ghost)
        self.data.changed.connect(lambda spec: self.choose(data=spec))
        self.model.changed.connect(lambda spec: self.choose(model=spec))
        self.loss.changed.connect(lambda spec: self.choose(loss=spec))
        self.optimizer.changed.connect(lambda spec: self.choose_descent(optimizer=spec))
        self.batch_size.chosen.connect(lambda v: self.choose_descent(batch_size=v))
        self.learning_rate.chosen.connect(
            lambda v: self.choose_descent(learning_rate=v)
        )
        self.plane.changed.connect(lambda settings: self.choose(**settings))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("scene")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        for part in (self.data, self.facts, self.model, self.loss):
            column.addWidget(part)
        self.facts.setObjectName("muted")
        self.facts.setWordWrap(True)
        column.addWidget(self.batch_size)
        column.addWidget(self.learning_rate)
        column.addWidget(self.schedule)
        column.addWidget(self.rate_now)
        column.addWidget(self.optimizer)
        column.addWidget(self.recipe)
        column.addWidget(self.ghosts)
        column.addWidget(self.marks)
        column.addWidget(self.plane)
        column.addLayout(self._rows())
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _rows(self) -> QGridLayout:
        of_scene, of_descent = knobs(Scene), knobs(Descent)
        rows = QGridLayout()
        rows.setVerticalSpacing(5)
        entries = [
            (of_descent["order"], self.order),
            (of_descent["short_last"], self.short_last),
            (of_scene["start"], self.start),
            (of_scene["held_out"], self.held_out),
        ]
        for row, (worn, editor) in enumerate(entries):
            label = QLabel(worn.label)
            label.setObjectName("muted")
            label.setBuddy(editor)
            editor.setToolTip(worn.tip)
            editor.setAccessibleName(worn.label)
            rows.addWidget(label, row, 0)
            rows.addWidget(editor, row, 1)
        rows.setColumnStretch(1, 1)
        return rows

    def choose(self, **settings: Any) -> None:
        """Emit the scene with these settings changed, or why they cannot be."""
        try:
            scene = replace(self.latest(), **settings)
        except Refused as refusal:
            self.refused.emit(str(refusal))
            return
        if scene != self.latest():
            self.changed.emit(scene)

    def choose_descent(self, **settings: Any) -> None:
        """Emit the scene with these settings of its descent changed."""
        scene = self.latest().down(**settings)
        self.choose(descent=scene.descent, ghosts=scene.ghosts)

    def _add_ghost(self, recipe: Recipe) -> None:
        """Emit the scene with this recipe beside the chosen one."""
        scene = self.latest()
        self.choose(ghosts=(*scene.ghosts, replace(scene.descent, recipe=recipe)))

    def _drop_ghost(self, place: int) -> None:
        ghosts = self.latest().ghosts
        self.choose(ghosts=ghosts[:place] + ghosts[place + 1 :])

    def _pick_data(self, name: str) -> None:
        if name == OwnTable.name:
            self.data.show_spec(self.latest().data)
            self.own_data_wanted.emit()
        elif self.own is not None and name == OwnData.name:
            self.choose(data=self.own, loss=None)
        else:
            scene = self.latest().on(SOURCES[name]())
            settings = {"descent": scene.descent, "ghosts": scene.ghosts}
            self.choose(data=scene.data, loss=None, **settings)

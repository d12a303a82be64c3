"""The ghosts: recipes drawn beside the chosen one, each with what sets it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.session.phases import beside, covariance, outcome
from gdviz.session.racenames import racer_name
from gdviz.session.scene import MOST_GHOSTS
from gdviz.ui import style as look
from gdviz.ui.fields import QuietCombo
from gdviz.ui.marks.racers import colour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gdviz.core.averaging import Recipe
    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.ui.style import Style


_BY_COVARIANCE = ("mean_error", "mean_error_slope")


class GhostsPanel(QWidget):
    """A drop-down to add a ghost, and a row for each one there is."""

    added = Signal(object)
    dropped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[tuple[Recipe, str], ...] = ()
        self.style_ = look.STYLES[look.DARK]
        self.combo = QuietCombo()
        self.combo.setAccessibleName("Add a ghost")
        self.combo.setToolTip(
            "Another recipe on the same batches from the same start: its arrow at θ, "
            "its angle to the mean and its length, and its own dotted path."
        )
        self.combo.activated.connect(self._add)
        label = QLabel("Ghosts: other recipes beside it")
        label.setObjectName("muted")
        label.setBuddy(self.combo)
        self.rows = QGridLayout()
        self.rows.setVerticalSpacing(1)
        self.rows.setHorizontalSpacing(4)
        self.rows.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(label)
        column.addWidget(self.combo)
        column.addLayout(self.rows)
        self._words: list[QLabel] = []

    def offer(self, recipes: Iterable[type[Recipe]]) -> None:
        """Offer these recipes."""
        self._offered = list(recipes)

    def show_scene(self, scene: Scene) -> None:
        """Show the ghosts of a scene."""
        recipes = tuple(ghost.recipe for ghost in scene.ghosts)
        self._offer_others(scene.descent.recipe, recipes)
        names = tuple((g.recipe, racer_name(g, scene.descent)) for g in scene.ghosts)
        if names != self.names:
            self.names = names
            self._fill()

    def show_run(self, run: Run) -> None:
        """Write how each ghost differs from the mean at this step."""
        for label, ghost in zip(self._words, run.snapshot.ghosts, strict=False):
            other = ghost.descent.recipe != run.snapshot.scene.descent.recipe
            label.setText(beside(ghost) if other else outcome(ghost))
            gap = run.snapshot.gap
            says = ghost.descent.recipe.name in _BY_COVARIANCE and gap is not None
            label.setToolTip(covariance(gap) if says and gap is not None else "")

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self._fill()

    def _offer_others(self, own: Recipe, ghosts: tuple[Recipe, ...]) -> None:
        taken = {own.name, *(ghost.name for ghost in ghosts)}
        free = [r for r in self._offered if r.name not in taken]
        names = [r.name for r in free]
        if names != [self.combo.itemData(i) for i in range(1, self.combo.count())]:
            self.combo.clear()
            self.combo.addItem("Add a ghost …", "")
            for recipe in free:
                self.combo.addItem(recipe.title, recipe.name)
                tip = Qt.ItemDataRole.ToolTipRole
                self.combo.setItemData(self.combo.count() - 1, recipe.sentence(), tip)
        self.combo.setCurrentIndex(0)
        self.combo.setEnabled(bool(free) and len(ghosts) < MOST_GHOSTS)

    def _fill(self) -> None:
        while (item := self.rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._words = []
        for number, (recipe, own) in enumerate(self.names, 1):
            self._row(number, recipe, own)

    def _row(self, number: int, recipe: Recipe, own: str) -> None:
        name, words, drop = QLabel(), QLabel(), QToolButton()
        shade = look.legible(colour(number, self.style_), self.style_.panel)
        mark = f'<b style="color:{shade}">{number}</b>'
        name.setText(f"{mark}&nbsp;{own.replace('η ', 'η&nbsp;')}")
        said = [recipe.sentence(), recipe.why, recipe.agrees]
        name.setToolTip(" ".join(part for part in said if part))
        name.setWordWrap(True)
        words.setObjectName("muted")
        for label in (name, words):
            policy = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
            label.setSizePolicy(*policy)
        drop.setObjectName("quiet")
        drop.setText("✕")
        drop.setToolTip(f"Remove this ghost: {own}")
        drop.setAccessibleName(drop.toolTip())
        drop.clicked.connect(lambda: self.dropped.emit(number - 1))
        self.rows.addWidget(name, 2 * number, 0)
        self.rows.addWidget(drop, 2 * number, 1)
        self.rows.addWidget(words, 2 * number + 1, 0, 1, 2)
        self._words.append(words)

    def _add(self, place: int) -> None:
        name = self.combo.itemData(place)
        made = [recipe for recipe in self._offered if recipe.name == name]
        self.combo.setCurrentIndex(0)
        if made:
            self.added.emit(made[0]())

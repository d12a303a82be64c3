"""Choose one of a registry and turn its knobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gdviz.ui.fields import QuietCombo
from gdviz.ui.form import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gdviz.core.knobs import Spec


_TIP = Qt.ItemDataRole.ToolTipRole


class Picker(QWidget):
    """A drop-down over a registry, with the knobs of what is chosen folded below."""

    picked = Signal(str)
    changed = Signal(object)

    def __init__(self, title: str, registry: Mapping[str, type[Spec]]) -> None:
        super().__init__()
        self.registry, self.spec = registry, next(iter(registry.values()))
        self.form: Form | None = None
        self.label = QLabel(title)
        self.label.setObjectName("muted")
        self.offered: list[str] = []
        self.combo = QuietCombo()
        self.combo.setAccessibleName(title)
        self.combo.activated.connect(
            lambda _: self.picked.emit(self.combo.currentData())
        )
        self.label.setBuddy(self.combo)
        self.fold = QToolButton()
        self.fold.setObjectName("fold")
        self.fold.setCheckable(True)
        self.fold.setAccessibleName(f"{title}: settings")
        self.fold.setToolTip("Show what can be set here, or fold it away.")
        self.fold.toggled.connect(self._fold)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(3)
        top = QHBoxLayout()
        top.addWidget(self.label)
        top.addStretch(1)
        top.addWidget(self.fold)
        self._layout.addLayout(top)
        self._layout.addWidget(self.combo)
        self.offer(registry)

    def offer(self, names: Iterable[str]) -> None:
        """Offer these entries of the registry only."""
        names = set(names)
        wanted = [name for name in self.registry if name in names]
        if wanted != self.offered:
            self.offered = wanted
            self._fill()

    def _fill(self) -> None:
        """Put the entries into the list, each group below its heading."""
        self.combo.clear()
        groups = [getattr(self.registry[name], "group", "") for name in self.offered]
        above = groups[0] if len(set(groups)) == 1 else ""
        for name, group in zip(self.offered, groups, strict=True):
            if group != above:
                self._head(group)
            above = group
            self.combo.addItem(self.registry[name].title, name)
            tip = self.registry[name].sentence()
            self.combo.setItemData(self.combo.count() - 1, tip, _TIP)

    def _head(self, words: str) -> None:
        """Put a heading into the list, that cannot be chosen."""
        heading = QStandardItem(words)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.combo.font()
        font.setBold(True)
        heading.setFont(font)
        model = self.combo.model()
        assert isinstance(model, QStandardItemModel)
        model.appendRow(heading)

    def show_spec(self, spec: Spec, left_out: frozenset[str] = frozenset()) -> None:
        """Show what is chosen and its knobs, but for those left out.

        What is not offered is added.
        """
        if self.combo.findData(spec.name) < 0:
            self.combo.addItem(spec.title, spec.name)
        self.combo.setCurrentIndex(self.combo.findData(spec.name))
        self.combo.setToolTip(spec.sentence())
        if self.form is None or type(self.form.spec) is not type(spec):
            self._replace_form(Form(spec))
        assert self.form is not None
        self.form.show_spec(spec, left_out)

    def _replace_form(self, form: Form) -> None:
        if self.form is not None:
            self._layout.removeWidget(self.form)
            self.form.deleteLater()
        self.form = form
        form.changed.connect(self.changed)
        self._layout.addWidget(form)
        self.fold.setVisible(not form.empty)
        if form.essential:
            self.fold.setChecked(True)
        self._fold()

    def _fold(self) -> None:
        unfolded = self.fold.isChecked()
        self.fold.setText("▾ settings" if unfolded else "▸ settings")
        if self.form is not None:
            self.form.setVisible(unfolded and not self.form.empty)

"""Choose one of a registry and turn its knobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gdviz.ui.fields import QuietCombo
from gdviz.ui.form import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gdviz.core.knobs import Spec


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
        if wanted != [self.combo.itemData(i) for i in range(self.combo.count())]:
            self.combo.clear()
            for name in wanted:
                self.combo.addItem(self.registry[name].title, name)

    def show_spec(self, spec: Spec) -> None:
        """Show what is chosen and its knobs."""
        self.combo.setCurrentIndex(self.combo.findData(spec.name))
        self.combo.setToolTip(spec.sentence())
        if self.form is None or type(self.form.spec) is not type(spec):
            self._replace_form(Form(spec))
        assert self.form is not None
        self.form.show_spec(spec)

    def _replace_form(self, form: Form) -> None:
        if self.form is not None:
            self._layout.removeWidget(self.form)
            self.form.deleteLater()
        self.form = form
        form.changed.connect(self.changed)
        self._layout.addWidget(form)
        self.fold.setVisible(not form.empty)
        self._fold()

    def _fold(self) -> None:
        unfolded = self.fold.isChecked()
        self.fold.setText("▾ settings" if unfolded else "▸ settings")
        if self.form is not None:
            self.form.setVisible(unfolded and not self.form.empty)

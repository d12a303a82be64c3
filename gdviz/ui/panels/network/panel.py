"""The network panel: one example on its way forward and back, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdviz.session.wiring import seen, wire
from gdviz.session.wiringwords import description, line, which
from gdviz.ui.panels.network.bar import NetworkBar, Told
from gdviz.ui.panels.network.view import KEYS_OF_NETWORK, NO_NETWORK, NetworkView
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from gdviz.core.models import Network
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_SLOW = 250  # milliseconds: numbers that change faster cannot be read
_TALL, _WIDE = 240, 640  # points


class NetworkPanel(QWidget):
    """The network of one example, with its gradient beside the mean of the batch."""

    example_chosen = Signal(object)
    weight_wanted = Signal(int, object, object)  # parameter, view and place in it

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.bar, self.view, self.line = NetworkBar(), NetworkView(), Told(large=True)
        self._place = -1
        self._network: Network | None = None
        self._slow = QTimer(self, singleShot=True, interval=_SLOW)
        self._slow.timeout.connect(self._catch_up)
        self._late = False
        self.bar.turned.connect(self._turn)
        self.bar.shown.connect(self.view.set_quantity)
        self.view.picked.connect(self._write)
        self.view.weight_wanted.connect(self.weight_wanted)
        self.setAccessibleName("Network of one example")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.line)

    def show_run(self, run: Run) -> None:
        """Show what the run says now; hidden, only remember it."""
        self.run = run
        if self.isVisible():
            self._show()
            self._late = self._slow.isActive()
            if not self._late:
                self._write()
                self._slow.start()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.view.style_ = style
        self.view.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the run."""
        super().showEvent(event)
        self._show()
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the line of numbers the room there is."""
        super().resizeEvent(event)
        narrow = self.width() < px(_WIDE) and self.height() >= px(_TALL)
        self.line.set_lines(2 if narrow else 1)

    def _show(self) -> None:
        """Show the example; what is picked stays so while the network is the same."""
        if self.run is None:
            return
        example = seen(self.run, self._place)
        network = example.ledger.network if example is not None else None
        if network != self._network:
            self._network, self.view.spot, self.view.under = network, None, None
            self.view.walking = False
        self.view.show_example(self.run, example)
        self.bar.setVisible(example is not None)
        self.line.setVisible(example is not None)
        if example is not None:
            self._place = example.place
            alone = example.of == 1 and example.place == 0
            self.bar.set_example(which(self.run, example), alone=alone)

    def _write(self) -> None:
        """Write the numbers of what is picked, and the picture in words."""
        run, example = self.run, self.view.example
        if run is None or example is None:
            self.line.tell(("",))
            self.view.setAccessibleDescription(NO_NETWORK)
        else:
            self.line.tell(line(run, example, self.view.spot))
            whole = description(run, example, wire(example), self.view.spot)
            self.view.setAccessibleDescription(f"{whole} {KEYS_OF_NETWORK}")

    def _catch_up(self) -> None:
        if self._late:
            self._write()
            self._late = False
            self._slow.start()

    def _turn(self, way: int) -> None:
        """Go to the next example of the batch, or to the one before."""
        if self.run is None:
            return
        rows = self.run.snapshot.record.rows
        from_here = self._place if self._place >= 0 else -(way > 0)
        self._place = (from_here + way) % len(rows)
        self.example_chosen.emit(int(rows[self._place]))
        self._show()  # the same row may be in the batch once more
        self._write()

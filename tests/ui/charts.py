"""Runs and charts of them, for the tests of single plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt

from gdviz.session.beats import beat
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.ui import style as look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.core.planes import Region
    from gdviz.session.scene import Scene
    from gdviz.ui.chart import Chart
    from gdviz.ui.picture import Picture

C = TypeVar("C", bound="Picture")


class Told:
    """A run that can be asked for more."""

    def __init__(self, scene: Scene, steps: int = 0, chosen: int | None = None) -> None:
        self.desk = Desk()
        first = self.desk.answer(Question(1, scene))
        assert not first.refusal
        self.run = Run(first)
        self.ask(steps=steps, chosen=chosen)

    def ask(
        self, steps: int = 0, region: Region | None = None, chosen: int | None = None
    ) -> Run:
        answer = self.desk.answer(
            Question(1, steps=steps, region=region, chosen=chosen)
        )
        self.run.take_in(answer)
        return self.run

    def at_beat(self, number: int) -> Run:
        self.run.beat = beat(self.run.snapshot, number)
        return self.run


def run_of(scene: Scene, steps: int = 0, chosen: int | None = None) -> Run:
    return Told(scene, steps, chosen).run


def shown(
    qtbot: QtBot,
    kind: type[C],
    run: Run,
    size: tuple[int, int] = (640, 560),
    theme: str = look.DARK,
) -> C:
    chart = kind(look.STYLES[theme])
    keep(qtbot, chart)
    chart.resize(*size)
    chart.show()
    chart.show_run(run)
    chart.grab()  # painting must not warn
    return chart


def keep(qtbot: QtBot, chart: Picture) -> None:
    """Close a chart after the test, and keep it until then.

    The bot has but weak references: a chart that the test has let go of may be
    collected while it is being painted, and takes Python down with it.
    """
    qtbot.addWidget(chart, before_close_func=lambda _: chart.hide())


def click(qtbot: QtBot, chart: Chart, x: float, y: float) -> None:
    qtbot.mouseClick(
        chart.view.viewport(), Qt.MouseButton.LeftButton, pos=spot(chart, x, y)
    )


def spot(chart: Chart, x: float, y: float) -> QPoint:
    at: QPoint = chart.view.mapFromScene(chart.box.mapViewToScene(QPointF(x, y)))
    return at

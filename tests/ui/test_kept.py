"""Pictures that Qt keeps of items are those of the items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsView

from gdviz.ui.marks.kept import is_kept, keep, renew

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

SIDE = 200


@pytest.fixture
def view(qtbot: QtBot) -> QGraphicsView:
    """A view of a part of its scene."""
    made = QGraphicsView()
    made.setScene(QGraphicsScene(-500, -500, 1000, 1000, made))
    made.setFrameStyle(0)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFixedSize(SIDE, SIDE)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def square(colour: Qt.GlobalColor) -> QGraphicsRectItem:
    """Return an item larger than the view."""
    made = QGraphicsRectItem(-300, -300, 600, 600)
    made.setPen(Qt.PenStyle.NoPen)
    made.setBrush(colour)
    return made


def colours(view: QGraphicsView) -> set[str]:
    picture, places = view.grab().toImage(), (5, SIDE // 2, SIDE - 5)
    return {picture.pixelColor(x, y).name() for x in places for y in places}


def test_what_changed_and_moved_is_painted_whole(view: QGraphicsView) -> None:
    item = square(Qt.GlobalColor.red)
    keep(item)
    view.scene().addItem(item)
    view.centerOn(0, 0)
    assert colours(view) == {"#ff0000"}
    item.setBrush(Qt.GlobalColor.blue)
    item.setRect(-300, -140, 600, 440)  # less of it is out of sight now
    renew(item)
    assert colours(view) == {"#0000ff"}


def test_how_it_is_kept_stays(view: QGraphicsView) -> None:
    kept, other = square(Qt.GlobalColor.red), square(Qt.GlobalColor.blue)
    keep(kept)
    for item in (kept, other):
        view.scene().addItem(item)
    renew(kept, other)
    assert is_kept(kept)
    assert not is_kept(other)


class Counted(QGraphicsRectItem):
    """An item that counts how often it is painted."""

    count = 0

    def paint(self, painter: QPainter, *rest: Any) -> None:
        self.count += 1
        super().paint(painter, *rest)


def test_pictures_as_large_as_a_large_screen_are_kept(qtbot: QtBot) -> None:
    view = QGraphicsView()
    view.setScene(QGraphicsScene(0, 0, 3000, 1600, view))
    view.setFixedSize(3010, 1610)
    qtbot.addWidget(view)
    layers = [Counted(0, 0, 3000, 1600) for _ in range(3)]
    above = QGraphicsRectItem(0, 0, 50, 50)
    keep(*layers)
    for item in (*layers, above):
        view.scene().addItem(item)
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    seen = [layer.count for layer in layers]
    for place in (100, 200, 300):
        above.setPos(place, place)
        view.grab()
    assert [layer.count for layer in layers] == seen
    assert all(seen)


def test_icons_of_other_colours_do_not_stay(window: Window) -> None:
    one = QPixmap(8, 8)
    assert QPixmapCache.insert("an icon in old colours", one)
    window.set_theme("light")
    found = QPixmap()
    assert not QPixmapCache.find("an icon in old colours", found)

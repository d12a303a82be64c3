"""What tests ask of pictures: their pixels, and a studio at rest."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from gdviz.ui.export.backstage import let_go
from gdviz.ui.export.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.ui.export.subjects import Look, Subject

    Pixels = NDArray[np.int16]  # (height, width, 3)


def pixels(image: QImage) -> Pixels:
    """Return red, green and blue of every pixel."""
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(made.constBits(), dtype=np.uint8).copy()
    return raw.reshape(made.height(), made.width(), 4)[..., 2::-1].astype(np.int16)


def read(path: Path) -> Pixels:
    """Return the pixels of a file."""
    image = QImage(str(path))
    assert not image.isNull()
    return pixels(image)


def drawn(svg: str, size: tuple[int, int]) -> Pixels:
    """Return what Qt makes of an SVG."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    assert renderer.isValid()
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return pixels(image)


def apart(one: Pixels, other: Pixels) -> Pixels:
    """Return how far two pictures differ, pixel by pixel."""
    return np.abs(one - other).max(axis=2)


def like(picture: Pixels, colour: tuple[int, int, int], most: int = 24) -> Pixels:
    """Return where a colour is, as (k, 2) of x and y."""
    near = np.abs(picture - np.array(colour)).max(axis=2) <= most
    return np.argwhere(near)[:, ::-1].astype(np.int16)


def shift(one: Pixels, other: Pixels, most: int = 3) -> tuple[int, int]:
    """Return by how many pixels, right and down, `other` fits `one` best."""
    inside = one[most:-most, most:-most]
    height, width = inside.shape[:2]
    ways = [(x, y) for x in range(-most, most + 1) for y in range(-most, most + 1)]

    def off(way: tuple[int, int]) -> float:
        x, y = most + way[0], most + way[1]
        return float(np.abs(other[y : y + height, x : x + width] - inside).mean())

    return min(ways, key=off)


@contextmanager
def studio_at(
    qtbot: QtBot, subject: Subject, look: Look, step: int
) -> Iterator[Studio]:
    """A studio that has drawn a step."""
    studio = Studio(subject, look)
    try:
        with qtbot.waitSignal(studio.ready, timeout=60_000):
            studio.open(step)
        studio.fit()
        yield studio
    finally:
        studio.close()
        let_go()

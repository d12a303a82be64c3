"""Colours, pens, colour maps and fonts: the only place for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from gdviz.paths import resource
from gdviz.ui.scaling import px, thickness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOLD = QFont.Weight.DemiBold
READABLE = 4.5  # contrast of words and their ground, at least
_WITH_ALPHA = QColor.NameFormat.HexArgb
SYSTEM, LIGHT, DARK = "system", "light", "dark"
THEMES = {SYSTEM: "As the system", LIGHT: "Light", DARK: "Dark"}


@dataclass(frozen=True)
class Style:
    """One theme. The marks are Okabe and Ito's colours, darker on light ground."""

    name: str
    ground: str
    panel: str
    field: str
    edge: str
    text: str
    muted: str
    plot: str
    surface: tuple[str, ...]  # from low loss to high
    contour: str
    example: str
    chosen: str
    mean: str
    full: str
    update: str
    memory: str
    ghost: str
    path: str
    path_edge: str
    ink: str  # of the pen: the colour of no mark
    paths: tuple[str, ...]  # of other paths: a cycle, with dashes besides
    racers: tuple[str, ...]  # of ghosts: a cycle, with other dots besides
    classes: tuple[str, ...]
    map_low: str
    map_middle: str
    map_high: str


_CLASSES = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
    "#56B4E9", "#8C6BB1", "#7F7F7F", "#B8A900", "#A6611A",
)  # fmt: skip

_ON_LIGHT = (
    *_CLASSES[:3], "#C2629A", "#A87400", "#2E8FC7",
    *_CLASSES[6:8], "#8C8000", "#A6611A",
)  # fmt: skip

OUTCOMES = ("#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725")

STYLES = {
    DARK: Style(
        DARK,
        ground="#14161b",
        panel="#191c22",
        field="#252932",
        edge="#2c313b",
        text="#e8eaee",
        muted="#a3a9b4",
        plot="#101217",
        surface=("#0a1020", "#182847", "#2c4166", "#465a7e", "#6a788f", "#8b93a0"),
        contour="#c3cbd8",
        example="#56B4E9",
        chosen="#D55E00",
        mean="#E69F00",
        full="#00B583",
        update="#ffffff",
        memory="#A98BFF",
        ghost="#DB8FBB",
        path="#F0E442",
        path_edge="#101217",
        ink="#FF4FD8",
        paths=("#8F86FF", "#D9FAA8", "#FFA3B5", "#7FE8DC", "#A08A74"),
        racers=("#DB8FBB", "#6FA3FF", "#FF8C5A", "#54D8C0", "#C9B8FF", "#BFD14A"),
        classes=("#3FA0DC", "#E8752A", *_CLASSES[2:]),
        map_low="#173a5e",
        map_middle="#1b1e25",
        map_high="#5e3217",
    ),
    LIGHT: Style(
        LIGHT,
        ground="#f4f5f7",
        panel="#ffffff",
        field="#eceef2",
        edge="#d5d9e0",
        text="#16181d",
        muted="#565d69",
        plot="#ffffff",
        surface=("#ffffff", "#eef3f9", "#d9e4f0", "#c0d0e2", "#a7bbd2", "#8fa6c0"),
        contour="#5d7290",
        example="#0D7AB8",
        chosen="#C04000",
        mean="#D07F00",
        full="#00795A",
        update="#000000",
        memory="#5B2FC0",
        ghost="#9C3F7C",
        path="#1c1e24",
        path_edge="#ffffff",
        ink="#B8007F",
        paths=("#4B2FB8", "#6B4E16", "#00555C", "#8A1C2C", "#55700A"),
        racers=("#9C3F7C", "#1C56C4", "#B3430B", "#00766A", "#6C4BC0", "#667500"),
        classes=_ON_LIGHT,
        map_low="#bcdcf2",
        map_middle="#ffffff",
        map_high="#f6d3bd",
    ),
}


def resolve(theme: str) -> Style:
    """Return the style of a theme; *system* asks the desktop."""
    if theme == SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        theme = LIGHT if scheme == Qt.ColorScheme.Light else DARK
    return STYLES[theme]


def pen(
    colour: str | QColor,
    width: float = 1.0,
    line: Qt.PenStyle = Qt.PenStyle.SolidLine,
    alpha: int = 255,
) -> QPen:
    """Return a pen of `width` points, for painting in points."""
    shade = colour if isinstance(colour, str) else colour.name(_WITH_ALPHA)
    return QPen(_pen(shade, width, line, alpha))


@lru_cache(512)
def _pen(colour: str, width: float, line: Qt.PenStyle, alpha: int) -> QPen:
    """Make a pen: a copy of one is there six times as soon."""
    shade = QColor(colour)
    if alpha < 255:
        shade.setAlpha(alpha)
    made = QPen(shade, width, line)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return made


def mixed(colour: str, ground: str, share: float) -> QColor:
    """Return a colour with a share of the ground in it, opaque."""
    a, b = _rgb(colour), _rgb(ground)
    return QColor(*(round(x + share * (y - x)) for x, y in zip(a, b, strict=True)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    a, b = _light(one) + 0.05, _light(other) + 0.05
    return max(a, b) / min(a, b)


@cache
def legible(colour: str, ground: str) -> str:
    """Return a mark's colour, darker or lighter until words in it can be read."""
    ends = ("#000000", "#ffffff")
    end = max(ends, key=lambda end: contrast(end, ground))
    shades = (mixed(colour, end, share / 20).name() for share in range(21))
    return next(shade for shade in shades if contrast(shade, ground) >= READABLE)


def curve_pen(
    colour: str | QColor,
    width: float,
    ratio: float,
    line: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> QPen:
    """Return a pen of `width` points for curves in a plot's own units.

    Such pens are measured in pixels of the screen, `ratio` to the point.
    """
    made = pen(colour, thickness(width) * ratio, line)
    made.setCosmetic(True)
    if line == Qt.PenStyle.SolidLine:  # round ends take Qt 50 times as long
        made.setCapStyle(Qt.PenCapStyle.SquareCap)
    return made


def _rgb(name: str) -> tuple[int, int, int]:
    colour = QColor(name)
    return colour.red(), colour.green(), colour.blue()


def _light(name: str) -> float:
    """Return the luminance of a colour, from 0 to 1."""
    parts = [part / 255 for part in _rgb(name)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def ramp(colours: tuple[str, ...]) -> NDArray[np.uint32]:
    """Return 256 colours between these, as RGB32 numbers."""
    import numpy as np  # noqa: PLC0415  (the first window comes before it)

    stops = np.linspace(0.0, 1.0, len(colours))
    rgb = np.array([_rgb(c) for c in colours], dtype=np.float64)
    at = np.linspace(0.0, 1.0, 256)
    red, green, blue = (
        np.rint(np.interp(at, stops, rgb[:, i])).astype(np.uint32) for i in range(3)
    )
    shades = (np.uint32(0xFF) << 24) | (red << 16) | (green << 8) | blue
    return shades.astype(np.uint32)


@cache
def icon(name: str, colour: str, size: int = 48) -> QIcon:
    """Return a shipped icon in one colour."""
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    drawing = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter)
    painter.end()
    return QIcon(picture)


def pixels(size: float) -> str:
    """Return the size of words in rich text, in pixels as it is written there."""
    return f"{px(size)}px"


def font(size: int = 13, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the application's font, of `size` pixels where words are as usual."""
    made = QFont(QApplication.font())
    made.setPixelSize(px(size))
    made.setWeight(weight)
    return made

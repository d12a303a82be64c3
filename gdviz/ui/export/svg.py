"""A drawing as SVG: text is text, lines are lines, and clips hold in every viewer.

Some viewers know no clips, so lines and words are cut where they leave them as well.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QPainterPath, QPen

from gdviz.ui.export.cutting import cut
from gdviz.ui.export.drawing import Drawing, Mark, Patch, Shape, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QBrush, QGradient, QTransform

_CAPS = {
    Qt.PenCapStyle.FlatCap: "butt",
    Qt.PenCapStyle.SquareCap: "square",
    Qt.PenCapStyle.RoundCap: "round",
}
_JOINS = {
    Qt.PenJoinStyle.BevelJoin: "bevel",
    Qt.PenJoinStyle.RoundJoin: "round",
}


def svg(drawing: Drawing, title: str) -> str:
    """Return a drawing as the text of an SVG file."""
    width, height = drawing.size.width(), drawing.size.height()
    clips: dict[str, str] = {}
    body = [
        _grouped(clips, data, map(_mark, marks))
        for data, marks in groupby(drawing.marks, partial(_clip))
    ]
    defined = "".join(
        f'<clipPath id="{name}"><path d="{data}"/></clipPath>\n'
        for data, name in clips.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<title>{escape(title)}</title>\n<defs>\n{defined}</defs>\n"
        f"{''.join(body)}</svg>\n"
    )


def _grouped(clips: dict[str, str], data: str, marks: map[str]) -> str:
    inside = "".join(marks)
    if not data or not inside:
        return inside
    name = clips.setdefault(data, f"c{len(clips)}")
    return f'<g clip-path="url(#{name})">\n{inside}</g>\n'


def _clip(mark: Mark) -> str:
    return "" if mark.clip is None else _data(mark.clip)


def _mark(mark: Mark) -> str:
    if isinstance(mark, Shape):
        return _shape(mark)
    if isinstance(mark, Words):
        return _words(mark)
    return _patch(mark) if isinstance(mark, Patch) else ""


def _shape(shape: Shape) -> str:
    filled = shape.brush.style() != Qt.BrushStyle.NoBrush
    data = _data(shape.path if shape.clip is None else cut(shape, filled))
    if not data:
        return ""
    fill = _fill(shape.brush) if filled else ' fill="none"'
    if filled and shape.path.fillRule() == Qt.FillRule.OddEvenFill:
        fill += ' fill-rule="evenodd"'
    crisp = "" if shape.smooth else ' shape-rendering="crispEdges"'
    look = f"{fill}{_stroke(shape.pen)}{_seen(shape.opacity)}{crisp}"
    return f'<path d="{data}"{look}/>\n'


def _fill(brush: QBrush) -> str:
    gradient: QGradient | None = brush.gradient()
    stops = gradient.stops() if gradient else []
    colour = stops[len(stops) // 2][1] if stops else brush.color()
    return _colour("fill", colour)


def _stroke(pen: QPen) -> str:
    if pen.style() == Qt.PenStyle.NoPen:
        return ""
    width = pen.widthF()
    said = f'{_colour("stroke", pen.color())} stroke-width="{_number(width)}"'
    said += f' stroke-linecap="{_CAPS.get(pen.capStyle(), "butt")}"'
    said += f' stroke-linejoin="{_JOINS.get(pen.joinStyle(), "miter")}"'
    if pen.style() != Qt.PenStyle.SolidLine:
        dashes = " ".join(_number(length * width) for length in pen.dashPattern())
        said += f' stroke-dasharray="{dashes}"'
        if pen.dashOffset():
            said += f' stroke-dashoffset="{_number(pen.dashOffset() * width)}"'
    return said


def _words(words: Words) -> str:
    metrics = QFontMetricsF(words.font)
    stretch = words.width / (metrics.horizontalAdvance(words.text) or 1.0)

    def along(letters: int) -> float:
        return metrics.horizontalAdvance(words.text[:letters]) * stretch

    first, last = _seen_letters(words, along)
    text = words.text[first:last]
    x, width = words.start.x() + along(first), along(last) - along(first)
    return (
        f'<text x="{_number(x)}" y="{_number(words.start.y())}"'
        f"{_transform(words.transform)}"
        f"{_font(words)}{_colour('fill', words.pen.color())}{_seen(words.opacity)}"
        f' textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"'
        f">{escape(text)}</text>\n"
    )


def _seen_letters(words: Words, along: Callable[[int], float]) -> tuple[int, int]:
    """Return from where to where the text is seen: neither blanks nor what is cut."""
    text = words.text
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    if words.clip is None:
        return first, last
    back, _ = words.transform.inverted()
    box = back.mapRect(words.clip.boundingRect()).translated(-words.start)
    while first < last - 1 and along(last - 1) >= box.right():
        last -= 1
    while first < last - 1 and along(first + 1) <= box.left():
        first += 1
    return first, last


def _font(words: Words) -> str:
    known = QFontInfo(words.font)
    family = quoteattr(f"{known.family()}, sans-serif")
    size = _number(QFontInfo(words.font).pixelSize())
    said = f' font-family={family} font-size="{size}px"'
    if (weight := int(words.font.weight())) != 400:
        said += f' font-weight="{weight}"'
    return said + (' font-style="italic"' if words.font.italic() else "")


def _patch(patch: Patch) -> str:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    patch.image.save(buffer, "PNG")  # type: ignore[call-overload]
    box, code = patch.rect, content.toBase64().toStdString()
    place = " ".join(
        f'{name}="{_number(value)}"'
        for name, value in zip(
            ("x", "y", "width", "height"),
            (box.x(), box.y(), box.width(), box.height()),
            strict=True,
        )
    )
    return (
        f'<image {place} preserveAspectRatio="none"{_seen(patch.opacity)} '
        f'xlink:href="data:image/png;base64,{code}"/>\n'
    )


def _colour(name: str, colour: QColor) -> str:
    said = f' {name}="{colour.name()}"'
    if colour.alpha() < 255:
        said += f' {name}-opacity="{_number(colour.alphaF())}"'
    return said


def _seen(opacity: float) -> str:
    return f' opacity="{_number(opacity)}"' if opacity < 1 else ""


def _transform(t: QTransform) -> str:
    if t.isIdentity():
        return ""
    values = (t.m11(), t.m12(), t.m21(), t.m22(), t.dx(), t.dy())
    return f' transform="matrix({" ".join(map(_number, values))})"'


def _data(path: QPainterPath) -> str:
    """Return a path in the letters of SVG."""
    parts, count, place = [], path.elementCount(), 0
    while place < count:
        at = path.elementAt(place)
        if at.isCurveTo():
            more = [path.elementAt(place + i) for i in range(3)]
            parts.append("C" + " ".join(f"{_pair(e.x, e.y)}" for e in more))
            place += 3
            continue
        parts.append(("M" if at.isMoveTo() else "L") + _pair(at.x, at.y))
        place += 1
    return "".join(parts)


def _pair(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

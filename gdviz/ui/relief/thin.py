"""The arrows of single examples on the surface, any number of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.ui import style as look
from gdviz.ui.marks.arrows import wings
from gdviz.ui.relief.sight import Seen, hair

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.ui.relief.sight import Sight
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_FEW, _SMOOTH = 64, 300
_BENDS, _FEW_BENDS = 17, 5  # points of one arrow, of few arrows and of many


def paint_thin(
    painter: QPainter, here: Array, tips: Array, sight: Sight, style: Style
) -> None:
    """Paint arrows from `here` to `tips` (s, 2) with open heads."""
    tips = tips[np.isfinite(tips).all(axis=1)]
    if len(tips) == 0 or not np.isfinite(here).all():
        return
    fade = 0.5 * min(1.0, len(tips) / 256)
    colour = look.mixed(style.example, style.surface[2], fade)
    pen = look.pen(colour, 1.6) if len(tips) <= _FEW else hair(colour)
    smooth = painter.testRenderHint(painter.RenderHint.Antialiasing)
    painter.setRenderHint(painter.RenderHint.Antialiasing, len(tips) <= _SMOOTH)
    lines(here, tips, sight).stroke(painter, pen)
    painter.setRenderHint(painter.RenderHint.Antialiasing, smooth)


def lines(here: Array, tips: Array, sight: Sight) -> Seen:
    """Return all arrows as one line, broken by NaN: each shaft, then its head."""
    count = _BENDS if len(tips) <= _FEW else _FEW_BENDS
    shares = np.linspace(0.0, 1.0, count)[:, None]
    points = here + shares * (tips - here)[:, None]
    seen = sight.see(points.reshape(-1, 2))
    shafts = seen.pixels.reshape(len(tips), count, 2)
    shown = seen.shown.reshape(len(tips), count)
    way, length = shafts[:, -1] - shafts[:, -2], shafts[:, -1] - shafts[:, 0]
    pace = np.hypot(*length.T) / np.maximum(np.hypot(*way.T), 1e-12)
    left, right = (shafts[:, -1] + wing for wing in wings(way * pace[:, None]))
    gap = np.full((len(tips), 1, 2), np.nan)
    ends = [left[:, None], shafts[:, -1:], right[:, None]]
    pixels = np.concatenate([shafts, gap, *ends, gap], axis=1)
    last = np.repeat(shown[:, -1:], 5, axis=1)
    return Seen(pixels.reshape(-1, 2), np.concatenate([shown, last], axis=1).ravel())

"""The 3-D view drawn by OpenGL: a pane over the canvas, which stays the one in charge.

The graphics card draws surface, box and long lines; what has a size on the screen,
such as rings, thick arrows and words, is painted over it as on the canvas.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph.opengl as pgl
from OpenGL import GL
from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMatrix4x4, QPainter, QSurfaceFormat

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.relief import frame, painting, solid
from gdviz.ui.relief.graphics import failure
from gdviz.ui.relief.ground import MESH, net
from gdviz.ui.relief.pieces import Line, two_sided
from gdviz.ui.relief.sight import bent

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.relief.canvas import Canvas
    from gdviz.ui.relief.sight import Sight

    Array = NDArray[np.float64]

_FINE = 0.25  # pixels to the point: enough to tell what the surface hides
_SAMPLES, _DEPTH = 4, 24  # for smooth edges; bits
_NEARER = 0.025  # units: lines lie so far before the surface
_MOST_WIDE = 120  # points of a path


class Glass(pgl.GLViewWidget):
    """A pane over a canvas with the same picture, drawn by OpenGL.

    Attributes
    ----------
    broken : bool
        Whether drawing has failed: then nothing is drawn any more.
    """

    failed = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        self._quiet, self.broken, self.program = True, False, None
        super().__init__(canvas)
        wanted = QSurfaceFormat.defaultFormat()
        wanted.setSamples(_SAMPLES)
        wanted.setDepthBufferSize(_DEPTH)
        self.setFormat(wanted)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Loss surface in 3-D, drawn by OpenGL")
        self.canvas, self._matrix = canvas, QMatrix4x4()
        self._known: dict[str, tuple[object, ...]] = {}
        self.lines: dict[str, tuple[Line, ...]] = {}
        self._quiet = False

    def update(self, *area: Any) -> None:
        """Draw soon, unless it is just being drawn."""
        if not self._quiet:
            super().update(*area)

    def initializeGL(self) -> None:  # noqa: N802
        """Make everything anew: another context knows nothing of the last one's."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                super().initializeGL()
            self._quiet = True
            self._make()
        except Exception as fault:  # noqa: BLE001  (what drivers raise is not known)
            self._give_up(fault)
        finally:
            self._quiet = False

    @careful
    def paintGL(self) -> None:  # noqa: N802
        """Draw what the canvas shows."""
        if self.broken:
            return
        self._quiet = True
        try:
            with np.errstate(all="ignore"):
                self._draw()
        except Exception as fault:  # noqa: BLE001  (what drivers raise is not known)
            self._give_up(fault)
        finally:
            self._quiet = False

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, or tell that there is nothing to draw with."""
        super().paintEvent(event)
        if not self.isValid() and not self.broken:
            self._give_up("no context can be made")

    def projectionMatrix(self, *_: Any) -> QMatrix4x4:  # noqa: N802
        """Return the projection of the canvas."""
        return self._matrix

    def viewMatrix(self) -> QMatrix4x4:  # noqa: N802
        """Return none: the projection does it all."""
        return QMatrix4x4()

    def drawItemTree(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Draw all items, and let faults through."""
        for item in sorted(self.items, key=lambda each: each.depthValue()):
            if item.visible():
                if self.default_vao.isCreated():
                    self.default_vao.bind()
                self._modelViewStack.append(self.currentModelView() * item.transform())
                item.paint()
                self._modelViewStack.pop()

    def _give_up(self, fault: str | Exception) -> None:
        if self.broken:
            return
        self.broken, said = True, failure(fault)
        QTimer.singleShot(0, self, lambda: self.failed.emit(said))

    def _make(self) -> None:
        self.clear()
        self.program, self._known = None, {}
        self.body = pgl.GLMeshItem(computeNormals=False, glOptions="opaque")
        self.addItem(self.body)
        rows = (("box", 0, False), ("rim", 1, False), ("net", 2, False),
                ("levels", 2, False), ("own", 3, False), ("halo", 3, False),
                ("path", 4, True), ("thin", 5, True), ("heads", 5, True))  # fmt: skip
        for name, order, both in rows:
            sides = (True, False) if both else (False,)
            self.lines[name] = tuple(Line(self, order, 1.0, side) for side in sides)
            for line in self.lines[name]:
                self.addItem(line)

    def _draw(self) -> None:
        sight = self.canvas.sight(_FINE)
        self.opts["bgcolor"] = QColor(self.canvas.style_.plot).getRgbF()
        self.body.setVisible(sight is not None)
        if sight is not None:
            self._take(sight)
        for lines in self.lines.values():
            for line in lines:
                line.setVisible(sight is not None and len(line.pos) > 0)
        GL.glDepthMask(True)
        super().paintGL()
        self._paint_over(sight)

    def _take(self, sight: Sight) -> None:
        """Hand over what has changed."""
        canvas, terrain, theme = self.canvas, sight.terrain, self.canvas.style_.name
        ratio = self.devicePixelRatioF()
        if self._is_new("terrain", terrain, theme, ratio):
            self._show_terrain(sight)
        if self._is_new("marks", terrain, theme, ratio, canvas.marks):
            self._show_marks(sight)
        if self._is_new("sight", sight, theme, ratio, canvas.labels):
            self._look(sight)

    def _is_new(self, name: str, *values: object) -> bool:
        known = self._known.get(name, ())
        same = len(known) == len(values) and all(
            a is b or (isinstance(a, (str, float, int, tuple)) and a == b)
            for a, b in zip(known, values, strict=True)
        )
        self._known[name] = values
        return not same

    def _show_terrain(self, sight: Sight) -> None:
        style, terrain = self.canvas.style_, sight.terrain
        made = solid.mesh(terrain, self.canvas.ground.colours(terrain, style))
        self.body.setMeshData(
            vertexes=made.points, faces=made.corners, vertexColors=made.colours
        )
        under = look.mixed(style.surface[2], style.plot, 0.55)
        self.body.setShader(two_sided(QColor(under)))
        for name, points, alpha in (
            ("net", net(terrain, MESH), 55),
            ("rim", net(terrain, 1), 170),
            ("levels", self.canvas.ground.levels(terrain), 110),
        ):
            self._show(name, points, sight, (style.contour, alpha, 1.0))

    def _show_marks(self, sight: Sight) -> None:
        style, marks = self.canvas.style_, self.canvas.marks
        wide = len(marks.path) <= _MOST_WIDE
        path = bent(marks.path, sight.terrain)
        halo = path if wide else path[:0]
        self._show("own", marks.own, sight, (style.chosen, 190, 1.0))
        self._show("halo", halo, sight, (style.path_edge, 150, 3.8))
        self._show("path", path, sight, (style.path, 255, 2.2 if wide else 1.0))
        self._shafts = solid.shafts(marks.here, marks.tips, sight.terrain)
        self._show_thin("thin", solid.joined(self._shafts))
        self._known.pop("sight", None)  # the heads are new too

    def _show_thin(self, name: str, pieces: Array) -> None:
        """Show parts of the arrows of single examples."""
        style, count = self.canvas.style_, len(self._shafts)
        fade = 0.5 * min(1.0, count / 256)
        colour = QColor(look.mixed(style.example, style.surface[2], fade))
        for line in self.lines[name]:
            line.show_pairs(pieces, colour, 1.6 if count <= solid.FEW else 1.0)

    def _show(
        self, name: str, points: Array, sight: Sight, how: tuple[str, int, float]
    ) -> None:
        """Show a line of the plane in a colour, opacity (to 255) and width."""
        colour = QColor(how[0])
        colour.setAlpha(how[1])
        for line in self.lines[name]:
            line.show_pairs(solid.pairs(points, sight.terrain), colour, how[2])

    def _look(self, sight: Sight) -> None:
        """Look from the camera of the canvas; the walls are those behind."""
        terrain, projection = sight.terrain, sight.projection
        self._matrix = solid.matrix(projection)
        self._edges = frame.edges(terrain, projection, self.canvas.labels)
        box = frame.lines(terrain, projection, self._edges)
        colour = QColor(self.canvas.style_.edge)
        self.lines["box"][0].show_pairs(box.reshape(-1, 3), colour, 1.0)
        self._show_thin("heads", solid.heads(self._shafts, projection))
        way = solid.nearer(projection, _NEARER)
        for name, lines in self.lines.items():
            for line in lines if name != "box" else ():
                line.resetTransform()
                line.translate(*way)

    def _paint_over(self, sight: Sight | None) -> None:
        painter, style = QPainter(self), self.canvas.style_
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRect(0, 0, self.width(), self.height()))
        if sight is not None:
            frame.write(painter, self._edges, sight.projection, style)
            painting.paint_over(painter, self.canvas.marks, sight, style)
        self.canvas.paint_words(painter)
        painter.end()

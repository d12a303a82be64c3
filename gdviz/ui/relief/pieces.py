"""What the pane of OpenGL is made of: lines, and the program of the surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph.opengl as pgl
from OpenGL import GL
from pyqtgraph.opengl.shaders import FragmentShader, ShaderProgram, VertexShader
from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.relief.glass import Glass

    Array = NDArray[np.float64]

_BEHIND = 0.3  # opacity of what is behind the surface


class Line(pgl.GLLinePlotItem):
    """Straight pieces on the surface, before it or dim behind it."""

    def __init__(self, glass: Glass, order: int, width: float, behind: bool) -> None:
        super().__init__(mode="lines", glOptions="translucent", pos=np.empty((0, 3)))
        self.glass, self.behind, self.points = glass, behind, width
        self.setDepthValue(order)
        self.setVisible(False)
        self.updateGLOptions({"glDepthMask": (False,)})  # else one hides the next
        if behind:
            self.updateGLOptions({GL.GL_DEPTH_TEST: False})

    def show_pairs(self, pairs: Array, colour: QColor, width: float) -> None:
        """Draw these pieces, `width` points wide."""
        colour = QColor(colour)
        colour.setAlphaF(colour.alphaF() * (_BEHIND if self.behind else 1.0))
        width *= self.glass.devicePixelRatioF()
        self.setData(pos=pairs, color=colour, width=width)
        self.setVisible(len(pairs) > 0)

    def getShaderProgram(self) -> Any:  # noqa: N802  (as pyqtgraph names it)
        """Return the program of this pane: another one's is not known to its card."""
        kind, glass = pgl.GLLinePlotItem, self.glass
        if glass.program is None:
            kind._shaderProgram = None
            glass.program = kind.getShaderProgram()
        return glass.program


def two_sided(under: QColor) -> ShaderProgram:
    """Return a program that draws the colours of the points, from below another one."""
    parts = under.redF(), under.greenF(), under.blueF()
    below = ", ".join(f"{part:.4f}" for part in parts)
    program = ShaderProgram("gdviz", [
        VertexShader("""
            uniform mat4 u_mvp;
            attribute vec4 a_position;
            attribute vec4 a_color;
            varying vec4 v_color;
            void main() {
                v_color = a_color;
                gl_Position = u_mvp * a_position;
            }
        """),
        FragmentShader(f"""
            #ifdef GL_ES
            precision mediump float;
            #endif
            varying vec4 v_color;
            void main() {{
                gl_FragColor = gl_FrontFacing ? v_color : vec4({below}, 1.0);
            }}
        """),
    ])  # fmt: skip
    ShaderProgram.names.pop("gdviz", None)  # each pane has its own
    return program

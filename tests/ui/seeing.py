"""How colours are seen: contrast, distance, and what colour-blind eyes make of them.

The matrices are those of Machado, Oliveira and Fernandes 2009, "A physiologically-based
model for simulation of color vision deficiency", IEEE Transactions on Visualization and
Computer Graphics 15(6), table 1 at severity 1; they act on linear RGB. Distances are
Euclidean in OKLab (Ottosson 2020), times 100; contrast is that of WCAG 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

USUAL, PROTAN, DEUTAN, TRITAN = "usual", "protanopia", "deuteranopia", "tritanopia"
EYES = {
    USUAL: np.eye(3),
    PROTAN: np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    DEUTAN: np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    TRITAN: np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_LIGHT = np.array([0.2126, 0.7152, 0.0722])
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def rgb(name: str) -> Array:
    """Return a colour #rrggbb as numbers from 0 to 1, of shape (3,)."""
    return np.array([int(name[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def linear(colours: Array) -> Array:
    """Return colours (..., 3) as light."""
    low = colours / 12.92
    return np.where(colours <= 0.04045, low, ((colours + 0.055) / 1.055) ** 2.4)


def encoded(light: Array) -> Array:
    """Return light (..., 3) as colours, cut to what a screen can show."""
    light = light.clip(0.0, 1.0)
    high = 1.055 * light ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, 12.92 * light, high)


def seen(colours: Array, eye: str) -> Array:
    """Return colours (..., 3) as an eye of `EYES` sees them."""
    return encoded(linear(colours) @ EYES[eye].T)


def apart(one: str, other: str, eye: str = USUAL) -> float:
    """Return how far apart two colours look; 2 is about what is just seen."""
    a, b = (_lab(seen(rgb(colour), eye)) for colour in (one, other))
    return float(100 * np.linalg.norm(a - b))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    a, b = (float(linear(rgb(colour)) @ _LIGHT) + 0.05 for colour in (one, other))
    return max(a, b) / min(a, b)


def _lab(colour: Array) -> Array:
    return np.asarray(_LAB @ np.cbrt(_CONES @ linear(colour)))

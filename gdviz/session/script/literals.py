"""Numbers as Python text: exact, in full where they are few, else packed.

Literals never change; what a generator draws may, with the version of NumPy.
"""

from __future__ import annotations

import base64
import textwrap
import zlib
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64] | NDArray[np.int64]

FEW = 200
MOST = 2**22  # 32 MiB of numbers, some 45 MB of text at most
WIDTH = 88

UNPACKED = '''
def unpacked(text, kind, *shape):
    """Return the numbers in a text: their bytes, compressed, as base64."""
    numbers = zlib.decompress(base64.b64decode(text))
    return np.frombuffer(numbers, kind).reshape(shape)
'''


def check_size(array: Numbers) -> None:
    """Refuse what would make a script that no editor opens."""
    if array.size > MOST:
        raise Refused(
            f"A script holds at most {MOST:,} numbers, and here are {array.size:,}; "
            "choose fewer examples or columns, or write the path as CSV."
        )


def in_full(array: Numbers) -> bool:
    """Tell whether an array is written number by number."""
    return array.size <= FEW and bool(np.isfinite(array).all())


def assigned(name: str, array: Numbers) -> str:
    """Return the lines that give a name to an array."""
    return _written(name, array) if in_full(array) else _packed(name, array)


def _written(name: str, array: Numbers) -> str:
    if array.ndim > 1 and array.shape[1] > 1:
        rows = [f"        {row!r}," for row in array.tolist()]
        lines = ["    [", *rows, "    ]"]
        return "\n".join([f"{name} = np.array(", *lines, ")"])
    column = "[:, None]" if array.ndim > 1 else ""
    text = wrapped(f"{array.ravel().tolist()!r}"[1:-1], 8)
    return f"{name} = np.array(\n    [\n{text}\n    ]\n){column}"


def wrapped(text: str, indent: int, less: int = 0) -> str:
    """Return a text in lines of bounded width; numbers are not broken."""
    space = " " * indent
    return textwrap.fill(
        text, WIDTH - less, initial_indent=space, subsequent_indent=space,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def comment(*sentences: str) -> str:
    """Return sentences as a comment, each beginning on a line of its own."""
    lines = [line for s in sentences for line in wrapped(s, 0, 2).split("\n")]
    return "\n".join(f"# {line}" for line in lines)


def _packed(name: str, array: Numbers) -> str:
    kind = "<f8" if array.dtype.kind == "f" else "<i8"
    raw = zlib.compress(array.astype(kind).tobytes(), 9)
    text = "\n".join(textwrap.wrap(base64.b64encode(raw).decode("ascii"), WIDTH))
    shape = ", ".join(map(str, array.shape))
    return f'{name} = unpacked(\n    """\n{text}\n""",\n    "{kind}",\n    {shape},\n)'

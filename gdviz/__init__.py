"""gdviz shows what gradient descent really does: what is averaged, and where it leads.

Three rooms, one direction: `gdviz.core` is the mathematics (NumPy, no memory),
`gdviz.session` remembers runs (no screen), `gdviz.ui` draws them (no mathematics).
"""

import os

# Before NumPy loads: two BLAS threads on tiny products stall for milliseconds,
# and one thread keeps the order of summation fixed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
__all__ = ["Refused", "__version__", "show"]

from gdviz.core.refused import Refused
from gdviz.showing import show

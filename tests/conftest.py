"""Settings for all tests, in place before Qt and NumPy are imported."""

import gc
import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
settings.register_profile("gdviz", deadline=None)  # a slow machine is no fault
settings.load_profile("gdviz")

gc.disable()  # a thread beside Qt's own must not destroy what belongs to Qt


def pytest_runtest_teardown() -> None:
    """Collect between two tests what would be collected at any time within them."""
    young, middle, old = (
        count > limit
        for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)
    )
    if young:
        gc.collect(2 if middle and old else 1 if middle else 0)

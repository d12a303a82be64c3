"""Settings for all tests, in place before Qt and NumPy are imported."""

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
settings.register_profile("gdviz", deadline=None)  # a slow machine is no fault
settings.load_profile("gdviz")

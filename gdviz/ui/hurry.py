"""Hurry: what is left out while the program is loaded, a sixth of its start."""

from __future__ import annotations

import gc
import sys


def hurry() -> None:
    """Collect no garbage, and have PySide6 read no sources.

    It reads every module that is loaded after it and keeps the text, to learn which
    ones may change how PySide6 is written (`__feature__`): none of this program.
    """
    gc.disable()  # the window collects between two events
    features = sys.modules.get("shibokensupport.feature")
    if features is not None and hasattr(features, "_mod_uses_pyside"):
        vars(features)["_mod_uses_pyside"] = lambda _: True

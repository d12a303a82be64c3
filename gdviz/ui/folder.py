"""The folder of what is remembered, and the theme in it, without loading much."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from gdviz.ui import style as look

SETTINGS, LARGEST = "settings.json", 200_000  # bytes


def usual_folder() -> Path:
    """Return the folder where this system keeps what programs remember."""
    place = QStandardPaths.StandardLocation.AppConfigLocation
    return Path(QStandardPaths.writableLocation(place))


def remembered_theme(folder: Path) -> str:
    """Return the theme of the settings; what is wrong with them is told by `Memory`."""
    file = folder / SETTINGS
    with suppress(OSError, ValueError, RecursionError, LookupError, TypeError):
        if file.is_file() and file.stat().st_size <= LARGEST:
            theme = json.loads(file.read_bytes())["theme"]
            return theme if theme in look.THEMES else look.SYSTEM
    return look.SYSTEM

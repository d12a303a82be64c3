"""Whether a window can open here, told before Qt loads: it would only abort."""

from __future__ import annotations

import ctypes
import re
import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# soname: package of Debian and its kin, package of Fedora and its kin
_ALWAYS = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
}
_FOR_X = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
_PACKAGES = _ALWAYS | _FOR_X
_DISPLAY = re.compile(r"(?P<host>.*):(?P<number>\d{1,5})(\.\d+)?")
_PATIENCE = 1.0  # seconds


def missing_libraries(
    load: Callable[[str], object] = ctypes.CDLL,
    platform: str = sys.platform,
    x11: bool = True,
) -> list[str]:
    """Return the libraries of the system that Qt needs and that do not load.

    Parameters
    ----------
    load : function of a name
        Raises OSError if there is no such library.
    platform : text
        As `sys.platform` has it; only Linux lacks any.
    x11 : bool
        Whether the window is to open on an X display.
    """
    if not platform.startswith("linux"):
        return []
    wanted = _PACKAGES if x11 else _ALWAYS
    return [name for name in wanted if not _loads(name, load)]


def remedy(missing: list[str]) -> str:
    """Return a sentence that names the missing libraries and how to get them."""
    debian, fedora = (
        " ".join(dict.fromkeys(_PACKAGES[name][place] for name in missing))
        for place in (0, 1)
    )
    return (
        f"Qt needs {', '.join(missing)}; install with "
        f"`apt-get install -y {debian}` (Debian, Ubuntu) or "
        f"`dnf install -y {fedora}` (Fedora)."
    )


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Tell whether a window can be shown: a display is named and, if local, answers."""
    if not platform.startswith("linux"):
        return True
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen.startswith("xcb"):
        return x_answers(environ.get("DISPLAY", ""))
    if chosen and not chosen.startswith("wayland"):
        return True
    return _wayland_answers(environ) or x_answers(environ.get("DISPLAY", ""))


def wants_x(environ: Mapping[str, str]) -> bool:
    """Tell whether Qt may open its window on an X display."""
    chosen = environ.get("QT_QPA_PLATFORM", "")
    return chosen.startswith("xcb") or (not chosen and bool(environ.get("DISPLAY")))


def x_answers(display: str) -> bool:
    """Tell whether an X display takes connections; a remote one is believed to."""
    parts = _DISPLAY.fullmatch(display)
    if parts is None:
        return False
    number = int(parts["number"])
    if parts["host"] in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _unix_answers(path) or _unix_answers("\0" + path)
    if parts["host"] in ("localhost", "127.0.0.1"):
        return _port_answers(6000 + number)
    return True


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    folder = environ.get("XDG_RUNTIME_DIR", "")
    path = name if name.startswith("/") else f"{folder}/{name}"
    return bool(name) and _unix_answers(path)


def _loads(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def _unix_answers(path: str) -> bool:
    try:
        with closing(socket.socket(socket.AF_UNIX)) as probe:
            probe.settimeout(_PATIENCE)
            probe.connect(path)
    except OSError:
        return False
    return True


def _port_answers(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), _PATIENCE).close()
    except (OSError, OverflowError):  # ports end at 65535
        return False
    return True

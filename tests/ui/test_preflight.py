from __future__ import annotations

import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from gdviz.ui import preflight
from gdviz.ui.preflight import (
    has_display,
    missing_libraries,
    remedy,
    wants_x,
    x_answers,
)

if TYPE_CHECKING:
    from pathlib import Path

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X is of Linux")


def lacking(*names: str) -> list[str]:
    def load(name: str) -> None:
        if name in names:
            raise OSError(f"{name}: cannot open shared object file")

    return missing_libraries(load, "linux")


def test_nothing_is_missing_where_all_loads() -> None:
    assert lacking() == []


def test_missing_libraries_are_told_with_their_packages() -> None:
    missing = lacking("libEGL.so.1", "libxcb-icccm.so.4")
    assert missing == ["libEGL.so.1", "libxcb-icccm.so.4"]
    assert remedy(missing) == (
        "Qt needs libEGL.so.1, libxcb-icccm.so.4; install with "
        "`apt-get install -y libegl1 libxcb-icccm4` (Debian, Ubuntu) or "
        "`dnf install -y libglvnd-egl xcb-util-wm` (Fedora)."
    )


def test_a_package_is_named_once() -> None:
    missing = lacking("libxcb-shape.so.0", "libxcb-xkb.so.1")
    assert "`dnf install -y libxcb` " in remedy(missing)


def test_without_x_its_libraries_do_not_matter() -> None:
    asked: list[str] = []
    assert missing_libraries(asked.append, "linux", x11=False) == []
    assert "libGL.so.1" in asked
    assert "libxcb-cursor.so.0" not in asked


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_only_linux_is_asked(platform: str) -> None:
    def load(name: str) -> None:
        raise OSError(name)

    assert missing_libraries(load, platform) == []
    assert has_display({}, platform)


def test_real_libraries_load_or_are_told() -> None:
    assert set(missing_libraries()) <= set(lacking(*preflight._PACKAGES))


@linux
@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        ({}, False),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": "nonsense"}, False),
        ({"DISPLAY": ":7741"}, False),
        ({"DISPLAY": "unix:7741.0"}, False),
        ({"DISPLAY": "localhost:59999"}, False),
        ({"DISPLAY": "localhost:9999.0"}, False),
        ({"DISPLAY": "far.example:0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":7741"}, True),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":7741"}, False),
        ({"WAYLAND_DISPLAY": "wayland-none", "XDG_RUNTIME_DIR": "/nowhere"}, False),
    ],
)
def test_a_display_that_does_not_answer_is_none(
    environ: dict[str, str], shown: bool
) -> None:
    assert has_display(environ, "linux") is shown


@linux
def test_a_display_that_answers_is_one(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind("\0/tmp/.X11-unix/X7742")
        server.listen()
        assert x_answers(":7742.0")
        assert has_display({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":7742"}, "linux")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(tmp_path / "wayland-9"))
        server.listen()
        named = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert has_display(named, "linux")


@linux
def test_a_forwarded_display_is_reached_by_its_port() -> None:
    with closing(socket.create_server(("localhost", 0))) as server:
        port = server.getsockname()[1]
        if port > 6000:
            assert x_answers(f"localhost:{port - 6000}.0")


@pytest.mark.parametrize(
    ("environ", "x11"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_x_is_wanted_where_a_display_is_named(
    environ: dict[str, str], x11: bool
) -> None:
    assert wants_x(environ) is x11

"""What a desktop reads about gdviz: the entry in its menu, the kind of a scene file."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused
from gdviz.session.scenefile import ENDING
from gdviz.ui.appicon import icon_png, icon_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "application/x-gdviz+json"
_SIDES = (16, 24, 32, 48, 64, 128, 256)  # pixels
_TEXT = "not installed: run `pip install .` where its README.md lies, then this again."
_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=gdviz
GenericName=Gradient descent
Comment=Watch gradient descent average the gradients of a mini-batch
Exec={command} --clicked %f
TryExec={program}
Icon=gdviz
Terminal=false
StartupWMClass=gdviz
Categories=Education;ArtificialIntelligence;
Keywords=gradient;descent;batch;learning;optimizer;
MimeType={kind};
"""
_KINDS = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{kind}">
    <comment>gdviz scene</comment>
    <sub-class-of type="application/json"/>
    <icon name="gdviz"/>
    <glob pattern="*{ending}"/>
  </mime-type>
</mime-info>
"""


def entry_files(command: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the place of each file below the folder of shared data, and its content.

    Parameters
    ----------
    command : list of text
        What starts gdviz: the path of a program, and words that it is given.
    """
    yield "applications/gdviz.desktop", _entry(command).encode()
    yield "mime/packages/gdviz.xml", _KINDS.format(kind=KIND, ending=ENDING).encode()
    yield "icons/hicolor/scalable/apps/gdviz.svg", icon_svg()
    for side in _SIDES:
        yield f"icons/hicolor/{side}x{side}/apps/gdviz.png", icon_png(side)


def command_here() -> list[str]:
    """Return what starts this very gdviz, from any folder.

    Raises
    ------
    Refused
        It is not installed, so that nothing does.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    started = Path(os.path.abspath(sys.argv[0]))
    if started.name == "gdviz" and os.access(started, os.X_OK):
        return [str(started)]
    try:
        distribution("gdviz")
    except PackageNotFoundError as fault:
        raise Refused(f"gdviz is {_TEXT}") from fault
    return [os.path.abspath(sys.executable), "-m", "gdviz"]


def _entry(command: list[str]) -> str:
    words = " ".join(map(_quoted, command))
    program = command[0].replace("\\", "\\\\")
    return _ENTRY.format(command=words, program=program, kind=KIND)


def _quoted(word: str) -> str:
    """Return a word of a command line as an entry has it: escaped twice over."""
    if re.fullmatch(r"[\w./+-]+", word, re.ASCII):
        return word
    inside = re.sub(r'(["`$\\])', r"\\\1", word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")

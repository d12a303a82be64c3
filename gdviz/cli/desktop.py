"""`gdviz install-desktop`: gdviz in the menu of a Linux desktop, scenes by a click."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.cli.console import Parser, say, tell
from gdviz.cli.screens import qt
from gdviz.core.faults import reason
from gdviz.core.refused import Refused
from gdviz.session.files import write_atomically
from gdviz.session.scenefile import ENDING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

_ELSEWHERE = {
    "darwin": "on macOS type `gdviz FILE` in a terminal, or drop a file on the window",
    "win32": "on Windows right-click a scene, choose Open with, and there gdviz.exe",
}
_UPDATES = {"update-desktop-database": "applications", "update-mime-database": "mime"}
_PATIENCE, _HOME = 60, "XDG_DATA_HOME"  # seconds, and where the files lie
_ABOUT = f"""\
Put gdviz into the menu of a Linux desktop, for this user alone: an entry, its icons,
and the kind of file that ends in {ENDING}, so that a click on a scene opens it.
The files lie in ${_HOME}, or ~/.local/share if that is not set.
"""


def parser() -> ArgumentParser:
    """Return the parser of `gdviz install-desktop`."""
    made = Parser("install-desktop", "[--remove] [--dry-run]", _ABOUT)
    made.add_argument("--remove", action="store_true", help="Take all of it away.")
    tip = "Only tell what would be done."
    made.add_argument("--dry-run", dest="dry", action="store_true", help=tip)
    return made


def run(arguments: Namespace) -> int:
    """Write the files or take them away, and let the desktop know."""
    if where := _ELSEWHERE.get(sys.platform):
        raise Refused(f"install-desktop is for Linux desktops; {where}.")
    with qt(x11=False):
        from gdviz.cli.entry import command_here, entry_files  # noqa: PLC0415  (Qt)
    folder = data_home()
    command = ["gdviz"] if arguments.remove else command_here()
    files = {folder / place: text for place, text in entry_files(command)}
    change = _remove if arguments.remove else _write
    changed = change(files, arguments.dry)
    for file in changed:
        _tell_of(file, files[file], arguments)
    if changed and not arguments.dry:
        _update(folder)
    say(_end(arguments, bool(changed)))
    return 0


def data_home() -> Path:
    """Return the folder of shared data of this user."""
    named = Path(os.environ.get(_HOME, ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"


def _tell_of(file: Path, content: bytes, arguments: Namespace) -> None:
    """Print the name of a file; of a text that is not yet written, its lines too."""
    say(str(file))
    if arguments.dry and not arguments.remove and file.suffix in (".desktop", ".xml"):
        say("".join(f"    {line}\n" for line in content.decode().splitlines()))


def _write(files: dict[Path, bytes], dry: bool) -> list[Path]:
    """Write the files, and return which they are."""
    for file, content in () if dry else files.items():
        with _in_words(f"{file.parent} cannot be made", f"name another in {_HOME}"):
            file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)
    return list(files)


def _remove(files: dict[Path, bytes], dry: bool) -> list[Path]:
    """Delete the files that are there, and return which they were."""
    there = [file for file in files if os.path.lexists(file)]
    for file in () if dry else there:
        with _in_words(f"{file} stays", "delete it as its owner"):
            file.unlink()
    return there


@contextmanager
def _in_words(what: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Refused(f"{what}: {reason(fault)}; {remedy}.") from fault


def _update(folder: Path) -> None:
    """Let the desktop read the files anew; without its programs it will at login."""
    for program, part in _UPDATES.items():
        found, place = shutil.which(program), folder / part
        if not place.is_dir():
            continue
        if found is None:
            tell(f"note: {program} is missing; log in again to see the change.")
            continue
        subprocess.run([found, place], timeout=_PATIENCE, check=False,
                       capture_output=True)  # fmt: skip
    if (icons := folder / "icons" / "hicolor").is_dir():
        os.utime(icons)  # a cache older than its folder is not believed


def _end(arguments: Namespace, found: bool) -> str:
    if arguments.remove:
        if not found:
            return "There is nothing to remove."
        return "These would be removed." if arguments.dry else "These are removed."
    if arguments.dry:
        return "These would be written."
    back = "`gdviz install-desktop --remove` takes it back"
    return f"gdviz is in the menu, and opens files that end in {ENDING}; {back}."

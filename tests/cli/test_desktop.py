"""The entry in the menu of a desktop: written, read, taken away, refused."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from gdviz.cli import desktop, entry
from gdviz.core.refused import Refused
from gdviz.paths import resource
from gdviz.session.scenefile import ENDING
from tests.cli.asking import NoShell, posix

if TYPE_CHECKING:
    from gdviz.session.scene import Scene
    from tests.terminal import Terminal

pytestmark = posix
ENTRY, KIND = "applications/gdviz.desktop", "mime/packages/gdviz.xml"
SIDES = (16, 24, 32, 48, 64, 128, 256)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of shared data; gdviz is started by a command with a space."""
    command = tmp_path / "my programs" / "gdviz"
    command.parent.mkdir()
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", [str(command)])
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(desktop, "_UPDATES", {})
    return tmp_path / "share"


def written(folder: Path) -> set[str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix() for path in paths}


def pngs() -> set[str]:
    return {f"icons/hicolor/{side}x{side}/apps/gdviz.png" for side in SIDES}


def test_all_is_written_and_named(gdviz: Terminal, home: Path) -> None:
    done = gdviz("install-desktop")
    drawn = "icons/hicolor/scalable/apps/gdviz.svg"
    assert (done.code, done.err) == (0, "")
    assert written(home) == {ENTRY, KIND, drawn} | pngs()
    assert set(done.out.splitlines()[:-1]) == {str(home / n) for n in written(home)}
    assert "--remove" in done.out.splitlines()[-1]
    assert (home / drawn).read_bytes() == resource("icons/gdviz.svg").read_bytes()


def test_again_writes_the_same(gdviz: Terminal, home: Path) -> None:
    gdviz("install-desktop")
    before = {name: (home / name).read_bytes() for name in written(home)}
    assert gdviz("install-desktop").code == 0
    assert {name: (home / name).read_bytes() for name in written(home)} == before


def test_the_entry_starts_this_gdviz_on_a_file(gdviz: Terminal, home: Path) -> None:
    gdviz("install-desktop")
    read = configparser.RawConfigParser()
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(home / ENTRY)
    said = dict(read["Desktop Entry"])
    assert said["Exec"] == f'"{sys.argv[0]}" --clicked %f'
    assert said["TryExec"] == sys.argv[0]
    assert said["Icon"] == "gdviz"
    assert said["MimeType"] == f"{entry.KIND};"


def test_the_kind_of_file_is_that_of_scenes(gdviz: Terminal, home: Path) -> None:
    gdviz("install-desktop")
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = ElementTree.parse(home / KIND).getroot()[0]
    assert kind.get("type") == entry.KIND
    glob = kind.find(f"{space}glob")
    assert glob is not None
    assert glob.get("pattern") == f"*{ENDING}"


@pytest.mark.parametrize("side", SIDES)
def test_an_icon_is_as_large_as_it_says(gdviz: Terminal, home: Path, side: int) -> None:
    gdviz("install-desktop")
    icon = QImage(str(home / f"icons/hicolor/{side}x{side}/apps/gdviz.png"))
    assert icon.size().toTuple() == (side, side)
    assert icon.pixelColor(0, 0).alpha() < 128  # its corners are round
    assert icon.pixelColor(side // 2, side // 8).alpha() == 255
    colours = {icon.pixel(x, y) for x in range(side) for y in range(side)}
    assert len(colours) > 20


def test_a_dry_run_tells_and_writes_nothing(gdviz: Terminal, home: Path) -> None:
    done = gdviz("install-desktop", "--dry-run")
    assert done.code == 0
    assert not home.exists()
    assert str(home / ENTRY) in done.out
    assert f'Exec="{sys.argv[0]}" --clicked %f' in done.out
    assert f'pattern="*{ENDING}"' in done.out


def test_removing_leaves_what_others_wrote(gdviz: Terminal, home: Path) -> None:
    gdviz("install-desktop")
    other = home / "applications/other.desktop"
    other.write_text("")
    dry = gdviz("install-desktop", "--remove", "--dry-run")
    assert (dry.code, len(written(home))) == (0, 11)
    done = gdviz("install-desktop", "--remove")
    assert done.code == 0
    assert dry.out.splitlines()[:-1] == done.out.splitlines()[:-1]
    assert len(done.out.splitlines()) == 11
    assert written(home) == {"applications/other.desktop"}
    assert gdviz("install-desktop", "--remove").out == "There is nothing to remove.\n"


@pytest.mark.parametrize(
    ("platform", "words"), [("darwin", "on macOS"), ("win32", "on Windows")]
)
def test_elsewhere_it_is_refused(
    gdviz: Terminal,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    words: str,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    done = gdviz("install-desktop")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("gdviz: install-desktop is for Linux desktops; ")
    assert words in done.err
    assert not home.exists()


def test_a_folder_that_cannot_be_made_is_named(gdviz: Terminal, home: Path) -> None:
    home.write_text("a file in its place")
    done = gdviz("install-desktop")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"gdviz: {home / 'applications'} cannot be made: ")
    assert done.err.endswith("; name another in XDG_DATA_HOME.\n")
    assert done.err.count("\n") == 1


def test_a_file_that_cannot_go_is_named(gdviz: Terminal, home: Path) -> None:
    (home / ENTRY).mkdir(parents=True)
    done = gdviz("install-desktop", "--remove")
    assert done.code == 2
    assert done.err.startswith(f"gdviz: {home / ENTRY} stays: ")


@pytest.mark.parametrize("named", ["", "here/below"])
def test_without_a_place_it_is_that_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", named)
    assert desktop.data_home() == tmp_path / ".local/share"


def test_the_desktop_is_told(
    gdviz: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, told = tmp_path / "tell", tmp_path / "told"
    program.write_text(f'#!/bin/sh\necho "$1" >> "{told}"\n')
    program.chmod(0o755)
    updates = {str(program): "applications", str(tmp_path / "none"): "mime"}
    monkeypatch.setattr(desktop, "_UPDATES", updates)
    done = gdviz("install-desktop")
    assert told.read_text() == f"{home / 'applications'}\n"
    assert done.err.endswith("none is missing; log in again to see the change.\n")
    assert gdviz("install-desktop", "--dry-run").err == ""
    assert told.read_text().count("\n") == 1


@pytest.mark.parametrize("clicked", [True, False])
def test_only_a_click_is_told_in_a_box_what_cannot_be_opened(
    gdviz: Terminal,
    screen: list[object],
    monkeypatch: pytest.MonkeyPatch,
    clicked: bool,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        NoShell, "refuse", lambda _, words: told.append(words), raising=False
    )
    said = gdviz.refused(*["--clicked"] * clicked, "no.json")
    assert "no.json: there is no such file" in said
    assert [f"gdviz: {words}\n" for words in told] == [said] * clicked
    assert screen == []


def test_a_click_on_a_scene_opens_it(
    gdviz: Terminal, screen: list[tuple[Scene, str | None]]
) -> None:
    Path(f"mine{ENDING}").write_text('{"gdviz": 2, "seed": 7}')
    assert gdviz("--clicked", f"mine{ENDING}").code == 0
    assert [what.seed for what, _ in screen] == [7]


COMMANDS = {
    "a space": (["/my bin/gdviz"], '"/my bin/gdviz" --clicked %f'),
    "a quote": (['/a"b'], r'"/a\\"b" --clicked %f'),
    "a dollar": (["/a$b"], r'"/a\\$b" --clicked %f'),
    "a backslash": (["/a\\b"], r'"/a\\\\b" --clicked %f'),
    "per cent": (["/a%b"], '"/a%%b" --clicked %f'),
    "a letter of its own": (["/é"], '"/é" --clicked %f'),
    "words": (["/usr/bin/python3.11", "-m", "gdviz"],
              "/usr/bin/python3.11 -m gdviz --clicked %f"),
}  # fmt: skip


@pytest.mark.parametrize(("command", "line"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_is_quoted(command: list[str], line: str) -> None:
    text = dict(entry.entry_files(command))[ENTRY].decode()
    assert f"\nExec={line}\n" in text


def test_what_is_started_by_python_must_be_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sys, "argv", ["/there/gdviz/__main__.py"])
    monkeypatch.setattr(entry, "distribution", missing)
    with pytest.raises(Refused, match="not installed: run `pip install"):
        entry.command_here()
    monkeypatch.setattr(entry, "distribution", lambda name: name)
    assert entry.command_here() == [sys.executable, "-m", "gdviz"]


def test_a_bundle_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert entry.command_here() == [sys.executable]


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="not there")
def test_the_entry_is_valid(gdviz: Terminal, home: Path) -> None:
    gdviz("install-desktop")
    words = ["desktop-file-validate", str(home / ENTRY)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")

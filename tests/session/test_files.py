"""Files are written whole or not at all: failures, links, permissions, SIGKILL."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gdviz.core.refused import Refused
from gdviz.session import files
from gdviz.session.files import remove_parts, replacing, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

posix = pytest.mark.skipif(os.name != "posix", reason="no such permissions here")


def refusal(path: Path | str, content: bytes = b"new") -> str:
    with pytest.raises(Refused) as caught:
        write_atomically(path, content)
    said = str(caught.value)
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < 700
    return said


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", [b"", b"new\n", bytes(range(256)) * 20_000])
def test_the_content_is_there_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.json"
    for _ in range(2):
        write_atomically(path, content)
        assert path.read_bytes() == content
        assert names(tmp_path) == ["own.json"]


def test_a_name_without_a_folder_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomically("own.json", b"new")
    assert (tmp_path / "own.json").read_bytes() == b"new"


def test_a_text_keeps_its_line_ends(tmp_path: Path) -> None:
    with replacing(tmp_path / "path.csv", "utf-8") as file:
        file.write("η\r\n1\n")
    assert (tmp_path / "path.csv").read_bytes() == "η\r\n1\n".encode()


@posix
def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_atomically(tmp_path / "own.json", b"new")
    usual, own = (tmp_path / name for name in ("usual", "own.json"))
    assert own.stat().st_mode == usual.stat().st_mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o777])
def test_permissions_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "own.json"
    path.touch()
    path.chmod(mode)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root gives files away"
)
def test_the_owner_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.touch()
    os.chown(path, 1234, 2345)
    write_atomically(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


@posix
def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "own.json").write_bytes(b"old")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to(Path("far", "own.json"))
    write_atomically(tmp_path / "one", b"new")
    assert (tmp_path / "one").is_symlink()
    assert (tmp_path / "two").is_symlink()
    assert (tmp_path / "far" / "own.json").read_bytes() == b"new"
    assert names(tmp_path / "far") == ["own.json"]


@posix
def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("own.json")
    write_atomically(tmp_path / "link", b"new")
    assert names(tmp_path) == ["link", "own.json"]
    assert (tmp_path / "link").is_symlink()


def test_no_such_folder(tmp_path: Path) -> None:
    said = refusal(tmp_path / "none" / "own.json")
    folder = tmp_path / "none"
    assert said == (
        f"own.json cannot be written: there is no folder {folder}; make it first or "
        "choose another folder."
    )


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "own.json").mkdir()
    assert "is a folder; choose the name of a file." in refusal(tmp_path / "own.json")


@posix
@pytest.mark.parametrize("path", ["/dev/null", "/dev/full"])
def test_a_device_in_its_place(path: str) -> None:
    assert "is a device; choose the name of a file." in refusal(path)


@posix
def test_links_that_go_round(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "too many levels of symbolic links" in refusal(tmp_path / "a")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a\0b.json", "a?b.json cannot name a file"),
        ("n" * 300, "ame too long; choose another name"),
        ("a\nb/own.json", "there is no folder"),
    ],
)
def test_names_that_cannot_be(tmp_path: Path, name: str, sentence: str) -> None:
    assert sentence in refusal(f"{tmp_path}/{name}")
    assert names(tmp_path) == []


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere"
)
def test_what_is_protected_stays(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b"old")
    path.chmod(0o400)
    assert "write-protected" in refusal(path)
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    assert f"the folder {tmp_path} is protected" in refusal(path)
    tmp_path.chmod(0o700)
    assert path.read_bytes() == b"old"


@posix
def test_a_protected_file_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root would be let in
    assert refusal(path) == (
        "own.json cannot be written: the file there is write-protected; choose "
        "another name."
    )
    assert path.read_bytes() == b"old"


def failing(code: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; make room or choose another folder."),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "is protected; choose another folder."),
        (errno.EROFS, "is protected; choose another folder."),
        (errno.EIO, "nput/output error; choose another name or folder."),
    ],
)
@pytest.mark.parametrize("where", ["fsync", "replace", "open"])
def test_a_failure_leaves_all_as_it_was(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    code: int,
    sentence: str,
) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b"old")
    with monkeypatch.context() as during:
        during.setattr(os if where == "fsync" else Path, where, failing(code))
        said = refusal(path)
    assert said.startswith("own.json cannot be written: ")
    assert sentence in said
    assert names(tmp_path) == ["own.json"]
    assert path.read_bytes() == b"old"


@posix
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from gdviz.core.refused import Refused\n"
        "from gdviz.session.files import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: write_atomically(sys.argv[1], b'n' * 200_000)\n"
        "except Refused as fault: print(fault)\n"
    )
    path = tmp_path / "own.json"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert b"the disk is full" in done.stdout
    assert done.stderr == b""
    assert names(tmp_path) == ["own.json"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("fault", [KeyboardInterrupt, Refused, ZeroDivisionError])
def test_whatever_goes_wrong_inside_goes_on_and_leaves_nothing(
    tmp_path: Path, fault: type[BaseException]
) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b"old")

    def half() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise fault

    with pytest.raises(fault):
        half()
    assert names(tmp_path) == ["own.json"]
    assert path.read_bytes() == b"old"


def test_the_content_is_on_the_disk_before_it_takes_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut can leave a new name before the content unless it was synced."""
    done: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(number: int) -> None:
        whole = os.fstat(number).st_size == len(b"new" * 1000)
        folder = stat.S_ISDIR(os.fstat(number).st_mode)
        done.append("folder" if folder else "whole" if whole else "half")
        real_sync(number)

    def replace(self: Path, target: Path) -> Path:
        done.append("named")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "own.json", b"new" * 1000)
    assert done == ["whole", "named", "folder"][: None if os.name == "posix" else 2]


def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", failing(errno.EACCES))
    files._settle_folder(tmp_path)


KILLS = 60
OLD, NEW = b"a" * 300_000, b"b" * 200_000
SAVER = """
import sys
from gdviz.session.files import write_atomically
old, new = b"a" * 300_000, b"b" * 200_000
print("begun", flush=True)
while True:
    write_atomically(sys.argv[1], new)
    write_atomically(sys.argv[1], old)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_kill_at_any_moment_leaves_one_of_the_two_files_whole(
    tmp_path: Path,
) -> None:
    path, rng = tmp_path / "own.json", random.Random(58)
    path.write_bytes(OLD)
    found, halves = [], 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", SAVER, str(path)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        ) as saver:
            assert saver.stdout is not None
            assert saver.stdout.readline() == b"begun\n"
            time.sleep(rng.uniform(0, 0.03))
            saver.kill()
        assert saver.returncode == -signal.SIGKILL
        found.append(path.read_bytes())
        halves += len(names(tmp_path)) - 1
        remove_parts(path, saver.pid)
        assert names(tmp_path) == ["own.json"]
    assert set(found) <= {OLD, NEW}
    assert halves  # some were killed in the middle of a save


def test_only_what_one_process_left_is_removed(tmp_path: Path) -> None:
    for name in (".gdviz-7-ab.part", ".gdviz-77-ab.part", "film.gif"):
        (tmp_path / name).touch()
    remove_parts(tmp_path / "film.gif", 7)
    assert names(tmp_path) == [".gdviz-77-ab.part", "film.gif"]
    remove_parts(tmp_path / "nowhere" / "film.gif", 7)

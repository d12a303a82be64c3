"""Copies of files: what was read stays, and what became of the file is told."""

from __future__ import annotations

import gc
import os
import pickle
from typing import TYPE_CHECKING

import pytest

from gdviz.core import copies
from gdviz.core.copies import Copy
from gdviz.core.datasets import OwnTable
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = b"a,b\n1,2\n2,3\n3,5\n"
OTHER = TABLE.replace(b"5", b"6")
posix = pytest.mark.skipif(os.name != "posix", reason="no such files here")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small table."""
    file = tmp_path / "t.csv"
    file.write_bytes(TABLE)
    return file


def written_again(file: Path) -> None:
    file.write_bytes(TABLE)


def replaced(file: Path) -> None:
    file.with_name("new").write_bytes(TABLE)
    file.with_name("new").replace(file)


def in_the_future(file: Path) -> None:
    os.utime(file, (4e9, 4e9))


def changed(file: Path) -> None:
    file.write_bytes(OTHER)


def changed_and_dated_back(file: Path) -> None:
    status = file.stat()
    file.write_bytes(OTHER)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def cut(file: Path) -> None:
    os.truncate(file, 7)


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def parent_gone(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()


def link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def link_to_itself(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


CHANGED, GONE = "has changed since it was read", "is not there any more"
NOT_READ = "cannot be read any more"


@posix
@pytest.mark.parametrize(
    ("act", "fate"),
    [
        (written_again, ""),
        (replaced, ""),
        (in_the_future, ""),
        (changed, CHANGED),
        (changed_and_dated_back, CHANGED),
        (cut, CHANGED),
        (folder, NOT_READ),
        (pipe, NOT_READ),
        (link_to_itself, NOT_READ),
        (link_to_nowhere, GONE),
        (parent_gone, GONE),
    ],
)
def test_what_became_of_a_file_is_told(
    file: Path, act: Callable[[Path], None], fate: str
) -> None:
    copy = Copy.of(str(file))
    assert copy.fate() == ""
    act(file)
    assert copy.fate() == fate
    assert copy.content == TABLE


def test_a_copy_is_in_memory_once_and_not_for_ever(file: Path) -> None:
    copy = Copy.of(str(file))
    assert Copy.of(str(file)) is copy
    assert pickle.loads(pickle.dumps(copy)) is copy
    raw = pickle.dumps(copy)
    del copy
    gc.collect()
    assert len(copies._present) == 0
    assert pickle.loads(raw).content == TABLE


def test_too_large_a_file_is_refused_before_it_is_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_BYTES", len(TABLE))
    assert Copy.of(str(file)).content == TABLE
    monkeypatch.setattr("gdviz.core.lines.MOST_BYTES", len(TABLE) - 1)
    with pytest.raises(Refused, match=r"^t\.csv: the file is larger than"):
        Copy.of(str(file))


def test_a_table_with_a_copy_needs_no_file(file: Path) -> None:
    table = OwnTable(str(file), "b")
    kept = table.kept()
    file.write_bytes(OTHER)
    assert kept.kept() is kept
    assert kept.stamp() is None
    assert kept.examples(0).targets.tolist() == [2, 3, 5]
    assert table.examples(0).targets.tolist() == [2, 3, 6]
    assert table.kept() != kept
    assert not table.kept().alike(kept)
    assert table.alike(kept)
    assert kept.alike(table)
    assert "1,2" not in repr(kept)


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [("", "", True), ("x", "", False), ("", "a,b\n1,2\n", False)],
)
def test_a_copy_is_of_its_own_file_only(
    file: Path, path: str, text: str, kept: bool
) -> None:
    copy = Copy.of(str(file))
    table = OwnTable(str(file) + path, "b", text=text, copy=copy)
    assert (table.copy is copy) == kept
    assert (table.copy is None) == (not kept)

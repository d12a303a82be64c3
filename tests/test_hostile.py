"""Files that nobody should open: each is refused early, in bounded time and memory."""

from __future__ import annotations

import os
import time
import warnings
from random import Random
from typing import TYPE_CHECKING

import pytest

from gdviz import cli
from gdviz.core.datasets import OwnTable
from gdviz.core.lines import MOST_BYTES, MOST_ROWS
from gdviz.core.refused import Refused
from gdviz.core.tables import preview, read_table, read_text
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.scenefile import document, read_document
from gdviz.session.sweep import Record, read_sweep
from gdviz.session.sweep.record import LARGEST
from gdviz.session.tablefile import embedded
from tests.mutants import mutant
from tests.readers import READERS, Reader, checked, tried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPENERS: dict[str, Callable[[str], object]] = {
    "a table": lambda path: read_table(path, "a"),
    "a preview": preview,
    "a scene": read_document,
    "a lesson": lambda path: read_lesson(path, ()),
    "a sweep": read_sweep,
}


def refusal(opening: Callable[[str], object], path: Path | str) -> str:
    """Return the sentence; it takes some CPU seconds at most, and a second usually."""
    begun = time.process_time()
    with pytest.raises(Refused) as refused:
        opening(str(path))
    assert time.process_time() - begun < 10.0
    return checked(str(refused.value))


@pytest.mark.parametrize("name", READERS)
def test_real_files_with_slips_are_read_or_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kinds = set()
    until = time.process_time() + 1.0
    for number in range(150):
        rng = Random(f"suite {name} {number}")
        raw = mutant(rng, READERS[name].seeds())
        kinds.add(bool(tried(READERS[name], raw, tmp_path).sentence))
        if number > 12 and len(kinds) == 2 and time.process_time() > until:
            break
    assert kinds == {True, False}


@pytest.mark.parametrize("opening", OPENERS.values(), ids=OPENERS)
def test_what_is_no_file_is_refused(
    tmp_path: Path, opening: Callable[[str], object]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for place in (tmp_path / "pipe", tmp_path / "zero", "/dev/zero", tmp_path):
        assert "a folder or a device; " in refusal(opening, place)
    for place in (tmp_path / "loop", tmp_path / "none", f"{tmp_path}/{'a' * 300}"):
        assert refusal(opening, place).endswith("; check the path.")


@pytest.mark.parametrize("opening", OPENERS.values(), ids=OPENERS)
def test_a_huge_file_without_an_end_of_line(
    tmp_path: Path, opening: Callable[[str], object]
) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:  # a gigabyte that takes no room
        file.truncate(10**9)
    assert " MB" in refusal(opening, path)


def written(path: Path, *parts: tuple[bytes, int]) -> Path:
    with path.open("wb") as file:
        for piece, times in parts:
            file.write(piece * times)
    return path


def test_a_table_with_too_many_lines_is_refused_before_it_is_read(
    tmp_path: Path,
) -> None:
    head = (b"a,b\n", 1)
    for end in (b"\n", b"\r", b"\r\n"):
        rows = (b"1,2" + end, MOST_ROWS + 1)
        path = written(tmp_path / "t.csv", (b"a,b" + end, 1), rows)
        assert "more than 1,000,000 lines" in refusal(OPENERS["a table"], path)
    path = written(tmp_path / "t.csv", head, (b"\n", 3 * MOST_ROWS))
    assert "more than 1,000,000 lines" in refusal(OPENERS["a table"], path)
    text = "a,b\n" + "1,2\n" * (MOST_ROWS + 1)
    said = refusal(lambda _: read_text(text, "own", "a"), "")
    assert said.startswith("own: the table has more than 1,000,000 lines")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"], ids=["lf", "cr", "crlf"])
def test_a_table_as_long_as_can_be_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    monkeypatch.setattr("gdviz.core.lines.MOST_ROWS", 1000)
    rows = (b"1,2" + end, 1000)
    path = written(tmp_path / "t.csv", (b"a,b" + end, 1), rows)
    assert len(read_table(str(path), "a")) == 1000
    path = written(tmp_path / "t.csv", (b"a,b" + end, 1), rows, (b"3,4" + end, 1))
    assert "more than 1,000 lines below its header" in refusal(OPENERS["a table"], path)


def test_a_table_with_too_many_cells_is_refused_by_its_header(tmp_path: Path) -> None:
    names = b",".join(b"c%d" % j for j in range(9000)) + b"\n"
    row = b"1," * 8999 + b"1\n"
    path = written(tmp_path / "t.csv", (names, 1), (row, 5560))
    said = refusal(lambda file: read_table(file, "c1"), path)
    assert "5,561 lines of 9,000 columns are too much; keep at most 50,000,000" in said


def test_a_table_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gdviz.core.lines.MOST_BYTES", 1_000_000)
    monkeypatch.setattr("gdviz.core.tables.check_length", lambda _: 200_000)
    path = written(tmp_path / "t.csv", (b"a,b\n", 1), (b"1,2\n", 600_000))
    said = refusal(OPENERS["a table"], path)
    assert said == "t.csv: the file is larger than 1 MB; keep fewer rows or columns."
    assert MOST_BYTES == 256_000_000


BOMBS = {
    "deep lists": ("[" * 4_000_000, "too deeply"),
    "deep objects": ('{"a":' * 1_000_000, "too deeply"),
    "digits": ("9" * 7_000_000, "the number 999999999999… is too long; write at most"),
    "empty lists": ("[" + "[]," * 500_000 + "0]}", "title must be a text"),
}


@pytest.mark.parametrize(("text", "sentence"), BOMBS.values(), ids=BOMBS)
def test_a_scene_that_is_a_bomb(text: str, sentence: str) -> None:
    said = refusal(lambda _: document('{"gdviz": 2, "title": ' + text), "")
    assert sentence in said


def test_a_million_ghosts_are_counted_before_they_are_made() -> None:
    text = '{"gdviz": 2, "ghosts": [' + "{}," * 1_000_000 + "{}]}"
    assert refusal(lambda _: document(text), "") == "ghosts must be at most 12."


def test_a_wrong_value_is_told_in_few_letters() -> None:
    text = '{"gdviz": 2, "seed": [' + "[1, 2], " * 100_000 + "0]}"
    said = refusal(lambda _: document(text), "")
    assert said.startswith("seed must be a whole number, not [[1, 2], [1, 2], ")
    assert len(said) < 150
    said = refusal(lambda _: document('{"gdviz": 2, "' + "k" * 10**6 + '": 1}'), "")
    assert said.endswith("known: " + said.partition("known: ")[2])
    assert len(said) < 300


def test_a_sweep_is_read_no_further_than_it_can_be(tmp_path: Path) -> None:
    head, columns, row, *_ = READERS["sweeps"].seeds()[0].split(b"\n")
    start = (head + b"\n" + columns + b"\n", 1)
    path = written(tmp_path / "s.csv", start, (row + b"\n", 400_000))
    said = refusal(read_sweep, path)
    assert "line 27: this sweep has 6 cells, and here are more rows; take out" in said
    path = written(tmp_path / "s.csv", start, (row + b"\n", 24))
    assert len(read_sweep(path)[1]) == 1
    path = written(tmp_path / "s.csv", (b"# gdviz sweep [", 1), (b"[],", 5_000_000))
    with path.open("ab") as file:
        file.write(b"0]\n\n")
    assert "at most 8 MB" in refusal(read_sweep, path)
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert "larger than 128 MB, which no sweep is" in refusal(read_sweep, path)


def test_a_sweep_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.csv")
    sweep, _ = READERS["sweeps"].read(READERS["sweeps"].seeds()[0], tmp_path)
    said = refusal(lambda path: Record.open(path, sweep), tmp_path / "s.csv")
    assert said == "s.csv: this is a folder or a device; name another file."


def test_an_embedded_table_may_be_large(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", (b"a,b\n", 1), (b"1,2\n", 20_000_000))
    said = refusal(lambda p: embedded(OwnTable(path=p, target="a")), path)
    assert "the table takes more than 64 MB" in said


WORDS = {
    "deep": ("--set", "seed=" + "[" * 60_000),
    "long": ("--set", "a." * 30_000 + "b=1"),
    "odd": ("--seed", "\udcff\x1b[31m"),
    "a long name": ("a" * 60_000,),
    "unknown": ("--" + "\x1b[31m" * 9000,),
    "digits": ("--steps", "9" * 60_000),
    "formula": ("--formula", "(" * 60_000),
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_terminal_gets_one_short_line(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["train", "--steps", "1", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gdviz: ")
    assert said.endswith("\n")
    checked(said[:-1])


def wrong(raw: bytes, folder: Path) -> object:
    del folder
    if raw == b"refused":
        raise Refused("line 1 is wrong; correct it.")
    if raw == b"odd":
        raise Refused("line 1 is \x1b wrong.")
    if raw == b"no sentence":
        raise Refused("wrong")
    if raw == b"warned":
        warnings.warn("overflow", RuntimeWarning, stacklevel=2)
    return 1 / len(raw)


@pytest.mark.parametrize("raw", [b"", b"odd", b"no sentence", b"warned"])
def test_a_fault_of_a_reader_is_seen(tmp_path: Path, raw: bytes) -> None:
    reader = Reader(lambda: (b"fine",), wrong)
    assert not tried(reader, b"fine", tmp_path).sentence
    assert tried(reader, b"refused", tmp_path).sentence
    with pytest.raises((ZeroDivisionError, AssertionError, RuntimeWarning)):
        tried(reader, raw, tmp_path)

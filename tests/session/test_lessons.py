from __future__ import annotations

import math
import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.core.datasets import LineWithNoise, Moons, OwnTable
from gdviz.core.losses import SquaredError
from gdviz.core.refused import Refused
from gdviz.session.lessons import lesson as lessons
from gdviz.session.lessons.lesson import (
    MARKS,
    PANELS,
    Lesson,
    Page,
    lesson_files,
    read_lesson,
)
from gdviz.session.lessons.text import Condition, Measure, Text, Verdict, html
from gdviz.session.scene import Descent, Scene

if TYPE_CHECKING:
    from pathlib import Path

MEASURES = ("loss", "gradient norm", "mean gradient", "difference")
WHOLE = """
# What is averaged?
order: 1.5

The summary, on
two lines with {{braces}.

## Four examples
show: gradients, arithmetic
steps: 3
unit: example
select: 2
beat: 5
marks: mean, chain

```scene
{"data": {"n_examples": 30},
 "descent": {"batch_size": 3}}
```

Text in **plain** words,
the loss is {loss}:
- w: {mean gradient:W1[1,2]}
- {{1, 2}
> The mean is {gradient norm}.
> [ {mean gradient:w} = 0 ] It stays put.
>[{difference}<1e-9]They agree.

Question: What is
averaged?

Answer: The gradients,
one for each.

More text: {loss}.

## The same scene

## Another loss
```scene
{"gdviz": 1, "loss": {"name": "squared"}, "descent": {"learning_rate": 2}}
```
## Anew
```new scene
{"data": {"name": "moons"}}
```
"""
HEAD = "# Title\norder: 1\n\nSummary.\n\n"  # a page begins in line 6


def page(below: str) -> str:
    return f"{HEAD}## Page\n{below}"


def read(text: str | bytes, folder: Path) -> Lesson:
    path = folder / "own.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_lesson(path, MEASURES)


def refusal(text: str | bytes, folder: Path) -> str:
    with pytest.raises(Refused) as caught:
        read(text, folder)
    return str(caught.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lessons")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_whole_lesson(folder: Path, end: str) -> None:
    first = Scene(data=LineWithNoise(30), descent=Descent(3))
    third = Scene(data=LineWithNoise(30), loss=SquaredError(), descent=Descent(3, 2.0))
    loss, w = Measure("loss"), Measure("mean gradient", "w")
    text = (
        Text(
            (
                "Text in **plain** words,\nthe loss is ",
                loss,
                ":\n- w: ",
                Measure("mean gradient", "W1[1,2]"),
                "\n- {1, 2}",
            )
        ),
        Text(("More text: ", loss, ".")),
    )
    verdicts = (
        Verdict(None, Text(("The mean is ", Measure("gradient norm"), "."))),
        Verdict(Condition(w, "=", 0.0), Text(("It stays put.",))),
        Verdict(Condition(Measure("difference"), "<", 1e-9), Text(("They agree.",))),
    )
    assert read(WHOLE.replace("\n", end), folder) == Lesson(
        "own",
        "What is averaged?",
        1.5,
        "The summary, on two lines with {braces}.",
        (
            Page(
                "Four examples",
                first,
                ("gradients", "arithmetic"),
                3,
                "example",
                1,
                5,
                ("mean", "chain"),
                text,
                verdicts,
                "What is\naveraged?",
                "The gradients,\none for each.",
                8,
            ),
            Page("The same scene", first, line=37),
            Page("Another loss", third, line=39),
            Page("Anew", Scene(data=Moons()), line=43),
        ),
    )


def test_what_is_left_out_takes_its_default(folder: Path) -> None:
    lesson = read("# T\nS\n## P", folder)
    assert lesson == Lesson("own", "T", math.inf, "S", (Page("P", Scene(), line=3),))
    only = lesson.pages[0]
    assert (only.show, only.steps, only.unit, only.beat) == ((), 0, "update", 0)
    assert only.select is None
    assert only.marks is None


def test_every_panel_and_mark_can_be_named(folder: Path) -> None:
    below = f"show: {', '.join(PANELS)}\nmarks:{','.join(MARKS)}, mean\n"
    only = read(page(below), folder).pages[0]
    assert (only.show, only.marks) == (PANELS, MARKS)


def test_bounds_are_within_bounds(folder: Path) -> None:
    below = "select: 4\nsteps: 100000\nunit: example\nbeat: 100000\n"
    pages = read(page(below) + "## Q\n" * 19, folder).pages
    assert len(pages) == 20
    assert (pages[0].select, pages[0].steps, pages[0].beat) == (3, 100_000, 100_000)


def test_a_table_lies_beside_the_lesson(folder: Path) -> None:
    own = '```scene\n{"data": {"name": "csv", "path": "t.csv"}}\n```\n'
    changed = '## Q\n```scene\n{"data": {"target": "y"}}\n```'
    pages = read(page(own + changed), folder).pages
    assert pages[1].scene.data == OwnTable(str(folder / "t.csv"), "y")


def test_files_that_cannot_be_lessons(tmp_path: Path) -> None:
    def said(name: str) -> str:
        with pytest.raises(Refused) as caught:
            read_lesson(tmp_path / name, MEASURES)
        return str(caught.value)

    (tmp_path / "deep.md").mkdir()
    assert said("none.md") == "none.md: there is no such file; check the path."
    assert said("deep.md") == (
        "deep.md: this is a folder or a device; choose a lesson file."
    )
    assert said("n" * 300).startswith("n" * 300 + ": ")
    assert refusal(page("\n" * 10**6), tmp_path) == (
        "own.md: the file is larger than 1 MB, which no lesson is; choose another file."
    )
    assert refusal(b"# T\n\xff", tmp_path) == (
        "own.md: line 2 is not UTF-8 text; choose a lesson file."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(Refused, match="a device"):
        read_lesson(tmp_path / "pipe.md", MEASURES)


def test_a_lesson_tells_its_part_and_its_minutes(tmp_path: Path) -> None:
    lesson = read("# T\npart: Why it works & more\nminutes: 12\n\nS\n## P", tmp_path)
    assert (lesson.part, lesson.minutes) == ("Why it works & more", 12)
    assert (lesson.order, lesson.summary) == (math.inf, "S")
    bare = read("# T\n\nS\n## P", tmp_path)
    assert (bare.part, bare.minutes) == ("", 0)


def test_shipped_lessons_come_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lessons, "resource", lambda name: tmp_path / name)
    assert lesson_files() == {}
    place = tmp_path / "lessons"
    (place / "folder.md").mkdir(parents=True)
    tops = {"z": "order: -1", "b": "order: 2 ", "a": "order:10", "c": "order: 2.0"}
    for name, top in {**tops, "last": "", "broken": "order: x"}.items():
        (place / f"{name}.md").write_text(f"\n# {name}\n{top}\n\norder: 0\n")
    (place / "bytes.md").write_bytes(b"\xff\xfe")
    (place / "notes.txt").write_text("no lesson")
    (place / "good.md").write_text("# T\norder: 0\n\nS\n\n## P\n", "utf-8-sig")
    names = ["z", "good", "b", "c", "a", "broken", "bytes", "last"]
    assert sorted(lesson_files()) == sorted(names)
    assert list(lesson_files())[:5] == names[:5]
    assert lesson_files()["z"] == place / "z.md"
    assert read_lesson("good", MEASURES) == read_lesson(place / "good.md", MEASURES)


def survives(text: str | bytes, folder: Path) -> None:
    try:
        lesson = read(text, folder)
    except Refused as fault:
        said = str(fault)
        assert said.startswith(("own.md, line ", "own.md: "))
        assert said.isprintable()
        assert len(said) < 700
    else:
        assert 1 <= len(lesson.pages) <= 20
        assert all(html(t, str) for page in lesson.pages for t in page.text)


@given(st.text() | st.binary())
def test_any_bytes_are_a_lesson_or_refused(folder: Path, text: str | bytes) -> None:
    survives(text.encode("utf-8", "ignore") if isinstance(text, str) else text, folder)


LINES = [*WHOLE.splitlines(), "## P", "> a", "```", "{", "- ", "show: x", "Question:"]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=9), max_size=40))
def test_any_lines_are_a_lesson_or_refused(folder: Path, lines: list[str]) -> None:
    for start in ("", HEAD, page("\n")):
        text = start + "\n".join(lines)
        survives(text.encode("utf-8", "ignore"), folder)


@settings(max_examples=300)
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 40),
    st.text(max_size=5) | st.sampled_from(["{", "\n", "[" * 9000, '{"a":' * 9000]),
)
def test_a_lesson_with_a_slip_is_read_or_refused(
    folder: Path, start: int, length: int, put: str
) -> None:
    text = WHOLE[:start] + put + WHOLE[start + length :]
    survives(text.encode("utf-8", "ignore"), folder)


LONG = ["{", "{{", "{loss}", "*a ", "**a", "`", "a\n", "> a\n", "\n", "- a\n", "#", " ",
        "[", "9", "> [ 9", "```scene\n{}\n```\n", "## P\n", "Question: a\n", "a: b\n",
        "```scene\n[", '```scene\n{"seed": 0.', "steps: 1\n"]  # fmt: skip


@pytest.mark.parametrize("piece", LONG)
def test_a_long_file_is_read_in_no_time(folder: Path, piece: str) -> None:
    begun = time.perf_counter()
    for tail in (piece, " ", "9"):
        survives(page(piece + tail * (250_000 // len(tail))), folder)
    assert time.perf_counter() - begun < 5.0

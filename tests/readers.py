"""Every reader of what others wrote, each as one function of bytes.

A reader returns what was accepted, or raises Refused; what it accepts is used as the
program uses it. Anything else is a fault.
"""

from __future__ import annotations

import json
import time
import warnings
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.cli.console import words_of
from gdviz.cli.flags import scene_parser
from gdviz.cli.scenes import document_of
from gdviz.core.formulas.formula import Formula
from gdviz.core.refused import Refused
from gdviz.core.tables import preview, read_table
from gdviz.paths import resource
from gdviz.session.desk import Desk
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES, written
from gdviz.session.lessons.text import html
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Scene
from gdviz.session.scenefile import document, example_files, read_document, to_json
from gdviz.session.scenetree import REGISTRIES, build
from gdviz.session.strictly import calm
from gdviz.session.sweep import Axis, Outcome, parse_axis, read_sweep
from gdviz.session.sweep.rows import columns, header, row
from gdviz.session.sweep.sweep import Sweep, cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_SENTENCE = 720  # letters
_FRAME = 0.02  # seconds of wall time that the desk gets for a surface


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes
    ----------
    seeds : function
        Returns texts that it takes.
    read : function of (bytes, folder)
        Reads; returns what it read.
    use : function of what was read
        Uses that as the program does.
    """

    seeds: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes, Path], Any]
    use: Callable[[Any], object] = lambda _: None


@dataclass(frozen=True)
class Tried:
    """What came of one input: refused by a sentence, and CPU seconds of both parts."""

    sentence: str
    reading: float
    using: float


def tried(reader: Reader, raw: bytes, folder: Path) -> Tried:
    """Read and use; a fault is raised as it comes, with warnings among them."""
    sentence, begun = "", time.process_time()
    read = done = begun
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = reader.read(raw, folder)
            read = time.process_time()
            reader.use(found)
        except Refused as refusal:
            sentence = checked(str(refusal))
    done = time.process_time()
    read = read if read > begun else done
    return Tried(sentence, read - begun, done - read)


def checked(sentence: str) -> str:
    """Return a refusal that a user can read."""
    assert sentence.isprintable(), f"not printable: {sentence[:200]!r}"
    assert len(sentence) <= MOST_SENTENCE, f"too long: {sentence[:200]!r}"
    assert sentence.endswith((".", "?", "…")), f"no sentence: {sentence[-200:]!r}"
    return sentence


def step(scene: Scene, course: Any = None) -> Run | None:
    """Open a scene as the window does and make a step; None: it is refused."""
    desk = Desk()
    until = time.perf_counter() + _FRAME
    answer = desk.answer(Question(1, scene=scene, course=course, until=until))
    if answer.refusal:
        checked(answer.refusal)
        return None
    run = Run(answer)
    until = time.perf_counter() + _FRAME
    run.take_in(desk.answer(Question(1, steps=1, until=until, chosen=0)))
    assert np.isfinite(run.snapshot.record.theta).all()
    return run


# the readers themselves


def _file(raw: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def _read_table(raw: bytes, folder: Path) -> Any:
    path = str(_file(raw, folder, "own.csv"))
    names = preview(path).header
    task = ("auto", "numbers", "classes")[len(raw) % 3]
    return read_table(path, names[len(raw) % len(names)], task)


def _use_table(examples: Any) -> None:
    assert len(examples) == len(examples.inputs) >= 2
    assert np.isfinite(examples.inputs).all()
    assert np.isfinite(examples.targets).all()


def _read_scene(raw: bytes, folder: Path) -> Any:
    made = read_document(_file(raw, folder, "own.json"))
    again = document(to_json(made.scene, made.course), None)
    assert (again.scene, again.course) == (made.scene, made.course), "not the same"
    return made


def _use_scene(made: Any) -> None:
    step(made.scene, made.course)


def _read_lesson(raw: bytes, folder: Path) -> Any:
    return read_lesson(_file(raw, folder, "own.md"), MEASURES)


def _use_lesson(lesson: Any) -> None:
    page = lesson.pages[-1]
    run = step(page.scene)
    for text in (*page.text, *(verdict.text for verdict in page.verdicts)):
        assert html(text, lambda m: written(run, m) if run else "").count("\0") == 0


def _read_formula(raw: bytes, folder: Path) -> Any:
    del folder
    made = Formula(raw.decode("utf-8", "surrogateescape"))
    assert made.letters
    assert len(made.derivatives) == len(made.names)
    assert made.code
    return made


def _use_formula(made: Any) -> None:
    p = len(made.names)
    points = np.array([[0.7], [0.0], [-3.0], [1e150]]) * np.ones(p)
    with np.errstate(all="ignore"):
        assert made.value(points).shape == (4,)
        assert made.gradient(points).shape == (4, p)
        assert made.hessian(points).shape == (4, p, p)


def _read_sweep(raw: bytes, folder: Path) -> Any:
    return read_sweep(_file(raw, folder, "own-sweep.csv"))


def _use_sweep(found: Any) -> None:
    sweep, outcomes = found
    assert all(outcome.cell in cells(sweep) for outcome in outcomes[:20])


def _words(raw: bytes) -> list[str]:
    return raw.decode("utf-8", "surrogateescape").split("\n")[:12]


def _read_words(raw: bytes, folder: Path) -> Any:
    del folder
    try:
        with calm():  # as what is told to the terminal
            parser = scene_parser("train", "", "", "")
            return document_of(parser.parse_args(_words(raw)))
    except SystemExit:  # the help
        raise Refused("help was asked for.") from None
    except OSError as fault:  # as the command line does
        raise Refused(words_of(fault)) from fault


def _read_over(raw: bytes, folder: Path) -> Any:
    del folder
    with calm():
        return parse_axis(raw.decode("utf-8", "surrogateescape"), Scene())


def _read_settings(raw: bytes, folder: Path) -> Any:
    from gdviz.ui.memory import Memory  # noqa: PLC0415  (needs Qt)

    _file(raw, folder, "settings.json")
    memory = Memory(folder)
    if memory.complaints:
        raise Refused(memory.complain())
    return memory


# what they are given


@cache
def _scenes() -> tuple[bytes, ...]:
    shipped = [path.read_bytes() for path in example_files().values()]
    pages = [to_json(page.scene).encode() for name in lesson_files()
             for page in read_lesson(name, MEASURES).pages[::3]]  # fmt: skip
    return (*shipped, *pages, *map(bytes, _registered()), _EMBEDDED)


def _registered() -> list[bytes]:
    """Return a scene for each entry of each registry, with all its settings."""
    made = []
    for key, registry in REGISTRIES.items():
        for name in registry:
            inner = {"name": name}
            inside = key in ("optimizer", "schedule", "recipe")
            tree = {"descent": {key: inner}} if inside else {key: inner}
            made.append(to_json(replace(build(tree), seed=3)).encode())
    return made


_TABLE = b"a,b,c\n1,2,x\n3,4.5,y\n-1,0,x\n2e3,7,y\n"
_TABLES = (
    _TABLE, b"a;b\n1,5;2\n3;4\n", b'"a","b"\n"1","2"\n"3","4"\n', b"t y\n1 2\n3 4\n",
    b"\xef\xbb\xbfx\ty\tz\r\n1\t2\t3\r\n4\t5\t6\r\n", b"a|b\n1|no\n2|yes\n",
    b"a,b\n" + b"1,2\n2,1\n" * 40,
)  # fmt: skip
_EMBEDDED = json.dumps({
    "gdviz": 2, "seed": 1,
    "data": {"name": "csv", "path": "own.csv", "text": _TABLE.decode(), "target": "c"},
    "descent": {"batch_size": 2}, "ghosts": [{"batch_size": 1}],
    "course": {"steps": 5, "shown": 3, "changes": [{"at": 2, "learning_rate": 0.1}]},
    "plane_x": "w1", "start": [], "title": "A", "about": "B.", "show": ["loss"],
}).encode()  # fmt: skip


@cache
def _tables() -> tuple[bytes, ...]:
    return (*_TABLES, (resource("data") / "iris.csv").read_bytes()[:3000])


@cache
def _lessons() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in lesson_files().values())


_FORMULAS = (
    b"(1 - x)**2 + 100*(y - x**2)**2", b"abs(x)/(1 + abs(w3)) + max(y, 2*x, -1)",
    b"tanh(y) + sin(pi*w9) + sqrt(y**2 + 1)", b"x**y**w1 - log(hypot(x, y)) + e",
    b"min(x, y, w1, w2)*exp(-w4**2) + atan(w5)/cosh(w6)", b"log10(x)*sign(y) - asin(x)",
    b"+".join(b"w%d**%d*sin(x*w%d)" % (j, j, j) for j in range(1, 10)),
    b"sin(cos(tan(" * 8 + b"x" + b")))" * 8, b"hypot(x," * 60 + b"y" + b")" * 60,
    b"max(x," * 60 + b"y" + b")" * 60, b"x**" * 60 + b"y", b"(x*y)/" * 90 + b"w1",
)  # fmt: skip
_KNOBS = ("learning_rate", "batch_size", "seed", "noise", "descent.learning_rate",
          "held_out")  # fmt: skip
_VALUES = ("log:1e-3:1:16", "lin:0:1:5", "1,2,4,...,256", "1,2,4,…,256", "0.5")
_OVERS = tuple(f"{knob}={values}".encode() for knob in _KNOBS for values in _VALUES)
_WORDS = tuple("\n".join(words).encode() for words in (
    ("--dataset", "moons", "--hidden", "4,4", "--batch-size", "8", "--seed", "3"),
    ("--formula", "x**2 + y**2", "--copies", "4", "--start", "1,2", "--plane", "pca"),
    ("robbins-monro", "--learning-rate", "0.1", "--order", "shuffled"),
    ("--set", "optimizer=adam", "--set", "optimizer.beta1=0.8", "--loss", "huber"),
    ("--set", "data.noise=1", "--set", "start=[1,2]", "--set", "ghosts=[{}]"),
    ("--set", "schedule=step", "--set", "schedule.length=200", "--held-out", "0.2"),
    ("--set=model.hidden=[3]", "--model", "mlp", "--activation", "relu", "--task=auto"),
    ("--data", "own.csv", "--target", "c", "--no-standardise", "--recipe", "sum"),
))  # fmt: skip


@cache
def _sweeps() -> tuple[bytes, ...]:
    axes = (Axis("descent.learning_rate", (0.1, 0.2)), Axis("seed", (1, 2, 3)))
    made = []
    for scene, chosen in ((Scene(), axes), (Scene(seed=4), axes[:1])):
        sweep = Sweep(scene, chosen, 20, None, 0.5)
        some = [Outcome(cell, sweep.values(cell), 0.5, 0.4, 3, 0.45, None, 20, 0.01, "")
                for cell in cells(sweep)]  # fmt: skip
        rows = [columns(sweep), *map(row, some)]
        text = "\n".join([header(sweep, None), *(",".join(map(str, r)) for r in rows)])
        made.append(f"{text}\n".encode())
    return tuple(made)


@cache
def _settings() -> tuple[bytes, ...]:
    from gdviz.ui.settings import Settings, to_text  # noqa: PLC0415  (needs Qt)

    full = Settings(geometry=b"abc", layout=b"d" * 40, seal="0" * 64, page=3,
                    panels=frozenset({"loss"}), recent=("/a", "b"))  # fmt: skip
    return (to_text(Settings()).encode(), to_text(full).encode())


READERS: dict[str, Reader] = {
    "tables": Reader(_tables, _read_table, _use_table),
    "scenes": Reader(_scenes, _read_scene, _use_scene),
    "lessons": Reader(_lessons, _read_lesson, _use_lesson),
    "formulas": Reader(lambda: _FORMULAS, _read_formula, _use_formula),
    "sweeps": Reader(_sweeps, _read_sweep, _use_sweep),
    "settings": Reader(_settings, _read_settings),
    "options": Reader(lambda: _WORDS, _read_words, _use_scene),
    "--over": Reader(lambda: _OVERS, _read_over),
}

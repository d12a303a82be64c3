"""The command line: a window, a training run without one, a picture, a list.

Each command imports what it needs when it runs; `gdviz train` works without Qt.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import textwrap
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from gdviz import __version__
from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.batches import ORDERS
from gdviz.core.datasets import DATASETS, OwnTable
from gdviz.core.knobs import (
    Choice,
    Flag,
    Kind,
    Real,
    Spec,
    Whole,
    Widths,
    default,
    knobs,
)
from gdviz.core.losses import LOSSES, losses_for
from gdviz.core.models import MLP, MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.refused import Refused
from gdviz.session.scene import Descent, Scene, fit
from gdviz.session.scenefile import (
    REGISTRIES,
    build,
    merged,
    places,
    read,
    tree_of,
)
from gdviz.session.trainer import Trainer, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from gdviz.session.scenefile import Tree
    from gdviz.session.trainer import Step

    Array = NDArray[np.float64]

_STEPS = Whole(0, 10**9)
_VIEWS = ("window", "plots", "surface", "gradients", "data", "loss")
_SIDE, _SCALE, _MOST_PIXELS = Whole(200, 8000), Real(0.25, 4.0), 100_000_000
_SLICE, _SLICE_NUMBERS, _SLICE_SECONDS = 10_000, 2**20, 0.1

_HELP = """\
Watch gradient descent average the gradients of a mini-batch, live and exact.

commands:
  gdviz [SCENE.json] [options]     open the window
  gdviz train ... --steps N        train without a window; print one line of JSON
  gdviz render ... --steps N -o FILE.png
                                   draw a picture without a window
  gdviz list [WHAT]                print data sets, models, losses, ... with settings
"""
_EXAMPLES = """\
examples:
  gdviz --dataset moons --hidden 8,8 --batch-size 16
  gdviz --data flowers.csv --target species
  gdviz train --dataset iris --steps 500 -o path.csv

`gdviz COMMAND --help` tells more about a command.
"""
_TRAIN_HELP = """\
Train without a window and print one line of JSON: steps made, epoch, loss, test_loss
(with --held-out), theta, parameters, diverged. If the path diverges, all this is of
its last finite step.
"""
_TRAIN_EXAMPLES = """\
examples:
  gdviz train --steps 200
  gdviz train --dataset moons --hidden 8,8 --learning-rate 0.3 --steps 2000
  gdviz train scene.json --batch-size 1 --steps 500 -o path.csv

The CSV file has a row for every step t = 0 ... N: the loss of the batch drawn at that
step, the loss over all training examples, the length of the batch's mean gradient and
every parameter, all before the update.
"""
_RENDER_HELP = "Draw what the window shows after some steps into a PNG file."
_RENDER_EXAMPLES = """\
examples:
  gdviz render --steps 200 -o line.png
  gdviz render --dataset moons --hidden 8,8 --steps 2000 -o moons.png --view surface
  gdviz render scene.json --steps 50 -o scene.png --size 1920x1080 --scale 2
"""


@dataclass(frozen=True)
class Option:
    """An option that sets one place of the scene."""

    flag: str
    place: str
    kind: Kind
    word: str
    tip: str

    @property
    def key(self) -> str:
        """The name of the setting itself."""
        return self.place.rpartition(".")[2]


def _knob(flag: str, place: str, spec: type[Spec], word: str) -> Option:
    worn = knobs(spec)[place.rpartition(".")[2]]
    return Option(flag, place, worn.kind, word, worn.tip + _bounds(worn.kind))


def _name(flag: str, place: str, registry: Mapping[str, object], tip: str) -> Option:
    named = Choice(tuple(registry))
    return Option(flag, f"{place}.name", named, "NAME", tip + _bounds(named))


def _range(kind: Kind) -> str:
    """Return what a knob takes, in words."""
    match kind:
        case Real():
            return f"{kind.low:g} to {kind.high:g}"
        case Whole():
            return f"{kind.low:,} to {kind.high:,}"
        case Choice():
            return ", ".join(kind.options)
        case Widths():
            return f"1 to {kind.most} widths of 1 to {kind.high}"
    return "true, false" if isinstance(kind, Flag) else "text"


def _bounds(kind: Kind) -> str:
    bounded = isinstance(kind, Choice | Real | Whole)
    return f" ({_range(kind)})" if bounded else ""


OPTIONS = (
    _name("--dataset", "data", DATASETS, "Where the examples come from."),
    _knob("--data", "data.path", OwnTable, "FILE.csv"),
    _knob("--target", "data.target", OwnTable, "COLUMN"),
    _knob("--task", "data.task", OwnTable, "TASK"),
    _name("--model", "model", MODELS, "How outputs are computed from inputs."),
    _knob("--hidden", "model.hidden", MLP, "WIDTHS"),
    _knob("--activation", "model.activation", MLP, "NAME"),
    _name("--loss", "loss", LOSSES, "What one example costs."),
    _knob("--batch-size", "descent.batch_size", Descent, "N"),
    _knob("--learning-rate", "descent.learning_rate", Descent, "X"),
    _name("--optimizer", "descent.optimizer", OPTIMIZERS, "What the gradient becomes."),
    _knob("--order", "descent.order", Descent, "NAME"),
    _knob("--held-out", "held_out", Scene, "SHARE"),
    _knob("--seed", "seed", Scene, "N"),
)
STANDARDISE = Option(
    "--no-standardise",
    "data.standardise",
    Flag(),
    "",
    "Leave the columns of the data on their own scales.",
)


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : list of texts or None
        Without the name of the program; None for those of this process.

    Returns
    -------
    int
        The exit code: 0, 2 for what was refused, 130 for Ctrl+C.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console may not know η
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except Refused as refusal:
        _tell(str(refusal))
    except MemoryError:
        _tell("there is not enough memory for this; choose fewer examples.")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as fault:
        _drop_output()
        _tell(f"{fault.filename or 'output'}: {fault.strerror}.")
    return 2


def _run(words: list[str]) -> int:
    named = bool(words) and words[0] in COMMANDS
    prepare, command = COMMANDS[words[0]] if named else (_window_parser, _window)
    try:
        arguments = prepare().parse_args(words[1:] if named else words)
        code = command(arguments)
    except SystemExit:  # the parser has printed the help or the version
        code = 0
    print(end="", flush=True)  # noqa: T201  (a closed pipe shows here, not at exit)
    return code


def _drop_output() -> None:
    """Send what is still to be written nowhere: it would fail again at exit."""
    with suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _tell(sentence: str) -> None:
    print(f"gdviz: {sentence}", file=sys.stderr)  # noqa: T201


def _say(text: str) -> None:
    print(text)  # noqa: T201


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}; see `{self.prog} --help`.")


def _parser(command: str, usage: str, description: str, epilog: str = "") -> _Parser:
    return _Parser(
        f"gdviz {command}".strip(),
        usage=f"%(prog)s {usage}",
        description=description,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=RawDescriptionHelpFormatter,
    )


def _scene_parser(command: str, more: str, description: str, epilog: str) -> _Parser:
    usage = f"[SCENE.json] [options] {more}".strip()
    parser = _parser(command, usage, description, epilog)
    group = parser.add_argument_group("the scene")
    group.add_argument("scene", metavar="SCENE.json", nargs="?", help="A scene file.")
    for option in OPTIONS:
        tip = option.tip.replace("%", "%%")
        group.add_argument(option.flag, dest=option.flag, metavar=option.word, help=tip)
    group.add_argument(
        STANDARDISE.flag,
        dest=STANDARDISE.flag,
        action="store_const",
        const=False,
        help=STANDARDISE.tip,
    )
    return parser


def _window_parser() -> _Parser:
    parser = _scene_parser("", "", _HELP, _EXAMPLES)
    parser.add_argument("--theme", default="system", help="system, light or dark.")
    parser.add_argument(
        "--version",
        action="version",
        version=f"gdviz {__version__}",
        help="Print the version.",
    )
    return parser


def _train_parser() -> _Parser:
    parser = _scene_parser("train", "--steps N", _TRAIN_HELP, _TRAIN_EXAMPLES)
    add = parser.add_argument
    add("--steps", metavar="N", required=True, help="How many updates to make.")
    add("-o", dest="out", metavar="FILE.csv", help="Write every step to a file.")
    return parser


def _render_parser() -> _Parser:
    more = "--steps N -o FILE.png"
    parser = _scene_parser("render", more, _RENDER_HELP, _RENDER_EXAMPLES)
    add = parser.add_argument
    add("--steps", metavar="N", required=True, help="How many updates to make.")
    add("-o", dest="out", metavar="FILE.png", required=True, help="The picture.")
    add("--size", default="1280x800", metavar="WxH", help="%(default)s unless given.")
    add("--scale", default="1", metavar="S", help="Pixels per unit of size.")
    add("--theme", default="dark", help="dark or light.")
    add("--view", default="window", help=f"{', '.join(_VIEWS)}.")
    return parser


def _list_parser() -> _Parser:
    about = "Print what there is to choose from, with settings, defaults and ranges."
    parser = _parser("list", "[WHAT]", about)
    parser.add_argument("what", metavar="WHAT", nargs="?", help=f"{', '.join(LISTED)}.")
    return parser


def _window(arguments: Namespace) -> int:
    theme = Choice(("system", "light", "dark")).check(arguments.theme, "--theme")
    said = arguments.scene is not None or bool(_changes(arguments))
    scene = _scene(arguments) if said else None
    from gdviz.ui.preflight import has_display, wants_x  # noqa: PLC0415

    shown = has_display(os.environ)
    with _qt(x11=shown and wants_x(os.environ)):
        if not shown:
            return _picture_instead(scene or Scene())
        from gdviz.ui.app import open_window  # noqa: PLC0415
    return open_window(scene, theme)


def _picture_instead(scene: Scene) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gdviz.ui.render import render  # noqa: PLC0415

    out = Path("gdviz.png")
    _check_out(out, scene, None)
    render(scene, 200, out, (1280, 800), 1.0, "dark", "window")
    _say(f"There is no display: {out} shows the window after 200 steps instead.")
    return 0


def _render(arguments: Namespace) -> int:
    steps = _STEPS.check(_number(arguments.steps), "--steps")
    theme = Choice(("dark", "light")).check(arguments.theme, "--theme")
    view = Choice(_VIEWS).check(arguments.view, "--view")
    size, scale = _size(arguments.size, arguments.scale)
    out = Path(arguments.out)
    if out.suffix.lower() != ".png":
        raise Refused(f"-o must name a file that ends in .png, not {arguments.out!r}.")
    scene = _scene(arguments)
    _check_out(out, scene, arguments.scene)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with _qt(x11=False):
        from gdviz.ui.render import render  # noqa: PLC0415
    render(scene, steps, out, size, scale, theme, view)
    return 0


def _size(size: str, scale: str) -> tuple[tuple[int, int], float]:
    width, mark, height = size.lower().partition("x")
    if not mark:
        raise Refused(f"--size must be like 1280x800, not {size!r}.")
    w, h = (_SIDE.check(_number(side), "--size") for side in (width, height))
    factor = _SCALE.check(_number(scale), "--scale")
    if w * h * factor**2 > _MOST_PIXELS:
        raise Refused("--size times --scale is more than 100 million pixels.")
    return (w, h), factor


@contextmanager
def _qt(x11: bool) -> Iterator[None]:
    """Import Qt inside, or say what it lacks."""
    from gdviz.ui.preflight import missing_libraries, remedy  # noqa: PLC0415

    if missing := missing_libraries(x11=x11):
        raise Refused(remedy(missing))
    try:
        yield
    except ImportError as fault:
        advice = "install gdviz with its dependencies, or use `gdviz train`."
        raise Refused(f"the window cannot be loaded ({fault}); {advice}") from fault


def _scene(arguments: Namespace) -> Scene:
    """Return the scene of the file and the options, fit for its data."""
    scene, said = Scene(), frozenset[str]()
    if arguments.scene is not None:
        scene, said = read(_known(arguments.scene))
    changes = _changes(arguments)
    tree = merged(tree_of(scene), changes)
    for option in (*OPTIONS, STANDARDISE):
        if getattr(arguments, option.flag) is not None:
            _check_goes_with(option, tree)
    scene, said = build(tree), said | places(changes)
    split, notes = load(scene), []
    usual = losses_for(split.train.task)[0]
    if "data" in changes and "loss" not in said and not isinstance(scene.loss, usual):
        scene = replace(scene, loss=usual())
        reason = f"the usual one for {split.train.task}"
        notes.append(f"The loss is {usual.title.lower()}, {reason}.")
    fitted, moved = fit(scene, split)
    for key, sentence in moved.items():
        _check_unsaid(key, sentence, said, scene)
    for sentence in (*notes, *moved.values()):
        _tell(f"note: {sentence}")
    return fitted


def _known(path: str) -> str:
    if path.lower().endswith(".csv"):
        raise Refused(f"{path} is a table; open it with --data {path} --target COLUMN.")
    return path


def _changes(arguments: Namespace) -> Tree:
    """Return the settings that the options name, as a tree."""
    chosen = vars(arguments)
    if chosen["--data"] is not None and chosen["--dataset"] is not None:
        raise Refused("--data and --dataset exclude each other; give one of them.")
    changes: Tree = {}
    for option in (*OPTIONS, STANDARDISE):
        if chosen[option.flag] is not None:
            value = _parsed(option.kind, chosen[option.flag])
            _put(changes, option.place, option.kind.check(value, option.flag))
    if "path" in changes.get("data", {}):
        changes["data"]["name"] = OwnTable.name
    if "model" in changes:  # only a network has what the options set
        changes["model"].setdefault("name", MLP.name)
    return changes


def _put(tree: Tree, place: str, value: object) -> None:
    *above, key = place.split(".")
    for part in above:
        tree = tree.setdefault(part, {})
    tree[key] = value


def _check_goes_with(option: Option, tree: Tree) -> None:
    """Refuse an option for a setting that the chosen data or model does not have."""
    field = option.place.partition(".")[0]
    if field not in REGISTRIES or option.key == "name":
        return
    name = tree[field]["name"]
    known = knobs(REGISTRIES[field][name])
    if option.key not in known:
        its = ", ".join(known) or "none"
        raise Refused(f"{option.flag} does not go with {name} (its settings: {its}).")


def _check_unsaid(key: str, sentence: str, said: frozenset[str], scene: Scene) -> None:
    """Refuse to move what was asked for."""
    on_top = hasattr(scene, key)
    place = key if on_top else f"descent.{key}"
    if place not in said:
        return
    value = getattr(scene if on_top else scene.descent, key)
    reason, asked = sentence.partition(": ")[0], getattr(value, "name", value)
    raise Refused(f"{reason}: {place} cannot be {asked}; change it or leave it out.")


def _parsed(kind: Kind, text: Any) -> object:
    """Return an option's text as what its knob expects; the knob refuses the rest."""
    if isinstance(kind, Widths):
        return [_number(part) for part in text.split(",")]
    return _number(text) if isinstance(kind, Real | Whole) else text


def _number(text: str) -> int | float | str:
    for number in (int, float) if len(text) < 30 else (float,):  # no int beyond floats
        with suppress(ValueError):
            return number(text)
    return text


def _train(arguments: Namespace) -> int:
    steps = _STEPS.check(_number(arguments.steps), "--steps")
    scene = _scene(arguments)
    out = arguments.out
    if out is not None:
        out = _check_out(Path(out), scene, arguments.scene)
    trainer = Trainer(scene)
    with _bar(steps) as advanced:
        made = _slices(trainer, steps, advanced)
        if out is not None:
            with _replaced(out) as file:
                csv.writer(file, lineterminator="\n").writerows(_rows(trainer, made))
        else:
            for _ in made:
                pass
    if trainer.diverged:
        _tell(f"note: the path diverges; step {trainer.step} is its last finite one.")
    _say(json.dumps(_report(trainer), allow_nan=False))
    return 0


@contextmanager
def _bar(steps: int) -> Iterator[Callable[[int], object]]:
    from tqdm import tqdm  # noqa: PLC0415

    with tqdm(total=steps, unit=" steps", disable=None) as bar:
        yield bar.update


def _slices(
    trainer: Trainer, steps: int, advanced: Callable[[int], object]
) -> Iterator[list[Step]]:
    """Make the steps in slices small enough for the memory and the bar."""
    numbers = trainer.objective.n_parameters + trainer.scene.descent.batch_size
    most = max(1, min(_SLICE, _SLICE_NUMBERS // numbers))
    while trainer.step < steps:
        until = time.perf_counter() + _SLICE_SECONDS
        made = trainer.advance(min(most, steps - trainer.step), until)
        if not made:
            return
        yield made
        advanced(len(made))


def _rows(trainer: Trainer, slices: Iterable[list[Step]]) -> Iterator[list[Any]]:
    """Yield the header and a row for every step: what was pending at its θ."""
    names = trainer.objective.network.names
    yield ["step", "batch_loss", "full_loss", "gradient_norm", *names]
    number, theta = 0, trainer.state.theta
    for step in chain.from_iterable(slices):
        yield _row(trainer, number, theta, step)
        number, theta = number + 1, step.after.theta
    yield _row(trainer, number, theta, trainer.pending)


def _row(trainer: Trainer, number: int, theta: Array, step: Step) -> list[Any]:
    with np.errstate(all="ignore"):
        full, norm = trainer.objective.loss(theta), np.linalg.norm(step.gradient)
    return [number, step.loss, full, float(norm), *theta.tolist()]


def _report(trainer: Trainer) -> dict[str, object]:
    theta, objective = trainer.state.theta, trainer.objective
    with np.errstate(all="ignore"):
        losses = {"loss": _finite(objective.loss(theta))}
        if trainer.test:
            losses["test_loss"] = _finite(trainer.test.loss(theta))
    return {
        "steps": trainer.step,
        "epoch": trainer.state.cursor.seen / objective.n_examples,
        **losses,
        "theta": theta.tolist(),
        "parameters": objective.network.names,
        "diverged": trainer.diverged,
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _check_out(out: Path, scene: Scene, source: str | None) -> Path:
    """Return where to write, links followed; nothing that was read is overwritten."""
    path = Path(os.path.realpath(out))
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise Refused(f"-o {out} is a folder or a device; name a file.")
    if not path.parent.is_dir():
        raise Refused(f"-o {out}: there is no folder {path.parent}; make it first.")
    if not os.access(path.parent, os.W_OK):
        raise Refused(f"-o {out}: writing in {path.parent} is not permitted.")
    for taken in (source, getattr(scene.data, "path", None)):
        if taken and path.exists() and path.samefile(taken):
            raise Refused(f"-o {out} would overwrite what was read; name another file.")
    return path


@contextmanager
def _replaced(path: Path) -> Iterator[io.TextIOWrapper]:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as fault:
        raise Refused(f"{path.name} cannot be written: {fault.strerror}.") from fault
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


LISTED: dict[str, tuple[str, Mapping[str, Any]]] = {
    "datasets": ("--dataset", DATASETS),
    "models": ("--model", MODELS),
    "losses": ("--loss", LOSSES),
    "activations": ("--activation", ACTIVATIONS),
    "optimizers": ("--optimizer", OPTIMIZERS),
    "orders": ("--order", ORDERS),
}


def _list(arguments: Namespace) -> int:
    chosen = list(LISTED)
    if arguments.what is not None:
        chosen = [Choice(tuple(LISTED)).check(arguments.what, "what to list")]
    _say("\n\n".join(_section(name, *LISTED[name]) for name in chosen))
    return 0


def _section(name: str, flag: str, registry: Mapping[str, Any]) -> str:
    wide = max(map(len, registry))
    entries = (_entry(f"  {key:{wide}}  ", entry) for key, entry in registry.items())
    return "\n".join([f"{name} ({flag} NAME)", *chain.from_iterable(entries)])


def _entry(start: str, entry: Any) -> list[str]:
    """Return the lines of one entry: its words, and a line for every knob."""
    if isinstance(entry, str | Activation):
        return [start + (entry if isinstance(entry, str) else entry.title)]
    words = f"{entry.title}. {entry.sentence()}"
    first = textwrap.wrap(
        words, 96, initial_indent=start, subsequent_indent=" " * len(start)
    )
    return first + _settings(entry, " " * (len(start) + 2))


def _settings(entry: type[Spec], indent: str) -> list[str]:
    rows = [
        (key, json.dumps(default(entry, key)), _range(worn.kind))
        for key, worn in knobs(entry).items()
    ]
    wide, wider = (max((len(row[i]) for row in rows), default=0) for i in (0, 1))
    return [f"{indent}{a:{wide}} = {b:{wider}}  {c}" for a, b, c in rows]


COMMANDS: dict[str, tuple[Callable[[], _Parser], Callable[[Namespace], int]]] = {
    "train": (_train_parser, _train),
    "render": (_render_parser, _render),
    "list": (_list_parser, _list),
}

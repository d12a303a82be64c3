"""The options of a scene by their flags, without what they mean: that needs NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdviz.cli.console import Parser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

PLACES = {  # flag: place in the scene, word for its value; none if it takes none
    "--dataset": ("data.name", "NAME"),
    "--formula": ("data.formula", "TEXT"),
    "--copies": ("data.copies", "N"),
    "--data": ("data.path", "FILE.csv"),
    "--target": ("data.target", "COLUMN"),
    "--task": ("data.task", "TASK"),
    "--no-standardise": ("data.standardise", ""),
    "--model": ("model.name", "NAME"),
    "--hidden": ("model.hidden", "WIDTHS"),
    "--activation": ("model.activation", "NAME"),
    "--loss": ("loss.name", "NAME"),
    "--batch-size": ("descent.batch_size", "N"),
    "--learning-rate": ("descent.learning_rate", "X"),
    "--optimizer": ("descent.optimizer.name", "NAME"),
    "--schedule": ("descent.schedule.name", "NAME"),
    "--recipe": ("descent.recipe.name", "NAME"),
    "--order": ("descent.order", "NAME"),
    "--start": ("start", "NUMBERS"),
    "--plane": ("plane.name", "NAME"),
    "--held-out": ("held_out", "SHARE"),
    "--seed": ("seed", "N"),
}
SET = "--set"
_TIP = (
    "Any setting by its place, such as optimizer.beta1=0.8, schedule.length=200 or "
    "data.noise=1; may be given several times."
)


class SceneParser(Parser):
    """A parser that looks up what its options mean when help is asked for."""

    def format_help(self) -> str:
        """Return the help, with the bounds that each option has."""
        from gdviz.cli.options import OPTIONS  # noqa: PLC0415  (needs NumPy)

        tips = {option.place: option.tip for option in OPTIONS}
        for action in self._actions:
            action.help = tips.get(action.dest, action.help)
        return super().format_help()


def scene_parser(command: str, more: str, about: str, examples: str) -> Parser:
    """Return a parser of a scene: its file, its options and, if it runs, `--steps`."""
    usage = f"[SCENE.json] [options] {more}".strip()
    parser = SceneParser(command, usage, about, examples)
    group = parser.add_argument_group("the scene")
    tip = "A scene file, or the name of a shipped scene (see `gdviz list scenes`)."
    group.add_argument("scene", metavar="SCENE.json", nargs="?", help=tip)
    for flag, (place, word) in PLACES.items():
        what: dict[str, Any] = {"metavar": word}
        if not word:  # on, unless the option turns it off
            what = {"action": "store_const", "const": False}
        group.add_argument(flag, dest=place, help=place, **what)
    group.add_argument(
        SET, dest="set", metavar="KNOB=VALUE", action="append", default=[], help=_TIP
    )
    if "--steps" in more:
        tip = "How many updates to make; those of the file's course unless given."
        parser.add_argument("--steps", metavar="N", help=tip)
    return parser


def add_lesson(parser: ArgumentParser) -> None:
    """Add `--lesson` to a parser."""
    tip = "A lesson, or the file of one; :3 is its page 3 (see `gdviz list lessons`)."
    parser.add_argument("--lesson", metavar="NAME[:PAGE]", help=tip)


def named_scene(arguments: Namespace) -> list[str]:
    """Return what was typed about the scene: its file, the flags of its options."""
    file = [] if arguments.scene is None else [arguments.scene]
    return file + flags_of(arguments)


def flags_of(arguments: Namespace) -> list[str]:
    """Return the flags of the options that were typed."""
    chosen = vars(arguments)
    typed = [flag for flag, (place, _) in PLACES.items() if chosen[place] is not None]
    return typed + [SET] * bool(arguments.set)

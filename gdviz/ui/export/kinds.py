"""What can be exported, into which kinds of file, and with which options."""

from __future__ import annotations

from dataclasses import dataclass

PICTURE, FILM, PATH, NUMBERS, SCRIPT = "picture", "film", "path", "numbers", "script"
VIEW, SIZE, SCALE, STEPS, EVERY, RATE, THEME = (
    "view", "size", "scale", "steps", "every", "rate", "theme"
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One thing to export.

    Attributes
    ----------
    label, tip : texts
    suffixes : dict
        The name of each kind of file by its suffix, the usual one first.
    options : tuple of texts
        What can be chosen.
    """

    label: str
    tip: str
    suffixes: dict[str, str]
    options: tuple[str, ...] = ()


KINDS = {
    PICTURE: Kind(
        "Picture",
        "What is on the screen now.",
        {".png": "PNG", ".svg": "SVG", ".pdf": "PDF"},
        (VIEW, SCALE),
    ),
    FILM: Kind(
        "Animation",
        "Step by step, while the run on the screen goes on.",
        {".gif": "GIF", ".webp": "WebP", ".mp4": "MP4"},
        (VIEW, SIZE, SCALE, STEPS, EVERY, RATE, THEME),
    ),
    PATH: Kind(
        "Table of the path",
        "For each step its losses, the length of the gradient and every parameter.",
        {".csv": "CSV"},
        (STEPS,),
    ),
    NUMBERS: Kind(
        "Numbers of this step",
        "The numbers of the arithmetic panel: each example, sum, mean and update.",
        {".csv": "CSV"},
    ),
    SCRIPT: Kind(
        "NumPy script",
        "A plain program that makes the very steps of this run, without gdviz.",
        {".py": "Python"},
    ),
}

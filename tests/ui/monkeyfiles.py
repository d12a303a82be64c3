"""The files a monkey finds: good ones, bad ones and some that are none."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import write_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOMES = ("HOME", "XDG_CONFIG_HOME", "USERPROFILE")
_LESSON = """\
# A lesson of its own

```scene
{"format": "gdviz scene", "version": 1}
```
"""


@contextmanager
def at_home(place: Path) -> Iterator[Path]:
    """Let a folder be the home and the place of all files meanwhile."""
    before, here = {name: os.environ.get(name) for name in _HOMES}, os.getcwd()
    os.environ |= dict.fromkeys(_HOMES, str(place))
    (place / "out").mkdir()
    os.chdir(place)
    try:
        yield place
    finally:
        os.chdir(here)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def fill(folder: Path) -> None:
    """Write the files."""
    rows = "\n".join(f"{i},{i * i % 7},{'ab'[i % 2]}" for i in range(40))
    (folder / "good.csv").write_text(f"x,y,kind\n{rows}\n", encoding="utf-8")
    (folder / "bad.csv").write_text("x,y\n1,2\n1\n", encoding="utf-8")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "noise.csv").write_bytes(bytes(range(256)) * 4)
    (folder / "broken.json").write_text('{"format": 1', encoding="utf-8")
    (folder / "lesson.md").write_text(_LESSON, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    scene = Scene(Moons(), model=MLP((4,)), loss=Logistic(), descent=Descent(8, 0.1))
    write_document(folder / "moons.json", scene, None)
    write_document(folder / "line.json", Scene(), None)

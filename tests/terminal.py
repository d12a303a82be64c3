"""The command line in this process, and what it said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from gdviz import cli

if TYPE_CHECKING:
    import pytest


class Done(NamedTuple):
    """How a command ended: its code, and what it wrote."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs a command, such as ``gdviz("train", "--steps", "3")``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> Done:
        code = cli.main(list(words))
        return Done(code, *self._capsys.readouterr())

    def trained(self, *words: str) -> tuple[dict[str, Any], str]:
        """Train; return the one line of JSON read, and what else was said."""
        done = self("train", *words)
        assert done.code == 0, done.err
        assert done.out.count("\n") == 1
        return json.loads(done.out), done.err

    def train(self, *words: str) -> dict[str, Any]:
        """Train; return the one line of JSON read."""
        return self.trained(*words)[0]

    def refused(self, *words: str) -> str:
        """Return the one sentence of a refusal."""
        done = self(*words)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("gdviz: ")
        assert done.err.count("\n") == 1
        return done.err

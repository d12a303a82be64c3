"""Pace: what is worked out only so often while training flat out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    Value = TypeVar("Value")

# seconds that a picture and a number in words may be old; at 20 steps a second none is
PLOT, WORDS = 0.04, 0.2


class Paced:
    """Remembers what takes long to work out and need not be of this very step.

    Attributes
    ----------
    live : bool
        Whether steps are being made so fast that a few of them may be skipped.
    stale : bool
        Whether something told last was of an earlier step: to be mended at rest.
    """

    def __init__(self) -> None:
        self.live, self.stale = False, False
        self._known: dict[str, tuple[float, object, object]] = {}

    def begin(self, live: bool) -> None:
        """Begin to tell of another step."""
        self.live, self.stale = live, False

    def get(
        self, name: str, seconds: float, of: object, make: Callable[[], Value]
    ) -> Value:
        """Return what `make` returns, or what it returned not long ago.

        Parameters
        ----------
        name : text
        seconds : float
            How old it may be, while live.
        of : object
            What it is of: if that is another one, it is made anew.
        """
        now = time.perf_counter()
        then, known_of, known = self._known.get(name, (-seconds, None, None))
        if self.live and known_of == of and now - then < seconds:
            self.stale = True
            return cast("Value", known)
        made = make()
        self._known[name] = (now, of, made)
        return made

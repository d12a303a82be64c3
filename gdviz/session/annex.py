"""The annex: a desk in a process of its own, so that the screen has a core to itself.

The process imports no program of a user's: it is begun by its own command, and two
pipes are all that connects it. It ends when they close.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import gdviz.session
from gdviz.session.parcels import Receiver, Sender
from gdviz.session.workers import Gone, NotPortable

if TYPE_CHECKING:
    from gdviz.session.questions import Answer, Question

_MAIN = "gdviz.session.annexmain"


class Annex:
    """Begins the process and passes questions to it; it is ready a moment later."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MAIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what could be said there is no sentence
            env=os.environ | {"PYTHONPATH": search_path()},
            **_apart(),
        )
        pipes = self._process.stdin, self._process.stdout
        self._pipes = cast("tuple[BinaryIO, BinaryIO]", pipes)
        self._sender, self._receiver = Sender(self._pipes[0]), Receiver(self._pipes[1])
        self._greeted = threading.Event()
        self._greeting = threading.Thread(target=self._greet, name="annex", daemon=True)
        self._greeting.start()

    @property
    def number(self) -> int:
        """Of the process, as the system counts them."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it answers by now, or has ended already."""
        return self._greeted.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is ready; tell whether it is."""
        return self._greeted.wait(seconds)

    def answer(self, question: Question) -> Answer:
        """Pass a question on and wait for the answer.

        Raises
        ------
        Gone
            The process has ended.
        NotPortable
            Question or answer hold what is known in this process only.
        """
        left = question.until - time.perf_counter()  # the clocks may not agree
        try:
            self._sender.send(replace(question, until=left))
            answer = self._receiver.receive()
        except (OSError, EOFError, ValueError) as fault:
            raise Gone from fault
        except (pickle.PickleError, AttributeError, TypeError) as fault:
            raise NotPortable from fault
        if answer is None:
            raise NotPortable
        return answer

    def kill(self) -> None:
        """End the process; whoever waits for an answer is told."""
        self._process.kill()

    def close(self) -> None:
        """End the process and leave nothing of it."""
        self.kill()
        self._process.wait()
        self._greeting.join()
        for pipe in self._pipes:
            with suppress(OSError):  # something was never sent
                pipe.close()

    def _greet(self) -> None:
        """Wait for the first word of the process."""
        try:
            self._receiver.receive()
        except EOFError:  # it has ended: the first question will tell
            pass
        finally:
            self._greeted.set()


def search_path() -> str:
    """Return where such a process finds this very package."""
    ours = str(Path(gdviz.session.__file__).parents[2])
    others = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([ours, others] if others else [ours])


def _apart() -> dict[str, Any]:
    """Return what keeps Ctrl+C in a terminal, and a terminal at all, away from it."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags}
    return {"start_new_session": True}

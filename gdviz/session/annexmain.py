"""The process of the annex: reads questions from its input, writes answers."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
import time
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO

from gdviz.session.desk import Desk, reply
from gdviz.session.parcels import Receiver, Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.questions import Question

    Asked = SimpleQueue[Question | None]


def main() -> None:
    """Answer until the input ends, then leave at once, whatever is under way."""
    questions: Asked = SimpleQueue()
    sender = Sender(_own_output())
    sender.send("ready")
    gc.freeze()  # to go through what stays takes longer than an answer
    reader = threading.Thread(
        target=read, args=(sys.stdin.buffer, questions, leave), daemon=True
    )
    reader.start()
    try:
        serve(questions.get, sender)
    except OSError:  # nobody reads any more
        leave()


def serve(get: Callable[[], Question | None], sender: Sender) -> None:
    """Answer one question after the other; None for what has not come through."""
    desk = Desk()
    while True:
        question = get()
        if question is None:
            sender.send(None)
            continue
        until = time.perf_counter() + question.until
        answer = reply(desk, replace(question, until=until))
        try:
            sender.send(answer)
        except (pickle.PickleError, AttributeError, TypeError):
            sender.send(None)


def read(pipe: BinaryIO, questions: Asked, leave: Callable[[], None]) -> None:
    """Read questions as they come, so that the end of them is seen at any time."""
    receiver = Receiver(pipe)
    while True:
        try:
            questions.put(receiver.receive())
        except (EOFError, OSError):
            return leave()
        except Exception:  # noqa: BLE001  (of a class that this process does not know)
            questions.put(None)


def leave() -> None:
    """End this process; there is nothing in it that would be missed."""
    os._exit(0)


def _own_output() -> BinaryIO:
    """Return the output for answers alone: what is printed would spoil them."""
    ours = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(ours, "wb")


if __name__ == "__main__":
    main()

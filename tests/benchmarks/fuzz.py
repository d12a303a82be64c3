"""Give every reader what it should not be given, for as long as one likes.

`python tests/benchmarks/fuzz.py MINUTES [SEED [READER …]]`. The inputs are real files
with slips in them; each reader works in a process of its own, in bounded memory. A
fault is told with what brings it back:
`python tests/benchmarks/fuzz.py --again READER SEED NUMBER`. The columns: inputs tried,
accepted and refused, different sentences, faults, the most CPU seconds for reading and
for using what was read (a step of its scene, say), and megabytes above the beginning.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.mutants import mutant
from tests.readers import READERS, tried

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tests.readers import Tried

MEMORY, SLOW, STUCK = 3 << 30, 1.0, 60.0  # bytes; CPU seconds; seconds
_HEADS = ("tried", "accepted", "refused", "sentences", "faults", "read s", "use s",
          "MB")  # fmt: skip
_SHOWN = 2  # sentences of each reader


@dataclass
class Tally:
    """What came of one reader."""

    tries: int = 0
    accepted: int = 0
    sentences: dict[str, int] = field(default_factory=dict)
    reading: tuple[float, int] = (0.0, 0)  # the slowest, and its number
    using: tuple[float, int] = (0.0, 0)
    memory: float = 0.0  # MB above the beginning
    faults: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, what: str, number: int) -> None:
        """Note a fault, and which input had it."""
        place = what.partition(": ")[0]
        known = next((f for f in self.faults if f.startswith(place)), what)
        self.faults.setdefault(known, []).append(number)


def given(name: str, seed: int, number: int) -> bytes:
    """Return the input of this number."""
    return mutant(Random(f"{name} {seed} {number}"), READERS[name].seeds())


def peak() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(name: str, seed: int, first: int, seconds: float, pipe: Connection) -> None:
    """Try inputs from `first` on; tell of each before and after."""
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115  (notes of the command line)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for raw in READERS[name].seeds()[:3]:  # what is imported late is no growth
            tried(READERS[name], raw, Path(folder))
        before = peak()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        number, until = first, time.time() + seconds
        while time.time() < until:
            pipe.send(number)
            raw, fault, done = given(name, seed, number), "", None
            try:
                done = tried(READERS[name], raw, Path(folder))
            except BaseException as wrong:  # noqa: BLE001  (any is a fault)
                frames = traceback.extract_tb(wrong.__traceback__)[-3:]
                at = " < ".join(
                    f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames)
                )
                fault = f"{type(wrong).__name__} at {at}: {str(wrong)[:90]!r}"
            pipe.send((number, done, fault, peak() - before))
            number += 1
    pipe.send(None)


def run(name: str, seed: int, seconds: float) -> Tally:
    """Try a reader for some seconds; a process that dies or hangs is a fault."""
    tally, number, left = Tally(), 0, seconds
    context = multiprocessing.get_context("spawn")
    while left > 0:
        begun = time.time()
        ours, theirs = context.Pipe(duplex=False)
        arguments = (name, seed, number, left, theirs)
        process = context.Process(target=work, args=arguments)
        process.start()
        theirs.close()
        end = _follow(tally, ours)
        if end is None:
            process.join()
            break
        number, left = end + 1, left - (time.time() - begun)
        process.kill()
        process.join()
    return tally


def _follow(tally: Tally, pipe: Connection) -> int | None:
    """Take in what is told; return the number at which it ended, None: in order."""
    number = -1
    while True:
        try:
            if not pipe.poll(STUCK):
                tally.fault(f"nothing for {STUCK:.0f} s", number)
                return number
            said = pipe.recv()
        except EOFError:
            tally.fault("the process died", number)
            return number
        if said is None:
            return None
        if isinstance(said, int):
            number = said
        else:
            _count(tally, *said)


def _count(
    tally: Tally, number: int, done: Tried | None, fault: str, memory: float
) -> None:
    tally.tries += 1
    tally.memory = max(tally.memory, memory)
    if done is None:
        tally.fault(fault, number)
        return
    tally.accepted += not done.sentence
    if done.sentence:
        tally.sentences[done.sentence] = number
    tally.reading = max(tally.reading, (done.reading, number))
    tally.using = max(tally.using, (done.using, number))
    if done.reading > SLOW:
        tally.fault(f"reading takes more than {SLOW} s", number)


def report(name: str, seed: int, tally: Tally, shown: int) -> None:
    """Print what came of one reader, with some of the sentences."""
    faults = sum(map(len, tally.faults.values()))
    refused = tally.tries - tally.accepted - faults
    counts = (tally.tries, tally.accepted, refused, len(tally.sentences), faults)
    slow = f"{tally.reading[0]:>9.2f} {tally.using[0]:>9.2f} {tally.memory:>7.0f}"
    say(f"{name:9}" + "".join(f"{count:>10,}" for count in counts) + f" {slow}")
    for fault, numbers in tally.faults.items():
        say(f"    {len(numbers):,} × {fault}")
        say(f"        --again {name} {seed} {numbers[0]}")
    known = sorted(tally.sentences)
    for sentence in Random(seed).sample(known, min(shown, len(known))):
        say(f"    “{sentence}”")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def again(name: str, seed: int, number: int) -> None:
    """Try one input again; what it raises is shown."""
    raw = given(name, seed, number)
    say(f"{len(raw):,} bytes: {raw[:3000]!r}")
    with tempfile.TemporaryDirectory() as folder:
        say(str(tried(READERS[name], raw, Path(folder))))


def main(words: list[str]) -> int:
    """Fuzz, or try one input again; return how many faults there are."""
    if words[0] == "--again":
        again(words[1], int(words[2]), int(words[3]))
        return 0
    seed = int(words[1]) if len(words) > 1 else 0
    names = words[2:] or list(READERS)
    say("reader   " + "".join(f"{head:>10}" for head in _HEADS))
    faults = 0
    for name in names:
        tally = run(name, seed, 60 * float(words[0]) / len(names))
        report(name, seed, tally, _SHOWN)
        faults += len(tally.faults)
    return min(1, faults)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The reception: the same answers from a thread and a process, whoever ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.batches import FRESH
from gdviz.core.datasets import Iris, Moons, OwnTable
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import SOURCES
from gdviz.core.losses import Logistic, SoftmaxCrossEntropy
from gdviz.core.models import MLP
from gdviz.core.optimizers import Adam, HeavyBall
from gdviz.session import reception as receptions
from gdviz.session.annex import Annex
from gdviz.session.annexmain import read, serve
from gdviz.session.ownscene import own_scene
from gdviz.session.parcels import Receiver, Sender
from gdviz.session.questions import Question
from gdviz.session.reception import Reception
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.workers import PROCESS, THREAD, Gone
from tests.owns import Fast
from tests.session.test_parcels import Pipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gdviz.session.questions import Answer

MOONS = Scene(
    Moons(n_examples=60),
    model=MLP((6,)),
    loss=Logistic(),
    descent=Descent(8, 0.1, optimizer=HeavyBall()),
)


class Counter:
    """Asks a reception as a screen would, and keeps what it was told."""

    def __init__(self, choice: str) -> None:
        self.said = list[str]()
        self.reception = Reception(self.said.append)
        self.reception.choose(choice)

    def ask(self, run: int, **asked: Any) -> Answer:
        """Return the answer to a question that is not short of time."""
        until = time.perf_counter() + 0.01
        question = Question(run, **{"until": until, "whole": True, **asked})
        return self.reception.answer(question)

    def open(self, run: int, scene: Scene, **asked: Any) -> Answer:
        """Begin a run, and have the process ready if one is wanted."""
        first = self.ask(run, scene=scene, **asked)
        assert first.refusal == ""
        if self.reception.choice == PROCESS:
            self.ask(run, keep=asked.get("keep", frozenset()))
            assert self.reception._annex is not None
            assert self.reception._annex.wait(30)
        return first

    def kill(self) -> None:
        """End the process as the system would."""
        process = self.reception.process
        assert process is not None
        os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        self.reception.close()
        self.reception.finish()


@pytest.fixture
def counter() -> Iterator[Counter]:
    made = Counter(PROCESS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Counter]:
    """One process for all that leaves it as it is."""
    made = Counter(PROCESS)
    made.open(1, MOONS)
    yield made
    made.close()


SCENES = {
    "moons": MOONS,
    "fresh": replace(MOONS, descent=Descent(8, 0.1, FRESH)),
    "iris": Scene(Iris(), model=MLP((5,)), loss=SoftmaxCrossEntropy()),
    "race": replace(MOONS, ghosts=(Descent(8, 0.1, optimizer=Adam()),)),
    "himmelblau": Scene(SOURCES["himmelblau"](), descent=Descent(1, 0.001)),
    "formula": Scene(OwnFormula(formula="(x - 1)**2 + y**2 + sin(3*x*y)", copies=4)),
}


def walked(counter: Counter, run: int, scene: Scene) -> list[bytes]:
    """Return all θ of a path with changes, a way back and a branch."""
    thetas = list[bytes]()

    def ask(**asked: Any) -> None:
        answer = counter.ask(run, **asked)
        assert answer.refusal == ""
        assert answer.snapshot is not None
        made = answer.made.thetas if answer.made else np.empty(0)
        record = answer.snapshot.record
        thetas.extend(
            (made.tobytes(), record.theta.tobytes(), record.gradients.tobytes())
        )

    ask(steps=40)
    ask(scene=scene.down(learning_rate=0.02, batch_size=5), steps=30)
    ask(seek=10)
    ask(seek=10, scene=scene.down(learning_rate=0.05), steps=25)
    return thetas


@pytest.mark.parametrize("name", SCENES)
def test_thread_and_process_make_the_same_steps(shared: Counter, name: str) -> None:
    scene, run = SCENES[name], 100 + list(SCENES).index(name)
    thread = Counter(THREAD)
    here = [first := thread.open(run, scene), shared.ask(run, scene=scene)]
    assert first.snapshot is not None
    scene = first.snapshot.scene
    assert here[0].facts is not None
    assert here[1].facts is not None
    assert here[0].facts.start_region == here[1].facts.start_region
    assert walked(thread, run, scene) == walked(shared, run, scene)
    assert shared.reception.apart
    assert not thread.reception.apart


def test_the_process_knows_own_tables(shared: Counter, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    rows = "\n".join(f"{i},{i * i}" for i in range(20))
    file.write_text("a,b\n" + rows + "\n")
    scene = Scene(OwnTable(str(file), "b"), descent=Descent(4, 0.01))
    answer = shared.ask(50, scene=scene, steps=9)
    assert (answer.refusal, answer.newest) == ("", 9)
    assert shared.reception.apart
    refused = shared.ask(51, scene=replace(scene, data=OwnTable("none.csv", "b")))
    assert "none.csv" in refused.refusal
    assert shared.reception.apart
    assert shared.ask(50, steps=1, keep=frozenset({50})).newest == 10


def test_a_scene_is_one_and_the_same_from_answer_to_answer(shared: Counter) -> None:
    seen = [shared.open(60, MOONS), shared.ask(60, steps=1), shared.ask(60, steps=1)]
    scenes = [answer.snapshot.scene for answer in seen if answer.snapshot]
    assert scenes[1] is scenes[2]
    assert scenes[1] is scenes[0]


def test_the_first_picture_does_not_wait_for_the_process(counter: Counter) -> None:
    assert counter.ask(1, scene=MOONS, steps=5).newest == 5
    assert (counter.reception.process, counter.reception.apart) == (None, False)
    counter.open(2, MOONS, steps=7)
    answer = counter.ask(2, steps=3)
    assert counter.reception.apart
    assert answer.made is not None
    assert (answer.made.first, answer.newest) == (7, 10)
    assert not counter.reception.desk._stages  # nothing is kept twice


def test_a_run_goes_on_where_it_was_when_the_process_is_killed(
    counter: Counter,
) -> None:
    thread, race = Counter(THREAD), SCENES["race"]
    for each in (thread, counter):
        each.open(1, race, steps=30)
        each.ask(1, scene=race.down(learning_rate=0.03), steps=20)
        each.ask(2, branch=1, seek=12, keep=frozenset({1}))
        each.ask(2, steps=9, keep=frozenset({1}))
    assert counter.reception.apart
    ends = [[each.ask(2, steps=5, keep=frozenset({1, 2}))] for each in (thread,)]
    counter.kill()
    ends.append([counter.ask(2, steps=5, keep=frozenset({1, 2}))])
    assert counter.reception.apart  # another one
    assert ends[1][0].moved == (receptions._REPLACED,)
    for each, told in zip((thread, counter), ends, strict=True):
        told.append(
            each.ask(1, seek=50, steps=4, keep=frozenset({1, 2}))
        )  # the other path
    for here, there in zip(*ends, strict=True):
        assert here.snapshot is not None
        assert there.snapshot is not None
        assert (here.kept, here.newest) == (there.kept, there.newest)
        assert here.snapshot.scene == there.snapshot.scene  # its ghosts too
        theta = here.snapshot.record.theta
        assert theta.tobytes() == there.snapshot.record.theta.tobytes()


def test_after_a_second_end_the_thread_takes_over(counter: Counter) -> None:
    counter.open(1, MOONS, steps=10)
    counter.ask(1, steps=5)
    for end, told in enumerate((receptions._REPLACED, receptions._TO_THREAD)):
        counter.kill()
        answer = counter.ask(1, steps=5)
        assert (answer.newest, answer.refusal) == (20 + 5 * end, "")
        assert answer.moved == (told,)
    assert counter.reception.choice == THREAD
    assert counter.reception.process is None
    counter.reception.choose(PROCESS)  # a person may try once more
    assert counter.reception._annex is not None
    assert counter.reception._annex.wait(30)
    assert counter.ask(1, steps=5).newest == 30
    assert counter.reception.apart
    counter.kill()
    assert counter.ask(1, steps=5).moved == (receptions._REPLACED,)


def test_a_question_that_ends_two_processes_is_refused(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.open(1, MOONS, steps=10)
    counter.ask(1)
    answer = Annex.answer

    def deadly(annex: Annex, question: Question) -> Answer:
        if question.steps == 666:
            annex.kill()
        return answer(annex, question)

    monkeypatch.setattr(Annex, "answer", deadly)
    refused = counter.ask(1, steps=666)
    assert (refused.refusal, refused.kept) == (receptions._TWICE, -1)
    assert counter.reception.choice == THREAD
    assert counter.ask(1, steps=2).newest == 12


def test_ends_far_apart_do_not_count_together(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receptions, "_SHORT", 0.0)
    counter.open(1, MOONS)
    for _ in range(3):
        counter.kill()
        counter.ask(1, steps=1)
    assert counter.reception.choice == PROCESS


def line(file: Path) -> Scene:
    """Return a scene of a table of nine examples on a line."""
    file.write_text("a,b\n" + "\n".join(f"{i},{i}" for i in range(9)) + "\n")
    return Scene(OwnTable(str(file), "b"), descent=Descent(4, 0.01))


def theta_of(answer: Answer) -> list[float]:
    assert answer.refusal == ""
    assert answer.snapshot is not None
    return [*map(float, answer.snapshot.record.theta)]


@pytest.mark.parametrize("becomes", ["gone", "other", "garbage", "folder"])
@pytest.mark.parametrize("apart", [False, True])
def test_a_run_keeps_its_table_wherever_it_is_made_again(
    counter: Counter, tmp_path: Path, becomes: str, apart: bool
) -> None:
    file = tmp_path / "own.csv"
    scene, both = line(file), frozenset({1, 2})
    whole = Trainer(scene)
    whole.advance(15)
    counter.open(1, scene) if apart else counter.ask(1, scene=scene)
    counter.ask(1, steps=9)
    assert counter.reception.apart == apart
    file.unlink()
    if becomes == "folder":
        file.mkdir()
    elif becomes != "gone":
        file.write_bytes(b"a,b\n1,1\n2,9\n" if becomes == "other" else b"\xff\0")
    if apart:
        counter.kill()
    else:
        counter.open(2, MOONS, keep=frozenset({1}))
    assert counter.ask(1, steps=3, keep=both).newest == 12
    assert counter.reception.apart
    made = theta_of(counter.ask(1, steps=3, keep=both))
    assert made == whole.state.theta.tolist()
    assert theta_of(counter.ask(1, seek=0)) == whole.theta_at(0).tolist()
    assert counter.reception._known[1].scene.data == whole.scene.data


@pytest.mark.parametrize("gone", [True, False])
def test_a_run_of_the_process_that_cannot_be_made_again_is_refused(
    counter: Counter, tmp_path: Path, gone: bool
) -> None:
    file = tmp_path / "own.csv"
    scene = line(file)
    counter.open(1, scene)
    counter.ask(1, steps=9)
    assert counter.reception.apart
    file.unlink() if gone else file.write_text("a,b\n1,1\n2,4\n3,9\n4,1\n5,2\n")
    known = counter.reception._known  # as if it had kept no table
    known[1] = replace(known[1], scene=replace(known[1].scene, data=scene.data))
    counter.kill()
    said = counter.ask(1, steps=3).refusal
    assert "own.csv" in said if gone else said == receptions._CHANGED
    assert counter.ask(2, scene=MOONS, steps=3).newest == 3


def test_own_objectives_stay_in_the_thread_and_say_so(counter: Counter) -> None:
    counter.open(1, MOONS)
    counter.ask(1)
    own = own_scene(Fast(), True, {})
    assert counter.ask(2, scene=own, steps=5, keep=frozenset({1})).newest == 5
    assert not counter.reception.apart
    assert counter.said == [receptions._OWN]
    assert counter.ask(3, branch=2, seek=3, keep=frozenset({1, 2})).newest == 3
    assert counter.ask(2, seek=5, steps=5, keep=frozenset({1, 2, 3})).newest == 10
    assert len(counter.said) == 1
    assert counter.ask(1, steps=2, keep=frozenset({1, 2, 3})).newest == 2
    assert counter.reception.apart


def test_what_a_process_cannot_know_stays_in_the_thread(counter: Counter) -> None:
    class Here(HeavyBall):
        """An optimizer of a script: no other process has it."""

    counter.open(1, MOONS)
    counter.ask(1)
    other, here = replace(MOONS, data=Moons(31)), Descent(8, 0.1, optimizer=Here())
    answer = counter.ask(2, scene=replace(other, descent=here), steps=4)
    assert (answer.newest, answer.refusal) == (4, "")
    assert counter.ask(2, steps=4).newest == 8
    assert not counter.reception.apart
    assert counter.open(3, other, steps=4).newest == 4
    assert counter.ask(4, scene=other, steps=4).newest == 4
    assert counter.reception.apart is not False


def test_a_long_run_tells_how_far_it_is(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receptions, "_SLICE", 0.0)
    counter.ask(1, scene=MOONS, steps=20)
    counter.open(1, MOONS)
    assert counter.ask(1, steps=1).newest == 21
    assert receptions._AGAIN.format(19, 20) in counter.said


def test_a_bad_end_is_one_in_the_process_too(counter: Counter) -> None:
    wild = Scene(descent=Descent(4, 1e3))
    counter.open(1, wild, steps=10_000)
    answer = counter.ask(1, steps=5)
    assert counter.reception.apart
    assert (answer.made, answer.snapshot) == (None, None)  # there is nothing new
    assert counter.reception._known[1].diverged


def test_the_process_ends_with_its_input_and_prints_nothing() -> None:
    annex = Annex()
    assert annex.wait(30)
    assert annex._process.stdin is not None
    annex._sender.send(Question(1, MOONS, steps=10**9, whole=True, until=np.inf))
    annex._process.stdin.close()  # as when this process is killed
    assert annex._process.wait(30) == 0
    with pytest.raises(Gone):
        annex.answer(Question(1))
    annex.close()


def test_the_parent_may_be_killed_and_leaves_no_orphan(tmp_path: Path) -> None:
    script = tmp_path / "numpy.py"  # named to be found first, were it looked for
    script.write_text(
        "from gdviz.session.annex import Annex\n"
        "annex = Annex()\nannex.wait(30)\n"
        "print(annex.number, flush=True)\ninput()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-P", str(script)],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _lives(child)
        parent.kill()
    end = time.monotonic() + 30
    while _lives(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: int) -> bool:
    """Tell whether a process runs, and is not just waited for."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as opened:
            return opened.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_loop_answers_and_goes_on_after_what_it_cannot_read() -> None:
    asked: SimpleQueue[Question | None] = SimpleQueue()
    pipe, left = Pipe(), list[bool]()
    sender = Sender(pipe)
    sender.send(Question(1, Scene(), steps=3, until=0.0))
    sender.send("?")
    pipe.bytes[-2] ^= 0xFF  # a parcel that cannot be unpacked
    sender.send(Question(1, steps=2, until=0.0, whole=True))
    read(pipe, asked, lambda: left.append(True))
    assert left == [True]
    answers = Pipe()

    class Enough(Exception):  # noqa: N818
        """There are no more questions."""

    def get() -> Question | None:
        if asked.empty():
            raise Enough
        return asked.get()

    with pytest.raises(Enough):
        serve(get, Sender(answers))
    receiver = Receiver(answers)
    assert receiver.receive().newest >= 1
    assert receiver.receive() is None
    assert receiver.receive().newest >= 3


def test_a_run_made_again_stands_where_it_stood(counter: Counter) -> None:
    counter.open(1, MOONS, steps=30)
    counter.ask(1, seek=12)
    counter.kill()
    answer = counter.ask(1, steps=1)
    assert answer.snapshot is not None
    assert (answer.snapshot.step, answer.newest) == (13, 30)


def test_ghosts_come_the_same_way_again(counter: Counter) -> None:
    thread, race = Counter(THREAD), SCENES["race"]
    thetas = []
    for each in (thread, counter):
        each.open(1, race, steps=30)
        each.ask(1, scene=race.down(learning_rate=0.03), steps=20)
        if each is counter:
            each.kill()
        each.ask(1, steps=3)
        end = time.monotonic() + 30
        while any(g.step < 53 for g in each.reception._known[1].ghosts):
            assert time.monotonic() < end
            each.ask(1)
        (ghost,) = each.reception._known[1].ghosts
        thetas.append(ghost.theta.tobytes())
    assert thetas[0] == thetas[1]

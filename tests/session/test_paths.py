"""Paths: who left whom, who stays, and who is let go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gdviz.session.course import as_begun
from gdviz.session.desk import Desk
from gdviz.session.losslog import EPOCHS, SEEN, STEPS
from gdviz.session.paths import MOST_PATHS, Paths
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer


class Walk:
    """Paths of one scene, asked of a desk as the player does."""

    def __init__(self, scene: Scene | None = None, steps: int = 6) -> None:
        self.desk, self.paths, self.last = Desk(), Paths(), 1
        self.run = Run(self.desk.answer(Question(1, scene or Scene())))
        self.paths.begin(self.run)
        self.ask(steps=steps)

    def ask(self, **asked: Any) -> None:
        asked = {"whole": True, "keep": self.paths.numbers, **asked}
        self.run.take_in(self.desk.answer(Question(self.run.number, **asked)))

    def leave(self, step: int, scene: Scene | None = None) -> tuple[str, ...]:
        """Leave the present path at a step; return the names of those let go."""
        self.last += 1
        known = self.paths.numbers
        question = Question(self.last, scene, step, branch=self.run.number, keep=known)
        self.run = self.run.branch(self.desk.answer(question))
        return tuple(path.name for path in self.paths.branch(self.run))

    def names(self) -> list[str]:
        return [path.name for path in self.paths.all]


def test_a_branch_knows_whom_it_left_and_where() -> None:
    walk = Walk()
    walk.leave(4)
    old, new = walk.paths.all
    assert (new.name, new.left, new.at, new.run.newest) == ("Path 2", old.number, 4, 4)
    assert (old.left, old.run.newest) == (None, 6)
    assert walk.paths.present == new.number
    assert walk.paths.others() == (old,)


def test_a_path_is_fresh_until_a_step_or_a_setting() -> None:
    walk = Walk()
    assert not walk.paths.all[0].fresh
    walk.leave(4)
    assert walk.paths[walk.run.number].fresh
    walk.ask(scene=walk.run.snapshot.scene.down(learning_rate=0.5))
    assert not walk.paths[walk.run.number].fresh
    walk.leave(4)
    assert walk.paths[walk.run.number].fresh
    walk.ask(steps=1)
    assert not walk.paths[walk.run.number].fresh


def test_the_oldest_go_first_but_not_those_pinned_nor_the_one_just_left() -> None:
    walk = Walk()
    first = walk.run
    walk.paths.say(first.number, pinned=True)
    gone = [walk.leave(2) for _ in range(MOST_PATHS)]
    assert not any(gone)
    assert len(walk.paths.all) == MOST_PATHS + 1
    walk.paths.say(first.number, pinned=False)
    walk.run, walk.paths.present = first, first.number
    assert walk.leave(3) == ("Path 2", "Path 3")  # it left Path 1, the oldest
    assert walk.names()[0] == "Path 1"
    assert len(walk.paths.all) == MOST_PATHS


def test_a_new_run_keeps_those_asked_for_and_counts_on_only_beside_them() -> None:
    walk = Walk()
    walk.leave(3)
    walk.paths.say(1, pinned=True)
    gone = walk.paths.begin(Run(Desk().answer(Question(7, Scene()))), walk.paths.pinned)
    assert [path.name for path in gone] == ["Path 2"]
    assert walk.names() == ["Path 1", "Path 3"]
    walk.paths.begin(Run(Desk().answer(Question(8, Scene()))))
    assert walk.names() == ["Path 1"]


def test_the_present_path_is_not_deleted_and_a_deleted_one_keeps_its_name() -> None:
    walk = Walk()
    walk.leave(3)
    walk.paths.delete(walk.run.number)
    walk.paths.delete(99)
    assert len(walk.paths.all) == 2
    walk.paths.say(1, name="The old one")
    walk.paths.delete(1)
    assert walk.names() == ["Path 2"]
    assert walk.paths.name_of(1) == "The old one"


def test_no_two_paths_look_the_same() -> None:
    walk = Walk()
    for _ in range(4):
        walk.leave(2)
    walk.paths.delete(2)
    walk.leave(2)
    looks = [path.look for path in walk.paths.all]
    assert sorted(looks) == [0, 1, 2, 3, 4]


def test_hidden_paths_are_not_among_the_others() -> None:
    walk = Walk()
    walk.leave(3)
    walk.paths.say(1, hidden=True)
    assert walk.paths.others() == ()


@pytest.mark.parametrize("shown", [0, 5, 12])
@pytest.mark.parametrize("over", [STEPS, SEEN, EPOCHS])
def test_a_place_on_the_axis_leads_to_its_step(over: str, shown: int) -> None:
    walk = Walk(Scene(descent=Descent(4)), 5)
    walk.ask(scene=walk.run.snapshot.scene.down(batch_size=16))
    walk.ask(steps=7)
    places = []
    for step in range(13):
        walk.ask(seek=step)
        places.append(walk.run.place(over))
    walk.ask(seek=shown)
    found = [walk.run.step_at(place, over) for place in places]
    assert found == list(range(13))
    assert walk.run.step_at(-1.0, over) == 0
    assert walk.run.step_at(1e9, over) == 12
    if over == SEEN:
        assert places[4:7] == [16, 20, 36]


def test_the_first_and_only_step_has_its_place() -> None:
    walk = Walk(steps=1)
    walk.ask(seek=0)
    assert [walk.run.step_at(x, SEEN) for x in (0.0, 1.9, 2.1, 9.0)] == [0, 0, 1, 1]


def test_the_way_of_a_path_is_thinned_and_ends_where_it_stands() -> None:
    walk = Walk(steps=50)
    plane = walk.run.snapshot.plane
    whole = walk.run.way(plane)
    assert len(whole) == 51
    assert (whole[-1] == walk.run.snapshot.arrows.here).all()
    few = walk.run.way(plane, 10)
    assert len(few) == 11
    assert (few[[0, -1]] == whole[[0, -1]]).all()
    walk.ask(seek=20)
    assert (walk.run.way(plane) == whole).all()


def test_the_way_of_a_path_is_its_own_thetas() -> None:
    walk = Walk(steps=30)
    walk.ask(seek=10)
    first = walk.run
    walk.leave(10, walk.run.snapshot.scene.down(learning_rate=0.4))
    walk.ask(steps=12)
    plane = walk.run.snapshot.plane
    for run, steps in ((first, 30), (walk.run, 22)):
        trainer = Trainer(as_begun(run.snapshot), run.snapshot.course)
        thetas = [trainer.state.theta]
        for _ in range(steps):
            trainer.advance(1)
            thetas.append(trainer.state.theta)
        assert (run.way(plane) == plane.project(np.array(thetas))).all()


def test_hidden_paths_are_others_all_the_same() -> None:
    walk = Walk()
    walk.leave(3)
    walk.paths.say(1, hidden=True)
    assert [p.name for p in walk.paths.others(all_of_them=True)] == ["Path 1"]

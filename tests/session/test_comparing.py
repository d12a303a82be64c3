"""Paths side by side: every setting is told, and what differs stands apart."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import DATASETS
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import Real, Spec, knob, knobs
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall
from gdviz.core.schedules import SCHEDULES, Cosine
from gdviz.session.comparing import ALWAYS, Told, compare
from gdviz.session.desk import Desk
from gdviz.session.paths import Paths
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.settingwords import label, written
from tests.session.test_paths import Walk

APART = {"ghosts", "pace", "plane", "plane_x", "plane_y", "descent"}


def test_a_path_alone_tells_every_setting_once() -> None:
    walk = Walk()
    found = compare(walk.paths)
    told = {*found.apart, *found.alike}
    assert told == {f.name for s in (Scene, Descent) for f in fields(s)} - APART
    assert found.apart == ALWAYS
    (line,) = found.lines
    assert (line.present, line.origin) == (True, "from the start")
    assert line.settings["batch_size"].text == "4"
    assert found.alike["data"].startswith("Line with noise (examples 40, noise 0.5")


@pytest.mark.parametrize(
    "spec",
    [
        kind()
        for registry in (OPTIMIZERS, SCHEDULES, RECIPES, DATASETS, SOURCES)
        for kind in registry.values()
    ],
    ids=lambda spec: spec.name,
)
def test_every_knob_that_does_something_is_printed(spec: Spec) -> None:
    text = written(None, spec)
    assert text.startswith(spec.title)
    for name, worn in knobs(spec).items():
        assert (worn.label[1:] in text) is (name in spec.told())


def test_a_knob_is_printed_once_it_is_turned() -> None:
    assert written(None, SGD()) == "SGD"
    assert written(None, SGD(weight_decay=0.1)) == "SGD (weight decay (L2) 0.1)"
    assert written(None, Cosine()) == "Cosine (length 1,000)"
    assert written(None, Cosine(5, restarts=True)) == (
        "Cosine (warm-up 5, length 1,000, restarts yes, growth 1)"
    )


def test_a_knob_not_heard_of_yet_appears_by_itself() -> None:
    @dataclass(frozen=True)
    class Late(SGD):
        """Comes later."""

        title = "Late"
        patience: float = knob(0.25, Real(0, 1), "Patience", "How long it waits.")

    assert written(None, Late()) == "Late (patience 0.25)"


def test_settings_changed_on_the_way_tell_where() -> None:
    walk = Walk()
    walk.leave(4, walk.run.snapshot.scene.down(learning_rate=0.1))
    walk.ask(steps=3)
    walk.ask(scene=walk.run.snapshot.scene.down(optimizer=HeavyBall()))
    walk.ask(steps=3)
    found = compare(walk.paths)
    assert found.apart == ("batch_size", "learning_rate", "optimizer")
    old, new = (line.settings for line in found.lines)
    assert new["learning_rate"].text == "0.05 → 0.1 at 4"
    assert new["optimizer"].text.startswith("SGD → Heavy-ball momentum (")
    assert new["optimizer"].whole.endswith(" at 7")
    assert [c.differs for c in old.values()] == [False, True, True]
    assert not any(c.differs for c in new.values())
    assert found.lines[1].origin == "from Path 1 at step 4"
    assert "learning_rate" not in found.alike


def test_many_changes_are_told_short_and_whole() -> None:
    walk = Walk()
    for rate in (0.1, 0.2, 0.3, 0.4, 0.45):
        walk.ask(scene=walk.run.snapshot.scene.down(learning_rate=rate))
        walk.ask(steps=1)
    cell = compare(walk.paths).lines[0].settings["learning_rate"]
    assert cell.text == "0.05 → … 4 changes … → 0.45 at 10"
    assert "0.2 at 7 → 0.3 at 8" in cell.whole


def test_paths_of_other_data_tell_their_data_and_seed() -> None:
    walk = Walk()
    walk.paths.say(1, pinned=True)
    other = Run(Desk().answer(Question(5, Scene(seed=3, held_out=0.25))))
    walk.paths.begin(other, walk.paths.pinned)
    found = compare(walk.paths)
    assert found.apart == (*ALWAYS, "held_out", "seed")
    assert [line.settings["seed"].text for line in found.lines] == ["58", "3"]
    assert label("seed") == "Seed"


def test_a_path_whose_parent_is_gone_says_so() -> None:
    walk = Walk()
    walk.leave(4)
    walk.paths.delete(1)
    assert compare(walk.paths).lines[0].origin == "from Path 1 (gone) at step 4"


def test_losses_now_and_least() -> None:
    walk = Walk(Scene(descent=Descent(4, 0.05)), 0)
    for _ in range(8):
        walk.ask(steps=1)
    losses = walk.run.seen_losses(200)[1]
    batch = walk.run.batch_losses(200)[1]
    figures = compare(walk.paths).lines[0].figures
    place = int(losses.argmin())
    assert figures["Steps"].text == "8"
    assert figures["Loss now"].text == f"{losses[-1]:.4g}"
    assert figures["Least loss"].text.startswith(f"{losses[place]:.4g}")
    assert figures["Least batch loss"].text.startswith(f"{batch.min():.4g}")
    walk.ask(seek=3)
    now = compare(walk.paths).lines[0].figures["Loss now"].text
    assert now == f"{losses[3]:.4g} at 3"
    walk.leave(3)  # of a path left behind, its end is told
    assert compare(walk.paths).lines[0].figures["Loss now"].text == f"{losses[-1]:.4g}"


def test_a_path_that_diverged_tells_finite_numbers() -> None:
    walk = Walk(Scene(descent=Descent(4, 1e5)), 300)
    assert walk.run.snapshot.diverged
    end = walk.run.newest
    walk.ask(seek=1)  # it is the path that diverged, not this step of it
    assert compare(walk.paths).lines[0].figures["Steps"].text == f"{end}, diverged"
    walk.leave(1)
    for line in compare(walk.paths).lines:
        assert all("nan" not in cell.text for cell in line.figures.values())
    steps = [line.figures["Steps"].text for line in compare(walk.paths).lines]
    assert steps == [f"{end}, diverged", "1"]


def test_what_was_told_of_paths_left_behind_is_not_asked_for_again() -> None:
    walk, known = Walk(), dict[int, Told]()
    walk.leave(4)
    first = compare(walk.paths, known)
    assert list(known) == [1]
    assert first == compare(walk.paths)
    walk.ask(steps=3)
    second = compare(walk.paths, known)
    assert second == compare(walk.paths)
    assert second.lines[0].figures is first.lines[0].figures
    assert second.lines[1].figures["Steps"].text == "7"


def test_paths_can_be_compared_before_any_step() -> None:
    paths = Paths()
    paths.begin(Run(Desk().answer(Question(1, Scene()))))
    assert compare(paths).lines[0].figures["Steps"].text == "0"

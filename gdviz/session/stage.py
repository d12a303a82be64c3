"""The stage: what is kept for one run, the trainer and all that looks at it."""

from __future__ import annotations

import time
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.portrait import sitter_for
from gdviz.session import MOST_NUMBERS
from gdviz.session.checking import Checker
from gdviz.session.ghosts import Ghosts
from gdviz.session.noise import NoiseGauge
from gdviz.session.observing import take
from gdviz.session.paced import Paced
from gdviz.session.questions import Facts, Made
from gdviz.session.racing import Race
from gdviz.session.rescue import Rescuer
from gdviz.session.sharpness import Gauge
from gdviz.session.sights import Sights
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from gdviz.session.course import Course
    from gdviz.session.racing import Racer
    from gdviz.session.scene import Scene
    from gdviz.session.snapshot import Snapshot

_FEW_STEPS, _MOST_STEPS = 32, 2**14  # in one answer, however fast
_STEP_NUMBERS = 2**18  # of all parameters of these steps
_SURFACE_SHARE = 0.35  # of the time of a question, while there is a surface to draw
_TELLING_SHARE = 0.5  # of it at most, for all else that is to be seen
_CATCHING_UP = 0.02  # seconds that racers get at rest while they are late
_LOSS_SHARE = 0.15  # of it, while the losses of all racers are looked at


class Stage(Sights):
    """What the desk keeps for one run: the trainer and what looks at it.

    Attributes
    ----------
    raced : bool
        Whether the losses of all racers are being looked at.
    """

    def __init__(self, scene: Scene, course: Course | None = None) -> None:
        super().__init__(Trainer(scene, course))
        objective, test = self.trainer.objective, self.trainer.test
        self.sitter, self.checker = sitter_for(objective), Checker()
        self.ghosts = Ghosts()
        self.ghosts.adopt(self.trainer)
        self.race, self.raced = Race(self.trainer), False
        with np.errstate(all="ignore"):
            plane = self.viewer.plane(self.trainer)
            region = self.viewer.home(self.trainer, plane)
        self.facts = Facts(
            objective.n_examples,
            test.n_examples if test else 0,
            objective.examples.task,
            objective.examples.classes,
            objective.names,
            objective.describe(),
            objective.examples.notes,
            region,
            objective.examples.formulas,
            objective.minima(region),
        )
        self._seen: tuple[object, ...] = ()
        self.paced = Paced()
        self._telling, self._steps_until = 0.0, np.inf

    def branch(self) -> Stage:
        """Return a stage of the same path up to here, to go on another way.

        What draws is shared: only one of the two is ever asked at a time.
        """
        made = copy(self)
        made.trainer, made.ghosts = self.trainer.branch(), Ghosts()
        made.ghosts.adopt(made.trainer)
        made.gauge, made.noise_gauge = Gauge(), NoiseGauge()
        made.rescuer = Rescuer()
        made.race = self.race.branch(self.trainer.step)
        made.viewer = self.viewer.branch(self.trainer.step)
        made._seen, made.paced = (), Paced()
        return made

    def train(self, steps: int, until: float) -> Made | None:
        """Make at most `steps` updates, with time left for what is to be shown."""
        now = time.perf_counter()
        self._steps_until = until = self._room_for_losses(self._steps_end(now, until))
        many = 1 + len(self.ghosts.companions)  # each has a share of the time
        if until < np.inf:
            until = now + max(0.0, until - now) / many
        return self._made(min(steps, self._most_steps), until)

    def told(self, seconds: float) -> None:
        """Learn how long it takes to tell what there is to see, before surfaces."""
        self._telling += (seconds - self._telling) / 4

    def _steps_end(self, now: float, until: float) -> float:
        """Return when to have made all steps, so that the answer is not late."""
        room = max(0.0, until - now)
        if room == np.inf:
            return until
        room -= min(self._telling + self.checker.soon, _TELLING_SHARE * room)
        return now + room * (1.0 - _SURFACE_SHARE * self.canvas.working)

    @property
    def _most_steps(self) -> int:
        """Of one answer: enough for a frame, and not too many numbers."""
        p = len(self.trainer.state.theta)
        few = max(_FEW_STEPS, _STEP_NUMBERS // p)
        return max(1, min(few, _MOST_STEPS, MOST_NUMBERS // p))

    def _made(self, most: int, until: float) -> Made | None:
        """Make the steps, and remember of each no more than is told of it."""
        before, count = self.trainer.state, 0
        first, losses, seen = (
            before.cursor.step,
            np.empty(most),
            np.empty(most, np.int64),
        )
        thetas = np.empty((most, len(before.theta)))
        with np.errstate(all="ignore"):
            for step in self.trainer.walk(most, until):
                losses[count], seen[count] = step.loss, before.cursor.seen
                thetas[count] = before.theta
                before, count = step.after, count + 1
                if self.watched:
                    self.gauge.follow(self.trainer, until, watched=True)
                if self.listening:
                    self.noise_gauge.follow(self.trainer)
        if not count:
            return None
        self.viewer.note(first, thetas[:count])
        self.race.log.note(first, thetas[:count], seen[:count])
        return Made(first, losses[:count], thetas[:count], seen[:count])

    def look(self, chosen: int | None = None, live: bool = False) -> Snapshot | None:
        """Return a snapshot if there is anything new to see; `live`: flat out."""
        trainer = self.trainer
        trainer.go_with(self.ghosts.settings(trainer.step))
        marks = self.ghosts.marks()
        seen = (trainer.pending, trainer.diverged, trainer.scene, chosen, marks)
        if seen == self._seen and (live or not self.paced.stale):
            return None
        self.paced.begin(live)
        snapshot = take(
            trainer, self.sitter, chosen, self.ghosts, self.viewer, self.paced
        )
        self._seen = seen  # only now: it may have failed for want of memory
        return snapshot

    def turn(self, scene: Scene | None, seek: int | None) -> None:
        """Go to a step and take on other settings."""
        if seek is not None:
            self.trainer.seek(seek)
        if seek is not None or scene is not None:
            self.gauge.drop()
            self.noise_gauge.drop()
        if scene is not None:
            before = self.trainer.scene.descent
            self.trainer.adopt(scene)
            cut = before != self.trainer.scene.descent
            self.ghosts.adopt(self.trainer, cut)
            if cut:
                self.viewer.cut(self.trainer.step)
                self.race.log.cut(self.trainer.step)

    def follow(self, until: float, live: bool) -> None:
        """Bring the ghosts where they should stand; `live`: while training.

        At rest they have some time of their own: nothing else is waited for.
        """
        if not live and self.ghosts.late(self.trainer):
            until = max(until, time.perf_counter() + _CATCHING_UP)
        until = min(until, self._steps_until) if live else self._room_for_losses(until)
        with np.errstate(all="ignore"):
            self.ghosts.follow(self.trainer, until)

    def racers(self, until: float, live: bool) -> tuple[Racer, ...] | None:
        """Return every racer, if that is looked at and there is anything new."""
        if not self.raced:
            return None
        with np.errstate(all="ignore"):
            if not live:
                until = max(until, time.perf_counter() + _CATCHING_UP / 2)
            self.race.measure(self.trainer, self.ghosts, until)
            return self.race.seen(self.trainer, self.ghosts, live)

    def _room_for_losses(self, until: float) -> float:
        now = time.perf_counter()
        return until - self.raced * _LOSS_SHARE * max(0.0, min(until - now, 1.0))

    @property
    def busy(self) -> bool:
        """Whether there is more to come without any further step."""
        late = self.ghosts.late(self.trainer)
        unfinished = self.canvas.busy or self.own_canvas.busy
        due = self.gauge.due(self.trainer, self.watched) or self._unheard
        race = self.raced and (self.race.stale or self.race.due(self.ghosts))
        told = not (self.paced.stale or self.checker.due(self.trainer))
        lost = self.rescuer.due(self.trainer)
        return late or unfinished or due or race or lost or not told

    @property
    def _unheard(self) -> bool:
        """Whether there is more noise to measure where the trainer stands."""
        return self.listening and self.noise_gauge.due(self.trainer)

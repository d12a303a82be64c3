"""Sights: surfaces, curves, curvature, noise and costs where a trainer stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.costs import Cost, cost
from gdviz.core.objective import Objective
from gdviz.session.canvas import Canvas, OwnCanvas
from gdviz.session.curves import Curves, Draughtsman
from gdviz.session.laws import Lawyer
from gdviz.session.noise import NoiseGauge
from gdviz.session.rescue import Rescuer
from gdviz.session.sharpness import Gauge
from gdviz.session.viewing import Viewer

if TYPE_CHECKING:
    from gdviz.core.landscape import Surface
    from gdviz.core.planes import Region
    from gdviz.session.laws import Laws
    from gdviz.session.noise import NoiseReading
    from gdviz.session.questions import Facts
    from gdviz.session.rescue import Rescue
    from gdviz.session.sharpness import Reading
    from gdviz.session.trainer import Trainer


class Sights:
    """What looks at a trainer, and keeps what it has seen.

    Attributes
    ----------
    watched : bool
        Whether the curvature over steps is being looked at.
    listening : bool
        Whether the noise of the gradients is being looked at.
    """

    facts: Facts

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.viewer = trainer, Viewer(trainer)
        self.canvas, self.own_canvas = Canvas(), OwnCanvas()
        self.draughtsman, self.lawyer = Draughtsman(), Lawyer()
        self.gauge, self.watched = Gauge(), False
        self.noise_gauge, self.listening = NoiseGauge(), False
        self.rescuer = Rescuer()

    def draw(
        self, region: Region | None, until: float, quick: bool = False
    ) -> Surface | None:
        """Return a new surface, if one got ready by the time `until`."""
        region = region or self.facts.start_region
        with np.errstate(all="ignore"):
            plane = self.viewer.plane(self.trainer)
            self.canvas.want(self.trainer, plane, region, quick)
            return self.canvas.draw(until)

    def draw_own(
        self, chosen: int | None, region: Region | None, until: float
    ) -> Surface | None:
        """Return the surface of the selected example, as far as it is drawn."""
        region = region or self.facts.start_region
        with np.errstate(all="ignore"):
            plane = self.viewer.plane(self.trainer)
            return self.own_canvas.draw(self.trainer, plane, chosen, region, until)

    def draw_curves(self, region: Region | None) -> Curves | None:
        """Return every example's loss as a curve, where θ is one number."""
        with np.errstate(all="ignore"):
            region = region or self.facts.start_region
            return self.draughtsman.draw(self.trainer, region)

    def measure(self, until: float, live: bool) -> tuple[Reading, ...]:
        """Return what is known newly of the curvature; `live`: while training."""
        with np.errstate(all="ignore"):
            if not live:
                self.gauge.rest(self.trainer, until, self.watched)
            elif not self.watched:  # else it was measured from step to step
                self.gauge.follow(self.trainer, until, watched=False)
        return self.gauge.take()

    def listen(self, until: float, live: bool) -> tuple[NoiseReading, ...]:
        """Return what is known newly of the noise; `live`: while training."""
        if self.listening:
            with np.errstate(all="ignore"):
                plane = self.viewer.plane(self.trainer)
                if live:
                    self.noise_gauge.glimpse(self.trainer, plane)
                else:
                    self.noise_gauge.rest(self.trainer, plane, until)
        return self.noise_gauge.take()

    def rescue(self, until: float) -> Rescue | None:
        """Return from where and how to go on after a bad end, once that is found."""
        with np.errstate(all="ignore"):
            return self.rescuer.go_on(self.trainer, until)

    @property
    def noisy_limit(self) -> float | None:
        """Below which learning rate these mini-batches come to rest, if it is known."""
        return self.gauge.noisy_limit(self.trainer)

    @property
    def laws(self) -> Laws:
        """What is known in closed form of where the path wanders."""
        return self.lawyer.laws(self.trainer)

    def costs(self, recipes: tuple[str, ...]) -> dict[str, Cost]:
        """Measure what these recipes cost on the pending batch.

        A recipe that a ghost uses is measured with that ghost's settings; one that
        does not go with the objective is left out.
        """
        trainer, found = self.trainer, {}
        source = trainer.pending.fresh or trainer.objective
        known = [ghost.recipe for ghost in trainer.scene.ghosts]
        known.append(trainer.scene.descent.recipe)
        fitting = {r.name for r in recipes_for(isinstance(source, Objective))}
        with np.errstate(all="ignore"):
            for name in (r for r in recipes if r in fitting):
                used = [r for r in known if r.name == name]
                recipe = used[0] if used else RECIPES[name]()
                found[name] = cost(
                    recipe, source, trainer.state.theta, trainer.pending.rows
                )
        return found

"""Measures of how far a run has come and how low."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.lessons.entry import EXAMPLE, Entry, place_in_batch

if TYPE_CHECKING:
    from gdviz.session.run import Run


def _loss_of(run: Run, argument: str) -> float:
    return float(run.snapshot.record.losses[place_in_batch(run, argument)])


PROGRESS: dict[str, Entry] = {
    "step": Entry(lambda r, _: r.step, "", "updates made so far"),
    "examples": Entry(lambda r, _: r.facts.n_examples, "", "examples to learn from"),
    "examples seen": Entry(
        lambda r, _: r.snapshot.record.cursor.seen, "", "examples used so far"
    ),
    "batch size": Entry(
        lambda r, _: len(r.snapshot.record.rows), "", "examples in this batch"
    ),
    "learning rate": Entry(lambda r, _: r.snapshot.record.rate, "", "η"),
    "loss": Entry(lambda r, _: r.snapshot.full.loss, "", "mean loss of all examples"),
    "batch loss": Entry(
        lambda r, _: r.snapshot.record.loss, "", "mean loss of the batch"
    ),
    "loss of": Entry(_loss_of, EXAMPLE, "loss of one example"),
}

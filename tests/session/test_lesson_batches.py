"""Sentences of lessons read well whatever batch size a reader chooses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from gdviz.core.datasets import LineWithNoise, TwoPoints
from gdviz.core.landscape import refine
from gdviz.session.canvas import fineness
from gdviz.session.desk import Desk
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES, too_few, written
from gdviz.session.lessons.text import Measure, Text
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.session.lessons.pages import Page

LESSONS = {name: read_lesson(path, MEASURES) for name, path in lesson_files().items()}
PAGES = {
    f"{name} {number}": page
    for name, lesson in LESSONS.items()
    for number, page in enumerate(lesson.pages, 1)
}


def texts(page: Page) -> list[Text]:
    return [*page.text, *(verdict.text for verdict in page.verdicts)]


def measures(text: Text) -> list[Measure]:
    return [part for part in text.parts if isinstance(part, Measure)]


def of_examples(text: Text) -> list[Measure]:
    kinds = {m: MEASURES[m.name].argument for m in measures(text)}
    return [m for m, kind in kinds.items() if kind.startswith("example")]


TELLING = [name for name, page in PAGES.items() if any(map(of_examples, texts(page)))]


def begun(page: Page, batch: int) -> Run:
    scene = page.scene.down(batch_size=batch)
    return Run(Desk().answer(Question(1, scene, until=time.perf_counter())))


def test_there_are_such_sentences() -> None:
    assert len(TELLING) > 8


@pytest.mark.parametrize("name", TELLING)
def test_no_sentence_shows_a_dash_for_an_example(name: str) -> None:
    """Batch size 1, that of the page, and all examples."""
    page = PAGES[name]
    own = page.scene.descent.batch_size
    replaced = 0
    for batch in (1, own, begun(page, own).facts.n_examples):
        run = begun(page, batch)
        for text in texts(page):
            few = too_few(run, text)
            assert not (few and batch >= own)
            replaced += bool(few)
            if not few:
                assert "–" not in [written(run, m) for m in of_examples(text)]
    named = [m for text in texts(page) for m in of_examples(text)]
    assert replaced or all(m.argument.startswith("1") for m in named)


def test_it_says_which_batch_size_is_needed() -> None:
    page = PAGES["what-is-averaged 1"]
    text = next(t for t in texts(page) if of_examples(t))
    assert too_few(begun(page, 1), text) == (
        "This tells of 4 examples; the batch that comes next has 1. "
        "Choose a batch size of 4 or more to read it."
    )
    assert not too_few(begun(page, 4), text)


@pytest.mark.parametrize(
    ("scene", "steps", "remedy"),
    [
        (Scene(data=LineWithNoise(n_examples=6), descent=Descent(4)), 1, "short one"),
        (Scene(data=TwoPoints(), descent=Descent(4)), 0, "have 2 in all"),
        (Scene(descent=Descent(3)), 0, "a batch size of 4"),
    ],
)
def test_the_remedy_is_one_that_helps(scene: Scene, steps: int, remedy: str) -> None:
    text = next(t for t in texts(PAGES["what-is-averaged 1"]) if of_examples(t))
    run = Screen(scene, steps).run
    assert remedy in too_few(run, text)
    if remedy == "short one":
        assert not too_few(Screen(scene, steps + 1).run, text)


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("memory-or-speed")])
def test_the_surface_beside_the_costs_takes_few_slices(name: str) -> None:
    """It took more than 4,000, which was 20 seconds until the page was at rest."""
    trainer = Trainer(PAGES[name].scene)
    made = Desk().answer(Question(1, PAGES[name].scene, until=time.perf_counter()))
    assert made.facts is not None
    assert made.snapshot is not None
    grids, enough = fineness(trainer, quick=False)
    region, plane = made.facts.start_region, made.snapshot.plane
    work = refine(trainer.objective, plane, region, grids, enough)
    assert sum(1 for _ in work) < 400

"""Every page of every lesson that comes with gdviz, opened without a screen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import recipes_for
from gdviz.core.examples import FORMULAS
from gdviz.core.refused import Refused
from gdviz.session.beats import beat
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import COSTLY, MEASURES, value
from gdviz.session.lessons.text import Measure
from gdviz.session.noise import PANELS_OF_NOISE
from gdviz.session.scene import UPDATES
from gdviz.session.scenefile import changes
from gdviz.session.scenetree import build, merged, tree_of
from tests.session.asking import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.lessons.lesson import Page
    from gdviz.session.run import Run


def all_pages() -> Iterator[tuple[str, int]]:
    """Yield the pages there are; of a lesson that cannot be read the first."""
    for name in lesson_files():
        pages = 1
        with suppress(Refused):
            pages = len(read_lesson(name, MEASURES).pages)
        yield from ((name, number) for number in range(pages))


def told(page: Page) -> list[Measure]:
    parts = [part for text in page.text for part in text.parts]
    for verdict in page.verdicts:
        parts += verdict.text.parts
    return [part for part in parts if isinstance(part, Measure)]


def compared(page: Page) -> list[Measure]:
    conditions = [v.condition for v in page.verdicts if v.condition is not None]
    sides = [side for c in conditions for side in (c.left, c.right)]
    return [side for side in sides if isinstance(side, Measure)]


def opened(page: Page) -> Run:
    """Return the run of a page, as it is when the page is opened."""
    watched = {"curvature": "curvature" in page.show}
    screen = Screen(page.scene, page.steps, **watched)
    while screen.run.newest < page.steps:
        screen.ask(steps=page.steps - screen.run.newest, **watched)
    if page.scene.pace == UPDATES:
        screen.gather()
    rows = screen.now.record.rows
    assert page.select is None or page.select < len(rows)
    recipes = {m.argument for m in told(page) + compared(page) if m.name in COSTLY}
    known = recipes_for(screen.run.facts.task != FORMULAS)
    assert recipes <= {recipe.name for recipe in known}
    chosen = None if page.select is None else int(rows[page.select])
    screen.rest(noise=bool(set(page.show) & set(PANELS_OF_NOISE)), **watched)
    screen.ask(chosen=chosen, costs=tuple(sorted(recipes)), **watched)
    return screen.run


PAGES = list(all_pages())


@pytest.mark.parametrize(
    ("name", "number"), PAGES, ids=[f"{name}:{n + 1}" for name, n in PAGES]
)
def test_a_page_says_what_is_so(name: str, number: int) -> None:
    page = read_lesson(name, MEASURES).pages[number]
    run = opened(page)
    assert run.step == page.steps
    numbers = {m: value(run, m) for m in told(page) + compared(page)}
    assert [m for m, found in numbers.items() if not np.isfinite(found)] == []
    false = [
        f"{v.text.filled(lambda m: f'{numbers[m]:.6g}')} ({v.condition})"
        for v in page.verdicts
        if v.condition is not None and not v.condition.holds(lambda m: numbers[m])
    ]
    assert false == []


@pytest.mark.parametrize(
    ("name", "number"), PAGES, ids=[f"{name}:{n + 1}" for name, n in PAGES]
)
def test_a_page_shows_what_there_is_to_see(name: str, number: int) -> None:
    page = read_lesson(name, MEASURES).pages[number]
    run = opened(page)
    one = len(run.facts.parameters) == 1
    assert not ("curves" in page.show and not one)
    assert not ("surface" in page.show and one)
    assert not ("network" in page.show and run.snapshot.ledger is None)
    assert beat(run.snapshot, page.beat).number == page.beat
    ghostly = [m for m in told(page) if m.name.startswith("ghost")]
    assert not (ghostly and not run.snapshot.ghosts)


def test_lessons_have_an_order_and_names_of_their_own() -> None:
    lessons = [read_lesson(name, MEASURES) for name in lesson_files()]
    for unique in ("order", "title", "summary"):
        values = [getattr(lesson, unique) for lesson in lessons]
        assert len(set(values)) == len(values), unique
    assert all(np.isfinite(lesson.order) for lesson in lessons)


def test_the_lessons_make_a_lecture_of_fifty_minutes() -> None:
    lessons = [read_lesson(name, MEASURES) for name in lesson_files()]
    told = [lesson for lesson in lessons if lesson.minutes]
    assert lessons[: len(told)] == told  # what is for the lecture comes first
    assert sum(lesson.minutes for lesson in told) == 50
    parts = [part for part, _ in groupby(lessons, lambda lesson: lesson.part)]
    assert all(parts)
    assert len(set(parts)) == len(parts) == 4
    assert told[-1].part != lessons[len(told)].part


SLOW = '{"descent": {"learning_rate": 0.001}}'
SLOWER = '{"descent": {"batch_size": 16, "learning_rate": 0.0001}}'
FALSE = [
    ("how-large-a-step", 1, 0, '{"descent": {"learning_rate": 0.1}}'),
    ("how-large-a-step", 1, 1, '{"descent": {"learning_rate": 0.4}}'),
    ("how-large-a-step", 2, 0, SLOW),
    ("how-large-a-step", 2, 1, SLOW),
    ("how-large-a-step", 3, 0, SLOW),
    ("how-large-a-step", 3, 1, '{"descent": {"learning_rate": 0.85}}'),
    ("how-large-a-step", 4, 0, '{"descent": {"learning_rate": 0.99}}'),
    ("how-large-a-step", 4, 1, '{"descent": {"learning_rate": 0.99}}'),
    ("how-large-a-step", 5, 0, '{"descent": {"learning_rate": 0.8}}'),
    ("how-large-a-step", 5, 1, '{"descent": {"learning_rate": 0.8}}'),
    ("noise-and-the-rate", 1, 0, '{"pace": "updates", "descent": {"batch_size": 2}}'),
    ("noise-and-the-rate", 1, 1, '{"pace": "updates"}'),
    ("noise-and-the-rate", 2, 0, '{"descent": {"batch_size": 100}}'),
    ("noise-and-the-rate", 2, 1, '{"descent": {"batch_size": 200}}'),
    ("noise-and-the-rate", 3, 0, SLOWER),
    ("noise-and-the-rate", 4, 0, '{"descent": {"batch_size": 200}}'),
    ("noise-and-the-rate", 4, 1, '{"descent": {"batch_size": 200}}'),
    ("noise-and-the-rate", 5, 0, '{"descent": {"learning_rate": 0.9}}'),
    ("noise-and-the-rate", 5, 1, '{"descent": {"batch_size": 4}}'),
    ("noise-and-the-rate", 5, 2, '{"descent": {"batch_size": 40, "order": "file"}}'),
    ("ravines-and-momentum", 1, 0, '{"descent": {"learning_rate": 0.02}}'),
    ("ravines-and-momentum", 1, 1, '{"descent": {"learning_rate": 0.2}}'),
    ("ravines-and-momentum", 2, 0, '{"descent": {"learning_rate": 0.06}}'),
    ("ravines-and-momentum", 3, 0, '{"descent": {"optimizer": {"beta": 0.0}}}'),
    ("ravines-and-momentum", 4, 0, '{"descent": {"optimizer": {"beta": 0.0}}}'),
    ("ravines-and-momentum", 5, 0, '{"descent": {"optimizer": {"beta": 0.4}}}'),
    ("ravines-and-momentum", 5, 1, '{"descent": {"optimizer": {"beta": 0.0}}}'),
    ("ravines-and-momentum", 6, 0, '{"descent": {"optimizer": {"beta": 0.8}}}'),
    ("adams-memory", 1, 1, '{"ghosts": [{"learning_rate": 0.001}]}'),
    ("adams-memory", 2, 0, '{"descent": {"optimizer": {"name": "sgd"}}}'),
    ("adams-memory", 3, 1, '{"data": {"condition": 1}}'),
    ("adams-memory", 4, 0, '{"ghosts": [{"recipe": {"name": "mean_loss"}}]}'),
    ("adams-memory", 4, 1, '{"descent": {"optimizer": {"name": "sgd"}}}'),
    ("adams-memory", 5, 0, '{"data": {"angle": 0}}'),
    ("adams-memory", 5, 1, '{"data": {"angle": 0}}'),
    ("adams-memory", 6, 0, '{"descent": {"batch_size": 40}}'),
    ("edge-of-stability", 1, 0, '{"descent": {"learning_rate": 0.2}}'),
    ("edge-of-stability", 2, 0, '{"descent": {"learning_rate": 0.01}}'),
    ("edge-of-stability", 3, 0, '{"descent": {"batch_size": 6, "order": "shuffled"}}'),
    ("edge-of-stability", 5, 0, '{"descent": {"batch_size": 6, "order": "shuffled"}}'),
    ("edge-of-stability", 6, 0, '{"descent": {"batch_size": 60, "order": "file"}}'),
]


@pytest.mark.parametrize(("name", "number", "place", "altered"), FALSE)
def test_a_verdict_is_not_said_of_another_scene(
    name: str, number: int, place: int, altered: str
) -> None:
    page = read_lesson(name, MEASURES).pages[number - 1]
    tree = merged(tree_of(page.scene), changes(altered, Path()))
    run = opened(replace(page, scene=build(tree)))
    condition = page.verdicts[place].condition
    assert condition is not None
    assert not condition.holds(lambda measure: value(run, measure))

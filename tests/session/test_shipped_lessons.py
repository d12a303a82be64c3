"""Every page of every lesson that comes with gdviz, opened without a screen."""

from __future__ import annotations

from contextlib import suppress
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
    screen = Screen(page.scene, page.steps)
    screen.gather()
    rows = screen.now.record.rows
    assert page.select is None or page.select < len(rows)
    recipes = {m.argument for m in told(page) + compared(page) if m.name in COSTLY}
    known = recipes_for(screen.run.facts.task != FORMULAS)
    assert recipes <= {recipe.name for recipe in known}
    chosen = None if page.select is None else int(rows[page.select])
    if set(page.show) & set(PANELS_OF_NOISE):
        screen.rest(noise=True)
    screen.ask(chosen=chosen, costs=tuple(sorted(recipes)))
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

"""Colours: words can be read, marks can be seen, and told apart by every eye."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.ui import style as look
from gdviz.ui.dressing import _sheet
from gdviz.ui.marks import legend, paths, racers
from gdviz.ui.marks.shapes import SHAPES, SIGNS, shapes
from tests.ui.seeing import EYES, USUAL, apart, contrast, rgb, seen

if TYPE_CHECKING:
    from gdviz.ui.style import Style

READ, SEEN = 4.5, 3.0  # contrast of words and of marks, at least
APART, FAINT = 8.0, 3.0  # distance without a second cue; with one
STYLES = list(look.STYLES.values())
GROUNDS = ("ground", "panel", "field", "plot")
MARKS = ("example", "chosen", "mean", "full", "update", "memory", "ghost", "path")
ARROWS = (
    legend.MEAN, legend.FULL, legend.UPDATE, legend.MEMORY, legend.GHOST, legend.CHOSEN,
)  # fmt: skip
every_style = pytest.mark.parametrize("style", STYLES, ids=lambda s: s.name)
every_eye = pytest.mark.parametrize("eye", EYES)


def test_the_measures_agree_with_what_is_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert apart("#000000", "#ffffff") == pytest.approx(100.0, abs=0.01)
    assert apart("#ff0000", "#00ff00") == pytest.approx(52.0, abs=0.5)


@every_eye
def test_grey_stays_grey_to_every_eye(eye: str) -> None:
    assert EYES[eye].sum(axis=1) == pytest.approx(np.ones(3), abs=2e-6)
    assert seen(rgb("#808080"), eye) == pytest.approx(rgb("#808080"), abs=1e-3)


def test_red_and_green_come_closer_where_a_cone_is_missing() -> None:
    red, green = "#c86432", "#6e8c28"
    assert apart(red, green, "protanopia") < 0.5 * apart(red, green)
    assert apart(red, green, "deuteranopia") < 0.5 * apart(red, green)
    assert apart("#0072B2", "#009E73", "tritanopia") < 0.5 * apart("#0072B2", "#009E73")


@every_style
def test_the_program_measures_contrast_as_the_tests_do(style: Style) -> None:
    for mark in MARKS:
        ours = look.contrast(getattr(style, mark), style.plot)
        assert ours == pytest.approx(contrast(getattr(style, mark), style.plot))


@every_style
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("words", ["text", "muted"])
def test_words_can_be_read(style: Style, ground: str, words: str) -> None:
    assert contrast(getattr(style, words), getattr(style, ground)) >= READ


@every_style
def test_words_on_marks_and_selections_can_be_read(style: Style) -> None:
    chosen = "#000000" if style.name == look.DARK else "#ffffff"
    for words, ground in [
        (chosen, style.example),  # a selected cell, an entry of a list
        ("#14161b", "#E69F00"),  # Play
        (style.text, style.edge),  # a selected row, a button under the mouse
        (style.text, style.map_low),  # the bar of progress
    ]:
        assert contrast(words, ground) >= READ, ground


@every_style
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_in_the_colour_of_a_mark_can_be_read(style: Style, ground: str) -> None:
    on = getattr(style, ground)
    marks = [getattr(style, mark) for mark in MARKS]
    for colour in (*marks, *style.classes, *style.racers, *style.paths):
        assert contrast(look.legible(colour, on), on) >= READ


@every_style
def test_a_colour_that_can_be_read_stays_as_it_is(style: Style) -> None:
    assert look.legible(style.text, style.plot) == style.text
    assert apart(look.legible(style.full, style.plot), style.full) == 0.0


@every_style
def test_notes_can_be_read(style: Style) -> None:
    sheet = _sheet(style)
    colour = sheet.split("QLabel#note {")[1].split("color:")[1].split(";")[0].strip()
    assert contrast(colour, style.panel) >= READ


@every_style
def test_marks_can_be_seen_on_a_plot(style: Style) -> None:
    marks = [getattr(style, mark) for mark in MARKS]
    for colour in (*marks, *style.classes, *style.racers, *style.paths):
        assert contrast(colour, style.plot) >= SEEN, colour


@every_style
def test_marks_have_a_halo_that_can_be_seen_on_the_surface(style: Style) -> None:
    """Where the surface comes near to a mark its edge in the plot's colour does not."""
    for mark in MARKS:
        colour = getattr(style, mark)
        edge = style.path_edge if mark == "path" else style.plot
        assert contrast(colour, edge) >= SEEN, mark


@every_style
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_ring_of_the_focus_can_be_seen(style: Style, ground: str) -> None:
    assert contrast(style.example, getattr(style, ground)) >= SEEN
    assert contrast(style.text, getattr(style, ground)) >= SEEN


def cue(mark: str, style: Style) -> tuple[object, ...]:
    """Return what tells an arrow besides its colour."""
    thick = legend.thick(mark, style)
    lines = thick.dashed, thick.dotted, thick.dash_dotted
    return (*lines, thick.double, thick.hollow)


@every_style
@every_eye
@pytest.mark.parametrize(("one", "other"), list(combinations(ARROWS, 2)))
def test_arrows_are_told_apart(style: Style, eye: str, one: str, other: str) -> None:
    alike = cue(one, style) == cue(other, style)
    colours = getattr(style, one), getattr(style, other)
    assert apart(*colours, eye) >= (APART if alike else FAINT)


@every_style
@every_eye
def test_classes_are_told_apart(style: Style, eye: str) -> None:
    """By colour where there are three, by shape where there are more."""
    for one, other in combinations(range(len(style.classes)), 2):
        same = SHAPES[one % len(SHAPES)] == SHAPES[other % len(SHAPES)]
        distance = apart(style.classes[one], style.classes[other], eye)
        assert not same or distance >= APART
        if max(one, other) < 3:
            assert distance >= 0.75 * APART


def test_each_class_has_a_shape_and_a_sign() -> None:
    assert len(set(SHAPES)) == len(set(SIGNS)) == len(SHAPES) >= 10
    assert shapes([0.0, 2.0, 0.0]) == [SHAPES[0], SHAPES[2], SHAPES[0]]


@every_style
def test_paths_of_one_dash_have_other_colours(style: Style) -> None:
    cycle = range(len(style.paths))
    for one, other in combinations(cycle, 2):
        dashes = [paths.DASHES[i % len(paths.DASHES)] for i in (one, other)]
        if dashes[0] == dashes[1]:
            pair = paths.colour(one, style), paths.colour(other, style)
            assert min(apart(*pair, eye) for eye in EYES) >= APART


@every_style
def test_racers_have_numbers_and_colours_of_their_own(style: Style) -> None:
    cycle = range(len(style.racers) + 1)
    assert len({racers.colour(place, style) for place in cycle}) == len(cycle)
    for one, other in combinations(cycle, 2):
        pair = racers.colour(one, style), racers.colour(other, style)
        assert apart(*pair, USUAL) >= APART

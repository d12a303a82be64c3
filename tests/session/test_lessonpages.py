from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.test_lessons import HEAD, page, refusal

if TYPE_CHECKING:
    from pathlib import Path


def scene(body: str) -> str:
    return page(f"\n```scene\n{body}\n```\n")  # the fence is line 8


BEATS = "beat needs the line 'unit: example' beside it."
TWO = "Question: a\nAnswer: b\n"
REFUSED = {
    "empty": ("", 1, "a lesson begins with '# ' and its title."),
    "blank": (" \n\n", 1, "a lesson begins with '# ' and its title."),
    "no title": ("\nText\n", 2, "a lesson begins with '# ' and its title."),
    "page first": ("## P\n", 1, "a lesson begins with '# ' and its title."),
    "bare #": ("# \n", 1, "a line with # must be '# Lesson title' or"),
    "no space": (HEAD + "##Page", 6, "a line with # must be '# Lesson title' or"),
    "too small": (page("### Part"), 7, "a line with # must be '# Lesson title' or"),
    "two titles": (page("# Again"), 7, "a lesson has one '# ' title; a page begins"),
    "no page": ("# T\n\nSummary.\n", 3, "there is no page; begin one with '## '"),
    "21 pages": (HEAD + "## P\n" * 21, 26, "a lesson has at most 20 pages;"),
    "no summary": ("# T\norder: 1\n## P", 2, "the summary is missing;"),
    "two summaries": ("# T\n\nA\n\nB\n\n## P", 5, "the summary is one paragraph;"),
    "verdict in head": ("# T\n\nA\n\n> B\n\n## P", 5, "this belongs on a page,"),
    "live summary": ("# T\n\nA\n{loss}\n## P", 4, "no number can be live here;"),
    "live title": (HEAD + "## {loss}", 6, "no number can be live here; write {{ for"),
    "order no number": (
        "# T\norder: one\n\nS\n## P",
        2,
        "order must be a number, such as 1 or 2.5, not 'one'.",
    ),
    "order nan": ("# T\norder: nan\n\nS\n## P", 2, "order must be a number,"),
    "steps on top": (
        "# T\nsteps: 1\n\nS\n## P",
        2,
        "there is no setting 'steps' here; known: order, part, minutes. Text begins",
    ),
    "no minutes": ("# T\nminutes: 0\n\nS\n## P", 2, "minutes must lie"),
    "half a minute": ("# T\nminutes: 1.5\n\nS\n## P", 2, "minutes must be"),
    "part of nothing": ("# T\npart:\n\nS\n## P", 2, "part needs some words"),
    "a long part": (f"# T\npart: {65 * 'x'}\n\nS\n## P", 2, "part must be a text"),
    "parted twice": ("# T\npart: A\npart: B\n\nS\n## P", 3, "'part' stands twice"),
    "order too late": (
        "# T\n\norder: 1\n## P",
        3,
        "'order:' is a setting; move it directly below the title.",
    ),
    "too late": (page("steps: 1\n\nunit: epoch"), 9, "'unit:' is a setting; move it"),
    "unknown": (
        page("show: data\nstepz: 3"),
        8,
        "there is no setting 'stepz' here; did you mean steps?",
    ),
    "twice": (page("steps: 3\nunit: epoch\nsteps: 3"), 9, "'steps' stands twice;"),
    "panel": (
        page("show: data, gradient"),
        7,
        "show cannot be 'gradient'; did you mean gradients?",
    ),
    "no panel": (page("show:"), 7, "show cannot be ''; known: surface, curves,"),
    "mark": (page("marks: means"), 7, "marks cannot be 'means'; did you mean mean?"),
    "steps": (page("steps: -1"), 7, "steps must lie between 0 and 100000, not -1."),
    "half a step": (page("steps: 1.5"), 7, "steps must be a whole number, not '1.5'."),
    "long steps": (page("steps: " + "9" * 99), 7, "steps must be a whole number,"),
    "unit": (
        page("unit: examples"),
        7,
        "unit must be one of example, update, epoch, not 'examples'.",
    ),
    "select 0": (page("select: 0"), 7, "select must lie between 1 and 1000000, not 0."),
    "select 5": (
        page("\nText\n```scene\n{}\n```\n").replace("## Page", "## Page\nselect: 5"),
        7,
        "select is 5, but the batch size is 4 here.",
    ),
    "beat": (page("steps: 1\nbeat: 1"), 8, BEATS),
    "beat of epochs": (page("beat: 1\nunit: epoch"), 7, BEATS),
    "predict": (
        page("steps: 1\npredict: sum"),
        8,
        "predict must be one of mean, next point, not 'sum'.",
    ),
    "predict a beat": (
        page("unit: example\nbeat: 1\npredict: mean"),
        9,
        "predict shows every gradient; leave out beat.",
    ),
    "setting of a scene": (
        scene('{"descent":\n{"batch_size": 0}}'),
        8,
        "descent.batch_size must lie between 1 and 1000000, not 0.",
    ),
    "unknown in a scene": (
        scene('{"sed": 1}'),
        8,
        "there is no setting 'sed'; did you mean seed?",
    ),
    "not JSON": (
        scene('{"seed": 1,\n   seed: 2}'),
        10,
        "column 4 is not JSON: Expecting property name",
    ),
    "no JSON": (
        page("```scene\n```"),
        8,
        "column 1 is not JSON: Expecting value; correct",
    ),
    "a list": (scene("[]"), 8, "a scene must be an object in braces."),
    "key twice": (scene('{"seed": 1, "seed": 1}'), 8, "'seed' stands twice in one"),
    "NaN": (scene('{"held_out": NaN}'), 8, "NaN is not a number that a scene can"),
    "digits": (scene('{"seed": ' + "9" * 5000 + "}"), 8, "the number 999999999999… is"),
    "deep": (scene('{"data": ' + "[" * 100_000), 8, "this is nested too deeply"),
    "version": (scene('{"gdviz": 3}'), 8, "this scene is of version 3,"),
    "on page 2": (
        scene('{"seed": 1}') + '## Q\n```scene\n{"seed": -1}\n```',
        12,
        "seed must lie between 0 and 2147483647, not -1.",
    ),
    "two scenes": (
        page("```scene\n{}\n```\n\n```scene\n{}\n```"),
        11,
        "a page has one",
    ),
    "open block": (page("\n```scene\n{}\n\n## Q\n"), 8, "this block is never closed;"),
    "other block": (
        page("```python\nprint()\n```"),
        7,
        "a block begins with ```scene or ```new scene, not '```python'.",
    ),
    "no question": (page("\nAnswer: b"), 8, "this answer has no 'Question:' above it."),
    "no answer": (
        page("Question: a\n\nb\n\n## Q"),
        7,
        "this question has no 'Answer:'",
    ),
    "verdict between": (page("Question: a\n> b\nAnswer: c"), 7, "this question has no"),
    "asked at the end": (page("Question: a"), 7, "this question has no 'Answer:'"),
    "two questions": (page(TWO + TWO), 9, "a page asks one question; begin another"),
    "two answers": (page(TWO + "Answer: c"), 9, "this answer has no 'Question:' above"),
    "empty answer": (page("Question: a\nAnswer:\n\nb"), 8, "this answer is empty;"),
    "empty question": (page("Question:\nAnswer: b"), 7, "this question is empty;"),
    "live answer": (
        page("Question: a\nAnswer: b\n{loss}"),
        9,
        "no number can be live here; write {{ for a brace.",
    ),
    "measure": (
        page("\nText\nand {gradient nrm}."),
        9,
        "there is no number called 'gradient nrm'; did you mean gradient norm?",
    ),
    "after a long one": (
        page("{gradient\nnorm}\n{los}"),
        9,
        "there is no number called",
    ),
    "empty braces": (page("{}"), 7, "there is no number called ''; known: loss,"),
    "open brace": (page("a\n{loss\n"), 8, "this { is never closed; add }, or write {{"),
    "brace in brace": (page("{loss {loss}}"), 7, "this { is never closed;"),
    "empty verdict": (page("\n>\n"), 8, "this verdict says nothing;"),
    "only a condition": (page("> [ {loss} < 1 ]"), 7, "this verdict says nothing;"),
    "measure in verdict": (page("> a\n> {x}"), 8, "there is no number called 'x';"),
    "in a condition": (page("> [ {los} < 1 ] a"), 7, "there is no number called 'los'"),
    "not a condition": (
        page("> [sic] a"),
        7,
        "this is not a condition; write it as [ {loss} < 0.1 ], with < > = or ≈",
    ),
    "two relations": (page("> [ {loss} <= 1 ] a"), 7, "this is not a condition;"),
    "a comma": (page("> [ {loss} < 0,5 ] a"), 7, "this is not a condition;"),
    "too large": (page("> [ {loss} < 1e999 ] a"), 7, "1e999 is too large for a number"),
    "long verdict": (page("> a\nb"), 8, "a verdict is one line long; join this line"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_refused_by_its_line(
    text: str, line: int, sentence: str, tmp_path: Path
) -> None:
    said = refusal(text, tmp_path)
    assert said.startswith(f"own.md, line {line}: {sentence}")
    assert said.endswith((".", "?"))
    assert len(said) < 700


@pytest.mark.parametrize("depth", range(850, 1000, 7))
def test_no_depth_of_nesting_escapes(tmp_path: Path, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    assert "line 8" in refusal(scene(f'{{"seed": {nested}}}'), tmp_path)

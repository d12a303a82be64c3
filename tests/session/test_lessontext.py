from __future__ import annotations

import math
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.core.refused import Refused
from gdviz.session.lessons.text import (
    Condition,
    Measure,
    Text,
    html,
    plain,
    read_text,
    read_verdict,
)

NAMES = {"loss": 0, "gradient norm": 0, "g": 0}
LOSS = Measure("loss")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("", ()),
        ("no numbers }", ("no numbers }",)),
        ("{loss}", (LOSS,)),
        ("a {loss} b", ("a ", LOSS, " b")),
        ("{loss}{ loss }", (LOSS, LOSS)),
        ("{gradient\n  norm}", (Measure("gradient norm"),)),
        ("{g:W1[1,2]}", (Measure("g", "W1[1,2]"),)),
        ("{ g : w }", (Measure("g", "w"),)),
        ("{g:a:b}", (Measure("g", "a:b"),)),
        ("{{loss}", ("{loss}",)),
        ("{{{loss}}", ("{", LOSS, "}")),
        ("a {{ b {{{{", ("a { b {{",)),
    ],
)
def test_numbers_stand_in_braces(source: str, parts: tuple[str | Measure]) -> None:
    assert read_text(source, 1, NAMES) == Text(parts)


def test_plain_words_have_no_live_number() -> None:
    assert plain("a {{b}", 3) == "a {b}"
    with pytest.raises(Refused, match=r"^line 4: no number can be live here"):
        plain("a\n{loss}", 3)


def test_a_text_is_filled() -> None:
    text = read_text("{g:w} and {loss}: {{g}", 1, NAMES)
    assert text.filled(lambda m: f"<{m.name}/{m.argument}>") == "<g/w> and <loss/>: {g}"


HOLDS = [
    ("[ {loss} < 2 ]", 1.0, True),
    ("[ {loss} < 2 ]", 2.0, False),
    ("[{loss}>2]", 3.0, True),
    ("[{loss}>2]", 2.0, False),
    ("[ 2 > {loss} ]", 1.0, True),
    ("[ -1e-3 < {loss} ]", 0.0, True),
    ("[ −.5 > {loss} ]", -1.0, True),
    ("[ −.5 > {loss} ]", 0.0, False),
    ("[ {loss} = 0 ]", 9e-10, True),
    ("[ {loss} = 0 ]", 2e-9, False),
    ("[ {loss} = 1e6 ]", 1e6 + 9e-4, True),
    ("[ {loss} = 1e6 ]", 1e6 + 2e-3, False),
    ("[ {loss} ≈ 100 ]", 100.9, True),
    ("[ {loss} ≈ 100 ]", 98.9, False),
    ("[ {loss} ≈ 0 ]", 1e-12, True),
    ("[ {loss} ≈ 0 ]", 0.001, False),
    ("[ {loss} = {loss} ]", 5.0, True),
    *(
        (f"[ {{loss}} {relation} {right} ]", math.nan, False)
        for relation in "<>=≈"
        for right in ("0", "{loss}")
    ),
]


@pytest.mark.parametrize(("source", "loss", "holds"), HOLDS)
def test_a_condition_holds(source: str, loss: float, holds: bool) -> None:
    condition = read_verdict(f"{source} Yes.", 1, NAMES).condition
    assert condition is not None
    assert condition.holds(lambda m: {LOSS: loss}[m]) is holds


def test_sides_have_arguments() -> None:
    found = read_verdict("[ {g:W1[1,2]} < {g:a < b} ] [sic] {loss}", 1, NAMES)
    sides = Measure("g", "W1[1,2]"), Measure("g", "a < b")
    assert found.condition == Condition(sides[0], "<", sides[1])
    assert found.text == Text(("[sic] ", LOSS))
    values = {sides[0]: 1.0, sides[1]: 2.0}
    assert found.condition.holds(values.__getitem__)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\nb", "<p>a\nb</p>"),
        ("**bold** and *emphasis*", "<p><b>bold</b> and <i>emphasis</i></p>"),
        ("**a *b* c**", "<p><b>a <i>b</i> c</b></p>"),
        ("`**x** *y*` *z*", "<p><code>**x** *y*</code> <i>z</i></p>"),
        ("w*x + v*y, 2 * 3 * 4", "<p>w*x + v*y, 2 * 3 * 4</p>"),
        ("a *b*c and d*e* f", "<p>a *b*c and d*e* f</p>"),
        ("*open and **open", "<p>*open and **open</p>"),
        ("- a\n- *b*\nc", "<ul><li>a</li><li><i>b</i>\nc</li></ul>"),
        ("So:\n- a - b", "<p>So:</p><ul><li>a - b</li></ul>"),
        ("a - b", "<p>a - b</p>"),
        ("<img src=x> & \"'", "<p>&lt;img src=x&gt; &amp; &quot;&#x27;</p>"),
        ("[a](http://b) ![c](d)", "<p>[a](http://b) ![c](d)</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("{loss}", "<p><b>1 &lt; *2* `</b></p>"),
        ("*{loss}*", "<p><i><b>1 &lt; *2* `</b></i></p>"),
        ("- {g:w}\n- {loss}", "<ul><li><b>w</b></li><li><b>1 &lt; *2* `</b></li></ul>"),
        ("\0{loss}\0", "<p><b>1 &lt; *2* `</b></p>"),
    ],
)
def test_the_marks_become_html(source: str, shown: str) -> None:
    text = read_text(source, 1, NAMES)
    assert html(text, lambda m: m.argument or "1 < *2* `") == shown


class Tags(HTMLParser):
    """Follows tags and refuses any that is unknown, dressed up or crossed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in ("p", "ul", "li", "b", "i", "code")
        assert attrs == []
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


MARKED = st.text(st.sampled_from("ab *`-<>&\n\"'/!\0")) | st.text()


def bare(text: str) -> str:
    return "".join(text.split()).translate(str.maketrans("", "", "*`-\0"))


@given(st.lists(MARKED | st.just(LOSS), max_size=9), MARKED)
def test_nothing_but_the_few_marks_gets_through(
    parts: list[str | Measure], value: str
) -> None:
    tags = Tags()
    tags.feed(html(Text(tuple(parts)), lambda _: value))
    tags.close()
    assert tags.open == []
    written = Text(tuple(parts)).filled(lambda _: value)
    assert bare(tags.words) == bare(written)

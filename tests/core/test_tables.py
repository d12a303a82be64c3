from __future__ import annotations

import os
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdviz.core.examples import Examples
from gdviz.core.refused import Refused
from gdviz.core.tables import preview, read_table
from gdviz.paths import resource

if TYPE_CHECKING:
    from collections.abc import Sequence

HUNDRED = tuple(f"{i:02}" for i in range(100))
PLAIN = [["x", "y"], ["1", "2.5"], ["-3", "+4e1"], ["7", "0.25"]]


def write(folder: Path, text: str | bytes) -> str:
    path = folder / "own.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def refusal(path: str, target: str = "y", task: str = "auto") -> str:
    with pytest.raises(Refused) as caught:
        read_table(path, target, task)
    return str(caught.value)


def many(rows: int, first: str = "0.5") -> str:
    return "x,y\n" + f"{first},1.5\n" * rows


REFUSED = {
    "empty": ("", ["is empty", "header line"]),
    "blank": ("\n  \n\n", ["is empty"]),
    "bom alone": (b"\xef\xbb\xbf", ["is empty"]),
    "nul": (b"x,y\n1,2\n\0,3\n", ["line 3", "UTF-8"]),
    "latin 1": ("x,y\n1,2\n3,gr\xfcn\n".encode("latin-1"), ["line 3", "UTF-8"]),
    "latin 1 old mac": (b"x,y\r1,2\r3,\xfc\r", ["line 3", "UTF-8"]),
    "utf-16": ("x,y\n1,2\n".encode("utf-16"), ["UTF-16", "UTF-8"]),
    "utf-16 big": (b"\xfe\xff\0x\0,\0y", ["UTF-16", "UTF-8"]),
    "header only": ("x,y\n\n", ["no rows", "at least two"]),
    "one row": ("x,y\n1,2\n", ["only one row", "at least two"]),
    "no header": ("1,2\n3,4\n", ["line 1", "only numbers", "add a header"]),
    "duplicate": ("x,y,x\n1,2,3\n", ["line 1", "2 columns", "'x'", "rename"]),
    "unnamed": ("x,,y\n1,2,3\n", ["line 1", "column 2", "name is empty"]),
    "unnamed lower": ("\n\nx,,y\n1,2,3\n", ["line 3", "column 2"]),
    "short row": (
        "x,z,y\n1,2,3\n\n4,5\n",
        ["line 4: 3 cells expected, 2 found", "same number"],
    ),
    "short first row": ("x,z,y\n1,2\n", ["line 2: 3 cells expected, 2 found"]),
    "long row": ("x,y\r\n1,2\r\n4,5,6\r\n", ["line 3: 2 cells expected, 3 found"]),
    "text": ("x,y\n1,2\n3,4\nabc,5\n", ["line 4", "'x'", "'abc' is not a number"]),
    "empty cell": ("x,z,y\n1,2,3\n4, ,6\n", ["line 3", "'z'", "is empty", "fill it"]),
    "empty target": ("x,y\n1,a\n2,\n", ["line 3", "'y'", "is empty"]),
    "nan": ("x,y\n1,2\nNaN,3\n", ["line 3", "'x'", "'NaN' is not finite"]),
    "infinity": ("x,y\n-inf,2\n1,3\n", ["line 2", "'x'", "'-inf' is not finite"]),
    "too large": ("x,y\n1e400,2\n1,3\n", ["line 2", "'1e400' is not finite"]),
    "nan target": ("x,y\n1,2\n2,nan\n", ["line 3", "'y'", "not finite"]),
    "underscore": ("x,y\n1_000,2\n1,3\n", ["line 2", "'1_000' is not a number"]),
    "foreign digit": ("x,y\n1,2\n\uff10,3\n", ["line 3", "is not a number"]),
    "hexadecimal": ("x,y\n0x10,2\n1,3\n", ["line 2", "'0x10' is not a number"]),
    "comma twice": ("x;y\n1,000,5;2\n1;3\n", ["line 2", "'1,000,5' is not a number"]),
    "one class": ("x,y\n1,a\n2,a\n", ["'y'", "single class", "'a'"]),
    "target alone": ("y\n1\n2\n", ["'y' is the only column", "inputs"]),
    "open quote": ('x,y\n1,"a\n2,b\n', ["line 2", "quotation mark"]),
    "open quote at the end": ('x,y\n1,a\n2,"b', ["line 3", "quotation mark"]),
    "open quote over lines": ('x,y\n1,2\n"3\n",4\n', ["line 3", "quotation mark"]),
    "endless cell": ("x,y\n1,2\n3," + "a" * 200_000, ["line 3", "shorten"]),
    "far down": (many(200_000) + "1,2\nq,3\n", ["line 200003", "'x'", "'q'"]),
}


@pytest.mark.parametrize(("text", "parts"), REFUSED.values(), ids=REFUSED)
def test_refusal_names_file_place_and_remedy(
    tmp_path: Path, text: str | bytes, parts: list[str]
) -> None:
    said = refusal(write(tmp_path, text))
    assert said.startswith("own.csv: ")
    assert said.endswith(".")
    assert len(said.splitlines()) == 1
    assert [part for part in parts if part not in said] == []


FIVE = "height,width,depth,weight,kind\n1,2,3,4,a\n5,6,7,8,b\n"
WIDE = ",".join(f"c{i}" for i in range(12))


@pytest.mark.parametrize(
    ("text", "target", "parts"),
    [
        (FIVE, "", ["no target", "'height', 'width', 'depth', 'weight', 'kind'"]),
        (FIVE, "  ", ["no target"]),
        (FIVE, "wieght", ["no column 'wieght'", "did you mean 'weight'?"]),
        (FIVE, "KIND", ["did you mean 'kind'?"]),
        (FIVE, "zzz", ["no column 'zzz'", "choose one of 'height'"]),
        (WIDE + "\n", "", ["'c9', …"]),
    ],
)
def test_refused_target(
    tmp_path: Path, text: str, target: str, parts: list[str]
) -> None:
    said = refusal(write(tmp_path, text), target)
    assert [part for part in parts if part not in said] == []
    assert "'c10'" not in said


def test_text_where_numbers_are_asked_for(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, "x,y\n1,2\n3,old\n"), "y", "numbers")
    assert "line 3, column 'y': 'old' is not a number" in said


def test_a_stray_text_among_numbers_is_not_taken_for_a_class(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\n" + "".join(f"1,{n}\n" for n in [*range(9), "oops"]))
    assert "line 11, column 'y': 'oops' is not a number" in refusal(path, "y")
    assert len(read_table(str(path), "y", "classes").classes) == 10


@pytest.mark.parametrize(
    ("cells", "task", "advice"),
    [
        (range(101), "classes", "or predict numbers"),
        ([f"n{i}" for i in range(101)], "auto", "correct line 2 if 'n0'"),
        ([*range(100), "?"], "classes", "correct line 102 if '?'"),
    ],
)
def test_too_many_classes(
    tmp_path: Path, cells: list[object], task: str, advice: str
) -> None:
    path = write(tmp_path, "x,y\n" + "".join(f"1,{cell}\n" for cell in cells))
    said = refusal(path, "y", task)
    assert "'y' has 101 classes, 100 is the most" in said
    assert advice in said


def test_one_number_is_a_single_class_or_a_constant(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\n" + "1,7\n" * 30)
    assert "single class, '7'" in refusal(path, "y", "classes")
    assert read_table(path, "y").classes == ()


@pytest.mark.parametrize("columns", [10_000, 10_001])
def test_most_columns(tmp_path: Path, columns: int) -> None:
    names = ",".join(f"c{i}" for i in range(columns))
    path = write(tmp_path, names + ("\n" + "1," * (columns - 1) + "2") * 2)
    if columns == 10_001:
        assert "line 1 has 10,001 columns; keep at most 10,000" in refusal(path, "c0")
    else:
        assert read_table(path, "c9999").inputs.shape == (2, 9999)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "gone.csv: there is no such file" in refusal(str(tmp_path / "gone.csv"))
    assert "folder" in refusal(str(tmp_path))
    assert "folder" in refusal("")
    assert "no such file" in refusal("a\0b.csv")
    assert "no such file" in refusal("a\ud800.csv")
    assert len(refusal("a\nb.csv").splitlines()) == 1


if sys.platform != "win32":

    def test_unreadable_file(tmp_path: Path) -> None:
        path = Path(write(tmp_path, "x,y\n1,2\n3,4\n"))
        path.chmod(0)
        administrator = os.geteuid() == 0  # may read everything
        if administrator:
            tmp_path.chmod(0)
            os.seteuid(65_534)
        try:
            assert "reading is not permitted" in refusal(str(path))
        finally:
            if administrator:
                os.seteuid(0)
            tmp_path.chmod(0o700)


def test_endless_line_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = write(tmp_path, b"x,y\n1,2\n" + b"1" * (64 << 20))
    tracemalloc.start()
    try:
        said = refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "line 3 is longer than 4 MB" in said
    assert peak < 32 << 20


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|", " ", ":"])
def test_delimiter_bom_and_newline(
    tmp_path: Path, mark: str, bom: bytes, end: str
) -> None:
    text = end.join(mark.join(row) for row in PLAIN) + end + end
    path = write(tmp_path, bom + text.encode())
    examples = read_table(path, "y")
    assert examples.input_names == ("x",)
    assert examples.inputs.tolist() == [[1], [-3], [7]]
    assert examples.targets.tolist() == [2.5, 40, 0.25]
    assert preview(path).delimiter == mark
    assert preview(path, 2).rows == (("1", "2.5"), ("-3", "+4e1"))


SAME = {
    "spaces": " x , y \n 1 , 2.5 \n -3,+4e1\n7 ,0.25 ",
    "no last newline": "x,y\n1,2.5\n-3,4e1\n7,.25",
    "quoted": '"x","y"\n"1", "2.5" \n"-3","40"\n7,0.25\n',
    "decimal comma": "x;y\n1;2,5\n-3;40\n7;0,25\n",
    "decimal comma, tabs": "x\ty\n1\t2,5\n-3\t4e1\n7\t0,25\n",
    "aligned by spaces": "   x    y\n   1  2.5  \n  -3   40\n   7 0.25\n",
    "blank lines": "\nx,y\n\n1,2.5\n   \n-3,40\n7,0.25\n\n\n",
    "no-break space": "x,y\n\u00a01,2.5\n-3,40\n7,0.25\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_spelling_of_a_table(tmp_path: Path, text: str) -> None:
    examples = read_table(write(tmp_path, text), " y ")
    assert (examples.input_names, examples.target_name) == (("x",), "y")
    assert examples.inputs.tolist() == [[1], [-3], [7]]
    assert examples.targets.tolist() == [2.5, 40, 0.25]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("first name,y\n1,a b\n", ","),
        ("length, cm;y\n1,5;2,5\n", ";"),
        ("length, cm;width, cm\n1,5;2,5\n", ";"),
        ("time,y\n12:30,5\n", ","),
        ('"a;b",y\n1,2\n', ","),
        ("sepal length\n1\n", ","),
    ],
)
def test_delimiter_among_rivals(tmp_path: Path, text: str, mark: str) -> None:
    assert preview(write(tmp_path, text)).delimiter == mark


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (["a", "b"] * 2, "auto", ("a", "b")),
        (["1", "2", "x"], "auto", ("1", "2", "x")),
        (["b", "10", "9"], "classes", ("10", "9", "b")),
        (["0", "1"] * 10, "auto", ("0", "1")),
        (["0", "1"] * 9 + ["0"], "auto", ()),
        (["0.5", "1"] * 10, "auto", ()),
        ([str(i) for i in range(10)] * 10, "auto", tuple("0123456789")),
        ([str(i) for i in range(11)] * 10, "auto", ()),
        (["0", "1"] * 10, "numbers", ()),
        (["10", "9", "1"], "classes", ("1", "9", "10")),
        (["1.0", "2.00", "1", "10.0"], "classes", ("1", "2", "10")),
        (["-1", "+1", "0.50", ".0"], "classes", ("-1", ".0", "0.50", "+1")),
        (["05", "5", "5.00", "6e0", "06.0"], "classes", ("5", "6e0")),
        (HUNDRED, "classes", HUNDRED),
        (["007", "1e5"], "classes", ("007", "1e5")),
        (["v1.0", "v1"], "classes", ("v1", "v1.0")),
    ],
)
def test_task_and_class_names(
    tmp_path: Path, cells: Sequence[str], task: str, classes: tuple[str, ...]
) -> None:
    path = write(tmp_path, "y,x\n" + "".join(f"{cell},1\n" for cell in cells))
    examples = read_table(path, "y", task)
    assert examples.classes == classes
    assert examples.targets.dtype == (np.int64 if classes else np.float64)
    assert examples.inputs.shape == (len(cells), 1)
    for cell, target in zip(cells, examples.targets, strict=True):
        assert target == float(cell) if not classes else same(classes[target], cell)


def same(name: str, cell: str) -> bool:
    return name == cell or float(name) == float(cell)


def test_iris_and_digits() -> None:
    iris = read_table(str(resource("data/iris.csv")), "species")
    assert iris.inputs.shape == (150, 4)
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert np.bincount(iris.targets).tolist() == [50, 50, 50]
    digits = read_table(str(resource("data/digits.csv")), "digit")
    assert digits.inputs.shape == (1797, 64)
    assert digits.classes == tuple("0123456789")
    assert digits.targets[:3].tolist() == [0, 1, 2]


def test_a_long_table_agrees_with_numpy(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    table = np.random.default_rng(5).standard_normal((200_000, 4))
    np.savetxt(path, table, delimiter=",", header="a,b,y,c", comments="", fmt="%.9g")
    examples, truth = (
        read_table(str(path), "y"),
        np.loadtxt(path, None, "#", ",", None, 1),
    )
    assert path.stat().st_size > 4 << 20
    assert examples.input_names == ("a", "b", "c")
    np.testing.assert_array_equal(examples.inputs, truth[:, [0, 1, 3]])
    np.testing.assert_array_equal(examples.targets, truth[:, 2])


@pytest.mark.parametrize("shift", range(10))
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
def test_lines_across_pieces(tmp_path: Path, shift: int, end: str) -> None:
    row = f"12345,\u00fc{end}"
    start = "x" * (shift + 1) + f",y{end}"
    path = write(tmp_path, start + row * 120_000 + f"7,v{end}" + f"oops,v{end}")
    assert "line 120003, column 'x" in refusal(path)
    path = write(tmp_path, start + row * 120_000 + f"7,v{end}")
    assert read_table(path, "y").inputs.sum() == 12345 * 120_000 + 7


def test_preview_reads_only_the_beginning(tmp_path: Path) -> None:
    path = write(tmp_path, many(400_000).encode() + b"\0\xff")
    seen = preview(path)
    assert seen.path == path
    assert seen.header == ("x", "y")
    assert seen.rows == (("0.5", "1.5"),) * 8
    assert "line 400002 is not UTF-8" in refusal(path)


def test_preview_shows_ragged_rows(tmp_path: Path) -> None:
    seen = preview(write(tmp_path, "x;y;z\n1;2;3\n\n 4;a b\n"))
    assert seen.rows == (("1", "2", "3"), ("4", "a b"))
    with pytest.raises(Refused, match=r"^own\.csv: the file is empty"):
        preview(write(tmp_path, ""))


ALPHABET = "ab01.5e-+_;,\t|: \"'\r\n\0\u00e9\uff10\u2028"
TABLES = st.lists(st.lists(st.sampled_from(["1", "2.5", "a", "", "nan"]), max_size=3))


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary()
    | st.text(ALPHABET).map(str.encode)
    | TABLES.map(lambda rows: "\n".join(map(",".join, [["a", "b"], *rows])).encode()),
    task=st.sampled_from(["auto", "numbers", "classes"]),
)
@example(content=b"a,b\n1,2\n3,4\n", task="auto")
@example(content=b'a,b\n"', task="classes")
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, task: str
) -> None:
    path = write(tmp_path_factory.getbasetemp(), content)
    found = outcome(path, task)
    if isinstance(found, Examples):
        assert len(found) == len(found.inputs) >= 2
        assert np.isfinite(found.inputs).all()
    else:
        assert found.startswith("own.csv: ")
        assert len(found.splitlines()) == 1


def outcome(path: str, task: str) -> Examples | str:
    try:
        return read_table(path, "a", task)
    except Refused as refused:
        return str(refused)

"""Data sets out of files: shipped ones and the user's own table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from gdviz.core.copies import Copy
from gdviz.core.datasets.base import Dataset
from gdviz.core.examples import Examples
from gdviz.core.knobs import ASIDE, Choice, Flag, Knob, Text, knob
from gdviz.core.refused import Refused
from gdviz.core.tables import MOST_EMBEDDED, read_bytes, read_table, read_text
from gdviz.paths import resource

_TEXT_TIP = "The table itself, where the scene holds it: then there is no file."


@dataclass(frozen=True)
class Iris(Dataset):
    """Fisher's irises: four lengths of 150 flowers of three species (1936)."""

    name: ClassVar[str] = "iris"
    title: ClassVar[str] = "Iris"
    standardise: bool = knob(
        True, Flag(), "Standardise", "Mean 0 and deviation 1 for every input column."
    )

    def examples(self, seed: int) -> Examples:
        """Return the 150 flowers, sorted by species as published."""
        return read_table(str(resource("data/iris.csv")), "species")


@dataclass(frozen=True)
class Digits(Dataset):
    """Handwritten digits as 8×8 pictures: 1,797 of them (UCI, 1998)."""

    name: ClassVar[str] = "digits"
    title: ClassVar[str] = "Digits, 8×8"

    def examples(self, seed: int) -> Examples:
        """Return the pictures with pixels in [0, 1] and their digits."""
        table = read_table(str(resource("data/digits.csv")), "digit", "classes")
        return Examples(
            table.inputs / 16, table.targets, table.input_names, "digit", table.classes
        )


@dataclass(frozen=True)
class OwnTable(Dataset):
    """Your own CSV file: a header, numbers, and one target column.

    With a text it needs no file: the text is the whole table. With a copy it does
    not look at the file any more.
    """

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "Own data (CSV)"
    path: str = knob("", Text(), "File", "The CSV file, with a header line.")
    target: str = knob("", Text(), "Target", "The column to predict.")
    task: str = knob(
        "auto",
        Choice(("auto", "numbers", "classes"), ("Automatic", "Numbers", "Classes")),
        "Predict",
        "Numbers (regression) or classes; automatic looks at the column.",
    )
    standardise: bool = knob(
        True, Flag(), "Standardise", "Mean 0 and deviation 1 for every number column."
    )

    text: str = field(
        default="",
        repr=False,
        metadata={"knob": Knob(Text(MOST_EMBEDDED), "Table", _TEXT_TIP)},
    )

    copy: Copy | None = field(default=None, repr=False, metadata={ASIDE: True})

    def __post_init__(self) -> None:
        """Check the knobs; leave a copy of another file."""
        super().__post_init__()
        if self.copy is not None and (self.text or self.copy.path != self.path):
            object.__setattr__(self, "copy", None)

    def kept(self) -> OwnTable:
        """Return the same table with a copy of its file.

        Raises
        ------
        Refused
        """
        if self.text or self.copy or not self.path:
            return self
        return replace(self, copy=Copy.of(self.path))

    def alike(self, other: Dataset) -> bool:
        """Tell whether another is the same table, where both were read."""
        if isinstance(other, OwnTable) and None in (self.copy, other.copy):
            return replace(self, copy=None) == replace(other, copy=None)
        return self == other

    def examples(self, seed: int) -> Examples:
        """Return the rows of the table, in its order."""
        if self.copy:
            return read_bytes(
                self.copy.content, Path(self.path).name, self.target, self.task
            )
        if self.text:
            return read_text(self.text, self.path, self.target, self.task)
        if not self.path:
            raise Refused("csv.path is empty; name the CSV file to read.")
        return read_table(self.path, self.target, self.task)

    def stamp(self) -> object:
        """Return when the file was last written and how long it is."""
        if self.text or self.copy:
            return None
        try:
            status = Path(self.path).stat()
        except (OSError, ValueError):
            return None  # reading it will say what is wrong
        return status.st_mtime_ns, status.st_size

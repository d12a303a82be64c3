"""Knobs: the bounds, label and explanation worn by a dataclass field.

A setting is declared once. The form, the scene file, the command line and the
range check all read the same knob, so none of them can disagree.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from functools import lru_cache
from reprlib import Repr
from typing import Any, ClassVar

from gdviz.core.refused import Refused

ASIDE = "aside"  # in the metadata of a field that nobody sets, and no file says
_BRIEF = Repr()
_BRIEF.maxlevel, _BRIEF.maxlist, _BRIEF.maxdict = 3, 8, 4
_BRIEF.maxstring = _BRIEF.maxother = 40


def short(value: object) -> str:
    """Return a number or a text in few letters, for a sentence."""
    text = str(value)
    return text if len(text) <= 20 else f"{text[:12]}… ({len(text)} digits)"


def quoted(value: object) -> str:
    """Return any value in few letters, for a sentence; texts in quotation marks."""
    return _BRIEF.repr(value)


@dataclass(frozen=True)
class Real:
    """A real number in [low, high]; `slider` is the part worth sliding over."""

    low: float
    high: float
    log: bool = False
    slider: tuple[float, float] | None = None

    def check(self, value: object, place: str) -> float:
        """Return `value` as a float, or refuse it by name."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"{place} must be a number, not {quoted(value)}.")
        if not self.low <= value <= self.high:  # nor is NaN
            raise Refused(
                f"{place} must lie between {self.low:g} and {self.high:g}, not {value}."
            )
        return float(value)


@dataclass(frozen=True)
class Whole:
    """A whole number in [low, high]."""

    low: int
    high: int
    log: bool = False

    def check(self, value: object, place: str) -> int:
        """Return `value` as an int, or refuse it by name."""
        whole = isinstance(value, int) or (
            isinstance(value, float) and value.is_integer()
        )
        if isinstance(value, bool) or not whole:
            raise Refused(f"{place} must be a whole number, not {quoted(value)}.")
        if not self.low <= value <= self.high:  # type: ignore[operator]
            raise Refused(
                f"{place} must lie between {self.low} and {self.high}, "
                f"not {short(value)}."
            )
        return int(value)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Choice:
    """One of a few words; `titles` are what a person reads."""

    options: tuple[str, ...]
    titles: tuple[str, ...] = ()

    def check(self, value: object, place: str) -> str:
        """Return `value` if it is one of the options, or refuse it by name."""
        if value not in self.options:
            raise Refused(
                f"{place} must be one of {', '.join(self.options)}, "
                f"not {quoted(value)}."
            )
        return str(value)

    def title_of(self, option: str) -> str:
        """Return what a person reads for an option."""
        titles = self.titles or self.options
        return dict(zip(self.options, titles, strict=True))[option]


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def check(self, value: object, place: str) -> bool:
        """Return `value` if it is true or false, or refuse it by name."""
        if not isinstance(value, bool):
            raise Refused(f"{place} must be true or false, not {quoted(value)}.")
        return value


@dataclass(frozen=True)
class Text:
    """A short text, such as a path or the name of a column."""

    longest: int = 4096

    def check(self, value: object, place: str) -> str:
        """Return `value` if it is a text of sane length, or refuse it by name."""
        if not isinstance(value, str) or len(value) > self.longest:
            raise Refused(f"{place} must be a text of at most {self.longest} letters.")
        return value


@dataclass(frozen=True)
class Widths:
    """A list of layer widths, each in [1, high], at most `most` of them."""

    high: int = 256
    most: int = 8

    def check(self, value: object, place: str) -> tuple[int, ...]:
        """Return the widths as a tuple, or refuse them by name."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise Refused(
                f"{place} must be a list of 1 to {self.most} layer widths, "
                f"such as [8, 8]; not {quoted(value)}."
            )
        layer = Whole(1, self.high)
        return tuple(layer.check(w, f"{place}[{i}]") for i, w in enumerate(value))


@dataclass(frozen=True)
class Numbers:
    """A list of real numbers, at most `most` of them; an empty list is one too."""

    most: int = 4096
    limit: float = 1e100

    def check(self, value: object, place: str) -> tuple[float, ...]:
        """Return the numbers as a tuple, or refuse them by name."""
        if not isinstance(value, list | tuple) or len(value) > self.most:
            raise Refused(
                f"{place} must be a list of at most {self.most:,} numbers, "
                f"such as [0.5, -1]; not {quoted(value)}."
            )
        if all(type(v) is float and abs(v) <= self.limit for v in value):
            return tuple(value)  # there may be thousands of rows
        one = Real(-self.limit, self.limit)
        return tuple(one.check(v, f"{place}[{i}]") for i, v in enumerate(value))


@dataclass(frozen=True)
class Extent:
    """A rectangle as left, right, bottom and top; or an empty list."""

    limit: float = 1e100

    def check(self, value: object, place: str) -> tuple[float, ...]:
        """Return the four numbers as a tuple, or refuse them by name."""
        numbers = Numbers(4, self.limit).check(value, place)
        if not numbers:
            return ()
        if len(numbers) != 4 or numbers[0] >= numbers[1] or numbers[2] >= numbers[3]:
            raise Refused(
                f"{place} must be empty or left, right, bottom, top in rising pairs, "
                f"such as [-1, 1, -2, 2]; not {quoted(value)}."
            )
        return numbers


@dataclass(frozen=True)
class Rows:
    """Some rows of numbers, all of one length: a small table typed by hand."""

    most: int = 100
    longest: int = 100

    def check(self, value: object, place: str) -> tuple[tuple[float, ...], ...]:
        """Return the rows as tuples, or refuse them by name."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise Refused(
                f"{place} must be 1 to {self.most} rows of numbers, "
                f"such as [[1, 2], [3, 4]]; not {quoted(value)}."
            )
        row = Numbers(self.longest)
        rows = tuple(row.check(v, f"{place}[{i}]") for i, v in enumerate(value))
        lengths = {len(r) for r in rows}
        if len(lengths) > 1 or 0 in lengths:
            raise Refused(f"{place} must have rows of one length, at least 1 number.")
        return rows


Kind = Real | Whole | Choice | Flag | Text | Widths | Numbers | Extent | Rows


@dataclass(frozen=True)
class Knob:
    """What a field of a spec may hold, what it is called and what it does.

    Attributes
    ----------
    kind : Kind
    label, tip : texts
    off : object
        The value at which it does nothing, and need not be told; None: there is none.
    """

    kind: Kind
    label: str
    tip: str
    off: Any = None


def knob(default: Any, kind: Kind, label: str, tip: str, off: Any = None) -> Any:
    """Declare a dataclass field together with its knob."""
    return field(default=default, metadata={"knob": Knob(kind, label, tip, off)})


def knobs(spec: object) -> dict[str, Knob]:
    """Return the knobs of a spec (class or instance) by field name."""
    return dict(_worn(spec if isinstance(spec, type) else type(spec)))


@lru_cache(maxsize=256)
def _worn(spec: type) -> dict[str, Knob]:
    return {f.name: f.metadata["knob"] for f in _fields(spec) if "knob" in f.metadata}


def settings(spec: object) -> tuple[Field[Any], ...]:
    """Return the fields of a spec that a person sets; see `ASIDE`."""
    return tuple(f for f in _fields(spec) if ASIDE not in f.metadata)


def default(spec: object, name: str) -> Any:
    """Return the default of one field of a spec."""
    value = next(f.default for f in _fields(spec) if f.name == name)
    return None if value is MISSING else value


def _fields(spec: Any) -> tuple[Field[Any], ...]:
    return fields(spec)


@dataclass(frozen=True)
class Spec:
    """A frozen choice with knobs; it cannot be made with a value out of range."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Check every knob, naming the spec and the field."""
        for key, worn in knobs(self).items():
            place = f"{self.name}.{key}" if self.name else key
            checked = worn.kind.check(getattr(self, key), place)
            object.__setattr__(self, key, checked)

    def idle(self) -> frozenset[str]:
        """Return the knobs that change nothing as the others stand."""
        return frozenset()

    def told(self) -> dict[str, Knob]:
        """Return the knobs that do something as they stand, by field name."""
        idle = self.idle()
        return {
            key: worn
            for key, worn in knobs(self).items()
            if key not in idle and (worn.off is None or getattr(self, key) != worn.off)
        }

    @classmethod
    def sentence(cls) -> str:
        """Return the first line of the docstring: what it is, in plain words."""
        return (cls.__doc__ or "").strip().splitlines()[0]

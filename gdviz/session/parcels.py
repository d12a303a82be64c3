"""Parcels: frozen values on their way between two processes of this program.

What lasts from parcel to parcel, such as scenes and planes, is sent once and named
by its number later: the other side sees one and the same value, as this side does.
"""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from gdviz.core.copies import Copy
from gdviz.core.knobs import Spec
from gdviz.core.planes import Plane
from gdviz.session.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    Piece = tuple[int, bytes, list[memoryview]]

_LASTING = (Spec, Scene, Plane, Copy)
_ASIDE = 2**14  # bytes: larger arrays are not copied into the parcel first
_WHOLE, _LENGTH = -1, 8  # the number of the value itself; bytes that say how long
_STAY = 64  # parcels for which an unused value is remembered
_STAY_LARGE = 2**16  # for which a table is: it takes long to send


class _Register:
    """The values that both sides know, by number; unused ones are forgotten."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self._used: dict[int, int] = {}
        self._parcels = 0

    def use(self, number: int) -> None:
        """Remember a value for longer."""
        self._used[number] = self._parcels

    def count(self) -> list[Any]:
        """Count a parcel; return the values that are forgotten after it."""
        self._parcels += 1
        if self._parcels % _STAY:
            return []
        gone = [number for number in self._used if self._unused(number)]
        for number in gone:
            del self._used[number]
        return [self.values.pop(number) for number in gone]

    def _unused(self, number: int) -> bool:
        """Tell whether a value was not used for long."""
        large = isinstance(self.values[number], Copy)
        stay = _STAY_LARGE if large else _STAY
        return self._used[number] < self._parcels - stay


class Sender:
    """Writes parcels into a pipe.

    Parameters
    ----------
    pipe : binary file
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe, self._known = pipe, _Register()
        self._numbers: dict[int, int] = {}  # by identity, as long as it is known
        self._next = 0

    def send(self, value: object) -> None:
        """Send a value; what cannot be pickled raises before anything is sent."""
        pieces: list[Piece] = []
        self._pack(_WHOLE, value, pieces)
        heads = [
            (number, len(body), [part.nbytes for part in aside])
            for number, body, aside in pieces
        ]
        head = pickle.dumps(heads, 5)
        written: list[bytes | memoryview] = [
            len(head).to_bytes(_LENGTH, "little"),
            head,
        ]
        for _, body, aside in pieces:
            written += [body, *aside]
        self._pipe.writelines(written)
        self._pipe.flush()
        for gone in self._known.count():
            del self._numbers[id(gone)]

    def number(self, value: object, pieces: list[Piece]) -> int:
        """Return the number of a lasting value; add what is new to the pieces."""
        number = self._numbers.get(id(value))
        if number is None:
            number, self._next = self._next, self._next + 1
            self._pack(number, value, pieces)
            self._numbers[id(value)] = number
            self._known.values[number] = value
        self._known.use(number)
        return number

    def _pack(self, number: int, value: object, pieces: list[Piece]) -> None:
        body, aside = BytesIO(), list[memoryview]()
        _Packer(self, value, body, aside, pieces).dump(value)
        pieces.append((number, body.getvalue(), aside))


class _Packer(pickle.Pickler):
    def __init__(
        self,
        sender: Sender,
        whole: object,
        body: BytesIO,
        aside: list[memoryview],
        pieces: list[Piece],
    ) -> None:
        super().__init__(body, 5, buffer_callback=self._put_aside)
        self._sender, self._whole = sender, whole
        self._aside, self._pieces = aside, pieces

    def persistent_id(self, value: object) -> int | None:
        """Return the number of a value that lasts."""
        if isinstance(value, _LASTING) and value is not self._whole:
            return self._sender.number(value, self._pieces)
        return None

    def _put_aside(self, buffer: pickle.PickleBuffer) -> bool:
        """Keep a large array apart; tell whether it goes into the body."""
        raw = buffer.raw()
        if raw.nbytes < _ASIDE:
            return True
        self._aside.append(raw)
        return False


class Receiver:
    """Reads parcels from a pipe.

    Parameters
    ----------
    pipe : binary file
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe, self._known = pipe, _Register()

    def receive(self) -> Any:
        """Return the next value; its arrays are not to be written to.

        Raises
        ------
        EOFError
            The other side has ended.
        """
        length = int.from_bytes(self._read(_LENGTH), "little")
        value = None
        for number, body, aside in self._pieces(pickle.loads(self._read(length))):
            value = _Unpacker(self._known, body, aside).load()
            if number != _WHOLE:
                self._known.values[number] = value
                self._known.use(number)
        self._known.count()
        return value

    def _pieces(
        self, heads: list[tuple[int, int, list[int]]]
    ) -> Iterator[tuple[int, bytes, list[bytes]]]:
        for number, size, sizes in heads:
            yield number, self._read(size), [self._read(n) for n in sizes]

    def _read(self, size: int) -> bytes:
        raw = self._pipe.read(size)
        if len(raw) < size:
            raise EOFError
        return raw


class _Unpacker(pickle.Unpickler):
    def __init__(self, known: _Register, body: bytes, aside: list[bytes]) -> None:
        super().__init__(BytesIO(body), buffers=aside)
        self._known = known

    def persistent_load(self, number: int) -> Any:
        """Return the value of a number."""
        self._known.use(number)
        return self._known.values[number]

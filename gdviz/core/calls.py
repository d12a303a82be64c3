"""Calling a user's own objective with care: it may fail, or return anything.

What comes back is checked and copied; what goes out is theirs to write on.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_MOST_EXAMPLES, _LONGEST_NAME, _LONGEST_REASON = 1_000_000, 64, 200
_MEANINGS = {
    "losses": "one loss for each example of rows",
    "gradients": "one row for each example of rows, one column for each parameter",
    "gradient": "the mean loss and the mean gradient",
    "loss_at": "one mean loss for each row of thetas",
    "slopes": "one row for each example of rows, one column for each direction",
    "hessian_product": "one number for each parameter",
}


class OwnObjective(Protocol):
    """What `gdviz.show` takes: n losses that depend on one θ, and their gradients.

    The mean of the losses is brought down. Every loss must depend on θ and on its own
    example alone, and be the same each time. Arrays are float64; `rows` holds indices
    of examples, in any order, some perhaps twice.

    These methods are used if they are there, because they can be faster:

    - ``gradient(theta, rows)``: the mean loss (a float) and the mean gradient (p,);
    - ``loss_at(thetas, rows)``: the mean loss over `rows` at each of g parameter
      vectors, from (g, p) to (g,);
    - ``slopes(theta, rows, directions)``: the derivative of each example's loss along
      each of q directions (q, p), of shape (b, q);
    - ``hessian_product(theta, rows, vector)``: the Hessian of the mean loss over
      `rows` times a vector, from (p,) to (p,).

    So are ``title``, a short name, and ``notes``, sentences for whoever looks on.
    """

    @property
    def names(self) -> Sequence[str]:
        """The name of every parameter, each another one."""
        ...

    @property
    def n_examples(self) -> int:
        """The number n of losses."""
        ...

    @property
    def start(self) -> ArrayLike:
        """θ₀ of shape (p,), where the descent begins."""
        ...

    def losses(self, theta: Array, rows: Rows) -> ArrayLike:
        """Return the loss of each of these examples, of shape (b,)."""
        ...

    def gradients(self, theta: Array, rows: Rows) -> ArrayLike:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        ...


class Calls:
    """Calls the methods of one object, one at a time, and checks what they return.

    Parameters
    ----------
    objective : OwnObjective

    Attributes
    ----------
    names : tuple of p texts
    n_examples : int
    start : ndarray of shape (p,)
    title : text
    notes : tuple of texts
    fault : text
        Why the last call that failed did so; who reads it empties it.
    coarse : text
        What came back in place of float64, such as “float32”; empty: nothing did.

    Raises
    ------
    Refused
        If something is missing or of the wrong kind.
    """

    def __init__(self, objective: OwnObjective) -> None:
        self._objective: Any = objective
        self._lock = RLock()  # a window and an export may ask at the same time
        self.fault, self.coarse = "", ""
        self.names = _names(_attribute(objective, "names"))
        self.n_examples = _count(_attribute(objective, "n_examples"))
        self.start = _start(_attribute(objective, "start"), len(self.names))
        for method in ("losses", "gradients"):
            if not callable(_attribute(objective, method)):
                raise Refused(f"{method} must be a method: {_MEANINGS[method]}.")
        kind = type(objective).__name__
        self.title = str(getattr(objective, "title", kind))[:_LONGEST_NAME]
        self.notes = tuple(map(str, getattr(objective, "notes", ())))

    def has(self, method: str) -> bool:
        """Tell whether the object has this method."""
        return callable(getattr(self._objective, method, None))

    def ask(self, method: str, shape: tuple[int, ...], *given: Array | Rows) -> Array:
        """Return what a method makes of these arrays, as an array of this shape.

        Raises
        ------
        Refused
            The sentence names the method and what it did.
        """
        found = _checked(method, shape, self._made(method, given))
        if found.dtype.kind == "f" and found.dtype.itemsize < 8:
            self.coarse = str(found.dtype)
        return found.astype(np.float64)

    def ask_both(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        """Return what the method `gradient` makes: mean loss and mean gradient."""
        made = self._made("gradient", (theta, rows))
        if not isinstance(made, tuple | list) or len(made) != 2:
            both = _MEANINGS["gradient"]
            raise Refused(f"gradient() must return two values: {both}.")
        loss = _checked("gradient", (), made[0])
        mean = _checked("gradient", theta.shape, made[1])
        return float(loss), mean.astype(np.float64)

    def _made(self, method: str, given: tuple[Array | Rows, ...]) -> Any:
        theirs = [array.copy() for array in given]  # to write on
        try:
            with self._lock:
                return getattr(self._objective, method)(*theirs)
        except Exception as error:
            raise Refused(f"{method}() raised {_reason(error)}") from error


def _attribute(objective: object, name: str) -> Any:
    try:
        return getattr(objective, name)
    except AttributeError:
        kind = type(objective).__name__
        needed = "names, n_examples, start, losses(theta, rows), gradients(theta, rows)"
        raise Refused(f"{kind} has no {name}; an objective has {needed}.") from None


def _names(given: Any) -> tuple[str, ...]:
    names = () if isinstance(given, str) else tuple(given)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise Refused("names must hold a text for each parameter, such as ['w', 'b'].")
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise Refused(f"names has {twice[:_LONGEST_NAME]!r} twice; name each once.")
    if long := [name for name in names if len(name) > _LONGEST_NAME]:
        most = f"a name has at most {_LONGEST_NAME} letters"
        raise Refused(f"names has {long[0][:12]!r}… of {len(long[0])} letters; {most}.")
    return names


def _count(given: Any) -> int:
    whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if not whole or not 1 <= given <= _MOST_EXAMPLES:
        most = f"a whole number from 1 to {_MOST_EXAMPLES:,}"
        raise Refused(f"n_examples must be {most}, not {str(given)[:20]}.")
    return int(given)


def _start(given: Any, p: int) -> Array:
    start = _checked("start", (p,), given).astype(np.float64)
    if not np.isfinite(start).all():
        raise Refused("start must be finite, one number for each parameter.")
    return start


def _checked(what: str, shape: tuple[int, ...], given: Any) -> NDArray[Any]:
    """Return an array; refuse what is not real or not of this shape."""
    called = what if what == "start" else f"{what}()"
    try:
        found = np.asarray(given)
    except Exception as error:
        raise Refused(f"{called} returned no array: {_reason(error)}") from error
    if found.dtype.kind not in "fiu":
        raise Refused(f"{called} returned {found.dtype} values, not real numbers.")
    if found.shape != shape:
        wanted = _MEANINGS.get(what, "one number for each parameter")
        raise Refused(f"{called} has the shape {found.shape}, not {shape}: {wanted}.")
    return found


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split())
    short = words if len(words) <= _LONGEST_REASON else words[:_LONGEST_REASON] + "…"
    named = f"{type(error).__name__}: {short}" if short else type(error).__name__
    return named if named.endswith((".", "…")) else named + "."

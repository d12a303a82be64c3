from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core import own, owncheck, ownsheet
from gdviz.core.calls import Calls
from gdviz.core.own import OwnData, OwnSum
from gdviz.core.owncheck import check_gradients, check_start
from gdviz.core.planes import parameter_plane
from gdviz.core.refused import Refused
from tests.owns import Fast, Poisson, Root

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

THETA = np.array([0.3, -0.2, 0.5])
ROWS = np.array([4, 1, 1, 30])
BOTH = pytest.mark.parametrize("kind", [Poisson, Fast])


def sum_of(objective: Any) -> OwnSum:
    calls = Calls(objective)
    return OwnSum(OwnData(calls).examples(0), calls)


def with_(kind: type = Poisson, /, **others: Any) -> Any:
    """Return an objective with other attributes or methods."""
    return type("Mine", (kind,), others)()


@BOTH
def test_all_that_a_sum_says(kind: type[Poisson]) -> None:
    mine, made = kind(), sum_of(kind())
    every = np.arange(50)
    losses, gradients = mine.losses(THETA, every), mine.gradients(THETA, every)
    assert (made.n_examples, made.n_parameters) == (50, 3)
    assert made.names == ("bias", "a", "b")
    assert made.describe() == "3 parameters"
    assert made.start(7).tolist() == [0.0, 0.0, 0.0]
    assert made.losses(THETA, ROWS).tolist() == losses[ROWS].tolist()
    assert made.gradients(THETA, ROWS).tolist() == gradients[ROWS].tolist()
    loss, gradient = made.gradient(THETA, ROWS)
    assert loss == pytest.approx(losses[ROWS].mean(), rel=1e-12)
    assert gradient == pytest.approx(gradients[ROWS].mean(axis=0), rel=1e-12)
    thetas = np.stack([THETA, 2 * THETA])
    means = [losses.mean(), mine.losses(2 * THETA, every).mean()]
    assert made.loss_at(thetas) == pytest.approx(means, rel=1e-12)
    directions = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    survey = made.survey(THETA, directions)
    assert survey.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert survey.gradient == pytest.approx(gradients.mean(axis=0), rel=1e-12)
    covariance = np.cov(directions @ gradients.T, bias=True)
    assert survey.covariance == pytest.approx(covariance, rel=1e-10)
    assert made.survey(THETA, directions[:0]).covariance.shape == (0, 0)
    assert made.fault() == ""


@BOTH
def test_some_examples_keep_their_numbers(kind: type[Poisson]) -> None:
    mine, rows = kind(), np.array([40, 2, 7])
    some = sum_of(kind()).only(rows)
    assert some.n_examples == 3
    assert some.losses(THETA, np.array([2, 0])).tolist() == pytest.approx(
        mine.losses(THETA, rows[[2, 0]]).tolist()
    )
    mean = mine.losses(THETA, rows).mean()
    assert some.loss(THETA) == pytest.approx(mean, rel=1e-12)
    gradient = mine.gradients(THETA, rows).mean(axis=0)
    assert some.gradient(THETA, np.arange(3))[1] == pytest.approx(gradient)
    vector = np.array([1.0, 2.0, -1.0])
    wanted = Fast().hessian_product(THETA, rows, vector)
    close = 1e-12 if kind is Fast else 1e-7
    assert some.hessian(THETA)(vector) == pytest.approx(wanted, rel=close)


def test_many_gradients_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []

    def gradients(self: Poisson, theta: Array, rows: Rows) -> Array:
        counts.append(len(rows))
        return Poisson.gradients(self, theta, rows)

    monkeypatch.setattr(own, "_NUMBERS", 36)
    survey = sum_of(with_(gradients=gradients)).survey(THETA, np.eye(3))
    assert counts == [12, 12, 12, 12, 2]
    usual = sum_of(Poisson()).survey(THETA, np.eye(3))
    assert survey.gradient == pytest.approx(usual.gradient, rel=1e-12)


def test_a_call_counts_for_many_numbers_unless_it_takes_many_points() -> None:
    assert sum_of(Poisson()).n_hidden == 2**17 // 50
    assert sum_of(Fast()).n_hidden == 3
    many = {"names": tuple(map(str, range(3000))), "start": np.zeros(3000)}
    assert sum_of(with_(**many)).n_hidden == 3000


def test_title_and_notes() -> None:
    assert (Calls(Poisson()).title, Calls(Poisson()).notes) == ("Poisson", ())
    made = Calls(Fast())
    assert (made.title, made.notes) == ("Counts", ("Drawn with seed 0.",))
    assert OwnData(made).examples(3).notes == made.notes


def test_data_are_equal_if_they_are_the_same_object() -> None:
    calls = Calls(Poisson())
    assert OwnData(calls) == OwnData(calls)
    assert hash(OwnData(calls)) == hash(OwnData(calls))
    assert OwnData(calls) != OwnData(Calls(Poisson()))


NEEDED = "an objective has names, n_examples, start, losses(theta, rows)"


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"names": ()}, "names must hold a text for each parameter"),
        ({"names": "abc"}, "names must hold a text for each parameter"),
        ({"names": ("a", 1, "b")}, "names must hold a text for each parameter"),
        ({"names": ("a", "b", "a")}, "names has 'a' twice; name each once."),
        ({"names": ("a", "b", "c" * 65)}, "has at most 64 letters."),
        ({"n_examples": 0}, "n_examples must be a whole number from 1 to 1,000,000"),
        ({"n_examples": True}, "n_examples must be a whole number"),
        ({"n_examples": 2.0}, "n_examples must be a whole number"),
        ({"start": (0.0, 1.0)}, "start has the shape (2,), not (3,): one number for"),
        ({"start": (0.0, 1.0, np.nan)}, "start must be finite"),
        ({"start": "now"}, "start returned <U3 values, not real numbers."),
        ({"losses": 3.0}, "losses must be a method: one loss for each example"),
    ],
)
def test_what_is_no_objective_is_refused(others: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        Calls(with_(**others))
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("name", ["names", "n_examples", "start", "losses"])
def test_what_is_missing_is_named(name: str) -> None:
    parts = {key: getattr(Root, key) for key in Root.__dict__ if key[0] != "_"}
    parts.pop(name)
    with pytest.raises(Refused, match=f"^Part has no {name}; ") as refusal:
        Calls(type("Part", (), parts)())
    assert NEEDED in str(refusal.value)


def doubled(self: Poisson, theta: Array, rows: Rows) -> Array:
    return Poisson.gradients(self, theta, rows) * [1, 2, 1]


def flat(self: Poisson, theta: Array, rows: Rows) -> Array:
    mean = Poisson.gradients(self, theta, rows).mean(axis=0)
    return np.tile(mean, (len(rows), 1))


def chance(self: Poisson, theta: Array, rows: Rows) -> Array:
    return Poisson.losses(self, theta, rows) + np.random.default_rng().random()


def whole(self: Poisson, theta: Array, rows: Rows) -> tuple[float, Array]:
    loss, gradient = Fast.gradient(self, theta, rows)  # type: ignore[arg-type]
    return loss, gradient * len(rows)


def halved(self: Poisson, theta: Array, rows: Rows) -> tuple[float, Array]:
    loss, gradient = Fast.gradient(self, theta, rows)  # type: ignore[arg-type]
    return loss / 2, gradient


def late(self: Poisson, theta: Array, rows: Rows) -> Array:
    """Be right at the start alone."""
    return Poisson.gradients(self, theta, rows) + theta


def turned(self: Fast, theta: Array, rows: Rows, vector: Array) -> Array:
    return Fast.hessian_product(self, theta, rows, vector) * [1, 1, 3]


def reversed_(self: Fast, theta: Array, rows: Rows, directions: Array) -> Array:
    return Fast.slopes(self, theta, rows, directions[::-1])


def ordered(self: Poisson, theta: Array, rows: Rows) -> Array:
    """Be right for rows in order alone."""
    return Poisson.losses(self, theta, rows) + (np.diff(rows, append=[50]) < 0)


def summed(self: Fast, thetas: Array, rows: Rows) -> Array:
    return Fast.loss_at(self, thetas, rows) * len(rows)


def single(self: Poisson, theta: Array, rows: Rows) -> Any:
    return Poisson.losses(self, theta, rows).astype(np.float32)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"gradients": doubled}, "says -0.502921 for 'a' for row 0, but central "),
        ({"gradients": late}, "but central differences of losses() give"),
        ({"gradients": flat}, "gradients() gives other numbers for row"),
        ({"losses": chance}, "losses() gives other numbers for row"),
        ({"losses": ordered}, "losses() gives other numbers for row"),
        ({"slopes": reversed_}, "slopes() is off by"),
        ({"losses": single}, "float32 numbers are too coarse to check gradients with."),
        ({"gradient": whole}, "but the mean of gradients() is"),
        (
            {"gradient": halved},
            "gradient() says that the mean loss at the start is 0.5",
        ),
        ({"loss_at": summed}, "loss_at() says that the mean loss at the start is 50"),
        ({"hessian_product": turned}, "hessian_product() says "),
    ],
)
def test_what_is_not_true_is_refused(others: dict[str, Any], sentence: str) -> None:
    kind = Fast if {"hessian_product", "loss_at", "slopes"} & others.keys() else Poisson
    calls = Calls(with_(kind, **others))
    check_start(calls)
    with pytest.raises(Refused) as refusal:
        check_gradients(calls)
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith("go on with check=False.")


def test_the_sentence_has_the_right_numbers() -> None:
    with pytest.raises(Refused) as refusal:
        check_gradients(Calls(with_(gradients=doubled)))
    said, true = _numbers(str(refusal.value))
    right = Poisson().gradients(np.zeros(3), np.array([0]))[0, 1]
    assert (said, true) == pytest.approx((2 * right, right), rel=1e-5)


def _numbers(sentence: str) -> tuple[float, float]:
    words = sentence.replace(". Correct", " Correct").split()
    return float(words[words.index("says") + 1]), float(words[words.index("give") + 1])


@BOTH
def test_what_is_true_passes(kind: type[Poisson]) -> None:
    calls = Calls(kind())
    check_start(calls)
    check_gradients(calls)
    assert calls.fault == ""


def test_kinks_are_no_faults() -> None:
    def losses(self: Poisson, theta: Array, rows: Rows) -> Array:
        found: Array = np.abs(self.x[rows] @ theta - self.y[rows])
        return found

    def gradients(self: Poisson, theta: Array, rows: Rows) -> Array:
        x = self.x[rows]
        found: Array = np.sign(x @ theta - self.y[rows])[:, None] * x
        return found

    check_gradients(Calls(with_(losses=losses, gradients=gradients)))


def test_beside_the_start_it_may_fail() -> None:
    failed: list[float] = []

    def losses(self: Root, theta: Array, rows: Rows) -> Array:
        failed.extend(theta[theta > -2].tolist())
        return Root.losses(self, -theta, rows)

    def gradients(self: Root, theta: Array, rows: Rows) -> Array:
        return -0.5 / losses(self, theta, rows)[:, None]

    mirrored = with_(Root, start=(-2.01,), losses=losses, gradients=gradients)
    calls = Calls(mirrored)
    check_gradients(calls)
    assert failed
    assert calls.fault == ""


def test_a_kink_beside_the_start_says_nothing_of_a_hessian() -> None:
    def losses(self: Any, theta: Array, rows: Rows) -> Array:
        found: Array = np.abs(theta[0] + 0 * rows)
        return found

    def gradients(self: Any, theta: Array, rows: Rows) -> Array:
        found: Array = np.sign(theta[0] + 0 * rows)[:, None]
        return found

    near = {"names": ("w",), "n_examples": 3, "start": (1e-7,)}
    both = {"losses": losses, "gradients": gradients}
    flat = with_(**near, **both, hessian_product=lambda *_: np.zeros(1))
    check_gradients(Calls(flat))


def test_an_infinite_loss_at_the_start_is_refused() -> None:
    with pytest.raises(Refused, match=r"^losses\(\) gives inf for row 3 at the start"):
        check_start(
            Calls(with_(losses=lambda self, t, rows: np.where(rows == 3, np.inf, 1.0)))
        )


def returns(value: Any) -> Callable[..., Any]:
    return lambda *_: value


def fails(*_: object) -> Any:
    raise KeyError("no\nsuch   row")


@pytest.mark.parametrize(
    ("method", "made", "sentence"),
    [
        ("losses", fails, "losses() raised KeyError: 'no\\nsuch row'."),
        ("losses", returns(None), "losses() returned object values, not real numbers."),
        ("losses", returns([1j] * 4), "losses() returned complex128 values"),
        ("losses", returns([[1], [2, 3]]), "losses() returned no array: ValueError: "),
        ("losses", returns(1.0), "losses() has the shape (), not (4,): one loss for"),
        ("gradients", returns(np.ones((3, 4))), "has the shape (3, 4), not (4, 3): "),
        ("gradient", returns(np.ones(3)), "gradient() must return two values: the"),
        ("gradient", returns((1.0, np.ones(4))), "has the shape (4,), not (3,): the"),
        ("gradient", fails, "gradient() raised KeyError"),
        ("loss_at", returns(np.ones(2)), "has the shape (2,), not (1,): one mean"),
        ("hessian_product", fails, "hessian_product() raised KeyError"),
    ],
)
def test_a_fault_is_a_hole_with_its_reason(
    method: str, made: Callable[..., Any], sentence: str
) -> None:
    failing = sum_of(with_(**{method: made}))
    asked: dict[str, Callable[[], Any]] = {
        "losses": lambda: failing.losses(THETA, ROWS),
        "gradients": lambda: failing.gradients(THETA, ROWS),
        "gradient": lambda: np.append(*failing.gradient(THETA, ROWS)[::-1]),
        "loss_at": lambda: failing.loss_at(THETA[None]),
        "hessian_product": lambda: failing.hessian(THETA)(THETA),
    }
    assert np.isnan(asked[method]()).all()
    assert sentence in failing.fault()
    assert failing.fault() == ""


def test_a_long_reason_is_cut() -> None:
    def losses(*_: object) -> Any:
        raise ValueError("a" * 5000)

    failing = sum_of(with_(losses=losses))
    failing.losses(THETA, ROWS)
    assert len(failing.fault()) < 300


def test_arrays_are_not_shared_in_either_direction() -> None:
    buffer = np.zeros(4)

    def losses(self: Poisson, theta: Array, rows: Rows) -> Array:
        buffer[:] = Poisson.losses(self, theta, rows)
        theta[:] = rows[:] = 0
        return buffer

    mine = sum_of(with_(losses=losses))
    theta, rows = THETA.copy(), ROWS.copy()
    first = mine.losses(theta, rows)
    before = first.copy()
    mine.losses(2 * theta, rows)
    assert first.tolist() == before.tolist()
    assert (theta.tolist(), rows.tolist()) == (THETA.tolist(), ROWS.tolist())


def test_only_one_asks_at_a_time() -> None:
    inside, most, both = [0], [0], Event()

    def losses(self: Poisson, theta: Array, rows: Rows) -> Array:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        if inside[0] == 2:
            both.set()
        both.wait(0.3)  # for another one to come in
        inside[0] -= 1
        return Poisson.losses(self, theta, rows)

    mine = sum_of(with_(losses=losses))
    threads = [Thread(target=mine.losses, args=(THETA, ROWS)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def bowl_with_a_wrong_entry() -> Any:
    names, seen = tuple(f"w{j}" for j in range(60)), np.arange(60.0)

    def losses(self: Any, theta: Array, rows: Rows) -> Array:
        found: Array = (theta @ theta) * (rows + 1.0)
        return found

    def gradients(self: Any, theta: Array, rows: Rows) -> Array:
        slope = 2 * theta * np.where(seen == 41, 1.5, 1.0)
        found: Array = (rows + 1.0)[:, None] * slope
        return found

    return with_(names=names, start=np.ones(60), losses=losses, gradients=gradients)


def test_the_worst_of_many_parameters_is_named() -> None:
    with pytest.raises(Refused, match=r"says 3 for 'w41' for row 0, but .* give 2\."):
        check_gradients(Calls(bowl_with_a_wrong_entry()))


def test_a_wrong_parameter_that_is_not_found_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owncheck, "_COORDINATES", 20)
    with pytest.raises(Refused, match=r"is off by .* along a direction drawn at ran"):
        check_gradients(Calls(bowl_with_a_wrong_entry()))


@pytest.mark.parametrize(
    ("each", "most"), [(0.0, 64), (0.004, 1), (0.0006, 4)], ids=["quick", "slow", "so"]
)
def test_a_surface_takes_as_many_points_at_once_as_take_a_moment(
    monkeypatch: pytest.MonkeyPatch, each: float, most: int
) -> None:
    spent, counts = [0.0], list[int]()

    def loss_at(self: Fast, thetas: Array, rows: Rows) -> Array:
        counts.append(len(thetas))
        spent[0] += each * len(thetas)
        return Fast.loss_at(self, thetas, rows)

    monkeypatch.setattr(ownsheet, "thread_time", lambda: spent[0])
    made = sum_of(with_(Fast, loss_at=loss_at))
    plane = parameter_plane(THETA, (0, 2), made.names)
    points = np.random.default_rng(0).standard_normal((127, 2))
    work, yields = made.sheet(plane, points[0]).losses(points), 0
    while True:
        try:
            next(work)
            yields += 1
        except StopIteration as end:
            found = end.value
            break
    assert found == pytest.approx(Fast().loss_at(plane.lift(points), np.arange(50)))
    assert (max(counts), sum(counts), len(counts)) == (most, 127, yields)

"""PyTorch modules as objectives, against the same networks of gdviz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.calls import Calls
from gdviz.core.datasets import Moons
from gdviz.core.models import MLP
from gdviz.core.own import OwnData, OwnSum
from gdviz.core.owncheck import check_gradients
from gdviz.core.refused import Refused
from gdviz.session.ownscene import own_scene
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import network

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.objective import Objective

torch: Any = pytest.importorskip("torch")
nn, functional = torch.nn, torch.nn.functional
SCENE = Scene(
    data=Moons(60),
    model=MLP((5, 4), "tanh"),
    descent=Descent(batch_size=7, learning_rate=0.3),
)


def near(value: Any) -> Any:
    """Return what equals a value but for the last few digits."""
    return pytest.approx(value, rel=1e-10, abs=1e-12)


@pytest.fixture
def inside() -> Trainer:
    """A network of gdviz at its start."""
    return Trainer(SCENE)


def order_of(objective: Objective) -> np.ndarray[Any, Any]:
    """Return where each of PyTorch's parameters stands in θ: weights, then biases."""
    places = np.arange(objective.n_parameters)
    parts = []
    for layer in objective.network.layers(places):  # type: ignore[arg-type]
        parts += [layer[:, :-1].ravel(), layer[:, -1]]
    return np.concatenate(parts)


def module_like(objective: Objective, theta: Any) -> Any:
    """Return the same network, made by PyTorch, with these parameters."""
    layers, made = objective.network.layers(theta), []
    for matrix in layers:
        linear = nn.Linear(matrix.shape[1] - 1, len(matrix))
        linear.weight.data = torch.tensor(matrix[:, :-1])
        linear.bias.data = torch.tensor(matrix[:, -1])
        made += [linear, nn.Tanh()]
    return nn.Sequential(*made[:-1])


def outside(inside: Trainer, loss: Any = None) -> OwnSum:
    from gdviz.torch import objective  # noqa: PLC0415  (needs torch)

    examples = inside.objective.examples
    module = module_like(network(inside), inside.state.theta)
    calls = Calls(
        objective(
            module,
            examples.inputs,
            examples.targets.astype(np.float64)[:, None],
            loss or nn.BCEWithLogitsLoss(),
        )
    )
    return OwnSum(OwnData(calls).examples(0), calls)


@pytest.mark.parametrize(
    "loss",
    [
        nn.BCEWithLogitsLoss(),
        nn.BCEWithLogitsLoss(reduction="sum"),
        functional.binary_cross_entropy_with_logits,
    ],
    ids=["mean", "sum", "function"],
)
def test_the_same_numbers_as_a_network_of_gdviz(inside: Trainer, loss: Any) -> None:
    ours, theirs = network(inside), outside(inside, loss)
    order, rows = order_of(ours), np.array([3, 59, 3, 0, 17])
    theta = inside.state.theta + 0.1
    there = theta[order]
    assert theirs.start(0) == pytest.approx(inside.state.theta[order], abs=0)
    losses = ours.losses(theta, rows)
    assert theirs.losses(there, rows) == near(losses)
    gradients = ours.gradients(theta, rows)[:, order]
    assert theirs.gradients(there, rows) == near(gradients)
    mean, gradient = ours.gradient(theta, rows)
    found = theirs.gradient(there, rows)
    assert found[0] == near(mean)
    assert found[1] == near(gradient[order])
    thetas = np.stack([theta, theta - 0.3, 2 * theta])
    means = ours.loss_at(thetas)
    assert theirs.loss_at(thetas[:, order]) == near(means)
    directions = np.random.default_rng(0).standard_normal((2, len(theta)))
    survey = ours.survey(theta, directions)
    other = theirs.survey(there, directions[:, order])
    assert other.loss == near(survey.loss)
    assert other.gradient == near(survey.gradient[order])
    assert other.covariance == near(survey.covariance)
    assert theirs.fault() == ""


def test_hessian_products_are_differences_of_gradients(inside: Trainer) -> None:
    theirs = outside(inside)
    theta = theirs.start(0)
    vector = np.random.default_rng(0).standard_normal(len(theta))
    step, none = 1e-5, np.zeros((0, len(theta)))
    ahead, behind = (
        theirs.survey(theta + s * vector, none).gradient for s in (step, -step)
    )
    wanted = (ahead - behind) / (2 * step)
    found = theirs.hessian(theta)(vector)
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-8)


def test_the_same_path(inside: Trainer) -> None:
    order, theirs = order_of(network(inside)), outside(inside)
    settings = {"batch_size": 7, "learning_rate": 0.3}
    other = Trainer(own_scene(theirs.calls._objective, True, settings))
    for ours, mine in zip(inside.advance(200), other.advance(200), strict=True):
        assert ours.rows.tolist() == mine.rows.tolist()
        assert mine.loss == pytest.approx(ours.loss, rel=1e-10, abs=1e-10)
        after = ours.after.theta[order]
        assert mine.after.theta == pytest.approx(after, rel=1e-10, abs=1e-10)


def small(*layers: Any) -> Any:
    torch.manual_seed(0)
    return nn.Sequential(*layers)


X, Y = np.random.default_rng(0).standard_normal((2, 12, 2))


def test_names_count_as_pytorch_does() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    class Scaled(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(2.0))
            self.linear = nn.Linear(2, 2)
            self.linear.bias.requires_grad_(False)

        def forward(self, x: Any) -> Any:
            return self.scale * self.linear(x)

    module = Scaled()
    made = objective(module, X, Y, nn.MSELoss())
    assert made.names == (
        "scale", "linear.weight[0,0]", "linear.weight[0,1]", "linear.weight[1,0]",
        "linear.weight[1,1]",
    )  # fmt: skip
    assert made.start[0] == 2.0
    assert made.title == "Scaled"
    check_gradients(Calls(made))
    assert module.scale.requires_grad  # the module itself stays as it is
    assert module.linear.weight.dtype == torch.float32


def test_the_loss_itself_stays_as_it_is() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))
    objective(nn.Linear(2, 2), X, np.array([0, 1] * 6), loss)
    assert (loss.reduction, loss.weight.dtype) == ("mean", torch.float32)


@pytest.mark.parametrize(
    ("module", "targets", "loss"),
    [
        (lambda: nn.Linear(2, 2), Y, nn.HuberLoss),
        (lambda: nn.Linear(2, 2), Y, lambda: lambda out, y: (out - y) ** 2),
        (
            lambda: nn.Linear(2, 3),
            (Y[:, 0] > 0).astype(np.int64),
            lambda: nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0])),
        ),
        (
            lambda: small(
                nn.Unflatten(1, (1, 2)), nn.Conv1d(1, 4, 2), nn.GELU(), nn.Flatten(),
                nn.LayerNorm(4), nn.Linear(4, 2),
            ),
            Y,
            nn.SmoothL1Loss,
        ),
        (
            lambda: small(
                nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2)
            ),
            Y,
            nn.MSELoss,
        ),
    ],
    ids=["huber", "function", "classes", "convolution", "moody"],
)  # fmt: skip
def test_many_modules_pass_the_check(
    module: Callable[[], Any], targets: Any, loss: Callable[[], Any]
) -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    check_gradients(Calls(objective(module(), X, targets, loss())))


def test_class_weights_count() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    weights = torch.tensor([1.0, 10.0], dtype=torch.float64)
    classes, rows = np.array([0, 1] * 6), np.arange(12)
    module = nn.Linear(2, 2)
    plain = objective(module, X, classes, nn.CrossEntropyLoss())
    weighted = objective(module, X, classes, nn.CrossEntropyLoss(weight=weights))
    ratio = weighted.losses(plain.start, rows) / plain.losses(plain.start, rows)
    assert ratio == pytest.approx([1.0, 10.0] * 6)


def test_layers_with_moods_are_told_of() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    module = small(nn.Linear(2, 4), nn.Dropout(), nn.BatchNorm1d(4), nn.Linear(4, 2))
    told = "is in evaluation mode here: each example's loss depends on that example"
    assert objective(module, X, Y, nn.MSELoss()).notes == (
        f"Dropout {told} alone.",
        f"BatchNorm1d {told} alone.",
    )
    assert module.training


@pytest.mark.parametrize(
    ("module", "targets", "words"),
    [
        (lambda: small(nn.ReLU()), Y, "no parameter that needs a gradient."),
        (
            lambda: small(nn.BatchNorm1d(2, track_running_stats=False)),
            Y,
            "BatchNorm1d without running statistics makes each loss depend on the",
        ),
        (lambda: nn.Linear(2, 2), Y[:5], "12 inputs and 5 targets; give one target"),
    ],
)
def test_what_cannot_be_learnt_is_refused(
    module: Callable[[], Any], targets: Any, words: str
) -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    with pytest.raises(Refused) as refusal:
        objective(module(), X, targets, nn.MSELoss())
    assert words in str(refusal.value)


def test_a_module_that_looks_at_the_whole_batch_is_refused() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    class Centred(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return super().forward(x - x.mean(dim=0))

    calls = Calls(objective(Centred(2, 2), X, Y, nn.MSELoss()))
    with pytest.raises(Refused, match="that row alone"):
        check_gradients(calls)


def test_a_module_that_fails_says_so() -> None:
    from gdviz.torch import objective  # noqa: PLC0415

    calls = Calls(objective(nn.Linear(3, 2), X, Y, nn.MSELoss()))
    with pytest.raises(Refused, match=r"losses\(\) raised RuntimeError: .*shapes"):
        check_gradients(calls)


def test_the_number_of_threads_stays_as_it_was(inside: Trainer) -> None:
    theirs = outside(inside)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        theirs.losses(theirs.start(0), np.arange(3))
        theirs.losses(np.zeros(1), np.arange(3))  # fails
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)

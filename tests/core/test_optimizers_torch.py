"""Optimizers against PyTorch's, step by step, where that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    AdaDelta,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    HeavyBall,
    Here,
    Lion,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

torch: Any = pytest.importorskip("torch")

MOMENTS = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3}
BETAS = {"betas": (0.8, 0.95), "eps": 1e-3}
PAIRS: list[tuple[Optimizer, str, dict[str, Any]]] = [
    (SGD(), "SGD", {}),
    (HeavyBall(), "SGD", {"momentum": 0.9}),
    (HeavyBall(0.5), "SGD", {"momentum": 0.5}),
    (Nesterov(), "SGD", {"momentum": 0.9, "nesterov": True}),
    (Nesterov(0.5), "SGD", {"momentum": 0.5, "nesterov": True}),
    (AdaGrad(), "Adagrad", {}),
    (AdaGrad(eps=1e-3), "Adagrad", {"eps": 1e-3}),
    (RMSProp(), "RMSprop", {}),
    (RMSProp(0.9, 1e-3), "RMSprop", {"alpha": 0.9, "eps": 1e-3}),
    (RMSProp(centred=True), "RMSprop", {"centered": True}),
    (RMSProp(momentum=0.7), "RMSprop", {"momentum": 0.7}),
    (
        RMSProp(0.9, centred=True, momentum=0.7),
        "RMSprop",
        {"alpha": 0.9, "centered": True, "momentum": 0.7},
    ),
    (AdaDelta(), "Adadelta", {}),
    (AdaDelta(0.7, 1e-3), "Adadelta", {"rho": 0.7, "eps": 1e-3}),
    (Adam(), "Adam", {}),
    (Adam(**MOMENTS), "Adam", BETAS),
    (AMSGrad(), "Adam", {"amsgrad": True}),
    (AMSGrad(**MOMENTS), "Adam", {**BETAS, "amsgrad": True}),
    (AdamW(), "AdamW", {}),
    (AdamW(**MOMENTS), "AdamW", BETAS),
    (NAdam(), "NAdam", {}),
    (NAdam(**MOMENTS, momentum_decay=0.1), "NAdam", {**BETAS, "momentum_decay": 0.1}),
    (Adamax(), "Adamax", {}),
    (Adamax(**MOMENTS), "Adamax", BETAS),
]


@pytest.fixture
def doubles() -> Iterator[None]:
    """PyTorch keeps NAdam's product in its default kind of number."""
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(usual)


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize("decay", [None, 0.0, 0.3])
@pytest.mark.parametrize(("ours", "name", "settings"), PAIRS)
def test_two_hundred_steps(
    ours: Optimizer, name: str, settings: dict[str, Any], decay: float | None
) -> None:
    if decay is not None:
        ours = type(ours)(**{**vars(ours), "weight_decay": decay})
        settings = {**settings, "weight_decay": decay}
    rng = np.random.default_rng(0)
    root = rng.standard_normal((6, 6))
    curvature, theta = root @ root.T / 6, rng.standard_normal(6)
    rate = 0.05 if name != "Adadelta" else 1.0
    theirs = torch.nn.Parameter(torch.tensor(theta))
    walker = getattr(torch.optim, name)([theirs], lr=rate, **settings)
    state = ours.init(theta)
    for _ in range(200):
        noise = rng.standard_normal(6)
        gradient = curvature @ theta + noise
        theirs.grad = torch.tensor(curvature @ theirs.detach().numpy() + noise)
        walker.step()
        update, state = ours.update(gradient, state, Here(theta, rate))
        theta = theta + update
        there = theirs.detach().numpy()
        np.testing.assert_allclose(theta, there, rtol=1e-9, atol=1e-11)


def test_every_optimizer_that_pytorch_has_is_compared() -> None:
    assert {ours.name for ours, _, _ in PAIRS} == set(OPTIMIZERS) - {"lion", "sgld"}
    assert not hasattr(torch.optim, Lion.title)
    assert not hasattr(torch.optim, SGLD.name.upper())


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (AdaGrad, "Adagrad"),
        (AdaDelta, "Adadelta"),
        (RMSProp, "RMSprop"),
        (Adam, "Adam"),
        (AdamW, "AdamW"),
        (NAdam, "NAdam"),
        (Adamax, "Adamax"),
    ],
)
def test_defaults_are_pytorchs(ours: type[Optimizer], name: str) -> None:
    walker = getattr(torch.optim, name)([torch.nn.Parameter(torch.zeros(1))])
    theirs = dict(walker.defaults)
    assert ours.usual_rate == theirs.pop("lr")
    theirs["beta1"], theirs["beta2"] = theirs.pop("betas", (None, None))
    theirs["centred"] = theirs.pop("centered", None)
    for knob, value in vars(ours()).items():
        assert value == theirs[knob]

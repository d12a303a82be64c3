"""`--set KNOB=VALUE`: every knob from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gdviz.cli.flags import named_scene, scene_parser
from gdviz.cli.scenes import document_of
from gdviz.core.knobs import Choice, Flag, Real, Whole, knobs
from gdviz.core.optimizers import OPTIMIZERS, Adam, RMSProp
from gdviz.core.refused import Refused
from gdviz.core.schedules import SCHEDULES, Cosine, OneCycle
from tests.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.core.knobs import Kind, Spec
    from gdviz.session.scene import Scene


def scene(*words: str) -> Scene:
    parser = scene_parser("train", "[--steps N]", "", "")
    return document_of(parser.parse_args(list(words))).scene


def other(kind: Kind, usual: Any) -> Any:
    """Return a value of a knob that is not its default."""
    match kind:
        case Flag():
            return not usual
        case Choice(options):
            return next(option for option in options if option != usual)
        case Whole(low, high):
            return min(usual + 3, high) if usual < high else low
        case Real(low, high):
            return low + 0.25 * (min(high, 1.0) - low) if low < 1 else low + 0.5
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("field", "usual"),
    [
        *(("optimizer", kind()) for kind in OPTIMIZERS.values()),
        *(("schedule", kind()) for kind in SCHEDULES.values()),
    ],
)
def test_every_knob_of_every_way_down(field: str, usual: Spec) -> None:
    name = usual.name
    assert getattr(scene(f"--{field}", name).descent, field) == usual
    for key, worn in knobs(usual).items():
        value = other(worn.kind, getattr(usual, key))
        typed = str(value).lower() if isinstance(value, bool) else str(value)
        found = scene(f"--{field}", name, "--set", f"{field}.{key}={typed}")
        made = getattr(found.descent, field)
        assert getattr(made, key) == value != getattr(usual, key)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["optimizer=adam", "optimizer.beta1=0.5"], Adam(0.5)),
        (["descent.optimizer.name=adam"], Adam()),
        (["optimizer.name=rmsprop", "optimizer.centred=true"], RMSProp(centred=True)),
        (["schedule=cosine", "schedule.restarts = true"], Cosine(restarts=True)),
        (["schedule=one_cycle", "schedule.curve=linear"], OneCycle(curve="linear")),
    ],
)
def test_places_of_the_descent_need_no_prefix(words: list[str], wanted: Any) -> None:
    typed = [part for word in words for part in ("--set", word)]
    descent = scene(*typed).descent
    assert wanted in (descent.optimizer, descent.schedule)


def test_other_places() -> None:
    found = scene(
        "--dataset", "moons", "--model", "mlp", "--set", "model.hidden=[5, 4]",
        "--set", "data.noise=0.25", "--set", "seed=9", "--set", "batch_size=7",
    )  # fmt: skip
    assert found.model == type(found.model)(hidden=(5, 4))  # type: ignore[call-arg]
    assert (found.data.noise, found.seed) == (0.25, 9)  # type: ignore[attr-defined]
    assert found.descent.batch_size == 7


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("beta1", "--set beta1 is not KNOB=VALUE, such as seed=7."),
        ("=3", "--set =3 is not KNOB=VALUE, such as seed=7."),
        ("optimizer.beta=0.5", "there is no setting 'descent.optimizer.beta';"),
        ("optimizer.weight_decy=1", "did you mean descent.optimizer.weight_decay?"),
        (
            "optimizer.weight_decay=11",
            "weight_decay must lie between 0 and 10, not 11.",
        ),
        ("optimizer.weight_decay=NaN", "must lie between 0 and 10, not nan"),
        ("optimizer.weight_decay=x", "must be a number, not 'x'"),
        ("optimizer=sdg", "descent.optimizer.name must be one of sgd,"),
        ("colour=red", "there is no setting 'colour'"),
        ("seed.more=1", "seed must be a whole number"),
        ("optimizer=[1]", "descent.optimizer must be an object in braces."),
        ("seed=" + "9" * 5000, "seed must be a whole number"),
        ("seed=" + "[" * 100_000, "seed must be a whole number"),
    ],
)
def test_refused_in_a_sentence(word: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        scene("--set", word)
    assert sentence in str(refusal.value)


def test_what_was_typed_is_named() -> None:
    parser = scene_parser("train", "[--steps N]", "", "")
    typed = parser.parse_args(["--seed", "3", "--set", "seed=4", "--set", "loss=huber"])
    assert named_scene(typed) == ["--seed", "--set"]
    assert named_scene(parser.parse_args([])) == []


def test_a_run_of_the_command_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["--optimizer", "adam", "--schedule", "cosine", "--steps", "30"]
    gdviz = Terminal(capsys)
    some = gdviz("train", *words, "--set", "schedule.length=10")
    other = gdviz("train", *words)
    assert some[0] == other[0] == 0
    assert some[1] != other[1]

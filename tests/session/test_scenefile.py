from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.core.averaging import Accumulated, SumOfGradients
from gdviz.core.datasets import Iris, LineWithNoise, OwnTable
from gdviz.core.functions import GivenGradients
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP
from gdviz.core.optimizers import SGD, HeavyBall
from gdviz.core.refused import Refused
from gdviz.core.wrongs import MeanError
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import from_json, read_document, to_json
from gdviz.session.scenetext import LARGEST, VERSION
from gdviz.session.scenetree import build, merged, places, tree_of
from gdviz.session.trainer import Trainer
from tests.session.strategies import specs


def whole(**settings: object) -> str:
    return json.dumps({"gdviz": VERSION, **settings})


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        from_json(text)
    return str(caught.value)


@given(specs(Scene))
def test_any_scene_survives_the_round_trip(scene: Scene) -> None:
    text = to_json(scene)
    assert from_json(text) == scene
    assert to_json(from_json(text)) == text
    text.encode("utf-8")


def test_the_file_is_small_readable_and_complete() -> None:
    scene = Scene(model=MLP((8, 4)), seed=7, descent=Descent(optimizer=HeavyBall(0.5)))
    assert to_json(scene) == (
        "{\n"
        '  "gdviz": 2,\n'
        '  "data": {"name": "line", "n_examples": 40, "noise": 0.5, "slope": 1.4, '
        '"intercept": 0.4},\n'
        '  "held_out": 0.0,\n'
        '  "model": {"name": "mlp", "hidden": [8, 4], "activation": "tanh", '
        '"bias": true},\n'
        '  "seed": 7,\n'
        '  "start": [],\n'
        '  "descent": {"batch_size": 4, "learning_rate": 0.05, "order": "shuffled", '
        '"short_last": "keep", "optimizer": {"name": "momentum", "beta": 0.5, '
        '"weight_decay": 0.0}, "recipe": {"name": "mean"}, '
        '"schedule": {"name": "constant", "warmup": 0}},\n'
        '  "ghosts": [],\n'
        '  "pace": "updates",\n'
        '  "plane": {"name": "parameters", "follow": true, "at": 0, "extent": [], '
        '"grid": "auto"},\n'
        '  "plane_x": "",\n'
        '  "plane_y": ""\n'
        "}\n"
    )


def test_a_loss_that_is_named_is_written() -> None:
    scene = Scene(loss=SquaredError(half=True))
    assert '"loss": {"name": "squared", "half": true}' in to_json(scene)
    assert from_json(to_json(scene)) == scene
    assert "loss" not in to_json(Scene())


def test_the_first_version_is_read() -> None:
    text = '{"gdviz": 1, "seed": 3, "ghosts": [{"batch_size": 2}]}'
    assert from_json(text) == Scene(seed=3, ghosts=(Descent(2),))


def test_the_same_file_gives_the_same_path() -> None:
    scene = replace(Scene(), descent=Descent(learning_rate=0.1 + 0.2))
    paths = [Trainer(scene), Trainer(from_json(to_json(scene)))]
    for trainer in paths:
        trainer.advance(50)
    assert paths[0].state.theta.tolist() == paths[1].state.theta.tolist()


@pytest.mark.parametrize(
    ("settings", "scene"),
    [
        ({}, Scene()),
        ({"data": {}}, Scene()),
        ({"data": {"name": "iris"}}, Scene(data=Iris())),
        ({"data": {"noise": 2}}, Scene(data=LineWithNoise(noise=2.0))),
        ({"loss": None}, Scene(loss=None)),
        ({"loss": {"name": "squared"}}, Scene(loss=SquaredError())),
        ({"seed": 0}, Scene(seed=0)),
        ({"seed": 3.0}, Scene(seed=3)),
        ({"model": {"name": "mlp", "hidden": [3]}}, Scene(model=MLP((3,)))),
        (
            {"descent": {"optimizer": {"name": "momentum"}}},
            Scene(descent=Descent(optimizer=HeavyBall())),
        ),
    ],
)
def test_missing_settings_take_their_defaults(
    settings: dict[str, object], scene: Scene
) -> None:
    assert from_json(whole(**settings)) == scene


REFUSED = {
    "batch size": (
        whole(descent={"batch_size": 0}),
        "descent.batch_size must lie between 1 and 1000000, not 0.",
    ),
    "text for a number": (
        whole(descent={"learning_rate": "fast"}),
        "descent.learning_rate must be a number, not 'fast'.",
    ),
    "true for a number": (whole(seed=True), "seed must be a whole number, not True."),
    "half a seed": (whole(seed=1.5), "seed must be a whole number, not 1.5."),
    "null": (whole(held_out=None), "held_out must be a number, not None."),
    "noise": (
        whole(data={"name": "moons", "noise": -1}),
        "data.noise must lie between 0 and 2, not -1.",
    ),
    "widths": (
        whole(model={"name": "mlp", "hidden": [8, 0]}),
        "model.hidden[1] must lie between 1 and 256, not 0.",
    ),
    "beta": (
        whole(descent={"optimizer": {"name": "momentum", "beta": 1}}),
        "descent.optimizer.beta must lie between 0 and 0.999, not 1.",
    ),
    "unknown on top": (
        whole(sed=1),
        "there is no setting 'sed'; did you mean seed?",
    ),
    "unknown below": (
        whole(descent={"batchsize": 2}),
        "there is no setting 'descent.batchsize'; did you mean descent.batch_size?",
    ),
    "of another loss": (
        whole(loss={"name": "hinge", "delta": 2}),
        "there is no setting 'loss.delta'; known: name.",
    ),
    "unknown name": (
        whole(loss={"name": "hing"}),
        "loss.name must be one of squared, absolute, huber, logistic, softmax, hinge, "
        "not 'hing'.",
    ),
    "a loss without a name": (
        whole(loss={"half": True}),
        "loss.name must be one of squared, absolute",
    ),
    "null for data": (whole(data=None), "data must be an object in braces."),
    "a list for a name": (whole(model={"name": ["mlp"]}), "model.name must be one of"),
    "a word for a spec": (whole(data="iris"), "data must be an object in braces."),
    "not JSON": ('{\n  "gdviz": 2,\n  seed: 3\n}', "line 3, column 3 is not JSON"),
    "cut off": ('{"gdviz": 1', "line 1, column 12 is not JSON"),
    "empty": ("", "line 1, column 1 is not JSON"),
    "a list": ("[1, 2]", "this is not a gdviz scene"),
    "a word": ('"gdviz"', "this is not a gdviz scene"),
    "some other file": ('{"name": "x"}', 'not a gdviz scene: it has no key "gdviz"'),
    "newer": ('{"gdviz": 3, "a": 1}', "of version 3, and 2 is the newest known here"),
    "version 0": ('{"gdviz": 0}', "gdviz must be 2"),
    "version true": ('{"gdviz": true}', "gdviz must be 2"),
    "version text": ('{"gdviz": "1"}', "gdviz must be 2"),
    "twice": ('{"gdviz": 1, "seed": 1, "seed": 2}', "'seed' stands twice"),
    "NaN": ('{"gdviz": 1, "held_out": NaN}', "NaN is not a number"),
    "infinity": ('{"gdviz": 1, "held_out": -Infinity}', "-Infinity is not a number"),
    "overflow": ('{"gdviz": 1, "held_out": 1e999}', "held_out must lie between 0 and"),
    "digits": ('{"gdviz": 1, "seed": ' + "9" * 5000 + "}", "99… is too long"),
    "ghosts in braces": (whole(ghosts={}), "ghosts must be a list of objects in"),
    "ghosts of none": (whole(ghosts=None), "ghosts must be a list of objects in"),
    "a ghost by name": (
        whole(ghosts=[{}, "sum"]),
        "ghosts[1] must be an object in braces.",
    ),
    "a ghost's recipe": (
        whole(ghosts=[{}, {"recipe": {"name": "summ"}}]),
        "ghosts[1].recipe.name must be one of mean, mean_loss, sum",
    ),
    "a ghost's recipe's knob": (
        whole(ghosts=[{"recipe": {"name": "accumulated", "micro_batch": 0}}]),
        "ghosts[0].recipe.micro_batch must lie between 1 and 1000000, not 0.",
    ),
    "a ghost's batch size": (
        whole(ghosts=[{}, {}, {"batch_size": 0}]),
        "ghosts[2].batch_size must lie between 1 and 1000000, not 0.",
    ),
    "a ghost's momentum": (
        whole(ghosts=[{"optimizer": {"name": "momentum", "beta": 2}}]),
        "ghosts[0].optimizer.beta must lie between 0 and 0.999, not 2.",
    ),
    "a ghost's setting": (
        whole(ghosts=[{"batchsize": 2}]),
        "no setting 'ghosts[0].batchsize'; did you mean ghosts[0].batch_size?",
    ),
    "a ghost's seed": (whole(ghosts=[{"seed": 2}]), "no setting 'ghosts[0].seed'"),
    "a ghost's ghosts": (whole(ghosts=[{"ghosts": []}]), "setting 'ghosts[0].ghosts'"),
    "a ghost beside an error": (
        whole(descent={"batch_size": 0}, ghosts=[{}]),
        "descent.batch_size must lie between 1 and 1000000, not 0.",
    ),
    "many ghosts": (whole(ghosts=[{}] * 13), "ghosts must be at most 12."),
    "a start in words": (whole(start="0"), "start must be a list of at most 4,096"),
    "a start of words": (whole(start=[1, "2"]), "start[1] must be a number, not '2'."),
    "a start far away": (whole(start=[1, 1e101]), "start[1] must lie between -1e+100"),
    "a recipe's knob": (
        whole(descent={"recipe": {"name": "mean", "micro_batch": 3}}),
        "there is no setting 'descent.recipe.micro_batch'; known: name.",
    ),
    "ragged rows": (
        whole(data={"name": "given", "rows": [[1, 2], [3]]}),
        "data.rows must have rows of one length, at least 1 number.",
    ),
    "a row of words": (
        whole(data={"name": "given", "rows": [[1], ["x"]]}),
        "data.rows[1][0] must be a number, not 'x'.",
    ),
    "deep": ('{"gdviz": 1, "data": ' + "[" * 100_000, "nested too deeply"),
    "deep and whole": (
        '{"gdviz": 1, "data": ' + '{"data":' * 100_000 + "1" + "}" * 100_001,
        "nested too deeply",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_refused_by_its_place(text: str, sentence: str) -> None:
    said = refusal(text)
    assert sentence in said
    assert said.endswith((".", "?"))


@pytest.mark.parametrize("depth", range(900, 1000, 7))
def test_no_depth_of_nesting_escapes(depth: int) -> None:
    refusal('{"gdviz": 1, "seed": ' + "[" * depth + "]" * depth + "}")


@pytest.mark.parametrize("key", ["x" * 300_000, "\x1b[31m", "\ud800", "seed\n"])
def test_strange_keys_and_values_make_short_printable_sentences(key: str) -> None:
    for text in (whole(**{key: 1}), whole(descent={"order": key})):
        said = refusal(text)
        assert len(said) < 700
        assert said.isprintable()


@given(st.recursive(st.integers() | st.text() | st.none(), st.lists) | st.floats())
def test_no_value_gets_past_as_anything_but_a_refusal(value: object) -> None:
    for f in fields(Scene):
        try:
            from_json(whole(**{f.name: value}))
        except Refused as fault:
            assert str(fault)  # noqa: PT017


def test_a_file_is_read_and_its_own_settings_are_told(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(whole(seed=1, descent={"batch_size": 2}), encoding="utf-8-sig")
    read = read_document(path)
    scene, said = read.scene, read.places
    assert scene == read_document(str(path)).scene == Scene(seed=1, descent=Descent(2))
    assert said == {"seed", "descent", "descent.batch_size"}


def test_a_relative_table_lies_beside_the_scene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    own = whole(data={"name": "csv", "path": "../t.csv", "target": "y"})
    (tmp_path / "deep" / "own.json").write_text(own)
    (tmp_path / "t.csv").write_text("x,y\n1,2\n3,4.5\n")
    monkeypatch.chdir(tmp_path)
    scene = read_document("deep/own.json").scene
    monkeypatch.chdir("/")
    assert len(scene.data.examples(0)) == 2
    assert from_json(to_json(scene), tmp_path / "elsewhere") == scene  # absolute now


def test_without_a_folder_a_path_stays_as_it_is() -> None:
    text = whole(data={"name": "csv", "path": "t.csv"})
    assert from_json(text).data == OwnTable("t.csv")
    assert from_json(text, Path("/a")).data == OwnTable(str(Path("/a/t.csv")))
    empty = whole(data={"name": "csv"})
    assert from_json(empty, Path("/a")).data == OwnTable("")


def file_refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        read_document(path)
    assert str(caught.value).startswith(f"{path.name}: ")
    return str(caught.value)


def test_files_that_cannot_be_scenes(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    assert "no such file" in file_refusal(path)
    assert "a folder" in file_refusal(tmp_path)
    path.write_bytes(b'{"gdviz": 2,\n"plane_x": "\xff"}')
    assert "line 2 is not UTF-8" in file_refusal(path)
    path.write_text(whole() + " " * LARGEST)
    too_long = "at most 8 MB, or 64 MB with its table; make it smaller."
    assert too_long in file_refusal(path)
    path.write_text(whole(sed=1))
    assert "did you mean seed?" in file_refusal(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert "a device" in file_refusal(tmp_path / "pipe.json")


def test_another_name_leaves_no_old_knob_behind() -> None:
    tree = tree_of(Scene(data=LineWithNoise(noise=3.0)))
    moons = build(merged(tree, {"data": {"name": "moons"}}))
    assert moons.data.name == "moons"
    line = build(merged(tree, {"data": {"n_examples": 9}, "seed": 1}))
    assert line == Scene(data=LineWithNoise(9, noise=3.0), seed=1)
    assert build(tree) == Scene(data=LineWithNoise(noise=3.0))


def test_places_are_dotted() -> None:
    tree = {"a": {"b": 1, "c": {"d": 2}}}
    assert places(tree) == {"a", "a.b", "a.c", "a.c.d"}


FIRST = Descent(6, 0.1, optimizer=HeavyBall(0.5), recipe=Accumulated(3))
GHOSTLY = {
    "nothing": (FIRST, "{}"),
    "recipe": (
        replace(FIRST, recipe=SumOfGradients()),
        '{"recipe": {"name": "sum"}}',
    ),
    "micro-batch": (
        replace(FIRST, recipe=Accumulated(2)),
        '{"recipe": {"name": "accumulated", "micro_batch": 2}}',
    ),
    "rate": (
        replace(FIRST, learning_rate=0.1 + 0.2),
        '{"learning_rate": 0.30000000000000004}',
    ),
    "memory": (
        replace(FIRST, optimizer=HeavyBall(0.8)),
        '{"optimizer": {"name": "momentum", "beta": 0.8, "weight_decay": 0.0}}',
    ),
    "no memory": (
        replace(FIRST, optimizer=SGD()),
        '{"optimizer": {"name": "sgd", "weight_decay": 0.0}}',
    ),
    "batches": (
        replace(FIRST, batch_size=1, order="file", short_last="drop"),
        '{"batch_size": 1, "order": "file", "short_last": "drop"}',
    ),
}


@pytest.mark.parametrize(("ghost", "text"), GHOSTLY.values(), ids=GHOSTLY)
def test_a_ghost_is_written_as_what_is_different(ghost: Descent, text: str) -> None:
    scene = Scene(descent=FIRST, ghosts=(ghost,))
    written = to_json(scene)
    assert f'"ghosts": [{text}],\n' in written
    assert from_json(written) == scene


def test_all_ghosts_come_back_in_their_order() -> None:
    ghosts = tuple(ghost for ghost, _ in GHOSTLY.values())
    scene = Scene(descent=FIRST, ghosts=ghosts, start=(1.0, -0.5))
    assert from_json(to_json(scene)) == scene
    swapped = replace(scene, ghosts=ghosts[::-1])
    assert from_json(to_json(swapped)) == swapped != scene


@pytest.mark.parametrize(
    ("settings", "ghost"),
    [
        ({"ghosts": [{}]}, Descent()),
        ({"descent": {"batch_size": 9}, "ghosts": [{}]}, Descent(9)),
        (
            {"descent": {"batch_size": 9}, "ghosts": [{"learning_rate": 1}]},
            Descent(9, 1.0),
        ),
        (
            {
                "descent": {"optimizer": {"name": "momentum", "beta": 0.5}},
                "ghosts": [{"optimizer": {"beta": 0.25}}],
            },
            Descent(optimizer=HeavyBall(0.25)),
        ),
        (
            {
                "descent": {"optimizer": {"name": "momentum", "beta": 0.5}},
                "ghosts": [{"optimizer": {"name": "sgd"}}],
            },
            Descent(),
        ),
        (
            {
                "descent": {"recipe": {"name": "accumulated", "micro_batch": 7}},
                "ghosts": [{"recipe": {"name": "mean_error"}}],
            },
            Descent(recipe=MeanError()),
        ),
        (
            {"ghosts": [{"recipe": {"name": "accumulated"}}]},
            Descent(recipe=Accumulated()),
        ),
    ],
)
def test_a_ghost_is_the_descent_but_for_what_it_says(
    settings: dict[str, object], ghost: Descent
) -> None:
    assert from_json(whole(**settings)).ghosts == (ghost,)


def test_a_file_says_whether_it_has_ghosts() -> None:
    tree = {"ghosts": [{"batch_size": 2}], "descent": {"batch_size": 3}}
    assert places(tree) == {"ghosts", "descent", "descent.batch_size"}


def test_formulas_are_files_too(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    data = {"name": "given", "rows": [[1, -2.5], [0.25, 1e-3]]}
    path.write_text(whole(data=data, ghosts=[{"recipe": {"name": "sum"}}]))
    scene = read_document(path).scene
    assert scene.data == GivenGradients(((1.0, -2.5), (0.25, 1e-3)))
    assert from_json(to_json(scene)) == scene
    assert '"rows": [[1.0, -2.5], [0.25, 0.001]]' in to_json(scene)
    trainers = [Trainer(scene), Trainer(from_json(to_json(scene)))]
    for trainer in trainers:
        trainer.advance(20)
    assert trainers[0].state.theta.tolist() == trainers[1].state.theta.tolist()

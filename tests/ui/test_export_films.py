"""Films: the right steps, the right pixels, clean ends, and a screen that goes on."""

from __future__ import annotations

import itertools
import resource
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gdviz.core.calls import Calls
from gdviz.core.datasets import Digits
from gdviz.core.functions import SquareAndCube
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.session.course import Course
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.ui.export import encoders
from gdviz.ui.export.cut import MOST_FRAMES, Cut, check
from gdviz.ui.export.encoders import Reel, gif, webp
from gdviz.ui.export.film import Film
from gdviz.ui.export.filmapart import FilmApart, filmed
from gdviz.ui.export.subjects import Look, Subject
from gdviz.ui.render import film, render
from tests.owns import Poisson
from tests.ui.monkeywatch import let_run
from tests.ui.pictures import apart, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.ui.export.encoders import Frame
    from gdviz.ui.window import Window
    from tests.ui.pictures import Pixels

SMALL = Look((420, 320), "data")


def shoot(path: Path, cut: Cut, look: Look = SMALL, scene: Scene | None = None) -> str:
    note = film(
        Subject(scene or Scene()), look, cut, path, lambda *_: None, lambda: False
    )
    assert note is not None  # nobody has stopped it
    return note


def frames(path: Path) -> list[Pixels]:
    with Image.open(path) as image:
        return [
            np.asarray(frame.convert("RGB")).astype(np.int16)
            for frame in ImageSequence.Iterator(image)
        ]


CUTS = {
    Cut(0, 4): [0, 1, 2, 3, 4],
    Cut(2, 9, 3): [2, 5, 8, 9],
    Cut(3, 9, 3): [3, 6, 9],
    Cut(7, 7): [7],
    Cut(0, 5, 100): [0, 5],
    Cut(5, 3): [],
}


@pytest.mark.parametrize(("cut", "steps"), CUTS.items())
def test_the_steps_of_a_film(cut: Cut, steps: list[int]) -> None:
    assert cut.steps() == steps


def test_a_path_that_ends_sooner_ends_the_film() -> None:
    assert Cut(0, 100, 10).steps(24) == [0, 10, 20, 24]


def test_every_frame_is_the_picture_of_its_step(
    qapp: QApplication, tmp_path: Path
) -> None:
    cut = Cut(1, 6, 3)
    for name in ("a.webp", "a.gif"):
        assert shoot(tmp_path / name, cut) == ""
    exact, coarse = frames(tmp_path / "a.webp"), frames(tmp_path / "a.gif")
    assert len(exact) == len(coarse) == len(cut.steps()) == 3
    for step, frame, near in zip(cut.steps(), exact, coarse, strict=True):
        render(Scene(), step, tmp_path / "a.png", SMALL.size, view=SMALL.view)
        away = apart(near, frame)  # a GIF has 256 colours
        assert apart(frame, read(tmp_path / "a.png")).max() == 0
        assert away.mean() < 1.5
        assert (away > 60).mean() < 1e-3
    for one, other in itertools.combinations(exact, 2):
        assert (apart(one, other) > 60).mean() > 4e-3


def test_the_network_of_each_frame_is_that_of_its_step(
    qapp: QApplication, tmp_path: Path
) -> None:
    look = Look((500, 320), "network")
    shoot(tmp_path / "a.webp", Cut(0, 2), look)
    for step, frame in enumerate(frames(tmp_path / "a.webp")):
        render(Scene(), step, tmp_path / "a.png", look.size, view="network")
        assert apart(frame, read(tmp_path / "a.png")).max() == 0


@pytest.mark.parametrize("view", ["surface", "loss", "curves"])
def test_the_axes_stay(qapp: QApplication, tmp_path: Path, view: str) -> None:
    scene = Scene()
    if view == "curves":
        scene = Scene(data=SquareAndCube(), descent=Descent(2, 0.1))
    shoot(tmp_path / "a.webp", Cut(0, 24, 6), Look((500, 360), view), scene)
    got = frames(tmp_path / "a.webp")
    left = [frame[60:300, :66] for frame in got]
    below = [frame[330:345, 70:420] for frame in got]
    assert all((part == left[0]).all() for part in left)
    assert all((part == below[0]).all() for part in below)
    assert left[0].std() > 1  # there are numbers
    assert apart(got[0], got[-1]).max() > 100  # and something moves


@pytest.mark.parametrize("size", [(420, 320), (421, 321)])
def test_mp4(qapp: QApplication, tmp_path: Path, size: tuple[int, int]) -> None:
    av = pytest.importorskip("av")
    shoot(tmp_path / "a.mp4", Cut(0, 6, rate=12.5), Look(size, "data"))
    with av.open(str(tmp_path / "a.mp4")) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (size[0] + size[0] % 2,
                                                 size[1] + size[1] % 2)  # fmt: skip
        assert stream.average_rate == 12.5
        assert stream.codec_context.pix_fmt == "yuv420p"
        got = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(got) == 7
    render(Scene(), 6, tmp_path / "a.png", size, view="data")
    last = got[-1][: size[1], : size[0]].astype(np.int16)
    assert apart(last, read(tmp_path / "a.png")).mean() < 6


def test_without_pyav_one_sentence_tells_the_remedy(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    with pytest.raises(Refused, match=r"pip install 'gdviz\[video\]'"):
        shoot(tmp_path / "a.mp4", Cut(0, 2))
    assert list(tmp_path.iterdir()) == []


TOO_MUCH = {
    "backwards": (Cut(5, 4), "a.gif", r"last step, 4, must not be before the first"),
    "frames": (Cut(0, MOST_FRAMES), "a.gif", r"10,001 frames .* one for every 2 steps"),
    "fast": (Cut(0, 9, rate=51.0), "a.gif", r"\.gif shows at most 50 frames a second"),
    "large": (Cut(0, 9, scale=40.0), "a.webp", "more than 100 million"),
}


@pytest.mark.parametrize(("cut", "name", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_is_refused(
    qapp: QApplication, tmp_path: Path, cut: Cut, name: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        check(cut, (420, 320), tmp_path / name)


def test_the_rate_of_a_film(qapp: QApplication, tmp_path: Path) -> None:
    for name, rate, whole in (("a.gif", 30.0, 233), ("a.webp", 30.0, 233)):
        shoot(tmp_path / name, Cut(0, 6, rate=rate))
        with Image.open(tmp_path / name) as image:
            lasts = []
            for frame in ImageSequence.Iterator(image):
                frame.load()
                lasts.append(frame.info["duration"])
        assert sum(lasts) == pytest.approx(whole, abs=6)
        assert max(lasts) - min(lasts) <= 10


def test_one_frame(qapp: QApplication, tmp_path: Path) -> None:
    for name in ("a.gif", "a.webp"):
        shoot(tmp_path / name, Cut(3, 3))
        assert len(frames(tmp_path / name)) == 1


def test_a_diverging_path_ends_the_film(qapp: QApplication, tmp_path: Path) -> None:
    scene, path = Scene(descent=Descent(4, 3.0)), tmp_path / "a.webp"
    told: list[tuple[int, int]] = []
    note = film(Subject(scene), SMALL, Cut(200, 300, 10), path,
                lambda *count: told.append(count), lambda: False)  # fmt: skip
    assert note == "The path diverges; it ends at step 223."
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    got = frames(path)
    assert len(got) == 4  # 200, 210, 220, 223
    render(scene, 223, tmp_path / "a.png", SMALL.size, view="data")
    assert apart(got[-1], read(tmp_path / "a.png")).max() == 0
    with pytest.raises(Refused, match=r"step 223 is its last finite one"):
        shoot(path, Cut(224, 300), scene=scene)
    assert len(frames(path)) == 4  # the old film is whole


SUBJECTS = {
    "formula": Subject(Scene(data=SquareAndCube(), descent=Descent(2, 0.1))),
    "digits": Subject(Scene(data=Digits(), descent=Descent(16, 0.1))),
    "lesson": Subject((read_lesson("what-is-averaged", MEASURES), 3)),
}


@pytest.mark.parametrize(
    ("name", "theme"), [("formula", "light"), ("digits", "dark"), ("lesson", "light")]
)
def test_films_of_all_sorts(
    qapp: QApplication, tmp_path: Path, name: str, theme: str
) -> None:
    view = "data" if name == "digits" else "window"  # its surface is slow
    path, look = tmp_path / "a.webp", Look((900, 600), view, theme)
    film(SUBJECTS[name], look, Cut(0, 2), path, lambda *_: None, lambda: False)
    got = frames(path)
    assert len(got) == 3
    assert (got[0].mean() > 150) == (theme == "light")
    assert all(apart(a, b).max() > 50 for a, b in itertools.pairwise(got))


def test_a_cancelled_film_leaves_the_old_file(
    qapp: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(b"old")
    told: list[int] = []
    film(
        Subject(Scene()),
        SMALL,
        Cut(0, 400),
        path,
        lambda done, _: told.append(done),
        lambda: len(told) >= 3,
    )
    assert 3 <= len(told) <= 5
    assert [p.name for p in tmp_path.iterdir()] == ["a.webp"]
    assert path.read_bytes() == b"old"


def test_a_film_can_be_cancelled_before_it_begins(
    qapp: QApplication, tmp_path: Path
) -> None:
    film(Subject(Scene()), SMALL, Cut(0, 400), tmp_path / "a.gif", lambda *_: None,
         lambda: True)  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(qapp: QApplication, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(Refused, match="cannot be written: the disk is full"):
            shoot(tmp_path / "a.gif", Cut(0, 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no folder"):
        shoot(tmp_path / "none" / "a.gif", Cut(0, 2))


def test_the_run_on_the_screen_goes_on(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    ended: list[str] = []
    made = Film(Subject(Scene()), SMALL, Cut(0, 6), tmp_path / "a.webp")
    made.ended.connect(ended.append)
    window.player.play()
    assert window.player.run is not None
    at = window.player.run.newest
    made.start()
    while not ended:
        let_run(20)
    window.player.play(False)
    assert ended == [""]
    assert window.player.run.newest > at
    render(Scene(), 6, tmp_path / "a.png", SMALL.size, view="data")
    assert apart(frames(tmp_path / "a.webp")[-1], read(tmp_path / "a.png")).max() == 0


def test_a_course_is_filmed_as_it_went(qapp: QApplication, tmp_path: Path) -> None:
    scene = Scene()
    other = replace(scene.descent, learning_rate=0.4)
    course = Course(scene.descent, ((2, other),), 4, 4)
    subject, path = Subject(scene, course), tmp_path / "a.webp"
    film(subject, SMALL, Cut(0, 4), path, lambda *_: None, lambda: False)
    got = frames(path)
    for told, same in ((course, True), (None, False)):
        render(scene, 4, tmp_path / "a.png", SMALL.size, view="data", course=told)
        assert (apart(got[4], read(tmp_path / "a.png")).max() == 0) == same


def reel(count: int) -> Reel:
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (6, 3), dtype=np.uint8)

    def made() -> Iterator[Frame]:
        for number in range(count):
            frame = np.zeros((40, 60, 3), dtype=np.uint8)
            frame[5 : 5 + number, 10:20] = colours[number % 6]
            yield frame

    return Reel(made(), count, 20.0, np.tile(colours.repeat(10, 0), (40, 1, 1)))


@pytest.mark.parametrize("write", [gif, webp])
def test_frames_are_taken_one_by_one(tmp_path: Path, write: object) -> None:
    taken: list[int] = []
    plain = reel(30)

    def counted() -> Iterator[Frame]:
        for number, frame in enumerate(plain.frames):
            taken.append(number)
            yield frame

    path = tmp_path / ("a.gif" if write is gif else "a.webp")
    with path.open("wb") as file:
        write(file, replace(plain, frames=counted()))  # type: ignore[operator]
    assert taken == list(range(30))
    for frame, wanted in zip(frames(path), reel(30).frames, strict=True):
        assert apart(frame, wanted.astype(np.int16)).max() <= 8


def made_apart(path: Path, cut: Cut, subject: Subject) -> FilmApart:
    """Return the film that another process has made, or not."""
    made, ends = filmed(subject, SMALL, cut, path), list[str]()
    assert isinstance(made, FilmApart)
    made.ended.connect(ends.append)
    made.start()
    while not ends:
        let_run(20)
    made.wait()
    made.note = made.note or ends[0]
    return made


@pytest.mark.parametrize("rate", [0.05, 1e6])
def test_another_process_makes_the_same_film(
    qapp: QApplication, tmp_path: Path, rate: float
) -> None:
    subject = Subject(Scene().down(learning_rate=rate))
    note = film(subject, SMALL, Cut(0, 60, 30), tmp_path / "here.webp",
                lambda *_: None, lambda: False)  # fmt: skip
    made = made_apart(tmp_path / "there.webp", Cut(0, 60, 30), subject)
    assert (made.note, made.cancelled) == (note, False)
    assert bool(note) == (rate > 1)  # how far it goes
    here, there = (frames(tmp_path / f"{name}.webp") for name in ("here", "there"))
    assert len(here) == len(there) > 1
    for one, other in zip(here, there, strict=True):
        assert apart(one, other).max() == 0


def test_another_process_tells_what_cannot_be_done(
    qapp: QApplication, tmp_path: Path
) -> None:
    made = made_apart(tmp_path / "none" / "a.gif", Cut(0, 2), Subject(Scene()))
    assert "there is no folder" in made.note
    with pytest.raises(Refused, match="more than 10,000"):
        filmed(Subject(Scene()), SMALL, Cut(0, 20_000), tmp_path / "a.gif")


@pytest.mark.parametrize("frames_first", [0, 3])
def test_another_process_leaves_nothing_where_it_is_stopped(
    qapp: QApplication, tmp_path: Path, frames_first: int
) -> None:
    made = filmed(Subject(Scene()), SMALL, Cut(0, 900), tmp_path / "a.gif")
    done, ends = list[int](), list[str]()
    made.progressed.connect(lambda at, _: done.append(at))
    made.ended.connect(ends.append)
    made.start()
    while len(done) < frames_first:
        let_run(20)
    made.cancel()
    while not ends:
        let_run(20)
    made.wait()
    assert (ends, made.cancelled) == ([""], True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("frames_first", [0, 3])
def test_a_process_that_is_killed_is_told_of(
    qapp: QApplication, tmp_path: Path, frames_first: int
) -> None:
    made = filmed(Subject(Scene()), SMALL, Cut(0, 900), tmp_path / "a.gif")
    assert isinstance(made, FilmApart)
    done, ends = list[int](), list[str]()
    made.progressed.connect(lambda at, _: done.append(at))
    made.ended.connect(ends.append)
    made.start()
    made._process.waitForStarted()
    while len(done) < frames_first:
        let_run(20)
    assert len(list(tmp_path.iterdir())) == bool(frames_first)  # the half film
    made._process.kill()
    while not ends:
        let_run(20)
    assert ends == [
        "the film failed: the process that made it has ended; try it again."
    ]
    assert list(tmp_path.iterdir()) == []


def test_what_only_this_process_knows_is_filmed_here(tmp_path: Path) -> None:
    own = Scene(data=OwnData(Calls(Poisson())))
    assert type(filmed(Subject(own), SMALL, Cut(0, 2), tmp_path / "a.gif")) is Film

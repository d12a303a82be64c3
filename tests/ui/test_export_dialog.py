"""The export dialog: what each kind needs, one sentence for what is wrong, copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gdviz.core.functions import SquareAndCube
from gdviz.session.scene import Descent, Scene
from gdviz.ui.export.kinds import FILM, KINDS, NUMBERS, PATH, PICTURE, SCRIPT
from gdviz.ui.export.texts import Writing
from gdviz.ui.export.views import sheet_of
from tests.ui.conftest import rest
from tests.ui.pictures import pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.export.dialog import ExportDialog
    from gdviz.ui.fields import NumberEdit
    from gdviz.ui.window import Window


@pytest.fixture
def dialog(window: Window) -> ExportDialog:
    """The dialog of the first window, as Ctrl+E shows it."""
    window.export()
    return window.exporter.dialog


def choose(dialog: ExportDialog, kind: str, path: Path | str) -> None:
    dialog.form.what.setCurrentIndex(dialog.form.what.findData(kind))
    dialog.form.file.setText(str(path))
    dialog.form.file.editingFinished.emit()


def put(field: NumberEdit, number: float) -> None:
    """Type a number and leave the field."""
    field.setText(str(number))
    field.setModified(True)
    field.editingFinished.emit()


def write(qtbot: QtBot, window: Window) -> str:
    """Export, wait for the end and return what is told."""
    dialog = window.exporter.dialog
    dialog.accept()
    qtbot.waitUntil(lambda: window.exporter.job is None, timeout=30_000)
    return dialog.told.text()


NEEDED = {
    PICTURE: {"view", "scale", "suffix"},
    FILM: {"view", "theme", "size", "scale", "steps", "every", "rate", "suffix"},
    PATH: {"steps", "suffix"},
    NUMBERS: {"suffix"},
    SCRIPT: {"suffix"},
}


def test_only_what_a_kind_needs_is_asked(dialog: ExportDialog) -> None:
    form = dialog.form
    fields = {
        "view": form.view, "theme": form.theme, "size": form.width_,
        "scale": form.scale, "steps": form.last, "every": form.every,
        "rate": form.rate, "suffix": form.suffix,
    }  # fmt: skip
    assert KINDS.keys() == NEEDED.keys()
    for kind, needed in NEEDED.items():
        choose(dialog, kind, "a")
        assert {name for name, field in fields.items() if field.isVisible()} == needed
        names = [
            dialog.form.suffix.itemData(i) for i in range(dialog.form.suffix.count())
        ]
        assert names == list(KINDS[kind].suffixes)


def test_fewer_rows_take_less_room(dialog: ExportDialog, qtbot: QtBot) -> None:
    choose(dialog, FILM, "a")
    qtbot.waitUntil(lambda: dialog.height() == dialog.sizeHint().height())
    tall = dialog.height()
    choose(dialog, SCRIPT, "a")
    qtbot.waitUntil(lambda: dialog.height() < tall)


def test_the_suffix_follows_the_kind_and_the_kind_the_suffix(
    dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog, PICTURE, tmp_path / "a")
    assert dialog.form.path == tmp_path / "a.png"
    choose(dialog, PICTURE, tmp_path / "a.pdf")
    assert dialog.form.suffix.currentData() == ".pdf"
    assert not dialog.form.scale.isVisible()  # it has no pixels
    dialog.form.what.setCurrentIndex(dialog.form.what.findData(FILM))
    assert dialog.form.path == tmp_path / "a.gif"
    assert dialog.form.scale.isVisible()
    typed = {"b.mp4": FILM, "b.SVG": PICTURE, "b.py": SCRIPT, "b.csv": PATH,
             "v1.5": PATH}  # fmt: skip
    for name, kind in typed.items():
        choose(dialog, dialog.form.kind, tmp_path / name)
        assert dialog.form.kind == kind
        assert dialog.form.path.suffix == dialog.form.suffix.currentData()
    assert dialog.form.path.name == "v1.5.csv"
    choose(dialog, NUMBERS, tmp_path / "b.csv")
    assert dialog.form.kind == NUMBERS  # not the path


def test_how_large_the_file_will_be(dialog: ExportDialog, window: Window) -> None:
    choose(dialog, PICTURE, "a.png")
    dialog.form.view.setCurrentIndex(dialog.form.view.findData("window"))
    dialog.form.scale.setCurrentIndex(dialog.form.scale.findData(3.0))
    size = f"{3 * window.width():,} × {3 * window.height():,} pixels"
    assert dialog.count.text() == size
    choose(dialog, FILM, "a.gif")
    put(dialog.form.width_, 640)
    put(dialog.form.height_, 400)
    dialog.form.scale.setCurrentIndex(dialog.form.scale.findData(2.0))
    put(dialog.form.last, 100)
    put(dialog.form.every, 10)
    assert dialog.count.text() == "1,280 × 800 pixels · 11 frames, 0.6 s"
    put(dialog.form.first, 101)
    assert "must not be before the first" in dialog.count.text()


WRITTEN = {
    PICTURE: ("a.png", b"\x89PNG"),
    PATH: ("a.csv", b"step,"),
    NUMBERS: ("b.csv", b"what,"),
    SCRIPT: ("a.py", b'"""'),
    FILM: ("a.webp", b"RIFF"),
}


def test_every_kind_is_written(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    for kind, (name, begin) in WRITTEN.items():
        choose(dialog, kind, tmp_path / name)
        put(dialog.form.width_, 420)
        put(dialog.form.height_, 320)
        dialog.form.scale.setCurrentIndex(dialog.form.scale.findData(1.0))
        told = write(qtbot, window)
        assert told.startswith(f"{name} is written to {tmp_path}")
        assert (tmp_path / name).read_bytes().startswith(begin)
        assert dialog.isVisible()
        assert dialog.save.isEnabled()
    names = sorted(name for name, _ in WRITTEN.values())
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_the_path_has_its_steps(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    choose(dialog, PATH, tmp_path / "a.csv")
    assert dialog.form.last.value == 3
    put(dialog.form.first, 1)
    put(dialog.form.last, 5)
    write(qtbot, window)
    rows = (tmp_path / "a.csv").read_text().splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == [1, 2, 3, 4, 5]


def test_a_file_that_is_there_is_replaced_only_when_asked_twice(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    for _ in range(2):  # the next time it asks again
        path.write_text("old")
        choose(dialog, NUMBERS, path)
        assert "is there already" in write(qtbot, window)
        assert dialog.save.text() == "Replace"
        assert path.read_text() == "old"
        assert "is written" in write(qtbot, window)
        assert dialog.save.text() == "Export"
        assert path.read_text() != "old"
    path.write_text("old")
    write(qtbot, window)
    choose(dialog, NUMBERS, tmp_path / "b.csv")
    assert dialog.save.text() == "Export"  # that one is not there
    choose(dialog, NUMBERS, path)
    assert "is there already" in write(qtbot, window)
    assert path.read_text() == "old"


def test_what_cannot_be_written_is_one_sentence(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    for kind, (name, _) in WRITTEN.items():
        choose(dialog, kind, tmp_path / "none" / name)
        told = write(qtbot, window)
        assert "there is no folder" in told
        assert told.endswith(".")
        assert dialog.isVisible()
        assert dialog.save.isEnabled()
    choose(dialog, PICTURE, f"{tmp_path}/")
    assert "is a folder; name a file in it." in write(qtbot, window)
    choose(dialog, PICTURE, "~nobody-of-that-name/a.png")
    assert "there is no folder" in write(qtbot, window)
    choose(dialog, PICTURE, f"{'a' * 400}.png")
    assert "ile name too long" in write(qtbot, window)
    dialog.form.file.clear()
    assert write(qtbot, window) == "Name a file first."
    assert list(tmp_path.iterdir()) == []


def test_too_many_pixels_are_told(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    choose(dialog, FILM, tmp_path / "a.gif")
    put(dialog.form.width_, 8000)
    put(dialog.form.height_, 8000)
    dialog.form.scale.setCurrentIndex(dialog.form.scale.findData(4.0))
    assert "more than 100 million" in write(qtbot, window)
    assert list(tmp_path.iterdir()) == []


def test_a_film_can_be_stopped_and_the_window_closed(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    def under_way() -> bool:
        return window.exporter.job is not None

    def told() -> str:
        return dialog.told.text()

    choose(dialog, FILM, tmp_path / "a.gif")
    dialog.form.view.setCurrentIndex(dialog.form.view.findData("data"))
    put(dialog.form.width_, 300)
    put(dialog.form.height_, 240)
    put(dialog.form.last, 900)
    dialog.accept()
    qtbot.waitUntil(lambda: dialog.bar.value() > 2, timeout=30_000)
    assert dialog.cancel.isVisible()
    assert "of 901" in dialog.bar.format()
    dialog.cancel.click()
    qtbot.waitUntil(lambda: window.exporter.job is None, timeout=10_000)
    assert told() == "Stopped; no file was written."
    dialog.accept()
    qtbot.waitUntil(lambda: dialog.bar.value() > 2, timeout=30_000)
    dialog.close()
    assert under_way()  # it goes on
    note = window.footer.note
    qtbot.waitUntil(lambda: "Export of a.gif" in note.text(), timeout=30_000)
    window.close()
    assert not under_way()
    assert list(tmp_path.iterdir()) == []


def test_a_table_can_be_stopped(
    qtbot: QtBot, dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("old")
    choose(dialog, PATH, tmp_path / "a.csv")
    put(dialog.form.last, 10**9)
    dialog.accept()
    dialog.accept()  # it is to be replaced
    qtbot.waitUntil(lambda: dialog.bar.value() > 2, timeout=30_000)
    dialog.cancel.click()
    qtbot.waitUntil(lambda: window.exporter.job is None, timeout=30_000)
    assert dialog.told.text() == "Stopped; no file was written."
    assert (tmp_path / "a.csv").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_stop_that_comes_too_late_is_none(qtbot: QtBot, tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "all of it\n"
        job.cancel()

    job = Writing(pieces, 1, tmp_path / "a.csv")
    with qtbot.waitSignal(job.ended) as end:
        job.start()
    job.wait()
    assert (end.args, job.cancelled) == ([""], False)
    assert job.path.read_text() == "all of it\n"


def test_all_that_was_chosen_is_there_the_next_time(
    dialog: ExportDialog, window: Window, tmp_path: Path
) -> None:
    choose(dialog, FILM, tmp_path / "a.webp")
    put(dialog.form.rate, 33.0)
    dialog.form.view.setCurrentIndex(dialog.form.view.findData("loss"))
    dialog.close()
    window.export()
    assert dialog.isVisible()
    assert (dialog.form.kind, dialog.form.rate.value) == (FILM, 33.0)
    assert dialog.form.path == tmp_path / "a.webp"
    assert dialog.form.view.currentData() == "loss"


def test_every_control_is_explained(dialog: ExportDialog) -> None:
    form = "what view scale width_ height_ first last every rate theme suffix"
    own = [getattr(dialog.form, name) for name in (*form.split(), "file", "choose")]
    for control in (*own, *dialog.findChildren(QPushButton), dialog.bar):
        assert control.toolTip()
        assert control.accessibleName()


def test_a_formula_is_filmed_as_curves(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(Scene(data=SquareAndCube(), descent=Descent(2, 0.1)))
    window.export()
    dialog = window.exporter.dialog
    choose(dialog, FILM, "a.gif")
    offered = [dialog.form.view.itemData(i) for i in range(dialog.form.view.count())]
    assert "curves" in offered
    assert "surface" not in offered
    assert "lesson" not in offered


def test_ctrl_e_opens_the_dialog(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    window.surface.setFocus()
    QTest.keyClick(window.surface, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert window.exporter.dialog.isVisible()


# --- copying


def test_the_plot_with_the_focus_is_copied(window: Window, tmp_path: Path) -> None:
    window.activateWindow()
    for view in ("surface", "gradients", "data", "loss"):
        window.charts[view].setFocus()
        window.copy()
        image = QGuiApplication.clipboard().image()
        said = window.footer.note.text()
        assert "Copied: " in said
        assert f"{image.width():,} × {image.height():,} pixels" in said
        sheet = sheet_of(window, view)
        assert (pixels(image) == pixels(sheet.image(2.0))).all()
    window.export()
    assert (
        window.exporter.dialog.form.view.currentData() == "loss"
    )  # it suggests the same


def test_without_a_plot_the_window_is_copied(window: Window) -> None:
    window.transport.buttons["play"].setFocus()
    window.copy()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (2 * window.width(), 2 * window.height())


def test_the_arithmetic_is_copied_as_text(window: Window, qtbot: QtBot) -> None:
    window.docks["arithmetic"].show()
    rest(qtbot, window)
    table = window.tables["arithmetic"].pair.top  # type: ignore[union-attr]
    table.setFocus()
    window.copy()
    rows = QGuiApplication.clipboard().text().split("\n")
    assert len(rows) > 5
    assert rows[0].startswith("\tx\t")
    assert f"{len(rows) - 1} rows" in window.footer.note.text()
    model = table.selectionModel()
    whole = QItemSelectionModel.SelectionFlag.Rows
    pick = QItemSelectionModel.SelectionFlag.Select
    for row in (1, 2):
        model.select(table.numbers.index(row, 0), whole | pick)
    window.copy()
    assert QGuiApplication.clipboard().text().split("\n") == [rows[0], *rows[2:4]]
    assert "2 rows" in window.footer.note.text()
    cell = table.visualRect(table.numbers.index(0, 1)).center()
    left = Qt.MouseButton.LeftButton  # one cell is no selection
    QTest.mouseClick(table.viewport(), left, pos=cell)
    rest(qtbot, window)
    window.copy()
    assert QGuiApplication.clipboard().text().split("\n") == rows


def test_ctrl_c_copies_what_has_the_focus(window: Window, qtbot: QtBot) -> None:
    window.docks["arithmetic"].show()
    rest(qtbot, window)
    window.activateWindow()
    table = window.tables["arithmetic"].pair.top  # type: ignore[union-attr]
    board, control = QGuiApplication.clipboard(), Qt.KeyboardModifier.ControlModifier
    for focused, text in ((window.surface, False), (table, True)):
        board.clear()
        focused.setFocus()
        QTest.keyClick(focused, Qt.Key.Key_C, control)
        assert board.text().startswith("\tx\t") == text
        assert board.image().isNull() == text


def test_text_fields_keep_their_own_copy(window: Window) -> None:
    window.activateWindow()
    field = window.transport.seed
    field.setFocus()
    field.selectAll()
    QGuiApplication.clipboard().setText("before")
    QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == field.text()

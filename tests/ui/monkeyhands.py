"""The hands of a monkey: what it does to one control, table or plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)

from gdviz.ui import keys
from gdviz.ui.logslider import LogSlider
from gdviz.ui.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.ui.monkey import Monkey

    Act = Callable[[Monkey, Random], str]

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
HELD = (NONE, NONE, NONE, NONE, Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.ControlModifier)  # fmt: skip
SHORTCUTS = {"Z", "Y", "N", "O", "S", "T", "L", "E", "C", "A", "V", "X"}  # not Q
TEXTS = (
    "0", "1", "2", "0.1", "0,05", "-3", "1e-3", "64", "5", "12", "8 8", "4, 4, 4",
    "1e308", "-1e308", "1e999", "nan", "inf", "99999999999999999999", "0x10", "", " ",
    "0.5, -1", "-1, 1, -1, 1", "1 2\n3 4", "1 2\n3", "x^2 + y^2", "x**2 + 3*y**2",
    "sin(x)*cos(y)", "sqrt(x)", "log(x*y)", "exp(exp(x))", "1/x", "x^", "((((((", "z",
    "__import__('os')", "<b>bold</b>", "&amp;", "%s %n %1", "ünïcödé ∇ θ", "\t", "''",
    "a" * 500, "(" * 300 + "x" + ")" * 300, "−2", "½", "\uff11\uff12",
    "\u202eabc", "e" * 40,
)  # fmt: skip
PLAIN = ("first", "my path", "", "a" * 200, "<i>a</i>", "∇ & co", "path 1")


def pick(rng: Random, some: Sequence[Any]) -> Any:
    return some[int(rng.random() * len(some))]


def nothing(kind: str) -> str:
    return f"(no {kind} here)"


def told(widget: QWidget) -> str:
    words = widget.accessibleName() or widget.objectName()
    if isinstance(widget, QAbstractButton):
        words = words or widget.text()
    return f"{type(widget).__name__} {words!r}"


def _show(widget: QWidget) -> None:
    """Scroll to a widget as one does who wants to use it."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if isinstance(above, QScrollArea):
        above.ensureWidgetVisible(widget)


def target(monkey: Monkey, rng: Random, kind: Any) -> Any:
    found = monkey.targets(kind, hidden=False)
    return pick(rng, found) if found else None


def point(rng: Random, widget: QWidget) -> QPoint:
    return QPoint(
        int(rng.random() * max(widget.width(), 1)),
        int(rng.random() * max(widget.height(), 1)),
    )


def scrolled(monkey: Monkey, rng: Random, kind: Any) -> Any:
    """Return one of a kind, also of those that are scrolled away."""
    found = [w for w in monkey.targets(kind, hidden=True) if w.isVisible()]
    widget = pick(rng, found) if found else None
    if widget is not None:
        _show(widget)
    return widget


def drag(widget: QWidget, rng: Random, button: Qt.MouseButton = LEFT) -> None:
    held = pick(rng, HELD)
    QTest.mousePress(widget, button, held, point(rng, widget))
    for _ in range(rng.randint(1, 6)):
        QTest.mouseMove(widget, point(rng, widget))
    QTest.mouseRelease(widget, button, held, point(rng, widget))


def wheel(widget: QWidget, at: QPoint, rng: Random) -> None:
    turn = QPoint(0, pick(rng, (-960, -240, -120, 120, 240, 960)))
    phase = Qt.ScrollPhase.NoScrollPhase
    place = QPointF(widget.mapToGlobal(at))
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        QPointF(at), place, QPoint(), turn, none, pick(rng, HELD), phase, False
    )
    QApplication.sendEvent(widget, event)


def click(monkey: Monkey, rng: Random) -> str:
    """Click a button of any kind."""
    button = target(monkey, rng, QAbstractButton)
    if button is None:
        return nothing("button")
    what = f"{told(button)} {button.text()!r}"
    _show(button)
    QTest.mouseClick(button, LEFT, NONE, button.rect().center())
    return what


def choose(monkey: Monkey, rng: Random) -> str:
    """Choose an entry of a drop-down by keys or from its list."""
    combo = scrolled(monkey, rng, QComboBox)
    if combo is None:
        return nothing("drop-down")
    what = told(combo)
    combo.setFocus()
    if rng.random() < 0.2:
        combo.showPopup()
        return f"{what} its list"
    model = combo.model()
    usable = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
    rows = range(combo.count())
    places = [row for row in rows if usable in model.flags(model.index(row, 0))]
    if not places:
        return f"{what} (nothing to choose)"
    place = pick(rng, places)
    combo.setCurrentIndex(place)
    key = pick(rng, (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End))
    combo.activated.emit(combo.currentIndex())
    QTest.keyClick(combo, key)
    return f"{what} entry {place}"


def slide(monkey: Monkey, rng: Random) -> str:
    """Drag a slider, or press keys and turn the wheel on it."""
    slider = scrolled(monkey, rng, (QAbstractSlider, LogSlider))
    if slider is None:
        return nothing("slider")
    what = told(slider)
    way = rng.random()
    if way < 0.3:
        for _ in range(rng.randint(1, 5)):
            QTest.keyClick(slider, pick(rng, (Qt.Key.Key_Left, Qt.Key.Key_Right,
                                              Qt.Key.Key_PageUp, Qt.Key.Key_Home,
                                              Qt.Key.Key_End)))  # fmt: skip
    elif way < 0.4:
        wheel(slider, slider.rect().center(), rng)
    else:
        drag(slider, rng)
    return what


def write(monkey: Monkey, rng: Random) -> str:
    """Type something into a field, good, bad or absurd."""
    field = scrolled(monkey, rng, (QLineEdit, QPlainTextEdit, QAbstractSpinBox))
    if field is None:
        return nothing("field")
    what = told(field)
    in_table = isinstance(field.parent().parent(), QAbstractItemView)
    text = pick(rng, PLAIN if in_table else TEXTS)
    field.setFocus()
    if rng.random() < 0.8 and hasattr(field, "selectAll"):
        field.selectAll()
    if len(text) < 40 and text.isascii() and text.isprintable():
        QTest.keyClicks(field, text)
    else:
        QApplication.clipboard().setText(text)
        field.paste()
    ends = (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape,
            Qt.Key.Key_Up, None)  # fmt: skip
    key = pick(rng, ends)
    if key is not None:
        QTest.keyClick(field, key)
    return f"{what} {text[:30]!r} {key and key.name}"


def press(monkey: Monkey, rng: Random) -> str:
    """Press one of the window's keys wherever the focus is, or on a plot."""
    name = pick(rng, sorted(keys.ACTIONS))
    window = monkey.window
    if rng.random() < 0.6:
        window.centre.chart.setFocus()
    widget = QApplication.focusWidget() or window
    code = next((k for k, v in keys._NAMES.items() if v == name[-len(v) :]), None)
    held = NONE
    if name.startswith("Shift+"):
        held = Qt.KeyboardModifier.ShiftModifier
    if code is None:
        QTest.keyClicks(widget, name)
    else:
        QTest.keyClick(widget, code, held)
    return f"{name} on {told(widget)}"


def shortcut(monkey: Monkey, rng: Random) -> str:
    """Press Ctrl and a letter, or a key that moves the focus."""
    widget = QApplication.focusWidget() or monkey.window
    if rng.random() < 0.3:
        key = pick(rng, (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Delete,
                          Qt.Key.Key_F2, Qt.Key.Key_Return))  # fmt: skip
        QTest.keyClick(widget, key)
        return key.name
    letter = pick(rng, sorted(SHORTCUTS))
    held = Qt.KeyboardModifier.ControlModifier
    if rng.random() < 0.2:
        held |= Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(widget, getattr(Qt.Key, f"Key_{letter}"), held)
    return f"Ctrl+{letter}"


def cell(monkey: Monkey, rng: Random) -> str:
    """Click or press keys in a table or list."""
    view = target(monkey, rng, QAbstractItemView)
    model, top = view.model() if view is not None else None, QModelIndex()
    rows = model.rowCount(top) if model is not None else 0
    columns = 1  # of a list, which cannot be asked
    if model is not None and not isinstance(model, QAbstractListModel):
        columns = model.columnCount(top)
    if view is None or model is None or not rows or not columns:
        return nothing("cell")
    what = told(view)
    row, column = int(rng.random() * rows), int(rng.random() * columns)
    at = view.visualRect(model.index(row, column)).center()
    way = rng.random()
    if way < 0.5:
        QTest.mouseClick(view.viewport(), LEFT, pick(rng, HELD), at)
    elif way < 0.65:
        QTest.mouseDClick(view.viewport(), LEFT, NONE, at)
    elif way < 0.75:
        wheel(view.viewport(), at, rng)
    else:
        view.setFocus()
        key = pick(rng, (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right,
                          Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_Delete,
                          Qt.Key.Key_End, Qt.Key.Key_Space))  # fmt: skip
        QTest.keyClick(view, key)
    return f"{what} {row}, {column}"


def tab(monkey: Monkey, rng: Random) -> str:
    """Choose a tab of docks."""
    bar = target(monkey, rng, QTabBar)
    if bar is None or not bar.count():
        return nothing("tab")
    bar.setCurrentIndex(int(rng.random() * bar.count()))
    return f"{bar.currentIndex()} of {bar.count()}"


def plot(monkey: Monkey, rng: Random) -> str:
    """Use the mouse on a plot."""
    chart = target(monkey, rng, Picture)
    if chart is None:
        return nothing("plot")
    at = point(rng, chart)
    inside = chart.childAt(at) or chart
    way = rng.random()
    spot = inside.mapFrom(chart, at)
    if way < 0.25:
        QTest.mouseMove(inside, spot)
        QTest.mouseClick(inside, LEFT, pick(rng, HELD), spot)
    elif way < 0.35:
        QTest.mouseDClick(inside, LEFT, NONE, spot)
    elif way < 0.55:
        drag(inside, rng, pick(rng, (LEFT, LEFT, RIGHT, Qt.MouseButton.MiddleButton)))
    elif way < 0.75:
        wheel(inside, spot, rng)
    elif way < 0.8:
        QTest.mouseClick(inside, RIGHT, NONE, spot)
        why = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(why, spot, inside.mapToGlobal(spot))
        QApplication.sendEvent(inside, event)
    else:
        for _ in range(4):
            QTest.mouseMove(inside, point(rng, inside))
    return f"{chart.name} at {at.x()}, {at.y()}"


def hover(monkey: Monkey, rng: Random) -> str:
    """Move the mouse over anything, or press it there."""
    root = pick(rng, monkey.roots())
    at = point(rng, root)
    inside = root.childAt(at) or root
    QTest.mouseMove(inside, inside.mapFrom(root, at))
    if rng.random() < 0.3:
        wheel(inside, inside.mapFrom(root, at), rng)
    return told(inside)


def scrub(monkey: Monkey, rng: Random) -> str:
    """Drag the timeline."""
    drag(monkey.window.footer.timeline, rng)
    return ""

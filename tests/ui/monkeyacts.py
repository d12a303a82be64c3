"""What a monkey does, and how often each comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui import monkeydeeds as deeds
from tests.ui import monkeyhands as hands

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.ui.monkey import Monkey

    Act = Callable[[Monkey, Random], str]

ACTS: dict[str, tuple[int, Act]] = {
    "click": (14, hands.click),
    "choose": (8, hands.choose),
    "slide": (10, hands.slide),
    "write": (8, hands.write),
    "press": (14, hands.press),
    "shortcut": (3, hands.shortcut),
    "menu": (3, deeds.menu),
    "pull down": (1, deeds.pull_down),
    "dock": (4, deeds.dock),
    "splitter": (2, deeds.splitter),
    "cell": (5, hands.cell),
    "tab": (1, hands.tab),
    "plot": (12, hands.plot),
    "hover": (5, hands.hover),
    "scrub": (4, hands.scrub),
    "run": (12, deeds.run),
    "paths": (3, deeds.paths),
    "undo": (4, deeds.undo),
    "open": (2, deeds.open_one),
    "page": (3, deeds.page),
    "drop": (1, deeds.drop),
    "export": (1, deeds.export),
    "sweep": (1, deeds.sweep),
    "size": (2, deeds.size),
    "theme": (1, deeds.theme),
}
IN_DIALOGS: dict[str, tuple[int, Act]] = {
    "answer": (6, deeds.answer),
    "write": (1, hands.write),
    "cell": (1, hands.cell),
    "click": (1, hands.click),
    "choose": (1, hands.choose),
    "run": (1, deeds.run),
    "hover": (1, hands.hover),
}
IN_POPUPS: dict[str, tuple[int, Act]] = {"in popup": (1, deeds.in_popup)}

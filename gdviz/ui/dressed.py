"""What a window looks like: its theme and the size of its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMainWindow

from gdviz.ui import style as look
from gdviz.ui.dressing import dress
from gdviz.ui.scaling import enlarge

if TYPE_CHECKING:
    from gdviz.ui.centre import Centre
    from gdviz.ui.docks import Dock
    from gdviz.ui.gallery import Parts
    from gdviz.ui.panels.footer import Footer
    from gdviz.ui.panels.transport import Transport


class Dressed(QMainWindow):
    """A window whose parts all take on its theme and its size of words.

    Attributes
    ----------
    theme : text
        As it was chosen, that of the system too.
    style_ : Style
        The colours of it.
    text_size : int
        Of words, in per cent of the usual size.
    """

    centre: Centre
    parts: Parts
    docks: dict[str, Dock]
    transport: Transport
    footer: Footer
    text_size = 100

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.theme, self.style_ = theme, look.resolve(theme)

    def set_theme(self, theme: str) -> None:
        """Choose the theme of the whole application."""
        self.theme, self.style_ = theme, look.resolve(theme)
        self.dress()
        for dock in self.docks.values():  # no style sheet reaches their titles
            dock.setFont(look.font())
        for part in (
            *self.centre.charts,
            *self.parts.values(),
            self.transport,
            self.footer,
        ):
            part.set_style(self.style_)

    def set_size(self, percent: int) -> None:
        """Choose how large words are, in per cent of the usual size."""
        self.text_size = percent
        self.enlarge(percent / 100, 1.0)

    def enlarge(self, text: float, marks: float) -> None:
        """Make words and marks so many times as large as usual."""
        if enlarge(text, marks):
            self.set_theme(self.theme)
            self.share_room()

    def dress(self) -> None:
        """Give the whole application the colours of the theme."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, self.style_)

    def follow_system(self, *_: object) -> None:
        """Take on the theme of the system, if that was chosen."""
        if self.theme == look.SYSTEM:
            self.set_theme(self.theme)

    def share_room(self) -> None:
        """Give every part the room it needs with words of this size."""
        raise NotImplementedError

"""What the whole window wears: the palette and the style sheet of a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette, QPixmapCache
from PySide6.QtWidgets import QApplication

from gdviz.paths import resource
from gdviz.ui import style as look
from gdviz.ui.scaling import px
from gdviz.ui.style import DARK, legible

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gdviz.ui.style import Style

_CHEVRON = resource("icons/chevron.svg").as_posix()


def dress(what: QApplication | QWidget, style: Style) -> None:
    """Give the application, or one window, the palette and the sheet of a style."""
    what.setPalette(palette(style))
    if isinstance(what, QApplication):
        QPixmapCache.clear()  # of icons as they were: under new colours all are others
        if what.font() != (font := look.font()):
            what.setFont(font)
    sheet = _sheet(style)
    if what.styleSheet() != sheet:  # every widget there is would be polished again
        what.setStyleSheet(sheet)


def palette(style: Style) -> QPalette:
    """Return the colours of a style, as Qt names them."""
    role = QPalette.ColorRole
    colours = {
        role.Window: style.ground,
        role.WindowText: style.text,
        role.Base: style.field,
        role.AlternateBase: style.panel,
        role.Text: style.text,
        role.Button: style.field,
        role.ButtonText: style.text,
        role.ToolTipBase: style.field,
        role.ToolTipText: style.text,
        role.PlaceholderText: style.muted,
        role.Highlight: style.example,
        role.HighlightedText: "#000000" if style.name == DARK else "#ffffff",
        role.Link: style.example,
        role.Mid: style.edge,
    }
    made = QPalette()
    for key, colour in colours.items():
        made.setColor(key, QColor(colour))
    for key in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(style.muted))
    return made


def _sheet(style: Style) -> str:
    s = style
    return f"""
    QMainWindow, QDialog {{ background: {s.ground}; }}
    QToolBar {{ background: {s.panel}; border: 0; padding: 0; spacing: 0; }}
    QToolBar#top {{ border-bottom: 1px solid {s.edge}; }}
    QToolBar#bottom {{ border-top: 1px solid {s.edge}; }}
    QWidget#scene, QWidget#lesson {{ background: {s.panel}; }}
    QScrollArea {{ border: 0; background: {s.panel}; }}
    QDockWidget {{ font-size: {px(13)}px; }}
    QMainWindow::separator {{ background: {s.ground}; width: 3px; height: 3px; }}
    QMainWindow::separator:hover {{ background: {s.example}; }}
    QLabel#muted {{ color: {s.muted}; }}
    QLabel#big {{ font-size: {px(15)}px; font-weight: 600; }}
    QLabel#title {{ color: {s.text}; padding: 6px 10px 2px 10px; }}
    QLabel#sentence {{ font-size: {px(16)}px; }}
    QLabel#note {{ color: {legible(s.mean, s.panel)}; }}
    QLabel#page {{ font-size: {px(18)}px; font-weight: 600; }}
    QLabel#prose {{ font-size: {px(15)}px; }}
    QFrame#asked {{ background: {s.field}; border-radius: 6px; }}
    QFrame#asked QPushButton {{ background: {s.panel}; }}
    QFrame#strip {{ background: {s.panel}; border-bottom: 2px solid {s.mean}; }}
    QPushButton, QToolButton, QComboBox, QLineEdit {{
        background: {s.field}; color: {s.text}; border: 1px solid transparent;
        border-radius: 5px; padding: 4px 8px; min-height: {px(20)}px; }}
    QToolButton {{ padding: 4px 6px; }}
    QPushButton:hover, QToolButton:hover, QComboBox:hover {{
        border-color: {s.muted}; }}
    QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus,
    QCheckBox:focus {{ border: 1px solid {s.example}; }}
    QPushButton:disabled, QToolButton:disabled, QComboBox:disabled,
    QLineEdit:disabled {{ color: {s.muted}; }}
    QToolButton#play {{ background: #E69F00; color: #14161b; font-weight: 600;
        padding: 4px 14px; }}
    QToolButton#play:focus {{ border: 2px solid {s.text}; padding: 3px 13px; }}
    QToolButton#accent {{ border: 1px solid {s.mean}; padding: 4px 12px; }}
    QToolButton#accent:hover {{ background: {s.edge}; }}
    QToolButton#accent:focus {{ border: 2px solid {s.text}; padding: 3px 11px; }}
    QToolButton#accent:disabled {{ border-color: {s.edge}; }}
    QScrollArea#welcome, QFrame#welcome {{ background: {s.panel}; border-radius: 8px; }}
    QScrollArea#welcome {{ border: 1px solid {s.edge}; }}
    QPushButton#way {{ font-size: {px(15)}px; font-weight: 600; text-align: left;
        padding: 7px 14px; }}
    QToolButton#rescue {{ background: #E69F00; color: #14161b; font-weight: 600;
        padding: 0 10px; min-height: 0; }}
    QToolButton#rescue:focus {{ border: 2px solid {s.text}; }}
    QToolButton#small, QComboBox#small {{ padding: 0 8px; min-height: {px(18)}px; }}
    QToolButton#small:checked {{ border-color: {s.example}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton#quiet, QToolButton#fold {{ background: transparent;
        color: {s.muted}; padding: 2px; text-align: left; }}
    QToolButton#quiet:hover, QToolButton#fold:hover {{ color: {s.text}; }}
    QLineEdit#number {{ font-size: {px(15)}px; font-weight: 600;
        background: transparent; padding: 1px 4px; }}
    QLineEdit#number:hover, QLineEdit#number:focus {{ background: {s.field}; }}
    QProgressBar {{ background: {s.field}; color: {s.text}; border: 0;
        border-radius: 5px; min-height: {px(24)}px; text-align: center; }}
    QProgressBar::chunk {{ background: {s.map_low}; border-radius: 5px; }}
    QComboBox::drop-down {{ border: 0; width: {px(22)}px; }}
    QComboBox::down-arrow {{ image: url("{_CHEVRON}"); width: {px(12)}px;
        height: {px(12)}px; }}
    QComboBox QAbstractItemView {{ background: {s.field}; color: {s.text};
        selection-background-color: {s.example}; border: 1px solid {s.edge}; }}
    QCheckBox {{ border: 1px solid transparent; border-radius: 4px; padding: 1px; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: {s.ground}; color: {s.muted}; padding: 6px 16px;
        border: 0; border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {s.text}; border-bottom-color: {s.mean}; }}
    QTabBar::tab:hover {{ color: {s.text}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QMessageBox {{ messagebox-text-interaction-flags: 5; }}
    QTableView {{ gridline-color: {s.edge}; border: 1px solid {s.edge}; }}
    QTableWidget#paths {{ selection-background-color: {s.edge};
        selection-color: {s.text}; }}
    QTableWidget#paths QScrollBar:horizontal {{ height: 8px; }}
    QTableWidget#paths QScrollBar::handle:horizontal {{ background: {s.muted};
        border-radius: 4px; min-width: {px(30)}px; }}
    QTableWidget#paths QScrollBar::add-line, QTableWidget#paths QScrollBar::sub-line {{
        width: 0; height: 0; }}
    QHeaderView::section {{ background: {s.panel}; color: {s.muted}; padding: 4px;
        border: 0; border-bottom: 1px solid {s.edge}; }}
    QMenuBar {{ background: transparent; }}
    QMenuBar::item {{ padding: 6px 9px; border-radius: 5px; background: transparent; }}
    QMenuBar::item:selected {{ background: {s.field}; }}
    QMenu {{ background: {s.panel}; border: 1px solid {s.edge}; padding: 4px; }}
    QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {s.field}; }}
    QMenu::separator {{ height: 1px; background: {s.edge}; margin: 4px 8px; }}
    QToolTip {{ background: {s.field}; color: {s.text}; padding: 4px;
        border: 1px solid {s.edge}; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; }}
    QScrollBar::handle:vertical {{ background: {s.edge}; border-radius: 4px;
        min-height: {px(30)}px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    """

"""What is put aside for a while is on disk, too: a kill must not take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.own import OwnData
from gdviz.session.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gdviz.session.scenefile import Document


class Aside:
    """Keeps documents in a folder, each in a file of its own, while they are aside.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[tuple[Document, Journal]] = []

    def keep(self, documents: Sequence[Document]) -> None:
        """Write what is new among these, and remove what is no longer there."""
        fit = [d for d in documents if not isinstance(d.scene.data, OwnData)]
        same = 0
        for document, (kept, _) in zip(fit, self._kept, strict=False):
            if document is not kept:
                break
            same += 1
        for _, journal in self._kept[same:]:
            journal.close()
        del self._kept[same:]
        for document in fit[same:]:
            journal = Journal(self._folder)
            journal.write(document)
            self._kept.append((document, journal))

    def close(self) -> None:
        """Leave what is still aside to be found at the next start."""
        for _, journal in self._kept:
            journal.leave()

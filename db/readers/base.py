"""What a reader is: it recognises files of one published form and yields ``Sheet`` objects.

A reader never touches the database. Adding a form is adding a module here and naming it in
``db.readers.READERS``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from db.sheet import Sheet, SourceFile

Progress = Callable[[int], None]
"""Called with the number of records (rows, pages, sheets) read since the last call."""


SHEET_LICENCE = "政府標準利用規約(CC BY 4.0 互換) 各府省庁が公表した行政事業レビューシート"
"""What the ministries' pages say of the sheets they publish, whatever file they are in."""


def no_progress(_: int) -> None:
    """Progress nobody looks at."""


@dataclass(frozen=True)
class InputFile:
    """One file to read: a path, or a member of a zip.

    path  the file on disk (the zip itself for a member)
    name  what is shown to people: the file's name, for a member 「archive.zip/member.csv」
    data  the whole content in bytes
    dated ISO date the archive around it gives the member, None where it gives none
    """

    path: Path
    name: str
    data: bytes
    dated: str | None = None

    @cached_property
    def sha256(self) -> str:
        """Digest of the content (of the member, not of the archive around it)."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def suffix(self) -> str:
        """Lower-case ending of the name, with its dot."""
        return Path(self.name).suffix.lower()

    def source(self, form: str, licence: str = "", published: str | None = None) -> SourceFile:
        """The provenance record of this file."""
        return SourceFile(
            path=self.path,
            name=self.name,
            sha256=self.sha256,
            form=form,
            licence=licence,
            published=published,
        )


class Reader(Protocol):
    """One published form."""

    name: str
    """ASCII name of the form: "sheet-text", "rs-csv", "judgit" …"""
    label: str
    """What people call it: 「RSシステムCSV」."""

    def recognises(self, file: InputFile) -> bool:
        """True where the content (never the name alone) is of this form. Cheap: looks at the head."""
        ...

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield every sheet of the files, all of which ``recognises`` accepted.

        Raises a ``db.errors.InputError`` whose text names the file, the place and what to do.
        The ``SourceFile`` counts are complete once the iterator is exhausted.
        """
        ...

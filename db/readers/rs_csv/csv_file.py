"""One CSV file of RSシステム: its encoding, its header, its records with the row numbers a spreadsheet shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from db.errors import BrokenFileError, MissingColumnError
from db.readers.base import InputFile
from db.readers.rs_csv.layout import TITLES, Layout, file_number, layout

ENCODINGS = ("utf-8", "cp932", "euc_jp")
_HEAD = 16_384
_BOM = "\ufeff"
AGAIN = "RSシステムからダウンロードし直してください。"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A record.

    number  its row in a spreadsheet; the header is row 1
    cells   the cells of the columns that are not part of a project's identity, in ``Layout.rest`` order
    extra   non-empty cells to the right of the last column
    """

    number: int
    cells: tuple[str, ...]
    extra: tuple[str, ...] = ()


def head_layout(file: InputFile) -> tuple[str, str, list[str]] | None:
    """(encoding, file number, header) where the head of the file is that of one of the fifteen files."""
    if file.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ENCODINGS
    head = file.data[:_HEAD]
    for encoding in candidates:
        header = _first_record(head.decode(encoding, errors="replace"))
        number = file_number(header)
        if number is not None:
            return encoding, number, header
    return None


class CsvFile:
    """A file whose header was recognised; ``records`` reads its rows.

    Raises BrokenFileError or MissingColumnError, naming the file and the row.
    """

    def __init__(self, file: InputFile) -> None:
        self.file = file
        found = head_layout(file)
        if found is None:
            raise BrokenFileError(
                f"{file.name}: RSシステムのCSVの見出しがありません。{AGAIN}", file=file.name
            )
        self.encoding, number, header = found
        self.layout: Layout = layout(header, number)
        if self.layout.missing:
            columns = "、".join(f"「{name}」" for name in self.layout.missing)
            raise MissingColumnError(
                f"{file.name}: 列{columns}がありません({number} {TITLES[number]}のCSV)。{AGAIN}",
                file=file.name,
            )

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of every record that is not wholly blank, padded to the header's width."""
        text = self._text()
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        width, short, last_short = self.layout.width, 0, 0
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if number == 1 or not any(cells):
                    continue
                if len(cells) < width:
                    short, last_short = short + 1, number
                    cells += [""] * (width - len(cells))
                yield number, cells
        except csv.Error:
            raise BrokenFileError(
                f"{self.file.name}: {number + 1}行目の途中で切れているか、引用符が崩れています。{AGAIN}",
                file=self.file.name,
            ) from None
        if short == 1 and last_short == number and not text.endswith(("\n", "\r")):
            raise BrokenFileError(
                f"{self.file.name}: 最後の行({number}行目)が途中で切れています。{AGAIN}", file=self.file.name
            )

    def _text(self) -> str:
        data = self.file.data
        try:
            text = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise BrokenFileError(
                f"{self.file.name}: {line}行目に{self.encoding.upper()}として読めない文字があります。{AGAIN}",
                file=self.file.name,
            ) from None
        nul = text.find("\0")
        if nul >= 0:
            line = text.count("\n", 0, nul) + 1
            raise BrokenFileError(
                f"{self.file.name}: {line}行目にNUL文字があり、壊れています。{AGAIN}", file=self.file.name
            )
        return text.removeprefix(_BOM)


def _first_record(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")), [])
    except csv.Error:
        return []

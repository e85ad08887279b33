"""Reader of the review sheet as an Excel workbook: one or several projects, with their continuation sheets."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from db.errors import BrokenFileError, UnknownFormError
from db.readers.base import SHEET_LICENCE, InputFile, Progress, no_progress
from db.readers.sheet_excel.cells import Worksheet
from db.readers.sheet_excel.legacy import PROTECTED, CalamineSource
from db.readers.sheet_excel.ooxml import OoxmlWorkbook, WorkbookError
from db.readers.sheet_grid import (
    Box,
    Grid,
    first_head,
    is_continuation,
    looks_like_sheet,
    read_sheet,
    split_projects,
)
from db.sheet import Flag, Sheet, SourceFile

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream an Excel file is put in when it is given a password."""
_PEEK = 8 * 1024 * 1024
_MAIN_ITEMS = "支出先上位10者リスト-A.支払先"
_LABELS = (
    "事業名",
    "担当部局庁",
    "作成責任者",
    "会計区分",
    "予算額・",
    "実施方法",
    "資金の流れ",
    "事業の目的",
)


class _Source(Protocol):
    @property
    def sheet_names(self) -> list[str]: ...

    def worksheet(self, index: int) -> Worksheet: ...


class SheetExcelReader:
    """行政事業レビューシートのExcel（公開年度 2013–2023）."""

    name = "sheet-excel"
    label = "行政事業レビューシート（Excel）"

    def recognises(self, file: InputFile) -> bool:
        """True for a workbook whose texts are those of a review sheet."""
        if file.data.startswith(_ZIP):
            return _zip_is_sheet(file.data)
        if file.data.startswith(_OLE):
            return _ole_is_sheet(file.data)
        return False

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield the sheets of each workbook; BrokenFileError for one that cannot be read."""
        for file in files:
            sheets = list(self._read_workbook(file))
            progress(1)
            yield from sheets

    def _read_workbook(self, file: InputFile) -> Iterator[Sheet]:
        source = file.source(self.name, SHEET_LICENCE)
        try:
            grids = _projects(_open(file))
        except WorkbookError as error:
            raise BrokenFileError(f"{file.name}: {error}") from error
        if not grids:
            raise UnknownFormError(
                f"{file.name}: 行政事業レビューシートの見出し（事業名、担当部局庁など）が見つかりません"
            )
        for grid, title, name, formulas in grids:
            sheet = read_sheet(grid, title, "sheet-0-excel", source, f"{file.name} {name}")
            if formulas:
                sheet.flags.append(
                    Flag(
                        name,
                        f"計算結果が保存されていない数式が{formulas}個あります。Excelで開いて保存し直すと読めます",
                    )
                )
            _number_source(sheet, source)
            yield sheet


def _number_source(sheet: Sheet, source: SourceFile) -> None:
    source.form = sheet.form


def _open(file: InputFile) -> _Source:
    if file.data.startswith(_ZIP) and _has_part(file.data, "xl/workbook.xml"):
        return OoxmlWorkbook(file.data)
    if file.data.startswith(_OLE) and _ENCRYPTED in file.data:
        raise WorkbookError(PROTECTED)
    return CalamineSource(file.data)


def _has_part(data: bytes, name: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(n.lstrip("/").lower() == name for n in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return True


def _projects(book: _Source) -> list[tuple[Grid, Box | None, str, int]]:
    """(grid, title, worksheet, formulas without value) of each project; 別紙 go to the project before them."""
    stacks: list[tuple[list[Worksheet], bool]] = []
    loose: list[Worksheet] = []
    for i in range(len(book.sheet_names)):
        sheet = book.worksheet(i)
        if sheet.hidden or not (sheet.cells or sheet.drawn):
            continue
        boxes = sheet.boxes()
        grid = Grid(boxes, 1.0)
        if first_head(grid) is not None:
            stacks.append(([*loose, sheet], True))
            loose = []
        elif looks_like_sheet(boxes):
            stacks.append(([*loose, sheet], False))
            loose = []
        elif is_continuation(sheet.name, grid.boxes):
            (stacks[-1][0] if stacks else loose).append(sheet)
    return [part for sheets, _ in stacks for part in _stacked(sheets)]


def _stacked(sheets: list[Worksheet]) -> Iterator[tuple[Grid, Box | None, str, int]]:
    boxes: list[Box] = []
    row = 0.0
    for sheet in sheets:
        added = sheet.boxes(row)
        boxes += added
        row = max((b.y1 for b in added), default=row) + 2
    formulas = sum(s.formulas_without_value for s in sheets)
    for grid, title in split_projects(Grid(boxes, 1.0)):
        yield grid, title, sheets[0].name, formulas


# ───────────────────────── recognising ─────────────────────────
def _zip_is_sheet(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if not any(n.lstrip("/").lower() == "xl/workbook.xml" for n in names):
                return _is_ods(archive, names)
            parts = [n for n in names if n.lower().endswith("sharedstrings.xml")]
            parts += sorted(n for n in names if re.search(r"xl/worksheets/[^/]+\.xml$", n, re.IGNORECASE))[:4]
            text = ""
            for part in parts:
                with archive.open(part) as opened:
                    text += _plain(opened.read(_PEEK))
            return _is_sheet_text(text)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        # a workbook cut short is still named one: reading it says what is wrong
        return b"xl/workbook.xml" in data[:200_000] or b"xl/worksheets/" in data[:200_000]


def _is_ods(archive: zipfile.ZipFile, names: list[str]) -> bool:
    if "content.xml" not in names:
        return False
    with archive.open("content.xml") as opened:
        return _is_sheet_text(_plain(opened.read(_PEEK)))


def _plain(xml: bytes) -> str:
    text = html.unescape(re.sub(r"<rPh.*?</rPh>|<[^>]*>", "", xml.decode("utf-8", "replace")))
    return re.sub(r"\s|_x000D_", "", unicodedata.normalize("NFKC", text))


def _is_sheet_text(text: str) -> bool:
    if _MAIN_ITEMS in text:
        return False
    found = sum(word in text for word in _LABELS)
    return ("行政事業レビューシート" in text and found >= 3) or found >= 6


def _ole_is_sheet(data: bytes) -> bool:
    if _ENCRYPTED in data:
        return True
    try:
        book = CalamineSource(data)
        text = ""
        for i in range(min(len(book.sheet_names), 6)):
            text += "".join(book.worksheet(i).cells.values())
    except WorkbookError:
        return "Workbook".encode("utf-16-le") in data
    return _is_sheet_text(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))

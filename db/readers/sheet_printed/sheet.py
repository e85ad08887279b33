"""Reads a sheet from a text printed as the page looks, and keeps of it only what stands where it should."""

from __future__ import annotations

import re

from db.readers.base import InputFile
from db.readers.sheet_grid import Grid, read_sheet, split_projects
from db.readers.sheet_printed.boxes import printed_boxes
from db.sheet import INFERRED, Flag, Row, Sheet, SourceFile, Unplaced

_READ_BY_PLACE = (
    "テキストの行と桁の位置から読みました。桁のずれで欄の分からない値は未配置です。"
    "元のPDFかExcelを読み込むと全部読めます。"
)
_LEAST_COMMENT = 6
"""A text shorter than this is a piece of an upright label."""


def read_printed(text: str, file: InputFile, source: SourceFile) -> list[Sheet]:
    """The sheets of a text in which lines and places show the page; those that say which they are."""
    sheets = []
    for part, title in split_projects(Grid(printed_boxes(text), 1.0)):
        sheet = read_sheet(part, title, "sheet-0-text", source, file.name)
        source.form = sheet.form
        _keep_what_fits(sheet)
        if sheet.basic.get("公開年度") is None or not (
            sheet.basic.get("事業番号") or sheet.basic.get("事業名")
        ):
            continue
        sheet.flags.append(Flag("テキスト全体", _READ_BY_PLACE))
        for row in sheet.rows("evaluations"):
            row.certain, row.values["確度"] = False, INFERRED
        sheets.append(sheet)
    return sheets


def _keep_what_fits(sheet: Sheet) -> None:
    """Leave unplaced the rows whose cells plainly slipped into other columns."""
    for section, rows in sheet.sections.items():
        kept = [row for row in rows if _fits(section, row)]
        for row in rows:
            if not any(row is k for k in kept):
                words = " ".join(str(v) for v in row.values.values() if isinstance(v, str))
                sheet.unplaced.append(Unplaced(words, row.locator))
        sheet.sections[section] = kept


def _fits(section: str, row: Row) -> bool:
    if section == "expenses":
        return bool(row.values.get("費目") and row.values.get("使途"))
    if section in ("payees", "contracts"):
        number = row.values.get("法人番号")
        name = str(row.values.get("支出先") or row.values.get("契約先") or "")
        return (number is None or re.fullmatch(r"\d{12,14}", str(number)) is not None) and len(name) > 1
    if section == "comments":
        words = str(row.values.get("本文") or "")
        return not words or len(words) >= _LEAST_COMMENT
    return True

"""Workbooks that are no review sheet, broken, hostile or locked: refused in one line, in bounded time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import BrokenFileError, InputError, UnknownFormError
from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples.build_sheets import (
    Cell,
    write_sheet,
)
from db.sheet import Sheet
from tests.db.readers.sheet_making import (
    NAME,
    as_file,
    content,
    form_cells,
    part_of,
    read_one,
    saved,
    with_parts,
    workbook_bytes,
)


def test_other_workbooks_are_not_recognised() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "売上表"
    reader = SheetExcelReader()
    assert not reader.recognises(as_file(saved(book)))
    assert not reader.recognises(as_file(b"PK\x03\x04 not a zip"))
    assert not reader.recognises(as_file("行政事業レビューシート".encode()))


def test_a_main_items_workbook_is_left_to_its_own_reader() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    heads = [
        "事業名",
        "担当部局庁",
        "作成責任者",
        "会計区分",
        "実施方法",
        "支出先上位１０者リスト-A.支払先-1-支出先",
        "予算額・執行額",
    ]
    book.active.append(heads)
    assert not SheetExcelReader().recognises(as_file(saved(book)))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_workbook_is_refused_with_one_line(share: float) -> None:
    data = workbook_bytes([(NAME, form_cells())])
    file = as_file(data[: int(len(data) * share)])
    with pytest.raises(BrokenFileError, match=r"^見本\.xlsx: Excelブックが途中で切れているか壊れています$"):
        list(SheetExcelReader().read([file]))


def test_an_entity_bomb_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
    data = with_parts(workbook_bytes([(NAME, form_cells())]), {"xl/worksheets/sheet1.xml": bomb})
    with pytest.raises(BrokenFileError, match="文書型宣言"):
        list(SheetExcelReader().read([as_file(data)]))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = with_parts(workbook_bytes([(NAME, form_cells())]), {"xl/worksheets/sheet1.xml": b" " * (80 << 20)})
    started = time.perf_counter()
    with pytest.raises(BrokenFileError, match="大きすぎます"):
        list(SheetExcelReader().read([as_file(data)]))
    assert time.perf_counter() - started < 2


def test_damaged_xml_is_refused_with_one_line() -> None:
    xml = part_of(workbook_bytes([(NAME, form_cells())]), "xl/worksheets/sheet1.xml")
    for broken in (xml[: len(xml) // 2], xml.replace("<v>", "<v>x", 1), xml.replace(' s="', ' s="x', 1)):
        data = with_parts(workbook_bytes([(NAME, form_cells())]), {"xl/worksheets/sheet1.xml": broken})
        with pytest.raises(BrokenFileError, match=r"^見本\.xlsx: .*壊れています（?.*$"):
            list(SheetExcelReader().read([as_file(data)]))


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_flipped_bytes_load_whole_or_are_refused_clearly(places: list[tuple[int, int]]) -> None:
    data = bytearray(_SAMPLE)
    for place, value in places:
        data[place % len(data)] = value
    file = as_file(bytes(data))
    reader = SheetExcelReader()
    if not reader.recognises(file):
        return
    sheets, said = whole_or_refused(reader, file)
    assert (said is None) == bool(sheets)
    if said is not None:
        assert said.startswith("見本.xlsx: ")
        assert "\n" not in said


def whole_or_refused(reader: SheetExcelReader, file: InputFile) -> tuple[list[Sheet], str | None]:
    """(sheets, None) or ([], the line that refuses the file)."""
    try:
        return list(reader.read([file])), None
    except InputError as error:
        return [], str(error)


_SAMPLE = workbook_bytes([(NAME, form_cells())])


@settings(max_examples=40, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 46_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_an_old_workbook_with_flipped_bytes_loads_whole_or_is_refused(places: list[tuple[int, int]]) -> None:
    data = bytearray(_OLD)
    for place, value in places:
        data[place % len(data)] = value
    reader, file = SheetExcelReader(), as_file(bytes(data), "見本.xls")
    if reader.recognises(file):
        sheets, said = whole_or_refused(reader, file)
        assert (said is None) == bool(sheets)
        assert said is None or (said.startswith("見本.xls: ") and "\n" not in said)


_OLD = (Path(__file__).parent / "data" / "sample-2018.xls").read_bytes()


def test_a_stray_cell_in_the_last_row_and_a_merged_column_cost_no_time(plain: dict[str, Any]) -> None:
    stray = [Cell(1_048_576, 3, 1_048_576, 3, "書き損じ"), Cell(200, 70, 1_048_576, 70, "欄外の注")]
    started = time.process_time()
    sheet = read_one([*form_cells(), *stray])
    assert time.process_time() - started < 2
    assert content(sheet) == plain
    assert {u.text for u in sheet.unplaced} == {"書き損じ", "欄外の注"}


def test_a_locked_workbook_says_so() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    assert SheetExcelReader().recognises(as_file(data))
    with pytest.raises(BrokenFileError, match="パスワードで保護"):
        list(SheetExcelReader().read([as_file(data)]))


def test_a_workbook_whose_sheets_are_all_hidden_is_refused() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "表紙"
    write_sheet(book, NAME, form_cells(), hidden=True)
    with pytest.raises(UnknownFormError, match="見出し"):
        list(SheetExcelReader().read([as_file(saved(book))]))

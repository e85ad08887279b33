"""Every field of 基本情報 is cited to its own place, in every form a sheet is published in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from db.loading import load, unload
from db.readers import read_files
from tests.db.store_making import judgit_file, judgit_record, rows

FIELDS = ("事業名", "担当課室", "作成責任者", "会計区分", "主要経費", "事業の目的", "事業概要")


def places(path: Path) -> dict[str, tuple[str, str]]:
    """Field → (value, place) of the one sheet of a file."""
    (sheet,) = read_files([path])
    return {c: (str(sheet.basic.get(c)), sheet.basic.places[c]) for c in FIELDS}


def bare(text: object) -> str:
    return re.sub(r"\s", "", str(text or ""))


def test_in_a_workbook_by_its_cell(samples: Path) -> None:
    path = samples / "sheets" / "sample-2018.xlsx"
    book = load_workbook(path)
    for field, (value, place) in places(path).items():
        name, address = place.rsplit("!", 1)
        assert bare(value).startswith(bare(book[name][address].value)), (field, place)
        assert book[name][address].value, (field, place)


def test_in_a_text_by_its_line(samples: Path) -> None:
    path = samples / "sheets" / "sample-2018.txt"
    lines = path.read_text("utf-8").splitlines()
    for field, (value, place) in places(path).items():
        first = int(re.match(r"\d+", place).group())  # type: ignore[union-attr]
        assert bare(value)[:4] in bare(lines[first - 1]), (field, place)


def test_in_a_pdf_by_its_page_and_box(samples: Path) -> None:
    found = places(samples / "sheets" / "sample-2018.pdf")
    assert len({place for _, place in found.values()}) == len(found)
    assert all(re.fullmatch(r"\d+ページ 上から[\d.]+cm 左から[\d.]+cm", place) for _, place in found.values())


@pytest.mark.parametrize("first", ["text", "judgit"])
def test_in_the_database_also_after_another_form_of_the_sheet_came_and_went(
    samples: Path, tmp_path: Path, first: str
) -> None:
    text, path = samples / "sheets" / "sample-2018.txt", tmp_path / "reviews.db"
    query = 'SELECT "列", "位置" FROM cell_sources WHERE "表" = \'sheets\' ORDER BY 1'
    (sheet,) = read_files([text])
    key = str(sheet.basic.get("事業番号"))
    record = judgit_record(key, 府省庁=sheet.basic.get("府省庁"), 事業ID=7)
    files = [text, judgit_file(tmp_path / "judgit.json", record)]
    load([text], tmp_path / "alone.db")
    for file in files if first == "text" else reversed(files):
        load([file], path)
    assert ("JUDGIT事業ID", "1行目") in rows(path, query)
    assert {*rows(tmp_path / "alone.db", query)} <= {*rows(path, query)}
    unload(path, "judgit.json")
    assert rows(path, query) == rows(tmp_path / "alone.db", query)
    comments = 'SELECT "位置" FROM comments WHERE "項目" = \'事業の目的\''
    assert rows(path, comments) == [(sheet.basic.places["事業の目的"],)]

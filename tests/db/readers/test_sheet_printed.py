"""A text printed as the page looks (pdftotext -layout) is read by lines and places; what slips is left unplaced."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.readers.base import InputFile
from db.readers.form_labels import judgement_of_letters
from db.readers.sheet_printed.lists import OpenList, list_boxes
from db.readers.sheet_printed.tokens import tokens
from db.readers.sheet_text import SheetTextReader
from db.samples.build_sheets import FORMS, Cell, lay_out, sample_project
from db.samples.draw_pdf import shown
from db.sheet import Sheet
from tests.db.readers.conftest import Score
from tests.db.readers.sheet_making import form_cells, read_one

PLACES = 4
"""Places a column of the form takes in the text."""


def printed_text(cells: list[Cell]) -> str:
    """The cells as lines of text: each cell's words wrapped, in the middle of its rows and columns."""
    wrapped = {id(c): _wrapped(c) for c in cells}
    rows = max(c.bottom for c in cells)
    height = [1] * (rows + 1)
    for c in sorted(cells, key=lambda c: c.bottom - c.top):
        lacking = len(wrapped[id(c)]) - sum(height[c.top : c.bottom + 1])
        if lacking > 0:
            height[c.bottom] += lacking
    tops = [0]
    for h in height[1:]:
        tops.append(tops[-1] + h)
    lines: dict[int, dict[int, str]] = defaultdict(dict)
    for c in cells:
        words = wrapped[id(c)]
        free = tops[c.bottom] - tops[c.top - 1] - len(words)
        for n, line in enumerate(words):
            left = (c.left - 1) * PLACES
            middle = max(((c.right - c.left + 1) * PLACES - len(line)) // 2, 0) if len(words) == 1 else 0
            lines[tops[c.top - 1] + free // 2 + n][left + middle] = line
    out = []
    for n in range(tops[-1] + 1):
        text = ""
        for at, line in sorted(lines[n].items()):
            text = text.ljust(at - 1) + " " + line if text else " " * at + line
        out.append(text)
    return "\n".join(out)


def _wrapped(cell: Cell) -> list[str]:
    width = max((cell.right - cell.left + 1) * PLACES - 2, 1)
    return [
        part[i : i + width] for part in shown(cell).split("\n") for i in range(0, max(len(part), 1), width)
    ]


def read_text(text: str, name: str = "見本.txt") -> Sheet:
    file = InputFile(Path(name), name, text.encode())
    assert SheetTextReader().recognises(file)
    (sheet,) = SheetTextReader().read([file])
    return sheet


def figures(sheet: Sheet, section: str, *columns: str) -> set[tuple[Any, ...]]:
    return {tuple(row.get(c) for c in columns) for row in sheet.rows(section)}


@pytest.fixture(scope="module")
def whole() -> Sheet:
    """The sheet as its workbook gives it."""
    return read_one(form_cells())


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return read_text(printed_text(form_cells()))


def test_the_tables_of_years_are_read_and_nothing_wrong_with_them(sheet: Sheet, whole: Sheet) -> None:
    for section, columns in {
        "budgets": ("年度", "当初予算", "補正予算", "翌年度へ繰越し", "計", "執行額", "要求額"),
        "outcomes": ("年度", "単位", "成果実績", "目標値", "達成度"),
        "outputs": ("年度", "単位", "活動実績", "当初見込み"),
        "unit_costs": ("年度", "単位", "単位当たりコスト"),
    }.items():
        found, wanted = figures(sheet, section, *columns), figures(whole, section, *columns)
        assert found <= wanted
        assert len(found) >= 0.8 * len(wanted)


def test_payees_are_read_by_their_numbers(sheet: Sheet, whole: Sheet) -> None:
    columns = ("番号", "支出先", "法人番号", "支出額", "入札者数", "落札率")
    found, wanted = figures(sheet, "payees", *columns), figures(whole, "payees", *columns)
    assert found <= wanted
    assert len(found) >= 0.7 * len(wanted)


def test_the_basic_box_is_read_by_its_labels(sheet: Sheet, whole: Sheet) -> None:
    for column in (
        "公開年度",
        "府省庁",
        "事業番号",
        "事業名",
        "担当部局庁",
        "会計区分",
        "実施方法",
        "事業開始年度",
    ):
        assert sheet.basic.get(column) == whole.basic.get(column)


def test_explanations_are_inferred_and_the_sheet_says_how_it_was_read(sheet: Sheet) -> None:
    assert sheet.rows("evaluations")
    assert not any(row.certain for row in sheet.rows("evaluations"))
    assert any("行と桁の位置" in flag.what for flag in sheet.flags)
    assert all("行目" in row.locator for row in sheet.rows("budgets"))


PAYEES = """\
                                                                   支 出 額                          入札者数
             支   出 先               法 人   番   号     業 務   概   要     （百万円）             契約方式等        （応募者数）     落札率

         株式会社北のまちの設計                                                                    一般競争契約
     1   所
                               1234567890123 庁舎の図面を電子                12.5             （総合評価）          3       92.1%
                                             化する業務

     2   個人甲                           -        講師謝金                 0.3              その他          -        -
"""


def test_cells_on_lines_of_their_own_are_put_into_their_row_and_column() -> None:
    rows = [tokens(line, n) for n, line in enumerate(PAYEES.splitlines())]
    boxes = list_boxes(rows, OpenList())
    lines: dict[float, list[str]] = defaultdict(list)
    for box in boxes:
        lines[box.y0].append(box.text)
    _, first, second = lines.values()
    assert first == [
        "1",
        "株式会社北のまちの設計所",
        "1234567890123",
        "庁舎の図面を電子化する業務",
        "12.5",
        "一般競争契約（総合評価）",
        "3",
        "92.1%",
    ]
    assert second == ["2", "個人甲", "-", "講師謝金", "0.3", "その他", "-", "-"]


def test_a_row_whose_cells_fit_no_column_is_kept_unplaced() -> None:
    text = PAYEES.replace("講師謝金", "0.4  0.5")
    boxes = list_boxes([tokens(line, n) for n, line in enumerate(text.splitlines())], OpenList())
    assert any("個人甲" in box.text and "0.4" in box.text for box in boxes)


def test_an_upright_judgement_over_several_columns_is_read_by_its_letters() -> None:
    assert judgement_of_letters("事の善業一内部容改") == "事業内容の一部改善"
    assert judgement_of_letters("年改討度善内を に検") == "年度内に改善を検討"
    assert judgement_of_letters("改善点") is None


def test_expenses_stand_under_the_title_of_their_block(sheet: Sheet, whole: Sheet) -> None:
    columns = ("ブロック", "費目", "使途", "金額")
    found, wanted = figures(sheet, "expenses", *columns), figures(whole, "expenses", *columns)
    assert found <= wanted
    assert len(found) >= 0.7 * len(wanted)


@pytest.mark.parametrize("year", sorted(FORMS))
def test_each_known_form_gives_its_own_years(year: int) -> None:
    cells = lay_out(sample_project(), FORMS[year])
    found = read_text(printed_text(cells))
    assert found.basic.get("公開年度") == year
    assert figures(found, "budgets", "年度", "計", "執行額") == figures(
        read_one(cells), "budgets", "年度", "計", "執行額"
    )


@pytest.mark.realdata
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext がない")
def test_the_rebuilt_sheets_are_read_from_pdftotext_with_few_wrong_values(
    score: Callable[..., Score], tmp_path: Path
) -> None:
    def read(pdf: Path) -> Sheet:
        path = tmp_path / f"{pdf.stem}.txt"
        subprocess.run(["pdftotext", "-layout", str(pdf), str(path)], check=True)
        return read_text(path.read_text("utf-8"), path.name)

    found = score(".pdf", read, text_only=True)
    assert found.right / found.wanted >= 0.92
    assert found.right / found.given >= 0.96

"""The same sheet as Excel workbook laid out otherwise: shifted, renamed, several together, drawn over, hidden."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples.build_sheets import (
    Cell,
    lay_out,
    moved,
    sample_project,
)
from tests.db.readers.sheet_making import (
    NAME,
    as_file,
    content,
    form_cells,
    mapped,
    part_of,
    read_cells,
    read_one,
    renamed,
    row_of,
    rows_of,
    with_blank_column,
    with_blank_row,
    with_parts,
    workbook_bytes,
)


# ───────────────────────── the same sheet laid out otherwise ─────────────────────────
@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, 3), (7, 5)])
def test_shifted_cells_change_nothing(plain: dict[str, Any], down: int, right: int) -> None:
    assert content(read_one(moved(form_cells(), down, right))) == plain


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.integers(1, 51), wide=st.integers(1, 3), row=st.integers(1, 124))
def test_inserted_blank_columns_and_rows_change_nothing(
    plain: dict[str, Any], column: int, wide: int, row: int
) -> None:
    cells = with_blank_row(with_blank_column(form_cells(), column, wide), row)
    assert content(read_one(cells)) == plain


def test_labels_in_other_wordings_are_understood(plain: dict[str, Any]) -> None:
    cells = renamed(
        form_cells(),
        {
            "事業概要（5行程度以内。別添可）": "事業の概要\n（５行程度以内）",
            "会計区分": "会　計　区　分",
            "主要政策・施策": "主要政策､施策",
            "前年度から繰越し": "前年度からの\n繰越し",
            "翌年度へ繰越し": "翌年度への繰越し",
            "予備費等": "予　備　費　等",
            "執行率（％）": "執行率\n(%)",
            "定量的な成果目標": "成果目標",
            "当初見込み": "当初見込",
            "達成度": "達成率",
            "契約方式等": "契約方式",
            "落札率": "落札率（％）",
            "所管府省名": "所管府省・部局名",
            "評価に関する説明": "評価に関する\n説　明",
        },
    )
    assert content(read_one(cells)) == plain


def test_years_may_carry_their_era_or_both_eras(plain: dict[str, Any]) -> None:
    def with_era(c: Cell) -> Cell:
        if c.style == "label" and isinstance(c.value, str):
            for n in (27, 28, 29, 30):
                if c.value.startswith(f"{n}年度"):
                    return replace(c, value=f"平成{c.value}")
            if c.value.startswith("31年度"):
                return replace(c, value=c.value.replace("31年度", "平成31年度・令和元年度"))
        return c

    assert content(read_one(mapped(form_cells(), with_era))) == plain


def test_values_in_full_width_digits_and_with_units_are_the_same_figures(plain: dict[str, Any]) -> None:
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")

    def as_text(c: Cell) -> Cell:
        if c.style != "figure" or isinstance(c.value, str) or c.value is None:
            return c
        if "%" in c.number_format:
            return replace(c, value=f"{100 * c.value:.{'.' in c.number_format:d}f}％".translate(wide))
        return replace(c, value=f"{c.value:,}".replace("-", "△").translate(wide))

    assert content(read_one(mapped(form_cells(), as_text))) == plain


def test_hidden_worksheets_are_not_read(plain: dict[str, Any]) -> None:
    data = workbook_bytes([(NAME, form_cells()), ("控え", form_cells(number="9999"))])
    book = part_of(data, "xl/workbook.xml")
    hidden = book.replace('name="控え" sheetId="2" state="visible"', 'name="控え" sheetId="2" state="hidden"')
    assert hidden != book
    (sheet,) = SheetExcelReader().read([as_file(with_parts(data, {"xl/workbook.xml": hidden}))])
    assert content(sheet) == plain


def test_hidden_rows_are_no_part_of_the_sheet_but_what_they_hold_is_reported() -> None:
    cells = form_cells()
    named = row_of(cells, "共同備蓄から部品を届けた件数")
    data = workbook_bytes([(NAME, cells)])
    xml = part_of(data, "xl/worksheets/sheet1.xml")
    for row in range(named - 1, named + 2):
        xml = xml.replace(f'<row r="{row}">', f'<row r="{row}" hidden="1">')
    (sheet,) = SheetExcelReader().read([as_file(with_parts(data, {"xl/worksheets/sheet1.xml": xml}))])
    assert not rows_of(sheet, "outputs", 単位="件")
    assert len(rows_of(sheet, "outputs", 単位="会場")) == 5
    assert ("共同備蓄から部品を届けた件数", f"{NAME}!G{named}（非表示）") in [
        (u.text, u.locator) for u in sheet.unplaced
    ]


# ───────────────────────── several sheets ─────────────────────────
def test_two_projects_in_one_workbook_are_two_sheets(plain: dict[str, Any]) -> None:
    one, two = read_cells(form_cells(), form_cells(number="9108", name="峠の中継局の除雪支援"))
    assert (one.key, two.key) == ("2018-総務省-9107", "2018-総務省-9108")
    assert content(one) == plain
    assert two.basic.get("事業名") == "峠の中継局の除雪支援"
    assert one.sources[0] is two.sources[0]


def test_two_projects_one_under_another_on_a_worksheet_are_two_sheets(plain: dict[str, Any]) -> None:
    below = moved(form_cells(number="9108"), down=140)
    one, two = read_cells(form_cells() + below)
    assert content(one) == plain
    assert two.basic.get("事業番号") == "9108"
    assert content(two, without=["sheets"]) == content(one, without=["sheets"])


def test_continuation_sheets_add_outcomes_and_blocks_to_the_project_before_them() -> None:
    project = sample_project()
    more_outcomes = part(
        {**project, "outcome": [{**project["outcome"][0], "index": "別紙の指標"}]}, "別紙１", "outcomes"
    )
    blocks = [
        {"title": "C.丙の会", "rows": [["人件費", "調査", 3]], "total": 3},
        {"title": "D.丁商店", "rows": [["需用費", "部品", 2]], "total": 2},
    ]
    more_expenses = part({**project, "expense": blocks}, "別紙２", "expenses")
    (sheet,) = read_cells(("シート", form_cells()), ("別紙1", more_outcomes), ("別紙2", more_expenses))
    assert len(rows_of(sheet, "outcomes", 成果指標="別紙の指標")) == 4
    assert [r.get("ブロック") for r in sheet.rows("expenses")] == ["A", "A", "A", "B", "C", "D"]
    assert sheet.rows("expenses")[-1].locator.startswith("別紙2!AC")
    assert not sheet.unplaced


def part(project: dict[str, Any], heading: str, method: str) -> list[Cell]:
    """One part of the form under a heading, as continuation sheets are."""
    cells = lay_out(project)
    first = {"outcomes": "成果目標及び成果実績（アウトカム）", "expenses": "費目・使途（「資金"}[method]
    top = min(
        c.top for c in cells if isinstance(c.value, str) and c.value.replace("\n", "").startswith(first)
    )
    after = {"outcomes": "活動指標及び", "expenses": "費目・使途欄について"}[method]
    end = min(c.top for c in cells if isinstance(c.value, str) and c.value.startswith(after))
    own = [replace(c, top=c.top - top + 3, bottom=c.bottom - top + 3) for c in cells if top <= c.top < end]
    return [Cell(1, 1, 1, 50, heading, "free"), *own]


def test_more_blocks_and_payees_than_usual_are_read() -> None:
    project = sample_project()
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB"]
    payees = [
        {"letter": f"{a}.", "rows": [[f"第{a}社", "-", "工事", 1.5, "-", "-", "-", "-"]]} for a in letters
    ]
    sheet = read_one(lay_out({**project, "payees": payees}))
    assert [(r.get("ブロック"), r.get("支出先")) for r in sheet.rows("payees")] == [
        (a, f"第{a}社") for a in letters
    ]


def test_a_payee_with_several_contracts_is_a_row_for_each() -> None:
    cells = form_cells()
    top = row_of(cells, "合同会社しおさい通信")
    merged = [
        replace(c, top=top - 1) if c.top == top and c.left in (1, 3, 10) else c
        for c in cells
        if not (c.top == top - 1 and c.left in (1, 3, 10))
    ]
    sheet = read_one(merged)
    found = [(r.get("支出先"), r.get("業務概要"), r.get("支出額")) for r in sheet.rows("payees")][:2]
    assert found == [
        ("合同会社しおさい通信", "実技講習の企画と運営", 4_900_000),
        ("合同会社しおさい通信", "部品の保管と発送", 1_300_000),
    ]


def test_several_indicators_under_one_header_are_told_apart() -> None:
    cells = form_cells()
    first, second = (
        row_of(cells, t)
        for t in ("実技講習を開いた会場の数（オンラインを除く）", "共同備蓄から部品を届けた件数")
    )
    without_second_header = [c for c in cells if c.top != second - 1]
    up = [
        replace(c, top=c.top - 1, bottom=c.bottom - 1) if c.top >= second else c
        for c in without_second_header
    ]
    assert second == first + 3
    sheet = read_one(up)
    assert [
        (r.get("単位"), r.get("年度"), r.get("活動実績"))
        for r in sheet.rows("outputs")
        if r.get("年度") == 2015
    ] == [
        ("会場", 2015, 21),
        ("件", 2015, 130),
    ]


# ───────────────────────── cells ─────────────────────────
def test_text_boxes_drawn_over_the_cells_are_read_as_the_flow_of_money() -> None:
    drawn = [c for c in form_cells() if c.style != "drawn" and not (c.style == "free" and 19 <= c.left <= 23)]
    top = (
        row_of(drawn, "資金の流れ（資金の受け取り先が何を行っているかについて補足する）（単位：百万円）") + 2
    )
    boxes = [
        (top, "総務省", "９百万円"),
        (top + 2, "Ａ．株式会社みなと技研", "6.2百万円"),
        (top + 4, "Ｂ．職員等", "2.8百万円"),
    ]
    data = with_drawing(workbook_bytes([(NAME, drawn)]), boxes)
    (sheet,) = SheetExcelReader().read([as_file(data)])
    assert [(r.get("ブロック"), r.get("ブロック名"), r.get("合計支出額")) for r in sheet.rows("blocks")] == [
        ("A", "株式会社みなと技研", 6_200_000),
        ("B", "職員等", 2_800_000),
    ]
    assert sheet.rows("blocks")[0].locator.endswith("（図形）")
    assert sheet.rows("flows")[0].get("支出元") == "総務省"


def with_drawing(data: bytes, boxes: list[tuple[int, str, str]]) -> bytes:
    """The workbook with text boxes of two paragraphs over its first worksheet."""
    anchors = "".join(
        f"<xdr:twoCellAnchor><xdr:from><xdr:col>20</xdr:col><xdr:row>{row}</xdr:row></xdr:from>"
        f"<xdr:to><xdr:col>32</xdr:col><xdr:row>{row + 1}</xdr:row></xdr:to>"
        f"<xdr:sp><xdr:txBody><a:p><a:r><a:t>{name}</a:t></a:r></a:p><a:p><a:r><a:t>{amount}</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:twoCellAnchor>"
        for row, name, amount in boxes
    )
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{anchors}</xdr:wsDr>'
    )
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    return with_parts(
        data, {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": relation}
    )


def test_formulas_give_their_saved_result_and_without_one_themselves() -> None:
    data = workbook_bytes([(NAME, form_cells())])
    sheet_xml = part_of(data, "xl/worksheets/sheet1.xml")
    assert '<c r="P17" s=' in sheet_xml
    start = sheet_xml.index('<c r="P17" s=')
    end = sheet_xml.index("</c>", start)
    cell = sheet_xml[start:end]
    with_result = cell.replace("<v>", "<f>SUM(P12:P16)</f><v>")
    without = cell[: cell.index("<v>")] + "<f>SUM(P12:P16)</f>"
    (good,) = SheetExcelReader().read(
        [as_file(with_parts(data, {"xl/worksheets/sheet1.xml": sheet_xml.replace(cell, with_result)}))]
    )
    assert good.rows("budgets")[0].get("計") == 12_000_000
    (bad,) = SheetExcelReader().read(
        [as_file(with_parts(data, {"xl/worksheets/sheet1.xml": sheet_xml.replace(cell, without)}))]
    )
    assert bad.rows("budgets")[0].get("計") is None
    assert bad.rows("budgets")[0].printed["計"] == "=SUM(P12:P16)"
    assert any("数式が1個" in f.what for f in bad.flags)


def test_reading_aids_kept_beside_shared_strings_are_no_text() -> None:
    data = workbook_bytes([(NAME, form_cells())])
    strings = part_of(data, "xl/sharedStrings.xml")
    aided = strings.replace(
        "<t>会計区分</t>", '<r><t>会計</t></r><r><t>区分</t></r><rPh sb="0" eb="2"><t>カイケイ</t></rPh>'
    )
    assert aided != strings
    (sheet,) = SheetExcelReader().read([as_file(with_parts(data, {"xl/sharedStrings.xml": aided}))])
    assert sheet.basic.get("会計区分") == "一般会計"


def test_an_old_workbook_gives_the_same_sheet_but_for_hidden_decimals(samples: Path) -> None:
    path = Path(__file__).parent / "data" / "sample-2018.xls"
    file = InputFile(path, path.name, path.read_bytes())
    assert SheetExcelReader().recognises(file)
    (old,) = SheetExcelReader().read([file])
    new = read_one(form_cells())
    assert old.key == new.key
    for section in ("outcomes", "outputs", "payees", "expenses", "evaluations", "comments", "past_numbers"):
        assert [len(r.values) for r in old.rows(section)] == [len(r.values) for r in new.rows(section)], (
            section
        )
    rates = [
        (o.get("執行率"), n.get("執行率"))
        for o, n in zip(old.rows("budgets"), new.rows("budgets"), strict=True)
    ]
    for a, b in rates[:3]:
        assert a == pytest.approx(b, abs=0.5)
    assert old.rows("payees")[0].get("落札率") == pytest.approx(98.8)

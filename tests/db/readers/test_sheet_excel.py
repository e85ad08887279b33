"""The review sheet as Excel workbook: read by labels and merged cells wherever they stand."""

from __future__ import annotations

import importlib.util
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.checks import check_sheet
from db.contract import sheet_as_json
from db.errors import BrokenFileError, InputError, UnknownFormError
from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples import build_sheets
from db.samples.build_sheets import (
    FORMS,
    Cell,
    lay_out,
    moved,
    sample_project,
    write_sheet,
)
from db.sheet import Sheet
from tests.db.readers.other_forms import FORM_2013, FORM_2023, cells_of
from tests.db.readers.sheet_making import (
    NAME,
    as_file,
    content,
    form_cells,
    mapped,
    read_cells,
    read_one,
    renamed,
    row_of,
    with_blank_column,
    with_blank_row,
    workbook_bytes,
)


@pytest.fixture(scope="module")
def sample(samples: Path) -> Sheet:
    path = samples / "sheets" / "sample-2018.xlsx"
    (sheet,) = SheetExcelReader().read([InputFile(path, path.name, path.read_bytes())])
    return sheet


@pytest.fixture(scope="module")
def plain() -> dict[str, list[dict[str, Any]]]:
    return content(read_one(form_cells()))


def rows(sheet: Sheet, section: str, **wanted: Any) -> list[dict[str, Any]]:
    """Rows of a section whose values are the wanted ones."""
    return [r.values for r in sheet.rows(section) if all(r.get(k) == v for k, v in wanted.items())]


# ───────────────────────── the sample, section by section ─────────────────────────
def test_the_basic_part_is_read_from_labels_beside_and_above_their_values(sample: Sheet) -> None:
    assert sample.key == "2018-総務省-9107"
    assert sample.form == "sheet-2018-excel"
    basic = sample.basic
    assert basic.get("事業名") == "離島・山間地域における防災無線の維持管理支援経費"
    assert basic.get("作成責任者") == "室長　早瀬　千春"
    assert (basic.get("事業開始年度"), basic.get("事業終了年度"), basic.get("終了予定なし")) == (
        2014,
        None,
        True,
    )
    assert basic.printed["事業開始年度"] == "平成２６年度"
    assert basic.get("根拠法令") == "消防組織法第四条\n災害対策基本法第三条"
    assert basic.get("主要政策施策") is None
    assert (basic.get("政策"), basic.get("施策")) == ("Ⅴ．災害に強い地域づくり", "消防防災体制の充実強化")


def test_amounts_in_millions_become_yen_and_keep_what_is_printed(sample: Sheet) -> None:
    (row,) = [r for r in sample.rows("budgets") if r.get("年度") == 2016]
    assert row.values == {
        "年度": 2016,
        "当初予算": 14_000_000,
        "補正予算": 2_000_000,
        "翌年度へ繰越し": -3_000_000,
        "計": 13_000_000,
        "執行額": 12_000_000,
        "執行率": 92.0,
        "当初予算＋補正予算に対する執行額の割合": 75.0,
    }
    assert row.printed["翌年度へ繰越し"] == "▲3百万円"
    assert row.printed["執行率"] == "92%"
    assert row.locator == f"{NAME}!W12"


def test_the_requested_year_is_a_row_of_its_own_and_the_own_year_has_no_spending_yet(sample: Sheet) -> None:
    assert rows(sample, "budgets", 年度=2019) == [{"年度": 2019, "要求額": 13_000_000}]
    (own,) = rows(sample, "budgets", 年度=2018)
    assert "執行額" not in own
    assert "執行率" not in own


def test_each_budget_item_has_a_row_for_the_year_and_one_for_the_request(sample: Sheet) -> None:
    assert rows(sample, "budget_items", 目="職員旅費") == [
        {"年度": 2018, "種別": "当初予算", "目": "職員旅費", "金額": 4_500_000},
        {"年度": 2019, "種別": "要求", "目": "職員旅費", "金額": 4_300_000},
    ]
    assert (
        rows(sample, "comments", 項目="主な増減理由")[0]["本文"]
        == "部品の共同備蓄が一巡したため、庁費を減らす。"
    )


def test_outcomes_run_by_year_and_end_with_the_target_year(sample: Sheet) -> None:
    found = rows(sample, "outcomes", 成果指標="一町村当たりの年間停止日数")
    assert [(r["年度"], r.get("成果実績"), r.get("目標値"), r.get("達成度")) for r in found] == [
        (2015, 4.1, 4, 97.5),
        (2016, 3.6, 3, 80.0),
        (2017, 2.8, 2, 60.0),
        (2020, None, 1.5, None),
    ]
    assert found[-1]["年度の種別"] == "目標最終年度"
    assert {r["単位"] for r in found} == {"日"}


def test_outputs_and_unit_costs_keep_their_units_and_formulas(sample: Sheet) -> None:
    assert rows(sample, "outputs", 年度=2019, 単位="件") == [
        {
            "活動指標": "共同備蓄から部品を届けた件数",
            "単位": "件",
            "年度": 2019,
            "当初見込み": 140,
            "年度の種別": "活動見込",
        }
    ]
    (cost,) = rows(sample, "unit_costs", 年度=2016)
    assert (cost["単位当たりコスト"], cost["計算式"]) == (208.3, "5,000/24")
    assert (cost["単位"], cost["計算式の単位"]) == ("千円", "千円/会場数")


def test_every_evaluation_item_has_its_mark_and_a_shared_explanation_goes_to_the_first(sample: Sheet) -> None:
    assert len(sample.rows("evaluations")) == 18
    (item,) = rows(sample, "evaluations", 項目="不用率が大きい場合、その理由は妥当か。（理由を右に記載）")
    assert item["評価"] == "○"
    assert item["説明"].endswith("\n中止した会場には翌年度に優先して回る。")
    assert item["区分"] == "事業の効率性"
    shared = rows(sample, "evaluations", 区分="事業の効率性")[:3]
    assert [(r["評価"], "説明" in r) for r in shared] == [("△", True), ("有", False), ("無", False)]
    (dash,) = rows(sample, "evaluations", 項目="受益者との負担関係は妥当であるか。")
    assert (dash["評価"], dash.get("説明")) == ("‐", None)


def test_opinions_keep_judgement_and_text_apart(sample: Sheet) -> None:
    (team,) = rows(sample, "comments", 項目="行政事業レビュー推進チームの所見")
    assert team["判定"] == "事業内容の一部改善"
    assert team["本文"].startswith("不用の原因が天候であっても")
    assert not rows(sample, "comments", 項目="備考")


def test_several_past_numbers_of_a_year_are_rows_of_their_own(sample: Sheet) -> None:
    found = [(r.get("年度"), r.get("府省庁"), r.get("事業番号")) for r in sample.rows("past_numbers")]
    assert found == [
        (2014, None, "新26-0011"),
        (2015, None, "0141"),
        (2016, None, "0138"),
        (2016, None, "0139"),
        (2017, "総務省", "0145"),
    ]


def test_the_drawing_gives_blocks_and_what_amounts_alone_say_of_the_flow(sample: Sheet) -> None:
    assert [r.values for r in sample.rows("blocks")] == [
        {
            "ブロック": "A",
            "ブロック名": "株式会社みなと技研",
            "支出先の数": 2,
            "役割": "実技講習の企画と運営",
            "合計支出額": 6_200_000,
        },
        {"ブロック": "B", "ブロック名": "職員等", "役割": "講習会場への出張", "合計支出額": 2_800_000},
    ]
    flows = sample.rows("flows")
    assert [(f.get("支出元"), f.get("支出先ブロック"), f.get("補足情報")) for f in flows] == [
        ("総務省", "A", "一般競争入札"),
        ("総務省", "B", "直接実施"),
    ]
    assert not any(f.certain for f in flows)


def test_payees_expenses_and_contracts_know_their_block(sample: Sheet) -> None:
    assert [(r.get("ブロック"), r.get("番号"), r.get("支出額")) for r in sample.rows("payees")] == [
        ("A", 1, 4_900_000),
        ("A", 2, 1_300_000),
        ("B", 1, 1_500_000),
        ("B", 2, 1_300_000),
    ]
    first = sample.rows("payees")[0]
    assert (first.get("落札率"), first.get("入札者数"), first.get("契約方式等")) == (
        98.8,
        1,
        "一般競争契約\n（総合評価）",
    )
    assert rows(sample, "expenses", ブロック="B") == [
        {
            "ブロック": "B",
            "支出先": "職員等",
            "費目": "旅費",
            "使途": "講習会場への出張旅費",
            "金額": 2_800_000,
        }
    ]
    (contract,) = sample.rows("contracts")
    assert (contract.get("契約先"), contract.get("契約額")) == ("株式会社みなと技研", 14_700_000)


def test_every_written_box_is_counted_and_none_is_left_over(sample: Sheet) -> None:
    (source,) = sample.sources
    assert source.rows_read == source.rows_stored + source.rows_merged + source.rows_unplaced
    assert source.rows_unplaced == 0
    assert source.rows_read > 400
    assert not sample.unplaced
    assert not sample.flags


def test_the_sample_is_what_its_builder_makes(samples: Path) -> None:
    made = build_sheets.workbook_bytes([(NAME, lay_out(sample_project()))])
    assert made == (samples / "sheets" / "sample-2018.xlsx").read_bytes()


# ───────────────────────── forms of other years ─────────────────────────
@pytest.mark.parametrize("year", sorted(FORMS))
def test_each_known_form_gives_the_same_sheet_with_its_own_years(year: int) -> None:
    sheet = read_one(form_cells(year))
    assert sheet.basic.get("公開年度") == year
    assert sheet.form == f"sheet-{year}-excel"
    assert [r.get("年度") for r in sheet.rows("budgets")] == list(range(year - 3, year + 2))
    assert [r.get("年度") for r in sheet.rows("outputs") if r.get("単位") == "件"] == list(
        range(year - 3, year + 2)
    )
    assert len(sheet.rows("evaluations")) == 17 + FORMS[year].carry_item
    assert not sheet.unplaced
    assert not sheet.flags


def test_a_number_in_four_cells_is_joined_by_hyphens() -> None:
    assert read_one(form_cells(2021)).basic.get("事業番号") == "2021-総務-20-9107"


def test_statistics_findings_and_activities_of_later_forms_have_their_places() -> None:
    sheet = read_one(form_cells(2022))
    assert {r.get("根拠統計") for r in sheet.rows("outcomes") if r.get("単位") == "日"} == {
        "消防庁「防災無線の障害報告」（見本）"
    }
    (remark,) = sheet.rows("remarks")
    assert remark.values == {
        "種類": "過去に受けた指摘事項",
        "年度": 2020,
        "内容": "講習の効果を停止日数で示すこと。",
        "対応状況": "停止日数を成果指標に加えた。",
    }
    assert rows(sheet, "outputs", 種別="アクティビティ")[0]["活動内容"].startswith("講習を開き")
    assert {r.get("活動内容") for r in sheet.rows("outputs") if r.get("単位") == "会場"} == {
        "計画した会場と備蓄を年度内に整える"
    }


def test_the_form_of_2013_is_read_by_what_its_labels_say() -> None:
    sheet = read_one(cells_of(FORM_2013))
    assert sheet.key == "2013-水産庁-0087"
    basic = sheet.basic.values
    assert (basic["事業開始年度"], basic["事業終了年度"], basic["実施方法"]) == (2009, 2015, "補助")
    assert basic["施策"] == "⑥ 水産資源の回復"
    assert [(r.get("年度"), r.get("執行率")) for r in sheet.rows("budgets")][:3] == [
        (2010, 98.0),
        (2011, 96.0),
        (2012, 97.0),
    ]
    assert [(r.get("年度"), r.get("成果実績"), r.get("目標値")) for r in sheet.rows("outcomes")] == [
        (2010, 310, None),
        (2011, 345, None),
        (2012, 390, None),
        (2014, None, 500),
    ]
    assert [(r.get("年度"), r.get("活動実績"), r.get("当初見込み")) for r in sheet.rows("outputs")] == [
        (2010, 820, 800),
        (2011, 861, 850),
        (2012, 792, 850),
        (2013, None, 850),
    ]
    (cost,) = sheet.rows("unit_costs")
    assert (cost.get("単位当たりコスト"), cost.get("単位")) == (121_212, "円／日")
    assert len(sheet.rows("evaluations")) == 8
    assert sheet.rows("evaluations")[0].get("項目").startswith("広く国民のニーズがあるか")  # type: ignore[union-attr]
    assert [r.get("事業番号") for r in sheet.rows("past_numbers")] == ["0093", "0101", "0095"]
    assert sheet.rows("related")[0].get("関連事業名") == "干潟の保全活動支援"
    assert len(sheet.rows("payees")) == 2
    assert not sheet.unplaced


def test_the_form_of_2023_gives_stages_links_and_plans() -> None:
    sheet = read_one(cells_of(FORM_2023))
    assert sheet.basic.get("事業番号") == "2023-農水-22-0087"
    assert sheet.basic.get("現状・課題") == "ウニが増え、藻場が十年で二割減った。"
    assert [r.values for r in sheet.rows("subsidies")] == [
        {"補助率": "1/2", "補助対象": "漁業者の団体", "補助上限等": "1団体200万円"}
    ]
    assert sheet.rows("budget_items")[0].get("項") == "水産資源回復対策費"
    assert [(r.get("期間"), r.get("年度"), r.get("成果実績")) for r in sheet.rows("outcomes")] == [
        ("短期", 2020, 20),
        ("短期", 2021, 16),
        ("短期", 2022, 11),
        ("短期", 2023, None),
        ("長期", 2020, 390),
        ("長期", 2021, 391),
        ("長期", 2022, None),
        ("長期", 2026, None),
    ]
    assert sheet.rows("outcomes")[6].printed["成果実績"] == "集計中"
    assert [(r.get("派生元種別"), r.get("派生先番号")) for r in sheet.rows("effects")] == [
        ("アウトプット", "1-1"),
        ("アウトカム", "1-2"),
    ]
    assert sheet.rows("reform_plans")[0].get("該当箇所") == "三ページ"
    assert not sheet.unplaced


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
    assert not rows(sheet, "outputs", 単位="件")
    assert len(rows(sheet, "outputs", 単位="会場")) == 5
    assert ("共同備蓄から部品を届けた件数", f"{NAME}!G{named}（非表示）") in [
        (u.text, u.locator) for u in sheet.unplaced
    ]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
    assert len(rows(sheet, "outcomes", 成果指標="別紙の指標")) == 4
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


def with_parts(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    """The zip with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


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


def part_of(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


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


# ───────────────────────── what looks wrong, what has no place ─────────────────────────
def test_what_no_field_takes_is_kept_with_its_place() -> None:
    note = Cell(150, 3, 150, 30, "※庁舎の建替えに伴い、担当課の名称が変わる。")
    sheet = read_one([*form_cells(), note])
    assert [(u.text, u.locator) for u in sheet.unplaced] == [(note.value, f"{NAME}!C150")]
    assert sheet.sources[0].rows_unplaced == 1


def test_an_unknown_label_costs_its_field_alone(plain: dict[str, Any]) -> None:
    sheet = read_one(renamed(form_cells(), {"実施方法": "実施の手立て"}))
    got = content(sheet)
    assert "実施方法" not in got["sheets"][0]
    assert {k: v for k, v in plain["sheets"][0].items() if k != "実施方法"} == got["sheets"][0]
    assert {u.text for u in sheet.unplaced} == {"実施の手立て", "直接実施、委託・請負"}
    assert {k: v for k, v in got.items() if k != "sheets"} == {
        k: v for k, v in plain.items() if k != "sheets"
    }


def test_totals_that_do_not_add_up_are_flagged_and_left_as_printed() -> None:
    budget = [{**b} for b in sample_project()["budget"]]
    budget[0]["total"] = 20
    expense = [{**e} for e in sample_project()["expense"]]
    expense[0]["total"] = 9.9
    sheet = read_one(form_cells(budget=budget, expense=expense))
    assert sheet.rows("budgets")[0].get("計") == 20_000_000
    whats = [f.what for f in (*sheet.flags, *check_sheet(sheet))]
    assert any("2015年度の計(20百万円)が内訳の合計(12百万円)と合いません" in w for w in whats)
    assert any("費目・使途（A）の計 9,900,000円" in w for w in whats)


def test_a_printed_rate_that_the_amounts_do_not_give_is_flagged() -> None:
    cells = [
        replace(c, value=0.5) if c.number_format == "0%" and c.top == 19 and c.left == 16 else c
        for c in form_cells()
    ]
    sheet = read_one(cells)
    assert sheet.rows("budgets")[0].get("執行率") == 50.0
    (flag,) = check_sheet(sheet)
    assert flag.what == "2015年度の執行率(50%)が執行額÷計(91.7%)と合いません"


@pytest.mark.parametrize("also_without", [(), ("平成30・31年度\n予算内訳\n（単位：百万円）",)])
def test_a_title_without_year_takes_it_from_the_years_of_the_budget(also_without: tuple[str, ...]) -> None:
    cells = renamed(form_cells(), {"平成３０年度行政事業レビューシート": "行政事業レビューシート"})
    sheet = read_one([c for c in cells if c.value not in also_without])
    assert sheet.basic.get("公開年度") == 2018
    assert [r.get("年度") for r in sheet.rows("budgets")] == [2015, 2016, 2017, 2018, 2019]
    assert any("表題から公開年度が読めない" in f.what for f in sheet.flags)


def test_a_title_without_ministry_takes_it_from_the_drawing() -> None:
    cells = [c for c in form_cells() if not (c.style == "title" and c.left > 35)]
    sheet = read_one(cells)
    assert sheet.basic.get("府省庁") == "総務省"
    assert any("府省庁がない" in f.what for f in sheet.flags)


# ───────────────────────── what is no review sheet, or broken ─────────────────────────
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


# ───────────────────────── real sheets ─────────────────────────
def grader(realdata: Path) -> ModuleType:
    path = realdata.parent / "eval" / "grade_sheets.py"
    spec = importlib.util.spec_from_file_location("grade_sheets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.realdata
def test_the_rebuilt_official_sheets_reach_the_figures_of_the_issue(realdata: Path) -> None:
    import json

    grade = grader(realdata)
    hits = wanted = given_cells = 0
    for path in sorted((realdata / "sheets" / "forms").glob("*.xlsx")):
        (sheet,) = SheetExcelReader().read([InputFile(path, path.name, path.read_bytes())])
        want = grade.gold_cells(json.loads(path.with_suffix(".gold.json").read_text("utf-8")), False)
        got = grade.read_cells(sheet_as_json(sheet), want, False)
        written = {k: v for k, v in want.items() if v is not None}
        hits += sum(k in got and grade.same(got[k], v, k[2]) for k, v in written.items())
        wanted += len(written)
        given_cells += len(got)
    assert wanted > 1000
    assert hits / wanted >= 0.995
    assert hits / given_cells >= 0.995


@pytest.mark.realdata
def test_a_workbook_takes_a_quarter_of_a_second_at_most(realdata: Path) -> None:
    files = [
        InputFile(p, p.name, p.read_bytes()) for p in sorted((realdata / "sheets" / "forms").glob("*.xlsx"))
    ]
    started = time.process_time()
    sheets = list(SheetExcelReader().read(files))
    assert len(sheets) == len(files)
    assert (time.process_time() - started) / len(files) < 0.25

"""The review sheet as Excel workbook: read by labels and merged cells wherever they stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.checks import check_sheet
from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples import build_sheets
from db.samples.build_sheets import (
    FORMS,
    Cell,
    lay_out,
    sample_project,
)
from db.sheet import Sheet
from tests.db.readers.conftest import Score
from tests.db.readers.other_forms import FORM_2013, FORM_2023, cells_of
from tests.db.readers.sheet_making import (
    NAME,
    content,
    form_cells,
    read_one,
    renamed,
    rows_of,
)


@pytest.fixture(scope="module")
def sample(samples: Path) -> Sheet:
    path = samples / "sheets" / "sample-2018.xlsx"
    (sheet,) = SheetExcelReader().read([InputFile(path, path.name, path.read_bytes())])
    return sheet


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
    assert rows_of(sample, "budgets", 年度=2019) == [{"年度": 2019, "要求額": 13_000_000}]
    (own,) = rows_of(sample, "budgets", 年度=2018)
    assert "執行額" not in own
    assert "執行率" not in own


def test_each_budget_item_has_a_row_for_the_year_and_one_for_the_request(sample: Sheet) -> None:
    assert rows_of(sample, "budget_items", 目="職員旅費") == [
        {"年度": 2018, "種別": "当初予算", "目": "職員旅費", "金額": 4_500_000},
        {"年度": 2019, "種別": "要求", "目": "職員旅費", "金額": 4_300_000},
    ]
    assert (
        rows_of(sample, "comments", 項目="主な増減理由")[0]["本文"]
        == "部品の共同備蓄が一巡したため、庁費を減らす。"
    )


def test_outcomes_run_by_year_and_end_with_the_target_year(sample: Sheet) -> None:
    found = rows_of(sample, "outcomes", 成果指標="一町村当たりの年間停止日数")
    assert [(r["年度"], r.get("成果実績"), r.get("目標値"), r.get("達成度")) for r in found] == [
        (2015, 4.1, 4, 97.5),
        (2016, 3.6, 3, 80.0),
        (2017, 2.8, 2, 60.0),
        (2020, None, 1.5, None),
    ]
    assert found[-1]["年度の種別"] == "目標最終年度"
    assert {r["単位"] for r in found} == {"日"}


def test_outputs_and_unit_costs_keep_their_units_and_formulas(sample: Sheet) -> None:
    assert rows_of(sample, "outputs", 年度=2019, 単位="件") == [
        {
            "活動指標": "共同備蓄から部品を届けた件数",
            "単位": "件",
            "年度": 2019,
            "当初見込み": 140,
            "年度の種別": "活動見込",
        }
    ]
    (cost,) = rows_of(sample, "unit_costs", 年度=2016)
    assert (cost["単位当たりコスト"], cost["計算式"]) == (208.3, "5,000/24")
    assert (cost["単位"], cost["計算式の単位"]) == ("千円", "千円/会場数")


def test_every_evaluation_item_has_its_mark_and_a_shared_explanation_goes_to_the_first(sample: Sheet) -> None:
    assert len(sample.rows("evaluations")) == 18
    (item,) = rows_of(sample, "evaluations", 項目="不用率が大きい場合、その理由は妥当か。（理由を右に記載）")
    assert item["評価"] == "○"
    assert item["説明"].endswith("\n中止した会場には翌年度に優先して回る。")
    assert item["区分"] == "事業の効率性"
    shared = rows_of(sample, "evaluations", 区分="事業の効率性")[:3]
    assert [(r["評価"], "説明" in r) for r in shared] == [("△", True), ("有", False), ("無", False)]
    (dash,) = rows_of(sample, "evaluations", 項目="受益者との負担関係は妥当であるか。")
    assert (dash["評価"], dash.get("説明")) == ("‐", None)


def test_opinions_keep_judgement_and_text_apart(sample: Sheet) -> None:
    (team,) = rows_of(sample, "comments", 項目="行政事業レビュー推進チームの所見")
    assert team["判定"] == "事業内容の一部改善"
    assert team["本文"].startswith("不用の原因が天候であっても")
    assert not rows_of(sample, "comments", 項目="備考")


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
    assert rows_of(sample, "expenses", ブロック="B") == [
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
    assert rows_of(sheet, "outputs", 種別="アクティビティ")[0]["活動内容"].startswith("講習を開き")
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


# ───────────────────────── real sheets ─────────────────────────
@pytest.mark.realdata
def test_the_rebuilt_official_sheets_reach_the_figures_of_the_issue(score: Callable[..., Score]) -> None:
    def read(path: Path) -> Sheet:
        (sheet,) = SheetExcelReader().read([InputFile(path, path.name, path.read_bytes())])
        return sheet

    found = score(".xlsx", read)
    assert found.right / found.wanted >= 0.995
    assert found.right / found.given >= 0.995


@pytest.mark.realdata
def test_a_workbook_takes_a_quarter_of_a_second_at_most(realdata: Path) -> None:
    files = [
        InputFile(p, p.name, p.read_bytes()) for p in sorted((realdata / "sheets" / "forms").glob("*.xlsx"))
    ]
    started = time.process_time()
    sheets = list(SheetExcelReader().read(files))
    assert len(sheets) == len(files)
    assert (time.process_time() - started) / len(files) < 0.25

"""3-1 目標・実績 and 5-1 支出情報, on files made from the columns FORMS.md gives."""

from __future__ import annotations

import pytest

from tests.db.readers.rs_csv_making import counts, made, read_one, values

NUMBER, KIND = (
    "アクティビティ・アウトプット・アウトカムの番号",
    "種別（アクティビティ・アウトプット・アウトカム）",
)
GOAL, NAME = "アクティビティ／活動目標／成果目標", "活動指標／成果指標"
FIGURE = "目標年度／目標値／実績値／達成率"
WHY = "定性的なアウトカム目標を設定している理由"
YEARS = [str(y) for y in range(2007, 2061)]
HEADER = [
    "事業に関連するKPIが定められている閣議決定等の名称", "事業に関連するKPIが定められている閣議決定等の該当箇所",
    "事業に関連するKPIが定められている閣議決定等のURL", NUMBER, KIND, "アウトカムの期間", "成果目標の種類", GOAL, NAME,
    "単位", "改善の上向き／下向き", "成果実績及び目標値の根拠として用いた統計・データ名（出典）", WHY,
    "定性的なアウトカムに関する成果実績", FIGURE, *YEARS,
]  # fmt: skip
OUTCOME = {
    NUMBER: 1,
    KIND: "アウトカム",
    "アウトカムの期間": "短期",
    GOAL: "竹を減らす",
    NAME: "面積",
    "単位": "ha",
}
OUTPUT = {NUMBER: 1, KIND: "アウトプット", GOAL: "竹を切る", NAME: "切った面積", "単位": "ha"}


def figures(base: dict[str, object], **by_kind: dict[str, object]) -> list[dict[str, object]]:
    return [{**base, FIGURE: kind, **years} for kind, years in by_kind.items()]


def test_the_rows_of_an_indicator_become_one_row_a_year() -> None:
    rows = [
        {**OUTCOME, FIGURE: "1.目標年度", "2024": 1},
        {**OUTCOME, FIGURE: "2.目標値", "2022": 10, "2023": "1,200", "2024": 30},
        {**OUTCOME, FIGURE: "3.実績値", "2022": 8, "2023": "900.5"},
        {**OUTCOME, FIGURE: "4.達成率", "2022": 80, "2023": "75.04"},
    ]
    sheet = read_one(made(rows, HEADER))
    shared = {"番号": "1", "期間": "短期", "成果目標": "竹を減らす", "成果指標": "面積", "単位": "ha"}
    assert values(sheet, "outcomes") == [
        {**shared, "年度": 2022, "目標値": 10, "成果実績": 8, "達成度": 80.0},
        {**shared, "年度": 2023, "目標値": 1200, "成果実績": 900.5, "達成度": 75.04},
        {**shared, "年度": 2024, "年度の種別": "目標年度", "目標値": 30},
    ]
    assert [r.locator for r in sheet.rows("outcomes")] == [
        "3-1 3、4、5行目",
        "3-1 3、4、5行目",
        "3-1 2、3行目",
    ]
    assert counts(sheet.sources[0]) == (4, 4, 0, 0)


def test_outputs_hold_expected_and_actual_figures() -> None:
    sheet = read_one(made(figures(OUTPUT, **{"2.目標値": {"2023": 5}, "3.実績値": {"2023": 4}}), HEADER))
    assert values(sheet, "outputs") == [
        {
            "番号": "1", "種別": "アウトプット", "活動内容": "竹を切る", "活動指標": "切った面積", "単位": "ha",
            "年度": 2023, "当初見込み": 5, "活動実績": 4,
        }
    ]  # fmt: skip


def test_an_activity_keeps_its_text_without_a_figure() -> None:
    sheet = read_one(made([{NUMBER: 1, KIND: "アクティビティ", GOAL: "講習を開く"}], HEADER))
    assert values(sheet, "outputs") == [{"番号": "1", "種別": "アクティビティ", "活動内容": "講習を開く"}]


def test_an_indicator_without_figures_is_one_row() -> None:
    row = {**OUTCOME, WHY: "満足の度合いは数で表せないため、聞き取りによる。"}
    sheet = read_one(made([{**row, FIGURE: "2.目標値"}, {**row, FIGURE: "3.実績値"}], HEADER))
    assert [r.get("定量的な目標が設定できない理由") for r in sheet.rows("outcomes")] == [row[WHY]]
    assert counts(sheet.sources[0]) == (2, 1, 1, 0)


def test_a_text_that_is_searched_stands_on_the_first_year_only() -> None:
    row = {**OUTCOME, WHY: "満足の度合いは数で表せないため、聞き取りによる。"}
    sheet = read_one(made([{**row, FIGURE: "3.実績値", "2022": 1, "2023": 2}], HEADER))
    assert [r.get("定量的な目標が設定できない理由") for r in sheet.rows("outcomes")] == [row[WHY], None]


def test_equal_texts_with_other_figures_are_two_indicators_and_a_repeat_is_merged() -> None:
    first, second = {**OUTCOME, FIGURE: "2.目標値", "2023": 1}, {**OUTCOME, FIGURE: "2.目標値", "2023": 2}
    sheet = read_one(made([first, second, first], HEADER))
    assert [r.get("目標値") for r in sheet.rows("outcomes")] == [1, 2]
    assert counts(sheet.sources[0]) == (3, 2, 1, 0)


def test_a_figure_that_is_no_number_is_kept_as_printed() -> None:
    rows = figures(OUTCOME, **{"3.実績値": {"2022": "-", "2023": "集計中"}, "2.目標値": {"2023": 5}})
    sheet = read_one(made(rows, HEADER))
    (row,) = sheet.rows("outcomes")
    assert row.printed == {"成果実績": "集計中"}
    assert row.get("目標値") == 5
    assert [f.column for f in sheet.flags] == ["成果実績"]


@pytest.mark.parametrize(("printed", "rate"), [("80", 80.0), ("0.8", 80.0), ("80%", 80.0), ("0.5", 0.5)])
def test_achievement_is_in_percent(printed: str, rate: float) -> None:
    by_kind = {"2.目標値": {"2023": 10}, "3.実績値": {"2023": 8}, "4.達成率": {"2023": printed}}
    assert read_one(made(figures(OUTCOME, **by_kind), HEADER)).rows("outcomes")[0].get("達成度") == rate


def test_plans_with_the_kpi_are_listed_once() -> None:
    plan = {HEADER[0]: "骨太の方針", HEADER[1]: "第3章"}
    rows = figures({**OUTCOME, **plan}, **{"2.目標値": {"2023": 1}, "3.実績値": {"2023": 1}})
    assert values(read_one(made(rows, HEADER)), "reform_plans") == [
        {"名称": "骨太の方針", "該当箇所": "第3章"}
    ]


@pytest.mark.parametrize(
    "row", [{KIND: "インパクト", GOAL: "竹", "2023": 3}, {**OUTCOME, FIGURE: "5.参考値", "2023": 3}]
)
def test_kinds_nobody_knows_are_kept(row: dict[str, object]) -> None:
    sheet = read_one(made([row], HEADER))
    assert "2023: 3" in " / ".join(u.text for u in sheet.unplaced)


def test_a_cell_the_table_has_no_column_for_is_kept() -> None:
    sheet = read_one(made([{**OUTPUT, "アウトカムの期間": "短期", FIGURE: "3.実績値", "2023": 1}], HEADER))
    assert [u.text for u in sheet.unplaced] == ["アウトカムの期間: 短期"]


# ───────── 5-1 ─────────

BLOCK, PAYEE, CORPORATE = "支出先ブロック番号", "支出先名", "法人番号"
REASON = "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上）"
PAYEE_HEADER = [
    BLOCK, "支出先ブロック名", "支出先の数", "事業を行う上での役割", "ブロックの合計支出額", PAYEE, CORPORATE, "所在地",
    "法人種別", "その他支出先", "支出先の合計支出額", "契約概要", "金額", "契約方式等", "具体的な契約方式等", "入札者数",
    "落札率", REASON, "その他の契約",
]  # fmt: skip
GROVE, CO = "竹林株式会社", {BLOCK: "A", PAYEE: "竹林株式会社", CORPORATE: "7999900000017"}
BLOCK_ROW = {
    BLOCK: "A", "支出先ブロック名": "民間企業", "支出先の数": 2, "事業を行う上での役割": "竹の伐採",
    "ブロックの合計支出額": 900,
}  # fmt: skip
PAYEE_ROW = {
    **CO,
    "所在地": "北浦県早瀬市",
    "法人種別": 301,
    "その他支出先": "FALSE",
    "支出先の合計支出額": 600,
}
CONTRACT_ROW = {
    **CO, "契約概要": "伐採業務", "金額": 600, "契約方式等": "一般競争契約（最低価格）", "入札者数": 1, "落札率": 98.7,
    REASON: "近くに会社がないため。", "その他の契約": "FALSE",
}  # fmt: skip


def test_block_payee_and_contract_rows_go_to_their_sections() -> None:
    sheet = read_one(made([BLOCK_ROW, PAYEE_ROW, CONTRACT_ROW, {}], PAYEE_HEADER))
    assert values(sheet, "blocks") == [
        {"ブロック": "A", "ブロック名": "民間企業", "支出先の数": 2, "役割": "竹の伐採", "合計支出額": 900}
    ]
    (payee,) = sheet.rows("payees")
    assert payee.values == {
        "ブロック": "A", "番号": 1, "支出先": GROVE, "法人番号": "7999900000017", "所在地": "北浦県早瀬市",
        "法人種別": "株式会社", "その他支出先": 0, "支出額": 600, "業務概要": "伐採業務",
        "契約方式等": "一般競争契約（最低価格）", "入札者数": 1, "落札率": 98.7,
    }  # fmt: skip
    assert payee.locator == "5-1 3、4行目"
    (contract,) = sheet.rows("payee_contracts")
    assert contract.get("理由及び改善策") == "近くに会社がないため。"
    assert contract.get("その他の契約") == 0
    assert counts(sheet.sources[0]) == (4, 3, 1, 0)


def test_a_payee_with_several_contracts_leaves_them_to_their_own_section() -> None:
    rows = [PAYEE_ROW, CONTRACT_ROW, {**CONTRACT_ROW, "契約概要": "運搬業務", "金額": 50}]
    sheet = read_one(made(rows, PAYEE_HEADER))
    assert "業務概要" not in sheet.rows("payees")[0].values
    assert [r.get("契約概要") for r in sheet.rows("payee_contracts")] == ["伐採業務", "運搬業務"]


def test_payees_are_numbered_within_their_block() -> None:
    rows = [
        {BLOCK: b, PAYEE: n, "支出先の合計支出額": 1}
        for b, n in (("A", "甲"), ("A", "乙"), ("B", "甲"), ("A", "個人A"), ("A", "個人A"))
    ]
    sheet = read_one(made(rows, PAYEE_HEADER))
    assert [(r.get("ブロック"), r.get("番号"), r.get("支出先")) for r in sheet.rows("payees")] == [
        ("A", 1, "甲"),
        ("A", 2, "乙"),
        ("B", 1, "甲"),
        ("A", 3, "個人A"),
        ("A", 4, "個人A"),
    ]


def test_contracts_of_payees_of_one_name_go_to_the_nearest_above() -> None:
    person = {BLOCK: "A", PAYEE: "個人A"}
    rows = [
        {**person, "支出先の合計支出額": 10},
        {**person, "契約概要": "講演", "金額": 10},
        {**person, "支出先の合計支出額": 20},
        {**person, "契約概要": "執筆", "金額": 20},
    ]
    sheet = read_one(made(rows, PAYEE_HEADER))
    assert [(r.get("支出額"), r.get("業務概要")) for r in sheet.rows("payees")] == [
        (10, "講演"),
        (20, "執筆"),
    ]


def test_no_bidders_and_no_rate_are_not_zero() -> None:
    contract = {**CONTRACT_ROW, "契約方式等": "随意契約（その他）", "入札者数": 0, "落札率": 0}
    sheet = read_one(made([PAYEE_ROW, contract], PAYEE_HEADER))
    for row in (*sheet.rows("payees"), *sheet.rows("payee_contracts")):
        assert "入札者数" not in row.values
        assert (row.printed["入札者数"], row.printed["落札率"]) == ("0", "0")


def test_bid_rates_of_a_file_are_fractions_only_where_none_is_above_one() -> None:
    other = {**CONTRACT_ROW, "契約概要": "運搬業務"}
    fractions = made([PAYEE_ROW, {**CONTRACT_ROW, "落札率": 0.987}, {**other, "落札率": 1}], PAYEE_HEADER)
    assert [r.get("落札率") for r in read_one(fractions).rows("payee_contracts")] == [98.7, 100.0]
    percents = made([PAYEE_ROW, {**CONTRACT_ROW, "落札率": 0.987}, {**other, "落札率": 99}], PAYEE_HEADER)
    assert [r.get("落札率") for r in read_one(percents).rows("payee_contracts")] == [0.987, 99.0]


def test_a_header_that_adds_the_unit_is_the_same_column() -> None:
    header = ["落札率（％）" if name == "落札率" else name for name in PAYEE_HEADER]
    row = {k: v for k, v in CONTRACT_ROW.items() if k != "落札率"}
    sheet = read_one(made([PAYEE_ROW, {**row, "落札率（％）": 0.9}], header))
    assert sheet.rows("payee_contracts")[0].get("落札率") == 0.9
    assert not sheet.unplaced


def test_what_a_row_repeats_is_merged_and_what_it_contradicts_is_kept() -> None:
    rows = [
        BLOCK_ROW,
        {**PAYEE_ROW, "支出先ブロック名": "民間企業"},
        {**CONTRACT_ROW, "支出先ブロック名": "別の名", "所在地": "北浦県早瀬市"},
    ]
    sheet = read_one(made(rows, PAYEE_HEADER))
    assert [u.text for u in sheet.unplaced] == ["支出先ブロック名: 別の名"]
    assert len(sheet.rows("blocks")) == 1
    assert len(sheet.rows("payees")) == 1


def test_a_contract_whose_payee_has_no_row_lists_the_payee() -> None:
    sheet = read_one(made([BLOCK_ROW, CONTRACT_ROW], PAYEE_HEADER))
    (payee,) = sheet.rows("payees")
    assert payee.get("支出先") == GROVE
    assert payee.get("支出額") is None
    assert payee.get("業務概要") == "伐採業務"

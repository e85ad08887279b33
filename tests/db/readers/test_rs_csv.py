"""RSシステム's CSV files: the sections they fill."""

from __future__ import annotations

from db.contract import sheet_as_json
from db.merging import disagreements, shared_columns
from db.readers.rs_csv import RsCsvReader
from tests.db.readers.rs_csv_making import (
    ACCOUNT,
    TOTALS,
    as_file,
    budget,
    counts,
    csv_text,
    made,
    read,
    read_one,
    values,
)

# ───────── identity ─────────


def test_a_sheet_knows_its_ministry_and_offices() -> None:
    sheet = read_one(made([{"府省庁": "国土交通省　観光庁", "政策所管府省庁": "国土交通省", "備考": "竹"}]))
    assert sheet.form == "rs-2024"
    assert sheet.basic.values == {
        "公開年度": 2024,
        "予算事業ID": "7",
        "事業名": "竹林の手入れを広げる事業",
        "府省庁": "国土交通省　観光庁",
        "政策所管府省庁": "国土交通省",
        "府省庁の建制順": "21",
        "担当部局庁": "森林整備部",
        "担当課室": "森林利用課　山村振興室",
    }


def test_the_two_names_of_the_policy_ministry_are_one_column() -> None:
    text = csv_text([{"その他担当組織_作成責任者_no": 1, "作成責任者": "竹田 一"}])
    text = text.replace("府省庁の建制順", "建制順").replace("政策所管府省庁", "所管府省庁")
    basic = read_one(as_file(text)).basic
    assert basic.get("政策所管府省庁") == "農林水産省"
    assert basic.get("府省庁の建制順") == "21"


def test_the_ministry_above_an_agency_or_a_blank_contradicts_nothing() -> None:
    first = made([{"その他担当組織_作成責任者_no": 1, "作成責任者": "竹田 一"}])
    flow = {"担当組織からの支出": "TRUE", "支出先の支出先ブロック": "A"}
    for ministry in ("農林水産省", ""):
        sheet = read_one(first, made([{**flow, "府省庁": ministry}]))
        assert sheet.basic.get("府省庁") == "林野庁"
        assert not sheet.flags
        assert not disagreements(sheet)


def test_a_name_that_differs_between_files_is_flagged_and_the_first_kept() -> None:
    sheet = read_one(
        made([{"備考": "竹", "事業名": "別の名"}]),
        made([{"その他担当組織_作成責任者_no": 1, "作成責任者": "竹田 一"}]),
    )
    assert sheet.basic.get("事業名") == "竹林の手入れを広げる事業"
    (flag,) = disagreements(sheet)
    assert (flag.where, flag.column) == ("6-1 2行目", "事業名")
    assert "別の名" in flag.what
    assert sheet_as_json(sheet)["warnings"] == [{"where": flag.where, "what": flag.what}]


def test_a_name_that_differs_within_a_file_is_flagged_and_the_first_kept() -> None:
    sheet = read_one(made([{"備考": "竹"}, {"備考": "林", "事業名": "別の名"}]))
    assert sheet.basic.get("事業名") == "竹林の手入れを広げる事業"
    assert [(f.where, f.column) for f in sheet.flags] == [("6-1 3行目", "事業名")]


def test_several_years_and_projects_come_as_sheets_of_their_own() -> None:
    rows = [{"備考": "竹"}, {"事業年度": 2025, "備考": "新しい竹"}, {"予算事業ID": 8, "備考": "林"}]
    sheets = read(made(rows), made([{"事業年度": 2025, "予算年度": 2024, **TOTALS}]))
    assert {s.key: s.form for s in sheets} == {
        "2024-RS-7": "rs-2024",
        "2025-RS-7": "rs-2025",
        "2024-RS-8": "rs-2024",
    }
    later = next(s for s in sheets if s.key == "2025-RS-7")
    assert [len(s.sources) for s in sheets if s is not later] == [1, 1]
    assert [later.sources[r.source].rows_read for r in later.rows("budgets")] == [1, 1]


def test_joined_columns_of_the_basic_row_know_their_file() -> None:
    law = {"番号（根拠法令）": 1, "法令名": "森林法"}
    sheet = read_one(made([OVERVIEW]), made([law]), made([{"予算年度": 2023, **ACCOUNT}]))
    assert [s.part for s in sheet.sources] == ["1-2", "1-3", "2-1"]
    assert sheet.basic.source == 0
    assert [sorted(p.values.keys() - shared_columns()) for p in sheet.parts[1:]] == [
        ["根拠法令"],
        ["会計区分"],
    ]
    assert [p.locator for p in sheet.parts] == ["1-2 2行目", "1-3 2行目", "2-1 2行目"]


def test_other_kinds_of_sheet_are_noted() -> None:
    sheet = read_one(made([{"シート種別": "セグメントシート", "備考": "竹"}]))
    assert [u.text for u in sheet.unplaced] == ["シート種別: セグメントシート"]


# ───────── 1-1 … 1-5 ─────────


def test_other_offices_and_responsible_people_are_two_lists() -> None:
    number, office = "その他担当組織_作成責任者_no", "府省庁（その他担当組織）"
    rows = [{number: 1, office: "環境省", "作成責任者": "竹田 一"}, {number: 2, "作成責任者": "林 二"}]
    sheet = read_one(made(rows))
    assert values(sheet, "offices") == [
        {"番号": "1", "府省庁": "環境省"},
        {"番号": "1", "作成責任者": "竹田 一"},
        {"番号": "2", "作成責任者": "林 二"},
    ]
    assert sheet.basic.get("作成責任者") == "竹田 一、林 二"


OVERVIEW = {
    "事業の目的": "竹の広がりを抑える。",
    "現状・課題": "-",
    "事業区分": "前年度事業",
    "事業開始年度": 2016,
    "開始年度不明": "FALSE",
    "事業終了（予定）年度": "",
    "終了予定なし": "TRUE",
    "実施方法ー直接実施": 1,
    "実施方法ー補助": "",
    "実施方法ー分担金・拠出金": 1,
}


def test_a_project_repeated_for_its_expense_classes_is_one_sheet() -> None:
    sheet = read_one(made([{**OVERVIEW, "主要経費": c} for c in ("森林費", "その他", "森林費")]))
    basic = sheet.basic
    assert basic.get("主要経費") == "森林費、その他"
    assert basic.get("実施方法") == "直接実施、分担金・拠出金"
    assert (basic.get("開始年度不明"), basic.get("終了予定なし"), basic.get("事業開始年度")) == (0, 1, 2016)
    assert basic.get("現状・課題") is None
    assert basic.get("事業終了年度") is None
    assert basic.locator == "1-2 2、3行目"
    assert counts(sheet.sources[0]) == (3, 2, 1, 0)


def test_repeats_that_disagree_keep_both_texts() -> None:
    sheet = read_one(made([OVERVIEW, {**OVERVIEW, "事業の目的": "別の目的がここに書かれている。"}]))
    assert sheet.basic.get("事業の目的") == "竹の広がりを抑える。"
    assert [u.text for u in sheet.unplaced] == ["事業の目的: 別の目的がここに書かれている。"]
    assert counts(sheet.sources[0]) == (2, 1, 0, 1)


def test_three_lists_side_by_side_are_three_sections() -> None:
    sheet = read_one(
        made(
            [
                {
                    "番号（政策・施策）": 1, "政策": "森林", "施策": "ー", "番号（根拠法令）": 1, "法令名": "森林法",
                    "条": "第四条", "項": 2, "号・号の細分": "三", "番号（関係する計画・通知等）": 1, "計画通知名": "基本計画",
                },
                {"番号（根拠法令）": 2, "法令名": "山村振興法", "番号（関係する計画・通知等）": 2, "計画通知名": "行動計画"},
                {"番号（根拠法令）": 3, "法令名": "ー"},
            ]
        )
    )  # fmt: skip
    assert values(sheet, "policies") == [{"番号": "1", "政策": "森林"}]
    assert [r.get("法令名") for r in sheet.rows("laws")] == ["森林法", "山村振興法"]
    assert sheet.basic.get("根拠法令") == "森林法第四条第2項第三号、山村振興法"
    assert sheet.basic.get("関係する計画通知等") == "基本計画、行動計画"
    assert sheet.basic.get("政策") == "森林"
    assert sheet.basic.get("施策") is None
    assert counts(sheet.sources[0]) == (3, 2, 1, 0)


def test_the_text_mark_of_excel_is_no_part_of_a_rate() -> None:
    sheet = read_one(made([{"番号（補助率等）": 1, "補助対象": "市町村", "補助率": "'1/2"}]))
    assert values(sheet, "subsidies") == [{"番号": "1", "補助対象": "市町村", "補助率": "1/2"}]


def test_related_projects_are_listed() -> None:
    row = {"番号（関連事業）": 1, "関連事業の事業ID": 12, "関連事業の事業名": "里山", "関連性": "親事業"}
    assert values(read_one(made([row])), "related") == [
        {"番号": "1", "関連事業ID": "12", "関連事業名": "里山", "関連性": "親事業"}
    ]


# ───────── 2-1, 2-2 ─────────


def test_totals_and_accounts_are_kept_apart_and_never_added() -> None:
    sheet = read_one(
        made([budget(2023), {"予算年度": 2023, **ACCOUNT}], [*{"予算年度": 0, **TOTALS, **ACCOUNT}])
    )
    assert len(sheet.rows("budgets")) == 2
    first = sheet.rows("budgets")[0]
    assert first.values == {
        "年度": 2023,
        "当初予算": 120,
        "補正予算": -5,
        "前年度から繰越し": 30,
        "予備費等": 0,
        "計": 145,
        "執行額": 100,
        "執行率": 68.966,
        "翌年度へ繰越し": 40,
    }
    assert first.printed == {"執行率": "0.68966"}
    assert values(sheet, "accounts") == [
        {
            "年度": 2023,
            "会計区分": "一般会計",
            "会計": "一般会計",
            "当初予算": 120,
            "歳出予算現額": 145,
            "執行額": 100,
        }
    ]
    assert sheet.basic.get("会計区分") == "一般会計"


def test_the_request_of_a_year_stands_in_the_next() -> None:
    sheet = read_one(made([budget(2023), budget(2022, **{"翌年度要求額（合計）": "130.0"})]))
    assert [(r.get("年度"), r.get("計"), r.get("要求額")) for r in sheet.rows("budgets")] == [
        (2022, 145, None),
        (2023, 145, 130),
        (2024, None, 150),
    ]
    assert [r.locator for r in sheet.rows("budgets")] == [
        "2-1 3行目",
        "2-1 2行目(要求額は3行目)",
        "2-1 2行目",
    ]


def test_a_zero_of_the_running_year_is_not_yet_known() -> None:
    zero = {"執行額（合計）": 0, "執行率": "", "翌年度への繰越し(合計）": 0}
    sheet = read_one(made([budget(2024, **zero), budget(2023, **zero)]))
    running = next(r for r in sheet.rows("budgets") if r.get("年度") == 2024)
    over = next(r for r in sheet.rows("budgets") if r.get("年度") == 2023)
    assert (running.get("執行額"), running.get("執行率"), running.get("翌年度へ繰越し")) == (None, None, None)
    assert running.printed == {"執行額": "0", "翌年度へ繰越し": "0"}
    assert (over.get("執行額"), over.get("翌年度へ繰越し")) == (0, 0)


def test_rates_above_100_stay_as_printed() -> None:
    sheet = read_one(made([budget(2023, 執行率="2595.16")]))
    assert sheet.rows("budgets")[0].get("執行率") == 259516.0


def test_an_amount_that_is_no_number_is_kept_and_flagged() -> None:
    sheet = read_one(made([budget(2023, **{"執行額（合計）": "集計中"})]))
    row = sheet.rows("budgets")[0]
    assert "執行額" not in row.values
    assert row.printed["執行額"] == "集計中"
    assert [(f.where, f.section, f.column) for f in sheet.flags] == [("2-1 2行目", "budgets", "執行額")]


def test_reasons_carry_the_year_they_stand_beside() -> None:
    rows = [budget(y, 主な増減理由="竹の増", その他特記事項="-") for y in (2023, 2022)]
    assert [(r.get("項目"), r.get("年度")) for r in read_one(made(rows)).rows("comments")] == [
        ("主な増減理由", 2023),
        ("主な増減理由", 2022),
    ]


def test_a_row_without_its_year_is_kept_unplaced() -> None:
    sheet = read_one(made([budget(2023), {**TOTALS, "予算年度": ""}]))
    assert sheet.unplaced[0].text.startswith("予算年度のない行: 当初予算（合計）: 120")
    assert counts(sheet.sources[0]) == (2, 1, 0, 1)


ITEM = {
    "予算年度": 2023,
    "会計区分": "一般会計",
    "会計": "一般会計",
    "勘定": "",
    "予算種別": "当初予算",
    "目": "庁費",
}
NOW, NEXT = "予算額（歳出予算項目ごと）", "翌年度要求額（歳出予算項目ごと）"


def test_an_item_gives_its_budget_and_its_request_of_the_next_year() -> None:
    sheet = read_one(made([{**ITEM, NOW: 10, NEXT: 12}, {**ITEM, NOW: "", NEXT: 3}]))
    assert [(r.get("年度"), r.get("種別"), r.get("金額")) for r in sheet.rows("budget_items")] == [
        (2023, "当初予算", 10),
        (2024, "要求", 12),
        (2024, "要求", 3),
    ]
    assert [r.printed for r in sheet.rows("budget_items")] == [{}, {}, {"種別": "当初予算"}]


def test_equal_items_count_each_and_rows_that_only_name_an_account_add_nothing() -> None:
    bare = {
        "予算年度": 2023,
        "会計区分": "特別会計",
        "会計": "労働保険",
        "勘定": "労災勘定",
        "組織・勘定": "労災勘定",
    }
    header = [*ITEM, "組織・勘定", NOW, NEXT]
    sheet = read_one(made([{**ITEM, NOW: 10}, {**ITEM, NOW: 10}, bare], header))
    assert [r.get("金額") for r in sheet.rows("budget_items")] == [10, 10]
    assert counts(sheet.sources[0]) == (3, 2, 1, 0)


# ───────── 3-2, 4-1, 5-2, 5-3, 5-4, 6-1 ─────────


def test_repeated_arrows_are_one_and_indirect_costs_are_amounts() -> None:
    arrow = {
        "支出元の支出先ブロック": "A", "支出元の支出先ブロック名": "協会", "担当組織からの支出": "FALSE",
        "支出先の支出先ブロック": "B", "支出先の支出先ブロック名": "会社",
    }  # fmt: skip
    cost = {"国自らが支出する間接経費の項目": "旅費", "国自らが支出する間接経費の金額": 500}
    sheet = read_one(made([arrow, arrow, cost, {}], [*arrow, *cost]))
    assert values(sheet, "flows") == [
        {
            "支出元ブロック": "A",
            "支出元": "協会",
            "担当組織からの支出": 0,
            "支出先ブロック": "B",
            "支出先名": "会社",
        }
    ]
    assert values(sheet, "indirect_costs") == [{"項目": "旅費", "金額": 500}]
    assert counts(sheet.sources[0]) == (4, 2, 2, 0)


REVIEW = {
    "事業所管部局による点検・改善ー点検結果": "竹の広がりは緩やかになった。",
    "外部有識者による点検ー最終実施年度": 2022,
    "外部有識者による点検ー点検対象": "外部有識者による点検対象外",
    "行政事業レビュー推進チームの所見": "現状通り",
    "行政事業レビュー推進チームの所見の詳細": "引き続き進めること。",
    "反映額（一般会計）": -500,
}


def test_comments_count_once_though_the_project_repeats_for_its_remarks() -> None:
    past, other = "過去に受けた指摘事項－", "その他の指摘事項－"
    sheet = read_one(
        made(
            [
                {
                    **REVIEW,
                    f"{past}区分": "公開プロセス",
                    f"{past}取りまとめ年度": 2021,
                    f"{past}取りまとめ内容": "指標を改めよ。",
                },
                {
                    **REVIEW,
                    f"{other}調査等の名称": "調査",
                    f"{other}指摘年度": 2022,
                    f"{other}指摘内容": "\xad",
                },
            ]
        )
    )
    assert values(sheet, "comments") == [
        {"項目": "点検結果", "本文": "竹の広がりは緩やかになった。"},
        {"項目": "外部有識者の所見", "年度": 2022, "判定": "外部有識者による点検対象外"},
        {"項目": "行政事業レビュー推進チームの所見", "判定": "現状通り", "本文": "引き続き進めること。"},
    ]
    assert values(sheet, "remarks") == [
        {"種類": "過去に受けた指摘事項", "区分": "公開プロセス", "年度": 2021, "内容": "指標を改めよ。"},
        {"種類": "その他の指摘事項", "調査等の名称": "調査", "年度": 2022},
    ]
    assert values(sheet, "reflections") == [{"会計区分": "一般会計", "反映額": -500}]


def test_reflected_amounts_of_special_accounts_name_the_account() -> None:
    row = {
        "反映額（特別会計）－会計": "労働保険",
        "反映額（特別会計）－勘定": "雇用勘定",
        "反映額（特別会計）－反映額": -84000,
    }
    assert values(read_one(made([row])), "reflections") == [
        {"会計区分": "特別会計", "会計": "労働保険", "勘定": "雇用勘定", "反映額": -84000}
    ]


def test_equal_expenses_count_each() -> None:
    row = {"支出先ブロック番号": "A", "支出先名": "個人A", "費目": "諸謝金", "使途": "講演", "金額": 20000}
    sheet = read_one(made([row, row, {}]))
    assert [r.get("金額") for r in sheet.rows("expenses")] == [20000, 20000]


CONTRACT = "（国庫債務負担行為等による契約）"


def test_a_contract_with_no_bidding_has_no_bidders_rather_than_none() -> None:
    row = {
        f"契約先名{CONTRACT}": "竹林株式会社", f"契約先の法人種別{CONTRACT}": 301, "その他の契約": "t",
        f"契約額{CONTRACT}": 1000, f"契約方式等{CONTRACT}": "随意契約（その他）", f"入札者数（応募者数）{CONTRACT}": 0,
        f"落札率（％）{CONTRACT}": 0, f"その他の契約{CONTRACT}": "f",
    }  # fmt: skip
    (contract,) = read_one(made([row])).rows("contracts")
    assert contract.values == {
        "契約先": "竹林株式会社",
        "法人種別": "株式会社",
        "その他の契約": 1,
        "契約額": 1000,
        "契約方式等": "随意契約（その他）",
    }
    assert contract.printed == {"法人種別": "301", "入札者数": "0", "落札率": "0"}


def test_bid_rates_whose_header_says_percent_are_percent() -> None:
    row = {f"契約先名{CONTRACT}": "竹林株式会社", f"落札率（％）{CONTRACT}": 0.9}
    assert read_one(made([row])).rows("contracts")[0].get("落札率") == 0.9


def test_the_same_remark_in_two_files_is_one_comment() -> None:
    sheet = read_one(made([{**OVERVIEW, "備考": "竹の備考"}]), made([{"備考": "竹の備考"}]))
    assert values(sheet, "comments") == [{"項目": "備考", "本文": "竹の備考"}]
    assert [counts(s) for s in sheet.sources] == [(1, 1, 0, 0), (1, 0, 1, 0)]


# ───────── what no field takes ─────────


def test_columns_nobody_knows_are_kept_and_counted() -> None:
    sheet = read_one(made([{"備考": "竹", "新しい列": "値"}, {"備考": "", "新しい列": "二"}]))
    assert [(u.text, u.locator) for u in sheet.unplaced] == [
        ("新しい列: 値", "6-1 2行目"),
        ("新しい列: 二", "6-1 3行目"),
    ]
    assert counts(sheet.sources[0]) == (2, 1, 0, 1)


def test_the_same_file_twice_adds_nothing() -> None:
    first, again = made([budget(2023)]), made([budget(2023)])
    sheet = read_one(first, again)
    assert len(sheet.rows("budgets")) == 2
    assert [counts(s) for s in sheet.sources] == [(1, 1, 0, 0), (1, 0, 1, 0)]


def test_two_files_that_disagree_about_a_project_keep_the_first_and_say_so() -> None:
    sheet = read_one(made([budget(2023)]), made([budget(2023, **{"執行額（合計）": 99})]))
    assert [r.get("執行額") for r in sheet.rows("budgets")] == [100, None]
    assert "2つのファイルにあり" in sheet.flags[0].what
    assert "執行額（合計）: 99" in sheet.unplaced[0].text
    assert counts(sheet.sources[1]) == (1, 0, 0, 1)


def test_progress_counts_the_rows() -> None:
    steps: list[int] = []
    file = made([{"予算事業ID": n, "備考": "竹"} for n in range(2500)])
    assert len(list(RsCsvReader().read([file], steps.append))) == 2500
    assert sum(steps) == 2500

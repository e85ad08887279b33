"""Sheets in the tables: keys, derived columns, passages, warnings, several sources of one sheet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import db
from db.contents import unreconciled
from db.loading import unload
from db.sheet import Flag, Row, Sheet, Unplaced
from db.store import OlderPublicationError
from tests.db.store_making import MILLION, content, rows, sheet, source, store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's database goes."""
    return tmp_path / "reviews.db"


def test_every_table_of_the_catalogue_is_there_with_its_columns_and_provenance(path: Path) -> None:
    from db.catalogue import catalogue

    store(path, sheet())
    for table in catalogue().tables:
        columns = [r[1] for r in rows(path, f'PRAGMA table_info("{table.name}")')]
        assert [c for c in columns if c in table.columns] == list(table.columns)
        assert {"sheet_key", "source_id", "位置", "記載"} <= set(columns)


def test_a_value_keeps_its_place_and_what_is_printed(path: Path) -> None:
    made = sheet()
    made.add("budgets", Row({"年度": 2017, "計": 4 * MILLION}, "412行目", {"計": "4百万円"}))
    store(path, made)
    assert rows(path, 'SELECT sheet_key, "計", "位置", "記載" FROM budgets') == [
        ("2018-総務省-0036", 4 * MILLION, "412行目", '{"計":"4百万円"}')
    ]


def test_what_is_not_written_is_null_and_text_among_numbers_is_kept_as_printed(path: Path) -> None:
    store(
        path, sheet(payees=[{"ブロック": "A", "番号": 1, "支出先": "", "支出額": None, "入札者数": "不明"}])
    )
    assert rows(path, 'SELECT "支出先", "支出額", "入札者数", "記載" FROM payees') == [
        (None, None, None, '{"入札者数":"不明"}')
    ]


def test_numbers_that_fit_no_column_are_kept_as_printed(path: Path) -> None:
    store(path, sheet(payees=[{"支出額": 10**30, "入札者数": 1.5, "番号": 2.0}]))
    ((amount, bidders, number, printed),) = rows(
        path, 'SELECT "支出額", "入札者数", "番号", "記載" FROM payees'
    )
    assert (amount, bidders, number) == (None, None, 2)
    assert json.loads(printed) == {"支出額": str(10**30), "入札者数": "1.5"}


@pytest.mark.parametrize("row", [{"支出先の名": "甲"}, {"payee": "甲"}])
def test_a_column_the_catalogue_lacks_is_an_error_and_never_dropped(path: Path, row: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="列はありません"):
        store(path, sheet(payees=[row]))


def test_a_section_the_catalogue_lacks_is_an_error(path: Path) -> None:
    with pytest.raises(ValueError, match="項目一覧にありません"):
        store(path, sheet(recipients=[{"支出先": "甲"}]))


def test_sheets_derive_unused_money_from_the_net_total(path: Path) -> None:
    budget = {"年度": 2017, "翌年度へ繰越し": -3 * MILLION, "計": 10 * MILLION, "執行額": 8 * MILLION}
    store(path, sheet(budgets=[budget]))
    assert rows(path, 'SELECT "不用額", "不用率", "比較用執行率" FROM budgets') == [(2 * MILLION, 20.0, 80.0)]


def test_rs_derives_unused_money_after_the_carry_over(path: Path) -> None:
    """消防団等地域防災力の充実強化, 2023 (published figures)."""
    made = Sheet(
        "rs-2024",
        Row({"公開年度": 2024, "予算事業ID": "698", "事業名": "備え", "府省庁": "総務省"}),
        [source("2-1.csv", "rs-2024")],
    )
    figures = {"計": 5_420_806_000, "執行額": 2_253_234_000, "翌年度へ繰越し": 2_863_708_000}
    made.add("budgets", Row({"年度": 2023, **figures}))
    store(path, made)
    ((unused, rate, comparable),) = rows(path, 'SELECT "不用額", "不用率", "比較用執行率" FROM budgets')
    assert unused == 303_864_000
    assert rate == pytest.approx(5.6055)
    assert comparable == pytest.approx(88.1168)


@pytest.mark.parametrize("missing", ["計", "執行額"])
def test_nothing_is_derived_where_total_or_spending_is_not_written(path: Path, missing: str) -> None:
    budget = {"年度": 2018, "計": 10, "執行額": 8}
    del budget[missing]
    store(path, sheet(budgets=[budget]))
    assert rows(path, 'SELECT "不用額", "不用率", "比較用執行率" FROM budgets') == [(None, None, None)]


def test_a_total_of_zero_gives_no_rate(path: Path) -> None:
    store(path, sheet(budgets=[{"年度": 2017, "計": 0, "執行額": 0}]))
    assert rows(path, 'SELECT "不用額", "不用率", "比較用執行率" FROM budgets') == [(0, None, None)]


def test_every_free_text_is_a_passage_that_says_where_it_stands(path: Path) -> None:
    made = sheet(
        basic={"事業の目的": "住民の備えを高める。"},
        comments=[{"項目": "点検結果", "本文": "訓練の回数は足りている。"}],
        remarks=[{"年度": 2016, "内容": "訓練が偏っている。"}],
    )
    made.add("evaluations", Row({"項目": "他の手段はあるか。", "評価": "○", "説明": "ない。"}, certain=False))
    store(path, made)
    assert sorted(rows(path, 'SELECT "項目", "本文", "年度", "確度", "元の表", "元の列" FROM comments')) == [
        ("事業の目的", "住民の備えを高める。", None, "確実", "sheets", "事業の目的"),
        ("他の手段はあるか。", "ない。", None, "推定", "evaluations", "説明"),
        ("指摘事項の内容", "訓練が偏っている。", 2016, "確実", "remarks", "内容"),
        ("点検結果", "訓練の回数は足りている。", None, "確実", None, None),
    ]
    assert rows(
        path,
        'SELECT e."項目" FROM comments c JOIN evaluations e ON e.id = c."元の行" WHERE c."元の表" = \'evaluations\'',
    ) == [("他の手段はあるか。",)]
    assert rows(path, 'SELECT "元の行" FROM comments WHERE "元の表" = \'sheets\'') == [("2018-総務省-0036",)]


def test_values_that_look_wrong_are_listed_and_stay_as_they_are(path: Path) -> None:
    made = sheet(
        budgets=[{"年度": 2017, "計": 100, "執行額": 250, "執行率": 250.0}],
        payees=[{"ブロック": "A", "支出先": "甲", "支出額": 10**9, "法人番号": "9999999999999"}],
        outcomes=[{"成果指標": "訓練", "年度": 4048}],
    )
    made.flags.append(Flag("3行目", "合計が合いません", "budgets", "計"))
    store(path, made)
    listed = rows(path, 'SELECT "種類", "表", "列", "行" FROM warnings')
    assert sorted(listed, key=repr) == sorted(
        [
            ("検査", "budgets", "執行率", "1"),
            ("検査", "budgets", "不用額", "1"),
            ("照合", "payees", "支出額", None),
            ("検査", "payees", "法人番号", "1"),
            ("検査", "outcomes", "年度", "1"),
            ("読み取り", "budgets", "計", None),
        ],
        key=repr,
    )
    assert rows(path, 'SELECT "執行率" FROM budgets') == [(250.0,)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"当初予算": 8, "補正予算": 3, "計": 11}, None),
        ({"当初予算": 8, "前年度から繰越し": 3, "翌年度へ繰越し": -4, "予備費等": 1, "計": 8}, None),
        ({"当初予算": 8.4, "補正予算": 3.4, "計": 12}, None),
        (
            {"当初予算": 8, "補正予算": 30, "計": 11},
            "2015年度の計(11百万円)が内訳の合計(38百万円)と合いません。翌年度へ",
        ),
        (
            {"当初予算": 8, "翌年度へ繰越し": -2, "計": 11},
            "2015年度の計(11百万円)が内訳の合計(6百万円)と合いません",
        ),
        ({"計": 11}, None),
        ({"当初予算": 8}, None),
    ],
)
def test_a_total_that_its_parts_do_not_add_up_to_is_listed(
    path: Path, row: dict[str, float], says: str | None
) -> None:
    store(path, sheet(budgets=[{"年度": 2015, **{k: int(v * MILLION) for k, v in row.items()}}]))
    listed = rows(path, 'SELECT "列", "行", "内容" FROM warnings')
    assert [(c, r) for c, r, _ in listed] == ([("計", "1")] if says else [])
    assert all(str(what).startswith(str(says)) for *_, what in listed)


def test_totals_of_rs_are_gross_and_in_yen(path: Path) -> None:
    figures = {"当初予算": 500, "前年度から繰越し": 100, "翌年度へ繰越し": 250}
    budgets = [{"年度": 2022, **figures, "計": 600}, {"年度": 2023, **figures, "計": 601}]
    store(path, sheet(form="rs-2024", budgets=budgets))
    assert rows(path, 'SELECT "行", "内容" FROM warnings') == [
        ("2", "2023年度の計(601円)が内訳の合計(600円)と合いません")
    ]


def test_sums_between_the_rows_of_a_sheet_that_do_not_add_up_are_listed(path: Path) -> None:
    store(
        path,
        sheet(
            form="rs-2024",
            budgets=[
                {"年度": 2023, "当初予算": 500, "計": 500, "執行額": 400},
                {"年度": 2024, "当初予算": 70},
            ],
            accounts=[
                {"年度": 2023, "会計": "一般会計", "歳出予算現額": 300, "執行額": 250},
                {"年度": 2023, "会計": "特別会計", "歳出予算現額": 200, "執行額": 100},
            ],
            budget_items=[
                {"年度": 2023, "種別": "当初予算", "目": "旅費", "金額": 500},
                {"年度": 2024, "種別": "当初予算", "目": "旅費", "金額": 71},
            ],
            blocks=[{"ブロック": "A", "合計支出額": 90}, {"ブロック": "B", "合計支出額": 80}],
            payees=[
                {"ブロック": "A", "支出先": "甲", "支出額": 60},
                {"ブロック": "A", "支出先": "乙", "支出額": 40},
                {"ブロック": "B", "支出先": "丙", "支出額": 30},
            ],
        ),
    )
    assert sorted(rows(path, 'SELECT "種類", "表", "行", "列", "内容" FROM warnings')) == [
        (
            "照合",
            "blocks",
            "1",
            "合計支出額",
            "ブロックAの合計支出額(90円)を、支出先の支出額の合計(100円)が超えています",
        ),
        (
            "照合",
            "budgets",
            "1",
            "執行額",
            "2023年度の執行額(400円)が会計・勘定ごとの執行額の合計(350円)と合いません",
        ),
        (
            "照合",
            "budgets",
            "2",
            "当初予算",
            "2024年度の当初予算(70円)が歳出予算目の金額の合計(71円)と合いません",
        ),
    ]


def test_sums_over_files_loaded_apart_are_compared_too(path: Path) -> None:
    store(path, rs_sheet({"2-1": {}}, budgets={"part": "2-1", "年度": 2023, "当初予算": 500}))
    item = {"part": "2-2", "年度": 2023, "種別": "当初予算", "目": "旅費", "金額": 499}
    store(path, rs_sheet({"2-2": {}}, budget_items=item))
    assert rows(path, 'SELECT "表", "列" FROM warnings') == [("budgets", "当初予算")]
    unload(path, "2-2_RS_2024.csv")
    assert rows(path, "SELECT count(*) FROM warnings") == [(0,)]


def test_a_flag_points_at_the_row_it_is_about(path: Path) -> None:
    made = sheet(budgets=[{"年度": 2016}, {"年度": 2017}])
    made.flags.append(Flag("budgets 2行目", "合計が合いません", "budgets", "計"))
    store(path, made)
    assert rows(
        path, 'SELECT b."年度" FROM warnings w JOIN budgets b ON w."表" = \'budgets\' AND b.id = w."行"'
    ) == [(2017,)]


def test_what_no_field_takes_is_kept(path: Path) -> None:
    made = sheet()
    made.unplaced.append(Unplaced("別添のとおり", "9行目"))
    store(path, made)
    assert rows(path, 'SELECT sheet_key, "本文", "位置" FROM unplaced') == [
        ("2018-総務省-0036", "別添のとおり", "9行目")
    ]


def test_two_sheets_of_one_number_in_one_file_are_both_kept(path: Path) -> None:
    first, second = sheet(), sheet(basic={"事業名": "別の事業"})
    second.sources = first.sources
    store(path, first, second)
    assert rows(path, 'SELECT sheet_key, "事業名" FROM sheets ORDER BY 1') == [
        ("2018-総務省-0036", "地域防災の備え事業"),
        ("2018-総務省-0036-2", "別の事業"),
    ]
    assert rows(path, "SELECT count(*) FROM warnings WHERE sheet_key = '2018-総務省-0036-2'") == [(1,)]


def test_the_same_sheet_from_a_newer_file_replaces_the_older(path: Path) -> None:
    store(
        path, sheet(budgets=[{"年度": 2016}, {"年度": 2017}], comments=[{"項目": "備考", "本文": "旧い文"}])
    )
    store(path, sheet(file="again.txt", basic={"事業名": "新しい名"}, budgets=[{"年度": 2017, "計": 5}]))
    assert rows(path, 'SELECT "事業名" FROM sheets') == [("新しい名",)]
    assert rows(path, 'SELECT "年度", "計" FROM budgets') == [(2017, 5)]
    assert rows(path, "SELECT count(*) FROM comments") == [(0,)]
    assert rows(path, 'SELECT "ファイル" FROM sources') == [("again.txt",)]
    assert unreconciled(db.open_database(path)) == []


def test_an_older_publication_does_not_replace_a_newer(path: Path) -> None:
    newer, older = sheet(file="new.txt"), sheet(file="old.txt")
    newer.sources[0].published, older.sources[0].published = "2025-02-17", "2024-09-30"
    store(path, newer)
    with pytest.raises(OlderPublicationError, match=r"old\.txt.*2025-02-17"):
        store(path, older)
    assert rows(path, 'SELECT "ファイル" FROM sources') == [("new.txt",)]


def test_row_numbers_are_never_used_again(path: Path) -> None:
    store(path, sheet(comments=[{"項目": "備考", "本文": "一"}]))
    unload(path, "0036.txt")
    store(path, sheet(comments=[{"項目": "備考", "本文": "二"}]))
    assert rows(path, "SELECT id FROM comments") == [(2,)]


def rs_sheet(parts: dict[str, dict[str, str]], **sections: dict[str, object]) -> Sheet:
    """A project of RSシステム from some of its files: part → columns of the basic row it gives."""
    sources = [source(f"{part}_RS_2024.csv", "rs-2024", part=part) for part in parts]
    shared = {"公開年度": 2024, "予算事業ID": "7", "事業名": "備え", "府省庁": "総務省", "様式": "rs-2024"}
    said = [
        Row({**shared, **columns}, f"{name} 1行目", source=n)
        for n, (name, columns) in enumerate(parts.items())
    ]
    made = Sheet("rs-2024", Row(dict(shared), "1行目"), sources, parts=said)
    names = list(parts)
    for name, row in sections.items():
        part = str(row.pop("part"))
        made.add(name, Row(dict(row), f"{part} 2行目", source=names.index(part)))  # type: ignore[arg-type]
    return made


def test_files_of_one_form_complete_a_sheet_one_after_the_other(path: Path) -> None:
    """The 1-1 file of RSシステム loaded after the others: the same as all at once."""
    store(path, rs_sheet({"2-1": {}}, budgets={"part": "2-1", "年度": 2023}))
    assert rows(path, 'SELECT sheet_key, "事業名", "作成責任者" FROM sheets') == [("2024-RS-7", "備え", None)]
    store(path, rs_sheet({"1-1": {"作成責任者": "長"}, "1-2": {"事業の目的": "備える。"}}))
    assert rows(path, 'SELECT "作成責任者", "事業の目的" FROM sheets') == [("長", "備える。")]
    assert rows(path, 'SELECT "年度" FROM budgets') == [(2023,)]
    assert rows(path, 'SELECT "本文", "元の行" FROM comments') == [("備える。", "2024-RS-7")]
    assert unreconciled(db.open_database(path)) == []


def test_each_column_of_the_basic_row_stands_in_the_file_that_prints_it(path: Path) -> None:
    store(
        path, rs_sheet({"1-1": {"作成責任者": "長"}, "1-2": {"事業の目的": "備える。", "主要経費": "その他"}})
    )
    assert rows(path, 'SELECT "位置", "ファイル" FROM sheets t JOIN sources s ON s.id = source_id') == [
        ("1-2 1行目", "1-2_RS_2024.csv")
    ]
    assert rows(
        path, 'SELECT "列", "位置", "ファイル" FROM cell_sources c JOIN sources s ON s.id = source_id'
    ) == [("作成責任者", "1-1 1行目", "1-1_RS_2024.csv")]
    assert rows(path, 'SELECT "本文", "位置" FROM comments') == [("備える。", "1-2 1行目")]


def test_files_loaded_apart_that_name_a_project_differently_are_told_the_first_of_them_counts(
    path: Path,
) -> None:
    store(path, rs_sheet({"5-2": {"府省庁": "国土交通省", "事業名": "備えの事業"}}))
    store(path, rs_sheet({"1-1": {"府省庁": "国土交通省　観光庁"}}))
    assert rows(path, 'SELECT "府省庁", "事業名" FROM sheets') == [("国土交通省　観光庁", "備え")]
    assert rows(path, 'SELECT "種類", "列", "場所", "内容" FROM warnings') == [
        ("併合", "事業名", "5-2 1行目", "5-2(5-2 1行目)では事業名が「備えの事業」になっています")
    ]


def test_a_newer_file_of_one_part_leaves_the_other_parts(path: Path) -> None:
    store(
        path,
        rs_sheet(
            {"1-2": {"事業の目的": "備える。"}, "2-1": {}, "4-1": {}},
            budgets={"part": "2-1", "年度": 2023},
            comments={"part": "4-1", "項目": "点検結果", "本文": "よい。"},
        ),
    )
    newer = rs_sheet({"2-1": {}}, budgets={"part": "2-1", "年度": 2023, "計": 9})
    newer.sources[0].name = "2-1_RS_2024_new.csv"
    store(path, newer)
    assert rows(path, 'SELECT "年度", "計" FROM budgets') == [(2023, 9)]
    assert sorted(rows(path, 'SELECT "本文" FROM comments')) == [("よい。",), ("備える。",)]
    assert len(rows(path, "SELECT id FROM sources")) == 3


def test_unloading_one_part_takes_its_columns_and_rows_only(path: Path) -> None:
    parts: dict[str, dict[str, str]] = {"1-1": {"作成責任者": "長"}, "1-2": {"事業の目的": "備える。"}}
    store(path, rs_sheet(parts, offices={"part": "1-1", "課": "防災課"}))
    unload(path, "1-1_RS_2024.csv")
    assert rows(path, 'SELECT "事業名", "府省庁", "作成責任者", "事業の目的" FROM sheets') == [
        ("備え", "総務省", None, "備える。")
    ]
    assert rows(path, "SELECT count(*) FROM offices") == [(0,)]
    unload(path, "1-2_RS_2024.csv")
    assert rows(path, "SELECT count(*) FROM sheets") == [(0,)]
    assert rows(path, "SELECT count(*) FROM projects") == [(0,)]


JUDGIT = {"form": "judgit-2018", "file": "judgit-2018.ndjson"}


def test_the_poorer_source_fills_gaps_and_differences_are_listed(path: Path) -> None:
    store(
        path,
        sheet(
            **JUDGIT,
            basic={"JUDGIT事業ID": "4240", "担当課室": "防災室"},
            budgets=[
                {"年度": 2014, "計": 7 * MILLION},
                {"年度": 2017, "計": 9 * MILLION, "執行額": 8 * MILLION},
            ],
            payees=[{"ブロック": "A", "支出先": "株式会社甲", "年度": 2017, "支出額": 5 * MILLION}],
        ),
    )
    store(
        path,
        sheet(
            basic={"担当課室": "防災課"},
            budgets=[{"年度": 2017, "計": 10 * MILLION}],
            payees=[{"ブロック": "A", "支出先": "株式会社 甲", "支出額": 5_200_000}],
            comments=[{"項目": "備考", "本文": "ない"}],
        ),
    )
    assert rows(path, 'SELECT "様式", "担当課室", "JUDGIT事業ID" FROM sheets') == [
        ("sheet-2018-text", "防災課", "4240")
    ]
    assert rows(path, 'SELECT "年度", "計", "執行額", "不用額" FROM budgets ORDER BY 1') == [
        (2014, 7 * MILLION, None, None),
        (2017, 10 * MILLION, 8 * MILLION, 2 * MILLION),
    ]
    # What the poorer form filled stands where that form has it.
    assert rows(
        path,
        'SELECT c."表", c."行", c."列", c."位置", s."ファイル" FROM cell_sources c JOIN sources s ON s.id = source_id ORDER BY 1, 3',
    ) == [
        ("budgets", "3", "執行額", "budgets 2行目", "judgit-2018.ndjson"),
        ("payees", "2", "年度", "payees 1行目", "judgit-2018.ndjson"),
        ("sheets", "2018-総務省-0036", "JUDGIT事業ID", "1行目", "judgit-2018.ndjson"),
    ]
    # 5.2 and 5 百万円 are one amount, rounded; spaces in a name make no other payee.
    assert rows(path, 'SELECT "支出先", "年度", "支出額" FROM payees') == [("株式会社 甲", 2017, 5_200_000)]
    assert sorted(rows(path, 'SELECT "表", "列" FROM warnings WHERE "種類" = \'併合\'')) == [
        ("budgets", "計"),
        ("sheets", "担当課室"),
    ]
    assert unreconciled(db.open_database(path)) == []


def test_rows_only_the_poorer_source_has_are_kept_out_and_told(path: Path) -> None:
    store(path, sheet(payees=[{"ブロック": "A", "支出先": "甲"}]))
    store(path, sheet(**JUDGIT, payees=[{"ブロック": "A", "支出先": "乙"}], outcomes=[{"成果指標": "回数"}]))
    assert rows(path, 'SELECT "支出先" FROM payees') == [("甲",)]
    assert rows(path, 'SELECT "成果指標" FROM outcomes') == [("回数",)]
    assert [what for (what,) in rows(path, 'SELECT "内容" FROM warnings')] == [
        "JUDGIT!（2018年度） にだけある支出先上位10者リストの行が 1 行あります(表には入れていません)"
    ]


EXCEL = {"form": "sheet-2018-excel", "file": "0036.xlsx"}


def test_how_sure_a_poorer_form_is_says_nothing_against_a_row_the_richer_one_is_sure_of(path: Path) -> None:
    item, other = {"項目": "他の手段はあるか。"}, {"項目": "妥当か。"}
    store(path, sheet(**EXCEL, evaluations=[{**item, "評価": "○", "説明": "ない。"}, {**other, "評価": "△"}]))
    text = sheet()
    for values in ({**item, "評価": "○", "説明": "ない。"}, {**other, "評価": "△", "説明": "割高。"}):
        text.add("evaluations", Row({**values, "確度": "推定"}, "3行目", certain=False))
    store(path, text)
    assert rows(path, 'SELECT "説明", "確度" FROM evaluations') == [("ない。", "確実"), ("割高。", "推定")]
    assert rows(path, 'SELECT "本文", "確度" FROM comments') == [("ない。", "確実"), ("割高。", "推定")]
    assert rows(path, "SELECT * FROM warnings") == []


def test_rows_of_two_forms_are_one_though_only_one_says_what_kind_of_year_it_is(path: Path) -> None:
    expected = {"活動指標": "研修", "年度": 2018, "当初見込み": 6}
    aims = [{"成果指標": "参加率", "年度の種別": kind, "目標値": 9} for kind in ("中間目標", "目標最終年度")]
    store(path, sheet(**EXCEL, outputs=[{**expected, "年度の種別": "活動見込"}], outcomes=aims))
    store(path, sheet(outputs=[expected], outcomes=aims[:1]))
    assert rows(path, 'SELECT "年度", "年度の種別" FROM outputs') == [(2018, "活動見込")]
    assert rows(path, "SELECT count(*) FROM outcomes") == [(2,)]
    assert rows(path, "SELECT * FROM warnings") == []


def test_numbers_that_one_form_joins_are_those_another_lists(path: Path) -> None:
    store(path, sheet(**EXCEL, past_numbers=[{"年度": 2017, "事業番号": n} for n in ("0315", "0316")]))
    store(path, sheet(past_numbers=[{"年度": 2017, "事業番号": "0315、0316"}]))
    assert rows(path, 'SELECT "事業番号" FROM past_numbers') == [("0315",), ("0316",)]
    assert rows(path, "SELECT * FROM warnings") == []


@pytest.mark.parametrize("first", ["text", "judgit"])
def test_the_order_of_loading_two_forms_does_not_matter(tmp_path: Path, first: str) -> None:
    def both() -> list[Sheet]:
        text = sheet(basic={"事業の目的": "備える。"}, budgets=[{"年度": 2017, "計": 10}])
        other = sheet(**JUDGIT, basic={"事業概要": "訓練"}, budgets=[{"年度": 2017, "計": 10, "執行額": 3}])
        return [text, other]

    expected, path = tmp_path / "expected.db", tmp_path / "reviews.db"
    for one in both():
        store(expected, one)
    for one in both() if first == "text" else reversed(both()):
        store(path, one)
    assert content(path) == content(expected)


@pytest.mark.parametrize("gone", ["0036.txt", "judgit-2018.ndjson"])
def test_unloading_one_of_two_forms_leaves_exactly_the_other(tmp_path: Path, gone: str) -> None:
    def text() -> Sheet:
        made = sheet(
            basic={"事業の目的": "備える。"},
            budgets=[{"年度": 2017, "計": 10}],
            evaluations=[{"項目": "他の手段はあるか。", "評価": "○", "説明": "ない。"}],
        )
        made.flags.append(Flag("budgets 1行目", "合計が合いません", "budgets", "計"))
        made.unplaced.append(Unplaced("別添", "8行目"))
        return made

    def other() -> Sheet:
        return sheet(
            **JUDGIT,
            basic={"事業概要": "訓練"},
            budgets=[{"年度": 2017, "計": 99 * MILLION, "執行額": 3}],
            payees=[{"ブロック": "A", "支出先": "甲", "支出額": 3}],
        )

    alone, path = tmp_path / "alone.db", tmp_path / "reviews.db"
    store(alone, other() if gone == "0036.txt" else text())
    store(path, text())
    store(path, other())
    unload(path, gone)
    assert content(path) == content(alone)
    assert unreconciled(db.open_database(path)) == []


def test_sheets_of_one_name_and_ministry_are_one_project_over_the_years(path: Path) -> None:
    store(path, sheet(), sheet(basic={"公開年度": 2019, "事業番号": "0040"}))
    assert rows(path, 'SELECT "最初の年度", "最後の年度", "シート数" FROM projects') == [(2018, 2019, 2)]
    assert rows(path, "SELECT count(DISTINCT project_id), count(*) FROM project_ties") == [(1, 2)]

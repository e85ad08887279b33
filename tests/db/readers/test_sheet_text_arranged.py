"""Texts that pdfminer and pdftotext arrange by place are read by labels, looks and sums; every value is inferred."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from db.readers import read_files
from db.readers.sheet_text.basic import read_basic
from db.readers.sheet_text.checks import leave_out_broken, leave_out_unvouched, settle_unit_cost_years
from db.readers.sheet_text.lines import read_lines
from db.readers.sheet_text.rows import deal, items_of
from db.readers.sheet_text.wrapping import cell_lengths, is_broken
from db.sheet import Row, Sheet, SourceFile
from tests.db.readers.conftest import Score

COLUMNS = ("番号", "支出先", "法人番号", "業務概要", "支出額", "契約方式等", "入札者数", "落札率", "理由")
HEADS = frozenset({"支出先"})
ROWS = [
    ["1", "株式会社北のまち", "1234567890123", "庁舎の設計", "12.5", "一般競争契約", "3", "92.1%", "-"],
    ["2", "個人甲", "-", "講師謝金", "0.3", "その他", "-", "-", "-"],
    ["3", "南の島協議会", "-", "離島の調査", "0.2", "補助金等交付", "-", "-", "-"],
]


def dealt(text: str) -> list[list[list[str]]]:
    """Of each block the rows as their texts by column."""
    items = items_of(read_lines(text), lambda folded: False, HEADS)
    return [[[row.text(c) for c in COLUMNS] for row in block] for block in deal(items, COLUMNS)]


def test_a_list_is_read_row_by_row_and_column_by_column() -> None:
    along = "\n\n".join(cell for row in ROWS for cell in row)
    down = "\n\n".join(cell for column in zip(*ROWS, strict=True) for cell in column)
    assert dealt(f"支出先\n\n{along}") == dealt(f"支出先\n\n{down}") == [ROWS]


def test_rows_of_two_pages_and_blocks_without_their_numbers_are_told_apart() -> None:
    first = [*zip(*ROWS[:2], strict=True), *zip(*ROWS[2:], strict=True)]
    second = [row[1:] for row in ROWS[:1]]
    text = "\n\n".join(
        cell for group in ([["支出先"]], first, [["支出先"]], second) for part in group for cell in part
    )
    assert dealt(text) == [ROWS, [["", *ROWS[0][1:]]]]


def test_lines_of_two_cells_by_turns_around_a_number_are_dealt_to_their_columns() -> None:
    text = (
        "1\n\n社会福祉法人東のまち\n子どもの見守りと食事の提供\n福祉会 1234567890123 に係る業務\n\n12\n\n"
        "補助金等交付\n\n-\n\n-\n\n-"
    )
    ((row,),) = dealt(text)
    assert row[1:4] == ["社会福祉法人東のまち福祉会", "1234567890123", "子どもの見守りと食事の提供に係る業務"]


def test_values_find_the_label_that_waits_for_one_of_their_kind() -> None:
    text = """事業番号

平成３０年度行政事業レビューシート

0123

総務省

事業名

担当部局庁

離島の防災無線の維持

消防庁

事業開始年度

会計区分

事業終了
（予定）年度

平成１５年度

終了予定なし

作成責任者

担当課室

防災課

防災課長

早瀬　千春

一般会計

事業の目的
（目指す姿を簡
潔に。3行程度
以内）

事業概要
（5行程度以
内。別添可）

離島と山間地域の住民に災害の情報が確かに届くように、老朽化した防災無線の設備を維持し、被害を減らすことを目的とする。

市町村が行う防災無線の設備の点検と更新の費用の一部を補助し、点検を行う技術者の研修を毎年度、全国の三か所で実施する。

予算額・
執行額"""
    found = {
        c: "".join(v.folded for v in values) for c, values in read_basic(read_lines(text), False).items()
    }
    assert found == {
        "事業番号": "0123",
        "府省庁": "総務省",
        "事業名": "離島の防災無線の維持",
        "担当部局庁": "消防庁",
        "事業開始年度": "平成15年度",
        "事業終了年度": "終了予定なし",
        "会計区分": "一般会計",
        "担当課室": "防災課",
        "作成責任者": "防災課長早瀬千春",
        "事業の目的": found["事業の目的"],
        "事業概要": found["事業概要"],
    }
    assert found["事業の目的"].startswith("離島と山間地域")
    assert found["事業概要"].startswith("市町村が行う")


def test_rows_that_the_sheets_own_figures_refute_are_left_unplaced() -> None:
    sheet = Sheet(
        "sheet-2018-text", Row({}), [SourceFile(Path("見本.txt"), "見本.txt", "", "sheet-2018-text")]
    )
    for section, values in (
        (
            "budgets",
            {"年度": 2016, "当初予算": 10_000_000, "計": 10_000_000, "執行額": 8_000_000, "執行率": 80.0},
        ),
        ("budgets", {"年度": 2017, "当初予算": 30_000_000, "計": 10_000_000}),
        ("outcomes", {"年度": 2016, "成果実績": 9, "目標値": 10, "達成度": 90.0}),
        ("outcomes", {"年度": 2017, "成果実績": 90, "目標値": 10, "達成度": 9.0}),
        ("unit_costs", {"年度": 2016, "単位当たりコスト": 2.5, "計算式": "5/2"}),
        ("unit_costs", {"年度": 2017, "単位当たりコスト": 47, "計算式": "5/2"}),
        ("payees", {"ブロック": "A", "番号": 1, "支出額": 5_000_000}),
        ("expenses", {"ブロック": "A", "費目": "旅費", "使途": "出張", "金額": 5_000_000}),
        ("expenses", {"ブロック": "B", "費目": "旅費", "使途": "出張", "金額": 1_000_000}),
    ):
        sheet.add(section, Row(dict(values)))
    leave_out_unvouched(sheet)
    assert [row.get("年度") for s in ("budgets", "outcomes", "unit_costs") for row in sheet.rows(s)] == [
        2016
    ] * 3
    assert [row.get("ブロック") for row in sheet.rows("expenses")] == ["A"]
    assert len(sheet.unplaced) == 4


def test_cells_of_a_column_without_blank_lines_end_where_a_line_is_not_full() -> None:
    wrapped = ["社会福祉法人東のまちの子ども", "福祉会", "特定非営利活動法人西のまちを", "つくる会", "個人甲"]
    assert cell_lengths(wrapped, 3, "支出先") == [2, 2, 1]
    assert cell_lengths(["随意契約", "（少額）", "一般競争契約", "（最低価格）"], 2, "契約方式等") == [2, 2]
    assert cell_lengths(["123,456", "12"], 1, "支出額") is None
    assert (
        cell_lengths(
            ["同じ幅の長い名前の会社", "同じ幅の長い名前の法人", "同じ幅の長い名前の組合"], 2, "支出先"
        )
        is None
    )


def test_words_that_break_off_or_run_together_are_told() -> None:
    for text in ("の購入", "独立行政法人鉄道建設・", "（少額）", "大阪の鉄道株式会社富山の鉄道株式会社"):
        assert is_broken([text])
    assert not is_broken(["株式会社北のまち", "個人甲", "庁舎の設計", "随意契約（少額）"])


def test_unit_costs_go_to_the_years_whose_spending_they_divide() -> None:
    sheet = Sheet("sheet-2018-text", Row({}), [])
    for year, spent in ((2015, 120), (2016, 150), (2017, 171)):
        sheet.add("budgets", Row({"年度": year, "執行額": spent * 1_000_000}))
        sheet.add("unit_costs", Row({"算出根拠": "執行額/件数", "年度": year}))
    for row, formula in zip(sheet.rows("unit_costs"), ("150/6", "171/9", "120/3"), strict=True):
        row.values["計算式"] = formula
    settle_unit_cost_years(sheet)
    found = {row.get("年度"): row.get("計算式") for row in sheet.rows("unit_costs")}
    assert found == {2015: "120/3", 2016: "150/6", 2017: "171/9"}


def test_texts_that_break_off_are_left_unplaced_and_what_runs_on_behind_a_set_phrase_is_cut() -> None:
    sheet = Sheet(
        "sheet-2021-text", Row({"公開年度": 2021, "事業名": "防災無線の維持", "事業番号": "0021"}), []
    )
    for item, text in (
        ("点検結果", "ており、適切に執行した。"),
        ("改善の方向性", "引き続き適正な執行に努める。"),
        ("外部有識者の所見", "外部有識者点検対象外引き続き努める。"),
    ):
        sheet.add("comments", Row({"項目": item, "本文": text}))
    for text in ("真に必要な経費に限られている。", "縮減に努めたことにより、6"):
        sheet.add("evaluations", Row({"説明": text}))
    leave_out_broken(sheet)
    assert [row.get("本文") for row in sheet.rows("comments")] == [
        "引き続き適正な執行に努める。",
        "外部有識者点検対象外",
    ]
    assert [row.get("説明") for row in sheet.rows("evaluations")] == ["真に必要な経費に限られている。"]
    assert sheet.basic.get("事業番号") is None
    assert len(sheet.unplaced) == 4


def test_an_upright_judgement_is_parted_from_the_label_drawn_behind_it() -> None:
    letters = "\n".join("事業内容の一部改善点検・改善結果")
    body = "\n".join(f"{n}行目の文です。" for n in range(40))
    assert [line.text for line in read_lines(f"{body}\n無\n{letters}")][-3:] == [
        "無",
        "事業内容の一部改善",
        "点検・改善結果",
    ]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext がない")
def test_the_sample_is_read_from_plain_pdftotext_as_inferred(samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "sample.txt"
    subprocess.run(["pdftotext", str(samples / "sheets" / "sample-2018.pdf"), str(path)], check=True)
    (whole,) = read_files([samples / "sheets" / "sample-2018.xlsx"])
    (found,) = read_files([path])
    for section, columns in {
        "budgets": ("年度", "計", "執行額", "要求額"),
        "payees": ("ブロック", "番号", "支出先", "法人番号", "支出額"),
    }.items():
        rows = [
            {tuple(row.get(c) for c in columns) for row in sheet.rows(section)} for sheet in (found, whole)
        ]
        assert rows[0] == rows[1]
    assert found.basic.get("事業名") == whole.basic.get("事業名")
    assert not any(row.certain for _, row in found.all_rows())
    assert any("並べ替えた" in flag.what for flag in found.flags)


@pytest.mark.realdata
@pytest.mark.parametrize("program", ["pdftotext", "pdfminer"])
def test_the_rebuilt_sheets_are_read_with_few_wrong_values(
    score: Callable[..., Score], tmp_path: Path, program: str
) -> None:
    def read(pdf: Path) -> Sheet:
        path = tmp_path / f"{pdf.stem}.txt"
        if program == "pdfminer":
            path.write_text(pytest.importorskip("pdfminer.high_level").extract_text(str(pdf)), "utf-8")
        elif shutil.which(program) is None:
            pytest.skip("pdftotext がない")
        else:
            subprocess.run([program, str(pdf), str(path)], check=True)
        (sheet,) = read_files([path])
        return sheet

    found = score(".pdf", read, text_only=True)
    assert found.right / found.wanted >= 0.7
    assert found.right / found.given >= 0.95

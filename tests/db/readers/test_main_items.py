"""The yearly 主要事項データベース workbook becomes sheets, whatever its year writes in the headers."""

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from db.errors import BrokenFileError
from db.readers.base import InputFile
from db.readers.main_items import MainItemsReader
from db.sheet import Sheet

BUDGET = "予算額・執行額（単位:百万円）"
HEADER = {
    "事業番号-1": "新30", "事業番号-2": 36.0, "府省庁": "総務省", "事業名": "窓口案内\nデジタル化推進費",
    "事業開始年度": "平成26年度", "事業終了（予定）年度": "終了予定なし",
    "事業の目的（目指す姿を簡潔に。3行程度以内）": "窓口の待ち時間を短くする。",
    f"{BUDGET}-29年度-予算の状況-当初予算": 10, f"{BUDGET}-29年度-予算の状況-補正予算": "-",
    f"{BUDGET}-29年度-予算の状況-翌年度へ繰越し": "▲2.5", f"{BUDGET}-29年度-予算の状況-計": 7.5,
    f"{BUDGET}-29年度-執行額": 6, f"{BUDGET}-29年度-執行率(%)": 0.8,
    f"{BUDGET}-平成30年度-予算の状況-計": 9, f"{BUDGET}-平成30年度-執行額": 0,
    f"{BUDGET}-平成31年度要求-予算の状況-計": "8.5",
    "成果目標及び成果実績（アウトカム）-定量的な成果目標-01": "待ち時間の短縮",
    "成果目標及び成果実績（アウトカム）-成果指標-01": "平均待ち時間",
    "成果目標及び成果実績（アウトカム）-29年度-成果実績-01": 7.25,
    "成果目標及び成果実績（アウトカム）-29年度-目標値-01": "おおむね6",
    "成果目標及び成果実績（アウトカム）-成果指標-02": "満足度",
    "活動指標及び活動実績（アウトプット）-活動指標": "設置台数",
    "活動指標及び活動実績（アウトプット）-29年度-活動実績": 12,
    "事業所管部局による点検・改善-点検結果": "見込みどおり設置できた。",
    "外部有識者の所見": "対象外",
    "行政事業レビュー推進チームの所見に至る過程及び所見-判定": "現状通り",
    "行政事業レビュー推進チームの所見に至る過程及び所見-所見": "引き続き効率化に努めること。",
    "支出先上位１０者リスト-A.支払先-1-支出先": "株式会社みどり案内",
    "支出先上位１０者リスト-A.支払先-1-支出額（百万円）": 0.1,
    "支出先上位１０者リスト-A.支払先-1-入札者数（応募者数）": 2,
    "支出先上位１０者リスト-a.支払先-1-支出先": "合同会社あおば",
    "費目・使途（「資金の流れ」においてブロックごとに最大の金額が支出されている者について記載する）-A.支払先-費目": "旅費",
    "費目・使途（「資金の流れ」においてブロックごとに最大の金額が支出されている者について記載する）-A.支払先-金額（百万円）": 1.8,
    "国庫債務負担行為等による契約先上位10者リスト-1-契約先": "株式会社つき",
    "国庫債務負担行為等による契約先上位10者リスト-1-契約額（百万円）": 23.4,
    "知らない欄": "なにか",
}  # fmt: skip


def workbook(header: dict, *, above: int = 0, below: Sequence[list[str | None]] = ()) -> InputFile:
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["主要事項"])
    sheet.append(list(header))
    sheet.append(list(header.values()))
    for row in below:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return InputFile(Path("db.xlsx"), "db.xlsx", data.getvalue())


def read(file: InputFile) -> Sheet:
    reader = MainItemsReader()
    assert reader.recognises(file)
    (sheet,) = reader.read([file])
    return sheet


@pytest.mark.parametrize("above", [0, 2])
def test_a_row_becomes_a_sheet(above: int) -> None:
    sheet = read(workbook(HEADER, above=above))
    assert sheet.key == "2018-総務省-新30-0036"
    assert sheet.basic.values["事業開始年度"] == 2014
    assert sheet.basic.values["終了予定なし"] is True
    assert sheet.basic.values["事業の目的"] == "窓口の待ち時間を短くする。"
    years = {r.get("年度"): r for r in sheet.rows("budgets")}
    assert years[2017].values == {
        "年度": 2017, "当初予算": 10_000_000, "翌年度へ繰越し": -2_500_000, "計": 7_500_000,
        "執行額": 6_000_000, "執行率": 80.0,
    }  # fmt: skip
    assert years[2018].values == {"年度": 2018, "計": 9_000_000}
    assert years[2019].values == {"年度": 2019, "要求額": 8_500_000}


def test_lists_of_rows_keep_their_numbers_and_blocks() -> None:
    sheet = read(workbook(HEADER))
    first, *others = sheet.rows("outcomes")
    assert (first.get("成果指標"), first.get("年度"), first.get("成果実績")) == ("平均待ち時間", 2017, 7.25)
    assert first.printed["目標値"] == "おおむね6"
    assert [r.get("成果指標") for r in others] == ["満足度"]
    payees = {r.get("ブロック"): r for r in sheet.rows("payees")}
    assert payees["A"].get("支出額") == 100_000
    assert payees["a"].get("支出先") == "合同会社あおば"
    assert sheet.rows("expenses")[0].values == {"ブロック": "A", "費目": "旅費", "金額": 1_800_000}
    assert sheet.rows("contracts")[0].get("契約額") == 23_400_000
    comments = {r.get("項目"): r for r in sheet.rows("comments")}
    assert comments["行政事業レビュー推進チームの所見"].get("判定") == "現状通り"
    assert comments["外部有識者の所見"].get("本文") == "対象外"


def test_what_no_field_takes_is_kept() -> None:
    assert [u.text for u in read(workbook(HEADER)).unplaced] == ["知らない欄: なにか"]


def test_each_row_stands_in_its_first_cell_and_each_basic_field_in_its_own() -> None:
    sheet = read(workbook(HEADER, above=2))
    header = list(HEADER)
    places = {
        "府省庁": header.index("府省庁"),
        "事業名": header.index("事業名"),
    }
    letters = openpyxl.utils.get_column_letter
    assert sheet.basic.locator == "4行目"
    for column, index in places.items():
        assert sheet.basic.places[column] == f"Sheet!{letters(index + 1)}4"
    at = next(i for i, name in enumerate(header) if name.startswith("支出先上位１０者リスト-a"))
    assert [r.locator for r in sheet.rows("payees") if r.get("ブロック") == "a"] == [
        f"Sheet!{letters(at + 1)}4"
    ]


def test_a_remark_among_the_rows_is_kept_with_the_project_beside_it() -> None:
    sheet = read(workbook(HEADER, below=[["※金額は百万円"], [None, "※以上"]]))
    assert [(u.text, u.locator) for u in sheet.unplaced[1:]] == [
        ("※金額は百万円", "3行目"),
        ("※以上", "4行目"),
    ]
    source = sheet.sources[0]
    assert (source.rows_read, source.rows_stored, source.rows_unplaced) == (3, 1, 2)


def test_a_project_without_its_name_refuses_the_workbook() -> None:
    nameless = {**HEADER, "事業名": None}
    with pytest.raises(BrokenFileError, match="2行目に事業名か府省庁がありません"):
        list(MainItemsReader().read([workbook(nameless)]))


def test_the_form_of_2014_has_one_number_and_its_own_word_for_the_ministry() -> None:
    old = {
        "事業番号": "0123",
        "府省": "総務省",
        "事業名": "窓口案内費",
        f"{BUDGET}-27年度要求-予算の状況-計": 1,
    }
    assert read(workbook(old)).key == "2014-総務省-0123"


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        (["0123"], "0123"),
        ([36.0], "0036"),
        (["0248", 2.0], "0248-2"),
        (["新29", 7], "新29-0007"),
        ([2021.0, "国交", 20.0, 21.0], "2021-国交-20-0021"),
        (["2022", "外務", "新23", "0024", 1], "2022-外務-新23-0024-1"),
    ],
)
def test_a_project_number_is_written_as_on_the_sheet(parts: list[object], number: str) -> None:
    rest = {k: v for k, v in HEADER.items() if not k.startswith("事業番号")}
    sheet = read(workbook({**{f"事業番号-{n}": p for n, p in enumerate(parts, 1)}, **rest}))
    assert sheet.basic.get("事業番号") == number


def test_a_workbook_without_a_year_is_refused() -> None:
    file = workbook({"事業番号": "1", "府省": "総務省", "事業名": "甲", f"{BUDGET}-27年度-執行額": 1})
    with pytest.raises(BrokenFileError, match="公開年度"):
        list(MainItemsReader().read([file]))


def test_other_workbooks_are_not_taken() -> None:
    assert not MainItemsReader().recognises(workbook({"名前": "甲"}))

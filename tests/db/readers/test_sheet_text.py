"""The scrambled text of a sheet's PDF becomes a sheet again, every value with its line."""

from pathlib import Path

import pytest

from db.errors import BrokenFileError, UnknownFormError
from db.readers import read_files
from db.sheet import Sheet


@pytest.fixture(scope="module")
def sheet(samples: Path) -> Sheet:
    (found,) = read_files([samples / "sheets" / "sample-2018.txt"])
    return found


def by_year(sheet: Sheet, section: str, column: str) -> dict[object, object]:
    return {r.get("年度"): r.get(column) for r in sheet.rows(section) if r.get(column) is not None}


def test_the_basic_box_is_read(sheet: Sheet) -> None:
    basic = sheet.basic.values
    assert sheet.key == "2018-総務省-0901"
    assert sheet.form == "sheet-2018-text"
    assert basic["事業名"] == "窓口情報連携システム安全対策経費"
    assert (basic["担当部局庁"], basic["担当課室"]) == ("自治行政局", "窓口連携課")
    assert (basic["事業開始年度"], basic["終了予定なし"]) == (2003, True)
    assert basic["実施方法"] == "直接実施"
    assert "住民が安心して窓口を使える状態" in str(basic["事業の目的"])
    assert "関係する計画通知等" not in basic


def test_budgets_are_yen_by_year_and_a_dash_is_nothing(sheet: Sheet) -> None:
    assert by_year(sheet, "budgets", "計") == {
        2015: 5_000_000,
        2016: 5_000_000,
        2017: 4_000_000,
        2018: 4_000_000,
    }
    assert by_year(sheet, "budgets", "執行額") == {2015: 2_000_000, 2016: 2_000_000, 2017: 2_000_000}
    assert by_year(sheet, "budgets", "執行率") == {2015: 40.0, 2016: 40.0, 2017: 50.0}
    assert by_year(sheet, "budgets", "要求額") == {2019: 4_000_000}
    assert by_year(sheet, "budgets", "補正予算") == {}
    spent = next(r for r in sheet.rows("budgets") if r.get("年度") == 2017)
    assert spent.printed["執行額"] == "2百万円"
    assert "行目" in spent.locator


def test_items_outcomes_outputs_and_unit_costs(sheet: Sheet) -> None:
    items = {(r.get("目"), r.get("年度")): r.get("金額") for r in sheet.rows("budget_items")}
    assert items["職員旅費", 2018] == 1_300_000
    assert items["職員旅費", 2019] == 1_900_000
    assert by_year(sheet, "outcomes", "達成度") == {2015: 99.7, 2016: 99.7, 2017: 99.3}
    assert by_year(sheet, "outputs", "活動実績") == {2015: 47, 2016: 47, 2017: 47}
    assert by_year(sheet, "unit_costs", "単位当たりコスト") == {2015: 37.7, 2016: 21.9, 2017: 50.3}
    assert by_year(sheet, "unit_costs", "計算式") == {2015: "1,770/47", 2016: "1,029/47", 2017: "2,363/47"}


def test_explanations_are_certain_only_where_the_text_says_so(sheet: Sheet) -> None:
    marks = {str(r.get("項目")): r for r in sheet.rows("evaluations")}
    unused = next(r for item, r in marks.items() if item.startswith("不用率が大きい"))
    assert unused.get("評価") == "○"
    assert "講師の移動をまとめて旅費を抑えた" in str(unused.get("説明"))
    assert unused.certain
    assert not next(r for item, r in marks.items() if item.startswith("単位当たりコスト等")).certain
    assert len(marks) == 18


def test_comments_numbers_payees_and_flow(sheet: Sheet) -> None:
    comments = {r.get("項目"): r for r in sheet.rows("comments")}
    assert comments["行政事業レビュー推進チームの所見"].get("判定") == "事業内容の一部改善"
    assert comments["所見を踏まえた改善点"].get("判定") == "執行等改善"
    assert str(comments["点検結果"].get("本文")).startswith("研修を受けた市区町村では")
    assert by_year(sheet, "past_numbers", "事業番号")[2010] == "0907-2"
    assert [r.get("番号") for r in sheet.rows("payees")] == list(range(1, 11))
    assert {r.get("支出額") for r in sheet.rows("payees")} == {100_000}
    assert sheet.rows("expenses")[0].values["金額"] == 1_800_000
    assert sheet.rows("flows")[0].get("金額") == 1_800_000


def test_a_text_that_is_no_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memo.txt"
    path.write_text("来週の会議は水曜日です。", "utf-8")
    with pytest.raises(UnknownFormError, match=r"memo\.txt"):
        list(read_files([path]))


def test_a_text_in_no_known_order_is_refused_with_what_to_do(samples: Path, tmp_path: Path) -> None:
    boxes = (samples / "sheets" / "sample-2018.txt").read_text("utf-8").split("\n\n")
    path = tmp_path / "arranged.txt"
    path.write_text("\n\n".join(sorted(boxes)), "utf-8")
    with pytest.raises(BrokenFileError, match=r"arranged\.txt: .*pdftotext -layout"):
        list(read_files([path]))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_the_text_may_be_in_any_usual_encoding(samples: Path, tmp_path: Path, encoding: str) -> None:
    text = (samples / "sheets" / "sample-2018.txt").read_text("utf-8")
    path = tmp_path / "sheet.txt"
    path.write_text(text, encoding, errors="replace")
    (found,) = read_files([path])
    assert found.key == "2018-総務省-0901"


@pytest.mark.realdata
def test_the_real_sheet_of_2018_is_read_whole(realdata: Path) -> None:
    (found,) = read_files([realdata / "sheets" / "000_598a5cf6d878fb35.txt"])
    assert by_year(found, "budgets", "執行率") == {2015: 40.0, 2016: 40.0, 2017: 50.0}
    assert by_year(found, "unit_costs", "単位当たりコスト") == {2015: 37.7, 2016: 21.9, 2017: 50.3}
    assert len(found.rows("payees")) == 10
    assert len(found.rows("past_numbers")) == 8

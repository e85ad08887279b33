"""What a sheet says changes from sheet to sheet, the order of its boxes does not: read whatever the boxes hold."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from db.readers import read_files
from db.sheet import Sheet

Changed = Callable[[Mapping[int, str]], Sheet]
"""Lines of the sample by their number, 「」 for a box that is not drawn → the sheet read from it."""


@pytest.fixture
def changed(samples: Path, tmp_path: Path) -> Changed:
    lines = (samples / "sheets" / "sample-2018.txt").read_text("utf-8").split("\n")

    def read(other: Mapping[int, str]) -> Sheet:
        path = tmp_path / "sheet.txt"
        not_drawn = {n + after for n, line in other.items() if not line for after in (0, 1)}
        kept = (other.get(n, line) for n, line in enumerate(lines, start=1) if n not in not_drawn)
        path.write_text("\n".join(kept), "utf-8")
        (sheet,) = read_files([path])
        return sheet

    return read


def values(sheet: Sheet, section: str, column: str) -> dict[object, object]:
    return {r.get("年度"): r.get(column) for r in sheet.rows(section) if r.get(column) is not None}


def comments(sheet: Sheet) -> dict[object, object]:
    return {r.get("項目"): r.get("本文") for r in sheet.rows("comments")}


AMOUNTS = {
    82: "1,234",
    25: "1,250.5",
    100: "1,300",
    176: "987 1,100",
    143: "1,234 1,250.5 1,300 987 1,100",
    145: "617 625",
    104: "650",
    147: "執行率（％） 50% 50% 50%",
}
"""当初予算, 計, 執行額 and 執行率 of a far larger project."""


def test_larger_amounts_are_read_as_small_ones(changed: Changed) -> None:
    sheet = changed(AMOUNTS)
    assert values(sheet, "budgets", "計") == {
        2015: 1_234_000_000,
        2016: 1_250_500_000,
        2017: 1_300_000_000,
        2018: 987_000_000,
    }
    assert values(sheet, "budgets", "当初予算") == values(sheet, "budgets", "計")
    assert values(sheet, "budgets", "執行額") == {2015: 617_000_000, 2016: 625_000_000, 2017: 650_000_000}
    assert values(sheet, "budgets", "要求額") == {2019: 1_100_000_000}


def test_a_total_that_does_not_add_up_stays_in_its_box(changed: Changed) -> None:
    sheet = changed(AMOUNTS | {143: "1,834 1,750.5 1,900 1,487 1,600"})
    assert values(sheet, "budgets", "計") == {
        2015: 1_834_000_000,
        2016: 1_750_500_000,
        2017: 1_900_000_000,
        2018: 1_487_000_000,
    }
    assert values(sheet, "budgets", "執行額") == {2015: 617_000_000, 2016: 625_000_000, 2017: 650_000_000}


def test_carry_over_moves_money_between_the_years(changed: Changed) -> None:
    sheet = changed({55: "翌年度へ繰越し ▲1", 125: "前年度から繰越し - 1", 143: "4 6 4 4 4"})
    assert values(sheet, "budgets", "翌年度へ繰越し") == {2015: -1_000_000}
    assert values(sheet, "budgets", "前年度から繰越し") == {2016: 1_000_000}
    assert values(sheet, "budgets", "計") == {
        2015: 4_000_000,
        2016: 6_000_000,
        2017: 4_000_000,
        2018: 4_000_000,
    }


def test_results_not_known_yet_are_dashes_in_their_boxes(changed: Changed) -> None:
    sheet = changed({151: "-", 160: "- 99.7"})
    assert values(sheet, "outcomes", "成果実績") == {2016: 3, 2017: 3}
    assert values(sheet, "outcomes", "達成度") == {2016: 99.7, 2017: 99.3}


LONG = (
    "研修の申込みから修了までの記録を県ごとにまとめ、遅れの見られた県には講師を早めに送って日程を組み直した。"
)


def test_a_comment_three_times_as_long_stays_one_comment(changed: Changed) -> None:
    usual, longer = comments(changed({})), comments(changed({617: "\n".join([LONG] * 3)}))
    assert longer.pop("行政事業レビュー推進チームの所見") == LONG * 3
    usual.pop("行政事業レビュー推進チームの所見")
    assert longer == usual


def test_a_comment_not_written_leaves_the_others_where_they_are(changed: Changed) -> None:
    usual, fewer = comments(changed({})), comments(changed({548: "-", 575: "-"}))
    assert set(usual) - set(fewer) == {"改善の方向性"}
    assert fewer.pop("所見を踏まえた改善点") is None
    assert all(usual[item] == text for item, text in fewer.items())


def test_a_list_of_four_payees_has_four_rows(changed: Changed) -> None:
    names = dict.fromkeys(range(762, 773, 2), "")
    numbers = dict.fromkeys((848, 850, 854, 856, 858, 862), "")
    roles = dict.fromkeys(range(905, 914, 2), "")
    amounts = dict.fromkeys((*range(926, 935, 2), 944), "")
    sheet = changed(names | numbers | roles | amounts)
    rows = [(r.get("番号"), r.get("支出先"), r.get("支出額")) for r in sheet.rows("payees")]
    assert rows == [(n, f"出張職員（職員{letter}）", 100_000) for n, letter in enumerate("ABCD", start=1)]

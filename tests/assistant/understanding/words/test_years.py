"""Fiscal years in any notation."""

from __future__ import annotations

import pytest

from assistant.understanding.words.normalise import normalise
from assistant.understanding.words.years import YearMention, read_years

TODAY, NEWEST = 2025, 2024


def years(text: str) -> list[YearMention]:
    return read_years(normalise(text).text, TODAY, NEWEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("平成29年度の執行率", (2017,)),
        ("H29の執行率", (2017,)),
        ("29年度の執行率", (2017,)),
        ("平成二十九年度の執行率", (2017,)),
        ("２９年度の執行率", (2017,)),
        ("令和元年度の予算", (2019,)),
        ("R5年度の予算", (2023,)),
        ("令和五年度の予算", (2023,)),
        ("５年度の予算", (2023,)),
        ("2023年度の予算", (2023,)),
        ("２０２３の予算", (2023,)),
        ("FY2022の予算", (2022,)),
        ("二〇二三年度の予算", (2023,)),
        ("昭和60年度の予算", (1985,)),
        ("去年の予算", (2024,)),
        ("平成最後の年度の予算", (2018,)),
        ("2022年度までの3年間の予算", (2020, 2021, 2022)),
        ("2021年度からの2年間の予算", (2021, 2022)),
        ("令和に入ってからの予算", (2019,)),
        ("令和最初の年の予算", (2019,)),
        ("今年度の予算", (2025,)),
        ("一昨年度の予算", (2023,)),
        ("2021年度と2022年度の予算", (2021, 2022)),
        ("令和3年度から5年度までの予算", (2021, 2022, 2023)),
        ("2021〜2023年度の予算", (2021, 2022, 2023)),
        ("令和3・4年度の予算", (2021, 2022)),
    ],
)
def test_a_year_is_read_in_any_notation(text: str, expected: tuple[int, ...]) -> None:
    mentions = years(text)
    assert [(m.kind, m.years) for m in mentions] == [("given", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "H3ロケットの開発",
        "G7教育大臣会合",
        "12式装備",
        "第2次補正予算",
        "S3クラウド",
        "5年ぶり",
        "B5判",
        "3年間で終える",
    ],
)
def test_a_number_that_is_no_year_is_not_read_as_one(text: str) -> None:
    assert not [m for m in years(text) if m.kind == "given"]


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("最新の執行率", "latest", 1),
        ("直近3年の執行率", "latest", 3),
        ("過去5年間の執行率", "latest", 5),
        ("ここ数年の執行率", "latest", 3),
        ("執行率の推移", "all", 1),
        ("年度ごとの執行率", "all", 1),
        ("前の年は?", "before", 1),
        ("翌年度は?", "after", 1),
        ("明治時代の執行額", "ancient", 1),
    ],
)
def test_a_word_stands_for_years(text: str, kind: str, count: int) -> None:
    assert [(m.kind, m.count) for m in years(text)] == [(kind, count)]


@pytest.mark.parametrize(
    ("text", "role", "op"),
    [
        ("令和6年度のシートで", "published", "="),
        ("平成30年度行政事業レビューシートの", "published", "="),
        ("2020年度に始まった事業", "start", "="),
        ("令和2年度以降に開始した事業", "start", ">="),
        ("2025年度に終了する事業", "end", "="),
        ("2025年度の予算", "figure", "="),
    ],
)
def test_a_year_of_the_sheet_is_kept_apart_from_a_year_of_the_figure(text: str, role: str, op: str) -> None:
    (mention,) = years(text)
    assert (mention.role, mention.op) == (role, op)

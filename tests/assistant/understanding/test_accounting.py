"""No word of a question is left out silently: what nothing accounts for is named instead of an answer."""

from __future__ import annotations

import pytest

from tests.assistant.understanding.conftest import Reader

LEFT_OUT = [
    ("離島航路の維持改善の2023年度の上期の執行額は？", "上期"),
    ("離島航路の維持改善の2023年度、二次公募分の執行額はいくら", "二次公募分"),
    ("離島航路の維持改善の女性向けの2023年度の予算は", "女性向け"),
    ("離島航路の維持改善の2023年度の執行額は年末までにいくら", "年末"),
    ("離島航路の維持改善の1人あたりの2023年度予算を知りたい", "1人あたり"),
    ("環境省の2023年度の執行額は一日あたりいくらになりますか", "一日あたり"),
    ("環境省の2023年度の執行額の合計は税抜でいくら", "税抜"),
    ("2022年度と2023年度の両方で執行額が上位5位に入った事業は？", "両方"),
    ("執行率が80%以上でない事業は2023年度に何件？", "ない"),
]


@pytest.mark.parametrize(("question", "word"), LEFT_OUT)
def test_a_word_that_changes_what_is_asked_is_named(read: Reader, question: str, word: str) -> None:
    refusal = read(question).refusal
    assert refusal is not None
    assert word in refusal.detail


ACCOUNTED = [
    "新聞で読んだ離島航路の維持改善、2023年度の執行額はどのくらいだったんだろう",
    "授業で使うので離島航路の維持改善の2023年度の予算額と執行額を教えて",
    "急ぎです。離島航路の維持改善の2023年度の執行額をお願いします",
    "離島航路の維持改善に国は2023年度いくら出した？",
    "離島航路の維持改善の2023年度の執行額を百万円単位で",
    "離島航路の維持改善、昨年度じゃなくて2023年度の執行額",
    "離島航路の維持改善は2023年度の補正予算を含めていくら執行した？",
    "離島航路の維持改善の執行額は前の年度より増えた？2023年度",
    "環境省の2023年度の執行額を全部合わせるといくら？",
    "執行額が大きかった2023年度の事業を上位5件教えてください",
    "2023年度の執行額の合計を府省庁ごとに出し、上位3つだけ教えて",
    "湖沼に関する事業は省庁別に何件ずつありますか",
    "環境省に限ると2023年度の執行額の合計は",
]


@pytest.mark.parametrize("question", ACCOUNTED)
def test_words_that_say_no_more_cost_no_answer(read: Reader, question: str) -> None:
    q = read(question)
    assert q.refusal is None
    assert q.operation != "none"


def test_a_year_that_is_taken_back_is_not_asked_for(read: Reader) -> None:
    assert read("離島航路の維持改善、昨年度じゃなくて2023年度の執行額").years.values == (2023,)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("2023年度の執行額のうち東北地方に使われた額の合計は", "東北地方"),
        ("環境省の2023年度の執行額を福島県だけで集計して", "福島県だけで集計"),
        ("2023年度執行額トップ10の事業に環境省のものはいくつ入っていますか", "いくつ"),
        ("執行額が一番よく伸びそうな省庁はどこ", "伸びそう"),
        ("2023年度の執行額が前年度より一時的に増えた事業は何件ありますか", "一時的"),
        ("環境省の執行額が大きい事業は何件で、うち予算が大きいのは何件", "うち"),
    ],
)
def test_what_is_read_but_not_used_is_named(read: Reader, question: str, word: str) -> None:
    refusal = read(question).refusal
    assert refusal is not None
    assert word in refusal.detail or refusal.detail in word


def test_a_sentence_before_the_question_says_nothing_of_it(read: Reader) -> None:
    q = read("記事を書いています。2023年度の執行率が10％にも届かなかった事業は何件あったのでしょうか")
    assert (q.operation, q.matters) == ("count", ())


def test_a_box_that_names_one_thing_alone_is_asked_for_so(read: Reader) -> None:
    assert [(f.op, f.value) for f in read("特別会計だけで行っている事業の件数は？").filters] == [
        ("=", "特別会計")
    ]


def test_several_ministries_are_put_in_order_themselves(read: Reader) -> None:
    q = read("環境省と文科省と国交省で2023年度執行額が大きい順に並べて")
    assert (q.operation, q.group_by is not None and q.group_by.column) == ("compare", "府省庁")


def test_ministries_are_put_in_order_where_they_are_what_is_ordered(read: Reader) -> None:
    q = read("2023年度の執行額が多い省庁を上から3つお願いします")
    assert (q.operation, q.limit, q.group_by is not None and q.group_by.column) == ("rank", 3, "府省庁")


def test_a_judgement_is_that_of_the_box_that_is_named(read: Reader) -> None:
    q = read("所見を踏まえた改善点が「終了予定」だった事業の件数")
    assert [f.field.item for f in q.filters] == ["所見を踏まえた改善点"]

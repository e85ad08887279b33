"""Questions and the query each is read as."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef, OtherFigure, Query
from tests.assistant.understanding.conftest import Reader


def key(ref: FieldRef) -> str:
    """「計」, 「推進チームの所見」: the column, or the item of a comment or evaluation."""
    return ref.item or ref.column


def names(q: Query) -> list[str]:
    return [p.name for p in q.projects]


FIGURES = [
    ("離島航路の維持改善の2023年度の執行率は？", "離島航路の維持改善", (2023,), ["執行率"]),
    ("令和5年度における離島航路の維持改善の歳出予算現額はいくらですか", "離島航路の維持改善", (2023,), ["計"]),
    ("図書館端末更新事業にR6年度の当初でいくら付いた？", "図書館端末更新事業", (2024,), ["当初予算"]),
    ("図書館端末更新事業は令和四年度に補正予算がいくら付いた？", "図書館端末更新事業", (2022,), ["補正予算"]),
    ("図書館端末更新事業って令和4年度は予算の何割使ったの？", "図書館端末更新事業", (2022,), ["執行率"]),
    ("湖沼水質改善対策費は2021年度から翌年度へいくら繰り越した？", "湖沼水質改善対策費", (2021,), ["翌年度へ繰越し"]),
    ("2021年度の湖沼水質改善対策費、翌年度への繰越額は？", "湖沼水質改善対策費", (2021,), ["翌年度へ繰越し"]),
    ("令和4年度に里山生物調査に必要な経費で実際に使われた金額を教えてください", "里山生物調査に必要な経費", (2022,), ["執行額"]),
    ("環境省の「里山生物調査に必要な経費」、2022年度の不用率を教えて", "里山生物調査に必要な経費", (2022,), ["不用率"]),
    ("国際観測機構(IOX)分担金の令和3年度の執行額は", "国際観測機構（ＩＯＸ）分担金", (2021,), ["執行額"]),
    ("AI活用人材の育成の2023年度の執行額は", "ＡＩ活用人材の育成", (2023,), ["執行額"]),
    ("ル-タ更新経費の2023年度の執行額は", "ルータ更新経費", (2023,), ["執行額"]),
    ("2025年緑化博覧会準備活動経費の2023年度の執行額は", "2025年緑化博覧会準備活動経費", (2023,), ["執行額"]),
    ("2025年緑化博覧会準備活動経費の執行額は", "2025年緑化博覧会準備活動経費", (), ["執行額"]),
    ("水産庁の港湾災害復旧等事業の2022年度の執行額は？", "港湾災害復旧等事業", (2022,), ["執行額"]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "project", "years", "fields"), FIGURES)
def test_a_figure_of_a_named_project_is_looked_up(
    read: Reader, question: str, project: str, years: tuple[int, ...], fields: list[str]
) -> None:
    q = read(question)
    assert (q.operation, q.refusal) == ("lookup", None)
    assert names(q) == [project]
    assert q.years.values == years
    assert [key(f) for f in q.fields] == fields


REQUESTS = [
    ("令和6年度のシートで離島航路の維持改善は来年度いくら要求している？", (2025,)),
    ("離島航路の維持改善の翌年度要求額は？（令和6年度）", (2025,)),
    ("離島航路の維持改善の令和7年度要求額は？", (2025,)),
]


@pytest.mark.parametrize(("question", "years"), REQUESTS)
def test_a_request_belongs_to_the_year_it_is_for(read: Reader, question: str, years: tuple[int, ...]) -> None:
    q = read(question)
    assert [key(f) for f in q.fields] == ["要求額"]
    assert q.years.values == years


SHORTENED = [
    ("山村医療の巡回車の事業、看護師の研修は効果が出ている？", "山村医療巡回車の導入促進"),
    ("総務省の地域通信基盤のやつ、国がやるべきだという根拠は？", "地域通信基盤活用推進事業"),
    ("湖沼の水質改善対策、コロナで落ちた執行率は持ち直した？", "湖沼水質改善対策費"),
    ("湖沼研究センターの運営費、情報セキュリティの監査で何がまずかった？", "独立行政法人湖沼研究センターの運営に必要な経費"),
    ("外務省が払っているIOXの分担金、日本の意見は反映された？", "国際観測機構（ＩＯＸ）分担金"),
    ("陸観の観測器材、器材の数量を見直した理由は？", "観測器材（陸上観測隊）"),
    ("介護記録の電子化推進の在宅分、導入はどう？", "介護記録電子化推進事業（在宅分）"),
    ("火災予防の啓発、警報器は広まった？", "火災予防の普及啓発"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "project"), SHORTENED)
def test_a_shortened_or_rephrased_name_is_found(read: Reader, question: str, project: str) -> None:
    assert names(read(question)) == [project]


MISSING = [
    "空中図書館推進事業の2023年度の執行率は？",
    "全国温泉デジタル化緊急支援補助金って執行率どれくらい？",
    "経産省の深海ロボット実証事業、令和5年度はいくら使った？",
    "忍者の里ツーリズム強化事業に対する外部有識者の所見を教えて",
    "学校図書館への昆虫標本導入モデル事業の成果目標は達成できたの？",
    "無人駅を図書館にする整備事業、不用が出た理由は？",
    "湖沼噴水シェルター整備交付金の翌年度への繰越額は？",
]


@pytest.mark.parametrize("question", MISSING)
def test_a_project_that_is_not_there_is_not_mapped_to_a_similar_one(read: Reader, question: str) -> None:
    q = read(question)
    assert q.refusal is not None
    assert q.refusal.code == "unknown_project"
    assert not q.projects


def test_the_nearest_names_are_offered(read: Reader) -> None:
    q = read("学校図書館への昆虫標本導入モデル事業の執行率は？")
    assert q.refusal is not None
    assert "学校図書館充実支援事業" in [c.name for c in q.refusal.candidates]


@pytest.mark.parametrize(
    "question", ["港湾災害復旧等事業の2022年度の執行額は？", "介護記録電子化推進事業の2023年度の執行率は？"]
)
def test_a_name_of_several_projects_is_asked_back(read: Reader, question: str) -> None:
    q = read(question)
    assert q.refusal is not None
    assert q.refusal.code == "ambiguous_project"
    assert len(q.refusal.candidates) == 2


def test_a_projects_id_names_it(read: Reader) -> None:
    assert names(read("予算事業ID 9の執行率は？")) == ["里山生物調査に必要な経費"]


TEXTS = [
    ("離島航路の維持改善の担当はどこ？", "lookup", ["担当課室"]),
    ("離島航路の維持改善はいつから始まった？", "lookup", ["事業開始年度"]),
    ("離島航路の維持改善は何のための事業？", "lookup", ["事業の目的"]),
    ("離島航路の維持改善の支出先はどこですか", "lookup", ["支出先"]),
    ("湖沼水質改善対策費に対する推進チームの所見を教えて", "lookup", ["行政事業レビュー推進チームの所見"]),
    ("学校図書館充実支援事業に外部有識者は何と言っている？", "lookup", ["外部有識者の所見"]),
    ("図書館端末更新事業の今後の改善の方向性は？", "lookup", ["改善の方向性"]),
    ("離島航路の維持改善について教えて", "describe", []),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "fields"), TEXTS)
def test_a_text_of_a_project_is_read_by_its_field(
    read: Reader, question: str, operation: str, fields: list[str]
) -> None:
    q = read(question)
    assert q.operation == operation
    assert [key(f) for f in q.fields] == fields


def test_a_matter_of_a_project_is_searched_in_its_passages(read: Reader) -> None:
    q = read("離島航路の維持改善で、欠航の日数はどうやって減らした？")
    assert (q.operation, names(q)) == ("search", ["離島航路の維持改善"])
    assert "欠航" in q.topic


@pytest.mark.parametrize(
    "question",
    [
        "港の待合所を直して船の欠航を減らす取り組みは、うまくいったと評価されている？",
        "生きものを全国で調べる予算の使い残しについて、チームは何を求めている？",
    ],
)
def test_a_matter_without_a_project_is_searched_everywhere(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.projects, q.refusal) == ("search", (), None)


MANY = [
    ("総務省の事業は何件ありますか", "count", {"ministries": ("総務省",)}),
    ("令和5年度に執行率が3割を切った厚生労働省の事業の数は？", "count", {"years": (2023,)}),
    ("厚労省の2023年度の執行額の合計は？", "sum", {"ministries": ("厚生労働省",), "fields": ["執行額"]}),
    ("環境省全体で令和5年度の予算現額はいくら？", "sum", {"fields": ["計"], "years": (2023,)}),
    ("2023年度の予算額が大きい文科省の事業トップ5は？", "rank", {"order": "desc", "limit": 5, "fields": ["計"]}),
    ("厚労省で2023年度の執行率がいちばん低い事業はどれ？", "rank", {"order": "asc", "limit": 1}),
    ("防衛省の事業で2023年度の当初予算が最大のものは？", "rank", {"order": "desc", "limit": 1}),
    ("2023年度の執行率ワースト3は？", "rank", {"order": "asc", "limit": 3}),
    ("2023年度の不用率ワースト3は？", "rank", {"order": "desc", "limit": 3}),
    ("国交省の2023年度の執行額ランキング上位5事業", "rank", {"limit": 5, "fields": ["執行額"]}),
    ("府省庁別に2023年度の執行額を多い順に5つ並べて", "rank", {"group": "府省庁", "limit": 5}),
    ("府省庁ごとの事業の件数は？", "count", {"group": "府省庁"}),
    ("環境省の執行率の平均は？", "average", {"fields": ["執行率"]}),
    ("観光庁の事業を教えて", "list", {"ministries": ("国土交通省\u3000観光庁",)}),
    ("みほん印刷が受注している事業はどれ？", "list", {"payees": ("みほん印刷",)}),
    ("株式会社みほん印刷への支出はいくら？", "sum", {"payees": ("みほん印刷",)}),
    ("2023年度に予算が1億円以上の事業を挙げて", "list", {"years": (2023,)}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "expected"), MANY)
def test_a_question_over_many_sheets(read: Reader, question: str, operation: str, expected: dict) -> None:  # type: ignore[type-arg]
    q = read(question)
    assert (q.operation, q.refusal, q.projects) == (operation, None, ())
    got = {
        "ministries": q.ministries,
        "years": q.years.values,
        "fields": [key(f) for f in q.fields],
        "order": q.order,
        "limit": q.limit,
        "group": q.group_by.column if q.group_by else None,
        "payees": q.payees,
    }
    assert {k: got[k] for k in expected} == expected


FILTERS = [
    ("執行率が3割を切った事業は何件？", "執行率", "<", 30.0),
    ("2024年度当初予算が1億円未満の事業は何件？", "当初予算", "<", 100_000_000.0),
    ("予算が5千万円から1億円までの事業を挙げて", "計", "between", (50_000_000.0, 100_000_000.0)),
    ("100億円を超える事業は何件？", "計", ">", 10_000_000_000.0),
    ("執行額が100億円台の事業は何件？", "執行額", "between", (10_000_000_000.0, 19_999_999_999.0)),
    ("2020年度以降に始まった事業は何件？", "事業開始年度", ">=", 2020),
    ("一者応札だった事業は何件？", "入札者数", "=", 1),
    ("新規開始事業は何件？", "事業区分", "contains", "新規開始"),
]


@pytest.mark.parametrize(("question", "field", "op", "value"), FILTERS)
def test_a_condition_is_said_of_its_field(
    read: Reader, question: str, field: str, op: str, value: object
) -> None:
    (condition,) = read(question).filters
    assert (condition.field.column, condition.op, condition.value) == (field, op, value)


def test_the_policys_ministry_is_told_from_the_sheets_own(read: Reader) -> None:
    assert read("総務省の事業は何件？").ministries == ("総務省",)
    (condition,) = read("政策所管が総務省の事業は何件？").filters
    assert (condition.field.column, condition.value) == ("政策所管府省庁", "総務省")


REASONS = [
    ("離島航路の維持改善の2023年度の執行率が低い理由は？", None),
    ("離島航路の維持改善、2023年度に執行率が前の年より急に落ちたのはなぜ？", ("down", None, None)),
    ("離島航路の維持改善の執行率が令和5年度に7割を割り込んだ原因は何ですか", ("none", "<", 70.0)),
    ("離島航路の維持改善の令和5年度の執行率が前年度を下回った原因は？", ("down", None, None)),
    ("離島航路の維持改善で2023年度に執行が減ったのはなぜですか", ("down", None, None)),
    ("離島航路の維持改善、令和5年度に予算を使い切ったのはどうして？", ("none", ">=", 99.0)),
    ("離島航路の維持改善の執行率、令和5年度に大きく落ち込んだのはどういう事情？", ("down", None, None)),
    ("離島航路の維持改善で、2023年度の執行率が5割まで下がったのは渇水のせいですか", ("down", "<=", 50.0)),
    ("離島航路の維持改善の執行額が2023年度に増えたのはどうして？", ("up", None, None)),
]


@pytest.mark.parametrize(("question", "premise"), REASONS)
def test_a_why_question_states_what_it_takes_for_granted(
    read: Reader, question: str, premise: tuple[str, str | None, float | None] | None
) -> None:
    q = read(question)
    assert q.reason
    got = q.premise and (q.premise.direction, q.premise.op, q.premise.value)
    assert got == premise


def test_half_of_the_year_before_is_a_ratio(read: Reader) -> None:
    q = read("離島航路の維持改善、2023年度に執行率が前年の半分になった理由を説明して")
    assert q.premise is not None
    assert (q.premise.ratio, q.premise.direction) == (0.5, "down")


def test_two_years_are_compared(read: Reader) -> None:
    q = read("離島航路の維持改善の2023年度の執行額は前年度と比べて増えた？")
    assert (q.operation, q.years.values) == ("compare", (2022, 2023))


def test_every_word_is_shown_with_what_it_was_taken_for(read: Reader) -> None:
    q = read("離島航路の維持改善の２０２３年度の執行率は？")
    assert [(w.text, w.taken_as) for w in q.words if w.match == "matched"] == [
        ("離島航路の維持改善", "事業：離島航路の維持改善"),
        ("２０２３年度", "年度：2023年度"),
        ("執行率", "項目：執行率"),
    ]


SINGLE = [
    ("不用率が大きい理由は?", "reason", "不用率が大きい場合、その理由は妥当か。（理由を右に記載）"),
    ("予算が余っているのはなぜですか", "reason", "不用率が大きい場合、その理由は妥当か。（理由を右に記載）"),
    ("29年度の執行率は？", "lookup", "執行率"),
    ("所管の局は？", "lookup", "担当部局庁"),
    ("国がやる必要はあるの？", "lookup", "地方自治体、民間等に委ねることができない事業なのか。"),
    ("支出先はどこですか", "lookup", "支出先"),
    ("過去のレビューシートの事業番号は？", "lookup", "事業番号"),
    ("予算額と執行額を年度ごとに並べて", "trend", "計"),
    ("職員旅費はいくら？", "lookup", "金額"),
    ("何にお金を使っているの", "lookup", "使途"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "field"), SINGLE)
def test_with_one_sheet_a_question_is_about_it(
    read_single: Reader, question: str, operation: str, field: str
) -> None:
    q = read_single(question)
    assert (q.operation, q.refusal) == (operation, None)
    assert names(q) == ["公民館端末管理経費"]
    assert key(q.fields[0]) == field


def test_a_matter_is_a_condition_on_what_projects_are_called_and_for(read: Reader) -> None:
    q = read("図書館に関する事業は何件ありますか")
    assert q.operation == "count"
    assert q.matters == ("図書館",)


@pytest.mark.parametrize(
    ("question", "operation", "order"),
    [
        ("2022年度から2023年度にかけて執行額が一番増えた事業は？", "compare", "desc"),
        ("2022年度から2023年度にかけて執行額が最も減った事業を3つ", "compare", "asc"),
        ("2023年度の執行額が大きかった順に事業を3つ", "rank", "desc"),
        ("2023年度の執行額が小さい環境省の事業3つ", "rank", "asc"),
    ],
)
def test_an_order_of_projects_in_past_and_present(
    read: Reader, question: str, operation: str, order: str
) -> None:
    q = read(question)
    assert (q.operation, q.order) == (operation, order)


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("29年度は予算のうちいくら使い残した？", ["不用額"]),
        ("29年度の予算の何割使った？", ["執行率"]),
        ("予算額と執行額を並べて", ["計", "執行額"]),
        ("補正予算を含めていくら執行した？", ["執行額"]),
    ],
)
def test_what_is_a_part_of_the_budget_is_asked_for(
    read_single: Reader, question: str, columns: list[str]
) -> None:
    assert [f.column for f in read_single(question).fields] == columns


@pytest.mark.parametrize(
    ("question", "order"),
    [("執行率がいちばん高かったのは何年度？", "desc"), ("執行額が最も少なかった年度は", "asc")],
)
def test_the_best_year_of_one_project(read_single: Reader, question: str, order: str) -> None:
    q = read_single(question)
    assert (q.operation, q.order, q.years.kind) == ("rank", order, "all")


def test_a_figure_that_no_condition_is_put_on_is_not_left_out_of_a_count(read: Reader) -> None:
    q = read("2023年度に予備費を考えた事業は何件？")
    assert q.refusal is not None
    assert read("2023年度に予備費が使われた事業は何件？").filters[0].field.column == "予備費等"


def test_a_name_is_read_with_a_particle_between(read: Reader) -> None:
    assert names(read("離島航路の維持の改善の2023年度の執行率は？")) == ["離島航路の維持改善"]


def test_a_nickname_before_the_name_in_brackets_is_no_topic(read: Reader) -> None:
    q = read("りとう改善（離島航路の維持改善）の2023年度の執行率は？")
    assert (q.operation, names(q)) == ("lookup", ["離島航路の維持改善"])


WRITTEN = [
    ("点検結果に「一者応札」という言葉が含まれる事業を5つ挙げて", "list", "点検結果", "contains", "一者応札"),
    ("環境省で事業概要に「脱炭素」とある事業は何件", "count", "事業概要", "contains", "脱炭素"),
    ("根拠法令のない事業は？", "list", "根拠法令", "=", None),
    ("点検結果が書かれていない事業は何件", "count", "点検結果", "=", None),
    ("外部有識者の所見が書かれている事業は何件", "count", "外部有識者の所見", "!=", None),
    ("終了年度の決まっている事業は何件ある？", "count", "事業終了年度", "!=", None),
    ("事業終了年度が2025年度の事業は何件", "count", "事業終了年度", "=", 2025),
    ("開始年度が平成27年度より前の事業は何件", "count", "事業開始年度", "<", 2015),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "field", "op", "value"), WRITTEN)
def test_a_box_is_asked_to_be_written_or_to_hold_words(
    read: Reader, question: str, operation: str, field: str, op: str, value: object
) -> None:
    q = read(question)
    assert (q.operation, q.refusal) == (operation, None)
    assert [(key(f.field), f.op, f.value) for f in q.filters] == [(field, op, value)]
    assert q.matters == ()


def test_many_of_a_kind_are_counted_not_added_up(read: Reader) -> None:
    q = read("随意契約が多い省庁はどこ？")
    assert (q.operation, q.order) == ("count", "desc")
    assert key(q.group_by) == "府省庁"
    assert key(read("予算が多い省庁はどこ？").fields[0]) == "計"
    assert read("令和5年度の執行率の平均が低い省庁ワースト3").operation == "average"


HELD = [
    ("厚生労働省の事業で、名前に「介護」がつくものは？", "list", [("事業名", "contains", "介護")]),
    ("「観測」を含む事業名を一覧にして", "list", [("事業名", "contains", "観測")]),
    ("補助率が1/2の事業は？", "list", [("補助率", "contains", "1/2")]),
    ("執行額ゼロの事業は何件ありますか", "count", [("執行額", "=", 0)]),
    ("10億円以上100億円未満の事業はいくつ", "count", [("計", ">=", 10**9), ("計", "<", 10**10)]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "operation", "filters"), HELD)
def test_a_condition_is_never_left_out(
    read: Reader, question: str, operation: str, filters: list[tuple[str, str, object]]
) -> None:
    q = read(question)
    assert (q.operation, q.refusal) == (operation, None)
    assert [(key(f.field), f.op, f.value) for f in q.filters] == filters


def test_how_long_a_project_has_run_counts_from_the_newest_sheets(read: Reader) -> None:
    (began,) = read("10年以上続いている事業は何件？").filters
    assert (began.field.column, began.op) == ("事業開始年度", "<=")


def test_a_superlative_does_not_hide_the_field_behind_it(read: Reader) -> None:
    q = read("環境省の事業で一番執行率が低いのはどれ？")
    assert (q.operation, key(q.fields[0]), q.order, q.limit) == ("rank", "執行率", "asc", 1)


@pytest.mark.parametrize(
    ("question", "order"), [("一番新しい事業は", "desc"), ("最も古くから続いている事業は？", "asc")]
)
def test_age_puts_projects_in_order_of_their_first_year(read: Reader, question: str, order: str) -> None:
    q = read(question)
    assert (q.operation, key(q.fields[0]), q.order) == ("rank", "事業開始年度", order)


def test_both_ends_are_seen_in_all_ministries_in_order(read: Reader) -> None:
    q = read("執行率が一番高い省庁と一番低い省庁は？")
    assert (q.operation, q.order, q.limit) == ("rank", "desc", None)
    assert key(q.group_by) == "府省庁"


def test_what_has_to_do_with_a_matter_is_no_one_project(read: Reader) -> None:
    q = read("図書館関連の予算はいくら？")
    assert (q.operation, q.projects, q.matters) == ("sum", (), ("図書館",))


def test_the_mean_is_not_given_for_the_median(read: Reader) -> None:
    q = read("執行率の中央値は")
    assert (q.operation, q.median) == ("average", True)


def test_general_and_special_accounts_are_set_side_by_side(read: Reader) -> None:
    q = read("一般会計と特別会計で予算の合計を比べて")
    assert (q.operation, key(q.group_by), q.filters, q.projects) == ("sum", "会計区分", (), ())


def test_a_figure_is_not_given_of_a_project_that_half_sounds_like_it(read: Reader) -> None:
    """離島航路の維持改善 is no 離島空港: what is asked back names it first."""
    q = read("離島空港の維持改善の2023年度の執行額は？")
    assert q.projects == ()
    assert q.refusal is not None
    assert q.refusal.code == "unknown_project"
    assert q.refusal.candidates[0].name == "離島航路の維持改善"


def test_the_highest_may_be_asked_for_another_field_too(read: Reader) -> None:
    q = read("環境省で一番予算の大きい事業の目的は？")
    assert (q.operation, [key(f) for f in q.fields]) == ("rank", ["計", "事業の目的"])


@pytest.mark.parametrize(
    "question",
    [
        "データの管理費は環境省持ちになる分だけ減るという、臨床試験まわりの要求の説明を見たい",
        "環境省と連携して港の待合所を整えた取り組みはどれ？",
    ],
)
def test_an_actor_in_what_happened_is_no_ministry_asked_about(read: Reader, question: str) -> None:
    assert read(question).ministries == ()


def test_what_a_topic_takes_for_granted_is_no_premise(read: Reader) -> None:
    q = read("国の水質の基本計画を改める時期に、調べものの予算まで増えるのはどういう理屈ですか")
    assert (q.operation, q.premise) == ("search", None)


def test_the_fewest_are_put_first_where_they_are_asked_for(read: Reader) -> None:
    q = read("事業数が最も少ない省庁は")
    assert (q.operation, q.order, q.limit) == ("count", "asc", 1)


def test_the_part_of_its_contracts_that_meet_a_condition_puts_ministries_in_order(read: Reader) -> None:
    q = read("随意契約の割合が高い省庁")
    assert (q.operation, q.share, q.of_rows, key(q.group_by)) == ("count", True, True, "府省庁")


def test_growth_of_ministries_is_put_in_order(read: Reader) -> None:
    for question, order, difference in (
        ("令和3年度から令和5年度で執行額が最も伸びた省庁", "desc", ""),
        ("予算の伸びが大きい府省庁", "desc", ""),
        ("予算の減少率が大きい省庁はどこ", "asc", "growth"),
    ):
        q = read(question)
        assert (q.operation, q.order, q.difference) == ("compare", order, difference), question
        assert key(q.group_by) == "府省庁"


def test_two_questions_of_the_same_sheets_are_both_read(read: Reader) -> None:
    q = read("国土強靱化の事業は何件あって予算は合計いくら")
    assert (q.operation, q.matters) == ("count", ("国土強靱化",))
    assert [(b.operation, key(b.fields[0]), b.matters) for b in q.beside] == [("sum", "計", ("国土強靱化",))]
    q = read("防衛省の当初予算と執行額の合計は")
    assert [key(x.fields[0]) for x in (q, *q.beside)] == ["当初予算", "執行額"]


def test_what_holds_year_after_year_is_a_condition_on_each_of_them(read: Reader) -> None:
    q = read("3年連続で執行率が5割未満の事業は何件")
    assert [(key(f.field), f.op, f.value, f.shift) for f in q.filters] == [
        ("執行率", "<", 50.0, 0), ("執行率", "<", 50.0, -1), ("執行率", "<", 50.0, -2),
    ]  # fmt: skip
    q = read("過去3年で執行額が減り続けている事業は何件")
    assert [(f.op, f.shift, f.value.shift) for f in q.filters if isinstance(f.value, OtherFigure)] == [
        ("<", 0, -1), ("<", -1, -2),
    ]  # fmt: skip


def test_one_of_two_budgets_alone(read: Reader) -> None:
    for question in ("補正予算だけで実施している事業は何件", "当初が0で補正のみの事業の数"):
        q = read(question)
        assert {(key(f.field), f.op, f.value) for f in q.filters} == {
            ("補正予算", ">", 0),
            ("当初予算", "=", 0),
        }


def test_contracts_are_counted_where_no_project_is_asked_for(read: Reader) -> None:
    assert read("落札率が100％だった契約は何件？").of_rows
    assert not read("一者応札だった事業は何件").of_rows


def test_a_word_that_sets_figures_in_relation_is_not_left_out(read: Reader) -> None:
    q = read("環境省で予算が急増した事業は何件")
    assert q.refusal is not None
    assert (q.refusal.code, q.refusal.detail) == ("unread", "急増")


def test_what_happened_to_an_amount_is_a_condition_on_it(read: Reader) -> None:
    q = read("環境省の事業で繰越が出たもの")
    assert [(key(f.field), f.op, f.value) for f in q.filters] == [("翌年度へ繰越し", "!=", 0)]


def test_a_matter_is_set_side_by_side_for_two_ministries(read: Reader) -> None:
    q = read("環境省と文科省で生物多様性に使っている額はどちらが多い")
    assert (q.operation, q.ministries) == ("sum", ("環境省", "文部科学省"))
    assert key(q.group_by) == "府省庁"
    assert q.matters


def test_a_bare_superlative_puts_the_field_behind_it_in_order(read: Reader) -> None:
    q = read("環境省で一番予算がついている事業の執行率")
    assert (q.operation, [key(f) for f in q.fields]) == ("rank", ["計", "執行率"])


def test_what_grows_of_a_project_as_a_whole_is_its_budget(read: Reader) -> None:
    q = read("図書館端末更新事業は前年からいくら増えた？")
    assert (q.operation, [key(f) for f in q.fields]) == ("compare", ["計"])


def test_growth_of_a_request_is_not_the_largest_request(read: Reader) -> None:
    refusal = read("来年度予算が一番増える事業").refusal
    assert refusal is not None
    assert refusal.code == "unresolved"


def test_a_figure_may_be_asked_for_by_a_counter(read: Reader) -> None:
    q = read("環境省の2023年度の不用率はいくつ？")
    assert (q.operation, [key(f) for f in q.fields]) == ("average", ["不用率"])


def test_this_project_needs_one_before_it(read: Reader) -> None:
    refusal = read("この事業は無駄だと思いますか").refusal
    assert refusal is not None
    assert refusal.code == "no_project"


def test_a_place_in_the_order_may_stand_before_the_field(read: Reader) -> None:
    q = read("環境省の事業の中で3番目に予算が大きいのは？")
    assert (q.operation, key(q.fields[0]), q.nth, q.refusal) == ("rank", "計", 3, None)


def test_a_ministry_without_sheets_is_said_to_have_none(read: Reader) -> None:
    refusal = read("宮内庁の予算は？").refusal
    assert refusal is not None
    assert (refusal.code, refusal.detail) == ("unknown_ministry", "宮内庁")
    mentioned = read("会計検査院の指摘を受けた事業は？").refusal
    assert mentioned is None or mentioned.code != "unknown_ministry"


def test_a_budget_used_up_is_a_condition(read: Reader) -> None:
    q = read("環境省の事業のうち2023年度に予算を使い切ったもの")
    assert [(key(f.field), f.op, f.value) for f in q.filters] == [("執行率", ">=", 100.0)]


def test_projects_called_alike_but_for_brackets_are_asked_back(read: Reader) -> None:
    q = read("介護記録の電子化推進の2023年度の執行額は")
    assert q.refusal is not None
    assert {c.name for c in q.refusal.candidates} >= {
        "介護記録電子化推進事業（施設分）", "介護記録電子化推進事業（在宅分）"
    }  # fmt: skip
    assert [x.name for x in read("在宅の介護記録電子化推進の2023年度の執行額は").projects] == [
        "介護記録電子化推進事業（在宅分）"
    ]


@pytest.mark.parametrize(
    ("question", "operation", "group"),
    [
        ("予算が一番多い省は？", "rank", "府省庁"),
        ("平均執行率が一番低い省", "rank", "府省庁"),
        ("文科省と厚労省、どっちが予算多い？", "compare", "府省庁"),
        ("環境省と厚労省、執行額が大きいのは？", "compare", "府省庁"),
        ("湖沼をやっている省庁は？", "count", "府省庁"),
        ("環境省で一番お金をかけてる事業は？", "rank", None),
    ],
)
def test_everyday_words_tell_what_is_put_in_order(
    read: Reader, question: str, operation: str, group: str | None
) -> None:
    q = read(question)
    asked = "rank" if q.operation == "rank" or (q.order and q.limit) else q.operation
    assert (asked, q.group_by and q.group_by.column) == (operation, group)


def test_what_began_in_a_year_is_told_by_the_year_alone(read: Reader) -> None:
    (condition,) = read("2023年度に新しく始まった事業の一覧").filters
    assert condition.field.column == "事業開始年度"


def test_the_words_of_a_matter_are_shown_as_read(read: Reader) -> None:
    q = read("湖沼に関する事業は何件？")
    assert [(w.taken_as, w.match) for w in q.words if w.text == "湖沼"] == [("条件：「湖沼」", "weak")]

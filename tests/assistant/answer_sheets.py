"""Sheets of our own wording for the tests of answering: one project over years and forms, and several of RS 2024."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.sheet import Row, Sheet, SourceFile

MILLION = 1_000_000
UNUSED = "不用率が大きい場合、その理由は妥当か。（理由を右に記載）"
CARRIED = "繰越額が大きい場合、その理由は妥当か。（理由を右に記載）"
SELECTION = "競争性が確保されているなど支出先の選定は妥当か。"
SINGLE_BID = "一般競争契約、指名競争契約又は随意契約（企画競争）による支出のうち、一者応札又は一者応募となったものはないか。"

REASON = "説明会を電話会議に改めたことで旅費が余り、不用が生じたため。"
PURPOSE = "公民館の貸出端末を安全に保つ。地域の利用者が安心して使えるようにする。"
CHECKED = "端末の紛失は起きていない。おおむね計画どおりに進んでいる。"


def source(name: str, form: str) -> SourceFile:
    """A file that a sheet was read from."""
    return SourceFile(path=Path(name), name=name, sha256=name, form=form, rows_read=1, rows_stored=1)


def budget(year: int, locator: str = "20行目", **values: Any) -> Row:
    """A budgets row of a sheet that prints 百万円."""
    amounts = (
        "当初予算",
        "補正予算",
        "前年度から繰越し",
        "翌年度へ繰越し",
        "予備費等",
        "計",
        "執行額",
        "要求額",
    )
    printed = {c: f"{values[c] // MILLION}百万円" for c in amounts if values.get(c) is not None}
    if values.get("執行率") is not None:
        printed["執行率"] = f"{values['執行率']:.0f}%"
    return Row({"年度": year, **values}, locator=locator, printed=printed)


def terminals(published: int = 2018) -> Sheet:
    """公民館端末管理経費 (文部科学省 0012): figures of the three years before ``published``, evaluation items."""
    form = f"sheet-{published}-text"
    sheet = Sheet(
        form=form,
        basic=Row(
            {
                "公開年度": published,
                "府省庁": "文部科学省",
                "事業番号": "0012",
                "事業名": "公民館端末管理経費",
                "担当部局庁": "社会教育局",
                "担当課室": "端末管理課",
                "作成責任者": "課長　見本　太郎",
                "事業開始年度": 2009,
                "終了予定なし": True,
                "会計区分": "一般会計",
                "実施方法": "直接実施",
                "事業の目的": PURPOSE,
                "事業概要": "端末の点検と利用者への説明会を行う。",
            },
            locator="1行目",
        ),
        sources=[source(f"{published}-0012.txt", form)],
    )
    spent = {2015: 30, 2016: 24, 2017: 15, 2018: 36, 2019: 33}
    for year in range(published - 3, published):
        sheet.add(
            "budgets",
            budget(
                year,
                当初予算=40 * MILLION,
                計=40 * MILLION,
                執行額=spent[year] * MILLION,
                執行率=spent[year] / 0.4,
            ),
        )
    sheet.add("budgets", budget(published, 当初予算=38 * MILLION, 計=38 * MILLION))
    sheet.add("budgets", budget(published + 1, 要求額=35 * MILLION))
    for item, amount in (("諸謝金", 3), ("職員旅費", 9)):
        sheet.add(
            "budget_items",
            Row(
                {"目": item, "年度": published, "種別": "当初予算", "金額": amount * MILLION},
                locator="30行目",
                printed={"金額": f"{amount}百万円"},
            ),
        )
    for year in range(published - 3, published):
        sheet.add(
            "outcomes",
            Row(
                {
                    "成果目標": "紛失をなくす",
                    "成果指標": "紛失した端末の数",
                    "単位": "台",
                    "年度": year,
                    "成果実績": 2,
                    "目標値": 2,
                    "達成度": 100.0,
                },
                locator="40行目",
            ),
        )
        sheet.add(
            "outputs",
            Row(
                {"活動指標": "説明会の回数", "単位": "回", "年度": year, "活動実績": 12, "当初見込み": 10},
                locator="44行目",
            ),
        )
    sheet.add(
        "outputs",
        Row(
            {
                "活動指標": "説明会の回数",
                "単位": "回",
                "年度": published,
                "年度の種別": "活動見込",
                "当初見込み": 10,
            },
            locator="44行目",
        ),
    )
    sheet.add(
        "unit_costs",
        Row(
            {
                "算出根拠": "経費／端末数",
                "単位": "千円",
                "年度": published - 1,
                "単位当たりコスト": 12.5,
                "計算式": "15,000/1,200",
            },
            locator="50行目",
        ),
    )
    for item, mark, text, certain in (
        (SELECTION, "○", "見積りを三者から取っている。", True),
        (SINGLE_BID, "無", None, True),
        (UNUSED, "○", f"経費は適切に使われている。{REASON}", False),
        (CARRIED, "‐", None, True),
    ):
        values = {"区分": "事業の効率性", "項目": item, "評価": mark, "説明": text}
        sheet.add("evaluations", Row(values, locator="60行目", certain=certain))
    sheet.add("comments", Row({"項目": "点検結果", "本文": CHECKED}, locator="70行目"))
    sheet.add("comments", Row({"項目": "改善の方向性", "本文": "点検の間隔を見直す。"}, locator="71行目"))
    sheet.add(
        "comments",
        Row(
            {
                "項目": "行政事業レビュー推進チームの所見",
                "判定": "事業内容の一部改善",
                "本文": "旅費の見積りを改めること。",
            },
            locator="72行目",
        ),
    )
    sheet.add("past_numbers", Row({"年度": 2016, "事業番号": "0012"}, locator="80行目"))
    sheet.add("past_numbers", Row({"年度": 2017, "事業番号": "0014"}, locator="80行目"))
    for number, (name, amount) in enumerate((("株式会社見本堂", 6), ("端末整備株式会社", 4)), 1):
        sheet.add(
            "payees",
            Row(
                {
                    "ブロック": "A",
                    "番号": number,
                    "支出先": name,
                    "業務概要": "端末の点検",
                    "支出額": amount * MILLION,
                },
                locator="90行目",
                printed={"支出額": f"{amount}百万円"},
            ),
        )
    sheet.add(
        "payees",
        Row(
            {"ブロック": "B", "番号": 1, "支出先": "見本堂", "業務概要": "部品の購入", "支出額": 2 * MILLION},
            locator="95行目",
            printed={"支出額": "2百万円"},
        ),
    )
    sheet.add(
        "flows",
        Row(
            {
                "支出元": "文部科学省",
                "担当組織からの支出": True,
                "支出先ブロック": "A",
                "支出先名": "点検業者",
            }
        ),
    )
    sheet.add(
        "flows",
        Row(
            {
                "支出元": "点検業者",
                "担当組織からの支出": False,
                "支出元ブロック": "A",
                "支出先ブロック": "B",
                "支出先名": "部品商",
            }
        ),
    )
    return sheet


def rs_project(
    number: int,
    name: str,
    ministry: str,
    figures: dict[int, tuple[int, int, int | None]],
    *,
    policy: str | None = None,
    account: str = "一般会計",
    purpose: str = "",
    former: str | None = None,
) -> Sheet:
    """One project of RSシステム; ``figures``: year → (計, 翌年度へ繰越し, 執行額) in 円."""
    sheet = Sheet(
        form="rs-2024",
        basic=Row(
            {
                "公開年度": 2024,
                "府省庁": ministry,
                "政策所管府省庁": policy or ministry,
                "予算事業ID": str(number),
                "事業名": name,
                "事業の目的": purpose or f"{name}を進める。",
                "会計区分": account,
                "実施方法": "補助",
                "旧事業番号": former,
            },
            locator=f"1-2 {number}行目",
        ),
        sources=[source("rs.zip", "rs-2024")],
    )
    for year, (total, carried, spent) in figures.items():
        rate = None if spent is None else round(spent / total * 100, 3)
        values = {
            "年度": year,
            "当初予算": total,
            "計": total,
            "翌年度へ繰越し": carried,
            "執行額": spent,
            "執行率": rate,
        }
        printed = {} if rate is None else {"執行率": str(round(rate / 100, 5))}
        sheet.add("budgets", Row(values, locator=f"2-1 {number}行目", printed=printed))
    return sheet


def rs_sheets() -> list[Sheet]:
    """公民館端末管理経費's later years, an agency's project, one name under two ministries, a rate above 100 %."""
    terminals_rs = rs_project(
        11,
        "公民館端末管理経費",
        "文部科学省",
        {2021: (50_000_000, 0, 40_000_000), 2022: (60_000_000, 10_000_000, 42_000_000), 2023: (50_000_000, 5_000_000, 30_000_000),
         2024: (45_000_000, 0, None)},
        purpose=PURPOSE,
    )  # fmt: skip
    terminals_rs.add("budgets", Row({"年度": 2025, "要求額": 70_000_000}, locator="2-1 11行目"))
    for year, text in (
        (2024, "端末の更新時期を迎えるための増。"),
        (2023, "前年度は入札の差金が生じ、執行率が下がったため。"),
        (2022, "説明会の回数を見直したための減。"),
    ):
        terminals_rs.add(
            "comments", Row({"項目": "主な増減理由", "年度": year, "本文": text}, locator="2-1 11行目")
        )
    terminals_rs.add(
        "comments", Row({"項目": "点検結果", "本文": "端末は計画どおり更新している。"}, locator="4-1 11行目")
    )
    terminals_rs.add(
        "expenses",
        Row(
            {
                "ブロック": "A",
                "支出先": "株式会社見本堂",
                "費目": "役務費",
                "使途": "点検",
                "金額": 20_000_000,
            },
            locator="5-3 1行目",
        ),
    )
    terminals_rs.add(
        "expenses",
        Row(
            {
                "ブロック": "A",
                "支出先": "株式会社見本堂",
                "費目": "物品費",
                "使途": "部品",
                "金額": 5_000_000,
            },
            locator="5-3 2行目",
        ),
    )
    terminals_rs.add(
        "flows",
        Row(
            {"支出元": "文部科学省", "担当組織からの支出": True, "支出先ブロック": "A", "支出先名": "見本堂"}
        ),
    )
    alarm = rs_project(
        21,
        "避難放送設備の整備",
        "消防庁",
        {2022: (20_000_000, 0, 20_000_000), 2023: (30_000_000, 0, 6_000_000), 2024: (30_000_000, 0, None)},
        policy="総務省",
        purpose="避難の放送を全国に届ける設備を整える。",
    )
    alarm.add("comments", Row({"項目": "点検結果", "本文": "設備の据付けが遅れた。"}, locator="4-1 21行目"))
    measured = "目標は9割まで達成した。"
    alarm.add(
        "comments",
        Row({"項目": "目標年度における効果測定に関する評価", "本文": measured}, locator="4-1 22行目"),
    )
    alarm.add(
        "contracts",
        Row(
            {
                "ブロック": "A",
                "契約先": "（株）見本堂",
                "業務概要": "設備の据付け",
                "契約額": 90_000_000,
                "契約方式等": "一般競争契約",
                "入札者数": 1,
            }
        ),
    )
    survey = rs_project(
        31,
        "統計調査の実施",
        "総務省",
        {2022: (100_000_000, 0, 90_000_000), 2023: (100_000_000, 0, 95_000_000)},
    )
    harbour = rs_project(
        41,
        "漁港の復旧",
        "水産庁",
        {2022: (10_000_000, 0, 9_000_000), 2023: (10_000_000, 0, 4_000_000)},
        policy="農林水産省",
    )
    harbour_again = rs_project(
        42, "漁港の復旧", "復興庁", {2023: (8_000_000, 0, 16_000_000)}, account="特別会計"
    )
    return [terminals_rs, alarm, survey, harbour, harbour_again]

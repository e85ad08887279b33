"""Sheets the browser tests look at. The wording is our own; the figures are made up."""

from __future__ import annotations

from pathlib import Path

from db.sheet import Row, Scalar, Sheet, SourceFile, Unplaced

MILLION = 1_000_000


def sample_sheets() -> list[Sheet]:
    """Two years of one project of 総務省 as sheets, three projects of RSシステム."""
    return [
        printed_sheet(2018, "0036"),
        printed_sheet(2019, "0040"),
        rs_sheet(101, "厚生労働省", "地域の見守り活動支援事業", 5_000, 4_100, 300, 60.0),
        rs_sheet(102, "厚生労働省", "食品の表示を調べる事業", 80, 20, 0, 95.0),
        rs_sheet(103, "国土交通省　観光庁", "旅の案内板<試験>&整備事業", 123_456, 120_000, 1_200, 101.5),
    ]


def printed_sheet(year: int, number: str) -> Sheet:
    """A sheet as ministries printed them: 翌年度へ繰越し negative, 計 net of it."""
    file = source(f"{year}-{number}.txt", f"sheet-{year}-text")
    sheet = Sheet(
        form=f"sheet-{year}-text",
        basic=row(
            "3行目",
            公開年度=year,
            府省庁="総務省",
            事業番号=number,
            事業名="住民の手続きを安全にする研修事業",
            担当部局庁="自治局",
            担当課室="手続き課",
            作成責任者="課長 見本 太郎",
            事業開始年度=2003,
            会計区分="一般会計",
            根拠法令="見本手続き法 第三条",
            事業の目的="窓口の職員が安全に手続きを扱えるようにすること。",
            事業概要="全国の窓口の職員に研修を行い、手引きを配る。",
            実施方法="直接実施",
            政策="情報の活用",
            施策="安全な手続き",
        ),
        sources=[file],
    )
    for back, (planned, spent) in enumerate(((4, 2), (5, 4.5), (6, 3)), start=1):
        fiscal = year - back
        sheet.add(
            "budgets",
            row(
                f"{20 + back}行目",
                {
                    "計": f"{planned}百万円",
                    "執行額": f"{spent}百万円",
                    "執行率": f"{round(100 * spent / planned)}%",
                },
                年度=fiscal,
                当初予算=planned * MILLION,
                計=planned * MILLION,
                執行額=int(spent * MILLION),
                執行率=float(round(100 * spent / planned)),
            ),
        )
    sheet.add("budgets", row("20行目", 年度=year, 当初予算=5 * MILLION, 計=5 * MILLION))
    sheet.add("budgets", row("25行目", 年度=year + 1, 要求額=6 * MILLION))
    sheet.add("budget_items", row("30行目", 年度=year, 種別="当初予算", 目="諸謝金", 金額=700_000))
    sheet.add("budget_items", row("31行目", 年度=year, 種別="当初予算", 目="職員旅費", 金額=4_300_000))
    for back, (actual, target) in enumerate(((4, 3), (2, 3), (3, 3)), start=1):
        sheet.add(
            "outcomes",
            row(
                "40行目",
                成果目標="研修を受けた人が内容を理解する",
                成果指標="理解度の点数",
                単位="点数",
                年度=year - back,
                成果実績=actual,
                目標値=target,
                達成度=round(100 * actual / target, 1),
            ),
        )
        sheet.add(
            "outputs",
            row(
                "50行目",
                活動指標="研修の回数",
                単位="回",
                年度=year - back,
                活動実績=45 + back,
                当初見込み=47,
            ),
        )
    sheet.add(
        "unit_costs",
        row(
            "55行目",
            算出根拠="執行額／研修の回数",
            単位="千円",
            年度=year - 1,
            単位当たりコスト=42.6,
            計算式="2,000/47",
        ),
    )
    for item, mark, text in (
        (
            "事業の目的は国民や社会のニーズを的確に反映しているか。",
            "○",
            "手続きの安全は住民みなの願いである。",
        ),
        (
            "不用率が大きい場合、その理由は妥当か。（理由を右に記載）",
            "△",
            "会場を近くの庁舎に替えて旅費を減らしたため、不用が生じた。",
        ),
        ("整備された施設や成果物は十分に活用されているか。", "‐", None),
    ):
        sheet.add("evaluations", row("60行目", 区分="事業の効率性", 項目=item, 評価=mark, 説明=text))
    for item, judgement, text in (
        ("点検結果", None, "研修は予定どおり行われ、理解度も上がった。"),
        ("改善の方向性", None, "映像の教材を取り入れ、旅費をさらに減らす。"),
        ("行政事業レビュー推進チームの所見", "事業内容の一部改善", "予算と執行の開きを縮めること。"),
    ):
        sheet.add("comments", row("70行目", 項目=item, 判定=judgement, 本文=text))
    sheet.add(
        "flows",
        row(
            "80行目",
            支出元="総務省",
            支出先ブロック="A",
            支出先名="研修会社",
            金額=1_500_000,
            担当組織からの支出=1,
        ),
    )
    sheet.add(
        "flows",
        row(
            "80行目",
            支出元ブロック="A",
            支出元="研修会社",
            支出先ブロック="B",
            支出先名="講師の派遣元",
            金額=400_000,
            担当組織からの支出=0,
        ),
    )
    sheet.add(
        "payees",
        row(
            "90行目",
            ブロック="A",
            番号=1,
            支出先="株式会社見本研修",
            法人番号="1010001000001",
            業務概要="研修の運営",
            支出額=1_500_000,
            契約方式等="一般競争契約",
            入札者数=1,
            落札率=97.5,
        ),
    )
    sheet.add(
        "payees",
        row(
            "91行目",
            ブロック="B",
            番号=1,
            支出先="講師派遣合同会社",
            法人番号="2010001000002",
            業務概要="講師の派遣",
            支出額=400_000,
        ),
    )
    sheet.add("expenses", row("95行目", ブロック="A", 費目="旅費", 使途="会場までの旅費", 金額=600_000))
    sheet.add("past_numbers", row("99行目", 年度=2010, 事業番号="0032-2"))
    sheet.unplaced.append(Unplaced("どの欄か分からない記載", "100行目"))
    return sheet


def rs_sheet(
    number: int, ministry: str, name: str, budget: float, spent: float, carried: float, rate: float
) -> Sheet:
    """A project as RSシステム publishes it: 翌年度へ繰越し positive, 計 gross."""
    file = source(f"2-1_RS_2024_見本{number}.csv", "rs-2024")
    sheet = Sheet(
        form="rs-2024",
        basic=Row(
            {
                "公開年度": 2024,
                "府省庁": ministry,
                "政策所管府省庁": ministry.split("　")[0],
                "予算事業ID": str(number),
                "事業名": name,
                "事業の目的": "暮らしの中の困りごとを減らす。",
                "現状・課題": "人手が足りず、地域によって取組に差がある。",
                "事業概要": "市町村が行う取組に補助する。",
                "実施方法": "補助",
                "会計区分": "一般会計",
            },
            f"1-2 {number}行目",
        ),
        sources=[file],
    )
    for year, share in ((2021, 0.8), (2022, 0.9), (2023, 1.0)):
        sheet.add(
            "budgets",
            row(
                f"2-1 {number}行目",
                年度=year,
                当初予算=int(budget * share * MILLION),
                計=int(budget * share * MILLION),
                執行額=int(spent * share * MILLION),
                翌年度へ繰越し=int(carried * share * MILLION),
                執行率=round(100 * spent / budget, 2),
            ),
        )
    sheet.add(
        "budgets",
        row(f"2-1 {number}行目", 年度=2024, 当初予算=int(budget * MILLION), 計=int(budget * MILLION)),
    )
    sheet.add("budgets", row(f"2-1 {number}行目", 年度=2025, 要求額=int(budget * 1.2 * MILLION)))
    sheet.add(
        "comments",
        row(
            "4-1 7行目",
            項目="行政事業レビュー推進チームの所見",
            判定="現状通り",
            本文="引き続き効率的に進めること。",
        ),
    )
    sheet.add(
        "contracts",
        row(
            "5-4 3行目",
            ブロック="A",
            契約先="見本協同組合",
            法人番号="3010001000003",
            業務概要="案内の整備",
            契約額=23_400_000,
            契約方式等="随意契約（その他）",
            入札者数=1,
            落札率=rate,
        ),
    )
    sheet.add(
        "expenses",
        row(
            "5-3 8行目",
            ブロック="A",
            支出先="株式会社見本研修",
            法人番号="1010001000001",
            費目="委託費",
            使途="調査の委託",
            金額=9_000_000,
        ),
    )
    return sheet


def source(name: str, form: str) -> SourceFile:
    """A source that was read whole."""
    return SourceFile(
        Path(name), name, f"sha-{name}", form, licence="見本（自由に使える）", rows_read=10, rows_stored=10
    )


def row(locator: str, printed: dict[str, str] | None = None, **values: Scalar) -> Row:
    """A row with its columns as keywords."""
    return Row(values, locator, printed or {})

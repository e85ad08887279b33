"""Ready-made questions to the database (Datasette's canned queries): only those the loaded files can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.web.holdings import Holdings

LIMIT = 200
DOUBTFUL_TIMES = 2
"""A payment of more than this many times what the whole project had and spent that year is not of its money: it was
printed in 円 where the form has 百万円, or holds what the recipient had from elsewhere."""


@dataclass(frozen=True, slots=True)
class ReadyQuestion:
    """One ready-made question.

    name       ASCII name, as it stands in the URL
    possible   whether a database can answer it
    sql        makes the SELECT; its :parameters are Japanese words and may all be left empty
    """

    name: str
    title: str
    description: str
    possible: Callable[[Holdings], bool]
    sql: Callable[[Holdings], str]


def canned_queries(held: Holdings) -> dict[str, dict[str, Any]]:
    """Datasette's definition of every ready-made question that this database can answer."""
    return {
        q.name: {"title": q.title, "description": q.description, "sql": q.sql(held).strip(), "hide_sql": True}
        for q in QUESTIONS
        if q.possible(held)
    }


def _year_rows(columns: str, year: str = "執行額") -> str:
    """The figures of one year, one row a project: of several sheets that state it the latest is taken.

    ``columns`` must be filled; ``year`` is the column whose latest year stands for an empty :年度.
    """
    needed = " AND ".join(f"b.{c} IS NOT NULL" for c in columns.split())
    return f"""
WITH 各事業 AS (
  SELECT b.*, s.事業名, s.府省庁, s.様式, row_number() OVER (
    PARTITION BY coalesce(s.project_id, s.sheet_key) ORDER BY s.公開年度 DESC
  ) AS 新しい順
  FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key
  WHERE b.年度 = coalesce(nullif(:年度, ''), (SELECT max(年度) FROM budgets WHERE {year} IS NOT NULL))
    AND (:府省庁 = '' OR s.府省庁 = :府省庁)
    AND {needed}
)"""


def _ranking(columns: str, shown: str, order: str, where: str = "", year: str = "執行額") -> str:
    extra = f" AND {where}" if where else ""
    return f"""{_year_rows(columns, year)}
SELECT 事業名, 府省庁, 年度, {shown}, sheet_key
FROM 各事業
WHERE 新しい順 = 1{extra}
ORDER BY {order}
LIMIT {LIMIT}"""


_FLOOR = "計 >= 1000000 * coalesce(nullif(:予算の下限_百万円, ''), {default})"


def _payments(held: Holdings) -> str:
    """One row a payment, from whichever tables the loaded files fill; columns are the same for all."""
    parts = []
    if held.has("payees", "支出先"):
        parts.append(
            "SELECT sheet_key, 年度, ブロック, 支出先, 法人番号, 業務概要, 支出額 AS 金額, 契約方式等, 入札者数, 落札率, "
            "'支出先上位10者' AS 欄, id AS 行, 'payees' AS 表 FROM payees"
        )
    if held.has("expenses", "支出先"):
        # 費目・使途 tells of the same money: it stands in only for a sheet without a list of recipients.
        parts.append(
            "SELECT sheet_key, NULL AS 年度, ブロック, 支出先, 法人番号, max(契約概要) AS 業務概要, sum(金額) AS 金額, "
            "NULL AS 契約方式等, NULL AS 入札者数, NULL AS 落札率, '費目・使途' AS 欄, min(id) AS 行, "
            "'expenses' AS 表 FROM expenses e WHERE 支出先 IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM payees p WHERE p.sheet_key = e.sheet_key) "
            "GROUP BY sheet_key, ブロック, 支出先"
        )
    if held.has("contracts", "契約先"):
        parts.append(
            "SELECT sheet_key, NULL AS 年度, ブロック, 契約先 AS 支出先, 法人番号, 業務概要, 契約額 AS 金額, 契約方式等, "
            "入札者数, 落札率, '国庫債務負担行為等' AS 欄, id AS 行, 'contracts' AS 表 FROM contracts"
        )
    return "\n  UNION ALL ".join(parts)


def _names_payees(held: Holdings) -> bool:
    return any(
        (held.has("payees", "支出先"), held.has("expenses", "支出先"), held.has("contracts", "契約先"))
    )


def _bids(held: Holdings) -> str:
    """One row a contract with its number of bidders."""
    parts = []
    for table, name, what, amount, label in (
        ("payees", "支出先", "業務概要", "支出額", "支出先上位10者"),
        ("payee_contracts", "支出先", "契約概要", "金額", "支出先との契約"),
        ("contracts", "契約先", "業務概要", "契約額", "国庫債務負担行為等"),
    ):
        if held.has(table, "入札者数"):
            parts.append(
                f"SELECT sheet_key, {name} AS 支出先, 法人番号, {what} AS 業務概要, {amount} AS 金額, 契約方式等, "
                f"入札者数, 落札率, '{label}' AS 欄 FROM {table}"
            )
    return "\n  UNION ALL ".join(parts)


def _methods(held: Holdings) -> str:
    parts = []
    for table, name, what, amount, label in (
        ("payees", "支出先", "業務概要", "支出額", "支出先上位10者"),
        ("payee_contracts", "支出先", "契約概要", "金額", "支出先との契約"),
        ("contracts", "契約先", "業務概要", "契約額", "国庫債務負担行為等"),
    ):
        if held.has(table, "契約方式等"):
            parts.append(
                f"SELECT sheet_key, {name} AS 支出先, 法人番号, {what} AS 業務概要, {amount} AS 金額, 契約方式等, "
                f"'{label}' AS 欄 FROM {table}"
            )
    return "\n  UNION ALL ".join(parts)


def _payee_search(held: Holdings) -> str:
    tables = [t for t in ("payees", "expenses", "contracts") if f"'{t}' AS 表" in _payments(held)]
    found = "\n    OR ".join(
        f"(p.表 = '{t}' AND p.行 IN (SELECT rowid FROM {t}_fts WHERE {t}_fts MATCH escape_fts(:名前)))"
        for t in tables
    )
    return f"""
WITH 支払 AS (
  {_payments(held)}
)
SELECT p.支出先, p.法人番号, p.金額, p.業務概要, p.契約方式等, p.入札者数, p.落札率, p.欄, s.事業名, s.府省庁,
  s.公開年度, p.sheet_key
FROM 支払 p JOIN sheets s ON s.sheet_key = p.sheet_key
WHERE p.支出先 IS NOT NULL AND (:名前 = '' OR p.法人番号 = :名前
    OR {found})
ORDER BY p.金額 DESC
LIMIT {LIMIT}"""


def _top_payees(held: Holdings) -> str:
    # One name may stand in several blocks of one sheet (money passed on): each is a payment of its own, so
    # the sum is what was received, not what the ministries spent.
    return f"""
WITH 支払 AS (
  {_payments(held)}
)
SELECT max(p.支出先) AS 支出先, p.法人番号, count(*) AS 件数, count(DISTINCT p.sheet_key) AS シート数,
  sum(p.金額) AS 金額
FROM 支払 p JOIN sheets s ON s.sheet_key = p.sheet_key
WHERE p.法人番号 IS NOT NULL AND p.欄 <> '国庫債務負担行為等'
  AND NOT EXISTS (
    SELECT 1 FROM budgets b WHERE b.sheet_key = p.sheet_key AND +b.年度 = s.公開年度 - 1
      AND max(coalesce(b.計, 0), coalesce(b.執行額, 0)) > 0
      AND p.金額 > {DOUBTFUL_TIMES} * max(coalesce(b.計, 0), coalesce(b.執行額, 0))
  )
  AND s.公開年度 = coalesce(nullif(:公開年度, ''), (SELECT max(公開年度) FROM sheets))
  AND (:府省庁 = '' OR s.府省庁 = :府省庁)
GROUP BY p.法人番号
ORDER BY 金額 DESC
LIMIT {LIMIT}"""


QUESTIONS: tuple[ReadyQuestion, ...] = (
    ReadyQuestion(
        "low_execution_rate",
        "執行率の低い事業",
        "予算のうち使われた割合が小さい順。年度が空なら最新の実績年度、予算の下限が空なら1億円以上の事業。",
        lambda h: h.has("budgets", "執行率", "計"),
        lambda h: _ranking(
            "執行率 計", "執行率, 計, 執行額, 不用額", "執行率, 計 DESC", _FLOOR.format(default=100)
        ),
    ),
    ReadyQuestion(
        "large_budgets",
        "予算の大きい事業",
        "予算額(計)が大きい順。年度が空なら最新の実績年度。",
        lambda h: h.has("budgets", "計"),
        lambda h: _ranking("計", "計, 執行額, 執行率", "計 DESC", year="執行額" if h.settled else "計"),
    ),
    ReadyQuestion(
        "large_unused",
        "不用額の大きい事業",
        "使い残した額が大きい順。翌年度へ繰り越した額は不用額に入らない。",
        lambda h: h.has("budgets", "不用額"),
        lambda h: _ranking("不用額", "不用額, 不用率, 計, 執行額", "不用額 DESC"),
    ),
    ReadyQuestion(
        "large_carry_over",
        "繰越しの大きい事業",
        "翌年度へ繰り越した額が大きい順。シートではマイナス、RSシステムではプラスで書かれる。",
        lambda h: h.has("budgets", "翌年度へ繰越し"),
        lambda h: _ranking(
            "翌年度へ繰越し", "翌年度へ繰越し, 計, 執行額, 執行率", "abs(翌年度へ繰越し) DESC"
        ),
    ),
    ReadyQuestion(
        "growing_requests",
        "要求額が増えた事業",
        "概算要求額と、その前の年度の当初予算との差が大きい順。",
        lambda h: h.has("budgets", "要求額", "当初予算"),
        lambda h: (
            f"""
WITH 要求 AS (
  SELECT b.sheet_key, b.年度, b.要求額, s.事業名, s.府省庁, row_number() OVER (
    PARTITION BY coalesce(s.project_id, s.sheet_key) ORDER BY s.公開年度 DESC
  ) AS 新しい順
  FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key
  WHERE b.年度 = coalesce(nullif(:年度, ''), (SELECT max(年度) FROM budgets WHERE 要求額 IS NOT NULL))
    AND (:府省庁 = '' OR s.府省庁 = :府省庁) AND b.要求額 IS NOT NULL
)
SELECT 要求.事業名, 要求.府省庁, 要求.年度, 要求.要求額, 前年.当初予算 AS 前年度の当初予算,
  要求.要求額 - 前年.当初予算 AS 増えた額, 要求.sheet_key
FROM 要求 JOIN budgets 前年 ON 前年.sheet_key = 要求.sheet_key AND +前年.年度 = 要求.年度 - 1
WHERE 新しい順 = 1 AND 前年.当初予算 IS NOT NULL
ORDER BY 増えた額 DESC
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "ministry_totals",
        "府省庁別の合計",
        "府省庁ごとの事業の数と、予算額・執行額・不用額の合計。1つの事業は、その年度を記した最も新しいシートで1度だけ数える。"
        "計が0円で執行額だけの行(予算も執行も別の事業にまとめて書かれている)と、終わった年度で執行額のない行は数えない。",
        lambda h: h.has("budgets", "計"),
        lambda h: (
            f"""{_year_rows("計", "執行額" if h.settled else "計")}
SELECT 府省庁, 年度, count(*) AS 事業数, sum(計) AS 計, sum(執行額) AS 執行額,
  round(100.0 * sum(執行額) / nullif(sum(iif(執行額 IS NOT NULL, 計, NULL)), 0), 1) AS 執行率,
  sum(不用額) AS 不用額
FROM 各事業
WHERE 新しい順 = 1 AND NOT coalesce(計 <= 0 AND 執行額 > 0, 0)
  AND (執行額 IS NOT NULL OR 年度 > (SELECT max(年度) FROM budgets WHERE 執行額 IS NOT NULL)
       OR NOT EXISTS (SELECT 1 FROM budgets WHERE 執行額 IS NOT NULL))
GROUP BY 府省庁
ORDER BY 計 DESC"""
        ),
    ),
    ReadyQuestion(
        "execution_trend",
        "執行率の推移",
        "年度ごとの予算額・執行額の合計と執行率。シートとRSシステムでは繰越しの扱いが違うので、比べられるように繰越しを除いた予算に対する割合にしている。",
        lambda h: len(h.settled) > 1,
        lambda h: (
            """
WITH 各事業 AS (
  SELECT b.*, s.様式, row_number() OVER (
    PARTITION BY coalesce(s.project_id, s.sheet_key), b.年度 ORDER BY s.公開年度 DESC
  ) AS 新しい順
  FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key
  WHERE b.計 IS NOT NULL AND b.執行額 IS NOT NULL AND (:府省庁 = '' OR s.府省庁 = :府省庁)
), 比較用 AS (
  SELECT 年度, 計, 執行額,
    計 - iif(様式 LIKE 'rs-%', coalesce(翌年度へ繰越し, 0), 0) AS 繰越しを除いた計
  FROM 各事業 WHERE 新しい順 = 1 AND NOT (計 <= 0 AND 執行額 > 0)
)
SELECT 年度, count(*) AS 事業数, sum(計) AS 計, sum(執行額) AS 執行額,
  round(100.0 * sum(執行額) / nullif(sum(繰越しを除いた計), 0), 1) AS 比較用執行率
FROM 比較用
GROUP BY 年度
ORDER BY 年度"""
        ),
    ),
    ReadyQuestion(
        "payee_search",
        "支出先の名前で探す",
        "支出先の名前(一部でよい)か法人番号で、支払いを金額の大きい順に探す。",
        _names_payees,
        _payee_search,
    ),
    ReadyQuestion(
        "top_payees",
        "受け取った額の多い支出先",
        "法人番号ごとの合計。中間の支出先が他へ渡した額も含むので、国の支出額とは合わない。その年度の事業の予算額・執行額の2倍を超える額(単位の書き誤りなど)は除く。",
        lambda h: _names_payees(h) and any((t, "法人番号") in h.filled for t in ("payees", "expenses")),
        _top_payees,
    ),
    ReadyQuestion(
        "single_bid",
        "一者応札・一者応募",
        "入札者(応募者)が1者だけだった契約を、金額の大きい順に。",
        lambda h: bool(_bids(h)),
        lambda h: (
            f"""
WITH 契約 AS (
  {_bids(h)}
)
SELECT c.支出先, c.法人番号, c.金額, c.業務概要, c.契約方式等, c.落札率, c.欄, s.事業名, s.府省庁, s.公開年度, c.sheet_key
FROM 契約 c JOIN sheets s ON s.sheet_key = c.sheet_key
WHERE c.入札者数 = 1 AND (:府省庁 = '' OR s.府省庁 = :府省庁)
ORDER BY c.金額 DESC
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "negotiated_contracts",
        "随意契約",
        "契約方式等に「随意契約」とある契約を、金額の大きい順に。",
        lambda h: bool(_methods(h)),
        lambda h: (
            f"""
WITH 契約 AS (
  {_methods(h)}
)
SELECT c.支出先, c.法人番号, c.金額, c.業務概要, c.契約方式等, c.欄, s.事業名, s.府省庁, s.公開年度, c.sheet_key
FROM 契約 c JOIN sheets s ON s.sheet_key = c.sheet_key
WHERE c.契約方式等 LIKE '%随意契約%' AND (:府省庁 = '' OR s.府省庁 = :府省庁)
ORDER BY c.金額 DESC
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "expense_search",
        "費目・使途で探す",
        "費目、使途、支出先、契約概要のどれかに言葉を含む支出を、金額の大きい順に。",
        lambda h: h.has("expenses", "金額"),
        lambda h: (
            f"""
SELECT e.費目, e.使途, e.金額, e.支出先, s.事業名, s.府省庁, s.公開年度, e.sheet_key
FROM expenses e JOIN sheets s ON s.sheet_key = e.sheet_key
WHERE :言葉 = '' OR e.id IN (SELECT rowid FROM expenses_fts WHERE expenses_fts MATCH escape_fts(:言葉))
ORDER BY e.金額 DESC
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "comment_search",
        "文章を探す",
        "点検結果、所見、理由、目的などの文章から、言葉をすべて含むものを探す。",
        lambda h: h.has("comments", "本文"),
        lambda h: (
            f"""
SELECT c.項目, c.本文, s.事業名, s.府省庁, s.公開年度, c.sheet_key
FROM comments c JOIN sheets s ON s.sheet_key = c.sheet_key
WHERE c.id IN (SELECT rowid FROM comments_fts WHERE comments_fts MATCH escape_fts(:言葉) LIMIT {LIMIT})
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "low_achievement",
        "達成度の低い成果指標",
        "成果実績が目標値に届いていない順。達成度が空なら成果実績÷目標値(増やす目標のとき)と見てよいとは限らないので、書かれている達成度だけを使う。",
        lambda h: h.has("outcomes", "達成度"),
        lambda h: (
            f"""
SELECT s.事業名, s.府省庁, o.年度, o.成果指標, o.成果実績, o.目標値, o.単位, o.達成度, o.sheet_key
FROM outcomes o JOIN sheets s ON s.sheet_key = o.sheet_key
WHERE o.達成度 IS NOT NULL
  AND o.年度 = coalesce(nullif(:年度, ''), (SELECT max(年度) FROM outcomes WHERE 達成度 IS NOT NULL))
  AND (:府省庁 = '' OR s.府省庁 = :府省庁)
ORDER BY o.達成度
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "critical_evaluations",
        "△・×の付いた評価",
        "事業所管部局が自ら△または×を付けた評価項目と、その説明。",
        lambda h: h.has("evaluations", "評価"),
        lambda h: (
            f"""
SELECT e.評価, e.項目, e.説明, s.事業名, s.府省庁, s.公開年度, e.sheet_key
FROM evaluations e JOIN sheets s ON s.sheet_key = e.sheet_key
WHERE e.評価 IN ('△', '×', '▲', '✕') AND (:府省庁 = '' OR s.府省庁 = :府省庁)
ORDER BY s.公開年度 DESC, e.評価 DESC, e.sheet_key
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "judgements",
        "推進チームの判定別の件数",
        "行政事業レビュー推進チームの判定(現状通り・事業内容の一部改善・廃止など)ごとのシートの数。",
        lambda h: h.has("comments", "判定"),
        lambda h: (
            """
SELECT c.判定, count(DISTINCT c.sheet_key) AS シート数
FROM comments c JOIN sheets s ON s.sheet_key = c.sheet_key
WHERE c.項目 = '行政事業レビュー推進チームの所見' AND c.判定 IS NOT NULL
  AND s.公開年度 = coalesce(nullif(:公開年度, ''), (SELECT max(公開年度) FROM sheets))
  AND (:府省庁 = '' OR s.府省庁 = :府省庁)
GROUP BY c.判定
ORDER BY シート数 DESC"""
        ),
    ),
    ReadyQuestion(
        "judged_projects",
        "判定から事業を探す",
        "推進チームの判定に言葉(廃止、抜本的な改善 など)を含む事業と、その所見。",
        lambda h: h.has("comments", "判定"),
        lambda h: (
            f"""
SELECT c.判定, c.本文 AS 所見, s.事業名, s.府省庁, s.公開年度, c.sheet_key
FROM comments c JOIN sheets s ON s.sheet_key = c.sheet_key
WHERE c.項目 = '行政事業レビュー推進チームの所見'
  AND c.判定 LIKE '%' || coalesce(nullif(:判定, ''), '廃止') || '%'
  AND (:府省庁 = '' OR s.府省庁 = :府省庁)
ORDER BY s.公開年度 DESC, c.sheet_key
LIMIT {LIMIT}"""
        ),
    ),
    ReadyQuestion(
        "ending_projects",
        "終わる事業",
        "その年度に終わる(予定の)事業。年度が空なら最も新しいシートの年度。",
        lambda h: h.has("sheets", "事業終了年度"),
        lambda h: (
            f"""
SELECT 事業名, 府省庁, 事業開始年度, 事業終了年度, 公開年度, sheet_key
FROM sheets
WHERE 事業終了年度 = coalesce(nullif(:年度, ''), (SELECT max(公開年度) FROM sheets))
  AND (:府省庁 = '' OR 府省庁 = :府省庁)
ORDER BY 公開年度 DESC, 府省庁, 事業名
LIMIT {LIMIT}"""
        ),
    ),
)

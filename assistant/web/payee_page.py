"""A recipient: all that was paid to one 法人番号 (or name), by year and project, nothing counted twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from assistant.web import errors, site
from assistant.web.charts import Column, years_chart
from assistant.web.holdings import Holdings
from assistant.web.queries import DOUBTFUL_TIMES
from assistant.web.questions import NO_DATABASE
from db.corporate_numbers import is_valid
from db.errors import NoDatabaseError

ROWS_A_PAGE = 100

DIRECT, INDIRECT, UNKNOWN = "国から直接", "ほかの支出先を経て", "経路の記載なし"


@dataclass(frozen=True, slots=True)
class Payment:
    """What one sheet lists for the recipient in one block. ``year`` is the year of the spending."""

    sheet_key: str
    project: str
    ministry: str
    year: int
    block: str
    amount: int | None
    what: str
    method: str
    bidders: int | None
    rate: float | None
    route: str
    table: str
    row: int
    doubtful: int | None = None
    """The larger of 計 and 執行額 of the project that year, where the amount is beyond belief beside it."""


async def payee_page(datasette: Any, request: Any) -> Any:
    """``/-/payee/<法人番号 or name>``."""
    from datasette import Response
    from datasette.utils import tilde_decode

    found = site.main_database(datasette)
    if found is None:
        raise NoDatabaseError(NO_DATABASE)
    name, held = found
    await site.allow(datasette, request, name)
    raw = request.url_vars["key"]
    key = unquote(raw) if "%" in raw else tilde_decode(raw)
    page = page_number(request.args.get("page"))
    content = await datasette.databases[name].execute_fn(lambda c: read_payee(c, held, key, page))
    if not content["count"] and not content["contracts"]:
        return await errors.page(
            datasette,
            request,
            f"「{key}」への支払いはこのデータベースにありません。支出先の名前で探してください。",
            404,
        )
    html = await datasette.render_template(
        ["payee.html"],
        {"database": name, "key": key, "page_number": page, **content},
        request=request,
        view_name="payee",
    )
    return Response.html(html)


def page_number(text: str | None) -> int:
    """The page asked for, the first where it is none."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def read_payee(connection: sqlite3.Connection, held: Holdings, key: str, page: int = 1) -> dict[str, Any]:
    """Payments to the recipient and what they add up to.

    A sheet of 公開年度 N lists what was spent in year N−1. Of several sheets of one project for one year the
    latest is taken. 支出先上位10者リスト and 費目・使途 tell of the same money: the second stands in only for
    a sheet without the first. What came by way of another recipient is not added to what the ministries paid,
    nor is an amount that is beyond belief beside what the project spent.
    """
    by_number = key.isdigit()
    column = "法人番号" if by_number else "支出先"
    payments = _payments(connection, held, column, key)
    contracts = _contracts(connection, held, "法人番号" if by_number else "契約先", key)
    names: dict[str, int] = {}
    for table, name_column in (("payees", "支出先"), ("expenses", "支出先"), ("contracts", "契約先")):
        if held.has(table, name_column):
            where = "法人番号" if by_number else name_column
            for name, count in connection.execute(
                f'SELECT "{name_column}", count(*) FROM "{table}" WHERE "{where}" = ? AND "{name_column}" IS NOT NULL GROUP BY 1',
                (key,),
            ):
                names[name] = names.get(name, 0) + count
    ordered = sorted(names, key=lambda n: -names[n])
    believed = [p for p in payments if p.doubtful is None]
    years = _by_year(believed)
    return {
        "names": ordered,
        "number": key if by_number else None,
        "number_valid": is_valid(key) if by_number else None,
        "payments": payments[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
        "count": len(payments),
        "pages": -(-len(payments) // ROWS_A_PAGE),
        "doubtful": len(payments) - len(believed),
        "doubtful_times": DOUBTFUL_TIMES,
        "contracts": contracts,
        "years": years,
        "chart": years_chart(
            [
                Column(y, {DIRECT: sums[DIRECT] + sums[UNKNOWN], INDIRECT: sums[INDIRECT]})
                for y, sums in years
            ],
            "受け取った額",
        )
        if len(years) > 1
        else "",
        "direct": sum(p.amount or 0 for p in believed if p.route != INDIRECT),
        "indirect": sum(p.amount or 0 for p in believed if p.route == INDIRECT),
        "with_method": any(p.method or p.bidders is not None or p.rate is not None for p in payments),
        "projects": len({p.project + p.ministry for p in payments}),
    }


def _payments(connection: sqlite3.Connection, held: Holdings, column: str, key: str) -> list[Payment]:
    parts = []
    if held.has("payees", column):
        parts.append(
            "SELECT sheet_key, 年度, ブロック, 支出額 AS 金額, 業務概要, 契約方式等, 入札者数, 落札率, "
            f"'payees' AS 表, id FROM payees WHERE {column} = :key"
        )
    if held.has("expenses", column):
        parts.append(
            "SELECT sheet_key, NULL AS 年度, ブロック, sum(金額) AS 金額, coalesce(max(契約概要), max(使途)) AS 業務概要, "
            "NULL AS 契約方式等, NULL AS 入札者数, NULL AS 落札率, "
            f"'expenses' AS 表, min(id) AS id FROM expenses e WHERE {column} = :key "
            "AND NOT EXISTS (SELECT 1 FROM payees p WHERE p.sheet_key = e.sheet_key) GROUP BY sheet_key, ブロック"
        )
    if not parts:
        return []
    rows = connection.execute(
        f"""
WITH 支払 AS ({" UNION ALL ".join(parts)})
SELECT p.*, s.事業名, s.府省庁, s.公開年度, coalesce(p.年度, s.公開年度 - 1) AS 支出年度,
  max(s.公開年度) OVER (PARTITION BY coalesce(s.project_id, s.sheet_key), coalesce(p.年度, s.公開年度 - 1)) AS 最新,
  (SELECT max(f.担当組織からの支出) FROM flows f WHERE f.sheet_key = p.sheet_key AND f.支出先ブロック = p.ブロック) AS 直接,
  EXISTS (SELECT 1 FROM flows f WHERE f.sheet_key = p.sheet_key AND f.支出先ブロック = p.ブロック) AS 経路,
  (SELECT max(max(coalesce(b.計, 0), coalesce(b.執行額, 0))) FROM budgets b
   WHERE b.sheet_key = p.sheet_key AND +b.年度 = coalesce(p.年度, s.公開年度 - 1)) AS 事業の額
FROM 支払 p JOIN sheets s ON s.sheet_key = p.sheet_key
ORDER BY 支出年度 DESC, p.金額 DESC""",
        {"key": key},
    )
    rows_of = [dict(zip([d[0] for d in rows.description], r, strict=True)) for r in rows]
    return [
        Payment(
            sheet_key=r["sheet_key"],
            project=r["事業名"],
            ministry=r["府省庁"] or "",
            year=r["支出年度"],
            block=r["ブロック"] or "",
            amount=r["金額"],
            what=r["業務概要"] or "",
            method=r["契約方式等"] or "",
            bidders=r["入札者数"],
            rate=r["落札率"],
            route=(DIRECT if r["直接"] else INDIRECT) if r["経路"] else UNKNOWN,
            table=r["表"],
            row=r["id"],
            doubtful=_beyond_belief(r["金額"], r["事業の額"]),
        )
        for r in rows_of
        if r["公開年度"] == r["最新"]
    ]


def _beyond_belief(amount: int | None, project: int | None) -> int | None:
    return project if amount and project and amount > DOUBTFUL_TIMES * project else None


def _contracts(connection: sqlite3.Connection, held: Holdings, column: str, key: str) -> list[dict[str, Any]]:
    """国庫債務負担行為等による契約: amounts over several years, not added to what was paid."""
    if not held.has("contracts", column):
        return []
    cursor = connection.execute(
        f"""
SELECT c.id, c.sheet_key, s.事業名, s.府省庁, s.公開年度, c.業務概要, c.契約額, c.契約方式等, c.入札者数, c.落札率
FROM contracts c JOIN sheets s ON s.sheet_key = c.sheet_key WHERE c.{column} = ? ORDER BY c.契約額 DESC LIMIT 200""",
        (key,),
    )
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, r, strict=True)) for r in cursor]


def _by_year(payments: Sequence[Payment]) -> list[tuple[int, dict[str, int]]]:
    years: dict[int, dict[str, int]] = {}
    for payment in payments:
        sums = years.setdefault(payment.year, {DIRECT: 0, INDIRECT: 0, UNKNOWN: 0})
        sums[payment.route] += payment.amount or 0
    return sorted(years.items())

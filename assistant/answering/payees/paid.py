"""Who was paid, over projects: names and 法人番号 matched loosely, money through several blocks counted once.

Only blocks that the ministry pays itself add up to what was spent (flows.担当組織からの支出); a block without a
flow cannot be told and is counted. Where a sheet has no 支出先 list, its 費目・使途 stands in, and contracts
under 国庫債務負担行為 are listed beside, never added: they are for several years.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.many.measured import RECIPIENTS
from assistant.answering.many.scope import compare
from assistant.answering.payees import groups, numbers
from assistant.answering.payees.groups import PAYMENT, TOLD
from assistant.answering.payees.names import (
    CONTRACT,
    LISTS,
    Listed,
    Wanted,
    core_name,
    is_partner,
    is_same,
    names_of,
)
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, project_name, sheet_name
from assistant.formatting import fiscal_years, money
from assistant.legal_forms import LEGAL_FORMS
from assistant.patterns import pattern
from assistant.query import FieldRef, Query
from db.corporate_numbers import clean

LIST_LIMIT = 50

DIRECT = (
    "(NOT EXISTS (SELECT 1 FROM flows f WHERE f.sheet_key = p.sheet_key AND f.支出先ブロック = p.ブロック)"
    " OR EXISTS (SELECT 1 FROM flows f WHERE f.sheet_key = p.sheet_key AND f.支出先ブロック = p.ブロック"
    " AND f.担当組織からの支出 = 1))"
)
SUSPECT = "SELECT sheet_key FROM warnings WHERE 表 = 'payees' AND 列 = '支出額' AND sheet_key IS NOT NULL"
CONTRACTED = FieldRef("contracts", "契約額")


def payees(basis: Basis, query: Query) -> Result:
    """Projects that paid the named recipient, what it received, or how many projects there are."""
    if len(query.payees) > 1:
        asked_of = replace(query, operation="count" if query.of_rows else "sum")
        each = [(p, payees(basis, replace(asked_of, payees=(p,)))) for p in query.payees]
        return groups.against(each)
    asked = query.payees[0]
    query = _named_years(basis, query)
    of_form = asked if asked in LEGAL_FORMS else ""
    names, others = ({}, []) if of_form else names_of(basis, asked)
    if not (names or of_form):
        return _not_found(basis, asked, others)
    wanted = Wanted(names, of_form)
    shown = _latest_with_rows(basis, query, wanted)
    statement, rows = _payments(basis, shown, wanted)
    if not rows and others:
        # the very name stands only in other years: the longer ones that hold it (川崎重工 for 川崎重工業) may be meant
        names, others = names_of(basis, asked, exactly=False)
        wanted = Wanted(names)
        statement, rows = _payments(basis, shown, wanted)
    if not rows:
        when = f"{fiscal_years(query.years.values)}の" if query.years.kind == "given" else ""
        whose = f"{project_name(basis.data, query.projects[0])}には、" if query.projects else ""
        return Result("no_answer", [f"{whose}{when}支出先に「{asked}」とあるシートは見つかりませんでした。"])
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    if numbers.asked_for(query):
        return numbers.answer(basis, asked, rows, statement, core_name)
    paid = [_cell(basis, r) for r in rows if r["種類"] == PAYMENT]
    contracted = [_cell(basis, r) for r in rows if r["種類"] == CONTRACT]
    notes = _notes(basis, rows)
    grouped = _side_by_side(basis, query, asked, rows, statement)
    if grouped is not None:
        grouped.sentences += _which_names(basis, shown, asked, rows, others)
        grouped.notes = notes
        return grouped
    total = _total(basis, rows, asked)
    keys = list(dict.fromkeys(r["sheet_key"] for r in rows))
    counted = Cell(
        label="事業数",
        value=len(keys),
        text=f"{len(keys)}件",
        unit="件",
        derived=f"事業数（支出先・契約先に「{asked}」とある事業）",
        group={"支出先": asked},
    )
    number = sum(r["行数"] for r in rows if r["種類"] == CONTRACT)
    if query.of_rows and number:
        own = sum(1 for r in rows if r["種類"] == CONTRACT)
        counted = replace(
            counted,
            label="契約の件数",
            value=number,
            text=f"{number}件",
            derived=f"国庫債務負担行為等による契約の数（{own}事業）",
        )
    most = max(query.limit, TOLD) if query.operation == "rank" and query.limit else LIST_LIMIT
    listed = [*paid, *contracted][:most]
    agreed = _contracted(rows, asked) if query.fields == (CONTRACTED,) else None
    summary = [counted, total, agreed] if query.operation == "count" else [agreed, total, counted]
    figure_first = query.operation in ("count", "sum", "average", "lookup")
    told = [c for c in summary if c is not None]
    cells = [*told, *listed] if figure_first else [*listed, *told]
    result = Result(
        sentences=[
            *_sentences(query, asked, listed, counted, total),
            *([f"{agreed.label}は {agreed.text} です。"] if agreed is not None else []),
            *_which_names(basis, shown, asked, rows, others),
        ],
        cells=cells,
        statement=statement,
        projects=tuple(basis.data.project_of(k) for k in keys[:LIST_LIMIT]),
        notes=notes,
    )
    if shown.published and not query.published and result.sentences:
        # no year was asked for: which one is told is part of the answer
        result.sentences[0] = f"{shown.published[0]}年度公開のシートで{result.sentences[0]}"
    return result


def _side_by_side(
    basis: Basis, query: Query, asked: str, rows: Sequence[sqlite3.Row], statement: Statement
) -> Result | None:
    """The amounts by 府省庁 or by year where they are asked for so."""
    if query.operation == "count" or not any(r["種類"] == PAYMENT for r in rows):
        return None
    if query.group_by == groups.MINISTRY:
        return groups.by_ministry(basis, query, asked, rows, statement)
    if query.years.kind == "all" or len(query.years.values) > 1:
        return groups.by_year(basis, query, asked, rows, statement)
    return None


def _named_years(basis: Basis, query: Query) -> Query:
    """「この10年で」: the years that the newest publications tell, as if they were named."""
    years = query.years
    if query.published or years.kind != "latest" or years.count < 2:
        return query
    told = [published - 1 for published in basis.data.publications]
    values = tuple(y for y in told if y > max(told, default=0) - years.count)
    return replace(query, years=replace(years, kind="given", values=values)) if len(values) > 1 else query


def _latest_with_rows(basis: Basis, query: Query, wanted: Wanted) -> Query:
    """Where no year is named, the latest 公開年度 in which the recipient stands on the sheets asked about at all."""
    if query.published or query.years.kind in ("given", "all"):
        return query
    latest = 0
    condition, values = conditions(basis, query)
    for listed in LISTS:
        theirs = wanted.of(listed)
        if theirs is not None:
            year = basis.data.value(
                f"SELECT max(s.公開年度) FROM {quoted(listed.table)} p JOIN sheets s ON s.sheet_key = p.sheet_key"
                f" WHERE {' AND '.join([theirs[0], *condition])}",
                [*theirs[1], *values],
            )
            latest = max(latest, year or 0)
    return replace(query, published=(latest,)) if latest else query


def _payments(basis: Basis, query: Query, wanted: Wanted) -> tuple[Statement, list[sqlite3.Row]]:
    """One row a sheet and kind: what the recipient got, the part paid by the ministry itself, and its first row."""
    parts: list[str] = []
    parameters: list[object] = []
    for listed in LISTS:
        theirs = wanted.of(listed)
        if theirs is None or (wanted.form and not _asked_of(query, listed)):
            continue
        where = [theirs[0]]
        if listed.table == "expenses":
            where.append("NOT EXISTS (SELECT 1 FROM payees q WHERE q.sheet_key = p.sheet_key)")
        condition, values = conditions(basis, query)
        bid, of_bid = _of_the_bid(query, listed)
        if bid is None:
            continue
        where += [*condition, *bid]
        parameters += [*theirs[1], *values, *of_bid]
        parts.append(
            f"SELECT p.sheet_key, '{listed.table}' AS 表, '{listed.kind}' AS 種類, p.{quoted(listed.name)} AS 支出先,"
            f" p.{quoted(listed.amount)} AS 額, CASE WHEN {DIRECT} THEN p.{quoted(listed.amount)} END AS 直接の額, p.id AS id"
            f" FROM {quoted(listed.table)} p JOIN sheets s ON s.sheet_key = p.sheet_key WHERE {' AND '.join(where)}"
        )
    if not parts:
        return Statement("SELECT NULL WHERE 0"), []
    statement = Statement(
        "SELECT sheet_key, 表, 種類, min(支出先) AS 支出先, sum(額) AS 額, sum(直接の額) AS 直接の額,"
        f" count(*) AS 行数, min(id) AS id FROM ({' UNION ALL '.join(parts)})"
        " GROUP BY sheet_key, 種類 ORDER BY 種類 DESC, sum(直接の額) DESC, sum(額) DESC, sheet_key",
        tuple(parameters),
    )
    return statement, basis.data.rows(statement.sql, statement.parameters)


_CONTRACTS_ASKED = pattern(r"契約|受注|落札|入札|応札")
_PAYMENTS_ASKED = pattern(r"支出|支払|払|お金|受け?取|もら|渡")


def _asked_of(query: Query, listed: Listed) -> bool:
    """Whether the question asks of this list: 「…への支出」 of payments, 「…との契約」 of contracts, else of both."""
    contracts, payments = (x.search(query.question) for x in (_CONTRACTS_ASKED, _PAYMENTS_ASKED))
    if bool(contracts) == bool(payments):
        return True
    return listed.kind == (CONTRACT if contracts else PAYMENT)


def _of_the_bid(query: Query, listed: Listed) -> tuple[list[str] | None, list[object]]:
    """Conditions on how a contract came about (一者応札, 随意契約); None for a list that does not tell it."""
    where: list[str] = []
    parameters: list[object] = []
    for f in query.filters:
        if f.field.table not in RECIPIENTS or f.field.column == listed.name:
            continue
        if listed.table == "expenses":
            return None, []
        condition, values = compare(f"p.{quoted(f.field.column)}", f)
        where.append(condition)
        parameters += values
    return where, parameters


def conditions(basis: Basis, query: Query) -> tuple[list[str], list[object]]:
    """SQL conditions, with their parameters, of the years, 府省庁 and projects asked about, on ``s``."""
    where: list[str] = []
    parameters: list[object] = []
    if query.years.kind == "given" and not query.published:
        years = [y + 1 for y in query.years.values]
        where.append(f"s.公開年度 IN ({marks(years)})")
        parameters += years
    elif query.published:
        where.append(f"s.公開年度 IN ({marks(query.published)})")
        parameters += query.published
    if query.ministries:
        where.append(
            f"(s.府省庁 IN ({marks(query.ministries)}) OR s.政策所管府省庁 IN ({marks(query.ministries)}))"
        )
        parameters += [*query.ministries, *query.ministries]
    if query.projects:
        keys = [k for p in query.projects for k in p.sheet_keys]
        where.append(f"s.sheet_key IN ({marks(keys)})")
        parameters += keys
    return where, parameters


def _cell(basis: Basis, row: sqlite3.Row) -> Cell:
    """What one project paid: the first row's cell, with the sum where the recipient stands in several rows."""
    listed = next(x for x in LISTS if x.table == row["表"])
    base = basis.data.rows(f"SELECT * FROM {quoted(listed.table)} WHERE id = ?", (row["id"],))[0]
    info = basis.data.sheet(row["sheet_key"])
    cell = basis.cells.cell(listed.table, base, listed.amount, group={"支出先": row["支出先"]})
    value = row["額"] if row["直接の額"] is None else row["直接の額"]
    cell.value = value
    amount = "金額の記載なし" if value is None else money(value, not info.is_rs)
    cell.text = f"{row['支出先']} {amount}"
    if row["行数"] > 1:
        cell.as_printed = None
        cell.derived = f"{row['行数']}行の{listed.amount}の合計"
    if row["直接の額"] is None and row["額"] is not None and listed.kind == PAYMENT:
        cell.flags.append("府省庁から直接ではなく、ほかの支出先を経て受け取った額です。")
    return cell


def _total(basis: Basis, rows: Sequence[sqlite3.Row], asked: str) -> Cell | None:
    payments = [r for r in rows if r["種類"] == PAYMENT]
    direct = [r["直接の額"] for r in payments if r["直接の額"] is not None]
    through = [r["額"] for r in payments if r["額"] is not None]
    if not direct and not through:
        return None
    in_millions = not any(basis.data.sheet(r["sheet_key"]).is_rs for r in rows)
    value = sum(direct or through)
    return Cell(
        label="支出額の合計",
        value=value,
        text=money(value, in_millions),
        unit="円",
        derived="府省庁から直接支出されたブロックの額だけを足した合計"
        if direct
        else "ほかの支出先を経て受け取った額の合計",
        group={"支出先": asked},
        table="payees",
        column="支出額",
    )


def _contracted(rows: Sequence[sqlite3.Row], asked: str) -> Cell | None:
    """What the contracts under 国庫債務負担行為 are for, all years of them together."""
    amounts = [r["額"] for r in rows if r["種類"] == CONTRACT and r["額"] is not None]
    if not amounts:
        return None
    return Cell(
        label="国庫債務負担行為等による契約額の合計",
        value=sum(amounts),
        text=money(sum(amounts)),
        unit="円",
        derived=f"{len(amounts)}事業の契約額の合計（複数年度分）",
        group={"支出先": asked},
        table="contracts",
        column="契約額",
    )


def _sentences(
    query: Query, asked: str, listed: Sequence[Cell], counted: Cell, total: Cell | None
) -> list[str]:
    shown = TOLD if query.operation == "rank" else 3
    names = join([f"「{sheet_name(c)}」" for c in listed[:shown]])
    more = "など" if counted.value > min(shown, len(listed)) else ""
    sentences = [f"支出先・契約先に「{asked}」とある事業は、{names}{more or 'の'} {counted.text} です。"]
    if total is not None:
        how = (
            "ほかの支出先を経て受け取った" if "経て" in (total.derived or "") else "府省庁から直接支出された"
        )
        sentences.append(f"{how}額の合計は {total.text} です。")
    return sentences


def _which_names(
    basis: Basis, query: Query, asked: str, rows: Sequence[sqlite3.Row], others: Sequence[str]
) -> list[str]:
    """Whose amounts these are, where the asked name is not just what stands in the list; and whose are left out."""
    if asked in LEGAL_FORMS:
        return [f"名前に「{'」か「'.join(LEGAL_FORMS[asked])}」のある支出先・契約先を数えました。"]
    sentences = []
    standing = list(dict.fromkeys(str(r["支出先"]) for r in rows))
    number = clean(asked)
    if number and re.fullmatch(r"\d{13}", number):
        sentences.append(f"法人番号{number}の支出先名は「{join(standing[:3], '」「')}」です。")
    elif not any(is_same(core_name(n), core_name(asked)) for n in standing):
        more = "など" if len(standing) > TOLD else ""
        holds = all(core_name(asked) in core_name(n) for n in standing)
        how = "名前に含む" if holds else "法人番号が同じ"
        sentences.append(
            f"「{asked}」という支出先はなく、{how}「{join(standing[:TOLD], '」「')}」{more}の額です。"
        )
    joint = [n for n in standing if is_partner(core_name(n), core_name(asked))]
    if joint:
        sentences.append(
            f"共同企業体などほかの名と並ぶ「{one_line(joint[0])}」{'など' if len(joint) > 1 else ''}の額は、分担の記載がないので全額を入れています。"
        )
    left_out = _left_out(basis, query, others)
    if left_out:
        sentences.append(
            f"「{join(left_out[:2], '」「')}」{'など、' if len(left_out) > 2 else 'のように'}"
            f"名前に「{asked}」を含む別の支出先は入れていません。"
        )
    return sentences


def _left_out(basis: Basis, query: Query, others: Sequence[str]) -> list[str]:
    """Of the names that only hold the asked one those paid in the sheets asked about, the most first."""
    if not others:
        return []
    amounts: dict[str, float] = {}
    where, parameters = conditions(basis, query)
    for listed in LISTS:
        more = f" AND {' AND '.join(where)}" if where else ""
        for name, amount in basis.data.rows(
            f"SELECT p.{quoted(listed.name)}, sum(p.{quoted(listed.amount)}) FROM {quoted(listed.table)} p"
            f" JOIN sheets s ON s.sheet_key = p.sheet_key WHERE p.{quoted(listed.name)} IN ({marks(others)}){more}"
            " GROUP BY 1",
            (*others, *parameters),
        ):
            amounts[one_line(name)] = amounts.get(one_line(name), 0) + (amount or 0)
    return sorted(amounts, key=lambda n: (-amounts[n], n))


def _notes(basis: Basis, rows: Sequence[sqlite3.Row]) -> list[str]:
    published = sorted({basis.data.sheet(r["sheet_key"]).published for r in rows})
    notes = (
        [f"{'・'.join(str(p) for p in published)}年度公開のシート"]
        if len(basis.data.publications) > 1
        else []
    )
    tables = {r["表"] for r in rows}
    labels = [x.label for x in LISTS if x.table in tables]
    return [*notes, f"{'・'.join(labels)}の名称から"]


def _not_found(basis: Basis, asked: str, others: Sequence[str]) -> Result:
    lists = "".join(f"「{x.label}」" for x in LISTS if basis.data.has_rows(x.table))
    where = f"（{lists}の欄を調べました）" if lists else ""
    return Result("no_answer", [f"支出先に「{asked}」とあるシートは見つかりませんでした{where}。"])

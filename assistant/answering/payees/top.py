"""The recipients that got most, over projects: by what ministries paid them directly, or by how many projects did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.measured import PROJECTS
from assistant.answering.many.scope import scope_of
from assistant.answering.payees.groups import TOLD
from assistant.answering.payees.names import LISTS, Listed
from assistant.answering.payees.paid import DIRECT, SUSPECT, conditions
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join
from assistant.formatting import money
from assistant.legal_forms import LEGAL_FORMS
from assistant.patterns import pattern
from assistant.query import Query

TOP_LIMIT = 10
_BY_MINISTRIES = pattern(r"多くの(?:府省庁|省庁|府省|役所)")
_COMPANIES = pattern(r"会社|企業|民間|[0-9一二三四五六七八九十]社|(?:上位|トップ)の?社")
"""A question for companies: public bodies and persons are left out."""
_FORM_ASKED = pattern("|".join([*sorted(LEGAL_FORMS, key=len, reverse=True), "財団法人", "社団法人"]))
"""A question for recipients of one legal form."""
_KIND_ASKED = pattern(r"(?:い|な|た|の)(大学|病院|研究所|協会|機構|組合|信用金庫|銀行)(?=は|を|が|[?？]|$)")


def _any_suspect(basis: Basis, listed: Listed, published: Sequence[int]) -> bool:
    """Whether sheets have amounts that are probably in 円 where 百万円 was meant: one would outweigh all others."""
    if listed.table != "payees":
        return False
    keys = [str(r[0]) for r in basis.data.rows(f"SELECT DISTINCT * FROM ({SUSPECT})")]
    return any(not published or int(k[:4]) in published for k in keys)


def _published(basis: Basis, query: Query, listed: Listed) -> tuple[int, ...]:
    """公開年度 that tell the payments asked about: of the years after the named ones, else the newest with the list."""
    if query.published:
        return query.published
    if query.years.kind == "given":
        return tuple(y + 1 for y in query.years.values)
    if basis.data.each_project_once:
        return ()
    return (
        basis.data.value(
            f"SELECT max(CAST(substr(sheet_key, 1, 4) AS INTEGER)) FROM {quoted(listed.table)}"
            f" WHERE {quoted(listed.amount)} IS NOT NULL"
        ),
    )


def top(basis: Basis, query: Query) -> Result:
    """The recipients that got most (from ministries directly), over the sheets asked about."""
    listed = next((x for x in LISTS if basis.data.has_rows(x.table)), None)
    if listed is None:
        return Result("no_answer", ["読み込んだシートには支出先の一覧がありません。"])
    direction = "ASC" if query.order == "asc" else "DESC"
    where, parameters = (
        [f"p.{quoted(listed.name)} IS NOT NULL", f"p.{quoted(listed.amount)} IS NOT NULL", DIRECT],
        [],
    )
    published = _published(basis, query, listed)
    more, values = conditions(basis, replace(query, published=published) if published else query)
    where += more
    parameters += values
    suspect = _any_suspect(basis, listed, published)
    if suspect:
        where.append(f"p.sheet_key NOT IN ({SUSPECT})")
    of_form = _FORM_ASKED.search(query.question) or _KIND_ASKED.search(query.question)
    form = (
        of_form.group(of_form.lastindex or 0)
        if of_form
        else "会社"
        if _COMPANIES.search(query.question)
        else ""
    )
    if form:
        spellings = LEGAL_FORMS.get(form, (form,))
        where.append(f"({' OR '.join(f'instr(p.{quoted(listed.name)}, ?) > 0' for _ in spellings)})")
        parameters += spellings
    matters = tuple(w for w in query.matters if w != form)
    if matters or query.filters:
        # only of the projects that the question speaks of
        source, of_projects = scope_of(basis, replace(query, matters=matters, fields=()), PROJECTS).sql()
        where.append(f"p.sheet_key IN (SELECT s.sheet_key {source})")
        parameters += of_projects
    limit = query.limit or TOP_LIMIT
    ministries = query.by_number and _BY_MINISTRIES.search(query.question) is not None
    counted, unit = ("府省庁", "府省庁") if ministries else ("事業", "件")
    statement = Statement(
        f"SELECT min(p.{quoted(listed.name)}) AS 支出先, sum(p.{quoted(listed.amount)}) AS 額,"
        f" count(DISTINCT {'s.府省庁' if ministries else 'p.sheet_key'}) AS 数, count(DISTINCT p.sheet_key) AS 事業数"
        f" FROM {quoted(listed.table)} p JOIN sheets s ON s.sheet_key = p.sheet_key WHERE {' AND '.join(where)}"
        f" GROUP BY coalesce(p.法人番号, p.{quoted(listed.name)}) ORDER BY {'3 ' + direction + ', 2' if query.by_number else '2'} {direction} LIMIT ?",
        (*parameters, limit),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    if not rows:
        return Result("no_answer", ["支出先と支出額の記載があるシートはありません。"])
    label = basis.data.catalogue.field(listed.table, listed.amount).label
    cells = [
        Cell(
            label=f"{counted}数" if query.by_number else f"{label}の合計",
            value=r["数"] if query.by_number else r["額"],
            text=f"{r['支出先']} {r['数']}{unit}" if query.by_number else f"{r['支出先']} {money(r['額'])}",
            unit=unit if query.by_number else "円",
            fiscal_year=published[0] - 1 if len(published) == 1 else None,
            group={"支出先": r["支出先"]},
            derived=f"府省庁から直接支出した{counted}の数"
            if query.by_number
            else f"{r['事業数']}事業の{label}の合計",
            table=listed.table,
            column=listed.amount,
        )
        for r in rows
    ]
    way = "少ない" if direction == "ASC" else "多い"
    shown = limit if limit <= TOLD else 3
    told = join([c.text for c in cells[:shown]])
    when = f"{published[0] - 1}年度に" if len(published) == 1 else ""
    what = f"直接受け取った{counted}の数" if query.by_number else "受け取った額"
    sentence = f"{when}{what}が{way}支出先は、{told}{'など' if len(cells) > shown else ''}です。"
    excluded = "支出額を円で記入した疑いのあるシートは除いています。" if suspect else ""
    return Result(
        sentences=[s for s in (sentence, excluded) if s],
        cells=cells,
        statement=statement,
        notes=[
            *([f"{'・'.join(map(str, published))}年度公開のシート"] if published else []),
            f"「{basis.data.catalogue.table(listed.table).label}」から",
            *([f"名前に「{form}」のある支出先"] if form else []),
        ],
    )

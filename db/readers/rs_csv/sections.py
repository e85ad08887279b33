"""Sections of the sheet from RSシステム's files; 3-1 (indicators) and 5-1 (payees) have modules of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from db.catalogue import Field
from db.fiscal_years import parse_year
from db.readers.rs_csv.cells import cell_text, truth
from db.readers.rs_csv.csv_file import RawRow
from db.readers.rs_csv.indicators import indicators
from db.readers.rs_csv.layout import BUDGET_YEAR, JUDGEMENT, TEXT, YEAR_OF_COMMENT, Column
from db.readers.rs_csv.part import Part, numbers_in
from db.readers.rs_csv.payees import payees
from db.sheet import Row, Scalar
from db.text import fold

JOIN = "、"
REQUEST = "要求"
"""種別 of budget_items for the amount requested for the next year."""

_IMPLEMENTATION = "実施方法"
_PLACEHOLDER_KEYS = frozenset({"年度", "会計区分", "会計", "勘定"})
_COMMENT_COLUMNS = ("項目", YEAR_OF_COMMENT, JUDGEMENT, TEXT)
_BARE = re.compile(r"[0-9０-９〇一二三四五六七八九十百]+")


def rows_of(part: Part, table: str, keys: Iterable[str] = (), *, repeats: bool = False) -> None:
    """One row of a table for each CSV row that writes more than its key columns.

    ``repeats``: identical rows count each (two equal amounts are two amounts: the items of 2-2 only add up
    to the budget so); otherwise a repeat adds nothing and is merged.
    """
    _rows(part, table, part.layout.of_table(table), frozenset(keys), repeats)


def _rows(
    part: Part, table: str, columns: Sequence[tuple[Column, Field]], keys: frozenset[str], repeats: bool
) -> None:
    seen: set[tuple[tuple[str, Scalar], ...]] = set()
    for row in part.rows:
        values, printed = part.collect(row, columns)
        if not (values.keys() | printed.keys()) - keys:
            continue
        content = tuple(values.items())
        if not repeats:
            if content in seen and not printed:
                continue
            seen.add(content)
        part.add(table, values, [row], printed)


def organisation(part: Part) -> None:
    """1-1: the other offices in charge and the people responsible, two lists that only share their numbers."""
    columns = part.layout.of_table("offices")
    person = [cf for cf in columns if cf[1].column in ("番号", "作成責任者")]
    office = [cf for cf in columns if cf[1].column != "作成責任者"]
    keys = frozenset({"番号"})
    _rows(part, "offices", office, keys, False)
    _rows(part, "offices", person, keys, False)
    _join(part, "作成責任者", ((part.text(row, "作成責任者"), [row.number]) for row in part.rows))


def overview(part: Part) -> None:
    """1-2: most of the basic row. Repeats of a project differ in 主要経費 alone, which is joined; other
    differences are kept as unplaced."""
    basic = part.basic
    used: list[RawRow] = []
    choices = [c for c in part.layout.columns if any(_is_choice(c, f) for f in c.fields)]
    plain = [cf for cf in part.layout.of_table("sheets") if cf[0] not in choices]
    for row in part.rows:
        contributed = False
        for column, field in plain:
            if not row.cells[column.position]:
                continue
            reading = part.read(row, column, field)
            before = basic.values.get(field.column)
            if reading.value is None and reading.printed is None:
                continue
            if before is None:
                basic.values[field.column] = reading.value
                if reading.printed is not None:
                    basic.printed[field.column] = reading.printed
            elif before == reading.value:
                continue
            elif field.column == "主要経費":
                if str(reading.value) in str(before).split(JOIN):
                    continue
                basic.values[field.column] = f"{before}{JOIN}{reading.value}"
            else:
                part.leave(row, column)
                continue
            contributed = True
        contributed |= _choices(part, row, choices)
        if contributed:
            used.append(row)
    part.say(r.number for r in used)
    comments(part)


def _is_choice(column: Column, field: Field) -> bool:
    """One of several columns that together say one choice: 実施方法ー直接実施, 実施方法ー補助 …"""
    return field.table == "sheets" and field.column == _IMPLEMENTATION and column.name != _IMPLEMENTATION


def _choices(part: Part, row: RawRow, columns: Sequence[Column]) -> bool:
    chosen = []
    for column in columns:
        text = cell_text(row.cells[column.position])
        if text is None:
            continue
        says = truth(text)
        if says is None:
            part.leave(row, column)
        elif says:
            chosen.append(column.name.removeprefix(_IMPLEMENTATION)[1:])
    values = part.basic.values
    if not chosen or values.get(_IMPLEMENTATION) == JOIN.join(chosen):
        return False
    before = str(values.get(_IMPLEMENTATION) or "")
    together = [c for c in before.split(JOIN) if c]
    together += [c for c in chosen if c not in together]
    values[_IMPLEMENTATION] = JOIN.join(together)
    return True


def policies_and_laws(part: Part) -> None:
    """1-3: three lists side by side in one row; the sheet's own boxes get them joined."""
    rows_of(part, "policies", ("番号",))
    rows_of(part, "laws", ("番号",))
    rows_of(part, "plans", ("番号",))
    sheet = part.sheet
    _join(part, "政策", _texts(sheet.rows("policies"), "政策"))
    _join(part, "施策", _texts(sheet.rows("policies"), "施策"))
    _join(part, "根拠法令", ((law_text(r), numbers_in(r.locator)) for r in sheet.rows("laws")))
    _join(part, "関係する計画通知等", _texts(sheet.rows("plans"), "計画通知名"))


def law_text(law: Row) -> str | None:
    """「住民基本台帳法第三十条の七第1項」 from the parts of a law; numbers without 第…項 are given it."""
    name = law.get("法令名")
    if not isinstance(name, str):
        return None
    out = name
    for column, suffix in (("条", "条"), ("項", "項"), ("号・号の細分", "号")):
        value = law.get(column)
        if value is not None:
            text = str(value)
            out += f"第{text}{suffix}" if _BARE.fullmatch(text) else text
    return out


def subsidies(part: Part) -> None:
    """1-4."""
    rows_of(part, "subsidies", ("番号",))


def related(part: Part) -> None:
    """1-5."""
    rows_of(part, "related", ("番号",))


def budget(part: Part) -> None:
    """2-1: total rows → budgets and comments, account rows → accounts; the two are never added.

    翌年度要求額 of 予算年度 N is 要求額 of year N+1. In the sheet's own year nothing is spent or carried over
    yet, so a 0 there means "not yet known".
    """
    totals = [cf for cf in part.layout.of_table("budgets") if cf[1].column != "年度"]
    accounts = [cf for cf in part.layout.of_table("accounts") if cf[1].column != "年度"]
    by_year: dict[int, tuple[dict[str, Scalar], dict[str, str], RawRow]] = {}
    requests: dict[int, tuple[Scalar, RawRow]] = {}
    for row in part.rows:
        year = _budget_year(part, row)
        if year is None:
            part.leave_text(row, "予算年度のない行: " + _row_text(part, row))
            continue
        values, printed = part.collect(row, totals)
        if values or printed:
            _not_yet_known(part, year, values, printed, ("執行額", "執行率", "翌年度へ繰越し"))
            if values.get("要求額") is not None:
                requests.setdefault(year + 1, (values.pop("要求額"), row))
                printed.pop("要求額", None)
            if year not in by_year:
                by_year[year] = ({"年度": year, **values}, printed, row)
            elif {"年度": year, **values} != by_year[year][0]:
                part.leave_text(row, f"予算年度{year}の2つ目の合計: " + _row_text(part, row))
        values, printed = part.collect(row, accounts)
        if values or printed:
            _not_yet_known(part, year, values, printed, ("執行額",))
            part.add("accounts", {"年度": year, **values}, [row], printed)
    for year in sorted(by_year.keys() | requests.keys()):
        if year not in by_year:
            amount, row = requests[year]
            part.add("budgets", {"年度": year, "要求額": amount}, [row])
            continue
        values, printed, row = by_year[year]
        added = part.add("budgets", values, [row], printed)
        if year in requests:
            added.values["要求額"], asked = requests[year]
            added.locator += f"(要求額は{asked.number}行目)"
            part.stored([asked])
    comments(part)
    _join(part, "会計区分", _texts(part.sheet.rows("accounts"), "会計区分"))


def _not_yet_known(
    part: Part, year: int, values: dict[str, Scalar], printed: dict[str, str], columns: Sequence[str]
) -> None:
    if year < part.year:
        return
    for column in columns:
        if values.get(column) == 0:
            del values[column]
            printed[column] = "0"


def _budget_year(part: Part, row: RawRow) -> int | None:
    text = part.text(row, BUDGET_YEAR)
    return None if text is None else parse_year(text, near=part.year)


def budget_items(part: Part) -> None:
    """2-2: 予算額 of year N, and 翌年度要求額 as a row of its own: 種別 要求, year N+1 (the 予算種別 printed on a
    row that only has a request stays in ``printed``).

    Rows that only name an account (which 2-1 has too) say nothing of their own.
    """
    columns = part.layout.of_table("budget_items")
    shared = [cf for cf in columns if cf[1].column not in ("年度", "金額")]
    amounts = [cf for cf in columns if cf[1].column == "金額"]
    for row in part.rows:
        year = _budget_year(part, row)
        if year is None:
            part.leave_text(row, "予算年度のない行: " + _row_text(part, row))
            continue
        values, printed = part.collect(row, shared)
        found = [
            (reading.value, reading.printed, "要求" in column.name)
            for column, field in amounts
            for reading in [part.read(row, column, field)]
            if reading.value is not None or reading.printed is not None
        ]
        if not found and _is_placeholder(values) and not printed:
            continue
        if not found:
            part.add("budget_items", {"年度": year, **values}, [row], printed)
        for i, (amount, amount_printed, requested) in enumerate(found):
            item = {"年度": year + 1 if requested else year, **values, "金額": amount}
            extra = {} if amount_printed is None else {"金額": amount_printed}
            if requested:
                item["種別"] = REQUEST
                if len(found) == 1 and values.get("種別") is not None:
                    extra["種別"] = str(values["種別"])
            if i:
                item.pop("備考", None)
            part.add("budget_items", item, [row], {**printed, **extra})
    _join(part, "会計区分", _texts(part.sheet.rows("budget_items"), "会計区分"))


def _is_placeholder(values: dict[str, Scalar]) -> bool:
    says = values.keys() - _PLACEHOLDER_KEYS
    return not says or (says == {"組織・勘定"} and values["組織・勘定"] == values.get("勘定"))


def effects(part: Part) -> None:
    """3-2."""
    rows_of(part, "effects")


def reviews(part: Part) -> None:
    """4-1: comments once although a project repeats for several remarks; 反映額 and 指摘事項 as rows."""
    comments(part)
    general = [cf for cf in part.layout.of_table("reflections") if fold("（一般会計）") in fold(cf[0].name)]
    special = [cf for cf in part.layout.of_table("reflections") if cf not in general]
    _marked_rows(part, "reflections", general, {"会計区分": "一般会計"})
    _marked_rows(part, "reflections", special, {"会計区分": "特別会計"})
    past = [cf for cf in part.layout.of_table("remarks") if cf[0].name.startswith("過去に受けた")]
    other = [cf for cf in part.layout.of_table("remarks") if cf not in past]
    _marked_rows(part, "remarks", past, {"種類": "過去に受けた指摘事項"})
    _marked_rows(part, "remarks", other, {"種類": "その他の指摘事項"})


def _marked_rows(
    part: Part, table: str, columns: Sequence[tuple[Column, Field]], mark: dict[str, Scalar]
) -> None:
    seen = set()
    for row in part.rows:
        values, printed = part.collect(row, columns)
        content = (tuple(values.items()), tuple(printed.items()))
        if (values or printed) and content not in seen:
            seen.add(content)
            part.add(table, {**mark, **values}, [row], printed)


def flows(part: Part) -> None:
    """5-2: who pays whom (a repeated arrow is one arrow), and what the state spends itself."""
    rows_of(part, "flows")
    rows_of(part, "indirect_costs", repeats=True)


def expenses(part: Part) -> None:
    """5-3."""
    rows_of(part, "expenses", ("ブロック", "支出先", "法人番号"), repeats=True)


def contracts(part: Part) -> None:
    """5-4."""
    rows_of(part, "contracts", repeats=True)


def comments(part: Part) -> None:
    """Free texts of the file → comments, each once; in 2-1 with the 予算年度 they stand beside.

    A 判定 or year without a text is a row too (外部有識者による点検対象外, 最終実施年度).
    """
    columns = [(c, item, kind) for c in part.layout.columns for item, kind in c.comments]
    if not columns:
        return
    by_budget_year = part.number == "2-1"
    seen = {tuple(r.get(c) for c in _COMMENT_COLUMNS) for r in part.sheet.rows("comments")}
    for row in part.rows:
        found: dict[str, dict[str, Scalar]] = {}
        for column, item, kind in columns:
            text = cell_text(row.cells[column.position])
            if text is not None:
                found.setdefault(item.item, {})[kind] = _year(text) if kind == YEAR_OF_COMMENT else text
        for name, says in found.items():
            year = _budget_year(part, row) if by_budget_year else says.get(YEAR_OF_COMMENT)
            content = (name, year, says.get(JUDGEMENT), says.get(TEXT))
            if content not in seen:
                seen.add(content)
                values = dict(zip(_COMMENT_COLUMNS, content, strict=True))
                part.add("comments", {k: v for k, v in values.items() if v is not None}, [row])


def _year(text: str) -> Scalar:
    return parse_year(text) or text


def _join(part: Part, column: str, said: Iterable[tuple[Scalar, Iterable[int]]]) -> None:
    """The distinct texts joined by 、 in a column of the basic row; each comes with the rows it stands in."""
    distinct: dict[str, Iterable[int]] = {}
    for value, numbers in said:
        if value is not None:
            distinct.setdefault(str(value), numbers)
    if distinct:
        part.basic.values[column] = JOIN.join(distinct)
        part.say(n for numbers in distinct.values() for n in numbers)


def _texts(rows: Iterable[Row], column: str) -> Iterable[tuple[Scalar, list[int]]]:
    return ((row.get(column), numbers_in(row.locator)) for row in rows)


def _row_text(part: Part, row: RawRow) -> str:
    return " / ".join(
        f"{c.header}: {row.cells[c.position].strip()}"
        for c in part.layout.columns
        if cell_text(row.cells[c.position])
    )


HANDLERS: dict[str, Callable[[Part], None]] = {
    "1-1": organisation,
    "1-2": overview,
    "1-3": policies_and_laws,
    "1-4": subsidies,
    "1-5": related,
    "2-1": budget,
    "2-2": budget_items,
    "3-1": indicators,
    "3-2": effects,
    "4-1": reviews,
    "5-1": payees,
    "5-2": flows,
    "5-3": expenses,
    "5-4": contracts,
    "6-1": comments,
}
"""File number → what turns a project's rows of that file into sections."""

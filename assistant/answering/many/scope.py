"""Questions over many sheets: which sheets and years count, and the FROM and WHERE every such answer shares.

A year's figure stands on several sheets of a project. Over many sheets one publication is taken for a year,
so that no project counts twice: the one reviewing the year, unless another holds far more of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.basis import Basis
from assistant.answering.cells import item_label
from assistant.answering.data import marks, quoted
from assistant.answering.figures import preference
from assistant.answering.many.holding import holds
from assistant.answering.result import Statement
from assistant.answering.wording import one_line
from assistant.formatting import money, number, rate
from assistant.query import Average, FieldRef, Filter, OtherFigure, Query, Years, when
from db.catalogue import MONEY, NUMERIC_KINDS, RATE, YEAR

MINISTRY, POLICY_MINISTRY = "府省庁", "政策所管府省庁"

ENOUGH = 0.5
"""A publication holding less than this part of the most that any holds does not stand for a whole year."""

PROJECTS = FieldRef("sheets", "事業名")

CARRIED = FieldRef("budgets", "翌年度へ繰越し")
BEGAN, ENDED = FieldRef("sheets", "事業開始年度"), FieldRef("sheets", "事業終了年度")
PUBLISHED = FieldRef("sheets", "公開年度")

STANDS_FOR = {"補正予算": "計", "前年度から繰越し": "計", "予備費等": "計", "翌年度へ繰越し": "執行額"}
"""Amounts that sheets leave blank where there is none: where they stand is told by another of the same year."""

RECIPIENTS = ("payees", "payee_contracts", "contracts")
"""Lists of recipients that share columns (契約方式等, 入札者数, 落札率 …), in the order they are looked at."""

SPOKEN_OF = ("事業名", "事業の目的", "事業概要")
"""Where a matter is looked for: what a project is called and what it is for; not what else its sheet mentions."""

OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
WORDS = {
    "=": "が{}",
    "!=": "が{}以外",
    "<": "が{}未満",
    "<=": "が{}以下",
    ">": "が{}を超える",
    ">=": "が{}以上",
}
YEAR_WORDS = {"<": "が{}より前", "<=": "が{}以前", ">": "が{}より後", ">=": "が{}以降"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows a question over many sheets is about.

    main  the field that is counted, added, ranked or listed; its table is joined as ``t`` (``sheets`` as ``s``).
    years  (公開年度, 年度) pairs taken where the table is yearly; published  公開年度 taken where it is not.
    """

    main: FieldRef
    years: tuple[tuple[int, int], ...] = ()
    published: tuple[int, ...] = ()
    ministries: tuple[str, ...] = ()
    ministry_column: str = MINISTRY
    filters: tuple[Filter, ...] = ()
    matters: tuple[str, ...] = ()
    spoken_of: tuple[str, ...] = SPOKEN_OF
    """Columns a matter is looked for in."""
    keys: tuple[str, ...] = ()
    rows: bool = False
    """Rows of the main table are counted: what is written or not is said of the row, not of its project."""
    join: Statement | None = None
    """A further JOIN, with its parameters (what groups are made by)."""

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        """The fiscal years of the figures."""
        return tuple(sorted({y for _, y in self.years}))

    @property
    def column(self) -> str:
        """SQL of the main column."""
        return column_sql("s" if self.main.table == "sheets" else "t", self.main)

    def by(self, ministry_column: str) -> Scope:
        """The same scope counted by the other of the two ministry columns."""
        return replace(self, ministry_column=ministry_column)

    def without(self, *, filters: bool = False, ministries: bool = False) -> Scope:
        """The scope a share is taken of."""
        return replace(
            self,
            filters=() if filters else self.filters,
            matters=() if filters else self.matters,
            ministries=() if ministries else self.ministries,
        )

    def sql(self) -> tuple[str, tuple[object, ...]]:
        """「FROM … WHERE …」 and its parameters."""
        text = "FROM sheets s"
        where: list[str] = []
        parameters: list[object] = []
        table = self.main.table
        if table != "sheets":
            text += f" JOIN {quoted(table)} t ON t.sheet_key = s.sheet_key"
            if self.main.item is not None:
                where.append("t.項目 = ?")
                parameters.append(self.main.item)
        if self.join is not None:
            text += f" {self.join.sql}"
            parameters = [*self.join.parameters, *parameters]
        if len(self.years) == 1:
            published, year = self.years[0]
            if published:
                where.append("s.公開年度 = ?")
                parameters.append(published)
            where.append("t.年度 = ?")
            parameters.append(year)
        elif self.years:
            if all(p for p, _ in self.years):
                where.append(f"(s.公開年度, t.年度) IN (VALUES {', '.join('(?, ?)' for _ in self.years)})")
                parameters += [v for pair in self.years for v in pair]
            else:
                where.append(f"t.年度 IN ({marks(self.years)})")
                parameters += [y for _, y in self.years]
        if self.published:
            where.append(f"s.公開年度 IN ({marks(self.published)})")
            parameters += self.published
        if self.ministries:
            where.append(f"s.{self.ministry_column} IN ({marks(self.ministries)})")
            parameters += self.ministries
        if self.keys:
            where.append(f"s.sheet_key IN ({marks(self.keys)})")
            parameters += self.keys
        for f in self.filters:
            condition, values = self._condition(f)
            where.append(condition)
            parameters += values
        for word in self.matters:
            spoken = [holds(f"s.{quoted(c)}", word) for c in self.spoken_of]
            where.append(f"({' OR '.join(condition for condition, _ in spoken)})")
            parameters += [v for _, values in spoken for v in values]
        return text + (f" WHERE {' AND '.join(where)}" if where else ""), tuple(parameters)

    def _condition(self, f: Filter) -> tuple[str, list[object]]:
        """SQL of one condition: on the joined row where it is of the same table, else that some row meets it."""
        table, item = f.field.table, f.field.item
        if table == "sheets":
            return compare(f"s.{quoted(f.field.column)}", f)
        on_the_row = f.value is not None or self.rows or (f.op == "!=" and f.field == self.main)
        if table == self.main.table and item == self.main.item and on_the_row:
            return self._compared("t", f)
        unwritten = f.value is None and f.op == "="
        condition, values = self._compared("x", replace(f, op="!=") if unwritten else f)
        extra = ""
        if item is not None:
            extra += " AND x.項目 = ?"
            values = [*values, item]
        if table == "budgets" and self.fiscal_years:
            extra += f" AND x.年度 IN ({marks(self.fiscal_years)})"
            values = [*values, *self.fiscal_years]
        some = (
            f"EXISTS (SELECT 1 FROM {quoted(table)} x WHERE x.sheet_key = s.sheet_key AND {condition}{extra})"
        )
        return f"NOT {some}" if unwritten else some, values

    def _compared(self, row: str, f: Filter) -> tuple[str, list[object]]:
        """SQL of a condition on the row ``row``: with a value, another figure of the project, or the average."""
        column = _boxes(row, f) or column_sql(row, f.field)
        moved: list[object] = []
        if f.shift:
            column, moved = _in_another_year(row, f.field, f.shift), [f.shift]
        if isinstance(f.value, OtherFigure):
            other, year = f"{row}.{quoted(f.value.field.column)}", list[object]()
            if f.value.shift:
                other, year = _in_another_year(row, f.value.field, f.value.shift), [f.value.shift]
            if f.value.more:
                return f"{column} {OPERATORS[f.op]} {other} + ?", [*moved, *year, f.value.more]
            if f.value.times == 1.0:
                return f"{column} {OPERATORS[f.op]} {other}", [*moved, *year]
            # nothing has no double and no half
            sized = f"({other} > 0 AND {column} {OPERATORS[f.op]} {other} * ?)"
            return sized, [*year, *moved, *year, f.value.times]
        if isinstance(f.value, Average):
            inner, values = self.averaged(f).sql()
            name = quoted(f.field.column)
            # the inner scope's own rows: its aliases hide those around it
            return f"{column} {OPERATORS[f.op]} (SELECT avg(t.{name}) {inner})", list(values)
        if f.op == "=" and f.value == 0 and f.field.table == "budgets" and f.field.column in STANDS_FOR:
            stands = quoted(STANDS_FOR[f.field.column])
            return f"(coalesce({column}, 0) = 0 AND {row}.{stands} IS NOT NULL)", moved
        condition, given = compare(column, f)
        return condition, [*moved, *given]

    def averaged(self, f: Filter) -> Scope:
        """What a condition's average is taken over: the scope without its conditions, or all 府省庁."""
        assert isinstance(f.value, Average)
        return replace(self.without(filters=True, ministries=f.value.whole), main=f.field, keys=(), join=None)


def _in_another_year(row: str, ref: FieldRef, shift: int) -> str:
    """SQL of a figure of the same sheet ``shift`` years after the row's; the shift is its parameter."""
    assert shift
    return (
        f"(SELECT y.{quoted(ref.column)} FROM {quoted(ref.table)} y"
        f" WHERE y.sheet_key = s.sheet_key AND y.年度 = {row}.年度 + ?)"
    )


def _boxes(row: str, f: Filter) -> str:
    """会計 and 勘定 are written in one box until 2022 (「労働保険特別会計労災勘定」), in two since."""
    if f.field.table == "accounts" and f.field.column in ("会計", "勘定"):
        return f"(coalesce({row}.会計, '') || coalesce({row}.勘定, ''))"
    return ""


def column_sql(row: str, ref: FieldRef) -> str:
    """SQL of a column. Sheets write what is carried over to the next year as a negative, RSシステム as it is.

    ``s``, the sheet of the row, is in every statement made here.
    """
    name = f"{row}.{quoted(ref.column)}"
    if ref != CARRIED:
        return name
    return f"(CASE WHEN s.予算事業ID IS NULL THEN abs({name}) ELSE {name} END)"


def compare(column: str, f: Filter) -> tuple[str, list[object]]:
    """SQL and parameters of 「column op value」."""
    if f.op == "between":
        return f"{column} BETWEEN ? AND ?", [*pair(f)]
    if f.op == "in":
        values = list(f.value)  # type: ignore[call-overload]
        return f"{column} IN ({marks(values)})", values
    if f.op == "contains":
        return holds(column, f.value)
    if f.op == "!=" and isinstance(f.value, str) and f.field.column not in (MINISTRY, POLICY_MINISTRY):
        return f"instr(coalesce({column}, ''), ?) = 0", [f.value]
    if f.open_ended:
        return f"({column} {OPERATORS[f.op]} ? OR s.終了予定なし = 1)", [f.value]
    if f.value is None:
        return f"{column} IS {'NOT ' if f.op == '!=' else ''}NULL", []
    return f"{column} {OPERATORS[f.op]} ?", [f.value]


def meets(value: float, f: Filter) -> bool:
    """Whether a figure passes a condition."""
    if f.op == "between":
        low, high = pair(f)
        return low <= value <= high  # type: ignore[operator]
    return f.op in COMPARED and isinstance(f.value, int | float) and COMPARED[f.op](value, f.value)


def pair(f: Filter) -> tuple[object, object]:
    """The two ends of a between condition."""
    assert isinstance(f.value, tuple | list)
    low, high = f.value
    return low, high


def scope_of(basis: Basis, query: Query, main: FieldRef | None = None, keys: Sequence[str] = ()) -> Scope:
    """The scope a query over many sheets asks about.

    main  the field measured; where it is of ``sheets`` but a condition is on a yearly table, that condition's
    field takes its place, so that the year is the one the condition holds in.
    """
    filters = tuple(replace(f, field=substitute(basis, f.field)) for f in query.filters)
    query = replace(query, filters=filters)
    main = substitute(basis, main or main_field(basis, query))
    if main.table == "sheets":
        yearly = next((f.field for f in query.filters if measures(f) and is_yearly(basis, f.field)), None)
        main = yearly or main
    scope = Scope(
        main=main,
        ministries=query.ministries,
        ministry_column=MINISTRY,
        filters=tuple(query.filters),
        matters=query.matters,
        keys=tuple(keys),
    )
    if is_yearly(basis, main):
        return replace(scope, years=year_pairs(basis, query, main))
    return replace(scope, published=publications(basis, query))


def substitute(basis: Basis, ref: FieldRef) -> FieldRef:
    """The same column of another list of recipients where the asked list has nothing (支出先 not loaded, contracts are)."""
    if ref.table not in RECIPIENTS or any_value(basis, ref):
        return ref
    for table in RECIPIENTS:
        if ref.column in basis.data.catalogue.table(table).columns:
            other = FieldRef(table, ref.column, ref.item)
            if any_value(basis, other):
                return other
    return ref


def any_value(basis: Basis, ref: FieldRef) -> bool:
    """Whether any loaded sheet has the field written."""
    where, values = f"{quoted(ref.column)} IS NOT NULL", []
    if ref.item is not None:
        where, values = f"{where} AND 項目 = ?", [ref.item]
    return basis.data.value(f"SELECT 1 FROM {quoted(ref.table)} WHERE {where} LIMIT 1", values) is not None


def main_field(basis: Basis, query: Query) -> FieldRef:
    """The field a question over many sheets measures: the named one, else the first condition's, else the project.

    A named column that a condition is on too is the condition's (「廃止と判定された事業」 is about one box's 判定), and
    a field that no sheet has written gives way to the condition.
    """
    if query.fields:
        named = query.fields[0]
        conditions = [f.field for f in query.filters if measures(f)]
        if any(f.field == named for f in query.filters if f.value is None):
            return conditions[0] if conditions else PROJECTS
        same = next((c for c in conditions if (c.table, c.column) == (named.table, named.column)), None)
        if same is not None:
            return same
        if conditions and not any_value(basis, substitute(basis, named)):
            return conditions[0]
        return named
    return next((f.field for f in query.filters if measures(f)), PROJECTS)


def measures(f: Filter) -> bool:
    """Whether a condition is on rows that are counted or shown: one on accounts, or that something is written at all,
    only picks projects."""
    return f.value is not None and f.field.table != "accounts"


def is_yearly(basis: Basis, ref: FieldRef) -> bool:
    """True where the field's table has one row a fiscal year."""
    return ref.table in ("budgets", "accounts", "outcomes", "outputs", "unit_costs", "budget_items") and (
        "年度" in basis.data.catalogue.table(ref.table).columns
    )


def is_figure(basis: Basis, ref: FieldRef) -> bool:
    """True where the field holds a number."""
    return basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS


def publications(basis: Basis, query: Query) -> tuple[int, ...]:
    """公開年度 to count sheets of: the named ones, the one named as a year, else the latest."""
    known = basis.data.publications
    if query.published:
        return tuple(query.published)
    if query.group_by == PUBLISHED and query.years.kind != "given":
        return tuple(sorted(known))
    if query.years.kind == "given":
        named = tuple(y for y in query.years.values if y in known)
        reviewing = tuple(y + 1 for y in query.years.values if y + 1 in known)
        if named or reviewing:
            return named or reviewing
    if basis.data.each_project_once:
        return ()
    told = _year_after(query)
    if told in known:
        return (told,)
    return (max(known),) if known else ()


def _year_after(query: Query) -> int:
    """The 公開年度 that tells which projects began or ended in a year: the one after it, while they still have a sheet."""
    years = [
        f.value
        for f in query.filters
        if f.field in (BEGAN, ENDED) and f.op == "=" and isinstance(f.value, int)
    ]
    return max(years) + 1 if years else 0


def year_pairs(basis: Basis, query: Query, main: FieldRef) -> tuple[tuple[int, int], ...]:
    """(公開年度, 年度) pairs to take; 公開年度 0 where publications need not be told apart. Empty where no year has any."""
    once = basis.data.each_project_once
    if once and query.years.kind == "given" and query.years.values:
        return tuple((0, y) for y in sorted(set(query.years.values)))
    coverage = _coverage(basis, query, main)
    by_year = _by_year(coverage)
    request = main.column == "要求額"
    years = _years(query, by_year)
    if query.years.kind not in ("given", "all") and not request:
        years = _years(query, _where_all_stand(basis, query, main, by_year))
    pairs = []
    for year in years:
        if year in by_year:
            pairs.append((0 if once else _publication(by_year[year], year, request), year))
        elif query.years.kind == "given":
            pairs.append((0, year))
    return tuple(pairs)


def _by_year(coverage: dict[tuple[int, int], int]) -> dict[int, dict[int, int]]:
    """年度 → 公開年度 → how many sheets have the figure."""
    by_year: dict[int, dict[int, int]] = {}
    for (published, year), count in coverage.items():
        by_year.setdefault(year, {})[published] = count
    return by_year


def _where_all_stand(
    basis: Basis, query: Query, main: FieldRef, by_year: dict[int, dict[int, int]]
) -> dict[int, dict[int, int]]:
    """Of the years the main figure has, those in which every further figure of the question stands too.

    「執行率が5割未満の事業を予算の大きい順に」 asks of a year that has both: the newest budget has no 執行率 yet.
    """
    others = {f.field for f in query.filters} | set(query.fields)
    for other in others - {main}:
        if other.table != main.table or other.column == "要求額" or not is_figure(basis, other):
            continue
        found = _years(replace(query, years=Years("latest")), _by_year(_coverage(basis, query, other)))
        newest = max(found, default=None)
        if newest is not None and any(y <= newest for y in by_year):
            by_year = {y: counts for y, counts in by_year.items() if y <= newest}
    return by_year


def _coverage(basis: Basis, query: Query, main: FieldRef) -> dict[tuple[int, int], int]:
    """Where the figures asked about stand; for the latest year only the newest whole publication is looked at."""
    data = basis.data
    column = STANDS_FOR.get(main.column, main.column) if main.table == "budgets" else main.column
    if query.years.kind == "given":
        return data.coverage(main.table, column, query.years.values, query.published)
    if query.published or query.years.kind == "all":
        return data.coverage(main.table, column, published=query.published)
    most = max(data.publications.values(), default=0)
    whole = [p for p, count in data.publications.items() if count >= ENOUGH * most]
    newest = data.coverage(main.table, column, published=whole[-1:])
    return newest or data.coverage(main.table, column)


def _years(query: Query, by_year: dict[int, dict[int, int]]) -> list[int]:
    if query.years.kind == "given" and query.years.values:
        return sorted(set(query.years.values))
    if not by_year:
        return []
    if query.years.kind == "all":
        return sorted(y for y in by_year if query.years.within(y))
    most = max(max(counts.values()) for counts in by_year.values())
    whole = [y for y, counts in by_year.items() if max(counts.values()) >= ENOUGH * most]
    return sorted(whole)[-max(1, query.years.count) :]


def _publication(counts: dict[int, int], year: int, request: bool) -> int:
    most = max(counts.values())
    whole = [p for p, n in counts.items() if n >= ENOUGH * most]
    return min(whole, key=lambda p: preference(p, year, request))


def describe_filters(basis: Basis, filters: Sequence[Filter]) -> str:
    """「執行率が30.0 %未満、会計区分が一般会計」."""
    return "、".join(describe_filter(basis, f) for f in filters)


def describe_filter(basis: Basis, f: Filter) -> str:
    """One condition in words, its value as people write it."""
    label = when(f.shift) + field_label(basis, f.field)
    if f.op == "between":
        low, high = pair(f)
        return f"{label}が{_value(basis, f.field, low)}以上{_value(basis, f.field, high)}以下"
    if f.op == "in":
        return f"{label}が{'・'.join(_value(basis, f.field, v) for v in f.value)}のいずれか"  # type: ignore[attr-defined]
    if f.op == "contains":
        return f"{label}に「{f.value}」を含む"
    if f.value is None:
        return f"{label}の記載が{'ある' if f.op == '!=' else 'ない'}"
    if isinstance(f.value, OtherFigure | Average):
        return label + WORDS[f.op].format(compared_with(basis, f.value))
    if f.open_ended and isinstance(f.value, int):
        return f"{label}が{f.value}年度以降または終了予定なし"
    kind = basis.data.catalogue.field(f.field.table, f.field.column).kind
    words = YEAR_WORDS.get(f.op, WORDS[f.op]) if kind == YEAR else WORDS[f.op]
    return label + words.format(_value(basis, f.field, f.value))


def compared_with(basis: Basis, other: OtherFigure | Average) -> str:
    """What a figure is compared with: 「当初予算」「前年度の執行額」「平均」."""
    if isinstance(other, Average):
        return other.name
    return when(other.shift) + field_label(basis, other.field) + other.so_much


def projects_that(basis: Basis, scope: Scope) -> str:
    """「執行率が30.0 %未満の事業」, 「事業」 where there is no condition."""
    of = ""
    if scope.matters:
        words = "".join(f"「{w}」" for w in scope.matters)
        of = f"{words}に関する（{'・'.join(SPOKEN_OF)}に{'いずれも' if len(scope.matters) > 1 else ''}その言葉がある）"
    if not scope.filters:
        return f"{of}事業"
    conditions = describe_filters(basis, scope.filters)
    joined = "" if conditions.endswith(("含む", "超える", "記載がある", "記載がない")) else "の"
    return of + f"{conditions}{joined}事業"


def field_label(basis: Basis, ref: FieldRef) -> str:
    """Official label of a field: for an item of evaluations or comments the item's."""
    if ref.item is not None:
        label = item_label(basis.data, ref.item) if ref.table == "comments" else ref.item
        return f"{label}の{ref.column}" if ref.column in ("判定", "評価") else label
    return basis.data.catalogue.field(ref.table, ref.column).label


def _value(basis: Basis, ref: FieldRef, value: object) -> str:
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    if not isinstance(value, int | float):
        return "未記載" if value is None else f"「{value}」"
    if kind == MONEY:
        return money(value)
    if kind == RATE:
        return rate(value)
    if kind == YEAR:
        return f"{int(value)}年度"
    return number(value) if kind in NUMERIC_KINDS else str(value)


def scope_text(basis: Basis, scope: Scope) -> str:
    """「総務省の2023年度の」: how the scope is said before what is counted."""
    parts = []
    if scope.ministries:
        parts.append("・".join(one_line(m) for m in scope.ministries) + "の")
    if len(scope.fiscal_years) == 1:
        parts.append(f"{scope.fiscal_years[0]}年度の")
    return "".join(parts)


def scope_notes(basis: Basis, scope: Scope) -> list[str]:
    """What was decided about publications and ministry columns, for the reading."""
    notes = []
    published = sorted({p for p, _ in scope.years if p} | set(scope.published))
    if published and len(basis.data.publications) > 1:
        notes.append("・".join(str(p) for p in published) + "年度公開のシート")
    if scope.main.table in RECIPIENTS[1:]:
        notes.append(f"「{basis.data.catalogue.table(scope.main.table).label}」から")
    if scope.ministries and basis.data.has_policy_ministry:
        notes.append(f"「{scope.ministry_column}」の欄で数えた")
    return notes


def grouped_notes(basis: Basis, scope: Scope, name: str) -> list[str]:
    """The notes of a scope whose rows are told apart by a column of 府省庁, each column named once."""
    notes = scope_notes(basis, scope)
    told = f"「{name}」の欄で"
    return [*(n for n in notes if not n.startswith(told)), told + "分けた"]


def partial_years(basis: Basis, scope: Scope) -> tuple[int, ...]:
    """Years of the scope whose figures stand on later sheets alone: only projects that went on are among them."""
    last = max(basis.data.publications, default=0)
    return tuple(sorted({year for publication, year in scope.years if (publication or last) > year + 1}))

"""Questions over many sheets: which sheets and years count, and the FROM and WHERE every such answer shares."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.many.holding import holds
from assistant.answering.many.measured import is_yearly, main_field, measures, substitute
from assistant.answering.many.publications import STANDS_FOR, publications, year_pairs
from assistant.answering.result import Statement
from assistant.query import Average, FieldRef, Filter, OtherFigure, Query

MINISTRY, POLICY_MINISTRY = "府省庁", "政策所管府省庁"


CARRIED = FieldRef("budgets", "翌年度へ繰越し")


SPOKEN_OF = ("事業名", "事業の目的", "事業概要")
"""Where a matter is looked for: what a project is called and what it is for; not what else its sheet mentions."""

OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


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
        told = sorted({p for p, _ in self.years})
        if table != "sheets":
            # the sheets of a publication first: their rows are far fewer than those of a year on all sheets
            join = "CROSS JOIN" if told and told[0] else "JOIN"
            text += f" {join} {quoted(table)} t ON t.sheet_key = s.sheet_key"
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
            if told[0]:
                where.append(f"s.公開年度 IN ({marks(told)})")
                parameters += told
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


def partial_years(basis: Basis, scope: Scope) -> tuple[int, ...]:
    """Years of the scope whose figures stand on later sheets alone: only projects that went on are among them."""
    last = max(basis.data.publications, default=0)
    return tuple(sorted({year for publication, year in scope.years if (publication or last) > year + 1}))

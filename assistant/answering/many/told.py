"""How the sheets that count are said in an answer: 「総務省の2023年度の」「執行率が30.0 %未満の事業」."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.basis import Basis
from assistant.answering.cells import item_label
from assistant.answering.many.measured import RECIPIENTS
from assistant.answering.many.scope import SPOKEN_OF, Scope, pair
from assistant.answering.wording import one_line
from assistant.formatting import money, number, rate
from assistant.query import Average, FieldRef, Filter, OtherFigure, when
from db.catalogue import MONEY, NUMERIC_KINDS, RATE, YEAR

WORDS = {
    "=": "が{}",
    "!=": "が{}以外",
    "<": "が{}未満",
    "<=": "が{}以下",
    ">": "が{}を超える",
    ">=": "が{}以上",
}
YEAR_WORDS = {"<": "が{}より前", "<=": "が{}以前", ">": "が{}より後", ">=": "が{}以降"}


def describe_filters(basis: Basis, filters: Sequence[Filter]) -> str:
    """「執行率が30.0 %未満、会計区分が一般会計」."""
    return "、".join(describe_filter(basis, f) for f in filters)


def describe_filter(basis: Basis, f: Filter) -> str:
    """One condition in words, its value as people write it."""
    label = when(f.shift) + field_label(basis, f.field)
    if f.op == "between":
        low, high = pair(f)
        return f"{label}が{_value(basis, f.field, low)}以上{_value(basis, f.field, high)}以下"
    if f.op == "in" and f.field == FieldRef("sheets", "事業名"):
        # 「その中で」 in a conversation
        return f"先に挙げた{len(f.value)}件"  # type: ignore[arg-type]
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


def describe_total(basis: Basis, f: Filter, kind: str) -> str:
    """A condition on what a group has in all, behind what that is called: 「が1兆円を超える」「が100件以上」.

    kind  "件" where projects or contracts are counted, "" where the figure of the condition's field is added
    """

    def said(value: object) -> str:
        return (
            f"{number(value)}{kind}"
            if kind and isinstance(value, int | float)
            else _value(basis, f.field, value)
        )

    if f.op == "between":
        low, high = pair(f)
        return f"が{said(low)}以上{said(high)}以下"
    return WORDS[f.op].format(said(f.value))


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

"""The years in which a figure met a condition, of a project or of a 府省庁 as a whole (「前年度より減った年度は」)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.many.scope import COMPARED, meets
from assistant.answering.many.told import describe_filters, field_label
from assistant.answering.wording import join
from assistant.formatting import fiscal_years
from assistant.query import Filter, OtherFigure, Query

TOLD = 5
"""Years named in the sentence that meet a condition; all are in the cells."""


def tell(
    basis: Basis, query: Query, conditions: Sequence[Filter], subject: str, cells: Sequence[Cell]
) -> tuple[list[str], list[Cell]]:
    """Sentences, and the cells with the years that meet the conditions first.

    cells  the figure, one a year;  subject  whose it is;  ``query.order`` with a limit: the first or last year alone
    """
    each: dict[int, Cell] = {}
    for cell in sorted(cells, key=lambda c: c.fiscal_year or 0):
        # of several sheets' figures of a year the first
        each.setdefault(cell.fiscal_year or 0, cell)
    each.pop(0, None)
    years = tuple(each)
    met = [y for y in years if all(_met(each, y, f) for f in conditions)]
    condition = "、".join(_in_words(basis, f) for f in conditions)
    told = fiscal_years(years)
    verbal = condition.endswith("る")
    others = [each[y] for y in years if y not in met]
    if not met:
        return [f"{subject}で{condition}{'' if verbal else 'の'}年度はありません（{told}）。"], others
    if query.limit == 1 and query.order:
        end = met[0] if query.order == "asc" else met[-1]
        which = "最初" if query.order == "asc" else "最後"
        of = "" if verbal else "だった"
        sentence = (
            f"{subject}で{condition}{of}{which}の年度は{end}年度（{each[end].text}）です（{told}のうち）。"
        )
        return [sentence], [each[end], *(each[y] for y in met if y != end), *others]
    was = "のは" if verbal else "だったのは"
    named = join([f"{y}年度（{each[y].text}）" for y in met[:TOLD]])
    more_ = f"など{len(met)}年度" if len(met) > TOLD else ""
    sentences = [f"{subject}で{condition}{was}、{told}のうち{named}{more_}です。"]
    if any(isinstance(f.value, OtherFigure) for f in conditions):
        sentences.append(_in_a_row(years, met))
    elif len(met) == len(years) > 1:
        sentences.append("すべての年度が当てはまります。")
    return sentences, [*(each[y] for y in met), *others]


def _met(each: Mapping[int, Cell], year: int, f: Filter) -> bool:
    """Whether the figure of a year passes; one that is beside another year's only where that is told too."""
    value = each[year].value
    if not isinstance(f.value, OtherFigure):
        return meets(abs(value) if f.field.column == "翌年度へ繰越し" else value, f)
    other = each.get(year + f.value.shift)
    if other is None:
        return False
    bar = other.value * f.value.times + f.value.more
    # nothing has no double and no half
    return COMPARED[f.op](value, bar) and (f.value.times == 1.0 or other.value > 0)


def _in_words(basis: Basis, f: Filter) -> str:
    """「補正予算がある」, else the condition as it is said of projects."""
    there = f.op == "!=" and f.value == 0
    return f"{field_label(basis, f.field)}がある" if there else describe_filters(basis, [f])


def _in_a_row(years: Sequence[int], met: Sequence[int]) -> str:
    """「2023年度まで3年度続けて当てはまります」: how many of the last years in a row."""
    row = len(list(takewhile(lambda y: y in met, reversed(years))))
    if row > 1:
        return f"{years[-1]}年度まで{row}年度続けて当てはまります。"
    return f"{years[-1]}年度は当てはま{'りますが、前の年度から続いてはいません' if row else 'りません'}。"

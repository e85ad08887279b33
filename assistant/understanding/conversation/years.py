"""The years a follow-up asks about: its own, those beside the ones just told, or the same again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Query, ResultContext, Years
from assistant.understanding.asked_years import open_span, relative_years
from assistant.understanding.deciding import Situation, first_year
from assistant.understanding.many.conditions import REQUEST
from assistant.understanding.one.over_years import how_far
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import has_year, is_figure
from assistant.understanding.words.years import YearMention
from db.fiscal_years import ERAS

_BACKWARDS = pattern(
    r"さかのぼ|遡|それ以前|もっと前|過去(?:は|の|に|$)|以前は|(?:ほか|他)の年度?(?:は|も|$|[?])|ずっと(?:同じ|こう|変わ|この|低|高|追|見て)|[0-9]年(?:間|度)?とも"
    r"|^(?:だんだん|年々|毎年)?(?:上が|下が|増え|減|伸び|落ち)(?:って|て|り続け|続け)(?:きて|て)?い?(?:る|ます)の?(?:です)?か?[?]?$"
)
_SAME_YEAR = pattern(r"(?:その|同じ|この)(?:年度?|時|とき)(?=の|は|に|で|、|だけ|$|[?])")
_BARE = pattern(
    r"^(?:では|じゃあ|じゃ|なら|あと|で)?[、,]?(?P<year>(?P<n>元|[0-9]{1,2})年)(?=は|だと|なら|では|も|の(?:場合|ほう|方|は)|と比|[?]|$)"
)
_CENTURY = 2000


def read_bare_year(p: Parsed, previous: Query, shown: ResultContext | None, situation: Situation) -> None:
    """「3年は?」 after 「令和4年は?」: a year said by its number alone is the one nearest to the years just told."""
    said = None if p.years else _BARE.match(p.text)
    if said is None:
        return
    n = 1 if said.group("n") == "元" else int(said.group("n"))
    near = max(years_told(previous, shown), default=situation.last_year or situation.today)
    latest = (situation.last_year or situation.today) + 1
    meant = [y for y in (ERAS["令和"] + n, ERAS["平成"] + n, _CENTURY + n) if y <= latest]
    year = min(meant, key=lambda y: abs(y - near), default=None)
    if year is None:
        return
    p.years.append(YearMention(*said.span("year"), "given", (year,), text=said.group("year")))
    p.claim(*said.span("year"), f"年度：{year}")


def own_years(
    p: Parsed,
    previous: Query,
    shown: ResultContext | None,
    fields: tuple[FieldRef, ...],
    situation: Situation,
) -> Years:
    """The years of this turn, taken from the query before where it names none."""
    figures = [y for y in p.years if y.role == "figure"]
    given = tuple(dict.fromkeys(v for y in figures if y.kind == "given" for v in y.years))
    said = "・".join(y.text for y in figures)
    coming = [y.text for y in figures] + [f.text for f in p.fields if f.field == REQUEST]
    if REQUEST in fields and any(text.startswith("来年") for text in coming):
        # next year's request is the newest there is, whatever year was asked about before
        return Years("latest", as_said=said)
    step = _from_today(figures)
    if given and step and situation.last_year and min(given) > situation.last_year:
        # 「去年は?」 of sheets that end before it: the year before the one just shown
        taken = years_told(previous, shown)
        given = ((min(taken) if step < 0 else max(taken)) + step,) if taken else given
    span = open_span(p, figures)
    if span is not None and not how_far(p):
        return replace(span, as_said=said)
    if given:
        return Years("given", given, as_said=said)
    backwards = _BACKWARDS.search(p.text)
    if backwards:
        p.claim_around(backwards.start(), backwards.end(), "年度：すべて")
    if backwards or any(y.kind == "all" for y in figures):
        return Years("all", as_said=said)
    first = next((y for y in figures if y.kind == "first"), None)
    if first is not None and len(previous.projects) == 1:
        return first_year(first, Years("latest"), previous.projects[0].sheet_keys, situation)
    taken = years_told(previous, shown)
    moved = relative_years(p)
    if moved and taken:
        step = moved[0].count if moved[0].kind == "after" else -moved[0].count
        return Years("given", ((max(taken) if step > 0 else min(taken)) + step,), as_said=said)
    if taken and (same := _SAME_YEAR.search(p.text)):
        # of years in an order the first is the one that was asked for
        return Years("given", taken[:1], as_said=same.group())
    latest = [y for y in figures if y.kind == "latest"]
    if latest:
        return Years("latest", count=latest[0].count, as_said=said)
    yearly = any(has_year(f) and is_figure(f) for f in fields)
    if previous.years.kind == "none" and yearly:
        return Years("latest")
    if previous.years.kind != "given" and not yearly:
        return Years("none")
    if REQUEST in fields and previous.years.kind == "given" and len(previous.projects) == 1:
        # a sheet has one request, of the year after its own
        known = situation.has_figure(previous.projects[0].sheet_keys, REQUEST.column, previous.years.values)
        return previous.years if known else Years("latest")
    if _beside_what_was_shown(previous, fields, taken, situation):
        return Years("given", taken)
    return previous.years


def _beside_what_was_shown(
    previous: Query, fields: tuple[FieldRef, ...], taken: tuple[int, ...], situation: Situation
) -> bool:
    """「予算は?」 after the latest 執行率 asks for the budget of that year, where the sheet has one."""
    latest = previous.years.kind == "latest" and previous.years.count == len(taken) == 1
    if not latest or len(previous.projects) != 1 or not previous.fields or REQUEST in fields:
        return False
    if fields == previous.fields or {f.table for f in fields} != {f.table for f in previous.fields}:
        return False
    keys = previous.projects[0].sheet_keys
    return fields[0].table != "budgets" or all(
        situation.has_figure(keys, f.column, taken) for f in fields if f.table == "budgets"
    )


def _from_today(figures: Sequence[YearMention]) -> int:
    """−1 for 「去年」 and 1 for 「来年」 said by themselves, else 0."""
    said = figures[0].text if len(figures) == 1 else ""
    return -1 if re.match(r"去年|昨年", said) else 1 if said.startswith("来年") else 0


def years_told(previous: Query, shown: ResultContext | None) -> tuple[int, ...]:
    """The years of the figures just shown, else those the query before named."""
    if shown and shown.fiscal_years:
        return shown.fiscal_years
    return previous.years.values


def year_explained(years: Years, previous: Query, shown: ResultContext | None, moved: bool) -> Years:
    """「その理由は?」 asks about the year just shown, of an order of years about the first.

    moved  the question says that the figure rose or fell: of the two years just told it asks about the later
    """
    if shown is None or not shown.fiscal_years:
        return years
    if moved and len(shown.before) == len(shown.fiscal_years) == 1:
        return Years("given", (max(*shown.before, *shown.fiscal_years),), as_said=years.as_said)
    if years.kind == "all" and previous.operation == "rank":
        return Years("given", shown.fiscal_years[:1], as_said=years.as_said)
    if years.kind == "latest":
        return Years("given", tuple(sorted(shown.fiscal_years)), as_said=years.as_said)
    return years


def two_years(years: Years, shown: ResultContext | None, year_before: bool) -> Years:
    """The two years of 「差は?」「何倍になった?」: the two just told, else the year told and the one before it."""
    two = {*shown.before, *shown.fiscal_years} if shown and not year_before else set()
    if len(two) == 2 and set(years.values) <= two:
        return Years("given", tuple(sorted(two)))
    told = shown.fiscal_years if shown else ()
    if years.kind == "given" and len(years.values) == len(told) == 1 and years.values != told:
        # 「2021年度と比べると」 of the figure of another year
        return replace(years, values=tuple(sorted({*years.values, *told})))
    if years.kind == "given" and len(years.values) == 1:
        return replace(years, values=(years.values[0] - 1, years.values[0]))
    if years.kind == "latest":
        if shown and shown.fiscal_years:
            return Years("given", (max(shown.fiscal_years) - 1, max(shown.fiscal_years)))
        return replace(years, count=2)
    return years

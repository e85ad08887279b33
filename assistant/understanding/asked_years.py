"""Which years a question asks of: those it names, a span, the next year of a request, the latest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Years
from assistant.understanding.many.conditions import REQUEST
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import has_year, is_figure
from assistant.understanding.words.years import YearMention

CARRIED = FieldRef("budgets", "翌年度へ繰越し")
PAST_NUMBER = FieldRef("past_numbers", "事業番号")
_NEXT = pattern(r"翌年度|来年度|次年度|次の年度|翌年|来年|次の年")
# 「翌年度（令和6年度）に要求」: the bracket says which year the next one is
_NEXT_IS = pattern(r"(?:翌|来|次)年度?\((?:令和|平成|[RrHh])?[0-9元]")


def years_asked(p: Parsed, fields: tuple[FieldRef, ...]) -> tuple[Years, tuple[int, ...]]:
    """The fiscal years asked of, and the 公開年度 named; fields of figures are asked of the latest year unless one is."""
    published = tuple(v for y in p.years if y.role == "published" for v in y.years)
    if PAST_NUMBER in fields:
        # 「平成24年度のレビューシートの番号」 stands on a later sheet
        return Years("given", tuple(v for y in p.years for v in y.years)) if p.years else Years("none"), ()
    figures = [y for y in p.years if y.role == "figure"]
    given = tuple(dict.fromkeys(v for y in figures if y.kind == "given" for v in y.years))
    said = "・".join(y.text for y in figures)
    if REQUEST in fields:
        given, said = _request_years(p, given, published, said)
    if CARRIED in fields and len(given) == 2 and "から" in said:
        # 「5年度から6年度への繰越し」 stands in the earlier year
        given = given[:1]
    compared = [o for o in p.operations if o.verb == "compare"]
    if given and any(re.match(r"前|去年|昨年", p.text[o.start :]) for o in compared):
        given = tuple(sorted({*given, min(given) - 1}))
    span = open_span(p, figures)
    if span is not None:
        return replace(span, as_said=said), published
    if given:
        beside = len(given) == 1 and bool(compared) and any(_beside_now(p, y) for y in figures)
        return Years("given", given, as_said=said, to_latest=beside), published
    latest = [y for y in figures if y.kind == "latest"]
    if any(y.kind == "all" for y in figures) and not any(y.count > 1 for y in latest):
        return Years("all", as_said=said), published
    if latest:
        return Years("latest", count=max(y.count for y in latest), as_said=said), published
    if any(y.kind == "ancient" for y in figures):
        return Years("given", tuple(y for m in figures for y in m.years), as_said=said), published
    if any(has_year(f) and is_figure(f) for f in fields):
        return Years("latest"), published
    return Years("none"), published


_THAN_THEN = pattern(
    r"(?:の[^、。?]{1,10}?)?(?:(?:と|に)比べ|と(?:今|現在|最新|直近)(?=と|で|を|の|、|$)|と比較|との比較|より(?:も)?(?!前|後)|比で)"
)
_NOW_AND = pattern(r"(?:今|いま|現在|最新|直近)(?:年度?)?と$")
_FROM_THEN = pattern(
    r"(?:から|以来|以降)?(?:は|で|に)?[^、。?]{0,12}?(?:どれ(?:だけ|くらい|ほど)|いくら|何(?:%|パーセント|割|倍|円|億))"
)


def _beside_now(p: Parsed, y: YearMention) -> bool:
    """「2015年度と比べて」「2015年度からどれだけ増えた」: the year is what the latest one is compared with."""
    if y.kind != "given":
        return False
    now = _NOW_AND.search(p.text[: y.start])
    if now:
        p.claim_around(*now.span(), "年度：" + now.group())
        return True
    since = y.side in ("から", "以降", "以来") and _FROM_THEN.match(p.text, y.end)
    return bool(_THAN_THEN.match(p.text, y.end) or since)


def open_span(p: Parsed, figures: Sequence[YearMention]) -> Years | None:
    """「2014年度から」「2014年度以降」「2020年度まで」 where the years are followed, added, put in order or compared."""
    given = [y for y in figures if y.kind == "given"]
    if len(given) != 1 or given[0].op not in (">=", "<="):
        return None
    follows = any(y.kind == "all" for y in figures) or p.verbs() & {
        "sum", "average", "rank", "compare", "trend", "group", "list", "count",
    }  # fmt: skip
    if not follows and given[0].side in ("から", "まで"):
        return None
    if "compare" in p.verbs() and not any(y.kind == "all" for y in figures) and _beside_now(p, given[0]):
        return None
    year = given[0].years[0]
    return Years("all", first=year) if given[0].op == ">=" else Years("all", last=year)


def _request_years(
    p: Parsed, given: tuple[int, ...], published: tuple[int, ...], said: str
) -> tuple[tuple[int, ...], str]:
    """A request of year N made for 翌年度 belongs to N+1; 「来年度」 in a sheet is the year after the sheet's."""
    mentions = [f for f in p.fields if f.field == REQUEST]
    says_next = any(_NEXT.search(f.text) for f in mentions) or any(y.kind == "after" for y in p.years)
    coming = [y for y in p.years if y.text.startswith("来年")]
    if published and (says_next or coming):
        return tuple(v + 1 for v in published), said
    if coming:
        # 「来年度の要求」 without a sheet's year: the newest request there is
        return (), said
    if says_next and given and not _NEXT_IS.search(p.text):
        return tuple(v + 1 for v in given), said
    return given, said


def relative_years(p: Parsed) -> list[YearMention]:
    """「前の年」「翌年度」: years that need another to count from."""
    return [y for y in p.years if y.kind in ("before", "after")]

"""Follow-ups to what was told of many sheets: another publication, another recipient, the same 府省庁's projects."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.query import Query, ResultContext
from assistant.understanding.deciding import Situation, relative_years
from assistant.understanding.parsing import Parsed
from assistant.understanding.payees import core_name

_WHOLE = re.compile(r"全体|全府省|政府|全省庁|すべて|全て|全事業|国全部|どの(?:府省庁|省庁|省)")
_ANOTHER = re.compile(
    r"^(?:では|じゃあ|じゃ|なら)?[、,]?(?P<name>[^、。?!]{2,30}?)(?:の(?:場合|ほう|方))?(?:は|だと|なら)(?:どう)?[?]?$"
)


def keeps_ministry(p: Parsed, previous: Query, content: list[str]) -> bool:
    """「一番お金を使った事業は?」 after one 府省庁's figures asks among its projects, unless a year or the whole is named."""
    given = any(y.kind == "given" for y in p.years)
    grouped = any(o.verb in ("group", "total") for o in p.operations)
    return bool(previous.ministries) and not (given or grouped or content or _WHOLE.search(p.text))


def other_recipient(p: Parsed, previous: Query, situation: Situation) -> Query | None:
    """「博報堂は?」 after what a recipient got."""
    said = _ANOTHER.match(p.text) if previous.payees else None
    if said is None or p.fields or p.ministries or p.years or p.verbs():
        return None
    name = core_name(said.group("name"))
    if not situation.is_payee(name):
        return None
    p.claim(*said.span("name"), "支出先：" + name)
    return replace(
        previous,
        question=p.n.original,
        payees=(name,),
        topic="",
        words=p.words(),
        carried_over=("項目", "年度"),
    )


def published_edit(p: Parsed, q: Query, previous: Query, shown: ResultContext | None) -> Query:
    """「2023年公開のシートでは?」; 「前の年は?」 after a count of one publication's sheets."""
    named = tuple(v for y in p.years if y.role == "published" for v in y.years)
    if named:
        return replace(q, published=named)
    if q.years.kind == "given" and q.years != previous.years:
        return replace(q, published=())
    moved = relative_years(p)
    counted = previous.published or (shown.published if shown else ())
    if moved and counted and not (shown and shown.fiscal_years):
        step = 1 if moved[0].kind == "after" else -1
        return replace(q, published=((max(counted) if step > 0 else min(counted)) + step,))
    return q

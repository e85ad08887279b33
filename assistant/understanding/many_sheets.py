"""A question over many sheets as a query: filters, rankings, counts, sums, averages, groups, comparisons.

What the question says is put together once (``many_said``) and shown to one reader after another, the narrower
first; the first that knows it makes the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.query import Filter, Query, Refusal
from assistant.understanding import many_orders as orders
from assistant.understanding import many_totals as totals
from assistant.understanding import vocabulary
from assistant.understanding.excluding import unread_exception
from assistant.understanding.many_said import Said, said
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, topic_of

TOPIC_WORDS = 2
_QUOTE = re.compile(r"[「『]([^」』]{1,40})[」』]")
_UNDONE = re.compile(
    r"中央値|標準偏差|分散|最頻値|相関|平均年数|回帰|(?:事業|実施)期間[がは]|を(?:引く|引い|差し引|割る|割っ|掛け)"
)
"""What is not computed here: the mean in place of the median would answer something else."""
_NO_MATTER = re.compile(
    r"番目|番手|以[上下内外降前後]|未満|上回|下回|超過?|超え|同じ|同額|同率|同数|割り?込|最[大小高低多少新]|平均|中央|順位?|差額?|比[率較例]?|半[分数減]|倍[数率]?|除外?|連続|交互|両方|片方|逆転?|前後|推移|増減|増加|減少|増|減"
)
_UNREAD = re.compile(
    r"連続|毎年|年々|一貫して|伸び|増え|増やし|増加|減っ|減ら|減り|減少|続け|のみ|だけ(?!ど)|しか|半減|倍増|急増|急減|上が[っり]|下が[っり]|前後|ごと|別に"
)
"""Words that set figures in relation: where none of them was read, what is left would answer another question."""
_OF_CONTRACTS = ("payees", "payee_contracts", "contracts")
_CONTRACT_WORDS = frozenset(
    {"契約", "入札", "応札", "応募", "落札", "支出", "支払", "委託", "相手方", "契約方式"}
)
"""Beside a condition on contracts these name its rows, not a matter."""

Reader = Callable[[Said], Query | None]


def over_many(p: Parsed, q: Query, amounts: list[Filter], filters: tuple[Filter, ...]) -> Query | None:
    """The query of a question about no one project; None where it describes a matter to be searched for.

    amounts, filters  the conditions on amounts, and the others
    """
    for whole in totals.WHOLE.finditer(p.text):
        p.claim(*whole.span(), "範囲：全体")
    m = said(p, q, tuple(amounts), filters)
    return _first(_WHATEVER_ELSE_IT_SAYS, m) or (None if _describes(m) else _first(_PLAIN, m))


def _first(readers: tuple[Reader, ...], m: Said) -> Query | None:
    return next((found for read in readers if (found := read(m)) is not None), None)


def _describes(m: Said) -> bool:
    """A sentence that says this much describes a matter; 件数 or トップ in it is part of that."""
    return len(m.content) > TOPIC_WORDS


def _not_computed(m: Said) -> Query | None:
    undone = _UNDONE.search(m.p.text)
    return m.refused(undone.group()) if undone else None


def _exception_not_read(m: Said) -> Query | None:
    left_out = unread_exception(m.p)
    return m.refused(left_out) if left_out and (m.verbs or m.filters or m.q.ministries) else None


_WHATEVER_ELSE_IT_SAYS: tuple[Reader, ...] = (
    _not_computed,
    totals.similar,
    orders.order_of_shares,
    totals.payers,
    orders.moved_most,
    totals.change_as_condition,
)
"""Readers that are asked however much the question says."""

_PLAIN: tuple[Reader, ...] = (
    _exception_not_read,
    totals.times_as_condition,
    totals.years_side_by_side,
    totals.first_published,
    orders.best_year,
    totals.figure_against_figure,
    orders.averages_in_order,
    orders.ranked,
    totals.ministries_side_by_side,
    totals.followed,
    totals.several_asked,
    totals.averaged,
    totals.share,
    totals.counted,
    totals.grouped,
    totals.of_a_matter,
    totals.summed,
    totals.paid,
    totals.total_of_office,
    totals.conditioned,
    totals.total_of_ministry,
    totals.projects_of_ministry,
)


def about_matter(p: Parsed, q: Query) -> Query:
    """「防災に関する事業は何件」: the matter as a condition on what the projects are called and for, which the reading shows."""
    if q.operation not in ("count", "sum", "average", "rank", "list") or q.payees or q.refusal:
        return q
    words = [related_to(w) for w in content_words(topic_of(p)) if not w.isdigit()]
    if any(f.table in _OF_CONTRACTS for f in (*q.fields, *(c.field for c in q.filters))):
        words = [w for w in words if w not in _CONTRACT_WORDS]
    words = [w for w in words if w != "実施"]
    relation = next((w for w in words if _NO_MATTER.fullmatch(w)), "")
    if relation:
        # a word that sets things in relation was not understood: what is left would answer another question
        return replace(q, operation="none", refusal=Refusal("unresolved", relation))
    rest = p.remainder()
    unread = _unread(p, vocabulary.STOPS.sub(lambda m: "\x00" * len(m.group()), rest))
    if unread:
        # left out, the answer would be another's
        return replace(q, operation="none", refusal=Refusal("unresolved", unread))
    words += [
        m.group(1) for m in _QUOTE.finditer(rest) if m.group(1).strip("\x00") and m.group(1) not in words
    ]
    matters = tuple(dict.fromkeys(w for w in words if w))
    beside = tuple(replace(b, matters=matters, topic="") for b in q.beside)
    return replace(q, matters=matters, topic="", beside=beside)


def _unread(p: Parsed, rest: str) -> str:
    """A word that sets figures in relation and was not read, "" where there is none; 「防衛省だけ」 says nothing more."""
    named = {s.end for s in p.spans if (s.taken_as or "").startswith(("府省庁", "年度", "条件", "集計"))}
    for m in _UNREAD.finditer(rest):
        if not (m.group() in ("だけ", "のみ") and m.start() in named):
            return m.group()
    return ""


def related_to(word: str) -> str:
    """「防災関連」 is about 防災."""
    return re.sub(r"(?:関連|関係)$", "", word)

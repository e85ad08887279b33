"""What a turn points at by its kind: 「その省」 of an order of 府省庁, 「その会社」 in other projects, 「文科省だとどの事業」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query, ResultContext, Years
from assistant.understanding.conversation.fields import own_fields
from assistant.understanding.conversation.rows import RECIPIENTS, row_in_hand
from assistant.understanding.deciding import Situation
from assistant.understanding.many.conditions import PAID
from assistant.understanding.names.payees import core_name
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import MINISTRY

_THAT_MINISTRY = pattern(r"(?:その|この|1位の|一番の)(?:府省庁|省庁|省|役所|庁)(?=の|は|で|が|に|だと|[?]|$)")
_THE_AMOUNT = pattern(r"^(?:その|それの)?(?:金額|額)(?:は|って)?[?]?$|^(?:で)?(?:いくら|幾ら)")
_ELSEWHERE = pattern(
    r"(?:(?:その|この|そこの)(?:会社|企業|支出先|法人|団体|業者|ところ)|そこ)?(?:は|って|が)?[、,]?(?:ほか|他|別)の事業(?:でも|にも|からも|では|で|にも?)[^、。?]{0,12}[?]?$"
    r"|その(?:会社|企業|支出先|法人|団体|業者)の(?:全|すべての|全ての|全部の)事業(?:の合計|で(?:いくら|の合計)|を合わせ)"
)
_NAMED = ("支出先", "契約先")
_WHICH_PROJECT = pattern(r"(?:どの事業|どれ|何|なに)(?:です|になり|か|$|[?])")


def of_the_ministry_shown(p: Parsed, previous: Query, shown: ResultContext | None) -> Query:
    """The question before, asked of the one 府省庁 that the turn points at: 「その省の事業は」 after the first of an order."""
    name = shown.ministry if shown else ""
    said = _THAT_MINISTRY.search(p.text)
    if said is None or not name or p.ministries or previous.group_by != MINISTRY:
        return previous
    p.claim(*said.span(), "府省庁：" + name)
    fields = tuple(f for f in previous.fields if f != MINISTRY)
    one = replace(
        previous, ministries=(name,), fields=fields, group_by=None, order=None, limit=None, nth=None
    )
    return replace(one, operation="sum") if previous.operation == "rank" else one


def pointed_at(p: Parsed, previous: Query, shown: ResultContext | None, situation: Situation) -> Query | None:
    """What the turn asks of what it points at; None where it points at none of these."""
    return (
        _amount_of_the_place(p, previous)
        or _first_of_a_ministry(p, shown)
        or _other_projects(p, previous, shown, situation)
    )


def _amount_of_the_place(p: Parsed, previous: Query) -> Query | None:
    """「その金額は」 after the place a 府省庁 has."""
    if not (previous.place and len(previous.ministries) == 1 and _THE_AMOUNT.search(p.text)):
        return None
    alone = replace(previous, place=False, group_by=None, order=None, limit=None)
    return replace(alone, question=p.n.original, words=p.words(), carried_over=("府省庁", "項目"))


def _first_of_a_ministry(p: Parsed, shown: ResultContext | None) -> Query | None:
    """「文科省だとどの事業?」 after one of a ranking: the ranking of that 府省庁."""
    listing = shown.listing if shown else None
    if listing is None or listing.operation != "rank" or not p.ministries or own_fields(p):
        return None
    if not _WHICH_PROJECT.search(p.text) or p.years or p.names or p.verbs() - {"list"}:
        return None
    named = tuple(dict.fromkeys(v for m in p.ministries for v in m.values))
    if not named:
        return None
    return replace(
        listing, question=p.n.original, ministries=named, words=p.words(), carried_over=("項目", "年度")
    )


def _other_projects(
    p: Parsed, previous: Query, shown: ResultContext | None, situation: Situation
) -> Query | None:
    """「その会社、ほかの事業でももらってる?」 of a recipient of one project."""
    said = _ELSEWHERE.search(p.text)
    if said is None or situation.single is not None or p.names or p.ministries or p.years:
        return None
    rows = shown.rows if shown else ()
    first = rows[:1]
    row = next((r for r in (row_in_hand(previous), *first) if r and r.field.column in _NAMED), None)
    if row is None or row.field.table not in RECIPIENTS:
        return None
    name = core_name(str(row.value))
    if not situation.is_payee(name):
        return None
    p.claim_around(said.start(), said.end(), "支出先：" + name)
    return Query(
        p.n.original,
        operation="sum",
        payees=(name,),
        fields=(PAID,),
        years=Years("latest"),
        words=p.words(),
        carried_over=("支出先",),
    )

"""The fields a follow-up asks for: its own, or those of the question before as a rate, as an amount, as a response."""

from __future__ import annotations

from collections.abc import Collection

from assistant.patterns import pattern
from assistant.query import FieldRef, Operation, Query
from assistant.understanding.many.conditions import BUDGET, MONEY_OF
from assistant.understanding.one.over_years import how_far
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import SPENT, FieldMention, kind_of
from db.catalogue import MONEY, RATE, catalogue

# 「率ではなく」 says what is not asked
_NOT_THIS = pattern(r"[^、。?]{1,8}(?:ではなく|じゃなく)(?:て)?")
_AS_RATE = pattern(
    r"(?:率|割合|比率|パーセント|%|何割|百分率)(?:に(?:する|直す|なおす|換算する)と|で(?:は|言うと|いうと|見ると)?|だと|にして|としては)|^(?:ということは|つまり|じゃあ|では|で|なら)?[、,]?(?:その)?(?:率|割合|比率)(?:は|って|も)?(?=$|[?]|上が|下が|増|減|高|低|どう)"
)
_AS_AMOUNT = pattern(
    r"(?:金額|額|円)(?:に(?:する|直す|換算する)と|で(?:は|言うと|いうと|見ると)?|だと|にして)"
)
_BARE_MONEY = pattern(
    r"^(?:それ|その(?:額|金額)|金額|額|お金)?(?:は|って|で)?(?:全部で|合計で)?(?:いくら|幾ら|おいくら|何円|どれ(?:くらい|だけ))"
)
_AMOUNT_ITSELF = pattern(r"^(?:その)?(?:金額|額)は[?]?$")
_BREAKDOWN = pattern(r"^(?:その|では|じゃあ)?[、,]?(?:内訳|中身|明細)(?:は|を|も|って)")
_SPENT_ALONE = pattern(r"^(?:では|じゃあ|で)?[、,]?執行(?:は|も|って)[?]?$")
# after an amount: who got it
_WHERE_TO = pattern(
    r"^(?:それは|それ|で|そのお金は|そこから)?[、,]?(?:どこ|どちら|誰|だれ)(?:に|へ|が(?:もら|受け)|の手)|^そこから(?:先|さらに)|^(?:行き先|使い先|渡し先|相手)は"
)
# what was done about an opinion just shown
_RESPONSE = pattern(r"対応|対処|答え|応え|直(?:し|す|る)|反映|改善|受けて|変え|見直")
_OPINIONS = frozenset({"行政事業レビュー推進チームの所見", "外部有識者の所見", "公開プロセス結果概要"})
RECIPIENT = FieldRef("payees", "支出先")
RESPONDED = FieldRef("comments", "本文", "所見を踏まえた改善点")
IS_IT_MUCH = pattern(
    r"^(?:それ|これ|その(?:額|金額|数字))?(?:って|は)?(?:多い|少ない|大きい|小さい|高い|低い)(?:ほう|方)?(?:なの|の|ん)?(?:です|でしょう)?か?[?]?$"
)
"""「それって多いの?」: the figure just told, which others beside it show to be large or small."""
MORE = pattern(
    r"(?:もっと|もう少し|さらに|より)?(?:詳しく|くわしく|詳細(?:を|に|は)?|細かく|全文|全部読|続き)"
)
"""「もっと詳しく」: more of what was told."""
_EXPENSE, _ITEM = FieldRef("expenses", "費目"), FieldRef("budget_items", "目")
_IN_TURN = {
    "目標値": ("当初見込み",),
    "成果実績": ("活動実績",),
    "達成度": ("活動実績", "当初見込み"),
    "当初見込み": ("目標値",),
    "活動実績": ("成果実績",),
    "成果指標": ("活動指標",),
    "活動指標": ("成果指標",),
}
_RATE_OF = {"執行額": "執行率", "計": "執行率", "不用額": "不用率"}
_AMOUNT_OF = {"執行率": "執行額", "不用率": "不用額"}


def of_the_same_row(fields: tuple[FieldRef, ...], table: str) -> tuple[FieldRef, ...]:
    """「目標は」 after a row of 活動指標 asks for its 当初見込み, not for the 目標値 of a 成果指標; and the other way round."""
    if table == "budget_items":
        # 「一番大きい費目は」 after one 目 of the budget
        return tuple(_ITEM if f == _EXPENSE else f for f in fields)
    if table not in ("outcomes", "outputs") or not all(f.table in ("outcomes", "outputs") for f in fields):
        return fields
    out: list[FieldRef] = []
    for f in fields:
        columns = (f.column,) if f.table == table else _IN_TURN.get(f.column, (f.column,))
        out += [FieldRef(table, c) for c in columns]
    return tuple(dict.fromkeys(out))


def _amount_explained(fields: tuple[FieldRef, ...]) -> FieldRef | None:
    """The amount that an evaluation item just shown explains (繰越額が大きい場合… → 翌年度へ繰越し)."""
    items = {f.item for f in fields if f.table == "evaluations"}
    columns = [c for e in catalogue().evaluations if e.item in items for c in e.explains]
    budgets = [FieldRef("budgets", c) for c in columns if c in catalogue().table("budgets").columns]
    return next((f for f in budgets if kind_of(f) == MONEY), None)


def own_fields(p: Parsed, conditioned: Collection[FieldMention] = ()) -> tuple[FieldRef, ...]:
    """The fields asked for, without those that only carry a condition or say how to divide (「府省庁別に」)."""
    groups = [(o.start, o.end) for o in p.operations if o.verb == "group"]
    divided = [f for f in p.fields if any(a < f.end and f.start < b for a, b in groups)]
    asked = [f for f in p.fields if f not in conditioned and f not in divided]
    strong = [f for f in asked if not f.weak] or asked
    return tuple(dict.fromkeys(f.field for f in strong))


def field_edit(
    p: Parsed, previous: Query, own: tuple[FieldRef, ...]
) -> tuple[tuple[FieldRef, ...], Operation | None]:
    """The fields this turn asks for, and the operation they call for where it is not the one before.

    own  fields the question names (``own_fields``); a rate, an amount or a response is taken of those before it
    """
    text = _NOT_THIS.sub("", p.text)
    said = {f.item for f in previous.fields} & _OPINIONS
    named = [f for f in p.fields if not (f.field.table == "remarks" or f.field == RESPONDED)]
    if said and _RESPONSE.search(text) and all(f.text.startswith(("どう", "何を")) for f in named):
        return (RESPONDED,), "lookup"
    if how_far(p) in ("growth", "ratio") and not own:
        # 「率で言うと何%増?」 asks how much the figure grew, not for another
        return previous.fields, None
    if own and not (_AS_RATE.search(text) and all(kind_of(f) != RATE for f in own)):
        return own, "lookup" if previous.projects else None
    if _AS_RATE.search(text):
        changed = tuple(
            FieldRef(f.table, _RATE_OF[f.column]) if f.table == "budgets" and f.column in _RATE_OF else f
            for f in previous.fields
        )
        return tuple(dict.fromkeys(changed)), None
    if _AS_AMOUNT.search(text):
        changed = tuple(
            FieldRef(f.table, _AMOUNT_OF[f.column]) if f.table == "budgets" and f.column in _AMOUNT_OF else f
            for f in previous.fields
        )
        return changed, None
    if _WHERE_TO.search(text.strip()) and previous.projects and not own:
        return (RECIPIENT,), "lookup"
    if _BREAKDOWN.search(text.strip()) and previous.projects and not set(own) - {_ITEM}:
        listed_before = previous.fields[0].table if previous.fields else ""
        if listed_before in ("payees", "expenses"):
            return (_EXPENSE,), "lookup"
    if _SPENT_ALONE.search(text.strip()) and previous.projects and not own:
        return (SPENT,), "lookup"
    listed = previous.fields[0].table if previous.fields else ""
    if _AMOUNT_ITSELF.search(text.strip()) and listed in MONEY_OF and previous.projects:
        return (MONEY_OF[listed],), "lookup"
    explained = _amount_explained(previous.fields)
    if explained and (_BARE_MONEY.search(text.strip()) or _AMOUNT_ITSELF.search(text.strip())):
        return (explained,), "lookup"
    if _BARE_MONEY.search(text.strip()) and not any(kind_of(f) == MONEY for f in previous.fields):
        table = previous.fields[0].table if previous.fields else ""
        return (MONEY_OF.get(table, BUDGET),), "lookup" if previous.projects else None
    return previous.fields, None

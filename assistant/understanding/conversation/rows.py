"""Rows of one project's list in a conversation: 「2番目は?」「そこの法人番号は」「もう一つの支出先は」「〇〇は?」「合わせて」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Refusal, ResultContext, Years
from assistant.understanding.conversation.choosing import ORDINAL, asks_an_order, place_of
from assistant.understanding.conversation.fields import of_the_same_row, own_fields
from assistant.understanding.conversation.years import own_years
from assistant.understanding.deciding import Situation
from assistant.understanding.many.conditions import MONEY_OF, REQUEST
from assistant.understanding.one.lists import BLOCK
from assistant.understanding.one.named_rows import LIST_TABLES
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary

RECIPIENTS = ("payees", "payee_contracts", "expenses", "contracts")
"""Lists whose rows are of the same recipients."""
_INDICATORS = ("outcomes", "outputs")
_ALIKE = (RECIPIENTS, _INDICATORS, ("budget_items",))
# 「それは」「その会社の」「その法人番号」「そこは」
_THAT_ONE = pattern(
    r"^(?:で|では|じゃあ)?[、,]?(?:(?:それ|そこ|そちら)(?=は|って|の|に|が|を|と|$|[?])|その(?!年|時|とき|うち|中|なか|理由|原因|後|前|他|ほか|次|事業)(?:会社|契約|支出先|企業|人|相手|団体|法人(?!番号)|費目|業者|入札|ところ|先)?)"
)
_COLUMN = pattern(r"^[^、。?]{2,12}(?:は|も|を教え[^、。?]*)?[?]?$")
_OTHER_ROW = pattern(
    r"もう(?:一|1)(?:つ|社|者|人|件|団体)の?(?:ほう|方|支出先|会社|企業|業者|契約|相手|費目)?(?=は|を|が|に|の|$|[?])"
)
_ANOTHER = pattern(
    r"^(?:[^、。?]{1,8}[、。])?(?:では|じゃあ|じゃ|なら|あと)?(?P<name>[^、。?!]{2,30}?)(?:の(?:場合|ほう|方))?(?:は|だと|なら|で)?(?:どう|いくら)?[?]?$"
)
_OTHERS = pattern(
    r"^(?:では|じゃあ)?[、,]?(?:ほか|他|それ以外)(?:に|の(?:ところ|会社|支出先|人))?(?:は|も)?(?:ある|あり|いる|何|どれ|どこ|誰|$|[?])"
)
_WHICH = pattern(
    r"(?:どちら|どっち)(?:の[^、。?]{1,8})?(?:が|のほうが|の方が)?(?:多|大き|高|(?P<low>少な|小さ|低|安))"
)
_TOGETHER = pattern(r"合わせ(?:て|ると)|あわせ(?:て|ると)|合計|足す|足し|両方")
_BUDGETS = {REQUEST: "要求", FieldRef("budgets", "当初予算"): "当初予算"}


def row_of_list(
    p: Parsed, previous: Query, shown: ResultContext | None, situation: Situation
) -> Query | None:
    """What is asked of one row of the list of the project in hand; None where the turn speaks of no row."""
    if shown is None or len(previous.projects) != 1 or p.names or p.ministries:
        return None
    return (
        _by_place(p, previous, shown, situation)
        or _that_one(p, previous, shown, situation)
        or _the_other(p, previous, shown, situation)
        or _together(p, previous, shown)
        or _all_others(p, previous)
        or _named(p, previous, shown, situation)
    )


def kept_rows(previous: Query, fields: tuple[FieldRef, ...]) -> tuple[Filter, ...]:
    """The conditions on rows that still hold where the turn asks for these fields: those of the same list."""
    tables = {f.table for f in fields}
    alike = {t for group in _ALIKE if tables & set(group) for t in group} | tables
    return tuple(f for f in previous.filters if f.field.table in alike and f.field not in fields)


def row_in_hand(previous: Query) -> Filter | None:
    """The one row the query before was about."""
    if len(previous.projects) != 1 or len(previous.filters) != 1:
        return None
    (row,) = previous.filters
    return row if row.field.table in LIST_TABLES and row.op in ("=", "contains") else None


def what_for(name: FieldRef) -> tuple[FieldRef, ...]:
    """The column that says what a recipient was paid for."""
    column = "使途" if name.table == "expenses" else "業務概要"
    return (FieldRef(name.table, column),)


def _by_place(p: Parsed, previous: Query, shown: ResultContext, situation: Situation) -> Query | None:
    """「2番目は?」「最後の会社の落札率は」 after a list of one project (支出先, 費目)."""
    m = ORDINAL.search(p.text)
    if m is None or not shown.rows or asks_an_order(p, m):
        return None
    if p.text.startswith("戻", m.end()):
        # 「1位に戻って」 goes back to a project
        return None
    if "事業" in m.group() or p.text.startswith("事業", m.end()):
        return None
    n = place_of(m, len(shown.rows))
    if not 1 <= n <= len(shown.rows):
        return Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words(), ordinal=n)
    p.claim(*m.span(), f"{n}番目：{shown.rows[n - 1].value}")
    return _asked_of(p, previous, shown, shown.rows[n - 1], n, situation)


def _that_one(p: Parsed, previous: Query, shown: ResultContext, situation: Situation) -> Query | None:
    """「その法人番号」「そこは何に使ったの」: the first of an order just shown, else the row in hand."""
    m = _THAT_ONE.search(p.text)
    if (
        m is None
        and previous.operation == "rank"
        and previous.limit == 1
        and not (p.operations or BLOCK.search(p.text))
    ):
        # 「法人番号は?」 after the one that got most
        m = _COLUMN.search(p.text)
    if m is None or p.reasons or {"sum", "average", "count"} & p.verbs():
        return None
    ordered = (previous.operation == "rank" and bool(shown.rows)) or len(shown.rows) == 1
    row = shown.rows[0] if ordered else row_in_hand(previous)
    fields = own_fields(p)
    tables = {f.table for f in fields}
    alike = {t for group in _ALIKE if row and row.field.table in group for t in group}
    asked = tables <= alike if fields else bool(vocabulary.WHAT_FOR.search(p.text) or ordered or p.years)
    if row is not None and row.field.table == "budget_items":
        asked = asked or set(fields) <= _BUDGETS.keys()
    if row is None or not asked:
        return None
    return _asked_of(p, previous, shown, row, 1 if ordered else previous.ordinal, situation)


def _the_other(p: Parsed, previous: Query, shown: ResultContext, situation: Situation) -> Query | None:
    """「もう一つのほうは?」 of two rows."""
    m, row = _OTHER_ROW.search(p.text), row_in_hand(previous)
    if m is None or row is None or len(shown.rows) != 2 or row not in shown.rows:
        return None
    n = 2 - shown.rows.index(row)
    p.claim(*m.span(), f"{n}番目：{shown.rows[n - 1].value}")
    return _asked_of(p, previous, shown, shown.rows[n - 1], n, situation)


def _all_others(p: Parsed, previous: Query) -> Query | None:
    """「ほかには?」 after one row: the whole list."""
    row = row_in_hand(previous)
    if row is None or not _OTHERS.search(p.text) or own_fields(p):
        return None
    return replace(
        previous,
        question=p.n.original,
        operation="lookup",
        fields=(row.field,),
        filters=(),
        ordinal=None,
        words=p.words(),
        carried_over=("事業",),
    )


def _together(p: Parsed, previous: Query, shown: ResultContext) -> Query | None:
    """「合わせて」「どちらが多い?」 after two rows, one after the other."""
    row = row_in_hand(previous)
    other = shown.earlier[0] if shown.earlier else None
    before = row_in_hand(other) if other is not None else None
    larger = _WHICH.search(p.text)
    if row is None or before is None or other is None or own_fields(p):
        return None
    if not (larger or _TOGETHER.search(p.text)):
        return None
    money = MONEY_OF.get(row.field.table)
    if other.projects != previous.projects or before.field != row.field or money is None:
        return None
    both = replace(row, op="contains", value=(*_values(before), *_values(row)))
    return replace(
        previous,
        question=p.n.original,
        operation="rank" if larger else "sum",
        fields=(money,),
        filters=(both,),
        order=("asc" if larger.group("low") else "desc") if larger else None,
        limit=2 if larger else None,
        words=p.words(),
        carried_over=("事業", "項目"),
    )


def _values(row: Filter) -> tuple[object, ...]:
    return row.value if isinstance(row.value, tuple) else (row.value,)


def _named(p: Parsed, previous: Query, shown: ResultContext, situation: Situation) -> Query | None:
    """「APPUは?」 after 「UPUへの支出は」: the same of another row of that list, or of one of the list just told."""
    said, row, own = _ANOTHER.match(p.text), row_in_hand(previous), own_fields(p)
    if said is None or p.reasons or p.years or p.verbs() - {"list"}:
        return None
    told_row = row or (shown.rows[0] if shown.rows else None)
    if told_row is None or told_row.field.table not in LIST_TABLES:
        return None
    table = told_row.field.table
    only = next((group for group in _ALIKE if table in group), (table,))
    words = content_words(topic_of(p))
    if not words or any(f.table not in only for f in own):
        return None
    keys = previous.projects[0].sheet_keys
    # 「あいの風とやま」 is one name, 「研修の回数」 two words of one
    ways = [words, [said.group("name")], [w for w in said.group("name").split("の") if w]]
    tried = (situation.rows.find(w, keys, (table,), only, whole=True) for w in ways if len(w) <= 2)
    found = next((f for f in tried if f is not None), None)
    if found is None or (found.table != table and not own and table not in _INDICATORS):
        return None
    words = [said.group("name")] if not all(w in p.text for w in words) else words
    for word in words:
        at = p.text.find(word)
        p.claim(at, at + len(word), f"{found.condition.field.column}：{found.condition.value}")
    # what was asked of the row before is asked of this one; of one of a list what it got
    told = own or (previous.fields if row else (MONEY_OF.get(found.table, found.condition.field),))
    if row and found.table != table and not own:
        told = of_the_same_row(told, found.table)
    return replace(
        previous,
        question=p.n.original,
        operation=previous.operation if row and not own and found.table == table else "lookup",
        fields=told,
        filters=(found.condition,),
        order=previous.order if row and not own else None,
        limit=previous.limit if row and not own else None,
        topic="",
        ordinal=None,
        words=p.words(),
        carried_over=("事業", "項目", *(("年度",) if previous.years.kind == "given" else ())),
    )


def _asked_of(
    p: Parsed, previous: Query, shown: ResultContext, row: Filter, n: int | None, situation: Situation
) -> Query:
    """What is asked of this row: its own columns, what it was for, or the row itself."""
    own = own_fields(p)
    fields = tuple(f for f in own if f.table == row.field.table)
    alike = next((group for group in _ALIKE if row.field.table in group), ())
    fields = fields or tuple(f for f in own if f.table in alike)
    if not fields and vocabulary.WHAT_FOR.search(p.text):
        fields = what_for(row.field)
    years = previous.years
    filters: tuple[Filter, ...] = (row,)
    kind = next((k for f, k in _BUDGETS.items() if f in own), None)
    if row.field.table == "budget_items" and kind is not None:
        # 「それの31年度要求は」 of one 目
        fields, filters = (
            (MONEY_OF["budget_items"],),
            (row, Filter(FieldRef("budget_items", "種別"), "=", kind)),
        )
        years = Years("none")
    elif p.years and not own:
        # 「それの29年度は」: the row's figure of that year
        fields = (MONEY_OF.get(row.field.table, row.field),)
    if p.years:
        years = own_years(p, previous, shown, fields, situation)
    return replace(
        previous,
        question=p.n.original,
        operation="lookup",
        fields=fields or (row.field,),
        filters=filters,
        years=years,
        topic="",
        reason=False,
        order=None,
        limit=None,
        ordinal=n,
        words=p.words(),
        carried_over=("事業", *(("年度",) if not p.years and years.kind == "given" else ())),
    )

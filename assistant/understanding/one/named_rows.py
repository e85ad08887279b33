"""Rows of one project's lists named in a question: 「旅費はいくら」「〇〇法人の落札率は」「ブロックAの…」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.counting import counted
from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Years
from assistant.understanding.many.conditions import MONEY_OF, PAID, word_filters
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.names.rows import NamedRow, RowNames
from assistant.understanding.one.lists import BLOCK, block_of, final_aim, kind_asked
from assistant.understanding.one.over_years import compared_years, how_far
from assistant.understanding.one.project import spent_on
from assistant.understanding.one.said import HOW, INDICATORS
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, how_text, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT, is_figure, is_passage
from assistant.understanding.words.normalise import name_key
from db.catalogue import catalogue

_TARGET = FieldRef("outcomes", "目標値")
_OF_A_ROW = ("search", "lookup", "count", "sum")
# what asks for the figure of a row, and which list its words speak of
_NUMBER_ASKED = pattern(
    r"(?:費|謝金|賃金|手当|料金|使用料|借料)(?:は|って)?[?]?$|(?:額|数|率|割合)の平均|(?:割合|率|数|額)は[^、。?]{0,8}(?:どう|どれ|いくつ|何)|"
    r"いくら|幾ら|いくつ(?!もり)|(?:お金|金額|予算|費用|額|数|率|割合|人数|件数|回数|日数)(?:は|って|を|も)?(?:教え|知り|[?]|$|\(|、[^、。?]{0,8}[は分]?[?]?$)|どの(?:くらい|ぐらい)|どれ(?:くらい|ぐらい|だけ|ほど)|"
    r"何(?:億|千|百|万)*(?:円|人|名|件|回|本|戸|者|社|日|時間|%|パーセント|割|ポイント|トン|台|か所|箇所|カ所|ヶ所|校|団体|点|種類|隻|頭|個|kw|ha|km|m|棟|床|店|基|枚|冊|コース|県|都道府県|市町村|自治体|か国|ヶ国|カ国)"
)
_LIST_SAID: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (pattern(r"国庫債務|契約額|複数年"), ("contracts",)),
    (pattern(r"当初|要求|予算|積ん|積み|計上|付い|つい"), ("budget_items",)),
    (pattern(r"使っ|使わ|支出|支払|払|執行|かかっ|渡|もら|受け取|請け負|受注|落札|入札|流れ"), ("expenses", "payees", "contracts")),
    (pattern(r"実績|見込|目標|達成|何(?:人|名|件|回|本|戸|日|時間|%|パーセント|トン|台|か所|箇所|校|団体|隻|頭|棟|県)"), ("outcomes", "outputs")),
)  # fmt: skip
# lists that share columns, or stand for each other on sheets that lack one
_ALIKE = (("payees", "contracts", "payee_contracts", "expenses"), ("outcomes", "outputs"), ("budget_items",))
_SHARE_ASKED = pattern(r"割合|率|何%|何パーセント|何割")
_PLANNED = pattern(r"見込|予定|計画|目標")
_GROWS = pattern(r"(?:は|が)(?:増え|減|伸び)(?:る|た|っ|り)[^、。?]{0,6}[?]")
# money that goes to somebody: 「個人に払った分はある?」
_GIVES = pattern(
    r"(?<=[一-鿿ァ-ヺーA-Za-z])(?:に|へ)(?:も|は)?(?:お金(?:を|が|は))?(?:いくらか|何か)?(?:支?払(?:っ|わ|う)|支出|渡(?:し|っ)|出(?:て|し|た)|交付|委託し)"
)
_RECIPIENTS = ("payees", "contracts", "expenses")
# recipients of one legal form, by the words their names begin or end with
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (pattern(r"NPO(?:法人)?|特定非営利活動法人"), ("特定非営利活動法人", "NPO法人", "ＮＰＯ法人")),
    (pattern(r"独立行政法人|独法"), ("独立行政法人",)),
    (pattern(r"(?:一般|公益)?財団法人"), ("財団法人",)),
    (pattern(r"(?:一般|公益)?社団法人"), ("社団法人",)),
    (pattern(r"社会福祉法人|社福"), ("社会福祉法人",)),
    (pattern(r"国立大学(?:法人)?"), ("国立大学法人",)),
    (pattern(r"学校法人"), ("学校法人",)),
    (pattern(r"監査法人"), ("監査法人",)),
    (pattern(r"個人"), ("個人",)),
)
_OF_A_FORM = pattern(r"(?:に|へ|は|が|の|って|で|から|宛)(?![^、。?]{0,2}(?:名|情報|番号))")
_GETS = pattern(r"もら|受け取|受けと|支?払|支出|渡|委託|交付|受注|請け負|お金|いくら")
_EACH = pattern(r"それぞれ|各々|おのおの|どっちが|どちらが|と[^、。?]{1,12}(?:は|の)")
_WHICH_RECIPIENT = pattern(
    r"は(?:誰|だれ)|どこ(?:です|だ|と|が|に|か|の会社)?|どの(?:会社|企業|契約|支出先|業者|相手)|(?:誰|だれ)(?:と|に|が)|相手(?:先)?は|契約は(?:何|どれ)|(?:会社|企業|業者|団体|た人|た者|たところ|た先)(?:は|って|を(?:教|挙|全))|たのは[。?]*$"
)
_HIRED = pattern(
    r"請|受注|落札|委託|発注|外注|担当|頼|任|作っ|作成|買|購入|納|調達|借り|手伝|支援し|実施し|行っ|やっ|手がけ|手掛け|引き受|開[いく]|開催し|運営し|会社|企業|業者|業務|仕事"
)
# what is counted, said as a question (何人), as a number (人数) or as a list of it (人の数)
_UNIT_SAID = pattern(
    r"何(?:億|千|百|万)*(団体|世帯|施設|機関|自治体|市町村|都道府県|[人名件回本戸社日台校頭隻棟県])|([人件回日台戸社校本])数(?=[はがを]|って|$|[?])|([一-鿿ァ-ヺ])の数(?=[はがを]|って|$|[?])"
)
_MONEY_SAID = pattern(r"いくら|幾ら|なんぼ|何(?:億|千|百|万)*円|お金|金額|費用")
_PLAN_WORDS = frozenset({"予定", "見込", "計画", "実績", "目標", "目標値", "達成度", "達成率"})
_PAID_WORDS = frozenset(
    {
        "支払",
        "支出",
        "受注",
        "発注",
        "契約",
        "入札",
        "落札",
        "委託",
        "使用",
        "契約額",
        "支出額",
        "受取",
        "受領",
        "交付",
        "交付額",
        "受取額",
    }
)
_WORK_ITSELF = frozenset({"業務", "作業", "仕事"})
_ROW_WORDS = 6
_AIM = pattern(r"(?:の)?(?:目標値?|実績|見込み?)$")
_WITH_AIM = 3
_TWINS = 3
LIST_TABLES = frozenset(
    {
        "payees",
        "payee_contracts",
        "contracts",
        "expenses",
        "budget_items",
        "indirect_costs",
        "outcomes",
        "outputs",
    }
)
"""Tables whose rows are named by what they list."""


def named_row(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「旅費はいくら」「〇〇法人の落札率は」: a figure, or another column, of the row of that name in a list of the project.

    fields  every field of the question, which ``q`` may have left out
    """
    if q.payees and vocabulary.WHAT_FOR.search(p.text):
        # 「〇〇には何のための…」「〇〇は何を担当」 asks what it was paid for, not for a box called alike
        fields = [f for f in fields if f.table in LIST_TABLES]
    by_kind = (
        None if q.reason else _by_contract(p, q, rows) or _by_form(p, q, rows) or _by_work(p, q, fields, rows)
    )
    if by_kind is not None:
        return by_kind
    if q.operation == "rank" and q.payees and q.order and not any(f.table in INDICATORS for f in q.fields):
        # 「居住支援協議会への支出が多い順に」: the rows of that name in order
        names = tuple(q.payees) if len(q.payees) > 1 else q.payees[0]
        named = Filter(FieldRef("payees", "支出先"), "contains", names)
        limit = q.limit if q.limit and q.limit > 1 else DEFAULT_LIMIT
        return replace(q, fields=(PAID,), filters=(named,), payees=(), years=Years("latest"), limit=limit)
    if q.reason or q.operation not in _OF_A_ROW:
        return None
    if any(is_passage(f) for f in fields) and (q.operation != "search" or counted(p.text) is None):
        return None
    listed = [f for f in fields if f.table in LIST_TABLES]
    what_for = bool(q.payees) and bool(vocabulary.WHAT_FOR.search(p.text))
    amounts = any(f.table == "budgets" and is_figure(f) for f in fields)
    other = any(f.table not in LIST_TABLES and f.table != "budgets" and is_figure(f) for f in fields)
    moves = "compare" in p.verbs() or bool(_GROWS.search(p.text))
    changed = q.operation == "search" and moves and not (listed or q.payees or amounts)
    followed = q.operation == "search" and (q.years.kind == "all" or len(q.years.values) > 1)
    gives = q.operation == "search" and bool(_GIVES.search(p.remainder()))
    adds = "sum" in p.verbs()
    asks = changed or followed or gives or adds or bool(_NUMBER_ASKED.search(p.text))
    if other or not (listed or q.payees or amounts or asks):
        return None
    if HOW.search(how_text(p)) and not (what_for or listed):
        return None
    block = BLOCK.search(p.text)
    # 「自己点検は何点」: a box named beside a number asked for may be a word of the row
    words = [
        w
        for w in content_words(topic_of(p, with_fields=any(map(is_passage, fields))))
        if w not in _PLAN_WORDS and not (block and w in block.group()) and w not in kind_asked(p)
    ]
    words += [w for f in p.fields if f.field == SPENT for w in spent_on(f.text)]
    words = [*q.payees, *(w for w in words if not any(w in r or r in w for r in q.payees))]
    words = [w for w in words if w not in _PAID_WORDS] or words
    # 「論文目標」: what is aimed at is asked of the row 論文
    words = [_AIM.sub("", w) if len(w) > _WITH_AIM else w for w in words]
    if amounts and not q.payees and any((s.taken_as or "").startswith("事業：") for s in p.spans):
        # 「〇〇拠出金（任意拠出金）の予算」: what is left of a name that was read loosely is no row
        own = [name_key(x.name) for x in q.projects[:_TWINS]]
        words = [w for w in words if not all(name_key(w) in key for key in own)]
    if not 1 <= len(words) <= _ROW_WORDS:
        return None
    prefer = next((tables for pattern, tables in _LIST_SAID if pattern.search(p.text)), ())
    alike = {f.table for f in listed}
    only = [t for tables in _ALIKE if alike & set(tables) for t in tables]
    unit = _UNIT_SAID.search(p.text)
    if _SHARE_ASKED.search(p.text) and not (listed or q.payees or only):
        # a share is no amount of a list
        only = [*INDICATORS]
    elif gives and not only:
        only = [*_RECIPIENTS]
    elif changed:
        only = [*INDICATORS, "budget_items"]
    elif unit and not listed and not q.payees and not amounts:
        only = [*INDICATORS]
    elif not only and not unit and _MONEY_SAID.search(p.text):
        only = [t for t in LIST_TABLES if t not in INDICATORS]
    if alike == {"expenses"} and "内訳" in p.text:
        # 「〇〇への支出の内訳」: what its money went for, not the amount it got
        only = ["expenses"]
    if "outputs" in alike:
        prefer = ("outputs", *prefer)
    share = bool(_SHARE_ASKED.search(p.text))
    count_of = next((g for g in unit.groups() if g), "") if unit else ""
    tried = (
        (x, rows.find(words, x.sheet_keys, prefer, only, share, amounts, count_of))
        for x in q.projects[:_TWINS]
    )
    project, found = next(((x, f) for x, f in tried if f is not None), (q.projects[0], None))
    if found is None and not amounts:
        # 「セーフティネット住宅の登録戸数」: a word of the project's own name says whose row it is
        rest = [w for w in words if name_key(w) not in name_key(project.name)]
        if rest and rest != words:
            found = rows.find(rest, project.sheet_keys, prefer, only, share, amounts, count_of)
    if found is None and len(words) > 1 and _EACH.search(p.text):
        found = _each_row(words, project.sheet_keys, prefer, only, rows)
        if found is None and q.payees:
            # 「〇〇に払った拠出金と分担金はそれぞれ」: lines of what was paid to it
            rest = [w for w in words if w not in q.payees]
            found = _each_row(rest, project.sheet_keys, prefer, _RECIPIENTS, rows) if len(rest) > 1 else None
    if found is None:
        return None
    columns = catalogue().table(found.table).columns
    asked = [f.column for f in listed if f.column in columns and f.column != found.condition.field.column]
    if found.table == "outputs" and not asked and (_TARGET in fields or _PLANNED.search(p.text)):
        asked = ["当初見込み"]
    if what_for and not asked:
        asked = [c for c in ("業務概要", "契約概要") if c in columns]
        if _MONEY_SAID.search(p.text):
            # 「〇〇への支払いはいくらで何のため」
            asked = [found.figure.column, *asked]
    condition = found.condition
    adds = adds and found.table not in INDICATORS
    said = [w for w in words if w in str(condition.value)]
    if adds and said:
        # 「職員の旅費は合わせて」: every row whose name has the word, not the one that fits best
        condition = replace(condition, op="contains", value=max(said, key=len))
    conditions = [condition, *([found.beside] if found.beside else [])]
    final = final_aim(p, fields) if found.table == "outcomes" else None
    if final is not None:
        conditions.append(final)
    years = q.years if q.years.kind != "none" else Years("latest")
    if block and "ブロック" in columns:
        conditions.append(Filter(FieldRef(found.table, "ブロック"), "=", block_of(block)))
    return replace(
        q,
        projects=(project,),
        operation="sum" if adds else "compare" if changed and found.table in INDICATORS else "lookup",
        fields=tuple(FieldRef(found.table, c) for c in dict.fromkeys(asked)) or (found.figure,),
        filters=tuple(conditions),
        payees=(),
        years=Years("all")
        if final
        else compared_years(years)
        if changed and found.table in INDICATORS
        else years,
        difference=how_far(p) if changed and found.table in INDICATORS else "",
        topic="",
    )


def _each_row(
    words: Sequence[str],
    sheet_keys: Sequence[str],
    prefer: Sequence[str],
    only: Sequence[str],
    rows: RowNames,
) -> NamedRow | None:
    """「拠出金と分担金はそれぞれいくら」: the rows of one list that the words name one by one."""
    found = [rows.find([w], sheet_keys, prefer, only) for w in words]
    first = found[0]
    if first is None or any(f is None or f.condition.field != first.condition.field for f in found):
        return None
    values = tuple(str(f.condition.value) for f in found if f is not None)
    return replace(first, condition=replace(first.condition, value=values))


def _by_contract(p: Parsed, q: Query, rows: RowNames) -> Query | None:
    """「企画競争の契約はどこ」: recipients of that kind of contract."""
    if q.operation not in _OF_A_ROW or not _WHICH_RECIPIENT.search(p.text):
        return None
    kinds = tuple(f for f, _, _ in word_filters(p) if f.field.table == "payees")
    if not kinds or not rows.has(kinds, q.projects[0].sheet_keys):
        return None
    shown = (FieldRef("payees", "支出先"), FieldRef("payees", "契約方式等"))
    return replace(q, operation="lookup", fields=shown, filters=kinds, topic="", years=Years("none"))


def _by_form(p: Parsed, q: Query, rows: RowNames) -> Query | None:
    """「NPOはいくつもらってる」「個人に払った分は」: recipients of one legal form."""
    if q.operation not in _OF_A_ROW or q.payees or not _GETS.search(p.text):
        return None
    for said, words in _FORMS:
        m = said.search(p.text)
        if m is None or not _OF_A_FORM.match(p.text, m.end()):
            continue
        others = [w for w in content_words(topic_of(p)) if w not in _PAID_WORDS and w not in m.group()]
        found = rows.called(words, q.projects[0].sheet_keys) if not others else None
        if found is not None:
            table = found.field.table
            shown = (FieldRef(table, found.field.column), FieldRef(table, MONEY_OF[table].column))
            return replace(
                q, operation="lookup", fields=shown, filters=(found,), topic="", years=Years("none")
            )
    return None


def _by_work(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「命令書の印刷を頼んだのはどこ」: recipients by what they were paid for."""
    asks = q.operation in _OF_A_ROW and not q.payees and _WHICH_RECIPIENT.search(p.text)
    if not asks or not _HIRED.search(p.text) or any(f.table != "payees" or is_figure(f) for f in fields):
        return None
    words = [w for w in content_words(topic_of(p)) if w not in _PAID_WORDS and not _HIRED.fullmatch(w)]
    words = [w for w in words if w not in _WORK_ITSELF]
    work = rows.working(words, q.projects[0].sheet_keys) if words else None
    if work is None:
        return None
    shown = (FieldRef(work.field.table, "支出先"), work.field)
    return replace(q, operation="lookup", fields=shown, filters=(work,), topic="", years=Years("none"))

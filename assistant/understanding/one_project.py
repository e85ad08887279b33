"""A question about one project as a query: a field, a row of a list, a trend, a reason, a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.counting import counted, stems
from assistant.query import FieldRef, Filter, Query, Refusal, Years
from assistant.understanding import vocabulary
from assistant.understanding.conditions import BUDGET, EXECUTION_RATE, MONEY_OF, amount_filters, word_filters
from assistant.understanding.fields import has_year, is_figure, is_passage, kind_of
from assistant.understanding.many_said import DEFAULT_LIMIT
from assistant.understanding.normalise import name_key
from assistant.understanding.parsing import Parsed
from assistant.understanding.premises import read_premise
from assistant.understanding.projects import pairs_of
from assistant.understanding.rows import NamedRow, RowNames
from assistant.understanding.subject import Subject, says_this, unsaid
from assistant.understanding.topics import claim_phrase, content_words, how_text, topic_of
from db.catalogue import CHOICE, catalogue

SPENT = FieldRef("budgets", "執行額")
MARK = FieldRef("evaluations", "評価")
OVERVIEW = FieldRef("sheets", "事業概要")
OUTLOOK = (
    FieldRef("comments", "本文", "改善の方向性"),
    FieldRef("comments", "本文", "所見を踏まえた改善点"),
)
"""Where a sheet says what becomes of its project."""
PURPOSE = FieldRef("sheets", "事業の目的")
_RELATED = FieldRef("related", "関連事業名")
_TARGET = FieldRef("outcomes", "目標値")
_OF_A_ROW = ("search", "lookup", "count", "sum")
_HOW = re.compile(
    r"どうやって|どのように|どういう|どんな|何を|なにを|何に|どこまで|どう(?!なって|なった|なる|です|だった|でし)|どの(?!く|事業|府|省)"
)
_DESCRIBE = re.compile(
    r"について(?:詳しく|くわしく)?(?:教え|おしえ|知り|説明|聞か)|とは(?:何|なに|どんな|どういう)?(?:です|だ|でしょう)?か?[?]?$|ってなに|って何(?:です)?か?[?]?$|(?:を|について)(?:まとめ|要約|紹介)|のこと(?:を|が)?(?:教え|知り)|(?:の)?(?:全体像|あらまし|プロフィール|サマリー?|要点)|を(?:詳しく|くわしく)?説明し"
)


# what asks for the figure of a row, and which list its words speak of
_NUMBER_ASKED = re.compile(
    r"費(?:は|って)[?]?$|(?:割合|率|数|額)は[^、。?]{0,8}(?:どう|どれ|いくつ|何)|"
    r"いくら|幾ら|いくつ(?!もり)|(?:お金|金額|予算|費用|額|数|率|割合|人数|件数|回数|日数)(?:は|って|を|も)?(?:教え|知り|[?]|$|\(|、[^、。?]{0,8}[は分]?[?]?$)|どの(?:くらい|ぐらい)|どれ(?:くらい|ぐらい|だけ|ほど)|"
    r"何(?:億|千|百|万)*(?:円|人|名|件|回|本|戸|者|社|日|時間|%|パーセント|割|ポイント|トン|台|か所|箇所|カ所|ヶ所|校|団体|点|種類|隻|頭|個|kw|ha|km|m|棟|床|店|基|枚|冊|コース|県|都道府県|市町村|自治体|か国|ヶ国|カ国)"
)
_LIST_SAID: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"国庫債務|契約額|複数年"), ("contracts",)),
    (re.compile(r"当初|要求|予算|積ん|積み|計上|付い|つい"), ("budget_items",)),
    (re.compile(r"使っ|使わ|支出|支払|払|執行|かかっ|渡|もら|受け取|請け負|受注|落札|入札|流れ"), ("expenses", "payees", "contracts")),
    (re.compile(r"実績|見込|目標|達成|何(?:人|名|件|回|本|戸|日|時間|%|パーセント|トン|台|か所|箇所|校|団体|隻|頭|棟|県)"), ("outcomes", "outputs")),
)  # fmt: skip
# lists that share columns, or stand for each other on sheets that lack one
_ALIKE = (("payees", "contracts", "payee_contracts", "expenses"), ("outcomes", "outputs"), ("budget_items",))
_BEST_YEAR = re.compile(
    r"(?:高|低|多|少な|大き|小さ|安|良|悪)(?:い|かった|くなった|な)?(?:の|年度?)(?:は|って|が)(?:何年|どの年|いつ|どれ|[?]|$)"
)
# the difference itself is asked, not the two figures
_GROWTH = re.compile(
    r"何(?:%|パーセント|割)(?!ポイント)[^、。?]{0,8}(?:増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減率|伸び率|増加率|減少率"
)
_HOW_FAR = re.compile(
    r"差(?!し)|違い|(?:いくら|どれ(?:だけ|くらい|ほど)|どの(?:くらい|ぐらい)|何(?:円|億|万|ポイント|%|割|倍))[^、。?]{0,8}(?:違|増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減(?:額|率)?|伸び率|増加[額率]|減少[額率]"
)
# in which years a figure was above or below an amount
_IN_WHICH_YEAR = re.compile(
    r"(?:何|どの)年度?|いつ|(?:年度?|年)(?:は|が|って)(?:ある|あり|あった|いつ|どれ|何|[?]|$)|ことは?(?:ある|あり|あった)"
)
_OVERSPENT = re.compile(r"予算(?:額)?(?:を|より)(?:も)?(?:超え|超過|上回|オーバー|多く使)[^、。?]{0,6}")
# the year in which a figure moved most: 「急に増えたのは何年度」
_STEP = re.compile(
    r"(?:急に|急激に|大きく|大幅に|一番|いちばん|最も|もっとも|ぐっと|どっと|がくっと)?(?P<way>(?P<up>増え|増加し|伸び|上が|膨ら|跳ね上が|急増し)|(?P<down>減っ|減少し|下が|落ち|縮|急減し|激減し))[^、。?]{0,4}(?:のは|年度?(?:は|って)?)(?:いつ|何年度?|どの年度?|[?]|$)[^、。]{0,6}"
)
_LOW = re.compile(r"低|少な|小さ|安|悪")
_INDICATORS = ("outcomes", "outputs")
_SHARE_ASKED = re.compile(r"割合|率|何%|何パーセント|何割")
_PLANNED = re.compile(r"見込|予定|計画|目標")
_FACT_ASKED = re.compile(
    r"いつ|誰|だれ|どこ(?!まで)|いくら|幾ら|何円|なんぼ|何人|何歳|何時|何回|何件|いくつ(?!もり)"
)
_GROWS = re.compile(r"(?:は|が)(?:増え|減|伸び)(?:る|た|っ|り)[^、。?]{0,6}[?]")
# what is put in order where no field is named: 「一番高い契約は」
_CONTRACTS = frozenset({"契約", "契約先", "入札", "支出", "支出先", "相手先", "落札者", "受注者"})
# whether the project goes on
_GOES_ON = re.compile(
    r"(?:もう|まだ|今後も|これからも|来年も|来年度も)?(?:やめ(?:る|た(?!ら)|ます)|打ち切|終わ(?:る|った|り|っちゃ)|続(?:く|き|け)|継続|なくな(?:る|った)|廃止)"
)
LAST_YEAR = FieldRef("sheets", "事業終了年度")
_OVER = re.compile(
    r"(?:終わっ|終了し|なくなっ)(?:た|て(?:い|しま|る))|終わりまし|(?:今も|まだ|現在も)(?:続(?:いて|いた|きま)|継続して|あ(?:る|り)|やって)"
)
_OF_A_YEAR = re.compile(r"年度?(?:は|って|です|でし|だ|$|[?])|いつ(?:です|でし|だ|$|[?])")
_WHICH = re.compile(r"(?:どこの|何の|どの|どんな)(?P<of>[一-鿿])(?![一-鿿度年方])")
_AS_MARK = {"○": "○", "〇": "○", "◯": "○", "丸": "○", "×": "×", "✕": "×", "バツ": "×", "△": "△", "三角": "△"}
_MARKS = re.compile(
    rf"(?P<of>(?:(?:{'|'.join(_AS_MARK)})[とやか、・]?)+)(?P<not>以外|で(?:は)?な|じゃな|が付いてな)?"
)
# 「やめたらどうなる」: what has not happened stands in no sheet
_SUPPOSED = re.compile(r"(?:たら|れば|なければ)(?:どう(?:なる|なり)|何が|なにが|困)")
_EACH = re.compile(r"それぞれ|各々|おのおの|どっちが|どちらが|と[^、。?]{1,12}(?:は|の)")
_WHICH_RECIPIENT = re.compile(
    r"どこ(?:です|だ|と|が|に|か|の会社)?|どの(?:会社|企業|契約|支出先|業者|相手)|誰と|相手(?:先)?は|会社は|企業は|契約は(?:何|どれ)"
)
_ITEMS = re.compile(
    r"[○×△](?:の|が付いた|がつ(?:い|く)た?|以外(?:の|は|に))(?:評価|項目|ところ|もの|$|[?]|は|に|が|あ)"
)
# whom a project is for, as a whole
_WHO_FOR = re.compile(
    r"対象(?:者|と(?:な|し)|は|に|が)|(?:誰|だれ)(?:が|を|に|の)(?:ため|使え|使う|利用|受け|もら|対象|支援|助け|配|応募|申し込|出せ)"
)
_PRICES = ("いくら", "幾ら", "何円", "なんぼ")
# what is counted, said as a question (何人), as a number (人数) or as a list of it (人の数)
_UNIT_SAID = re.compile(
    r"何(?:億|千|百|万)*([人名件回本戸社日台校頭隻棟])|([人件回日台戸社校本])数(?=[はがを]|って|$|[?])|([一-鿿ァ-ヺ])の数(?=[はがを]|って|$|[?])"
)
_MONEY_SAID = re.compile(r"いくら|幾ら|なんぼ|何(?:億|千|百|万)*円|お金|金額|費用")
_BLOCK = re.compile(r"ブロック\s*(?P<a>[A-Za-z])(?![A-Za-z])|(?<![A-Za-z])(?P<b>[A-Za-z])\s*ブロック")
_PLAN_WORDS = frozenset({"予定", "見込", "計画", "実績", "目標", "目標値", "達成度", "達成率"})
_PAID_WORDS = frozenset(
    {"支払", "支出", "受注", "発注", "契約", "入札", "落札", "委託", "使用", "契約額", "支出額"}
)
_ROW_WORDS = 6
_AIM = re.compile(r"(?:の)?(?:目標値?|実績|見込み?)$")
_WITH_AIM = 3
_TWINS = 3


def named_row(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「旅費はいくら」「〇〇法人の落札率は」: a figure, or another column, of the row of that name in a list of the project.

    fields  every field of the question, which ``q`` may have left out
    """
    if q.payees and tuple(fields) == (PURPOSE,):
        # 「〇〇には何のための…」 asks what it was paid for
        fields = ()
    by_contract = None if q.reason else _by_contract(p, q, rows)
    if by_contract is not None:
        return by_contract
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
    asks = changed or followed or bool(_NUMBER_ASKED.search(p.text))
    if other or not (listed or q.payees or amounts or asks):
        return None
    if _HOW.search(how_text(p)) and not (what_for or listed):
        return None
    block = _BLOCK.search(p.text)
    # 「自己点検は何点」: a box named beside a number asked for may be a word of the row
    words = [
        w
        for w in content_words(topic_of(p, with_fields=any(map(is_passage, fields))))
        if w not in _PLAN_WORDS and not (block and w in block.group())
    ]
    words = [*q.payees, *(w for w in words if not any(w in r or r in w for r in q.payees))]
    words = [w for w in words if w not in _PAID_WORDS] or words
    # 「論文目標」: what is aimed at is asked of the row 論文
    words = [_AIM.sub("", w) if len(w) > _WITH_AIM else w for w in words]
    if amounts and not q.payees:
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
        only = [*_INDICATORS]
    elif changed:
        only = [*_INDICATORS, "budget_items"]
    elif unit and not listed and not q.payees and not amounts:
        only = [*_INDICATORS]
    elif not only and not unit and _MONEY_SAID.search(p.text):
        only = [t for t in LIST_TABLES if t not in _INDICATORS]
    if "outputs" in alike:
        prefer = ("outputs", *prefer)
    share = bool(_SHARE_ASKED.search(p.text))
    count_of = next((g for g in unit.groups() if g), "") if unit else ""
    tried = (
        (x, rows.find(words, x.sheet_keys, prefer, only, share, amounts, count_of))
        for x in q.projects[:_TWINS]
    )
    project, found = next(((x, f) for x, f in tried if f is not None), (q.projects[0], None))
    if found is None and len(words) > 1 and _EACH.search(p.text):
        found = _each_row(words, project.sheet_keys, prefer, only, rows)
    if found is None:
        return None
    columns = catalogue().table(found.table).columns
    asked = [f.column for f in listed if f.column in columns and f.column != found.condition.field.column]
    if found.table == "outputs" and not asked and (_TARGET in fields or _PLANNED.search(p.text)):
        asked = ["当初見込み"]
    if what_for and "業務概要" in columns and not asked:
        asked = ["業務概要"]
    conditions = [found.condition]
    years = q.years if q.years.kind != "none" else Years("latest")
    if block and "ブロック" in columns:
        conditions.append(
            Filter(FieldRef(found.table, "ブロック"), "=", block.group("a") or block.group("b"))
        )
    return replace(
        q,
        projects=(project,),
        operation="compare" if changed and found.table in _INDICATORS else "lookup",
        fields=tuple(FieldRef(found.table, c) for c in dict.fromkeys(asked)) or (found.figure,),
        filters=tuple(conditions),
        payees=(),
        years=_compared_years(years) if changed and found.table in _INDICATORS else years,
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


LIST_TABLES = frozenset(
    {"payees", "payee_contracts", "contracts", "expenses", "budget_items", "outcomes", "outputs"}
)
"""Tables whose rows are named by what they list."""


def about_one(p: Parsed, q: Query, subject: Subject) -> Query:
    verbs = p.verbs()
    release = subject.phrase
    claim_phrase(p, release, subject)
    figures = tuple(f for f in q.fields if is_figure(f))
    leftover = topic_of(p)
    content = content_words(leftover)
    how = bool(_HOW.search(how_text(p)))
    # what a topic takes for granted is no premise about a project that only sounds like it
    named = subject.certainty in ("exact", "sure") or not content_words(topic_of(p))
    premise = read_premise(p, q.fields) if named and (q.reason or _blames(p)) else None
    q = replace(q, premise=premise)
    if "similar" in verbs and _RELATED not in q.fields:
        return replace(q, operation="similar")
    if len(q.projects) > 1 and subject.certainty != "several" and figures and not content:
        return replace(q, operation="compare")
    if {"sum", "average"} & verbs and not q.fields and not content and not q.reason:
        # 「平均するといくら」 of a project as a whole: of what was spent on it
        figures = (SPENT,)
        q = replace(q, fields=figures, years=q.years if q.years.kind != "none" else Years("all"))
    spans_years = len(q.years.values) > 1 or q.years.kind == "all" or q.years.count > 1
    if "sum" in verbs and figures and not content and not q.reason and spans_years:
        return replace(q, operation="sum")
    # 「1件当たりいくら」 of a project is its 単位当たりコスト
    each = all("たり" in p.text[o.start : o.end] for o in p.operations if o.verb == "average")
    if "average" in verbs and not each and figures and not content and not q.reason and has_year(figures[0]):
        years = q.years if q.years.kind == "given" or spans_years else Years("all")
        return replace(q, operation="average", fields=figures, years=years)
    followed = q.years.kind == "all" or (any(y.kind == "all" for y in p.years) and len(q.years.values) > 1)
    if followed and not content and not q.reason and not _STEP.search(p.text):
        return replace(q, operation="trend", fields=figures or q.fields or (BUDGET, SPENT))
    if q.years.kind == "latest" and q.years.count > 1 and figures and not content:
        return replace(q, operation="trend")
    if "compare" in verbs and not q.fields and not content and not q.reason and len(q.years.values) > 1:
        # 「2015年度から2020年度で何倍になった」: what a project as a whole is compared by is what was spent on it
        return replace(q, operation="compare", fields=(SPENT,), difference=how_far(p))
    if (
        "compare" in verbs
        and not q.fields
        and not content
        and not q.reason
        and subject.certainty != "several"
    ):
        # 「水俣病の対策費は減っている?」「前年からいくら増えた」: what grows of a project as a whole is its budget
        figures = (BUDGET,)
        q = replace(q, fields=figures, years=q.years if q.years.kind != "none" else Years("latest"))
    if "compare" in verbs and figures and not q.reason and len(content) <= 1:
        ago = max((y.count for y in p.years if y.kind == "before"), default=1)
        return replace(q, operation="compare", years=_compared_years(q.years, ago), difference=how_far(p))
    step = None if q.reason else _STEP.search(p.text)
    if step and not listed_words(content, step.group()):
        by = figures or (SPENT,)
        return replace(
            q,
            operation="compare",
            fields=by[:1],
            order="asc" if step.group("down") else "desc",
            premise=None,
            years=q.years if q.years.kind in ("given", "all") else Years("all"),
        )
    met = _met(p) if not q.reason and _IN_WHICH_YEAR.search(p.text) else ()
    if met and not listed_words(content, "".join(m.group() for m in _OVERSPENT.finditer(p.text))):
        years = q.years if q.years.kind in ("given", "all") else Years("all")
        return replace(q, operation="trend", fields=(met[0].field,), filters=met, years=years)
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    if rank and not q.fields and not content and not q.reason and _OF_A_YEAR.search(p.text):
        # 「一番多く使われた年度」 of a project as a whole
        figures = (SPENT,)
        q = replace(q, fields=figures)
    listed = next((f.table for f in q.fields if f.table in MONEY_OF), None)
    if rank and content and _CONTRACTS.issuperset(content) and (listed or not q.fields):
        content, listed = [], listed or "payees"
    if rank and not content and listed:
        orders = [o.order for o in p.operations if o.verb == "rank"]
        limits = [o.limit for o in p.operations if o.verb == "rank" and o.limit]
        own = next((f for f in figures if f.table == listed), MONEY_OF[listed])
        return replace(
            q,
            operation="rank",
            fields=(own,),
            order="asc" if "asc" in orders else "desc",
            limit=limits[0] if limits else DEFAULT_LIMIT,
        )
    best = _BEST_YEAR.search(p.text)
    if figures and not content and not listed and not q.reason and (rank or best) and has_year(figures[0]):
        low = (
            rank.order in ("asc", "worst")
            if rank and rank.order
            else bool(best and _LOW.search(best.group()))
        )
        return replace(
            q,
            operation="rank",
            fields=figures[:1],
            order="asc" if low else "desc",
            limit=1,
            years=Years("all"),
        )
    tables = {f.table for f in q.fields}
    if (
        "count" in verbs
        and not content
        and not any(f.table in _INDICATORS and is_figure(f) for f in q.fields)
        and tables & {"payees", "expenses", "contracts", "outcomes", "outputs", "related"}
    ):
        return replace(q, operation="count")
    if "sum" in verbs and figures and not content and not q.reason:
        return replace(q, operation="sum" if q.years.kind != "given" or len(q.years.values) > 1 else "lookup")
    if q.reason:
        if figures and len(content) <= 1:
            return replace(q, operation="reason", topic=leftover)
        return replace(
            q,
            operation="search" if content or not q.fields else "reason",
            topic=topic_of(p, with_fields=True),
        )
    marked = by_mark(p, q)
    if marked is not None:
        return marked
    if not q.fields:
        speaks = bool(content or vocabulary.VERB.search(p.remainder().replace("\x00", " ")))
        asks = _FACT_ASKED.search(p.text)
        number = counted(p.text)
        if number is not None and not content:
            # a number of the project as a whole (「何人が使った」): its texts have it or nothing has
            said = [*_beside_the_name(q, subject), *stems(_unread(p))]
            return replace(q, operation="search", topic=" ".join(said))
        supposed = _SUPPOSED.search(_unread(p))
        if supposed and not content:
            return replace(q, operation="none", refusal=Refusal("not_a_field", "まだ起きていないこと"))
        if not content and not asks and _OVER.search(_unread(p)):
            return replace(q, operation="lookup", fields=(LAST_YEAR,))
        if not content and not asks and _GOES_ON.search(_unread(p)):
            return replace(q, operation="search", topic="終了 廃止 継続", fields=OUTLOOK)
        kind = _WHICH.search(p.text)
        if kind and not content:
            return replace(q, operation="search", topic=kind.group("of"))
        if asks and not content and _WHO_FOR.search(p.text):
            return replace(q, operation="search", topic="対象", fields=(OVERVIEW,))
        heard = subject.certainty != "likely" or not unsaid(subject.phrase, subject.projects[0].name)
        if asks and not content and (asks.group() not in _PRICES or not heard):
            # who, when or where of the project as a whole is no box of the sheet
            return replace(q, operation="none", refusal=Refusal("unresolved", asks.group()))
        heard = heard and subject.certainty != "several" and asks is not None and asks.group() in _PRICES
        unsure = subject.certainty in ("likely", "several") and len(content) <= 1 and not heard
        if asks and number is None and unsure:
            return replace(q, operation="none", refusal=Refusal("unresolved", asks.group()))
        if asks and not content:
            years = q.years if q.years.kind != "none" else Years("latest")
            return replace(q, operation="lookup", fields=(BUDGET, SPENT), years=years)
        if not content and (_DESCRIBE.search(p.text) or not (how or speaks)):
            if not p.names and not says_this(p.text) and _says_something(p):
                # what is left of the question is no word of a sheet, and names no project
                return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
            beside = _beside_the_name(q, subject)
            if beside and not _DESCRIBE.search(p.text):
                return replace(q, operation="search", topic=" ".join(beside))
            return replace(q, operation="describe")
        return replace(q, operation="search", topic=leftover or topic_of(p, with_fields=True))
    passages = [f for f in q.fields if is_passage(f)]
    if not content and not (how and (figures or q.fields == (MARK,)) and not passages):
        return replace(q, operation="lookup", topic=topic_of(p, with_fields=True) if passages and how else "")
    sure = subject.certainty == "exact" or not content
    if q.fields and len(content) <= 2 and all(kind_of(f) == CHOICE and f.table == "sheets" for f in q.fields):
        # 「実施方法は委託?」: the word beside the field is one of what may stand there
        return replace(q, operation="lookup")
    asked = figures or tuple(f for f in q.fields if f.table == "sheets")
    if asked and sure and asks_figure(p, asked) and not passages:
        return replace(q, operation="lookup", topic=leftover)
    return replace(q, operation="search", fields=tuple(passages), topic=topic_of(p, with_fields=True))


def _met(p: Parsed) -> tuple[Filter, ...]:
    """Conditions on a year's figures: 「1,000億円を割った」「執行率が8割を下回った」「予算を超えて使った」."""
    stated = tuple(f for f, _ in amount_filters(p) if f.field.table == "budgets")
    over = (Filter(EXECUTION_RATE, ">", 100.0),) if _OVERSPENT.search(p.text) else ()
    return stated or over


def listed_words(content: Sequence[str], read: str) -> list[str]:
    """Words that carry meaning beyond what was read."""
    return [w for w in content if w not in read]


def _unread(p: Parsed) -> str:
    return p.remainder().replace("\x00", " ")


def _beside_the_name(q: Query, subject: Subject) -> list[str]:
    """Words of the phrase that names the project which its name has no part of (「〇〇事業のコンサル」)."""
    key = name_key(q.projects[0].name) if q.projects else ""
    words = [w for w in content_words(subject.phrase) if name_key(w) not in key]
    return [w for w in words if not any(pair in key for pair in pairs_of(name_key(w)))]


def by_mark(p: Parsed, q: Query) -> Query | None:
    """「×の評価は」「○以外の項目は」: the evaluation items with that mark; None where no mark is asked for."""
    marks = _MARKS.search(p.text) if MARK in q.fields or _ITEMS.search(p.text) else None
    if marks is None:
        return None
    wanted = tuple(_AS_MARK.get(x, x) for x in re.findall("|".join(_AS_MARK), marks.group("of")))
    condition = Filter(MARK, "!=" if marks.group("not") else "in", wanted)
    return replace(q, operation="lookup", fields=(MARK,), filters=(condition,), topic="")


def _says_something(p: Parsed) -> bool:
    rest = vocabulary.STOPS.sub("", p.remainder().replace("\x00", " "))
    return len(vocabulary.PARTICLES.sub("", rest)) >= 2


def _compared_years(years: Years, ago: int = 1) -> Years:
    """The latest year and the one ``ago`` years before it, where none is named."""
    if years.kind == "latest" and years.count == 1:
        return replace(years, count=ago + 1)
    return years


def how_far(p: Parsed) -> Literal["", "amount", "growth", "ratio"]:
    """In which way the difference between two figures is asked."""
    if re.search(r"何倍|年度?比", p.text):
        return "ratio"
    if _GROWTH.search(p.text):
        return "growth"
    return "amount" if _HOW_FAR.search(p.text) else ""


def _blames(p: Parsed) -> bool:
    return bool(re.search(r"せい(?:で|です|だ|か|なの)|のは(?:どういう|なん|何)", p.text))


def asks_figure(p: Parsed, figures: tuple[FieldRef, ...]) -> bool:
    """The last figure word is what the sentence asks for: nothing but question words follow it."""
    mentions = [f for f in p.fields if f.field in figures]
    if not mentions:
        return False
    tail = vocabulary.STOPS.sub(" ", p.remainder()[mentions[-1].end :].replace("\x00", " "))
    says = content_words(tail) or vocabulary.VERB.search(tail)
    return not says and not _HOW.search(p.text[mentions[-1].end :])

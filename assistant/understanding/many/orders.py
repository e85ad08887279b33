"""Questions over many sheets that put projects, years or 府省庁 in order: the highest, the fewest, what grew most."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.legal_forms import LEGAL_FORMS
from assistant.patterns import pattern
from assistant.query import FieldRef, OtherFigure, Query, Years
from assistant.understanding.many.conditions import BUDGET, PAID
from assistant.understanding.many.said import (
    CONTRACTED,
    CONTRACTED_IN,
    CONTRACTOR,
    DEFAULT_LIMIT,
    FISCAL_YEAR,
    LISTED,
    PAYEE,
    PUBLISHED,
    WHICH_IS_MORE,
    WHICH_YEAR,
    Said,
    direction,
    listed,
    lowest_first,
    or_latest,
)
from assistant.understanding.met_years import met_years
from assistant.understanding.words.fields import SPENT, is_figure, kind_of
from assistant.understanding.words.operations import OperationMention, standalone_limit
from db.catalogue import MONEY

MOST_YEARS = 10
"""So many years at most are told one by one."""
LONG_TEXTS = ("事業の目的", "現状・課題", "事業概要")
_MOVED_MOST = pattern(
    r"(?:前年度?|前の年度?|昨年度?|去年|年度)(?:[^、。?]{0,12})(?:より|から|と比べ|に比べ|比で|にかけて|までに|で)[^。?]{0,16}?(?:(?P<up>増え|増加|上が|伸び|膨ら|改善)|(?P<down>減っ|減少|下が|落ち|縮|悪化))"
)
_GREW_MOST = pattern(
    r"(?:一番|いちばん|最も|もっとも)[^、。?]{0,8}?(?:(?P<up>増(?:え|加|や|額)|伸び|膨ら|改善|良くな)|(?P<down>減(?:っ|少|ら|額)|落ち込|縮|悪化|悪くな))"
)
_GROWTH = pattern(
    r"(?:(?P<up>伸び|増加|増え|増額|上昇|拡大|膨らみ)|(?P<down>減り|減少|落ち込み|減額|縮小|低下|下落))(?:率|幅|額|方|具合)?(?:が|の)(?:(?:特に|一番|いちばん|最も|もっとも)[^、。?]{0,2})?(?:大き|高|多|激し|著し|目立|顕著|急|最大|最高|トップ|1位|一位)"
)
_IN_PERCENT = pattern(r"(?:伸び|増加|減少|増減|変化|上昇|低下)率|何(?:%|パーセント|倍)|率で|割合で")
_NUMBER_OF = pattern(r"(?:先|者|社|相手)(?:の数|数|の件数)?(?:が|は)[^、。?]{0,6}(?:多|少な)")
_OF_PROJECTS = pattern(r"[^、。?]{0,3}(?:もの|事業|補助金|交付金)(?:は|って|を|から|を?教|$|[?]|\d)")
_OF_PROJECTS_OR_ALL = pattern(
    r"事業(?!費|者|所|主|体|場|規模)|案件|府省庁別|(?:どこの|どの)(?:省|府省|役所)|(?:府省庁|省庁)(?:は|が|を|ごと)"
)
"""What a year's condition is put on then is not the total of one 府省庁."""
_NUMBER_OF_CONTRACTS = pattern(
    r"契約(?:の)?(?:件数|数)?(?:が|は)(?:一番|いちばん|最も|もっとも)?(?:多|少な)[^、。?]{0,4}事業(?!者|所|主|体)"
)
_NUMBER_OF_PROJECTS = pattern(r"事業(?:の数|数)?(?:が|は)(?:一番|いちばん|最も|もっとも)?(?:多|少な)")


_BY_CONTRACT = pattern(
    r"契約(?:額|金額)|契約(?:の|で(?:は)?|の中で|のうち)[、]?(?:[^、。?]{0,4})?(?:金額|額)|(?:高額|大型)(?:の|な)?契約|(?:大き|小さ|高|安)(?:い|かった)契約|契約(?:の)?(?:上位|トップ)|契約(?:の(?:中|うち))?で(?:は)?[、]?(?:一番|いちばん|最も|もっとも)[^、。?]{0,3}(?:高|大き|安|小さ)"
)


def contracts_counted(m: Said) -> Query | None:
    """「一者応札の契約が最も多い事業」: projects in the order of how many contracts they have."""
    counted = _NUMBER_OF_CONTRACTS.search(m.p.text)
    ranks = [o for o in m.p.operations if o.verb == "rank"]
    if not ranks or m.q.payees or m.group is not None or m.total is not None or counted is None:
        return None
    m.p.claim_around(*counted.span(), "集計：" + counted.group())
    return replace(
        m.q,
        operation="rank",
        fields=(CONTRACTOR,),
        by_number=True,
        of_rows=True,
        order=direction(ranks[0].order in ("asc", "worst")),
        limit=standalone_limit(m.p.text) or next((o.limit for o in ranks if o.limit), DEFAULT_LIMIT),
        nth=ranks[0].nth,
        topic="",
    )


def contracts_in_order(m: Said) -> Query | None:
    """「防衛省の契約で金額が大きいトップ3の契約先」: contracts in the order of what they are for."""
    if (
        m.rank is None
        or m.q.payees
        or m.group is not None
        or m.total is not None
        or not _BY_CONTRACT.search(m.p.text)
    ):
        return None
    if any(f.table == "budgets" or f.column in ("落札率", "入札者数") for f in m.q.fields):
        return None
    return replace(
        m.q,
        operation="rank",
        fields=(CONTRACTED,),
        order=direction(m.rank.order in ("asc", "worst")),
        limit=standalone_limit(m.p.text) or m.rank.limit or DEFAULT_LIMIT,
        nth=m.rank.nth,
        topic="",
    )


def moved_most(m: Said) -> Query | None:
    """「前の年度から一番増えた事業」: projects in the order of how much a figure moved between two years."""
    moved = next(
        (found for x in (_GROWTH, _MOVED_MOST, _GREW_MOST) if (found := x.search(m.p.text)) is not None), None
    )
    if moved is None or "count" in m.verbs:
        return None
    if any(f.column == "要求額" for f in m.figures):
        # a request is of another year than the budget it would have grown from
        return m.refused(moved.group())
    whose = m.group or m.total
    if whose is not None and (whose.table != "sheets" or m.content):
        return m.refused(moved.group())
    listed = "list" in m.verbs or _OF_PROJECTS.match(m.p.text, moved.end())
    if whose is None and m.rank is None and not listed:
        return None
    if any(isinstance(f.value, OtherFigure) for f in m.filters):
        # 「前年度より20ポイント以上下がった事業」 is a condition already
        return None
    m.p.claim_around(*moved.span(), "集計：" + moved.group())
    return replace(
        m.q,
        operation="compare",
        fields=(next((f for f in m.figures if f.table == "budgets"), SPENT),),
        group_by=whose,
        order=direction(bool(moved.group("down"))),
        limit=next((o.limit for o in m.p.operations if o.limit), None) or standalone_limit(m.p.text),
        years=Years("latest") if m.q.years.kind in ("none", "latest") else m.q.years,
        difference="growth" if _IN_PERCENT.search(m.p.text) else "",
    )


def years_that_met(m: Said) -> Query | None:
    """「外務省の当初予算が前年度より減った年度は」「消費者庁の執行額が初めて100億円を超えたのは何年度」: of the total of all."""
    if m.group is not None or m.q.payees or m.q.reason or _OF_PROJECTS_OR_ALL.search(m.p.text):
        return None
    asked = met_years(m.p)
    figures = [f for f in m.figures if f.table == "budgets"]
    if asked is None or not figures or asked.unread(m.p, m.content) or {"count", "share"} & m.verbs:
        return None
    asked.claim(m.p)
    asked.claim(m.p)
    every = m.q.years.kind == "all" or len(m.q.years.values) > 1
    return replace(
        m.q,
        operation="trend",
        fields=(asked.conditions[0].field,),
        filters=tuple(f for f in m.filters if f not in m.amounts),
        of_years=asked.conditions,
        years=m.q.years if every else Years("all"),
        group_by=None,
        order=asked.order,
        limit=1 if asked.order else None,
    )


_YEAR_OF = pattern(
    r"(?:(?P<low>低|少な|小さ|悪)|高|多|大き|良)(?:い|かった)年度?(?=は|って|が|を|の|、|[?]|$)"
)


_UNSPENT = pattern(r"(?:お?金|予算|国費|税金)(?:を|が)使わ(?:れ)?な(?:かった|い)")
"""「一番お金を使わなかった年度」: least was spent."""


def best_year(m: Said) -> Query | None:
    """「一番多かった年度は」「不用額が多かった年を3つ」: the years are put in order, not the projects."""
    if m.group is not None or m.total is not None or m.content:
        return None
    life = next((f.field for f in m.p.fields if f.field.column in ("事業開始年度", "事業終了年度")), None)
    if life is not None and m.rank and WHICH_YEAR.search(m.p.text):
        # 「事業開始年度が一番多いのは何年度」: how many projects began in each
        q = replace(m.q, operation="count", fields=(), group_by=life, years=Years("none"))
        return replace(q, order=direction(m.rank.order in ("asc", "worst")), limit=m.limit)
    adjective = _YEAR_OF.search(m.p.text)
    if not (m.rank and WHICH_YEAR.search(m.p.text)) and not (adjective and m.figures):
        return None
    every = m.q.years.kind == "all" or len(m.q.years.values) > 1
    by = PAID if m.q.payees else m.figures[0] if m.figures else SPENT
    low = lowest_first(m.rank.order, by) if m.rank else bool(adjective and adjective.group("low"))
    unspent = _UNSPENT.search(m.p.text)
    if unspent:
        m.p.claim_around(*unspent.span(), "集計：" + unspent.group())
    return replace(
        m.q,
        operation="rank",
        fields=(by,),
        group_by=FISCAL_YEAR,
        order=direction(low),
        limit=standalone_limit(m.p.text) or (m.rank.limit if m.rank and m.rank.limit != 1 else None),
        years=m.q.years if every else Years("all"),
    )


_EACH_YEAR = pattern(r"毎年度?|各年度?|年度?ごと|年度?別|それぞれ|年度?毎")


def first_of_each_year(m: Said) -> Query | None:
    """「2015年度から2022年度まで毎年、執行額が一番多い事業は」: an order of the projects in every year."""
    years = m.q.years.values
    if m.rank is None or m.group is not None or m.total is not None or m.q.payees or len(years) < 2:
        return None
    if not _EACH_YEAR.search(m.p.text) or len(years) > MOST_YEARS or "compare" in m.verbs:
        return None
    one = ranked(m)
    if one is None or one.operation != "rank" or one.group_by is not None:
        return None
    each = [replace(one, years=Years("given", (y,)), beside=()) for y in years]
    return replace(each[0], beside=tuple(each[1:]))


def year_of_most_projects(m: Said) -> Query | None:
    """「事業数が一番多かった年度は」: publications in the order of how many projects they have."""
    said = next((o for o in m.p.operations if o.verb == "rank"), None)
    if said is None or m.figures or m.content or m.total is not None or m.group is not None:
        return None
    counts = "count" in m.verbs or _NUMBER_OF_PROJECTS.search(m.p.text)
    if not counts or not WHICH_YEAR.search(m.p.text):
        return None
    low = said.order in ("asc", "worst")
    return replace(m.q, operation="count", group_by=PUBLISHED, order=direction(low), years=Years("none"))


def averages_in_order(m: Said) -> Query | None:
    """「執行率の平均が低い省庁ワースト3」."""
    group = m.group or m.total
    if m.rank is None or not {"average", "median"} & m.verbs or group is None:
        return None
    averaged = m.figures or (BUDGET,)
    return replace(
        m.q,
        operation="average",
        median="median" in m.verbs,
        fields=averaged,
        group_by=group,
        order=direction(m.rank.order in ("asc", "worst")),
        limit=m.rank.limit or standalone_limit(m.p.text),
        years=or_latest(m.q, averaged),
    )


_PAID_BY_MANY = pattern(
    r"(?:多くの(?:事業|府省庁|省庁)|事業(?:の)?数|登場回数|多く(?:登場|出て|載って|現れ))[^、。?]{0,12}?(?:会社|企業|支出先|法人|業者|団体)"
)


OF_A_FORM = pattern(
    rf"(?:{'|'.join(sorted(LEGAL_FORMS, key=len, reverse=True))})(?:で|の(?:中|うち)(?:で(?:は)?)?|のうち|に限(?:る|って|定)[と]?)[、,]?"
)
_RECEIVED = pattern(
    r"受け?取[っりる]?[ぁ-ゖ]*(?:額|金額|お金)?|もら[っうい][ぁ-ゖ]*(?:額|金額|お金)?|支出(?:額|先)?|支払(?:額|われ)?[ぁ-ゖ]*|(?:から)?(?:委託|発注|補助|受注|受託|交付)(?:を)?(?:受け|され|し)(?:た|ている|て)"
)
_COMPANIES_ASKED = pattern(
    r"(?:会社|企業|業者|民間企業|団体|法人)(?=(?:の)?(?:トップ|上位|ベスト|ランキング)|は|って|を|[?]|$)"
)


def paid_of_a_form(m: Said) -> Query | None:
    """「公益財団法人で一番多く受け取っているのは」「経済産業省から委託を受けた会社トップ5」: recipients in the order of what they got."""
    best = next((o for o in m.p.operations if o.verb == "rank"), None)
    form = OF_A_FORM.search(m.p.text) or _COMPANIES_ASKED.search(m.p.text)
    got = _RECEIVED.search(m.p.text)
    others = any(f.table not in ("payees", "expenses") and f != SPENT for f in m.figures)
    if (
        best is None
        or form is None
        or got is None
        or others
        or m.filters
        or _PAID_BY_MANY.search(m.p.text)
        or not set(m.q.payees) <= set(LEGAL_FORMS)
        or m.group is not None
        or m.total is not None
    ):
        return None
    m.p.claim_around(*form.span(), "支出先：" + form.group())
    m.p.claim_around(*got.span(), "項目：支出額")
    return replace(
        m.q,
        operation="rank",
        fields=(PAYEE, PAID),
        payees=(),
        order=direction(best.order in ("asc", "worst")),
        limit=m.limit or DEFAULT_LIMIT,
        nth=best.nth,
        topic="",
    )


def paid_by_most(m: Said) -> Query | None:
    """「一番多くの事業に登場する会社」: recipients in the order of how many projects paid them."""
    if m.rank is None or m.q.payees or not _PAID_BY_MANY.search(m.p.text):
        return None
    limit = m.rank.limit or standalone_limit(m.p.text) or DEFAULT_LIMIT
    q = replace(m.q, operation="rank", fields=(PAYEE,), group_by=PAYEE, by_number=True, limit=limit, topic="")
    found = _PAID_BY_MANY.search(m.p.text)
    if found:
        m.p.claim_around(*found.span(), "集計：" + found.group())
    return replace(q, order=direction(m.rank.order in ("asc", "worst")))


AMONG_SUCH = pattern(
    r"(?:への|の)(?:拠出金|分担金|負担金|補助金|交付金|助成金|委託費|出資金|運営費)(?:で(?:は)?|の(?:中|うち)で(?:は)?|のうち)[、,]?"
)
"""「国際機関への拠出金で一番高いのは」「農水省の補助金で」: one of a kind of projects."""


def with_years_added(m: Said) -> Query | None:
    """「3年間の執行額の合計が一番大きい事業」: what several years have together puts the projects in order."""
    several = len(m.q.years.values) > 1 or m.q.years.count > 1 or m.q.years.kind == "all"
    added = next((o for o in m.p.operations if o.verb == "sum"), None)
    if m.rank is None or added is None or not several or added.start > m.rank.start:
        return None
    if m.group is not None or m.total is not None or m.q.payees or m.q.reason or "average" in m.verbs:
        return None
    fields = tuple(f for f in m.figures if f not in m.filtered) or m.figures
    by = put_in_order(m, m.rank, fields)
    if by.table != "budgets" or kind_of(by) != MONEY:
        return None
    return replace(
        m.q,
        operation="rank",
        fields=(by,),
        years_added=True,
        order=direction(m.rank.order in ("asc", "worst") and by.column not in ("不用額",)),
        limit=m.limit or DEFAULT_LIMIT,
        nth=m.rank.nth,
    )


def ranked(m: Said) -> Query | None:
    """「予算の多い順に10件」「執行率が一番低い事業」「契約先の数が一番多い事業」."""
    if m.rank is None or (len(m.q.ministries) > 1 and WHICH_IS_MORE.search(m.p.text)):
        # 「環境省と厚労省、執行額が大きいのは」 sets the two side by side
        return None
    several = len(m.q.years.values) > 1 or m.q.years.count > 1
    several = several or (m.rank.limit or 1) > 1
    ranks = [x for x in m.p.operations if x.verb == "rank"]
    if len(m.q.years.values) > 1 and len(ranks) > 1:
        # 「2023年度のトップ3と2022年度のトップ3」
        return m.refused(m.p.text[ranks[-1].start : ranks[-1].end])
    if several and {"sum", "average"} & m.verbs and m.group is None and m.total is None:
        # no project's years are added up to be put in order
        return m.refused(m.p.text[m.rank.start : m.rank.end])
    among = _OF_PROJECTS.match(m.p.text, m.rank.end) or AMONG_SUCH.search(m.p.text)
    if not (m.figures or m.group or not m.content or among):
        return None
    fields = tuple(f for f in m.figures if f not in m.filtered) or m.figures
    if not m.figures and m.group is None and m.total is None:
        names = listed(m.q)
        if names is not None:
            fields = (names,)
        elif any(f.table not in ("sheets", "projects") or f.column in LONG_TEXTS for f in m.q.fields):
            # 「点検結果が一番長い」: no order of that kind is known
            return m.refused(m.p.text)
    by = put_in_order(m, m.rank, fields)
    if {"asc", "desc"} <= {o.order for o in ranks if o.limit == 1}:
        # 「一番高い省庁と一番低い省庁」: all of them in order show both ends; projects are asked for one end at a time
        group = m.group or m.total
        if group is None:
            return m.refused(m.p.text[m.rank.start : m.rank.end])
        years = or_latest(m.q, (by,))
        return replace(m.q, operation="rank", fields=(by,), order="desc", group_by=group, years=years)
    orders = {o.order for o in ranks}
    low = "asc" in orders or m.says_low
    if "worst" in orders:
        low = lowest_first("worst", by)
    # 「上位5事業とその府省庁」 puts projects in order, whichever 府省庁 is told with them
    totals = m.group is None and m.total is not None and not re.search(r"事業", m.p.text[m.rank.start :])
    limits = [o.limit for o in ranks if o.limit]
    return replace(
        m.q,
        operation="rank",
        fields=(
            by,
            *(f for f in fields if f != by),
            *(f for f in m.q.fields if f not in fields and f not in m.filtered),
        ),
        order=direction(low),
        limit=standalone_limit(m.p.text) or (max(limits) if limits else DEFAULT_LIMIT),
        nth=m.rank.nth,
        by_number=by in LISTED,
        group_by=m.total if totals else m.group,
        years=or_latest(m.q, (by,)),
    )


def put_in_order(m: Said, rank: OperationMention, fields: tuple[FieldRef, ...]) -> FieldRef:
    """The field an order is of: what the adjective is of by itself, else the field right behind a bare superlative
    (「一番予算がついている事業の執行率」), else the last one before it, else the first; without any the money."""
    behind = next((f.field for f in m.p.fields if f.start == rank.end and is_figure(f.field)), None)
    if behind == SPENT and SPENT not in m.q.fields:
        # 「予備費を一番使った」
        behind = None
    before = [f.field for f in m.p.fields if f.end <= rank.start and f.field in fields]
    contracts = any(f.field.table in CONTRACTED_IN for f in m.filters)
    money = (
        CONTRACTED
        if contracts
        else PAID
        if m.q.payees or (m.group is not None and m.group.table == "payees")
        else BUDGET
    )
    by = rank.by or behind or (before[-1] if before else fields[0] if fields else money)
    return PAID if by == PAYEE and not _NUMBER_OF.search(m.p.text) else by

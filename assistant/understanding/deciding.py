"""From what stands in a question to the one typed query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Refusal, Years
from assistant.understanding.about_none import about_none
from assistant.understanding.asked_years import PAST_NUMBER, relative_years, years_asked
from assistant.understanding.many.against import figure_conditions
from assistant.understanding.many.conditions import (
    BUDGET,
    EXECUTION_RATE,
    PAID,
    REQUEST,
    amount_filters,
    presence_filters,
    word_filters,
    year_filters,
)
from assistant.understanding.many.excluding import all_left_out, turned_round
from assistant.understanding.many.matters import about_matter
from assistant.understanding.many.of_many import in_full_name, matter_of_figure, names_a_matter
from assistant.understanding.many.sheets import over_many
from assistant.understanding.many.streaks import streaks
from assistant.understanding.names.ministries import MinistryMention
from assistant.understanding.names.payees import PayeeMention, last_of, read_payees, several_names
from assistant.understanding.names.projects import Project
from assistant.understanding.names.rows import RowNames
from assistant.understanding.one.compared_rows import compared_row
from assistant.understanding.one.named_rows import named_row
from assistant.understanding.one.project import about_one, part_of_the_figure
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, release, unsaid
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import MINISTRY, SPENT, FieldMention, is_figure, is_passage
from assistant.understanding.words.normalise import name_key
from assistant.understanding.words.years import YearMention

INITIAL = FieldRef("budgets", "当初予算")
NUMBER = FieldRef("sheets", "事業番号")
POLICY_MINISTRY = FieldRef("sheets", "政策所管府省庁")
OF_INITIAL = FieldRef("budgets", "当初予算＋補正予算に対する執行額の割合")
_RATE_OF = {SPENT: EXECUTION_RATE, FieldRef("budgets", "不用額"): FieldRef("budgets", "不用率")}
_SHARE = pattern(r"何(?:割|%|パーセント)|割合")
_OF_INITIAL = pattern(r"当初(?:予算)?(?:額)?(?:に(?:占め|対)|のうち|の何(?:割|%|パーセント))")
_PAYING = pattern(r"受注|支払|支出|委託|契約|発注|落札|請負|受託|交付|会社|企業|補助")
# 「補正予算を含めて」 says of what the asked figure is, not what is asked
_INCLUDED = pattern(r"(?:も|を)(?:含|入れ|あわせ|合わせ|除)")
_OF_ITS_OWN = pattern(
    r"の(?:[0-9]{4}年度?の?|(?:令和|平成)[0-9元]+年度?の?)?(?:事業|予算|執行|不用|支出|当初|補正|要求|合計|シート)|が(?:所管|担当)|(?:は|って)[?]?$"
)
_USED_OF_IT = pattern(r"(?:額)?を(?:一番|最も|多く|いくら|どれだけ)?(?:使|つか|消化|充て)")
_SAME = pattern(r"(?:同じ|一緒|一致|違[うっい]|異なる|変わって)[ぁ-ん]{0,4}")
_HOW_MUCH_SPENT = pattern(r"ど(?:れ|の)くらい使$")
_OF_A_BID = ("落札率", "入札者数", "契約方式等")
_CLAUSE = pattern(r"[、。?]")
_OF_FIGURES = ("lookup", "compare", "trend", "derive", "sum")
_PART_OF = pattern(
    r"(?:額)?(?:の(?=使い残|余|不用|執行|残)|のうち|の中(?:で|から)|から|に対|を|が|は|って|で)(?!と)"
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the question is asked against: today's fiscal year, the only project where the database holds one, years with figures,
    whether a name is somebody's who was paid, whether sheets have a column of ``budgets`` written for any of some
    years, a project's first year (in which it began, or the first its sheets have a budget of), the rows of a
    project's lists, whether any sheet's name, 目的 or 概要 has a phrase, whether many projects' names have it, how many names have it and how many of those three texts, and what the texts shorten to some letters."""

    today: int
    single: Subject | None
    first_year: int | None
    last_year: int | None
    is_payee: Callable[[str], bool]
    has_figure: Callable[[Sequence[str], str, Sequence[int]], bool]
    first_year_of: Callable[[Sequence[str], bool], int | None]
    rows: RowNames
    speaks_of: Callable[[str], bool]
    in_many_names: Callable[[str], bool]
    projects_with: Callable[[str], tuple[int, int]]
    spelled_out: Callable[[str], str]


def decide(p: Parsed, subject: Subject, situation: Situation) -> Query:
    """The query of a question that stands by itself."""
    if subject.certainty == "none" and situation.single is not None:
        subject = replace(situation.single, candidates=())
    if names_a_matter(p, subject):
        # 「…に関する事業は何件」 names a matter, however much it sounds like one project's name
        subject = Subject("none", (), subject.candidates)
        for name in list(p.names):
            release(p, name)
    matter = "" if situation.single else matter_of_figure(p, subject, situation.projects_with)
    if matter:
        subject = Subject("none", (), subject.candidates)
        for name in list(p.names):
            release(p, name)
    if len(subject.projects) > 1:
        subject = _in_turn(subject)
    if subject.certainty == "several":
        subject = _of_each_ministry(p, _with_the_figure(p, subject, situation))
    named_loosely = subject.certainty != "none" and situation.single is None and not in_full_name(p)
    if named_loosely and not _asks_texts(p) and _receives(p, subject.phrase, situation):
        # 「日本赤十字社は何事業から受け取った」: who received it, though a project's name begins alike
        subject = Subject("none", (), subject.candidates)
        p.names.clear()
    about = subject.projects if subject.certainty in ("exact", "sure", "likely", "several") else ()
    one = bool(about)
    worded = [] if one else word_filters(p)
    for f, start, end in worded:
        p.claim_around(start, end, f"条件：{f.field.column} {f.value}")
    outside = excluded_ministries(p)
    boxes = [] if one else _with_opposites(p, [(v.condition, v.start, v.end) for v in p.values])
    worded = _with_opposites(p, worded)
    against, only_there = ([], set()) if one else figure_conditions(p)
    payees, unpaid = _payees(p, situation)
    if one and not payees and len(about) == 1:
        # a recipient's name within the project's (「〇〇機構運営費交付金」) names the project alone
        read = [(f.start, f.end) for f in p.fields] + [p.plain(m.start, m.end) for m in p.names]
        read += [(m.start, m.end) for m in p.ministries]
        payees = [
            PayeeMention(a, b, name, certain=True, paid=True)
            for a, b, name in situation.rows.paid(p.text, about[0].sheet_keys)
            if not any(start < b and a < end for start, end in read)
        ]
    # a corporation in the words that name the project is no recipient
    named = [p.plain(m.start, m.end) for m in p.names] if one else []
    payees = [
        m
        for m in payees
        if not (subject.phrase and m.name in subject.phrase)
        and not (one and not m.certain and name_key(m.name) in name_key(about[0].name))
        and not any(a < m.end and m.start < b for a, b in named)
    ]
    for m in payees:
        p.claim(m.start, m.end, "支出先：" + m.name, "weak")
    fields = _fields(p)
    if worded:
        inside = {f.field for f in p.fields for _, a, b in worded if f.start < b and a < f.end}
        fields = tuple(f for f in fields if f not in inside)
    fields = tuple(f for f in fields if f not in only_there)
    if one:
        fields = _as_shares(p, fields)
    if REQUEST not in fields and any(y.text.startswith("来年") for y in p.years):
        # what next year's budget is to be stands in a sheet as the request
        fields = tuple(dict.fromkeys(REQUEST if f in (BUDGET, INITIAL) else f for f in fields))
    presence = [
        (f, m) for f, m in presence_filters(p) if not any(m.start < b and a < m.end for _, a, b in worded)
    ]
    amounts = list(dict.fromkeys([*against, *(f for f, _ in (*amount_filters(p), *presence))]))
    amounts = amounts if one else streaks(p, amounts)
    if fields == (PAID,) and one and not payees and not unpaid and _in_all(p):
        # 「いくら払ったか」 of a project, to nobody in particular
        fields = (SPENT, PAID)
    years, published = years_asked(p, fields)
    if len(published) > 1 and one:
        # 「2つの公開年度で同じ?」: each publication's figure is told, with whether they are the same
        for same in _SAME.finditer(p.text):
            p.claim_around(*same.span(), "集計：" + same.group())
    first = next((y for y in p.years if y.kind == "first"), None)
    if first is not None and len(about) == 1:
        years = first_year(first, years, about[0].sheet_keys, situation)
    ago = next((y for y in relative_years(p) if y.count > 1), None)
    if ago is not None and years.kind in ("none", "latest") and "compare" not in p.verbs():
        # with nothing before it, 「5年前の」 counts from today
        year = situation.today + (ago.count if ago.kind == "after" else -ago.count)
        years = Years("given", (year,), as_said=ago.text)
    query = Query(
        question=p.n.original,
        projects=tuple(x.ref(_score(subject, not p.names or in_full_name(p))) for x in about),
        years=years,
        published=published,
        fields=fields,
        ministries=tuple(
            dict.fromkeys(v for m in p.ministries for v in m.values if not m.policy and m not in outside)
        ),
        payees=tuple(m.name for m in payees),
        reason=bool(p.reasons),
        candidates=() if one else subject.candidates,
    )
    policy = [v for m in p.ministries for v in m.values if m.policy and m not in outside]
    policy_filters = tuple(Filter(POLICY_MINISTRY, "=", v) for v in dict.fromkeys(policy))
    left_out = tuple(
        Filter(POLICY_MINISTRY if m.policy else MINISTRY, "!=", v) for m in outside for v in m.values
    )
    filters = (
        *policy_filters,
        *left_out,
        *(f for f, _, _ in boxes),
        *(f for f, _, _ in worded),
        *year_filters(p),
    )
    absent = None if one else _absent_ministry(p)
    if absent:
        return _finish(p, replace(query, operation="none", refusal=Refusal("unknown_ministry", absent)))
    many = (
        None
        if one
        else over_many(
            p, query, amounts, filters, lambda word: word == matter or situation.in_many_names(word)
        )
    )
    if many is not None:
        return _finish(p, about_matter(p, many, situation.speaks_of))
    for v in p.values:
        # beside no figure or operation the word belongs to the matter that is asked about
        p.release(v.start, v.end)
    if one:
        asked = about_one(p, query, subject)
        other = unsaid(subject.phrase, about[0].name) if subject.certainty == "likely" else ""
        figures = (
            asked.operation in _OF_FIGURES
            and not _asks_texts(p)
            and any(not is_passage(f) and f.table != "evaluations" for f in asked.fields)
        )
        if other and (figures or (other == subject.phrase and asked.operation == "lookup")):
            # figures and facts are given of the project that is named, not of one that sounds half like it;
            # texts neither of one that only begins alike (マイナポイント for 「マイナポータル」)
            nearest = (
                about[0].ref(_score(subject)),
                *(c for c in subject.candidates if c.name != about[0].name),
            )
            refusal = Refusal("unknown_project", subject.phrase, nearest[:5])
            return _finish(p, replace(asked, operation="none", projects=(), refusal=refusal))
        row = compared_row(p, asked, query.fields, situation.rows)
        row = row or named_row(p, asked, query.fields, situation.rows)
        if row is None and unpaid and asked.operation == "lookup" and asked.fields == (PAID,):
            asked = replace(asked, operation="sum", payees=tuple(m.name for m in unpaid))
        part = "" if row else part_of_the_figure(p, asked, subject)
        if part:
            return _finish(p, replace(asked, operation="none", refusal=Refusal("unresolved", part)))
        asked = row or asked
        if (
            subject.certainty == "several"
            and len(asked.projects) > 1
            and asked.operation != "search"
            and not asked.reason
        ):
            refusal = Refusal(
                "ambiguous_project", subject.phrase, tuple(x.ref() for x in subject.projects[:12])
            )
            asked = replace(asked, refusal=refusal)
        return _finish(p, asked)
    return _finish(p, about_none(p, query, subject))


# ------------------------------------------------------------------ pieces


def excluded_ministries(p: Parsed) -> list[MinistryMention]:
    """府省庁 that are left out (「防衛省以外」「厚生労働省を除いて」)."""
    out = all_left_out(p, [(m.start, m.end) for m in p.ministries])
    return [m for m, excluded in zip(p.ministries, out, strict=True) if excluded]


def _with_opposites(p: Parsed, found: list[tuple[Filter, int, int]]) -> list[tuple[Filter, int, int]]:
    """Conditions said in words, those that are left out turned round."""
    found = sorted(found, key=lambda x: x[1])
    out = all_left_out(p, [(start, end) for _, start, end in found])
    return [
        (turned_round(f) if excluded else f, start, end)
        for (f, start, end), excluded in zip(found, out, strict=True)
    ]


def _with_the_figure(p: Parsed, subject: Subject, situation: Situation) -> Subject:
    """Of projects of one name, the only one with the asked figure of the asked year, or the only one called so still
    (the others were called so once)."""
    columns = [f.field.column for f in p.fields if f.field.table == "budgets" and is_figure(f.field)]
    years = [v for y in p.years if y.kind == "given" and y.role == "figure" for v in y.years]
    published = {v for y in p.years if y.role == "published" for v in y.years}
    # 「2020年度公開の」: one of the others had no sheet then
    fitting = tuple(x for x in subject.projects if published & _published(x)) or subject.projects
    if columns and years:
        fitting = (
            tuple(x for x in fitting if situation.has_figure(x.sheet_keys, columns[0], years)) or fitting
        )
    if len(fitting) > 1:
        phrase = name_key(subject.phrase)
        still = tuple(x for x in fitting if name_key(x.name) == phrase)
        fitting = still if len(still) == 1 else fitting
    return replace(subject, certainty="sure", projects=fitting) if len(fitting) == 1 else subject


def _of_each_ministry(p: Parsed, subject: Subject) -> Subject:
    """「文部科学省と復興庁でそれぞれいくら」: of one name, the project of each 府省庁 that is named."""
    named = [set(m.values) for m in p.ministries if m.values]
    of = [[x for x in subject.projects if x.ministries & values] for values in named]
    if subject.certainty != "several" or len(named) < 2 or any(len(x) != 1 for x in of):
        return subject
    several = tuple(dict.fromkeys(x for (x,) in of))
    return replace(subject, certainty="sure", projects=several) if len(several) == len(named) else subject


def _published(project: Project) -> set[int]:
    """公開年度 of a project's sheets, with which their keys begin."""
    return {int(k[:4]) for k in project.sheet_keys}


def _in_turn(subject: Subject) -> Subject:
    """Sheets of one name and 府省庁 that are too far apart to be tied, and of no year together, as one project's."""
    out: list[Project] = []
    for x in sorted(subject.projects, key=lambda x: -max(_published(x))):
        same = next((o for o in out if (o.name, o.ministry) == (x.name, x.ministry)), None)
        if same is not None and not _published(same) & _published(x):
            out[out.index(same)] = replace(same, sheet_keys=(*same.sheet_keys, *x.sheet_keys))
        else:
            out.append(x)
    if len(out) == len(subject.projects):
        return subject
    sure = len(out) == 1 and subject.certainty == "several"
    return replace(subject, certainty="sure" if sure else subject.certainty, projects=tuple(out))


_PAID_AT_END = pattern(
    r"(?:へ|向け|あて)の(?:支出|支払い?|委託|発注|お金)(?:額|金額|総額)?(?:は|って|を)?(?:いくら|教えて)?[^、。?]{0,4}[?。]?$"
)
_PAID_FOR = pattern(
    r"(?:に|へ)(?:(?:支出|支払い?|委託|発注|交付)し(?:た|ている)|(?:支)?払(?:った|っている)|渡した)(?:事業|金額|額|お金)|へ?の(?:支出|支払い?)(?:額|金額|総額)"
)
_LETTERS = pattern(r"[A-Za-z]{3,8}")
_PAID_TO = pattern(
    r"へ(?:の)?(?:支払い?|支出|払い|委託|交付)(?:額|金額)?$|[にへ](?:支払っ|払っ|支出し|委託し|渡し|発注し)[^、。?]*$"
)


def _receives(p: Parsed, phrase: str, situation: Situation) -> bool:
    """The phrase is all there is of a name, it is said to have received money, and the data knows it as a recipient."""
    taken = [(y.start, y.end) for y in p.years] + [(m.start, m.end) for m in p.ministries]
    whom = _PAID_TO.sub("", phrase.strip())
    found = [m for m in read_payees(p.text, taken) if m.name == whom or _PAID_FOR.match(p.text, m.end)]
    return any(situation.is_payee(_spelled_out(m.name, situation)) for m in found)


def _asks_texts(p: Parsed) -> bool:
    """A box of texts is asked for (「〇〇機構は何を目的に交付を受けているか」), which no recipient has."""
    return any(is_passage(f.field) for f in p.fields)


def _spelled_out(name: str, situation: Situation) -> str:
    """「JICA」 as the sheets spell it out, where nobody was paid by these letters."""
    if not _LETTERS.fullmatch(name) or situation.is_payee(name):
        return name
    full = situation.spelled_out(name.lower())
    return full if full and situation.is_payee(full) else name


def _absent_ministry(p: Parsed) -> str:
    """The 府省庁 whose own sheets are asked about and none of which is loaded, "" if there is none."""
    if any(m.values for m in p.ministries):
        return ""
    return next((m.name for m in p.ministries if _OF_ITS_OWN.match(p.text, m.end)), "")


def _score(subject: Subject, whole: bool = True) -> float:
    """How sure the project is meant, 0–1; ``whole``: its name stands in the question in full."""
    if subject.certainty == "exact" and not whole:
        return 0.9
    return {"exact": 1.0, "sure": 0.9, "likely": 0.7, "several": 0.6}.get(subject.certainty, 1.0)


def _payees(p: Parsed, situation: Situation) -> tuple[list[PayeeMention], list[PayeeMention]]:
    """Payees that the data has, in a sentence that says little else; and those it does not know."""
    taken = [p.plain(m.start, m.end) for m in p.names]
    taken += [(m.start, m.end) for m in p.ministries] + [(y.start, y.end) for y in p.years]
    taken += [(f.start, f.end) for f in p.fields] + [(v.start, v.end) for v in p.values]
    cues = [
        (f.start, f.end)
        for f in p.fields
        if f.field.table in ("payees", "contracts")
        or (f.field == SPENT and f.text.startswith(("支払", "払", "支出")))
    ]
    found = read_payees(p.text, taken, cues)
    words = content_words(topic_of(p))
    rest = [w for w in words if not any(w in m.name or m.name in w for m in found)]
    rest = [w for w in rest if not _PAYING.search(w)]
    if len(rest) > 1:
        return [], []
    found = [replace(m, name=_spelled_out(m.name, situation)) for m in found]
    said = [m if m.certain or situation.is_payee(m.name) else last_of(m) for m in found]
    for whole, named in zip(found, said, strict=True):
        if named != whole and situation.is_payee(named.name):
            # 「大手ゼネコンの」 says what kind of company it is
            p.claim(whole.start, named.start, None, "ignored")
    found = said
    known = [m for m in found if m.certain or situation.is_payee(m.name)]
    if not known and _PAID_AT_END.search(p.text):
        # 「日本郵政グループへの支出」: one that nobody paid is said to be so
        known = [m for m in found if m.paid][:1]
    for whole in (m for m in found if m not in known):
        # 「電通と博報堂は」: each of them, where the data knows both
        parts = several_names(whole)
        if len(parts) > 1 and all(situation.is_payee(m.name) for m in parts):
            known += parts
    return known, [m for m in found if m.paid and m not in known]


def _fields(p: Parsed) -> tuple[FieldRef, ...]:
    if _of_the_budget(p):
        # 「予算のうちいくら使い残した」 asks for what was left, not for the budget
        return tuple(dict.fromkeys(f.field for f in p.fields if f.field != BUDGET))
    mentions = [f for f in p.fields if not _INCLUDED.match(p.text, f.end)] or p.fields
    if any(y.kind == "all" or y.count > 1 for y in p.years):
        # 「毎年どれくらい使っている」 asks for amounts, 「どれくらい使えた」 of one year for the rate
        mentions = [replace(f, field=SPENT) if _HOW_MUCH_SPENT.match(f.text) else f for f in mentions]
    # 「国庫債務負担行為の落札率」 is that of this list, not of the 支出先
    mentions = [_of_the_list_before(p, f, mentions) for f in mentions]
    # 「支出先の落札率」 asks for the rate, not for the names
    mentions = [
        f
        for f in mentions
        if not (
            f.field.column in ("支出先", "契約先")
            and any(o.start == f.end + 1 and o.field.column in _OF_A_BID for o in mentions)
            and p.text.startswith("の", f.end)
        )
    ]
    if any(f.field not in (BUDGET, SPENT) and _USED_OF_IT.match(p.text, f.end) for f in mentions):
        # 「予備費を一番使った」: the money that is said to be used
        mentions = [f for f in mentions if f.field != SPENT]
    strong = [f for f in mentions if not f.weak]
    kept = mentions
    if any(is_figure(f.field) for f in strong):
        kept = [f for f in mentions if not f.weak or _by_itself(p, f, strong)]
    if any(not f.weak for f in mentions):
        kept = [
            f
            for f in kept
            if not f.weak or f.field.table != "budgets" or not strong or _by_itself(p, f, strong)
        ]
    refs = tuple(dict.fromkeys(f.field for f in kept))
    if any(r.table == "evaluations" and r.item for r in refs):
        refs = tuple(r for r in refs if r != BUDGET)
    if NUMBER in refs and any(y.kind == "given" and y.role in ("figure", "published") for y in p.years):
        refs = tuple(dict.fromkeys((PAST_NUMBER, *refs)))
    # a text named beside a figure is what is asked to be read (「要求が増えた分は何」)
    return (*(r for r in refs if is_passage(r)), *(r for r in refs if not is_passage(r)))


def _of_the_list_before(p: Parsed, f: FieldMention, mentions: Sequence[FieldMention]) -> FieldMention:
    """A column of the 支出先 that follows 「国庫債務負担行為の」 is that of its own list."""
    if f.field.table != "payees" or f.field.column not in _OF_A_BID:
        return f
    contracts = any(o.field.table == "contracts" and o.end <= f.start for o in mentions)
    return replace(f, field=FieldRef("contracts", f.field.column)) if contracts else f


def _as_shares(p: Parsed, fields: tuple[FieldRef, ...]) -> tuple[FieldRef, ...]:
    """「使わずに終わったのは予算の何%」: an amount asked as a part of the budget is the rate the sheet has for it."""
    spent = {SPENT, EXECUTION_RATE} & set(fields)
    if INITIAL in fields and spent and _OF_INITIAL.search(p.text):
        return tuple(dict.fromkeys(OF_INITIAL if f in (INITIAL, *spent) else f for f in fields))
    amount = next((f for f in fields if f in _RATE_OF), None)
    if amount is None or BUDGET not in fields or not _SHARE.search(p.text):
        return fields
    return tuple(dict.fromkeys(_RATE_OF.get(f, f) for f in fields if f != BUDGET))


def _by_itself(p: Parsed, weak: FieldMention, strong: Sequence[FieldMention]) -> bool:
    """「何のためで、いくら使って、…」: an amount asked for in a clause of its own, of several in one sentence."""
    return bool(strong) and all(
        _CLAUSE.search(p.text, min(weak.end, f.end), max(weak.start, f.start)) for f in strong
    )


def _in_all(p: Parsed) -> bool:
    """「いくら払った」「2023年度の支出額」: what was spent in all, not what each recipient got."""
    weak = all(f.weak for f in p.fields if f.field == PAID)
    return weak or "sum" in p.verbs() or any(y.kind == "given" and y.role == "figure" for y in p.years)


def _of_the_budget(p: Parsed) -> bool:
    """「予算のうちいくら…」「予算を何割…」: the budget is what a figure said after it is a part of."""
    for f in p.fields:
        if f.field == BUDGET and _PART_OF.match(p.text, f.end):
            return any(
                o.start > f.end and o.field != BUDGET and o.field.table == "budgets" and is_figure(o.field)
                for o in p.fields
            )
    return False


def first_year(said: YearMention, years: Years, sheet_keys: Sequence[str], situation: Situation) -> Years:
    """「始まった年の予算」「初年度」: the year in which the project began; 「最初の年」: the first its sheets have a budget of."""
    year = situation.first_year_of(sheet_keys, "最初" not in said.text)
    if year is None:
        return years
    if years.kind == "all":
        return replace(years, first=year)
    others = years.values if years.kind == "given" else ()
    return Years("given", tuple(sorted({year, *others})), as_said=f"{year}年度")


# ------------------------------------------------------------------ what is left


def _finish(p: Parsed, q: Query) -> Query:
    for m in vocabulary.STOPS.finditer(p.remainder()):
        p.claim(m.start(), m.end(), None, "ignored")
    q = replace(q, words=p.words())
    return q if q.operation == "search" else replace(q, candidates=())

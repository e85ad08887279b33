"""One of the projects a conversation has spoken of: of a list, of those asked back, or one before the last."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.patterns import pattern
from assistant.query import ProjectRef, Query, Refusal, ResultContext, Years
from assistant.understanding.conversation.fields import MORE
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.normalise import name_key
from assistant.understanding.words.operations import number

N = r"(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_LISTED = r"(?:事業|もの|やつ|ほう|方|ところ|会社|支出先|企業|業者|団体|法人|契約|人|費目)"
ORDINAL = pattern(
    rf"(?:上から|(?P<below>下から))?(?:第)?{N}(?:番目|つ目|個目|件目|位|番)(?:の|は|も(?=お|[^ぁ-ゖ]|$)|に|を|が|って|で|だと|$|[?])"
    rf"|(?P<first>(?:一番)?(?:最初|先頭|(?<![つ])上|トップ)の{_LISTED}|前者)|(?P<last>(?:最後|一番下|下|最下位)の{_LISTED}|後者)"
)
"""「2番目の」「3位は」「上のほう」「最後の会社」."""
ORDINAL_ALONE = pattern(rf"(?:第)?{N}(?:番目|位|番)")
_AT_THE_START = pattern(rf"^(?:では|じゃあ)?[、,]?(?:第)?{N}(?:番目|つ目|個目|件目|位)")
# the one of two that was not spoken of
_THE_OTHER = pattern(
    r"(?:もう(?:一|1)(?:つ|個|方|件|本)|もう(?:片|一)(?:方|っぽ)|(?:他|別|反対|逆)の?(?:方|ほう)|残り(?:の(?:一|1)つ|のほう|の方)?)(?:の(?:事業|ほう|方|やつ|もの))?(?=は|を|で|が|だと|なら|の|も|$|[?])"
)
_THAT_PROJECT = pattern(
    r"^(?:で|では|じゃあ|じゃ)?[、,]?(?:(?:その|この|同|当該)(?:事業|プロジェクト|補助金|交付金)|(?:それ|そこ)(?=は|って|の|を|が|に|[?]|$))"
)
# 「さっきの事業に戻って」
_BEFORE = pattern(
    r"(?P<which>さっき|先ほど|さきほど|先程|前|その前|もと|元|最初|はじめ|初め)の?(?:事業|プロジェクト|やつ|ほう|方|話|質問)(?:の(?:話|ほう|方))?(?:に|へ)?(?P<back>戻(?:って|り|る|し|そう|ろう)[^、。?の]{0,6})?|(?:元|さっき|前)に(?P<back2>戻(?:って|り|る|し)[^、。?の]{0,6})"
)
# 「不用額だと?」 after a ranking puts its projects in that order
_BY_WHAT = pattern(r"(?:で|では|だと|なら|で見ると|順に?)(?:どう|どれ|何)?(?:です|だ|でしょう)?か?[?]?$")
_NEXT_ONE = pattern(
    r"^(?:では|じゃあ|じゃ|で)?[、,]?(?:その)?(?:次|つぎ)(?:点|の事業|のもの|に(?:多|大き|高|少な|小さ|低)い(?:の|事業|もの)?)?(?:は|って|を)?(?:どれ|どこ|何)?[?]?$"
)
_ONE_ABOVE = pattern(
    r"(?:一つ|1つ|ひとつ)(?:上|前)(?:の(?:順位|事業|もの|やつ|ほう|方))?(?=は|の|を|も|だと|$|[?])"
)
_WAY = pattern(r"大き|多|高|小さ|少な|低")
_BACK = pattern(r"(?:に|へ)戻(?:って|り|る|し|そう)[^、。?の]{0,6}")
_FIRST_OF_ALL = ("最初", "はじめ", "初め")
_MANY_ASKED = frozenset({"sum", "count", "average", "list", "rank", "group", "total"})
_SHOWN_BACK = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A project chosen in a conversation.

    base   the query before as if it had been asked of this project, for what the turn says to edit
    alone  what is asked where the turn says no more than which project
    """

    base: Query
    alone: Query
    ordinal: int | None = None


def chosen(
    p: Parsed, subject: Subject, previous: Query, shown: ResultContext | None
) -> Choice | Query | None:
    """The project this turn chooses; a refusal where it can be none of them, None where the turn chooses none."""
    return (
        _named_among(p, subject, previous)
        or (None if p.names or p.ministries else _by_place(p, previous, shown))
        or (None if p.names or p.ministries else _the_next(p, previous, shown))
        or (None if p.names else _before(p, previous, shown))
        or (None if p.names or p.ministries else _the_other(p, previous, shown))
        or _the_one(p, previous, shown)
    )


def says_no_more(p: Parsed) -> bool:
    """Nothing of the turn is left to read but which project it speaks of."""
    asked = p.fields or p.reasons or p.years or p.verbs() - {"list"} or p.conditions
    return not asked and not content_words(topic_of(p))


def asked_of(previous: Query, project: ProjectRef) -> Query:
    """The query before as if it had been asked of one project alone."""
    kept = previous if len(previous.projects) == 1 else replace(previous, operation="lookup")
    return replace(
        kept,
        projects=(project,),
        ministries=(),
        payees=(),
        published=(),
        filters=(),
        matters=(),
        group_by=None,
        order=None,
        limit=None,
        nth=None,
        ordinal=None,
        by_number=False,
        share=False,
        of_rows=False,
        median=False,
        added=False,
        of_each=False,
        having=(),
        of_groups=False,
        place=False,
        beside=(),
        candidates=(),
        topic="",
        refusal=None,
    )


def _choice(previous: Query, project: ProjectRef, same: bool, ordinal: int | None = None) -> Choice:
    """The project; ``same``: where the turn says no more, what was asked before is asked of it too."""
    base = asked_of(previous, project)
    alone = (
        base
        if same and base.fields
        else replace(base, operation="describe", fields=(), years=Years("none"), reason=False, premise=None)
    )
    return Choice(base, alone, ordinal)


def _named_among(p: Parsed, subject: Subject, previous: Query) -> Choice | Query | None:
    """「災害復旧のやつ」 after several were asked back: those whose name has every word said."""
    if previous.refusal is None or not previous.refusal.candidates:
        return None
    candidates = previous.refusal.candidates
    if subject.certainty == "exact" and len(subject.projects) == 1:
        own = set(subject.projects[0].sheet_keys)
        exact = [c for c in candidates if own & set(c.sheet_keys)]
        return _choice(previous, exact[0], same=True) if exact else None
    words = [name_key(w) for w in content_words(_outside_figures(p))]
    fitting = tuple(c for c in candidates if all(w in name_key(c.name) for w in words))
    if not words or not fitting or len(fitting) == len(candidates):
        return None
    p.names.clear()
    p.spans = [s for s in p.spans if not (s.taken_as or "").startswith("事業")]
    if len(fitting) == 1:
        _claim_words(p, content_words(_outside_figures(p)), fitting[0])
        return _choice(previous, fitting[0], same=True)
    refusal = Refusal("ambiguous_project", "・".join(words), fitting)
    return replace(previous, projects=fitting, refusal=refusal)


def _outside_figures(p: Parsed) -> str:
    """The text without years, 府省庁, fields and reasons: what may be a part of a name."""
    out = list(p.text)
    read = [(y.start, y.end) for y in p.years] + [(m.start, m.end) for m in p.ministries]
    read += [(f.start, f.end) for f in p.fields] + list(p.reasons)
    for start, end in read:
        out[start:end] = " " * (end - start)
    return vocabulary.STOPS.sub(" ", "".join(out))


def _claim_words(p: Parsed, words: list[str], project: ProjectRef) -> None:
    for word in words:
        at = p.text.find(word)
        if at >= 0:
            p.claim(at, at + len(word), f"事業：{project.name}")


def _by_place(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | Query | None:
    """「2番目の事業は?」「3位の執行率は?」「上のほう」; beyond what a ranking showed, its next."""
    m = ORDINAL.search(p.text)
    if not m or asks_an_order(p, m) or (m.group("first") and _BACK.match(p.text, m.end())):
        return None
    if previous.group_by is not None and previous.order is not None and not previous.projects:
        return _place_of_groups(p, previous)
    listed = (shown.listed or shown.projects) if shown else ()
    if not listed:
        refused = Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words())
        return refused if _AT_THE_START.match(p.text) else None
    n = place_of(m, len(listed))
    if 1 <= n <= len(listed):
        _take(p, m, f"{n}番目：{listed[n - 1].name}")
        # 「3番目は?」 after a figure of the second asks for the same of the third
        keys = [x.sheet_keys for x in listed]
        member = any(x.sheet_keys in keys for x in previous.projects)
        return _choice(previous, listed[n - 1], member or previous.refusal is not None, n)
    listing = shown.listing if shown else None
    if listing is not None and listing.operation == "rank" and listing.group_by is None and n > 0:
        # 「2番目は」 after the first alone was shown
        _take(p, m, f"{n}番目")
        return replace(listing, nth=n, limit=n, ordinal=None)
    return Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words(), ordinal=n)


def _the_next(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | Query | None:
    """「その次は?」 after one of a list: the one after it, of an order the next in that order."""
    above = _ONE_ABOVE.search(p.text)
    m = above or _NEXT_ONE.search(p.text)
    if m is None or shown is None or not shown.listed:
        return None
    keys = [x.sheet_keys for x in shown.listed]
    at = next((keys.index(x.sheet_keys) + 1 for x in previous.projects if x.sheet_keys in keys), 0)
    listing = shown.listing
    if above:
        if at < 2:
            return None
        _take(p, m, f"{at - 1}番目：{shown.listed[at - 2].name}")
        return _choice(previous, shown.listed[at - 2], same=True, ordinal=at - 1)
    if at and at < len(keys):
        _take(p, m, f"{at + 1}番目：{shown.listed[at].name}")
        return _choice(previous, shown.listed[at], same=True, ordinal=at + 1)
    if listing is None or listing.operation != "rank" or listing.group_by is not None or len(keys) > 1:
        return None
    _take(p, m, "次の順位")
    n = (listing.nth or 1) + 1
    return replace(listing, nth=n, limit=n, ordinal=None)


def _place_of_groups(p: Parsed, previous: Query) -> Query:
    """「4位は?」「4位と5位は?」 after the first three 府省庁 of an order."""
    said = list(ORDINAL_ALONE.finditer(p.text))
    places = [number(m.group("n")) for m in said]
    for m in said:
        _take(p, m, m.group())
    alone = len(places) == 1 and previous.operation == "rank"
    carried = ("項目", *(("年度",) if previous.years.kind == "given" else ()))
    return replace(
        previous, nth=places[0] if alone else None, limit=max(places), ordinal=None, carried_over=carried
    )


def place_of(m: re.Match[str], listed: int) -> int:
    """Which of so many is said: 1 for the first."""
    if m.group("last") or m.group("first"):
        return listed if m.group("last") else 1
    n = number(m.group("n"))
    return listed - n + 1 if m.group("below") else n


def asks_an_order(p: Parsed, m: re.Match[str]) -> bool:
    """「2番目に大きい」「上位3つ」: an order of its own, not a place in what was shown (「3位の事業」)."""
    several = [o for o in p.operations if o.verb == "rank" and o.limit and o.limit > 1]
    if several and m.group().startswith(("上から", "下から")):
        return any(not (o.start < m.end() and m.start() < o.end) for o in several)
    return any(o.nth is None or o.start > m.start() or _WAY.search(p.text[o.start : o.end]) for o in several)


def _take(p: Parsed, m: re.Match[str], taken_as: str) -> None:
    """Read the words as a choice: an order or a field they look like (トップの, 3つ目) is none."""
    p.operations[:] = [o for o in p.operations if not (o.start < m.end() and m.start() < o.end)]
    p.fields[:] = [f for f in p.fields if not (f.start < m.end() and m.start() < f.end)]
    p.release(*m.span())
    p.claim(*m.span(), taken_as)


def _before(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | Query | None:
    """「さっきの事業に戻って」「前の事業の予算は」: the project spoken of before this one, 「最初の事業」 the first of all."""
    if p.ministries and _BACK.search(p.text):
        return _back_to_ministry(p, previous, shown) if previous.projects else None
    m = None if p.ministries else _BEFORE.search(p.text)
    if m is None:
        return None
    now = previous.projects[0].sheet_keys if len(previous.projects) == 1 else ()
    earlier = [q for q in (shown.earlier if shown else ()) if len(q.projects) == 1]
    earlier = [q for q in earlier if q.projects[0].sheet_keys != now]
    first_of_all = m.group("which") in _FIRST_OF_ALL
    if not earlier and first_of_all and now and (m.group("back") or m.group("back2")):
        # 「最初の事業に戻って」 after others were only listed beside it
        earlier = [replace(previous, operation="describe", fields=())]
    if not earlier:
        return None
    query = earlier[-1] if first_of_all else earlier[0]
    _take(p, m, f"前の事業：{query.projects[0].name}")
    if m.group("back") or m.group("back2"):
        return Choice(query, query)
    return _choice(previous, query.projects[0], same=True)


def _back_to_ministry(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | None:
    """「総務省に戻ると?」: the last project of that 府省庁 spoken of."""
    wanted = {v for m in p.ministries for v in m.values}
    for query in shown.earlier if shown else ():
        if len(query.projects) == 1 and query.projects[0].ministry in wanted:
            for m in _BACK.finditer(p.text):
                p.claim(*m.span(), "前の質問")
            return _choice(previous, query.projects[0], same=True)
    return None


def _the_other(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | None:
    """「もう一つのほうは?」 of two: the one that is not spoken of now."""
    m = _THE_OTHER.search(p.text)
    listed = shown.listed if shown else ()
    if m is None or len(listed) != 2 or len(previous.projects) != 1:
        return None
    others = [x for x in listed if x.sheet_keys != previous.projects[0].sheet_keys]
    if len(others) != 1:
        return None
    _take(p, m, f"事業：{others[0].name}")
    return _choice(previous, others[0], same=True)


def _the_one(p: Parsed, previous: Query, shown: ResultContext | None) -> Choice | Query | None:
    """「その事業の目的は」 after a ranking: its only project; of several it is asked which."""
    ranked = previous.operation in ("rank", "list") and previous.group_by is None and not previous.projects
    if not ranked or shown is None or not shown.listed or shown.projects != shown.listed:
        return None
    if p.names or p.ministries or _MANY_ASKED & p.verbs() or p.conditions:
        return None
    m = _THAT_PROJECT.match(p.text)
    if len(shown.listed) == 1 and (
        m or p.reasons or MORE.search(p.text) or (p.fields and not _BY_WHAT.search(p.text))
    ):
        if m:
            p.claim(*m.span(), f"事業：{shown.listed[0].name}")
        return _choice(previous, shown.listed[0], same=False)
    if m is None or "事業" not in m.group() or len(shown.listed) == 1:
        return None
    candidates = shown.listed[:_SHOWN_BACK]
    base = asked_of(previous, candidates[0])
    fields = tuple(dict.fromkeys(f.field for f in p.fields))
    return replace(
        base,
        question=p.n.original,
        projects=candidates,
        fields=fields,
        refusal=Refusal("ambiguous_project", m.group(), candidates),
        words=p.words(),
    )

"""Fiscal years in a question, in any notation, and the words that stand for one (去年, 最新, 推移, 前の年)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.patterns import pattern
from db.fiscal_years import ERAS

YearKind = Literal["given", "latest", "all", "before", "after", "ancient", "first"]
Role = Literal["figure", "published", "start", "end", "on"]

_LETTER_ERAS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_ERA_SPANS = {
    "明治": (1868, 1911),
    "大正": (1912, 1925),
    "昭和": (1926, 1988),
    "平成": (1989, 2018),
    "令和": (2019, 2099),
}
_REIWA = 2019
_LETTER_SPANS = {"m": 45, "t": 15, "s": 64, "h": 31, "r": 30}
_KANJI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_N = r"(?:元|[0-9]{1,2}|[〇一二三四五六七八九十]{1,3})"
_WINDOW = 3
"""So many years before the newest sheets their figures reach back."""
ERA_NOW = 15
"""Beyond this 令和 has no sheets, so that a bare number is 平成 or the end of a Western year."""
_TAIL = r"(?:年度分?|年(?!間|前|後|代|生|齢|金|周|目|ぶり|以内|連続|で|に(?:一|1)度|物)|FY)"
_ERA = r"(?P<era>明治|大正|昭和|平成|令和)"
_BUDGET_WORD = r"(?=$|\s|[のはをがもにでとやへ、。?!)\]」〜,・/]|から|まで|年|当初|予算|執行|補正|要求|実績|決算|概算|末|補|公開|シート)"

_YEAR = pattern(
    rf"""(?P<western>(?<![0-9A-Za-z])(?:FY)?(?:1[89]|20|21)[0-9]{{2}}(?:{_TAIL}|(?=[-/〜・,、]|から|と)|(?![0-9A-Za-z%.円件万億千人者社か]))
    )|(?P<kwestern>[一二][〇一二三四五六七八九]{{3}}{_TAIL})
    |(?:{_ERA}\ ?(?P<eran>{_N})\ ?(?:{_TAIL}|(?![0-9])))
    |(?P<letter>(?<![A-Za-z0-9])[MTSHRmtshr]\.?(?P<lettern>[0-9]{{1,2}}|元)(?:{_TAIL}|{_BUDGET_WORD}))
    |(?P<short>(?<![一-鿿])(?P<shortera>[令平昭])(?P<shortn>[0-9]{{1,2}}|元)(?:{_TAIL}|{_BUDGET_WORD}))
    |(?P<bare>(?<![0-9A-Za-z.第約計直過去近])(?P<baren>{_N})年度(?!間|連続|目|ぶり|分以上))
    """,
    re.VERBOSE,
)
_RANGE_JOIN = pattern(r"\s*(〜|から|より|-|~|→|⇒)\s*")
_PAIR_JOIN = pattern(r"\s*(と|・|,|、|や|及び|および|/)\s*")
_FIRST = pattern(
    rf"(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr])?(?P<n>{_N}|(?:19|20)[0-9]{{2}})(?P<join>〜|・|から|-|,|、|→|⇒)(?=(?:{_N}|(?:19|20)[0-9]{{2}}){_TAIL})"
)

_RELATIVE: tuple[tuple[str, YearKind, int], ...] = (
    (r"一昨年度?|おととし|2年前", "given", -2),
    (r"去年度?|昨年度?|昨年", "given", -1),
    (r"再来年度?", "given", 2),
    (r"来年度?|来年", "given", 1),
    (r"今年度?|(?<!日)本年度?(?!金)|当年度|今年", "given", 0),
    (r"前々年度?(?!繰)", "before", 2),
    (r"(?:さらに|もう(?:一|1)(?:つ|年))(?:その)?前(?:の?年度?|(?=は|だと|も|$|[?]))|その前(?:の?年度?|(?=は|$|[?]))|前年度?(?!繰)|前の年度?|ひとつ前の年度?|一つ前の年度?|1年前|前回の年度?", "before", 1),
    (r"翌年度?|次の年度?|その次の年度?|翌年|次年度", "after", 1),
)  # fmt: skip
_ERA_ENDS = (
    (pattern(r"(?:平成|H)(?:の)?(?:最後|最終)の?年度?|平成最終年度?"), 2018),
    (pattern(r"令和(?:の)?(?:最初|初め)の?年度?|令和初年度?"), 2019),
)
"""The fiscal year an era ends or begins with."""
_SINCE_REIWA = pattern(r"令和に(?:入って|なって|入った|なった)(?:から|以降|後)?")
_UNTIL = pattern(rf"(?P<way>まで|から)の?(?P<n>{_N})(?:か|ヶ|カ)?年(?:度分|間|分)")
_BETWEEN = pattern(r"(?:まで)?の(?:間|期間|あいだ)(?=に|で|、|の)")
_YEARS_AGO = pattern(
    rf"(?<![0-9一-鿿])(?P<n>{_N})(?:か|ヶ|カ)?年(?:度)?(?P<way>前|後)(?=と|に比|より|から|の|は|では|だと|なら|[?]|$)"
)
_FIRST_YEAR = pattern(
    r"(?P<began>(?:始まった|始めた|開始した|スタートした|立ち上げた)年度?(?=の(?!は|が)|から))|(?:一番|いちばん)?最初の年度?(?=の|は|に|と|から|で|$|[?])|初年度|1年目(?=の|は|に|と|で|$|[?])"
)
_RELATIVE_RE = pattern("|".join(f"(?P<r{i}>{p})" for i, (p, _, _) in enumerate(_RELATIVE)))

_COUNTED = pattern(
    r"(?:直近|最近|過去|ここ|この|近年)の?(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,2}|数)(?:か|ヶ|ヵ|カ|箇)?年度?(?:間|分|度分)?"
)
_SPAN = pattern(
    r"(?<![0-9一-鿿])(?P<n>[0-9]{1,2}|[二三四五六七八九十])(?:か|ヶ|カ)?年(?:度)?(?:(?:間|分)(?=の|で|は|を|、|$|[?]|並べ|見せ|出し|教え|さかのぼ|遡|まとめ|一覧|比べ|足[すし]|合計|累計)"
    # 「10年で合計いくら」「5年でどう変わった」, not 「3年で終わる」
    r"|(?=(?:で|の)[^。?]{0,14}(?:合計|総額|累計|平均|トータル|全部|いくら|何円|何億|何兆|何[%倍割]|何パーセント|どれ(?:だけ|くらい|ほど)|どう変わ|どのよう|増え|減っ|減り|伸び|変化|推移)))"
)
_LATEST = pattern(
    r"(?:最新|直近|(?:一番|いちばん|もっとも|最も)新しい(?!(?:の|もの|事業)(?:は|って|を|が|から|[?]|$))|最近|足元)(?:の)?(?:年度|実績|年)?(?:の(?:年度|実績))?"
)
_ALL = pattern(
    r"推移|年度順|年度ごと|年度順|年順|古い順|年度毎|年度別|年ごと|年毎|毎年度?|各年度?|経年|年々|全年度|すべての年度?|全ての年度?|これまでの(?:全期間)?|何年分も|さかのぼって|遡って|時系列|移り変わり|(?:昔|以前|かつて)(?=(?:と|に)比|と比較|より)|どう変わって|どう推移|どのように推移|変遷|右肩(?:上が|下が)り(?=(?:だった|です|でした|なの|だ|か|[?]|$)[^、。]{0,6}$)|過去の(?=[^、。?0-9]{0,12}(?:額|率|予算|実績)[^、。?]{0,4}(?:順|すべて|全て|全部|一覧|並べ|ぜんぶ))"
)
_ANCIENT = pattern(
    r"(?P<era>明治|大正|昭和)(?:時代|期|の(?:頃|ころ|時代))|江戸時代?|戦前|戦時中|戦後すぐ|高度経済成長期|室町時代?|鎌倉時代?"
)
_PUBLISHED = pattern(
    r"\s*(?:公開|公表)?\s*(?:の|に(?:公開|公表)(?:された|した))?\s*(?:行政事業)?(?:レビュー)?(?:シート|レビュー|公開(?:分|の)?|公表(?:分|の)?|(?<=[開表]された)|(?<=[開表]した))(?:で(?:は|の)?|の中?|に(?:よると|よれば|ある|(?:書かれ|書い|記載され|載っ)(?:て(?:い)?(?:る|た)|た))?|を(?:見|み)ると|では)?"
)
_STARTED = pattern(
    r"\s*(?:度)?(?:(?:まで)?の間|にかけて)?(?P<op>以降|以後|以前|より前|から|まで|より後)?(?:に|から)?(?:新しく|新たに|新規で|新規に)?(?:始ま|開始|スタート|始め|創設|新設|立ち上|(?<=から)(?:今(?:も|でも)?|現在(?:も|まで)|ずっと)?続(?:いて|く))"
)
_ENDED = pattern(
    r"\s*(?:(?:まで)?の間|にかけて)?末?(?P<op>以降|以後|以前|まで|より前)?(?:に|で|をもって)?(?:終わ|終了|完了|廃止(?!と))"
)
_SINCE_LONG = pattern(
    r"(?:(?:事業)?開始(?:から|後|以来)(?:で)?)?(?P<n>[0-9]{1,3}|[二三四五六七八九十]{1,3})年(?:(?:間|度)?(?:以上|を超えて|超|余り)|間(?=ずっと|も|続))(?:も|に|ずっと)?(?:の間|わたって|わたり)?(?:前から)?(?=続|継続|やっ|行われ|実施され|ある|あっ|経過|経っ|たっ|経つ)"
)
_BEGINS_IN = pattern(r"(?:事業の?)?(?P<which>開始|終了)(?:\(予定\)|予定)?(?:年度?)?(?:が|は|[:=])\s*$")
_OPEN = pattern(
    r"\s*(?:度)?(?:(?P<since>以降|以後|以来|から(?!\s*(?:翌|次|来)|の?繰))|(?P<until>以前|まで(?!の?間)))(?:に|の|で|は)?"
)
_PUBLISHED_IN = pattern(r"公開年度(?:が|は|[:=])?\s*$")
_SIDE = pattern(r"\s*(?:度)?(?P<op>以降|以後|以前|より前|より後|まで|から)?")
_GOES_ON_UNTIL = pattern(
    r"\s*まで(?:は)?(?:続(?:く|ける|き)|継続(?:する|し)|実施(?:する|され)|存続)[^、。?]{0,4}?(?=予定|事業|もの|の)"
)
_GOING_ON = pattern(
    r"\s*(?:も|で|まで)?(?:以降|以後|以上)?(?:も|に|は)?(?:引き続き|なお|まだ)?(?:続(?:く|き|け|いて)|継続|実施され|存続)(?!的)[^、。?]{0,6}"
)


_DECADE = pattern(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr])?(?P<n>[1-9]0|[一二三四五六]?十)年代|(?P<western>(?:19|20)[0-9]0)年代)(?P<part>前半|後半)?"
)
"""「昭和40年代」 is its years 40 to 49, 「1990年代」 1990 to 1999, 「90年代」 those of the Western calendar."""
_ERA_STARTED = pattern(
    r"(?P<era>明治|大正|昭和|平成|令和)(?:時代|の時代|年間|の頃|のころ)?(?:に|から)(?:な(?:って|り)[、]?)?(?:始ま|開始|スタート|でき|創設|(?<=から)(?:ずっと)?続(?:く|いて))"
)


_BEGAN_IN_ERA = pattern(
    r"(?:事業の?)?(?P<which>開始|終了)(?:年度?|時期)?(?:が|は)(?P<era>明治|大正|昭和|平成|令和)(?:時代|年間)?(?=の(?!最|初)|で|だ|に(?!入)|である)"
)
"""「開始年度が昭和の事業」."""


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year word of the question.

    kind    "given": ``years``; "latest": the last ``count`` years with a figure; "all"; "before"/"after":
            relative to the year of the conversation or of the sentence; "ancient": a time before any sheet;
            "first": the first year of the project asked about.
    role    "published" 令和6年度のシートで; "start"/"end": 2020年度に始まった (``op`` =, >=, <=);
            "on": 2026年度以降も続く; else the figure's year, with ``op`` >= or <= where it is one end of a span.
    """

    start: int
    end: int
    kind: YearKind
    years: tuple[int, ...] = ()
    count: int = 1
    role: Role = "figure"
    op: str = "="
    text: str = ""
    side: str = ""
    """「から」「以降」「まで」 after the only year of a mention."""


def read_years(text: str, today: int, near: int) -> list[YearMention]:
    """Year words from left to right. ``today`` is the current fiscal year, ``near`` the newest 公開年度.

    A year without era (29年度) is taken in the era whose year lies nearest to ``near``.
    """
    found: list[YearMention] = []
    found += [_era(m, "start") for m in _ERA_STARTED.finditer(text)]
    found += [_era(m, "start" if m.group("which") == "開始" else "end") for m in _BEGAN_IN_ERA.finditer(text)]
    found += [_decade(m) for m in _DECADE.finditer(text)]
    for m in _ANCIENT.finditer(text):
        span = _ERA_SPANS.get(m.group("era") or "", ())
        found.append(YearMention(m.start(), m.end(), "ancient", tuple(span), text=m.group()))
    for wording, year in _ERA_ENDS:
        found += [
            YearMention(m.start(), m.end(), "given", (year,), text=m.group()) for m in wording.finditer(text)
        ]
    found += [
        YearMention(m.start(), m.end(), "given", (2019,), op=">=", text=m.group(), side="以降")
        for m in _SINCE_REIWA.finditer(text)
    ]
    found += [
        YearMention(
            m.start(),
            m.end(),
            "before" if m.group("way") == "前" else "after",
            count=_small(m.group("n")),
            text=m.group(),
        )
        for m in _YEARS_AGO.finditer(text)
        if m.group("n") != "元"
    ]
    found += [YearMention(m.start(), m.end(), "first", text=m.group()) for m in _FIRST_YEAR.finditer(text)]
    found += [_stretched(text, y) for y in _absolute(text, near)]
    for m in _COUNTED.finditer(text):
        n = 3 if m.group("n") == "数" else _small(m.group("n"))
        found.append(YearMention(m.start(), m.end(), "latest", count=max(1, n), text=m.group()))
    for m in _SPAN.finditer(text):
        found.append(YearMention(m.start(), m.end(), "latest", count=_small(m.group("n")), text=m.group()))
    for m in _RELATIVE_RE.finditer(text):
        _, kind, shift = _RELATIVE[int((m.lastgroup or "r0")[1:])]
        if kind == "given":
            found.append(YearMention(m.start(), m.end(), kind, (today + shift,), text=m.group()))
        else:
            found.append(YearMention(m.start(), m.end(), kind, count=shift, text=m.group()))
    for m in _ALL.finditer(text):
        found.append(YearMention(m.start(), m.end(), "all", text=m.group()))
    for m in _LATEST.finditer(text):
        found.append(YearMention(m.start(), m.end(), "latest", text=m.group()))
    for m in _SINCE_LONG.finditer(text):
        # 「30年以上続いている」 counts from the newest sheets there are
        began = near - _small(m.group("n"))
        found.append(
            YearMention(m.start(), m.end(), "given", (began,), role="start", op="<=", text=m.group())
        )
    return [_with_role(text, y) for y in _apart(found)]


def _era(m: re.Match[str], role: Role) -> YearMention:
    """An era in which projects began or end; 令和 goes on."""
    start = m.start("era")
    if m.group("era") == "令和":
        return YearMention(start, m.end(), "given", (_REIWA,), role=role, op=">=", text=m.group())
    return YearMention(start, m.end(), "given", _ERA_SPANS[m.group("era")], role=role, text=m.group())


def _decade(m: re.Match[str]) -> YearMention:
    """The ten years of 「昭和40年代」; one of 「前半」「後半」 five of them."""
    if m.group("western"):
        first = int(m.group("western"))
    else:
        n = _small(m.group("n"))
        first = ERAS[_LETTER_ERAS.get(m.group("era").lower(), m.group("era"))] + n if m.group("era") else n
        first = first if first >= 1000 else (1900 + first if first >= 30 else 2000 + first)
    last = first + 9
    first, last = (first + 5, last) if m.group("part") == "後半" else (first, last)
    last = first + 4 if m.group("part") == "前半" else last
    return YearMention(m.start(), m.end(), "given", tuple(range(first, last + 1)), text=m.group())


def _stretched(text: str, y: YearMention) -> YearMention:
    """「2022年度までの8年間」 is the eight years that end with it, 「2015年度からの3年間」 the three that begin with it."""
    if len(y.years) != 1:
        between = _BETWEEN.match(text, y.end)
        return replace(y, end=between.end()) if between else y
    (year,) = y.years
    until = _UNTIL.match(text, y.end)
    if until:
        n = _small(until.group("n"))
        first = year - n + 1 if until.group("way") == "まで" else year
        return replace(y, end=until.end(), years=tuple(range(first, first + n)))
    return y


def _absolute(text: str, near: int) -> list[YearMention]:
    single: list[YearMention] = []
    for m in _FIRST.finditer(text):
        year = _western(m.group("era"), m.group("n"), near)
        if year is not None:
            single.append(YearMention(m.start(), m.start("join"), "given", (year,), text=m.group()))
    eras: dict[int, str | None] = {}
    for m in _YEAR.finditer(text):
        if any(y.start <= m.start() < y.end for y in single):
            continue
        year, era = _value(m, near)
        if year is None:
            continue
        before = [y for y in single if y.end <= m.start()]
        if era is None and m.group("bare") and before:
            joined = re.fullmatch(r"\s*(?:〜|から|と|・|、|,|-|及び|や)\s*", text[before[-1].end : m.start()])
            if joined and eras.get(before[-1].start):
                year = _western(eras[before[-1].start], m.group("baren"), near) or year
                era = eras[before[-1].start]
        eras[m.start()] = era
        single.append(YearMention(m.start(), m.end(), "given", (year,), text=m.group()))
    for y in list(single):
        if y.start not in eras:
            m2 = re.match(r"明治|大正|昭和|平成|令和|[MTSHRmtshr](?=[0-9元])", text[y.start : y.end])
            eras[y.start] = m2.group() if m2 else None
    single.sort(key=lambda y: y.start)
    return _joined(text, single, near, eras)


def _joined(
    text: str, single: list[YearMention], near: int, eras: dict[int, str | None]
) -> list[YearMention]:
    """令和3年度から5年度, 2021〜2023年度 and 令和3・4年度 become one mention."""
    out: list[YearMention] = []
    for y in single:
        if out and out[-1].kind == "given":
            last = out[-1]
            gap = text[last.end : y.start]
            years = y.years
            era = eras.get(last.start)
            if era and not eras.get(y.start):
                again = re.match(_N, text[y.start : y.end])
                shifted = _western(era, again.group(), near) if again else None
                if shifted:
                    years = (shifted,)
            if _RANGE_JOIN.fullmatch(gap) and last.years[-1] <= years[0] <= last.years[-1] + 30:
                span = tuple(range(last.years[0], years[0] + 1))
                end = y.end + (len("まで") if text.startswith("まで", y.end) else 0)
                out[-1] = YearMention(last.start, end, "given", span, text=text[last.start : end])
                continue
            if _PAIR_JOIN.fullmatch(gap):
                both = (*last.years, *years)
                out[-1] = YearMention(last.start, y.end, "given", both, text=text[last.start : y.end])
                continue
        out.append(y)
    return out


def _value(m: re.Match[str], near: int) -> tuple[int | None, str | None]:
    if m.group("western"):
        digits = re.search(r"[0-9]{4}", m.group("western"))
        return (int(digits.group()) if digits else None), None
    if m.group("kwestern"):
        return int("".join(str(_KANJI_DIGITS[c]) for c in m.group("kwestern")[:4])), None
    if m.group("eran"):
        return _western(m.group("era"), m.group("eran"), near), m.group("era")
    if m.group("letter"):
        letter = m.group("letter")[0].lower()
        n = _small(m.group("lettern"))
        return (_western(letter, str(n), near), letter) if 1 <= n <= _LETTER_SPANS[letter] else (None, None)
    if m.group("short"):
        era = {"令": "令和", "平": "平成", "昭": "昭和"}[m.group("shortera")]
        return _western(era, m.group("shortn"), near), era
    return _western(None, m.group("baren"), near), None


def _western(era: str | None, n: str, near: int) -> int | None:
    value = _small(n)
    if value >= 1800:
        return value
    if era:
        return ERAS[_LETTER_ERAS.get(era.lower(), era)] + value
    if not 1 <= value <= 64:
        return None
    if value > ERA_NOW and -_WINDOW <= 2000 + value - near <= 1:
        # 「23年度」 of sheets of 2024: no year of 令和 yet, and 平成 is long over
        return 2000 + value
    return min((ERAS["平成"] + value, ERAS["令和"] + value), key=lambda y: abs(y - near))


def _small(text: str) -> int:
    if text == "元":
        return 1
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_KANJI_DIGITS.get(tens, 1) if tens else 1) * 10 + (_KANJI_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_KANJI_DIGITS[c]) for c in text))


def _apart(found: list[YearMention]) -> list[YearMention]:
    """Earlier and longer mentions win where two overlap."""
    out: list[YearMention] = []
    for y in sorted(found, key=lambda y: (y.start, -(y.end - y.start))):
        if not out or y.start >= out[-1].end:
            out.append(y)
    return out


def _with_role(text: str, y: YearMention) -> YearMention:
    if y.kind != "given" or y.role != "figure":
        return y
    named = _PUBLISHED_IN.search(text, 0, y.start)
    if named:
        # 「公開年度2018の」
        return YearMention(named.start(), y.end, y.kind, y.years, y.count, "published", text=y.text)
    m = _PUBLISHED.match(text, y.end)
    if m and m.group().strip():
        return _replace(y, m.end(), "published")
    said = _BEGINS_IN.search(text, 0, y.start)
    if said:
        role: Role = "start" if said.group("which") == "開始" else "end"
        side = _SIDE.match(text, y.end)
        assert side is not None
        found = _replace(y, side.end("op") if side.group("op") else y.end, role, _operator(side))
        # 「事業開始が2000年以前」: a field's own words (事業開始年度) stay its
        return found if "年" in said.group() else replace(found, start=said.start())
    lasts = _GOES_ON_UNTIL.match(text, y.end)
    if lasts and len(y.years) == 1:
        # 「2030年度まで続く」: its last year
        return _replace(y, lasts.end(), "end")
    on = _GOING_ON.match(text, y.end)
    if on and re.match(r"\s*(?:以降|以後|も|まで)", text[y.end :]):
        return _replace(y, on.end(), "on", ">=")
    for wording, role in ((_STARTED, "start"), (_ENDED, "end")):
        m = wording.match(text, y.end)
        if m:
            since = _operator(m)
            # 「令和3年度から始まった」 began in that year; 「から…に始まった」 is a span
            op = "=" if role == "start" and m.group("op") == "から" else since
            return _replace(y, m.end(), role, op)
    opened = _OPEN.match(text, y.end) if len(y.years) == 1 else None
    if opened:
        since, until = opened.group("since"), opened.group("until")
        end = opened.end("since" if since else "until")
        return YearMention(
            y.start,
            end,
            y.kind,
            y.years,
            y.count,
            op=">=" if since else "<=",
            text=text[y.start : end],
            side=since or until,
        )
    return y


def _operator(m: re.Match[str]) -> str:
    """「以降」 of a year as an operator; a year by itself is that year."""
    return {
        "以降": ">=", "以後": ">=", "から": ">=", "より後": ">", "以前": "<=", "まで": "<=", "より前": "<",
    }.get(m.group("op") or "", "=")  # fmt: skip


def _replace(y: YearMention, end: int, role: Role, op: str = "=") -> YearMention:
    return YearMention(y.start, end, y.kind, y.years, y.count, role, op, y.text)

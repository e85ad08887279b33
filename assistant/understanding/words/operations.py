"""What is to be done with the figures: count, add up, rank, group, compare, follow over the years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.counting import COUNTER
from assistant.patterns import pattern
from assistant.query import FieldRef
from assistant.understanding.words.fields import MINISTRY

Verb = Literal[
    "count", "sum", "average", "median", "rank", "place", "group", "list", "compare", "trend", "share", "similar", "total",
]  # fmt: skip

_N = r"(?P<n>[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_UNIT = r"(?:つ|件|個|事業|位|社|者|府省庁|省庁|省|番)?"

_RANKED = r"(?:事業|もの|ところ|府省庁|省庁|府省|役所|支出先|会社|企業|法人|プロジェクト|省(?=[はをが?]|$))"
"""What an adjective before it puts in order: 「執行率の低い事業」."""
_AT_THE_END = r"(?:の|もの|やつ)(?:は|って)(?:どれ|どの事業|何(?!年))?(?:です|でしょう)?か?[?。]?$"
_OF_A_MINISTRY = r"[一-鿿]{2,10}(?:省|庁|府|委員会|官房)の(?:事業|もの)"

_NTH = pattern(
    rf"(?:第)?{_N}(?:番目|番手)(?:に)?(?:[^、。?]{{0,6}}?)(?:(?P<up>大き|多|高)|(?P<down>小さ|少な|低))(?:い|かった|な)?"
    rf"|(?:(?P<up2>大き|多|高)|(?P<down2>小さ|少な|低))(?:い|かった)(?:もの)?(?:順|ほう|方)?(?:で|から|に)?(?:数えて)?(?:第)?{_N.replace('?P<n>', '?P<n2>')}(?:番目|位)(?!まで)"
    rf"|(?:第)?{_N.replace('?P<n>', '?P<n3>')}位(?!まで)(?=の(?:事業|府省庁|省庁)|は(?:どの|どこ|何|なに|どれ|[?]|$)|に(?:なる|なった|入る|来る))"
)
_RANK: tuple[tuple[str, str | None], ...] = (
    (rf"(?:(?<!より)(?<!よりも)(?:大き|多|高)い(?:もの)?)?(?:トップ|top|上位|ベスト|best){_N}{_UNIT}(?:まで)?", "desc"),
    (rf"(?:ワースト|worst){_N}{_UNIT}(?:まで)?", "worst"),
    (rf"下位{_N}{_UNIT}(?:まで)?", "asc"),
    (rf"(?:大きい|多い|高い|大きかった|多かった|高かった)(?:もの)?(?:順|ほう|方)?(?:に|から|で)? ?{_N}(?:つ|件|個|事業|位|番)", "desc"),
    (rf"(?:小さい|少ない|低い|小さかった|少なかった|低かった)(?:もの)?(?:順|ほう|方)?(?:に|から|で)? ?{_N}(?:つ|件|個|事業|位|番)", "asc"),
    (rf"{_N}(?:位|番目?)まで", "desc"),
    (rf"上から{_N}{_UNIT}", "desc"),
    (rf"下から{_N}{_UNIT}", "asc"),
    (rf"ランキング{_N}", "desc"),
    (r"ランキング", None),
    (r"(?:大きい|多い|高い|大きな|高額な|大きかった|多かった|高かった)(?:もの)?(?:順|ほう|方)(?:に|から)?", "desc"),
    (r"(?:小さい|少ない|低い|小さな|小さかった|少なかった|低かった)(?:もの)?(?:順|ほう|方)(?:に|から)?", "asc"),
    (r"上位(?:の(?!施策|政策))?(?=は|を|って|$|[?]|に|会社|企業|支出先)", "desc"),
    (r"降順|多額順", "desc"),
    (r"昇順", "asc"),
    (r"ワースト", "worst"),
    (r"(?:一番|いちばん|最も|もっとも|特に|とくに|どこよりも)(?:[^、。?]{0,6}?)(?:少な|小さ|低|悪|安)[いかくな]?", "asc1"),
    (r"(?:一番|いちばん|最も|もっとも|特に|とくに|どこよりも)(?:[^、。?]{0,6}?)(?:高額|多額|巨額|多|大き|高|良(?!くな)|よ(?=[いか]))(?:かった(?=株式会社)|[いかくな])?", "desc1"),
    (r"(?:一番|いちばん|最も|もっとも)(?=[^、。?]{0,12}(?:使わ|かから|かけ|払わ|もらわ|受け取ら|増え|減ら)な)", "asc1"),
    (r"(?:一番|いちばん|最も|もっとも)(?=[^、。?]{0,12}(?:使|繰り?越|受け取|もら|払|食|かか|かけ|つぎ込|投じ|余|増え|伸び|支出|減|落ち|下が|上が|改善|悪化|良くな|悪くな|つ[いく]|付[いく]|(?:予算|お金)(?:が|の)(?:出て|配分)))", "desc1"),
    (r"ピーク(?:時|だったの|になったの)?(?:の|な|だ|は|が|を|で)?", "desc1"),
    (r"(?:過去|史上|歴代)(?:最大|最高|最多)(?:の|な|だ|は|が|を|で|額|値)?(?:った)?", "desc1"),
    (r"(?:過去|史上|歴代)(?:最小|最低|最少)(?:の|な|だ|は|が|を|で|額|値)?(?:った)?", "asc1"),
    (r"(?:最大|最高|最多|トップ|首位|1位|一位|筆頭)(?:の|な|だ|は|が|を|で|額|値)?", "desc1"),
    (r"(?:最小|最低(?!価格)|最少|最下位)(?:の|な|だ|は|が|を|で|額|値)?", "asc1"),
    (rf"(?<!より)(?<!よりも)(?:大き|多|高|目立)(?:い|かった|な|つ|く)(?:{_RANKED}(?:を|で|は|の中で|のうち)?{_N}{_UNIT}|(?={_RANKED}))", "desc"),
    (rf"(?<!より)(?<!よりも)(?:大き|多|高)(?:い|かった)(?={_OF_A_MINISTRY}|{_AT_THE_END})", "desc"),
    (r"(?<!より)(?<!よりも)多く(?:つ[いけ]|付[いけ]|使われ|計上され|積まれ|措置され)(?:て(?:い)?)?[たる](?=事業|もの)", "desc"),
    (rf"(?<!より)(?<!よりも)(?:小さ|少な|低|悪)(?:い|かった)(?={_OF_A_MINISTRY}|{_AT_THE_END})", "asc"),
    (rf"(?<!より)(?<!よりも)(?:小さ|少な|低|悪)(?:い|かった|く)(?:{_RANKED}(?:を|で|は|の中で|のうち)?{_N}{_UNIT}|(?={_RANKED}))", "asc"),
)  # fmt: skip
_STARTED = FieldRef("sheets", "事業開始年度")
_MOST = r"(?:一番|いちばん|最も|もっとも)"
_AGES = (
    (pattern(rf"(?:開始(?:年度?)?(?:が|の)|始ま(?:り|った(?:年度?|の|時期))が|事業を)(?:新しい|最近の|遅い)(?:もの)?順(?:に|から)?(?:{_N}(?:つ|件|個|事業))?"), "desc"),
    (pattern(rf"(?:開始(?:年度?)?(?:が|の)|始ま(?:り|った(?:年度?|の|時期))が|事業を)(?:古い|早い)(?:もの)?順(?:に|から)?(?:{_N}(?:つ|件|個|事業))?"), "asc"),
    (pattern(rf"{_MOST}(?:新しい|新しく始まった|最近(?:になって)?始ま(?:った|っている)|最近でき?た)(?=[^、。?]{{0,3}}(?:の|もの|事業)(?:は|って|を|が|から|[?]|$))"), "desc"),
    (pattern(rf"{_MOST}(?:古い|古くから|昔から|長く|早く|歴史[がの])(?:の)?(?:始ま(?:った|っている)|続(?:いている|いた|く)|ある|やっている|行われている|あった|長い)?(?=[^、。?]{{0,3}}(?:の|もの|事業)(?:は|って|を|が|から|[?]|$))"), "asc"),
)  # fmt: skip
"""Adjectives of age and the order of 事業開始年度 they ask for."""
_COUNT = pattern(
    r"何件(?!に(?!な))|何個|何事業|何個の?事業|いくつの?(?:国の)?事業|事業(?:は|って|が)?(?:全部で|全体で|合計で?)?いくつ|(?:事業)?件数|事業数|"
    r"(?:事業|もの|シート|契約|支出先)の数|(?:契約|案件|入札|受注)数(?!量)|数を?(?:教え|数え)|数え(?:て|ると)|何本|いくつ(?:ある|あり|存在)|何枚|いくつ(?!もり)(?:です|でした|でしょう|あ(?:る|り|った)|存在)?(?:か)?[?]?$|何者(?=[にがあの]|$|\?)|何社(?=[にがあの]|$|\?)|どれ(?:だけ|くらい|ほど)の(?:数|事業)|事業は(?:どれ|どの)(?:だけ|くらい|ほど)(?:ある|あり|存在)"
)
_SUM = pattern(
    r"(?:(?:これ|今)まで|(?:始まって|始めて|開始して|スタートして)(?:から|以来)(?:これまで|今まで)?|開始以来)(?:に|で)?(?=[^、。?]{0,8}(?:いくら|どれ(?:だけ|くらい)|何(?:億|兆)?円))|合計|合算|総額|総計|全体で|全部で|トータル|足し(?:て|合わせ|上げ|たら)[ると]?|足す(?:と|なら)|あわせ(?:て|ると|れば)|合わせ(?:て|ると|れば)|累計|積み上げ|全体の(?=予算|執行|不用|支出|当初|補正|要求|繰)|ぜんぶで|総和|総(?=執行額|予算額|支出額|不用額|契約額)"
)
_AVERAGE = pattern(
    r"平均(?!点)|平均的|ならすと|(?:1|一)(?:事業|件)(?:に)?(?:当|あ)たり(?:の)?(?:平均)?|アベレージ"
)
_MEDIAN = pattern(r"中央値|メ(?:ディ|ジ)アン|真ん中の(?:値|額|金額)")
_PLACE = pattern(
    r"(?P<below>下から)?(?:上から)?(?:第?何(?:位|番目|番手)|順位)(?:に(?:[^、。?]{0,6}?)(?:(?P<up>大き|多|高)|(?P<down>小さ|少な|低))(?:い|く|な)?)?"
    r"(?!まで)(?:の?(?:事業|もの|府省庁|省庁|規模))?(?:です|でしょう|に(?:なる|なり|入る|入り|いる|来る|当たる|あたる|位置)[ぁ-ゖ]{0,3}|だ)?か?"
)
"""「何位」「何番目に大きい」: where something that is named stands in an order."""
_GROUP: tuple[tuple[str, FieldRef], ...] = (
    (r"政策所管(?:府省庁)?(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "政策所管府省庁")),
    (r"(?:各|どの)?(?:府省庁|省庁|府省|役所|省)(?:別|ごと|毎)(?:に|の|で)?|各(?:府省庁|省庁|府省|省)(?:の|で|ごとに)?", MINISTRY),
    (r"(?:部局|局)(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "担当部局庁")),
    (r"一般会計と特別会計(?:とで|で|を|の|に分けて)(?!両方|どちらも|いずれも)", FieldRef("sheets", "会計区分")),
    (r"会計(?:区分)?(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "会計区分")),
    (r"(?:実施方法|実施形態|やり方)(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "実施方法")),
    (r"主要経費(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "主要経費")),
    (r"事業区分(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "事業区分")),
    (r"(?:開始年度?|始まった年度?)(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "事業開始年度")),
    (r"(?:公開年度|シートの年度)(?:別|ごと|毎)(?:に|の|で)?", FieldRef("sheets", "公開年度")),
    (r"契約方式(?:別|ごと|毎)(?:に|の|で)?", FieldRef("payees", "契約方式等")),
    (r"(?:支出先|会社|企業|法人|業者)(?:別|ごと|毎)(?:に|の|で)?", FieldRef("payees", "支出先")),
    (r"費目(?:別|ごと|毎)(?:に|の|で)?", FieldRef("expenses", "費目")),
    (r"(?:目|歳出予算目)(?:別|ごと|毎)(?:に|の|で)", FieldRef("budget_items", "目")),
    (r"判定(?:別|ごと|毎)(?:に|の|で)?", FieldRef("comments", "判定")),
)  # fmt: skip
_RANKS = tuple((pattern(p), order) for p, order in _RANK)
_GROUPS = tuple((pattern(p), ref) for p, ref in _GROUP)
_WHICH_MINISTRY = pattern(
    r"(?:どの|何|どこの)(?:府省庁|省庁|府省|省|役所)|(?:府省庁|省庁)の(?:中|うち)で(?=[^、。?]*(?:どこ|どの))|(?:府省庁|省庁|役所|省)(?:は|って)(?:[^、。?]{0,12}(?=どこ)|どれ|何)|(?<=[いたるな])省(?=は?(?:[?]|$))|(?<=[いたるな])(?:府省庁|省庁)(?=を?(?:上から|上位))|(?:府省庁|省庁|役所)(?=[?]|$|[、,]?第?[0-9]{1,2}(?:位|番目)|(?:の)?(?:ワースト|トップ|上位|下位|ベスト|ランキング)|は(?:[?]|$)|を(?:\d|教|並|挙|順|(?:多|少な|大き|小さ|高|低)い順|上位|下位|トップ|ベスト|ワースト|[三五十](?:つ|個))|とその|と[金合]?額|\()|どこの役所"
)
# 「自殺対策に関わる省庁」: who has projects about a matter, by how many
WHO_DOES = pattern(
    r"(?:に(?:かか|関)わ(?:る|っている)|を(?:やっ|行っ|担当し|所管し|進め|手がけ)て(?:い)?る|に取り組(?:む|んでいる))(?:の(?:は|って)どの)?(?:府省庁|省庁|役所|省)(?:は(?:どこ|どれ|何)?)?"
    r"|(?:どの|どこの|何)(?:府省庁|省庁|役所|省)が(?:やっ|行っ|おこなっ|担当し|所管し|担っ|進め|手がけ|実施し|取り組ん)[てで](?:い)?(?:る|ます)(?:の)?"
)
_LIST = pattern(
    r"どの事業|どんな事業が|どれ(?=[?ですか]|だ(?!け)|$)|事業はどれ|(?<![一-鿿ァ-ヺー])事業は(?:何|なに|どこ)|事業(?:の)?(?:一覧|リスト|名)|一覧|リスト(?:アップ)?|列挙(?:せよ|し|$)|(?:挙げ|列挙し|並べ|並べ立て|探し|抽出し|洗い出し)て|事業を(?:全部|すべて|全て)?(?:教え|出し|見せ|知り|探|挙げ|並べ|表示)|事業(?:は|って)(?:ある|あり|存在)|ものは(?:どれ|ある|あり)|(?:事業|もの)は[?]?$|(?:事業|もの)を$"
)
_COMPARE = pattern(
    r"(?:前年度?|前の年度?|去年度?|昨年度?|前回|前々年度?)(?:の(?:それ|もの|額|値|数字|実績))?(?:と(?:比べ|比較し|くらべ|の(?:比較|差|違い))|より(?:も)?(?:どれ(?:だけ|くらい)|いくら|何)|比で?|対比|から(?:どれ(?:だけ|くらい)|いくら|何)|(?:より|から)(?:も)?(?=[^、。?]{0,6}(?:増え|増加|減っ|減り|減少|上が|下が|伸び|落ち|高く|低く|良く|よく|悪く|多い|少な)[^、。?]{0,8}(?:[?]|$)))[てると]?|"
    rf"(?:いくら|いくつ|どれ(?:だけ|くらい|ほど)|どの(?:くらい|ぐらい)|何円|何(?:億|千|百|万)*(?:円|ポイント|%|倍|割|{COUNTER}))(?:の|に)?(?:違|差|上が|下が|増え|増減|減|伸び|落ち|膨ら|縮|変わ|上昇|低下|なった)|(?:と|を)(?:比べ|比較し|くらべ)(?:て|ると|た(?:い|ら)?)?|比較|どう(?:違[うっい]|変わっ(?:た|て))|(?:どちら|どっち)(?:の[^、。?]{{0,8}})?[がに]|(?:どちら|どっち)(?:です|でしょう|だ)?か?[?]?$|より(?:も)?(?:多い|少ない|大きい|小さい|高い|低い)(?:の|です|でしょう)*(?:か)?(?:[?、]|$)|何倍|の差(?=は|額|を|が|$)|の違い|増減(?=額|を|は|$)|伸び率|増加率|減少率|増減率|前年(?:度)?比"
)
_CHANGE = pattern(
    r"(?:増え|減っ|減り|上が|下が|伸び|増加し|減少し|変わ(?:り|っ|ら(?:な|ず)))(?:た|った|い|かった|っている|っています|まし|て(?:い(?:る|ます)?|る)?|ました)?(?:の|ん)?(?:か|です|でしょう|だ)?[?かの]*$|(?:増え|減っ|上が|下が|伸び)(?:た|ました)(?:の)?(?:か|の|ですか|でしょうか)[?]?$|(?<=[率度][はがも])(?:大きく|少し|やや|かなり)?(?:改善|悪化|向上|低下|上昇)し[^、。?]{0,8}[?]?$"
)
_SHARE = pattern(
    r"(?:応札|応募|随契|随意契約)率|割合|占め(?:る|て)|比率|シェア|何割(?=[がはを?]|$|ある|の事業)|何(?:%|パーセント)(?=が|の事業|を占め|$|\?|です|か|な(?:の|ん)|くらい|ぐらい|ほど|に(?:なる|なり|あた|当た)|だろう|でしょう)"
)
_SIMILAR = pattern(
    r"(?:に|と)?(?:似た|似て(?:い)?る|類似(?:の|した|する)?|同じような|近い内容の|同種の|似通った)(?:事業|もの|取組|施策|プロジェクト)?"
    # 「似た交付金との重なりを指摘された」 says what was written
    r"(?![一-鿿]{0,6}(?:との|と重|や|が重|の重))"
)
_SUPERLATIVE_N = pattern(
    rf"(?<![0-9年第]){_N}(?:つ|件|個|事業|位)(?:だけ|まで|ほど|くらい)?(?=並べ|挙げ|教え|出し|示し|見せ|見たい|知りたい|ください|お願い|紹介|リスト|表示|選|$|[をの(、])"
)


@dataclass(frozen=True, slots=True)
class OperationMention:
    """An operation word. ``order`` "worst" means the bad end of the field; ``limit`` as said (一番 is 1); ``nth`` in 「3番目に大きい」."""

    start: int
    end: int
    verb: Verb
    order: str | None = None
    limit: int | None = None
    nth: int | None = None
    group: FieldRef | None = None
    by: FieldRef | None = None
    """What an adjective puts in order by itself (一番新しい事業: 事業開始年度)."""


def read_operations(text: str) -> list[OperationMention]:
    """Operation words, each kind independently, from left to right."""
    lower = text.lower()
    out: list[OperationMention] = []
    taken: list[tuple[int, int]] = []
    for m in _NTH.finditer(lower):
        place = number(m.group("n") or m.group("n2") or m.group("n3"))
        low = bool(m.group("down") or m.group("down2"))
        out.append(OperationMention(m.start(), m.end(), "rank", "asc" if low else "desc", place, place))
        taken.append((m.start(), m.end()))
    for m in _PLACE.finditer(lower):
        order = "asc" if m.group("down") or m.group("below") else "desc" if m.group("up") else None
        out.append(OperationMention(m.start(), m.end(), "place", order))
        taken.append((m.start(), m.end()))
    for wording, order in _RANKS:
        for m in wording.finditer(lower):
            if any(s < m.end() and m.start() < e for s, e in taken):
                continue
            n = m.groupdict().get("n")
            limit = number(n) if n else (1 if order and order.endswith("1") else None)
            out.append(
                OperationMention(m.start(), m.end(), "rank", order.rstrip("1") if order else None, limit)
            )
            taken.append((m.start(), m.end()))
    for wording, order in _AGES:
        for m in wording.finditer(text):
            if not any(s < m.end() and m.start() < e for s, e in taken):
                n = m.groupdict().get("n")
                limit = number(n) if n else None
                out.append(OperationMention(m.start(), m.end(), "rank", order, limit, by=_STARTED))
                taken.append((m.start(), m.end()))
    for wording, ref in _GROUPS:
        for m in wording.finditer(text):
            if not any(o.verb == "group" and o.start < m.end() and m.start() < o.end for o in out):
                out.append(OperationMention(m.start(), m.end(), "group", group=ref))
    for m in WHO_DOES.finditer(text):
        out.append(OperationMention(m.start(), m.end(), "group", group=MINISTRY))
        out.append(OperationMention(m.start(), m.end(), "count"))
    for m in _WHICH_MINISTRY.finditer(text):
        if not any(o.verb == "group" for o in out):
            out.append(OperationMention(m.start(), m.end(), "total", group=MINISTRY))
    pairs: tuple[tuple[re.Pattern[str], Verb], ...] = (
        (_COUNT, "count"), (_SUM, "sum"), (_AVERAGE, "average"), (_MEDIAN, "median"), (_LIST, "list"), (_COMPARE, "compare"),
        (_CHANGE, "compare"), (_SHARE, "share"), (_SIMILAR, "similar"),
    )  # fmt: skip
    for regex, verb in pairs:
        out += [OperationMention(m.start(), m.end(), verb) for m in regex.finditer(lower)]
    return sorted(out, key=lambda o: (o.start, o.end))


def standalone_limit(text: str) -> int | None:
    """The number in 「5つ並べて」「3件挙げて」, None where there is none."""
    m = _SUPERLATIVE_N.search(text)
    return number(m.group("n")) if m else None


def number(text: str) -> int:
    """「5」「五」「十」「二十」 as an int."""
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_DIGITS[c]) for c in text))

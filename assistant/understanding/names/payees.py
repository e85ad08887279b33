"""Who was paid: a company, body or 法人番号 named in the question."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.legal_forms import LEGAL_FORMS
from assistant.letters import in_katakana
from assistant.patterns import pattern
from db.fulltext import INDEXED, split_characters

_LEAD = pattern(r"(?:で|の|から|と|や)+")
_NUMBER = pattern(r"(?<![0-9])[0-9]{13}(?![0-9])")
_NAME = r"(?P<name>(?<![^\s、。?!はがをにへ「」『』])[^\s、。?!はがをにへ「」『』]{1,40}(?<![のとで])|「[^」]{1,60}」|『[^』]{1,60}』)"
_GOT = r"(?:受注|受け(?:て|た)|引き受け|受託|落札|請け負|請負|受け?取|受領|もら(?:っ|う|え)|契約(?:し|を)|得(?:た|て)|支払(?:い)?を受け|支払われ|何を(?:し|や|納|行)|担当(?:し|する)(?=て(?:い)?る(?:契約|業務)))"
_CUES = (
    pattern(rf"{_NAME}の(?:[^、。?]{{0,8}}?)(?:契約|受注|受取|受け取り|支払)(?:(?:総)?額|件数|の件数)"),
    pattern(rf"{_NAME}(?:が|は|の)(?:[^、。?]{{0,24}}?){_GOT}"),
    pattern(rf"{_NAME}は[^、。?]{{0,12}}、(?:[^、。?]{{0,20}}?){_GOT}"),
    pattern(rf"{_NAME}(?:に|へ)(?:は)?(?:[^、。?]{{0,20}}?)(?:払|支払|支出|委託|発注|交付|渡っ|渡し|流れ|お金が|お金を(?:出|渡|払|支)|補助)"),
    pattern(rf"{_NAME}(?:では?|のうち|、)(?:[^。?]{{0,16}}?)(?:(?:どちら|どっち)[^。?]{{0,12}}?{_GOT}|{_GOT}[^。?]{{0,8}}?(?:どちら|どっち))"),
    pattern(rf"{_NAME}(?:へ|向け|あて|宛て?)の\s*(?:の)?(?:支出|支払|委託|発注|交付|契約|補助|お金|金額)"),
    pattern(rf"{_NAME}から(?:は)?(?:[^、。?]{{0,10}}?)(?:買|購入|調達|仕入|納入|借り)"),
    pattern(rf"{_NAME}と(?:の)?(?:[^、。?]{{0,16}}?)(?:契約|取引)"),
    pattern(rf"{_NAME}(?:が|は|を)(?:その)?(?:支出先|支払先|委託先|契約先|受注者|発注先|請負先|補助先|交付先|落札者)(?:に|と|の(?:事業|1つ|一つ)|として|である|だ)"),
    pattern(r"(?:支出先|支払先|委託先|契約先|受注者|発注先|請負先|補助先|交付先|落札者)(?:が|は|に)(?P<name>[^\s、。?!「」]{2,40}?|「[^」]+」)(?:の|である|となって|になって|が(?:ある|入って|含まれ))"),
    pattern(rf"{_NAME}[、,](?:[^。?、]{{0,6}})?(?:受注|契約|支払|支出|受取)(?:総)?額?(?:が|は)[^。?、]{{0,4}}(?:多|少な|大き|高)"),
)  # fmt: skip
_TO = (_CUES[3], _CUES[5])
_CORPORATION = pattern(
    r"(?P<name>(?:株式会社|有限会社|合同会社|一般(?:財団|社団)法人|公益(?:財団|社団)法人|独立行政法人|国立大学法人|国立研究開発法人|学校法人|社会福祉法人|特定非営利活動法人|NPO法人|医療法人|\(株\)|\(有\)|\(一社\)|\(一財\)|\(公財\)|\(公社\)|\(独\)|\(同\))(?!で|から|と|って|向け|あて)[^\s、。?!はがをにへのと「」]{2,40}|[^\s、。?!はがをにへの「」]{2,40}(?<!った)(?<!した)(?<!れた)(?<!多い)(?<!高い)(?<!きい)(?<!なる)(?<!ている)(?:株式会社|有限会社|合同会社|\(株\)|㈱))"
)
_NOBODY = pattern(
    r"^(?:どこ|どの|どんな|だれ|誰|何|いくら|どれ|どちら|なに|会社|企業|業者|法人|(?:国|県|市町村|自治体|地方)(?![一-鿿])|お金|予算|事業|これ|それ|この|その|実際|1[者社]|一[者社]|年度|翌年|前年)|(?:会社|企業|業者|団体|法人|者|契約|入札|競争|事業|年度|予算|お金|額|年|省|庁|ところ|相手)$"
)
_CALLED = pattern(r"\([^()]{1,12}\)$")
"""What a company is called by, behind its name: 「日本電気（NEC）」."""
_COLUMNS = (("payees", "支出先"), ("contracts", "契約先"), ("expenses", "支出先"), ("flows", "支出先名"))
_FORMS = pattern(r"株式会社|有限会社|合同会社|\((?:株|有|同|一社|一財|公財|公社|独|国研|学|福|医)\)|㈱|さん$")


_INSTITUTE = pattern(r"(?<=[一-鿿])総研$")
"""三菱総研 is how 三菱総合研究所 is called."""


_TOO_SHORT = 2
_LEADING = ("株式会社", "（株）", "法人")


@dataclass(frozen=True, slots=True)
class PayeeMention:
    """A payee of the question: ``name`` without the kind of corporation, or 13 digits."""

    start: int
    end: int
    name: str
    certain: bool = False
    """A kind of corporation or a 法人番号 says that it is one; else the data has to know the name."""
    paid: bool = False
    """Said as where money goes (「…への支出額」): one that nobody paid is answered as such."""


def read_payees(
    text: str, taken: list[tuple[int, int]], cues: Sequence[tuple[int, int]] = ()
) -> list[PayeeMention]:
    """Payees named by a cue (「…が受注した」「…への支出」), by their kind of corporation or by 法人番号.

    taken  what is read already and names nobody;  cues  the part of it whose words may still tell that one was paid
    """
    out: list[PayeeMention] = []
    for a, b in taken:
        if (a, b) in cues:
            continue
        text = text[:a] + " " * (b - a) + text[b:]

    def add(start: int, end: int, name: str, certain: bool = False, paid: bool = False) -> None:
        if any(a < end and start < b for a, b in taken) or any(o.start < end and start < o.end for o in out):
            return
        out.append(PayeeMention(start, end, name, certain, paid))

    for m in _NUMBER.finditer(text):
        add(m.start(), m.end(), m.group(), True)
    for m in _CORPORATION.finditer(text):
        start, end = m.span("name")
        if any(o.end == start for o in out):
            # 「株式会社日立製作所と富士通株式会社」
            start += len(text[start:end]) - len(text[start:end].lstrip("とや・、"))
        add(start, end, core_name(text[start:end]), True)
    for cue in _CUES:
        for m in cue.finditer(text):
            start, end = m.span("name")
            lead = _LEAD.match(m.group("name"))
            start += lead.end() if lead else 0
            name = _CALLED.sub("", text[start:end].strip("「」『』 "))
            if name in LEGAL_FORMS:
                # 「一般社団法人への支出」: every recipient of that form
                add(start, end, name, certain=True, paid=cue in _TO)
            elif len(core_name(name)) >= 2 and not _NOBODY.search(name):
                add(start, end, core_name(name), paid=cue in _TO)
    return sorted(out, key=lambda o: o.start)


def several_names(mention: PayeeMention) -> list[PayeeMention]:
    """「電通と博報堂」 as two; a name without 「と」 or 「・」 as itself."""
    out, at = [], mention.start
    for part in re.split(r"([と・])", mention.name):
        if part not in ("と", "・") and len(part) >= 2:
            out.append(replace(mention, start=at, end=at + len(part), name=core_name(part)))
        at += len(part)
    return out


def last_of(mention: PayeeMention) -> PayeeMention:
    """「大手ゼネコンの鹿島建設」 is 鹿島建設; a name without 「の」 is itself."""
    at = mention.name.rfind("の")
    if at < 0 or len(mention.name) - at < 4 or mention.end - mention.start != len(mention.name):
        return mention
    return replace(mention, start=mention.start + at + 1, name=mention.name[at + 1 :])


class PayeeNames:
    """Whether a name stands in the lists of those who were paid."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __contains__(self, name: str) -> bool:
        plain = name.replace("%", "").replace("_", "")
        # letters spelled in katakana have a mark between each two (エヌ・ティ・ティ・データ)
        spelled = in_katakana(plain)
        patterns = {f"%{plain}%", f"%{_INSTITUTE.sub('総合研究所', plain)}%"} | (
            {"%" + "%".join(spelled) + "%"} if spelled != plain.lower() else set()
        )
        if len(plain) <= _TOO_SHORT:
            # 林業 stands in many names: so short a name is meant only where it is all there is of one
            patterns = {
                plain,
                *(f"%{form}{plain}" for form in _LEADING),
                f"{plain}株式会社",
                f"{plain}（株）",
            }
        return any(
            self._stands(table, column, like) for table, column in _COLUMNS for like in sorted(patterns)
        )

    def _stands(self, table: str, column: str, like: str) -> bool:
        """Whether a name of the list is like that; where the list is indexed only rows with its characters are read."""
        sql, values = f'SELECT 1 FROM "{table}" WHERE "{column}" LIKE ?', [like]
        characters = split_characters(like.replace("%", "")).replace('"', "")
        if table in INDEXED and any(c.isalnum() for c in characters):
            sql += f' AND id IN (SELECT rowid FROM "{table}_fts" WHERE "{table}_fts" MATCH ?)'
            values.append(f'"{column}" : "{characters}"')
        return self._connection.execute(f"{sql} LIMIT 1", values).fetchone() is not None


def core_name(name: str) -> str:
    """The name without the kind of corporation: 「株式会社博報堂」 → 「博報堂」."""
    core = _FORMS.sub("", name).strip()
    return core or name

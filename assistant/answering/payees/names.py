"""The names a recipient is written by: forms of corporation, groups, short names and 法人番号 over all lists of who was paid."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.payees.groups import PAYMENT
from assistant.legal_forms import LEGAL_FORMS
from assistant.letters import in_katakana, in_letters
from assistant.patterns import pattern
from db.corporate_numbers import clean, is_valid
from db.fulltext import split_characters

_CORPORATE = pattern(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|公益社団法人|一般財団法人|公益財団法人|社団法人|財団法人|"
    r"独立行政法人|国立研究開発法人|国立大学法人|学校法人|特定非営利活動法人|社会福祉法人|医療法人|\(株\)|\(有\)|\(一社\)|\(公財\)|\(公社\)|\(一財\)|\(独\)|㈱"
)
_OTHERS = pattern(r"(ほか|他|など|等)?(\d+者|\d+社)?(ほか|他)?$")
_JOINT = pattern(r"[・、,/／＆&]|共同|JV|コンソーシアム")
_TOGETHER = pattern(r"共同|JV|jv|コンソーシアム")
_GOES_ON = pattern(r"・[ァ-ヺーa-z]+$")
"""A name that a mark and katakana go on with is one name (ＮＴＴデータ・カスタマサービス)."""
_GROUP = pattern(r"(?:グループ|ホールディングス)$")
"""What the name of a company has beside that of the business it took over."""
_SHORT_BEHIND = pattern(r"(?P<name>.{4,})\((?P<short>[a-z]{2,8})\)")
_SHORT_BEFORE = pattern(r"(?P<short>[a-z]{2,8})\((?P<name>.{4,})\)")
CONTRACT = "契約"


@dataclass(frozen=True, slots=True)
class Listed:
    """A table that names recipients."""

    table: str
    name: str
    amount: str
    kind: str
    label: str
    tells_form: bool = True
    """Whether it has a box for the form of corporation (法人種別)."""


LISTS = (
    Listed("payees", "支出先", "支出額", PAYMENT, "支出先"),
    Listed("expenses", "支出先", "金額", PAYMENT, "費目・使途", tells_form=False),
    Listed("contracts", "契約先", "契約額", CONTRACT, "国庫債務負担行為等による契約先"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose rows are asked for: names as they stand, by table; or all recipients of one form of corporation."""

    names: dict[str, list[str]]
    form: str = ""

    def of(self, listed: Listed) -> tuple[str, list[object]] | None:
        """SQL of the condition on a row ``p`` of the list; None where the list has none of them."""
        name = f"p.{quoted(listed.name)}"
        if self.form:
            spellings = LEGAL_FORMS[self.form]
            met, values = [f"instr({name}, ?) > 0" for _ in spellings], list[object](spellings)
            if listed.tells_form:
                met, values = [*met, "p.法人種別 = ?"], [*values, self.form]
            return f"({' OR '.join(met)})", values
        own = self.names.get(listed.table)
        return (f"{name} IN ({marks(own)})", list(own)) if own else None


def core_name(name: str) -> str:
    """A recipient's name without its corporate form, white space, width and case: 博報堂 for （株）博報堂."""
    text = unicodedata.normalize("NFKC", name).lower()
    text = re.sub(r"\s", "", _CORPORATE.sub("", text))
    # 野村総研 and 日本総研 are how 〇〇総合研究所 is called
    return re.sub(r"(?<=[一-鿿])総研$", "総合研究所", in_letters(_OTHERS.sub("", text)))


def names_of(basis: Basis, asked: str, exactly: bool = True) -> tuple[dict[str, list[str]], list[str]]:
    """Names as they stand, by table; and other names that merely contain the asked one.

    exactly  names that merely contain it are taken only where none is the asked one
    """
    number = clean(asked)
    if number and re.fullmatch(r"\d{13}", number):
        return {listed.table: [r[0] for r in _by_number(basis, listed, number)] for listed in LISTS}, []
    wanted = core_name(asked)
    if not wanted:
        return {}, []
    found = {listed.table: _containing(basis, listed, wanted) for listed in LISTS}
    every = {n for names in found.values() for n in names}
    exact = _one_institute(
        basis, {n for n in every if is_same(core_name(n), wanted)} | _with_short(every, wanted)
    )
    groups = {n for n in every if _GROUP.sub("", core_name(n)) == wanted}
    chosen = (exact if exactly else None) or (groups - exact) or every
    names = {t: [n for n in ns if n in chosen] for t, ns in found.items()}
    if exact and chosen is exact:
        same = _renamed(basis, exact, wanted)
        chosen = exact | same
        names = {x.table: [*names.get(x.table, []), *sorted(same)] for x in LISTS}
    return {t: ns for t, ns in names.items() if ns}, sorted(every - chosen)


def _with_short(names: Iterable[str], wanted: str) -> set[str]:
    """The asked name with letters in brackets that shorten it (「経済協力開発機構（OECD）」, 「OECD（経済協力開発機構）」).

    Where the names have several such letters, they tell bodies of it apart (国際連合（UNHCR）, 国際連合（UNICEF）).
    """
    found: dict[str, set[str]] = {}
    for name in names:
        m = _SHORT_BEHIND.fullmatch(core_name(name)) or _SHORT_BEFORE.fullmatch(core_name(name))
        if m and m.group("name") == wanted:
            found.setdefault(m.group("short"), set()).add(name)
    return next(iter(found.values())) if len(found) == 1 else set()


def _renamed(basis: Basis, exact: Iterable[str], wanted: str) -> set[str]:
    """Other names of the corporation with the asked name: those that stand with the same 法人番号.

    Some sheets give a recipient the number of another: a name that does not hold the asked one is taken where at
    least half of its rows have the number that the asked name mostly has.
    """
    counted = _numbers(basis, exact)
    own = [n for n, count in counted.items() if count]
    mostly = {n for n in own if 2 * counted[n] >= max(counted.values())}
    found: set[str] = set()
    for listed in LISTS:
        name, table = quoted(listed.name), quoted(listed.table)
        for other, number, count in basis.data.rows(
            f"SELECT {name}, 法人番号, count(*) FROM {table} WHERE 法人番号 IN ({marks(own)}) GROUP BY 1, 2",
            own,
        ):
            if not other or other in exact:
                continue
            if wanted in core_name(other):
                found.add(other)
            elif str(number) in mostly and count > 1:
                every = basis.data.value(f"SELECT count(*) FROM {table} WHERE {name} = ?", (other,))
                if 2 * count >= every:
                    found.add(other)
    return found


def _numbers(basis: Basis, names: Iterable[str]) -> Counter[str]:
    """法人番号 that stand with the names, with the number of rows each stands in."""
    own = sorted(names)
    counted: Counter[str] = Counter()
    for listed in LISTS:
        for number, count in basis.data.rows(
            f"SELECT 法人番号, count(*) FROM {quoted(listed.table)}"
            f" WHERE {quoted(listed.name)} IN ({marks(own)}) AND 法人番号 IS NOT NULL GROUP BY 1",
            own,
        ):
            counted[str(number)] += count if is_valid(str(number)) else 0
    return counted


def _one_institute(basis: Basis, names: set[str]) -> set[str]:
    """〇〇総研 and 〇〇総合研究所 are one unless their 法人番号 say otherwise: then the one paid more often is meant."""
    short = {n for n in names if "総研" in n}
    if not short or short == names:
        return names
    ways = [(_numbers(basis, way), way) for way in (names - short, short)]
    (long_numbers, _), (short_numbers, _) = ways
    if not +long_numbers or not +short_numbers or (+long_numbers).keys() & (+short_numbers).keys():
        return names
    return max(ways, key=lambda w: w[0].total())[1]


def is_same(core: str, wanted: str) -> bool:
    """True where the name is the asked one, alone or as a partner in a joint venture."""
    return core == wanted or is_partner(core, wanted)


def is_partner(core: str, wanted: str) -> bool:
    """True where the name is of several who work together, the asked one among them."""
    together = bool(_JOINT.search(core)) and core != wanted
    if not _TOGETHER.search(core) and _GOES_ON.fullmatch(core.removeprefix(wanted)):
        return False
    return together and wanted in _JOINT.split(core.replace("共同企業体", "・"))


def _by_number(basis: Basis, listed: Listed, number: str) -> list[sqlite3.Row]:
    return basis.data.rows(
        f"SELECT DISTINCT {quoted(listed.name)} FROM {quoted(listed.table)}"
        f" WHERE 法人番号 = ? AND {quoted(listed.name)} IS NOT NULL",
        (number,),
    )


def _containing(basis: Basis, listed: Listed, wanted: str) -> list[str]:
    """Distinct names whose core contains the wanted core, found through the full-text index."""
    called = (wanted, in_katakana(wanted), re.sub(r"総合研究所$", "総研", wanted))
    phrases = {split_characters(w).replace('"', "") for w in called}
    if not any(ch.isalnum() for phrase in phrases for ch in phrase):
        return []
    spelled = " OR ".join(f'"{phrase}"' for phrase in sorted(phrases))
    rows = basis.data.rows(
        f"SELECT DISTINCT {quoted(listed.name)} FROM {quoted(listed.table)} WHERE id IN"
        f" (SELECT rowid FROM {quoted(listed.table + '_fts')} WHERE {quoted(listed.table + '_fts')} MATCH ?)",
        (f"{quoted(listed.name)} : ({spelled})",),
    )
    return [r[0] for r in rows if r[0] and wanted in core_name(r[0])]

"""Words that a box is asked to hold: 「点検結果に「一者応札」とある事業」「補助率が1/2の事業」「名前にロボットが入る事業」."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.patterns import pattern
from assistant.query import FieldRef
from assistant.understanding.words.fields import FieldMention, is_figure, is_passage
from db.catalogue import YEAR, catalogue

NAME = FieldRef("sheets", "事業名")

_QUOTED = r"[「『\"](?P<words>[^」』\"]{1,40})[」』\"]"
_SAID = r"(?:とい(?:う|った)(?:言葉|語|文字|表現|記述|字)?)?(?:と|を|が|の)?(?:ある|あり|書|記|含|入[っるり]|つ[くい]|付[くい]|触れ|出て|言及)"
_HOLDS = pattern(rf"(?:の中)?(?:に|で){_QUOTED}{_SAID}")
_IN_NAME = pattern(
    rf"(?:事業の?)?(?:名前|名称|事業名)(?:の中)?に(?:{_QUOTED}|(?P<plain>(?!入[っるり]|ある|あり|付|つ[くい]|含)[^、。?「」『』\s]{{1,15}}?)){_SAID}(?:いる|た)?"
)
_WORD_IN_NAME = pattern(
    rf"(?:{_QUOTED}|(?P<plain>[^、。?「」『』\sはがをのにで]{{1,15}}?))(?:(?:という|といった|っていう|って|の)(?:言葉|語|文字|単語|ワード))?(?:が|を)(?:事業の?)?(?:名前|名称|事業名)(?:の中)?に{_SAID}(?:いる|た|って)?"
)
_CALLED_SO = pattern(
    r"(?:「(?P<words>[^」]{1,40})」|(?P<plain>[一-鿿ァ-ヺーA-Za-z0-9]{1,15}))(?:と|という)名(?:前)?(?:の|が)(?:付く|つく|付いた|ついた|ある)"
)
_NAMES_WITH = pattern(
    rf"{_QUOTED}(?:を|が|と|の)?(?:含む|含んだ|入った|入っている|入る|付く|つく|付いた|ついた)(?:事業の?名前|事業名|名前の事業|名称)"
)
_WRITES = pattern(
    r"(?:の中)?に(?P<words>[^、。?「」はがをにと\s]{1,15}?)(?:と|という(?:言葉|語|文字|記載)?が)(?:書|記載|記され|ある|あり)"
)
_SHARE_OF = pattern(
    r"(?:が|は)?\s?(?P<words>[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}分の[0-9]{1,2})(?:の|である|だった)?(?=事業|もの|補助)"
)
_BASED_ON = pattern(
    r"(?P<words>[一-鿿ァ-ヺーぁ-ん]{1,28}?(?:法律?|法令|条約|政令))(?:を(?:根拠|基)(?:と(?:する|した|している)|に(?:する|した|している))|に(?:基づ|もとづ)(?:く|いた|いて(?:いる)?))(?:の)?(?=[^、。?]{0,6}(?:事業|もの))"
)
_ONLY = pattern(r"(?:だけ|のみ)$")
LAW = FieldRef("sheets", "根拠法令")
RATE_OF_SUBSIDY = FieldRef("subsidies", "補助率")
_IS = pattern(
    r"(?:が|は)(?P<words>(?!何|どの|な[いし]|最も|一番|いちばん)[^、。?「」がはをにで\s]{1,20}?)(?:の|である|だった|となっている|になっている|という)(?=事業|もの|シート)"
)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The words with the box they are looked for in; ``start`` to ``end`` is the stretch that says so."""

    start: int
    end: int
    field: FieldRef
    words: str
    alone: bool = False
    """「特別会計だけ」: the box holds these words and nothing else."""


def read_held(text: str, fields: Iterable[FieldMention]) -> list[HeldWords]:
    """Words said of a box of text: they are looked for there and mean nothing else."""
    out: list[HeldWords] = []
    for wording in (_IN_NAME, _WORD_IN_NAME, _CALLED_SO, _NAMES_WITH):
        for m in wording.finditer(text):
            words = m.group("words") or m.groupdict().get("plain")
            if words and not any(h.start < m.end() and m.start() < h.end for h in out):
                out.append(HeldWords(*m.span(), NAME, words))
    for m in _BASED_ON.finditer(text):
        if not any(h.start < m.end() and m.start() < h.end for h in out):
            out.append(HeldWords(*m.span(), LAW, m.group("words")))
    for f in fields:
        if is_figure(f.field) or any(h.start < f.end and f.start < h.end for h in out):
            continue
        said = _HOLDS.match(text, f.end) or _WRITES.match(text, f.end)
        said = said or (_SHARE_OF.match(text, f.end) if f.field == RATE_OF_SUBSIDY else None)
        said = said or (_IS.match(text, f.end) if _is_short(f.field) else None)
        if said:
            words = _ONLY.sub("", said.group("words"))
            out.append(HeldWords(*said.span(), f.field, words, words != said.group("words")))
    return out


def _is_short(ref: FieldRef) -> bool:
    """A box of a few words, of which one says 「〜が…の」."""
    kind = catalogue().field(ref.table, ref.column).kind
    return not is_passage(ref) and kind != YEAR and ref.table not in ("budgets", "evaluations")

"""Words that a box is asked to hold: 「点検結果に「一者応札」とある事業」「補助率が1/2の事業」「名前にロボットが入る事業」."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.query import FieldRef
from assistant.understanding.fields import FieldMention, is_figure, is_passage
from db.catalogue import YEAR, catalogue

NAME = FieldRef("sheets", "事業名")

_QUOTED = r"[「『\"](?P<words>[^」』\"]{1,40})[」』\"]"
_SAID = r"(?:とい(?:う|った)(?:言葉|語|文字|表現|記述|字)?)?(?:と|を|が|の)?(?:ある|あり|書|記|含|入[っるり]|つ[くい]|付[くい]|触れ|出て|言及)"
_HOLDS = re.compile(rf"(?:の中)?(?:に|で){_QUOTED}{_SAID}")
_IN_NAME = re.compile(
    rf"(?:事業の?)?(?:名前|名称|事業名)(?:の中)?に(?:{_QUOTED}|(?P<plain>[^、。?「」『』\s]{{1,15}}?)){_SAID}(?:いる|た)?"
)
_WORD_IN_NAME = re.compile(
    rf"(?:{_QUOTED}|(?P<plain>[^、。?「」『』\sはがをのにで]{{1,15}}?))(?:(?:という|といった|っていう|って|の)(?:言葉|語|文字|単語|ワード))?(?:が|を)(?:事業の?)?(?:名前|名称|事業名)(?:の中)?に{_SAID}(?:いる|た|って)?"
)
_CALLED_SO = re.compile(
    r"(?:「(?P<words>[^」]{1,40})」|(?P<plain>[一-鿿ァ-ヺーA-Za-z0-9]{1,15}))(?:と|という)名(?:前)?(?:の|が)(?:付く|つく|付いた|ついた|ある)"
)
_NAMES_WITH = re.compile(
    rf"{_QUOTED}(?:を|が|と|の)?(?:含む|含んだ|入った|入っている|入る|付く|つく|付いた|ついた)(?:事業の?名前|事業名|名前の事業|名称)"
)
_IS = re.compile(
    r"(?:が|は)(?P<words>(?!何|どの|な[いし]|最も|一番|いちばん)[^、。?「」がはをにで\s]{1,20}?)(?:の|である|だった|となっている|になっている|という)(?:事業|もの|シート)"
)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The words with the box they are looked for in; ``start`` to ``end`` is the stretch that says so."""

    start: int
    end: int
    field: FieldRef
    words: str


def read_held(text: str, fields: Iterable[FieldMention]) -> list[HeldWords]:
    """Words said of a box of text: they are looked for there and mean nothing else."""
    out: list[HeldWords] = []
    for pattern in (_IN_NAME, _WORD_IN_NAME, _CALLED_SO, _NAMES_WITH):
        for m in pattern.finditer(text):
            words = m.group("words") or m.groupdict().get("plain")
            if words and not any(h.start < m.end() and m.start() < h.end for h in out):
                out.append(HeldWords(*m.span(), NAME, words))
    for f in fields:
        if is_figure(f.field) or any(h.start < f.end and f.start < h.end for h in out):
            continue
        said = _HOLDS.match(text, f.end) or (_IS.match(text, f.end) if _is_short(f.field) else None)
        if said:
            out.append(HeldWords(*said.span(), f.field, said.group("words")))
    return out


def _is_short(ref: FieldRef) -> bool:
    """A box of a few words, of which one says 「〜が…の」."""
    kind = catalogue().field(ref.table, ref.column).kind
    return not is_passage(ref) and kind != YEAR and ref.table not in ("budgets", "evaluations")

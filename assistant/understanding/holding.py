"""Words that a box is asked to hold: 「点検結果に「一者応札」とある事業」."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.query import FieldRef
from assistant.understanding.fields import FieldMention, is_figure

_HOLDS = re.compile(
    r"(?:の中)?(?:に|で)[「『\"](?P<words>[^」』\"]{1,40})[」』\"](?:とい(?:う|った)(?:言葉|語|文字|表現|記述)?)?(?:と|を|が|の)?(?:ある|あり|書|記|含|入|触れ|出て|言及)"
)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The quoted words with the box they are said of; ``start`` to ``end`` is the stretch after the box's name."""

    start: int
    end: int
    field: FieldRef
    words: str


def read_held(text: str, fields: Iterable[FieldMention]) -> list[HeldWords]:
    """Quoted words right after a box of text: they are looked for there and mean nothing else."""
    out = []
    for f in fields:
        m = _HOLDS.match(text, f.end)
        if m and not is_figure(f.field):
            out.append(HeldWords(*m.span(), f.field, m.group("words")))
    return out

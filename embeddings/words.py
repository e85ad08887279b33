"""The words of Japanese text: SudachiPy's shortest units in their normalised form.

The dictionary is loaded on first use (about 0.2 s), so what needs no words does not wait for it.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

_KEPT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞"})
_EMPTY = frozenset(
    re.split(
        r"\s+",
        """為る 有る 居る 成る 事 物 為 様 等 此の 其の 在る 出来る 行う 御 無い 良い 於く 因る 対する 付く 言う
        こと もの よる おく つく おる よう とも ため など 的 年 月 日 令和 平成 年度 つ""",
    )
)
"""Words so common on sheets and in questions that they tell nothing."""
_LONGEST = 15_000
"""Characters handed to SudachiPy at once (its limit is 49,149 bytes of UTF-8)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary

    return Dictionary()


_of_thread = threading.local()
"""A tokenizer serves one thread at a time, so each thread has its own; they share the dictionary."""


def _tokenizer() -> Tokenizer:
    if not hasattr(_of_thread, "tokenizer"):
        from sudachipy import SplitMode

        _of_thread.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    found: Tokenizer = _of_thread.tokenizer
    return found


def words(text: str) -> list[str]:
    """The telling words of a text in order, in normalised form (引っ越し and 引越し are one word).

    Particles, auxiliaries, marks and words that stand in every text are left out.
    """
    clean = _CONTROL.sub(" ", unicodedata.normalize("NFKC", text))
    out: list[str] = []
    for start in range(0, len(clean), _LONGEST):
        for morpheme in _tokenizer().tokenize(clean[start : start + _LONGEST]):
            if morpheme.part_of_speech()[0] in _KEPT:
                word = morpheme.normalized_form()
                if word not in _EMPTY:
                    out.append(word.lower())
    return out


def surfaces(text: str) -> list[str]:
    """Every word of a text as it is written (NFKC, lower case), marks and numbers left out."""
    clean = _CONTROL.sub(" ", unicodedata.normalize("NFKC", text))
    out: list[str] = []
    for start in range(0, len(clean), _LONGEST):
        for morpheme in _tokenizer().tokenize(clean[start : start + _LONGEST]):
            kind = morpheme.part_of_speech()
            if kind[0] not in ("補助記号", "空白") and kind[1] != "数詞":
                out.append(morpheme.surface().lower())
    return out


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A word of a text where it stands in it.

    kind    the part of speech (「名詞」「助詞」);  finer  what kind of it (「副助詞」「数詞」)
    normal  the word in its normalised form (「挙げ」: 挙げる)
    """

    start: int
    end: int
    text: str
    kind: str
    finer: str
    normal: str


def morphemes(text: str) -> list[Morpheme]:
    """Every word of a short text (a question) with its place in it."""
    return [
        Morpheme(m.begin(), m.end(), m.surface(), kind[0], kind[1], m.normalized_form())
        for m in _tokenizer().tokenize(text[:_LONGEST])
        if (kind := m.part_of_speech())
    ]

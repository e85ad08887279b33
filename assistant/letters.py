"""Latin letters of a name as Japanese spells them out: NTT and エヌ・ティ・ティ are one name."""

from __future__ import annotations

import re

from assistant.patterns import pattern

_KANA = {
    "エー": "a", "エイ": "a", "ビー": "b", "シー": "c", "ディー": "d", "ディ": "d", "デー": "d", "イー": "e", "エフ": "f", "ジー": "g",
    "エイチ": "h", "エッチ": "h", "アイ": "i", "ジェー": "j", "ジェイ": "j", "ケー": "k", "ケイ": "k", "エル": "l", "エム": "m",
    "エヌ": "n", "オー": "o", "ピー": "p", "キュー": "q", "アール": "r", "エス": "s", "ティー": "t", "ティ": "t", "ユー": "u",
    "ブイ": "v", "ヴイ": "v", "ダブリュー": "w", "エックス": "x", "ワイ": "y", "ゼット": "z",
}  # fmt: skip
_LETTER = "|".join(sorted(_KANA, key=len, reverse=True))
_SPELLED = pattern(rf"(?<![ァ-ヺー])(?:{_LETTER})(?:・(?:{_LETTER}))+(?![ァ-ヺー])")
_SPOKEN = {
    "a": "エー", "b": "ビー", "c": "シー", "d": "ディー", "e": "イー", "f": "エフ", "g": "ジー", "h": "エイチ", "i": "アイ",
    "j": "ジェイ", "k": "ケー", "l": "エル", "m": "エム", "n": "エヌ", "o": "オー", "p": "ピー", "q": "キュー", "r": "アール",
    "s": "エス", "t": "ティ", "u": "ユー", "v": "ブイ", "w": "ダブリュー", "x": "エックス", "y": "ワイ", "z": "ゼット",
}  # fmt: skip
_RUN = pattern(r"[a-z]{2,5}(?![a-z])")


def in_letters(name: str) -> str:
    """The name with letters spelled in katakana written as letters: エヌ・ティ・ティ・データ → nttデータ."""

    def letters(m: re.Match[str]) -> str:
        return "".join(_KANA[part] for part in m.group().split("・"))

    return re.sub(r"(?<=[a-z])・", "", _SPELLED.sub(letters, name))


def in_katakana(name: str) -> str:
    """The name with its letters spelled in katakana, without marks between: nttデータ → エヌティティデータ."""
    return _RUN.sub(lambda m: "".join(_SPOKEN[c] for c in m.group()), name.lower())

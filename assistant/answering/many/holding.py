"""SQL that tells whether a text holds a word: in either width and case, and never inside a longer word of its kind.

「AI」 stands in 「生成ＡＩ」 but not in 「JAICA」, 「ダム」 not in 「アムステルダム」.
"""

from __future__ import annotations

from assistant.patterns import pattern

_LATIN = pattern(r"[A-Za-z]")
_DIGIT = pattern(r"[0-9]")
_KATAKANA = pattern(r"[ァ-ヺー]+")
_NO_LATIN, _NO_DIGIT, _NO_KATAKANA = "[^A-Za-zＡ-Ｚａ-ｚ]", "[^0-9０-９.．]", "[^ァ-ヺー]"
_SHORT, _SHORTEST = 3, 2
"""Katakana words so short stand inside others: of three letters at their end, of two anywhere."""
_WIDE = 0xFEE0
"""From a letter or digit to the same in full width."""


def holds(column: str, word: object) -> tuple[str, list[object]]:
    """SQL and parameters of 「the text of ``column`` holds ``word``」."""
    text = str(word)
    left, right = _edge(text, -1), _edge(text, 1)
    if not left and not right and not any(_LATIN.match(c) or _DIGIT.match(c) for c in text):
        return f"instr({column}, ?) > 0", [text]
    pattern = f"*{left}{''.join(_either(c) for c in text)}{right}*"
    return f"(' ' || {column} || ' ') GLOB ?", [pattern]


def _edge(text: str, side: int) -> str:
    """What may not stand beside the word: −1 before it, 1 behind it; "" where anything may."""
    at = text[0 if side < 0 else -1] if text else ""
    if _LATIN.match(at):
        return _NO_LATIN
    if _DIGIT.match(at):
        return _NO_DIGIT
    if _KATAKANA.fullmatch(text) and len(text) <= (_SHORT if side < 0 else _SHORTEST):
        return _NO_KATAKANA
    return ""


def _either(letter: str) -> str:
    """A class of GLOB for a letter in both widths and cases; other characters as they are."""
    if _LATIN.match(letter) or _DIGIT.match(letter):
        spelled = dict.fromkeys((letter.upper(), letter.lower()))
        return f"[{''.join(c + chr(ord(c) + _WIDE) for c in spelled)}]"
    if letter == "/":
        return "[/／]"
    return f"[{letter}]" if letter in "*?[" else letter

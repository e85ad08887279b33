"""A question as it is compared: NFKC, without control and invisible characters, with the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.patterns import pattern
from db.text import DASHES

_ANSI = pattern(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_VOICED = "ﾞﾟ゙゚"
_SPACE = pattern(r"\s+")
_DASHES = frozenset(DASHES)
_WAVES = frozenset("~〜～∼")
_WAVES_ALIKE = dict.fromkeys(map(ord, _WAVES), "〜")
_MARKS = pattern(r"[^0-9a-zぁ-ゖァ-ヺー々〇一-鿿㐀-䶿가-힣à-ÿα-ωа-я]+")
_LONG_VOWEL = pattern(rf"(?<=[ぁ-ゖァ-ヺー])[{re.escape(DASHES)}]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """The text to compare and, for each of its characters, where it stands in the original."""

    original: str
    text: str
    origin: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """The original's own characters of a span of ``text``."""
        if start >= end:
            return ""
        last = self.origin[end - 1]
        stop = self.origin[end] if end < len(self.origin) else len(self.original)
        return self.original[self.origin[start] : max(last + 1, stop)].strip()


def normalise(question: str) -> Normalised:
    """NFKC character by character (a voiced half-width mark goes with its letter); runs of spaces become one."""
    skip = {i for m in _ANSI.finditer(question) for i in range(m.start(), m.end())}
    out: list[str] = []
    origin: list[int] = []
    i = 0
    while i < len(question):
        start, ch = i, question[i]
        i += 1
        if start in skip or _invisible(ch):
            continue
        while i < len(question) and question[i] in _VOICED:
            ch += question[i]
            i += 1
        for c in unicodedata.normalize("NFKC", ch):
            if c.isspace():
                if not out or out[-1] == " ":
                    continue
                c = " "
            elif c in _WAVES:
                c = "〜"
            out.append(c)
            origin.append(start)
    if out and out[-1] == " ":
        out.pop()
        origin.pop()
    return Normalised(question, "".join(out), tuple(origin))


def _invisible(ch: str) -> bool:
    category = unicodedata.category(ch)
    return category in {"Cf", "Co", "Cs", "Cn"} or (category == "Cc" and ch not in "\t\n\r")


def fold_text(text: str) -> str:
    """The same normalisation for a word of the catalogue or a name in the database."""
    if text.isascii():
        return collapse(text)
    return collapse(unicodedata.normalize("NFKC", text).translate(_WAVES_ALIKE))


@dataclass(frozen=True, slots=True)
class Squeezed:
    """Only letters, digits and kanji of a text, lower case, and where each stands in it: for comparing names."""

    text: str
    index: tuple[int, ...]


def squeeze(text: str) -> Squeezed:
    """Drop spaces, brackets and marks of an already normalised text; a dash after kana is a long vowel."""
    out: list[str] = []
    index: list[int] = []
    for i, ch in enumerate(text):
        if ch in _DASHES:
            if out and _is_kana(out[-1]):
                out.append("ー")
                index.append(i)
            continue
        for c in ch.lower():
            if not _MARKS.match(c):
                out.append(c)
                index.append(i)
    return Squeezed("".join(out), tuple(index))


_SHORT_FOR = {
    "国連": "国際連合",
    "陸自": "陸上自衛隊",
    "海自": "海上自衛隊",
    "空自": "航空自衛隊",
    "中労委": "中央労働委員会",
    "公取委": "公正取引委員会",
    "高専": "高等専門学校",
    "特養": "特別養護老人ホーム",
    "国保": "国民健康保険",
}
"""What is said short everywhere of what names have in full; 府省庁 have a list of their own."""


def spelled_out(said: Squeezed) -> Squeezed | None:
    """「国連分担金」 as 「国際連合分担金」, each character at the place it was said; None where nothing is said short."""
    out: list[str] = []
    index: list[int] = []
    at = 0
    while at < len(said.text):
        short = next((w for w in _SHORT_FOR if said.text.startswith(w, at)), "")
        if short and not said.text.startswith(_SHORT_FOR[short], at):
            full = _SHORT_FOR[short]
            out += full
            places = said.index[at : at + len(short)]
            index += [places[min(i * len(short) // len(full), len(short) - 1)] for i in range(len(full))]
            at += len(short)
        else:
            out.append(said.text[at])
            index.append(said.index[at])
            at += 1
    return Squeezed("".join(out), tuple(index)) if len(out) != len(said.text) else None


def name_key(name: str) -> str:
    """What two spellings of a name share: NFKC, lower case, no spaces and marks."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return _MARKS.sub("", _LONG_VOWEL.sub("ー", folded))


def _is_kana(ch: str) -> bool:
    return "ァ" <= ch <= "ヿ" or "ぁ" <= ch <= "ゖ"


KANJI, KATAKANA, HIRAGANA, LATIN, DIGIT, OTHER = "kanji", "katakana", "hiragana", "latin", "digit", "other"


def script(ch: str) -> str:
    """Which script a character belongs to; ー counts as katakana, 々 as kanji."""
    if "一" <= ch <= "鿿" or ch in "々〇ヶ":
        return KANJI
    if "ァ" <= ch <= "ヺ" or ch == "ー":
        return KATAKANA
    if "ぁ" <= ch <= "ゖ":
        return HIRAGANA
    if ch.isdigit():
        return DIGIT
    if ch.isalpha():
        return LATIN
    return OTHER


def word_may_end(a: str, b: str) -> bool:
    """True where a word may end between two characters."""
    return not (script(a) == script(b) and script(a) in (KANJI, KATAKANA, LATIN))


def collapse(text: str) -> str:
    """One line: runs of white space become one space."""
    return _SPACE.sub(" ", text).strip()

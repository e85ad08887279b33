"""What a question is about beyond names, fields and years: its topic and the words of it that carry meaning."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.patterns import pattern
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.words import vocabulary

_KANJI = pattern(r"[一-鿿]")
_EFFORT = pattern(r"取り?組み?|仕組み")
_TELLING_STEMS = 3


def topic_of(p: Parsed, with_fields: bool = False) -> str:
    """The question without names, years, 府省庁 and polite words; with its field words where asked."""
    keep = ("項目",) if with_fields else ()
    out = list(p.text)
    for s in p.spans:
        kind = (s.taken_as or "").split("：")[0]
        if kind in keep or (with_fields and kind == "条件"):
            continue
        out[s.start : s.end] = "\x00" * (s.end - s.start)
    text = "".join(out)
    text = vocabulary.STOPS.sub("\x00", text)
    parts = [x.strip(" 、。?!・のはがをにでとってもへ") for x in re.split(r"\x00+|[、。?!「」『』]", text)]
    return " ".join(x for x in parts if x and vocabulary.CONTENT.search(x))


def how_text(p: Parsed) -> str:
    """The text outside names and fields, where a how-word stands."""
    return p.remainder().replace("\x00", " ")


def content_words(text: str) -> list[str]:
    """Words that carry meaning: not generic, not a single kanji that is the stem of a verb."""
    out = []
    for m in vocabulary.CONTENT.finditer(text):
        word = m.group()
        if len(word) == 1 or word.isdigit() or is_generic(word):
            continue
        out.append(word)
    return out


def described(text: str) -> list[str]:
    """The words that carry meaning; where none does, the stems of verbs, if they tell something together (「荒れた畑を
    減らす」)."""
    plain = _EFFORT.sub(" ", text)
    stems = [m.group() for m in vocabulary.CONTENT.finditer(plain) if _KANJI.fullmatch(m.group())]
    return content_words(text) or (stems if len(stems) >= _TELLING_STEMS else [])


def claim_phrase(p: Parsed, phrase: str, subject: Subject) -> None:
    """Mark the phrase that names the project loosely as read."""
    if not phrase:
        return
    text = phrase.strip()
    at = p.text.find(text)
    if at < 0:
        return
    label = "事業：" + (subject.projects[0].name if subject.projects else text)
    p.claim(at, at + len(text), label, "weak" if subject.projects else "unresolved")


@lru_cache(maxsize=4096)
def is_generic(word: str) -> bool:
    """A noun that asks for nothing by itself, alone or made of two such (補助制度)."""
    if word in vocabulary.GENERIC:
        return True
    return len(word) > 2 and any(
        word[:i] in vocabulary.GENERIC and is_generic(word[i:])
        for i in range(1, len(word))
        # two nouns of one kanji side by side are a word of their own (国際機関)
        if i > 1 or word[1:] in vocabulary.GENERIC or not _begins_with_one_kanji(word[1:])
    )


def _begins_with_one_kanji(word: str) -> bool:
    """Whether no longer generic noun begins the word."""
    return not any(word[:i] in vocabulary.GENERIC and is_generic(word[i:]) for i in range(2, len(word)))

"""An optional language model beside the deterministic reader: it rewords, and never adds a figure or a name.

Off unless ``REVIEWSHEET_LLM`` names a model of the ``llm`` library (extra ``llm``). It may say an answer in other
words, put a question that could not be read into words that can, and rewrite a topic into the sheets' terms.
What it writes is used only where every number and every name in it stands in what it was given.
"""

from __future__ import annotations

import os
import re
from typing import Any, Protocol

from assistant.answer import Answer
from assistant.understanding.words.normalise import fold_text
from db.errors import ModelError

VARIABLE = "REVIEWSHEET_LLM"
CELLS = 12
LONGEST = 400
"""Characters of a rewording; more is no rewording."""

_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百千]+(?=[万億兆円%件年割倍])")
# kanji compounds, katakana and Latin words and what stands in brackets: whatever may be a name
_NAME = re.compile(r"「[^」]+」|[一-鿿々]{3,}|[ァ-ヺー]{3,}|[A-Za-z][A-Za-z0-9.&-]+")
_PLAIN = frozenset(
    {
        "行政事業",
        "事業名",
        "予算額",
        "執行額",
        "執行率",
        "前年度",
        "翌年度",
        "最新年度",
        "シート",
        "レビューシート",
        "レビュー",
    }
)

_REPHRASE = (
    "次の質問と答えと欄の値だけを使い、答えを分かりやすい日本語の一文か二文に言い換えてください。"
    "値・名前・年度を加えたり変えたりせず、推測を書かないでください。答えだけを書いてください。"
)
_REREAD = (
    "次の質問を、行政事業レビューシートの項目（予算額・執行額・執行率・支出先・点検結果など）を使った短い一つの質問に"
    "書き直してください。年度・数・名前を加えたり変えたりしないでください。書き直せないときは「なし」とだけ書いてください。"
)
_TERMS = (
    "次の話題について、行政事業レビューシートの文章に出てきそうな日本語の言葉を五つまで、空白で区切って書いてください。"
    "数や固有の名前を加えないでください。言葉だけを書いてください。"
)


class Response(Protocol):
    """What a model of the ``llm`` library gives back."""

    def text(self) -> str:
        """The whole text."""


class Model(Protocol):
    """What is used of a model of the ``llm`` library."""

    def prompt(self, prompt: str, *, system: str) -> Response:
        """Start a response."""


class LanguageModel:
    """A model that rewords, under a check of everything it writes."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def rephrase(self, answer: Answer) -> str | None:
        """The answer's sentences in other words; None where the model adds something or cannot be used."""
        if answer.status != "answered" or not answer.answer:
            return None
        cells = [f"{c.label}（{c.fiscal_year or ''}）: {c.text}" for c in answer.cells[:CELLS]]
        given = "\n".join([f"質問: {answer.question}", f"答え: {answer.answer}", *cells])
        said = self._say(_REPHRASE, given)
        return said if said and adds_nothing(said, given) else None

    def question(self, question: str) -> str | None:
        """The question in words the reader knows; None where nothing comes of it."""
        said = self._say(_REREAD, question)
        if not said or "なし" in said or not _numbers(said) <= _numbers(question):
            return None
        return said

    def terms(self, topic: str) -> str | None:
        """Further words to search for; None where the model gives none."""
        said = self._say(_TERMS, topic)
        return said if said and _numbers(said) <= _numbers(topic) else None

    def _say(self, system: str, prompt: str) -> str:
        try:
            text = self._model.prompt(prompt, system=system).text()
        except Exception as error:
            raise ModelError(f"言い換えのモデルが使えません: {error}") from error
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else ""


def adds_nothing(said: str, given: str) -> bool:
    """True where every number and every name of ``said`` stands in ``given``."""
    if not _numbers(said) <= _numbers(given):
        return False
    known = fold_text(given)
    return all(
        name.strip("「」") in known or name.strip("「」") in _PLAIN for name in _NAME.findall(fold_text(said))
    )


def _numbers(text: str) -> set[str]:
    folded = fold_text(text)
    found = {n.replace(",", "") for n in _NUMBER.findall(folded)} | set(_KANJI_NUMBER.findall(folded))
    return {n.rstrip("0").rstrip(".") if "." in n else n for n in found}


def from_environment() -> LanguageModel | None:
    """The model ``REVIEWSHEET_LLM`` names, None where it is not set. ModelError where it cannot be had."""
    name = os.environ.get(VARIABLE, "").strip()
    if not name:
        return None
    try:
        import llm
    except ImportError as error:
        raise ModelError(
            f"環境変数 {VARIABLE} を使うには、部品 llm が要ります（pip install 'reviewsheet[llm]'）。"
        ) from error
    try:
        model: Any = llm.get_model(name)
    except llm.UnknownModelError as error:
        raise ModelError(f"環境変数 {VARIABLE} のモデル「{name}」は llm に登録されていません。") from error
    return LanguageModel(model)

"""The optional model rewords; what it would add is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.language_model import LanguageModel, adds_nothing, from_environment
from db.errors import ModelError
from db.loading import load

SAMPLE = Path(__file__).resolve().parents[2] / "db" / "samples" / "sheets" / "sample-2018.txt"


class Says:
    """A model that says what it is told to, and keeps what it was asked."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.asked: list[str] = []

    def prompt(self, prompt: str, *, system: str) -> Says:
        self.asked.append(prompt)
        return self

    def text(self) -> str:
        return self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("llm") / "sample.db"
    load([SAMPLE], path)
    return path


def plain(database: Path, question: str) -> str:
    return Assistant(database).ask(question).answer


def test_an_answer_is_said_in_other_words(database: Path) -> None:
    said = plain(database, "執行率は?")
    other = "シートによると、" + said
    answer = Assistant(database, model=LanguageModel(Says(other))).ask("執行率は?")
    assert answer.answer == other
    assert answer.status == "answered"


@pytest.mark.parametrize("added", ["123456円でした。", "三百万円でした。", "国際電気株式会社に払いました。"])
def test_words_that_add_a_number_or_a_name_are_dropped(database: Path, added: str) -> None:
    said = plain(database, "執行率は?")
    answer = Assistant(database, model=LanguageModel(Says(said + added))).ask("執行率は?")
    assert answer.answer == said


def test_a_refusal_is_not_reworded(database: Path) -> None:
    model = Says("今日は晴れです。")
    answer = Assistant(database, model=LanguageModel(model)).ask("今日の天気は?")
    assert answer.status == "no_answer"
    assert "晴れ" not in answer.answer


def test_a_question_that_cannot_be_read_is_read_in_other_words(database: Path) -> None:
    question = "ひゅるり?"
    assert Assistant(database).ask(question).status == "no_answer"
    answer = Assistant(database, model=LanguageModel(Says("執行率は?"))).ask(question)
    assert answer.question == question
    assert answer.status == "answered"
    assert "言い換え（言語モデル）=「執行率は?」" in answer.interpretation["text"]


def test_a_rereading_may_not_bring_in_a_year() -> None:
    assert LanguageModel(Says("2017年度の執行率は?")).question("どうなった?") is None
    assert LanguageModel(Says("なし")).question("どうなった?") is None
    assert LanguageModel(Says("執行率は?")).question("どうなった?") == "執行率は?"


def test_search_words_may_not_bring_in_numbers() -> None:
    assert LanguageModel(Says("防災 訓練")).terms("火事の練習") == "防災 訓練"
    assert LanguageModel(Says("防災 2020")).terms("火事の練習") is None


def test_numbers_are_compared_as_numbers() -> None:
    given = "答え: 執行率は 50.0 %（2,000,000円）です。"
    assert adds_nothing("執行率は50%です。", given)
    assert adds_nothing("2000000円です。", given)
    assert not adds_nothing("5%です。", given)


def test_a_model_that_fails_is_one_clear_line(database: Path) -> None:
    class Broken:
        def prompt(self, prompt: str, *, system: str) -> Says:
            raise RuntimeError("no key")

    with pytest.raises(ModelError, match="言い換えのモデルが使えません"):
        Assistant(database, model=LanguageModel(Broken())).ask("執行率は?")


def test_no_model_is_asked_for_unless_named(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REVIEWSHEET_LLM", raising=False)
    assert from_environment() is None
    assert "言い換え" not in Assistant(database).ask("執行率は?").interpretation["text"]


def test_a_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWSHEET_LLM", "no-such-model")
    with pytest.raises(ModelError, match="REVIEWSHEET_LLM"):
        from_environment()

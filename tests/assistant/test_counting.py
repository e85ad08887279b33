"""Numbers asked for with what they count, and the sentence of a text that gives one."""

from __future__ import annotations

import pytest

from assistant.counting import counted, sentence_of, stems

TEXT = "研修を年2回開催した。令和4年度は34人、令和５年度は６０名が受講した。修了者は1,200人である。"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("何人が受講した", "何人"),
        ("全国で何か所ありますか", "何か所"),
        ("何カ所?", "何か所"),
        ("いくつあるの", "いくつ"),
    ],
)
def test_reads_what_is_counted(question: str, said: str) -> None:
    found = counted(question)
    assert found is not None
    assert found.said == said


@pytest.mark.parametrize("question", ["何故ですか", "何度も延期した理由", "執行率は", "何かの理由で"])
def test_reads_no_number_where_none_is_asked(question: str) -> None:
    assert counted(question) is None


def test_finds_the_sentence_with_a_number_of_that_kind() -> None:
    people = counted("何人")
    assert people is not None
    start, end = sentence_of(TEXT, people, "") or (0, 0)
    assert TEXT[start:end].startswith("令和4年度は34人")
    times = counted("何回")
    assert times is not None
    start, end = sentence_of(TEXT, times, "") or (0, 0)
    assert TEXT[start:end] == "研修を年2回開催した。"


def test_finds_the_sentence_that_speaks_of_what_is_counted() -> None:
    people = counted("何人")
    assert people is not None
    start, end = sentence_of(TEXT, people, "修了者") or (0, 0)
    assert TEXT[start:end] == "修了者は1,200人である。"
    assert sentence_of(TEXT, people, "逮捕") is None


def test_finds_nothing_where_the_text_counts_something_else() -> None:
    flights = counted("何便")
    assert flights is not None
    assert sentence_of(TEXT, flights, "") is None


def test_verbs_of_being_and_doing_say_nothing_of_what_is_counted() -> None:
    assert stems("何人が使った") == []
    assert stems("何便が飛べるようになった") == ["飛"]

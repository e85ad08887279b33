"""Questions about what the sheets write: whether they are put to the search, and of which project."""

from __future__ import annotations

from tests.assistant.understanding.conftest import Reader


def names(read: Reader, question: str) -> list[str]:
    return [p.name for p in read(question).projects]


def test_a_matter_described_by_verbs_alone_is_searched_for(read: Reader) -> None:
    q = read("荒れた畑を減らす取り組みで課題は何か")
    assert (q.operation, q.refusal) == ("search", None)
    assert read("減らす取り組みの課題は何か").refusal is not None


def test_a_project_described_by_what_it_does_is_looked_for_among_all(read: Reader) -> None:
    q = read("観光地でバスを走らせる事業は？")
    assert (q.operation, q.projects) == ("search", ())


def test_who_was_paid_has_no_purpose_of_its_own(read: Reader) -> None:
    asked = "湖沼研究センターは何を目的に交付を受けているか"
    assert names(read, asked) == ["独立行政法人湖沼研究センターの運営に必要な経費"]


def test_what_was_said_of_a_similar_thing_asks_for_no_similar_project(read: Reader) -> None:
    assert read("図書館端末更新事業に似た事業は？").operation == "similar"
    assert read("図書館端末更新事業は似た補助金との重なりを指摘された？").operation != "similar"


def test_a_matter_no_sheet_states_may_stand_before_marks_and_a_field(read: Reader) -> None:
    assert read("疾病・死因の分類の調査費、改善の方向は？").question

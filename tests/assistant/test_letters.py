"""Letters of a name and the katakana they are spelled in."""

from __future__ import annotations

import pytest

from assistant.answering.payees.names import core_name
from assistant.letters import in_katakana, in_letters


@pytest.mark.parametrize(
    ("spelled", "written"),
    [
        ("エヌ・ティ・ティ・データ", "nttデータ"),
        ("ケイ・ディ・ディ・アイ", "kddi"),
        ("エス・エム・エス", "sms"),
        ("アイ", "アイ"),
        ("メディアジェー", "メディアジェー"),
    ],
)
def test_letters_spelled_out_are_written(spelled: str, written: str) -> None:
    assert in_letters(spelled) == written


def test_letters_are_spelled_without_marks() -> None:
    assert in_katakana("NTTデータ") == "エヌティティデータ"
    assert in_katakana("みほん印刷") == "みほん印刷"


def test_two_spellings_of_a_recipient_are_one_name() -> None:
    assert core_name("株式会社エヌ・ティ・ティ・データ") == core_name("（株）ＮＴＴデータ")

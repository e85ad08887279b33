"""Whether a text holds a word, as SQLite sees it."""

from __future__ import annotations

import sqlite3

import pytest

from assistant.answering.many.holding import holds


def held(text: str, word: str) -> bool:
    condition, values = holds("t.text", word)
    connection = sqlite3.connect(":memory:")
    row = connection.execute(f"SELECT {condition} FROM (SELECT ? AS text) t", (*values, text)).fetchone()
    return bool(row[0])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("生成ＡＩの開発", "AI"),
        ("生成aiの開発", "ＡＩ".translate({0xFF21: "A", 0xFF29: "I"})),
        ("ポスト５Ｇ基盤", "5G"),
        ("ドローンの活用", "ドローン"),
        ("ダムの改修", "ダム"),
        ("温室効果ガスの削減", "ガス"),
        ("アニメーションの振興", "アニメ"),
        ("防災対策の推進", "防災"),
        ("100%の補助", "100%"),
    ],
)
def test_a_word_is_found_in_either_width_and_case(text: str, word: str) -> None:
    assert held(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("JAICAの研修", "AI"),
        ("アムステルダム条約", "ダム"),
        ("ガイダンスの作成", "ダンス"),
        ("コメントの募集", "コメ"),
        ("15Gの通信", "5G"),
    ],
)
def test_a_word_is_not_found_inside_a_longer_one(text: str, word: str) -> None:
    assert not held(text, word)

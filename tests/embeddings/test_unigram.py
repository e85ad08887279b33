"""The tokens of a question: cut as the tokenizers library cuts them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from db.errors import InputError
from embeddings.static_model import DIRECTORY, TOKENIZER
from embeddings.unigram import UnigramTokenizer

QUESTIONS = sorted(Path(__file__).parents[2].joinpath("embeddings", "questions").glob("*.json"))
ODD = [
    "",
    "   ",
    "😀絵文字😀😀𠮷野家ｶﾞﾊﾟ",
    "ΑΣ Ünïcode ①②Ⅳ ㍿",
    "\x00\x1f制御\u200bゼロ幅",
    "ﬁﬂ…―ー〜・“引用”",
    "ㄱㄴ한글ไทย",
    "令和５年度12,345千円（＋3.5％）",
]


def test_every_question_is_cut_as_the_library_cuts_it() -> None:
    texts = ODD + [
        text
        for file in QUESTIONS
        for question in json.loads(file.read_text("utf-8"))[::5]
        for text in (question["topic"], question["named"])
    ]
    library = Tokenizer.from_file(str(DIRECTORY / TOKENIZER))
    ours = UnigramTokenizer(DIRECTORY / TOKENIZER)
    assert len(ours) == library.get_vocab_size()
    assert [ours.encode(t) for t in texts] == [
        e.ids for e in library.encode_batch(texts, add_special_tokens=False)
    ]


def test_another_kind_of_tokenizer_is_said(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text('{"model": {"type": "BPE", "vocab": {}, "byte_fallback": false}}')
    with pytest.raises(InputError, match="切り分け方"):
        UnigramTokenizer(file)

"""The parts of the index: lists packed and unpacked, vectors in bytes, words, and the box a question asks for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embeddings.distinct import distinct
from embeddings.evidence import written_years
from embeddings.field_prior import field_probabilities
from embeddings.grams import count_grams, normalise, telling_grams
from embeddings.postings import PostingsBuilder, pack, unpack
from embeddings.sentences import sentence_spans
from embeddings.vectors import cosines, estimated_cosines, quantise, signs
from embeddings.weights import FEATURES, weights
from embeddings.words import words


@given(st.dictionaries(st.integers(0, 2**31 - 1), st.integers(1, 255), min_size=1))
def test_a_list_unpacks_to_what_was_packed(entries: dict[int, int]) -> None:
    documents = np.array(sorted(entries), np.int32)
    counts = np.array([entries[d] for d in documents.tolist()], np.uint8)
    again, counted = unpack(pack(documents, counts))
    assert again.tolist() == documents.tolist()
    assert counted.tolist() == counts.tolist()


def test_lists_are_built_by_term_and_document() -> None:
    builder = PostingsBuilder()
    builder.add([[3], [1, 2]], [["予算", "予算", "額"], ["額"]])
    built = builder.build()
    found = {term: unpack(entries) for term, entries in built}
    assert {t: (d.tolist(), c.tolist()) for t, (d, c) in found.items()} == {
        "予算": ([3], [2]),
        "額": ([1, 2, 3], [1, 1, 1]),
    }


@example(["0\U00030000", "髙\U0002000b"])
@given(st.lists(st.text(max_size=30), max_size=6))
def test_counting_many_texts_at_once_equals_counting_each(texts: list[str]) -> None:
    texts = [normalise(t) for t in texts]
    terms, starts, owners, counts = count_grams(texts)
    counted = {
        (term, int(owners[at])): int(counts[at])
        for i, term in enumerate(terms)
        for at in range(starts[i], starts[i + 1])
    }
    each: dict[tuple[str, int], int] = {}
    for number, text in enumerate(texts):
        for gram in telling_grams(text):
            each[gram, number] = each.get((gram, number), 0) + 1
    assert counted == each


@given(st.lists(st.sampled_from(["堤防", "堤防の堤防", "植林", ""]), max_size=8))
def test_texts_read_once_are_counted_for_every_passage_they_stand_in(texts: list[str]) -> None:
    passages = np.arange(len(texts)) * 10
    once = distinct(texts, passages)
    terms, starts, owners, counts = count_grams(once.texts)
    starts, found, counts = once.spread(starts, owners.astype(np.int64), counts)
    counted = {
        (term, int(found[at])): int(counts[at])
        for i, term in enumerate(terms)
        for at in range(starts[i], starts[i + 1])
    }
    assert counted == {
        (gram, passage): telling_grams(text).count(gram)
        for text, passage in zip(texts, passages.tolist(), strict=True)
        for gram in telling_grams(text)
    }
    for text, those in zip(once.texts, once.passages_of(0, len(once.texts)), strict=True):
        assert those == [p for t, p in zip(texts, passages.tolist(), strict=True) if t == text]


def test_codes_and_signs_keep_the_order_of_nearness() -> None:
    chance = np.random.default_rng(5)
    vectors = chance.normal(size=(400, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query = vectors[7] + 0.05 * chance.normal(size=256).astype(np.float32)
    query /= np.linalg.norm(query)
    codes = quantise(vectors)
    assert np.abs(cosines(codes, query) - vectors @ query).max() < 0.005
    assert int(np.argmax(estimated_cosines(signs(codes), query))) == 7
    assert not cosines(quantise(np.zeros((1, 256), np.float32)), query).any()


def test_words_are_the_same_however_they_are_written() -> None:
    assert words("引っ越し") == words("引越し")
    assert words("ＡＩの導入") == words("AIを導入")
    assert words("の は が 、。") == []


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("有識者は何と言っていますか", "外部有識者の所見"),
        ("推進チームは何と指摘した？", "行政事業レビュー推進チームの所見"),
        ("要求が増えたのはなぜ？", "主な増減理由"),
        ("今後どう改善していくつもり？", "改善の方向性"),
    ],
)
def test_the_wording_tells_the_box(question: str, item: str) -> None:
    items = [
        "点検結果",
        "改善の方向性",
        "外部有識者の所見",
        "行政事業レビュー推進チームの所見",
        "主な増減理由",
        "事業の目的",
    ]
    found = field_probabilities(question, items)
    assert items[int(np.argmax(found))] == item


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("死亡事故の件数を短期の成果目標に選んだのはなぜですか", "後続アウトカムへのつながり"),
        ("その事業が段階的な成果目標を立てないのはどうして", "アウトカムを複数段階で設定できない理由"),
        ("シートの備考には何と書かれている？", "備考"),
        ("過去に受けた指摘にはどう対応したの", "指摘事項への対応状況"),
        ("自分たちの点検では効果があったと見ている？", "点検結果"),
    ],
)
def test_boxes_few_ask_for_are_told_from_the_others(question: str, item: str) -> None:
    items = [
        "後続アウトカムへのつながり",
        "アウトカムを複数段階で設定できない理由",
        "備考",
        "指摘事項への対応状況",
        "点検結果",
        "事業概要",
    ]
    found = field_probabilities(question, items)
    assert items[int(np.argmax(found))] == item
    assert sum(found) <= 1.1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "機構（以下「水産機構」という。）が研究を行う。次の文。",
            ["機構（以下「水産機構」という。）が研究を行う。", "次の文。"],
        ),
        ("取組「資質の向上。」は続けた。また、別の", ["取組「資質の向上。」は続けた。", "また、別の"]),
        ("閉じない（かっこ。次の文", ["閉じない（かっこ。", "次の文"]),
        ("改行\nあり！？終わり", ["改行", "あり！？", "終わり"]),
        ("", []),
    ],
)
def test_a_sentence_goes_on_over_what_ends_within_its_brackets(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_years_are_read_in_any_notation() -> None:
    assert written_years("令和５年度とH29、2021年、平成元年度、R6の") == {2023, 2017, 2021, 1989, 2024}
    assert written_years("H3ロケットの100億円") == frozenset()


def test_every_feature_has_a_weight() -> None:
    for kind in ("all", "within"):
        assert set(weights(kind)) == set(FEATURES)
        assert any(weights(kind).values())

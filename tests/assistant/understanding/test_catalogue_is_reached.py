"""Every field of the catalogue is reached by a question, in two wordings."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef
from assistant.understanding.words.fields import GAP, lexicon
from assistant.understanding.words.normalise import fold_text
from db.catalogue import catalogue
from tests.assistant.understanding.conftest import Reader

FIELDS = [f for t in catalogue().tables for f in t.fields]


def reached(wording: str, ref: FieldRef) -> bool:
    return any(m.field == ref for m in lexicon().read(fold_text(wording + "は？")))


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f"{f.table}.{f.column}")
def test_a_field_is_reached_in_two_wordings(field) -> None:  # type: ignore[no-untyped-def]
    ref = FieldRef(field.table, field.column)
    table = catalogue().table(field.table)
    wordings = {f"{table.label}の{field.column}", f"{table.label}{field.column}", field.label, field.column}
    wordings |= {w for w in field.words if GAP not in w}
    assert sum(reached(w, ref) for w in wordings) >= 2


@pytest.mark.parametrize("item", catalogue().evaluations, ids=lambda e: e.item[:20])
def test_an_evaluation_item_is_reached_in_two_wordings(item) -> None:  # type: ignore[no-untyped-def]
    ref = FieldRef("evaluations", "説明", item.item)
    assert sum(reached(w, ref) for w in {item.item, *item.words}) >= 2


@pytest.mark.parametrize("item", catalogue().comments, ids=lambda c: c.item[:20])
def test_a_comment_item_is_reached_in_two_wordings(item) -> None:  # type: ignore[no-untyped-def]
    ref = FieldRef("comments", "本文", item.item)
    assert sum(reached(w, ref) for w in {item.item, item.label, *item.words}) >= 2


MAIN = ("budgets", "sheets", "payees", "outcomes", "outputs", "unit_costs", "expenses", "contracts")


@pytest.mark.parametrize(
    "field",
    [f for f in FIELDS if f.table in MAIN and f.words and f.column != "年度"],
    ids=lambda f: f"{f.table}.{f.column}",
)
def test_a_question_about_the_only_sheet_asks_for_the_field(read_single: Reader, field) -> None:  # type: ignore[no-untyped-def]
    word = next(w for w in field.words if GAP not in w)
    q = read_single(f"{word}を教えてください")
    assert FieldRef(field.table, field.column) in q.fields
    assert q.refusal is None


def every_word() -> list[str]:
    """All words of the catalogue; where a word has a gap, with something in it."""
    source = catalogue()
    words = [w for f in source.fields() for w in f.words]
    words += [w for e in source.evaluations for w in e.words]
    words += [w for c in source.comments for w in c.words]
    return sorted({w for w in words if len(w) > 1})


@pytest.mark.parametrize("word", every_word())
def test_no_word_of_the_catalogue_is_dead(word: str) -> None:
    said = fold_text(word.replace(GAP, "をもし"))
    mentions = lexicon().read(said)
    assert mentions, word
    assert max(m.end for m in mentions) - min(m.start for m in mentions) >= len(said) - 2, word

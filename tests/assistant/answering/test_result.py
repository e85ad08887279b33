"""The SQL shown with an answer, and the paths of Datasette's pages."""

from __future__ import annotations

import sqlite3

import pytest
from datasette.utils import tilde_encode as datasette_tilde_encode

from assistant.answering.cells import tilde_encode
from assistant.answering.result import Statement


@pytest.mark.parametrize(
    "value", ["総務省", "'; DROP TABLE sheets; --", "a'b''c", 'quo"te', "?", 3, 2.5, None, True, "改\n行"]
)
def test_parameters_become_literals_that_mean_the_same(value):
    with sqlite3.connect(":memory:") as connection:
        shown = Statement("SELECT ? AS \"何?\", '?' AS 印", (value,)).literal()
        assert connection.execute(shown).fetchone() == (value, "?")
    connection.close()


def test_a_character_sql_text_cannot_carry_is_left_out():
    assert Statement("SELECT ?", ("a\0b",)).literal() == "SELECT 'ab'"


@pytest.mark.parametrize("text", ["2018-総務省-0036", "2024-RS-698", "a b/c.d~e", "reviews"])
def test_paths_are_encoded_as_datasette_encodes_them(text):
    assert tilde_encode(text) == datasette_tilde_encode(text)

"""Patterns compiled at their first use do what ``re.compile`` does."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import assistant
from assistant.patterns import pattern


def _patterns(value: object) -> list[re.Pattern[str]]:
    if isinstance(value, (tuple, list)):
        return [x for part in value for x in _patterns(part)]
    return [value] if isinstance(value, type(pattern(""))) else []  # type: ignore[list-item]


def test_a_pattern_finds_what_a_compiled_one_finds() -> None:
    amount = pattern(r"(?P<n>\d+)億円", re.ASCII)
    assert amount.pattern == r"(?P<n>\d+)億円"
    assert [m["n"] for m in amount.finditer("3億円と12億円")] == ["3", "12"]
    assert amount.sub("…", "3億円") == "…"
    assert amount.groupindex == {"n": 1}


def test_a_wrong_pattern_says_so_when_it_is_first_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("")


def test_every_pattern_of_the_assistant_compiles() -> None:
    names = [
        m.name for m in pkgutil.walk_packages(assistant.__path__, "assistant.") if "__main__" not in m.name
    ]
    found = {
        p.pattern
        for name in names
        for value in vars(importlib.import_module(name)).values()
        for p in _patterns(value)
    }
    assert len(found) > 300
    for words in found:
        re.compile(words)

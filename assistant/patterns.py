"""Patterns of words that are compiled when first searched for: an answer needs half of them, a start needs none."""

from __future__ import annotations

import re
from typing import Any, cast


def pattern(words: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, but compiled at the first use; a mistake in ``words`` shows then (tests compile them all)."""
    return cast("re.Pattern[str]", _Later(words, flags))


class _Later:
    """Stands for a pattern; takes over the pattern's methods when the first of them is asked for."""

    def __init__(self, words: str, flags: int) -> None:
        self.pattern = words
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self.flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

"""How Japanese text on a sheet is normalised for comparison. What is stored keeps its own characters."""

from __future__ import annotations

import re
import unicodedata

DASHES = "-‐‑‒–—―−－ｰー\u00ad"
_DASH = re.compile(f"[{re.escape(DASHES)}]")
_BLANK_WORDS = frozenset({"", "該当なし", "記入不要", "該当無し"})
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """NFKC, no white space, lower case, every dash-like character as ``-``: for comparing labels and names."""
    return _DASH.sub("-", _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower())


def is_blank(text: str | None) -> bool:
    """True where nothing is written: empty, 該当なし, 記入不要 or only dashes (not for an evaluation mark)."""
    if text is None:
        return True
    stripped = _SPACE.sub("", text)
    return stripped in _BLANK_WORDS or not stripped.strip(DASHES)


def written(text: str | None) -> str | None:
    """The text without surrounding white space, None where nothing is written."""
    return None if text is None or is_blank(text) else text.strip()


def unwrap(lines: list[str]) -> str:
    """Join the lines of a cell that was only wrapped: no space between Japanese, one between Latin words."""
    out = ""
    for line in (part.strip() for part in lines):
        if out and line and _is_latin(out[-1]) and _is_latin(line[0]):
            out += " "
        out += line
    return out


def _is_latin(ch: str) -> bool:
    return ch.isascii() and ch.isalpha()

"""From everyday words to the words of the sheets: パパの育休 → 男性の育児休業.

``thesaurus.json`` lists each expression of the sheets with everyday expressions for it and a weight from 0
to 1 (how surely the one means the other). People extend it with a file of the same form, named in the
environment variable REVIEWSHEET_THESAURUS, and then run `reviewsheet index`: what is looked up at question
time is a table of the database, so that a large thesaurus costs a question nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from db.errors import InputError
from embeddings.grams import normalise
from embeddings.words import words

VARIABLE = "REVIEWSHEET_THESAURUS"

Thesaurus = Mapping[str, Mapping[str, float]]
"""Expression of the sheets → everyday expression → weight."""

_TABLE = """
CREATE TABLE IF NOT EXISTS _search_expressions (
    folded TEXT NOT NULL, rarest TEXT NOT NULL, words TEXT NOT NULL, terms TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS _search_expressions_folded ON _search_expressions (folded);
CREATE INDEX IF NOT EXISTS _search_expressions_rarest ON _search_expressions (rarest)
"""
_SHORTEST, _LONGEST = 2, 24
_LOOSE, _INSIDE = 0.8, 0.4
"""Weight of an expression found only by its words (in another form or order), and of one inside a longer one."""
_HIRAGANA = re.compile(r"[\u3041-\u309f]{1,2}")
_ANYWHERE = 500


def load_thesaurus(extension: str | Path | None = None) -> dict[str, dict[str, float]]:
    """The shipped thesaurus with the user's (default: the file REVIEWSHEET_THESAURUS names) laid over it.

    InputError where that file cannot be read or is not {"公式の語": {"ふだんの言い方": 重み}}.
    """
    shipped = resources.files("embeddings").joinpath("thesaurus.json").read_text("utf-8")
    merged = _weighted(json.loads(shipped), "thesaurus.json")
    path = extension or os.environ.get(VARIABLE)
    if path:
        for term, expressions in _read_extension(Path(path)).items():
            merged.setdefault(term, {}).update(expressions)
    return merged


def _read_extension(path: Path) -> dict[str, dict[str, float]]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"類語の辞書 {path} を開けません。環境変数 {VARIABLE} を確かめてください。"
        ) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"類語の辞書 {path} はJSONとして読めません（{error}）。") from error
    if not isinstance(content, dict):
        raise InputError(
            f'類語の辞書 {path} は {{"公式の語": {{"ふだんの言い方": 重み}}}} の形にしてください。'
        )
    return _weighted(content, str(path))


def _weighted(content: Mapping[str, object], path: str) -> dict[str, dict[str, float]]:
    out: dict[str, dict[str, float]] = {}
    for term, expressions in content.items():
        if isinstance(expressions, list):
            expressions = dict.fromkeys(expressions, 1.0)
        if not isinstance(expressions, dict) or not all(
            isinstance(k, str) and isinstance(v, int | float) for k, v in expressions.items()
        ):
            raise InputError(
                f"類語の辞書 {path} の「{term}」は、ふだんの言い方の並びか、言い方ごとの重み（0から1）にしてください。"
            )
        out[term] = {k: float(v) for k, v in expressions.items()}
    return out


def thesaurus_digest(thesaurus: Thesaurus) -> str:
    """What tells one thesaurus from another in the state of an index (「thesaurus」)."""
    return hashlib.sha256(json.dumps(thesaurus, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def store_expressions(connection: sqlite3.Connection, thesaurus: Thesaurus) -> None:
    """Write the look-up table of a thesaurus, unless it stands there already."""
    for statement in _TABLE.split(";"):
        connection.execute(statement)
    digest = thesaurus_digest(thesaurus)
    row = connection.execute("SELECT content FROM _search_state WHERE name = 'thesaurus'").fetchone()
    if row is not None and row[0] == digest:
        return
    connection.execute("DELETE FROM _search_expressions")
    connection.executemany(
        "INSERT INTO _search_expressions (folded, rarest, words, terms) VALUES (?, ?, ?, ?)",
        _rows(digest, thesaurus),
    )
    connection.execute("INSERT OR REPLACE INTO _search_state VALUES ('thesaurus', ?)", (digest,))


_rows_made: dict[str, list[tuple[str, str, str, str]]] = {}
"""The rows of the thesaurus last stored: a process that indexes many databases takes it apart once."""


def _rows(digest: str, thesaurus: Thesaurus) -> list[tuple[str, str, str, str]]:
    """(expression folded, its rarest word, its words, its meanings as JSON) for each expression."""
    if digest not in _rows_made:
        meanings: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for term, expressions in thesaurus.items():
            for expression, weight in expressions.items():
                if weight > 0:
                    meanings[expression][term] = float(weight)
        split = {expression: words(expression) for expression in meanings}
        frequency = Counter(w for found in split.values() for w in set(found))
        _rows_made.clear()
        _rows_made[digest] = [
            (
                normalise(expression),
                min(found, key=lambda w: (frequency[w], w)) if len(found) > 1 else "",
                " ".join(found),
                json.dumps(meanings[expression], ensure_ascii=False),
            )
            for expression, found in split.items()
        ]
    return _rows_made[digest]


def expand(connection: sqlite3.Connection, folded: str, question_words: Sequence[str]) -> dict[str, float]:
    """Expressions of the sheets for the everyday ones a question holds, each with a weight from 0 to 1.

    folded          the question, normalised (``embeddings.grams.normalise``)
    question_words  its words in order (``embeddings.words.words``)

    An expression is found as it stands, or by its words standing near each other. One with many meanings
    gives each less weight, and so does one that is only part of a longer expression found.
    """
    found: dict[str, tuple[float, frozenset[str], dict[str, float]]] = {}
    for text, own_words, terms in _standing(connection, folded):
        found[text] = (1.0, frozenset(own_words.split()), json.loads(terms))
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(question_words):
        places[word].append(place)
    for text, own_words, terms in _by_word(connection, list(places)):
        split = own_words.split()
        if text not in found and all(w in places for w in split) and _near(split, places):
            found[text] = (_LOOSE, frozenset(split), json.loads(terms))
    weights: dict[str, float] = {}
    for text, (surety, own, meanings) in found.items():
        inside = any(own < other for name, (_, other, _m) in found.items() if name != text)
        share = surety * (_INSIDE if inside else 1.0) / len(meanings) ** 0.5
        for term, weight in meanings.items():
            weights[term] = max(weights.get(term, 0.0), share * min(weight, 1.0))
    return weights


def _standing(connection: sqlite3.Connection, folded: str) -> list[tuple[str, str, str]]:
    pieces = {
        folded[start : start + size]
        for start in range(len(folded))
        for size in range(_SHORTEST, min(_LONGEST, len(folded) - start) + 1)
    }
    return _select(connection, "folded", [p for p in pieces if not _HIRAGANA.fullmatch(p)])


def _by_word(connection: sqlite3.Connection, question_words: Sequence[str]) -> list[tuple[str, str, str]]:
    return _select(connection, "rarest", question_words)


def _select(connection: sqlite3.Connection, column: str, values: Sequence[str]) -> list[tuple[str, str, str]]:
    out: list[tuple[str, str, str]] = []
    for start in range(0, len(values), _ANYWHERE):
        part = list(values[start : start + _ANYWHERE])
        marks = ",".join("?" * len(part))
        rows = connection.execute(
            f"SELECT folded, words, terms FROM _search_expressions WHERE {column} IN ({marks})", part
        )
        out.extend((row[0], row[1], row[2]) for row in rows)
    return out


def _near(split: Sequence[str], places: Mapping[str, Iterable[int]]) -> bool:
    """True where the words stand within one word more than they are."""
    for start in places[split[0]]:
        chosen = [min(places[w], key=lambda p: abs(p - start)) for w in split]
        if max(chosen) - min(chosen) <= len(split) + 1:
            return True
    return False

"""The search index inside the database: which passages and projects hold which words and characters.

The index is four sets of inverted lists (``Arm``) over two kinds of documents: the passages (rows of
``comments`` with a 本文) and the sheets (by 事業名), and a vector a passage and a sheet. Evidence for a whole
sheet is summed from its passages' lists, so it takes no room of its own. Tables begin with ``_search``;
rebuilding them loses nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from embeddings.postings import ByteArray, IntArray, Postings, unpack
from embeddings.vectors import CodeArray, sign_words

FloatArray = npt.NDArray[np.float32]

_FETCHED_AT_ONCE = 500
_LISTS_KEPT = 1_000
FORMAT = "2"
"""Changes when an index written before cannot be read any more; such an index is built anew."""

_TABLES = """
CREATE TABLE IF NOT EXISTS _search_terms (
    arm INTEGER NOT NULL, term TEXT NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (arm, term)
) STRICT;
CREATE TABLE IF NOT EXISTS _search_arrays (name TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS _search_state (name TEXT PRIMARY KEY NOT NULL, content TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS _search_vectors (comment_id INTEGER PRIMARY KEY, codes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS _search_ahead (
    model TEXT NOT NULL, digest INTEGER NOT NULL, codes BLOB NOT NULL, PRIMARY KEY (model, digest)
) STRICT;
"""


class Arm(IntEnum):
    """A set of inverted lists: what its terms are, and of which documents."""

    WORDS = 1
    GRAMS = 2
    NAME_WORDS = 3
    NAME_GRAMS = 4


LENGTHS = {
    Arm.WORDS: "word_counts",
    Arm.GRAMS: "gram_counts",
    Arm.NAME_WORDS: "name_word_counts",
    Arm.NAME_GRAMS: "name_gram_counts",
}
"""Arm → the array that holds the length of each of its documents, in terms."""
_READ_FIRST = (
    "comment_ids",
    "sheets",
    "items",
    "years",
    "texts",
    "projects",
    "sheet_keys",
    "item_names",
    "published",
)
"""Arrays every search needs; the vectors and lengths are read when first used (not within one project's passages)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as it stands in the database, in the order of the index (by sheet, then by id)."""

    comment_id: int
    sheet_key: str
    item: str
    year: int | None
    text: str
    name: str
    project: int | None


class PassageIndex:
    """Reading side of the index. Passages and sheets go by their numbers (positions in these arrays).

    comment_ids   int64, passage → row of ``comments``
    sheets        int32, passage → sheet
    items         int16, passage → place in ``item_names``
    years         int16, passage → 年度 (0: none written)
    texts         int32, passage → number of its text: equal texts share one
    projects      int64, sheet → project; published: int16, sheet → 公開年度
    starts        int64, sheet → its first passage (one entry more than there are sheets)
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        marks = ",".join("?" * len(_READ_FIRST))
        arrays = dict(
            connection.execute(
                f"SELECT name, content FROM _search_arrays WHERE name IN ({marks})", _READ_FIRST
            )
        )
        state = dict(connection.execute("SELECT name, content FROM _search_state"))
        self.model = str(state["model"])
        self.dimensions = int(state["dimensions"])
        self.comment_ids = np.frombuffer(arrays["comment_ids"], np.int64)
        self.sheets = np.frombuffer(arrays["sheets"], np.int32)
        self.items = np.frombuffer(arrays["items"], np.int16)
        self.years = np.frombuffer(arrays["years"], np.int16)
        self.texts = np.frombuffer(arrays["texts"], np.int32)
        self.projects = np.frombuffer(arrays["projects"], np.int64)
        self.sheet_keys: list[str] = _split(arrays["sheet_keys"])
        self.item_names: list[str] = _split(arrays["item_names"])
        self.published = np.frombuffer(arrays["published"], np.int16)
        self.starts = np.searchsorted(self.sheets, np.arange(len(self.sheet_keys) + 1)).astype(np.int64)
        self._lists: OrderedDict[tuple[Arm, str], tuple[IntArray, ByteArray] | None] = OrderedDict()
        self.norms = lru_cache(maxsize=None)(self._norms)
        self.sheet_norms = lru_cache(maxsize=None)(self._sheet_norms)

    def _array(self, name: str) -> bytes:
        sql = "SELECT content FROM _search_arrays WHERE name = ?"
        content: bytes = self.connection.execute(sql, (name,)).fetchone()[0]
        return content

    @cached_property
    def bits(self) -> npt.NDArray[np.uint64]:
        """uint64, (passages, words of signs): the signs of each passage's vector."""
        return np.frombuffer(self._array("bits"), np.uint64).reshape(-1, sign_words(self.dimensions))

    @cached_property
    def sheet_codes(self) -> CodeArray:
        """int8, (sheets, dimensions): the vector of each sheet."""
        return np.frombuffer(self._array("sheet_codes"), np.int8).reshape(-1, self.dimensions)

    @cached_property
    def lengths(self) -> dict[Arm, IntArray]:
        """int32, document → its length in terms, by arm."""
        return {arm: np.frombuffer(self._array(name), np.int32) for arm, name in LENGTHS.items()}

    def _norms(self, arm: Arm, k1: float, b: float) -> FloatArray:
        """float32: what BM25 adds to the count of a term, by the length of each document of the arm."""
        return _length_norms(self.lengths[arm], k1, b)

    def _sheet_norms(self, arm: Arm, k1: float, b: float) -> FloatArray:
        """float32, sheet → the same for all its passages together."""
        if not len(self.sheets):
            return np.zeros(0, np.float32)
        return _length_norms(np.add.reduceat(self.lengths[arm], self.starts[:-1]), k1, b)

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self.sheets)

    def fetch(self, arm: Arm, terms: Sequence[str]) -> None:
        """Read the lists of several terms at once, for ``entries`` to give; those used longest ago are let go."""
        missing = []
        for term in terms:
            if (arm, term) in self._lists:
                self._lists.move_to_end((arm, term))
            else:
                missing.append(term)
        for start in range(0, len(missing), _FETCHED_AT_ONCE):
            part = missing[start : start + _FETCHED_AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self.connection.execute(
                f"SELECT term, entries FROM _search_terms WHERE arm = ? AND term IN ({marks})",
                [int(arm), *part],
            )
            self._lists.update(dict.fromkeys((arm, t) for t in part))
            self._lists.update({(arm, term): unpack(entries) for term, entries in rows})
        while len(self._lists) > max(_LISTS_KEPT, len(terms)):
            self._lists.popitem(last=False)

    def entries(self, arm: Arm, term: str) -> tuple[IntArray, ByteArray] | None:
        """The documents that hold the term, ascending, and how often; None where none does."""
        if (arm, term) not in self._lists:
            self.fetch(arm, [term])
        return self._lists[arm, term]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.sheet_keys)}

    def sheet_numbers(self, keys: Iterable[str]) -> IntArray:
        """Numbers of the sheets of these keys that have passages, ascending."""
        found = (self._numbers.get(key) for key in keys)
        return np.array(sorted({n for n in found if n is not None}), np.int32)

    def passages_of(self, sheets: IntArray) -> IntArray:
        """Numbers of the passages of these sheets, ascending."""
        ranges = [np.arange(self.starts[s], self.starts[s + 1], dtype=np.int32) for s in sheets.tolist()]
        return np.concatenate([np.zeros(0, np.int32), *ranges])


def _length_norms(lengths: IntArray, k1: float, b: float) -> FloatArray:
    mean = float(lengths.mean()) if len(lengths) else 0.0
    if mean <= 0:
        return np.full(len(lengths), k1, np.float32)
    return np.asarray(k1 * (1 - b + b * lengths / mean), np.float32)


def is_current(connection: sqlite3.Connection) -> bool:
    """True where the index stands for the passages as they are now."""
    try:
        state = dict(connection.execute("SELECT name, content FROM _search_state"))
    except sqlite3.OperationalError:
        return False
    return state.get("format") == FORMAT and state.get("comments") == comments_state(connection)


def comments_state(connection: sqlite3.Connection) -> str:
    """What changes whenever passages come or go: their number, the highest id, and what was loaded when."""
    count, highest = connection.execute("SELECT count(*), max(id) FROM comments").fetchone()
    loads = connection.execute("SELECT id, sha256, 読込日時 FROM sources ORDER BY id").fetchall()
    digest = hashlib.blake2b(repr([tuple(row) for row in loads]).encode(), digest_size=8).hexdigest()
    return f"{count}/{highest}/{digest}"


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables of the index that are missing."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)


def read_sources(connection: sqlite3.Connection) -> list[Source]:
    """Every passage of the database, by sheet and id."""
    rows = connection.execute(
        "SELECT c.id, c.sheet_key, coalesce(c.項目, ''), c.年度, c.本文, coalesce(s.事業名, ''), s.project_id"
        " FROM comments c JOIN sheets s ON s.sheet_key = c.sheet_key"
        " WHERE c.本文 IS NOT NULL AND c.本文 <> '' ORDER BY c.sheet_key, c.id"
    )
    return [Source(*row) for row in rows]


def text_digests(texts: Iterable[str]) -> npt.NDArray[np.int64]:
    """A 64-bit digest of each text."""
    digests = [hashlib.blake2b(t.encode("utf-8", "replace"), digest_size=8).digest() for t in texts]
    return np.frombuffer(b"".join(digests), np.int64)


def write_arm(connection: sqlite3.Connection, arm: Arm, postings: Postings) -> None:
    """Replace the lists of an arm."""
    connection.execute("DELETE FROM _search_terms WHERE arm = ?", (int(arm),))
    connection.executemany(
        "INSERT INTO _search_terms (arm, term, entries) VALUES (?, ?, ?)",
        ((int(arm), term, entries) for term, entries in postings),
    )


def read_arm(connection: sqlite3.Connection, arm: Arm) -> Postings:
    """All lists of an arm, as they were written."""
    terms: list[str] = []
    documents: list[IntArray] = []
    counts: list[ByteArray] = []
    rows = connection.execute(
        "SELECT term, entries FROM _search_terms WHERE arm = ? ORDER BY term", (int(arm),)
    )
    for term, entries in rows:
        owners, occurrences = unpack(entries)
        terms.append(term)
        documents.append(owners)
        counts.append(occurrences)
    starts = np.cumsum([0, *(len(d) for d in documents)], dtype=np.int64)
    return Postings(
        terms,
        starts,
        np.concatenate([np.zeros(0, np.int32), *documents]),
        np.concatenate([np.zeros(0, np.uint8), *counts]),
    )


def write_arrays(connection: sqlite3.Connection, arrays: dict[str, bytes]) -> None:
    """Replace arrays by name."""
    connection.executemany(
        "INSERT OR REPLACE INTO _search_arrays (name, content) VALUES (?, ?)", list(arrays.items())
    )


def write_state(connection: sqlite3.Connection, state: dict[str, str]) -> None:
    """Replace entries of the state by name."""
    connection.executemany(
        "INSERT OR REPLACE INTO _search_state (name, content) VALUES (?, ?)", list(state.items())
    )


def read_state(connection: sqlite3.Connection) -> dict[str, str]:
    """The state of the index: its format, what passages it stands for, the model its vectors are of."""
    return dict(connection.execute("SELECT name, content FROM _search_state").fetchall())


def embedded_ahead(connection: sqlite3.Connection, model: str) -> set[int]:
    """Digests of the passages an interrupted run has embedded with this model; those of others are dropped."""
    connection.execute("DELETE FROM _search_ahead WHERE model <> ?", (model,))
    return {r[0] for r in connection.execute("SELECT digest FROM _search_ahead")}


def write_ahead(
    connection: sqlite3.Connection, model: str, digests: npt.NDArray[np.int64], codes: npt.NDArray[np.int8]
) -> None:
    """Keep codes of passages that are embedded for an index still to be made."""
    connection.executemany(
        "INSERT OR REPLACE INTO _search_ahead (model, digest, codes) VALUES (?, ?, ?)",
        ((model, int(d), row.tobytes()) for d, row in zip(digests, codes, strict=True)),
    )


def take_ahead(
    connection: sqlite3.Connection, digests: npt.NDArray[np.int64], dimensions: int
) -> npt.NDArray[np.int8]:
    """int8 (passages, dimensions): what was embedded ahead, taken out again."""
    found = dict(connection.execute("SELECT digest, codes FROM _search_ahead").fetchall())
    connection.execute("DELETE FROM _search_ahead")
    out = np.zeros((len(digests), dimensions), np.int8)
    for number, digest in enumerate(digests.tolist()):
        out[number] = np.frombuffer(found[digest], np.int8)
    return out


def read_array(connection: sqlite3.Connection, name: str) -> bytes | None:
    """An array's bytes, None where there is none."""
    row = connection.execute("SELECT content FROM _search_arrays WHERE name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def joined(values: Sequence[str]) -> bytes:
    """Strings as one array; a line break inside one becomes a space."""
    return "\n".join(v.replace("\n", " ") for v in values).encode("utf-8")


def _split(content: bytes) -> list[str]:
    return content.decode("utf-8").split("\n") if content else []

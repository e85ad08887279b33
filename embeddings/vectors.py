"""Vectors inside the database: int8 codes for comparing, one bit a dimension for finding what to compare.

A vector of length 1 is stored as its components scaled to ±127; what it is multiplied with is divided by
the codes' own length, so no scale need be kept. For the first look at many vectors the signs are enough:
the share of signs that differ estimates the angle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
CodeArray = npt.NDArray[np.int8]
BitArray = npt.NDArray[np.uint64]

_AT_ONCE = 8_192
_ASKED_AT_ONCE = 500


def quantise(vectors: FloatArray) -> CodeArray:
    """int8 codes (rows, dimensions) of float32 vectors; a row of zeros stays zeros."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.rint(vectors / np.maximum(largest, 1e-12) * 127), np.int8)


def sign_words(dimensions: int) -> int:
    """How many uint64 the signs of a vector take."""
    return -(-dimensions // 64)


def signs(codes: CodeArray) -> BitArray:
    """One bit a dimension, packed: uint64 (rows, ``sign_words``)."""
    packed = np.packbits(codes > 0, axis=1)
    padded = np.zeros((len(packed), 8 * sign_words(codes.shape[1])), np.uint8)
    padded[:, : packed.shape[1]] = packed
    return np.asarray(padded.view(np.uint64))


def cosines(codes: CodeArray, query: FloatArray) -> FloatArray:
    """float32 (rows,): cosine of each row with a query of length 1."""
    out = np.zeros(len(codes), np.float32)
    for start in range(0, len(codes), _AT_ONCE):
        part = codes[start : start + _AT_ONCE].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", part, part))
        out[start : start + len(part)] = part @ query / np.maximum(lengths, 1e-12)
    return out


def estimated_cosines(bits: BitArray, query: FloatArray) -> FloatArray:
    """float32 (rows,): the cosine that the signs suggest."""
    own = signs(quantise(query[None, :]))[0]
    differing = np.zeros(len(bits), np.uint16)
    for column in range(bits.shape[1]):
        differing += np.bitwise_count(bits[:, column] ^ own[column])
    table = np.cos(np.pi * np.arange(len(query) + 1) / len(query)).astype(np.float32)
    return np.asarray(table[np.minimum(differing, len(query))], np.float32)


def write_codes(connection: sqlite3.Connection, comment_ids: Iterable[int], codes: CodeArray) -> None:
    """Store the codes of passages by the ids of their rows in ``comments``."""
    connection.executemany(
        "INSERT OR REPLACE INTO _search_vectors (comment_id, codes) VALUES (?, ?)",
        ((int(i), row.tobytes()) for i, row in zip(comment_ids, codes, strict=True)),
    )


def read_codes(connection: sqlite3.Connection, comment_ids: Sequence[int], dimensions: int) -> CodeArray:
    """int8 (ids, dimensions), in the order of the ids; zeros where none is stored."""
    out = np.zeros((len(comment_ids), dimensions), np.int8)
    place = {i: n for n, i in enumerate(comment_ids)}
    for start in range(0, len(comment_ids), _ASKED_AT_ONCE):
        part = comment_ids[start : start + _ASKED_AT_ONCE]
        marks = ",".join("?" * len(part))
        rows = connection.execute(
            f"SELECT comment_id, codes FROM _search_vectors WHERE comment_id IN ({marks})", list(part)
        )
        for identity, codes in rows:
            out[place[identity]] = np.frombuffer(codes, np.int8)
    return out

"""Build and renew the search index: only passages that are new or changed are read and embedded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from embeddings import passage_index as stored
from embeddings.distinct import distinct
from embeddings.grams import count_grams, normalise, telling_grams
from embeddings.models import Encoder, load_encoder, made_with
from embeddings.passage_index import FORMAT, LENGTHS, Arm, Source
from embeddings.postings import IntArray, Postings, PostingsBuilder
from embeddings.thesaurus import Thesaurus, load_thesaurus, store_expressions, thesaurus_digest
from embeddings.vectors import CodeArray, quantise, read_codes, signs, write_codes
from embeddings.words import words

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, total)."""

_PARALLEL_FROM = 8_000
_CHUNK = 2_000
_GRAM_CHUNK = 10_000
_EMBEDDED_AT_ONCE = 2_000
_LONGEST_EMBEDDED = 1_000
"""Characters of a passage that are embedded."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What ``update_index`` did: passages in the index now, how many were new or changed, which model."""

    passages: int
    added: int
    removed: int
    embedded: int
    model: str


def update_index(
    source: sqlite3.Connection,
    *,
    into: sqlite3.Connection | None = None,
    model: str | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    thesaurus: Thesaurus | None = None,
) -> IndexReport:
    """Bring the search index up to the passages in ``comments``, in one transaction.

    into       the database that holds the index (default: ``source``)
    model      embed with this model (a name for ``load_encoder``); default: the one the index was made
               with, the shipped one at first. With another model than before every passage is embedded
               anew; what was embedded is kept as it goes, so that an interrupted run goes on where it stopped
    workers    processes to read words with where there is much to do; more than one starts new Python
               processes, which a script must allow for (``if __name__ == "__main__"``)
    thesaurus  everyday expressions to search by (default: ``load_thesaurus``)

    InputError where the model or the thesaurus cannot be read; the index then is as it was.
    """
    report = progress or (lambda what, done, total: None)
    target = into or source
    stored.create_tables(target)
    state = stored.read_state(target)
    encoder = load_encoder(model or made_with(state.get("model")))
    expressions = load_thesaurus() if thesaurus is None else thesaurus
    wanted = {
        "format": FORMAT,
        "comments": stored.comments_state(source),
        "model": encoder.name,
        "dimensions": str(encoder.dimensions),
        "thesaurus": thesaurus_digest(expressions),
    }
    if state == wanted:
        return IndexReport(_stored_count(target), 0, 0, 0, encoder.name)
    sources = stored.read_sources(source)
    digests = stored.text_digests(f"{s.sheet_key}\n{s.name}\n{s.text}" for s in sources)
    ids = [s.comment_id for s in sources]
    old = _old_numbers(target, digests, state)
    kept_ids = _kept_ids(target, old)
    another_model = state.get("model") not in (None, encoder.name)
    if another_model:
        _embed_ahead(target, sources, digests, encoder, report)
    fresh = np.flatnonzero(old < 0)
    removed = _stored_count(target) - int((old >= 0).sum())
    with _transaction(target):
        same_order = bool((old == np.arange(len(old))).all())
        if state.get("format") != FORMAT or len(fresh) or removed or not same_order:
            _renew_passages(target, sources, old, fresh, report, workers)
        if another_model:
            codes, embedded = stored.take_ahead(target, digests, encoder.dimensions), len(sources)
        else:
            codes, embedded = _carried_codes(target, sources, kept_ids, encoder, report)
        _write_vectors(target, ids, codes)
        _write_columns(target, sources, digests, codes)
        _renew_names(target, sources)
        store_expressions(target, expressions)
        stored.write_state(target, wanted)
    return IndexReport(len(sources), len(fresh), removed, embedded, encoder.name)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """BEGIN … COMMIT, or ROLLBACK on any error, whatever isolation level the connection has."""
    if connection.in_transaction:
        connection.commit()
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _old_numbers(
    connection: sqlite3.Connection, digests: npt.NDArray[np.int64], state: dict[str, str]
) -> npt.NDArray[np.int64]:
    """For each passage its number in the index as it stands, -1 where it is new."""
    before = stored.read_array(connection, "digests")
    numbers = np.full(len(digests), -1, np.int64)
    if before is None or state.get("format") != FORMAT:
        return numbers
    places: dict[int, list[int]] = {}
    for number, digest in enumerate(np.frombuffer(before, np.int64).tolist()):
        places.setdefault(digest, []).append(number)
    for new, digest in enumerate(digests.tolist()):
        if waiting := places.get(digest):
            numbers[new] = waiting.pop(0)
    return numbers


def _kept_ids(connection: sqlite3.Connection, old: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each passage the id under which the index holds its vector, -1 where it is new."""
    before = np.frombuffer(stored.read_array(connection, "comment_ids") or b"", np.int64)
    out = np.full(len(old), -1, np.int64)
    out[old >= 0] = before[old[old >= 0]]
    return out


def _stored_count(connection: sqlite3.Connection) -> int:
    before = stored.read_array(connection, "digests")
    return 0 if before is None else len(before) // 8


def _renew_passages(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    old: npt.NDArray[np.int64],
    fresh: npt.NDArray[np.int64],
    report: Progress,
    workers: int,
) -> None:
    read = distinct([sources[i].text for i in fresh.tolist()], fresh)
    by_word, by_gram = PostingsBuilder(), PostingsBuilder()
    if (old >= 0).any():
        new_numbers = np.full(_stored_count(connection), -1, np.int64)
        new_numbers[old[old >= 0]] = np.flatnonzero(old >= 0)
        for arm, builder in ((Arm.WORDS, by_word), (Arm.GRAMS, by_gram)):
            _carry_over(builder, stored.read_arm(connection, arm), new_numbers)
    done = 0
    for found in _words_of(read.texts, workers):
        by_word.add(read.passages_of(done, done + len(found)), found)
        done += len(found)
        report("単語の索引", done, len(read.texts))
    for start in range(0, len(read.texts), _GRAM_CHUNK):
        part = read.texts[start : start + _GRAM_CHUNK]
        terms, starts, owners, counts = count_grams([normalise(text) for text in part])
        by_gram.add_entries(terms, *read.spread(starts, owners.astype(np.int64) + start, counts))
        report("文字の索引", start + len(part), len(read.texts))
    for arm, builder in ((Arm.WORDS, by_word), (Arm.GRAMS, by_gram)):
        _write_arm(connection, arm, builder.build(), len(sources))


def _write_arm(connection: sqlite3.Connection, arm: Arm, postings: Postings, documents: int) -> None:
    stored.write_arm(connection, arm, postings)
    lengths = np.bincount(
        postings.documents, weights=postings.counts.astype(np.float64), minlength=documents
    ).astype(np.int32)
    stored.write_arrays(connection, {LENGTHS[arm]: lengths.tobytes()})


def _carry_over(builder: PostingsBuilder, postings: Postings, new_numbers: npt.NDArray[np.int64]) -> None:
    documents = new_numbers[postings.documents]
    kept = documents >= 0
    owners = np.repeat(np.arange(len(postings.terms)), np.diff(postings.starts))
    sizes: list[int] = np.bincount(owners[kept], minlength=len(postings.terms)).tolist()
    lasting = [i for i, size in enumerate(sizes) if size]
    starts = np.cumsum([0, *(sizes[i] for i in lasting)], dtype=np.int64)
    builder.add_entries(
        [postings.terms[i] for i in lasting], starts, documents[kept].astype(np.int32), postings.counts[kept]
    )


def _words_of(texts: Sequence[str], workers: int) -> Iterator[list[list[str]]]:
    """The words of each text, in chunks, in order."""
    chunks = [texts[i : i + _CHUNK] for i in range(0, len(texts), _CHUNK)]
    if workers <= 1 or len(texts) < _PARALLEL_FROM:
        yield from map(_words_of_chunk, chunks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_words_of_chunk, chunks)


def _words_of_chunk(texts: Sequence[str]) -> list[list[str]]:
    return [words(text) for text in texts]


def _embeddable(source: Source) -> str:
    """What is embedded for a passage: its project's name and the text."""
    return f"{source.name} {source.text}"[:_LONGEST_EMBEDDED]


def _embed_ahead(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    digests: npt.NDArray[np.int64],
    encoder: Encoder,
    report: Progress,
) -> None:
    """Embed every passage with a model the index was not made with, a batch at a time, each kept at once."""
    done = stored.embedded_ahead(connection, encoder.name)
    waiting = [i for i, digest in enumerate(digests.tolist()) if digest not in done]
    total = len(digests)
    for start in range(0, len(waiting), _EMBEDDED_AT_ONCE):
        part = waiting[start : start + _EMBEDDED_AT_ONCE]
        codes = quantise(encoder.passages([_embeddable(sources[i]) for i in part]))
        with _transaction(connection):
            stored.write_ahead(connection, encoder.name, digests[part], codes)
        report("意味の索引", total - len(waiting) + start + len(part), total)


def _carried_codes(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    kept_ids: npt.NDArray[np.int64],
    encoder: Encoder,
    report: Progress,
) -> tuple[CodeArray, int]:
    """The codes of all passages: those the index has, the others embedded now; and how many those were."""
    codes = read_codes(connection, kept_ids.tolist(), encoder.dimensions)
    waiting = np.flatnonzero(kept_ids < 0)
    read = distinct([_embeddable(sources[i]) for i in waiting.tolist()], waiting)
    for start in range(0, len(read.texts), _EMBEDDED_AT_ONCE):
        part = read.texts[start : start + _EMBEDDED_AT_ONCE]
        embedded = quantise(encoder.passages(part))
        bounds = read.starts[start : start + len(part) + 1]
        codes[read.passages[bounds[0] : bounds[-1]]] = np.repeat(embedded, np.diff(bounds), axis=0)
        report("意味の索引", start + len(part), len(read.texts))
    return codes, len(waiting)


def _write_vectors(connection: sqlite3.Connection, ids: Sequence[int], codes: CodeArray) -> None:
    connection.execute("DELETE FROM _search_vectors")
    write_codes(connection, ids, codes)


def _write_columns(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    digests: npt.NDArray[np.int64],
    codes: CodeArray,
) -> None:
    of_sheet: dict[str, Source] = {}
    for source in sources:
        of_sheet.setdefault(source.sheet_key, source)
    keys = list(of_sheet)
    items = sorted({s.item for s in sources})
    sheet_number = {key: i for i, key in enumerate(keys)}
    item_number = {item: i for i, item in enumerate(items)}
    texts: dict[str, int] = {}
    sheets = np.array([sheet_number[s.sheet_key] for s in sources], np.int32)
    stored.write_arrays(
        connection,
        {
            "comment_ids": np.array([s.comment_id for s in sources], np.int64).tobytes(),
            "sheets": sheets.tobytes(),
            "items": np.array([item_number[s.item] for s in sources], np.int16).tobytes(),
            "years": np.array([_year(s.year) for s in sources], np.int16).tobytes(),
            "texts": np.array(
                [texts.setdefault(normalise(s.text), len(texts)) for s in sources], np.int32
            ).tobytes(),
            "projects": np.array(
                [_project(i, s) for i, s in enumerate(of_sheet.values())], np.int64
            ).tobytes(),
            "published": np.array([_published(key) for key in keys], np.int16).tobytes(),
            "digests": digests.tobytes(),
            "sheet_keys": stored.joined(keys),
            "item_names": stored.joined(items),
            "bits": signs(codes).tobytes(),
            "sheet_codes": _sheet_codes(codes, sheets, len(keys)).tobytes(),
        },
    )


def _sheet_codes(codes: CodeArray, sheets: IntArray, total: int) -> CodeArray:
    """A sheet's vector is the mean of its passages' vectors."""
    out = np.zeros((total, codes.shape[1]), np.int8)
    starts = np.searchsorted(sheets, np.arange(total + 1))
    for first in range(0, total, _CHUNK):
        last = min(first + _CHUNK, total)
        part = codes[starts[first] : starts[last]].astype(np.float32)
        part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        out[first:last] = quantise(np.add.reduceat(part, starts[first:last] - starts[first], axis=0))
    return out


def _year(year: int | None) -> int:
    return year if year is not None and 0 < year < 10_000 else 0


def _project(number: int, source: Source) -> int:
    """The project, or a number no other has for a sheet without one."""
    return source.project if source.project is not None else -1 - number


def _published(sheet_key: str) -> int:
    """A sheet's key begins with its 公開年度."""
    return int(sheet_key[:4]) if sheet_key[:4].isdigit() else 0


def _renew_names(connection: sqlite3.Connection, sources: Sequence[Source]) -> None:
    named = {s.sheet_key: s.name for s in sources}
    names = list(named.values())
    digest = stored.text_digests(["\n".join(f"{k}\t{n}" for k, n in named.items())]).tobytes()
    if stored.read_array(connection, "names_digest") == digest:
        return
    read = distinct(names, np.arange(len(names)))
    numbers = read.passages_of(0, len(read.texts))
    by_word, by_gram = PostingsBuilder(), PostingsBuilder()
    by_word.add(numbers, map(words, read.texts))
    by_gram.add(numbers, (telling_grams(normalise(name)) for name in read.texts))
    for arm, builder in ((Arm.NAME_WORDS, by_word), (Arm.NAME_GRAMS, by_gram)):
        _write_arm(connection, arm, builder.build(), len(names))
    stored.write_arrays(connection, {"names_digest": digest})

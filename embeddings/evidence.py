"""What the index says for every passage and every sheet about one question: the features of the ranking.

Rarity is BM25's idf. A term that stands in a project's name counts for the project, not for its passages:
what tells a project's passages apart is the rest of the question. Each feature is a plain sum over the
question's terms; what it weighs stands in ``embeddings.weights``.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.field_prior import field_probabilities
from embeddings.grams import normalise, telling_grams
from embeddings.passage_index import Arm, PassageIndex
from embeddings.postings import ByteArray, IntArray
from embeddings.thesaurus import expand
from embeddings.words import words

FloatArray = npt.NDArray[np.float32]
Features = dict[str, FloatArray]

_SATURATION = {
    Arm.WORDS: (1.2, 0.5),
    Arm.GRAMS: (1.2, 0.5),
    Arm.NAME_WORDS: (1.2, 0.5),
    Arm.NAME_GRAMS: (1.2, 0.5),
}
"""BM25's k1 and b."""
_SHEET_K1, _SHEET_B = 3.0, 0.5
_EVERYWHERE = 0.25
"""A term that stands in a larger share of the passages is passed over: it tells nothing and costs the most."""
_MOST_ADDED = 40
"""Terms of each kind the thesaurus may add: the surest ones."""
_WESTERN = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ERA = re.compile(r"(令和|平成|(?<![a-z])[rh](?=\d{1,2}(?:[年ぁ-ん]|\W|$)))(元|\d{1,2})(?!\d)", re.IGNORECASE)
"""An era's letter counts only before a year alone: R5年度, H29の, but not H3ロケット."""
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A question as the index sees it: terms and what each is worth (1; less where the thesaurus added it)."""

    words: dict[str, float]
    grams: dict[str, float]
    expanded_words: dict[str, float]
    expanded_grams: dict[str, float]
    years: frozenset[int]

    @property
    def empty(self) -> bool:
        """True where there is nothing to look for."""
        return not (self.words or self.grams)


def query_terms(connection: sqlite3.Connection, question: str) -> QueryTerms:
    """Take a question apart and add what the thesaurus knows for its expressions."""
    folded = normalise(question)
    found = words(question)
    own_words = dict.fromkeys(found, 1.0)
    own_grams = dict.fromkeys(telling_grams(folded), 1.0)
    added_words: dict[str, float] = {}
    added_grams: dict[str, float] = {}
    for term, weight in expand(connection, folded, found).items():
        for parts, own, added in (
            (words(term), own_words, added_words),
            (telling_grams(normalise(term)), own_grams, added_grams),
        ):
            share = weight / max(1, len(parts)) ** 0.5
            for part in parts:
                if part not in own:
                    added[part] = max(added.get(part, 0.0), share)
    return QueryTerms(
        own_words, own_grams, _surest(added_words), _surest(added_grams), written_years(question)
    )


def _surest(terms: dict[str, float]) -> dict[str, float]:
    return dict(sorted(terms.items(), key=lambda entry: -entry[1])[:_MOST_ADDED])


def written_years(question: str) -> frozenset[int]:
    """The years a question writes, Western."""
    text = unicodedata.normalize("NFKC", question)
    years = {int(m[1]) for m in _WESTERN.finditer(text)}
    for m in _ERA.finditer(text):
        years.add(_ERAS[m[1].lower()] + (1 if m[2] == "元" else int(m[2])))
    return frozenset(years)


def speaks_of_any(index: PassageIndex, terms: QueryTerms) -> bool:
    """True where a passage, its 項目 or a project's name holds a term of the question, its own or the thesaurus's."""
    if any(pair in normalise(item) for item in index.item_names for pair in terms.grams):
        return True
    for arms, asked in (
        ((Arm.WORDS, Arm.NAME_WORDS), (*terms.words, *terms.expanded_words)),
        ((Arm.GRAMS, Arm.NAME_GRAMS), (*terms.grams, *terms.expanded_grams)),
    ):
        for arm in arms:
            index.fetch(arm, asked)
            if any(index.entries(arm, term) is not None for term in asked):
                return True
    return False


@dataclass(slots=True)
class Evidence:
    """Features by name: of the passages looked at (``chosen``: their numbers, None for all), of all sheets."""

    chosen: IntArray | None
    passages: Features
    sheets: Features
    rarities: dict[str, float]
    """Character pairs of the question and of what the thesaurus added → what finding one is worth."""


def gather(index: PassageIndex, terms: QueryTerms, question: str, chosen: IntArray | None = None) -> Evidence:
    """The lexical evidence, the years' and the box's.

    chosen  ascending numbers of the only passages looked at; then nothing is said about sheets
    """
    found = Evidence(chosen, {}, {}, {})
    for arm, name_arm, own, added, label in (
        (Arm.WORDS, Arm.NAME_WORDS, terms.words, terms.expanded_words, "words"),
        (Arm.GRAMS, Arm.NAME_GRAMS, terms.grams, terms.expanded_grams, "grams"),
    ):
        scale = 0.0
        index.fetch(arm, (*own, *added))
        index.fetch(name_arm, (*own, *added))
        for prefix, asked in (("", own), ("expanded_", added)):
            sums = _Sums(index, chosen)
            for term, worth in asked.items():
                sums.add(arm, name_arm, term, worth)
            scale = scale or sums.possible or 1.0
            found.passages[f"{prefix}{label}"] = sums.passages / np.float32(scale)
            found.passages[f"local_{prefix}{label}"] = sums.local / np.float32(max(1, len(own)))
            if chosen is None:
                found.sheets[f"sheet_{prefix}{label}"] = sums.sheets / np.float32(scale)
                found.sheets[f"name_{prefix}{label}"] = sums.names / np.float32(scale)
            if arm is Arm.GRAMS:
                found.rarities.update(sums.rarities)
    found.passages.update(_years(_of(index.years, chosen), terms.years))
    probable = np.log(np.array(field_probabilities(question, index.item_names), np.float32))
    found.passages["field"] = probable[_of(index.items, chosen)]
    return found


class _Sums:
    """Sums over the terms of one kind; ``add`` does a term."""

    def __init__(self, index: PassageIndex, chosen: IntArray | None) -> None:
        self._index = index
        self._chosen = chosen
        self.passages = np.zeros(index.size if chosen is None else len(chosen), np.float32)
        self.local = np.zeros_like(self.passages)
        self.sheets = np.zeros(len(index.sheet_keys), np.float32)
        self.names = np.zeros(len(index.sheet_keys), np.float32)
        self._named = np.zeros(len(index.sheet_keys), bool)
        self.possible = 0.0
        self.rarities: dict[str, float] = {}

    def add(self, arm: Arm, name_arm: Arm, term: str, worth: float) -> None:
        index = self._index
        named = index.entries(name_arm, term)
        if named is not None and self._chosen is None:
            owners, counts = named
            rarity = np.float32(worth * _rarity(len(owners), len(index.sheet_keys)))
            self.names[owners] += rarity * _gain(
                counts, index.norms(name_arm, *_SATURATION[name_arm])[owners], 1.2
            )
        held = index.entries(arm, term)
        if held is None:
            return
        owners, counts = held
        if len(owners) > _EVERYWHERE * index.size:
            return
        rarity = np.float32(worth * _rarity(len(owners), index.size))
        self.possible += float(rarity)
        self.rarities[term] = float(rarity)
        places = owners
        if self._chosen is not None:
            places, owners, counts = _only(self._chosen, owners, counts)
            if not len(owners):
                return
        k1, b = _SATURATION[arm]
        gain = _gain(counts, index.norms(arm, k1, b)[owners], k1)
        sheet_of = index.sheets[owners]
        if named is not None:
            self._named[named[0]] = True
            gain[self._named[sheet_of]] = 0.0
            self._named[named[0]] = False
        self.passages[places] += rarity * gain
        begins = np.ones(len(sheet_of), bool)
        np.not_equal(sheet_of[1:], sheet_of[:-1], out=begins[1:])
        firsts = np.flatnonzero(begins)
        holders = sheet_of[firsts]
        holding = np.append(firsts[1:], len(sheet_of)) - firsts
        size = (index.starts[holders + 1] - index.starts[holders]).astype(np.float32)
        rare_here = np.log(1 + (size - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        self.local[places] += np.float32(worth) * np.repeat(rare_here, holding) * gain
        if self._chosen is None:
            occurrences = np.add.reduceat(counts.astype(np.float32), firsts)
            rarity = np.float32(worth * _rarity(len(holders), len(index.sheet_keys)))
            norms = index.sheet_norms(arm, _SHEET_K1, _SHEET_B)[holders]
            self.sheets[holders] += rarity * _gain(occurrences, norms, _SHEET_K1)


def _only(chosen: IntArray, owners: IntArray, counts: ByteArray) -> tuple[IntArray, IntArray, ByteArray]:
    """Of a term's passages those chosen: (places among the chosen, passages, counts)."""
    at = np.searchsorted(owners, chosen)
    at[at == len(owners)] = 0
    places = np.flatnonzero(owners[at] == chosen).astype(np.int32)
    return places, chosen[places], counts[at[places]]


def _gain(counts: npt.NDArray[np.generic], norms: FloatArray, k1: float) -> FloatArray:
    occurrences = counts.astype(np.float32)
    return np.asarray(occurrences * np.float32(k1 + 1) / (occurrences + norms), np.float32)


def _rarity(holders: int, total: int) -> float:
    return float(np.log(1 + (total - holders + 0.5) / (holders + 0.5)))


def _of(values: npt.NDArray[np.int16], chosen: IntArray | None) -> npt.NDArray[np.int16]:
    return values if chosen is None else values[chosen]


def _years(years: npt.NDArray[np.int16], asked: frozenset[int]) -> Features:
    """A request for year N is explained in the row of N − 1, spending in that of N: neither is another year."""
    if not asked:
        return {"other_year": np.zeros(len(years), np.float32)}
    near = [*asked, *(year - 1 for year in asked)]
    return {"other_year": ((years > 0) & ~np.isin(years, near)).astype(np.float32)}

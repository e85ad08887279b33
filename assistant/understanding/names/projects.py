"""The names of all projects, found in a text exactly, shortened, or by likeness.

Two questions are kept apart. *Which name is nearest?* – character pairs weighted by how rare they are among
the names. *Is it that project at all?* – what the phrase says beyond the name must stand in the project's own
texts; a phrase with rare words that neither has is no name for it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from assistant.patterns import pattern
from assistant.query import ProjectRef
from assistant.understanding.names.kept_names import KeptNames, keep_names, kept_names
from assistant.understanding.words.normalise import (
    HIRAGANA,
    KANJI,
    KATAKANA,
    LATIN,
    Squeezed,
    name_key,
    script,
)
from db.fulltext import match_query

if TYPE_CHECKING:
    from assistant.understanding.names.pairs import PairIndex

_BRACKETED = pattern(r"[(（＜<\[【][^()（）＜＞<>\[\]【】]*[)）＞>\]】]")
_SPELLED = pattern(
    r"(?P<full>[一-鿿ァ-ヺー・=＝]{4,30})\((?:以下[、,]?)?「?(?P<short>[A-Za-z]{3,10})」?[、,)」]"
)
_OPENING = pattern(r"[(（＜<\[【]")
_NUMBERED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ETC = pattern(r"等(?=$|の)")
_INNER = pattern(r"[(（＜<]([^()（）＜＞<>]{4,})[)）＞>]")
_HEAD = pattern(
    r"^(?:[①-⑳]|独立行政法人|国立研究開発法人|国立大学法人|公益財団法人|公益社団法人|一般財団法人|一般社団法人|特殊法人|認可法人)"
)
_TAIL = pattern(
    r"(?:等)?(?:に(?:必要な|要する|係る|関する|伴う)|のための|関係|関連)?"
    r"(?:事業費補助金|経費|事業費|事務費|委託費|事業|費用|費|補助金|補助)(?:等)?$"
)
# 「…対策事業（令和３年度）」 is no project called 令和3年度
_YEAR_ALONE = pattern(
    r"(?:明治|大正|昭和|平成|令和|[mtshr])?(?:\d{1,4}|元)年?度?(?:分|予算|補正|補正予算|当初予算|限り|まで|から|以降|開始|新規)*"
)
# a question names its project first, more often than not
_FIRST_PHRASE = 1.15
_SHEETS_READ = 2
_ROWS_READ = 200
MIN_SHORT = 5
_FEW_NAMES = 3
LONG_NAME = 8


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the database: every sheet of it, newest first. ``ministries``: as in either column."""

    number: int
    project_id: int | None
    name: str
    ministry: str
    ministries: frozenset[str]
    sheet_keys: tuple[str, ...]

    def ref(self, score: float = 1.0) -> ProjectRef:
        """The project as a query names it."""
        return ProjectRef(
            self.name, self.ministry, self.sheet_keys, self.project_id, round(min(score, 1.0), 3)
        )


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A stretch of the squeezed text that is a name; ``whole`` is False for a shortened one (without 事業 …)."""

    start: int
    end: int
    projects: tuple[Project, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a phrase comes to a project; the parts are of the weight of rare pairs, 0–1.

    score    for ranking;  said  the phrase's part that the name has;  known  … that the name or the texts have
    covered  the name's part that the phrases have;  missing  pairs of the phrase that neither has
    phrase   index of the phrase that names it;  pairs  how many meaningful pairs of it the name has
    """

    project: Project
    score: float
    said: float
    known: float
    covered: float
    phrase: int
    missing: tuple[str, ...] = ()
    pairs: int = 0


class ProjectIndex:
    """Names of all projects, read once per connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept = kept_names(connection)
        if self._kept is not None:
            self._take(self._kept)
        else:
            self._make()
        self.single = self.projects[0] if len(self.projects) == 1 else None
        self._keys = list(self._whole)
        self._longest = max(map(len, self._keys), default=0)

    def _make(self) -> None:
        projects, names, rows = _load(self._connection)
        self.projects: Sequence[Project] = projects
        self.newest = max((r[5] for r in rows if r[5] is not None), default=None)
        self.own = frozenset(r[3] for r in rows if r[3])
        self.policy = frozenset(r[4] for r in rows if r[4])
        self._names = names
        whole: dict[str, set[int]] = {}
        for name, numbers in names.items():
            key = name_key(name)
            if key:
                whole.setdefault(key, set()).update(numbers)
        self._whole: Mapping[str, Sequence[int]] = {key: sorted(numbers) for key, numbers in whole.items()}

    def _take(self, kept: KeptNames) -> None:
        said = kept.json("projects")
        self.projects = _Projects(said["projects"])
        self.newest = said["newest"]
        self.own, self.policy = frozenset(said["own"]), frozenset(said["policy"])
        self._whole = said["whole"]

    def keep(self) -> None:
        """Write what was made of the names into the database (``kept_names``), where it does not stand there."""
        if self._kept is not None:
            return
        said = {
            "projects": [
                [x.project_id, x.name, x.ministry, sorted(x.ministries), x.sheet_keys] for x in self.projects
            ],
            "newest": self.newest,
            "own": sorted(self.own),
            "policy": sorted(self.policy),
            "whole": self._whole,
        }
        parts = {
            "projects": json.dumps(said, ensure_ascii=False).encode(),
            "short": json.dumps(self._short, ensure_ascii=False).encode(),
            **{f"pairs {name}": content for name, content in self._pairs.to_bytes().items()},
        }
        keep_names(self._connection, parts)

    @cached_property
    def _short(self) -> Mapping[str, Sequence[int]]:
        """Shortened names, needed when a question first has no whole one."""
        if self._kept is not None:
            kept: Mapping[str, Sequence[int]] = self._kept.json("short")
            return kept
        short: dict[str, set[int]] = {}
        inner: set[str] = set()
        for name, numbers in self._names.items():
            bare = {_BRACKETED.sub("", _BRACKETED.sub("", name)).strip()} if _OPENING.search(name) else ()
            for form in shortened(name):
                key = name_key(form)
                if len(key) < 2 or _YEAR_ALONE.fullmatch(key):
                    continue
                if form in _INNER.findall(name):
                    inner.add(key)
                if key not in self._whole and (len(key) >= MIN_SHORT or form in bare):
                    short.setdefault(key, set()).update(numbers)
        # what many names have in brackets (任意拠出金) is a kind of project, the name of none
        return {
            key: sorted(numbers)
            for key, numbers in short.items()
            if key not in inner or len(numbers) <= _FEW_NAMES
        }

    # -------------------------------------------------------------- exact and shortened names

    def exact(self, text: Squeezed, alone: Callable[[int, int], bool]) -> list[NameMatch]:
        """Names standing in the text, the longest first, without overlap, from left to right.

        Shortened names are looked for where no long whole name stands. ``alone(start, end)`` says whether the
        squeezed stretch stands as a word of its own.
        """
        found = self._read(text, alone)
        if found or "の" not in text.text:
            return found
        # 「デコ活の推進事業」 for 「デコ活推進事業」
        at = [i for i, ch in enumerate(text.text) if ch != "の"]
        shorter = Squeezed("".join(text.text[i] for i in at), tuple(text.index[i] for i in at))
        again = self._read(shorter, lambda start, end: alone(at[start], at[end - 1] + 1))
        return [
            replace(m, start=at[m.start], end=at[m.end - 1] + 1)
            for m in again
            if m.end - m.start >= MIN_SHORT
        ]

    def _read(self, text: Squeezed, alone: Callable[[int, int], bool]) -> list[NameMatch]:
        found = self._standing(text, self._whole, alone, whole=True)
        if not any(m.end - m.start >= LONG_NAME for m in found):
            # a longer shortened name takes precedence over a short whole one inside it
            short = self._standing(text, self._short, alone, whole=False)
            longer = [
                m
                for m in short
                if not any(_overlap(m, f) and m.end - m.start <= f.end - f.start for f in found)
            ]
            found = [f for f in found if not any(_overlap(f, m) for m in longer)] + longer
        return sorted(found, key=lambda m: m.start)

    def _standing(
        self,
        text: Squeezed,
        names: Mapping[str, Sequence[int]],
        alone: Callable[[int, int], bool],
        whole: bool,
    ) -> list[NameMatch]:
        s = text.text
        candidates = [
            (start, end)
            for start in range(len(s) - 1)
            for end in range(start + 2, min(len(s), start + self._longest) + 1)
            if s[start:end] in names
        ]
        found: list[NameMatch] = []
        for start, end in sorted(candidates, key=lambda c: (c[0] - c[1], c[0])):
            if any(m.start < end and start < m.end for m in found) or not alone(start, end):
                continue
            found.append(NameMatch(start, end, tuple(self.projects[n] for n in names[s[start:end]]), whole))
        return found

    # -------------------------------------------------------------- likeness

    @cached_property
    def _pairs(self) -> PairIndex:
        # numpy is loaded only for a question that names no project exactly
        from assistant.understanding.names.pairs import PairIndex

        if self._kept is not None:
            return PairIndex.from_bytes({name: self._kept.bytes(f"pairs {name}") for name in PairIndex.PARTS})
        return PairIndex.of(self._keys)

    def weight(self, pair: str) -> float:
        """How rare a pair of characters is among the names (natural log); pairs in none weigh most."""
        return self._pairs.weight(pair)

    def nearest(
        self, phrases: Sequence[str], ministries: frozenset[str] = frozenset(), limit: int = 8
    ) -> list[Nearness]:
        """Projects whose names share most with the phrases (squeezed), best first.

        Projects of ``ministries`` (府省庁 named in the question) are preferred.
        """
        pairs = {p for phrase in phrases for p in pairs_of(phrase)}
        if not pairs or not self._keys:
            return []
        best: dict[int, Nearness] = {}
        for k, score in self._pairs.best(pairs, limit * 6):
            key = self._keys[k]
            for number in self._whole[key]:
                near = self._nearness(self.projects[number], key, phrases, score, ministries)
                if number not in best or near.score > best[number].score:
                    best[number] = near
        return sorted(best.values(), key=lambda n: (-n.score, n.project.number))[:limit]

    def _nearness(
        self, project: Project, key: str, phrases: Sequence[str], score: float, ministries: frozenset[str]
    ) -> Nearness:
        if ministries:
            score *= 1.25 if project.ministries & ministries else 0.7
        name_pairs = set(pairs_of(key))
        spoken = {p for phrase in phrases for p in pairs_of(phrase)}
        covered = sum(map(self.weight, spoken & name_pairs)) / (sum(map(self.weight, name_pairs)) or 1.0)
        got, said, which, count = 0.0, 0.0, 0, 0
        for i, phrase in enumerate(phrases):
            content = [p for p in pairs_of(phrase) if is_content(p)]
            shared = sum(self.weight(p) for p in content if p in name_pairs)
            if shared > got:
                got, which = shared, i
                count = sum(p in name_pairs for p in content)
                said = shared / (sum(map(self.weight, content)) or 1.0)
        if which == next((i for i, x in enumerate(phrases) if len(x) > 2), 0):
            score *= _FIRST_PHRASE
        return Nearness(project, score, said, said, covered, which, (), count)

    def explain(self, near: Nearness, phrase: str) -> Nearness:
        """Add what the project's own texts explain of the phrase, and what remains unexplained."""
        texts = self.texts(near.project)
        content = [p for p in pairs_of(phrase) if is_content(p)]
        total = sum(map(self.weight, content)) or 1.0
        missing = tuple(p for p in content if p not in texts)
        return replace(near, known=1.0 - sum(map(self.weight, missing)) / total, missing=missing)

    def texts(self, project: Project) -> str:
        """Names, 府省庁 and everything the project's newest sheets say, squeezed."""
        parts = [project.name, project.ministry, *sorted(project.ministries)]
        for key in project.sheet_keys[:_SHEETS_READ]:
            rows = self._connection.execute(
                "SELECT 本文 FROM comments WHERE sheet_key = ? LIMIT ?", (key, _ROWS_READ)
            )
            parts += [r[0] for r in rows if r[0]]
            for table in ("payees", "expenses"):
                paid = self._connection.execute(
                    f"SELECT DISTINCT 支出先 FROM {table} WHERE sheet_key = ? LIMIT ?", (key, _ROWS_READ)
                )
                parts += [r[0] for r in paid if r[0]]
        return "\n".join(map(name_key, parts))

    def spelled_out(self, letters: str) -> str:
        """What the texts of the sheets shorten to these letters most often (unhcr: 国連難民高等弁務官事務所), "" if nothing."""
        rows = self._connection.execute(
            "SELECT c.本文 FROM comments c WHERE c.id IN (SELECT rowid FROM comments_fts WHERE comments_fts MATCH ? LIMIT ?)",
            (match_query(letters), _ROWS_READ),
        )
        found: dict[str, int] = {}
        for (text,) in rows:
            for m in _SPELLED.finditer(unicodedata.normalize("NFKC", text or "")):
                if m.group("short").lower() == letters:
                    full = name_key(m.group("full"))
                    found[full] = found.get(full, 0) + 1
        return max(found, key=lambda full: (found[full], -len(full)), default="")

    def written_out(self, word: str) -> str:
        """The stretch of the projects' names that a word of a few kanji is short for, "" if nothing or several."""
        from assistant.understanding.names.abbreviations import written_out

        return written_out(word, self._keys)

    def by_number(self, column: str, value: str) -> tuple[Project, ...]:
        """Projects by 予算事業ID or 事業番号."""
        if column not in ("予算事業ID", "事業番号"):
            raise KeyError(column)
        rows = self._connection.execute(f'SELECT sheet_key FROM sheets WHERE "{column}" = ?', (value,))
        keys = {r[0] for r in rows}
        return tuple(p for p in self.projects if keys.intersection(p.sheet_keys)) if keys else ()


def _overlap(a: NameMatch, b: NameMatch) -> bool:
    return a.start < b.end and b.start < a.end


def shortened(name: str) -> set[str]:
    """What people leave of a name: without brackets, without the corporation's kind, without 事業 or 経費."""
    forms = {name}
    if _OPENING.search(name):
        forms.add(_BRACKETED.sub("", _BRACKETED.sub("", name)))
        forms.update(_INNER.findall(name))
    if "／" in name or "/" in name:
        forms.update(re.split(r"[／/]", name))
    for form in list(forms):
        core = form.strip()
        if "法人" in core or core[:1] in _NUMBERED:
            core = _HEAD.sub("", core)
            forms.add(core)
        forms.add(_TAIL.sub("", core))
        if "等" in core:
            forms.add(_ETC.sub("", core))
    forms.discard(name)
    forms.discard("")
    return forms


def pairs_of(text: str) -> list[str]:
    """Neighbouring characters of a squeezed text."""
    return [text[i : i + 2] for i in range(len(text) - 1)]


def is_content(pair: str) -> bool:
    """A pair that carries meaning: no hiragana in it (particles, endings)."""
    return script(pair[0]) != HIRAGANA and script(pair[1]) != HIRAGANA


def stands_alone(plain: str, start: int, end: int, starts: Iterable[int], ends: Iterable[int]) -> bool:
    """Whether a stretch of the text is a word of its own: it continues no kanji, katakana or Latin word.

    ``starts`` and ``ends`` are positions where a neighbour that was read begins or ends.
    """
    left = start == 0 or start in set(ends) or not _continues(plain[start - 1], plain[start])
    right = end >= len(plain) or end in set(starts) or not _continues(plain[end - 1], plain[end])
    return left and right


def _continues(a: str, b: str) -> bool:
    joined = (KANJI, KATAKANA, LATIN)
    return script(a) in joined and script(b) in joined


class _Projects(Sequence[Project]):
    """Projects made from what was kept of them when they are asked for."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, number: int) -> Project: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Project]: ...
    def __getitem__(self, number: int | slice) -> Project | Sequence[Project]:
        if isinstance(number, slice):
            return [self[n] for n in range(len(self))[number]]
        number = range(len(self))[number]
        project_id, name, ministry, ministries, keys = self._rows[number]
        return Project(number, project_id, name, ministry, frozenset(ministries), tuple(keys))


# project_id, sheet_key, 事業名, 府省庁, 政策所管府省庁, 公開年度
_SheetRow = tuple[int | None, str, str, str | None, str | None, int | None]


def _load(connection: sqlite3.Connection) -> tuple[list[Project], dict[str, set[int]], list[_SheetRow]]:
    """Projects with their sheets newest first, every name with the projects that bear it, and the rows."""
    rows: list[_SheetRow] = connection.execute(
        "SELECT project_id, sheet_key, 事業名, 府省庁, 政策所管府省庁, 公開年度 FROM sheets "
        "WHERE 事業名 IS NOT NULL ORDER BY 公開年度 DESC, sheet_key"
    ).fetchall()
    groups: dict[object, list[_SheetRow]] = {}
    for row in rows:
        groups.setdefault(row[0] if row[0] is not None else row[1], []).append(row)
    projects: list[Project] = []
    names: dict[str, set[int]] = {}
    for number, sheets in enumerate(groups.values()):
        first = sheets[0]
        projects.append(
            Project(
                number,
                first[0],
                first[2],
                first[3] or "",
                frozenset(m for s in sheets for m in s[3:5] if m),
                tuple(s[1] for s in sheets),
            )
        )
        for s in sheets:
            names.setdefault(s[2], set()).add(number)
    return projects, names, rows

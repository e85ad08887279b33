"""What the default model is trained on: running text and pairs of texts that mean the same.

Read from a data folder (``rs2024/``, ``judgit/``, ``corpora/``, ``sheets/`` is not used) and from the
project's own questions. Projects that questions for measuring are about stay out of all of it: by 予算事業ID
and by 事業名 in every year.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.grams import normalise

Pair = tuple[str, str]
SheetName = tuple[int, str, str]

_SUMMARY, _BUDGETS, _REVIEW = "1-2", "2-1", "4-1"
_TEXT_COLUMNS = {
    _SUMMARY: ("事業の目的", "現状・課題", "事業の概要"),
    _BUDGETS: ("主な増減理由", "その他特記事項"),
    _REVIEW: (
        "事業所管部局による点検・改善ー点検結果",
        "事業所管部局による点検・改善ー改善の方向性",
        "事業所管部局による点検・改善－目標年度における効果測定に関する評価",
        "外部有識者による点検ー所見",
        "行政事業レビュー推進チームの所見の詳細",
        "所見を踏まえた改善点／概算要求における反映状況の詳細",
        "過去に受けた指摘事項－取りまとめ内容",
        "その他の指摘事項－指摘内容",
    ),
}
_SHORTEST = 15


@dataclass(frozen=True, slots=True)
class Question:
    """A written question and the box that answers it.

    project  予算事業ID, or (公開年度, 府省庁, 事業名) of a JUDGIT! sheet; column  欄 as that source calls it
    """

    id: str
    project: int | SheetName
    column: str
    texts: tuple[str, ...]
    terms: tuple[Pair, ...]
    year: str | None


@dataclass(slots=True)
class TrainingTexts:
    """Running texts, and pairs by where they come from (see ``load``)."""

    running: list[str] = field(default_factory=list)
    pairs: dict[str, list[Pair]] = field(default_factory=dict)


def read_questions(path: Path) -> list[Question]:
    """The questions of a file in the form of ``questions.json``."""
    return [
        Question(
            str(q["id"]),
            int(q["予算事業ID"]) if "予算事業ID" in q else (int(q["公開年度"]), q["府省庁"], q["事業名"]),
            str(q["欄"]),
            tuple(t for t in (q.get("topic"), q.get("named")) if t),
            tuple((str(a), str(b)) for a, b in q.get("terms", ())),
            None if q.get("予算年度") is None else str(q["予算年度"]),
        )
        for q in json.loads(path.read_text("utf-8"))
    ]


def load(data: Path, questions: list[Question], thesaurus: dict[str, dict[str, float]]) -> TrainingTexts:
    """Everything the model learns from.

    data        the folder with ``rs2024``, ``judgit``, ``corpora``
    questions   the questions to learn from (those held out are left out by the caller)
    thesaurus   expression of the sheets → everyday expressions
    """
    out = TrainingTexts()
    shut_out = _shut_out_ids(data)
    names, texts = _rs_texts(data, shut_out)
    hidden = {normalise(n) for i, n in names.items() if i in shut_out}
    shown = {i: n for i, n in names.items() if i not in shut_out and normalise(n) not in hidden}
    described: list[Pair] = []
    for (rs_id, column), boxes in texts.items():
        if rs_id in shown:
            for _, text in boxes:
                out.running.append(text)
                described.append((shown[rs_id] if column in _TEXT_COLUMNS[_SUMMARY] else column, text))
    out.pairs["事業名と文章"] = [p for p in described if len(p[1]) >= _SHORTEST]
    wanted = {q.project: q.column for q in questions if isinstance(q.project, tuple)}
    older: dict[SheetName, str] = {}
    for sheet, purpose, overview, again in _judgit_texts(data):
        name = sheet[2]
        if normalise(name) in hidden:
            continue
        if sheet in wanted:
            older[sheet] = purpose if wanted[sheet] == "事業目的" else overview
        if not again:
            out.running += [purpose, overview]
            out.pairs["事業名と文章"].append((name, purpose))
            if purpose and overview:
                out.pairs.setdefault("目的と概要", []).append((purpose, overview))
    asked: list[Pair] = []
    for question in questions:
        name, answer = _answer(question, shown, texts, older)
        if answer:
            asked += [(q, passage_text(name, answer)) for q in question.texts]
            asked.append((question.texts[0], name))
    out.pairs["質問と文章"] = asked
    out.pairs["ふだんの言い方"] = [
        (expression, term) for term, expressions in thesaurus.items() for expression in expressions
    ] + [pair for question in questions for pair in question.terms]
    _general(data / "corpora", out)
    out.running += [
        t for pairs in out.pairs.values() for pair in pairs for t in pair if pairs is not described
    ]
    out.running = list(dict.fromkeys(t for t in out.running if len(t) > 1))
    return out


def _answer(
    question: Question,
    names: dict[int, str],
    texts: dict[tuple[int, str], list[tuple[str | None, str]]],
    older: dict[SheetName, str],
) -> tuple[str, str]:
    """(事業名, the text that answers); an empty text where the project is left out."""
    if isinstance(question.project, tuple):
        return question.project[2], older.get(question.project, "")
    if question.project not in names:
        return "", ""
    boxes = texts.get((question.project, question.column), [])
    right = [t for year, t in boxes if question.year in (None, year)] or [t for _, t in boxes]
    return names[question.project], right[0] if right else ""


def passage_text(name: str, text: str) -> str:
    """What stands for a passage: its project's name and the text."""
    return f"{name} {text}"


def _shut_out_ids(data: Path) -> set[int]:
    listed = (data / "corpora" / "exclude_ids.txt").read_text("utf-8").split()
    ids = {int(word) for word in listed if word.isdigit()}
    measuring = data.parent / "eval" / "questions" / "rs_comments.json"
    if measuring.exists():
        ids |= {int(q["予算事業ID"]) for q in json.loads(measuring.read_text("utf-8"))}
    return ids


def _rs_texts(
    data: Path, shut_out: set[int]
) -> tuple[dict[int, str], dict[tuple[int, str], list[tuple[str | None, str]]]]:
    names: dict[int, str] = {}
    texts: dict[tuple[int, str], list[tuple[str | None, str]]] = {}
    for part, columns in _TEXT_COLUMNS.items():
        for row in _csv_rows(data / "rs2024", part):
            rs_id = int(row["予算事業ID"])
            names[rs_id] = row["事業名"]
            for column in columns:
                text = (row.get(column) or "").strip()
                if text and rs_id not in shut_out:
                    year = row["予算年度"] if part == _BUDGETS else None
                    texts.setdefault((rs_id, column), []).append((year, text))
    return names, texts


def _csv_rows(folder: Path, part: str) -> Iterator[dict[str, str]]:
    (path,) = sorted(folder.glob(f"{part}_*.zip"))
    with zipfile.ZipFile(path) as archive:
        (member,) = (n for n in archive.namelist() if n.endswith(".csv"))
        with archive.open(member) as raw:
            yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig"))


def _judgit_texts(data: Path) -> Iterator[tuple[SheetName, str, str, bool]]:
    """(sheet, 事業目的, 事業概要, whether an earlier year had the same text)."""
    seen: set[tuple[str, str]] = set()
    for path in sorted((data / "judgit").glob("*.ndjson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                sheet = json.loads(line)
                name, purpose = sheet["事業名"] or "", sheet["事業目的"] or ""
                if len(purpose) >= _SHORTEST:
                    key = (normalise(name), normalise(purpose)[:60])
                    yield (
                        (sheet["公開年度"], sheet["府省庁"], name),
                        purpose,
                        sheet["事業概要"] or "",
                        key in seen,
                    )
                    seen.add(key)


def _general(corpora: Path, out: TrainingTexts) -> None:
    """Pairs of everyday Japanese: questions and answers, captions, sentences that follow, synonyms."""
    contexts: list[Pair] = []
    for row in _json_lines(corpora / "jaquad-train.jsonl.gz"):
        contexts.append((row["question"], _around(row["context"], int(row["start"]))))
        out.running.append(row["context"])
    out.pairs["問いと段落"] = contexts
    out.pairs["似た文"] = [
        (row["sentence1"], row["sentence2"])
        for row in _json_lines(corpora / "jsts-train.jsonl.gz")
        if float(row["label"]) >= 3.5
    ]
    with gzip.open(corpora / "jsick-train.tsv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["entailment_label_Ja"] == "entailment":
                out.pairs["似た文"].append((row["sentence_A_Ja"], row["sentence_B_Ja"]))
    groups: dict[str, list[str]] = {}
    with gzip.open(corpora / "sudachi_synonyms.txt.gz", "rt", encoding="utf-8") as lines:
        for cells in csv.reader(lines):
            if len(cells) > 8:
                groups.setdefault(cells[0], []).append(cells[8])
    out.pairs["同義語"] = [
        (group[0], other)
        for group in groups.values()
        for other in dict.fromkeys(group[1:])
        if other != group[0]
    ]


def _around(context: str, start: int) -> str:
    """The part of a paragraph that holds the answer."""
    first = max(0, start - 120)
    return context[first : start + 180]


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)

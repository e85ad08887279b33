"""Learn what the search weighs: `python -m embeddings.tune --db rs.db FILE...` writes ``weights.json`` and
``field_prior.json``.

The database must be indexed with a model and a thesaurus that have not seen these questions
(`python -m embeddings.train --hold-out`, `reviewsheet index --model`), or what they add looks better than it
is. The weights are those under which the right passages get the highest probability (softmax over each
question's candidates), with a little ridge; none but the years' may be negative. What is printed is measured
on projects left out (five folds).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import numpy.typing as npt

from db.opening import open_database
from embeddings import weights as weighing
from embeddings.evidence import gather, query_terms
from embeddings.field_prior import UNSEEN, cues
from embeddings.measuring import NAMED, TOPIC, Asked, asked_of, scores
from embeddings.models import load_encoder
from embeddings.passage_index import PassageIndex
from embeddings.ranking import known_share, rank
from embeddings.search import PER_PROJECT
from embeddings.vectors import cosines, read_codes

FloatArray = npt.NDArray[np.float64]

FOLDS = 5
CANDIDATES = 500
RIDGE = 0.01
FIRST_GUESS = {
    **dict.fromkeys(("words", "grams", "sheet_words", "sheet_grams", "name_words", "name_grams"), 1.0),
    **dict.fromkeys(
        ("expanded_words", "expanded_grams", "sheet_expanded_words", "sheet_expanded_grams"), 0.5
    ),
    **dict.fromkeys(("meaning", "sheet_meaning"), 3.0),
}
"""Weights that choose each question's candidates."""
_SIGNED = frozenset(weighing.YEAR_FEATURES)
_PRIOR_STRENGTH = 0.15
_RARE_CUE = 3
_RARE_BOXES = frozenset(
    {
        "後続アウトカムへのつながり",
        "アウトカムを複数段階で設定できない理由",
        "備考",
        "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策",
        "公開プロセス結果概要",
        "指摘事項への対応状況",
    }
)
"""Boxes few ask for, though sheets may hold many of them: ``embeddings.field_prior`` asks for these first."""
_RARE_STRENGTH = 0.1
_ENDING = 8
_COUNTED_ONCE = 500
"""A rare box with so many questions would count each of them once; one with fewer counts them more."""
_FIELD = weighing.FEATURES.index("field")


@dataclass(slots=True)
class Example:
    """A question with its candidates: features (candidates, features), which are right, whose they are."""

    asked: Asked
    features: FloatArray
    right: npt.NDArray[np.bool_]
    items: npt.NDArray[np.int16]
    projects: npt.NDArray[np.int64]
    texts: npt.NDArray[np.int32]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument(
        "--prior-only", type=Path, nargs="*", default=[], help="questions for the field prior alone"
    )
    parser.add_argument(
        "--elsewhere",
        type=Path,
        required=True,
        help="questions no sheet answers: JSON lines (.gz) with question",
    )
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    options = parser.parse_args(arguments)
    connection = open_database(options.db)
    asked = asked_of(connection, options.files)
    extra = asked_of(connection, options.prior_only)
    with gzip.open(options.elsewhere, "rt", encoding="utf-8") as lines:
        elsewhere = [str(json.loads(line)["question"]) for line in lines if line.strip()]
    tune(connection, asked, extra, elsewhere, options.output)


def tune(
    connection: sqlite3.Connection,
    asked: Sequence[Asked],
    extra: Sequence[Asked],
    elsewhere: Sequence[str],
    output: Path,
) -> None:
    """Fit on these questions, say how well, write both files.

    extra      questions for the field prior alone
    elsewhere  questions of general knowledge, for telling what the sheets do not speak of
    """
    everywhere = collect(connection, asked, within=False)
    inside = collect(connection, [a for a in asked if a.kind == NAMED], within=True)
    items = PassageIndex(connection).item_names
    _say(f"{len(everywhere)} questions, {len(inside)} within their project")
    for examples, label in ((everywhere, "all"), (inside, "within")):
        _cross_validate(examples, extra, items, label)
    prior = fit_prior([*asked, *extra])
    written: dict[str, dict[str, float]] = {}
    for examples, label in ((everywhere, "all"), (inside, "within")):
        _set_field_crossed(examples, extra, items)
        found = fit_weights(examples)
        written[label] = {
            n: round(float(w), 4) for n, w in zip(weighing.FEATURES, found, strict=True) if abs(w) >= 0.001
        }
    about = [a.text for a in asked if a.kind == TOPIC]
    written["bearing"] = fit_bearing(connection, about, elsewhere[:: max(1, len(elsewhere) // len(about))])
    (output / "weights.json").write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    (output / "field_prior.json").write_text(json.dumps(prior, ensure_ascii=False) + "\n", "utf-8")


def collect(connection: sqlite3.Connection, asked: Sequence[Asked], within: bool) -> list[Example]:
    """The candidates of each question with their features: of all passages, or those of the named project."""
    index = PassageIndex(connection)
    encoder = load_encoder(index.model)
    place = {identity: number for number, identity in enumerate(index.comment_ids.tolist())}
    everything = read_codes(index.connection, index.comment_ids.tolist(), index.dimensions)
    out = []
    for number, question in enumerate(asked):
        right = np.array([place[a] for a in question.answers if a in place], np.int32)
        chosen = index.passages_of(index.sheet_numbers(question.sheet_keys)) if within else None
        found = gather(index, query_terms(index.connection, question.text), question.text, chosen)
        vector = encoder.question(question.text)
        every = np.arange(index.size, dtype=np.int32) if chosen is None else chosen
        features = dict(found.passages)
        features["meaning"] = cosines(everything[every], vector)
        if not within:
            found.sheets["sheet_meaning"] = cosines(index.sheet_codes, vector)
            features |= {n: v[index.sheets] for n, v in found.sheets.items()}
        kept = np.arange(len(every))
        if len(every) > CANDIDATES:
            guess = sum(FIRST_GUESS.get(n, 0.0) * v for n, v in features.items())
            kept = np.argpartition(-np.asarray(guess), CANDIDATES)[:CANDIDATES]
            kept = np.union1d(kept, np.searchsorted(every, right))
        passages = every[kept]
        columns = [features[n][kept] if n in features else np.zeros(len(kept)) for n in weighing.FEATURES]
        out.append(
            Example(
                question,
                np.stack(columns, axis=1).astype(np.float64),
                np.isin(passages, right),
                index.items[passages],
                index.projects[index.sheets[passages]],
                index.texts[passages],
            )
        )
        if number % 500 == 499:
            _say(f"{number + 1}/{len(asked)}")
    return out


def fit_weights(examples: Sequence[Example]) -> FloatArray:
    """The weight of each feature, in the order of ``FEATURES``."""
    from scipy.optimize import minimize

    def loss(weight: FloatArray) -> tuple[float, FloatArray]:
        total, slope = 0.0, np.zeros(len(weight))
        for example in examples:
            score = example.features @ weight
            odds = np.exp(score - score.max())
            share = odds * example.right
            total -= float(np.log(share.sum() / odds.sum()))
            slope -= (share / share.sum() - odds / odds.sum()) @ example.features
        count = len(examples)
        return total / count + RIDGE * float(weight @ weight) / 2, slope / count + RIDGE * weight

    bounds = [(None, None) if n in _SIGNED else (0.0, None) for n in weighing.FEATURES]
    found = minimize(
        loss,
        np.full(len(weighing.FEATURES), 0.5),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 150},
    )
    return np.asarray(found.x)


def fit_bearing(
    connection: sqlite3.Connection, about: Sequence[str], elsewhere: Sequence[str]
) -> dict[str, float]:
    """What tells questions the sheets speak of from others: see ``embeddings.ranking.bearing``."""
    from sklearn.linear_model import LogisticRegression

    index = PassageIndex(connection)
    encoder = load_encoder(index.model)
    rows = []
    for question in (*about, *elsewhere):
        terms = query_terms(connection, question)
        vector = encoder.question(question)
        best = rank(index, terms, question, vector, weighing.weights("all")).passages[:1]
        codes = read_codes(connection, index.comment_ids[best].tolist(), index.dimensions)
        of_sheet = index.sheet_codes[index.sheets[best]]
        rows.append([cosines(codes, vector)[0], cosines(of_sheet, vector)[0], known_share(index, terms)])
    model = LogisticRegression(C=10).fit(rows, [True] * len(about) + [False] * len(elsewhere))
    found = dict(zip(("meaning", "sheet_meaning", "known"), model.coef_[0].tolist(), strict=True))
    return {name: round(value, 4) for name, value in {"bias": float(model.intercept_[0]), **found}.items()}


def fit_prior(asked: Sequence[Asked]) -> dict[str, object]:
    """The field prior's model (``embeddings.field_prior``): of the common boxes, and of the rare ones where any is
    asked for."""
    common = [a for a in asked if a.item not in _RARE_BOXES]
    model = _fit_boxes([a.text for a in common], [a.item for a in common], _PRIOR_STRENGTH, least=0.05)
    rare = [a for a in asked if a.item in _RARE_BOXES]
    if rare:
        # how a question ends (「としているのは」) is its writer's habit and tells no box: the others end so, too
        endings = cycle(a.text[-_ENDING:] for a in rare if a.kind == TOPIC)
        turned = [a.text + ending for a, ending in zip(common, endings, strict=False) if a.kind == TOPIC]
        texts = [*(a.text for a in (*common, *rare)), *turned]
        items = [*([""] * len(common)), *(a.item for a in rare), *([""] * len(turned))]
        model["rare"] = _fit_boxes(texts, items, _RARE_STRENGTH, least=0.1)
    return model


def _fit_boxes(
    texts: Sequence[str], items: Sequence[str], strength: float, least: float
) -> dict[str, object]:
    """items, bias of each, and for each cue a weight an item; cues all of whose weights are below ``least`` are left out.

    Items of "" (none of those told apart) count once, others the more the fewer questions they have.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    cues_of = [cues(text) for text in texts]
    counts = Counter(cue for found in cues_of for cue in found)
    known = {cue: i for i, cue in enumerate(sorted(c for c, n in counts.items() if n >= _RARE_CUE))}
    rows, columns = [], []
    for row, found in enumerate(cues_of):
        for cue in found:
            if cue in known:
                rows.append(row)
                columns.append(known[cue])
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(known)))
    questions = Counter(items)
    counted = [(_COUNTED_ONCE / questions[i]) ** 0.5 if i and "" in questions else 1.0 for i in items]
    model = LogisticRegression(C=strength, max_iter=500).fit(matrix, items, sample_weight=counted)
    table = np.round(model.coef_, 2)
    return {
        "items": [str(item) for item in model.classes_],
        "bias": [round(float(b), 3) for b in model.intercept_],
        "cues": {cue: table[:, i].tolist() for cue, i in known.items() if np.abs(table[:, i]).max() >= least},
    }


def _cross_validate(
    examples: list[Example], extra: Sequence[Asked], items: Sequence[str], label: str
) -> None:
    ranks: dict[str, list[int]] = {TOPIC: [], NAMED: []}
    for fold in range(FOLDS):
        training = [e for e in examples if _fold(e.asked) != fold]
        held = [e for e in examples if _fold(e.asked) == fold]
        _set_field_crossed(training, extra, items)
        _set_field(held, fit_prior([*(e.asked for e in training), *extra]), items)
        weight = fit_weights(training)
        for example in held:
            ranks[example.asked.kind].append(place_of_answer(example, weight))
    for kind, found in ranks.items():
        if found:
            _say(
                f"{label} {kind} n={len(found)} "
                + "  ".join(f"{k} {v:.3f}" for k, v in scores(found).items())
            )


def _set_field_crossed(examples: Sequence[Example], extra: Sequence[Asked], items: Sequence[str]) -> None:
    """The field feature of each question by a prior that was learnt without its project."""
    for fold in range(FOLDS):
        held = [e for e in examples if _fold(e.asked) == fold]
        rest = [e.asked for e in examples if _fold(e.asked) != fold]
        if held and rest:
            _set_field(held, fit_prior([*rest, *extra]), items)


def _set_field(examples: Sequence[Example], prior: dict[str, object], items: Sequence[str]) -> None:
    from embeddings.field_prior import probabilities

    for example in examples:
        logs = np.log(np.maximum(probabilities(example.asked.text, items, prior), UNSEEN))
        example.features[:, _FIELD] = logs[example.items]


def place_of_answer(example: Example, weight: FloatArray) -> int:
    """Place of the first right passage among the results as the search lists them; 0 where it is not there."""
    taken: Counter[int] = Counter()
    texts: set[int] = set()
    place = 0
    for number in np.argsort(-(example.features @ weight)).tolist():
        project, text = int(example.projects[number]), int(example.texts[number])
        if text in texts or taken[project] >= PER_PROJECT:
            continue
        texts.add(text)
        taken[project] += 1
        place += 1
        if example.right[number]:
            return place
    return 0


def _fold(asked: Asked) -> int:
    return int(hashlib.md5(asked.project.encode()).hexdigest(), 16) % FOLDS


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

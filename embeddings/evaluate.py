"""How well each kind of evidence, and all together, finds the passage that answers a question:

    python -m embeddings.evaluate --db rs.db FILE...

prints a Markdown table of recall at 1, 5 and 10 and mean reciprocal rank, with 95 % intervals (projects drawn
with replacement), for the questions that name no project (topic) and those that do (named). A question file
is as ``embeddings.measuring`` says.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from db.opening import open_database
from embeddings import weights as weighing
from embeddings.measuring import NAMED, TOPIC, asked_of, intervals, scores
from embeddings.tune import Example, collect, place_of_answer

Kept = Callable[[str], bool]
"""Which features an arm has."""


def _only(*names: str) -> Kept:
    return lambda feature: feature in names


ARMS: dict[str, Kept] = {
    "BM25、文字の並び": _only("grams", "local_grams", "sheet_grams", "name_grams"),
    "BM25、単語": _only("words", "local_words", "sheet_words", "name_words"),
    "意味(埋め込み)": _only("meaning", "sheet_meaning"),
    "すべて、類語なし": lambda f: "expanded" not in f,
    "すべて、意味なし": lambda f: f not in weighing.MEANING_FEATURES,
    "すべて、事業全体の証拠なし": lambda f: f not in weighing.SHEET_FEATURES and f != "sheet_meaning",
    "すべて、欄の見当なし": lambda f: f != "field",
    "すべて": lambda f: True,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    connection = open_database(options.db)
    examples = collect(connection, asked_of(connection, options.files), within=False)
    for kind in (TOPIC, NAMED):
        print(table([e for e in examples if e.asked.kind == kind], kind))


def table(examples: Sequence[Example], kind: str) -> str:
    """The Markdown table of one kind of question."""
    names = ("R@1", "R@5", "R@10", "MRR")
    lines = [
        f"| {kind} (n={len(examples)}) | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
    ]
    every = np.array([weighing.weights("all")[f] for f in weighing.FEATURES])
    for arm, kept in ARMS.items():
        weight = every * [kept(f) for f in weighing.FEATURES]
        ranks = [place_of_answer(e, weight) for e in examples]
        ranges = intervals(ranks, [e.asked.project for e in examples])
        found = scores(ranks)
        cells = (f"{found[n]:.2f} ({ranges[n][0]:.2f}–{ranges[n][1]:.2f})" for n in names)
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

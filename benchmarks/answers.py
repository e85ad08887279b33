"""How fast questions are answered: cold start of the command, warm answers of the library.

    python benchmarks/answers.py reviews.db [questions.txt]

One question a line; without a file, questions made from the projects and fields of the database.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from assistant import Assistant
from db import open_database

PROJECTS = 25
COLD_RUNS = 5
TOPIC = "外国人の子どもの日本語指導について書いてある事業は?"
FORMS = (
    "{name}の執行率は?",
    "{name}の2023年度の執行額はいくら?",
    "{name}の改善の方向性は?",
    "{name}で不用が出た理由は?",
    "{ministry}の事業は何件?",
    "2023年度の予算額が大きい{ministry}の事業トップ5は?",
    "{name}に似た事業は?",
)


def main() -> None:
    """Print medians and 95th percentiles."""
    database = Path(sys.argv[1])
    if len(sys.argv) > 2:
        questions = [q for q in Path(sys.argv[2]).read_text("utf-8").splitlines() if q.strip()]
    else:
        questions = made_questions(database)
    for what, question in (("figure", questions[0]), ("topic", TOPIC)):
        cold = sorted(_cold(database, question) for _ in range(COLD_RUNS))
        seconds, processor = (statistics.median(part) for part in zip(*cold, strict=True))
        print(f"cold {what:6}   median {seconds:7.0f} ms  processor {processor:5.0f} ms  ({COLD_RUNS} runs)")
    assistant = Assistant(database)
    assistant.ask(questions[0])
    warm = sorted(_timed(lambda q=q: assistant.ask(q)) for q in questions)
    p95 = warm[int(len(warm) * 0.95) - 1]
    print(
        f"warm answers  median {statistics.median(warm):7.0f} ms  p95   {p95:7.0f} ms  ({len(warm)} questions)"
    )


def made_questions(database: Path) -> list[str]:
    """Questions over projects spread evenly through the database."""
    rows = (
        open_database(database).execute('SELECT "事業名", "府省庁" FROM sheets ORDER BY sheet_key').fetchall()
    )
    chosen = rows[:: max(1, len(rows) // PROJECTS)]
    return [form.format(name=name, ministry=ministry) for name, ministry in chosen for form in FORMS]


def _cold(database: Path, question: str) -> tuple[float, float]:
    """Milliseconds the command takes, and those the processor works for it (what a busy machine does not stretch)."""
    command = [sys.executable, "-m", "assistant.cli", "ask", question, "--db", str(database)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = _timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=False))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used * 1000


def _timed(run: object) -> float:
    started = time.perf_counter()
    run()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()

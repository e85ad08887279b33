"""How long a search takes: `python benchmarks/searching.py DB FILE...` (question files as for embeddings.evaluate).

Prints milliseconds of a warm search (median, 95th percentile), seconds and memory of the first search in a
new process, and passages embedded a second.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from db.opening import open_database
from embeddings.search import PassageSearch
from embeddings.static_model import default_model

_FIRST = """
import resource, sys, time
started = time.perf_counter()
from db.opening import open_database
from embeddings.search import PassageSearch
PassageSearch(open_database(sys.argv[1])).search(sys.argv[2])
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
EMBEDDED = 20_000


def main() -> None:
    """Command line: a database and question files."""
    database, *files = sys.argv[1:]
    asked = [
        q.get("topic") or q.get("q_topic") for f in files for q in json.loads(Path(f).read_text("utf-8"))
    ]
    questions = [q for q in asked if q]
    with closing(open_database(database)) as connection:
        search = PassageSearch(connection)
        search.search(questions[0])
        times = []
        for question in questions:
            started = time.perf_counter()
            search.search(question)
            times.append((time.perf_counter() - started) * 1000)
        texts = [
            r[0]
            for r in connection.execute("SELECT 本文 FROM comments WHERE 本文 <> '' LIMIT ?", (EMBEDDED,))
        ]
    times.sort()
    print(
        f"warm   median {statistics.median(times):.0f} ms   p95 {times[int(len(times) * 0.95)]:.0f} ms   ({len(times)})"
    )
    done = subprocess.run(
        [sys.executable, "-c", _FIRST, database, questions[0]], capture_output=True, text=True, check=True
    )
    seconds, memory = map(float, done.stdout.split())
    print(f"first  {seconds:.2f} s   {memory:.0f} MiB")
    started = time.perf_counter()
    default_model().encode(texts)
    print(f"embed  {len(texts) / (time.perf_counter() - started):,.0f} passages/s")


if __name__ == "__main__":
    main()

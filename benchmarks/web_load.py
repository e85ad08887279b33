"""Forty readers, each asking a question or opening a page every three seconds: how long they wait.

    python benchmarks/web_load.py reviews.db [--readers 40] [--seconds 60]

Starts ``reviewsheet serve``'s own server in a process of its own and prints the median and the 95th percentile
by kind of request. Questions and sheets are drawn from the database, so that few are asked twice.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from urllib.parse import quote

import httpx

SERVE = "import sys; from assistant.web.server import serve; serve(sys.argv[1], port=0)"
PAUSE_SECONDS = 3.0
FIELDS = ("執行率", "執行額", "予算額", "目的", "改善の方向性", "不用額")


def requests(database: str, count: int) -> list[tuple[str, str]]:
    """(kind, path) in random order: half questions, half pages."""
    connection = sqlite3.connect(f"file:{quote(database)}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT sheet_key, 事業名, 府省庁 FROM sheets ORDER BY random() LIMIT ?", (count,)
    ).fetchall()
    connection.close()
    name = re.sub(r"\.[^.]*$", "", database.rsplit("/", 1)[-1])
    chosen = random.Random(0)
    out = []
    for key, project, ministry in rows:
        kind = chosen.choice(("ask", "ask", "ask", "sheet", "search", "ministry", "front", "table"))
        path = {
            "ask": f"/-/ask?q={quote(f'{project}の{chosen.choice(FIELDS)}は?')}",
            "sheet": f"/-/sheet/{quote(key, safe='')}",
            "search": f"/-/search?q={quote(project[:4])}",
            "ministry": f"/-/ministry/{quote(ministry or '', safe='')}",
            "front": "/",
            "table": f"/{name}/comments?_search={quote(project[:3])}",
        }[kind]
        out.append((kind, path))
    return out


async def reader(
    client: httpx.AsyncClient, work: list[tuple[str, str]], until: float, waits: dict[str, list[float]]
) -> None:
    """One person: a request, then what is left of three seconds."""
    await asyncio.sleep(random.random() * PAUSE_SECONDS)
    while time.perf_counter() < until and work:
        kind, path = work.pop()
        start = time.perf_counter()
        response = await client.get(path)
        waited = time.perf_counter() - start
        waits[kind if response.status_code == 200 else f"{kind} {response.status_code}"].append(waited)
        await asyncio.sleep(max(0.0, PAUSE_SECONDS - waited))


async def measure(
    address: str, work: list[tuple[str, str]], readers: int, seconds: float
) -> dict[str, list[float]]:
    """Waits in seconds by kind of request."""
    waits: dict[str, list[float]] = defaultdict(list)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(reader(client, work, until, waits) for _ in range(readers)))
    return waits


def main() -> None:
    """Serve, load, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--readers", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    work = requests(options.database, int(options.readers * options.seconds))
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SERVE, options.database], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split("/ ")[0]
        time.sleep(10)
        waits = asyncio.run(measure(address, work, options.readers, options.seconds))
        server.terminate()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    for kind, times in [*sorted(waits.items()), ("all", [t for ts in waits.values() for t in ts])]:
        ordered = sorted(times)
        print(
            f"{kind:12} {len(ordered):5} requests  median {statistics.median(ordered):.3f} s"
            f"  p95 {ordered[int(0.95 * (len(ordered) - 1))]:.3f} s  max {ordered[-1]:.3f} s"
        )
    print(f"server: {used.ru_utime + used.ru_stime:.1f} s of CPU, {used.ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()

"""How fast files are loaded, and how much memory it takes.

python benchmarks/loading.py PATH...     into a database that is thrown away
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from db import load


def main() -> None:
    """Print seconds, records a second and the peak of memory for a first and a second load."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "benchmark.db"
        for name in ("first load", "same again"):
            report = load(sys.argv[1:], database)
            rate = report.rows_read / report.seconds if report.rows_read else 0
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name}: {report.seconds:6.1f} s  {report.rows_read:,} records ({rate:,.0f}/s)  peak {peak:,.0f} MB"
            )
        print(f"database: {database.stat().st_size / 1e6:,.1f} MB")


if __name__ == "__main__":
    main()

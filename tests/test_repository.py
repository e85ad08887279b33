"""The repository holds what it should, and nothing left over from somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "assistant",
    "benchmarks",
    "constraints.txt",
    "db",
    "docs",
    "embeddings",
    "pyproject.toml",
    "tests",
}
#: Where somebody's files lie, spelled so that this file does not hold it.
MACHINE_PATH = re.compile("|".join("/" + folder + "/" for folder in ("work", "tmp", "root", "home")))


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=off", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("no git checkout (or no git): what is tracked cannot be told")
    return [name for name in listed.stdout.split("\0") if name]


def test_the_top_level_holds_only_what_is_named_here(tracked: list[str]) -> None:
    assert {name.split("/")[0] for name in tracked} - TOP_LEVEL == set()


def test_no_file_names_a_folder_of_one_machine(tracked: list[str]) -> None:
    named = []
    for name in tracked:
        if not name.endswith((".py", ".md", ".toml", ".txt", ".sh", ".yml", ".yaml", "run", "Makefile")):
            continue
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE_PATH.search(line):
                named.append(f"{name}:{number}: {line.strip()}")
    assert named == []

"""Help is in Japanese, aligned, and made into documents that do not lag."""

import importlib.util
import re
from pathlib import Path

import pytest

from assistant.cli import COMMANDS
from assistant.cli.help import display_width
from tests.assistant.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[3]


def test_help_lists_every_command_with_its_first_line(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert done.out.startswith("使い方: reviewsheet")
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", done.out, re.MULTILINE)


def test_without_arguments_the_help_is_shown(run: Run) -> None:
    assert run().out == run("--help").out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_japanese_and_aligned(run: Run, name: str) -> None:
    text = run(name, "--help").out
    assert "Usage" not in text
    assert "Options" not in text
    options = text.split("オプション:\n")[1].split("\n\n")[0].splitlines()
    starts = {display_width(re.match(r"  .+?  +(?=\S)", line).group()) for line in options}
    assert len(starts) == 1
    assert "例:\n" in text


def test_documents_made_from_the_code_are_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    for name, make in build.DOCUMENTS.items():
        assert (ROOT / name).read_text("utf-8") == make(), f"run: python docs/build.py ({name})"

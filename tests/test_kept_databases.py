"""Large databases are kept between runs, and made anew when what they are made of changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kept_databases
from tests.kept_databases import kept


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The databases made so far; ``tmp_path/data`` is what they are made of."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "one.csv").write_text("1")
    monkeypatch.setattr(kept_databases, "_code", lambda _: "the code")
    return []


def ask(tmp_path: Path, made: list[Path]) -> Path:
    def make(path: Path) -> None:
        made.append(path)
        path.write_text("tables")

    return kept(tmp_path, "rs", tmp_path / "data", make)


def test_a_database_is_made_once(tmp_path: Path, made: list[Path]) -> None:
    assert ask(tmp_path, made) == ask(tmp_path, made)
    assert len(made) == 1
    assert ask(tmp_path, made).read_text() == "tables"


def test_other_data_or_other_code_make_it_anew_in_place_of_the_old(
    tmp_path: Path, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(tmp_path, made)
    (tmp_path / "data" / "two.csv").write_text("2")
    second = ask(tmp_path, made)
    monkeypatch.setattr(kept_databases, "_code", lambda _: "changed code")
    third = ask(tmp_path, made)
    assert len({first, second, third}) == len(made) == 3
    assert [p.name for p in tmp_path.glob("rs-*")] == [third.name]


def test_a_database_that_could_not_be_made_is_not_kept(tmp_path: Path, made: list[Path]) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        kept(tmp_path, "rs", tmp_path / "data", fail)
    assert ask(tmp_path, made).read_text() == "tables"

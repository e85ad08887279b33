"""``reviewsheet serve``: the server itself, its settings, the files for a Datasette of one's own."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner

from assistant.cli import cli
from assistant.web.metadata import SETTINGS
from assistant.web.routes import ROUTES
from assistant.web.server import application, chosen_settings, serve
from db.errors import QuestionError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """Address of ``reviewsheet serve`` in a process of its own."""
    command = [sys.executable, "-u", "-c", "from assistant.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--db", str(database), "--setting", "max_returned_rows", "3"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as server:
        assert server.stdout is not None
        found = re.match(r"(http://127\.0\.0\.1:\d+)/ で公開しています", server.stdout.readline())
        assert found is not None
        yield found.group(1)
        server.terminate()
        assert server.wait(timeout=20) in (0, -15, 143)


def test_it_says_where_it_is_and_answers_there(address: str) -> None:
    response = httpx.get(
        f"{address}/-/ask.json", params={"q": "食品の表示を調べる事業の執行率は?"}, timeout=30
    )
    assert response.json()["status"] == "answered"
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_settings_can_be_given(address: str) -> None:
    assert httpx.get(f"{address}/-/settings.json", timeout=30).json()["max_returned_rows"] == 3


def test_nothing_can_be_written(address: str) -> None:
    for sql in ("delete from sheets", "with x as (select 1) insert into sheets (sheet_key) values (1)"):
        assert httpx.get(f"{address}/reviews", params={"sql": sql}, timeout=30).status_code == 400
    assert httpx.post(f"{address}/reviews", timeout=30).status_code in (403, 405)


def test_a_port_in_use_is_said_in_one_line(database: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(QuestionError, match="ほかのプログラムが使っています"):
            serve(database, port=taken.getsockname()[1])
    with pytest.raises(QuestionError, match="アドレスが正しくありません"):
        serve(database, host="256.0.0.1")


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("no_such", "1"), "「no_such」というDatasetteの設定はありません"),
        (("sql_time_limit_ms", "abc"), "整数を指定してください"),
        (("allow_download", "maybe"), "on か off"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(pair: tuple[str, str], words: str) -> None:
    with pytest.raises(QuestionError, match=re.escape(words)):
        chosen_settings([pair])


def test_the_configuration_is_written_for_a_datasette_of_ones_own(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    result = CliRunner().invoke(
        cli,
        ["serve", "--db", str(database), "--write-config", str(folder), "--setting", "allow_download", "on"],
    )
    assert result.exit_code == 0, result.output
    assert result.output.count("を書き出しました。") == 3
    assert json.loads((folder / "settings.json").read_text("utf-8"))["allow_download"] is True
    written = yaml.safe_load((folder / "metadata.yaml").read_text("utf-8"))
    tables = written["databases"]["reviews"]["tables"]
    assert tables["budgets"]["title"] == "予算額・執行額"
    assert tables["sheets"]["label_column"] == "事業名"


@pytest.mark.asyncio
async def test_a_database_can_be_served_as_immutable_and_be_downloaded(
    database: Path, tmp_path: Path
) -> None:
    served = application(database, {"allow_download": True}, immutable=True)
    response = await served.client.get("/reviews.db")
    copy = tmp_path / "copy.db"
    copy.write_bytes(response.content)
    connection = sqlite3.connect(copy)
    assert connection.execute("select count(*) from sheets").fetchone() == (5,)
    connection.close()
    assert (await application(database).client.get("/reviews.db")).status_code == 403


def test_the_documented_settings_are_those_in_force() -> None:
    text = (ROOT / "docs" / "datasette.md").read_text("utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))
    shown = {
        name: ("on" if value else "off") if isinstance(value, bool) else str(value)
        for name, value in SETTINGS.items()
    }
    assert stated == shown


def test_the_documented_pages_are_those_there_are() -> None:
    text = (ROOT / "docs" / "datasette.md").read_text("utf-8")
    for pattern, _ in ROUTES:
        start = re.sub(r"\\", "", pattern.removeprefix("^").removesuffix("$")).split("(")[0]
        assert f"`{start}" in text, start

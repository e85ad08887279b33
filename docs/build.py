"""Write the documents made from the code: docs/fields.md, docs/commands.md, docs/reviewsheet.1 (for man), the
answer in README.md.

python docs/build.py           write them
python docs/build.py --check   exit with 1 where one lags behind the code
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import click

from db.catalogue import Field, Table, catalogue

FOLDER = Path(__file__).parent
ANSWER_BEGIN, ANSWER_END = "<!-- answer:begin -->", "<!-- answer:end -->"
README_WIDTH = 110
KINDS = {
    "money": "金額(円)",
    "rate": "率(%)",
    "number": "数",
    "count": "件数",
    "year": "年度(西暦)",
    "text": "文章",
    "choice": "選択",
    "code": "番号・記号",
    "url": "URL",
    "flag": "0 / 1",
}


def fields_document() -> str:
    """The tables and fields of the database, from the catalogue."""
    lines = [
        "# 表と項目",
        "",
        "`db/catalogue.toml` から `python docs/build.py` で作られる。手で書き換えない。",
        "",
        "どの表にも、ここにある列のほかに `sheet_key`(シート)、`source_id`(読み込んだファイル)、`位置`(ファイルの中の場所)、",
        "`記載`(印字されたままの値)がある。書かれていない値は NULL で、0 ではない。",
        "",
    ]
    for table in catalogue().tables:
        lines += _table_lines(table)
    lines += ["## 評価項目(表 `evaluations` の行)", "", "| 区分 | 項目 | 指して言う言葉 |", "|---|---|---|"]
    lines += [f"| {e.section} | {e.item} | {'、'.join(e.words[:4])} |" for e in catalogue().evaluations]
    lines += ["", "## 文章の欄(表 `comments` の行)", "", "| 項目 | 指して言う言葉 |", "|---|---|"]
    lines += [f"| {c.label} | {'、'.join(c.words[:4])} |" for c in catalogue().comments]
    return "\n".join(lines) + "\n"


def _table_lines(table: Table) -> list[str]:
    return [
        f"## {table.label} `{table.name}`",
        "",
        table.description,
        "",
        "| 列 | 種類 | 説明 | 指して言う言葉 |",
        "|---|---|---|---|",
        *(_field_line(f) for f in table.fields),
        "",
    ]


def _field_line(field: Field) -> str:
    notes = [field.description] if field.description else []
    if field.derived:
        notes.append(f"式: {field.derived}")
    cells = (field.column, KINDS[field.kind], " ".join(notes), "、".join(field.words[:4]))
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def commands_document() -> str:
    """The help of the command and of every subcommand."""
    lines = [
        "# コマンド",
        "",
        "`reviewsheet --help` から `python docs/build.py` で作られる。手で書き換えない。`man reviewsheet` でも読める。",
        "",
    ]
    for title, command, ctx in _commands():
        lines += [f"## {title}", "", "```", command.get_help(ctx).rstrip(), "```", ""]
    return "\n".join(lines)


def _commands() -> list[tuple[str, click.Command, click.Context]]:
    """The command itself, then its subcommands: (name, command, context)."""
    from assistant.cli import cli

    context = click.Context(cli, info_name="reviewsheet")
    out: list[tuple[str, click.Command, click.Context]] = [("reviewsheet", cli, context)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        out.append((f"reviewsheet {name}", command, click.Context(command, info_name=name, parent=context)))
    return out


def manual_document() -> str:
    """The page of ``man reviewsheet`` (section 1), from the same commands."""
    from assistant.cli.help import option_records
    from assistant.cli.options import DATABASE_VARIABLE, DEFAULT_DATABASE
    from assistant.terminal.chat import COMMANDS, KEYS

    (_, top, _), *commands = _commands()
    lines = [
        '.\\" docs/build.py が作る。手で書き換えない。',
        '.TH REVIEWSHEET 1 "" "reviewsheet" "コマンド"',
        ".ad l",
        ".nh",
        ".SH 名前",
        f"reviewsheet \\- {_roff(top.help or '')}",
        ".SH 書式",
        ".B reviewsheet",
        "[オプション] コマンド [引数]...",
        ".br",
        ".B reviewsheet",
        "質問",
        ".SH コマンド",
    ]
    for title, command, ctx in commands:
        pieces = " ".join(p.replace("[OPTIONS]", "[オプション]") for p in command.collect_usage_pieces(ctx))
        lines += [f".SS {title.split(' ', 1)[1]}", f".B {title}", _roff(pieces), ".PP"]
        lines += [_roff(line.strip()) for line in (command.help or "").strip().splitlines()]
        for names, text in option_records(command, ctx):
            if names != "--help":
                lines += [".TP", f".B {_roff(names)}", _roff(text)]
        if command.epilog:
            lines += [".PP", ".nf", *(_roff(line) for line in command.epilog.splitlines()), ".fi"]
    lines += [".SH 対話(chat)の中のコマンド"]
    for name, meaning in COMMANDS.items():
        lines += [".TP", f".B {_roff(name)}", _roff(meaning)]
    lines += [".PP", _roff(KEYS)]
    lines += [".SH 終了コード", ".TP", "0", "答えた(成功した)。", ".TP", "1", "エラー。", ".TP", "2"]
    lines += ["使い方の誤り。", ".TP", "3", "シートに答えがない。", ".TP", "4", "聞き返した。"]
    lines += [
        ".SH 環境変数",
        ".TP",
        f".B {DATABASE_VARIABLE}",
        f"--db を省いたときのデータベース(なければ {DEFAULT_DATABASE})。",
    ]
    lines += [".SH ファイル", ".TP", ".I $XDG_STATE_HOME/reviewsheet/history", "対話で入力した質問の履歴。"]
    lines += [".SH 例", ".nf", *(_roff(line) for line in (top.epilog or "").splitlines()[1:]), ".fi"]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Text as roff prints it: no character of it is taken for a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def readme_document() -> str:
    """README.md with the answer that its first question gets on the sample sheet today."""
    from rich.console import Console

    from assistant import Assistant
    from assistant.cli.demo import ONE_SHEET_QUESTION
    from assistant.terminal import render
    from db import load

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "reviews.db"
        load([FOLDER.parent / "db" / "samples" / "sheets" / "sample-2018.txt"], database)
        out = io.StringIO()
        render.print_answer(
            Assistant(database).ask(ONE_SHEET_QUESTION), Console(file=out, width=README_WIDTH)
        )
    text = (FOLDER.parent / "README.md").read_text("utf-8")
    before, rest = text.split(ANSWER_BEGIN)
    after = rest.split(ANSWER_END)[1]
    return f"{before}{ANSWER_BEGIN}\n```text\n{out.getvalue().rstrip()}\n```\n{ANSWER_END}{after}"


DOCUMENTS = {
    "docs/fields.md": fields_document,
    "docs/commands.md": commands_document,
    "docs/reviewsheet.1": manual_document,
    "README.md": readme_document,
}


def main() -> int:
    """Write the documents, or with --check tell which lag behind."""
    late = []
    for name, make in DOCUMENTS.items():
        path = FOLDER.parent / name
        text = make()
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text("utf-8") != text:
                late.append(name)
        else:
            path.write_text(text, "utf-8")
    for name in late:
        print(f"{name} が古くなっています。python docs/build.py を実行してください。", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())

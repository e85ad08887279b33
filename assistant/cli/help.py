"""Help and usage errors of the command in Japanese, aligned by East Asian width."""

from __future__ import annotations

import importlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import click


def display_width(text: str) -> int:
    """Columns a terminal uses for the text: wide and full-width characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


class JapaneseHelp(click.Command):
    """A command whose help is in Japanese and aligned."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [_USAGE.get(p, p) for p in self.collect_usage_pieces(ctx)]
        formatter.write(f"使い方: {ctx.command_path} {' '.join(pieces)}\n")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        text = self.help or ""
        formatter.write("\n" + "\n".join("  " + line.strip() for line in text.strip().splitlines()) + "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = option_records(self, ctx)
        if records:
            formatter.write("\nオプション:\n")
            _write_aligned(formatter, records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "この説明を表示して終わる。"
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write("\n" + self.epilog.strip("\n") + "\n")


class JapaneseGroup(JapaneseHelp, click.Group):
    """A group whose subcommands are imported when they run, and whose default takes a bare question."""

    def __init__(
        self, *args: Any, commands_by_path: Mapping[str, str], default_command: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._paths = dict(commands_by_path)
        self._default = default_command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._paths)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._paths:
            return None
        module, attribute = self._paths[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self._paths and not args[0].startswith("-"):
            if args[0].isascii() and args[0].replace("-", "").isalpha():
                raise click.UsageError(f"「{args[0]}」というコマンドはありません。", ctx)
            args = [self._default, *args]
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, (command.help or "").strip().splitlines()[0]))
        formatter.write("\nコマンド:\n")
        _write_aligned(formatter, rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # 「reviewsheet --json 質問」: options of the default command may come before the question.
        own = {"--help", "--version", "--traceback"}
        if args and args[0].startswith("-") and args[0].split("=")[0] not in own:
            args = [self._default, *args]
        return super().parse_args(ctx, args)


def option_records(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """(「--limit 数」, what it does) of every option, in Japanese."""
    options = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    records = [r for p in options if (r := p.get_help_record(ctx)) is not None]
    return [(_japanese_metavars(name), _range(text)) for name, text in records]


def usage_message(error: click.UsageError) -> str:
    """One Japanese line for a usage error: what is wrong and what to do."""
    hint = "使い方は --help で見られます。"
    if isinstance(error, click.NoSuchOption):
        return f"「{error.option_name}」というオプションはありません。{hint}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.human_readable_name
        return f"{name} を指定してください。{hint}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = (
            error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
        )
        return f"{name} の値が使えません({_wanted(error.param.type) or error.message})。{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} には値が必要です。{hint}"
    if error.message.startswith("Got unexpected extra"):
        return f'余分な引数があります。空白を含む質問は「"」で囲んでください。{hint}'
    return f"{error.message}{'' if error.message.endswith('。') else ' '}{hint}"


_USAGE = {"[OPTIONS]": "[オプション]", "[COMMAND] [ARGS]...": "コマンド [引数]..."}


def _wanted(kind: click.ParamType[Any]) -> str:
    """What a parameter takes, empty where the message of the error says it better."""
    if isinstance(kind, click.Choice):
        return f"{'・'.join(str(c) for c in kind.choices)} のどれか"
    if isinstance(kind, click.IntRange):
        return f"{kind.min}から{kind.max}までの整数"
    return ""


def _range(text: str) -> str:
    """「[1<=x<=1000]」 of an option's help in words."""
    return re.sub(r"\s*\[(?:default: [^;\]]+; )?(\d+)<=x<=(\d+)\]", r"(\1〜\2)", text)


def _japanese_metavars(name: str) -> str:
    for english, japanese in (
        ("INTEGER RANGE", "数"),
        ("INTEGER", "数"),
        ("TEXT", "文字列"),
        ("PATH", "パス"),
        ("FILE", "ファイル"),
    ):
        name = name.replace(english, japanese)
    return name


def _write_aligned(formatter: click.HelpFormatter, rows: list[tuple[str, str]]) -> None:
    width = max(display_width(name) for name, _ in rows)
    for name, text in rows:
        formatter.write(f"  {name}{' ' * (width - display_width(name))}  {text}\n")

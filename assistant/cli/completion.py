"""``reviewsheet completion``: the script that lets a shell complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from assistant.cli.help import JapaneseHelp

SHELLS = ("bash", "zsh", "fish")


@click.command(
    cls=JapaneseHelp,
    epilog="""\
一度だけ書き込めば、次に開く端末から効く。例:
  reviewsheet completion bash >> ~/.bashrc
  reviewsheet completion zsh >> ~/.zshrc
  reviewsheet completion fish > ~/.config/fish/completions/reviewsheet.fish""",
)
@click.argument("shell", metavar="シェル(bash・zsh・fish)", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """シェルでコマンドとオプションを補完するための設定を出力する。"""
    from assistant.cli import cli

    found = get_completion_class(shell)
    if found is None:  # click knows all of SHELLS
        raise click.UsageError(f"{shell} の補完は用意されていません。")
    click.echo(found(cli, {}, "reviewsheet", "_REVIEWSHEET_COMPLETE").source())

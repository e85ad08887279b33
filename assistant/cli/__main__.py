"""``python -m assistant.cli`` is the command ``reviewsheet``."""

from assistant.cli import main

main()

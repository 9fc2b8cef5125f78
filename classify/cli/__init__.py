"""The command line. Importing this room costs nothing; the commands load when `main` is called."""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line on the program's arguments and exits with its status."""
    import sys

    from classify.cli.app import run

    sys.exit(run(sys.argv[1:]))

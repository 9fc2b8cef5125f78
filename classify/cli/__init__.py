"""The command line. Importing this room costs nothing; the commands load when `main` is called."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers know the name
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line on the program's arguments and exits with its status."""
    from classify.cache import all_clean

    if all_clean(sys.argv[1:]):
        os._exit(0)
    import gc

    # Half of a short run is imports, which make many objects and no garbage: looking for it would cost a tenth.
    gc.set_threshold(100_000)
    try:
        from classify.cli.app import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the commands load
        status = 128 + 2
    sys.stderr.flush()
    # Taking the interpreter apart costs a fifth of a short run. `run` has written everything: nothing is left to do.
    os._exit(status)

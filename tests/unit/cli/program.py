"""The command line as a test runs it: in this process, with streams, a folder and an environment of its own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

from click.testing import CliRunner

from classify.cli.app import run


def classify(
    folder: Path, *arguments: str, given: str | bytes = "", **environment: str | None
) -> CompletedProcess[str]:
    """What the program prints and exits with.

    Args:
        folder: in which it runs.
        given: its standard input.
        environment: variables beside, or instead of, this process's; None for one that is not there.
    """
    variables = {"NO_COLOR": None, "CLASSIFY_TRACEBACK": None, **environment}
    with contextlib.chdir(folder), _importable(folder), CliRunner().isolation(given, variables) as (out, errors, _):
        status = run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        return CompletedProcess(arguments, status, out.getvalue().decode(), errors.getvalue().decode())


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """What `python -m` makes importable: the modules of the folder, which the next test knows nothing of."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]

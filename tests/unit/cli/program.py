"""The command line as a test runs it: in this process, with streams, a folder and an environment of its own."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

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
    variables: dict[str, str | None] = {"NO_COLOR": None, "CLASSIFY_TRACEBACK": None, **environment}
    data = given.encode() if isinstance(given, str) else given
    streams = [io.TextIOWrapper(io.BytesIO(one), encoding="utf-8", newline="\n") for one in (data, b"", b"")]
    with (
        contextlib.chdir(folder),
        _importable(folder),
        patch.dict(os.environ, {name: value for name, value in variables.items() if value is not None}),
        patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]),
    ):
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
        status = run(arguments)
    said = []
    for stream in streams[1:]:
        stream.flush()
        said.append(stream.buffer.getvalue().decode())
    return CompletedProcess(arguments, status, *said)


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

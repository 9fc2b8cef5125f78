"""The forms in which a run is written for other programs, one file each."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classify.checks.run import Run

FORMATS = ("json", "sarif", "github", "gitlab", "junit")
"""Each has a file here of its name, with a function `render`."""


def render(run: Run, name: str) -> str:
    """A run in one of the formats, without a final line end."""
    text: str = importlib.import_module(f"classify.checks.outputs.{name}").render(run)
    return text

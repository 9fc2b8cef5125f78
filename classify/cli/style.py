"""How the commands print: plain in a pipe, coloured on a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from classify.lines import printable

if TYPE_CHECKING:
    from classify.exposure import Span
    from classify.labels import Label, Level

_LEVEL_COLOURS = ("green", "cyan", "yellow", "red")  # lowest to highest, spread over the scheme's levels
_PIPE_WIDTH = 120


def level_colour(level: Level) -> str:
    """The colour of a level: the lowest is green, the highest red."""
    if level.highest == 0:
        return _LEVEL_COLOURS[-1]
    return _LEVEL_COLOURS[-(-level.rank * (len(_LEVEL_COLOURS) - 1) // level.highest)]


def label_text(label: Label, width: int = 0) -> str:
    """A label in its level's colour, padded to a width."""
    text = str(label)
    return click.style(text, fg=level_colour(label.level)) + " " * (width - len(text))


def place(path: str, span: Span) -> str:
    """`file:line:col`."""
    return f"{printable(path)}:{span.start.line}:{span.start.column}"


def excerpt_lines(text: str, span: Span, colour: str, indent: str = "") -> list[str]:
    """The line of a masked text that a span stands in, and its underline."""
    from classify.exposure.excerpt import excerpt  # only once something was found

    gutter = len(str(span.start.line)) + len(" | ") + len(indent)
    line, underline = excerpt(text, span, max(output_width() - gutter, 20)).lines()
    bar = underline.index("|") + 1
    styled = click.style(underline[:bar], fg="blue") + click.style(underline[bar:], fg=colour, bold=True)
    return [f"{indent}{click.style(line[:bar], fg='blue')}{line[bar:]}", f"{indent}{styled}"]


def output_width() -> int:
    return shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns if sys.stdout.isatty() else _PIPE_WIDTH


class ClosedPipeError(Exception):
    """Whoever read our output has gone; `click` would turn the operating system's error into an exit with 1."""


def echo(lines: Iterable[str]) -> None:
    """Prints lines, in one write.

    Raises:
        ClosedPipeError: nobody reads them.
    """
    text = "\n".join(lines)
    if text:
        try:
            click.echo(text)
        except BrokenPipeError:
            raise ClosedPipeError from None


def use_colour(choice: str) -> bool | None:
    """Whether to colour: None leaves it to whether the stream is a terminal."""
    if choice != "auto":
        return choice == "always"
    # https://no-color.org and https://force-color.org: any value that is not empty
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None

"""The command group, and what happens to an error: a line and an exit status, never a traceback."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

from classify.cli.style import ClosedPipeError
from classify.errors import ClassifyError
from classify.lines import printable

USAGE = 2  # wrong use, or input that cannot be read
FAULT = 3  # ours
_INTERRUPTED = 128 + 2  # what a shell reports of SIGINT
_BROKEN_PIPE = 128 + 13  # and of SIGPIPE


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        from classify.version import version

        click.echo(f"classify {version()}")
        context.exit()


class _Commands(click.Group):
    """The commands, each imported when it is asked for: a check should not wait for what another command needs."""

    _NAMES = ("access", "analyse", "audit", "catalog", "check", "dialects", "policy", "rule")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._NAMES:
            from classify.errors import nearest

            ctx.fail(f"no such command `{cmd_name}`{nearest(cmd_name, self._NAMES)}")
        command: click.Command = getattr(importlib.import_module(f"classify.cli.{cmd_name}"), cmd_name)
        return command


@click.group(
    cls=_Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='\b\nclassify check queries/\nclassify analyse -c catalog.yaml -d postgres "select email from app.users"',
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
@click.option("--traceback", is_flag=True, expose_value=False, help="Show where a fault of ours happened.")
def classify() -> None:
    """The class of data that a query touches, before it runs."""


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command line: 0 clean, 1 findings, 2 wrong use or unreadable input, 3 a fault of ours."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a test's stream may have none
            stream.reconfigure(errors="backslashreplace")
    wrong = _surroundings()
    if wrong:
        if sys.stderr is not None:
            click.echo(f"error: {wrong}", err=True)
        return USAGE
    try:
        status = classify.main(
            args=list(arguments) or ["--help"], prog_name="classify", standalone_mode=False, obj=tuple(arguments)
        )
        sys.stdout.flush()
    except click.ClickException as error:
        click.echo(f"error: {_in_one_line(error)}", err=True)
        return USAGE
    except ClassifyError as error:
        for line in str(error).splitlines():
            click.echo(f"error: {printable(line)}", err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    except (BrokenPipeError, ClosedPipeError):
        # The interpreter flushes once more at exit, to a place where it cannot fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except OSError as error:
        if (
            error.errno not in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EIO, errno.EBADF)
            or error.filename is not None
        ):
            return _fault(error, arguments)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"error: cannot write the output: {(error.strerror or 'unknown').lower()}", err=True)
        return USAGE
    except Exception as error:  # noqa: BLE001  # the last stop: a fault of ours is one line and a status of its own
        return _fault(error, arguments)
    return status if isinstance(status, int) else 0


def _surroundings() -> str:
    """What of the process's surroundings lets no command run, or an empty text."""
    if sys.stdout is None:
        return "there is no standard output, give it one"
    try:
        os.getcwd()  # noqa: PTH109  # it alone is asked
    except FileNotFoundError:
        return "the working directory is gone, change to another"
    return ""


def _in_one_line(error: click.ClickException) -> str:
    """What click objects to, as our own messages read, with the next step."""
    message = printable(error.format_message().strip().removesuffix("."))
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "classify"
    return f"{message[:1].lower()}{message[1:]}, see `{path} --help`"


def _fault(error: Exception, arguments: Sequence[str]) -> int:
    """Reports a fault of ours; the exception's text is left out, it may hold parts of the SQL."""
    if "--traceback" in arguments or os.environ.get("CLASSIFY_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    click.echo(
        f"error: a fault of classify itself ({type(error).__name__}), please report it "
        "with what the same command prints with CLASSIFY_TRACEBACK=1",
        err=True,
    )
    return FAULT
